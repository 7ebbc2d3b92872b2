package evidence

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
	"assay/storage/blob"
)

// EvidencePackage is an archive for an auditor: what was chosen for it and where it stands.
type EvidencePackage struct {
	ID            string        `json:"id"`
	Name          string        `json:"name" doc:"Of the file"`
	State         string        `json:"state" enum:"waiting,done,failed,removed" doc:"removed: its 30 days are over"`
	Problem       string        `json:"problem" doc:"Why it failed"`
	Choice        PackageChoice `json:"choice"`
	Done          int           `json:"done" doc:"Files that are in it so far"`
	Total         int           `json:"total" doc:"Files that will be in it; 0 while that is not known"`
	Files         int           `json:"files"`
	Missing       int           `json:"missing" doc:"Files that could not be read whole; its index names them"`
	Size          int           `json:"size"`
	SHA256        string        `json:"sha256"`
	CreatedAt     string        `json:"created_at"`
	CreatedBy     string        `json:"created_by"`
	CreatedByName string        `json:"created_by_name"`
	EndedAt       string        `json:"ended_at"`
	KeepUntil     string        `json:"keep_until" doc:"When its file is removed"`
	Version       int           `json:"version"`
}

// PackageChoice is what was chosen, with names as they were then.
type PackageChoice struct {
	Frameworks []PackageFramework `json:"frameworks"`
	Period     string             `json:"period" doc:"Name of the period; empty for all time"`
	StartsOn   string             `json:"starts_on"`
	EndsOn     string             `json:"ends_on"`
	Accepted   bool               `json:"accepted" doc:"Only accepted files that no newer version has replaced"`
	Sample     int                `json:"sample" doc:"At most so many files a request; 0 for all"`
	Seed       string             `json:"seed" doc:"What the sample was drawn with; empty without one"`
}

// PackageFramework names a framework.
type PackageFramework struct {
	ID    string `json:"id"`
	Short string `json:"short"`
	Name  string `json:"name"`
}

// EvidencePackages are the newest packages.
type EvidencePackages struct {
	Items []EvidencePackage `json:"items"`
}

// keepPackage is how long the file of a package is kept, in days.
const keepPackage = 30

// mostPackages are made at a time in one organisation.
const mostPackages = 3

// Draw takes at most n of the ids, by chance that anyone can repeat: it takes those with the smallest SHA-256 of
// seed, newline, id. 0 takes all. The order of what it returns is that of ids.
func Draw(ids []string, seed string, n int) []string {
	if n <= 0 || len(ids) <= n {
		return ids
	}
	lot := func(id string) string {
		sum := sha256.Sum256([]byte(seed + "\n" + id))
		return hex.EncodeToString(sum[:])
	}
	drawn := slices.SortedFunc(slices.Values(ids), func(a, b string) int { return cmp.Compare(lot(a), lot(b)) })[:n]
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(drawn, id) })
}

const packageColumns = `k.id, k.name, k.state, k.problem, k.choice, coalesce(g.done, 0), coalesce(g.total, 0), k.files, k.missing, k.size, k.sha256,
	k.created_at, k.created_by, coalesce(p.name, ''), k.ended_at, k.expires_at, k.version`

const packageFrom = `package k LEFT JOIN package_progress g ON g.package = k.id LEFT JOIN person p ON p.id = k.created_by`

func scanPackage(r op.Row) (p EvidencePackage, err error) {
	var choice string
	err = r.Scan(&p.ID, &p.Name, &p.State, &p.Problem, &choice, &p.Done, &p.Total, &p.Files, &p.Missing, &p.Size, &p.SHA256,
		&p.CreatedAt, &p.CreatedBy, &p.CreatedByName, &p.EndedAt, &p.KeepUntil, &p.Version)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(choice), &p.Choice)
}

