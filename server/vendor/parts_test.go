package vendor

import (
	"testing"
	"time"

	"assay/server/attachment"
	"assay/server/op"
)

// What a vendor has to show: missing without its file, then valid, expiring, expired; a bridge letter covers a gap.
func TestAttestations(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "Stripe", "owner": "user", "status": "in_review"})
	var at VendorAttestation
	api.Must("POST", "/vendors/"+d.ID+"/attestations", m{"type": "soc2_type2", "period_end": "2025-06-30"}, &at)
	if at.ExpiresOn != "2026-06-30" || at.State != Missing || show(api, d.ID).Attested != Missing {
		t.Errorf("%+v", at)
	}
	var f attachment.Attachment
	api.Upload("/records/vendor/"+d.ID+"/attachments", "soc2.txt", []byte("The auditors found nothing.\n"), &f)
	api.Version(at.Version).Must("PATCH", "/vendor-attestations/"+at.ID, m{"attachment": f.ID}, &at)
	if at.State != Valid || at.File != "soc2.txt" || refs(api, "attested=valid") != "1" {
		t.Errorf("%+v", at)
	}
	for field, body := range map[string]m{"attachment": {"attachment": "nothing"}, "period_end": {"period_start": "2025-07-01"}, "expires_on": {"expires_on": "tomorrow!!"}} {
		if api.Version(at.Version).Do("PATCH", "/vendor-attestations/"+at.ID, body, nil) != 422 || api.FieldError(field) == "" {
			t.Errorf("%v: %s", body, api.Body())
		}
	}
	api.Clock.Advance(90 * 24 * time.Hour)
	for _, step := range []struct {
		days int
		want Attested
	}{{0, Expiring}, {31, Expired}} {
		api.Clock.Advance(time.Duration(step.days) * 24 * time.Hour)
		api.RunJob("vendor", "remind", nil)
		if now := show(api, d.ID); now.Attested != step.want || now.Attestations[0].State != step.want || refs(api, "attested="+string(step.want)) != "1" {
			t.Errorf("%+v", now.Attestations)
		}
	}
	if api.Count("SELECT count(*) FROM notification WHERE event = 'vendor_due'") != 2 || api.Count("SELECT count(*) FROM task WHERE source = 'vendor' AND status = 'open'") != 1 {
		t.Error("nobody was asked for a newer report")
	}
	api.Version(at.Version).Must("PATCH", "/vendor-attestations/"+at.ID, m{"bridge_until": "2026-12-31"}, &at)
	if at.State != Valid || show(api, d.ID).Attested != Valid || api.Count("SELECT count(*) FROM task WHERE status = 'open'") != 0 {
		t.Errorf("a bridge letter does not bridge: %+v", at)
	}
	api.Version(at.Version).Must("PATCH", "/vendor-attestations/"+at.ID, m{"period_end": "2026-06-30"}, &at)
	if at.ExpiresOn != "2027-06-30" {
		t.Errorf("a newer period did not move the end: %+v", at)
	}
	api.Must("DELETE", "/attachments/"+f.ID, nil, nil)
	if show(api, d.ID).Attested != Missing {
		t.Error("a report without its file is there")
	}
	if api.As(op.Executive).Do("GET", "/attachments/"+f.ID, nil, nil) != 403 || api.As(op.Auditor).Do("DELETE", "/vendor-attestations/"+at.ID, nil, nil) != 403 {
		t.Error("who may")
	}
}

