package cell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"assay/storage/keys"
)

// answers is how long the board or another cell may take for one request.
const answers = 5 * time.Second

const leases = "cells/"

func leaseName(cell string) string { return leases + cell + ".json" }

// Join writes the cell's lease, learns who else is there, and tells them. The files may be opened after it.
func (c *Cell) Join(ctx context.Context) error {
	if err := c.renew(ctx); err != nil {
		return fmt.Errorf("join the other cells: %w", err)
	}
	c.look(ctx)
	c.tell(ctx)
	if c.cfg.Guest {
		c.hearEverybody(ctx)
	}
	ctx, c.end = context.WithCancel(context.WithoutCancel(ctx))
	c.run(ctx)
	return nil
}

// hearEverybody waits until every cell that does not answer has renewed its lease or is known to be dead. A cell that
// serves lets requests wait instead.
func (c *Cell) hearEverybody(ctx context.Context) {
	c.mu.Lock()
	silent := map[string]lease{}
	for n, p := range c.peers {
		silent[n] = p.lease
	}
	c.mu.Unlock()
	for n, l := range silent {
		if _, err := c.ask(ctx, http.MethodPost, l.Address, "hello", nil); err == nil || l.Address == "" {
			delete(silent, n)
		}
	}
	for len(silent) > 0 && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
		c.look(ctx)
		for n, l := range silent {
			if p, lives := c.peer(n); !lives || p.Turn != l.Turn {
				delete(silent, n)
			}
		}
	}
}

// run keeps the lease, watches the others', and sees to it that somebody writes the installation's database.
func (c *Cell) run(ctx context.Context) {
	c.ended.Go(func() { c.every(ctx, c.cfg.Lease/3, c.keep) })
	c.ended.Go(func() {
		c.every(ctx, max(c.cfg.Lease/30, 20*time.Millisecond), func(ctx context.Context) {
			changed := c.look(ctx)
			select {
			case <-c.ready:
				if changed {
					c.changed()
				}
				c.mind(ctx)
			default: // the files are not open yet
			}
		})
	})
}

func (c *Cell) every(ctx context.Context, d time.Duration, fn func(context.Context)) {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			fn(ctx)
		}
	}
}

