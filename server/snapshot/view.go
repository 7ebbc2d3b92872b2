package snapshot

import (
	"errors"

	"assay/server/account"
	"assay/server/op"
	"assay/storage"
)

// Viewer is a snapshot that is shown in a browser, beside another one of the same organisation if it is compared.
type Viewer struct {
	Snapshot *Snapshot
	Against  *Snapshot // nil unless it is compared
	Findings []string  // what else is wrong: the key is another, an old checkpoint does not fit
}

// SnapshotShown is what every page of a snapshot says of it.
type SnapshotShown struct {
	Organisation string            `json:"organisation"`
	Scope        SnapshotScope     `json:"scope"`
	MadeAt       string            `json:"made_at"`
	MadeBy       string            `json:"made_by"`
	Holds        SnapshotCounts    `json:"holds"`
	Records      int64             `json:"records" doc:"Of the audit log, each proved to stand in the log that was signed"`
	Missing      []SnapshotLost    `json:"missing"`
	Key          string            `json:"key" doc:"Fingerprint of the key that it is signed with"`
	Problems     []SnapshotProblem `json:"problems" doc:"What is not as it was signed; empty when every byte is"`
	Against      string            `json:"against" doc:"When the snapshot was made that it can be compared with; empty without one"`
}

// SnapshotSession is who somebody is who looks at a snapshot: nobody, with what an auditor may read.
type SnapshotSession struct {
	account.Session
	Snapshot SnapshotShown `json:"snapshot"`
}

// Caller is who asks, whoever asks.
func (v *Viewer) Caller() op.Caller {
	return op.Caller{Account: "snapshot", Tenant: v.Snapshot.Tenant, TenantSlug: v.Snapshot.Slug, Role: op.Auditor}
}

// Module answers what only a snapshot has.
func (v *Viewer) Module() op.Module {
	return op.Module{
		Name: "viewer",
		Ops: []op.Op{
			op.Steps("session", "GET /session", op.Everyone, v.session, op.InSnapshot(), op.Doc("Which snapshot this is, and whether it is as it was signed")),
			op.Steps("compare", "GET /snapshots/comparison", op.Everyone, v.compare, op.InSnapshot(), op.Doc("What became of the organisation between two snapshots")),
		},
	}
}

// Shown says what there is to know of the snapshot.
func (v *Viewer) Shown() SnapshotShown {
	s := v.Snapshot
	out := SnapshotShown{Organisation: s.Organisation, Scope: s.Scope, MadeAt: s.MadeAt, MadeBy: s.MadeBy, Holds: s.Holds, Records: s.Records, Missing: s.Missing,
		Key: Fingerprint(s.Verifier), Problems: append([]SnapshotProblem{}, s.Problems...)}
	if out.Missing == nil {
		out.Missing = []SnapshotLost{}
	}
	for _, f := range v.Findings {
		out.Problems = append(out.Problems, SnapshotProblem{What: f})
	}
	if v.Against != nil {
		out.Against = v.Against.MadeAt
		for _, p := range v.Against.Problems {
			out.Problems = append(out.Problems, SnapshotProblem{p.Member, "In the one it is compared with: " + p.What})
		}
	}
	return out
}

func (v *Viewer) session(s *op.Scope, _ struct{}) (out SnapshotSession, err error) {
	c := v.Caller()
	out.Snapshot = v.Shown()
	out.Account.ID, out.Account.Name, out.Role = c.Account, "Auditor", c.Role.String()
	out.Tenant.ID, out.Tenant.Slug, out.Tenant.Name = c.Tenant, c.TenantSlug, v.Snapshot.Organisation
	out.Tenants = []account.Place{{ID: c.Tenant, Slug: c.TenantSlug, Name: v.Snapshot.Organisation, Role: out.Role}}
	return out, s.Read(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT color, zone FROM organisation").Scan(&out.Tenant.Color, &out.Tenant.Zone)
	})
}

func (v *Viewer) compare(s *op.Scope, _ struct{}) (SnapshotComparison, error) {
	if v.Against == nil {
		return SnapshotComparison{}, op.Errorf(op.NotFound, "This snapshot was opened alone. To compare it say: assay view FILE --against OTHER")
	}
	c, err := Compare(s.Context(), v.Snapshot, v.Against)
	var refused *Refused
	if errors.As(err, &refused) {
		return c, op.Errorf(op.Conflict, "%s", refused.Sentence)
	}
	return c, err
}
