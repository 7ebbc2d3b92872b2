package cell

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"assay/storage"
	"assay/storage/keys"
)

// What cells ask each other lies under this path; everything else is a browser's request that is passed on.
const path = "/cell/"

// releasing is how long a cell may take to let go of a file: who uses it comes to an end first.
const releasing = 10 * time.Second

// Serve answers the other cells on a listener until it is closed. What needs the files waits for Attach.
func (c *Cell) Serve(l net.Listener, hs *http.Server) error {
	m := http.NewServeMux()
	m.HandleFunc("POST "+path+"hello", c.hello)
	m.HandleFunc("POST "+path+"renewed/{name}", c.renewed)
	m.HandleFunc("POST "+path+"release/{id}", c.does(c.releaseFor))
	m.HandleFunc("POST "+path+"forget/{id}", c.does(func(ctx context.Context, id string) error { return c.store.Forget(ctx, id) }))
	m.HandleFunc("POST "+path+"clear/{id}", c.does(func(ctx context.Context, id string) error { return c.store.ClearHere(ctx, id) }))
	m.HandleFunc("GET "+path+"newest", c.whenReady(c.newest))
	m.HandleFunc("POST "+path+"step/{id}", c.whenReady(c.step))
	m.Handle(path, http.NotFoundHandler())
	m.HandleFunc("/", c.whenReady(c.arrive))
	hs.Handler = m
	c.mu.Lock()
	c.serving = hs
	c.mu.Unlock()
	err := hs.Serve(c.trust.listen(l))
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// whenReady lets a request wait until the files are open: others may know of this cell before that.
func (c *Cell) whenReady(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-c.ready:
			next(w, r)
		case <-r.Context().Done():
		}
	}
}

func (c *Cell) ask(ctx context.Context, method, address, at string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, "https://"+address+path+at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		return nil, fmt.Errorf("cell at %s: %s: %.200s", address, resp.Status, strings.TrimSpace(string(text)))
	}
	return text, nil
}

// tell makes the others look at the leases now.
func (c *Cell) tell(ctx context.Context) {
	c.call(ctx, "hello", func(text []byte) {
		var seen map[string]sight
		if json.Unmarshal(text, &seen) == nil {
			c.believe(seen)
		}
	})
}

// tellRenewed has the others look at this cell's lease.
func (c *Cell) tellRenewed(ctx context.Context) {
	c.call(ctx, "renewed/"+c.name, func([]byte) {})
}

// call tells all others something at once. Who does not hear it sees it soon.
func (c *Cell) call(ctx context.Context, at string, heard func(answer []byte)) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for _, p := range c.others() {
		wg.Go(func() {
			if text, err := c.ask(ctx, http.MethodPost, p.Address, at, nil); err == nil {
				heard(text)
			}
		})
	}
	wg.Wait()
}

func (c *Cell) renewed(w http.ResponseWriter, r *http.Request) {
	c.lookAt(r.Context(), r.PathValue("name"))
	w.WriteHeader(http.StatusNoContent)
}

// others are the cells that live and can be asked.
func (c *Cell) others() (all []lease) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.peers {
		if c.lives(p) && p.Address != "" {
			all = append(all, p.lease)
		}
	}
	return all
}

// sight is since when a cell has seen another's lease unchanged.
type sight struct {
	Tag string        `json:"tag"`
	Age time.Duration `json:"age"`
}

// believe takes over how long others have not heard of a cell: one that came later would wait for the dead.
func (c *Cell) believe(seen map[string]sight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, s := range seen {
		if p := c.peers[name]; p != nil && p.tag == s.Tag && time.Since(p.seen) < s.Age {
			p.seen = time.Now().Add(-s.Age)
		}
	}
}

func (c *Cell) hello(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.listed = time.Time{}
	c.mu.Unlock()
	changed := c.look(r.Context())
	c.forgetWriter()
	seen := map[string]sight{}
	c.mu.Lock()
	for name, p := range c.peers {
		seen[name] = sight{p.tag, time.Since(p.seen)}
	}
	c.mu.Unlock()
	if err := json.NewEncoder(w).Encode(seen); err != nil {
		c.log.WarnContext(r.Context(), "answer another cell", "err", err)
	}
	select {
	case <-c.ready:
		if changed {
			go c.changed()
		}
	default:
	}
}

// askRelease asks a cell to close a file.
func (c *Cell) askRelease(ctx context.Context, p lease, id string) error {
	ctx, cancel := context.WithTimeout(ctx, releasing+answers)
	defer cancel()
	_, err := c.ask(ctx, http.MethodPost, p.Address, "release/"+id, nil)
	return err
}

