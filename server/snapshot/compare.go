package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/op"
	"assay/storage"
)

// SnapshotComparison is what became of an organisation between two of its snapshots.
type SnapshotComparison struct {
	Then         SnapshotMoment            `json:"then"`
	Now          SnapshotMoment            `json:"now"`
	Frameworks   []SnapshotFrameworkChange `json:"frameworks"`
	Requirements []SnapshotChange          `json:"requirements"`
	Controls     []SnapshotChange          `json:"controls"`
	Evidence     []SnapshotChange          `json:"evidence"`
}

// SnapshotMoment is one of the two snapshots.
type SnapshotMoment struct {
	MadeAt string        `json:"made_at"`
	Scope  SnapshotScope `json:"scope"`
}

// SnapshotFrameworkChange is how far a framework is in each of two snapshots; null is one that it is not in, or a figure
// without anything to count.
type SnapshotFrameworkChange struct {
	ID        string       `json:"id"`
	Short     string       `json:"short"`
	Then      *SnapshotFar `json:"then"`
	Now       *SnapshotFar `json:"now"`
	Progress  *int         `json:"progress" doc:"Difference in basis points"`
	Readiness *int         `json:"readiness" doc:"Difference in basis points"`
}

// SnapshotFar is how far a framework is.
type SnapshotFar struct {
	Applicable int  `json:"applicable"`
	Met        int  `json:"met"`
	Progress   *int `json:"progress"`
	Readiness  *int `json:"readiness"`
	Controls   int  `json:"controls"`
	Effective  int  `json:"effective"`
}

// What can become of a record.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
	Renewed = "renewed"
)

// SnapshotChange is a record that stands otherwise than it did.
type SnapshotChange struct {
	ID    string `json:"id"`
	Ref   string `json:"ref"`
	Title string `json:"title"`
	Path  string `json:"path" doc:"Its page, below that of the organisation; empty when it is not in the newer snapshot"`
	What  string `json:"what" enum:"added,removed,changed,renewed" doc:"renewed: newer proof came, and its status is the same"`
	Then  string `json:"then"`
	Now   string `json:"now"`
}

// stand is a record in one of two snapshots.
type stand struct {
	id, ref, title, path, state string
	mark                        string // what tells that it was renewed
}

// Compare says what became of the organisation of two snapshots. Which is the older one their signed times tell.
func Compare(ctx context.Context, a, b *Snapshot) (c SnapshotComparison, err error) {
	if a.Tenant != b.Tenant {
		return c, refuse("These are snapshots of two organisations, %s and %s: there is nothing to compare.", a.Organisation, b.Organisation)
	}
	if a.MadeAt > b.MadeAt {
		a, b = b, a
	}
	then, err := standing(ctx, a)
	if err != nil {
		return c, err
	}
	now, err := standing(ctx, b)
	if err != nil {
		return c, err
	}
	c = SnapshotComparison{Then: SnapshotMoment{a.MadeAt, a.Scope}, Now: SnapshotMoment{b.MadeAt, b.Scope}, Frameworks: []SnapshotFrameworkChange{},
		Requirements: changes(then.requirements, now.requirements), Controls: changes(then.controls, now.controls), Evidence: changes(then.evidence, now.evidence)}
	known := b.Scope.Frameworks
	for _, f := range a.Scope.Frameworks {
		if !slices.ContainsFunc(known, func(k SnapshotFramework) bool { return k.ID == f.ID }) {
			known = append(known[:len(known):len(known)], f)
		}
	}
	for _, f := range known {
		x := SnapshotFrameworkChange{ID: f.ID, Short: f.Short, Then: farOf(then.figures, f.ID), Now: farOf(now.figures, f.ID)}
		if x.Then != nil && x.Now != nil {
			x.Progress, x.Readiness = difference(x.Then.Progress, x.Now.Progress), difference(x.Then.Readiness, x.Now.Readiness)
		}
		c.Frameworks = append(c.Frameworks, x)
	}
	return c, nil
}

func difference(then, now *int) *int {
	if then == nil || now == nil {
		return nil
	}
	d := *now - *then
	return &d
}

