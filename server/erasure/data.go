package erasure

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"

	"assay/server/op"
	"assay/storage"
)

// PersonalData is everything that the program keeps about one person in an organisation, as data.json of the archive
// that they are given.
type PersonalData struct {
	Format       string            `json:"format"` // "assay-person/1"
	MadeAt       string            `json:"made_at"`
	Organisation string            `json:"organisation"`
	Person       map[string]any    `json:"person"`
	Account      map[string]any    `json:"account,omitempty"`
	Personnel    []map[string]any  `json:"personnel"`
	Access       []map[string]any  `json:"access"`
	Memberships  []map[string]any  `json:"memberships"`
	SignIns      []map[string]any  `json:"sign_ins"`
	Sessions     []map[string]any  `json:"sessions"`
	Tokens       []map[string]any  `json:"tokens"`
	Calendar     []map[string]any  `json:"calendar"`
	Mails        []map[string]any  `json:"mails"`
	Choices      []map[string]any  `json:"notification_choices"`
	Notices      []map[string]any  `json:"notifications"`
	Comments     []map[string]any  `json:"comments"`
	Files        []map[string]any  `json:"files"`
	Named        []storage.Mention `json:"records_that_name_them"`
	Did          []map[string]any  `json:"audit_by_them"`
	About        []map[string]any  `json:"audit_about_them"`
}

const dataFormat = "assay-person/1"

// part is a list of PersonalData and where it is read: ?1 is the person, ?2 the account, ?3 the organisation, ?4 the
// address.
type part struct {
	title string
	to    func(*PersonalData) *[]map[string]any
	query string
}

// working are the rows of a person among the personnel.
const working = `FROM personnel w LEFT JOIN department d ON d.id = w.department LEFT JOIN job_role j ON j.id = w.job_role LEFT JOIN personnel m ON m.id = w.manager
		WHERE w.id = ?1 OR w.email <> '' AND lower(w.email) = (SELECT p.email FROM person p WHERE p.id = ?1)`

// ours are read in the organisation's file.
var ours = []part{
	{"Their work", func(d *PersonalData) *[]map[string]any { return &d.Personnel }, `SELECT w.name, w.email, w.employee_id, w.phone, w.employment, d.name AS department, j.name AS role, m.name AS manager, w.status,
		w.started_on, w.ended_on, w.location, w.background, w.background_on, w.nda, w.nda_on, w.training, w.training_on, w.mfa, w.admin_rights, w.notes, w.created_at, w.updated_at ` + working},
	{"What they had access to", func(d *PersonalData) *[]map[string]any { return &d.Access }, `SELECT a.name AS application, g.level, g.admin, g.granted_on, g.status, g.revoked_at, g.last_used_on, g.note
		FROM access_grant g JOIN application a ON a.id = g.application WHERE g.personnel IN (SELECT w.id ` + working + `) ORDER BY a.name, g.granted_on, g.id`},
	{"What they chose to hear of", func(d *PersonalData) *[]map[string]any { return &d.Choices }, "SELECT event, inbox, mail FROM notification_choice WHERE person = ?1 ORDER BY event"},
	{"What they were told", func(d *PersonalData) *[]map[string]any { return &d.Notices }, "SELECT at, event, title, body, read_at FROM notification WHERE person = ?1 ORDER BY at, id"},
	{"What they said", func(d *PersonalData) *[]map[string]any { return &d.Comments }, "SELECT id, created_at, kind, record, body FROM comment WHERE author = ?1 ORDER BY created_at, id"},
	{"Files they uploaded", func(d *PersonalData) *[]map[string]any { return &d.Files }, "SELECT id, uploaded_at, name, type, size, sha256, note FROM file WHERE uploaded_by = ?1 ORDER BY uploaded_at, id"},
	{"What they did", func(d *PersonalData) *[]map[string]any { return &d.Did }, "SELECT seq, at, action, rows FROM audit WHERE actor = ?1 ORDER BY seq"},
	{"What was done about them", func(d *PersonalData) *[]map[string]any { return &d.About }, "SELECT a.seq, a.at, a.action, a.actor FROM audit_row r JOIN audit a ON a.seq = r.seq WHERE r.tbl = 'person' AND r.pk = ?1 ORDER BY a.seq"},
}

// theirs are read in the installation's.
var theirs = []part{
	{"Memberships", func(d *PersonalData) *[]map[string]any { return &d.Memberships }, "SELECT role, status, title, department, created_at FROM membership WHERE tenant = ?3 AND person = ?1"},
	{"Sign-ins", func(d *PersonalData) *[]map[string]any { return &d.SignIns }, "SELECT at, event, outcome, email, ip, agent, detail FROM auth_log WHERE (tenant = ?3 OR tenant = '') AND (account = ?2 AND ?2 <> '' OR email = ?4 AND ?4 <> '') ORDER BY at, id"},
	{"Sessions", func(d *PersonalData) *[]map[string]any { return &d.Sessions }, "SELECT since, seen, expires, data ->> '$.v.ip' AS ip, data ->> '$.v.agent' AS agent FROM session WHERE account = ?2 AND tenant = ?3 ORDER BY since"},
	{"Access tokens", func(d *PersonalData) *[]map[string]any { return &d.Tokens }, "SELECT name, role, created_at, expires_on FROM token WHERE account = ?2 AND tenant = ?3 ORDER BY created_at"},
	{"Calendar", func(d *PersonalData) *[]map[string]any { return &d.Calendar }, "SELECT what, created_at FROM calendar_feed WHERE account = ?2 AND tenant = ?3"},
	{"Mails", func(d *PersonalData) *[]map[string]any { return &d.Mails }, "SELECT created_at, kind, recipient, sent_at FROM mail WHERE tenant = ?3 AND recipient = ?4 AND ?4 <> '' ORDER BY created_at, id"},
}

