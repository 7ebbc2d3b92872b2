package storage

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"assay/storage/keys"
)

// Change is one row that a write inserted, updated or deleted: for each column that differs, the value
// before and after. A value is nil, a string, an int64, a float64, or one of [Long], [Secret], [Erased].
type Change struct {
	Table string            `json:"table"`
	PK    string            `json:"pk"`
	Op    string            `json:"op"` // insert, update, delete
	Set   map[string][2]any `json:"set"`
}

// Event is a read that matters, or what a write's rows do not say.
type Event struct {
	Subject string         `json:"subject,omitempty"`
	Detail  map[string]any `json:"detail,omitempty"`
}

// Record is one entry of the audit log.
type Record struct {
	Seq     int64    `json:"seq"`
	At      string   `json:"at"`
	Kind    string   `json:"kind"` // change, event
	Actor   Actor    `json:"actor"`
	Action  string   `json:"action"`
	Tenant  string   `json:"tenant,omitempty"`
	Token   string   `json:"token,omitempty"`
	Request string   `json:"request,omitempty"`
	Cause   string   `json:"cause,omitempty"`
	Note    string   `json:"note,omitempty"`
	Events  []Event  `json:"events,omitempty"`
	Changes []Change `json:"changes,omitempty"`
}

// Long stands for a value too long for the log.
type Long struct {
	Length int    `json:"length"`
	SHA256 string `json:"sha256"`
}

// Secret stands for a value the log never holds.
type Secret struct {
	Secret bool `json:"secret"`
}

// Erased stands for a personal value whose person's key was destroyed.
type Erased struct {
	Erased bool `json:"erased"`
}

type sealed struct {
	Sealed string `json:"sealed"`
	Of     string `json:"of,omitempty"` // whose key, where it is not the row's own
}

// engineStmts are the statements of every write, prepared once. They belong to the engine: a module never
// gets hold of one.
type engineStmts struct {
	audit, row, rows, checkpoint, job, idem *sql.Stmt
}

func (db *DB) prepare(ctx context.Context) error {
	for to, q := range map[**sql.Stmt]string{
		&db.stmts.audit:      "INSERT INTO audit (seq, at, kind, actor_kind, actor, action, tenant, rows, record, hashes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		&db.stmts.row:        "INSERT OR IGNORE INTO audit_row (tbl, pk, seq) VALUES (?, ?, ?)",
		&db.stmts.rows:       "INSERT OR IGNORE INTO audit_row (tbl, pk, seq) VALUES (?, ?, ?)" + strings.Repeat(", (?, ?, ?)", together-1),
		&db.stmts.checkpoint: "INSERT OR REPLACE INTO checkpoint (size, at, note) VALUES (?, ?, ?)",
		&db.stmts.job: `INSERT INTO job (id, name, args, key, due, cause) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (name, key) WHERE key <> '' AND state IN ('ready', 'running') DO UPDATE SET due = excluded.due WHERE state = 'ready' AND due > excluded.due`,
		&db.stmts.idem: "INSERT OR REPLACE INTO idempotency (key, digest, at, status, body) VALUES (?, ?, ?, ?, ?)",
	} {
		s, err := db.write.PrepareContext(ctx, q)
		if err != nil {
			return err
		}
		*to = s
	}
	return nil
}

func (s *engineStmts) close() {
	for _, st := range []*sql.Stmt{s.audit, s.row, s.rows, s.checkpoint, s.job, s.idem} {
		if st != nil {
			st.Close()
		}
	}
}

