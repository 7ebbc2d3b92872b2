package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Hashes reads the nodes of the log's tree, by tlog's number of them. A node stands with the record that completed its
// subtree.
func (tx *ReadTx) Hashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		var b []byte
		level, number := tlog.SplitStoredHashIndex(n)
		if err := tx.QueryRow("SELECT substr(hashes, ?, 32) FROM audit WHERE seq = ?", level*tlog.HashSize+1, (number+1)<<level-1).Scan(&b); err != nil {
			return nil, err
		}
		if copy(out[i][:], b) != tlog.HashSize {
			return nil, ErrDamaged
		}
	}
	return out, nil
}

// Nodes are what proves many records at once: every node of the tree that one of the proofs needs, by its number.
type Nodes map[int64]tlog.Hash

// ProveAll reads the nodes that lead from records to the root of the first size records, and to the roots of shorter
// lengths of the log, so that checkpoints over those can be held against it.
func (tx *ReadTx) ProveAll(size int64, seqs, lengths []int64) (Nodes, error) {
	nodes := Nodes{}
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		lacking := slices.DeleteFunc(slices.Clone(at), func(n int64) bool { _, ok := nodes[n]; return ok })
		got, err := tx.Hashes(lacking)
		if err != nil {
			return nil, err
		}
		for i, n := range lacking {
			nodes[n] = got[i]
		}
		return nodes.hashes(at)
	})
	for _, seq := range seqs {
		if _, err := tlog.ProveRecord(size, seq, read); err != nil {
			return nil, fmt.Errorf("prove record %d: %w", seq, err)
		}
	}
	for _, n := range lengths {
		if n < 1 || n >= size {
			continue // of nothing, or of all
		}
		if _, err := tlog.ProveTree(size, n, read); err != nil {
			return nil, fmt.Errorf("prove the first %d records: %w", n, err)
		}
	}
	return nodes, nil
}

// Extends reports whether the log of a checkpoint is that of an older one, gone on.
func (n Nodes) Extends(checkpoint, older Checkpoint) error {
	root, err := tlog.ParseHash(checkpoint.Root)
	if err != nil {
		return fmt.Errorf("%w: the checkpoint has no root", ErrDamaged)
	}
	was, err := tlog.ParseHash(older.Root)
	switch {
	case err != nil:
		return fmt.Errorf("%w: the older checkpoint has no root", ErrDamaged)
	case checkpoint.Log != older.Log:
		return fmt.Errorf("%w: they are of two logs", ErrDamaged)
	case older.Size == 0:
		return nil
	case older.Size == checkpoint.Size:
		if root != was {
			return fmt.Errorf("%w: the roots differ", ErrDamaged)
		}
		return nil
	}
	proof, err := tlog.ProveTree(checkpoint.Size, older.Size, tlog.HashReaderFunc(n.hashes))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, checkpoint.Size, root, older.Size, was)
}

func (n Nodes) hashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, k := range at {
		h, ok := n[k]
		if !ok {
			return nil, fmt.Errorf("%w: node %d of the tree is missing", ErrDamaged, k)
		}
		out[i] = h
	}
	return out, nil
}

// VerifyExcerpt looks whether every record of an excerpt stands in the log that was signed, says in its columns and in
// the index what it says itself, and whether the checkpoint is that tenant's, signed by the key.
func VerifyExcerpt(tx *ReadTx, verifier, checkpoint string, nodes Nodes) (rep Report, err error) {
	rep.Problems = []Problem{}
	c, err := ParseCheckpoint(checkpoint)
	if err != nil {
		rep.add(-1, "The checkpoint cannot be read.")
		return rep, nil
	}
	root, err := tlog.ParseHash(c.Root)
	switch {
	case err != nil:
		rep.add(-1, "The checkpoint has no root.")
		return rep, nil
	case c.Log != tx.db.id:
		rep.add(-1, "The checkpoint is of another log.")
	case openNote(checkpoint, c.Size, []signedBy{{verifier, -1}}) == nil:
		rep.add(-1, "The checkpoint has a signature that is not by the key of the snapshot.")
	}
	rep.Root, rep.Checkpoints = c.Root, 1
	index := newRowIndex()
	err = eachRecord(tx, func(is told, r toldRecord, record, _ []byte) {
		rep.Records++
		if r.told != is {
			rep.add(is.Seq, "Record %d differs from the columns that repeat it.", is.Seq)
		}
		index.add(is.Seq, r.Changes)
		if !nodes.lead(is.Seq, record, c.Size, root) {
			index.faulty[is.Seq] = true
			rep.add(is.Seq, "Record %d is not in the log that was signed.", is.Seq)
		}
	})
	if err != nil {
		return rep, err
	}
	return rep, index.compare(tx, &rep)
}

// lead reports whether the nodes lead from a record to the root.
func (n Nodes) lead(seq int64, record []byte, size int64, root tlog.Hash) bool {
	if seq < 0 || seq >= size {
		return false
	}
	proof, err := tlog.ProveRecord(size, seq, tlog.HashReaderFunc(n.hashes))
	return err == nil && tlog.CheckRecord(proof, size, root, seq, tlog.RecordHash(record)) == nil
}

// Sign signs a text with the key that signs checkpoints. The text says in its first line what it is, so that it is
// never taken for one.
func (db *DB) Sign(text string) (string, error) {
	if strings.HasPrefix(text, origin) {
		return "", errors.New("sign: this would be a checkpoint")
	}
	signed, err := note.Sign(&note.Note{Text: text}, db.signer)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return string(signed), nil
}

// VerifierKey is the public key that checks what this installation signs.
func (tx *ReadTx) VerifierKey() (string, error) {
	key, _, err := tx.db.VerifierKey(tx.ctx)
	return key, err
}

// Signed are the lengths of the log that checkpoints were signed for.
func (tx *ReadTx) Signed() (sizes []int64, err error) {
	rows, err := tx.Query("SELECT size FROM checkpoint ORDER BY size")
	if err != nil {
		return nil, fmt.Errorf("list checkpoints: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("list checkpoints: %w", err)
		}
		sizes = append(sizes, n)
	}
	return sizes, rows.Err()
}
