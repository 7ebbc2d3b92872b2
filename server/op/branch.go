package op

import (
	"errors"
	"fmt"

	"assay/storage"
)

// Any operation that reads or changes the organisation's file alone works in a branch of it as well: with the header
// Assay-Branch, or, in the address of a file that a browser fetches, branch. Who asks, as whom and whether they may is
// decided by the organisation itself, and what matters there is recorded there. What acts outside of the file is
// refused, not half done: members, sessions, settings, uploads, backups, mails, jobs.

const (
	branchHeader = "Assay-Branch"
	branchQuery  = "branch"
)

// InBranch lets an operation of several steps, or a stream, work in a branch: its function reads and writes the
// organisation's file through its Scope, and does nothing outside of it that a draft must not do. Operations that are
// given a transaction can by themselves.
func InBranch() Option { return func(o *Op) { o.branch = true } }

// inBranch reports whether an operation can work in a branch.
func (m *mounted) inBranch() bool {
	if m.control || m.How == WayPublic || m.module.Present && !m.branch {
		return false
	}
	switch m.How {
	case WayRead, WayWrite:
		return true
	case WayUpload, WayImport:
		return false
	case WayDownload:
		return !m.steps || m.asOf || m.branch
	}
	return m.asOf || m.branch
}

// askedBranch takes the branch that is asked for out of the request.
func (rq *request) askedBranch() error {
	rq.draft = rq.r.Header.Get(branchHeader)
	if q := rq.r.URL.Query(); rq.m.How == WayDownload && q.Has(branchQuery) {
		rq.draft = q.Get(branchQuery)
		u := *rq.r.URL
		q.Del(branchQuery)
		u.RawQuery = q.Encode()
		rq.r.URL = &u
	}
	switch {
	case rq.draft == "":
		return nil
	case rq.asked != "":
		return Errorf(Conflict, "A branch has no past of its own here. Ask for a moment or for a branch, not for both.")
	case rq.m.inBranch():
		return nil
	case rq.m.How == WayUpload || rq.m.How == WayImport:
		return Errorf(Conflict, "A branch takes no files. Leave the branch to upload this.")
	case rq.m.Method == "GET":
		return Errorf(Conflict, "A branch does not have this. Leave the branch to see it.")
	}
	return errOutside
}

var errOutside = Errorf(Conflict, "This reaches beyond the records that a branch is a copy of. Leave the branch to do it.")

// branchOff opens the branch that was asked for, if one was, until the returned function is called.
func (rq *request) branchOff() (func(), error) {
	if rq.draft == "" {
		return func() {}, nil
	}
	db, done, err := rq.site.Store.Branch(rq.ctx(), rq.caller.Tenant, rq.draft)
	if err != nil {
		return nil, toldOfBranch(err)
	}
	rq.branch = db
	rq.w.Header().Set(branchHeader, rq.draft)
	return done, nil
}

// toldOfBranch says why there is no such branch.
func toldOfBranch(err error) error {
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Errorf(NotFound, "There is no such branch. It may have been applied or discarded.")
	case errors.Is(err, storage.ErrBranchGone):
		return Errorf(Conflict, "The file of this branch is gone. All that can be done with it is to discard it.")
	}
	return err
}

// inDraft puts into words what only a branch refuses.
func (rq *request) inDraft(err error) error {
	switch {
	case rq.branch == nil:
		return err
	case errors.Is(err, storage.ErrBranch):
		return errOutside
	case errors.Is(err, storage.ErrClosed):
		return toldOfBranch(storage.ErrNotFound)
	}
	return err
}

// NewID is a random id, for what is made outside of a transaction.
func (s *Scope) NewID() string { return s.rq.site.Store.NewID() }

// MakeBranch copies the organisation's file as it is now; see [storage.Store.MakeBranch].
func (s *Scope) MakeBranch(id string) (records int64, err error) {
	return s.rq.site.Store.MakeBranch(s.ctx, s.rq.caller.Tenant, id)
}

// ReadBranch reads a branch of the organisation.
func (s *Scope) ReadBranch(id string, fn func(*storage.ReadTx) error) error {
	db, done, err := s.rq.site.Store.Branch(s.ctx, s.rq.caller.Tenant, id)
	if err != nil {
		return toldOfBranch(err)
	}
	defer done()
	return db.Read(s.ctx, s.rq.call(), fn)
}

// HasBranch reports whether the file of a branch is there.
func (s *Scope) HasBranch(id string) bool { return s.rq.site.Store.HasBranch(s.rq.caller.Tenant, id) }

// DropBranch removes the file of a branch.
func (s *Scope) DropBranch(id string) error {
	return s.rq.site.Store.DropBranch(s.ctx, s.rq.caller.Tenant, id)
}

// TidyBranches removes the files of all branches but some.
func (s *Scope) TidyBranches(keep ...string) error {
	return s.rq.site.Store.TidyBranches(s.ctx, s.rq.caller.Tenant, keep...)
}

// ApplyBranch makes what a branch changed a change of the organisation; see [storage.Store.ApplyBranch]. It returns the
// number of the audit record.
func (s *Scope) ApplyBranch(id string, leave bool, also func(*storage.WriteTx, *storage.Undoing) error) (seq int64, err error) {
	if !s.rq.m.Writes {
		return -1, fmt.Errorf("%s is not an operation that writes", s.rq.m.action())
	}
	r, err := s.rq.site.Store.ApplyBranch(s.ctx, s.rq.caller.Tenant, id, s.rq.call(), leave, also)
	if err != nil {
		return -1, toldOfBranch(err)
	}
	s.rq.noted(r)
	return r.Seq, nil
}
