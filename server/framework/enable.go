package framework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework/catalog"
	"assay/server/op"
	"assay/storage"
)

// Enabled says what turning a framework on has added.
type Enabled struct {
	Framework    FrameworkDetail `json:"framework"`
	Requirements int             `json:"requirements"`
	Controls     int             `json:"controls"`
	Mappings     int             `json:"mappings"`
	Evidence     int             `json:"evidence"`
}

// Enable turns a built-in framework on: it copies its requirements, the common controls that serve it, the
// mappings between them, and the evidence requests of these controls. Done again it adds what a newer
// catalog has and changes nothing else: rows that people edited, unmapped or marked not applicable stay.
// The caller's module must list what this one owns, control, control_status, evidence and evidence_control.
func Enable(tx *storage.WriteTx, key string) (Enabled, error) {
	f, ok := catalog.Get(key)
	if !ok {
		var c op.Check
		c.That(false, "key", "There is no built-in framework of that key.")
		return Enabled{}, c.Err()
	}
	var out Enabled
	id, err := frameworkRow(tx, f)
	if err != nil {
		return out, err
	}
	requirements, added, err := copyRequirements(tx, id, catalogRows(f))
	if err != nil {
		return out, err
	}
	out.Requirements = added
	serving := catalog.For(key)
	controls, err := control.Adopt(tx, serving)
	if err != nil {
		return out, err
	}
	var items []evidence.Item
	for _, c := range serving {
		at := controls[c.ID]
		if at.Fresh {
			out.Controls++
		}
		for _, e := range c.Evidence {
			items = append(items, evidence.Item{Key: "common/" + c.ID + "/" + e.Title, Name: e.Title, Category: c.Domain,
				Kind: e.Kind, Frequency: e.Frequency, Controls: []string{at.ID}, Fresh: at.Fresh})
		}
	}
	if out.Evidence, err = evidence.Adopt(tx, items); err != nil {
		return out, err
	}
	// A control that came with this framework serves the other frameworks that are here, too.
	if out.Mappings, err = mapAll(tx, key, requirements, serving, controls); err != nil {
		return out, err
	}
	others, err := otherFrameworks(tx, id)
	if err != nil {
		return out, err
	}
	for otherKey, otherID := range others {
		there, err := refsOf(tx, otherID)
		if err != nil {
			return out, err
		}
		n, err := mapAll(tx, otherKey, there, serving, controls)
		if err != nil {
			return out, err
		}
		out.Mappings += n
	}
	if _, err := bind(tx, requirements); err != nil {
		return out, err
	}
	out.Framework, err = detail(&tx.ReadTx, id)
	return out, err
}

// frameworkRow finds or makes the framework's own row. One that was archived comes back.
func frameworkRow(tx *storage.WriteTx, f catalog.Framework) (string, error) {
	digest, err := catalogDigest(f)
	if err != nil {
		return "", err
	}
	var id string
	var archived bool
	err = none(tx.QueryRow("SELECT id, archived FROM framework WHERE key = ?", f.Key).Scan(&id, &archived))
	if err == storage.ErrNotFound {
		id = tx.NewID()
		return id, tx.Exec(`INSERT INTO framework (id, key, name, short, edition, publisher, source, source_note, color, digest, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, 'builtin', ?, ?, ?, ?10, ?10)`,
			id, f.Key, f.Title, f.Short, f.Version, f.Publisher, f.SourceNote, f.Color, digest, tx.Stamp())
	}
	if err != nil || !archived {
		return id, err
	}
	// Its digest stays that of the edition it was copied from: what differs is offered, see newer.
	return id, tx.ExecOne("UPDATE framework SET archived = 0, updated_at = ? WHERE id = ?", tx.Stamp(), id)
}

// row is a requirement as a catalog or an import has it.
type row struct {
	ref, parent, title, body, guidance, sourceID string
	assessable, withdrawn                        bool
	tags                                         []string
}

// placed is a requirement that is there.
type placed struct {
	id    string
	fresh bool // it was added by this write
}

// copyRequirements adds the rows of list that are not there yet, in its order, and says where each is.
func copyRequirements(tx *storage.WriteTx, framework string, list []row) (map[string]placed, int, error) {
	have, err := refsOf(tx, framework)
	if err != nil {
		return nil, 0, err
	}
	added := 0
	for i, r := range list {
		if _, ok := have[r.ref]; ok {
			continue
		}
		parent := ""
		if r.parent != "" {
			p, ok := have[r.parent]
			if !ok {
				return nil, 0, fmt.Errorf("requirement %s stands before its parent %s", r.ref, r.parent)
			}
			parent = p.id
		}
		id := tx.NewID()
		if err := place(tx, id, framework, parent, i, r); err != nil {
			return nil, 0, fmt.Errorf("copy requirement %s: %w", r.ref, err)
		}
		have[r.ref] = placed{id, true}
		added++
	}
	return have, added, nil
}

// place adds a row to a framework.
func place(tx *storage.WriteTx, id, framework, parent string, position int, r row) error {
	tags, err := json.Marshal(append([]string{}, r.tags...))
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO requirement (id, framework, parent, ref, title, body, guidance, assessable, withdrawn, tags, position, source_id, digest, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, framework, parent, r.ref, r.title, r.body, r.guidance, r.assessable, r.withdrawn, string(tags), position, r.sourceID, r.digest(), tx.Stamp())
}

func (r row) digest() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{r.title, r.body, r.guidance}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

func refsOf(tx *storage.WriteTx, framework string) (map[string]placed, error) {
	rows, err := tx.Query("SELECT ref, id FROM requirement WHERE framework = ?", framework)
	if err != nil {
		return nil, err
	}
	out := map[string]placed{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var ref, id string
		err = r.Scan(&ref, &id)
		out[ref] = placed{id: id}
		return err
	})
	return out, err
}

// otherFrameworks are those that common controls may map to beside id, by the catalog's key.
func otherFrameworks(tx *storage.WriteTx, id string) (map[string]string, error) {
	rows, err := tx.Query("SELECT key, id, name, edition FROM framework WHERE id <> ?", id)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var key, other, name, edition string
		err = r.Scan(&key, &other, &name, &edition)
		out[catalogKey(key, name, edition)] = other
		return err
	})
	return out, err
}

// catalogKey is the key under which the common controls know a framework. CIS Controls v8.1 are not built in
// (their licence), but the mapping is here for a tenant that imports them.
func catalogKey(key, name, edition string) string {
	words := strings.ToLower(name + " " + edition)
	if strings.Contains(words, "cis") && strings.Contains(words, "controls") && strings.Contains(words, "8.1") {
		return "cis-8.1"
	}
	return key
}

// mapAll maps controls to the requirements that the catalog says they serve, where one of the two is new:
// between two that were here already, what people made of it stands.
func mapAll(tx *storage.WriteTx, key string, requirements map[string]placed, list []catalog.Control, controls map[string]control.Adopted) (int, error) {
	n := 0
	for _, c := range list {
		at, ok := controls[c.ID]
		if !ok {
			continue
		}
		for _, ref := range c.Mappings[key] {
			r, ok := requirements[ref]
			if !ok || !r.fresh && !at.Fresh {
				continue
			}
			changed, err := tx.ExecN(`INSERT INTO mapping (id, control, requirement, source, created_at) VALUES (?, ?, ?, 'catalog', ?)
				ON CONFLICT (requirement, control) DO NOTHING`, tx.NewID(), at.ID, r.id, tx.Stamp())
			if err != nil {
				return n, fmt.Errorf("map %s to %s: %w", c.ID, ref, err)
			}
			n += int(changed)
		}
	}
	return n, nil
}