// record writes the audit record of what tx changed. It returns -1 when there is nothing to record.
func (db *DB) record(tx *WriteTx) (int64, []Change, error) {
	if db.watch.err != nil {
		return -1, nil, db.watch.err
	}
	changes, err := db.coalesce(tx.ctx)
	if err != nil {
		return -1, nil, err
	}
	if db.draft {
		if err := draftable(changes); err != nil {
			return -1, nil, err
		}
	}
	if len(changes) == 0 && len(tx.events) == 0 {
		if len(db.watch.changes) > 0 {
			db.watch.logged = true // everything that was changed was changed back
		}
		return -1, nil, nil
	}
	c := tx.call
	r := Record{Seq: db.log.size, At: tx.Stamp(), Kind: "change", Actor: c.Actor, Action: c.Action, Tenant: c.Tenant,
		Token: c.Token, Request: c.Request, Cause: c.Cause, Note: c.Note, Events: tx.events, Changes: changes}
	if len(changes) == 0 {
		r.Kind = "event"
	}
	db.addressee = func(address any) (string, error) { return tx.addressee(changes, address) }
	text, err := db.encode(tx.ctx, r)
	if err != nil {
		return -1, nil, err
	}
	tx.wrote = len(text)
	log := db.log
	log.frontier = slices.Clone(log.frontier) // the old one stays as it is in case the commit fails
	hashes := log.push(text)
	if _, err := tx.tx.StmtContext(tx.ctx, db.stmts.audit).ExecContext(tx.ctx,
		r.Seq, r.At, r.Kind, string(r.Actor.Kind), r.Actor.ID, r.Action, r.Tenant, len(changes), string(text), bytes.Join(hashes, nil)); err != nil {
		return -1, nil, fmt.Errorf("write audit record: %w", err)
	}
	if err := db.recordRows(tx, changes, r.Seq); err != nil {
		return -1, nil, fmt.Errorf("write audit index: %w", err)
	}
	db.log = log
	if !db.draft && (db.log.size-db.log.checked >= checkpointAmount || tx.now.Sub(db.log.checkedAt) >= checkpointEvery) {
		if tx.signed, err = db.sign(tx.ctx, tx.tx, tx.now); err != nil {
			return -1, nil, err
		}
	}
	return r.Seq, changes, nil
}

// addressee is the person who has an address, or had it before this write; empty when nobody has.
func (tx *WriteTx) addressee(changes []Change, address any) (person string, err error) {
	for _, ch := range changes {
		if ch.Table == "person" && slices.Contains([]any{ch.Set["email"][0], ch.Set["email"][1]}, address) {
			return ch.PK, nil
		}
	}
	err = tx.QueryRow("SELECT coalesce(max(id), '') FROM person WHERE email = ?", address).Scan(&person)
	return person, err
}

// recordRows says which rows the record speaks of.
func (db *DB) recordRows(tx *WriteTx, changes []Change, seq int64) error {
	for some := range slices.Chunk(changes, together) {
		args := make([]any, 0, 3*together)
		for _, ch := range some {
			args = append(args, ch.Table, ch.PK, seq)
		}
		if len(some) == together {
			if _, err := tx.tx.StmtContext(tx.ctx, db.stmts.rows).ExecContext(tx.ctx, args...); err != nil {
				return err
			}
			continue
		}
		one := tx.tx.StmtContext(tx.ctx, db.stmts.row)
		for ; len(args) > 0; args = args[3:] {
			if _, err := one.ExecContext(tx.ctx, args[:3]...); err != nil {
				return err
			}
		}
	}
	return nil
}

