package control

import (
	"fmt"
	"strings"
	"testing"

	"assay/storage"

	"assay/server/optest"
)

const today = "2026-03-02" // optest.Start

func TestEffective(t *testing.T) {
	for _, c := range []struct {
		name   string
		claim  Status
		p      Proof
		want   Effective
		reason string
	}{
		{"not started, with proof", NotStarted, Proof{Requests: 1}, "not_started", "Nobody has started"},
		{"in progress", InProgress, Proof{}, "in_progress", "worked on"},
		{"gap", Gap, Proof{Requests: 1, FirstExpiry: "2027-01-01"}, "gap", "marked as a gap"},
		{"not applicable", NotApplicable, Proof{}, "not_applicable", "not applicable"},
		{"claimed, nothing linked", Implemented, Proof{}, "unproven", "no evidence is linked"},
		{"claimed, nothing collected", Implemented, Proof{Requests: 3, Missing: 3}, "unproven", "3 of 3"},
		{"claimed, the one request open", Implemented, Proof{Requests: 1, Missing: 1}, "unproven", "no accepted file"},
		{"claimed, something missing", Implemented, Proof{Requests: 3, Missing: 2, FirstExpiry: "2027-01-01"}, "unproven", "2 of 3 evidence requests have no accepted file"},
		{"proven", Implemented, Proof{Requests: 2, FirstExpiry: "2026-12-31"}, "implemented", "current, until 2026-12-31"},
		{"proven for ever", Implemented, Proof{Requests: 1}, "implemented", "current."},
		{"expires today", Implemented, Proof{Requests: 1, FirstExpiry: today}, "implemented", "current"},
		{"expired yesterday", Implemented, Proof{Requests: 1, FirstExpiry: "2026-03-01"}, "needs_evidence", "still counts until 2026-03-15"},
		{"expired and missing", Implemented, Proof{Requests: 2, Missing: 1, FirstExpiry: "2026-03-01"}, "needs_evidence", "expired on 2026-03-01"},
		{"last day of grace", Implemented, Proof{Requests: 1, FirstExpiry: "2026-02-16"}, "needs_evidence", "until 2026-03-02"},
		{"after grace", Implemented, Proof{Requests: 1, FirstExpiry: "2026-02-15"}, "in_progress", "more than 14 days ago"},
		{"major finding", Implemented, Proof{Requests: 1, MajorGap: true}, "gap", "major finding"},
	} {
		got, reason := EffectiveOf(c.claim, c.p, today)
		if got != c.want || !strings.Contains(reason, c.reason) {
			t.Errorf("%s: %s %q, want %s %q", c.name, got, reason, c.want, c.reason)
		}
	}
}

// The rule in Go and the expression in SQL must give the same word in every case there is.
func TestRuleAndQueryAgree(t *testing.T) {
	api := optest.New(t, Module)
	n := 0
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		days := Days(tx)
		for _, claim := range []Status{NotStarted, InProgress, Implemented, Gap, NotApplicable} {
			for requests := range 4 {
				for missing := 0; missing <= requests; missing++ {
					for _, expiry := range []string{"", "2020-01-01", "2026-02-14", "2026-02-15", "2026-02-16", "2026-02-17", "2026-03-01", "2026-03-02", "2026-03-03", "2030-01-01"} {
						var e Effective
						var state EvidenceState
						var points int
						err := tx.QueryRow("SELECT "+EffectiveSQL+", "+EvidenceSQL+", "+PointsSQL+`
							FROM (SELECT ? AS status) s CROSS JOIN (SELECT ? AS requests, ? AS missing, ? AS first_expiry) p `+DaysSQL,
							append([]any{string(claim), requests, missing, expiry}, days...)...).Scan(&e, &state, &points)
						if err != nil {
							return err
						}
						p := Proof{Requests: requests, Missing: missing, FirstExpiry: expiry}
						want, reason := EffectiveOf(claim, p, today)
						if e != want || state != EvidenceOf(p, today) || points != Points(claim, state) || reason == "" {
							return fmt.Errorf("%s %+v: query %s %s %d, rule %s %s %d %q", claim, p, e, state, points, want, EvidenceOf(p, today), Points(claim, state), reason)
						}
						n++
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n != 5*10*10 {
		t.Errorf("%d cases", n)
	}
}

// The worst of products in Go and in SQL, over every set of claims.
func TestWorstRuleAndQueryAgree(t *testing.T) {
	all := []Status{NotStarted, InProgress, Implemented, Gap, NotApplicable}
	api := optest.New(t, Module)
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		for set := 1; set < 1<<len(all); set++ {
			var claims []Status
			var words []string
			for i, s := range all {
				if set>>i&1 == 1 {
					claims, words = append(claims, s), append(words, `"`+string(s)+`"`)
				}
			}
			var got Status
			if err := tx.QueryRow("SELECT "+worstSQL+" FROM (SELECT value AS status FROM json_each(?)) s", "["+strings.Join(words, ",")+"]").Scan(&got); err != nil {
				return err
			}
			if want := Worst(claims); got != want {
				t.Errorf("%v: the query says %s, the rule %s", claims, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if Worst(nil) != NotApplicable || Worst([]Status{Implemented, NotApplicable}) != Implemented || Worst([]Status{Gap, NotStarted}) != Gap {
		t.Error("the rule")
	}
}
