package auditlog

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/server/op"
	records "assay/server/record"
	"assay/storage"
)

// names gives rows and people the names they have now. What is wanted is gathered first and read in one go.
type names struct {
	tenant string
	wanted map[string]map[string]bool // table -> keys
	found  map[string]map[string]string
}

func newNames(tenant string) *names {
	return &names{tenant: tenant, wanted: map[string]map[string]bool{}, found: map[string]map[string]string{}}
}

func (n *names) want(table, id string) {
	if id == "" {
		return
	}
	if n.wanted[table] == nil {
		n.wanted[table] = map[string]bool{}
	}
	n.wanted[table][id] = true
}

func (n *names) wantActor(a storage.Actor) {
	switch a.Kind {
	case storage.Person, storage.Token:
		n.want("person", a.ID)
	}
	n.want("account", a.ID) // whoever signs in before they are a person of the organisation
}

// wantRow asks for the name of a changed row, and of the rows that it connects.
func (n *names) wantRow(table, pk string) {
	first, second, _ := strings.Cut(pk, "/")
	switch table {
	case "control_status", "control_effective", "control_proof":
		n.want("control", first)
		n.want("scope", second)
	case "requirement_scope", "requirement_reason", "addressable":
		n.want("requirement", first)
		n.want("scope", second)
	case "framework_scope":
		n.want("framework", first)
		n.want("scope", second)
	case "record_tag":
		n.want("tag", first)
		kind, id, _ := strings.Cut(second, "/")
		n.want(kind, id)
	case "field_value":
		n.want("field", first)
		for _, kind := range records.Kinds() { // its field says which, and may be gone
			n.want(string(kind), second)
		}
	case "view_default":
		n.want("person", first)
	default:
		if of, ok := pairs[table]; ok {
			n.want(of[0], first)
			n.want(of[1], second)
			return
		}
		n.want(table, pk)
	}
}

// pairs are the tables whose rows do nothing but connect two records.
var pairs = map[string][2]string{
	"evidence_control": {"evidence", "control"}, "activity_control": {"activity", "control"},
	"policy_control": {"policy", "control"}, "policy_requirement": {"policy", "requirement"}, "policy_approver": {"policy_version", "person"},
	"activity_evidence": {"activity", "evidence"}, "occurrence_file": {"occurrence", "file"},
}

// label is how a sentence names one row of each table. Rows are looked for by a JSON array of their keys.
type label struct{ table, query string }

