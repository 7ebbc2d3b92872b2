package storage_test

import (
	"fmt"
	"testing"

	"assay/storage"
)

// A write of many rows is a write like others: what it may not change it may not change, its rows are in the
// log, and it ends in nothing when it fails.
func TestBulk(t *testing.T) {
	f := open(t)
	before := f.count("SELECT count(*) FROM audit")
	many := func(tx *storage.WriteTx) error {
		if err := tx.Bulk(); err != nil {
			return err
		}
		for i := range 500 {
			if err := tx.Exec(newPerson, fmt.Sprint("b", i), "Many"); err != nil {
				return err
			}
		}
		return nil
	}
	f.write(people, many)
	if n := f.count("SELECT count(*) FROM audit") - before; n != 1 || f.count("SELECT count(*) FROM audit_row WHERE tbl = 'person'") < 500 {
		t.Errorf("%d records", n)
	}
	for _, q := range []string{"UPDATE control SET title = 'x'", "PRAGMA cache_size = 1", "DELETE FROM audit", "CREATE TABLE x (y)"} {
		_, err := f.tenant().Write(t.Context(), people, func(tx *storage.WriteTx) error {
			if err := tx.Bulk(); err != nil {
				return err
			}
			return tx.Exec(q)
		})
		if err == nil {
			t.Errorf("%s was let through", q)
		}
	}
	f.write(people, exec(newPerson, "after", "An ordinary one")) // gives the pages back
	if _, err := f.tenant().Write(t.Context(), people, many); err == nil {
		t.Error("the same rows went in twice")
	}
	f.write(people, exec("UPDATE person SET name = 'Still here' WHERE id = 'after'"))
}
