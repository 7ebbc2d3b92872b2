package evidence

import (
	"fmt"
	"strings"
	"time"

	"assay/server/op"
	"assay/storage"
)

// PeriodKind is what a period is.
type PeriodKind string

// The kinds.
const (
	Quarter    PeriodKind = "quarter"
	FiscalYear PeriodKind = "fiscal_year"
	Custom     PeriodKind = "custom"
)

// Period is a time that an organisation collects proof for.
type Period struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Kind     PeriodKind `json:"kind" enum:"quarter,fiscal_year,custom"`
	StartsOn string     `json:"starts_on"`
	EndsOn   string     `json:"ends_on" doc:"Its last day"`
	Files    int        `json:"files" doc:"Files that belong to it"`
	Version  int        `json:"version"`
}

// Contains says whether a file belongs to the period: a file that says which time it is about belongs to
// every period that this overlaps, any other to those that contain the day it is from.
func (p Period) Contains(collectedOn, start, end string) bool {
	if start != "" && end != "" {
		return start <= p.EndsOn && end >= p.StartsOn
	}
	return p.StartsOn <= collectedOn && collectedOn <= p.EndsOn
}

// belongs is Contains in SQL, over file f and period p. A test compares both.
const belongs = `CASE WHEN f.period_start <> '' AND f.period_end <> '' THEN f.period_start <= p.ends_on AND f.period_end >= p.starts_on
	ELSE f.collected_on BETWEEN p.starts_on AND p.ends_on END`

// Propose gives the fiscal year that contains a day and its four quarters. first is the month the year
// begins with; a year that begins in January has its own name, any other that of the year it ends in.
func Propose(day string, first int) []Period {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || first < 1 || first > 12 {
		return []Period{}
	}
	year := at.Year()
	if int(at.Month()) < first {
		year--
	}
	start := time.Date(year, time.Month(first), 1, 0, 0, 0, 0, time.UTC)
	until := func(months int) string { return start.AddDate(0, months, -1).Format(time.DateOnly) }
	named := start.AddDate(1, 0, -1).Year()
	fiscal := "FY"
	if first == 1 {
		fiscal = ""
	}
	name := strings.TrimSpace(fmt.Sprintf("%s %d", fiscal, named))
	if fiscal == "" {
		name = fmt.Sprintf("Year %d", named)
	}
	all := []Period{{Name: name, Kind: FiscalYear, StartsOn: start.Format(time.DateOnly), EndsOn: until(12)}}
	for q := range 4 {
		all = append(all, Period{Name: strings.TrimSpace(fmt.Sprintf("Q%d %s %d", q+1, fiscal, named)), Kind: Quarter,
			StartsOn: start.AddDate(0, 3*q, 0).Format(time.DateOnly), EndsOn: until(3*q + 3)})
	}
	for i := range all {
		all[i].Name = strings.Join(strings.Fields(all[i].Name), " ")
	}
	return all
}

// Periods are the organisation's periods, newest first.
type Periods struct {
	Items []Period `json:"items"`
}

const periodColumns = `p.id, p.name, p.kind, p.starts_on, p.ends_on, (SELECT count(*) FROM file f WHERE ` + belongs + `), p.version`

func scanPeriod(r op.Row) (p Period, err error) {
	return p, r.Scan(&p.ID, &p.Name, &p.Kind, &p.StartsOn, &p.EndsOn, &p.Files, &p.Version)
}

func periods(tx *storage.ReadTx, _ struct{}) (out Periods, err error) {
	rows, err := tx.Query("SELECT " + periodColumns + " FROM period p ORDER BY p.starts_on DESC, p.ends_on DESC, p.id")
	if err != nil {
		return out, err
	}
	out.Items, err = op.Scan(rows, scanPeriod)
	return out, err
}

func periodByID(tx *storage.ReadTx, id string) (Period, error) {
	p, err := scanPeriod(tx.QueryRow("SELECT "+periodColumns+" FROM period p WHERE p.id = ?", id))
	return p, none(err)
}

type proposeIn struct {
	Month int    `query:"month" minimum:"1" maximum:"12" doc:"The month with which the fiscal year begins; January unless given"`
	Day   string `query:"day" maxLength:"10" doc:"A day of the year; today unless given"`
}

