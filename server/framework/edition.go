package framework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"assay/server/framework/catalog"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// A new edition of a framework never overwrites anything. It is laid beside what is here as a list of
// differences, and only what somebody accepts is taken over.

// Edition is another edition of a framework, waiting to be reviewed.
type Edition struct {
	ID        string `json:"id"`
	Framework string `json:"framework"`
	Short     string `json:"short"`
	From      string `json:"from" doc:"The edition that is here"`
	Name      string `json:"name" doc:"The edition that came"`
	File      string `json:"file" doc:"Empty for one that comes with the program"`
	Status    string `json:"status" enum:"open,done"`
	Open      int    `json:"open" doc:"Differences nobody has decided on"`
	Accepted  int    `json:"accepted"`
	Declined  int    `json:"declined"`
	CreatedAt string `json:"created_at"`
	Version   int    `json:"version"`
}

// EditionDetail is an edition with its differences.
type EditionDetail struct {
	Edition
	Rows     []EditionRow `json:"rows"`
	Warnings []string     `json:"warnings" doc:"What its file could not say"`
}

// Editions are those of one framework, the newest first.
type Editions struct {
	Items []Edition `json:"items"`
}

// EditionRow is one difference.
type EditionRow struct {
	ID          string    `json:"id"`
	Kind        string    `json:"kind" enum:"added,changed,moved,withdrawn"`
	Status      string    `json:"status" enum:"open,accepted,declined"`
	Requirement string    `json:"requirement" doc:"Id of the row here; empty when it is new"`
	Ref         string    `json:"ref"`
	Title       string    `json:"title"`
	Edited      bool      `json:"edited" doc:"Its words were changed here; they stay, whatever is accepted"`
	Controls    int       `json:"controls" doc:"Controls mapped to it"`
	Assessable  bool      `json:"assessable"`
	Was         *RowWords `json:"was,omitempty" doc:"As it is here; absent when it is new"`
	Now         *RowWords `json:"now,omitempty" doc:"As it would be; absent when it is withdrawn"`
}

// RowWords are the words of a requirement and its place.
type RowWords struct {
	Ref      string `json:"ref"`
	Parent   string `json:"parent" doc:"Ref of the row above"`
	Title    string `json:"title"`
	Body     string `json:"body"`
	Guidance string `json:"guidance"`
}

// had is a requirement as a new edition finds it.
type had struct {
	row
	id, origin, is string // is: its digest, '' when its words were changed here
}

// words is the digest of the catalog's words that the row had, as far as that is known.
func (h had) words() string {
	if h.is != "" {
		return h.is
	}
	return h.origin
}

// difference is one row of a new edition that is not as here. now is empty for a row that is gone.
type difference struct {
	kind, requirement string
	now               row
	follows           string // ref of the row it stands behind
}

// differences lays a new edition beside what is here. Rows are the same when their publisher gives them the
// same id, or else the same ref.
func differences(here []had, next []row) []difference {
	bySource, byRef := map[string]int{}, map[string]int{}
	for i, h := range here {
		if h.sourceID != "" {
			bySource[h.sourceID] = i
		}
		byRef[h.ref] = i
	}
	ids := map[string]string{} // ref in the new edition -> id here
	matched := map[string]bool{}
	pair := make([]int, len(next))
	for n, r := range next {
		pair[n] = -1
		i, ok := bySource[r.sourceID]
		if r.sourceID == "" || !ok {
			// A row of that ref is another one if its publisher knows it under another id.
			if i, ok = byRef[r.ref]; ok && r.sourceID != "" && here[i].sourceID != "" && slices.ContainsFunc(next, func(o row) bool { return o.sourceID == here[i].sourceID }) {
				ok = false
			}
		}
		if ok && !matched[here[i].id] {
			pair[n], matched[here[i].id] = i, true
			ids[r.ref] = here[i].id
		}
	}
	parents := map[string]string{} // id here -> id of its parent
	for _, h := range here {
		if p, ok := byRef[h.parent]; ok && h.parent != "" {
			parents[h.id] = here[p].id
		}
	}
	var out []difference
	for n, r := range next {
		follows := ""
		if n > 0 {
			follows = next[n-1].ref
		}
		if pair[n] < 0 {
			if !r.withdrawn {
				out = append(out, difference{"added", "", r, follows})
			}
			continue
		}
		h := here[pair[n]]
		sameWords := h.words() == r.digest() || h.title == r.title && h.body == r.body && h.guidance == r.guidance
		newParent, known := ids[r.parent]
		moved := h.ref != r.ref || h.assessable != r.assessable && !r.withdrawn && !h.withdrawn || r.parent != "" && (!known || newParent != parents[h.id]) || r.parent == "" && parents[h.id] != ""
		switch {
		case r.withdrawn && !h.withdrawn:
			out = append(out, difference{"withdrawn", h.id, row{}, ""})
		case r.withdrawn:
		case !sameWords || h.withdrawn:
			out = append(out, difference{"changed", h.id, r, follows})
		case moved:
			out = append(out, difference{"moved", h.id, r, follows})
		}
	}
	for _, h := range here {
		if !matched[h.id] && !h.withdrawn {
			out = append(out, difference{"withdrawn", h.id, row{}, ""})
		}
	}
	return out
}