var ownLabels = []label{
	{"control", "SELECT id, ref FROM control WHERE id IN (SELECT value FROM json_each(?))"},
	{"framework", "SELECT id, coalesce(nullif(short, ''), name) FROM framework WHERE id IN (SELECT value FROM json_each(?))"},
	{"requirement", "SELECT r.id, coalesce(nullif(f.short, ''), f.name) || ' ' || r.ref FROM requirement r JOIN framework f ON f.id = r.framework WHERE r.id IN (SELECT value FROM json_each(?))"},
	{"mapping", "SELECT m.id, c.ref || char(31) || coalesce(nullif(f.short, ''), f.name) || ' ' || r.ref FROM mapping m JOIN control c ON c.id = m.control JOIN requirement r ON r.id = m.requirement JOIN framework f ON f.id = r.framework WHERE m.id IN (SELECT value FROM json_each(?))"},
	{"relation", "SELECT x.id, f.short || ' ' || a.ref || char(31) || g.short || ' ' || b.ref FROM relation x JOIN requirement a ON a.id = x.from_requirement JOIN framework f ON f.id = a.framework JOIN requirement b ON b.id = x.to_requirement JOIN framework g ON g.id = b.framework WHERE x.id IN (SELECT value FROM json_each(?))"},
	{"relation_set", "SELECT id, name FROM relation_set WHERE id IN (SELECT value FROM json_each(?))"},
	{"dismissal", "SELECT d.id, c.ref || char(31) || f.short || ' ' || r.ref FROM dismissal d JOIN control c ON c.id = d.control JOIN requirement r ON r.id = d.requirement JOIN framework f ON f.id = r.framework WHERE d.id IN (SELECT value FROM json_each(?))"},
	{"edition", "SELECT e.id, f.short || ' ' || e.name FROM edition e JOIN framework f ON f.id = e.framework WHERE e.id IN (SELECT value FROM json_each(?))"},
	{"edition_row", "SELECT x.id, f.short || ' ' || x.ref FROM edition_row x JOIN edition e ON e.id = x.edition JOIN framework f ON f.id = e.framework WHERE x.id IN (SELECT value FROM json_each(?))"},
	{"evidence", "SELECT id, name FROM evidence WHERE id IN (SELECT value FROM json_each(?))"},
	{"import", "SELECT id, name FROM import WHERE id IN (SELECT value FROM json_each(?))"},
	{"file", "SELECT id, name FROM file WHERE id IN (SELECT value FROM json_each(?))"},
	{"task", "SELECT id, title FROM task WHERE id IN (SELECT value FROM json_each(?))"},
	{"policy", "SELECT id, ref || ' ' || title FROM policy WHERE id IN (SELECT value FROM json_each(?))"},
	{"policy_version", "SELECT v.id, p.ref || ' ' || p.title || ', version ' || v.major || '.' || v.minor FROM policy_version v JOIN policy p ON p.id = v.policy WHERE v.id IN (SELECT value FROM json_each(?))"},
	{"policy_approval", "SELECT d.id, p.ref || ', version ' || v.major || '.' || v.minor FROM policy_approval d JOIN policy_version v ON v.id = d.policy_version JOIN policy p ON p.id = v.policy WHERE d.id IN (SELECT value FROM json_each(?))"},
	{"policy_request", "SELECT r.id, p.ref || ' ' || p.title FROM policy_request r JOIN policy p ON p.id = r.policy WHERE r.id IN (SELECT value FROM json_each(?))"},
	{"policy_acknowledgment", "SELECT a.id, p.ref || ' ' || p.title FROM policy_acknowledgment a JOIN policy_request r ON r.id = a.policy_request JOIN policy p ON p.id = r.policy WHERE a.id IN (SELECT value FROM json_each(?))"},
	{"policy_exception", "SELECT x.id, p.ref || ': ' || x.subject FROM policy_exception x JOIN policy p ON p.id = x.policy WHERE x.id IN (SELECT value FROM json_each(?))"},
	{"branch", "SELECT id, name FROM branch WHERE id IN (SELECT value FROM json_each(?))"},
	{"period", "SELECT id, name FROM period WHERE id IN (SELECT value FROM json_each(?))"},
	{"cycle", "SELECT c.id, e.name || ', cycle ' || c.number FROM cycle c JOIN evidence e ON e.id = c.evidence WHERE c.id IN (SELECT value FROM json_each(?))"},
	{"evidence_ask", "SELECT a.id, e.name FROM evidence_ask a JOIN evidence e ON e.id = a.evidence WHERE a.id IN (SELECT value FROM json_each(?))"},
	{"evidence_reminder", "SELECT id, name FROM evidence WHERE id IN (SELECT value FROM json_each(?))"},
	{"package", "SELECT id, name FROM package WHERE id IN (SELECT value FROM json_each(?))"},
	{"person", "SELECT id, name FROM person WHERE id IN (SELECT value FROM json_each(?))"},
	{"risk", "SELECT id, ref FROM risk WHERE id IN (SELECT value FROM json_each(?))"},
	{"risk_score", "SELECT x.id, r.ref FROM risk_score x JOIN risk r ON r.id = x.risk WHERE x.id IN (SELECT value FROM json_each(?))"},
	{"risk_loss", "SELECT x.id, r.ref FROM risk_loss x JOIN risk r ON r.id = x.risk WHERE x.id IN (SELECT value FROM json_each(?))"},
	{"activity", "SELECT id, name FROM activity WHERE id IN (SELECT value FROM json_each(?))"},
	{"occurrence", "SELECT n.id, a.name || ' of ' || n.period_start FROM occurrence n JOIN activity a ON a.id = n.activity WHERE n.id IN (SELECT value FROM json_each(?))"},
	{"task", "SELECT id, title FROM task WHERE id IN (SELECT value FROM json_each(?))"},
	{"baseline", "SELECT id, name FROM baseline WHERE id IN (SELECT value FROM json_each(?))"},
	{"statement", "SELECT s.id, coalesce(nullif(f.short, ''), f.name) || ' ' || r.ref FROM statement s JOIN requirement r ON r.id = s.requirement JOIN framework f ON f.id = r.framework WHERE s.id IN (SELECT value FROM json_each(?))"},
	{"system", "SELECT id, name FROM system WHERE id IN (SELECT value FROM json_each(?))"},
	{"oscal_document", "SELECT id, title FROM oscal_document WHERE id IN (SELECT value FROM json_each(?))"},
	{"component", "SELECT x.id, c.ref FROM component x JOIN control c ON c.id = x.control WHERE x.id IN (SELECT value FROM json_each(?))"},
	{"task", "SELECT id, title FROM task WHERE id IN (SELECT value FROM json_each(?))"},
	{"tag", "SELECT id, name FROM tag WHERE id IN (SELECT value FROM json_each(?))"},
	{"field", "SELECT id, name FROM field WHERE id IN (SELECT value FROM json_each(?))"},
	{"saved_view", "SELECT id, name FROM saved_view WHERE id IN (SELECT value FROM json_each(?))"},
	{"scope", "SELECT id, name FROM scope WHERE id IN (SELECT value FROM json_each(?))"},
}

// Of the installation only what belongs to this organisation is named.
var installationLabels = []label{
	{"membership", "SELECT m.id, coalesce(nullif(a.name, ''), a.email) FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = ?2 AND m.id IN (SELECT value FROM json_each(?1))"},
	{"account", "SELECT a.id, coalesce(nullif(a.name, ''), a.email) FROM account a JOIN membership m ON m.account = a.id AND m.tenant = ?2 WHERE a.id IN (SELECT value FROM json_each(?1))"},
	{"token", "SELECT id, name FROM token WHERE tenant = ?2 AND id IN (SELECT value FROM json_each(?1))"},
	{"tenant", "SELECT id, name FROM tenant WHERE id = ?2 AND id IN (SELECT value FROM json_each(?1))"},
}

