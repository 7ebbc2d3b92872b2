package dashboard

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/framework"
	"assay/server/op"
	"assay/storage"
)

// By is what readiness is broken down by.
type By string

// The breakdowns.
const (
	ByFramework By = "framework"
	ByProduct   By = "product"
	ByFamily    By = "family"
	ByOwner     By = "owner"
)

// none is the key of the controls that have no family or no owner, as lists are asked for them.
const none = "none"

// ReadinessFigures is how ready the organisation or a product is, part by part, today and week by week.
type ReadinessFigures struct {
	Day      string             `json:"day" doc:"Today in the organisation's time zone"`
	By       By                 `json:"by" enum:"framework,product,family,owner"`
	Scope    string             `json:"scope" doc:"What the figures are of: organisation, or a product"`
	Days     []string           `json:"days" doc:"Today, the days that lie whole weeks before it, or the last one kept before those"`
	Total    ReadinessGroup     `json:"total" doc:"The whole program of the scope"`
	Groups   []ReadinessGroup   `json:"groups"`
	Defined  map[string]string  `json:"defined" doc:"What each figure means, to show beside it"`
	Products []DashboardProduct `json:"products" doc:"The products there are figures of"`
}

// ReadinessGroup is one framework, product, family or owner. Families and owners have controls and no
// requirements of their own.
type ReadinessGroup struct {
	Key   string `json:"key" doc:"What names it in an address: a framework's key, a product's id, a family's name, a person's id, or none; empty for the total"`
	ID    string `json:"id,omitempty" doc:"What the lists behind its figures are asked with; absent for who may not read records"`
	Name  string `json:"name"`
	Short string `json:"short" doc:"The same where there is less room"`
	Color string `json:"color"`
	framework.Readiness
	Past ReadinessPast `json:"past"`

	part string // as readiness_part names it
}

// ReadinessPast is how the figures of a group moved: a value for each of the days, null where there was none.
type ReadinessPast struct {
	Progress  []*int `json:"progress" doc:"Met requirements, in basis points"`
	Share     []*int `json:"share" doc:"Effective controls, in basis points"`
	Readiness []*int `json:"readiness" doc:"Basis points"`
}

func (p *ReadinessPast) add(progress, share, readiness *int) {
	p.Progress, p.Share, p.Readiness = append(p.Progress, progress), append(p.Share, share), append(p.Readiness, readiness)
}

type readinessIn struct {
	By    By     `query:"by" enum:"framework,product,family,owner" doc:"framework unless given"`
	Scope string `query:"scope" maxLength:"26" doc:"Id of a product to count; the whole organisation unless given. Products are not narrowed"`
}

// readiness answers for a page. Owners are people, whom an Executive is not shown.
func readiness(s *op.Scope, in readinessIn) (f ReadinessFigures, err error) {
	reads := s.Caller().Role&op.Readers != 0
	if in.By == ByOwner && !reads {
		return f, op.Errorf(op.Forbidden, "Figures by owner name people. Your role sees figures only.")
	}
	return f, s.Read(func(tx *storage.ReadTx) error {
		if f, err = readinessOf(tx, in); err != nil || reads {
			return err
		}
		for i := range f.Groups {
			f.Groups[i].ID = ""
		}
		return nil
	})
}

func readinessOf(tx *storage.ReadTx, in readinessIn) (f ReadinessFigures, err error) {
	if f.Products, err = productsOf(tx); err != nil {
		return f, err
	}
	f.Day, f.By, f.Scope, f.Defined, f.Groups = tx.Today(), cmp.Or(in.By, ByFramework), control.In(in.Scope), definitions, []ReadinessGroup{}
	if f.By == ByProduct {
		f.Scope = control.Organisation
	}
	if err := checkScope(f.Scope, f.Products); err != nil {
		return f, err
	}
	now, err := framework.MeasureIn(tx, f.Scope)
	if err != nil {
		return f, err
	}
	f.Total = ReadinessGroup{Readiness: now.Overall}
	switch f.By {
	case ByFramework:
		f.Groups, err = frameworkGroups(tx, now)
	case ByProduct:
		f.Groups, err = productGroups(tx, f.Products)
	default:
		f.Groups, err = partGroups(tx, f.By, now.Parts)
	}
	if err != nil {
		return f, err
	}
	return f, f.past(tx)
}

