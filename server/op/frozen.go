package op

import (
	"net/http"

	"assay/storage"
)

// A server may show one state of one organisation and nothing else: an auditor snapshot that somebody opened. Every
// request is a request about that state, whoever sends it; what would write, and what a snapshot has no part of, is
// refused in a sentence. Nothing is recorded: there is no log to record it in.

// InSnapshot says that an operation has a meaning in an auditor snapshot, although it has no past.
func InSnapshot() Option { return func(o *Op) { o.frozen = true } }

// freeze refuses what a snapshot cannot answer.
func (rq *request) freeze() error {
	switch {
	case rq.r.Header.Get(asOfHeader) != "" || rq.r.URL.Query().Has(asOfQuery):
		return Errorf(Conflict, "An auditor snapshot shows one moment: the one at which it was signed.")
	case rq.m.Method != http.MethodGet:
		return Errorf(Conflict, "This is an auditor snapshot; it cannot be changed.")
	case rq.m.inPast() || rq.m.frozen:
		return nil
	}
	return Errorf(Conflict, "This is not part of an auditor snapshot.")
}

// InSnapshot reports whether a snapshot is asked: its audit log has some records, not all.
func (s *Scope) InSnapshot() bool { return s.rq.frozen() != nil }

// frozen is the state that is shown alone, nil when the server shows organisations as they are.
func (rq *request) frozen() *storage.Past { return rq.site.Frozen }
