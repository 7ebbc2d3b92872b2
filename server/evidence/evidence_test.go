package evidence

import (
	"strings"
	"testing"
	"time"

	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

func TestStatusOf(t *testing.T) {
	const today = "2026-03-02"
	for _, c := range []struct {
		na                 bool
		collected, expires string
		want               Status
	}{
		{true, "", "", NotApplicable},
		{true, "2020-01-01", "2020-12-31", NotApplicable}, // the flag stands above everything
		{false, "", "", NotCollected},
		{false, "2019-01-01", "", Current},                // never expires
		{false, "2026-03-01", "2026-04-02", Current},      // 31 days left
		{false, "2026-03-01", "2026-04-01", ExpiringSoon}, // 30
		{false, "2025-03-02", "2026-03-02", ExpiringSoon}, // the last day counts
		{false, "2025-03-01", "2026-03-01", Expired},
	} {
		if got := StatusOf(today, c.na, c.collected, c.expires); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestDaysLeft(t *testing.T) {
	for _, c := range []struct {
		today, expires string
		want           int
	}{
		{"2026-03-02", "2026-03-02", 0}, {"2026-03-02", "2026-03-01", -1}, {"2026-03-02", "2026-04-01", 30},
		{"2024-02-28", "2024-03-01", 2}, {"2023-02-28", "2023-03-01", 1}, {"2025-12-31", "2026-12-31", 365},
	} {
		if got := DaysLeft(c.today, c.expires); got != c.want {
			t.Errorf("%s to %s: got %d, want %d", c.today, c.expires, got, c.want)
		}
	}
	if got := ExpiresOn("2024-02-29", 365); got != "2025-02-28" {
		t.Error(got)
	}
	if got := ExpiresOn("2024-02-29", 0); got != "" {
		t.Error(got)
	}
}

// The rule stands twice: in Go for what is shown, in SQL for filters and counts. On every day of a grid both
// must say the same, and the triggers' expires_on must be ExpiresOn's.
func TestSQLAgrees(t *testing.T) {
	api := optest.New(t, Module)
	day := func(n int) string {
		return time.Date(2027, 11, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format(time.DateOnly)
	}
	n := 0
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		for _, validity := range []int{0, 1, 31, 92, 183, 365, MaxValidity} {
			for at := -3; at < 120; at += 7 { // over the end of February of a leap year
				collected := day(at)
				want := ExpiresOn(collected, validity)
				var expires string
				if err := tx.QueryRow("SELECT CASE WHEN ?2 = 0 THEN '' ELSE date(?1, '+' || ?2 || ' days') END", collected, validity).Scan(&expires); err != nil {
					return err
				}
				if expires != want {
					t.Errorf("%s + %d: SQL says %s, Go %s", collected, validity, expires, want)
				}
				ends := []int{-2, -1, 0, 1, 29, 30, 31, 32}
				for _, d := range ends {
					today := day(at + validity - d)
					for _, k := range []struct {
						na                 bool
						collected, expires string
					}{{false, collected, expires}, {true, collected, expires}, {false, "", ""}} {
						n++
						var got Status
						err := tx.QueryRow("SELECT "+statusSQL+" FROM (SELECT ? AS not_applicable) e, (SELECT ? AS collected_on, ? AS expires_on) k"+daysSQL,
							k.na, k.collected, k.expires, today, ExpiresOn(today, SoonDays)).Scan(&got)
						if err != nil {
							return err
						}
						if want := StatusOf(today, k.na, k.collected, k.expires); got != want {
							t.Errorf("today %s, %+v: SQL says %s, Go %s", today, k, got, want)
						}
					}
				}
			}
		}
		return nil
	})
	if err != nil || n < 2000 {
		t.Fatal(n, err)
	}
}

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		status             Status
		collected, expires string
		days, pending      int
		want               string
	}{
		{NotApplicable, "", "", 0, 0, "This request does not apply, so nothing is collected for it."},
		{NotCollected, "", "", 0, 0, "Nothing is collected yet. Upload a file to start the clock."},
		{NotCollected, "", "", 0, 2, "Nothing is accepted yet. 2 files wait for review."},
		{Current, "2026-01-01", "", 0, 0, "Collected on 2026-01-01. It does not expire."},
		{Current, "2026-01-01", "2027-01-01", 300, 1, "Collected on 2026-01-01. It counts until 2027-01-01, 300 days from now. 1 file waits for review."},
		{ExpiringSoon, "2026-01-01", "2027-01-01", 1, 0, "Collected on 2026-01-01. It counts until 2027-01-01, 1 day from now."},
		{ExpiringSoon, "2026-01-01", "2027-01-01", 0, 0, "Collected on 2026-01-01. Today is the last day it counts."},
		{Expired, "2025-01-01", "2026-01-01", -60, 0, "Expired 60 days ago: collected on 2025-01-01, it counted until 2026-01-01."},
	} {
		if got := Sentence(c.status, c.collected, c.expires, c.days, c.pending); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestCheckDates(t *testing.T) {
	const today = "2026-03-02"
	for _, c := range []struct{ collected, start, end, field string }{
		{"2026-03-02", "", "", ""},
		{"2026-03-03", "", "", "collected_on"},
		{"2026-02-30", "", "", "collected_on"},
		{"2.3.2026", "", "", "collected_on"},
		{"2026-03-01", "2026-01-01", "2026-03-31", ""},
		{"2026-03-01", "2026-02-01", "2026-01-31", "period_end"},
		{"2026-03-01", "2026-02-01", "", "period_end"},
		{"2026-03-01", "", "2026-02-01", "period_start"},
		{"2026-03-01", "2026-04-01", "2026-05-01", "period_start"},
	} {
		var v op.Check
		checkDates(&v, "", today, c.collected, c.start, c.end)
		err := v.Err()
		if (err == nil) != (c.field == "") || err != nil && !strings.Contains(err.Error(), c.field+":") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestMayReview(t *testing.T) {
	for _, c := range []struct {
		who  Standing
		may  bool
		name string
	}{
		{Standing{}, false, "somebody else"},
		{Standing{Reviewer: true}, true, "the reviewer"},
		{Standing{Admin: true}, true, "an administrator"},
		{Standing{Reviewer: true, Uploader: true}, false, "the reviewer, of an own file"},
		{Standing{Admin: true, Uploader: true}, false, "an administrator, of an own file"},
		{Standing{Admin: true, Uploader: true, Alone: true}, true, "the only one there is"},
		{Standing{Uploader: true, Alone: true}, false, "an uploader who is neither"},
	} {
		if got := c.who.Refusal() == ""; got != c.may {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestShare(t *testing.T) {
	if Share(0, 0) != nil {
		t.Error("0 of 0 is not a figure")
	}
	for _, c := range []struct{ part, whole, want int }{{0, 3, 0}, {1, 3, 3333}, {2, 3, 6666}, {3, 3, 10000}, {19999, 20000, 9999}} {
		if got := *Share(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: got %d, want %d", c.part, c.whole, got, c.want)
		}
	}
}