func packages(tx *storage.ReadTx, _ struct{}) (out EvidencePackages, err error) {
	rows, err := tx.Query("SELECT " + packageColumns + " FROM " + packageFrom + " ORDER BY k.created_at DESC, k.id DESC LIMIT 100")
	if err != nil {
		return out, err
	}
	out.Items, err = op.Scan(rows, scanPackage)
	return out, err
}

func packageByID(tx *storage.ReadTx, in byID) (EvidencePackage, error) {
	p, err := scanPackage(tx.QueryRow("SELECT "+packageColumns+" FROM "+packageFrom+" WHERE k.id = ?", in.ID))
	return p, none(err)
}

type createPackageIn struct {
	Body struct {
		Frameworks []string `json:"frameworks" minItems:"1" maxItems:"50" doc:"Ids of the frameworks whose requirements it is about"`
		Period     string   `json:"period,omitempty" maxLength:"26" doc:"Id of a compliance period; files of all time unless given"`
		Status     string   `json:"status,omitempty" enum:"accepted,all" doc:"Only accepted files that no newer version has replaced, or all; accepted unless given"`
		Sample     int      `json:"sample,omitempty" minimum:"0" maximum:"1000" doc:"At most so many files a request, drawn by chance; all unless given"`
		Seed       string   `json:"seed,omitempty" maxLength:"60" doc:"Draws the same sample again; a new one is made unless given"`
	}
}

func createPackage(tx *storage.WriteTx, in createPackageIn) (EvidencePackage, error) {
	b := in.Body
	ch := PackageChoice{Accepted: b.Status != "all", Sample: b.Sample, Frameworks: []PackageFramework{}}
	var c op.Check
	var shorts []string
	for i, id := range b.Frameworks {
		f := PackageFramework{ID: id}
		err := none(tx.QueryRow("SELECT coalesce(nullif(short, ''), name), name FROM framework WHERE id = ?", id).Scan(&f.Short, &f.Name))
		if errors.Is(err, storage.ErrNotFound) {
			c.That(false, fmt.Sprintf("frameworks[%d]", i), "There is no such framework.")
			continue
		}
		if err != nil {
			return EvidencePackage{}, err
		}
		if !slices.Contains(ch.Frameworks, f) {
			ch.Frameworks, shorts = append(ch.Frameworks, f), append(shorts, f.Short)
		}
	}
	if b.Period != "" {
		p, err := periodByID(&tx.ReadTx, b.Period)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return EvidencePackage{}, err
		}
		c.That(err == nil, "period", "There is no such period.")
		ch.Period, ch.StartsOn, ch.EndsOn = p.Name, p.StartsOn, p.EndsOn
	}
	if b.Sample > 0 {
		ch.Seed = cmp.Or(strings.TrimSpace(b.Seed), tx.NewID())
		c.That(!strings.ContainsFunc(ch.Seed, func(r rune) bool { return r < ' ' || r > '~' }), "seed", "Use plain letters and digits.")
	}
	if err := c.Err(); err != nil {
		return EvidencePackage{}, err
	}
	var waiting int
	if err := tx.QueryRow("SELECT count(*) FROM package WHERE state = 'waiting'").Scan(&waiting); err != nil {
		return EvidencePackage{}, err
	}
	if waiting >= mostPackages {
		return EvidencePackage{}, op.Errorf(op.Conflict, "%d packages are being made already. Wait until one of them is done.", waiting)
	}
	text, err := json.Marshal(ch)
	if err != nil {
		return EvidencePackage{}, err
	}
	id := tx.NewID()
	name := plainName(strings.Join(append([]string{"auditor-package"}, append(shorts, ch.Period, tx.Today())...), "-"), 90) + ".zip"
	err = tx.Exec("INSERT INTO package (id, name, choice, created_at, created_by) VALUES (?, ?, ?, ?, ?)", id, name, string(text), tx.Stamp(), person.Acting(&tx.ReadTx))
	if err != nil {
		return EvidencePackage{}, err
	}
	if err := tx.Exec("INSERT INTO package_progress (package) VALUES (?)", id); err != nil {
		return EvidencePackage{}, err
	}
	if err := tx.Enqueue("evidence.package", byID{id}, tx.Now(), id); err != nil {
		return EvidencePackage{}, err
	}
	return packageByID(&tx.ReadTx, byID{id})
}

