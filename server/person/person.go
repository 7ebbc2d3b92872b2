// Package person knows the people of an organisation's file: owners, reviewers, actors, those who are named.
package person

import (
	"assay/server/op"
	"assay/storage"
)

// Check notes, for a field that names somebody, a person who is not there or no longer active. Empty means
// nobody, which is well.
func Check(c *op.Check, tx *storage.ReadTx, field, id string) error {
	if id == "" {
		return nil
	}
	var ok bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM person WHERE id = ? AND active = 1)", id).Scan(&ok); err != nil {
		return err
	}
	c.That(ok, field, "There is no active person with this id.")
	return nil
}

// Acting is the id of the person who acts, also through a token of theirs; empty when it is not a person.
func Acting(tx *storage.ReadTx) string {
	if a := tx.Call().Actor; a.Kind == storage.Person || a.Kind == storage.Token {
		return a.ID
	}
	return ""
}
