package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/storage"
)

var rewinds = storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "ada"}, Action: "backup.restore", Note: "a mistake"}

// copied is a settled copy of the tenant's file as it is now.
func (f *fixture) copied() string {
	f.t.Helper()
	path := filepath.Join(f.t.TempDir(), "then.db")
	if err := f.tenant().CopyTo(f.t.Context(), path); err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.Settle(f.t.Context(), f.id, path); err != nil {
		f.t.Fatal(err)
	}
	return path
}

func (f *fixture) rewind(copied string) (storage.Receipt, error) {
	return f.tenant().Rewind(context.Background(), rewinds, copied, func(tx *storage.WriteTx) error {
		tx.Event(storage.Event{Subject: "tenant", Detail: map[string]any{"to": "then"}})
		return nil
	})
}

// state is every row of a file that can go back, and those that are derived from them, without what every change moves.
func state(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string][]string{}
	for _, table := range append(moduleTables(), "evidence_clock", "control_proof", "policy_state") {
		if slices.Contains([]string{"person", "organisation", "notification", "evidence_reminder"}, table) {
			continue
		}
		rows, err := db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			values, to := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				to[i] = &values[i]
			}
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for i, n := range names {
				if n != "version" && n != "updated_at" && n != "last_number" {
					fmt.Fprintf(&b, "%s=%v ", n, values[i])
				}
			}
			out[table] = append(out[table], b.String())
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(out[table])
	}
	return out
}

