package framework

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// Suggestion is a control that may serve a requirement, because it serves a related one. It is never applied
// by itself.
type Suggestion struct {
	Requirement string           `json:"requirement" doc:"Id of the requirement it is for"`
	Control     SuggestedControl `json:"control"`
	Kind        Kind             `json:"kind" enum:"equal,subset,superset,intersects" doc:"This requirement is … the one that the control serves"`
	Strength    int              `json:"strength" doc:"0 to 100: that of its relations, multiplied"`
	Whole       bool             `json:"whole" doc:"The control would meet all of it: equal or subset"`
	Path        []PathStep       `json:"path" doc:"From the requirement to the one that the control serves"`
	Sentence    string           `json:"sentence" doc:"The path in words"`
	Dismissed   bool             `json:"dismissed"`
}

// SuggestedControl is a control in few words.
type SuggestedControl struct {
	RequirementControl
	Title string `json:"title"`
	core  int
}

// PathStep is a requirement on the way, and how the one before it stands to it.
type PathStep struct {
	ID     string `json:"id"`
	Short  string `json:"short"`
	Ref    string `json:"ref"`
	Kind   Kind   `json:"kind,omitempty" enum:"equal,subset,superset,intersects" doc:"How the step before stands to this one; absent at the first"`
	Shared string `json:"shared,omitempty" doc:"Ref of the common control that serves both, where no relation is known"`
}

// LeastStrength is the weakest path that is still worth showing.
const LeastStrength = 10

// a link leads from one requirement to another.
type link struct {
	to       string
	kind     Kind
	strength int
	shared   string // id of the control that makes it
}

// a way leads over one or two links.
type way struct {
	kind     Kind
	strength int
	links    []link
}

// then is the way over one link more.
func (p way) then(l link) way {
	if len(p.links) == 0 {
		return way{l.kind, l.strength, []link{l}}
	}
	return way{Compose(p.kind, l.kind), p.strength * l.strength / 100, append(slices.Clone(p.links), l)}
}

// better orders ways: by kind, then strength, then the shorter one.
func (p way) better(o way) int {
	return cmp.Or(cmp.Compare(p.kind.rank(), o.kind.rank()), cmp.Compare(o.strength, p.strength), cmp.Compare(len(p.links), len(o.links)))
}

// suggest finds for each of the requirements the controls that serve a related one, best first.
func suggest(tx *storage.ReadTx, requirements []string) (map[string][]Suggestion, error) {
	first, err := links(tx, requirements)
	if err != nil {
		return nil, err
	}
	near := targets(first, nil)
	second, err := links(tx, near)
	if err != nil {
		return nil, err
	}
	shared, err := sharing(tx, near)
	if err != nil {
		return nil, err
	}
	home, err := frameworksOf(tx, append(slices.Clone(requirements), targets(second, targets(shared, near))...))
	if err != nil {
		return nil, err
	}
	// The best way to each requirement.
	ways := make(map[string]map[string]way, len(requirements))
	for _, r := range requirements {
		at := map[string]way{}
		take := func(p way) {
			to := p.links[len(p.links)-1].to
			if to == r || p.strength < LeastStrength {
				return
			}
			if was, ok := at[to]; !ok || p.better(was) < 0 {
				at[to] = p
			}
		}
		for _, l := range first[r] {
			p := way{}.then(l)
			take(p)
			for _, next := range [][]link{second[l.to], shared[l.to]} {
				for _, m := range next {
					if home[m.to] != home[r] {
						take(p.then(m))
					}
				}
			}
		}
		ways[r] = at
	}
	ends := map[string]bool{}
	for _, at := range ways {
		for to := range at {
			ends[to] = true
		}
	}
	serving, err := controlsOf(tx, keys(ends))
	if err != nil {
		return nil, err
	}
	mapped, err := pairsOf(tx, "SELECT requirement, control FROM mapping WHERE requirement IN (SELECT value FROM json_each(?))", requirements)
	if err != nil {
		return nil, err
	}
	dismissed, err := pairsOf(tx, "SELECT requirement, control FROM dismissal WHERE requirement IN (SELECT value FROM json_each(?))", requirements)
	if err != nil {
		return nil, err
	}
	steps := map[string]bool{}
	type found struct {
		control SuggestedControl
		by      way
	}
	best := make(map[string][]found, len(requirements))
	for r, at := range ways {
		one := map[string]found{}
		for to, p := range at {
			for _, c := range serving[to] {
				if mapped[[2]string{r, c.ID}] {
					continue
				}
				was, ok := one[c.ID]
				if !ok || cmp.Or(p.better(was.by), cmp.Compare(to, was.by.links[len(was.by.links)-1].to)) < 0 {
					one[c.ID] = found{c, p}
				}
			}
		}
		list := make([]found, 0, len(one))
		for _, f := range one {
			list = append(list, f)
		}
		// Of two that are alike, the one that works comes first, then one of the small set that all companies have.
		slices.SortFunc(list, func(a, b found) int {
			return cmp.Or(a.by.better(b.by), good(b.control.Effective)-good(a.control.Effective), b.control.core-a.control.core, strings.Compare(a.control.Ref, b.control.Ref))
		})
		best[r] = list
		if len(list) > 0 {
			steps[r] = true
		}
		for _, f := range list {
			for _, l := range f.by.links {
				steps[l.to] = true
			}
		}
	}
	names, err := namesOf(tx, keys(steps))
	if err != nil {
		return nil, err
	}
	refs, err := refsOfControls(tx, shared)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]Suggestion, len(best))
	for r, list := range best {
		all := make([]Suggestion, len(list))
		for i, f := range list {
			s := Suggestion{Requirement: r, Control: f.control, Kind: f.by.kind, Strength: f.by.strength, Whole: f.by.kind.Whole(),
				Path: []PathStep{names[r]}, Dismissed: dismissed[[2]string{r, f.control.ID}]}
			for _, l := range f.by.links {
				step := names[l.to]
				step.Kind, step.Shared = l.kind, refs[l.shared]
				s.Path = append(s.Path, step)
			}
			s.Sentence = inWords(s.Path, f.control.Ref)
			all[i] = s
		}
		out[r] = all
	}
	return out, nil
}

