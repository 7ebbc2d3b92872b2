package auditlog

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/server/op"
	"assay/storage"
)

type rows = *sql.Rows

// key names one record of one of the two logs.
type key struct {
	installation bool
	seq          int64
	anchor       int64 // of an installation's record: it is newer than this record of the organisation's log
}

func (k key) log() string {
	if k.installation {
		return Installation
	}
	return Tenant
}

// join is the two logs as one, newest first, under one filter.
//
// The order inside a log is that of its numbers: a clock that was put back does not shuffle what happened.
// A record of the installation stands right above the organisation's newest record that is not later than
// it. There are few of these (members, roles, tokens), so they are all held; the organisation's are read as
// they are shown.
type join struct {
	tx     *storage.ReadTx
	own    clause
	owns   int
	others []key
}

// clause is what a filter asks of one log. Its text is put together from the constants below; what callers
// sent stands in args alone.
type clause struct {
	conds []string
	args  []any
	whole bool // it looks into the records themselves
}

func (c *clause) and(cond string, args ...any) {
	c.conds = append(c.conds, "("+cond+")")
	c.args = append(c.args, args...)
}

func (c *clause) sql() string {
	switch {
	case len(c.conds) == 0:
		return ""
	case c.whole:
		return " WHERE " + strings.Join(c.conds, " AND ")
	}
	// This index has all that is filtered by. Without being told, SQLite walks over the records themselves
	// when they are wanted in order, which are ten times as much to read.
	return " INDEXED BY audit_list WHERE " + strings.Join(c.conds, " AND ")
}

func newJoin(tx, control *storage.ReadTx, tenant string, f AuditFilter) (*join, error) {
	from, to, err := f.bounds(tx)
	if err != nil {
		return nil, err
	}
	j := &join{tx: tx}
	if f.Log != Installation {
		f.common(&j.own, from, to)
		for i, w := range patterns(f.Q) {
			n := strconv.Itoa(i)
			j.own.whole = true
			j.own.and(strings.ReplaceAll(ownMatches, "@w", "@w"+n), sql.Named("w"+n, w))
		}
		q := "SELECT count(*) FROM audit" + j.own.sql()
		if len(j.own.conds) == 0 {
			q = "SELECT coalesce(max(seq) + 1, 0) FROM audit" // numbers have no gaps
		}
		if err := tx.QueryRow(q, j.own.args...).Scan(&j.owns); err != nil {
			return nil, fmt.Errorf("count records: %w", err)
		}
	}
	if f.Log == Tenant {
		return j, nil
	}
	c := clause{whole: true} // few records: found by their own index
	c.and("tenant = ?", tenant)
	f.common(&c, from, to)
	for i, w := range patterns(f.Q) {
		people, err := peopleNamed(tx, w)
		if err != nil {
			return nil, err
		}
		n := strconv.Itoa(i)
		c.and(strings.NewReplacer("@w", "@w"+n, "@people", "@people"+n).Replace(installationMatches), sql.Named("w"+n, w), sql.Named("people"+n, people))
	}
	return j, j.anchor(control, c)
}

// bounds are the instants between which the filter's days lie, empty when it has none.
func (f AuditFilter) bounds(tx *storage.ReadTx) (from, to string, err error) {
	v := op.Check{}
	v.Date(f.From, "query.from")
	v.Date(f.To, "query.to")
	if err := v.Err(); err != nil {
		return "", "", err
	}
	day := func(s string, plus int) string {
		if s == "" {
			return ""
		}
		t, _ := time.ParseInLocation(storage.Date, s, tx.Zone())
		return t.AddDate(0, 0, plus).UTC().Format(storage.Instant)
	}
	return day(f.From, 0), day(f.To, 1), nil
}

// common are the conditions that mean the same in both logs.
func (f AuditFilter) common(c *clause, from, to string) {
	if f.Actor != "" {
		c.and("actor = ?", f.Actor)
	}
	if f.By != "" {
		not := map[string]string{"people": "NOT "}[f.By]
		c.and("actor " + not + "IN (" + systems + ")")
	}
	if f.Action != "" {
		c.and("action = ?", f.Action)
	}
	if f.Module != "" {
		c.and("action >= ? AND action < ?", f.Module+".", f.Module+"/") // / comes after .
	}
	if f.Kind != "" {
		c.and("kind = ?", f.Kind)
	}
	if f.Table != "" {
		c.and("seq IN (SELECT seq FROM audit_row WHERE tbl = ?)", f.Table)
	}
	if from != "" {
		c.and("at >= ?", from)
	}
	if to != "" {
		c.and("at < ?", to)
	}
}

// systems are the actors that are no people. An actor's kind stands in any of its records, so that one look at
// the newest of each is enough, and the index does the rest.
const systems = `SELECT a.actor FROM (SELECT max(seq) AS seq FROM audit GROUP BY actor) g JOIN audit a ON a.seq = g.seq WHERE a.actor_kind = 'system'`

// patterns are those of a search, one for each word.
func patterns(q string) []string {
	all := strings.Fields(q)
	out := []string{}
	for _, w := range all[:min(len(all), 8)] {
		out = append(out, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(w)+"%")
	}
	return out
}

