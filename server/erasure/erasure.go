// Package erasure is how an organisation leaves for good: an administrator or the operator asks, everybody is told, it
// waits for some weeks in which everything works and any administrator can take it back, and then its keys, backup,
// files and rows are destroyed in that order. What stays is that it was here.
package erasure

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"assay/backup"
	"assay/server/account"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// Config is what erasing needs. Everything but Log is required.
type Config struct {
	In    backup.Installation
	Door  *account.Door
	Post  *mail.Post
	Base  string // how browsers reach the installation
	After time.Duration
	Log   *slog.Logger
}

// Eraser erases organisations.
type Eraser struct {
	Config
	one sync.Mutex // erases at a time: a job may come while a start goes on with what was cut off
}

// New makes the eraser of an installation.
func New(c Config) *Eraser {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Eraser{Config: c}
}

// DefaultAfter is how long an organisation waits unless a setting says otherwise.
const DefaultAfter = 30 * 24 * time.Hour

// What an erasure changes in the installation's database.
var owns = []string{"erasure", "person_erasure"}

// ended is what is removed with an organisation.
var ended = []string{"tenant", "membership", "account", "recovery_code", "token", "token_use", "calendar_feed", "calendar_use", "link", "session",
	"sign_in", "auth_log", "throttle", "mail"}

// Module is the part of the API about leaving for good.
func (e *Eraser) Module() op.Module {
	return op.Module{
		Name: "erasure", Present: true,
		Owns: owns,
		Also: append(append([]string{}, ended...), storage.PersonTables...),
		Ops: []op.Op{
			op.Steps("get", "GET /erasure", op.Everyone, e.get, op.Doc("Whether the organisation is to be deleted, when, and who asked for it")),
			op.Steps("ask", "POST /erasure", op.Admin, e.ask, op.Doc("Have the organisation deleted, after a time in which any administrator can take that back")),
			op.Steps("cancel", "POST /erasure/cancel", op.Admin, e.cancel, op.Doc("Keep the organisation after all")),
			op.Steps("look_at_person", "GET /people/{id}/erasure", op.Admin, e.lookAtPerson, op.Doc("What to know before a person is erased: what they are, and where texts still name them")),
			op.Steps("erase_person", "POST /people/{id}/erasure", op.Admin, e.erasePerson, op.Doc("Erase a person's data for good: records, history and every copy of the past call them by a pseudonym in a moment; their membership ends at once")),
			op.Produce("person_data", "GET /people/{id}/data", op.Admin, e.personData, op.Doc("Everything that is kept about a person, as a ZIP: to be read, and for programs")),
			op.Produce("own_data", "GET /profile/data", op.Everyone, e.ownData, op.Doc("Everything that is kept about oneself in this organisation, as a ZIP")),
		},
		Jobs: []op.Job{{Name: "night", Nightly: true, Control: true, Run: e.night}, {Name: "people", Control: true, Run: e.peopleNow}},
	}
}

// Erasure is that an organisation is to be deleted, as its people see it.
type Erasure struct {
	Days    int    `json:"days" doc:"For how many days an organisation waits here before it goes"`
	GoesAt  string `json:"goes_at" doc:"When it goes; empty when it is not to be deleted"`
	AskedAt string `json:"asked_at"`
	AskedBy string `json:"asked_by" doc:"Who asked for it, by name; whoever runs the installation when it was not a person here"`
	Reason  string `json:"reason" doc:"Why; administrators see it"`
}

// row is an erasure that is not over.
type row struct {
	id, tenant, askedAt, askedBy, reason, goesAt, told, step string
}

const columns = "id, tenant, asked_at, asked_by, reason, goes_at, told, step"

func scan(r op.Row) (e row, err error) {
	return e, r.Scan(&e.id, &e.tenant, &e.askedAt, &e.askedBy, &e.reason, &e.goesAt, &e.told, &e.step)
}

const waiting = "waiting"

// of finds the erasure of an organisation that is not over; none is the zero row.
func of(tx *storage.ReadTx, tenant string) (row, error) {
	r, err := scan(tx.QueryRow("SELECT "+columns+" FROM erasure WHERE tenant = ? AND ended_at = ''", tenant))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, nil
	}
	return r, err
}

// byCommand stands for whoever runs the installation.
const byCommand = "command"