// coalesce turns what the hook saw into one change a row, in the order the rows were first touched.
func (db *DB) coalesce(ctx context.Context) ([]Change, error) {
	type id struct{ table, pk string }
	type state struct{ old, new []any }
	var order []id
	rows := map[id]*state{}
	touch := func(k id, old, new []any) {
		s := rows[k]
		if s == nil {
			s = &state{old: old}
			rows[k] = s
			order = append(order, k)
		}
		s.new = new
	}
	for _, c := range db.watch.changes {
		t, ok := db.watch.tables[c.table]
		if !ok {
			return nil, fmt.Errorf("audit: table %s is not known", c.table)
		}
		was, is := t.pk(c.old), t.pk(c.new)
		if c.old != nil && c.new != nil && was != is { // a key changed: the old row is gone, another one came
			touch(id{c.table, was}, c.old, nil)
			touch(id{c.table, is}, nil, c.new)
			continue
		}
		touch(id{c.table, max(was, is)}, c.old, c.new)
	}
	var out []Change
	for _, k := range order {
		s, t := rows[k], db.watch.tables[k.table]
		ch := Change{Table: k.table, PK: k.pk}
		size := len(t.columns)
		switch {
		case s.old == nil && s.new == nil:
			continue // came and went
		case s.old == nil:
			ch.Op = "insert"
		case s.new == nil:
			ch.Op = "delete"
		default:
			ch.Op, size = "update", 2
		}
		ch.Set = make(map[string][2]any, size)
		for i, col := range t.columns {
			var pair [2]any
			if s.old != nil && i < len(s.old) {
				pair[0] = plain(s.old[i])
			}
			if s.new != nil && i < len(s.new) {
				pair[1] = plain(s.new[i])
			}
			if pair[0] != pair[1] {
				ch.Set[col] = pair
			}
		}
		if ch.Op == "update" && (len(ch.Set) == 0 || len(ch.Set) == 1 && ch.Set["version"] != [2]any{}) {
			continue // written with the values it had
		}
		out = append(out, ch)
	}
	return out, nil
}

// pk is the row's primary key as text; the parts of a composed key are joined by a slash.
func (t table) pk(row []any) string {
	if row == nil {
		return ""
	}
	parts := make([]string, len(t.key))
	for i, k := range t.key {
		parts[i] = fmt.Sprint(plain(row[k]))
	}
	return strings.Join(parts, "/")
}

// plain makes a value of SQLite's comparable.
func plain(v any) any {
	switch v := v.(type) {
	case []byte:
		return "base64:" + base64.StdEncoding.EncodeToString(v)
	case int:
		return int64(v)
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case nil, string, int64, float64:
		return v
	}
	return fmt.Sprint(v)
}

// encode is the record as it is kept and hashed: long values by digest, secrets by name, personal values
// sealed under their person's key. It is the JSON that encoding/json makes of a [Record], made without it:
// an import writes millions of values.
func (db *DB) encode(ctx context.Context, r Record) ([]byte, error) {
	changes := r.Changes
	r.Changes = nil
	out, err := json.Marshal(r)
	if err != nil || len(changes) == 0 {
		return out, err
	}
	out = append(out[:len(out)-1], `,"changes":[`...)
	var columns []string
	for i, ch := range changes {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, `{"table":`...)
		out = appendText(out, ch.Table)
		out = append(out, `,"pk":`...)
		out = appendText(out, ch.PK)
		out = append(out, `,"op":`...)
		out = appendText(out, ch.Op)
		out = append(out, `,"set":{`...)
		columns = slices.AppendSeq(columns[:0], maps.Keys(ch.Set))
		slices.Sort(columns)
		for j, col := range columns {
			if j > 0 {
				out = append(out, ',')
			}
			out = append(appendText(out, col), ":["...)
			for side, v := range ch.Set[col] {
				if side > 0 {
					out = append(out, ',')
				}
				if v, err = db.keep(ctx, ch, col, v); err != nil {
					return nil, err
				}
				if out, err = appendValue(out, v); err != nil {
					return nil, err
				}
			}
			out = append(out, ']')
		}
		out = append(out, "}}"...)
	}
	return append(out, "]}"...), nil
}

func appendValue(out []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(out, "null"...), nil
	case string:
		return appendText(out, v), nil
	case int64:
		return strconv.AppendInt(out, v, 10), nil
	}
	b, err := json.Marshal(v)
	return append(out, b...), err
}

// appendText adds s as encoding/json writes it.
func appendText(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			b, _ := json.Marshal(s) // a string has no way to fail
			return append(out, b...)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}

