package backups_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
	"assay/server/auditlog"
	"assay/server/backups"
	"assay/server/control"
	"assay/server/evidence"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/task"
	"assay/storage"
)

type body = map[string]any

func start(t *testing.T) (*optest.API, ltxlog.FileLog) {
	log := ltxlog.FileLog{Dir: t.TempDir()}
	api := optest.NewKept(t, log, func(l *backup.Logs) []op.Module {
		return []op.Module{backups.Module(l, backups.Leaving{}), control.Module, evidence.Module, task.Module, auditlog.Module}
	})
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT OR IGNORE INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', '')")
	})
	register(t, api)
	return api, log
}

// register makes the rows that the installation has of the two organisations.
func register(t *testing.T, api *optest.API) {
	t.Helper()
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test", Owns: []string{"tenant", "account", "membership"}}
	_, err := api.Store().Control().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		for n := range 2 {
			id := api.InTenant(n).Caller().Tenant
			if err := tx.Exec("INSERT INTO tenant (id, slug, name, created_at) VALUES (?1, ?2, ?2, '')", id, fmt.Sprint("org", n)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func create(api *optest.API, ref string) string {
	var c control.ControlDetail
	api.Must("POST", "/controls", body{"ref": ref, "title": "Control " + ref}, &c)
	return c.ID
}

func titles(api *optest.API) string {
	var list op.Page[control.Control]
	api.Must("GET", "/controls?sort=ref", nil, &list)
	var all []string
	for _, c := range list.Items {
		all = append(all, c.Title)
	}
	return strings.Join(all, ", ")
}

// An organisation goes back to how it was before somebody changed, deleted and added controls; the log of what was
// done goes on, what was added lies in the trash, and it can go forward again to where it was.
func TestRestore(t *testing.T) {
	api, _ := start(t)
	a, b := create(api, "A"), create(api, "B")
	api.Clock.Advance(time.Hour)
	then := api.Clock.Now()
	api.Clock.Advance(time.Hour)
	api.Version(1).Must("PATCH", "/controls/"+a, body{"title": "Changed"}, nil)
	api.Must("DELETE", "/controls/"+b, nil, nil)
	create(api, "C")

	var p backups.BackupPreview
	api.Must("GET", "/backups/preview?at="+then.Format(time.RFC3339), nil, &p)
	i := slices.IndexFunc(p.Tables, func(c backups.BackupChange) bool { return c.Table == "control" })
	if i < 0 || p.Tables[i].Gone != 1 || p.Tables[i].Back != 1 || p.Tables[i].Changed != 1 || len(p.Tables[i].Some) != 3 || p.Since != 3 || p.Lost != 0 {
		t.Fatalf("%+v", p)
	}
	if got := titles(api); got != "Changed, Control C" {
		t.Errorf("a preview changed something: %s", got)
	}
	var r backups.BackupRestored
	api.Must("POST", "/backups/restore", body{"record": p.Record, "reason": "Deleted by mistake"}, &r)
	if got := titles(api); got != "Control A, Control B" || r.Rows != p.Rows || r.HeldAt == "" {
		t.Errorf("%s %+v", got, r)
	}
	var entry auditlog.AuditRecord
	api.Must("GET", fmt.Sprintf("/audit/tenant/%d", r.Audit), nil, &entry)
	if entry.Action != "backup.restore" || entry.Note != "Deleted by mistake" || entry.Actor.Name == "" {
		t.Errorf("%+v", entry.AuditEntry)
	}
	var h op.Page[auditlog.HistoryStep]
	api.Must("GET", "/history/control/"+a, nil, &h)
	if len(h.Items) != 3 {
		t.Errorf("the control's history has %d records: made, changed, brought back", len(h.Items))
	}
	var v auditlog.AuditVerdict
	api.Must("POST", "/audit/verify", body{}, &v)
	if !v.OK {
		t.Errorf("%+v", v)
	}
	var trash auditlog.Trash
	api.Must("GET", "/trash", nil, &trash)
	if trash.Total != 1 || trash.Items[0].Ref != "C" {
		t.Errorf("%+v", trash)
	}
	// Whoever read the control before may not overwrite it as it is now.
	if got := api.Version(2).Do("PATCH", "/controls/"+a, body{"title": "Late"}, nil); got != 412 {
		t.Errorf("a late change: %d", got)
	}
	api.Must("POST", "/backups/restore", body{"record": r.Before, "reason": "It was none"}, &r)
	if got := titles(api); got != "Changed, Control C" {
		t.Errorf("the way back: %s", got)
	}
}

// Without a backup the page says so and everything else is refused with a sentence; nobody but an administrator
// sees anything; another organisation's states are not one's own.
func TestRefusals(t *testing.T) {
	off := optest.New(t, backups.Module(nil, backups.Leaving{}))
	register(t, off)
	var s backups.BackupState
	off.Must("GET", "/backups", nil, &s)
	if s.On || s.Drill != nil || s.NextDrill != "" {
		t.Errorf("%+v", s)
	}
	for _, c := range [][2]string{{"POST", "/backups/drills"}, {"GET", "/backups/preview?record=1"}} {
		if got := off.Do(c[0], c[1], nil, nil); got != 409 {
			t.Errorf("%v: %d", c, got)
		}
	}
	if got := off.Do("POST", "/backups/restore", body{"record": 1, "reason": "x"}, nil); got != 409 {
		t.Errorf("restore without a backup: %d", got)
	}
	off.RunJob("backup", "night", nil)

	api, _ := start(t)
	create(api, "A")
	for _, role := range []op.Roles{op.User, op.Auditor, op.Executive} {
		for _, c := range []string{"/backups", "/backups/days", "/backups/drills", "/backups/preview?record=1"} {
			if got := api.As(role).Do("GET", c, nil, nil); got != 403 {
				t.Errorf("%v %s: %d", role, c, got)
			}
		}
		for path, b := range map[string]body{"/backups/drills": nil, "/backups/restore": {"record": 1, "reason": "x"}, "/backups/release": {}} {
			if got := api.As(role).Do("POST", path, b, nil); got != 403 {
				t.Errorf("%v %s: %d", role, path, got)
			}
		}
	}
	for path, want := range map[string]int{
		"/backups/preview":                                       422,
		"/backups/preview?at=yesterday":                          422,
		"/backups/preview?at=2026-03-02T09:00:00Z&record=1":      422,
		"/backups/preview?at=2020-01-01T00:00:00Z":               404,
		"/backups/preview?record=9999":                           404,
		"/backups/days?from=2026-13-01":                          422,
		"/backups/days?from=2020-01-01":                          422,
		"/backups/days?from=2026-03-03&to=2026-03-01":            422,
		"/backups/days?from=2026-02-01&to=2026-03-02":            200,
		"/backups/preview?at=" + "2026-03-02T09:00:00.5%2B01:00": 404,
	} {
		if got := api.Do("GET", path, nil, nil); got != want {
			t.Errorf("%s: %d, not %d", path, got, want)
		}
	}
	for _, b := range []body{{"record": 1}, {"record": 1, "reason": "  "}, {"record": 0, "reason": "x"}, {"reason": "x"}} {
		if got := api.Do("POST", "/backups/restore", b, nil); got != 422 {
			t.Errorf("%v: %d", b, got)
		}
	}
	if got := api.Do("POST", "/backups/release", body{}, nil); got != 409 {
		t.Errorf("nothing is held: %d", got)
	}
	if got := titles(api); got != "Control A" {
		t.Error(got)
	}
}

// Every night the log is kept in order; once a week the newest state is restored, proved, and its report proves a
// control. A drill that finds damage says so and proves nothing.
func TestDrill(t *testing.T) {
	api, log := start(t)
	api.Seed([]string{"control"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO control (id, ref, title, source, source_key, created_at, updated_at) VALUES ('bcd', 'BCD-05', 'Restore testing', 'common', 'BCD-05', '', '')")
	})
	night := func() {
		t.Helper()
		api.RunJob("backup", "night", nil)
		if api.Count("SELECT count(*) FROM job WHERE name = 'backup.drill' AND state = 'ready'") > 0 {
			api.RunJob("backup", "drill", nil)
			api.Seed(nil, func(tx *storage.WriteTx) error { return nil })
			done(t, api)
		}
	}
	for range 15 {
		night()
		api.Clock.Advance(24 * time.Hour)
	}
	var list backups.BackupDrills
	api.Must("GET", "/backups/drills", nil, &list)
	if list.Total != 3 || !list.Items[0].OK || list.Items[0].Records == 0 || list.Items[0].Checksum == "" || list.Items[0].File == "" {
		t.Fatalf("%+v", list)
	}
	var e evidence.EvidenceDetail
	api.Must("GET", "/evidence/"+list.Items[0].Evidence, nil, &e)
	if len(e.Files) != 3 || e.Status != "expiring_soon" && e.Status != "current" || e.Controls != 1 {
		t.Errorf("%+v", e)
	}
	// One byte of the newest snapshot and of every record is another.
	err := filepath.WalkDir(log.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".ltx" || !strings.Contains(path, api.Caller().Tenant) {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b[len(b)/2] ^= 1
		return os.WriteFile(path, b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	var d backups.BackupDrill
	api.Must("POST", "/backups/drills", nil, &d)
	if d.OK || d.Problem == "" || d.File != "" {
		t.Errorf("%+v", d)
	}
	var s backups.BackupState
	api.Must("GET", "/backups", nil, &s)
	if s.Drill == nil || s.Drill.OK || !s.On || s.Place != "a folder" || s.Durability != "sync" || s.Behind != 0 || s.EveryDays != 35 || s.Trouble == "" {
		t.Errorf("%+v", s)
	}
}

// What goes wrong with the backup is said in sentences, without the folders and addresses that are for whoever runs the
// installation; a drill that was stopped has found nothing; a refusal holds no mails.
func TestTrouble(t *testing.T) {
	api, log := start(t)
	create(api, "A")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := api.Send(httptest.NewRequestWithContext(ctx, "POST", "/api/v1/backups/drills", nil)); got < 400 {
		t.Errorf("a drill of a request that was gone: %d", got)
	}
	if n := api.Count("SELECT count(*) FROM drill"); n != 0 {
		t.Errorf("%d drills are on record although the request was gone", n)
	}

	// A person is gone since: what only she had cannot be again.
	api.Seed([]string{"person", "saved_view", "view_default"}, func(tx *storage.WriteTx) error {
		err := tx.Exec("INSERT INTO person (id, name, email, created_at, updated_at) VALUES ('eve', 'Eve', 'eve@example.com', '', '')")
		err = errors.Join(err, tx.Exec("INSERT INTO saved_view (id, list, name, owner, created_at, updated_at) VALUES ('v', 'control', 'Hers', 'eve', '', '')"))
		return errors.Join(err, tx.Exec("INSERT INTO view_default (person, list, view) VALUES ('eve', 'control', 'v')"))
	})
	api.Clock.Advance(time.Hour)
	then := api.Clock.Now()
	api.Clock.Advance(time.Hour)
	api.Seed([]string{"person", "saved_view", "view_default"}, func(tx *storage.WriteTx) error {
		return errors.Join(tx.Exec("DELETE FROM view_default WHERE person = 'eve'"), tx.Exec("DELETE FROM person WHERE id = 'eve'"))
	})
	var p backups.BackupPreview
	api.Must("GET", "/backups/preview?at="+then.Format(time.RFC3339), nil, &p)
	if got := api.Do("POST", "/backups/restore", body{"record": p.Record, "reason": "x"}, nil); got != 409 {
		t.Errorf("a state that cannot be: %d", got)
	}
	var s backups.BackupState
	api.Must("GET", "/backups", nil, &s)
	if s.HeldAt != "" {
		t.Error("mails wait although nothing was changed")
	}

	// The disk of the backup is not what it was.
	records := filepath.Join(log.Dir, api.Caller().Tenant, "ltx", "0")
	if err := errors.Join(os.Rename(records, records+"-gone"), os.WriteFile(records, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if got := api.Do("GET", "/backups/preview?record=1", nil, nil); got != 503 || strings.Contains(api.Body(), log.Dir) || !strings.Contains(api.Body(), "backup") {
		t.Errorf("%d %s", got, api.Body())
	}
	if err := errors.Join(os.Remove(records), os.Rename(records+"-gone", records)); err != nil {
		t.Fatal(err)
	}

	// A stored file that the disk does not give.
	objects := filepath.Join(api.Dir(), "objects", "t", api.Caller().Tenant, "o")
	api.Must("POST", "/backups/drills", nil, nil)
	all, err := os.ReadDir(objects)
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	path := filepath.Join(objects, all[0].Name())
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	var d backups.BackupDrill
	api.Must("POST", "/backups/drills", nil, &d)
	if d.OK || !strings.Contains(d.Problem, "The stored file") || strings.Contains(d.Problem, api.Dir()) {
		t.Errorf("%+v", d)
	}
	if !strings.Contains(api.Log(), "restore drill") {
		t.Error("the log does not say why")
	}
}

// done says that the job of a drill is over, as the dispatcher would.
func done(t *testing.T, api *optest.API) {
	t.Helper()
	j, err := api.DB().ClaimJob(t.Context(), time.Minute)
	for ; err == nil; j, err = api.DB().ClaimJob(t.Context(), time.Minute) {
		if err := api.DB().EndJob(t.Context(), j, nil, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
}

// Two months of nights: every change of the last 35 days can be had, and of the days before that each day's last
// state; the organisation goes back to one of them.
func TestNights(t *testing.T) {
	now := func() time.Time { return optest.Start }
	log := &ltxlogtest.Memory{Now: func() time.Time { return now() }}
	api := optest.NewKept(t, log, func(l *backup.Logs) []op.Module {
		return []op.Module{backups.Module(l, backups.Leaving{}), control.Module}
	})
	now = api.Clock.Now
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT OR IGNORE INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', '')")
	})
	register(t, api)
	for day := range 60 {
		create(api, fmt.Sprintf("D%02d-1", day))
		api.Clock.Advance(time.Hour)
		create(api, fmt.Sprintf("D%02d-2", day))
		api.Clock.Advance(11 * time.Hour)
		api.RunJob("backup", "night", nil)
		done(t, api)
		api.Clock.Advance(12 * time.Hour)
	}
	var s backups.BackupState
	api.Must("GET", "/backups", nil, &s)
	every, err := time.Parse(storage.Instant, s.Every)
	age := api.Clock.Now().Sub(every)
	if err != nil || age < 35*24*time.Hour || age > 37*24*time.Hour || s.First > optest.Start.Add(24*time.Hour).Format(storage.Instant) || s.Snapshots < 55 || s.Snapshots > 75 {
		t.Errorf("every change since %s, the first state %s, %d snapshots", s.Every, s.First, s.Snapshots)
	}
	// Of a day of long ago there is its end, not its middle; of one of these days there is both.
	at := func(day int, d time.Duration) string {
		return optest.Start.Add(time.Duration(day)*24*time.Hour + d).Format(time.RFC3339)
	}
	preview := func(when string) (p backups.BackupPreview) {
		t.Helper()
		api.Must("GET", "/backups/preview?at="+when, nil, &p)
		return p
	}
	gone := func(p backups.BackupPreview) int {
		for _, c := range p.Tables {
			if c.Table == "control" {
				return c.Gone
			}
		}
		return 0
	}
	for _, c := range []struct {
		when string
		want int // controls that were added since the state
	}{
		{at(10, 20*time.Hour), 2 * 49}, // day 10 is over
		{at(10, 30*time.Minute), 2 * 50},
		{at(40, 20*time.Hour), 2 * 19},
		{at(40, 30*time.Minute), 2*19 + 1},
	} {
		if got := gone(preview(c.when)); got != c.want {
			t.Errorf("back to %s: %d controls would go, not %d", c.when, got, c.want)
		}
	}
	api.Must("POST", "/backups/restore", body{"record": preview(at(10, 20*time.Hour)).Record, "reason": "Long ago"}, nil)
	if n := api.Count("SELECT count(*) FROM control"); n != 22 {
		t.Errorf("%d controls", n)
	}
}