// load reads the names that were asked for. control may be nil: then the installation's stay unknown.
func (n *names) load(tx, control *storage.ReadTx) error {
	read := func(tx *storage.ReadTx, l label, more ...any) error {
		ids := slices.Collect(maps.Keys(n.wanted[l.table]))
		if len(ids) == 0 {
			return nil
		}
		text, err := json.Marshal(ids)
		if err != nil {
			return err
		}
		rows, err := tx.Query(l.query, append([]any{string(text)}, more...)...)
		if err != nil {
			return fmt.Errorf("names of %s: %w", l.table, err)
		}
		found, err := op.Scan(rows, func(r op.Row) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) })
		if err != nil {
			return fmt.Errorf("names of %s: %w", l.table, err)
		}
		n.found[l.table] = map[string]string{}
		for _, p := range found {
			n.found[l.table][p[0]] = p[1]
		}
		return nil
	}
	for _, l := range ownLabels {
		if err := read(tx, l); err != nil {
			return err
		}
	}
	if control == nil {
		return nil
	}
	for _, l := range installationLabels {
		if err := read(control, l, n.tenant); err != nil {
			return err
		}
	}
	return nil
}

func (n *names) get(table, id string) string { return n.found[table][id] }

// person names a person, also one who is gone.
func (n *names) person(id string) string {
	if id == "" {
		return "nobody"
	}
	if name := n.get("person", id); name != "" {
		return name
	}
	if name := n.get("account", id); name != "" {
		return name
	}
	return gone
}

// gone is how somebody is called of whom no name is left.
const gone = "somebody who is gone"

func (n *names) actor(a storage.Actor) string {
	switch a.Kind {
	case storage.System:
		return "System"
	case storage.Operator:
		return "An operator"
	case storage.Guest:
		return "A guest"
	case storage.Anonymous:
		return "Somebody not signed in"
	}
	if name := n.person(a.ID); name != gone {
		return name
	}
	return upper(gone)
}

// row names a changed row; set holds its values, for a row that is gone.
func (n *names) row(table, pk string, set map[string][2]any) string {
	return n.joined(table, pk, set, " to ")
}

// joined is row with the word between the two records that a link connects.
func (n *names) joined(table, pk string, set map[string][2]any, word string) string {
	first, second, _ := strings.Cut(pk, "/")
	switch table {
	case "control_status", "control_effective":
		return n.orGone("control", first, nil) + n.in(second)
	case "requirement_scope", "requirement_reason", "addressable":
		return n.orGone("requirement", first, nil) + n.in(second)
	case "framework_scope":
		return n.orGone("framework", first, nil) + n.in(second)
	case "relation":
		if name := n.get(table, pk); name != "" {
			return strings.Replace(name, "\x1f", word, 1)
		}
		a, b := text(set["from_requirement"]), text(set["to_requirement"])
		if a != "" && b != "" {
			return n.orGone("requirement", a, nil) + word + n.orGone("requirement", b, nil)
		}
	case "record_tag":
		kind, id, _ := strings.Cut(second, "/")
		return n.orGone(kind, id, nil) + word + n.orGone("tag", first, nil)
	case "field_value":
		for _, kind := range records.Kinds() {
			if name := n.get(string(kind), second); name != "" {
				return n.orGone("field", first, nil) + " of " + name
			}
		}
		return n.orGone("field", first, nil)
	case "comment":
		return n.orGone(text(set["kind"]), text(set["record"]), nil)
	case "record_link":
		return n.orGone(text(set["kind"]), text(set["record"]), nil) + word + n.orGone(text(set["other_kind"]), text(set["other"]), nil)
	case "mapping", "dismissal":
		if name := n.get(table, pk); name != "" {
			return strings.Replace(name, "\x1f", word, 1)
		}
		c, r := text(set["control"]), text(set["requirement"])
		if c != "" && r != "" {
			return n.orGone("control", c, nil) + word + n.orGone("requirement", r, nil)
		}
	case "organisation":
		return "the organisation"
	}
	if of, ok := pairs[table]; ok {
		return n.orGone(of[0], first, nil) + word + n.orGone(of[1], second, nil)
	}
	return n.orGone(table, pk, set)
}

// in names the product that a row speaks of; the whole organisation goes without saying.
func (n *names) in(scope string) string {
	if scope == "" || scope == "organisation" {
		return ""
	}
	return " in " + n.orGone("scope", scope, nil)
}

func (n *names) orGone(table, id string, set map[string][2]any) string {
	if name := n.get(table, id); name != "" {
		return name
	}
	for _, col := range []string{"ref", "short", "name", "title", "email"} {
		if t := text(set[col]); t != "" {
			return t
		}
	}
	return "a " + thing(table, 1) + " that is gone"
}

// text is the new value of a pair, or the old one of a row that was deleted, if it is text.
func text(pair [2]any) string {
	if s, ok := pair[1].(string); ok && s != "" {
		return s
	}
	s, _ := pair[0].(string)
	return s
}
