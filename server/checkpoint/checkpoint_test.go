package checkpoint_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/backup/witness"
	"assay/server/auditlog"
	"assay/server/checkpoint"
	"assay/server/control"
	"assay/server/mail"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

type body = map[string]any

// start serves the module over a folder for checkpoints; the post keeps what it is given.
func start(t *testing.T, place witness.Place) *optest.API {
	var s *checkpoint.Sender
	post := mail.NewPost(nil, nil, true, nil)
	s = checkpoint.New(post, place, 400*24*time.Hour)
	api := optest.New(t, s.Module(), control.Module, auditlog.Module)
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT OR IGNORE INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', '')")
	})
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test", Owns: []string{"tenant"}}
	if _, err := api.Store().Control().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO tenant (id, slug, name, created_at) VALUES (?, 'acme', 'Acme', '')", api.Caller().Tenant)
	}); err != nil {
		t.Fatal(err)
	}
	return api
}

func names(t *testing.T, place witness.Place, log string) []string {
	t.Helper()
	all, err := place.List(t.Context(), log+"/")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every night the newest checkpoint of each log goes to the place, once, and is never written over; the log extends
// every one of them, and a page says where the last one is.
func TestNight(t *testing.T) {
	place := witness.Folder{Dir: filepath.Join(t.TempDir(), "kept")}
	api := start(t, place)
	id := api.Caller().Tenant
	var k checkpoint.CheckpointsKept
	api.Must("GET", "/checkpoints/kept", nil, &k)
	if k.Place != "a folder" || k.Last != nil || k.Address != "" {
		t.Errorf("before: %+v", k)
	}
	for n := range 3 {
		api.Must("POST", "/controls", body{"ref": string(rune('A' + n)), "title": "Access"}, nil)
		for range 2 { // a night that comes twice leaves one
			api.RunJob("checkpoint", "night", nil)
			api.Clock.Advance(12 * time.Hour)
		}
		if got := names(t, place, id); len(got) != n+1 {
			t.Fatalf("after %d nights: %v", n+1, got)
		}
	}
	api.Must("GET", "/checkpoints/kept", nil, &k)
	if k.Last == nil || k.Last.Name != names(t, place, id)[2] || k.Last.Until != "" || k.Last.Trouble != "" {
		t.Errorf("after: %+v", k.Last)
	}
	all, err := witness.All(t.Context(), place, id)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	db := api.DB()
	if rep, err := db.Verify(t.Context(), all...); err != nil || !rep.OK() {
		t.Errorf("%v %+v", err, rep)
	}
	if err := place.Put(t.Context(), k.Last.Name, "another", time.Time{}); !errors.Is(err, storage.ErrExists) {
		t.Errorf("written over: %v", err)
	}
	// The page takes what was kept, whatever stands around it.
	text, err := place.Get(t.Context(), k.Last.Name)
	if err != nil {
		t.Fatal(err)
	}
	var v auditlog.AuditVerdict
	api.Must("POST", "/audit/verify", body{"checkpoint": "> From the auditor:\r\n> " + strings.ReplaceAll(text, "\n", "\r\n> ")}, &v)
	if !v.OK || v.Kept != 1 {
		t.Errorf("%+v", v)
	}
	for _, bad := range []string{"nothing", strings.Replace(text, "assay/"+id, "assay/"+strings.Repeat("A", 26), 1)} {
		if got := api.Do("POST", "/audit/verify", body{"checkpoint": bad}, nil); got != 422 {
			t.Errorf("%q: %d", bad, got)
		}
	}
	lines := strings.Split(text, "\n")
	lines[1] += "0"
	api.Must("POST", "/audit/verify", body{"checkpoint": strings.Join(lines, "\n")}, &v)
	if v.OK || !strings.Contains(strings.Join(v.Tenant.Problems, " "), "that you kept has a signature that is not this installation's") {
		t.Errorf("a changed checkpoint: %+v", v)
	}
}

// A place that cannot be reached fails the job, which is tried again, and the page says so.
func TestPlaceThatFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	api := start(t, witness.Folder{Dir: file})
	if got := api.Do("POST", "/checkpoints/kept", nil, nil); got != 409 {
		t.Errorf("kept in a file: %d", got)
	}
	var k checkpoint.CheckpointsKept
	api.Must("GET", "/checkpoints/kept", nil, &k)
	if k.Last == nil || k.Last.Trouble == "" || k.Last.Name != "" {
		t.Errorf("%+v", k.Last)
	}
	none := start(t, nil)
	if got := none.Do("POST", "/checkpoints/kept", nil, nil); got != 409 {
		t.Errorf("without a place: %d", got)
	}
	none.RunJob("checkpoint", "night", nil)
}

// By mail the newest checkpoint goes to one address, every week, as a text that proves the log; to nobody unless an
// administrator says so.
func TestMail(t *testing.T) {
	api := start(t, nil)
	queued := func() (n int) {
		t.Helper()
		if err := api.Store().Control().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			return tx.QueryRow("SELECT count(*) FROM mail WHERE kind = 'checkpoint' AND recipient = 'auditor@example.com'").Scan(&n)
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	api.RunJob("checkpoint", "night", nil)
	if n := queued(); n != 0 {
		t.Errorf("%d mails that nobody asked for", n)
	}
	for _, role := range []op.Roles{op.User, op.Auditor, op.Executive} {
		if got := api.As(role).Version(1).Do("PATCH", "/checkpoints/kept", body{"address": "me@example.com"}, nil); got != 403 {
			t.Errorf("%v: %d", role, got)
		}
	}
	if got := api.Version(1).Do("PATCH", "/checkpoints/kept", body{"address": "nobody"}, nil); got != 422 {
		t.Errorf("no address: %d", got)
	}
	if got := api.Version(7).Do("PATCH", "/checkpoints/kept", body{"address": "a@example.com"}, nil); got != 412 {
		t.Errorf("a stale version: %d", got)
	}
	var k checkpoint.CheckpointsKept
	api.Version(1).Must("PATCH", "/checkpoints/kept", body{"address": "Auditor@example.com"}, &k)
	if k.Address != "auditor@example.com" || k.Version != 2 {
		t.Errorf("%+v", k)
	}
	for day := range 15 { // the first night, after one week, after two
		api.RunJob("checkpoint", "night", nil)
		if n := queued(); n != day/7+1 {
			t.Fatalf("%d mails after %d days", n, day)
		}
		api.Clock.Advance(24 * time.Hour)
	}
	api.Must("GET", "/checkpoints/kept", nil, &k)
	if k.Mailed == nil || k.Mailed.Name != "auditor@example.com" || k.Mailed.Size == 0 {
		t.Errorf("%+v", k.Mailed)
	}
}
