package framework

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"assay/server/control"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// Baseline is a named selection of a framework's requirements.
type Baseline struct {
	ID         string        `json:"id"`
	Framework  string        `json:"framework"`
	Name       string        `json:"name"`
	Source     string        `json:"source" enum:"own,tags,oscal"`
	SourceNote string        `json:"source_note" doc:"What it was made of"`
	Size       int           `json:"size" doc:"Requirements in it that count"`
	Chosen     []ChosenScope `json:"chosen" doc:"Where it is chosen"`
	CreatedAt  string        `json:"created_at"`
	Version    int           `json:"version"`
}

// ChosenScope is the organisation or a product in which a baseline is chosen.
type ChosenScope struct {
	Scope string `json:"scope"`
	Name  string `json:"name"`
}

// BaselineTag is a tag of a framework's requirements that a baseline can be made of.
type BaselineTag struct {
	Tag  string `json:"tag"`
	Size int    `json:"size" doc:"Requirements that count and have it"`
}

// Baselines are those of one framework.
type Baselines struct {
	Items []Baseline    `json:"items"`
	Tags  []BaselineTag `json:"tags" doc:"Tags that some of the requirements have, the most frequent first"`
}

const mostTags = 200

func baselines(tx *storage.ReadTx, in byID) (out Baselines, err error) {
	if err := exists(tx, in.ID); err != nil {
		return out, err
	}
	rows, err := tx.Query(`SELECT b.id, b.framework, b.name, b.source, b.source_note, b.created_at, b.version,
		(SELECT count(*) FROM baseline_requirement x JOIN requirement r ON r.id = x.requirement AND r.assessable = 1 WHERE x.baseline = b.id),
		(SELECT json_group_array(json_object('scope', scope, 'name', name)) FROM (SELECT z.scope, s.name FROM framework_scope z JOIN scope s ON s.id = z.scope
			WHERE z.framework = b.framework AND z.baseline = b.id ORDER BY z.scope <> 'organisation', s.name))
		FROM baseline b WHERE b.framework = ? ORDER BY b.name COLLATE NOCASE, b.id`, in.ID)
	if err != nil {
		return out, err
	}
	out.Items, err = op.Scan(rows, func(r op.Row) (b Baseline, err error) {
		var chosen string
		if err = r.Scan(&b.ID, &b.Framework, &b.Name, &b.Source, &b.SourceNote, &b.CreatedAt, &b.Version, &b.Size, &chosen); err != nil {
			return b, err
		}
		return b, json.Unmarshal([]byte(chosen), &b.Chosen)
	})
	if err != nil {
		return out, err
	}
	rows, err = tx.Query(`SELECT t.value, count(DISTINCT r.id) AS n FROM requirement r, json_each(r.tags) t WHERE r.framework = ?1 AND r.assessable = 1
		GROUP BY 1 HAVING n > 1 ORDER BY n DESC, 1 LIMIT ?2`, in.ID, mostTags)
	if err != nil {
		return out, err
	}
	out.Tags, err = op.Scan(rows, func(r op.Row) (t BaselineTag, err error) { return t, r.Scan(&t.Tag, &t.Size) })
	return out, err
}

type addBaselineIn struct {
	ID   string `path:"id"`
	Body struct {
		Name         string   `json:"name" minLength:"1" maxLength:"100"`
		Tags         []string `json:"tags,omitempty" maxItems:"50" doc:"Every requirement that has one of these tags"`
		Requirements []string `json:"requirements,omitempty" maxItems:"10000" doc:"Ids of requirements; a heading stands for all that is below it"`
	}
}

