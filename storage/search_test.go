package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"

	"assay/storage"
)

func TestRefKey(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "AC-2(9)": "ac.2.9", "ac-02 (09)": "ac.2.9", "AC2.9": "ac.2.9", "A.5.15": "a.5.15", "a5.15": "a.5.15", "3.10": "3.10", "3.1": "3.1", "CC6.1": "cc.6.1",
		"§164.308(a)(1)(ii)": "164.308.a.1.ii", "000": "0", "PR.AA-05": "pr.aa.5", "Ünï-1": "uni.1", "--": "", strings.Repeat("a1", 100): strings.TrimSuffix(strings.Repeat("a.1.", 17), ".1."),
	} {
		if got := storage.RefKey(in); got != want && len(in) < 100 || len(got) > 70 {
			t.Errorf("RefKey(%.20q) = %q, want %q", in, got, want)
		}
	}
}

var named = storage.Call{Actor: people.Actor, Action: "person.test", Owns: []string{"person", "control", "control_status", "control_effective"}}

// hits is how many documents have a word.
func (f *fixture) hits(word string) (n int) {
	f.t.Helper()
	if err := f.tenant().Index(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	if err := f.tenant().Read(f.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT count(*) FROM search_text WHERE search_text MATCH ?", `"`+word+`"`).Scan(&n)
	}); err != nil {
		f.t.Fatal(err)
	}
	return n
}

// TestIndexFollowsRows: the index is what the rows are, after writes, refused writes, undone writes.
func TestIndexFollowsRows(t *testing.T) {
	f := open(t)
	db := f.tenant()
	r, err := db.Write(t.Context(), named, func(tx *storage.WriteTx) error { return tx.Exec(newPerson, "P1", "Grace Hopper") })
	if err != nil {
		t.Fatal(err)
	}
	if f.hits("hopper") != 1 {
		t.Error("a new row is not found")
	}
	if _, err := db.Write(t.Context(), named, func(tx *storage.WriteTx) error {
		if err := tx.Exec("UPDATE person SET name = 'Grace Murray' WHERE id = 'P1'"); err != nil {
			return err
		}
		return fmt.Errorf("no")
	}); err == nil || f.hits("hopper") != 1 || f.hits("murray") != 0 {
		t.Error("a write that did not happen changed the index")
	}
	if _, err := db.Write(t.Context(), named, func(tx *storage.WriteTx) error { return tx.Undo(r.Seq) }); err != nil {
		t.Fatal(err)
	}
	if f.hits("hopper") != 0 {
		t.Error("an undone row is found")
	}
	if rep, err := db.Verify(t.Context()); err != nil || !rep.OK() {
		t.Error(rep, err)
	}
}

