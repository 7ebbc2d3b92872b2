package auditlog

import (
	"errors"
	"fmt"
	"strings"

	"assay/backup"
	"assay/backup/witness"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

type verifyIn struct {
	Body struct {
		Objects    bool   `json:"objects,omitempty" doc:"Also read every file and compare it with the SHA-256 it was stored with"`
		Checkpoint string `json:"checkpoint,omitempty" maxLength:"200000" doc:"Text with checkpoints that were kept elsewhere, as a mail, a download or a proof has them: the log must extend each of them"`
	}
}

// AuditVerdict is what verification found.
type AuditVerdict struct {
	OK           bool          `json:"ok"`
	At           string        `json:"at"`
	Tenant       LogVerdict    `json:"tenant"`
	Installation LogVerdict    `json:"installation"`
	Objects      ObjectVerdict `json:"objects"`
	Kept         int           `json:"kept" doc:"Checkpoints that were given and compared"`
	Checkpoint   string        `json:"checkpoint,omitempty" doc:"The organisation's log as it was found, signed"`
}

// LogVerdict is what was found of one log.
type LogVerdict struct {
	Records     int64    `json:"records" doc:"Records of this organisation"`
	Checkpoints int      `json:"checkpoints" doc:"Signed checkpoints that were compared"`
	Problems    []string `json:"problems"`
}

// ObjectVerdict is what was found of the files.
type ObjectVerdict struct {
	Checked  int      `json:"checked"`
	Bytes    int64    `json:"bytes"`
	Problems []string `json:"problems"`
}

// mostProblems keeps a report of a ruined store readable.
const mostProblems = 100

func verify(s *op.Scope, in verifyIn) (AuditVerdict, error) {
	v := AuditVerdict{At: s.Now().UTC().Format(storage.Instant), Objects: ObjectVerdict{Problems: []string{}}}
	db, done, err := s.Store().Tenant(s.Context(), s.Tenant())
	if err != nil {
		return v, err
	}
	defer done()
	kept, err := handedIn(s, in.Body.Checkpoint)
	if err != nil {
		return v, err
	}
	v.Kept = len(kept[s.Tenant()]) + len(kept[keys.Control])
	own, err := db.Verify(s.Context(), kept[s.Tenant()]...)
	if err != nil {
		return v, err
	}
	v.Tenant = LogVerdict{Records: own.Records, Checkpoints: own.Checkpoints, Problems: []string{}}
	for _, p := range own.Problems {
		v.Tenant.Problems = append(v.Tenant.Problems, p.What)
	}
	if v.Installation, err = verifyInstallation(s, kept[keys.Control]); err != nil {
		return v, err
	}
	if in.Body.Objects {
		if v.Objects, err = verifyObjects(s); err != nil {
			return v, err
		}
	}
	found := len(v.Tenant.Problems) + len(v.Installation.Problems) + len(v.Objects.Problems)
	v.OK = found == 0
	if own.OK() { // a log that does not hold is not signed again
		if v.Checkpoint, err = db.Checkpoint(s.Context()); err != nil {
			return v, err
		}
	}
	return v, s.Record(storage.Event{Subject: "audit log", Detail: map[string]any{
		"records": own.Records, "root": own.Root, "objects": v.Objects.Checked, "problems": found}})
}

// handedIn are the checkpoints in a text that somebody kept, by their log.
func handedIn(s *op.Scope, text string) (map[string][]storage.Kept, error) {
	kept := map[string][]storage.Kept{}
	if strings.TrimSpace(text) == "" {
		return kept, nil
	}
	notes := witness.Find(text)
	if len(notes) == 0 {
		return nil, op.Errorf(op.Invalid, "There is no signed checkpoint in this text. One begins with a line assay/… and ends with a signature.")
	}
	for _, note := range notes {
		c, err := storage.ParseCheckpoint(note)
		if err != nil {
			return nil, op.Errorf(op.Invalid, "The checkpoint in this text cannot be read: a part of it is missing or changed.")
		}
		if c.Log != s.Tenant() && c.Log != keys.Control {
			return nil, op.Errorf(op.Invalid, "The checkpoint in this text is of another organisation's log.")
		}
		kept[c.Log] = append(kept[c.Log], storage.Kept{Where: fmt.Sprintf("The checkpoint at %d that you kept", c.Size), Note: note})
	}
	return kept, nil
}

// verifyInstallation verifies the installation's log and says of it what concerns this organisation: how
// many records others have there is not its business.
func verifyInstallation(s *op.Scope, kept []storage.Kept) (LogVerdict, error) {
	v := LogVerdict{Problems: []string{}}
	control := s.Store().Control()
	rep, err := control.Verify(s.Context(), kept...)
	if err != nil {
		return v, err
	}
	v.Checkpoints = rep.Checkpoints
	return v, s.ReadControl(func(tx *storage.ReadTx) error {
		if err := tx.QueryRow("SELECT count(*) FROM audit WHERE tenant = ?", s.Tenant()).Scan(&v.Records); err != nil {
			return err
		}
		elsewhere := false
		for _, p := range rep.Problems {
			if p.Seq >= 0 {
				var mine bool
				if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM audit WHERE seq = ? AND tenant = ?)", p.Seq, s.Tenant()).Scan(&mine); err != nil {
					return err
				}
				if !mine {
					elsewhere = true
					continue
				}
			}
			v.Problems = append(v.Problems, p.What)
		}
		if elsewhere {
			v.Problems = append(v.Problems, "The installation's log has faults in records that are not of this organisation. Tell its operator.")
		}
		return nil
	})
}

// verifyObjects reads every file of the organisation outside any transaction.
func verifyObjects(s *op.Scope) (ObjectVerdict, error) {
	v := ObjectVerdict{Problems: []string{}}
	var all []backup.Stored
	err := s.Read(func(tx *storage.ReadTx) (err error) {
		all, err = backup.Objects(tx)
		return err
	})
	if err != nil {
		return v, err
	}
	for _, o := range all {
		if err := s.Context().Err(); err != nil {
			return v, err
		}
		v.Checked++
		v.Bytes += o.Size
		problem := ""
		switch err := s.Blobs().Verify(s.Context(), s.Tenant(), o.Object); {
		case errors.Is(err, blob.ErrNotFound):
			problem = "is missing"
		case errors.Is(err, blob.ErrCorrupt):
			problem = "is not what was stored"
		case err != nil:
			problem = "cannot be read"
		}
		if problem != "" && len(v.Problems) < mostProblems {
			what := "the logo"
			if o.Of != "" {
				what = fmt.Sprintf("%s (%s)", o.File, o.Of)
			}
			v.Problems = append(v.Problems, fmt.Sprintf("The file %s %s.", what, problem))
		}
	}
	return v, nil
}