func farOf(f framework.Figures, id string) *SnapshotFar {
	r, ok := f.Frameworks[id]
	if !ok {
		return nil
	}
	return &SnapshotFar{Applicable: r.Applicable, Met: r.Met, Progress: r.Progress, Readiness: r.Readiness, Controls: r.Controls, Effective: r.Effective}
}

// state is all that is compared of a snapshot, by the product's own definitions and the clock of its moment.
type state struct {
	figures                          framework.Figures
	requirements, controls, evidence []stand
}

func standing(ctx context.Context, s *Snapshot) (out state, err error) {
	err = s.Past.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		if out.figures, err = framework.Measure(tx); err != nil {
			return err
		}
		requirements, err := framework.States(tx)
		if err != nil {
			return err
		}
		for _, r := range requirements {
			out.requirements = append(out.requirements, stand{id: r.ID, ref: r.Ref, title: r.Title, path: "frameworks/" + r.Framework + "?open=" + r.ID, state: string(r.State)})
		}
		controls, err := control.Standings(tx)
		if err != nil {
			return err
		}
		for _, c := range controls {
			out.controls = append(out.controls, stand{id: c.ID, ref: c.Ref, title: c.Title, path: "controls/" + c.ID, state: string(c.Effective)})
		}
		rows, err := tx.Query(`SELECT e.id, e.name, e.not_applicable, k.collected_on, k.expires_on FROM evidence e JOIN evidence_clock k ON k.evidence = e.id
			ORDER BY e.name COLLATE NOCASE, e.id`)
		if err != nil {
			return err
		}
		today := tx.Today()
		out.evidence, err = op.Scan(rows, func(r op.Row) (s stand, err error) {
			var na bool
			var expires string
			err = r.Scan(&s.id, &s.title, &na, &s.mark, &expires)
			s.path, s.state = "evidence/"+s.id, string(evidence.StatusOf(today, na, s.mark, expires))
			return s, err
		})
		return err
	})
	if err != nil {
		return out, fmt.Errorf("read the snapshot of %s: %w", s.MadeAt, err)
	}
	return out, nil
}

// changes are the records that stand otherwise, in the order of the newer snapshot, those that are gone at the end.
func changes(then, now []stand) []SnapshotChange {
	out := []SnapshotChange{}
	before := map[string]stand{}
	for _, s := range then {
		before[s.id] = s
	}
	for _, s := range now {
		c := SnapshotChange{ID: s.id, Ref: s.ref, Title: s.title, Path: s.path, Now: s.state}
		was, ok := before[s.id]
		delete(before, s.id)
		switch {
		case !ok:
			c.What = Added
		case was.state != s.state:
			c.What, c.Then = Changed, was.state
		case was.mark != s.mark:
			c.What, c.Then = Renewed, was.state
		default:
			continue
		}
		out = append(out, c)
	}
	for _, s := range then {
		if _, gone := before[s.id]; gone {
			out = append(out, SnapshotChange{ID: s.id, Ref: s.ref, Title: s.title, What: Removed, Then: s.state})
		}
	}
	return out
}

// Write says a comparison in lines of text.
func (c SnapshotComparison) Write(w io.Writer) error {
	var errs []error
	say := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format+"\n", args...)
		errs = append(errs, err)
	}
	say("From %s to %s", c.Then.MadeAt, c.Now.MadeAt)
	for _, f := range c.Frameworks {
		say("%s: %s -> %s", f.Short, f.Then, f.Now)
	}
	for _, part := range []struct {
		name string
		list []SnapshotChange
	}{{"Requirements", c.Requirements}, {"Controls", c.Controls}, {"Evidence", c.Evidence}} {
		say("%s that stand otherwise: %d", part.name, len(part.list))
		for _, x := range part.list {
			say("  %-8s %s: %s", x.What, strings.TrimSpace(x.Ref+" "+x.Title), strings.Trim(x.Then+" -> "+x.Now, " ->"))
		}
	}
	return errors.Join(errs...)
}

// String says how far a framework is in a few words.
func (f *SnapshotFar) String() string {
	if f == nil {
		return "not in it"
	}
	return fmt.Sprintf("%d of %d requirements met (%s), readiness %s", f.Met, f.Applicable, percent(f.Progress), percent(f.Readiness))
}

func percent(bp *int) string {
	if bp == nil {
		return "–"
	}
	return fmt.Sprintf("%d.%02d %%", *bp/100, *bp%100)
}
