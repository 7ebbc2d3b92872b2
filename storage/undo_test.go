package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"assay/storage"
)

// The walk writes at random into tables that refer to each other, and undoes records at random, by turns whole and
// in part. Beside it stands a model: the whole of every table before each record. What the engine says it put back
// must be what the model has, everything else must be as it was, and every refusal must have a reason that the
// model sees as well.

const undoTables = "control control_status mapping requirement framework comment record_tag tag"

// rowsOf is everything in the walk's tables: each row as text, without what moves with every change.
func rowsOf(f *fixture) map[string]string { return rowsIn(f.t, f.tenant()) }

func rowsIn(t testing.TB, db *storage.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, q := range map[string]string{
		"control":        "SELECT id, ref || '|' || title || '|' || source_key FROM control",
		"control_status": "SELECT control || '/' || scope, status || '|' || justification FROM control_status",
		"mapping":        "SELECT id, requirement || '|' || control || '|' || note FROM mapping",
		"requirement":    "SELECT id, framework || '|' || ref FROM requirement",
		"framework":      "SELECT id, key || '|' || name FROM framework",
		"comment":        "SELECT id, record || '|' || body FROM comment",
		"record_tag":     "SELECT tag || '/' || kind || '/' || record, '' FROM record_tag",
		"tag":            "SELECT id, name FROM tag",
	} {
		err := db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			rows, err := tx.Query(q)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var k, v string
				if err := rows.Scan(&k, &v); err != nil {
					return err
				}
				out[name+" "+k] = v
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// step is one random statement of a write.
func step(r *rand.Rand, n int) (string, []any) {
	pick := func(of string) string { return fmt.Sprint(of, r.IntN(6)) }
	switch r.IntN(14) {
	case 0, 1:
		return "INSERT OR IGNORE INTO control (id, ref, title, source_key, created_at, updated_at) VALUES (?, ?, 't', ?, '', '')", []any{pick("c"), pick("R"), []string{"", "", pick("k")}[r.IntN(3)]}
	case 2:
		return "UPDATE OR IGNORE control SET ref = ?, updated_at = 'x' WHERE id = ?", []any{pick("R"), pick("c")}
	case 3:
		return "UPDATE control SET title = ? WHERE id = ?", []any{fmt.Sprint("title ", r.IntN(4)), pick("c")}
	case 4:
		return "INSERT OR IGNORE INTO control_status (control, scope, status, changed_at) SELECT id, 'organisation', ?, '' FROM control WHERE id = ?", []any{pick("s"), pick("c")}
	case 5:
		return "UPDATE control_status SET status = ? WHERE control < ?", []any{pick("s"), pick("c")} // many at once
	case 6:
		return "INSERT OR IGNORE INTO framework (id, key, name, short, source, created_at, updated_at) VALUES (?, ?, 'n', 's', 'own', '', '')", []any{pick("f"), pick("K")}
	case 7:
		return "INSERT OR IGNORE INTO requirement (id, framework, ref, position, updated_at) SELECT ?, id, 'r', 1, '' FROM framework WHERE id = ?", []any{pick("r"), pick("f")}
	case 8:
		return "INSERT OR IGNORE INTO mapping (id, requirement, control, note, created_at) SELECT ?, r.id, c.id, ?, '' FROM requirement r, control c WHERE r.id = ? AND c.id = ?", []any{pick("m"), fmt.Sprint(n), pick("r"), pick("c")}
	case 9:
		return "DELETE FROM framework WHERE id = ?", []any{pick("f")}
	case 10:
		return "DELETE FROM control WHERE id = ?", []any{pick("c")}
	case 11:
		return "INSERT OR IGNORE INTO comment (id, kind, record, body, author, created_at) SELECT ?, 'control', id, 'b', 'p', '' FROM control WHERE id = ?", []any{pick("w"), pick("c")}
	case 12:
		return "INSERT OR IGNORE INTO tag (id, name, created_at) VALUES (?, ?, '')", []any{pick("t"), []string{"A", "a", "B", "b", "C"}[r.IntN(5)]}
	}
	return "INSERT OR IGNORE INTO record_tag (tag, kind, record) SELECT t.id, 'control', c.id FROM tag t, control c WHERE t.id = ? AND c.id = ?", []any{pick("t"), pick("c")}
}

// walks is how many walks there are; a longer run sets ASSAY_UNDO_WALKS.
func walks() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("ASSAY_UNDO_WALKS"), 10, 64); err == nil {
		return n
	}
	return 4
}

