package storage

import "sync"

// Row names one changed row.
type Row struct {
	Table string `json:"table"`
	PK    string `json:"pk"`
	Op    string `json:"op"`
}

// Changed tells a subscriber what a committed write changed. Seq is that of its audit record, -1 for none.
type Changed struct {
	Seq  int64 `json:"seq"`
	Rows []Row `json:"rows"`
}

type subscribers struct {
	mu   sync.Mutex
	list map[chan Changed]bool
}

// Subscribe gives every committed change from now on. A subscriber that falls behind misses some: the
// channel is for refreshing what is shown, not for keeping count.
func (db *DB) Subscribe() (<-chan Changed, func()) {
	ch := make(chan Changed, 32)
	db.subs.mu.Lock()
	defer db.subs.mu.Unlock()
	if db.subs.list == nil {
		db.subs.list = map[chan Changed]bool{}
	}
	db.subs.list[ch] = true
	return ch, func() {
		db.subs.mu.Lock()
		defer db.subs.mu.Unlock()
		if db.subs.list[ch] {
			delete(db.subs.list, ch)
			close(ch)
		}
	}
}

// publish tells of changed rows, and of rows that read differently although they did not change. Of tables that
// are not audited only the name is known.
func (s *subscribers) publish(seq int64, changes []Change, also []Row, touched []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) == 0 || len(changes)+len(also)+len(touched) == 0 {
		return
	}
	c := Changed{Seq: seq, Rows: also}
	for _, table := range touched {
		c.Rows = append(c.Rows, Row{Table: table, Op: "update"})
	}
	for _, ch := range changes {
		c.Rows = append(c.Rows, Row{ch.Table, ch.PK, ch.Op})
	}
	for ch := range s.list {
		select {
		case ch <- c:
		default:
		}
	}
}

func (s *subscribers) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ch := range s.list {
		close(ch)
	}
	clear(s.list)
}
