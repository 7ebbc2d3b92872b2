package framework

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Reason is why a requirement is included in a Statement of Applicability.
type Reason string

// The reasons that auditors know.
const (
	RiskTreatment Reason = "risk_treatment"
	Legal         Reason = "legal"
	Contractual   Reason = "contractual"
	BestPractice  Reason = "best_practice"
)

var reasonOrder = []Reason{RiskTreatment, Legal, Contractual, BestPractice}

var reasonWords = map[Reason]string{RiskTreatment: "Risk treatment", Legal: "Legal requirement", Contractual: "Contractual obligation", BestPractice: "Best practice"}

// usualReasons are those that fit a framework until somebody says otherwise: law is law, what customers and
// card brands ask for is a contract, and a management system includes controls because of its risks.
func usualReasons(key string) []Reason {
	switch {
	case key == "hipaa" || key == "gdpr":
		return []Reason{Legal}
	case strings.HasPrefix(key, "soc2") || strings.HasPrefix(key, "pci") || key == "nist-800-171r2":
		return []Reason{Contractual}
	case strings.HasPrefix(key, "iso"):
		return []Reason{RiskTreatment}
	}
	return []Reason{BestPractice}
}

// reasonsOf reads reasons as the file keeps them, in their usual order.
func reasonsOf(kept string) []Reason {
	out := []Reason{}
	for _, r := range reasonOrder {
		if slices.Contains(strings.Split(kept, ","), string(r)) {
			out = append(out, r)
		}
	}
	return out
}

func keepReasons(list []Reason) string {
	var s []string
	for _, r := range reasonOrder {
		if slices.Contains(list, r) {
			s = append(s, string(r))
		}
	}
	return strings.Join(s, ",")
}

// Applicability is the head of a Statement of Applicability: of a framework in the organisation or in a product.
type Applicability struct {
	Framework    string    `json:"framework"`
	Name         string    `json:"name"`
	Short        string    `json:"short"`
	Edition      string    `json:"edition" doc:"Of the framework"`
	Scope        string    `json:"scope"`
	ScopeName    string    `json:"scope_name"`
	Organisation string    `json:"organisation"`
	Baseline     string    `json:"baseline" doc:"The name of the baseline that is chosen, or empty"`
	Reasons      []Reason  `json:"reasons" doc:"Why requirements are included unless a row says otherwise: risk_treatment, legal, contractual, best_practice"`
	Note         string    `json:"note" doc:"What stands below the reasons"`
	Issue        string    `json:"issue" doc:"The version of the statement, as people write it"`
	Owner        string    `json:"owner" doc:"Id of the person who keeps it"`
	OwnerName    string    `json:"owner_name"`
	Approver     string    `json:"approver" doc:"Id of the person who approved it"`
	ApproverName string    `json:"approver_name"`
	ApprovedOn   string    `json:"approved_on"`
	Included     int       `json:"included" doc:"Requirements that apply"`
	Excluded     int       `json:"excluded" doc:"Requirements that do not"`
	Readiness    Readiness `json:"readiness"`
	UpdatedAt    string    `json:"updated_at"`
}

func statement(tx *storage.ReadTx, in inScope) (s Applicability, err error) {
	if err := seen(tx, in.Scope); err != nil {
		return s, err
	}
	var kept, key, wide string
	err = none(tx.QueryRow(`SELECT f.id, f.key, f.name, f.short, f.edition, x.id, x.name, (SELECT name FROM organisation), coalesce(b.name, ''),
			coalesce(z.reasons, ''), coalesce(o.reasons, ''), coalesce(z.note, ''), coalesce(z.edition, ''), coalesce(z.owner, ''), coalesce(w.name, ''),
			coalesce(z.approver, ''), coalesce(p.name, ''), coalesce(z.approved_on, ''), coalesce(z.updated_at, '')
		FROM framework f JOIN scope x ON x.id = ?2 LEFT JOIN framework_scope z ON z.framework = f.id AND z.scope = x.id
		LEFT JOIN framework_scope o ON o.framework = f.id AND o.scope = 'organisation' LEFT JOIN baseline b ON b.id = z.baseline
		LEFT JOIN person w ON w.id = z.owner LEFT JOIN person p ON p.id = z.approver WHERE f.id = ?1`, in.ID, control.In(in.Scope)).
		Scan(&s.Framework, &key, &s.Name, &s.Short, &s.Edition, &s.Scope, &s.ScopeName, &s.Organisation, &s.Baseline, &kept, &wide, &s.Note, &s.Issue,
			&s.Owner, &s.OwnerName, &s.Approver, &s.ApproverName, &s.ApprovedOn, &s.UpdatedAt))
	if err != nil {
		return s, err
	}
	for _, r := range []string{kept, wide, keepReasons(usualReasons(key))} {
		if s.Reasons = reasonsOf(r); len(s.Reasons) > 0 {
			break
		}
	}
	figures, err := MeasureIn(tx, s.Scope)
	s.Readiness = figures.Frameworks[in.ID]
	s.Included, s.Excluded = s.Readiness.Applicable, s.Readiness.NotApplicable
	return s, err
}

