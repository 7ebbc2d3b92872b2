package evidence_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"assay/server/auditlog"
	"assay/server/evidence"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// world is a tenant with two frameworks and four controls, of which C-1 to C-3 are said to be implemented,
// and a user named reviewer beside the four of optest.
func world(t *testing.T) *optest.API {
	t.Helper()
	api := optest.New(t, evidence.Module, auditlog.Module)
	for _, n := range []int{1, 0} {
		api = api.InTenant(n)
		api.Seed([]string{"person", "framework", "requirement", "control", "control_status", "mapping"}, func(tx *storage.WriteTx) error {
			for _, q := range []string{
				`INSERT INTO person (id, name, email, created_at, updated_at) VALUES ('reviewer', 'Rea Viewer', '', '', ''), ('gone', 'Gone', '', '', '')`,
				`UPDATE person SET active = 0 WHERE id = 'gone'`,
				`INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('fa', 'a', 'A', 'A', 'builtin', '', ''), ('fb', 'b', 'B', 'B', 'builtin', '', ''), ('fc', 'c', 'C', 'C', 'builtin', '', '')`,
				`INSERT INTO requirement (id, framework, ref, position, updated_at) VALUES ('a1', 'fa', '1', 1, ''), ('a2', 'fa', '2', 2, ''), ('b1', 'fb', '1', 1, '')`,
				`INSERT INTO control (id, ref, sort_ref, title, created_at, updated_at) VALUES ('c1', 'C-1', 'C-1', 'One', '', ''), ('c2', 'C-2', 'C-2', 'Two', '', ''), ('c3', 'C-3', 'C-3', 'Three', '', ''), ('c4', 'C-4', 'C-4', 'Four', '', '')`,
				`INSERT INTO control_status (control, scope, status, changed_at) VALUES ('c1', 'organisation', 'implemented', ''), ('c2', 'organisation', 'implemented', ''), ('c3', 'organisation', 'implemented', ''), ('c4', 'organisation', 'not_applicable', '')`,
				`INSERT INTO mapping (id, control, requirement, created_at) VALUES ('m1', 'c1', 'a1', ''), ('m2', 'c1', 'a2', ''), ('m3', 'c2', 'a2', ''), ('m4', 'c4', 'a1', ''), ('m5', 'c1', 'b1', '')`,
			} {
				if err := tx.Exec(q); err != nil {
					return err
				}
			}
			return nil
		})
	}
	t.Cleanup(func() { derivedRowsAreRight(t, api) })
	return api
}

