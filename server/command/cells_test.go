package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/storage/blob"
	"assay/storage/blob/s3test"
	"assay/storage/keys"
)

const testMaster = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

// cells are three processes that share one installation on a real S3 server.
type cells struct {
	t     *testing.T
	env   []string
	lease time.Duration
	dir   string
	store string // folder of the S3 server
	addr  string

	mu   sync.Mutex
	live [3]*program
	n    int                      // starts
	hung map[string]chan struct{} // by address: closed when a balancer takes it out
}

func newCells(t *testing.T, lease time.Duration) *cells {
	t.Helper()
	s, err := s3test.Start()
	if errors.Is(err, s3test.ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	c := &cells{t: t, lease: lease, dir: t.TempDir(), store: s.Dir, addr: s.Addr, hung: map[string]chan struct{}{}}
	for _, b := range []string{"keys", "objects", "backup"} {
		if err := os.Mkdir(filepath.Join(s.Dir, b), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	at := "http://" + s.Addr + "/"
	c.env = []string{"ASSAY_KEYS=" + at + "keys", "ASSAY_S3=" + at + "objects", "ASSAY_BACKUP=" + at + "backup/log", "ASSAY_S3_KEY=" + s3test.AccessKey,
		"ASSAY_S3_SECRET=" + s3test.SecretKey, "ASSAY_DURABILITY=sync", "ASSAY_MASTER_KEY=" + testMaster, "ASSAY_LOG_LEVEL=" + cmp.Or(os.Getenv("ASSAY_CELLS_LOG"), "warn")}
	return c
}

// start starts cell i, always on a disk of its own that is empty.
func (c *cells) start(i int) {
	c.t.Helper()
	c.mu.Lock()
	c.n++
	n := c.n
	c.mu.Unlock()
	p := begin(c.t, c.env, "serve", "--data", filepath.Join(c.dir, fmt.Sprint("cell", n)), "--listen", "127.0.0.1:0", "--cell", "127.0.0.1:0", "--cell-lease", c.lease.String())
	c.back(i, p)
}

// writer is the cell that writes the installation's database, as the note beside its log says.
func (c *cells) writer() int {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.store, "backup", "log", "control", "owner.json"))
	if err != nil {
		c.t.Fatal(err)
	}
	for i, p := range c.live {
		if name := regexp.MustCompile(`This is cell (\w+);`).FindStringSubmatch(p.out.String()); name != nil && bytes.Contains(text, []byte(name[1])) {
			return i
		}
	}
	c.t.Fatalf("%s is none of the cells", text)
	return 0
}

// gone takes cell i away from those that requests go to.
func (c *cells) gone(i int) *program {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.live[i]
	c.live[i] = nil
	close(c.hung[p.base])
	delete(c.hung, p.base)
	return p
}

// back lets requests go to cell i.
func (c *cells) back(i int, p *program) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live[i] = p
	c.hung[p.base] = make(chan struct{})
}

// until is a context that ends when an address is taken out, as a balancer ends what hangs there.
func (c *cells) until(ctx context.Context, base string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	out := c.hung[base]
	c.mu.Unlock()
	go func() {
		select {
		case <-out:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// any is the address of some cell that is not known to be gone: what a load balancer does.
func (c *cells) any() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if p := c.live[rand.IntN(len(c.live))]; p != nil {
			return p.base
		}
	}
}

// is says whether some cell that is not known to be gone has an address.
func (c *cells) is(base string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.live[:], func(p *program) bool { return p != nil && p.base == base })
}

// command runs a command of the program in this process, with an empty disk of its own.
func (c *cells) command(args ...string) string {
	c.t.Helper()
	var out bytes.Buffer
	dir := filepath.Join(c.t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		c.t.Fatal(err)
	}
	env := append(slices.Clone(c.env), "ASSAY_DATA="+dir)
	code := Run(c.t.Context(), args, func(name string) string {
		for _, e := range env {
			if v, ok := strings.CutPrefix(e, name+"="); ok {
				return v
			}
		}
		return ""
	}, &out, &out)
	if code != 0 {
		c.t.Fatalf("assay %s: %d\n%s", strings.Join(args, " "), code, &out)
	}
	return out.String()
}