type updateStatementIn struct {
	ID   string `path:"id"`
	Body struct {
		Scope      string    `json:"scope,omitempty" maxLength:"26" doc:"Id of a product that answers to the framework; the whole organisation unless given"`
		Reasons    *[]Reason `json:"reasons,omitempty" maxItems:"4" doc:"risk_treatment, legal, contractual, best_practice"`
		Note       *string   `json:"note,omitempty" maxLength:"2000"`
		Issue      *string   `json:"issue,omitempty" maxLength:"40"`
		Owner      *string   `json:"owner,omitempty" maxLength:"26"`
		Approver   *string   `json:"approver,omitempty" maxLength:"26"`
		ApprovedOn *string   `json:"approved_on,omitempty" maxLength:"10"`
	}
}

func updateStatement(tx *storage.WriteTx, in updateStatementIn) (Applicability, error) {
	b := in.Body
	var c op.Check
	if err := checkAnswers(&c, &tx.ReadTx, "scope", in.ID, b.Scope); err != nil {
		return Applicability{}, err
	}
	if err := c.Err(); err != nil {
		return Applicability{}, err
	}
	was, err := statement(&tx.ReadTx, inScope{in.ID, b.Scope})
	if err != nil {
		return was, err
	}
	now := was
	put(&now.Reasons, b.Reasons)
	text(&now.Note, b.Note)
	text(&now.Issue, b.Issue)
	put(&now.Owner, b.Owner)
	put(&now.Approver, b.Approver)
	text(&now.ApprovedOn, b.ApprovedOn)
	checkReasons(&c, "reasons", now.Reasons)
	c.That(len(now.Reasons) > 0, "reasons", "Choose at least one reason.")
	c.Date(now.ApprovedOn, "approved_on")
	c.That(now.ApprovedOn <= tx.Today(), "approved_on", "This day is in the future.")
	c.That(now.ApprovedOn == "" || now.Approver != "", "approver", "Say who approved it.")
	for field, id := range map[string][2]string{"owner": {now.Owner, was.Owner}, "approver": {now.Approver, was.Approver}} {
		if id[0] == id[1] {
			continue
		}
		if err := person.Check(&c, &tx.ReadTx, field, id[0]); err != nil {
			return was, err
		}
	}
	if err := c.Err(); err != nil {
		return was, err
	}
	err = tx.Exec(`INSERT INTO framework_scope (framework, scope, reasons, note, edition, owner, approver, approved_on, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
		ON CONFLICT (framework, scope) DO UPDATE SET reasons = ?3, note = ?4, edition = ?5, owner = ?6, approver = ?7, approved_on = ?8, updated_at = ?9
		WHERE reasons <> ?3 OR note <> ?4 OR edition <> ?5 OR owner <> ?6 OR approver <> ?7 OR approved_on <> ?8`,
		in.ID, control.In(b.Scope), keepReasons(now.Reasons), now.Note, now.Issue, now.Owner, now.Approver, now.ApprovedOn, tx.Stamp())
	if err != nil {
		return was, err
	}
	return statement(&tx.ReadTx, inScope{in.ID, b.Scope})
}

func checkReasons(c *op.Check, field string, list []Reason) {
	for _, r := range list {
		c.That(slices.Contains(reasonOrder, r), field, "Choose among: risk_treatment, legal, contractual, best_practice.")
	}
}

// StatementRow is one requirement in a Statement of Applicability.
type StatementRow struct {
	ID            string             `json:"id"`
	Ref           string             `json:"ref"`
	Title         string             `json:"title"`
	Group         string             `json:"group" doc:"The heading above it"`
	Applicable    bool               `json:"applicable"`
	Decided       string             `json:"decided" enum:",person,baseline"`
	Justification string             `json:"justification" doc:"Why it is excluded, when it is"`
	Reasons       []Reason           `json:"reasons" doc:"Why it is included, when it is"`
	Own           bool               `json:"own" doc:"The reasons are this row's own, not those of the whole statement"`
	Note          string             `json:"note" doc:"More on why it is included"`
	State         State              `json:"state" enum:"met,attention,in_progress,not_started,not_applicable"`
	Controls      []StatementControl `json:"controls"`
	Evidence      int                `json:"evidence" doc:"Evidence requests of these controls"`
	Collected     int                `json:"collected" doc:"Of these, with proof that has not expired"`
	Owners        []string           `json:"owners" doc:"Who owns these controls"`
	Version       int                `json:"version" doc:"Of the requirement"`
}

