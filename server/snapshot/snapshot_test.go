package snapshot_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"index/suffixarray"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/server/demo"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/snapshot"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// house is the demo, opened, with a clock that stands still.
type house struct {
	*testing.T
	store *storage.Store
	blobs *blob.Store
	db    *storage.DB
	slug  string
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, slug: "northwind"}
	dir := t.TempDir()
	rest, err := demo.Unpack(t.Context(), dir, now)
	h.must(err)
	h.must(rest())
	ring, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	h.must(err)
	h.store, err = storage.Open(t.Context(), storage.Config{Dir: dir, Keys: ring, Now: func() time.Time { return now }, Careless: true})
	h.must(err)
	back, err := blob.Disk(filepath.Join(dir, "objects"))
	h.must(err)
	h.blobs = blob.New(back, ring, nil)
	var id string
	h.must(h.store.Control().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT id FROM tenant WHERE name LIKE 'Northwind%'").Scan(&id)
	}))
	db, done, err := h.store.Tenant(t.Context(), id)
	h.must(err)
	h.db = db
	t.Cleanup(func() {
		done()
		h.must(errors.Join(h.store.Close(), h.blobs.Close(), ring.Close()))
	})
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) scope(from, to string, shorts ...string) snapshot.SnapshotScope {
	h.Helper()
	s := snapshot.SnapshotScope{From: from, To: to}
	h.must(h.db.Read(h.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		for _, short := range shorts {
			var f snapshot.SnapshotFramework
			if err := tx.QueryRow("SELECT id FROM framework WHERE short = ?", short).Scan(&f.ID); err != nil {
				return err
			}
			s.Frameworks = append(s.Frameworks, f)
		}
		return nil
	}))
	return s
}

func (h *house) make(s snapshot.SnapshotScope) ([]byte, snapshot.Manifest) {
	h.Helper()
	var b bytes.Buffer
	m, err := snapshot.Make(h.Context(), h.db, h.blobs, snapshot.Order{Scope: s, Slug: h.slug, By: "Maria", Program: "test", Temp: h.TempDir()}, &b)
	h.must(err)
	return b.Bytes(), m
}

func look(t *testing.T, b []byte) (*snapshot.Snapshot, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a"+snapshot.Extension)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(t.Context(), path, t.TempDir(), slog.New(slog.DiscardHandler))
	if err == nil {
		t.Cleanup(sync.OnceFunc(func() { s.Close() }))
	}
	return s, err
}

// A snapshot is proved, has what its preview counted, and its figures are those of the organisation. Made again of the
// same it is the same, byte for byte, but for the checkpoint's time, which stands still here.
func TestFiguresAreTheOrganisations(t *testing.T) {
	h := open(t)
	sc := h.scope("2026-01-01", "2026-11-20", "SOC 2", "HIPAA")
	b, m := h.make(sc)
	again, _ := h.make(sc)
	t.Logf("%d bytes, %+v, %d records, %d members", len(b), m.Holds, m.Records, len(m.Members))
	if !bytes.Equal(b, again) {
		t.Error("made again it is another file")
	}
	s, err := look(t, b)
	h.must(err)
	if len(s.Problems) > 0 {
		t.Fatalf("found %v", s.Problems)
	}
	measure := func(read func(func(*storage.ReadTx) error) error) (f framework.Figures) {
		h.must(read(func(tx *storage.ReadTx) (err error) {
			f, err = framework.Measure(tx)
			return err
		}))
		return f
	}
	ours := measure(func(fn func(*storage.ReadTx) error) error { return h.db.Read(t.Context(), storage.Call{}, fn) })
	theirs := measure(func(fn func(*storage.ReadTx) error) error { return s.Past.Read(t.Context(), storage.Call{}, fn) })
	if len(theirs.Frameworks) != 2 {
		t.Errorf("%d frameworks", len(theirs.Frameworks))
	}
	for _, f := range m.Scope.Frameworks {
		if got, want := figures(theirs.Frameworks[f.ID]), figures(ours.Frameworks[f.ID]); got != want || theirs.Frameworks[f.ID].Applicable == 0 {
			t.Errorf("%s: %v, want %v", f.Short, got, want)
		}
	}
	var counts snapshot.SnapshotCounts
	h.must(h.db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) (err error) {
		counts, err = snapshot.Preview(tx, sc)
		return err
	}))
	if counts != m.Holds || counts.Files == 0 || m.Records == 0 {
		t.Errorf("the preview counts %+v, it holds %+v and %d records", counts, m.Holds, m.Records)
	}
}

// figures are those of a framework without their pointers.
func figures(r framework.Readiness) [12]int {
	of := func(p *int) int {
		if p == nil {
			return -1
		}
		return *p
	}
	return [12]int{r.Applicable, r.Met, r.Attention, r.InProgress, r.NotStarted, r.NotApplicable, of(r.Progress), r.Controls, r.Effective, r.Needing, of(r.Readiness), of(r.Coverage)}
}