func hereOf(tx *storage.ReadTx, framework string) ([]had, error) {
	rows, err := tx.Query(`SELECT r.id, r.ref, coalesce(p.ref, ''), r.title, r.body, r.guidance, r.source_id, r.assessable, r.withdrawn, r.digest, r.origin
		FROM requirement r LEFT JOIN requirement p ON p.id = r.parent WHERE r.framework = ? ORDER BY r.position`, framework)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (h had, err error) {
		return h, r.Scan(&h.id, &h.ref, &h.parent, &h.title, &h.body, &h.guidance, &h.sourceID, &h.assessable, &h.withdrawn, &h.is, &h.origin)
	})
}

// arrival is an edition on its way in.
type arrival struct {
	name, digest string
	source       source // empty for a built-in framework
	uuid, title  string
	report       oscal.Report
	rows         []row
}

// lay writes an edition's differences down. One without any is taken over at once: there is nothing to decide.
func lay(tx *storage.WriteTx, framework string, a arrival) (EditionDetail, error) {
	var open string
	err := none(tx.QueryRow("SELECT name FROM edition WHERE framework = ? AND status = 'open'", framework).Scan(&open))
	if err == nil {
		return EditionDetail{}, op.Errorf(op.Conflict, "Edition “%s” of this framework waits to be reviewed. Decide on its rows or discard it first.", open)
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return EditionDetail{}, err
	}
	here, err := hereOf(&tx.ReadTx, framework)
	if err != nil {
		return EditionDetail{}, err
	}
	said, err := json.Marshal(a.report)
	if err != nil {
		return EditionDetail{}, err
	}
	var content any
	if a.source.zipped != nil {
		content = a.source.zipped
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO edition (id, framework, name, file, uuid, title, sha256, content, digest, report, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?11, ?11)`,
		id, framework, a.name, a.source.File, a.uuid, a.title, a.source.sum, content, a.digest, string(said), tx.Stamp())
	if err != nil {
		return EditionDetail{}, err
	}
	for i, d := range differences(here, a.rows) {
		tags, err := json.Marshal(append([]string{}, d.now.tags...))
		if err != nil {
			return EditionDetail{}, err
		}
		ref, title := d.now.ref, d.now.title
		if d.kind == "withdrawn" {
			h := here[slices.IndexFunc(here, func(h had) bool { return h.id == d.requirement })]
			ref, title = h.ref, h.title
		}
		err = tx.Exec(`INSERT INTO edition_row (id, edition, position, kind, requirement, ref, parent, follows, title, body, guidance, tags, assessable, withdrawn, source_id)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, tx.NewID(), id, i, d.kind, d.requirement, ref, d.now.parent, d.follows, title, d.now.body, d.now.guidance,
			string(tags), d.now.assessable, d.kind == "withdrawn", d.now.sourceID)
		if err != nil {
			return EditionDetail{}, err
		}
	}
	if err := settle(tx, id); err != nil {
		return EditionDetail{}, err
	}
	return editionOf(&tx.ReadTx, id)
}

// settle closes an edition when every row is decided: the framework is of that edition then.
func settle(tx *storage.WriteTx, id string) error {
	var framework, name, digest, file, uuid, title, sum, report string
	var content []byte
	var open int
	err := tx.QueryRow(`SELECT framework, name, digest, file, uuid, title, sha256, report, content, (SELECT count(*) FROM edition_row x WHERE x.edition = e.id AND x.status = 'open') FROM edition e WHERE id = ? AND status = 'open'`, id).
		Scan(&framework, &name, &digest, &file, &uuid, &title, &sum, &report, &content, &open)
	if err = none(err); errors.Is(err, storage.ErrNotFound) {
		return nil // it is closed
	}
	if err != nil || open > 0 {
		return err
	}
	if err := tx.ExecOne("UPDATE edition SET status = 'done', content = NULL, updated_at = ? WHERE id = ?", tx.Stamp(), id); err != nil {
		return err
	}
	if sum == "" {
		return tx.ExecOne("UPDATE framework SET edition = ?, digest = ?, updated_at = ? WHERE id = ?", name, digest, tx.Stamp(), framework)
	}
	if err := tx.ExecOne("UPDATE framework SET edition = ?, digest = ?, report = ?, updated_at = ? WHERE id = ?", name, sum, report, tx.Stamp(), framework); err != nil {
		return err
	}
	return tx.ExecOne("UPDATE framework_source SET file = ?, uuid = ?, title = ?, edition = ?, sha256 = ?, content = ? WHERE framework = ?", file, uuid, title, name, sum, content, framework)
}

