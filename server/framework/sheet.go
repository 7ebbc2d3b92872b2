package framework

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"assay/server/control"
	"assay/server/imports"
	"assay/server/op"
	"assay/storage"
)

// Controls is how controls come in as a table: as package control says, with the requirements they serve.
var Controls = withRequirements(control.Sheet)

func withRequirements(t imports.Target) *imports.Target {
	own := control.Sheet
	t.Writes = append(slices.Clone(own.Writes), "mapping")
	t.Fields = append(slices.Clone(own.Fields), imports.Field{
		Name: "requirements", Label: "Requirements", Kind: imports.List, Canon: canonRefs,
		Also: []string{"mapped requirements", "framework requirements", "requirement refs", "anforderungen", "mapping", "mappings", "criteria"},
		Hint: "As SOC 2: CC6.1, CC6.2; ISO 27001: A.5.15",
	})
	t.Find = func(tx *storage.ReadTx, under, key string, values []string) ([]imports.Record, error) {
		found, err := own.Find(tx, under, key, values)
		if err != nil || len(found) == 0 {
			return found, err
		}
		return found, serves(tx, found)
	}
	t.Check = func(tx *storage.ReadTx, run *imports.Run, rows []*imports.Row) error {
		if err := own.Check(tx, run, rows); err != nil {
			return err
		}
		book, err := bookOf(tx, run)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if !r.Differs("requirements") {
				continue
			}
			for _, ref := range refsIn(r.To["requirements"]) {
				if _, why := book.find(ref); why != "" && (r.Was == nil || !slices.Contains(refsIn(r.Was.Values["requirements"]), ref)) {
					r.Refuse("requirements", why)
				}
			}
		}
		return nil
	}
	t.Apply = func(tx *storage.WriteTx, run *imports.Run, rows []*imports.Row) error {
		if err := own.Apply(tx, run, rows); err != nil {
			return err
		}
		book, err := bookOf(&tx.ReadTx, run)
		if err != nil {
			return err
		}
		return mapRows(tx, book, rows)
	}
	return &t
}

// serves adds what controls serve to their records.
func serves(tx *storage.ReadTx, found []imports.Record) error {
	at := make(map[string]int, len(found))
	ids := make([]string, len(found))
	for i, f := range found {
		at[f.ID], ids[i] = i, f.ID
		found[i].Values["requirements"] = ""
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	rows, err := tx.Query(`SELECT m.control, f.short || ': ' || q.ref FROM (SELECT DISTINCT value FROM json_each(?)) j CROSS JOIN mapping m ON m.control = j.value
		JOIN requirement q ON q.id = m.requirement JOIN framework f ON f.id = q.framework AND f.archived = 0`, string(list))
	if err != nil {
		return err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id, ref string
		if err = r.Scan(&id, &ref); err == nil {
			v := found[at[id]].Values
			if v["requirements"] != "" {
				v["requirements"] += "; "
			}
			v["requirements"] += ref
		}
		return err
	})
	for i := range found {
		found[i].Values["requirements"] = canonRefs(found[i].Values["requirements"])
	}
	return err
}

// refsIn takes "SOC 2: CC6.1, CC6.2; ISO 27001:2022: A.5.1" apart, into one entry for each requirement, in capitals.
func refsIn(s string) []string {
	var all []string
	for group := range strings.FieldsFuncSeq(strings.ToUpper(s), func(r rune) bool { return r == ';' || r == '\n' }) {
		short, refs := "", group
		if i := strings.LastIndex(group, ": "); i >= 0 {
			short, refs = strings.TrimSpace(group[:i])+": ", group[i+2:]
		}
		for ref := range strings.SplitSeq(refs, ",") {
			if ref = strings.TrimSpace(ref); ref != "" && !slices.Contains(all, short+ref) {
				all = append(all, short+ref)
			}
		}
	}
	slices.Sort(all)
	return all
}