// Whatever byte is changed, it is found, and the member that it is in is named.
func TestEveryByteCounts(t *testing.T) {
	h := open(t)
	b, m := h.make(h.scope("2026-10-01", "2026-10-31", "ISO 27001"))
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 1))
	kinds := regions(t, b)
	n := 40
	if os.Getenv("ASSAY_TORTURE") != "" {
		n = 800
	}
	found := map[string]int{}
	for i := range n {
		kind := kinds[i%len(kinds)]
		in := kind.regions[r.IntN(len(kind.regions))]
		at := in.from + r.IntN(in.to-in.from)
		was := b[at]
		b[at] ^= 1 << r.IntN(8)
		s, err := look(t, b)
		b[at] = was
		var refused *snapshot.Refused
		switch {
		case errors.As(err, &refused):
			if !strings.Contains(refused.Sentence, in.member) {
				t.Errorf("seed %d: byte %d of %s: refused with %q", seed, at, in.member, refused.Sentence)
			}
		case err != nil:
			t.Errorf("seed %d: byte %d of %s: %v", seed, at, in.member, err)
		case len(s.Problems) == 0:
			t.Errorf("seed %d: byte %d of %s was not found", seed, at, in.member)
		case s.Problems[0].Member != in.member:
			t.Errorf("seed %d: byte %d of %s: found %v", seed, at, in.member, s.Problems)
		}
		if err == nil {
			h.must(s.Close())
		}
		found[kind.name]++
	}
	t.Logf("%d bytes changed in a file of %d bytes and %d members, all found: %v", n, len(b), len(m.Members)+2, found)
	for name, c := range map[string][]byte{"cut off": b[:len(b)-1], "added to": append(bytes.Clone(b), 0), "cut in half": b[:len(b)/2], "empty": nil} {
		s, err := look(t, c)
		if err == nil && len(s.Problems) == 0 {
			t.Errorf("%s, it passes", name)
		}
	}
}

type region struct {
	member   string // whose bytes these are, with their frame
	from, to int
}

type kind struct {
	name    string
	regions []region
}

// regions are all bytes of a snapshot, by what they are, as another reader of ZIP files sees them.
func regions(t *testing.T, b []byte) (out []kind) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string, r region) {
		i := slices.IndexFunc(out, func(k kind) bool { return k.name == name })
		if i < 0 {
			i = len(out)
			out = append(out, kind{name: name})
		}
		out[i].regions = append(out[i].regions, r)
	}
	at := 0
	for _, f := range z.File {
		data, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		if f.Method != zip.Store {
			t.Errorf("%s is packed", f.Name)
		}
		name, _, _ := strings.Cut(f.Name, "/")
		add("frames", region{f.Name, at, int(data)})
		at = int(data) + int(f.UncompressedSize64)
		if data < int64(at) {
			add(name, region{f.Name, int(data), at})
		}
	}
	for _, f := range z.File {
		to := at + 46 + len(f.Name)
		add("list", region{f.Name, at, to})
		at = to
	}
	add("end", region{"", at, len(b)})
	return out
}

// Every table is either on the list of what a snapshot holds or on that of what it leaves out.
func TestEveryTableIsDecided(t *testing.T) {
	in, out := snapshot.Tables()
	tenant, _, _ := strings.Cut(readSchema(t), "==== control ====")
	for _, m := range regexp.MustCompile(`(?m)^CREATE (?:VIRTUAL )?TABLE '?(\w+)`).FindAllStringSubmatch(tenant, -1) {
		name := m[1]
		if strings.HasPrefix(name, "search_text") || name == "goose_db_version" {
			continue // made anew by the engine
		}
		if slices.Contains(in, name) == slices.Contains(out, name) {
			t.Errorf("say in holds.go whether a snapshot has %s, and which of its rows", name)
		}
	}
}

// The rule says in SQL what it says in Go.
func TestCovers(t *testing.T) {
	h := open(t)
	s := h.scope("2026-03-01", "2026-06-30", "SOC 2")
	b, m := h.make(s)
	got, err := look(t, b)
	h.must(err)
	has := map[string]bool{}
	h.must(got.Past.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id FROM file")
		if err != nil {
			return err
		}
		return op.Each(rows, func(r op.Row) error {
			var id string
			err := r.Scan(&id)
			has[id] = true
			return err
		})
	}))
	n := 0
	h.must(h.db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`SELECT f.id, f.collected_on, f.period_start, f.period_end, f.review = 'accepted',
			CASE e.validity_days WHEN 0 THEN '' ELSE date(f.collected_on, '+' || e.validity_days || ' days') END
			FROM file f JOIN evidence e ON e.id = f.evidence WHERE e.id IN (SELECT l.evidence FROM evidence_control l JOIN mapping m ON m.control = l.control
				JOIN requirement q ON q.id = m.requirement WHERE q.framework = ?)`, s.Frameworks[0].ID)
		if err != nil {
			return err
		}
		return op.Each(rows, func(r op.Row) error {
			var id, from, start, end, until string
			var accepted bool
			if err := r.Scan(&id, &from, &start, &end, &accepted, &until); err != nil {
				return err
			}
			if want := snapshot.Covers(s, from, start, end, accepted, until); want != has[id] {
				t.Errorf("a file of %s, about %s to %s, accepted %v, until %q: %v, want %v", from, start, end, accepted, until, has[id], want)
			}
			if has[id] {
				n++
			}
			return nil
		})
	}))
	if n == 0 || n != m.Holds.Files {
		t.Errorf("%d files, the manifest says %d", n, m.Holds.Files)
	}
}