func addBaseline(tx *storage.WriteTx, in addBaselineIn) (Baselines, error) {
	if err := exists(&tx.ReadTx, in.ID); err != nil {
		return Baselines{}, err
	}
	b := in.Body
	b.Name = strings.TrimSpace(b.Name)
	var c op.Check
	c.Required(b.Name, "name")
	c.That(len(b.Tags)+len(b.Requirements) > 0, "tags", "Choose at least one tag, group or requirement.")
	if err := checkBaselineName(&c, &tx.ReadTx, in.ID, b.Name); err != nil {
		return Baselines{}, err
	}
	if err := c.Err(); err != nil {
		return Baselines{}, err
	}
	source, note := "own", "Chosen here."
	if len(b.Tags) > 0 {
		source, note = "tags", "Tags: "+strings.Join(b.Tags, ", ")
	}
	tags, err := json.Marshal(append([]string{}, b.Tags...))
	if err != nil {
		return Baselines{}, err
	}
	ids, err := json.Marshal(append([]string{}, b.Requirements...))
	if err != nil {
		return Baselines{}, err
	}
	id, err := baselineRow(tx, in.ID, b.Name, source, clip(note, 500))
	if err != nil {
		return Baselines{}, err
	}
	n, err := tx.ExecN(`INSERT INTO baseline_requirement (baseline, requirement) SELECT ?1, r.id FROM requirement r
		WHERE r.framework = ?2 AND r.assessable = 1 AND (EXISTS (SELECT 1 FROM json_each(r.tags) t JOIN json_each(?3) w ON w.value = t.value)
			OR r.id IN (`+belowSQL+` SELECT id FROM below))`, id, in.ID, string(tags), string(ids))
	if err != nil {
		return Baselines{}, err
	}
	if n == 0 {
		c.That(false, "tags", "No requirement of this framework is in that selection.")
		return Baselines{}, c.Err()
	}
	return baselines(&tx.ReadTx, byID{in.ID})
}

func checkBaselineName(c *op.Check, tx *storage.ReadTx, framework, name string) error {
	var taken bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM baseline WHERE framework = ? AND name = ? COLLATE NOCASE)", framework, name).Scan(&taken)
	c.That(!taken, "name", "This framework has a baseline of that name.")
	return err
}

func baselineRow(tx *storage.WriteTx, framework, name, source, note string) (string, error) {
	id := tx.NewID()
	return id, tx.Exec("INSERT INTO baseline (id, framework, name, source, source_note, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
		id, framework, name, source, note, tx.Stamp())
}

type importBaselineIn struct {
	ID   string `path:"id"`
	Name string `query:"name" maxLength:"100" doc:"What to call it; the profile's title unless given"`
}

func parseBaseline(ctx context.Context, _ importBaselineIn, r io.Reader) (Parsed, error) {
	p, err := parse(ctx, importIn{}, r)
	if err == nil && p.main.Kind != oscal.Profile {
		err = refused(oscal.Problem("A baseline is made of an OSCAL profile. This file is a catalog: import it as a framework."))
	}
	return p, err
}

// BaselineImported says what a profile has selected.
type BaselineImported struct {
	Baselines
	ID       string   `json:"id" doc:"Of the new baseline"`
	Selected int      `json:"selected" doc:"Controls that the profile selects"`
	Found    int      `json:"found" doc:"Of these, requirements of this framework"`
	Missing  []string `json:"missing" doc:"The first of those that this framework does not have"`
}

// importBaseline resolves a profile as Import does, and keeps which requirements of the framework it selects.
// What the profile refers to and nobody has brought is taken to be this framework's own document.
func importBaseline(tx *storage.WriteTx, in importBaselineIn, p Parsed) (out BaselineImported, err error) {
	if err := exists(&tx.ReadTx, in.ID); err != nil {
		return out, err
	}
	st := shelf{tx: &tx.ReadTx, beside: oscal.From(p.beside, nil)}
	rows, report, err := p.main.Rows(func(ref oscal.Reference) (*oscal.Document, bool) {
		if d, ok := st.find(ref); ok {
			return d, true
		}
		d, err := st.open(in.ID)
		return d, err == nil
	})
	if err != nil {
		return out, refused(err)
	}
	if st.err != nil {
		return out, st.err
	}
	name := strings.TrimSpace(in.Name)
	if name == "" {
		name = clip(report.Title, 100)
	}
	var c op.Check
	if err := checkBaselineName(&c, &tx.ReadTx, in.ID, name); err != nil {
		return out, err
	}
	if err := c.Err(); err != nil {
		return out, &op.Error{Kind: op.Invalid, Message: "This framework has a baseline of that name.", Fields: map[string]string{"query.name": "This framework has a baseline of that name."}}
	}
	if out.ID, err = baselineRow(tx, in.ID, name, "oscal", clip("OSCAL profile "+p.main.File+", "+report.Title, 500)); err != nil {
		return out, err
	}
	out.Missing = []string{}
	for _, r := range rows {
		if !r.Assessable {
			continue
		}
		out.Selected++
		n, err := tx.ExecN(`INSERT INTO baseline_requirement (baseline, requirement) SELECT ?1, id FROM requirement
			WHERE framework = ?2 AND assessable = 1 AND (source_id = ?3 OR source_id = '' AND ref = ?4) LIMIT 1`, out.ID, in.ID, r.SourceID, r.Ref)
		if err != nil {
			return out, err
		}
		out.Found += int(n)
		if n == 0 && len(out.Missing) < 20 {
			out.Missing = append(out.Missing, r.Ref)
		}
	}
	if out.Found == 0 {
		return out, refused(oscal.Problem("This profile selects nothing of this framework. Open the framework whose catalog it selects from."))
	}
	out.Baselines, err = baselines(&tx.ReadTx, byID{in.ID})
	return out, err
}