func (db *DB) keep(ctx context.Context, ch Change, col string, v any) (any, error) {
	switch {
	case v == nil || v == "":
		return v, nil
	case secretColumns[ch.Table][col]:
		return Secret{true}, nil
	case personalColumns[ch.Table][col] && !tooLong(v):
		return db.seal(ctx, ch, col, v, "")
	case addressColumns[ch.Table][col]:
		of, err := db.addressee(v)
		if err != nil {
			return nil, fmt.Errorf("whose address: %w", err)
		}
		if of != "" {
			return db.seal(ctx, ch, col, v, of)
		}
	}
	if s, ok := v.(string); ok && len(s) > longest {
		sum := sha256.Sum256([]byte(s))
		return Long{len(s), hex.EncodeToString(sum[:])}, nil
	}
	return v, nil
}

func tooLong(v any) bool {
	s, ok := v.(string)
	return ok && len(s) > longest
}

// seal gives a personal value as the log keeps it: under the key of a person, whom the row's key names unless of does.
func (db *DB) seal(ctx context.Context, ch Change, col string, v any, of string) (any, error) {
	k, err := db.personKey(ctx, cmp.Or(of, ch.PK), true)
	if errors.Is(err, keys.ErrErased) {
		return Erased{true}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("key of person: %w", err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	b, err := k.SealField(place(ch.Table, col, ch.PK), text)
	if err != nil {
		return nil, fmt.Errorf("seal personal value: %w", err)
	}
	return sealed{base64.RawStdEncoding.EncodeToString(b), of}, nil
}

func (db *DB) personKey(ctx context.Context, person string, create bool) (keys.Key, error) {
	raw, err := db.cfg.Keys.Person(ctx, db.id, person, create)
	if err != nil {
		return keys.Key{}, err
	}
	return keys.New(db.id+"/"+person, raw, nil)
}

// Audit gives one record of the log with personal values opened where their key still exists.
func (tx *ReadTx) Audit(seq int64) (Record, error) {
	var text string
	err := tx.QueryRow("SELECT record FROM audit WHERE seq = ?", seq).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, ErrNotFound
	}
	if err != nil {
		return Record{}, err
	}
	return tx.OpenRecord(text)
}

// OpenRecord decodes the text of a record and opens its personal values.
func (tx *ReadTx) OpenRecord(text string) (Record, error) {
	var r Record
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&r); err != nil {
		return Record{}, fmt.Errorf("read audit record: %w", err)
	}
	for _, ch := range r.Changes {
		for col, pair := range ch.Set {
			for side, v := range pair {
				o, err := tx.db.reveal(tx.ctx, ch, col, v)
				if err != nil {
					return Record{}, fmt.Errorf("read audit record %d: %w", r.Seq, err)
				}
				pair[side] = o
			}
			ch.Set[col] = pair
		}
	}
	return r, nil
}

func (db *DB) reveal(ctx context.Context, ch Change, col string, v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	case map[string]any:
		if n, ok := v["length"].(json.Number); ok {
			i, _ := n.Int64()
			sum, _ := v["sha256"].(string)
			return Long{int(i), sum}, nil
		}
		if v["secret"] == true {
			return Secret{true}, nil
		}
		text, ok := v["sealed"].(string)
		if !ok {
			return Erased{true}, nil
		}
		of, _ := v["of"].(string)
		k, err := db.personKey(ctx, cmp.Or(of, ch.PK), false)
		if errors.Is(err, keys.ErrNoKey) {
			return Erased{true}, nil
		}
		if err != nil {
			return nil, err
		}
		b, err := base64.RawStdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		open, err := k.OpenField(place(ch.Table, col, ch.PK), b)
		if err != nil {
			return nil, err
		}
		var s any
		err = json.Unmarshal(open, &s)
		return s, err
	}
	return v, nil
}

// sameValue compares a value of a row with one of the log, which may hold only its digest.
func sameValue(row, logged any) bool {
	if l, ok := logged.(Long); ok {
		s, _ := plain(row).(string)
		sum := sha256.Sum256([]byte(s))
		return len(s) == l.Length && hex.EncodeToString(sum[:]) == l.SHA256
	}
	return reflect.DeepEqual(plain(row), plain(logged))
}