// derivedRowsAreRight compares what the triggers kept with what it must be. It runs after every test.
func derivedRowsAreRight(t *testing.T, api *optest.API) {
	t.Helper()
	ctx := context.Background() // the test's own has ended
	db, done, err := api.Store().Tenant(ctx, api.Caller().Tenant)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		var clocks, proofs int
		err := tx.QueryRow(`SELECT
			(SELECT count(*) FROM (SELECT evidence, accepted, pending, collected_on, expires_on FROM evidence_clock EXCEPT SELECT * FROM evidence_clock_now))
				+ abs((SELECT count(*) FROM evidence_clock) - (SELECT count(*) FROM evidence)),
			(SELECT count(*) FROM (SELECT * FROM control_proof EXCEPT SELECT * FROM control_proof_now))
				+ abs((SELECT count(*) FROM control_proof) - (SELECT count(*) FROM control_proof_now))`).Scan(&clocks, &proofs)
		if clocks+proofs > 0 {
			t.Errorf("derived rows are wrong: %d clocks, %d proofs", clocks, proofs)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// as is the API as another person of the same tenant.
func as(api *optest.API, person string, role op.Roles) *optest.API {
	c := api.As(role).Caller()
	c.Person, c.Account, c.Name = person, "account-"+person, person
	return api.AsCaller(c)
}

// request asks for a proof as an administrator.
func request(t *testing.T, api *optest.API, body map[string]any) evidence.EvidenceDetail {
	t.Helper()
	if body["name"] == nil {
		body["name"] = "Access review"
	}
	var d evidence.EvidenceDetail
	api.As(op.Admin).Must("POST", "/evidence", body, &d)
	return d
}

func pdf(text string) []byte { return []byte("%PDF-1.7\n" + text) }

func upload(t *testing.T, api *optest.API, id, query, text string) evidence.EvidenceFile {
	t.Helper()
	var f evidence.EvidenceFile
	if got := api.Upload("/evidence/"+id+"/files"+query, "proof.pdf", pdf(text), &f); got != 200 {
		t.Fatalf("upload: %d %s", got, api.Body())
	}
	return f
}

func detail(t *testing.T, api *optest.API, id string) (d evidence.EvidenceDetail) {
	t.Helper()
	api.Must("GET", "/evidence/"+id, nil, &d)
	return d
}

// settled runs the job and says how the control stands by its row, with the job's audit record.
func settled(t *testing.T, api *optest.API, control string) string {
	t.Helper()
	api.RunJob("evidence", "recalculate", nil)
	var s string
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT coalesce((SELECT effective FROM control_effective WHERE control = ?), '')", control).Scan(&s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func seq(t *testing.T, api *optest.API) int64 {
	t.Helper()
	var n int64
	if _, err := fmt.Sscan(api.Last().Header.Get("Assay-Audit"), &n); err != nil {
		t.Fatalf("Assay-Audit: %v", err)
	}
	return n
}

const day = 24 * time.Hour

// One request from the first upload to long after its end, and the control it proves beside it.
func TestLife(t *testing.T) {
	api := world(t)
	admin, user, reviewer := api.As(op.Admin), api.As(op.User), as(api, "reviewer", op.User)
	e := request(t, api, map[string]any{"reviewer": "reviewer", "owner": "user", "frequency": "annual", "controls": []string{"c1"}})
	if e.Status != evidence.NotCollected || e.ValidityDays != 365 || e.OwnerName != "The user" || len(e.Linked) != 1 || e.Linked[0].Ref != "C-1" {
		t.Fatalf("%+v", e)
	}
	if got := settled(t, api, "c1"); got != "unproven" {
		t.Errorf("a claim without proof is %s", got)
	}

	f1 := upload(t, user, e.ID, "?collected_on=2026-03-01&period_start=2026-01-01&period_end=2026-02-28&note=first", "one")
	if f1.Number != 1 || f1.Review != evidence.Pending || f1.CollectedOn != "2026-03-01" || f1.PeriodEnd != "2026-02-28" || f1.UploadedBy != "user" || f1.SHA256 != f1.Original {
		t.Errorf("%+v", f1)
	}
	if d := detail(t, api, e.ID); d.Status != evidence.NotCollected || d.Pending != 1 || d.Sentence != "Nothing is accepted yet. 1 file waits for review." {
		t.Errorf("a file that waits moved the clock: %+v", d.Evidence)
	}

	if got := reviewer.Do("POST", "/files/"+f1.ID+"/reject", map[string]any{"note": "  "}, nil); got != 422 || reviewer.FieldError("note") == "" {
		t.Errorf("rejected without a reason: %d", got)
	}
	reviewer.Must("POST", "/files/"+f1.ID+"/reject", map[string]any{"note": "The list has no date."}, &f1)
	if f1.Review != evidence.Rejected || f1.ReviewNote != "The list has no date." || f1.ReviewedByName != "Rea Viewer" {
		t.Errorf("%+v", f1)
	}
	rejection := seq(t, reviewer)

	f2 := upload(t, user, e.ID, "?replaces="+f1.ID, "two")
	if f2.Number != 2 || f2.Replaces != f1.ID || f2.CollectedOn != "2026-03-02" {
		t.Errorf("%+v", f2)
	}
	if got := user.Upload("/evidence/"+e.ID+"/files?replaces="+f1.ID, "proof.pdf", pdf("three"), nil); got != 409 {
		t.Errorf("a second successor: %d", got)
	}
	reviewer.Must("POST", "/files/"+f2.ID+"/accept", map[string]any{}, &f2)
	d := detail(t, api, e.ID)
	if d.Status != evidence.Current || d.ExpiresOn != "2027-03-02" || *d.DaysLeft != 365 || d.Accepted != 1 || d.Pending != 0 || len(d.Files) != 2 || !d.Files[1].Replaced || d.Files[0].Number != 2 {
		t.Fatalf("%+v", d)
	}
	if got := reviewer.Do("POST", "/files/"+f1.ID+"/accept", map[string]any{}, nil); got != 409 {
		t.Errorf("a version that was replaced could be accepted: %d", got)
	}
	if got := settled(t, api, "c1"); got != "implemented" {
		t.Errorf("a proven claim is %s", got)
	}

	api.Clock.Advance(334 * day)
	if d := detail(t, api, e.ID); d.Status != evidence.Current || *d.DaysLeft != 31 {
		t.Errorf("%+v", d.Evidence)
	}
	api.Clock.Advance(day)
	if d := detail(t, api, e.ID); d.Status != evidence.ExpiringSoon || *d.DaysLeft != 30 {
		t.Errorf("%+v", d.Evidence)
	}
	before := api.Count("SELECT count(*) FROM audit")
	if got := settled(t, api, "c1"); got != "implemented" || api.Count("SELECT count(*) FROM audit") != before {
		t.Errorf("a night in which nothing changed left a record, or changed something: %s", got)
	}
	api.Clock.Advance(30 * day)
	if d := detail(t, api, e.ID); d.Status != evidence.ExpiringSoon || !strings.Contains(d.Sentence, "Today is the last day") {
		t.Errorf("%+v", d)
	}
	api.Clock.Advance(day)
	if d := detail(t, api, e.ID); d.Status != evidence.Expired || *d.DaysLeft != -1 {
		t.Errorf("%+v", d.Evidence)
	}
	if got := settled(t, api, "c1"); got != "needs_evidence" {
		t.Errorf("expired proof makes the control %s", got)
	}
	api.Clock.Advance(13 * day)
	if got := settled(t, api, "c1"); got != "needs_evidence" {
		t.Errorf("after 14 days of grace it is %s", got)
	}
	api.Clock.Advance(day)
	if got := settled(t, api, "c1"); got != "in_progress" {
		t.Errorf("after the grace it is %s", got)
	}

	upload(t, user, e.ID, "?replaces="+f2.ID, "four")
	admin.Must("POST", "/files/"+detail(t, api, e.ID).Files[0].ID+"/accept", map[string]any{"note": "ok"}, nil)
	if got := settled(t, api, "c1"); got != "implemented" {
		t.Errorf("new proof makes the control %s", got)
	}

	// The history of the control says what the system saw, and why; that of the first file has the reason.
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rs, err := tx.History("control_effective", "c1/organisation", 20)
		if err != nil {
			return err
		}
		var got []string
		for _, r := range rs {
			if r.Actor != (storage.Actor{Kind: storage.System, ID: "evidence.recalculate"}) {
				t.Errorf("recorded as %+v", r.Actor)
			}
			got = append(got, fmt.Sprint(r.Changes[0].Set["effective"][1]))
			if got[len(got)-1] != "implemented" && r.Changes[0].Set["reason"][1] == "" {
				t.Errorf("no reason: %+v", r.Changes)
			}
		}
		if s := strings.Join(got, " "); s != "implemented in_progress needs_evidence implemented unproven" {
			t.Errorf("history: %s", s)
		}
		r, err := tx.Audit(rejection)
		if err == nil && (r.Note != "The list has no date." || r.Action != "evidence.reject") {
			t.Errorf("%+v", r)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUploadAsksForOneRecalculation(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{"controls": []string{"c1"}})
	waiting := func() int {
		return api.Count("SELECT count(*) FROM job WHERE name = 'evidence.recalculate' AND state = 'ready'")
	}
	for i := range 5 {
		upload(t, api, e.ID, "", fmt.Sprint(i))
	}
	if n := waiting(); n != 1 {
		t.Errorf("%d jobs wait after 6 changes of one second, want 1", n)
	}
	claim := func() bool {
		for {
			j, err := api.DB().ClaimJob(t.Context(), time.Minute)
			if err != nil || j.Name == "evidence.recalculate" {
				return err == nil
			}
		}
	}
	if claim() {
		t.Error("it began before its second was over")
	}
	api.Clock.Advance(time.Second)
	if !claim() {
		t.Fatal("it did not begin")
	}
	upload(t, api, e.ID, "", "while it runs")
	if n := waiting(); n != 1 {
		t.Errorf("a change while the job runs is not seen: %d wait", n)
	}
}

func TestFilesAreAcceptedAsTheyComeWithoutReviewer(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	e := request(t, api, map[string]any{"frequency": "once"})
	f := upload(t, user, e.ID, "?collected_on=2020-01-01", "x")
	if f.Review != evidence.Accepted || f.ReviewedBy != "" || f.ReviewedAt == "" {
		t.Errorf("%+v", f)
	}
	if d := detail(t, user, e.ID); d.Status != evidence.Current || d.ExpiresOn != "" || d.DaysLeft != nil {
		t.Errorf("%+v", d.Evidence)
	}
	// An older proof that comes later does not turn the clock back.
	upload(t, user, e.ID, "?collected_on=2019-01-01", "x")
	d := detail(t, user, e.ID)
	if d.CollectedOn != "2020-01-01" || d.Accepted != 2 {
		t.Errorf("%+v", d.Evidence)
	}
	if got := d.Files[0].SameAs; len(got) != 1 || got[0] != 1 {
		t.Errorf("the same content twice is not shown: %v", got)
	}
	// But a corrected version does: the wrong one no longer counts.
	upload(t, user, e.ID, "?collected_on=2018-01-01&replaces="+f.ID, "corrected")
	if d := detail(t, user, e.ID); d.CollectedOn != "2019-01-01" || d.Accepted != 2 {
		t.Errorf("%+v", d.Evidence)
	}
}

// members are who may sign in to the tenant: needed to know whether somebody else could review.
func members(t *testing.T, api *optest.API, roles map[string]string) {
	t.Helper()
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test", Owns: []string{"tenant", "account", "membership"}}
	_, err := api.Store().Control().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		tenant := api.Caller().Tenant
		if err := tx.Exec("INSERT INTO tenant (id, slug, name, created_at) VALUES (?1, ?1, 'T', '') ON CONFLICT DO NOTHING", tenant); err != nil {
			return err
		}
		for person, role := range roles {
			if err := tx.Exec("INSERT INTO account (id, email, created_at, updated_at) VALUES (?1, ?1, '', '')", person); err != nil {
				return err
			}
			if err := tx.Exec("INSERT INTO membership (id, tenant, account, person, role, status, created_at, updated_at) VALUES (?1, ?2, ?1, ?1, ?3, 'active', '', '')",
				person, tenant, role); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNobodyReviewsTheirOwnFile(t *testing.T) {
	api := world(t)
	reviewer := as(api, "reviewer", op.User)
	members(t, api, map[string]string{"reviewer": "user", "user": "user", "auditor": "auditor"})
	e := request(t, api, map[string]any{"reviewer": "reviewer"})

	own := upload(t, reviewer, e.ID, "", "own")
	if own.Review != evidence.Pending {
		t.Error("the reviewer's own upload was accepted as it came")
	}
	reviewer.Must("POST", "/files/"+own.ID+"/accept", map[string]any{}, nil) // there is nobody else

	members(t, api, map[string]string{"admin": "admin"})
	own = upload(t, reviewer, e.ID, "", "own again")
	if got := reviewer.Do("POST", "/files/"+own.ID+"/accept", map[string]any{}, nil); got != 403 || !strings.Contains(reviewer.Problem().Detail, "yourself") {
		t.Errorf("accepted an own file: %d %s", got, reviewer.Body())
	}
	if got := api.As(op.User).Do("POST", "/files/"+own.ID+"/accept", map[string]any{}, nil); got != 403 {
		t.Errorf("somebody else accepted it: %d", got)
	}
	api.As(op.Admin).Must("POST", "/files/"+own.ID+"/accept", map[string]any{}, nil)
	theirs := upload(t, api.As(op.Admin), e.ID, "", "the administrator's")
	if got := api.As(op.Admin).Do("POST", "/files/"+theirs.ID+"/accept", map[string]any{}, nil); got != 403 {
		t.Errorf("an administrator accepted an own file: %d", got)
	}
	reviewer.Must("POST", "/files/"+theirs.ID+"/accept", map[string]any{}, nil)
	reviewer.Must("POST", "/files/"+theirs.ID+"/reject", map[string]any{"note": "On second thoughts, no."}, nil)
	if got := reviewer.Do("POST", "/files/"+theirs.ID+"/reject", map[string]any{"note": "no"}, nil); got != 409 {
		t.Errorf("rejected twice: %d", got)
	}
}

func TestUndo(t *testing.T) {
	api := world(t)
	user, reviewer := api.As(op.User), as(api, "reviewer", op.User)
	undo := func(who *optest.API, n int64) int { return who.Do("POST", "/undo", map[string]any{"seq": n}, nil) }

	e := request(t, api, map[string]any{"controls": []string{"c1"}})
	upload(t, user, e.ID, "", "one")
	if got := undo(user, seq(t, user)); got != 200 {
		t.Fatalf("undo of an upload: %d %s", got, user.Body())
	}
	d := detail(t, user, e.ID)
	if len(d.Files) != 0 || d.Status != evidence.NotCollected {
		t.Errorf("%+v", d)
	}
	if f := upload(t, user, e.ID, "", "two"); f.Number != 2 {
		t.Errorf("number %d was given twice", f.Number)
	}

	api.As(op.Admin).Version(d.Version).Must("PATCH", "/evidence/"+e.ID, map[string]any{"reviewer": "reviewer"}, nil)
	v2 := upload(t, user, e.ID, "?collected_on=2026-01-05&replaces="+detail(t, user, e.ID).Files[0].ID, "three")
	reviewer.Must("POST", "/files/"+v2.ID+"/accept", map[string]any{}, nil)
	accepted := seq(t, reviewer)
	if d := detail(t, user, e.ID); d.CollectedOn != "2026-01-05" || !d.Files[1].Replaced {
		t.Errorf("%+v", d)
	}
	if got := undo(reviewer, accepted); got != 200 {
		t.Fatalf("undo of a review: %d %s", got, reviewer.Body())
	}
	if d := detail(t, user, e.ID); d.CollectedOn != "2026-03-02" || d.Pending != 1 || d.Files[1].Replaced {
		t.Errorf("%+v", d)
	}

	// A deleted request comes back with its files, links and clock.
	was := detail(t, user, e.ID)
	api.As(op.Admin).Must("DELETE", "/evidence/"+e.ID, nil, nil)
	if got := undo(api.As(op.Admin), seq(t, api)); got != 200 {
		t.Fatalf("undo of a deletion: %d %s", got, api.Body())
	}
	is := detail(t, user, e.ID)
	a, _ := json.Marshal(was)
	b, _ := json.Marshal(is)
	if !bytes.Equal(a, b) {
		t.Errorf("it came back different:\n%s\n%s", a, b)
	}
}

func TestUploadByToken(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{"reviewer": "reviewer"})
	c := api.As(op.User).Caller()
	c.Token = "tok1"
	f := upload(t, api.AsCaller(c), e.ID, "?note="+url.QueryEscape("nightly export"), "from a script")
	if f.UploadedBy != "user" || f.Review != evidence.Pending || f.Note != "nightly export" {
		t.Errorf("%+v", f)
	}
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		r, err := tx.Audit(seq(t, api))
		if err == nil && (r.Actor != storage.Actor{Kind: storage.Token, ID: "user"} || r.Token != "tok1" || r.Action != "evidence.upload") {
			t.Errorf("%+v", r)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