// TestIndexWaits: single rows wait to be indexed together, few at most, and only when what is searched of them
// changed; whoever opens the file next, also after a crash, indexes them.
func TestIndexWaits(t *testing.T) {
	f := open(t)
	upTo := func() int { return f.count("SELECT value FROM meta WHERE key = 'indexed'") }
	docs := func() int { return f.count("SELECT count(*) FROM search_doc") }
	f.write(named, exec(newPerson, "P1", "Grace Hopper"))
	if docs() != 0 || f.hits("hopper") != 1 || docs() != 1 {
		t.Error("one row does not wait for a search")
	}
	was := upTo()
	f.write(named, exec("UPDATE person SET phone = '1' WHERE id = 'P1'"))
	f.write(named, exec("UPDATE person SET active = 0 WHERE id = 'P1'"))
	if f.hits("hopper") != 1 || upTo() != was {
		t.Error("a row waits although nothing that is searched changed")
	}
	f.write(named, exec("UPDATE person SET department = 'Navy' WHERE id = 'P1'"))
	if f.hits("navy") != 1 || upTo() != was+3 {
		t.Errorf("indexed up to %d after %d", upTo(), was)
	}
	for i := range 200 {
		f.write(named, exec(newPerson, fmt.Sprint("Q", i), "Somebody"))
	}
	if n := docs(); n < 201-64 || n == 201 {
		t.Errorf("%d documents of 201 before anybody searched", n)
	}
	f.write(named, func(tx *storage.WriteTx) error {
		for i := range 100 {
			if err := tx.Exec(newPerson, fmt.Sprint("R", i), "Many"); err != nil {
				return err
			}
		}
		return nil
	})
	if docs() != 301 {
		t.Errorf("%d documents of 301: a write of many rows does not wait", docs())
	}

	// What lies on the disk while the file is open is what a crash leaves.
	f.write(named, exec("UPDATE person SET name = 'Grace Murray' WHERE id = 'P1'"))
	f.write(named, exec("DELETE FROM person WHERE id = 'Q7'"))
	if f.count("SELECT count(*) FROM search_text WHERE search_text MATCH 'murray'") != 0 {
		t.Fatal("nothing waits")
	}
	left := filepath.Join(t.TempDir(), "left")
	if out, err := osexec.Command("cp", "-r", f.dir, left).CombinedOutput(); err != nil { // in this process it would cost the file its locks
		t.Fatal(err, string(out))
	}
	again := &fixture{t: t, dir: left, keys: f.keys, id: f.id, now: f.clock()}
	again.reopen()
	if again.hits("murray") != 1 || again.hits("hopper") != 0 || again.hits("somebody") != 199 {
		t.Error("what waited when the process died is not found")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.Store = nil
	f.reopen()
	if upTo() != f.count("SELECT max(seq) + 1 FROM audit") {
		t.Error("a file that was closed is behind")
	}
}

// TestIndexIsTheEngines: no operation writes to the index or to the texts of files, whatever it says it owns.
func TestIndexIsTheEngines(t *testing.T) {
	f := open(t)
	c := named
	c.Owns = append([]string{"search_doc", "search_text", "search_text_data", "search_kind", "object_text"}, c.Owns...)
	for _, q := range []string{
		"DELETE FROM search_doc", "INSERT INTO search_text (rowid, ref, title, body) VALUES (1, 'x', 'x', 'x')", "INSERT INTO search_text (search_text) VALUES ('delete-all')",
		"DELETE FROM search_text_data", "UPDATE search_kind SET number = 9", "INSERT INTO object_text (object, state, at) VALUES ('x', 'ok', '')", "PRAGMA data_version = 3", "PRAGMA cache_size",
	} {
		if _, err := f.tenant().Write(t.Context(), c, func(tx *storage.WriteTx) error { return tx.Exec(q) }); err == nil {
			t.Errorf("a module may %s", q)
		}
	}
}

// TestIndexIsRebuilt: a file whose index is from another version gets a new one, at once when it is small, by a
// job when it is not.
func TestIndexIsRebuilt(t *testing.T) {
	for _, rows := range []int{5, 500} {
		f := open(t)
		f.write(named, func(tx *storage.WriteTx) error {
			for i := range rows {
				if err := tx.Exec(newPerson, fmt.Sprintf("P%d", i), fmt.Sprint("Everybody ", i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := sql.Open("sqlite", "file:"+filepath.Join(f.dir, "tenants", f.id+".db"))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"UPDATE meta SET value = 'old' WHERE key = 'search'", "INSERT INTO search_text (search_text) VALUES ('delete-all')", "DELETE FROM search_doc"} {
			if _, err := raw.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
		f.Store = nil
		f.reopen()
		if large := rows > 300; (f.hits("everybody") == 0) != large {
			t.Errorf("%d rows: %d found after opening", rows, f.hits("everybody"))
		} else if large {
			var waits int
			if err := f.tenant().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
				return tx.QueryRow("SELECT count(*) FROM job WHERE name = ? AND state = 'ready'", storage.JobReindex).Scan(&waits)
			}); err != nil || waits != 1 {
				t.Error("no job builds the index again", waits, err)
			}
			if r, err := f.tenant().CheckSearch(t.Context()); err != nil || !r.Stale {
				t.Errorf("%+v %v", r, err)
			}
			if err := f.tenant().Reindex(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := f.tenant().CheckSearch(t.Context()); err != nil || r.Stale || r.Docs != r.Rows || f.hits("everybody") != rows {
			t.Errorf("%d rows: %+v, %d found, %v", rows, r, f.hits("everybody"), err)
		}
	}
}