func TestUndoAtRandom(t *testing.T) {
	for seed := range walks() {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			f := open(t)
			r := rand.New(rand.NewPCG(seed, 7))
			before := map[int64]map[string]string{} // a record to how it was before
			var seqs []int64
			done, refused, part := 0, map[storage.Reason]int{}, 0
			for n := range 220 {
				was := rowsOf(f)
				if n < 12 || r.IntN(5) > 1 {
					rec := f.write(controls, func(tx *storage.WriteTx) error {
						for range 1 + r.IntN(4) {
							q, args := step(r, n)
							if err := tx.Exec(q, args...); err != nil {
								return fmt.Errorf("%s: %w", q, err)
							}
						}
						return nil
					})
					if rec.Seq >= 0 {
						seqs, before[rec.Seq] = append(seqs, rec.Seq), was
					}
					continue
				}
				seq, leave := seqs[max(0, len(seqs)-1-r.IntN(12))], r.IntN(2) == 0
				var look, u *storage.Undoing
				if err := f.tenant().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) (err error) {
					look, err = tx.Undoable(seq, nil)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				rec, err := f.tenant().Write(t.Context(), call("audit.undo"), func(tx *storage.WriteTx) (err error) {
					u, err = tx.PutBack(seq, storage.Manner{Leave: leave})
					return err
				})
				is := rowsOf(f)
				var b *storage.Blocked
				switch {
				case errors.As(err, &b):
					if !reflect.DeepEqual(b.InTheWay, look.InTheWay) || len(b.InTheWay) == 0 {
						t.Fatalf("the look said %+v, the deed %+v", look.InTheWay, b.InTheWay)
					}
					if !reflect.DeepEqual(was, is) {
						t.Fatalf("record %d was refused, and yet half undone", seq)
					}
					if leave && b.Rows > 0 {
						t.Fatalf("record %d: %d rows could have been put back", seq, b.Rows)
					}
				case err != nil:
					t.Fatalf("undo of record %d: %v\n%+v", seq, err, look.Record.Changes)
				case len(look.InTheWay) > 0 && !leave:
					t.Fatalf("undone, although %+v is in the way", look.InTheWay)
				default:
					done++
					if u.Left > 0 {
						part++
					}
					if rec.Seq >= 0 { // else it was so already
						seqs, before[rec.Seq] = append(seqs, rec.Seq), was
					}
					same(t, u, before[seq], was, is)
				}
				for _, o := range look.InTheWay {
					refused[o.Why]++
					seen(t, f, look.Record, o, was)
				}
			}
			t.Logf("undone %d, in part %d, refused %v", done, part, refused)
			if done < 5 || len(refused) < 3 {
				t.Errorf("the walk shows too little: undone %d, refused %v", done, refused)
			}
		})
	}
}

// same wants the rows that were put back as they were before the record, and all others as they were before the undoing.
func same(t *testing.T, u *storage.Undoing, before, was, is map[string]string) {
	t.Helper()
	want := map[string]string{}
	for k, v := range was {
		want[k] = v
	}
	for i, ch := range u.Record.Changes {
		k := ch.Table + " " + ch.PK
		if u.Stays(i) || !strings.Contains(" "+undoTables+" ", " "+ch.Table+" ") {
			continue
		}
		if v, ok := before[k]; !ok {
			delete(want, k)
		} else if ch.Op == "delete" {
			want[k] = v
		} else {
			want[k] = merge(ch, was[k], v)
		}
	}
	if !reflect.DeepEqual(want, is) {
		for k := range want {
			if want[k] != is[k] {
				t.Errorf("%s is %q, want %q", k, is[k], want[k])
			}
		}
		for k, v := range is {
			if _, ok := want[k]; !ok {
				t.Errorf("%s is there: %q", k, v)
			}
		}
		t.Fatalf("record %d: %+v", u.Record.Seq, u.Record.Changes)
	}
}

// merge is a row with the columns that a record changed as they were, and the others as they are.
func merge(ch storage.Change, now, then string) string {
	columns := map[string][]string{"control": {"ref", "title", "source_key"}, "control_status": {"status", "justification"},
		"mapping": {"requirement", "control", "note"}, "requirement": {"framework", "ref"}, "framework": {"key", "name"}, "tag": {"name"}}[ch.Table]
	a, b := strings.Split(now, "|"), strings.Split(then, "|")
	for i, col := range columns {
		if _, ok := ch.Set[col]; ok {
			a[i] = b[i]
		}
	}
	return strings.Join(a, "|")
}

// seen wants the model to see the same obstacle.
func seen(t *testing.T, f *fixture, r storage.Record, o storage.Obstacle, was map[string]string) {
	t.Helper()
	_, there := was[o.Row.Table+" "+o.Row.PK]
	_, other := was[o.Other.Table+" "+o.Other.PK]
	ok := map[storage.Reason]bool{storage.ChangedSince: there, storage.DeletedSince: !there, storage.ThereAgain: there,
		storage.AddedSince: there && other, storage.TakenSince: other, storage.OwnerGone: !other}[o.Why]
	// Whoever is taken along by another's going is named in that one's stead.
	if i := slices.IndexFunc(r.Changes, func(c storage.Change) bool { return c.Table == o.Other.Table && c.PK == o.Other.PK }); i >= 0 && o.Why != storage.ChangedSince {
		ok = true
	}
	if !ok {
		t.Errorf("record %d: the model does not see %+v", r.Seq, o)
	}
}

// Ten thousand rows are put back whole in seconds, and but for some as well.
func TestUndoOfManyRows(t *testing.T) {
	f := open(t)
	f.write(controls, exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
		INSERT INTO control (id, ref, title, created_at, updated_at) SELECT 'c' || i, 'R' || i, 't', '', '' FROM n`))
	f.write(controls, exec("INSERT INTO control_status (control, scope, changed_at) SELECT id, 'organisation', '' FROM control"))
	many := f.write(controls, exec("UPDATE control_status SET status = 'done'"))
	began := time.Now()
	undo(t, f, many.Seq)
	t.Logf("10,000 rows in %v", time.Since(began))
	if f.count("SELECT count(*) FROM control_status WHERE status = 'not_started'") != 10000 {
		t.Error("not all rows are back")
	}
	many = f.write(controls, exec("UPDATE control SET title = 'u', ref = 'S' || id"))
	f.write(controls, exec("UPDATE control SET title = 'mine' WHERE id IN ('c7', 'c8')"))
	began = time.Now()
	r := f.write(call("audit.undo"), func(tx *storage.WriteTx) error {
		u, err := tx.PutBack(many.Seq, storage.Manner{Leave: true})
		if err == nil && (u.Left != 2 || u.Rows != 9998) {
			t.Errorf("left %d of %d", u.Left, u.Rows)
		}
		return err
	})
	t.Logf("9,998 of 10,000 rows in %v", time.Since(began))
	if len(r.Changes) != 9998 || f.count("SELECT count(*) FROM control WHERE title = 't'") != 9998 {
		t.Error("not all others are back")
	}
}
