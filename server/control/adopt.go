package control

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"assay/server/framework/catalog"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// Adopted is what became of a common control in a tenant.
type Adopted struct {
	ID    string
	Fresh bool // it was not there before
}

// Adopt copies the common controls that are not there yet, and says where each of them is. What is there
// is never overwritten, edited or not: the copy is the tenant's own. The caller's module must list control
// and control_status.
//
// A copy keeps a digest of what it was copied from until somebody changes its words; so a copy without one
// is an edited one.
func Adopt(tx *storage.WriteTx, list []catalog.Control) (map[string]Adopted, error) {
	rows, err := tx.Query("SELECT id, source_key, ref FROM control")
	if err != nil {
		return nil, err
	}
	have, refs := map[string]Adopted{}, map[string]bool{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id, key, ref string
		err = r.Scan(&id, &key, &ref)
		if key != "" {
			have[key] = Adopted{ID: id}
		}
		refs[strings.ToUpper(ref)] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	out := map[string]Adopted{}
	for _, c := range list {
		if a, ok := have[c.ID]; ok {
			out[c.ID] = a
			continue
		}
		ref := c.ID // unless an own control took it
		for n := 2; refs[strings.ToUpper(ref)]; n++ {
			ref = fmt.Sprintf("%s-%d", c.ID, n)
		}
		refs[strings.ToUpper(ref)] = true
		description := c.Description
		if c.AppliesWhen != "" {
			description += "\n\nApplies when: " + c.AppliesWhen + "."
		}
		id := tx.NewID()
		err := tx.Exec(`INSERT INTO control (id, ref, sort_ref, title, description, test, domain, owner_role, source, source_key, digest, core, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'common', ?, ?, ?, ?12, ?12)`,
			id, ref, oscal.SortKey(ref), c.Title, description, c.Test, c.Domain, c.OwnerRole, c.ID, digest(c), c.Core, tx.Stamp())
		if err == nil {
			err = begin(tx, id)
		}
		if err != nil {
			return nil, fmt.Errorf("copy control %s: %w", c.ID, err)
		}
		out[c.ID] = Adopted{ID: id, Fresh: true}
	}
	return out, nil
}

func digest(c catalog.Control) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{c.Title, c.Description, c.Test, c.Domain, c.OwnerRole}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
