package storage

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
)

// rowIndex compares the index of rows, which histories are read from, with the records it was made from. Sums over
// all entries are compared first, in whatever order they come: entry by entry only what differs is looked at.
type rowIndex struct {
	seed   maphash.Seed
	sum, n uint64
	faulty map[int64]bool // records that are reported themselves: their entries say nothing
}

func newRowIndex() *rowIndex {
	return &rowIndex{seed: maphash.MakeSeed(), faulty: map[int64]bool{}}
}

type indexed struct {
	table, pk string
	seq       int64
}

func (x *rowIndex) add(seq int64, rows []toldRow) {
	for _, r := range rows {
		x.sum += maphash.Comparable(x.seed, indexed{r.Table, r.PK, seq})
		x.n++
	}
}

func (x *rowIndex) compare(tx *ReadTx, rep *Report) error {
	sum, n := x.sum, x.n
	if err := eachIndexed(tx, func(e indexed) { sum -= maphash.Comparable(x.seed, e); n-- }); err != nil {
		return err
	}
	if sum == 0 && n == 0 {
		return nil
	}
	there := map[indexed]bool{}
	if err := eachIndexed(tx, func(e indexed) { there[e] = true }); err != nil {
		return err
	}
	rows, err := tx.Query("SELECT seq, record FROM audit ORDER BY seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var text []byte
		if err := rows.Scan(&seq, &text); err != nil {
			return err
		}
		var r toldRecord
		if json.Unmarshal(text, &r) != nil {
			continue
		}
		for _, row := range r.Changes {
			e := indexed{row.Table, row.PK, seq}
			if !there[e] && !x.faulty[seq] {
				rep.add(seq, "The index of rows does not have the %s %s, which record %d changed.", e.table, e.pk, seq)
			}
			delete(there, e)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for e := range there {
		if !x.faulty[e.seq] {
			rep.add(e.seq, "The index of rows says that record %d changed the %s %s; the record does not.", e.seq, e.table, e.pk)
		}
	}
	return nil
}

func eachIndexed(tx *ReadTx, fn func(indexed)) error {
	rows, err := tx.Query("SELECT tbl, pk, seq FROM audit_row")
	if err != nil {
		return fmt.Errorf("read the index of rows: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e indexed
		if err := rows.Scan(&e.table, &e.pk, &e.seq); err != nil {
			return err
		}
		fn(e)
	}
	return rows.Err()
}