type chooseBaselineIn struct {
	ID   string `path:"id"`
	Body struct {
		Baseline string `json:"baseline" maxLength:"26" doc:"Id of a baseline of this framework; empty for none"`
		Scope    string `json:"scope,omitempty" maxLength:"26" doc:"Id of a product that answers to it; the whole organisation unless given"`
	}
}

// BaselineChosen says what choosing a baseline has changed.
type BaselineChosen struct {
	Outside  int `json:"outside" doc:"Requirements that no longer apply"`
	Inside   int `json:"inside" doc:"Requirements that apply again"`
	Standing int `json:"standing" doc:"Requirements of which a person decided otherwise; they stay as they are"`
}

// chooseBaseline sets applicability by a baseline. It changes rows that nobody decided, or that a baseline
// set; what a person decided stands.
func chooseBaseline(tx *storage.WriteTx, in chooseBaselineIn) (out BaselineChosen, err error) {
	if err := exists(&tx.ReadTx, in.ID); err != nil {
		return out, err
	}
	b := in.Body
	scope := control.In(b.Scope)
	var c op.Check
	if err := checkAnswers(&c, &tx.ReadTx, "scope", in.ID, scope); err != nil {
		return out, err
	}
	name := ""
	if b.Baseline != "" {
		err := none(tx.QueryRow("SELECT name FROM baseline WHERE id = ? AND framework = ?", b.Baseline, in.ID).Scan(&name))
		c.That(err == nil, "baseline", "This framework has no such baseline.")
		if err != nil && err != storage.ErrNotFound {
			return out, err
		}
	}
	if err := c.Err(); err != nil {
		return out, err
	}
	err = tx.Exec(`INSERT INTO framework_scope (framework, scope, baseline, updated_at) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (framework, scope) DO UPDATE SET baseline = ?3, updated_at = ?4 WHERE baseline <> ?3`, in.ID, scope, b.Baseline, tx.Stamp())
	if err != nil {
		return out, err
	}
	why := "Outside baseline " + name
	if scope == control.Organisation {
		out, err = baselineHere(tx, in.ID, b.Baseline, why)
	} else {
		out, err = baselineIn(tx, in.ID, scope, b.Baseline, why)
	}
	if err != nil || b.Baseline == "" {
		return out, err
	}
	return out, tx.QueryRow(`SELECT count(*) FROM requirement r `+control.DaysSQL+` WHERE r.framework = ? AND r.assessable = 1 AND r.withdrawn = 0
		AND `+control.AppliesSQL+` <> EXISTS (SELECT 1 FROM baseline_requirement x WHERE x.baseline = ? AND x.requirement = r.id)`,
		append(control.DaysIn(&tx.ReadTx, scope), in.ID, b.Baseline)...).Scan(&out.Standing)
}

