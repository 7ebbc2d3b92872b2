// Package calendar is a feed that any calendar program can subscribe to: tasks, proof that ends, and whatever
// else of an organisation has a day.
//
// Such a program has no cookie. The feed's address holds a secret of 256 bits, of which only the hash is kept,
// and opens nothing but this feed. Who the secret belongs to, and whether they may still read records, is
// looked up at every request; whatever is wrong with an address, the answer is the same 404.
package calendar

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"assay/server/account/token"
	"assay/server/op"
	"assay/storage"
)

// Path is where feeds are, with the secret and .ics behind it.
const Path = "/calendar/"

// What a feed shows.
type What string

// Either what is the reader's own, or everything.
const (
	Mine What = "mine"
	All  What = "all"
)

// Config is what feeds need from the rest of the program.
type Config struct {
	Store *storage.Store
	Base  string       // how browsers reach this installation
	Rand  io.Reader    // nil means crypto/rand
	Log   *slog.Logger // nil means nowhere
}

// Feeds makes addresses and answers at them.
type Feeds struct {
	store *storage.Store
	base  string
	rand  io.Reader
	log   *slog.Logger
}

// New makes the feeds of an installation.
func New(c Config) *Feeds {
	f := &Feeds{store: c.Store, base: strings.TrimRight(c.Base, "/"), rand: c.Rand, log: c.Log}
	if f.rand == nil {
		f.rand = rand.Reader
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	return f
}

// owns are the installation's tables about feeds.
var owns = []string{"calendar_feed", "calendar_use"}

// Module is the part of the API about the caller's own feed.
func (f *Feeds) Module() op.Module {
	return op.Module{
		Name: "calendar", Present: true,
		Owns: owns,
		Ops: []op.Op{
			op.Steps("get", "GET /calendar", op.Readers, f.get, op.Doc("Whether there is a calendar feed of one's own, and when it was read")),
			op.Steps("create", "POST /calendar", op.Readers, f.create, op.Secret(), op.Doc("Make the address of a calendar feed; it is shown once, and an older one stops working")),
			op.Steps("revoke", "DELETE /calendar", op.Readers, f.revoke, op.OwnOnly("it is the caller's own"), op.Doc("Make the address of one's calendar feed stop working")),
		},
	}
}

// CalendarFeed is the caller's feed as it can be seen after it was made.
type CalendarFeed struct {
	Exists    bool   `json:"exists"`
	What      What   `json:"what" enum:"mine,all" doc:"One's own work, or everything"`
	CreatedAt string `json:"created_at"`
	UsedAt    string `json:"used_at" doc:"When a calendar program last read it, to the minute; empty when never"`
}

func (f *Feeds) get(s *op.Scope, _ struct{}) (out CalendarFeed, err error) {
	c := s.Caller()
	out.What = Mine
	err = s.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow(`SELECT 1, f.what, f.created_at, coalesce(u.at, '') FROM calendar_feed f LEFT JOIN calendar_use u ON u.feed = f.id
			WHERE f.account = ? AND f.tenant = ?`, c.Account, c.Tenant).Scan(&out.Exists, &out.What, &out.CreatedAt, &out.UsedAt)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return out, err
}

type createIn struct {
	Body struct {
		What What `json:"what" enum:"mine,all"`
	}
}

// CalendarMade is a new feed with its address.
type CalendarMade struct {
	CalendarFeed
	URL    string `json:"url" doc:"The address. It is not shown again"`
	Webcal string `json:"webcal" doc:"The same for a calendar program to open"`
}

func (f *Feeds) create(s *op.Scope, in createIn) (out CalendarMade, err error) {
	c, err := signedIn(s)
	if err != nil {
		return out, err
	}
	secret, err := token.NewLink(f.rand)
	if err != nil {
		return out, err
	}
	err = s.WriteControl(func(tx *storage.WriteTx) error {
		if err := forget(tx, c); err != nil {
			return err
		}
		out.CalendarFeed = CalendarFeed{Exists: true, What: in.Body.What, CreatedAt: tx.Stamp()}
		return tx.Exec("INSERT INTO calendar_feed (id, account, tenant, hash, what, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			tx.NewID(), c.Account, c.Tenant, token.Hash(secret), string(in.Body.What), out.CreatedAt)
	})
	out.URL = f.base + Path + secret + ".ics"
	_, behind, _ := strings.Cut(out.URL, "://")
	out.Webcal = "webcal://" + behind
	return out, err
}

// forget takes a person's feed of an organisation away.
func forget(tx *storage.WriteTx, c op.Caller) error {
	if err := tx.Exec("DELETE FROM calendar_use WHERE feed IN (SELECT id FROM calendar_feed WHERE account = ? AND tenant = ?)", c.Account, c.Tenant); err != nil {
		return err
	}
	return tx.Exec("DELETE FROM calendar_feed WHERE account = ? AND tenant = ?", c.Account, c.Tenant)
}

func (f *Feeds) revoke(s *op.Scope, _ struct{}) (struct{}, error) {
	c, err := signedIn(s)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, s.WriteControl(func(tx *storage.WriteTx) error { return forget(tx, c) })
}

// signedIn is the caller, who must be a person: a program with a token makes no second way in.
func signedIn(s *op.Scope) (op.Caller, error) {
	c := s.Caller()
	if c.Session == "" {
		return c, op.Errorf(op.Forbidden, "This can only be done by a person who is signed in, not with an access token.")
	}
	return c, nil
}

// reader is whose calendar it is.
type reader struct {
	feed, tenant, slug, name, person, used string
	what                                   What
}

var feedCall = storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "calendar"}, Action: "calendar.feed", Owns: owns}