// Nothing outside of the scope is anywhere in the snapshot. Outside are other frameworks, their requirements, controls
// that serve no chosen one, evidence that proves none of those, every row of any table that speaks of these and of
// nothing inside, every row of the tables that are left out, and the addresses of people.
func TestNothingElseIsInside(t *testing.T) {
	h := open(t)
	b, m := h.make(h.scope("2026-09-01", "2026-09-30", "HIPAA"))
	all := suffixarray.New(b)
	inside, outside := map[string]bool{}, map[string]bool{} // ids
	h.must(h.db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`WITH c AS (SELECT DISTINCT m.control AS id FROM mapping m JOIN requirement r ON r.id = m.requirement WHERE r.framework = ?1)
			SELECT id, id = ?1 FROM framework UNION ALL SELECT id, framework = ?1 FROM requirement UNION ALL SELECT id, id IN (SELECT id FROM c) FROM control
			UNION ALL SELECT id, EXISTS (SELECT 1 FROM evidence_control l JOIN c ON c.id = l.control WHERE l.evidence = e.id) FROM evidence e`, m.Scope.Frameworks[0].ID)
		if err != nil {
			return err
		}
		return op.Each(rows, func(r op.Row) error {
			var id string
			var in bool
			err := r.Scan(&id, &in)
			if inside[id] = in; !in {
				outside[id] = true
			}
			return err
		})
	}))
	for id := range outside {
		if len(all.Lookup([]byte(id), 1)) > 0 {
			t.Errorf("%s is inside", id)
		}
	}
	in, out := snapshot.Tables()
	var said strings.Builder // what rows say that may be inside: a part of that may be said outside, too
	canaries := map[string]string{}
	each(h, append(in, out...), func(table string, row map[string]string) {
		speaks, other := false, false
		for _, v := range row {
			speaks, other = speaks || inside[v], other || outside[v]
		}
		gone := slices.Contains(out, table) && table != "search_doc" || other && !speaks // a row of that is of one of the others
		for column, v := range row {
			switch {
			case table == "audit" || table == "checkpoint" || table == "meta" || table == "audit_row" || table == "job" && (column == "name" || column == "key") || len(v) < 12 || inside[v] || instant.MatchString(v):
			case gone || table == "person" && column != "name" && column != "id" || table == "organisation" && column != "name" && column != "zone":
				canaries[v] = table + "." + column
			default:
				said.WriteString(strings.ToLower(v) + "\n")
			}
		}
	})
	words := suffixarray.New([]byte(said.String() + readSchema(t)))
	looked, tables := 0, map[string]bool{}
	for v, where := range canaries {
		if len(words.Lookup([]byte(strings.ToLower(v)), 1)) > 0 || strings.HasSuffix(v, "have no accepted file.") || strings.HasPrefix(v, "All of its evidence is current") { // sentences of the program, said of many
			continue
		}
		looked++
		table, _, _ := strings.Cut(where, ".")
		tables[table] = true
		if at := all.Lookup([]byte(v), 1); len(at) > 0 {
			t.Errorf("%s: %.60q is inside, near %.160q", where, v, b[max(0, at[0]-60):min(len(b), at[0]+100)])
		}
	}
	t.Logf("%d ids and %d values of %d tables are nowhere in a snapshot of %d bytes with %d controls", len(outside), looked, len(tables), len(b), m.Holds.Controls)
	if len(outside) < 200 || looked < 5000 || len(tables) < 12 {
		t.Errorf("only %d ids and %d values of %d tables were looked for", len(outside), looked, len(tables))
	}
}

var instant = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]+Z$`)

func readSchema(t *testing.T) string {
	t.Helper()
	schema, err := storage.Schema(t.Context(), "tenant")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// each calls fn with the texts of every row of the organisation's tables.
func each(h *house, tables []string, fn func(table string, row map[string]string)) {
	h.Helper()
	h.must(h.db.Read(h.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		for _, table := range tables {
			rows, err := tx.Query("SELECT * FROM " + table)
			if err != nil {
				return err
			}
			cols, err := rows.Columns()
			if err != nil {
				return err
			}
			err = op.Each(rows, func(r op.Row) error {
				vals, to := make([]any, len(cols)), make([]any, len(cols))
				for i := range vals {
					to[i] = &vals[i]
				}
				err := r.Scan(to...)
				row := map[string]string{}
				for i, v := range vals {
					if v, ok := v.(string); ok {
						row[cols[i]] = v
					}
				}
				fn(table, row)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}