// checkScope refuses a product that is not there.
func checkScope(scope string, products []DashboardProduct) error {
	var c op.Check
	c.That(scope == control.Organisation || slices.ContainsFunc(products, func(p DashboardProduct) bool { return p.ID == scope }),
		"query.scope", "There is no such product, or it is archived.")
	return c.Err()
}

// frameworkGroups are the frameworks that are on and that the scope answers to.
func frameworkGroups(tx *storage.ReadTx, now framework.Figures) ([]ReadinessGroup, error) {
	all, err := frameworks(tx, now)
	out := []ReadinessGroup{}
	for _, d := range slices.DeleteFunc(all, uncounted(now)) {
		out = append(out, ReadinessGroup{Key: d.Key, ID: d.ID, Name: d.Name, Short: d.Short, Color: d.Color, Readiness: d.Readiness})
	}
	return out, err
}

func productGroups(tx *storage.ReadTx, products []DashboardProduct) ([]ReadinessGroup, error) {
	out := []ReadinessGroup{}
	for _, p := range products {
		m, err := framework.MeasureIn(tx, p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, ReadinessGroup{Key: p.ID, ID: p.ID, Name: p.Name, Short: p.Name, Readiness: m.Overall})
	}
	return out, nil
}

// partGroups are the families or the owners of the scope's controls, by name; what has none stands last.
func partGroups(tx *storage.ReadTx, by By, parts framework.Parts) ([]ReadinessGroup, error) {
	names, figures := map[string]string{}, parts.Families
	if by == ByOwner {
		figures = parts.Owners
		rows, err := tx.Query("SELECT id, name FROM person")
		if err != nil {
			return nil, err
		}
		if names, err = op.Map[string, string](rows); err != nil {
			return nil, err
		}
	}
	out := []ReadinessGroup{}
	for id, r := range figures {
		g := ReadinessGroup{Key: cmp.Or(id, none), ID: cmp.Or(id, none), Name: id, part: id, Readiness: framework.Readiness{ControlFigures: r}}
		if by == ByOwner {
			g.Name = cmp.Or(names[id], id)
		}
		g.Short = g.Name
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b ReadinessGroup) int {
		if (a.Key == none) != (b.Key == none) {
			return map[bool]int{true: 1, false: -1}[a.Key == none]
		}
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}

// past adds how each group came to its figures: what was kept of each week, and today.
func (f *ReadinessFigures) past(tx *storage.ReadTx) error {
	rows, err := tx.Query(weekSQL+" SELECT day FROM week ORDER BY day", weeks(tx, f.Scope)...)
	if err != nil {
		return err
	}
	if f.Days, err = op.Scan(rows, func(r op.Row) (day string, err error) { return day, r.Scan(&day) }); err != nil {
		return err
	}
	lines := map[string]*ReadinessGroup{}
	for i := range f.Groups {
		lines[f.Groups[i].ID] = &f.Groups[i]
	}
	whole := map[string]*ReadinessGroup{"": &f.Total}
	switch f.By {
	case ByFramework:
		maps.Copy(whole, lines)
		err = f.dayLines(tx, "d.framework", "d.scope = ?4", f.Scope, whole)
	case ByProduct:
		if err = f.dayLines(tx, "d.framework", "d.scope = ?4 AND d.framework = ''", f.Scope, whole); err == nil {
			err = f.dayLines(tx, "d.scope", "d.framework = ?4", "", lines)
		}
	default:
		if err = f.dayLines(tx, "d.framework", "d.scope = ?4 AND d.framework = ''", f.Scope, whole); err == nil {
			err = f.stepLines(tx, lines)
		}
	}
	if err != nil {
		return err
	}
	f.Days = append(f.Days, f.Day)
	for _, g := range append(slices.Collect(maps.Values(lines)), &f.Total) {
		g.Past.add(g.Progress, g.Share, g.ControlFigures.Readiness)
	}
	return nil
}

// sqlText is a piece of SQL: constants only.
type sqlText string

// dayLines reads the lines of readiness_day that keep holds for, each named by the column of.
func (f *ReadinessFigures) dayLines(tx *storage.ReadTx, of, keep sqlText, value string, lines map[string]*ReadinessGroup) error {
	at := map[string]int{}
	for i, day := range f.Days {
		at[day] = i
	}
	for _, g := range lines {
		n := len(f.Days)
		g.Past = ReadinessPast{Progress: make([]*int, n), Share: make([]*int, n), Readiness: make([]*int, n)}
	}
	rows, err := tx.Query(weekSQL+" SELECT d.day, "+string(of)+", d.applicable, d.met, d.controls, d.effective, d.readiness FROM week w CROSS JOIN readiness_day d ON d.day = w.day WHERE "+string(keep),
		append(weeks(tx, f.Scope), value)...)
	if err != nil {
		return err
	}
	return op.Each(rows, func(r op.Row) error {
		var day, id string
		var applicable, met, controls, effective, ready int
		if err := r.Scan(&day, &id, &applicable, &met, &controls, &effective, &ready); err != nil {
			return err
		}
		if g := lines[id]; g != nil {
			i := at[day]
			g.Past.Progress[i], g.Past.Share[i] = framework.Ratio(met, applicable), framework.Ratio(effective, controls)
			if controls > 0 {
				g.Past.Readiness[i] = &ready
			}
		}
		return nil
	})
}

// stepLines reads the lines of families or owners, which are kept where they changed: a day has the figures of
// the last change before it.
func (f *ReadinessFigures) stepLines(tx *storage.ReadTx, lines map[string]*ReadinessGroup) error {
	steps, err := partSteps(tx, "scope = ? AND kind = ?", f.Scope, string(f.By))
	if err != nil {
		return err
	}
	for _, g := range lines {
		list := steps[partKey{f.Scope, f.By, g.part}]
		var now partStep
		for _, day := range f.Days {
			for len(list) > 0 && list[0].day <= day {
				now, list = list[0], list[1:]
			}
			if now.controls == 0 {
				g.Past.add(nil, nil, nil)
				continue
			}
			ready := now.readiness
			g.Past.add(nil, framework.Ratio(now.effective, now.controls), &ready)
		}
	}
	return nil
}

// partKey names a family or an owner in a scope.
type partKey struct {
	scope string
	kind  By
	part  string
}

// partStep is what readiness_part keeps of one on one day.
type partStep struct {
	day                                     string
	controls, effective, needing, readiness int
}

// partSteps reads readiness_part, the oldest day of each part first.
func partSteps(tx *storage.ReadTx, keep sqlText, args ...any) (map[partKey][]partStep, error) {
	out := map[partKey][]partStep{}
	rows, err := tx.Query("SELECT scope, kind, part, day, controls, effective, needing, readiness FROM readiness_part WHERE "+string(keep)+" ORDER BY scope, kind, part, day", args...)
	if err != nil {
		return nil, err
	}
	return out, op.Each(rows, func(r op.Row) error {
		var k partKey
		var s partStep
		if err := r.Scan(&k.scope, &k.kind, &k.part, &s.day, &s.controls, &s.effective, &s.needing, &s.readiness); err != nil {
			return err
		}
		out[k] = append(out[k], s)
		return nil
	})
}

// keepParts writes down how families and owners stand in a scope where that changed since the last night.
// Run again on the same day, it replaces what it wrote.
func keepParts(tx *storage.WriteTx, scope string) error {
	today := tx.Today()
	before, err := partSteps(&tx.ReadTx, "scope = ?1 AND day = (SELECT max(x.day) FROM readiness_part x WHERE x.scope = ?1 AND x.kind = readiness_part.kind AND x.part = readiness_part.part AND x.day < ?2)", scope, today)
	if err != nil {
		return err
	}
	parts, err := framework.PartsIn(&tx.ReadTx, scope)
	if err != nil {
		return err
	}
	now := map[partKey]partStep{}
	for kind, figures := range map[By]map[string]framework.ControlFigures{ByFamily: parts.Families, ByOwner: parts.Owners} {
		for part, c := range figures {
			now[partKey{scope, kind, part}] = partStep{today, c.Controls, c.Effective, c.Needing, *c.Readiness}
		}
	}
	for k, s := range before {
		if _, still := now[k]; !still && s[0].controls > 0 {
			now[k] = partStep{day: today}
		}
	}
	if err := tx.Exec("DELETE FROM readiness_part WHERE scope = ? AND day = ?", scope, today); err != nil {
		return err
	}
	for _, k := range slices.SortedFunc(maps.Keys(now), func(a, b partKey) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.part, b.part)) }) {
		s := now[k]
		if was := before[k]; was != nil {
			if same := was[0]; (partStep{today, same.controls, same.effective, same.needing, same.readiness}) == s {
				continue
			}
		}
		if err := tx.Exec("INSERT INTO readiness_part (scope, kind, part, day, controls, effective, needing, readiness) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			k.scope, string(k.kind), k.part, s.day, s.controls, s.effective, s.needing, s.readiness); err != nil {
			return err
		}
	}
	return nil
}