// mostNamed is how many rows of each column are listed.
const mostNamed = 10_000

func (e *Eraser) ownData(sc *op.Scope, _ struct{}, w io.Writer) (op.Sent, error) {
	return e.data(sc, sc.Caller().Person, w)
}

func (e *Eraser) personData(sc *op.Scope, in op.ByID, w io.Writer) (op.Sent, error) {
	return e.data(sc, in.ID, w)
}

// data writes everything about a person: data.json, and index.html to read it.
func (e *Eraser) data(sc *op.Scope, person string, w io.Writer) (op.Sent, error) {
	d := PersonalData{Format: dataFormat, MadeAt: sc.Now().UTC().Format(storage.Instant)}
	var email string
	err := sc.Read(func(tx *storage.ReadTx) error {
		one, err := maps(tx, "SELECT id, name, email, title, department, phone, active, created_at, updated_at FROM person WHERE id = ?1 UNION ALL SELECT id, name, email, '', '', phone, status <> 'terminated', created_at, updated_at FROM personnel WHERE id = ?1 LIMIT 1", person)
		if err != nil {
			return err
		}
		if len(one) == 0 {
			return storage.ErrNotFound
		}
		d.Person = one[0]
		email, _ = d.Person["email"].(string)
		if err := tx.QueryRow("SELECT name FROM organisation").Scan(&d.Organisation); err != nil {
			return err
		}
		if d.Named, err = tx.Naming(person, mostNamed); err != nil {
			return err
		}
		return read(tx, &d, ours, person)
	})
	if err != nil {
		return op.Sent{}, err
	}
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		account, err := accountOf(tx, sc.Tenant(), person, email)
		if err != nil {
			return err
		}
		one, err := maps(tx, "SELECT id, email, name, totp <> '' AS two_step, preferences, created_at FROM account WHERE id = ?1", account)
		if err != nil {
			return err
		}
		if len(one) > 0 {
			d.Account = one[0]
		}
		return read(tx, &d, theirs, person, account, sc.Tenant(), email)
	})
	if err != nil {
		return op.Sent{}, err
	}
	z := zip.NewWriter(w)
	for name, write := range map[string]func(io.Writer) error{"data.json": d.json, "index.html": d.page} {
		f, err := z.Create(name)
		if err == nil {
			err = write(f)
		}
		if err != nil {
			return op.Sent{}, fmt.Errorf("write %s: %w", name, err)
		}
	}
	return op.Sent{Name: "personal-data-" + sc.Now().UTC().Format(storage.Date) + ".zip", Type: "application/zip"}, z.Close()
}

func read(tx *storage.ReadTx, d *PersonalData, parts []part, args ...any) error {
	for _, p := range parts {
		used := args
		for len(used) > 0 && !strings.Contains(p.query, fmt.Sprintf("?%d", len(used))) {
			used = used[:len(used)-1]
		}
		rows, err := maps(tx, p.query, used...)
		if err != nil {
			return fmt.Errorf("%s: %w", p.title, err)
		}
		*p.to(d) = rows
	}
	return nil
}

// maps reads rows by the names of their columns.
func maps(tx *storage.ReadTx, query string, args ...any) ([]map[string]any, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		row := map[string]any{}
		for i, n := range names {
			row[n] = values[i]
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func (d PersonalData) json(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

type shownPart struct {
	Title string
	Rows  []map[string]any
}

func (d PersonalData) page(w io.Writer) error {
	var parts []shownPart
	if d.Account != nil {
		parts = append(parts, shownPart{"Account", []map[string]any{d.Account}})
	}
	for _, list := range [][]part{theirs, ours} {
		for _, p := range list {
			parts = append(parts, shownPart{p.title, *p.to(&d)})
		}
	}
	return dataPage.Execute(w, struct {
		PersonalData
		Parts []shownPart
	}{d, parts})
}

// dataPage is for reading; it loads nothing and runs nothing.
var dataPage = template.Must(template.New("data").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Personal data of {{.Person.name}}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b2126; background: #fff }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0 0 1rem; padding: .5rem 0; border-top: 1px solid #dfe3e0 }
dt { color: #4d565e } dd { margin: 0; overflow-wrap: anywhere }
</style>
</head>
<body>
<h1>Personal data of {{.Person.name}}</h1>
<p>What {{.Organisation}} keeps about this person in Assay, on {{.MadeAt}}. The same is in data.json, for programs.</p>
<h2>Person</h2>
<dl>{{range $k, $v := .Person}}<dt>{{$k}}</dt><dd>{{$v}}</dd>{{end}}</dl>
{{range .Parts}}<h2>{{.Title}} ({{len .Rows}})</h2>
{{range .Rows}}<dl>{{range $k, $v := .}}<dt>{{$k}}</dt><dd>{{$v}}</dd>{{end}}</dl>
{{end}}{{end}}<h2>Records that name this person ({{len .Named}})</h2>
{{range .Named}}<dl><dt>{{.Table}}</dt><dd>{{.Ref}} {{.Title}}</dd><dt>as</dt><dd>{{.Column}}</dd></dl>
{{end}}
</body>
</html>
`))