// keep renews the lease, trying again soon when that fails.
func (c *Cell) keep(ctx context.Context) {
	for wait := c.cfg.Lease / 30; ; wait = min(2*wait, c.cfg.Lease/6) {
		err := c.renew(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		c.log.WarnContext(ctx, "renew the lease", "cell", c.name, "err", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// renew writes the lease anew. A lease that had run out is of no use for what is open: others may have written since,
// so everything is closed before reads are answered again.
func (c *Cell) renew(ctx context.Context) error {
	c.mu.Lock()
	c.self.Turn++
	l, over := c.self, c.tag
	if over != "" && !time.Now().Before(c.until) {
		c.lapsed = true
	}
	c.mu.Unlock()
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, min(answers, c.cfg.Lease/2))
	defer cancel()
	began := time.Now()
	tag, err := c.cfg.Board.put(ctx, leaseName(c.name), text, over)
	if errors.Is(err, errTaken) { // somebody cleared it away: for the others this cell was dead
		c.mu.Lock()
		c.tag, c.lapsed = "", true
		c.mu.Unlock()
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.tag, c.until = tag, began.Add(c.cfg.Lease)
	lapsed := c.lapsed
	c.mu.Unlock()
	go c.tellRenewed(context.WithoutCancel(ctx)) // the later they see it, the later they would miss the next
	if lapsed {
		c.log.WarnContext(ctx, "the lease had run out: every file is opened anew", "cell", c.name)
		c.releaseAll(context.WithoutCancel(ctx))
		c.mu.Lock()
		c.lapsed = false
		c.mu.Unlock()
	}
	return nil
}

// releaseAll closes what is open.
func (c *Cell) releaseAll(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Lease/3)
	defer cancel()
	c.mu.Lock()
	var all []string
	for id := range c.mine {
		all = append(all, id)
	}
	c.mu.Unlock()
	for _, id := range all {
		if err := c.release(ctx, id); err != nil {
			c.log.WarnContext(ctx, "close a file after the lease had run out", "db", id, "err", err)
		}
	}
}

// release closes a file, so that another cell can have it.
func (c *Cell) release(ctx context.Context, id string) error {
	select {
	case <-c.ready:
	default:
		return errors.New("the files are being opened")
	}
	if id == keys.Control {
		return c.store.GiveControl(ctx)
	}
	return c.store.Release(ctx, id)
}

// look reads the others' leases, and says whether there are others than before.
func (c *Cell) look(ctx context.Context) (changed bool) {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	c.mu.Lock()
	names := map[string]bool{}
	for n := range c.peers {
		names[n] = true
	}
	before := len(c.candidates())
	all := time.Since(c.listed) > c.cfg.Lease/3
	c.mu.Unlock()
	if all {
		list, err := c.cfg.Board.list(ctx, leases)
		if err != nil {
			c.log.WarnContext(ctx, "look for other cells", "err", err)
			return false
		}
		for _, n := range list {
			name, ok := strings.CutSuffix(strings.TrimPrefix(n, leases), ".json")
			if ok && name != c.name {
				names[name] = true
			}
		}
		c.mu.Lock()
		c.listed = time.Now()
		c.mu.Unlock()
	}
	var wg sync.WaitGroup
	for n := range names {
		wg.Go(func() { c.lookAt(ctx, n) })
	}
	wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.candidates()) != before
}

// lookAt reads one lease. One that did not change for long is cleared away.
func (c *Cell) lookAt(ctx context.Context, name string) {
	text, tag, err := c.cfg.Board.get(ctx, leaseName(name))
	var l lease
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	c.mu.Lock()
	p := c.peers[name]
	switch {
	case errors.Is(err, errNone):
		if p != nil {
			delete(c.peers, name)
			c.log.InfoContext(ctx, "a cell has left", "other", name)
		}
	case err != nil:
		if ctx.Err() == nil {
			c.log.WarnContext(ctx, "read the lease of another cell", "other", name, "err", err)
		}
	case p == nil:
		c.peers[name] = &peer{l, tag, time.Now()}
		c.log.InfoContext(ctx, "a cell is here", "other", name, "address", l.Address, "program", l.Program)
	case p.tag != tag:
		p.lease, p.tag, p.seen = l, tag, time.Now()
	}
	dead := p != nil && err == nil && time.Since(p.seen) > 2*p.Lease
	if dead {
		delete(c.peers, name)
	}
	c.mu.Unlock()
	if dead {
		if err := c.cfg.Board.remove(ctx, leaseName(name)); err != nil {
			c.log.WarnContext(ctx, "clear away the lease of a dead cell", "other", name, "err", err)
		}
	}
}

// mind takes over the installation's database when nobody writes it and it belongs here.
func (c *Cell) mind(ctx context.Context) {
	c.mu.Lock()
	leaving := c.leaving
	c.mu.Unlock()
	if leaving || c.store.Writes() || c.Alive() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*c.cfg.Lease)
	defer cancel()
	w, ok := c.findWriter(ctx)
	if ok && w.Schema >= c.schema || c.place(keys.Control).Name != c.name {
		return
	}
	c.log.InfoContext(ctx, "take over the installation's database", "cell", c.name)
	if err := c.store.TakeControl(ctx); err != nil {
		c.log.ErrorContext(ctx, "take over the installation's database", "err", err)
		return
	}
	c.changed()
}

// findWriter is the cell that writes the installation's database, if one that lives does.
func (c *Cell) findWriter(ctx context.Context) (lease, bool) {
	c.mu.Lock()
	name, self := c.writer, c.self
	c.mu.Unlock()
	if name == c.name {
		return self, true
	}
	if w, ok := c.peer(name); ok && !w.Leaving {
		return w, true
	}
	h, err := c.hint(ctx, keys.Control)
	if err != nil || h.Cell == "" || h.Cell == c.name {
		return lease{}, false
	}
	w, ok := c.peer(h.Cell)
	if ok {
		c.mu.Lock()
		c.writer = h.Cell
		c.mu.Unlock()
	}
	return w, ok
}

// forgetWriter makes findWriter look again.
func (c *Cell) forgetWriter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writer != c.name {
		c.writer = ""
	}
}

// Leave makes the others take what comes from now on, and hands the installation's database over. What is open is
// closed when somebody asks for it, at the latest with the store.
func (c *Cell) Leave(ctx context.Context) {
	c.mu.Lock()
	alone := true
	for _, p := range c.peers {
		alone = alone && (!c.lives(p) || p.Leaving)
	}
	c.leaving, c.self.Leaving = !alone, !alone
	c.mu.Unlock()
	if alone { // there is nobody to hand anything to
		return
	}
	if err := c.renew(ctx); err != nil {
		c.log.WarnContext(ctx, "say that this cell leaves", "err", err)
	}
	c.tell(ctx)
	began := time.Now()
	if err := c.store.GiveControl(ctx); err != nil {
		c.log.ErrorContext(ctx, "hand the installation's database over", "err", err)
	}
	c.log.InfoContext(ctx, "the installation's database was given away", "ms", time.Since(began).Milliseconds())
	c.tell(ctx)
}

// Drain waits until what other cells passed on is answered.
func (c *Cell) Drain(ctx context.Context) {
	for c.hops.Load() > 0 && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
}

// Close takes the lease back and ends the cell, after everything is closed.
func (c *Cell) Close() error {
	if c.end != nil {
		c.end()
	}
	c.ended.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), answers)
	defer cancel()
	err := c.cfg.Board.remove(ctx, leaseName(c.name))
	c.tell(ctx)
	c.mu.Lock()
	hs := c.serving
	c.mu.Unlock()
	if hs != nil {
		err = errors.Join(err, hs.Close())
	}
	if err != nil {
		return fmt.Errorf("leave the other cells: %w", err)
	}
	return nil
}