const editionColumns = `e.id, e.framework, f.short, f.edition, e.name, e.file, e.status,
	(SELECT count(*) FROM edition_row x WHERE x.edition = e.id AND x.status = 'open'), (SELECT count(*) FROM edition_row x WHERE x.edition = e.id AND x.status = 'accepted'),
	(SELECT count(*) FROM edition_row x WHERE x.edition = e.id AND x.status = 'declined'), e.created_at, e.version`

func scanEdition(r op.Row) (e Edition, err error) {
	return e, r.Scan(&e.ID, &e.Framework, &e.Short, &e.From, &e.Name, &e.File, &e.Status, &e.Open, &e.Accepted, &e.Declined, &e.CreatedAt, &e.Version)
}

func editions(tx *storage.ReadTx, in byID) (Editions, error) {
	if err := exists(tx, in.ID); err != nil {
		return Editions{}, err
	}
	rows, err := tx.Query("SELECT "+editionColumns+" FROM edition e JOIN framework f ON f.id = e.framework WHERE e.framework = ? ORDER BY e.created_at DESC, e.id", in.ID)
	if err != nil {
		return Editions{}, err
	}
	items, err := op.Scan(rows, scanEdition)
	return Editions{items}, err
}

func edition(tx *storage.ReadTx, in byID) (EditionDetail, error) { return editionOf(tx, in.ID) }

func editionOf(tx *storage.ReadTx, id string) (EditionDetail, error) {
	e, err := scanEdition(tx.QueryRow("SELECT "+editionColumns+" FROM edition e JOIN framework f ON f.id = e.framework WHERE e.id = ?", id))
	if err != nil {
		return EditionDetail{}, none(err)
	}
	d := EditionDetail{Edition: e, Warnings: []string{}}
	var report string
	if err := tx.QueryRow("SELECT report FROM edition WHERE id = ?", id).Scan(&report); err != nil {
		return d, err
	}
	var said oscal.Report
	if err := json.Unmarshal([]byte(report), &said); err != nil {
		return d, err
	}
	d.Warnings = append(d.Warnings, said.Warnings...)
	rows, err := tx.Query(`SELECT x.id, x.kind, x.status, x.requirement, x.ref, x.title, x.assessable, x.parent, x.body, x.guidance,
		r.id IS NOT NULL, coalesce(r.digest = '', 0), coalesce(r.ref, ''), coalesce(p.ref, ''), coalesce(r.title, ''), coalesce(r.body, ''), coalesce(r.guidance, ''),
		(SELECT count(*) FROM mapping m WHERE m.requirement = x.requirement)
		FROM edition_row x LEFT JOIN requirement r ON r.id = x.requirement AND x.requirement <> '' LEFT JOIN requirement p ON p.id = r.parent AND r.parent <> ''
		WHERE x.edition = ? ORDER BY x.position`, id)
	if err != nil {
		return d, err
	}
	d.Rows, err = op.Scan(rows, func(r op.Row) (x EditionRow, err error) {
		var now, was RowWords
		var here bool
		err = r.Scan(&x.ID, &x.Kind, &x.Status, &x.Requirement, &x.Ref, &x.Title, &x.Assessable, &now.Parent, &now.Body, &now.Guidance,
			&here, &x.Edited, &was.Ref, &was.Parent, &was.Title, &was.Body, &was.Guidance, &x.Controls)
		now.Ref, now.Title = x.Ref, x.Title
		if here && (x.Kind != "added" || x.Status != "accepted") {
			x.Was = &was
		}
		if x.Kind != "withdrawn" {
			x.Now = &now
		}
		return x, err
	})
	return d, err
}

