package auditlog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/server/auditlog"
	"assay/server/comment"
	"assay/server/control"
	"assay/server/dashboard"
	"assay/server/evidence"
	"assay/server/field"
	"assay/server/framework"
	"assay/server/link"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/tag"
	"assay/server/view"
	"assay/storage"
)

// What the real modules leave in the log reads as a person would say it.
func TestSentences(t *testing.T) {
	api := optest.New(t, framework.Module, control.Module, evidence.Module, dashboard.Module, auditlog.Module)
	user := api.As(op.User)
	said := func(want string) {
		t.Helper()
		api.Clock.Advance(time.Second)
		var p op.Page[auditlog.AuditEntry]
		api.As(op.Admin).Must("GET", "/audit?limit=1", nil, &p)
		if got := p.Items[0].Summary; got != want {
			t.Errorf("%s: %q, want %q", p.Items[0].Action, got, want)
		}
	}
	api.Must("POST", "/frameworks", map[string]any{"key": "soc2-2017"}, nil)
	var frameworks []made
	func() {
		var list struct {
			Items []made `json:"items"`
		}
		api.Must("GET", "/frameworks", nil, &list)
		frameworks = list.Items
	}()
	if len(frameworks) != 1 {
		t.Fatalf("frameworks: %+v", frameworks)
	}
	said(fmt.Sprintf("turned on SOC 2 (%d requirements, %d controls, %d evidence requests)",
		api.Count("SELECT count(*) FROM requirement"), api.Count("SELECT count(*) FROM control"), api.Count("SELECT count(*) FROM evidence")))
	var own made
	user.Must("POST", "/controls", map[string]any{"ref": "OWN-01", "title": "Our own"}, &own)
	said("added control OWN-01")
	user.Must("POST", "/controls/"+own.ID+"/status", map[string]any{"status": "implemented"}, nil)
	said("changed status of OWN-01 from Not started to Implemented")
	api.Must("POST", "/controls/"+own.ID+"/status", map[string]any{"status": "not_applicable", "justification": "We have no office."}, nil)
	said("changed status of OWN-01 from Implemented to Not applicable, because: We have no office.")
	api.Must("POST", "/controls/"+own.ID+"/status", map[string]any{"status": "implemented"}, nil)
	said("changed status of OWN-01 from Not applicable to Implemented")
	user.Version(1).Must("PATCH", "/controls/"+own.ID, map[string]any{"owner": "user"}, nil)
	said("changed owner of OWN-01 from nobody to The user")
	user.Version(2).Must("PATCH", "/controls/"+own.ID, map[string]any{"description": "Long words", "title": "Another"}, nil)
	said("changed description and title of OWN-01")
	ids := []string{}
	for i := range 3 {
		var c made
		user.Must("POST", "/controls", map[string]any{"ref": fmt.Sprint("OWN-1", i), "title": "One more"}, &c)
		ids = append(ids, c.ID)
	}
	user.Must("POST", "/controls/bulk", map[string]any{"ids": ids, "set": map[string]any{"status": "in_progress"}}, nil)
	said("changed status of 3 controls to In progress")
	user.Must("POST", "/controls/bulk", map[string]any{"ids": ids, "set": map[string]any{"owner": "user"}}, nil)
	said("changed owner of 3 controls to The user")
	var requirement string
	if err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT id FROM requirement WHERE ref = 'CC6.1'").Scan(&requirement)
	}); err != nil {
		t.Fatal(err)
	}
	user.Must("POST", "/requirements/"+requirement+"/controls", map[string]any{"control": own.ID}, nil)
	said("mapped OWN-01 to SOC 2 CC6.1")
	user.Must("DELETE", "/requirements/"+requirement+"/controls/"+own.ID, nil, nil)
	said("unmapped OWN-01 from SOC 2 CC6.1")
	var request, file made
	user.Must("POST", "/evidence", map[string]any{"name": "Access review", "reviewer": "admin", "owner": "user"}, &request)
	said("added evidence request Access review")
	user.Must("POST", "/evidence/"+request.ID+"/controls", map[string]any{"controls": []string{own.ID}}, nil)
	said("linked Access review to OWN-01")
	if got := user.Upload("/evidence/"+request.ID+"/files", "review.txt", []byte("All access was reviewed."), &file); got != 200 {
		t.Fatalf("upload: %d %s", got, user.Body())
	}
	said("uploaded review.txt to Access review")
	api.Must("POST", "/files/"+file.ID+"/accept", map[string]any{}, nil)
	said("accepted review.txt")
	api.Must("GET", "/files/"+file.ID, nil, nil)
	said("downloaded review.txt")
	api.Must("GET", "/controls/export", nil, nil)
	said(fmt.Sprintf("exported %d controls as CSV", api.Count("SELECT count(*) FROM control")))
	api.RunJob("control", "settle", nil)
	api.RunJob("dashboard", "snapshot", nil)
	said("kept the day's readiness figures")
	api.Clock.Advance(400 * 24 * time.Hour)
	api.RunJob("control", "settle", nil)
	var p op.Page[auditlog.AuditEntry]
	api.Must("GET", "/audit?limit=1", nil, &p)
	if e := p.Items[0]; e.Actor.Name != "System" || !strings.HasPrefix(e.Summary, "found OWN-01 to be In progress, because: Its proof expired on ") {
		t.Errorf("by the system: %+v", e)
	}
	var h op.Page[auditlog.HistoryStep]
	user.Must("GET", "/history/control/"+own.ID, nil, &h)
	if s := h.Items[0]; s.Actor.Kind != storage.System || !strings.HasPrefix(s.Because, "Its proof expired on ") {
		t.Errorf("history by the system: %+v", s)
	}
	user.Must("GET", "/history/evidence/"+request.ID, nil, &h)
	if h.Total != 4 { // made, linked, uploaded, accepted
		t.Errorf("history of the evidence: %d %s", h.Total, user.Body())
	}
	api.Must("POST", "/frameworks/"+frameworks[0].ID+"/archive", nil, nil)
	said("turned off SOC 2")
	api.Must("POST", "/frameworks/"+frameworks[0].ID+"/restore", nil, nil)
	said("turned on SOC 2 again")
	api.Must("DELETE", "/controls/"+ids[0], nil, nil)
	said("deleted control OWN-10")
	for _, e := range []struct {
		action string
		event  storage.Event
		want   string
	}{
		{"tenant.export", storage.Event{Subject: "acme"}, "exported the whole organisation as an archive"},
		{"tenant.export", storage.Event{Subject: "acme", Detail: map[string]any{"format": "plain"}}, "exported the whole organisation as plain files"},
		{storage.ImportAction, storage.Event{Subject: "acme", Detail: map[string]any{"records": 12, "exported_at": "2026-03-01T09:00:00.000Z"}},
			"brought the organisation in from an archive of 12 records, exported on 2026-03-01"},
	} {
		if _, err := api.DB().Record(t.Context(), storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "command"}, Action: e.action}, e.event); err != nil {
			t.Fatal(err)
		}
		said(e.want)
	}
}

