package backup_test

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/keys"
)

// newMachine is an installation whose log has every commit at once.
func newMachine(t *testing.T) *machine {
	return &machine{t: t, log: ltxlog.FileLog{Dir: t.TempDir()}, keys: keys.NewMemory(nil), mode: ltxlog.Sync, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

func (m *machine) tenant(s *storage.Store) string {
	m.t.Helper()
	id := s.NewID()
	if err := s.CreateTenant(m.t.Context(), id); err != nil {
		m.t.Fatal(err)
	}
	return id
}

var organisation = storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "organisation.test", Owns: []string{"organisation", "scope"}}

func (m *machine) write(s *storage.Store, id, q string, args ...any) {
	m.t.Helper()
	db, done, err := s.Tenant(m.t.Context(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	defer done()
	if _, err := db.Write(m.t.Context(), organisation, func(tx *storage.WriteTx) error { return tx.Exec(q, args...) }); err != nil {
		m.t.Fatal(err)
	}
}

// moment is what can be seen of a tenant at an instant.
type moment struct {
	names string // of the scopes that are there
	today string
	found string // which of them a search finds
}

func look(tx *storage.ReadTx) (m moment, err error) {
	rows, err := tx.Query("SELECT name FROM scope ORDER BY rowid")
	if err != nil {
		return m, err
	}
	names, err := scan(rows)
	if err != nil {
		return m, err
	}
	if rows, err = tx.Query("SELECT d.record FROM search_text t JOIN search_doc d ON d.id = t.rowid WHERE search_text MATCH 'scope' AND d.kind = 'scope'"); err != nil {
		return m, err
	}
	found, err := scan(rows)
	slices.Sort(found)
	slices.Sort(names)
	return moment{strings.Join(names, " "), tx.Today(), strings.Join(found, " ")}, err
}

func lookAt(ctx context.Context, s *storage.Store, id string, at time.Time) (m moment, p storage.Point, err error) {
	past, done, err := s.Past(ctx, id, at)
	if err != nil {
		return m, p, err
	}
	defer done()
	err = past.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		if !tx.Now().Equal(at) {
			return fmt.Errorf("now is %v, not %v", tx.Now(), at)
		}
		m, err = look(tx)
		return err
	})
	return m, past.Point(), err
}

// Two organisations are changed in turn; at fifty instants each is what it was then, by rows, search and calendar.
func TestPastInstants(t *testing.T) {
	m := newMachine(t)
	s := m.start(t.TempDir())
	a, b := m.tenant(s), m.tenant(s)
	began := m.now
	type state struct {
		at    time.Time
		names map[string][]string
		zone  *time.Location
	}
	names := map[string][]string{}
	zone := time.UTC
	var history []state
	note := func() {
		copied := map[string][]string{a: slices.Clone(names[a]), b: slices.Clone(names[b])}
		history = append(history, state{m.now, copied, zone})
	}
	rng := mathrand.New(mathrand.NewPCG(7, 7))
	for _, id := range []string{a, b} {
		m.now = m.now.Add(time.Minute)
		m.write(s, id, "INSERT INTO organisation (id, name) VALUES ('organisation', ?)", id)
		note()
	}
	for i := range 40 {
		m.now = m.now.Add(time.Duration(1+rng.IntN(300)) * time.Minute)
		id := []string{a, b}[rng.IntN(2)]
		switch {
		case i%10 == 9:
			name := []string{"Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin"}[rng.IntN(3)]
			zone, _ = time.LoadLocation(name)
			m.write(s, a, "UPDATE organisation SET zone = ?", name)
		case rng.IntN(4) == 0 && len(names[id]) > 0:
			m.write(s, id, "DELETE FROM scope WHERE name = ?", names[id][0])
			names[id] = names[id][1:]
		default:
			name := fmt.Sprintf("scope%02d", i)
			m.write(s, id, "INSERT INTO scope (id, name, kind, created_at, description) VALUES (?1, ?1, 'product', '', 'scope')", name)
			names[id] = append(names[id], name)
		}
		note()
	}
	end := m.now
	m.now = m.now.Add(1000 * time.Hour) // a past that is looked at from far away
	for range 50 {
		at := began.Add(2*time.Minute + time.Duration(rng.Int64N(int64(end.Add(time.Hour).Sub(began))))).Truncate(time.Millisecond)
		var then state
		for _, h := range history {
			if !h.at.After(at) {
				then = h
			}
		}
		for _, id := range []string{a, b} {
			got, point, err := lookAt(t.Context(), s, id, at)
			if err != nil {
				t.Fatalf("at %v: %v", at, err)
			}
			want := moment{names: strings.Join(then.names[id], " "), today: at.Format(storage.Date)}
			want.found = want.names
			if id == a {
				want.today = at.In(then.zone).Format(storage.Date)
			}
			if got != want {
				t.Errorf("at %v: %+v, want %+v", at, got, want)
			}
			if point.At.After(at) || point.Record == 0 {
				t.Errorf("at %v is shown what was kept at %v", at, point.At)
			}
		}
	}
	if _, _, err := lookAt(t.Context(), s, a, began.Add(-time.Second)); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("before anything: %v", err)
	}
	if _, _, err := lookAt(t.Context(), s, s.NewID(), end); !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("of nobody: %v", err)
	}
	reach, err := s.PastReach(t.Context(), a)
	if err != nil || reach.First.After(history[0].at) || reach.Every != reach.First {
		t.Errorf("reach %+v, %v", reach, err)
	}
	// The present is as it was left.
	if got := m.names(s, a); strings.Join(got, " ") != strings.Join(names[a], " ") {
		t.Errorf("today %v, want %v", got, names[a])
	}
}

