// Package checkpoint sends signed checkpoints of the audit log where nobody here can take them back: every night to a
// folder or bucket of the installation's, every week by mail to whom the organisation names. Whoever writes the log
// anew later cannot make it fit them.
package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"assay/backup/witness"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// Sender is what checkpoints leave by.
type Sender struct {
	post  *mail.Post
	place witness.Place // nil when there is none
	lock  time.Duration // how long nobody may remove what is in the place
}

// New makes the sender of an installation. place is nil when no setting names one.
func New(post *mail.Post, place witness.Place, lock time.Duration) *Sender {
	post.OnlyIf(letters, mayLeave)
	return &Sender{post, place, lock}
}

// Module is the part of the API about checkpoints that are kept elsewhere.
func (s *Sender) Module() op.Module {
	return op.Module{
		Name: "checkpoint", Present: true,
		Owns: []string{"checkpoint_mail", "checkpoint_kept"},
		Also: []string{"mail"},
		Ops: []op.Op{
			op.Read("get", "GET /checkpoints/kept", op.Admin, s.get, op.Doc("Where the log's checkpoints are kept outside of this installation, and when one left last")),
			op.Write("update", "PATCH /checkpoints/kept", op.Admin, s.update, op.Unversioned("there is one: If-Match is compared with its version by the function"), op.Doc("Set to whom the newest checkpoint is mailed every week, or that it is to nobody")),
			op.Steps("keep", "POST /checkpoints/kept", op.Admin, s.keepNow, op.Doc("Put the newest checkpoint into the place now")),
		},
		Jobs: []op.Job{
			{Name: "night", Nightly: true, Run: s.night},
			{Name: "control_night", Nightly: true, Control: true, Run: s.controlNight},
		},
	}
}

// CheckpointsKept is where checkpoints are kept elsewhere.
type CheckpointsKept struct {
	Place     string          `json:"place" doc:"Where every night's checkpoint goes, in words; empty when a setting names none"`
	Last      *CheckpointKept `json:"last,omitempty" doc:"The last one that went there; absent when none did"`
	Address   string          `json:"address" doc:"Whom the newest one is mailed to every week; empty for nobody"`
	Mailed    *CheckpointKept `json:"mailed,omitempty" doc:"The last one that was mailed"`
	UpdatedAt string          `json:"updated_at"`
	Version   int             `json:"version"`
}

// CheckpointKept is one that left.
type CheckpointKept struct {
	Size    int64  `json:"size" doc:"How many records it signs for"`
	At      string `json:"at"`
	Name    string `json:"name" doc:"Of the object or file; of a mail its address"`
	Until   string `json:"until" doc:"Nobody can remove it before; empty where the place has no such lock"`
	Trouble string `json:"trouble" doc:"Why a later try failed; empty when none did"`
}

// The ways by which checkpoints leave.
const (
	byPlace = "place"
	byMail  = "mail"
)

func (s *Sender) get(tx *storage.ReadTx, _ struct{}) (CheckpointsKept, error) { return s.read(tx) }

func (s *Sender) read(tx *storage.ReadTx) (out CheckpointsKept, err error) {
	if s.place != nil {
		out.Place = s.place.String()
	}
	if err := tx.QueryRow("SELECT address, updated_at, version FROM checkpoint_mail").Scan(&out.Address, &out.UpdatedAt, &out.Version); err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT way, size, at, name, until, trouble FROM checkpoint_kept")
	if err != nil {
		return out, err
	}
	return out, op.Each(rows, func(r op.Row) error {
		var way string
		var k CheckpointKept
		err := r.Scan(&way, &k.Size, &k.At, &k.Name, &k.Until, &k.Trouble)
		if way == byMail {
			out.Mailed = &k
		} else {
			out.Last = &k
		}
		return err
	})
}

type updateIn struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		Address *string `json:"address,omitempty" maxLength:"200" doc:"Of your auditor, or of the owner: somebody who keeps mail where nobody here can remove it. Empty for nobody"`
	}
}

func (s *Sender) update(tx *storage.WriteTx, in updateIn) (CheckpointsKept, error) {
	if in.IfMatch == "" {
		return CheckpointsKept{}, op.Errorf(op.Precondition, "Send the version you read as If-Match, so that nobody's change is lost.")
	}
	was, err := s.read(&tx.ReadTx)
	if err != nil {
		return was, err
	}
	if strings.Trim(in.IfMatch, `"`) != strconv.Itoa(was.Version) {
		return was, storage.ErrStale
	}
	if in.Body.Address == nil || strings.TrimSpace(*in.Body.Address) == was.Address {
		return was, nil
	}
	address := strings.ToLower(strings.TrimSpace(*in.Body.Address))
	var v op.Check
	if address != "" {
		v.Email(address, "address")
	}
	if err := v.Err(); err != nil {
		return was, err
	}
	if err := tx.ExecOne("UPDATE checkpoint_mail SET address = ?, updated_at = ?", address, tx.Stamp()); err != nil {
		return was, err
	}
	return s.read(&tx.ReadTx)
}