func downloadPackage(tx *storage.ReadTx, in byID) (op.Sent, error) {
	s := op.Sent{Type: "application/zip"}
	var state string
	err := tx.QueryRow("SELECT name, state, object, size, sha256 FROM package WHERE id = ?", in.ID).Scan(&s.Name, &state, &s.Object.Name, &s.Object.Size, &s.Object.SHA256)
	if err != nil {
		return s, none(err)
	}
	switch state {
	case "done":
		return s, nil
	case "removed":
		return s, op.Errorf(op.Conflict, "This package is no longer kept: its %d days are over. Make it again.", keepPackage)
	case "failed":
		return s, op.Errorf(op.Conflict, "This package could not be made. Make it again.")
	}
	return s, op.Errorf(op.Conflict, "This package is still being made.")
}

// build makes a package. What fails is said in its row; what was cut off by the program's end begins anew.
func build(s *op.Scope, raw json.RawMessage) error {
	var in byID
	if err := json.Unmarshal(raw, &in); err != nil {
		return fmt.Errorf("read which package: %w", err)
	}
	var p EvidencePackage
	err := s.Read(func(tx *storage.ReadTx) (err error) {
		p, err = packageByID(tx, in)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) || err == nil && p.State != "waiting" {
		return nil
	}
	if err != nil {
		return err
	}
	made, err := pack(s, p)
	if err != nil && s.Context().Err() != nil {
		return err
	}
	if err != nil {
		return errors.Join(fmt.Errorf("make package %s: %w", p.ID, err), s.Write(func(tx *storage.WriteTx) error {
			return tx.ExecOne("UPDATE package SET state = 'failed', ended_at = ?, problem = ? WHERE id = ?", tx.Stamp(),
				"The package could not be made. Try again; if it fails again, tell whoever runs this installation.", p.ID)
		}))
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		until := tx.Now().AddDate(0, 0, keepPackage)
		err := tx.ExecOne("UPDATE package SET state = 'done', files = ?, missing = ?, object = ?, size = ?, sha256 = ?, ended_at = ?, expires_at = ? WHERE id = ?",
			made.files, made.missing, made.object.Name, made.object.Size, made.object.SHA256, tx.Stamp(), until.UTC().Format(storage.Instant), p.ID)
		if err != nil {
			return err
		}
		return tx.Enqueue("evidence.remove_package", byID{p.ID}, until, "remove "+p.ID)
	})
	if err != nil { // no row names it
		return errors.Join(err, s.Blobs().Delete(s.Context(), s.Tenant(), made.object.Name))
	}
	return nil
}

// removePackage removes the file of a package whose time is over. The row stays: who made it, when, of what.
func removePackage(s *op.Scope, raw json.RawMessage) error {
	var in byID
	if err := json.Unmarshal(raw, &in); err != nil {
		return fmt.Errorf("read which package: %w", err)
	}
	object := ""
	err := s.Write(func(tx *storage.WriteTx) error {
		var state, until string
		err := none(tx.QueryRow("SELECT state, object, expires_at FROM package WHERE id = ?", in.ID).Scan(&state, &object, &until))
		if errors.Is(err, storage.ErrNotFound) || err == nil && (state != "done" || until > tx.Stamp()) {
			object = ""
			return nil
		}
		if err != nil {
			return err
		}
		return tx.ExecOne("UPDATE package SET state = 'removed', object = '' WHERE id = ?", in.ID)
	})
	if err != nil || object == "" {
		return err
	}
	if err := s.Blobs().Delete(s.Context(), s.Tenant(), object); err != nil && !errors.Is(err, blob.ErrNotFound) {
		return err
	}
	return nil
}