// newer looks whether the program brings another edition of a built-in framework than the one copied.
func newer(tx *storage.WriteTx, in byID) (EditionDetail, error) {
	var key, source, digest string
	if err := tx.QueryRow("SELECT key, source, digest FROM framework WHERE id = ?", in.ID).Scan(&key, &source, &digest); err != nil {
		return EditionDetail{}, none(err)
	}
	f, ok := catalog.Get(key)
	if source != "builtin" || !ok {
		return EditionDetail{}, op.Errorf(op.Conflict, "This framework does not come with the program. Import the file of its new edition.")
	}
	sum, err := catalogDigest(f)
	if err != nil {
		return EditionDetail{}, err
	}
	if sum == digest {
		return EditionDetail{}, op.Errorf(op.Conflict, "This framework is as the program brings it: there is nothing to take over.")
	}
	return lay(tx, in.ID, arrival{name: f.Version, digest: sum, rows: catalogRows(f), report: oscal.Report{Warnings: []string{}, NotKept: map[string]int{}}})
}

// offered notes what edition a framework could have.
func offered(tx *storage.ReadTx, d *FrameworkDetail) error {
	e, err := scanEdition(tx.QueryRow("SELECT "+editionColumns+" FROM edition e JOIN framework f ON f.id = e.framework WHERE e.framework = ? AND e.status = 'open'", d.ID))
	if err == nil {
		d.Waits = &e
		return nil
	}
	if err = none(err); !errors.Is(err, storage.ErrNotFound) || d.Source != "builtin" {
		if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
		return err
	}
	f, ok := catalog.Get(d.Key)
	if !ok {
		return nil
	}
	sum, err := catalogDigest(f)
	if err != nil {
		return err
	}
	var was string
	if err := tx.QueryRow("SELECT digest FROM framework WHERE id = ?", d.ID).Scan(&was); err == nil && was != sum {
		d.Newer = f.Version
	}
	return nil
}

func catalogRows(f catalog.Framework) []row {
	list := make([]row, len(f.Requirements))
	for i, r := range f.Requirements {
		list[i] = row{ref: r.Ref, parent: r.Parent, title: r.Title, body: r.Summary, assessable: r.Assessable, tags: r.Tags}
	}
	return list
}

func catalogDigest(f catalog.Framework) (string, error) {
	b, err := json.Marshal(f)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

type editionRowsIn struct {
	ID   string `path:"id"`
	Body struct {
		Rows []string `json:"rows" minItems:"1" maxItems:"20000" doc:"Ids of the differences"`
	}
}

// EditionDone says what became of the rows.
type EditionDone struct {
	Done    int           `json:"done"`
	Skipped int           `json:"skipped" doc:"Decided already"`
	Kept    int           `json:"kept" doc:"Not accepted, because their words were changed here: they stay, and the difference stays offered"`
	Edition EditionDetail `json:"edition"`
}

// undecided are the rows among ids that were not accepted yet, in their order.
func undecided(tx *storage.WriteTx, edition string, ids []string, also string) ([]editionRow, error) {
	var n int
	if err := none(tx.QueryRow("SELECT 1 FROM edition WHERE id = ?", edition).Scan(&n)); err != nil {
		return nil, err
	}
	rows, err := tx.Query(`SELECT x.id, x.kind, x.requirement, x.ref, x.parent, x.follows, x.title, x.body, x.guidance, x.tags, x.assessable, x.source_id, coalesce(r.digest = '', 0)
		FROM edition_row x LEFT JOIN requirement r ON r.id = x.requirement
		WHERE x.edition = ? AND x.status IN ('open', ?) AND x.id IN (SELECT value FROM json_each(?)) ORDER BY x.position`, edition, also, asJSON(ids))
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (x editionRow, err error) {
		return x, r.Scan(&x.id, &x.kind, &x.requirement, &x.ref, &x.parent, &x.follows, &x.title, &x.body, &x.guidance, &x.tags, &x.assessable, &x.sourceID, &x.edited)
	})
}

type editionRow struct {
	row
	id, kind, requirement, follows, tags string
	edited                               bool
}

