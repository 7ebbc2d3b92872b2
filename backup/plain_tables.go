package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"assay/server/sheet"
	"assay/storage"
)

// tableNames says what the rows of each table are. A table that is not here is exported too, under its own name;
// a test asks for a sentence.
var tableNames = map[string]string{
	"activity":              "Recurring activities",
	"activity_control":      "Which controls an activity serves",
	"activity_evidence":     "Which evidence requests an activity proves",
	"addressable":           "Decisions about addressable requirements",
	"baseline":              "Baselines: selections of a framework's requirements",
	"baseline_requirement":  "Which requirements a baseline selects",
	"branch":                "Branches",
	"checkpoint_mail":       "To whom checkpoints of the audit log are mailed",
	"comment":               "Comments",
	"component":             "Components of OSCAL documents, by control",
	"control":               "Controls",
	"control_effective":     "Effective status of controls, by scope",
	"control_status":        "Status of controls as people said it, by scope",
	"cycle":                 "Rounds of collecting evidence",
	"cycle_step":            "Steps of these rounds",
	"digest":                "When the digest goes out",
	"dismissal":             "Suggested controls that were dismissed",
	"drill":                 "Restore drills",
	"edition":               "Newer editions of frameworks",
	"edition_row":           "Differences of these editions",
	"evidence":              "Evidence requests",
	"evidence_ask":          "Who was asked for evidence",
	"evidence_control":      "Which controls evidence proves",
	"evidence_reminder":     "Last reminders about evidence that ends",
	"field":                 "Custom fields",
	"field_value":           "Values of custom fields",
	"file":                  "Files of evidence; the files themselves are in files/",
	"framework":             "Frameworks",
	"framework_scope":       "Which frameworks apply to which scope, and their statements of applicability",
	"framework_source":      "The files frameworks were imported from",
	"import":                "Imports of tables",
	"mapping":               "Which controls meet which requirements",
	"notification_choice":   "What people chose to be told",
	"notification_default":  "What people are told unless they choose",
	"occurrence":            "Occurrences of activities",
	"occurrence_file":       "Files that prove an occurrence",
	"organisation":          "The organisation",
	"oscal_document":        "OSCAL documents that came in",
	"package":               "Packages for auditors",
	"period":                "Periods",
	"person":                "People",
	"policy":                "Policies",
	"policy_acknowledgment": "Who was asked to acknowledge a policy, and who has",
	"policy_approval":       "Decisions on versions of policies",
	"policy_approver":       "Who has to approve a version of a policy",
	"policy_control":        "Which controls a policy governs",
	"policy_exception":      "Exceptions from policies",
	"policy_request":        "Requests to acknowledge policies",
	"policy_requirement":    "Which requirements a policy answers",
	"policy_setting":        "When reviews of policies are shown as near or late",
	"policy_version":        "Versions of policies, with their words",
	"readiness_day":         "Readiness of each day",
	"readiness_part":        "Readiness of families and owners, by day",
	"record_link":           "Links between records",
	"record_tag":            "Tags of records",
	"relation":              "Relations between requirements of frameworks",
	"relation_set":          "Sets of these relations",
	"requirement":           "Requirements of frameworks",
	"requirement_reason":    "Why requirements apply",
	"requirement_scope":     "Whether requirements apply, by scope",
	"risk":                  "Risks",
	"risk_appetite":         "The loss of a year that the organisation is ready to bear",
	"risk_loss":             "How often risks happen and what they cost each time, as ranges",
	"risk_scale":            "From which score on a risk is critical, high or medium",
	"risk_score":            "How risks were scored, change by change",
	"saved_view":            "Saved views of lists",
	"scope":                 "The organisation and its products",
	"statement":             "How requirements are met, in words",
	"system":                "Facts of the system, by scope",
	"tag":                   "Tags",
	"task":                  "Tasks",
	"view_default":          "Which view people see first",
}

// table is a CSV file as spreadsheets read it: UTF-8 with its mark, and no cell that is a formula.
type table struct{ w *csv.Writer }

