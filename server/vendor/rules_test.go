package vendor

import (
	"slices"
	"testing"

	"assay/server/risk"
)

func TestTier(t *testing.T) {
	usual := risk.RiskScale{Critical: 20, High: 12, Medium: 6}
	for _, c := range []struct {
		score int
		class Classification
		want  risk.Level
	}{{25, Public, risk.Critical}, {20, Restricted, risk.Critical}, {12, "", risk.High}, {6, Confidential, risk.Medium}, {6, Restricted, risk.High},
		{1, Restricted, risk.High}, {1, Internal, risk.Low}, {0, "", risk.Unscored}, {0, Restricted, risk.High}} {
		if got := Tier(usual, c.score, c.class); got != c.want {
			t.Errorf("%d %s: %s, want %s", c.score, c.class, got, c.want)
		}
	}
}

func TestClock(t *testing.T) {
	for _, c := range []struct {
		assessed string
		tier     risk.Level
		want     string
	}{{"2026-03-02", risk.Critical, "2026-09-02"}, {"2026-03-02", risk.High, "2027-03-02"}, {"2026-03-02", risk.Medium, "2028-03-02"}, {"2026-03-02", risk.Low, "2029-03-02"},
		{"2025-08-31", risk.Critical, "2026-02-28"}, {"2024-02-29", risk.High, "2025-02-28"}, {"", risk.High, ""}, {"2026-03-02", risk.Unscored, ""}} {
		if got := NextReview(c.assessed, c.tier); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.assessed, c.tier, got, c.want)
		}
	}
	for day := "2023-12-01"; day < "2025-01-10"; day = later(day, 1) {
		for _, months := range cadences {
			if from := Before(day, months); After(from, months) < day || After(later(from, -1), months) >= day {
				t.Errorf("%d months before %s: %s", months, day, from)
			}
		}
	}
	const today, soon = "2026-03-02", "2026-04-01"
	for _, c := range []struct {
		status Status
		next   string
		want   Review
	}{{Approved, "", Never}, {Approved, "2026-03-01", Overdue}, {Approved, "2026-03-02", DueSoon}, {Approved, "2026-04-01", DueSoon}, {Approved, "2026-04-02", Current},
		{Rejected, "2020-01-01", Closed}, {Offboarded, "", Closed}, {Offboarding, "2026-03-01", Overdue}} {
		if got := ReviewOn(c.status, c.next, today, soon); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.status, c.next, got, c.want)
		}
	}
}

func TestAttestedOn(t *testing.T) {
	for _, c := range []struct{ kind, issued, end, want string }{
		{"soc2_type2", "2026-02-01", "2025-12-31", "2026-12-31"}, {"soc2_type1", "2026-02-01", "", "2027-02-01"}, {"iso27001", "2026-02-01", "", "2029-02-01"},
		{"penetration_test", "2026-02-01", "", "2027-02-01"}, {"dpa", "2026-02-01", "", ""}, {"iso27001", "", "", ""},
	} {
		if got := ExpiresOn(c.kind, c.issued, c.end); got != c.want {
			t.Errorf("%s: %q, want %q", c.kind, got, c.want)
		}
	}
	const today, soon = "2026-03-02", "2026-05-01"
	for _, c := range []struct {
		file            bool
		expires, bridge string
		want            Attested
	}{{false, "2030-01-01", "", Missing}, {true, "", "", Valid}, {true, "2026-03-01", "", Expired}, {true, "2026-03-02", "", Expiring}, {true, "2026-05-01", "", Expiring},
		{true, "2026-05-02", "", Valid}, {true, "2026-03-01", "2026-06-01", Valid}, {true, "2026-03-01", "2026-04-01", Expiring}, {true, "", "2020-01-01", Valid}} {
		if got := AttestedOn(c.file, c.expires, c.bridge, today, soon); got != c.want {
			t.Errorf("%v %s %s: %s, want %s", c.file, c.expires, c.bridge, got, c.want)
		}
	}
}

func TestRunningOn(t *testing.T) {
	for _, c := range []struct {
		starts, ends string
		notice       int
		renews       bool
		want         Running
	}{{"2026-04-01", "2027-03-31", 0, false, Upcoming}, {"", "", 0, false, InForce}, {"2025-01-01", "2026-12-31", 90, true, InForce}, {"2025-01-01", "2026-06-10", 90, true, Decide},
		{"2025-01-01", "2026-04-01", 0, false, Decide}, {"2025-01-01", "2026-04-30", 90, true, Renewing}, {"2025-01-01", "2026-04-30", 90, false, Ending},
		{"2025-01-01", "2026-03-01", 90, true, Renewed}, {"2025-01-01", "2026-03-01", 0, false, Over}, {"2025-01-01", "2026-03-02", 0, false, Decide}} {
		if got := RunningOn(c.starts, c.ends, c.notice, c.renews, "2026-03-02"); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// The questions are those of the catalog, each with options that its adverse ones are among.
func TestCatalog(t *testing.T) {
	all, err := catalog()
	if err != nil || len(all) != 62 {
		t.Fatal(len(all), err)
	}
	for _, q := range all {
		if q.Key == "" || q.Question == "" || q.Depth < 1 || q.Depth > 3 || (q.Type == "text") != (len(q.Options) == 0) {
			t.Errorf("%+v", q)
		}
		for _, a := range q.Adverse {
			if !slices.Contains(q.Options, a) {
				t.Errorf("%s: %s is no option", q.Key, a)
			}
		}
	}
}
