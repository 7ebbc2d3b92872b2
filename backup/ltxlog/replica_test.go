package ltxlog_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
)

// follower is a replica with the connections that read it.
type follower struct {
	*ltxlog.Replica
	hold sync.RWMutex
	path string
	db   *sql.DB
}

func follow(t *testing.T, l ltxlog.Log, now func() time.Time) *follower {
	t.Helper()
	f := &follower{path: filepath.Join(t.TempDir(), "replica.db")}
	var err error
	f.Replica, err = ltxlog.NewReplica(t.Context(), l, tenant, f.path, &f.hold, now)
	ok(t, err)
	f.db, err = sql.Open("sqlite", "file:"+f.path+"?mode=ro&_pragma=query_only(1)")
	ok(t, err)
	t.Cleanup(func() { f.db.Close(); f.Close() })
	return f
}

func (f *follower) advance(t *testing.T) {
	t.Helper()
	_, err := f.Advance(t.Context())
	ok(t, err)
}

// A replica shows every state of its owner, through pages that come and go, to readers that never close their
// connections.
func TestReplicaFollows(t *testing.T) {
	l := &ltxlogtest.Memory{}
	o := start(t, l, filepath.Join(t.TempDir(), "owner.db"), ltxlog.Config{})
	r := rand.New(rand.NewPCG(1, 2))
	f := follow(t, l, time.Now)
	for i := range 60 {
		for j := range r.IntN(4) {
			if err := o.write(t.Context(), change(r, fmt.Sprintf("%d-%d", i, j))); err != nil && !errors.Is(err, errRollback) {
				ok(t, err)
			}
		}
		if i%20 == 19 { // pages go, the file gets shorter
			ok(t, o.write(t.Context(), exec("DELETE FROM churn")))
		}
		f.advance(t)
		if dump(t, f.db) != dump(t, o.r) {
			t.Fatalf("round %d: the replica shows something else than its owner", i)
		}
	}
	var verdict string
	ok(t, f.db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	if verdict != "ok" {
		t.Fatal(verdict)
	}
}

// While somebody reads, every transaction sees one state: both rows of a write, or none.
func TestReplicaIsReadWhileItFollows(t *testing.T) {
	l := &ltxlogtest.Memory{}
	o := start(t, l, filepath.Join(t.TempDir(), "owner.db"), ltxlog.Config{})
	f := follow(t, l, time.Now)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				f.hold.RLock()
				var halves, rows int
				err := f.db.QueryRow("SELECT (SELECT count(*) FROM ev WHERE id NOT IN (SELECT id FROM twin)), (SELECT count(*) FROM ev)").Scan(&halves, &rows)
				f.hold.RUnlock()
				if err != nil || halves != 0 {
					t.Errorf("%d half-made writes of %d: %v", halves, rows, err)
					return
				}
			}
		})
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 150 {
		if err := o.write(t.Context(), change(r, fmt.Sprint(i))); err != nil && !errors.Is(err, errRollback) {
			t.Fatal(err)
		}
		f.advance(t)
	}
	stop()
	wg.Wait()
}

// What makes a step impossible makes the copy anew: a page that somebody changed is not taken for a state, and
// records that were trimmed while nothing was heard are not the end of history.
func TestReplicaIsMadeAnew(t *testing.T) {
	c := newClock()
	l := &ltxlogtest.Memory{Now: c.Now}
	o := start(t, l, filepath.Join(t.TempDir(), "owner.db"), ltxlog.Config{Now: c.Now, SnapshotEvery: 4})
	f := follow(t, l, c.Now)
	write := func(id string) {
		t.Helper()
		ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, '')", id)))
	}
	for i := range 12 {
		write(fmt.Sprint(i))
	}
	_, err := o.ship.Snapshot(t.Context())
	ok(t, err)
	c.add(30 * 24 * time.Hour)
	write("after")
	_, err = ltxlog.Trim(t.Context(), l, tenant, ltxlog.Retention{Every: 24 * time.Hour}, c.Now())
	ok(t, err)
	f.advance(t)
	if dump(t, f.db) != dump(t, o.r) {
		t.Fatal("a replica that slept through the trimming shows an old state")
	}
	if st, err := os.Stat(f.path); err != nil || st.Size() == 0 {
		t.Fatal(err)
	}

	// Another owner takes over, and its history is followed.
	second := start(t, l, filepath.Join(t.TempDir(), "second.db"), ltxlog.Config{Node: 2, Now: c.Now})
	ok(t, second.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('second', '')")))
	f.advance(t)
	if dump(t, f.db) != dump(t, second.r) {
		t.Fatal("the replica does not show what the new owner wrote")
	}
	if f.Position().Node != 2 {
		t.Fatalf("%+v", f.Position())
	}
}
