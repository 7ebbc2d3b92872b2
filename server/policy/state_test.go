package policy_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"assay/server/auditlog"
	"assay/server/control"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/policy"
	"assay/storage"
)

// stateIsRight compares what the triggers kept with what it must be. It runs after every test.
func stateIsRight(t *testing.T, api *optest.API) {
	t.Helper()
	ctx := context.Background() // the test's own has ended
	db, done, err := api.Store().Tenant(ctx, api.Caller().Tenant)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		var wrong int
		err := tx.QueryRow(`SELECT (SELECT count(*) FROM (SELECT * FROM policy_state EXCEPT SELECT * FROM policy_state_now))
			+ (SELECT count(*) FROM (SELECT * FROM policy_state_now EXCEPT SELECT * FROM policy_state))`).Scan(&wrong)
		if wrong > 0 {
			t.Errorf("%d rows of policy_state are not what they must be", wrong)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The state of policies is right after every one of many changes in any order, also when they are taken back. Reading
// the list compares the rules with what is kept of each.
func TestStateIsKept(t *testing.T) {
	api := optest.New(t, policy.Module, control.Module, notification.Module, number.Module, auditlog.Module)
	members(t, api, "admin", "user")
	admin := api.As(op.Admin)
	rnd := rand.New(rand.NewPCG(3, 4))
	undone, seen := 0, map[policy.Status]bool{}
	var undoable []int64
	onward := map[policy.Status][]int{policy.NotStarted: {0}, policy.Draft: {2, 3}, policy.InReview: {4}, policy.Ratified: {5}}
	for i := range 300 {
		var list op.Page[policy.Policy]
		admin.Must("GET", "/policies?limit=100&status=suggested,not_started,draft,in_review,ratified,published,needs_update,archived", nil, &list)
		for _, p := range list.Items {
			seen[p.Status] = true
		}
		if len(list.Items) < 3 || i%60 == 0 {
			admin.Must("POST", "/policies", m{"title": fmt.Sprint("Policy ", i), "owner": "user", "review_months": rnd.IntN(14)}, nil)
			continue
		}
		p := list.Items[rnd.IntN(len(list.Items))]
		path, version := "/policies/"+p.ID, "/policy-versions/"+p.Working
		var status int
		step := rnd.IntN(13)
		if on := onward[p.Status]; len(on) > 0 && rnd.IntN(3) > 0 {
			step = on[rnd.IntN(len(on))]
		}
		switch step {
		case 0:
			status = admin.Do("POST", path+"/versions", m{}, nil)
		case 2:
			var v policy.VersionDetail
			if admin.Do("GET", version, nil, &v) == 200 {
				status = admin.Version(v.Version).Do("PATCH", version, m{"content": doc(fmt.Sprint("Words ", i))}, nil)
			}
		case 3:
			status = api.As(op.User).Do("POST", version+"/submit", m{"approvers": []string{"admin", "user"}}, nil)
		case 4:
			var v policy.VersionDetail
			if admin.Do("GET", version, nil, &v) == 200 {
				admin.Do("POST", version+"/approve", m{"digest": v.Digest}, nil)
				status = api.As(op.User).Do("POST", version+"/approve", m{"digest": v.Digest}, nil)
			}
		case 5:
			status = admin.Do("POST", version+"/publish", nil, nil)
		case 6, 7:
			status = admin.Do("POST", path+"/review", nil, nil)
		case 8:
			status = admin.Do("POST", path+"/flag", m{"reason": []string{"", "A new law"}[i%2]}, nil)
		case 9:
			status = admin.Do("POST", path+"/archive", nil, nil)
		case 10:
			status = admin.Do("POST", path+"/unarchive", nil, nil)
		case 11:
			status = admin.Version(p.Version).Do("PATCH", path, m{"review_months": rnd.IntN(14)}, nil)
		case 12:
			status = admin.Do("DELETE", []string{path, version}[rnd.IntN(2)], nil, nil)
		case 1:
			if n := len(undoable); n > 0 {
				if admin.Do("POST", "/undo", m{"seq": undoable[n-1]}, nil) == 200 {
					undone++
				}
				undoable = undoable[:n-1]
			}
		}
		var seq int64
		if _, err := fmt.Sscan(admin.Last().Header.Get("Assay-Audit"), &seq); err == nil && status == 200 {
			undoable = append(undoable, seq)
		}
		if rnd.IntN(4) == 0 {
			api.Clock.Advance(24 * time.Hour)
		}
		if stateIsRight(t, api); t.Failed() {
			t.Fatalf("after step %d", i)
		}
	}
	for _, s := range []policy.Status{policy.NotStarted, policy.Draft, policy.InReview, policy.Ratified, policy.Published, policy.NeedsUpdate, policy.Archived} {
		if !seen[s] {
			t.Errorf("no policy was ever %s", s)
		}
	}
	if undone < 3 {
		t.Errorf("%d changes were taken back", undone)
	}
}
