package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"assay/storage"
)

// Post is the queue: rows of the table mail in the installation's database.
// Whoever writes to it lists that table among those it may change.
type Post struct {
	store  *storage.Store
	sender Sender
	keep   bool
	log    *slog.Logger
	wake   chan struct{}
	mu     sync.Mutex // one delivery at a time
	later  map[string]later
	wanted map[string]wanted
}

// wanted says whether a mail may still leave: whom it was written to may have been shut out since.
type wanted func(tx *storage.ReadTx, tenant, to string) (bool, error)

// ErrHeld is what an OnlyIf answers for a mail that must wait until somebody releases it.
var ErrHeld = errors.New("it waits to be released")

// later is how a mail is written that was queued by its kind alone.
type later struct {
	owns  []string
	write func(tx *storage.WriteTx, to string) (kind string, m Message, err error)
}

// NewPost sends through sender. Without one, mails wait until there is. With
// keep, what was sent stays readable: that is the demo's outbox.
func NewPost(store *storage.Store, sender Sender, keep bool, log *slog.Logger) *Post {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Post{store: store, sender: sender, keep: keep, log: log, wake: make(chan struct{}, 1), later: map[string]later{}, wanted: map[string]wanted{}}
}

// Later says how mails queued with PutLater under a kind are written when it is
// their turn: in a transaction of their own, which may change the given tables.
// It is called while the program is put together, before anything is queued.
func (p *Post) Later(kind string, owns []string, write func(tx *storage.WriteTx, to string) (kind string, m Message, err error)) {
	p.later[kind] = later{append([]string{"mail"}, owns...), write}
}

// OnlyIf has fn asked about every mail of a kind right before it leaves; one that is no longer wanted is
// dropped, one that is [ErrHeld] waits. It is called while the program is put together, as Later is.
func (p *Post) OnlyIf(kind string, fn func(tx *storage.ReadTx, tenant, to string) (bool, error)) {
	p.wanted[kind] = fn
}

// PutLater queues a mail of which only the kind and the address are known. Who
// watches the clock learns nothing about what it will say.
func (p *Post) PutLater(tx *storage.WriteTx, kind, to string) error {
	if _, known := p.later[kind]; !known {
		return fmt.Errorf("queue mail: nobody writes mails of kind %q", kind)
	}
	return tx.Exec("INSERT INTO mail (id, recipient, kind, created_at, next_at) VALUES (?, ?, ?, ?4, ?4)", tx.NewID(), to, kind, tx.Stamp())
}

// Nowhere is the sender of the demo: every mail counts as sent.
type Nowhere struct{}

// Send does nothing.
func (Nowhere) Send(context.Context, Message) error { return nil }

// content is what is sealed of a mail.
type content struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

// Put queues a message in the transaction that causes it. kind is one word for
// the log and the outbox, tenant the organisation it is about, if any.
func (p *Post) Put(tx *storage.WriteTx, kind, tenant string, m Message) error {
	return p.PutOnce(tx, tx.NewID(), kind, tenant, m)
}

// PutOnce is Put for a mail whose id is known, and which is queued under it once: what is caused in another
// file may be queued again after a crash.
func (p *Post) PutOnce(tx *storage.WriteTx, id, kind, tenant string, m Message) error {
	body, err := seal(tx, id, m)
	if err != nil {
		return fmt.Errorf("queue mail: %w", err)
	}
	err = tx.Exec("INSERT INTO mail (id, recipient, kind, tenant, body, created_at, next_at) VALUES (?, ?, ?, ?, ?, ?6, ?6) ON CONFLICT (id) DO NOTHING", id, m.To, kind, tenant, body, tx.Stamp())
	if err != nil {
		return fmt.Errorf("queue mail: %w", err)
	}
	return nil
}

func seal(tx *storage.WriteTx, id string, m Message) (string, error) {
	b, err := json.Marshal(content{m.Subject, m.Text, m.HTML})
	if err != nil {
		return "", err
	}
	return tx.Seal("mail", "body", id, b)
}

// Wake tells Run that there may be something to send. Call it after the write
// that queued a mail; a call that is forgotten costs at most a minute.
func (p *Post) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends.
func (p *Post) Run(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if _, err := p.Deliver(ctx); err != nil && ctx.Err() == nil {
			p.log.ErrorContext(ctx, "deliver mail", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-tick.C:
		}
	}
}

// Tries is how often a mail is tried, over about a day.
const Tries = 12

// held is after what time a mail that is held is looked at again.
const held = 10 * time.Minute

// Again is how long to wait after so many tries.
func Again(tries int) time.Duration {
	d := 30 * time.Second
	for range tries - 1 {
		if d *= 2; d >= 6*time.Hour {
			return 6 * time.Hour
		}
	}
	return d
}

