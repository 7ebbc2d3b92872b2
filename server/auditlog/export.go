package auditlog

import (
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"assay/server/op"
	"assay/storage"
)

type exportIn struct {
	AuditFilter
	Format string `query:"format" enum:"csv,jsonl" doc:"csv to read, under the list's filters; jsonl to verify, always whole; csv unless given"`
}

func export(s *op.Scope, in exportIn, w io.Writer) (op.Sent, error) {
	today := ""
	if err := s.Read(func(tx *storage.ReadTx) error { today = tx.Today(); return nil }); err != nil {
		return op.Sent{}, err
	}
	if in.Format == "jsonl" {
		return op.Sent{Name: "audit-" + today + ".jsonl", Type: "application/x-ndjson"}, exportJSONL(s, w)
	}
	return op.Sent{Name: "audit-" + today + ".csv", Type: "text/csv"}, exportCSV(s, in.AuditFilter, w)
}

func exportCSV(s *op.Scope, f AuditFilter, w io.Writer) error {
	out, err := op.NewCSV(w, "Time", "Log", "Number", "Actor", "Kind of actor", "Actor id", "Action", "What was done", "Reason", "Request", "Cause")
	if err != nil {
		return err
	}
	err = both(s, func(tx, control *storage.ReadTx) error {
		j, err := newJoin(tx, control, s.Tenant(), f)
		if err != nil {
			return err
		}
		return j.each(func(keys []key) error {
			entries, err := describe(tx, control, s.Tenant(), keys)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if err := out.Row(e.At, e.Log, e.Seq, e.Actor.Name, string(e.Actor.Kind), e.Actor.ID, e.Action, e.Summary, e.Note, e.Request, e.Cause); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return errors.Join(err, out.End())
}

// AuditLine is one record in an export that can be verified without this program: the hash of the leaf is
// SHA-256(0x00, record), as RFC 6962 has it. The organisation's records are all there and in order, so that
// the root can be computed; those of the installation's log are a few of many, so each comes with the hashes
// that lead from its leaf to the root.
type AuditLine struct {
	Log    string   `json:"log"`
	Seq    int64    `json:"seq"`
	Leaf   string   `json:"leaf"`
	Proof  []string `json:"proof,omitempty"`
	Record string   `json:"record"`
}

// AuditSeal is the last line of such an export: for each log the signed checkpoint that its records lead to, and
// the public key that checks the signature.
type AuditSeal struct {
	Checkpoints map[string]string `json:"checkpoints"`
	Verifier    string            `json:"verifier"`
}

// proofFormat is what a proof says that it is. What a verifier would misread gets a new number.
const proofFormat = "assay-proof/1"

// AuditProof is one record in a file of its own: enough to check, without this program, that the record stands in the
// log that was signed. verifier/verify.go does, in a hundred lines.
type AuditProof struct {
	Format string `json:"format"`
	AuditLine
	Checkpoint string `json:"checkpoint"` // signed note: whose log, how many records, the root over them
	Verifier   string `json:"verifier"`   // public key of the signature: name+number+base64
}

func exportJSONL(s *op.Scope, w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	seal := AuditSeal{Checkpoints: map[string]string{}}
	db, done, err := s.Store().Tenant(s.Context(), s.Tenant())
	if err != nil {
		return err
	}
	defer done()
	if seal.Verifier, _, err = db.VerifierKey(s.Context()); err != nil {
		return err
	}
	var size int64
	if seal.Checkpoints[Tenant], size, err = sign(s, db); err != nil {
		return err
	}
	err = s.Read(func(tx *storage.ReadTx) error {
		return eachText(tx, "SELECT seq, record FROM audit WHERE seq < ? ORDER BY seq", []any{size}, func(seq int64, text string) error {
			return out.Encode(AuditLine{Log: Tenant, Seq: seq, Leaf: leaf(text), Record: text})
		})
	})
	if err != nil {
		return err
	}
	if seal.Checkpoints[Installation], size, err = sign(s, s.Store().Control()); err != nil {
		return err
	}
	err = s.ReadControl(func(tx *storage.ReadTx) error {
		return eachText(tx, "SELECT seq, record FROM audit WHERE tenant = ? AND seq < ? ORDER BY seq", []any{s.Tenant(), size}, func(seq int64, text string) error {
			l := AuditLine{Log: Installation, Seq: seq, Leaf: leaf(text), Record: text}
			if l.Proof, err = prove(tx, size, seq); err != nil {
				return err
			}
			return out.Encode(l)
		})
	})
	if err != nil {
		return err
	}
	return out.Encode(seal)
}

func proof(s *op.Scope, in struct {
	Log  string `path:"log" enum:"tenant,installation"`
	Seq  int64  `path:"seq" minimum:"0"`
	Size int64  `query:"size" minimum:"1" doc:"Prove it against the signed checkpoint over this many records, which somebody kept; without it the log is signed now"`
}, w io.Writer) (op.Sent, error) {
	p, err := proofAt(s, in.Log, in.Seq, in.Size)
	if err != nil {
		return op.Sent{}, err
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "\t")
	return op.Sent{Name: fmt.Sprintf("audit-%s-%d-proof.json", in.Log, in.Seq), Type: "application/json"}, out.Encode(p)
}

// Verifier is the source of the program that checks a proof.
//
//go:embed verifier/verify.go
var Verifier []byte

func verifier(_ *op.Scope, _ struct{}, w io.Writer) (op.Sent, error) {
	_, err := w.Write(Verifier)
	return op.Sent{Name: "verify.go", Type: "text/plain"}, err
}

// Proof signs where a log stands now and gives one of its records with the hashes that lead to what was signed:
// enough to check, without this program, that the record stands in the log.
func Proof(s *op.Scope, log string, seq int64) (AuditProof, error) { return proofAt(s, log, seq, 0) }

// proofAt is Proof against an earlier checkpoint, over the first size records; 0 means now.
func proofAt(s *op.Scope, log string, seq, size int64) (p AuditProof, err error) {
	p.Format, p.AuditLine = proofFormat, AuditLine{Log: log, Seq: seq}
	db, done, err := s.Store().Tenant(s.Context(), s.Tenant())
	if err != nil {
		return p, err
	}
	defer done()
	from := s.Read
	if log == Installation {
		db, from = s.Store().Control(), s.ReadControl
	}
	if size == 0 {
		if p.Checkpoint, size, err = sign(s, db); err != nil {
			return p, err
		}
	}
	if p.Verifier, _, err = db.VerifierKey(s.Context()); err != nil {
		return p, err
	}
	return p, from(func(tx *storage.ReadTx) error {
		if p.Checkpoint == "" {
			err := tx.QueryRow("SELECT note FROM checkpoint WHERE size = ?", size).Scan(&p.Checkpoint)
			if errors.Is(err, sql.ErrNoRows) {
				return op.Errorf(op.NotFound, "The log was not signed at %d records. The list of checkpoints says where it was.", size)
			}
			if err != nil {
				return err
			}
		}
		var tenant string
		if err := tx.QueryRow("SELECT record, tenant FROM audit WHERE seq = ? AND seq < ?", seq, size).Scan(&p.Record, &tenant); err != nil {
			return err
		}
		if log == Installation && tenant != s.Tenant() {
			return storage.ErrNotFound
		}
		p.Leaf = leaf(p.Record)
		p.AuditLine.Proof, err = prove(tx, size, seq)
		return err
	})
}

// sign signs where a log stands now and says how long it is there.
func sign(s *op.Scope, db *storage.DB) (note string, size int64, err error) {
	if note, err = db.Checkpoint(s.Context()); err != nil {
		return "", 0, err
	}
	lines := strings.Split(note, "\n")
	if len(lines) < 3 {
		return "", 0, errors.New("a checkpoint without a size")
	}
	size, err = strconv.ParseInt(lines[1], 10, 64)
	return note, size, err
}

func leaf(record string) string { return tlog.RecordHash([]byte(record)).String() }

// prove are the hashes that lead from one record to the root of the first size records.
func prove(tx *storage.ReadTx, size, seq int64) ([]string, error) {
	hashes, err := tlog.ProveRecord(size, seq, tlog.HashReaderFunc(tx.Hashes))
	if err != nil {
		return nil, fmt.Errorf("prove record %d: %w", seq, err)
	}
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = h.String()
	}
	return out, nil
}

func eachText(tx *storage.ReadTx, query string, args []any, fn func(seq int64, text string) error) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var text string
		if err := rows.Scan(&seq, &text); err != nil {
			return err
		}
		if err := fn(seq, text); err != nil {
			return err
		}
	}
	return rows.Err()
}

// AuditCheckpoint is where a log was signed.
type AuditCheckpoint struct {
	Size int64  `json:"size" doc:"How many records were signed for"`
	At   string `json:"at"`
	Note string `json:"note" doc:"The signed note, in the form of C2SP tlog-checkpoint"`
}

// AuditCheckpoints are the newest checkpoints of the organisation's log.
type AuditCheckpoints struct {
	op.Page[AuditCheckpoint]
	Verifier string `json:"verifier" doc:"The public key that checks their signatures, in the form of a note verifier"`
}

func checkpoints(s *op.Scope, in struct {
	Page  int `query:"page" minimum:"1" maximum:"1000000"`
	Limit int `query:"limit" minimum:"1" maximum:"100"`
}) (out AuditCheckpoints, err error) {
	if out.Verifier, _, err = s.Store().Control().VerifierKey(s.Context()); err != nil {
		return out, err
	}
	p := op.PageIn{Page: in.Page, Limit: in.Limit}
	out.Page.Page, out.Limit = p.Number(), p.Size()
	return out, s.Read(func(tx *storage.ReadTx) error {
		if err := tx.QueryRow("SELECT count(*) FROM checkpoint").Scan(&out.Total); err != nil {
			return err
		}
		rows, err := tx.Query("SELECT size, at, note FROM checkpoint ORDER BY size DESC LIMIT ? OFFSET ?", p.Size(), p.Offset())
		if err != nil {
			return err
		}
		out.Items, err = op.Scan(rows, func(r op.Row) (c AuditCheckpoint, err error) { return c, r.Scan(&c.Size, &c.At, &c.Note) })
		return err
	})
}

// newest sends the newest checkpoint with the key that checks it, for a place that nobody here can reach.
func newest(s *op.Scope, _ struct{}, w io.Writer) (op.Sent, error) {
	db, done, err := s.Store().Tenant(s.Context(), s.Tenant())
	if err != nil {
		return op.Sent{}, err
	}
	defer done()
	note, size, err := sign(s, db)
	if err != nil {
		return op.Sent{}, err
	}
	key, _, err := db.VerifierKey(s.Context())
	if err != nil {
		return op.Sent{}, err
	}
	_, err = fmt.Fprintf(w, "%s\nChecked with: %s\n", note, key)
	return op.Sent{Name: fmt.Sprintf("audit-checkpoint-%d.txt", size), Type: "text/plain"}, err
}