func good(e control.Effective) int {
	if e.Good() {
		return 1
	}
	return 0
}

// inWords says a path: "NIST CSF PR.AA-01 = ISO 27001 A.5.16, which AC-03 serves".
func inWords(path []PathStep, control string) string {
	var b strings.Builder
	for i, p := range path {
		switch {
		case i > 0 && p.Shared != "":
			b.WriteString(" shares " + p.Shared + " with ")
		case i > 0:
			b.WriteString(" " + p.Kind.Sign() + " ")
		}
		b.WriteString(p.Short + " " + p.Ref)
	}
	return b.String() + ", which " + control + " serves"
}

func keys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// targets are where links lead to, and more.
func targets(from map[string][]link, more []string) []string {
	seen := map[string]bool{}
	for _, id := range more {
		seen[id] = true
	}
	for _, list := range from {
		for _, l := range list {
			seen[l.to] = true
		}
	}
	return keys(seen)
}

func asJSON(ids []string) string {
	b, err := json.Marshal(append([]string{}, ids...))
	if err != nil {
		panic(err) // of strings
	}
	return string(b)
}

// links are the relations of requirements, seen from them.
func links(tx *storage.ReadTx, of []string) (map[string][]link, error) {
	rows, err := tx.Query(`SELECT x.from_requirement, x.to_requirement, x.kind, x.strength, 0 FROM json_each(?1) j CROSS JOIN relation x ON x.from_requirement = j.value
		UNION ALL SELECT x.to_requirement, x.from_requirement, x.kind, x.strength, 1 FROM json_each(?1) j CROSS JOIN relation x ON x.to_requirement = j.value`, asJSON(of))
	if err != nil {
		return nil, err
	}
	out := map[string][]link{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var from string
		var l link
		var strength sql.NullInt64
		var back bool
		if err := r.Scan(&from, &l.to, &l.kind, &strength, &back); err != nil {
			return err
		}
		if back {
			l.kind = l.kind.Inverse()
		}
		l.strength = StrengthOf(l.kind, nil)
		if strength.Valid {
			l.strength = int(strength.Int64)
		}
		out[from] = append(out[from], l)
		return nil
	})
	return out, err
}

