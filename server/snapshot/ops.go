package snapshot

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"assay/server/op"
	"assay/storage"
)

// Makers may make snapshots: who audits, and who answers for the organisation. It takes a good part of it out of the
// house, so users ask one of them.
const Makers = op.Admin | op.Auditor

// Module is the part of the API that makes snapshots. program is the version of this program.
func Module(program string) op.Module {
	m := maker{program}
	return op.Module{
		Name: "snapshot",
		Ops: []op.Op{
			op.Read("preview", "GET /snapshots/preview", Makers, preview, op.Present(), op.Doc("Count what an auditor snapshot of some frameworks and a period would have")),
			op.Produce("make", "GET /snapshots/make", Makers, m.make, op.Present(), op.Doc("Make an auditor snapshot: one signed file that `assay view` proves and shows, "+
				"without an account and without a network")),
		},
	}
}

type scopeIn struct {
	Frameworks string `query:"frameworks" minLength:"1" maxLength:"2700" doc:"Ids of the frameworks, joined by commas"`
	From       string `query:"from" minLength:"10" maxLength:"10" doc:"First day of the period"`
	To         string `query:"to" minLength:"10" maxLength:"10" doc:"Its last day"`
}

// mostFrameworks are in one snapshot.
const mostFrameworks = 100

// scope reads what was asked for. What is wrong is said beside its field.
func (in scopeIn) scope(tx *storage.ReadTx) (SnapshotScope, error) {
	s := SnapshotScope{From: in.From, To: in.To}
	for id := range strings.SplitSeq(in.Frameworks, ",") {
		s.Frameworks = append(s.Frameworks, SnapshotFramework{ID: strings.TrimSpace(id)})
	}
	var c op.Check
	c.Required(in.Frameworks, "query.frameworks")
	c.That(len(s.Frameworks) <= mostFrameworks, "query.frameworks", "Choose "+strconv.Itoa(mostFrameworks)+" frameworks at most.")
	c.Required(in.From, "query.from")
	c.Required(in.To, "query.to")
	c.Date(in.From, "query.from")
	c.Date(in.To, "query.to")
	c.That(in.From <= in.To, "query.to", "The period ends before it begins.")
	if err := c.Err(); err != nil {
		return s, err
	}
	s, err := named(tx, s)
	if errors.Is(err, storage.ErrNotFound) {
		c.That(false, "query.frameworks", "There is no such framework.")
		return s, c.Err()
	}
	return s, err
}

// SnapshotPlan is what a snapshot would be.
type SnapshotPlan struct {
	SnapshotCounts
	Scope SnapshotScope `json:"scope"`
	Name  string        `json:"name" doc:"Of the file"`
	Key   string        `json:"key" doc:"Fingerprint of the key that signs it: auditors compare it with what the snapshot shows them"`
}

func preview(tx *storage.ReadTx, in scopeIn) (p SnapshotPlan, err error) {
	if p.Scope, err = in.scope(tx); err != nil {
		return p, err
	}
	if p.SnapshotCounts, err = Preview(tx, p.Scope); err != nil {
		return p, err
	}
	verifier, err := tx.VerifierKey()
	p.Key = Fingerprint(verifier)
	return p, err
}

type maker struct{ program string }

// make writes the snapshot. The record that it leaves has the digest of the file.
func (m maker) make(s *op.Scope, in scopeIn, w io.Writer) (op.Sent, error) {
	sent := op.Sent{Type: "application/vnd.assay.snapshot+zip"}
	o := Order{Slug: s.Caller().TenantSlug, By: s.Caller().Name, Program: m.program, Temp: s.TempDir()}
	err := s.Read(func(tx *storage.ReadTx) (err error) {
		o.Scope, err = in.scope(tx)
		return err
	})
	if err != nil {
		return sent, err
	}
	db, done, err := s.Store().Tenant(s.Context(), s.Tenant())
	if err != nil {
		return sent, err
	}
	defer done()
	made, err := Make(s.Context(), db, s.Blobs(), o, w)
	sent.Name = FileName(o.Slug, made.Scope)
	return sent, err
}