// member signs in to an organisation of their own, which an operator makes while the cells serve.
func (c *cells) member(slug string) *visitor {
	c.t.Helper()
	said := c.command("tenant", "create", slug, "--name", "Organisation "+slug, "--admin", "admin@"+slug+".example", "--base-url", "http://127.0.0.1:8080")
	link := regexp.MustCompile(`http\S+/\w+#\S+`).FindString(said)
	v := visit(c.t, c.any())
	v.must(200, "POST", "/invitations/accept", map[string]string{"token": secretOf(link), "name": "Admin of " + slug, "password": password}, nil)
	return v
}

// book is what was acknowledged, and when an organisation was last out of service.
type book struct {
	mu      sync.Mutex
	acked   map[string]map[string]string // by organisation and reference: the id
	served  map[string]time.Time         // when a write was acknowledged last
	longest map[string]time.Duration
	status  map[int]int // answers other than success
	broken  int         // connections that broke
}

// write adds a control through whatever cell, again under the same key until it is acknowledged: as a browser does.
func (b *book) write(ctx context.Context, c *cells, v *visitor, slug, ref string) {
	began, seen := time.Now(), []string{}
	defer func() {
		if took := time.Since(began); took > time.Second {
			c.t.Logf("%s %s took %v: %s", slug, ref, took.Round(time.Millisecond), strings.Join(seen, "; "))
		}
	}()
	for ctx.Err() == nil {
		var made struct{ ID string }
		base := c.any()
		here, cancel := c.until(context.Background(), base)
		w := *v
		w.http = &http.Client{Jar: v.http.Jar, Transport: within{v.http.Transport, here}}
		status, err := w.through(base, "POST", "/controls", ref, map[string]any{"ref": ref, "title": "Control " + ref}, &made)
		cancel()
		if status != 0 && !c.is(base) {
			status = 0 // it died meanwhile, and another test may have its port already
		}
		seen = append(seen, fmt.Sprintf("%d %.160v after %v", status, err, time.Since(began).Round(time.Millisecond)))
		b.mu.Lock()
		switch {
		case err == nil:
			if was := b.acked[slug][ref]; was != "" && was != made.ID {
				v.t.Errorf("%s %s was acknowledged twice, as %s and %s", slug, ref, was, made.ID)
			}
			b.acked[slug][ref] = made.ID
			now := time.Now()
			b.longest[slug] = max(b.longest[slug], now.Sub(b.served[slug]))
			b.served[slug] = now
		case status == 0:
			b.broken++
		default:
			b.status[status]++
			if status != 503 && status != 429 {
				v.t.Errorf("%v", err)
			}
		}
		b.mu.Unlock()
		if err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// through is do at another address, with an idempotency key.
func (v *visitor) through(base, method, path, key string, body, out any) (int, error) {
	w := &visitor{t: v.t, base: base, http: &http.Client{Jar: v.http.Jar, Transport: keyed{v.http.Transport, key}, Timeout: 20 * time.Second}}
	return w.do(method, path, body, out)
}

type within struct {
	http.RoundTripper
	ctx context.Context
}

func (w within) RoundTrip(r *http.Request) (*http.Response, error) {
	return w.RoundTripper.RoundTrip(r.WithContext(w.ctx))
}

type keyed struct {
	http.RoundTripper
	key string
}

func (k keyed) RoundTrip(r *http.Request) (*http.Response, error) {
	if k.key != "" {
		r.Header.Set("Idempotency-Key", k.key)
	}
	return k.RoundTripper.RoundTrip(r)
}

// work has everybody write until the returned function is called.
func (c *cells) work(people map[string]*visitor, b *book, round int) (stop func()) {
	ctx, cancel := context.WithCancel(c.t.Context())
	var wg sync.WaitGroup
	for slug := range people {
		b.served[slug] = time.Now()
	}
	for slug, v := range people {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				b.write(ctx, c, v, slug, fmt.Sprintf("R%d-%d", round, i))
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

func newBook(people map[string]*visitor) *book {
	b := &book{acked: map[string]map[string]string{}, served: map[string]time.Time{}, longest: map[string]time.Duration{}, status: map[int]int{}}
	for slug := range people {
		b.acked[slug] = map[string]string{}
	}
	return b
}

// holds fails the test unless every acknowledged write is there once.
func (b *book) holds(c *cells, people map[string]*visitor) {
	c.t.Helper()
	total := 0
	for slug, v := range people {
		found := map[string]string{}
		for page := 1; ; page++ {
			var list struct {
				Items []struct{ ID, Ref string }
				Total int
			}
			for try := 0; ; try++ {
				status, err := v.through(c.any(), "GET", fmt.Sprintf("/controls?limit=100&page=%d", page), "", nil, &list)
				if err == nil {
					break
				}
				if try > 200 || status != 503 && status != 429 && status != 0 {
					c.t.Fatal(err)
				}
				time.Sleep(50 * time.Millisecond)
			}
			for _, i := range list.Items {
				if was := found[i.Ref]; was != "" {
					c.t.Errorf("%s has %s twice", slug, i.Ref)
				}
				found[i.Ref] = i.ID
			}
			if len(list.Items) < 100 {
				break
			}
		}
		lost := 0
		for ref, id := range b.acked[slug] {
			if found[ref] != id {
				lost++
			}
		}
		if lost > 0 {
			c.t.Errorf("%s: %d of %d acknowledged writes lost", slug, lost, len(b.acked[slug]))
		}
		total += len(b.acked[slug])
	}
	c.t.Logf("%d acknowledged writes in %d organisations, 0 lost, none twice; %d connections broke, answers %v", total, len(people), b.broken, b.status)
}

// TestCells runs three processes on a real S3 server. What one writes the others show at once; one that is killed is
// replaced within its lease; one that is asked to end hands everything over, and nobody sees more than a retry.
// ASSAY_CELLS=10m kills for that long.
func TestCells(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not with -short")
	}
	long, err := time.ParseDuration(os.Getenv("ASSAY_CELLS"))
	lease, rounds := 2*time.Second, 1
	if err == nil && long > 0 {
		lease = 15 * time.Second
	}
	c := newCells(t, lease)
	var starting sync.WaitGroup
	for i := range c.live { // all at once, with nothing there yet
		starting.Go(func() { c.start(i) })
	}
	starting.Wait()
	if t.Failed() {
		return
	}

	people := map[string]*visitor{}
	for _, slug := range []string{"alder", "birch", "cedar", "dogwood", "elm", "fir"} {
		people[slug] = c.member(slug)
	}
	t.Run("one installation", func(t *testing.T) { c.oneInstallation(people) })

	list := c.command("cell", "list")
	for _, p := range c.live {
		name := regexp.MustCompile(`This is cell (\w+);`).FindStringSubmatch(p.out.String())[1]
		if !strings.Contains(list, name) {
			t.Errorf("cell %s is not listed:\n%s", name, list)
		}
	}
	if strings.Count(list, "writes the installation's database") != 1 || strings.Contains(list, "does not renew") {
		t.Errorf("cells:\n%s", list)
	}

	b := newBook(people)
	stop := c.work(people, b, 0)
	until := time.Now().Add(long)
	for kills := 0; kills < rounds || time.Now().Before(until); kills++ {
		time.Sleep(lease/4 + time.Duration(rand.Int64N(int64(lease/4))))
		i, paused := rand.IntN(len(c.live)), kills%3 == 2
		if kills == 0 {
			i = c.writer()
		}
		p := c.gone(i)
		killed := time.Now()
		if paused { // it comes back when others have what it had, and believes that nothing happened
			p.cmd.Process.Signal(syscall.SIGSTOP)
		} else {
			p.cmd.Process.Kill()
			<-p.done
		}
		back := b.everybody(t, people, killed, 3*lease+10*time.Second)
		t.Logf("kill %d (paused: %v): everybody served after %.1f s", kills+1, paused, back.Seconds())
		if limit := lease + time.Second; back > limit {
			t.Errorf("after kill %d it took %v until everybody was served; the lease is %v", kills+1, back, lease)
		}
		if !paused {
			c.start(i)
			continue
		}
		p.cmd.Process.Signal(syscall.SIGCONT)
		c.back(i, p)
	}
	stop()
	b.holds(c, people)

	// A rolling restart: each ends in good order, and a new one takes its place.
	b = newBook(people)
	stop = c.work(people, b, 1)
	for i := range c.live {
		time.Sleep(300 * time.Millisecond)
		c.mu.Lock()
		p := c.live[i]
		c.mu.Unlock()
		p.cmd.Process.Signal(syscall.SIGTERM)
		p.says("Stopping")
		if os.Getenv("ASSAY_CELLS_LOG") != "" {
			defer func() { t.Log(p.out) }()
		}
		c.gone(i) // a balancer sees that it does not answer any more
		select {
		case <-p.done:
		case <-time.After(40 * time.Second):
			t.Fatalf("a cell did not end:\n%s", p.out)
		}
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("a cell ended with %d:\n%s", code, p.out)
		}
		c.start(i)
	}
	stop()
	b.holds(c, people)
	slowest := slices.Max(slices.Collect(maps.Values(b.longest)))
	t.Logf("rolling restart: the longest wait for a write was %v", slowest.Round(time.Millisecond))
	if slowest > 5*time.Second { // for as long the pages send a write again by themselves
		t.Errorf("a write waited %v during a rolling restart", slowest)
	}

	t.Run("a person is erased while cells serve", func(t *testing.T) { c.personErased(t, people) })
	t.Run("erased while cells serve", func(t *testing.T) { c.erased(t, people) })
	delete(people, "fir")

	for i := range c.live {
		p := c.gone(i)
		if code := p.end(); code != 0 {
			t.Errorf("exit code %d:\n%s", code, p.out)
		}
		if os.Getenv("ASSAY_CELLS_LOG") != "" {
			t.Log(p.out)
		}
	}
	for slug := range people { // by a command alone, on an empty disk: the log has everything
		if said := c.command("verify", slug); !strings.Contains(said, "Everything that was looked at is as it was") {
			t.Errorf("verify %s:\n%s", slug, said)
		}
	}
}

// everybody waits until a write of every organisation was acknowledged that began after an instant, and says how long
// that took.
func (b *book) everybody(t *testing.T, people map[string]*visitor, since time.Time, most time.Duration) time.Duration {
	t.Helper()
	first := map[string]time.Time{}
	for time.Since(since) < most {
		b.mu.Lock()
		for slug, at := range b.served {
			if _, seen := first[slug]; !seen && at.After(since.Add(100*time.Millisecond)) {
				first[slug] = at
			}
		}
		b.mu.Unlock()
		if len(first) == len(people) {
			last := since
			for _, at := range first {
				if at.After(last) {
					last = at
				}
			}
			return last.Sub(since)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("after %v only %d of %d organisations are served", most, len(first), len(people))
	return 0
}

// oneInstallation walks over all cells as one person does whose requests go now here, now there.
func (c *cells) oneInstallation(people map[string]*visitor) {
	t := c.t
	var bases []string
	for _, p := range c.live {
		bases = append(bases, p.base)
	}
	var asked atomic.Int64
	for slug, v := range people {
		for i := range 3 {
			ref := fmt.Sprintf("S-%d", i)
			var made struct{ ID string }
			if _, err := v.through(bases[i], "POST", "/controls", "", map[string]any{"ref": ref, "title": slug}, &made); err != nil {
				t.Fatal(err)
			}
			for _, base := range bases { // every cell shows it at once
				if _, err := v.through(base, "GET", "/controls/"+made.ID, "", nil, nil); err != nil {
					t.Fatal(err)
				}
				asked.Add(1)
			}
			for other, w := range people { // and to nobody else
				if other == slug {
					continue
				}
				if status, _ := w.through(bases[i], "GET", "/controls/"+made.ID, "", nil, nil); status != 404 {
					t.Fatalf("%s sees a control of %s: %d", other, slug, status)
				}
			}
		}
	}
	// A session that is ended at one cell is over at all of them.
	v := people["alder"]
	again := visit(t, bases[0])
	again.must(200, "POST", "/session", map[string]string{"email": "admin@alder.example", "password": password}, nil)
	for _, base := range bases {
		if _, err := again.through(base, "GET", "/session", "", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.through(bases[1], "DELETE", "/sessions", "", nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, base := range bases {
		if status, _ := again.through(base, "GET", "/session", "", nil, nil); status != 401 {
			t.Fatalf("a session that was ended still counts: %d", status)
		}
	}
}

// erased has an organisation leave for good: no cell has anything of it any more, no bucket but what is locked there,
// and that cannot be read, nor what was copied before.
func (c *cells) erased(t *testing.T, people map[string]*visitor) {
	v := people["fir"]
	var session struct{ Tenant struct{ ID string } }
	if _, err := v.through(c.any(), "GET", "/session", "", nil, &session); err != nil {
		t.Fatal(err)
	}
	id := session.Tenant.ID
	ours := func(dir string) (found []string) {
		t.Helper()
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.Contains(path, id) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if len(ours(c.store)) == 0 || len(ours(c.dir)) == 0 {
		t.Fatal("nothing lies there of the organisation")
	}
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(c.store, "backup", "log", id))); err != nil {
		t.Fatal(err)
	}

	said := c.command("tenant", "delete", "fir", "--now", "--confirm", "fir", "--reason", "It was a trial", "--base-url", "http://127.0.0.1:8080")
	if !strings.Contains(said, "is erased") {
		t.Errorf("it said:\n%s", said)
	}
	for _, left := range ours(c.store) { // tombstones stay
		if text, err := os.ReadFile(left); err != nil || !strings.HasPrefix(left, filepath.Join(c.store, "keys")) || !bytes.Contains(text, []byte(`"destroyed":true`)) {
			t.Errorf("%s is left in a bucket: %s %v", left, text, err)
		}
	}
	for _, p := range c.live { // what lies on the disk of a cell that does not run goes when it starts
		for _, left := range ours(p.cmd.Args[slices.Index(p.cmd.Args, "--data")+1]) {
			t.Errorf("%s is left on the disk of a cell", left)
		}
	}
	for range 9 { // three times each, about
		if status, err := v.through(c.any(), "GET", "/controls", "", nil, nil); status != 401 {
			t.Errorf("a member of the erased organisation is answered %d %v", status, err)
		}
		if _, err := people["elm"].through(c.any(), "GET", "/controls", "", nil, nil); err != nil {
			t.Error(err)
		}
	}

	if err := os.CopyFS(filepath.Join(c.store, "backup", "log", id), os.DirFS(copied)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(c.store, "keys", id, "data.key"))
	if err != nil || !bytes.Contains(text, []byte(`"destroyed":true`)) || bytes.Contains(text, []byte("sealed")) {
		t.Errorf("the key: %s %v", text, err)
	}
	client, err := blob.S3Config{Endpoint: c.addr, Region: "us-east-1", AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey}.Client()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.OpenBucket(t.Context(), client, "keys", "", testMaster, nil)
	if err != nil {
		t.Fatal(err)
	}
	log := ltxlog.Sealed(ltxlog.NewS3Log(client, "backup", "log"), ring.Key)
	_, err = ltxlog.Restore(t.Context(), log, id, filepath.Join(t.TempDir(), "x.db"), ltxlog.Point{}, ltxlog.RestoreOptions{Unchecked: true})
	if !errors.Is(err, keys.ErrShredded) {
		t.Errorf("what was copied before is restored: %v", err)
	}
}

// personErased has somebody erased whose organisation has been on every cell: no disk of a running one names them.
func (c *cells) personErased(t *testing.T, people map[string]*visitor) {
	admin := people["birch"]
	said := c.command("user", "invite", "vera@xylograph.example", "--tenant", "birch", "--name", "Vera Xylograph", "--base-url", "http://127.0.0.1:8080")
	vera := visit(t, c.any())
	vera.must(200, "POST", "/invitations/accept", map[string]string{"token": secretOf(regexp.MustCompile(`http\S+/\w+#\S+`).FindString(said)), "name": "Vera Xylograph", "password": password}, nil)
	var session struct{ Person string }
	vera.must(200, "GET", "/session", nil, &session)
	// The restart before this may still move the organisation: who is told to try again does, as the pages do.
	ask := func(method, path string, body, out any) {
		t.Helper()
		key := ""
		if method != "GET" {
			key = fmt.Sprintf("%s %s %d", method, path, time.Now().UnixNano())
		}
		for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
			_, err := admin.through(c.any(), method, path, key, body, out)
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), "503 Service Unavailable") || time.Since(began) > 20*time.Second {
				t.Fatal(err)
			}
		}
	}
	ask("POST", "/branches", map[string]any{"name": "What if"}, nil)
	naming := func() (found []string) {
		t.Helper()
		for _, p := range c.live {
			err := filepath.WalkDir(p.cmd.Args[slices.Index(p.cmd.Args, "--data")+1], func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				text, err := os.ReadFile(path)
				if bytes.Contains(bytes.ToLower(text), []byte("xylograph")) {
					found = append(found, path)
				}
				if errors.Is(err, os.ErrNotExist) {
					err = nil
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return found
	}
	if len(naming()) < 3 {
		t.Fatalf("only these name them: %v", naming())
	}
	ask("POST", "/people/"+session.Person+"/erasure", map[string]any{"confirm": "vera@xylograph.example", "password": password, "reason": "They asked for it"}, nil)
	var left []string
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
		var list struct{ Total int }
		ask("GET", "/people?q=xylograph", nil, &list)
		if left = naming(); list.Total == 0 && len(left) == 0 {
			break
		}
	}
	if len(left) > 0 {
		t.Errorf("they are still named in %v", left)
	}
	ask("GET", "/controls", nil, nil)
}
