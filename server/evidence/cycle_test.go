package evidence

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

func TestCycleStateOf(t *testing.T) {
	for _, c := range []struct {
		today             string
		skipped           bool
		accepted, pending int
		want              CycleState
	}{
		{"2026-03-01", false, 0, 0, Scheduled},
		{"2026-03-02", false, 0, 0, Open}, // its first day
		{"2026-03-01", false, 0, 1, Submitted},
		{"2026-03-09", false, 0, 1, Submitted},
		{"2026-03-09", false, 1, 1, CycleAccepted},
		{"2026-03-09", true, 0, 0, Skipped},
		{"2026-03-09", true, 1, 0, Skipped},
	} {
		if got := CycleStateOf(c.today, "2026-03-02", c.skipped, c.accepted, c.pending); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
	for _, c := range []struct {
		today string
		state CycleState
		want  bool
	}{
		{"2026-04-01", Open, false}, {"2026-04-02", Open, true}, {"2026-04-02", Submitted, true},
		{"2026-04-02", CycleAccepted, false}, {"2026-04-02", Skipped, false}, {"2026-04-02", Scheduled, false},
	} {
		if got := CycleOverdue(c.today, c.state, "2026-04-01"); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

var frequencies = []Frequency{"monthly", "quarterly", "semi_annual", "annual", "once"}

// Whatever the frequency and the validity: a round begins after the proof that it follows and before its own last
// day, never more than thirty days before; the proof before it still counts on its last day.
func TestNextRound(t *testing.T) {
	start := time.Date(2027, 11, 20, 0, 0, 0, 0, time.UTC)
	n := 0
	for _, f := range frequencies {
		for _, validity := range []int{0, 2, 14, 31, 45, 92, 183, 365, 730, MaxValidity} {
			for d := 0; d < 500; d += 13 {
				at := start.AddDate(0, 0, d).Format(time.DateOnly)
				opens, due, ok := NextRound(f, validity, at)
				if want := f != "once" || validity > 0; ok != want {
					t.Fatalf("%s, %d days: %v", f, validity, ok)
				}
				if !ok {
					continue
				}
				n++
				if !(at < opens && opens <= due) || DaysLeft(opens, due) > SoonDays {
					t.Errorf("%s, %d days, from %s: opens %s, due %s", f, validity, at, opens, due)
				}
				if end := ExpiresOn(at, validity); validity > 0 && due > end {
					t.Errorf("%s, %d days, from %s: due %s, after the proof's end %s", f, validity, at, due, end)
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d rounds", n)
	}
	if _, _, ok := NextRound("annual", 365, ""); ok {
		t.Error("a round follows nothing")
	}
}

func TestMarkOf(t *testing.T) {
	for _, c := range []struct {
		left, lead, mark int
		ok               bool
	}{
		{31, 30, 0, false}, {30, 30, 30, true}, {29, 30, 30, true}, {14, 30, 14, true}, {8, 30, 14, true}, {7, 30, 7, true},
		{2, 30, 7, true}, {1, 30, 1, true}, {0, 30, 1, true}, {-1, 30, -1, true}, {-7, 30, -1, true}, {-8, 30, -8, true}, {-15, 30, -15, true},
		{30, 15, 0, false}, {15, 15, 0, false}, {14, 15, 14, true}, {1, 0, 0, false}, {-1, 0, -1, true},
	} {
		if mark, ok := MarkOf(c.left, c.lead); mark != c.mark || ok != c.ok {
			t.Errorf("%+v: got %d %v", c, mark, ok)
		}
	}
	// Night by night a mark never comes back, and none is left out.
	seen, last := []int{}, 99
	for left := 40; left >= -20; left-- {
		if mark, ok := MarkOf(left, 30); ok && mark != last {
			if mark > last {
				t.Fatalf("%d comes after %d", mark, last)
			}
			seen, last = append(seen, mark), mark
		}
	}
	if fmt.Sprint(seen) != "[30 14 7 1 -1 -8 -15]" {
		t.Error(seen)
	}
}

func TestAskState(t *testing.T) {
	for _, c := range []struct {
		today, answered string
		withdrawn       bool
		want            string
	}{
		{"2026-03-05", "", false, "open"}, {"2026-03-06", "", false, "late"}, {"2026-03-09", "2026-03-05", false, "answered"},
		{"2026-03-09", "2026-03-06", false, "answered_late"}, {"2026-03-09", "", true, "withdrawn"},
	} {
		if got := AskState(c.today, "2026-03-05", c.answered, c.withdrawn); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestPropose(t *testing.T) {
	for _, c := range []struct {
		day   string
		first int
		want  string
	}{
		{"2026-11-22", 1, "[Year 2026 2026-01-01 2026-12-31] [Q1 2026 2026-01-01 2026-03-31] [Q2 2026 2026-04-01 2026-06-30] [Q3 2026 2026-07-01 2026-09-30] [Q4 2026 2026-10-01 2026-12-31] "},
		{"2026-03-31", 4, "[FY 2026 2025-04-01 2026-03-31] [Q1 FY 2026 2025-04-01 2025-06-30] [Q2 FY 2026 2025-07-01 2025-09-30] [Q3 FY 2026 2025-10-01 2025-12-31] [Q4 FY 2026 2026-01-01 2026-03-31] "},
		{"2024-02-29", 12, "[FY 2024 2023-12-01 2024-11-30] [Q1 FY 2024 2023-12-01 2024-02-29] [Q2 FY 2024 2024-03-01 2024-05-31] [Q3 FY 2024 2024-06-01 2024-08-31] [Q4 FY 2024 2024-09-01 2024-11-30] "},
		{"2026-11-22", 13, ""}, {"today", 1, ""},
	} {
		got := ""
		for _, p := range Propose(c.day, c.first) {
			got += fmt.Sprintf("[%s %s %s] ", p.Name, p.StartsOn, p.EndsOn)
		}
		if got != c.want {
			t.Errorf("%s, %d:\n got %s\nwant %s", c.day, c.first, got, c.want)
		}
	}
}

// The rule which files belong to a period stands twice: in Go and in SQL.
func TestContainsAgrees(t *testing.T) {
	api := optest.New(t, Module)
	days := []string{"2026-03-31", "2026-04-01", "2026-05-15", "2026-06-30", "2026-07-01"}
	p := Period{StartsOn: "2026-04-01", EndsOn: "2026-06-30"}
	inside := 0
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		for _, at := range days {
			for i, start := range append(days, "") {
				for j, end := range append(days, "") {
					if (start == "") != (end == "") || start != "" && i > j {
						continue
					}
					var got bool
					err := tx.QueryRow("SELECT "+belongs+" FROM (SELECT ? AS collected_on, ? AS period_start, ? AS period_end) f, (SELECT ? AS starts_on, ? AS ends_on) p",
						at, start, end, p.StartsOn, p.EndsOn).Scan(&got)
					if err != nil {
						return err
					}
					if want := p.Contains(at, start, end); got != want {
						t.Errorf("%s, %s to %s: SQL says %v, Go %v", at, start, end, got, want)
					}
					if got {
						inside++
					}
				}
			}
		}
		return nil
	})
	if err != nil || inside == 0 {
		t.Fatal(inside, err)
	}
}

func TestDraw(t *testing.T) {
	ids := []string{}
	for i := range 40 {
		ids = append(ids, fmt.Sprint("file", i))
	}
	a, b, other := Draw(ids, "seed", 7), Draw(ids, "seed", 7), Draw(ids, "another", 7)
	if len(a) != 7 || fmt.Sprint(a) != fmt.Sprint(b) || fmt.Sprint(a) == fmt.Sprint(other) {
		t.Errorf("%v %v %v", a, b, other)
	}
	if got := Draw(ids, "seed", 0); len(got) != 40 {
		t.Error("0 is all")
	}
	if got := Draw(ids[:3], "seed", 7); len(got) != 3 {
		t.Error("fewer than asked for are all")
	}
}

// Whatever people do with a request and however days pass: at most one of its rounds is not over, the newest; every
// state is what the files say; rounds are numbered without a gap; and a second look changes nothing.
func TestRoundsHold(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 2))
		api := optest.New(t, Module)
		var d EvidenceDetail
		api.Must("POST", "/evidence", map[string]any{"name": "x", "frequency": string(frequencies[rng.IntN(len(frequencies))]), "reviewer": "user"}, &d)
		for range 40 {
			api.Must("GET", "/evidence/"+d.ID, nil, &d)
			var f EvidenceFile
			if len(d.Files) > 0 {
				f = d.Files[rng.IntN(len(d.Files))]
			}
			what := rng.IntN(9)
			switch what {
			case 0, 1:
				q := ""
				if rng.IntN(3) == 0 {
					q = "?collected_on=" + api.Clock.Now().AddDate(0, 0, -rng.IntN(200)).Format(time.DateOnly)
				}
				if n := len(d.Files); n > 0 && rng.IntN(3) == 0 {
					q += map[bool]string{true: "?", false: "&"}[q == ""] + "replaces=" + d.Files[0].ID
				}
				api.Upload("/evidence/"+d.ID+"/files"+q, "a.txt", fmt.Appendf(nil, "proof %d", rng.Int()), nil)
			case 2, 3:
				api.As(op.User).Do("POST", "/files/"+f.ID+"/accept", map[string]any{}, nil)
			case 4:
				api.As(op.User).Do("POST", "/files/"+f.ID+"/reject", map[string]any{"note": "no"}, nil)
			case 5:
				if len(d.Cycles) > 0 {
					api.Do("POST", "/cycles/"+d.Cycles[0].ID+"/skip", map[string]any{"reason": "a holiday"}, nil)
				}
			case 6:
				api.Version(d.Version).Do("PATCH", "/evidence/"+d.ID, map[string]any{"frequency": string(frequencies[rng.IntN(len(frequencies))])}, nil)
			case 7:
				api.Version(d.Version).Do("PATCH", "/evidence/"+d.ID, map[string]any{"not_applicable": !d.NotApplicable, "na_reason": "x"}, nil)
			case 8:
				if f.ID != "" && rng.IntN(3) == 0 {
					api.Do("DELETE", "/files/"+f.ID, nil, nil)
				}
			}
			api.Clock.Advance(time.Duration(rng.IntN(60)) * 24 * time.Hour)
			api.RunJob("evidence", "cycles", nil)
			records := api.Count("SELECT count(*) FROM audit")
			api.RunJob("evidence", "cycles", nil)
			if api.Count("SELECT count(*) FROM audit") != records {
				t.Fatalf("seed %d, after %d: a second look changed something", seed, what)
			}
			api.Must("GET", "/evidence/"+d.ID, nil, &d)
			live := 0
			for i, c := range d.Cycles {
				if c.Number != len(d.Cycles)-i {
					t.Fatalf("seed %d, after %d: numbers have a gap: %+v", seed, what, d.Cycles)
				}
				if c.State.Live() {
					live++
				}
				accepted := api.Count("SELECT count(*) FROM file WHERE cycle = ? AND review = 'accepted'", c.ID)
				pending := api.Count("SELECT count(*) FROM file WHERE cycle = ? AND review = 'pending'", c.ID)
				if want := CycleStateOf(api.Clock.Now().Format(time.DateOnly), c.OpensOn, c.State == Skipped, accepted, pending); want != c.State {
					t.Fatalf("seed %d, after %d: cycle %d is %s, its files say %s", seed, what, c.Number, c.State, want)
				}
				if latest := api.Count("SELECT latest FROM cycle WHERE id = ?", c.ID); (latest == 1) != (i == 0) {
					t.Fatalf("seed %d, after %d: cycle %d of %d has latest = %d", seed, what, c.Number, len(d.Cycles), latest)
				}
			}
			if live > 1 && !rejectedLater(d) || d.NotApplicable && live > 0 {
				t.Fatalf("seed %d, after %d: %d rounds are not over: %+v", seed, what, live, d.Cycles)
			}
			if live == 0 && !d.NotApplicable && d.Frequency != "once" {
				t.Fatalf("seed %d, after %d: nothing comes next: %+v", seed, what, d.Cycles)
			}
		}
	}
}

// rejectedLater says that an earlier round goes on although a later one has files of its own: its proof was rejected
// or deleted after all.
func rejectedLater(d EvidenceDetail) bool {
	for _, f := range d.Files {
		if len(d.Cycles) > 0 && f.Cycle == d.Cycles[0].Number {
			return true
		}
	}
	return d.Cycles[0].State != Scheduled
}