// StatementControl is a control in a Statement of Applicability.
type StatementControl struct {
	ID        string            `json:"id"`
	Ref       string            `json:"ref"`
	Title     string            `json:"title"`
	Effective control.Effective `json:"effective" enum:"not_started,in_progress,implemented,gap,not_applicable,needs_evidence,unproven"`
}

// StatementFilter is what the rows may be listed by.
type StatementFilter struct {
	op.PageIn
	Framework  string  `query:"framework" json:"framework,omitempty" maxLength:"26" doc:"Id of the framework; every one that is on unless given"`
	Scope      string  `query:"scope" json:"scope,omitempty" maxLength:"26" doc:"Id of a product; the whole organisation unless given"`
	Applicable string  `query:"applicable" json:"applicable,omitempty" enum:"yes,no"`
	State      []State `query:"state" json:"state,omitempty" maxItems:"5" enum:"met,attention,in_progress,not_started,not_applicable"`
}

const statementFrom = `requirement r JOIN framework f ON f.id = r.framework LEFT JOIN requirement u ON u.id = r.parent AND r.parent <> '' ` + control.DaysSQL + `
	LEFT JOIN framework_scope h ON h.framework = f.id AND h.scope = d.scope LEFT JOIN framework_scope g ON g.framework = f.id AND g.scope = 'organisation'
	LEFT JOIN requirement_reason a ON a.requirement = r.id AND a.scope = d.scope LEFT JOIN requirement_reason b ON b.requirement = r.id AND b.scope = 'organisation'`

const statementColumns = `r.id, r.ref, r.title, coalesce(trim(u.ref || ' ' || u.title), ''), f.key, ` + control.AppliesSQL + `,
	coalesce((SELECT x.justification FROM requirement_scope x WHERE x.requirement = r.id AND x.scope = d.scope), r.justification),
	coalesce((SELECT x.decided FROM requirement_scope x WHERE x.requirement = r.id AND x.scope = d.scope), r.decided),
	coalesce(nullif(a.reasons, ''), nullif(b.reasons, ''), ''), coalesce(nullif(h.reasons, ''), nullif(g.reasons, ''), ''), coalesce(nullif(a.note, ''), b.note, ''),
	` + stateSQL + `, r.version,
	(SELECT json_group_array(json_array(id, ref, title, e, owner)) FROM (SELECT c.id, c.ref, c.title, ` + control.WeighedSQL + ` AS e, coalesce(o.name, '') AS owner
		FROM mapping m CROSS JOIN control c ON c.id = m.control ` + proofSQL + ` LEFT JOIN person o ON o.id = c.owner WHERE m.requirement = r.id ORDER BY c.sort_ref, c.id)),
	(SELECT count(*) || '/' || coalesce(sum(k.collected_on <> '' AND (k.expires_on = '' OR k.expires_on >= d.today)), 0)
		FROM (SELECT DISTINCT l.evidence FROM mapping m JOIN evidence_control l ON l.control = m.control WHERE m.requirement = r.id) n
		JOIN evidence e ON e.id = n.evidence AND e.not_applicable = 0 AND (d.scope = 'organisation' OR e.scope IN ('organisation', d.scope)) JOIN evidence_clock k ON k.evidence = e.id)`

func scanStatement(row op.Row) (q StatementRow, err error) {
	var key, own, whole, by, proof string
	err = row.Scan(&q.ID, &q.Ref, &q.Title, &q.Group, &key, &q.Applicable, &q.Justification, &q.Decided, &own, &whole, &q.Note, &q.State, &q.Version, &by, &proof)
	if err != nil {
		return q, err
	}
	if q.Decided != "" && q.Decided != "person" {
		q.Decided = "baseline"
	}
	q.Reasons, q.Own = []Reason{}, own != ""
	if q.Applicable {
		q.Justification = ""
		for _, r := range []string{own, whole, keepReasons(usualReasons(key))} {
			if q.Reasons = reasonsOf(r); len(q.Reasons) > 0 {
				break
			}
		}
	} else {
		q.Note = ""
	}
	var list [][5]string
	if err := json.Unmarshal([]byte(by), &list); err != nil {
		return q, err
	}
	q.Controls, q.Owners = []StatementControl{}, []string{}
	for _, c := range list {
		q.Controls = append(q.Controls, StatementControl{c[0], c[1], c[2], control.Effective(c[3])})
		if c[4] != "" && !slices.Contains(q.Owners, c[4]) {
			q.Owners = append(q.Owners, c[4])
		}
	}
	return q, json.Unmarshal([]byte("["+strings.Replace(proof, "/", ",", 1)+"]"), &[]any{&q.Evidence, &q.Collected})
}

