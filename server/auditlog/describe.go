package auditlog

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"assay/server/op"
	"assay/storage"
)

// record is a storage.Record whose values stay closed and unread until a sentence needs them: an import's
// record may hold thousands of rows.
type record struct {
	storage.Record
	Changes []change `json:"changes"`
}

type change struct {
	Table string          `json:"table"`
	PK    string          `json:"pk"`
	Op    string          `json:"op"`
	Set   json.RawMessage `json:"set"`
}

func (c change) set() map[string][2]any {
	var set map[string][2]any
	d := json.NewDecoder(strings.NewReader(string(c.Set)))
	d.UseNumber()
	if d.Decode(&set) != nil {
		return nil
	}
	return set
}

// describe reads records and puts each into one line.
func describe(tx, control *storage.ReadTx, tenant string, keys []key) ([]AuditEntry, error) {
	texts, err := readTexts(tx, control, keys)
	if err != nil {
		return nil, err
	}
	n := newNames(tenant)
	shapes := make([]shape, len(keys))
	for i, k := range keys {
		var r record
		if err := json.Unmarshal([]byte(texts[k]), &r); err != nil {
			// A record that was tampered with must not hide the others; verify says what is wrong with it.
			r = record{Record: storage.Record{Seq: k.seq, Kind: "change", Action: "unreadable", Note: "This record cannot be read. Verify the log."}}
		}
		shapes[i] = shapeOf(r)
		shapes[i].want(n)
	}
	if err := n.load(tx, control); err != nil {
		return nil, err
	}
	out := make([]AuditEntry, len(keys))
	for i, k := range keys {
		out[i] = shapes[i].entry(n, k.log())
	}
	return out, nil
}

// readTexts reads the text of each record.
func readTexts(tx, control *storage.ReadTx, keys []key) (map[key]string, error) {
	texts := map[key]string{}
	for _, installation := range []bool{false, true} {
		from := tx
		if installation {
			from = control
		}
		of := map[int64]key{}
		seqs := []int64{}
		for _, k := range keys {
			if k.installation == installation {
				of[k.seq] = k
				seqs = append(seqs, k.seq)
			}
		}
		if len(seqs) == 0 {
			continue
		}
		list, err := json.Marshal(seqs)
		if err != nil {
			return nil, err
		}
		rows, err := from.Query("SELECT seq, record FROM audit WHERE seq IN (SELECT value FROM json_each(?))", string(list))
		if err != nil {
			return nil, fmt.Errorf("read records: %w", err)
		}
		_, err = op.Scan(rows, func(r op.Row) (struct{}, error) {
			var seq int64
			var text string
			err := r.Scan(&seq, &text)
			texts[of[seq]] = text
			return struct{}{}, err
		})
		if err != nil {
			return nil, fmt.Errorf("read records: %w", err)
		}
	}
	return texts, nil
}

// shape is what a sentence speaks of: the rows of the most telling table, and its first row's values.
type shape struct {
	record
	lead   []change
	values []map[string][2]any // of the first rows of lead
	fields []string            // of the first row, that say something, in order
	counts []AuditCount
}

// tables are in the order in which they tell what a call was about. What comes with a row of an earlier
// table (a new control's status, a new member's account) is not told.
var tables = []string{
	"import",
	"framework", "edition", "relation_set", "control", "evidence", "policy", "policy_version", "policy_approval", "policy_request", "policy_acknowledgment", "policy_exception", "activity", "occurrence", "file", "membership", "token", "tenant", "account",
	"person", "organisation", "scope",
	"baseline", "framework_scope",
	"requirement", "statement", "system", "requirement_scope", "requirement_reason", "addressable",
	"control_status", "mapping", "relation", "dismissal", "edition_row", "evidence_control",
	"activity_control", "activity_evidence", "occurrence_file", "policy_control", "policy_requirement", "policy_approver", "policy_setting",
	"risk", "risk_scale", "risk_appetite", "risk_score", "risk_loss",
	"task",
	"control_effective",
	"comment", "tag", "field", "saved_view", "record_link", "record_tag", "field_value", "view_default",
	"link", "recovery_code", "readiness_day", "readiness_part",
	"oscal_document", "component",
	"period", "branch", "package", "evidence_ask", "cycle", "cycle_step", "evidence_reminder",
}

var ops = []string{"insert", "delete", "update"}

// compared is how many rows of one change are looked into, to see whether they were all changed alike.
const compared = 50

func shapeOf(r record) shape {
	s := shape{record: r}
	type group struct{ table, op string }
	groups := map[group][]change{}
	order := []group{}
	for _, c := range r.Changes {
		g := group{c.Table, c.Op}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], c)
	}
	for _, g := range order {
		s.counts = append(s.counts, AuditCount{g.table, g.op, len(groups[g])})
	}
	place := func(of []string, v string) int {
		if i := slices.Index(of, v); i >= 0 {
			return i
		}
		return len(of)
	}
	slices.SortStableFunc(order, func(a, b group) int {
		return cmp.Or(cmp.Compare(place(tables, a.table), place(tables, b.table)), cmp.Compare(place(ops, a.op), place(ops, b.op)))
	})
	for _, g := range order {
		rows := own(groups[g])
		values := []map[string][2]any{}
		for _, c := range rows[:min(len(rows), compared)] {
			values = append(values, c.set())
		}
		fields := telling(values[0])
		if g.op == "update" && len(fields) == 0 && len(order) > 1 {
			continue // only its stamp moved, because of what else changed
		}
		s.lead, s.values, s.fields = rows, values, fields
		break
	}
	return s
}

// own leaves out the status of the whole organisation where that of a product is changed with it: it follows.
func own(rows []change) []change {
	if t := rows[0].Table; t != "control_status" && t != "control_effective" {
		return rows
	}
	in := map[string]bool{}
	for _, c := range rows {
		if control, scope, _ := strings.Cut(c.PK, "/"); scope != "organisation" {
			in[control] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(c change) bool {
		control, scope, _ := strings.Cut(c.PK, "/")
		return scope == "organisation" && in[control]
	})
}

// telling are the columns of a change that a person would speak of, in alphabetical order.
func telling(set map[string][2]any) []string {
	out := []string{}
	for col := range set {
		if !silent[col] {
			out = append(out, col)
		}
	}
	slices.Sort(out)
	return out
}

func (s *shape) want(n *names) {
	n.wantActor(s.Actor)
	if s.Token != "" {
		n.want("token", s.Token)
	}
	if len(s.lead) == 0 {
		return
	}
	n.wantRow(s.lead[0].Table, s.lead[0].PK)
	set := s.values[0]
	n.want(text(set["kind"]), text(set["record"]))
	n.want(text(set["other_kind"]), text(set["other"]))
	for col, pair := range set {
		wantValue(n, col, pair)
	}
}

func (s *shape) entry(n *names, log string) AuditEntry {
	e := AuditEntry{Log: log, Seq: s.Seq, At: s.At, Kind: s.Kind, Action: s.Action, Request: s.Request, Cause: s.Cause, Note: s.Note,
		Actor: AuditActor{Kind: s.Actor.Kind, ID: s.Actor.ID, Name: n.actor(s.Actor)}, Counts: s.counts, Summary: s.sentence(n)}
	if s.Token != "" {
		e.Actor.Token = cmp.Or(n.get("token", s.Token), "a token that is gone")
	}
	if e.Counts == nil {
		e.Counts = []AuditCount{}
	}
	return e
}