// A file goes back to any of many states, forwards again too, and is what it was, row by row, while its audit
// log goes on. Whatever happened in between: deletions that take others along, references that are exchanged,
// long texts, links, proof.
func TestRewind(t *testing.T) {
	f := open(t)
	f.write(people, exec("INSERT OR IGNORE INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', '')"))
	f.write(controls, exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'k', 'n', 's', 'own', '', '')"))
	f.write(people, exec(newPerson, "p11", "Ada"))
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(n int) string { return fmt.Sprint(rnd.IntN(n)) }
	step := func(i int) {
		long := strings.Repeat(pick(10), 1+rnd.IntN(6000))
		f.write(controls, func(tx *storage.WriteTx) error {
			id := fmt.Sprint("n", i)
			switch rnd.IntN(12) {
			case 0, 1:
				return errors.Join(tx.Exec("INSERT INTO control (id, ref, title, description, created_at, updated_at) VALUES (?1, ?1, ?2, ?2, '', '')", id, long),
					tx.Exec("INSERT INTO control_status (control, scope, status, changed_at, changed_by) VALUES (?, 'organisation', 'done', '', '')", id))
			case 2:
				return tx.Exec("INSERT INTO requirement (id, framework, ref, body, position, updated_at) VALUES (?1, 'f', ?1, ?2, ?3, '')", id, long, i)
			case 3:
				return tx.Exec("INSERT INTO mapping (id, control, requirement, created_at) SELECT ?1, c.id, r.id, '' FROM control c, requirement r WHERE NOT EXISTS (SELECT 1 FROM mapping m WHERE m.control = c.id AND m.requirement = r.id) LIMIT 1 OFFSET ?2", id, rnd.IntN(4))
			case 4:
				return tx.Exec("DELETE FROM control WHERE id IN (SELECT id FROM control ORDER BY id LIMIT 1 OFFSET ?)", rnd.IntN(10))
			case 5: // two exchange their references, by way of a third
				var a, b, of, to string
				err := tx.QueryRow("SELECT a.id, a.ref, b.id, b.ref FROM control a, control b WHERE a.id = (SELECT min(id) FROM control) AND b.id = (SELECT max(id) FROM control)").Scan(&a, &of, &b, &to)
				if err != nil || a == b {
					return nil
				}
				return errors.Join(tx.Exec("UPDATE control SET ref = 'x' WHERE id = ?", a), tx.Exec("UPDATE control SET ref = ? WHERE id = ?", of, b), tx.Exec("UPDATE control SET ref = ? WHERE id = ?", to, a))
			case 6:
				return errors.Join(tx.Exec("INSERT INTO evidence (id, name, validity_days, created_at, updated_at) VALUES (?1, ?1, 30, '', '')", id),
					tx.Exec("INSERT INTO evidence_control (evidence, control) SELECT ?, id FROM control ORDER BY id LIMIT 2", id))
			case 7:
				return tx.Exec(`INSERT INTO file (id, evidence, number, name, type, object, size, sha256, collected_on, uploaded_at, review)
					SELECT ?1, id, (SELECT coalesce(max(number), 0) + 1 FROM file WHERE evidence = e.id), 'a', 't', 'o', 1, 's', '2026-02-0' || (1 + ?2 % 9), '', 'accepted' FROM evidence e LIMIT 1 OFFSET ?2`, id, rnd.IntN(3))
			case 8:
				return errors.Join(tx.Exec("INSERT INTO policy (id, number, ref, title, created_at, updated_at) VALUES (?1, ?2, ?1, ?1, '', '')", id, i),
					tx.Exec("INSERT INTO policy_version (id, policy, major, minor, created_at, updated_at) VALUES (?1, ?1, 1, 0, '', '')", id))
			case 9:
				return tx.Exec("UPDATE policy_version SET state = 'published', published_at = 'then', published_on = '2026-02-0' || (1 + ?1 % 9) WHERE id = (SELECT id FROM policy_version WHERE published_at = '' ORDER BY id LIMIT 1)", i)
			case 10:
				return errors.Join(tx.Exec("UPDATE policy SET outdated = iif(outdated = '', 'a law', ''), review_months = ?1 WHERE id = (SELECT min(id) FROM policy)", i%13),
					tx.Exec("DELETE FROM policy WHERE id = (SELECT max(id) FROM policy) AND (SELECT count(*) FROM policy) > 5"))
			}
			return errors.Join(tx.Exec("DELETE FROM evidence WHERE id = (SELECT max(id) FROM evidence)"),
				tx.Exec("UPDATE control_status SET status = 'gap' WHERE control = (SELECT min(control) FROM control_status)"))
		})
	}
	type moment struct {
		path  string
		state map[string][]string
		trash int
	}
	var moments []moment
	for i := range 240 {
		step(i)
		if i%30 == 29 {
			path := f.copied()
			moments = append(moments, moment{path, state(t, path), f.count("SELECT count(*) FROM trash")})
		}
	}
	f.write(people, exec(newPerson, "p12", "Grace")) // does not go away again
	live := filepath.Join(f.dir, "tenants", f.id+".db")
	before := state(t, live)
	size := f.count("SELECT count(*) FROM audit")
	for round, i := range []int{3, 7, 0, 5} {
		want := moments[i]
		diff, err := f.tenant().Compare(t.Context(), want.path, 5)
		if err != nil || len(diff) == 0 {
			t.Fatalf("compare: %v %v", diff, err)
		}
		wanted := 0
		for _, d := range diff {
			wanted += d.Gone + d.Back + d.Other
			if len(d.Some) == 0 || len(d.Some) > 5 {
				t.Errorf("%+v", d)
			}
		}
		var highest int
		if highest = f.count("SELECT max(version) FROM control"); round == 0 && highest < 2 {
			t.Fatal("nothing was changed twice")
		}
		r, err := f.rewind(want.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := state(t, live); fmt.Sprint(got) != fmt.Sprint(want.state) {
			for table, rows := range want.state {
				if fmt.Sprint(rows) != fmt.Sprint(got[table]) {
					t.Errorf("to moment %d: %s is\n%.600s\nand was\n%.600s", i, table, got[table], rows)
				}
			}
		}
		if len(r.Changes) != wanted {
			t.Errorf("%d rows were to change, the record says %d", wanted, len(r.Changes))
		}
		for _, ch := range r.Changes {
			if v, ok := ch.Set["version"]; ch.Table == "control" && ch.Op == "update" && (!ok || v[1].(int64) <= v[0].(int64)) {
				t.Errorf("version of %s: %v", ch.PK, v)
			}
		}
		if diff, err := f.tenant().Compare(t.Context(), want.path, 5); err != nil || len(diff) != 0 {
			t.Errorf("afterwards something is still different: %+v %v", diff, err)
		}
		if n := f.count("SELECT count(*) FROM audit"); n != size+round+1 {
			t.Errorf("%d records, %d before", n, size)
		}
		if rep, err := f.tenant().Verify(t.Context()); err != nil || !rep.OK() {
			t.Fatalf("%v %+v", err, rep)
		}
		if rep, err := f.tenant().CheckSearch(t.Context()); err != nil || rep.Rows != rep.Docs {
			t.Errorf("index: %+v %v", rep, err)
		}
		f.reopen()
	}
	if f.count("SELECT count(*) FROM person") != 2 {
		t.Error("a person went away")
	}
	if fmt.Sprint(before) == fmt.Sprint(state(t, live)) {
		t.Error("nothing happened")
	}
	if _, err := f.tenant().Write(t.Context(), controls, exec("INSERT INTO mapping (id, control, requirement, created_at) VALUES ('z', 'nobody', 'nothing', '')")); err == nil {
		t.Error("a reference to nothing was let in after it")
	}
}

// Going back is one write like any other: it can be undone.
func TestRewindIsUndone(t *testing.T) {
	f := open(t)
	f.write(controls, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('a', 'A', 'then', '', '')"))
	path := f.copied()
	f.write(controls, exec("UPDATE control SET title = 'now' WHERE id = 'a'"))
	f.write(controls, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('b', 'B', 'new', '', '')"))
	f.write(controls, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('c', 'C', 'gone', '', '')"))
	r, err := f.rewind(path)
	if err != nil || f.count("SELECT count(*) FROM control WHERE title = 'then'") != 1 || f.count("SELECT count(*) FROM control") != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	if n := f.count("SELECT count(*) FROM trash WHERE seq = ?", r.Seq); n != 1 {
		t.Error("what was added since does not lie in the trash")
	}
	if _, err := f.tenant().Write(t.Context(), people, func(tx *storage.WriteTx) error { return tx.Undo(r.Seq) }); err != nil {
		t.Fatal(err)
	}
	if f.count("SELECT count(*) FROM control WHERE title IN ('now', 'new', 'gone')") != 3 {
		t.Error("it was not undone")
	}
}

// A copy of another file, one that is damaged, or one whose past is not this file's past changes nothing.
func TestRewindRefuses(t *testing.T) {
	f := open(t)
	f.write(controls, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('a', 'A', 'one', '', '')"))
	path := f.copied()
	size := f.count("SELECT count(*) FROM audit")
	if _, err := f.Settle(t.Context(), f.NewID(), path); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("another tenant's copy: %v", err)
	}
	forge(t, path, "UPDATE audit SET record = replace(record, 'one', 'two')")
	if _, err := f.Settle(t.Context(), f.id, path); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("a copy whose log was changed: %v", err)
	}
	// A file that went another way: its first records are others.
	branch := f.copied()
	forge(t, branch, "UPDATE audit SET hashes = zeroblob(length(hashes)) WHERE seq = 0")
	if _, err := f.rewind(branch); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("another past: %v", err)
	}
	if _, err := f.rewind(filepath.Join(t.TempDir(), "none.db")); err == nil {
		t.Error("there is no such copy")
	}
	if n := f.count("SELECT count(*) FROM audit"); n != size {
		t.Errorf("%d records", n)
	}
	f.write(controls, exec("UPDATE control SET title = 'three'")) // and it goes on
}

func forge(t *testing.T, path, q string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(q); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// Others write while a file goes back, several times: each write is either before or after, none is refused, and at
// the end there is what was there then and what was written after the last time.
func TestRewindWhileOthersWrite(t *testing.T) {
	f := open(t)
	f.write(controls, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('then', 'T', 'then', '', '')"))
	path := f.copied()
	db := f.tenant()
	ctx, stop := context.WithCancel(t.Context())
	type wrote struct {
		id  string
		seq int64
	}
	results := make([][]wrote, 4)
	var wg sync.WaitGroup
	for w := range results {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				id := fmt.Sprintf("w%d-%d", w, i)
				r, err := db.Write(context.Background(), controls, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES (?1, ?1, '', '', '')", id))
				if err != nil {
					t.Error(err)
					return
				}
				results[w] = append(results[w], wrote{id, r.Seq})
			}
		})
	}
	var last int64
	for range 6 {
		r, err := f.rewind(path)
		if err != nil {
			t.Error(err)
			break
		}
		last = r.Seq
		for f.count("SELECT count(*) FROM audit") < int(last)+20 && !t.Failed() { // they go on
			runtime.Gosched()
		}
	}
	stop()
	wg.Wait()
	want := []string{"then"}
	before := 0
	for _, all := range results {
		for _, w := range all {
			if w.seq > last {
				want = append(want, w.id)
			} else {
				before++
			}
		}
	}
	slices.Sort(want)
	var got []string
	err := db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id FROM control ORDER BY id")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			got = append(got, id)
		}
		return rows.Err()
	})
	if err != nil || !slices.Equal(got, want) || before == 0 || len(want) == 1 {
		t.Errorf("%d rows, %d were written after it, %d before: %v", len(got), len(want)-1, before, err)
	}
	if rep, err := db.Verify(t.Context()); err != nil || !rep.OK() {
		t.Errorf("%v %+v", err, rep)
	}
}