// acceptRows takes rows over, in one write. Words that were changed here are not touched.
func acceptRows(tx *storage.WriteTx, in editionRowsIn) (EditionDone, error) {
	var out EditionDone
	list, err := undecided(tx, in.ID, in.Body.Rows, "declined")
	if err != nil {
		return out, err
	}
	out.Skipped = len(in.Body.Rows) - len(list)
	var framework string
	if err := tx.QueryRow("SELECT framework FROM edition WHERE id = ?", in.ID).Scan(&framework); err != nil {
		return out, err
	}
	refs, err := refsOf(tx, framework)
	if err != nil {
		return out, err
	}
	places, err := placesOf(&tx.ReadTx, framework)
	if err != nil {
		return out, err
	}
	fresh := map[string]placed{}
	for _, x := range list {
		parent := ""
		if x.parent != "" && x.kind != "withdrawn" {
			p, ok := refs[x.parent]
			if !ok {
				return out, op.Errorf(op.Conflict, "%s stands under %s, which is new as well. Accept that row with it.", x.ref, x.parent)
			}
			parent = p.id
		}
		requirement := x.requirement
		digest := row{title: x.title, body: x.body, guidance: x.guidance}.digest()
		switch x.kind {
		case "added":
			if _, taken := refs[x.ref]; taken {
				return out, op.Errorf(op.Conflict, "A row %s was added here in the meantime. Decline the new one, or change the ref of yours.", x.ref)
			}
			requirement = tx.NewID()
			err = tx.Exec(`INSERT INTO requirement (id, framework, parent, ref, title, body, guidance, assessable, tags, position, source_id, digest, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				requirement, framework, parent, x.ref, x.title, x.body, x.guidance, x.assessable, x.tags, len(refs)+len(fresh), x.sourceID, digest, tx.Stamp())
			refs[x.ref] = placed{requirement, true}
			fresh[x.ref] = placed{requirement, true}
			behind := slices.IndexFunc(places, func(p placeRow) bool { return p.ref == x.follows })
			if behind < 0 && x.follows != "" {
				behind = len(places) - 1
			}
			places = slices.Insert(places, behind+1, placeRow{id: requirement, parent: parent, ref: x.ref})
		case "withdrawn":
			err = tx.ExecOne("UPDATE requirement SET withdrawn = 1, assessable = 0, updated_at = ? WHERE id = ?", tx.Stamp(), requirement)
		case "changed":
			if x.edited {
				out.Kept++
				continue
			}
			err = tx.ExecOne("UPDATE requirement SET ref = ?, parent = ?, title = ?, body = ?, guidance = ?, assessable = ?, withdrawn = 0, tags = ?, source_id = ?, digest = ?, origin = '', updated_at = ? WHERE id = ?",
				x.ref, parent, x.title, x.body, x.guidance, x.assessable, x.tags, x.sourceID, digest, tx.Stamp(), requirement)
			refs[x.ref] = placed{id: requirement}
		case "moved":
			err = tx.ExecOne("UPDATE requirement SET ref = ?, parent = ?, assessable = ?, source_id = ?, updated_at = ? WHERE id = ?", x.ref, parent, x.assessable, x.sourceID, tx.Stamp(), requirement)
			refs[x.ref] = placed{id: requirement}
		}
		if err != nil {
			return out, none(err)
		}
		if i := at(places, requirement); i >= 0 && x.kind != "withdrawn" {
			places[i].ref, places[i].parent = x.ref, parent
		}
		if err := tx.ExecOne("UPDATE edition_row SET status = 'accepted', requirement = ? WHERE id = ?", requirement, x.id); err != nil {
			return out, err
		}
		out.Done++
	}
	if err := reorder(tx, framework, places); err != nil {
		return out, err
	}
	if len(fresh) > 0 {
		var key, name, edition string
		if err := tx.QueryRow("SELECT f.key, f.name, e.name FROM framework f JOIN edition e ON e.framework = f.id WHERE e.id = ?", in.ID).Scan(&key, &name, &edition); err != nil {
			return out, err
		}
		if _, err := mapKnown(tx, catalogKey(key, name, edition), fresh); err != nil {
			return out, err
		}
		if _, err := bind(tx, fresh); err != nil {
			return out, err
		}
	}
	return done(tx, in.ID, out)
}

func declineRows(tx *storage.WriteTx, in editionRowsIn) (EditionDone, error) {
	var out EditionDone
	list, err := undecided(tx, in.ID, in.Body.Rows, "")
	if err != nil {
		return out, err
	}
	out.Skipped = len(in.Body.Rows) - len(list)
	for _, x := range list {
		if err := tx.ExecOne("UPDATE edition_row SET status = 'declined' WHERE id = ?", x.id); err != nil {
			return out, err
		}
		out.Done++
	}
	return done(tx, in.ID, out)
}

func done(tx *storage.WriteTx, id string, out EditionDone) (EditionDone, error) {
	err := settle(tx, id)
	if err == nil {
		out.Edition, err = editionOf(&tx.ReadTx, id)
	}
	return out, err
}

// discard takes an edition away with what nobody has decided. What was accepted stays.
func discard(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM edition WHERE id = ?", in.ID)
}