// sharing leads from requirements over a common control, which the catalog says serves both, to others that
// somebody has given a control of their own. What the catalog maps by itself is known to both already.
func sharing(tx *storage.ReadTx, of []string) (map[string][]link, error) {
	rows, err := tx.Query(`SELECT a.requirement, b.requirement, min(a.control) FROM json_each(?1) j
		CROSS JOIN mapping a ON a.requirement = j.value AND a.source = 'catalog'
		CROSS JOIN mapping b ON b.control = a.control AND b.requirement <> a.requirement AND b.source = 'catalog'
		WHERE EXISTS (SELECT 1 FROM mapping o WHERE o.requirement = b.requirement AND o.source <> 'catalog')
		GROUP BY 1, 2`, asJSON(of))
	if err != nil {
		return nil, err
	}
	out := map[string][]link{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var from string
		l := link{kind: Intersects, strength: StrengthOf(Intersects, nil)}
		err = r.Scan(&from, &l.to, &l.shared)
		out[from] = append(out[from], l)
		return err
	})
	return out, err
}

func frameworksOf(tx *storage.ReadTx, ids []string) (map[string]string, error) {
	rows, err := tx.Query("SELECT r.id, r.framework FROM json_each(?1) j CROSS JOIN requirement r ON r.id = j.value", asJSON(ids))
	if err != nil {
		return nil, err
	}
	return op.Map[string, string](rows)
}

func namesOf(tx *storage.ReadTx, ids []string) (map[string]PathStep, error) {
	rows, err := tx.Query("SELECT r.id, f.short, r.ref FROM json_each(?1) j CROSS JOIN requirement r ON r.id = j.value JOIN framework f ON f.id = r.framework", asJSON(ids))
	if err != nil {
		return nil, err
	}
	out := map[string]PathStep{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var s PathStep
		err = r.Scan(&s.ID, &s.Short, &s.Ref)
		out[s.ID] = s
		return err
	})
	return out, err
}

func refsOfControls(tx *storage.ReadTx, shared map[string][]link) (map[string]string, error) {
	ids := map[string]bool{}
	for _, all := range shared {
		for _, l := range all {
			ids[l.shared] = true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Query("SELECT c.id, c.ref FROM json_each(?1) j CROSS JOIN control c ON c.id = j.value", asJSON(keys(ids)))
	if err != nil {
		return nil, err
	}
	return op.Map[string, string](rows)
}

// controlsOf are the controls that serve requirements and apply.
func controlsOf(tx *storage.ReadTx, requirements []string) (map[string][]SuggestedControl, error) {
	rows, err := tx.Query(`SELECT m.requirement, m.control FROM json_each(?1) j CROSS JOIN mapping m ON m.requirement = j.value`, asJSON(requirements))
	if err != nil {
		return nil, err
	}
	type pair struct{ requirement, control string }
	pairs, err := op.Scan(rows, func(r op.Row) (p pair, err error) { return p, r.Scan(&p.requirement, &p.control) })
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	ids := map[string]bool{}
	for _, p := range pairs {
		ids[p.control] = true
	}
	rows, err = tx.Query(`SELECT c.id, c.ref, c.title, c.core, s.status, `+control.EffectiveSQL+` FROM json_each(?) j CROSS JOIN control c ON c.id = j.value
		CROSS JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' AND s.status <> 'not_applicable'
		CROSS JOIN control_proof p ON p.control = c.id AND p.scope = 'organisation' `+control.DaysSQL, append([]any{asJSON(keys(ids))}, control.Days(tx)...)...)
	if err != nil {
		return nil, err
	}
	known := map[string]SuggestedControl{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var c SuggestedControl
		err = r.Scan(&c.ID, &c.Ref, &c.Title, &c.core, &c.Status, &c.Effective)
		known[c.ID] = c
		return err
	})
	out := map[string][]SuggestedControl{}
	for _, p := range pairs {
		if c, ok := known[p.control]; ok {
			out[p.requirement] = append(out[p.requirement], c)
		}
	}
	return out, err
}

func pairsOf(tx *storage.ReadTx, query string, requirements []string) (map[[2]string]bool, error) {
	rows, err := tx.Query(query, asJSON(requirements))
	if err != nil {
		return nil, err
	}
	out := map[[2]string]bool{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var p [2]string
		err = r.Scan(&p[0], &p[1])
		out[p] = true
		return err
	})
	return out, err
}

// Suggestions are those for one requirement.
type Suggestions struct {
	Items     []Suggestion `json:"items" doc:"Best first, at most fifty"`
	Dismissed int          `json:"dismissed" doc:"How many more somebody does not want to see"`
}