// A word occurs in a record's own text, in the name of its actor, or in the name that a row it changed has
// now. A row's parts (its status, its links) begin with the row's own key.
const ownMatches = `record LIKE @w ESCAPE '\'
	OR actor IN (SELECT id FROM person WHERE name LIKE @w ESCAPE '\' OR email LIKE @w ESCAPE '\')
	OR seq IN (
		WITH hit(id) AS (SELECT id FROM (
			SELECT id FROM control WHERE ref LIKE @w ESCAPE '\' OR title LIKE @w ESCAPE '\'
			UNION ALL SELECT id FROM framework WHERE name LIKE @w ESCAPE '\' OR short LIKE @w ESCAPE '\'
			UNION ALL SELECT id FROM evidence WHERE name LIKE @w ESCAPE '\'
			UNION ALL SELECT id FROM file WHERE name LIKE @w ESCAPE '\'
			UNION ALL SELECT id FROM person WHERE name LIKE @w ESCAPE '\' OR email LIKE @w ESCAPE '\'
			UNION ALL SELECT id FROM requirement WHERE ref LIKE @w ESCAPE '\' OR title LIKE @w ESCAPE '\') LIMIT 300),
		part(tbl) AS (VALUES ('control'), ('control_status'), ('control_effective'), ('framework'), ('evidence'), ('evidence_control'), ('file'), ('person'), ('requirement'))
		SELECT r.seq FROM hit CROSS JOIN part CROSS JOIN audit_row r WHERE r.tbl = part.tbl AND r.pk >= hit.id AND r.pk < hit.id || '0')`

const installationMatches = `record LIKE @w ESCAPE '\'
	OR EXISTS (SELECT 1 FROM json_each(@people) p WHERE p.value = actor OR instr(record, p.value) > 0)
	OR EXISTS (SELECT 1 FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = audit.tenant
		AND (a.name LIKE @w ESCAPE '\' OR a.email LIKE @w ESCAPE '\') AND (instr(record, m.id) > 0 OR instr(record, a.id) > 0))`

// peopleNamed are the ids, as a JSON array, of people whose name or address has the word.
func peopleNamed(tx *storage.ReadTx, word string) (ids string, err error) {
	return ids, tx.QueryRow(`SELECT json_group_array(id) FROM (SELECT id FROM person WHERE name LIKE ?1 ESCAPE '\' OR email LIKE ?1 ESCAPE '\' LIMIT 300)`, word).Scan(&ids)
}

// anchor reads the installation's records that match c and finds where each stands among the organisation's.
func (j *join) anchor(control *storage.ReadTx, c clause) error {
	found, err := control.Query("SELECT seq, at FROM audit"+c.sql()+" ORDER BY seq DESC", c.args...)
	if err != nil {
		return fmt.Errorf("read the installation's log: %w", err)
	}
	var ats []string
	j.others, err = op.Scan(found, func(r op.Row) (key, error) {
		k, at := key{installation: true}, ""
		err := r.Scan(&k.seq, &at)
		ats = append(ats, at)
		return k, err
	})
	if err != nil || len(ats) == 0 {
		return err
	}
	text, err := json.Marshal(ats)
	if err != nil {
		return err
	}
	anchors, err := j.tx.Query("SELECT coalesce((SELECT a.seq FROM audit a WHERE a.at <= e.value ORDER BY a.at DESC, a.seq DESC LIMIT 1), -1) FROM json_each(?) e ORDER BY e.key", string(text))
	if err != nil {
		return err
	}
	all, err := op.Scan(anchors, func(r op.Row) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	for i, n := range all {
		if i > 0 {
			n = min(n, j.others[i-1].anchor) // the installation's own order stands, too
		}
		j.others[i].anchor = n
	}
	return nil
}

// total is how many records both logs have under the filter.
func (j *join) total() int { return j.owns + len(j.others) }

// window gives the records at offset to offset+limit of the whole.
func (j *join) window(offset, limit int) ([]key, error) {
	// Of the records before offset at most len(others) are the installation's: so many of the organisation's
	// can be skipped unread.
	skip := min(max(0, offset-len(j.others)), max(0, j.owns-1))
	var seqs []int64
	if j.owns > 0 {
		var err error
		if seqs, err = j.seqs(skip, offset-skip+limit); err != nil {
			return nil, err
		}
	}
	i := 0
	if skip > 0 && len(seqs) > 0 {
		i, _ = slices.BinarySearchFunc(j.others, seqs[0], func(k key, first int64) int {
			if k.anchor >= first {
				return -1
			}
			return 1
		})
	}
	out := []key{}
	for at := skip + i; at < offset+limit && (len(seqs) > 0 || i < len(j.others)); at++ {
		var k key
		if i < len(j.others) && (len(seqs) == 0 || j.others[i].anchor >= seqs[0]) {
			k = j.others[i]
			i++
		} else {
			k = key{seq: seqs[0]}
			seqs = seqs[1:]
		}
		if at >= offset {
			out = append(out, k)
		}
	}
	return out, nil
}

// seqs are the numbers of n of the organisation's records under the filter, newest first, after skip others.
func (j *join) seqs(skip, n int) ([]int64, error) {
	q, args := "SELECT seq FROM audit"+j.own.sql()+" ORDER BY seq DESC LIMIT ? OFFSET ?", append(slices.Clone(j.own.args), n, skip)
	if len(j.own.conds) == 0 { // nothing need be walked over
		q, args = "SELECT seq FROM audit WHERE seq <= (SELECT max(seq) FROM audit) - ? ORDER BY seq DESC LIMIT ?", []any{skip, n}
	}
	found, err := j.tx.Query(q, args...)
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	return op.Scan(found, func(r op.Row) (n int64, err error) { return n, r.Scan(&n) })
}

// each walks over all records, newest first, in blocks that fit in memory.
func (j *join) each(fn func([]key) error) error {
	const block = 500
	for offset := 0; offset < j.total(); offset += block {
		keys, err := j.window(offset, block)
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := fn(keys); err != nil {
			return err
		}
	}
	return nil
}