// Deliver sends what is due and says how many mails left. A mail that cannot be
// sent waits, longer every time; one that is refused for good is given up with
// the reason beside it. A crash between sending and noting it sends a mail
// twice under one Message-ID, never not at all.
func (p *Post) Deliver(ctx context.Context) (sent int, err error) {
	if p.sender == nil || !p.store.Writes() { // of several processes one sends
		return 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		due, err := p.due(ctx)
		if err != nil || len(due) == 0 {
			return sent, err
		}
		for _, m := range due {
			if err := p.write(ctx, &m); err != nil {
				return sent, err
			}
			failure := p.still(ctx, m)
			if failure == nil {
				failure = p.sender.Send(ctx, m.Message)
			}
			if ctx.Err() != nil {
				return sent, ctx.Err() // shutting down: not the mail's fault
			}
			if err := p.end(ctx, m, failure); err != nil {
				return sent, err
			}
			if failure == nil {
				sent++
			}
		}
	}
}

// errUnwanted is why a mail does not leave.
var errUnwanted = errors.New("whom it was written to may no longer read it")

// still is errUnwanted for a mail that may not leave any more.
func (p *Post) still(ctx context.Context, m waiting) error {
	ask := p.wanted[m.kind]
	if ask == nil {
		return nil
	}
	return p.store.Control().Read(ctx, postCall, func(tx *storage.ReadTx) error {
		ok, err := ask(tx, m.tenant, m.To)
		if err == nil && !ok {
			err = errUnwanted
		}
		return err
	})
}

type waiting struct {
	Message
	kind   string
	tenant string
	empty  bool
	tries  int
}

// write writes a mail that was queued by its kind alone.
func (p *Post) write(ctx context.Context, m *waiting) error {
	l, known := p.later[m.kind]
	if !m.empty || !known {
		return nil
	}
	call := storage.Call{Actor: postCall.Actor, Action: "mail.write", Owns: l.owns}
	_, err := p.store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
		kind, written, err := l.write(tx, m.To)
		if err != nil {
			return err
		}
		written.ID, written.To = m.ID, m.To
		m.Message = written
		body, err := seal(tx, m.ID, written)
		if err != nil {
			return err
		}
		return tx.ExecOne("UPDATE mail SET kind = ?2, body = ?3 WHERE id = ?1", m.ID, kind, body)
	})
	if err != nil {
		return fmt.Errorf("write mail of kind %s: %w", m.kind, err)
	}
	return nil
}

var postCall = storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "mail"}, Action: "mail.send", Owns: []string{"mail"}}

func (p *Post) due(ctx context.Context) (all []waiting, err error) {
	err = p.store.Control().Read(ctx, postCall, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id, recipient, kind, tenant, body, tries FROM mail WHERE next_at <> '' AND next_at <= ? ORDER BY next_at, rowid LIMIT 20", tx.Stamp())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var m waiting
			var body string
			if err := rows.Scan(&m.ID, &m.To, &m.kind, &m.tenant, &body, &m.tries); err != nil {
				return err
			}
			if m.empty = body == ""; !m.empty {
				if err := open(tx, body, &m.Message); err != nil {
					return err
				}
			}
			all = append(all, m)
		}
		return rows.Err()
	})
	return all, err
}

// open reads the sealed body of a row.
func open(tx *storage.ReadTx, sealed string, m *Message) error {
	b, err := tx.Unseal("mail", "body", m.ID, sealed)
	if err != nil {
		return fmt.Errorf("open mail %s: %w", m.ID, err)
	}
	var c content
	if err := json.Unmarshal(b, &c); err != nil {
		return fmt.Errorf("open mail %s: %w", m.ID, err)
	}
	m.Subject, m.Text, m.HTML = c.Subject, c.Text, c.HTML
	return nil
}

// end notes how sending a mail went.
func (p *Post) end(ctx context.Context, m waiting, failure error) error {
	_, err := p.store.Control().Write(ctx, postCall, func(tx *storage.WriteTx) error {
		if errors.Is(failure, ErrHeld) {
			return tx.Exec("UPDATE mail SET next_at = ?2 WHERE id = ?1", m.ID, tx.Now().Add(held).Format(storage.Instant))
		}
		m.tries++
		switch {
		case failure == nil:
			return tx.Exec("UPDATE mail SET sent_at = ?2, next_at = '', tries = ?3, error = '', body = iif(?4, body, '') WHERE id = ?1", m.ID, tx.Stamp(), m.tries, p.keep)
		case Permanent(failure) || errors.Is(failure, errUnwanted) || m.tries >= Tries:
			return tx.Exec("UPDATE mail SET next_at = '', tries = ?2, error = ?3, body = '' WHERE id = ?1", m.ID, m.tries, short(failure))
		default:
			return tx.Exec("UPDATE mail SET next_at = ?2, tries = ?3, error = ?4 WHERE id = ?1", m.ID, tx.Now().Add(Again(m.tries)).Format(storage.Instant), m.tries, short(failure))
		}
	})
	if failure != nil && !errors.Is(failure, ErrHeld) {
		p.log.WarnContext(ctx, "mail not sent", "mail", m.ID, "try", m.tries, "err", failure)
	}
	return err
}

func short(err error) string {
	s := oneLine(err.Error())
	return s[:min(len(s), 300)]
}

// Tidy deletes what is a month old, also what no server ever took: its links
// have long expired.
func (p *Post) Tidy(tx *storage.WriteTx) error {
	return tx.Exec("DELETE FROM mail WHERE created_at < ?", tx.Now().AddDate(0, 0, -30).Format(storage.Instant))
}
