package bia

import (
	"fmt"
	"strings"
	"testing"

	"assay/server/asset"
	"assay/server/imports"
	"assay/server/link"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/tag"
	"assay/storage"
)

type m = map[string]any

func open(t *testing.T) *optest.API {
	return optest.New(t, Module, asset.Module, number.Module, notification.Module, link.Module, tag.Module, imports.Module(&Sheet))
}

func add(api *optest.API, body m) (d ProcessDetail) {
	api.Must("POST", "/processes", body, &d)
	return d
}

// refs are the numbers of the processes that a query finds.
func refs(api *optest.API, query string) string {
	var p op.Page[Process]
	api.Must("GET", "/processes?sort=ref&"+query, nil, &p)
	var all []string
	for _, r := range p.Items {
		all = append(all, r.Ref[len("PRC-000"):])
	}
	return strings.Join(all, " ")
}

// examples are worked by hand: 35 for the recovery time, 25 for the recovery point, 15 for the tolerable downtime, 25 for
// the classification, each times its share.
//
//	                 RTO            RPO             MTD              class           sum     score
//	taking orders    35×0.85=29.75  25×1.00=25.00   15×0.50= 7.50    25×0.70=17.50   79.75   80  critical
//	paying wages     35×0.30=10.50  25×0.50=12.50   15×0.15= 2.25    25×0.35= 8.75   34.00   34  medium
//	helping people   35×0.70=24.50  25×0.85=21.25   not said         25×0.10= 2.50   48.25   48  medium
//	watching systems 35×1.00=35.00  25×1.00=25.00   15×1.00=15.00    25×1.00=25.00  100.00  100  critical
//	cutting the lawn 35×0.05= 1.75  25×0.05= 1.25   15×0.05= 0.75    25×0.10= 2.50    6.25    6  low
//	writing code     35×0.50=17.50  25×0.70=17.50   15×0.30= 4.50    25×0.70=17.50   57.00   57  high
//	selling          35×0.50        not said        15×0.30          25×0.35                  -  incomplete
var examples = []struct {
	name                string
	rto, rpo, mtd, mean string
	sum, score          int
	tier                Tier
}{
	{"taking orders", "le_4h", "le_1h", "le_24h", "confidential", 7975, 80, Critical},
	{"paying wages", "le_72h", "le_24h", "le_7d", "internal", 3400, 34, Medium},
	{"helping people", "le_8h", "le_4h", "", "public", 4825, 48, Medium},
	{"watching systems", "le_1h", "le_1h", "le_1h", "restricted", 10000, 100, Critical},
	{"cutting the lawn", "gt_7d", "gt_7d", "gt_7d", "public", 625, 6, Low},
	{"writing code", "le_24h", "le_8h", "le_72h", "confidential", 5700, 57, High},
	{"selling", "le_24h", "", "le_72h", "internal", 3075, 0, Incomplete},
}