func canonRefs(s string) string { return strings.Join(refsIn(s), "; ") }

// book finds requirements by what people call them. It is read once for a whole file.
type book struct {
	full  map[string]string   // "SOC 2: CC6.1", in capitals
	plain map[string][]string // "CC6.1"
	dead  map[string]string   // rows that no control can serve, and why
}

func bookOf(tx *storage.ReadTx, run *imports.Run) (*book, error) {
	if b, ok := run.Keep["book"].(*book); ok {
		return b, nil
	}
	b := &book{map[string]string{}, map[string][]string{}, map[string]string{}}
	rows, err := tx.Query("SELECT q.id, q.ref, q.assessable, q.withdrawn, f.short, f.name, f.key FROM requirement q JOIN framework f ON f.id = q.framework AND f.archived = 0")
	if err != nil {
		return nil, err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id, ref, short, name, key string
		var assessable, withdrawn bool
		if err = r.Scan(&id, &ref, &assessable, &withdrawn, &short, &name, &key); err != nil {
			return err
		}
		ref = strings.ToUpper(ref)
		for _, f := range []string{short, name, key} {
			b.full[strings.ToUpper(f)+": "+ref] = id
		}
		b.plain[ref] = append(b.plain[ref], id)
		if why := servable(assessable, withdrawn); why != "" {
			b.dead[id] = why
		}
		return nil
	})
	run.Keep["book"] = b
	return b, err
}

// find gives a requirement, or why there is none.
func (b *book) find(ref string) (id, why string) {
	id, ok := b.full[ref]
	if !ok {
		switch all := b.plain[ref]; len(all) {
		case 0:
			return "", "There is no requirement " + ref + " in a framework that is on."
		case 1:
			id = all[0]
		default:
			return "", "Several frameworks have a requirement " + ref + ". Write which one you mean: SOC 2: CC6.1."
		}
	}
	if why := b.dead[id]; why != "" {
		return "", ref + ": " + why
	}
	return id, ""
}