// Ask has an organisation deleted after a time. by is a person of it, or empty for the command line.
func (e *Eraser) Ask(tx *storage.WriteTx, tenant, by, name, reason string, after time.Duration) (goes time.Time, err error) {
	was, err := of(&tx.ReadTx, tenant)
	if err != nil {
		return goes, err
	}
	if was.id != "" {
		at, _ := time.Parse(storage.Instant, was.goesAt)
		return goes, op.Errorf(op.Conflict, "This organisation is to be deleted already, on %s.", day(at))
	}
	if by == "" {
		by = byCommand
	}
	goes = tx.Now().Add(after)
	err = tx.Exec("INSERT INTO erasure (id, tenant, asked_at, asked_by, reason, goes_at) VALUES (?, ?, ?, ?, ?, ?)",
		tx.NewID(), tenant, tx.Stamp(), by, strings.TrimSpace(reason), goes.UTC().Format(storage.Instant))
	if err != nil || after <= 0 {
		return goes, err // nobody could take it back any more
	}
	return goes, e.tell(tx, tenant, func(organisation, url string) mail.Letter { return asked(organisation, name, reason, goes, url) })
}

// Cancel keeps an organisation that was to be deleted.
func (e *Eraser) Cancel(tx *storage.WriteTx, tenant, name string) error {
	was, err := of(&tx.ReadTx, tenant)
	if err != nil {
		return err
	}
	switch {
	case was.id == "":
		return op.Errorf(op.Conflict, "This organisation is not to be deleted.")
	case was.step != waiting:
		return op.Errorf(op.Conflict, "This organisation is being deleted already: its keys are gone.")
	}
	if err := tx.ExecOne("UPDATE erasure SET step = 'cancelled', ended_at = ?2 WHERE id = ?1", was.id, tx.Stamp()); err != nil {
		return err
	}
	return e.tell(tx, tenant, func(organisation, url string) mail.Letter { return cancelled(organisation, name, url) })
}

// letters is the kind of mail, as the queue knows it.
const letters = "erasure"

// tell mails every administrator of an organisation.
func (e *Eraser) tell(tx *storage.WriteTx, tenant string, write func(organisation, url string) mail.Letter) error {
	var name string
	if err := tx.QueryRow("SELECT name FROM tenant WHERE id = ?", tenant).Scan(&name); err != nil {
		return err
	}
	rows, err := tx.Query("SELECT a.email FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = ? AND m.role = 'admin' AND m.status = 'active' ORDER BY a.email", tenant)
	if err != nil {
		return err
	}
	to, err := op.Scan(rows, func(r op.Row) (email string, err error) { return email, r.Scan(&email) })
	if err != nil {
		return err
	}
	l := write(name, e.Base+"/settings")
	for _, email := range to {
		if err := e.Post.Put(tx, letters, tenant, l.To(email)); err != nil {
			return err
		}
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006 at 15:04 UTC") }

func asked(organisation, by, reason string, goes time.Time, url string) mail.Letter {
	return mail.Letter{
		Subject: organisation + " is to be deleted on Assay",
		Lines: []string{
			fmt.Sprintf("%s asked for %s to be deleted, with everything in it: records, files, history and backups. It goes on %s.", by, organisation, day(goes)),
			"The reason given: " + reason,
			"Until then everything works as before, and any administrator can keep it.",
		},
		Button: "Look at it, or keep it", URL: url,
		Notes: []string{"After that day nobody can bring it back, not from a backup either. If you want to keep something, export it before."},
	}
}

func cancelled(organisation, by, url string) mail.Letter {
	return mail.Letter{
		Subject: organisation + " stays on Assay",
		Lines:   []string{fmt.Sprintf("%s took back that %s is to be deleted. Nothing of it was changed.", by, organisation)},
		Button:  "Open Assay", URL: url,
	}
}

func soon(organisation string, goes time.Time, url string) mail.Letter {
	return mail.Letter{
		Subject: organisation + " goes on " + goes.UTC().Format("2 January 2006"),
		Lines: []string{
			fmt.Sprintf("%s will be deleted with everything in it on %s.", organisation, day(goes)),
			"Any administrator can keep it until then. After it nobody can bring it back.",
		},
		Button: "Look at it, or keep it", URL: url,
	}
}

// call is how erasing stands in the installation's audit log.
func call(tenant, action string, tables ...string) storage.Call {
	return storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "erasure"}, Action: action, Tenant: tenant, Owns: append(tables, owns...)}
}
