// Package person knows the people of an organisation's file: owners, reviewers, actors, those who are named.
package person

import (
	"database/sql"
	"errors"

	"assay/server/op"
	"assay/storage"
)

// Check notes, for a field that names somebody, a person who is not there or no longer active. Empty means
// nobody, which is well.
func Check(c *op.Check, tx *storage.ReadTx, field, id string) error {
	if id == "" {
		return nil
	}
	var active bool
	err := tx.QueryRow("SELECT active FROM person WHERE id = ?", id).Scan(&active)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	c.That(err == nil, field, "There is no such person.")
	c.That(err != nil || active, field, "This person is no longer active.")
	return nil
}

// Acting is the id of the person who acts, also through a token of theirs; empty when it is not a person.
func Acting(tx *storage.ReadTx) string {
	if a := tx.Call().Actor; a.Kind == storage.Person || a.Kind == storage.Token {
		return a.ID
	}
	return ""
}
