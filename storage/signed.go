package storage

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what a signed note says of a log.
type Checkpoint struct {
	Log    string // id of the tenant, or "control"
	Size   int64  // how many records were signed for
	Root   string // the root over them, in base64
	Number int    // which of the log's checkpoints it is; 0 when it does not say
	At     string // when it was signed; empty when it does not say
}

// ParseCheckpoint reads what a note says. It does not look at its signature.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	body, _, signed := strings.Cut(text, "\n\n")
	lines := strings.Split(body, "\n")
	if !signed || len(lines) < 3 || !strings.HasPrefix(lines[0], origin) {
		return c, fmt.Errorf("%w: this is not a checkpoint", ErrDamaged)
	}
	c.Log, c.Root = strings.TrimPrefix(lines[0], origin), lines[2]
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return c, fmt.Errorf("%w: the checkpoint does not say how long the log is", ErrDamaged)
	}
	if b, err := base64.StdEncoding.DecodeString(c.Root); err != nil || len(b) != tlog.HashSize {
		return c, fmt.Errorf("%w: the checkpoint has no root", ErrDamaged)
	}
	for _, l := range lines[3:] {
		if n, ok := strings.CutPrefix(l, numberLine); ok {
			c.Number, _ = strconv.Atoi(n)
		}
		if at, ok := strings.CutPrefix(l, signedLine); ok {
			c.At = at
		}
	}
	return c, nil
}

// origin begins the first line of every checkpoint; the id of its log follows.
const origin = "assay/"

// promise is a root that was signed, and where that is said.
type promise struct{ where, root string }

// promises are the roots that were signed, by size of the log, until the log is that long.
type promises struct {
	roots map[int64][]promise
	rows  map[int64]bool   // sizes of the checkpoints in the file
	kept  map[int64]string // of those that were kept elsewhere: where
}

// checkpoints reads the signed checkpoints of the file, and takes those that were kept elsewhere.
func checkpoints(tx *ReadTx, rep *Report, id string, by []signedBy, kept []Kept) (promises, error) {
	p := promises{map[int64][]promise{}, map[int64]bool{}, map[int64]string{}}
	rows, err := tx.Query("SELECT size, at, note FROM checkpoint ORDER BY size")
	if err != nil {
		return p, err
	}
	defer rows.Close()
	shift := 0 // how many were found to be missing, or too many
	for rows.Next() {
		var size int64
		var at, text string
		if err := rows.Scan(&size, &at, &text); err != nil {
			return p, err
		}
		rep.Checkpoints++
		p.rows[size] = true
		where := fmt.Sprintf("The checkpoint at %d", size)
		c, ok := p.take(rep, id, by, where, text)
		switch {
		case !ok:
		case c.Size != size:
			rep.add(-1, "%s is of another size than it says: %d.", where, c.Size)
		case c.At != "" && c.At != at:
			rep.add(-1, "%s was signed at %s, not at %s as its row says.", where, c.At, at)
		case c.Number > 0 && c.Number != rep.Checkpoints+shift:
			rep.add(-1, "%s says that it is number %d; in the file it is number %d: one before it was removed or added.", where, c.Number, rep.Checkpoints+shift)
			shift = c.Number - rep.Checkpoints
		}
	}
	for _, k := range kept {
		if c, ok := p.take(rep, id, by, k.Where, k.Note); ok && c.Size > 0 {
			p.kept[c.Size] = k.Where
		}
	}
	return p, rows.Err()
}

// take opens one checkpoint and remembers what it promises.
func (p promises) take(rep *Report, id string, by []signedBy, where, text string) (Checkpoint, bool) {
	c, err := ParseCheckpoint(text)
	switch {
	case err != nil:
		rep.add(-1, "%s cannot be read.", where)
	case c.Log != id:
		rep.add(-1, "%s is of another log.", where)
	case openNote(text, c.Size, by) == nil:
		rep.add(-1, "%s has a signature that is not this installation's.", where)
	default:
		p.roots[c.Size] = append(p.roots[c.Size], promise{where, c.Root})
		return c, true
	}
	return c, false
}

// at compares the log as it stands with what was signed for that length.
func (p promises) at(rep *Report, log *auditState) {
	all, ok := p.roots[log.size]
	if !ok {
		return
	}
	root := log.root().String()
	for _, s := range all {
		if s.root != root {
			rep.add(log.size-1, "%s does not fit: the log up to record %d is not the one that was signed.", s.where, log.size-1)
		}
	}
	delete(p.roots, log.size)
}

// unsigned is how many of the log's records come after all that was signed for.
func (p promises) unsigned(size int64) int64 {
	var newest int64
	for n := range p.rows {
		newest = max(newest, n)
	}
	return max(0, size-newest)
}

// rest are the promises of a log longer than this one, and checkpoints that are only elsewhere.
func (p promises) rest(rep *Report, size int64) {
	delete(p.roots, 0)
	for _, n := range slices.Sorted(maps.Keys(p.roots)) {
		rep.add(-1, "A signed checkpoint speaks of %d records; the log has %d. Records were removed, or the file is an older copy. (%s)", n, size, p.roots[n][0].where)
	}
	for _, n := range slices.Sorted(maps.Keys(p.kept)) {
		if !p.rows[n] && n <= size {
			rep.add(-1, "%s, of %d records, is not in the file any more: it was removed there.", p.kept[n], n)
		}
	}
}

// openNote opens a signed note with whichever of the keys signed it, nil when none did.
func openNote(text string, size int64, by []signedBy) *note.Note {
	for _, b := range by {
		v, err := note.NewVerifier(b.verifier)
		if err != nil || b.upTo >= 0 && size > b.upTo {
			continue
		}
		if n, err := note.Open([]byte(text), note.VerifierList(v)); err == nil {
			return n
		}
	}
	return nil
}
