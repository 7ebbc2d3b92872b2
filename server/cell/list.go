package cell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"assay/storage/keys"
)

// Listed is a cell as its notes show it.
type Listed struct {
	Name, Address, Program  string
	Open                    int // organisations
	Writes, Leaving, Silent bool
}

// List reads the notes of every cell. It waits until each has renewed its lease, or should have.
func List(ctx context.Context, b *Board) ([]Listed, error) {
	fail := func(err error) ([]Listed, error) { return nil, fmt.Errorf("list cells: %w", err) }
	names, err := b.list(ctx, leases)
	if err != nil {
		return fail(err)
	}
	first, tags := map[string]lease{}, map[string]string{}
	var wait time.Duration
	for _, n := range names {
		l, tag, err := b.lease(ctx, n)
		if errors.Is(err, errNone) {
			continue
		}
		if err != nil {
			return fail(err)
		}
		first[n], tags[n] = l, tag
		wait = max(wait, l.Lease/2) // it is renewed every third
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		return fail(ctx.Err())
	}
	open, writer, err := b.owners(ctx)
	if err != nil {
		return fail(err)
	}
	var all []Listed
	for _, n := range names {
		l, was := first[n]
		if !was {
			continue
		}
		_, tag, err := b.lease(ctx, n)
		if errors.Is(err, errNone) {
			continue // it left
		}
		if err != nil {
			return fail(err)
		}
		all = append(all, Listed{Name: l.Name, Address: l.Address, Program: l.Program, Open: open[l.Name], Writes: writer == l.Name, Leaving: l.Leaving, Silent: tag == tags[n]})
	}
	return all, nil
}

func (b *Board) lease(ctx context.Context, name string) (l lease, tag string, err error) {
	text, tag, err := b.get(ctx, name)
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	return l, tag, err
}

// owners counts the organisations that each cell says it has open, and names the one that writes the installation's
// database.
func (b *Board) owners(ctx context.Context) (open map[string]int, writer string, err error) {
	dirs, err := b.list(ctx, "")
	if err != nil {
		return nil, "", err
	}
	open = map[string]int{}
	for _, d := range dirs {
		id, is := strings.CutSuffix(d, "/")
		if !is || id+"/" == leases {
			continue
		}
		text, _, err := b.get(ctx, hintName(id))
		if errors.Is(err, errNone) {
			continue
		}
		var h hint
		if err == nil {
			err = json.Unmarshal(text, &h)
		}
		if err != nil {
			return nil, "", err
		}
		if id == keys.Control {
			writer = h.Cell
		} else {
			open[h.Cell]++
		}
	}
	return open, writer, nil
}