// What people add to records reads as a person would say it, too.
func TestSentencesOfWhatIsAdded(t *testing.T) {
	api := optest.New(t, control.Module, evidence.Module, comment.Module, link.Module, tag.Module, field.Module, view.Module, auditlog.Module)
	said := func(want string) {
		t.Helper()
		api.Clock.Advance(time.Second)
		var p op.Page[auditlog.AuditEntry]
		api.Must("GET", "/audit?limit=1", nil, &p)
		if got := p.Items[0].Summary; got != want {
			t.Errorf("%s: %q, want %q", p.Items[0].Action, got, want)
		}
	}
	var a, b, made struct{ ID string }
	api.Must("POST", "/controls", map[string]any{"ref": "A-1", "title": "Doors"}, &a)
	api.Must("POST", "/controls", map[string]any{"ref": "B-1", "title": "Windows"}, &b)
	on := "/records/control/" + a.ID
	api.Must("POST", on+"/comments", map[string]any{"body": "Still so?"}, &made)
	said("commented on A-1")
	api.Must("POST", "/comments/"+made.ID+"/resolve", map[string]any{"resolved": true}, nil)
	said("settled a thread")
	api.Must("DELETE", "/comments/"+made.ID, nil, nil)
	said("took a comment back")
	api.Must("POST", on+"/links", map[string]any{"type": "depends_on", "kind": "control", "record": b.ID}, &made)
	said("linked A-1 to B-1")
	api.Must("DELETE", "/links/"+made.ID, nil, nil)
	said("unlinked A-1 from B-1")
	api.Must("POST", on+"/tags", map[string]any{"add": []string{"Q4"}}, nil)
	said("made the tag Q4 and added it (1 record's tag)")
	api.Must("POST", "/records/control/"+b.ID+"/tags", map[string]any{"add": []string{"Q4"}}, nil)
	said("tagged B-1 as Q4")
	api.Must("POST", "/fields", map[string]any{"kind": "control", "name": "Tier", "type": "text"}, nil)
	said("added custom field Tier")
	api.Must("PATCH", on+"/custom", map[string]any{"custom": map[string]any{"tier": "Gold"}}, nil)
	said("set Tier of A-1 to Gold")
	api.Must("PATCH", on+"/custom", map[string]any{"custom": map[string]any{"tier": nil}}, nil)
	said("emptied Tier of A-1")
	api.Must("POST", "/views", map[string]any{"list": "control", "name": "Mine"}, nil)
	said("added view Mine")
}