// The rule in Go and the rule in SQL agree with what was worked by hand: a list that saw them differ would fail.
func TestScore(t *testing.T) {
	api := open(t)
	for _, x := range examples {
		d := add(api, m{"name": x.name, "rto": x.rto, "rpo": x.rpo, "mtd": x.mtd, "classification": x.mean})
		sum := 0
		for _, p := range d.Parts {
			sum += p.Points
		}
		if sum != x.sum || d.Score != x.score || d.Tier != x.tier {
			t.Errorf("%s: %d, %d, %s; want %d, %d, %s", x.name, sum, d.Score, d.Tier, x.sum, x.score, x.tier)
		}
	}
	for _, c := range []struct {
		score int
		tier  Tier
	}{{75, Critical}, {74, High}, {50, High}, {49, Medium}, {25, Medium}, {24, Low}, {1, Low}, {0, Incomplete}} {
		if got := TierOf(c.score); got != c.tier {
			t.Errorf("%d: %s", c.score, got)
		}
	}
	for query, want := range map[string]string{"tier=critical": "1 4", "tier=incomplete": "7", "tier=medium,low": "2 3 5", "from=50&to=80": "1 6", "to=40": "2 5", "rpo=none": "7", "mtd=none": "3", "rto=le_24h": "6 7", "sort=-score": "1 2 3 4 5 6 7"} {
		if got := refs(api, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	var p op.Page[Process]
	if api.Must("GET", "/processes", nil, &p); p.Items[0].Score != 100 || p.Items[6].Score != 0 {
		t.Error("the list does not begin with what matters most")
	}
}

// Every combination of answers is scored alike by both rules, between 1 and 100.
func TestEveryScore(t *testing.T) {
	api := open(t)
	api.Seed([]string{"process"}, func(tx *storage.WriteTx) error {
		n := 0
		for _, rto := range asset.Recoveries {
			for _, rpo := range asset.Recoveries {
				for _, mtd := range append(asset.Recoveries[:7:7], "") {
					for _, class := range append(asset.Classes[:4:4], "") {
						n++
						if err := tx.Exec("INSERT INTO process (id, ref, name, rto, rpo, mtd, classification, created_at, updated_at) VALUES (?1, 'PRC-' || ?1, 'x', ?2, ?3, ?4, ?5, '', '')",
							fmt.Sprint(n), string(rto), string(rpo), string(mtd), string(class)); err != nil {
							return err
						}
					}
				}
			}
		}
		return nil
	})
	var f ProcessFigures
	api.As(op.Executive).Must("GET", "/processes/figures", nil, &f) // reads every row, and compares
	scored := 0
	for _, b := range f.Scores {
		scored += b.Count
	}
	if f.Total != 7*7*8*5 || f.Tiers[Incomplete] != 7*7*8 || scored != 7*7*8*4 {
		t.Errorf("%+v", f)
	}
}

// A process cannot be back later than it can be missed.
func TestRecoveryTimes(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "Orders", "rto": "le_24h", "mtd": "le_24h"})
	if api.Version(d.Version).Do("PATCH", "/processes/"+d.ID, m{"mtd": "le_8h"}, nil) != 422 || !strings.Contains(api.FieldError("rto"), "not longer than the MTD") {
		t.Error(api.Body())
	}
	api.Version(d.Version).Must("PATCH", "/processes/"+d.ID, m{"mtd": "le_8h", "rto": "le_1h"}, &d)
	var out op.Bulk
	api.Must("POST", "/processes/bulk", m{"ids": []string{d.ID}, "set": m{"rto": "le_72h"}}, &out)
	if out.Updated != 0 || len(out.Skipped) != 1 || !strings.Contains(out.Skipped[0].Why, "MTD") {
		t.Errorf("%+v", out)
	}
}

// A review is said today, by somebody, and is due again in a year; the day after that it is late.
func TestReview(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "Orders", "owner": "user", "review_on": "2026-01-01"})
	if !d.Overdue || refs(api, "overdue=true") != "1" || refs(api, "unreviewed=true") != "1" || refs(api, "owner=none") != "" {
		t.Errorf("%+v", d)
	}
	api.As(op.User).Must("POST", "/processes/"+d.ID+"/review", nil, &d)
	today := api.Clock.Now()
	if d.Overdue || d.ReviewedOn != today.Format(storage.Date) || d.ReviewOn != today.AddDate(1, 0, 0).Format(storage.Date) || d.ReviewerName == "" || refs(api, "unreviewed=true") != "" {
		t.Errorf("%+v", d)
	}
	if api.As(op.Auditor).Do("POST", "/processes/"+d.ID+"/review", nil, nil) != 403 || api.Do("POST", "/processes/gone/review", nil, nil) != 404 {
		t.Error("who may review what")
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND event = 'process_changed'") != 1 {
		t.Error("the owner was not told")
	}
}

