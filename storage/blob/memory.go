package blob

import (
	"bytes"
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory keeps objects in memory, for tests and trials.
func Memory() Backend { return &memory{objects: map[string][]byte{}} }

type memory struct {
	mu      sync.RWMutex
	objects map[string][]byte
}

func (m *memory) put(_ context.Context, name string, r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.objects[name] = b
	return nil
}

func (m *memory) open(_ context.Context, name string) (source, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	b, ok := m.objects[name]
	if !ok {
		return nil, ErrNotFound
	}
	return memoryObject(b), nil
}

type memoryObject []byte

func (o memoryObject) size() int64  { return int64(len(o)) }
func (o memoryObject) close() error { return nil }

func (o memoryObject) from(off int64) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(o[min(off, o.size()):])), nil
}

func (m *memory) remove(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, name)
	return nil
}

func (m *memory) removeAll(_ context.Context, dir string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.objects, func(name string, _ []byte) bool { return strings.HasPrefix(name, dir+"/") })
	return nil
}

func (m *memory) list(_ context.Context, dir string) iter.Seq2[string, error] {
	m.mu.RLock()
	names := slices.Sorted(maps.Keys(m.objects))
	m.mu.RUnlock()
	return func(yield func(string, error) bool) {
		for _, n := range names {
			if last, ok := strings.CutPrefix(n, dir+"/"); ok && !strings.Contains(last, "/") && !yield(last, nil) {
				return
			}
		}
	}
}

func (m *memory) clean(context.Context, time.Time) error { return nil }
func (m *memory) close() error                           { return nil }