// mapRows makes what controls serve what their rows say.
func mapRows(tx *storage.WriteTx, b *book, rows []*imports.Row) error {
	type pair struct {
		ID          string `json:"id"`
		Control     string `json:"control"`
		Requirement string `json:"requirement"`
	}
	var add []pair
	for _, r := range rows {
		if !r.Differs("requirements") {
			continue
		}
		id, before := r.ID, []string(nil)
		if r.Was != nil {
			id, before = r.Was.ID, refsIn(r.Was.Values["requirements"])
		}
		after := refsIn(r.To["requirements"])
		for _, ref := range after {
			if q, _ := b.find(ref); q != "" && !slices.Contains(before, ref) {
				add = append(add, pair{tx.NewID(), id, q})
			}
		}
		for _, ref := range before {
			if slices.Contains(after, ref) {
				continue
			}
			if err := tx.Exec("DELETE FROM mapping WHERE requirement = ? AND control = ?", b.full[ref], id); err != nil {
				return err
			}
		}
	}
	if len(add) == 0 {
		return nil
	}
	list, err := json.Marshal(add)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO mapping (id, control, requirement, source, created_at)
		SELECT value ->> 'id', value ->> 'control', value ->> 'requirement', 'person', ?2 FROM json_each(?1) WHERE true ON CONFLICT (requirement, control) DO NOTHING`, string(list), tx.Stamp())
}

// Requirements is how the rows of one framework come in as a table.
var Requirements = &imports.Target{
	Name: "requirements", One: "requirement", Under: "framework", Keys: []string{"ref"},
	Writes: []string{"requirement"},
	Fields: []imports.Field{
		{Name: "ref", Label: "Ref", Kind: imports.Ref, Max: 100, Required: true, Also: []string{"reference", "requirement", "requirement id", "number", "no", "nr", "code", "clause", "section", "kennung", "identifier", "criterion"}},
		{Name: "parent", Label: "Parent ref", Kind: imports.Ref, Max: 100, Also: []string{"parent", "above", "parent id", "group"}, Hint: "The reference of the row above; it stands before this one"},
		{Name: "title", Label: "Title", Kind: imports.Text, Max: 500, Required: true, Also: []string{"name", "titel", "requirement title", "heading", "summary"}},
		{Name: "text", Label: "Text", Kind: imports.Long, Max: 20000, Also: []string{"body", "description", "requirement text", "statement", "wortlaut", "beschreibung"}},
		{Name: "guidance", Label: "Guidance", Kind: imports.Long, Max: 20000, Also: []string{"discussion", "notes", "help", "implementation guidance", "hinweise"}},
		{Name: "assessable", Label: "Assessable", Kind: imports.Flag, Also: []string{"counts", "assessed"}, Hint: "No for a heading"},
		{Name: "applicable", Label: "Applicable", Kind: imports.Flag, Also: []string{"applies", "in scope", "anwendbar"}},
		{Name: "justification", Label: "Justification", Kind: imports.Long, Max: 2000, Also: []string{"why not applicable", "reason for exclusion", "exclusion reason", "begründung"}},
	},
	Ready: exists,
	Find:  findRequirements, Check: checkRequirements, Apply: applyRequirements,
}

const sheetColumns = `SELECT r.id, r.ref, coalesce(p.ref, ''), r.title, r.body, r.guidance, r.assessable, r.applicable, r.justification, r.withdrawn, r.version
	FROM requirement r LEFT JOIN requirement p ON p.id = r.parent WHERE r.framework = ?1`

// findRequirements goes once through the framework for all the values: looked up in whatever case, none of them has an index.
func findRequirements(tx *storage.ReadTx, under, key string, values []string) ([]imports.Record, error) {
	list, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	q := sheetColumns + " AND r.ref COLLATE NOCASE IN (SELECT value FROM json_each(?2))"
	if key == imports.ID {
		q = sheetColumns + " AND r.id IN (SELECT value FROM json_each(?2))"
	}
	rows, err := tx.Query(q, under, string(list))
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (rec imports.Record, err error) {
		var ref, parent, title, body, guidance, justification string
		var assessable, applicable, withdrawn bool
		err = r.Scan(&rec.ID, &ref, &parent, &title, &body, &guidance, &assessable, &applicable, &justification, &withdrawn, &rec.Version)
		if rec.Key = ref; key == imports.ID {
			rec.Key = rec.ID
		}
		rec.Values = map[string]string{"ref": ref, "parent": parent, "title": title, "text": body, "guidance": guidance, "justification": justification,
			"assessable": strconv.FormatBool(assessable), "applicable": strconv.FormatBool(applicable), "withdrawn": strconv.FormatBool(withdrawn)}
		return rec, err
	})
}

// family is what must be known of a framework while a file is read.
type family struct {
	source string
	refs   map[string]bool // in lower case: those that are there and those that earlier rows add
}

func familyOf(tx *storage.ReadTx, run *imports.Run) (*family, error) {
	if f, ok := run.Keep["family"].(*family); ok {
		return f, nil
	}
	f := &family{refs: map[string]bool{}}
	if err := tx.QueryRow("SELECT source FROM framework WHERE id = ?", run.Under).Scan(&f.source); err != nil {
		return nil, none(err)
	}
	rows, err := tx.Query("SELECT lower(ref) FROM requirement WHERE framework = ?", run.Under)
	if err != nil {
		return nil, err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var ref string
		err = r.Scan(&ref)
		f.refs[ref] = true
		return err
	})
	run.Keep["family"] = f
	return f, err
}

func checkRequirements(tx *storage.ReadTx, run *imports.Run, rows []*imports.Row) error {
	f, err := familyOf(tx, run)
	if err != nil {
		return err
	}
	for _, r := range rows {
		to := r.To
		if r.Was == nil {
			for _, flag := range []string{"assessable", "applicable"} {
				if to[flag] == "" {
					to[flag] = "true"
				}
			}
		}
		if to["applicable"] == "true" {
			r.Drop("justification")
			to["justification"] = ""
		}
		var c op.Check
		checkApplies(&c, to["applicable"] == "true", r.Was != nil && r.Was.Values["applicable"] == "true", r.Was != nil && r.Was.Values["withdrawn"] == "true", to["justification"])
		if e := (*op.Error)(nil); errors.As(c.Err(), &e) {
			for field, why := range e.Fields {
				r.Refuse(field, why)
			}
		}
		ref, parent := strings.ToLower(to["ref"]), strings.ToLower(to["parent"])
		structure := r.Was == nil || r.Differs("assessable")
		switch {
		case r.Was != nil && r.Differs("ref", "parent"):
			r.Refuse("ref", "A requirement keeps its reference and its place. Import it as a new row.")
		case structure && f.source == "builtin":
			r.Refuse("ref", "A built-in framework keeps the rows of its publisher: there is no "+to["ref"]+" in it that could become another kind of row, or be added.")
		case structure && !run.Admin:
			r.Refuse("ref", "Only an administrator adds rows to a framework, or says which of them count.")
		case r.Was == nil && f.refs[ref]:
			r.Refuse("ref", "This reference is taken.")
		case r.Was == nil && parent != "" && !f.refs[parent]:
			r.Refuse("parent", "There is no row "+to["parent"]+" before this one.")
		}
		if r.Was != nil && r.Differs("applicable") && r.Was.Values["assessable"] == "false" {
			run.Warn(r.Number, "A heading passes on to everything below it whether it applies.")
		}
		if r.Good() {
			f.refs[ref] = true
		}
	}
	return nil
}

func applyRequirements(tx *storage.WriteTx, run *imports.Run, rows []*imports.Row) error {
	for _, r := range rows {
		to := r.To
		applicable := to["applicable"] == "true"
		if r.Was == nil {
			var parent string
			if to["parent"] != "" {
				// As it is written first: that has an index, and is how nearly every file has it.
				err := tx.QueryRow(`SELECT id FROM requirement WHERE framework = ?1 AND ref = ?2
					UNION ALL SELECT id FROM requirement WHERE framework = ?1 AND ref = ?2 COLLATE NOCASE LIMIT 1`, run.Under, to["parent"]).Scan(&parent)
				if err != nil {
					return none(err)
				}
			}
			var position int
			if err := tx.QueryRow("SELECT coalesce(max(position) + 1, 0) FROM requirement WHERE framework = ?", run.Under).Scan(&position); err != nil {
				return err
			}
			r.ID = tx.NewID()
			err := place(tx, r.ID, run.Under, parent, position, row{ref: to["ref"], title: to["title"], body: to["text"], guidance: to["guidance"], assessable: to["assessable"] == "true"})
			if err == nil && !applicable {
				_, err = apply(tx, "", []string{r.ID}, false, to["justification"])
			}
			if err != nil {
				return err
			}
			continue
		}
		if r.Differs("assessable") {
			if err := tx.ExecOne("UPDATE requirement SET assessable = ?, updated_at = ? WHERE id = ?", to["assessable"] == "true", tx.Stamp(), r.Was.ID); err != nil {
				return err
			}
		}
		var in updateRequirementIn
		in.ID = r.Was.ID
		for field, at := range map[string]**string{"title": &in.Body.Title, "text": &in.Body.Body, "guidance": &in.Body.Guidance, "justification": &in.Body.Justification} {
			if v := to[field]; r.Differs(field) {
				*at = &v
			}
		}
		if r.Differs("applicable") {
			in.Body.Applicable = &applicable
		}
		if _, err := updateRequirement(tx, in); err != nil {
			return err
		}
	}
	return nil
}