// What a process rests on is followed over any number of steps; what of it comes back later than the process must is a
// finding, which the list counts as the record shows it.
func TestLate(t *testing.T) {
	api := open(t)
	needs := func(kind, a, other, b string) {
		api.Must("POST", "/records/"+kind+"/"+a+"/links", m{"type": "depends_on", "kind": other, "record": b}, nil)
	}
	made := func(body m) string {
		var a asset.AssetDetail
		api.Must("POST", "/assets", body, &a)
		return a.ID
	}
	orders, wages := add(api, m{"name": "Orders", "rto": "le_4h", "owner": "user"}), add(api, m{"name": "Wages", "rto": "le_72h", "owner": "user"})
	shop, db, office := made(m{"name": "Shop", "rto": "le_1h"}), made(m{"name": "Database", "rto": "le_24h"}), made(m{"name": "Office"})
	needs("process", orders.ID, "asset", shop)
	needs("asset", shop, "asset", db)
	needs("asset", db, "asset", shop) // a circle
	needs("process", orders.ID, "asset", office)
	needs("process", orders.ID, "process", wages.ID)
	needs("process", wages.ID, "asset", db)
	shows := func(id string) (d ProcessDetail, later string) {
		api.Must("GET", "/processes/"+id, nil, &d)
		for _, x := range d.Dependencies {
			if x.Later {
				later += fmt.Sprint(x.Title, x.Distance, " ")
			}
		}
		if n := len(strings.Fields(later)); n != d.Late {
			t.Errorf("%s shows %d, its row counts %d", d.Ref, n, d.Late)
		}
		return d, later
	}
	d, later := shows(orders.ID)
	if later != "Wages1 Database2 " || len(d.Dependencies) != 4 || d.Needs != 3 {
		t.Errorf("%q %+v", later, d.Dependencies)
	}
	if _, later := shows(wages.ID); later != "" {
		t.Error(later)
	}
	if refs(api, "late=true") != "1" || refs(api, "depends_on="+db) != "2" {
		t.Error("the list does not find what the record shows")
	}
	var f ProcessFigures
	api.Must("GET", "/processes/figures", nil, &f)
	var s ProcessSpread
	api.Must("GET", "/processes/spread", nil, &s)
	if f.Late != 1 || f.RTO["le_4h"] != 1 || len(s.Owners) != 1 || s.Owners[0].Count != 2 || len(s.Needed) != 4 || s.Needed[0].Count != 1 || s.Needed[0].Title == "" {
		t.Errorf("%+v %+v", f, s)
	}
	if api.As(op.Executive).Do("GET", "/processes/spread", nil, nil) != 403 {
		t.Error("an executive read names")
	}
	api.Must("DELETE", "/assets/"+shop, nil, nil) // the database is still there, by way of the wages
	if _, later := shows(orders.ID); later != "Wages1 Database2 " {
		t.Error(later)
	}
	api.Must("DELETE", "/processes/"+wages.ID, nil, nil)
	if d, later := shows(orders.ID); later != "" || d.Needs != 1 {
		t.Errorf("%q %d", later, d.Needs)
	}
}

// A table comes in with the words that others use, is refused where its times do not fit, and goes out as it comes in.
func TestSheet(t *testing.T) {
	api := open(t)
	run := func(csv string) int {
		var made struct {
			ID      string
			Mapping any
		}
		if api.Upload("/imports?target=processes", "bia.csv", []byte(csv), &made) != 200 {
			t.Fatal(api.Body())
		}
		api.Must("POST", "/imports/"+made.ID+"/check", m{"mapping": made.Mapping}, nil)
		return api.Do("POST", "/imports/"+made.ID+"/run", nil, nil)
	}
	imported := run("Business process,Department,Recovery time objective,RPO,MTD,Data classification\n" +
		"Orders,Sales,4 hours,le_1h,24 h,Confidential\nWages,Finance,3 days,1 day,8h,internal\nLawn,,soon,,,\n")
	if got := refs(api, ""); imported != 200 || got != "1" || refs(api, "tier=critical") != "1" {
		t.Errorf("%d %q: %s", imported, got, api.Body())
	}
	before := api.Count("SELECT sum(version) FROM process")
	api.Must("GET", "/processes/export", nil, nil)
	if run(api.Body()) != 409 || refs(api, "") != "1" || api.Count("SELECT sum(version) FROM process") != before {
		t.Error("what went out and came in again changed something")
	}
}

// The indexes of score and tier say in a migration what the list says here. Were they of another text, SQLite would refuse
// these questions, and lists would be slow.
func TestIndexesOfScoreAndTier(t *testing.T) {
	api := open(t)
	add(api, m{"name": "Pay wages", "rto": "le_1h", "rpo": "le_1h", "mtd": "le_1h", "classification": "restricted"})
	if api.Count("SELECT count(*) FROM process r INDEXED BY process_points WHERE "+scoreSQL+" = 100") != 1 ||
		api.Count("SELECT count(*) FROM process r INDEXED BY process_tier WHERE "+tierSQL+" = 'critical'") != 1 {
		t.Error("not found")
	}
}