// baselineHere applies a baseline to the organisation; an empty one takes the last away.
func baselineHere(tx *storage.WriteTx, framework, id, why string) (out BaselineChosen, err error) {
	n, err := tx.ExecN(`UPDATE requirement SET applicable = 1, justification = '', decided = '', updated_at = ?1
		WHERE framework = ?2 AND decided NOT IN ('', 'person') AND (?3 = '' OR EXISTS (SELECT 1 FROM baseline_requirement x WHERE x.baseline = ?3 AND x.requirement = requirement.id))`,
		tx.Stamp(), framework, id)
	if out.Inside = int(n); err != nil || id == "" {
		return out, err
	}
	n, err = tx.ExecN(`UPDATE requirement SET applicable = 0, justification = ?4, decided = ?3, updated_at = ?1
		WHERE framework = ?2 AND assessable = 1 AND withdrawn = 0 AND decided <> 'person' AND (decided <> ?3 OR justification <> ?4)
			AND NOT EXISTS (SELECT 1 FROM baseline_requirement x WHERE x.baseline = ?3 AND x.requirement = requirement.id)`,
		tx.Stamp(), framework, id, why)
	out.Outside = int(n)
	return out, err
}

// baselineIn is baselineHere for a product. A requirement that the organisation's own baseline leaves out and
// this one has in it applies in the product.
func baselineIn(tx *storage.WriteTx, framework, scope, id, why string) (out BaselineChosen, err error) {
	n, err := tx.ExecN(`DELETE FROM requirement_scope WHERE scope = ?2 AND decided <> 'person' AND requirement IN (SELECT id FROM requirement WHERE framework = ?1)
		AND (?3 = '' OR EXISTS (SELECT 1 FROM baseline_requirement x WHERE x.baseline = ?3 AND x.requirement = requirement_scope.requirement))`, framework, scope, id)
	if out.Inside = int(n); err != nil || id == "" {
		return out, err
	}
	n, err = tx.ExecN(`INSERT INTO requirement_scope (requirement, scope, applicable, decided, updated_at)
		SELECT r.id, ?2, 1, ?3, ?4 FROM requirement r JOIN baseline_requirement x ON x.baseline = ?3 AND x.requirement = r.id
		WHERE r.framework = ?1 AND r.applicable = 0 AND r.decided <> 'person' ON CONFLICT (requirement, scope) DO NOTHING`, framework, scope, id, tx.Stamp())
	if err != nil {
		return out, err
	}
	out.Inside += int(n)
	n, err = tx.ExecN(`INSERT INTO requirement_scope (requirement, scope, applicable, justification, decided, updated_at)
		SELECT r.id, ?2, 0, ?5, ?3, ?4 FROM requirement r WHERE r.framework = ?1 AND r.assessable = 1 AND r.withdrawn = 0
			AND NOT (r.decided = 'person' AND NOT EXISTS (SELECT 1 FROM requirement_scope o WHERE o.requirement = r.id AND o.scope = ?2))
			AND NOT EXISTS (SELECT 1 FROM baseline_requirement x WHERE x.baseline = ?3 AND x.requirement = r.id)
		ON CONFLICT (requirement, scope) DO UPDATE SET applicable = 0, justification = ?5, decided = ?3, updated_at = ?4
		WHERE decided <> 'person' AND (decided <> ?3 OR justification <> ?5)`, framework, scope, id, tx.Stamp(), why)
	out.Outside = int(n)
	return out, err
}

func removeBaseline(tx *storage.WriteTx, in byID) (struct{}, error) {
	var in1 string
	err := none(tx.QueryRow("SELECT s.name FROM framework_scope z JOIN scope s ON s.id = z.scope WHERE z.baseline = ?", in.ID).Scan(&in1))
	if err == nil {
		return struct{}{}, op.Errorf(op.Conflict, "This baseline is chosen in %s. Choose another one, or none, there first.", in1)
	}
	if err != storage.ErrNotFound {
		return struct{}{}, err
	}
	return struct{}{}, tx.ExecOne("DELETE FROM baseline WHERE id = ?", in.ID)
}

// baselineOf names the baseline that decided whether a requirement applies.
func baselineOf(tx *storage.ReadTx, in inScope) (string, error) {
	var name string
	err := tx.QueryRow(`SELECT coalesce(b.name, '') FROM requirement r LEFT JOIN requirement_scope x ON x.requirement = r.id AND x.scope = ?
		LEFT JOIN baseline b ON b.id = coalesce(x.decided, r.decided) WHERE r.id = ?`, control.In(in.Scope), in.ID).Scan(&name)
	if err != nil {
		return "", fmt.Errorf("read the baseline of %s: %w", in.ID, err)
	}
	return name, nil
}