type suggestionsIn struct {
	ID        string `path:"id"`
	Dismissed bool   `query:"dismissed" doc:"Also those that were dismissed"`
}

const mostSuggestions = 50

func suggestions(tx *storage.ReadTx, in suggestionsIn) (Suggestions, error) {
	var open bool
	err := tx.QueryRow("SELECT assessable = 1 AND withdrawn = 0 AND applicable = 1 FROM requirement WHERE id = ?", in.ID).Scan(&open)
	if err != nil || !open {
		return Suggestions{Items: []Suggestion{}}, none(err)
	}
	found, err := suggest(tx, []string{in.ID})
	out := Suggestions{Items: []Suggestion{}}
	for _, s := range found[in.ID] {
		if s.Dismissed && !in.Dismissed {
			out.Dismissed++
			continue
		}
		if len(out.Items) < mostSuggestions {
			out.Items = append(out.Items, s)
		}
	}
	return out, err
}

// suggestedPair names a suggestion.
type suggestedPair struct {
	Requirement string `json:"requirement" minLength:"1" maxLength:"26"`
	Control     string `json:"control" minLength:"1" maxLength:"26"`
}

type pairsIn struct {
	Body struct {
		Pairs []suggestedPair `json:"pairs" minItems:"1" maxItems:"5000" doc:"The suggestions"`
	}
}

// SuggestionsDone says how many suggestions were accepted, dismissed or brought back. Those that are none
// any more are skipped.
type SuggestionsDone struct {
	Done    int `json:"done"`
	Skipped int `json:"skipped"`
}

// accept maps controls as they were suggested. The mapping keeps the path, so that an auditor can follow it.
func accept(tx *storage.WriteTx, in pairsIn) (SuggestionsDone, error) {
	return eachSuggestion(tx, in, func(s Suggestion) error {
		err := tx.Exec(`INSERT INTO mapping (id, control, requirement, source, note, created_at) VALUES (?, ?, ?, 'suggestion', ?, ?)`,
			tx.NewID(), s.Control.ID, s.Requirement, s.Sentence+".", tx.Stamp())
		if err == nil && s.Dismissed {
			err = tx.ExecOne("DELETE FROM dismissal WHERE requirement = ? AND control = ?", s.Requirement, s.Control.ID)
		}
		return err
	})
}

func dismiss(tx *storage.WriteTx, in pairsIn) (SuggestionsDone, error) {
	return eachSuggestion(tx, in, func(s Suggestion) error {
		return tx.Exec("INSERT INTO dismissal (id, requirement, control, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (requirement, control) DO NOTHING",
			tx.NewID(), s.Requirement, s.Control.ID, tx.Stamp())
	})
}

// eachSuggestion does something to those of the pairs that are suggestions at this moment, each once.
func eachSuggestion(tx *storage.WriteTx, in pairsIn, do func(Suggestion) error) (SuggestionsDone, error) {
	want := map[suggestedPair]bool{}
	ids := map[string]bool{}
	for _, p := range in.Body.Pairs {
		want[p] = true
		ids[p.Requirement] = true
	}
	rows, err := tx.Query("SELECT r.id FROM json_each(?) j CROSS JOIN requirement r ON r.id = j.value WHERE r.assessable = 1 AND r.withdrawn = 0 AND r.applicable = 1", asJSON(keys(ids)))
	if err != nil {
		return SuggestionsDone{}, err
	}
	open, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return SuggestionsDone{}, err
	}
	found, err := suggest(&tx.ReadTx, open)
	if err != nil {
		return SuggestionsDone{}, err
	}
	var out SuggestionsDone
	slices.Sort(open)
	for _, r := range open {
		for _, s := range found[r] {
			if want[suggestedPair{r, s.Control.ID}] {
				if err := do(s); err != nil {
					return out, err
				}
				out.Done++
			}
		}
	}
	out.Skipped = len(in.Body.Pairs) - out.Done
	return out, nil
}

// recall brings dismissed suggestions back.
func recall(tx *storage.WriteTx, in pairsIn) (SuggestionsDone, error) {
	var out SuggestionsDone
	for _, p := range in.Body.Pairs {
		n, err := tx.ExecN("DELETE FROM dismissal WHERE requirement = ? AND control = ?", p.Requirement, p.Control)
		if err != nil {
			return out, err
		}
		out.Done += int(n)
	}
	out.Skipped = len(in.Body.Pairs) - out.Done
	return out, nil
}