func (c *Cell) releaseFor(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, releasing)
	defer cancel()
	c.look(ctx) // who asks may have come a moment ago: what it takes is passed on to it from now on
	return c.release(ctx, id)
}

// Forget implements [storage.Cells].
func (c *Cell) Forget(ctx context.Context, id string) error { return c.askAll(ctx, "forget/"+id) }

// Clear implements [storage.Cells].
func (c *Cell) Clear(ctx context.Context, id string) error { return c.askAll(ctx, "clear/"+id) }

// askAll has every cell that lives do something, and fails when one could not.
func (c *Cell) askAll(ctx context.Context, at string) error {
	c.look(ctx)
	ctx, cancel := context.WithTimeout(ctx, releasing+answers)
	defer cancel()
	for _, p := range c.others() {
		if _, err := c.ask(ctx, http.MethodPost, p.Address, at, nil); err != nil {
			return fmt.Errorf("%s in cell %s: %w", at, p.Name, err)
		}
	}
	return nil
}

// does answers what askRelease and askAll ask for.
func (c *Cell) does(fn func(ctx context.Context, id string) error) http.HandlerFunc {
	return c.whenReady(func(w http.ResponseWriter, r *http.Request) {
		if err := fn(r.Context(), r.PathValue("id")); err != nil {
			c.log.WarnContext(r.Context(), "do what another cell asks for", "path", r.URL.Path, "err", err)
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// Newest implements [storage.Cells].
func (c *Cell) Newest(ctx context.Context) (uint64, error) {
	w, ok := c.findWriter(ctx)
	if !ok {
		return 0, errNobody
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	text, err := c.ask(ctx, http.MethodGet, w.Address, "newest", nil)
	if err != nil {
		c.forgetWriter()
		return 0, err
	}
	return strconv.ParseUint(string(text), 10, 64)
}

var errNobody = errors.New("no cell writes it at the moment")

func (c *Cell) newest(w http.ResponseWriter, _ *http.Request) {
	db := c.store.Control()
	if !c.store.Writes() || c.Alive() != nil {
		http.Error(w, "not here", http.StatusConflict)
		return
	}
	io.WriteString(w, strconv.FormatUint(db.NewestRecord(), 10))
}

// Do implements [storage.Cells]. A transaction begins wherever the file is open, also when it moves meanwhile; its
// other steps go where it began.
func (c *Cell) Do(ctx context.Context, id string, s storage.Step) (storage.Done, error) {
	if address, tx, began := strings.Cut(s.Tx, "|"); began {
		s.Tx = tx
		return c.send(ctx, address, id, s)
	}
	late := time.Now().Add(2 * answers)
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 500*time.Millisecond) {
		d, address, err := c.begin(ctx, id, s)
		if err == nil && !d.Failed.NotHere() {
			d.Tx = address + "|" + d.Tx
			return d, nil
		}
		if err == nil {
			err = errNobody
		}
		if time.Now().Add(wait).After(late) {
			return storage.Done{}, err
		}
		c.forgetWriter()
		select {
		case <-ctx.Done():
			return storage.Done{}, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// begin takes a first step where the file belongs, and says where that is.
func (c *Cell) begin(ctx context.Context, id string, s storage.Step) (d storage.Done, address string, err error) {
	to, ok := c.place(id), true
	if id == keys.Control {
		to, ok = c.findWriter(ctx)
	}
	if !ok {
		return d, "", errNobody
	}
	d, err = c.send(ctx, to.Address, id, s)
	return d, to.Address, err
}

func (c *Cell) send(ctx context.Context, address, id string, s storage.Step) (d storage.Done, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*answers)
	defer cancel()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		return d, err
	}
	text, err := c.ask(ctx, http.MethodPost, address, "step/"+id, b.Bytes())
	if err != nil {
		return d, err
	}
	return d, gob.NewDecoder(bytes.NewReader(text)).Decode(&d)
}

const mostStep = 64 << 20

func (c *Cell) step(w http.ResponseWriter, r *http.Request) {
	var s storage.Step
	if err := gob.NewDecoder(http.MaxBytesReader(w, r.Body, mostStep)).Decode(&s); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	d := c.store.Serve(r.Context(), r.PathValue("id"), s)
	if err := gob.NewEncoder(w).Encode(d); err != nil {
		c.log.WarnContext(r.Context(), "answer another cell", "err", err)
	}
	if s.What == storage.Commit && r.PathValue("id") == keys.Control {
		c.wrote()
	}
}