func (s *Sender) keepNow(sc *op.Scope, _ struct{}) (out CheckpointsKept, err error) {
	if s.place == nil {
		return out, op.Errorf(op.Conflict, "No place is set for checkpoints. Whoever runs this installation names one with the setting checkpoints.")
	}
	if err := sc.Record(storage.Event{Subject: s.place.String()}); err != nil { // first: what is kept has it, too
		return out, err
	}
	if err := s.toPlace(sc); err != nil {
		sc.Log().WarnContext(sc.Context(), "keep checkpoint", "err", err)
		return out, op.Errorf(op.Conflict, "The place for checkpoints cannot be reached now. Tell whoever runs this installation.")
	}
	return out, sc.Read(func(tx *storage.ReadTx) error { out, err = s.read(tx); return err })
}

// night is the job of an organisation: the place every night, the mail every week.
func (s *Sender) night(sc *op.Scope, _ json.RawMessage) error {
	var failed error
	if s.place != nil {
		failed = s.toPlace(sc)
	}
	return errors.Join(failed, s.toMail(sc))
}

// controlNight is the same for the installation's own log, which nobody gets by mail.
func (s *Sender) controlNight(sc *op.Scope, _ json.RawMessage) error {
	if s.place == nil {
		return nil
	}
	_, _, err := s.put(sc, sc.Store().Control())
	return err
}

// toPlace puts the newest checkpoint into the place and notes where it is, or why not.
func (s *Sender) toPlace(sc *op.Scope) error {
	db, done, err := sc.Store().Tenant(sc.Context(), sc.Tenant())
	if err != nil {
		return err
	}
	defer done()
	c, name, failed := s.put(sc, db)
	if failed == nil && name == "" {
		return nil // it has the newest already
	}
	err = sc.Write(func(tx *storage.WriteTx) error {
		if failed != nil {
			return tx.Exec(`INSERT INTO checkpoint_kept (way, size, at, name, trouble) VALUES (?1, 0, ?2, '', ?3)
				ON CONFLICT (way) DO UPDATE SET trouble = excluded.trouble`, byPlace, tx.Stamp(), "The place could not be reached.")
		}
		until := ""
		if locks, err := s.place.Locks(sc.Context()); err == nil && locks {
			until = s.until(tx.Now()).Format(storage.Instant)
		}
		return noteKept(tx, byPlace, c.Size, name, until)
	})
	return errors.Join(failed, err)
}

func noteKept(tx *storage.WriteTx, way string, size int64, name, until string) error {
	return tx.Exec(`INSERT INTO checkpoint_kept (way, size, at, name, until) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (way) DO UPDATE SET size = excluded.size, at = excluded.at, name = excluded.name, until = excluded.until, trouble = ''`, way, size, tx.Stamp(), name, until)
}

func (s *Sender) until(now time.Time) time.Time { return now.Add(s.lock) }

// put signs a log and puts the checkpoint into the place, unless one over as many records is there already: then the
// name is empty.
func (s *Sender) put(sc *op.Scope, db *storage.DB) (c storage.Checkpoint, name string, err error) {
	size, err := lengthOf(sc, db)
	if err != nil {
		return c, "", err
	}
	newest, err := witness.Newest(sc.Context(), s.place, db.ID())
	if err != nil || newest >= size {
		return c, "", err
	}
	c, text, err := signed(sc, db)
	if err != nil {
		return c, "", err
	}
	name = witness.Name(c, sc.Now())
	if err := s.place.Put(sc.Context(), name, text, s.until(sc.Now())); err != nil && !errors.Is(err, storage.ErrExists) {
		return c, "", fmt.Errorf("keep checkpoint %s: %w", name, err)
	}
	return c, name, nil
}

func lengthOf(sc *op.Scope, db *storage.DB) (n int64, err error) {
	return n, db.Read(sc.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT coalesce(max(seq) + 1, 0) FROM audit").Scan(&n)
	})
}

// signed signs a log and gives what is kept of that: the note and the key that checks it.
func signed(sc *op.Scope, db *storage.DB) (c storage.Checkpoint, text string, err error) {
	note, err := db.Checkpoint(sc.Context())
	if err != nil {
		return c, "", err
	}
	key, _, err := db.VerifierKey(sc.Context())
	if err != nil {
		return c, "", err
	}
	c, err = storage.ParseCheckpoint(note)
	return c, witness.Text(note, key), err
}
