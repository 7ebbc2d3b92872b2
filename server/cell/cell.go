// Package cell lets several processes share one installation. Each is a cell: it holds a lease, has some of the
// tenants open, and passes on what is asked about the others.
//
// Who may write a file is decided by its log alone, where every slot has one winner; nothing here can make a write
// be lost or acknowledged twice. What is here decides who tries: a lease in the bucket says that a cell lives, a
// tenant belongs to the living cell that its id and the cell's name give the highest number, and a note beside its
// log says who has it open. A tenant that is open elsewhere is asked for and handed over; one whose cell is dead is
// taken once the lease has run out. A cell whose own lease has run out answers no reads, because somebody else may
// have written since.
//
// The installation's own database is written by one of the cells, the others keep a copy of it; see storage/far.go.
//
// Cells talk TLS on a listener of their own. Both ends show a certificate whose key comes from the installation's
// key, so who has it is a cell, and nobody else is listened to.
package cell

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/keys"
)

// DefaultLease is how long a cell that cannot be heard keeps what it has open.
const DefaultLease = 15 * time.Second

// Config is what a cell needs. Everything but Guest, Lease, Rand and Logger is
// required; a guest has no Address.
type Config struct {
	Guest   bool          // a command: it opens what it works on, and nothing belongs to it
	Address string        // HOST:PORT at which the other cells reach this one
	Lease   time.Duration // 0 means DefaultLease; the same for all cells
	Board   *Board
	Log     ltxlog.Log // of the installation, sealed
	Keys    keys.Keeper
	Fresh   func(owner string) // forgets what was read of an owner's keys
	Program string             // its version
	Rand    io.Reader          // nil means crypto/rand
	Logger  *slog.Logger       // nil means nowhere
}

// Cell is this process among the others.
type Cell struct {
	cfg    Config
	name   string
	schema int
	log    *slog.Logger
	client *http.Client
	trust  *trust

	ready   chan struct{} // closed by Attach
	store   *storage.Store
	app     http.Handler
	changed func() // the cells are others than before
	wrote   func() // another cell wrote the installation's database
	hops    atomic.Int64
	end     context.CancelFunc
	ended   sync.WaitGroup

	mu      sync.Mutex
	self    lease
	serving *http.Server
	tag     string    // of the lease as it was written last
	until   time.Time // when the lease runs out, by this machine's monotonic clock
	lapsed  bool      // it ran out since the files were opened
	peers   map[string]*peer
	listed  time.Time
	writer  string         // name of the cell that writes the installation's database, as far as is known
	mine    map[string]int // files that were owned and not closed, and how often
	leaving bool
}

// lease is the note by which a cell says that it lives.
type lease struct {
	Name    string        `json:"name"`
	Address string        `json:"address"`
	Program string        `json:"program"`
	Lease   time.Duration `json:"lease"`  // how long it lives after this was written, in nanoseconds
	Schema  int           `json:"schema"` // a cell with a higher one can read what one with a lower one cannot
	Turn    int           `json:"turn"`   // how often it was renewed
	Leaving bool          `json:"leaving,omitempty"`
}

// peer is another cell.
type peer struct {
	lease
	tag  string
	seen time.Time // when this tag was first seen, by this machine's monotonic clock
}

// New makes a cell. It takes part from Join on.
func New(ctx context.Context, c Config) (*Cell, error) {
	if c.Lease == 0 {
		c.Lease = DefaultLease
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if err := c.Keys.Create(ctx, keys.Control); err != nil && !errors.Is(err, keys.ErrExists) {
		return nil, fmt.Errorf("cell: the installation's key: %w", err)
	}
	key, err := c.Keys.Key(ctx, keys.Control)
	if err != nil {
		return nil, fmt.Errorf("cell: %w", err)
	}
	t, err := newTrust(key.Derive("cells"))
	if err != nil {
		return nil, fmt.Errorf("cell: %w", err)
	}
	name := make([]byte, 6)
	if _, err := io.ReadFull(c.Rand, name); err != nil {
		return nil, fmt.Errorf("cell: %w", err)
	}
	cell := &Cell{cfg: c, name: fmt.Sprintf("%x", name), schema: storage.SchemaNumber(), log: c.Logger, trust: t, client: t.client(), ready: make(chan struct{}), peers: map[string]*peer{}, mine: map[string]int{}}
	cell.self = lease{Name: cell.name, Address: c.Address, Program: c.Program, Lease: c.Lease, Schema: cell.schema, Leaving: c.Guest}
	cell.leaving = c.Guest
	return cell, nil
}

// Name is the cell's name, drawn at every start.
func (c *Cell) Name() string { return c.name }

// Address is where the other cells reach this one.
func (c *Cell) Address() string { return c.cfg.Address }

// Attach gives the cell the store of its process, what answers requests that are passed on, and whom to tell when the
// cells are others than before and when another one wrote the installation's database. From now on it takes part in
// full.
func (c *Cell) Attach(s *storage.Store, app http.Handler, changed, wrote func()) {
	c.store, c.app, c.changed, c.wrote = s, app, changed, wrote
	close(c.ready)
}

// Alive implements [storage.Cells].
func (c *Cell) Alive() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lapsed || !time.Now().Before(c.until) {
		return errors.New("this cell has lost touch with the others")
	}
	return nil
}

