package policy_test

import (
	"slices"
	"testing"

	"assay/server/op"
	"assay/server/policy"
)

// What is planned stands on the roadmap until it is published; from then on its review does.
func TestRoadmap(t *testing.T) {
	api := world(t)
	first := create(api, m{"title": "Access", "planned_on": "2026-05-01"})
	create(api, m{"title": "Backup"})
	create(api, m{"title": "Old", "planned_on": "2026-01-15"})
	gone := create(api, m{"title": "Gone", "planned_on": "2026-04-01"})
	api.Must("POST", "/policies/"+gone.ID+"/archive", nil, nil)
	plan := func() (all []string, r policy.Roadmap) {
		api.Must("GET", "/policies/roadmap", nil, &r)
		for _, p := range r.Items {
			line := string(p.What) + " " + p.Title + " " + p.Day
			if p.Late {
				line += " late"
			}
			all = append(all, line)
		}
		return all, r
	}
	got, r := plan()
	if want := []string{"publication Old 2026-01-15 late", "publication Access 2026-05-01", "publication Backup "}; !slices.Equal(got, want) || r.Undated != 1 || r.More != 0 {
		t.Errorf("%q %+v", got, r)
	}
	if api.Version(first.Version).Do("PATCH", "/policies/"+first.ID, m{"planned_on": "1 May"}, nil) != 422 || api.FieldError("planned_on") == "" {
		t.Error("a day that is none: ", api.Body())
	}

	publishNext(api, first.ID, "Who may enter.")
	var now policy.PolicyDetail
	api.Must("GET", "/policies/"+first.ID, nil, &now)
	if now.PlannedOn != "" {
		t.Errorf("published, and still planned for %s", now.PlannedOn)
	}
	got, r = plan()
	if want := []string{"publication Old 2026-01-15 late", "review Access " + now.NextReviewOn, "publication Backup "}; !slices.Equal(got, want) || r.Items[1].InForce != "1.0" {
		t.Errorf("%q %+v", got, r)
	}
	api.Must("POST", "/policies/"+first.ID+"/flag", m{"reason": "A new law"}, nil)
	if got, _ = plan(); !slices.Equal(got, []string{"publication Old 2026-01-15 late", "review Access " + now.NextReviewOn, "publication Access ", "publication Backup "}) {
		t.Errorf("what does not fit any more is to be published again: %q", got)
	}
	if api.As(op.Executive).Do("GET", "/policies/roadmap", nil, nil) != 403 {
		t.Error("an executive read records")
	}
}