// find looks up who reads with a secret, as long as they may read records.
func (f *Feeds) find(r *http.Request, secret string) (who reader, err error) {
	err = f.store.Control().Read(r.Context(), feedCall, func(tx *storage.ReadTx) error {
		return tx.QueryRow(`SELECT f.id, t.id, t.slug, t.name, m.person, f.what, coalesce(u.at, '')
			FROM calendar_feed f JOIN membership m ON m.account = f.account AND m.tenant = f.tenant JOIN tenant t ON t.id = f.tenant
			LEFT JOIN calendar_use u ON u.feed = f.id
			WHERE f.hash = ? AND m.status = 'active' AND t.status = 'active' AND m.role IN ('admin', 'user', 'auditor')`, token.Hash(secret)).
			Scan(&who.feed, &who.tenant, &who.slug, &who.name, &who.person, &who.what, &who.used)
	})
	return who, err
}

// ServeHTTP answers a calendar program.
func (f *Feeds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "private, no-cache")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "A calendar feed can only be read.", http.StatusMethodNotAllowed)
		return
	}
	secret, ics := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, Path), ".ics")
	who, err := f.find(r, secret)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !ics {
		http.Error(w, "There is no calendar at this address.", http.StatusNotFound)
		return
	}
	var events []Event
	if err == nil {
		events, err = f.events(r, who)
	}
	if err != nil {
		f.log.ErrorContext(r.Context(), "calendar feed", "err", err)
		http.Error(w, "The calendar could not be read. Please try again later.", http.StatusInternalServerError)
		return
	}
	body := Write("Assay: "+who.name, events)
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	f.note(r, who)
	h.Set("ETag", tag)
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="assay.ics"`)
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method == http.MethodGet {
		w.Write(body)
	}
}

// matches reads If-None-Match.
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// note writes down that a feed is in use, at most once a minute.
func (f *Feeds) note(r *http.Request, who reader) {
	if who.used > f.store.Now().UTC().Add(-time.Minute).Format(storage.Instant) {
		return
	}
	_, err := f.store.Control().Write(r.Context(), feedCall, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO calendar_use (feed, at) VALUES (?1, ?2) ON CONFLICT (feed) DO UPDATE SET at = ?2", who.feed, tx.Stamp())
	})
	if err != nil {
		f.log.WarnContext(r.Context(), "note that a calendar is in use", "err", err)
	}
}

// events reads what stands in somebody's calendar.
func (f *Feeds) events(r *http.Request, who reader) (all []Event, err error) {
	db, done, err := f.store.Tenant(r.Context(), who.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	return all, db.Read(r.Context(), feedCall, func(tx *storage.ReadTx) error {
		all, err = Events(tx, who.person, who.what == All)
		for i := range all {
			all[i].URL = f.base + "/o/" + who.slug + "/" + all[i].path
		}
		return err
	})
}