// propose leaves out what is there already.
func propose(tx *storage.ReadTx, in proposeIn) (Periods, error) {
	out := Periods{Items: []Period{}}
	if in.Day == "" {
		in.Day = tx.Today()
	}
	if in.Month == 0 {
		in.Month = 1
	}
	var c op.Check
	c.Date(in.Day, "query.day")
	if err := c.Err(); err != nil {
		return out, err
	}
	for _, p := range Propose(in.Day, in.Month) {
		var there bool
		err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM period WHERE name = ?1 COLLATE NOCASE OR kind = ?2 AND starts_on = ?3 AND ends_on = ?4)",
			p.Name, string(p.Kind), p.StartsOn, p.EndsOn).Scan(&there)
		if err != nil {
			return out, err
		}
		if !there {
			out.Items = append(out.Items, p)
		}
	}
	return out, nil
}

// PeriodDraft is a period to be made.
type PeriodDraft struct {
	Name     string     `json:"name" minLength:"1" maxLength:"60"`
	Kind     PeriodKind `json:"kind,omitempty" enum:"quarter,fiscal_year,custom" doc:"custom unless given"`
	StartsOn string     `json:"starts_on" minLength:"10" maxLength:"10"`
	EndsOn   string     `json:"ends_on" minLength:"10" maxLength:"10"`
}

type createPeriodsIn struct {
	Body struct {
		Items []PeriodDraft `json:"items" minItems:"1" maxItems:"20"`
	}
}

func createPeriods(tx *storage.WriteTx, in createPeriodsIn) (Periods, error) {
	var c op.Check
	names := map[string]bool{}
	for i, d := range in.Body.Items {
		at := func(field string) string { return fmt.Sprintf("items[%d].%s", i, field) }
		if err := checkPeriod(&c, &tx.ReadTx, at, "", d); err != nil {
			return Periods{}, err
		}
		name := strings.ToLower(strings.TrimSpace(d.Name))
		c.That(!names[name], at("name"), "Two of these periods have this name.")
		names[name] = true
	}
	if err := c.Err(); err != nil {
		return Periods{}, err
	}
	for _, d := range in.Body.Items {
		if d.Kind == "" {
			d.Kind = Custom
		}
		err := tx.Exec("INSERT INTO period (id, name, kind, starts_on, ends_on, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
			tx.NewID(), strings.TrimSpace(d.Name), string(d.Kind), d.StartsOn, d.EndsOn, tx.Stamp())
		if err != nil {
			return Periods{}, err
		}
	}
	return periods(&tx.ReadTx, struct{}{})
}

// checkPeriod holds a period to what can be; periods may overlap, as quarters and their year do.
func checkPeriod(c *op.Check, tx *storage.ReadTx, at func(string) string, id string, d PeriodDraft) error {
	c.Required(d.Name, at("name"))
	c.Required(d.StartsOn, at("starts_on"))
	c.Required(d.EndsOn, at("ends_on"))
	c.Date(d.StartsOn, at("starts_on"))
	c.Date(d.EndsOn, at("ends_on"))
	c.That(d.StartsOn <= d.EndsOn, at("ends_on"), "The period ends before it begins.")
	if d.StartsOn != "" && d.EndsOn != "" {
		c.That(DaysLeft(d.StartsOn, d.EndsOn) <= 3660, at("ends_on"), "A period is ten years long at most.")
	}
	var there bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM period WHERE name = ? COLLATE NOCASE AND id <> ?)", strings.TrimSpace(d.Name), id).Scan(&there)
	c.That(!there, at("name"), "There is a period with this name.")
	return err
}

type updatePeriodIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Name     *string `json:"name,omitempty" minLength:"1" maxLength:"60"`
		StartsOn *string `json:"starts_on,omitempty" minLength:"10" maxLength:"10"`
		EndsOn   *string `json:"ends_on,omitempty" minLength:"10" maxLength:"10"`
	}
}

func updatePeriod(tx *storage.WriteTx, in updatePeriodIn) (Period, error) {
	p, err := periodByID(&tx.ReadTx, in.ID)
	if err != nil {
		return p, err
	}
	set(&p.Name, in.Body.Name)
	set(&p.StartsOn, in.Body.StartsOn)
	set(&p.EndsOn, in.Body.EndsOn)
	var c op.Check
	if err := checkPeriod(&c, &tx.ReadTx, func(f string) string { return f }, in.ID, PeriodDraft{p.Name, p.Kind, p.StartsOn, p.EndsOn}); err != nil {
		return p, err
	}
	if err := c.Err(); err != nil {
		return p, err
	}
	err = tx.ExecOne("UPDATE period SET name = ?, starts_on = ?, ends_on = ?, updated_at = ? WHERE id = ?", strings.TrimSpace(p.Name), p.StartsOn, p.EndsOn, tx.Stamp(), in.ID)
	if err != nil {
		return p, err
	}
	return periodByID(&tx.ReadTx, in.ID)
}

// removePeriod takes the period away; its files stay what they are.
func removePeriod(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM period WHERE id = ?", in.ID)
}