// counted counts the copies that are made.
type counted struct {
	storage.Copies
	n atomic.Int32
}

func (c *counted) Copy(ctx context.Context, id, path string, record uint64) error {
	c.n.Add(1)
	return c.Copies.Copy(ctx, id, path, record)
}

// Twenty who look at once make one copy; so do instants that the same state shows. Copies that are too many go, and
// so do those of an earlier process. Nobody else may read them.
func TestPastCopies(t *testing.T) {
	m := newMachine(t)
	dir := t.TempDir()
	s, copies := m.past(dir, 0)
	id := m.tenant(s)
	if err := m.add(s, id, "one", "two", "three"); err != nil {
		t.Fatal(err)
	}
	last := m.now
	at := last.Add(-time.Minute)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, _, err := lookAt(t.Context(), s, id, at); err != nil || got.names != "one two" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	wg.Wait()
	if _, _, err := lookAt(t.Context(), s, id, at.Add(30*time.Second)); err != nil {
		t.Error(err)
	}
	if n := copies.n.Load(); n != 1 {
		t.Errorf("%d copies were made of one state", n)
	}
	files, err := filepath.Glob(filepath.Join(dir, "cache", "asof", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if st, err := os.Stat(files[0]); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(files[0]); err == nil {
		t.Error("a copy outlived its store")
	}

	// Room for one only: the other goes, unless somebody looks at it.
	if err := os.MkdirAll(filepath.Dir(files[0]), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], []byte("left behind"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, copies = m.past(dir, 1)
	if _, err := os.Stat(files[0]); err == nil {
		t.Error("what an earlier process left is still there")
	}
	held, done, err := s.Past(t.Context(), id, at)
	if err != nil {
		t.Fatal(err)
	}
	made := func(want int32, instants ...time.Time) {
		t.Helper()
		for _, at := range instants {
			if _, _, err := lookAt(t.Context(), s, id, at); err != nil {
				t.Error(err)
			}
		}
		if n := copies.n.Load(); n != want {
			t.Errorf("%d copies were made, want %d", n, want)
		}
	}
	made(2, last, last)
	if err := held.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error { _, err := look(tx); return err }); err != nil {
		t.Errorf("one that is being looked at went: %v", err)
	}
	done()
	made(3, last.Add(-2*time.Minute))
	made(5, last, at)
}

// held is copies that are made when they may be; roomless is a disk without room for them.
type held struct {
	storage.Copies
	begun, may chan struct{}
}

func (h held) Copy(ctx context.Context, id, path string, record uint64) error {
	err := h.Copies.Copy(ctx, id, path, record)
	close(h.begun)
	<-h.may
	return err
}

type roomless struct{ storage.Copies }

func (roomless) Copy(context.Context, string, string, uint64) error { return syscall.ENOSPC }

// A copy that is still being made when the store is closed is shown to nobody, and does not stay.
func TestPastClosed(t *testing.T) {
	m := newMachine(t)
	h := held{begun: make(chan struct{}), may: make(chan struct{})}
	s := m.startWith(t.TempDir(), func(cfg *storage.Config) {
		h.Copies = cfg.Past
		cfg.Past = h
	})
	id := m.tenant(s)
	if err := m.add(s, id, "one"); err != nil {
		t.Fatal(err)
	}
	looked := make(chan error)
	go func() {
		_, _, err := lookAt(context.Background(), s, id, m.now)
		looked <- err
	}()
	<-h.begun
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	close(h.may)
	if err := <-looked; !errors.Is(err, storage.ErrClosed) {
		t.Errorf("looking into a closed store: %v", err)
	}
	if files, err := filepath.Glob(filepath.Join(m.dir, "cache", "asof", "*")); err != nil || len(files) > 0 {
		t.Errorf("what is left: %v, %v", files, err)
	}
}

// No room for a copy is said as of any write.
func TestPastFull(t *testing.T) {
	m := newMachine(t)
	s := m.startWith(t.TempDir(), func(cfg *storage.Config) { cfg.Past = roomless{cfg.Past} })
	id := m.tenant(s)
	if err := m.add(s, id, "one"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := lookAt(t.Context(), s, id, m.now); !errors.Is(err, storage.ErrFull) {
		t.Errorf("looking without room: %v", err)
	}
}

// past is start with copies that are counted; bytes is how much they may take.
func (m *machine) past(dir string, bytes int64) (*storage.Store, *counted) {
	m.t.Helper()
	c := &counted{}
	return m.startWith(dir, func(cfg *storage.Config) {
		c.Copies = cfg.Past
		cfg.Past, cfg.PastBytes = c, bytes
	}), c
}

// TestPastTakes prints how long the first look takes at a tenant of about 22 MB, and the next one.
func TestPastTakes(t *testing.T) {
	m := newMachine(t)
	s := m.start(t.TempDir())
	id := m.tenant(s)
	db, done, err := s.Tenant(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	text := strings.Repeat("what a product is for and who relies on it, in some words. ", 12)
	for i := range 48 {
		m.now = m.now.Add(time.Minute)
		if _, err := db.Write(t.Context(), scopes, func(tx *storage.WriteTx) error {
			for j := range 250 {
				name := fmt.Sprintf("scope %d %d", i, j)
				if err := tx.Exec("INSERT INTO scope (id, name, created_at, description) VALUES (?1, ?1, '', ?2)", name, text[j%50:]); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	at := m.now.Add(-30 * time.Second)
	count := func() (n int) {
		past, done, err := s.Past(t.Context(), id, at)
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		if err := past.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error { return tx.QueryRow("SELECT count(*) FROM scope").Scan(&n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	began := time.Now()
	n := count()
	first := time.Since(began)
	began = time.Now()
	for range 100 {
		count()
	}
	next := time.Since(began) / 100
	files, err := filepath.Glob(filepath.Join(m.dir, "cache", "asof", "*.db"))
	if err != nil || len(files) != 1 || n != 47*250 {
		t.Fatalf("%d rows, %v, %v", n, files, err)
	}
	st, err := os.Stat(files[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB: first look %v, next %v", float64(st.Size())/1e6, first.Round(time.Millisecond), next.Round(time.Microsecond))
	if next > first/4 {
		t.Errorf("a second look took %v, the first %v", next, first)
	}
}
