package storage_test

import (
	"testing"
	"time"

	"assay/storage"
)

// TestRedate: after the dates of a directory moved, its logs prove themselves and its rows and history
// agree on the new dates.
func TestRedate(t *testing.T) {
	f := open(t)
	f.write(people, exec("INSERT INTO person (id, name, created_at, updated_at) VALUES ('p1', 'Ada on 2026-03-01', ?1, ?1)", "2026-03-01T09:00:00.000Z"))
	days := call("dashboard.snapshot", "readiness_day")
	for _, d := range []string{"2026-03-01", "2026-03-02", "2026-03-03"} {
		f.write(days, exec("INSERT INTO readiness_day VALUES (?, '', 'organisation', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)", d))
		f.advance(24 * time.Hour)
	}
	f.write(call("activity.turn", "activity", "occurrence"), func(tx *storage.WriteTx) error {
		err := tx.Exec("INSERT INTO activity (id, name, frequency, starts_on, since, created_at, updated_at) VALUES ('a1', 'Look', 'daily', '2026-03-01', '2026-03-01', ?1, ?1)", tx.Stamp())
		for _, d := range []string{"2026-03-01", "2026-03-02", "2026-03-03"} {
			if err == nil {
				err = tx.Exec("INSERT INTO occurrence (id, activity, period_start, period_end, due_on, created_at) VALUES (?1, 'a1', ?1, ?1, ?1, ?2)", d, tx.Stamp())
			}
		}
		return err
	})
	f.write(controls, exec("INSERT INTO policy (id, number, ref, title, review_months, created_at, updated_at) VALUES ('p', 1, 'POL-1', 'Doors', 6, '', '')"))
	f.write(controls, exec("INSERT INTO policy_version (id, policy, major, minor, state, published_at, published_on, created_at, updated_at) VALUES ('v', 'p', 1, 0, 'published', 'then', '2026-02-28', '', '')"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := storage.Redate(t.Context(), f.dir, f.keys, 1); err != nil {
		t.Fatal(err)
	}
	f.Store = nil
	f.reopen()
	if rep, err := f.tenant().Verify(t.Context()); err != nil || !rep.OK() || rep.Checkpoints == 0 {
		t.Errorf("verify: %v %+v", err, rep)
	}
	if n := f.count("SELECT count(*) FROM readiness_day WHERE day IN ('2026-03-02', '2026-03-03', '2026-03-04')"); n != 3 {
		t.Errorf("%d of 3 days", n)
	}
	// Also rows that a unique index tells apart by their day.
	if n := f.count("SELECT count(*) FROM occurrence WHERE period_start IN ('2026-03-02', '2026-03-03', '2026-03-04')"); n != 3 {
		t.Errorf("%d of 3 occurrences", n)
	}
	if n := f.count("SELECT count(*) FROM policy_state WHERE published_on = '2026-03-01' AND next_on = '2026-09-01'"); n != 1 {
		t.Error("a review does not come six months after the day to which a policy was moved")
	}
	if n := f.count("SELECT count(*) FROM person WHERE created_at = '2026-03-02T09:00:00.000Z' AND name = 'Ada on 2026-03-01' AND version = 1"); n != 1 {
		t.Error("the person was not moved as it should be")
	}
	f.tenant().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		h, err := tx.History("person", "p1", 1)
		if err != nil || len(h) != 1 || h[0].At != "2026-03-02T09:00:00.000Z" || h[0].Changes[0].Set["created_at"][1] != "2026-03-02T09:00:00.000Z" {
			t.Errorf("history: %v %+v", err, h)
		}
		return nil
	})
	f.write(people, exec("UPDATE person SET title = 'x' WHERE id = 'p1'")) // the version trigger is back
	if f.count("SELECT version FROM person WHERE id = 'p1'") != 2 {
		t.Error("versions are not counted any more")
	}
}