// candidates are the cells that a file may belong to: those that live and stay, with the newest schema among them.
// The caller holds mu.
func (c *Cell) candidates() []lease {
	var all []lease
	if !c.leaving {
		all = append(all, c.self)
	}
	for _, p := range c.peers {
		if c.lives(p) && !p.Leaving {
			all = append(all, p.lease)
		}
	}
	newest := 0
	for _, l := range all {
		newest = max(newest, l.Schema)
	}
	n := 0
	for _, l := range all {
		if l.Schema == newest {
			all[n], n = l, n+1
		}
	}
	return all[:n]
}

// lives says whether a peer's lease has not run out. The caller holds mu.
func (c *Cell) lives(p *peer) bool { return time.Since(p.seen) < p.Lease }

// place is the cell that a file belongs to. Every cell that sees the same others comes to the same answer, and when
// one goes, only its own files move.
func (c *Cell) place(id string) lease {
	c.mu.Lock()
	defer c.mu.Unlock()
	best, most := c.self, uint64(0)
	for _, l := range c.candidates() {
		h := fnv.New64a()
		io.WriteString(h, l.Name+"/"+id)
		if n := mix(h.Sum64()); n >= most {
			best, most = l, n
		}
	}
	return best
}

// mix spreads what FNV leaves close together: names that differ in their last letters.
func mix(n uint64) uint64 {
	n ^= n >> 33
	n *= 0xff51afd7ed558ccd
	n ^= n >> 33
	n *= 0xc4ceb9fe1a85ec53
	return n ^ n>>33
}

// Here implements [storage.Cells]. The installation's database stays where it is for as long as that cell lives.
func (c *Cell) Here(id string) bool {
	if id == keys.Control {
		ctx, cancel := context.WithTimeout(context.Background(), answers)
		defer cancel()
		w, ok := c.findWriter(ctx)
		return ok && w.Name == c.name || (!ok || w.Schema < c.schema) && c.place(id).Name == c.name
	}
	return c.cfg.Guest || c.place(id).Name == c.name
}

// hint is the note beside a file's log that says who has the file open.
type hint struct {
	Cell    string `json:"cell"`
	Address string `json:"address"`
}

func hintName(id string) string { return id + "/owner.json" }

func (c *Cell) hint(ctx context.Context, id string) (h hint, err error) {
	text, _, err := c.cfg.Board.get(ctx, hintName(id))
	if errors.Is(err, errNone) {
		return h, nil
	}
	if err == nil && json.Unmarshal(text, &h) != nil {
		h = hint{} // a hint that cannot be read is none
	}
	return h, err
}

// peer is a living cell by its name.
func (c *Cell) peer(name string) (lease, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.peers[name]
	if !ok || !c.lives(p) {
		return lease{}, false
	}
	return p.lease, true
}

// Own implements [storage.Cells].
func (c *Cell) Own(ctx context.Context, id string) error {
	if err := c.Alive(); err != nil {
		return err
	}
	h, err := c.hint(ctx, id)
	if err != nil {
		return fmt.Errorf("who has %s open: %w", id, err)
	}
	if h.Cell != "" && h.Cell != c.name {
		if _, known := c.peer(h.Cell); !known {
			c.look(ctx) // it may have come a moment ago
		}
		if p, lives := c.peer(h.Cell); lives {
			began := time.Now()
			if err := c.askRelease(ctx, p, id); err != nil {
				return fmt.Errorf("%s is open in cell %s: %w", id, p.Name, err)
			}
			c.log.InfoContext(ctx, "a file was handed over", "db", id, "by", p.Name, "ms", time.Since(began).Milliseconds())
		}
	}
	text, err := json.Marshal(hint{c.name, c.cfg.Address})
	if err != nil {
		return err
	}
	if _, err := c.cfg.Board.put(ctx, hintName(id), text, ""); err != nil {
		return fmt.Errorf("say who has %s open: %w", id, err)
	}
	c.mu.Lock()
	c.mine[id]++
	if id == keys.Control {
		c.writer = c.name
	}
	c.mu.Unlock()
	if id != keys.Control && c.cfg.Fresh != nil {
		c.cfg.Fresh(id)
	}
	return nil
}

// Closed implements [storage.Cells].
func (c *Cell) Closed(id string) {
	c.mu.Lock()
	c.mine[id]--
	left := c.mine[id]
	if left <= 0 {
		delete(c.mine, id)
	}
	if id == keys.Control && c.writer == c.name {
		c.writer = ""
	}
	c.mu.Unlock()
	if left > 0 { // it was opened again meanwhile
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), answers)
	defer cancel()
	h, err := c.hint(ctx, id)
	if err == nil && h.Cell == c.name {
		err = c.cfg.Board.remove(ctx, hintName(id))
	}
	if err != nil {
		c.log.Warn("take back who has a file open", "db", id, "err", err)
	}
}

// Follow implements [storage.Cells].
func (c *Cell) Follow(ctx context.Context, path string, hold sync.Locker) (storage.Copy, error) {
	r, err := ltxlog.NewReplica(ctx, c.cfg.Log, keys.Control, path, hold, time.Now)
	if errors.Is(err, ltxlog.ErrNotFound) {
		return nil, fmt.Errorf("%w: nothing was written yet", storage.ErrNoTenant)
	}
	if err != nil {
		return nil, err
	}
	return replica{r}, nil
}

type replica struct{ *ltxlog.Replica }

func (r replica) Record() uint64 { return r.Position().Seq }

func (r replica) Advance(ctx context.Context) error {
	_, err := r.Replica.Advance(ctx)
	return err
}
