package storage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"assay/storage"
)

func restore(f *fixture, seq int64) (left int, err error) {
	_, err = f.tenant().Write(context.Background(), people, func(tx *storage.WriteTx) error {
		_, left, err = tx.Restore(seq)
		return err
	})
	return left, err
}

// A record comes back with what went with it, texts of any length among them; a link whose other end is gone
// stays away; a record whose whole is gone waits for that; and after thirty days nothing comes back.
func TestTrash(t *testing.T) {
	f := open(t)
	long := strings.Repeat("long ", 2000)
	f.write(controls, func(tx *storage.WriteTx) error {
		return errors.Join(
			tx.Exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'k', 'n', 's', 'own', '', '')"),
			tx.Exec("INSERT INTO requirement (id, framework, ref, body, position, updated_at) VALUES ('r', 'f', 'R', ?, 1, '')", long),
			tx.Exec("INSERT INTO requirement (id, framework, ref, position, updated_at) VALUES ('q', 'f', 'Q', 2, '')"),
			tx.Exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('c', 'C-1', 'Control', '', '')"),
			tx.Exec("INSERT INTO mapping (id, control, requirement, created_at) VALUES ('m', 'c', 'r', ''), ('n', 'c', 'q', '')"))
	})
	control := f.write(controls, exec("DELETE FROM control WHERE id = 'c'")).Seq
	if n := f.count("SELECT count(*) FROM trash"); n != 1 {
		t.Fatalf("%d deletions lie in the trash", n)
	}
	row := f.write(controls, exec("DELETE FROM requirement WHERE id = 'q'")).Seq
	if left, err := restore(f, control); err != nil || left != 1 || f.count("SELECT count(*) FROM mapping WHERE control = 'c' AND requirement = 'r'") != 1 {
		t.Errorf("the control came back without %d links: %v", left, err)
	}
	if _, err := restore(f, control); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("restored twice: %v", err)
	}
	whole := f.write(controls, exec("DELETE FROM framework WHERE id = 'f'")).Seq
	if _, err := restore(f, row); !errors.Is(err, storage.ErrConflict) || f.count("SELECT count(*) FROM requirement") != 0 {
		t.Errorf("a row of a framework that is gone: %v", err)
	}
	for _, seq := range []int64{whole, row} {
		if left, err := restore(f, seq); err != nil || left != 0 {
			t.Errorf("%d: %d %v", seq, left, err)
		}
	}
	if f.count("SELECT count(*) FROM requirement r JOIN framework f ON f.id = r.framework WHERE r.body IN (?, '')", long) != 2 || f.count("SELECT count(*) FROM mapping") != 1 {
		t.Error("the framework did not come back whole")
	}
	if n := f.count("SELECT (SELECT count(*) FROM trash) + (SELECT count(*) FROM trash_value)"); n != 0 {
		t.Errorf("%d rows are left in the trash", n)
	}

	again := f.write(controls, exec("DELETE FROM control WHERE id = 'c'")).Seq
	f.write(controls, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('d', 'C-1', 'Another', '', '')"))
	if _, err := restore(f, again); err == nil {
		t.Error("a control came back though its reference was given away")
	}
	f.advance(storage.Rest - time.Second)
	if err := f.tenant().EmptyTrash(t.Context()); err != nil || f.count("SELECT count(*) FROM trash") != 1 {
		t.Errorf("it was emptied early: %v", err)
	}
	f.advance(time.Second)
	if _, err := restore(f, again); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("after thirty days: %v", err)
	}
	if err := f.tenant().EmptyTrash(t.Context()); err != nil || f.count("SELECT count(*) FROM trash") != 0 {
		t.Errorf("it was not emptied: %v", err)
	}
	if rep, err := f.tenant().Verify(t.Context()); err != nil || !rep.OK() {
		t.Errorf("%v %+v", err, rep)
	}
}