var statementRows = op.Table[StatementFilter, StatementRow]{
	From: statementFrom, Columns: statementColumns, Scan: scanStatement, Key: "r.id",
	View: func(tx *storage.ReadTx, f StatementFilter) []any { return control.DaysIn(tx, f.Scope) },
	Where: func(w *op.Where, f StatementFilter) {
		w.And("r.assessable = 1 AND r.withdrawn = 0")
		if f.Framework == "" {
			w.And("f.archived = 0")
		}
		w.Eq("r.framework", f.Framework)
		switch f.Applicable {
		case "yes":
			w.And(control.AppliesSQL + " = 1")
		case "no":
			w.And(control.AppliesSQL + " = 0")
		}
		w.Search(f.Q, "r.ref", "r.title", "r.justification")
		w.In(stateSQL, f.State)
	},
	Sort:    map[string]string{"position": "f.short || char(1) || f.id || printf('%08d', r.position)"},
	Default: "position",
	Export: []op.Col[StatementRow]{
		{Header: "Ref", Value: func(q StatementRow) any { return q.Ref }},
		{Header: "Title", Value: func(q StatementRow) any { return q.Title }},
		{Header: "Group", Value: func(q StatementRow) any { return q.Group }},
		{Header: "Applicable", Value: func(q StatementRow) any { return yesNo(q.Applicable) }},
		{Header: "Reasons for inclusion", Value: func(q StatementRow) any { return q.reasons() }},
		{Header: "Justification", Value: func(q StatementRow) any { return q.why() }},
		{Header: "Implementation status", Value: func(q StatementRow) any { return stateWords[q.State] }},
		{Header: "Controls", Value: func(q StatementRow) any { return q.controls() }},
		{Header: "Evidence", Value: func(q StatementRow) any { return q.proof() }},
		{Header: "Owner", Value: func(q StatementRow) any { return strings.Join(q.Owners, ", ") }},
		{Header: "ID", Value: func(q StatementRow) any { return q.ID }},
	},
}

// stateWords say how far a requirement is implemented, as an auditor reads it.
var stateWords = map[State]string{Met: "Implemented", Attention: "Needs attention", InProgress: "In progress", NotStarted: "Not started", Inapplicable: "Not applicable"}

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

func (q StatementRow) reasons() string {
	words := make([]string, len(q.Reasons))
	for i, r := range q.Reasons {
		words[i] = reasonWords[r]
	}
	return strings.Join(words, ", ")
}

// why is what stands in the column of justifications: of inclusion or of exclusion.
func (q StatementRow) why() string {
	if q.Applicable {
		return q.Note
	}
	return q.Justification
}

func (q StatementRow) controls() string {
	refs := make([]string, len(q.Controls))
	for i, c := range q.Controls {
		refs[i] = c.Ref
	}
	return strings.Join(refs, ", ")
}

func (q StatementRow) proof() string {
	if q.Evidence == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d current", q.Collected, q.Evidence)
}

type includeIn struct {
	ID   string `path:"id"`
	Body struct {
		Scope   string   `json:"scope,omitempty" maxLength:"26" doc:"Id of a product; the whole organisation unless given"`
		Reasons []Reason `json:"reasons" maxItems:"4" doc:"risk_treatment, legal, contractual, best_practice; none: those of the whole statement"`
		Note    string   `json:"note,omitempty" maxLength:"2000"`
	}
}

// include says why a requirement is included. Without a word of its own it follows the whole statement.
func include(tx *storage.WriteTx, in includeIn) (StatementRow, error) {
	b := in.Body
	b.Note = strings.TrimSpace(b.Note)
	var c op.Check
	checkReasons(&c, "reasons", b.Reasons)
	if err := checkScope(&c, &tx.ReadTx, "scope", b.Scope); err != nil {
		return StatementRow{}, err
	}
	if err := c.Err(); err != nil {
		return StatementRow{}, err
	}
	read := func() (StatementRow, error) {
		q, err := scanStatement(tx.QueryRow("SELECT "+statementColumns+" FROM "+statementFrom+" WHERE r.id = ? AND r.assessable = 1", append(control.DaysIn(&tx.ReadTx, b.Scope), in.ID)...))
		return q, none(err)
	}
	if _, err := read(); err != nil {
		return StatementRow{}, err
	}
	kept := keepReasons(b.Reasons)
	err := tx.Exec(`INSERT INTO requirement_reason (requirement, scope, reasons, note, updated_at) SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?3 <> '' OR ?4 <> '' OR EXISTS (
			SELECT 1 FROM requirement_reason WHERE requirement = ?1 AND scope = ?2)
		ON CONFLICT (requirement, scope) DO UPDATE SET reasons = ?3, note = ?4, updated_at = ?5 WHERE reasons <> ?3 OR note <> ?4`,
		in.ID, control.In(b.Scope), kept, b.Note, tx.Stamp())
	if err != nil {
		return StatementRow{}, err
	}
	return read()
}