// A contract warns before the last day to give notice, and when it renewed by itself.
func TestContracts(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "Stripe", "owner": "user", "status": "in_review"})
	var c VendorContract
	api.Must("POST", "/vendors/"+d.ID+"/contracts", m{"title": "Master agreement", "starts_on": "2025-07-01", "ends_on": "2026-06-30", "notice_days": 60, "renews": true, "amount": 1200000, "currency": "eur"}, &c)
	if c.NoticeBy != "2026-05-01" || c.State != InForce || c.Currency != "EUR" || show(api, d.ID).ContractEnd != "2026-06-30" || refs(api, "contract_due=true") != "" {
		t.Errorf("%+v", c)
	}
	for field, body := range map[string]m{"currency": {"currency": "E1"}, "ends_on": {"ends_on": ""}, "title": {"title": " "}} {
		if api.Version(c.Version).Do("PATCH", "/vendor-contracts/"+c.ID, body, nil) != 422 || api.FieldError(field) == "" {
			t.Errorf("%v: %s", body, api.Body())
		}
	}
	for _, step := range []struct {
		days int
		want Running
		due  bool
	}{{40, Decide, true}, {30, Renewing, false}, {60, Renewed, true}} {
		api.Clock.Advance(time.Duration(step.days) * 24 * time.Hour)
		api.RunJob("vendor", "remind", nil)
		now := show(api, d.ID)
		if now.Contracts[0].State != step.want || now.ContractDue != step.due || (refs(api, "contract_due=true") == "1") != step.due {
			t.Errorf("after %d: %+v %v", step.days, now.Contracts[0], now.ContractDue)
		}
	}
	if api.Count("SELECT count(*) FROM notification WHERE event = 'vendor_due'") != 2 {
		t.Error("who owns it was not told twice")
	}
	api.Version(c.Version).Must("PATCH", "/vendor-contracts/"+c.ID, m{"ends_on": "2027-06-30"}, &c)
	if c.State != InForce || api.Count("SELECT count(*) FROM task WHERE status = 'open'") != 0 {
		t.Errorf("%+v", c)
	}
}

// The tier says how many questions there are; what was answered, what is well and what needs a second look is counted.
func TestQuestionnaire(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "Stripe", "risk": m{"likelihood": 1, "impact": 1}})
	var q VendorAsked
	for depth, want := range map[int]int{1: 62, 2: 55, 3: 23} {
		api.Must("POST", "/vendors/"+d.ID+"/questionnaires", m{"depth": depth}, &q)
		if q.Questions != want || q.Answered != 0 || q.Complete != 0 || q.Score != nil {
			t.Errorf("depth %d: %+v", depth, q.VendorQuestionnaire)
		}
	}
	api.Clock.Advance(time.Hour)
	api.Must("POST", "/vendors/"+d.ID+"/questionnaires", m{}, &q)
	if q.Depth != 3 {
		t.Errorf("a low tier is asked %d", q.Depth)
	}
	give := func(i int, body m) (a VendorAnswer) {
		t.Helper()
		api.Must("GET", "/vendor-questionnaires/"+q.ID, nil, &q)
		api.Version(q.Answers[i].Version).Must("PATCH", "/vendor-answers/"+q.Answers[i].ID, body, &a)
		api.Must("GET", "/vendor-questionnaires/"+q.ID, nil, &q)
		return a
	}
	score := func(answered, flagged, bp int) {
		t.Helper()
		if q.Answered != answered || q.Flagged != flagged || q.Score == nil || *q.Score != bp || q.Complete != answered*10000/23 {
			t.Errorf("%+v %v", q.VendorQuestionnaire, q.Score)
		}
	}
	if a := give(0, m{"answer": []string{"Yes"}}); a.AnsweredBy == "" || a.Flagged {
		t.Errorf("%+v", a)
	}
	give(1, m{"answer": []string{"Our chief information security officer"}}) // a text, which nobody has judged
	score(2, 0, 10000)
	if a := give(2, m{"answer": []string{"None"}}); !a.Flagged {
		t.Errorf("%+v", a)
	}
	score(3, 1, 5000)
	give(2, m{"mark": "accepted", "note": "They are two people"})
	score(3, 0, 10000)
	give(1, m{"mark": "follow_up"})
	score(3, 1, 6666)
	if a := give(1, m{"answer": []string{}}); a.Mark != "" {
		t.Error("nothing was judged")
	}
	score(2, 0, 10000)
	for _, body := range []m{{"answer": []string{"Perhaps"}}, {"answer": []string{"Yes", "No"}}} {
		if api.Version(q.Answers[0].Version).Do("PATCH", "/vendor-answers/"+q.Answers[0].ID, body, nil) != 422 || api.FieldError("answer") == "" {
			t.Errorf("%v", body)
		}
	}
	kept := review(api, d.ID, 1, 2, "")
	give(0, m{"answer": []string{"No"}})
	api.Must("GET", "/vendor-assessments/"+kept.ID, nil, &kept)
	if len(kept.Facts.Questionnaires) != 1 || len(kept.Facts.Questionnaires[0].Answers) != 23 || kept.Facts.Questionnaires[0].Answers[0].Answer[0] != "Yes" {
		t.Error("an assessment does not keep the answers of its day")
	}
}
