package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckpointsOutsideTheMachine runs an installation that keeps checkpoints in another folder: `verify` compares
// with all of them by itself, so a log that was cut back, with all that the installation remembers of it, is found.
func TestCheckpointsOutsideTheMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process; not with -short")
	}
	dir, elsewhere := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "elsewhere")
	p := begin(t, nil, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--checkpoints", "file:"+elsewhere)
	v := founder(p)
	v.must(200, "POST", "/controls", map[string]any{"ref": "A-1", "title": "Access"}, nil)
	before, err := filepath.Glob(filepath.Join(dir, "tenants", "*.db"))
	if err != nil || len(before) != 1 {
		t.Fatal(before, err)
	}
	var kept struct {
		Place string
		Last  struct{ Name string }
	}
	v.must(200, "POST", "/checkpoints/kept", nil, &kept)
	if kept.Place != "a folder" || kept.Last.Name == "" {
		t.Errorf("%+v", kept)
	}
	if code := p.end(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, p.out)
	}
	p.says(`checkpoints are kept.*nobody can remove them"=false`)
	if b, err := os.ReadFile(filepath.Join(elsewhere, kept.Last.Name)); err != nil || !strings.Contains(string(b), "\nChecked with: assay-") {
		t.Errorf("%v %s", err, b)
	}
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := Run(t.Context(), append(args, "--data", dir, "--checkpoints", "file:"+elsewhere), func(string) string { return "" }, &out, &out)
		return code, out.String()
	}
	if code, out := run("verify", "--all"); code != 0 || !strings.Contains(out, "the log extends the one kept elsewhere") {
		t.Errorf("%d %s", code, out)
	}
	if _, out := run("doctor"); !strings.Contains(out, "look  Checkpoints are ") || !strings.Contains(out, "kept in a folder, ") {
		t.Error(out)
	}
	victim := &victim{t: t, dir: dir} // of the tampering
	file := filepath.Join("tenants", filepath.Base(before[0]))
	victim.exec(file, "DELETE FROM audit WHERE seq >= 1")
	victim.exec(file, "DELETE FROM checkpoint WHERE size > 1")
	victim.exec("control.db", "DELETE FROM tenant_hint")
	if code, out := run("verify", "--all"); code != 1 || !strings.Contains(out, "A signed checkpoint speaks of") || !strings.Contains(out, kept.Last.Name+", kept in a folder,") {
		t.Errorf("%d %s", code, out)
	}
	if code, out := run("verify", "--all", "--checkpoint-days", "0"); code != 2 || !strings.Contains(out, "checkpoint-days: 0 is not") {
		t.Errorf("%d %s", code, out)
	}
}
