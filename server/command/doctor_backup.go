package command

import (
	"context"
	"time"

	"assay/storage"
)

// lateDrill is from when a restore drill is said to be missing: they are made once a week.
const lateDrill = 10 * 24 * time.Hour

// backups looks at whether every organisation can be restored, and when that was last shown.
func backups(ctx context.Context, r *report, in *installation) {
	if in.logs == nil {
		r.warn("There is no backup: what this disk loses is lost. --backup keeps every change a second time.")
		return
	}
	all, err := in.organisations(ctx)
	if err != nil {
		r.fail("The control database cannot be read: %v", err)
		return
	}
	for _, o := range all {
		name := "Organisation " + o.slug
		ok, at, problem, err := in.lastDrill(ctx, o.id) // which begins its backup, if it has none yet
		if err != nil {
			continue // files says why it cannot be opened
		}
		reach, err := in.logs.Reach(ctx, o.id)
		switch {
		case err != nil:
			r.fail("%s: its backup cannot be read: %s", name, sentence(err))
		case at.IsZero() && in.store.Now().Sub(reach.First) > lateDrill:
			r.warn("%s: no restore drill was ever made. `assay backup drill %s` makes one.", name, o.slug)
		case at.IsZero():
			r.ok("%s: its backup reaches back to %s; the first restore drill is still to come.", name, reach.First.UTC().Format(time.DateOnly))
		case !ok:
			r.fail("%s: the restore drill of %s failed: %s", name, at.Format(time.DateOnly), problem)
		case in.store.Now().Sub(at) > lateDrill:
			r.warn("%s: the last restore drill was on %s. `assay backup drill %s` makes one.", name, at.Format(time.DateOnly), o.slug)
		default:
			r.ok("%s: its backup reaches back to %s and was restored on %s.", name, reach.First.UTC().Format(time.DateOnly), at.Format(time.DateOnly))
		}
	}
}

// lastDrill is how the last restore drill of an organisation ended; at is zero when there was none.
func (in *installation) lastDrill(ctx context.Context, id string) (ok bool, at time.Time, problem string, err error) {
	db, done, err := in.store.Tenant(ctx, id)
	if err != nil {
		return false, at, "", err
	}
	defer done()
	var when string
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow(`SELECT coalesce(max(at), ''), coalesce((SELECT ok FROM drill ORDER BY at DESC, id DESC LIMIT 1), 0),
			coalesce((SELECT problem FROM drill ORDER BY at DESC, id DESC LIMIT 1), '') FROM drill`).Scan(&when, &ok, &problem)
	})
	if err == nil && when != "" {
		at, err = time.Parse(storage.Instant, when)
	}
	return ok, at, problem, err
}
