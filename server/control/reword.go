package control

import (
	"strings"

	"assay/server/op"
	"assay/storage"
)

// Reword gives an own control another title and description. The caller's module must list control.
func Reword(tx *storage.WriteTx, id, title, description string) error {
	var c op.Check
	c.Required(title, "title")
	if err := c.Err(); err != nil {
		return err
	}
	return tx.ExecOne("UPDATE control SET title = ?, description = ?, updated_at = ? WHERE id = ? AND source = 'own'",
		strings.TrimSpace(title), description, tx.Stamp(), id)
}
