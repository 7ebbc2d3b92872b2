package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"assay/server/op"
)

// taking are the operations whose document says that they take a parameter that many share.
func taking(t *testing.T, parameter string) map[string]bool {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct {
				Ref string `json:"$ref"`
			}
		}
	}
	if err := json.Unmarshal(op.OpenAPI(documented()...), &doc); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, item := range doc.Paths {
		for _, o := range item {
			all[o.OperationID] = false
			for _, p := range o.Parameters {
				all[o.OperationID] = all[o.OperationID] || p.Ref == "#/components/parameters/"+parameter
			}
		}
	}
	return all
}

// Every operation is asked in a branch. What works there changes neither organisation nor installation; everything
// else refuses in a sentence.
func TestBranchOfEveryOperation(t *testing.T) {
	t.Parallel()
	h := open(t)
	inBranch, foreign := taking(t, "Branch"), h.foreign()
	admin := h.a.callers["admin"]
	id := h.a.ids["branch"][0]
	works, writes := 0, 0
	for _, a := range h.ops {
		if a.How == op.WayStream || a.How == op.WayPublic {
			continue // the stream is listened to in server/branch
		}
		q := h.plain(h.a, a, admin)
		before := h.states()
		got := h.send(admin, q.with("Assay-Branch", id))
		if got.status == 401 || got.status >= 500 || got.status <= 0 {
			t.Fatalf("%s: %s", a.name, got)
		}
		if inBranch[a.name] {
			if works++; got.ok() && a.Writes {
				writes++
			}
		} else if got.status != 409 || !strings.Contains(string(got.body), "ranch") {
			t.Errorf("%s is not refused in a branch: %s", a.name, got)
		}
		for name, s := range h.states() {
			for _, table := range changed(before[name], s) {
				if !strings.HasPrefix(table, "audit") && table != "checkpoint" { // a read that matters is recorded
					t.Errorf("%s in a branch changed %s of %s", a.name, table, name)
				}
			}
		}
		if l := leak(got, foreign); l != "" {
			t.Errorf("%s in a branch shows what is another organisation's: %s", a.name, l)
		}
	}
	if got := h.send(h.b.callers["admin"], get("/controls").with("Assay-Branch", id)); got.status != 404 || leak(got, []string{id}) != "" {
		t.Errorf("Quarrystone opens Northwind's branch: %s", got)
	}
	if works < 120 || writes < 40 {
		t.Errorf("only %d operations work in a branch, of which %d wrote", works, writes)
	}
	for name, want := range map[string]bool{"control.update": true, "control.bulk": true, "control.claim": true, "framework.enable": true, "evidence.download": true, "audit.undo": true, "live.events": true,
		"search.find": true, "dashboard.get": true, "evidence.upload": false, "member.invite": false, "settings.update": false, "backup.restore": false, "backup.export": false, "audit.verify": false,
		"delivery.send_digest": false, "imports.run": false, "account.create_token": false, "branch.create": false, "framework.import": false} {
		if got, known := inBranch[name]; got != want || !known {
			t.Errorf("%s in a branch: %v", name, got)
		}
	}
	t.Logf("%d of %d operations work in a branch; %d wrote there", works, len(h.ops), writes)
}

// A task that is given in a branch mails nobody, also when it is applied later; the same task outside does.
func TestBranchMailsNobody(t *testing.T) {
	t.Parallel()
	h := calm(t)
	admin, user := h.a.callers["admin"], h.a.callers["user"]
	id := h.a.ids["branch"][1]
	give := func(title string, headers ...http.Header) {
		t.Helper()
		h.do(admin, "POST", "/tasks", m{"title": title, "owner": user.person}, nil, headers...)
	}
	give("Crude oil", http.Header{"Assay-Branch": {id}})
	if got := h.letters(2 * time.Hour); len(got) > 0 {
		t.Errorf("%d mails left: %+v", len(got), got)
	}
	if n := h.text(h.a, "SELECT count(*) FROM notification WHERE title LIKE '%Crude oil%'"); n != "0" {
		t.Errorf("%s notifications", n)
	}
	h.want(admin, asJSON("POST", "/branches/"+id+"/apply", m{"reason": "x", "rows": 2}), nil)
	if got := h.letters(2 * time.Hour); len(got) > 0 {
		t.Errorf("applied, %d mails left: %+v", len(got), got)
	}
	give("Basalt")
	if got := h.letters(2 * time.Hour); len(got) == 0 {
		t.Error("outside of the branch no mail left either: the test proves nothing")
	}
}