func newTable(w *bufio.Writer, heads ...string) table {
	w.WriteString("\ufeff") // an error stays with w
	t := table{csv.NewWriter(w)}
	t.w.UseCRLF = true
	t.row(heads...)
	return t
}

func (t table) row(cells ...string) error {
	for i := range cells {
		cells[i] = sheet.Guard(cells[i])
	}
	return t.w.Write(cells)
}

func (t table) end() error {
	t.w.Flush()
	return t.w.Error()
}

// tables writes every table of records as CSV, to be read, and as JSON, with all that it has.
func (p *plain) tables() error {
	all, _ := p.db.RecordTables()
	for _, t := range all {
		n, err := p.table(t)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		title := tableNames[t.Name]
		if title == "" {
			title = heading(t.Name)
		}
		p.told = append(p.told, fmt.Sprintf("| %s | %d | [%[3]s.csv](data/%[3]s.csv) | [%[3]s.json](data/%[3]s.json) |", title, n, t.Name))
		p.done.Tables++
		p.done.Rows += n
	}
	return nil
}

func (p *plain) table(t storage.RecordTable) (n int, err error) {
	err = p.create("data/"+t.Name+".csv", func(w *bufio.Writer) error {
		cells := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			cells[i] = heading(c)
		}
		out := newTable(w, cells...)
		err := p.rows(t, func(values []any) error {
			n++
			for i, v := range values {
				cells[i] = p.cell(t.Columns[i], v)
			}
			return out.row(cells...)
		})
		return errors.Join(err, out.end())
	})
	if err != nil {
		return n, err
	}
	return n, p.create("data/"+t.Name+".json", func(w *bufio.Writer) error {
		between := "[\n"
		err := p.rows(t, func(values []any) error {
			w.WriteString(between)
			between = ",\n"
			return record(w, t, values)
		})
		if between == "[\n" {
			w.WriteString(between)
		}
		w.WriteString("\n]\n")
		return err
	})
}

// rows reads a table once. values are good until the next row.
func (p *plain) rows(t storage.RecordTable, fn func(values []any) error) error {
	rows, err := p.tx.Rows(t)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, to := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		to[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		if err := fn(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// record writes a row as a JSON object with its columns in their order. Bytes are text when they are: a file
// that was kept gzipped is unpacked.
func record(w *bufio.Writer, t storage.RecordTable, values []any) error {
	for i, c := range t.Columns {
		v := values[i]
		if raw, ok := v.([]byte); ok {
			text, err := unpacked(raw)
			if err != nil {
				return fmt.Errorf("%s: %w", c, err)
			}
			v = string(text)
		}
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		before := ", "
		if i == 0 {
			before = "{"
		}
		fmt.Fprintf(w, "%s%q: %s", before, c, text)
	}
	return w.WriteByte('}')
}

// largestKept bounds what a kept file unpacks to.
const largestKept = 1 << 30

func unpacked(raw []byte) ([]byte, error) {
	if !bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		return raw, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(z, largestKept))
	return text, errors.Join(err, z.Close())
}

// untouched are columns whose values stay ids in a table to be read, so that rows can be told apart.
var untouched = []string{"id", "version"}

// cell is a value in a table to be read: people and records by their names, stored files by their paths.
func (p *plain) cell(column string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []byte:
		return fmt.Sprintf("(%d bytes, in the JSON file)", len(v))
	case string:
		if slices.Contains(untouched, column) {
			return v
		}
		if name, ok := p.names[v]; ok {
			return name
		}
		if path, ok := p.file[v]; ok {
			return path
		}
		return v
	}
	return fmt.Sprint(v)
}

// headings are columns whose names say too little.
var headings = map[string]string{"ref": "Reference", "sha256": "SHA-256", "core": "Core control", "na_reason": "Why it does not apply",
	"justification": "Why", "kind": "Kind", "due_on": "Due", "object": "Stored file", "active": "Active", "logo_object": "Logo", "logo_sha256": "SHA-256 of the logo"}

// heading is a name of the schema in words.
func heading(name string) string {
	if h := headings[name]; h != "" {
		return h
	}
	words := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}
