package framework

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/op"
	"assay/storage"
)

// Frameworks that an organisation writes itself: a customer's contract, a regulator's letter, house rules.
// Their rows are added, moved and withdrawn here. Of a copied framework only the words can be changed.

type createIn struct {
	Body struct {
		Name        string `json:"name" minLength:"1" maxLength:"300"`
		Short       string `json:"short,omitempty" maxLength:"40" doc:"For chips and table cells; made from the name unless given"`
		Edition     string `json:"edition,omitempty" maxLength:"100"`
		Publisher   string `json:"publisher,omitempty" maxLength:"200" doc:"Who asks for it"`
		Description string `json:"description,omitempty" maxLength:"10000"`
		Color       string `json:"color,omitempty" pattern:"^(#[0-9a-f]{6})?$"`
	}
}

func create(tx *storage.WriteTx, in createIn) (FrameworkDetail, error) {
	b := in.Body
	name, short := strings.TrimSpace(b.Name), strings.TrimSpace(b.Short)
	var c op.Check
	c.Required(name, "name")
	if err := c.Err(); err != nil {
		return FrameworkDetail{}, err
	}
	if short == "" {
		short = shortName(name)
	}
	key, err := freeKey(&tx.ReadTx, name)
	if err != nil {
		return FrameworkDetail{}, err
	}
	if b.Color == "" {
		if b.Color, err = nextColor(&tx.ReadTx); err != nil {
			return FrameworkDetail{}, err
		}
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO framework (id, key, name, short, edition, publisher, description, source, source_note, color, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'own', 'Written by this organisation.', ?, ?9, ?9)`,
		id, key, name, short, strings.TrimSpace(b.Edition), strings.TrimSpace(b.Publisher), strings.TrimSpace(b.Description), b.Color, tx.Stamp())
	if err != nil {
		return FrameworkDetail{}, err
	}
	return detail(&tx.ReadTx, id)
}

// nextColor colours frameworks that bring no colour, in turn.
func nextColor(tx *storage.ReadTx) (string, error) {
	var n int
	err := tx.QueryRow("SELECT count(*) FROM framework WHERE source <> 'builtin'").Scan(&n)
	return palette[n%len(palette)], err
}

// own refuses what only a framework of the organisation's own allows.
func own(tx *storage.ReadTx, framework string) error {
	var source string
	if err := tx.QueryRow("SELECT source FROM framework WHERE id = ?", framework).Scan(&source); err != nil {
		return none(err)
	}
	if source != "own" {
		return op.Errorf(op.Conflict, "The rows of this framework are its publisher's. You can change their words, or say that they do not apply.")
	}
	return nil
}

type addIn struct {
	ID   string `path:"id"`
	Body struct {
		Parent     string `json:"parent,omitempty" maxLength:"26" doc:"Id of the row it stands under; empty at the top"`
		Ref        string `json:"ref" minLength:"1" maxLength:"100" doc:"As people cite it; unique in the framework"`
		Title      string `json:"title" minLength:"1" maxLength:"500"`
		Body       string `json:"body,omitempty" maxLength:"20000"`
		Guidance   string `json:"guidance,omitempty" maxLength:"20000"`
		Assessable *bool  `json:"assessable,omitempty" doc:"It counts; true unless said. A heading does not"`
	}
}

const (
	mostRows   = 20_000
	refTaken   = "Another requirement of this framework has this ref."
	noSuchRow  = "There is no such row in this framework."
	mostLevels = 20
)

func add(tx *storage.WriteTx, in addIn) (RequirementDetail, error) {
	if err := own(&tx.ReadTx, in.ID); err != nil {
		return RequirementDetail{}, err
	}
	b := in.Body
	b.Ref, b.Title = strings.TrimSpace(b.Ref), strings.TrimSpace(b.Title)
	rows, err := placesOf(&tx.ReadTx, in.ID)
	if err != nil {
		return RequirementDetail{}, err
	}
	var c op.Check
	c.Required(b.Ref, "ref")
	c.Required(b.Title, "title")
	c.That(!slices.ContainsFunc(rows, func(r placeRow) bool { return strings.EqualFold(r.ref, b.Ref) }), "ref", refTaken)
	c.That(b.Parent == "" || at(rows, b.Parent) >= 0, "parent", noSuchRow)
	c.That(levels(rows, b.Parent) < mostLevels, "parent", fmt.Sprintf("Rows can stand at most %d deep.", mostLevels))
	c.That(len(rows) < mostRows, "ref", fmt.Sprintf("A framework can have at most %d rows.", mostRows))
	if err := c.Err(); err != nil {
		return RequirementDetail{}, err
	}
	assessable := b.Assessable == nil || *b.Assessable
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO requirement (id, framework, parent, ref, title, body, guidance, assessable, position, digest, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, in.ID, b.Parent, b.Ref, b.Title, b.Body, b.Guidance, assessable, len(rows), row{title: b.Title, body: b.Body, guidance: b.Guidance}.digest(), tx.Stamp())
	if err != nil {
		return RequirementDetail{}, err
	}
	if err := reorder(tx, in.ID, append(rows, placeRow{id: id, parent: b.Parent})); err != nil {
		return RequirementDetail{}, err
	}
	return requirement(&tx.ReadTx, inScope{id, ""})
}

func at(rows []placeRow, id string) int {
	return slices.IndexFunc(rows, func(r placeRow) bool { return r.id == id })
}

// levels is how many rows stand above one that is put under parent.
func levels(rows []placeRow, parent string) int {
	n := 0
	for parent != "" && n <= len(rows) {
		i := at(rows, parent)
		if i < 0 {
			break
		}
		parent = rows[i].parent
		n++
	}
	return n
}

// reorder numbers rows anew so that each stands after its parent and the rows of one parent in the order
// given. Only rows whose number changes are written.
func reorder(tx *storage.WriteTx, framework string, rows []placeRow) error {
	list, err := tx.Query("SELECT id, position FROM requirement WHERE framework = ?", framework)
	if err != nil {
		return err
	}
	was, err := op.Map[string, int](list)
	if err != nil {
		return err
	}
	for n, id := range inOrder(rows) {
		if was[id] == n {
			continue
		}
		if err := tx.ExecOne("UPDATE requirement SET position = ? WHERE id = ?", n, id); err != nil {
			return err
		}
	}
	return nil
}

// inOrder is the ids of rows, parents before their children.
func inOrder(rows []placeRow) []string {
	here := map[string]bool{}
	for _, r := range rows {
		here[r.id] = true
	}
	below := map[string][]string{}
	for _, r := range rows {
		p := r.parent
		if !here[p] {
			p = ""
		}
		below[p] = append(below[p], r.id)
	}
	out := make([]string, 0, len(rows))
	var put func(parent string)
	put = func(parent string) {
		for _, id := range below[parent] {
			out = append(out, id)
			put(id)
		}
	}
	put("")
	return out
}

type moveIn struct {
	ID   string `path:"id"`
	Body struct {
		Step string `json:"step" enum:"up,down,in,out" doc:"Before the row above it, after the one below it, under the one above it, or out from under its parent"`
	}
}

// move moves a row, with what is below it, by one step.
func move(tx *storage.WriteTx, in moveIn) (RequirementDetail, error) {
	var framework string
	if err := tx.QueryRow("SELECT framework FROM requirement WHERE id = ?", in.ID).Scan(&framework); err != nil {
		return RequirementDetail{}, none(err)
	}
	if err := own(&tx.ReadTx, framework); err != nil {
		return RequirementDetail{}, err
	}
	rows, err := placesOf(&tx.ReadTx, framework)
	if err != nil {
		return RequirementDetail{}, err
	}
	rows, err = moved(rows, in.ID, in.Body.Step)
	if err != nil {
		return RequirementDetail{}, err
	}
	parent := rows[at(rows, in.ID)].parent
	if err := tx.Exec("UPDATE requirement SET parent = ?1, updated_at = ?2 WHERE id = ?3 AND parent <> ?1", parent, tx.Stamp(), in.ID); err != nil {
		return RequirementDetail{}, err
	}
	if err := reorder(tx, framework, rows); err != nil {
		return RequirementDetail{}, err
	}
	return requirement(&tx.ReadTx, inScope{in.ID, ""})
}

// moved is the rows after one of them has made a step.
func moved(rows []placeRow, id, step string) ([]placeRow, error) {
	rows = slices.Clone(rows)
	i := at(rows, id)
	r := rows[i]
	sibling := func(from, by int) int {
		for j := from; j >= 0 && j < len(rows); j += by {
			if rows[j].parent == r.parent && j != i {
				return j
			}
		}
		return -1
	}
	switch step {
	case "up":
		j := sibling(i-1, -1)
		if j < 0 {
			return nil, op.Errorf(op.Conflict, "It is the first row at its place already.")
		}
		rows = slices.Insert(slices.Delete(rows, i, i+1), j, r)
	case "down":
		j := sibling(i+1, 1)
		if j < 0 {
			return nil, op.Errorf(op.Conflict, "It is the last row at its place already.")
		}
		rows = slices.Insert(slices.Delete(rows, i, i+1), j, r)
	case "in":
		j := sibling(i-1, -1)
		if j < 0 {
			return nil, op.Errorf(op.Conflict, "There is no row above it that it could stand under.")
		}
		if levels(rows, rows[j].id) >= mostLevels {
			return nil, op.Errorf(op.Conflict, "Rows can stand at most %d deep.", mostLevels)
		}
		rows[i].parent = rows[j].id
	case "out":
		p := at(rows, r.parent)
		if p < 0 {
			return nil, op.Errorf(op.Conflict, "It stands at the top already.")
		}
		r.parent = rows[p].parent
		rows = slices.Insert(slices.Delete(rows, i, i+1), p+1, r)
	}
	return rows, nil
}

type deleteRowIn struct {
	ID      string `path:"id"`
	Confirm bool   `query:"confirm" doc:"Also when controls are mapped to it"`
}

// deleteRow deletes a row of an own framework with all that is below it.
func deleteRow(tx *storage.WriteTx, in deleteRowIn) (struct{}, error) {
	var framework string
	if err := tx.QueryRow("SELECT framework FROM requirement WHERE id = ?", in.ID).Scan(&framework); err != nil {
		return struct{}{}, none(err)
	}
	if err := own(&tx.ReadTx, framework); err != nil {
		return struct{}{}, err
	}
	var n int
	const below = `WITH RECURSIVE below (id) AS (VALUES (?) UNION SELECT q.id FROM requirement q JOIN below ON q.parent = below.id AND q.parent <> '') `
	if err := tx.QueryRow(below+"SELECT count(DISTINCT m.control) FROM mapping m WHERE m.requirement IN (SELECT id FROM below)", in.ID).Scan(&n); err != nil {
		return struct{}{}, err
	}
	if n > 0 && !in.Confirm {
		return struct{}{}, op.Errorf(op.Conflict, "%s. Withdraw it to keep what it says, or confirm that it may go.",
			plural(n, "One control is mapped to this requirement or to what is below it", "%d controls are mapped to this requirement or to what is below it"))
	}
	return struct{}{}, tx.Exec(below+"DELETE FROM requirement WHERE id IN (SELECT id FROM below)", in.ID)
}

// reshape changes what only a row of an own framework lets change: its ref, whether it counts, whether it is
// withdrawn.
func reshape(tx *storage.WriteTx, q RequirementDetail, ref *string, assessable, withdrawn *bool) error {
	now := q.Requirement
	text(&now.Ref, ref)
	put(&now.Assessable, assessable)
	put(&now.Withdrawn, withdrawn)
	if now.Withdrawn {
		now.Assessable = false
	} else if q.Withdrawn {
		now.Assessable = true // what is in force again counts again
	}
	if now.Ref == q.Ref && now.Assessable == q.Assessable && now.Withdrawn == q.Withdrawn {
		return nil
	}
	if err := own(&tx.ReadTx, q.Framework); err != nil {
		return err
	}
	var c op.Check
	c.Required(now.Ref, "ref")
	var taken bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM requirement WHERE framework = ? AND ref = ? COLLATE NOCASE AND id <> ?)", q.Framework, now.Ref, q.ID).Scan(&taken); err != nil {
		return err
	}
	c.That(!taken, "ref", refTaken)
	c.That(now.Assessable || now.Withdrawn || len(q.Controls) == 0, "assessable", "Controls are mapped to it. Take them off before you make it a heading.")
	if err := c.Err(); err != nil {
		return err
	}
	return tx.ExecOne("UPDATE requirement SET ref = ?, assessable = ?, withdrawn = ?, updated_at = ? WHERE id = ?", now.Ref, now.Assessable, now.Withdrawn, tx.Stamp(), q.ID)
}
