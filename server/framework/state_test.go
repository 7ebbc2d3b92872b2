package framework

import (
	"fmt"
	"slices"
	"testing"

	"assay/server/control"
	"assay/server/optest"
	"assay/storage"
)

func TestStateOf(t *testing.T) {
	type es = []control.Effective
	for _, c := range []struct {
		applicable bool
		by         es
		want       State
	}{
		{true, nil, NotStarted},
		{true, es{"implemented"}, Met},
		{true, es{"implemented", "needs_evidence"}, Met},
		{true, es{"implemented", "not_applicable"}, Met},
		{true, es{"not_applicable"}, NotStarted},
		{true, es{"implemented", "unproven"}, Attention},
		{true, es{"needs_evidence", "in_progress"}, Attention},
		{true, es{"gap", "not_started"}, Attention},
		{true, es{"implemented", "in_progress"}, InProgress},
		{true, es{"implemented", "not_started"}, InProgress},
		{true, es{"not_started", "not_started"}, NotStarted},
		{false, es{"implemented"}, Inapplicable},
	} {
		if got := StateOf(c.applicable, c.by); got != c.want {
			t.Errorf("%v %v: %s, want %s", c.applicable, c.by, got, c.want)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, c := range [][3]int{{1, 3, 3333}, {2, 3, 6666}, {999, 1000, 9990}, {9999, 10000, 9999}, {99999, 100000, 9999}, {5, 5, 10000}, {0, 4, 0}} {
		if got := Ratio(c[0], c[1]); got == nil || *got != c[2] {
			t.Errorf("%v: %v", c, got)
		}
	}
	if Ratio(0, 0) != nil {
		t.Error("0 of 0 is a figure")
	}
}

// The rule in Go and the expression in SQL agree for every pair of controls, on real rows.
func TestStateRuleAndQueryAgree(t *testing.T) {
	api := optest.New(t, Module, control.Module)
	claims := []string{"not_started", "in_progress", "implemented", "gap", "not_applicable"}
	// proof: none, missing, current, in grace, expired
	proofs := [][3]any{{0, 0, ""}, {1, 1, ""}, {1, 0, "2027-01-01"}, {1, 0, "2026-02-25"}, {1, 0, "2026-01-01"}}
	type kind struct{ claim, proof int }
	var kinds []kind
	for c := range claims {
		for p := range proofs {
			if p == 0 || claims[c] == "implemented" {
				kinds = append(kinds, kind{c, p})
			}
		}
	}
	owns := slices.Concat(Module.Owns, control.Module.Owns, []string{"evidence", "evidence_control", "file"})
	want := map[string]State{}
	api.Seed(owns, func(tx *storage.WriteTx) error {
		if err := tx.Exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'f', 'F', 'F', 'oscal', '', '')"); err != nil {
			return err
		}
		for i, k := range kinds {
			id := fmt.Sprint("c", i)
			err := tx.Exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES (?1, ?1, ?1, '', '')", id)
			if err == nil {
				err = tx.Exec("INSERT INTO control_status (control, scope, status, changed_at) VALUES (?, 'organisation', ?, '')", id, claims[k.claim])
			}
			if p := proofs[k.proof]; err == nil && p[0] == 1 {
				err = tx.Exec("INSERT INTO evidence (id, name, validity_days, created_at, updated_at) VALUES (?1, ?1, 1, '', '')", id)
				if err == nil {
					err = tx.Exec("INSERT INTO evidence_control (evidence, control) VALUES (?1, ?1)", id)
				}
				if err == nil && p[1] == 0 {
					err = tx.Exec(`INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at, review)
						VALUES (?1, ?1, 1, 'x', 'x', 1, 'x', ?1, date(?2, '-1 day'), '', 'accepted')`, id, p[2])
				}
			}
			if err != nil {
				return err
			}
		}
		effective := func(i int) control.Effective {
			p := proofs[kinds[i].proof]
			e, _ := control.EffectiveOf(control.Status(claims[kinds[i].claim]), control.Proof{Requests: p[0].(int), Missing: p[1].(int), FirstExpiry: p[2].(string)}, tx.Today())
			return e
		}
		n := 0
		for i := range kinds {
			for j := i; j < len(kinds); j++ {
				for _, applicable := range []bool{true, false} {
					id := fmt.Sprint("r", n)
					n++
					if err := tx.Exec("INSERT INTO requirement (id, framework, ref, applicable, position, updated_at) VALUES (?1, 'f', ?1, ?2, ?3, '')", id, applicable, n); err != nil {
						return err
					}
					by := []control.Effective{effective(i)}
					if err := tx.Exec("INSERT INTO mapping (id, control, requirement, created_at) VALUES (?, ?, ?, '')", tx.NewID(), fmt.Sprint("c", i), id); err != nil {
						return err
					}
					if j > i {
						by = append(by, effective(j))
						if err := tx.Exec("INSERT INTO mapping (id, control, requirement, created_at) VALUES (?, ?, ?, '')", tx.NewID(), fmt.Sprint("c", j), id); err != nil {
							return err
						}
					}
					want[id] = StateOf(applicable, by)
				}
			}
		}
		return nil
	})
	var tree RequirementTree
	api.Must("GET", "/frameworks/f/requirements", nil, &tree)
	seen := map[State]int{}
	for _, r := range tree.Items {
		seen[r.State]++
		if r.State != want[r.ID] {
			t.Errorf("%s: the query says %s, the rule %s", r.Ref, r.State, want[r.ID])
		}
	}
	if len(tree.Items) != len(want) || len(seen) != 5 {
		t.Errorf("%d rows of %d, states %v", len(tree.Items), len(want), seen)
	}
}
