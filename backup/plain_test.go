package backup_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"assay/backup"
	"assay/storage"
)

func (p *place) tenant() backup.Tenant {
	return backup.Tenant{ID: p.ids[0], Slug: "acme", Name: "Acme"}
}

// plainly exports the first tenant into a folder and reads all of it.
func (p *place) plainly() (backup.Plainly, map[string]string, error) {
	p.t.Helper()
	dir := filepath.Join(p.t.TempDir(), "out")
	f, err := backup.NewFolder(dir)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	got, err := backup.Plain(p.t.Context(), p.store, p.blobs, p.tenant(), "test", f)
	files := map[string]string{}
	walked := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(b)
		return err
	})
	if walked != nil {
		p.t.Fatal(walked)
	}
	return got, files, err
}

// full is a tenant with something on every kind of page, some of it nasty.
func full(t *testing.T) *place {
	t.Helper()
	p := lived(t)
	for _, name := range []string{"../../evil.txt", "CON.txt", "a/b:c?.pdf", "Same.txt"} {
		p.put(0, name, "content of "+name)
	}
	p.write(p.ids[0], []string{"control", "control_status", "framework", "requirement", "mapping", "evidence_control", "task", "comment", "tag", "record_tag", "record_link", "field", "field_value",
		"activity", "occurrence", "scope", "framework_source", "policy", "policy_version", "policy_approval", "policy_control", "policy_request", "policy_acknowledgment", "policy_exception"},
		"INSERT INTO control (id, ref, title, owner, created_at, updated_at) VALUES ('c1', 'AC-01', 'Access [reviews] | <script>', 'ada', '2026-01-01', '')",
		"INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('c2', 'AC-02', '=1+1', '2026-01-01', '')",
		"INSERT INTO control_status (control, scope, status, changed_at) VALUES ('c1', 'organisation', 'in_progress', '')",
		"INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f1', 'k', 'SOC 2: 2017/2022', 'SOC 2', 'builtin', '', '')",
		"INSERT INTO requirement (id, framework, ref, title, body, position, updated_at) VALUES ('q1', 'f1', 'CC6', 'Logical access', '', 1, '')",
		"INSERT INTO requirement (id, framework, parent, ref, title, body, applicable, position, updated_at) VALUES ('q2', 'f1', 'q1', 'CC6.1', 'Access software', 'Words of the standard', 0, 2, '')",
		"INSERT INTO framework_source (framework, file, title, sha256, content) VALUES ('f1', 'catalog.json', 'T', '', CAST('{\"catalog\": 1}' AS BLOB))",
		"INSERT INTO mapping (id, control, requirement, created_at) VALUES ('m1', 'c1', 'q2', '')",
		"INSERT INTO evidence_control (evidence, control) SELECT id, 'c1' FROM evidence",
		"INSERT INTO task (id, title, kind, record, created_at, updated_at) VALUES ('t1', 'Look at it', 'control', 'c1', '', '')",
		"INSERT INTO comment (id, kind, record, body, author, created_at) VALUES ('x1', 'control', 'c1', 'What says @[ada], and <b>who</b>?', 'ada', '2026-02-01')",
		"INSERT INTO comment (id, kind, record, parent, body, author, created_at) VALUES ('x2', 'control', 'c1', 'x1', 'Nobody', 'ada', '2026-02-02')",
		"INSERT INTO tag (id, name, created_at) VALUES ('g1', 'urgent', '')", "INSERT INTO record_tag VALUES ('g1', 'control', 'c1')",
		"INSERT INTO record_link (id, type, kind, record, other_kind, other, created_by, created_at) VALUES ('l1', 'depends_on', 'control', 'c1', 'requirement', 'q1', 'ada', '')",
		"INSERT INTO field (id, kind, key, name, type, created_at) VALUES ('d1', 'control', 'cost', 'Cost', 'text', '')", "INSERT INTO field_value VALUES ('d1', 'c1', '\"low\"')",
		"INSERT INTO activity (id, name, frequency, starts_on, since, created_at, updated_at) VALUES ('a1', 'Same', 'daily', '2026-01-01', '2026-01-01', '', '')",
		"INSERT INTO occurrence (id, activity, period_start, period_end, due_on, status, created_at) VALUES ('o1', 'a1', '2026-01-01', '2026-01-01', '2026-01-01', 'completed', '')",
		"INSERT INTO scope (id, name, kind, created_at) VALUES ('s1', 'Pocket', 'product', '')",
		"INSERT INTO policy (id, number, ref, title, owner, created_at, updated_at) VALUES ('y1', 1, 'POL-0001', 'Doors | <locks>', 'ada', '', '')",
		"INSERT INTO policy_control VALUES ('y1', 'c1')",
		`INSERT INTO policy_version (id, policy, major, minor, state, content, text, digest, author, change_summary, created_at, updated_at) VALUES ('v1', 'y1', 1, 0, 'in_review',
			'{"type":"doc","content":[{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Rules"}]},
			{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","marks":[{"type":"bold"}],"text":"Doors"},{"type":"text","text":" are <shut>."}]}]}]},
			{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"Room"}]}]},{"type":"tableHeader","content":[{"type":"paragraph"}]}]}]}]}',
			'Doors are shut.', 'd1', 'ada', 'The first', '', '')`,
		"INSERT INTO policy_approval (id, policy_version, round, person, decision, comment, digest, at) VALUES ('w1', 'v1', 1, 'ada', 'rejected', 'Say which', 'd0', '2026-02-03T10:00:00.000Z')",
		"INSERT INTO policy_request (id, policy, policy_version, audience, asked_on, due_on, created_at) VALUES ('z1', 'y1', 'v1', 'all', '2026-02-01', '2026-03-01', '')",
		"INSERT INTO policy_acknowledgment (id, policy_request, person, asked_on, acknowledged_at) VALUES ('k1', 'z1', 'ada', '2026-02-01', '2026-02-04T11:12:00.000Z')",
		"INSERT INTO policy_exception (id, policy, subject, what, reason, expires_on, requested_by, created_at, updated_at) VALUES ('e1', 'y1', 'The gate', 'Locks', 'It is built', '2026-09-01', 'ada', '', '')")
	return p
}

var markdownLink = regexp.MustCompile(`[^\\]\]\(([^)]+)\)`)

// Anyone can leave: everything is there in files that need no program, and leads to each other.
func TestPlainIsAllOfIt(t *testing.T) {
	p := full(t)
	got, files, err := p.plainly()
	if err != nil {
		t.Fatal(err)
	}
	if got.Files != 6 || got.Pages != 13 || len(got.Missing) != 0 {
		t.Errorf("%+v", got)
	}
	for name, wants := range map[string][]string{
		"controls/AC-01 Access -reviews- - -script.md": {`# AC-01 Access \[reviews\] \| &lt;script>`, "**Owner:** Ada Byron", "**Status (Organisation):** in progress", "**Tags:** urgent", "**Cost:** low",
			"[SOC 2 CC6.1](../frameworks/SOC%202-%202017-2022.md): Access software", "[Look at it](../tasks/Look%20at%20it.md): open", "Ada Byron, 2026-02-01:\n  What says @Ada Byron, and &lt;b>who&lt;/b>?",
			"answer by Ada Byron, 2026-02-02:\n    Nobody", "[SOC 2 CC6](../frameworks/SOC%202-%202017-2022.md): depends on", "test: write by system test"},
		"frameworks/SOC 2- 2017-2022.md":    {"### CC6 Logical access", "#### CC6.1 Access software\n\nWords of the standard", "**Does not apply:** yes", "(../controls/AC-01%20Access%20-reviews-%20-%20-script.md)"},
		"evidence/For policy.pdf.md":        {"1. [policy.pdf](../files/For%20policy.pdf/policy.pdf), from ", "10 bytes, SHA-256 "},
		"files/For policy.pdf/policy.pdf":   {"our policy"},
		"files/For ..-..-evil.txt/evil.txt": {"content of ../../evil.txt"},
		"files/For CON.txt/_CON.txt":        {"content of CON.txt"},
		"files/For a-b-c-.pdf/a-b-c-.pdf":   {"content of a/b:c?.pdf"},
		"activities/Same.md":                {"2026-01-01 to 2026-01-01: completed"},
		"products/Pocket.md":                {"# Pocket"},
		"policies/POL-0001 Doors - -locks.md": {`# POL-0001 Doors \| &lt;locks>`, "**Owner:** Ada Byron", "## Version 1.0", "#### Rules", "- **Doors** are &lt;shut>.", "| Room |  |\n| --- | --- |",
			"Ada Byron, 2026-02-03: rejected, of other words: Say which", "Ada Byron, version 1.0: 2026-02-04 11:12", "The gate, until 2026-09-01: requested; Locks. Asked for by Ada Byron because It is built",
			"(../controls/AC-01%20Access%20-reviews-%20-%20-script.md)"},
		"data/control.csv":           {"c1,AC-01,", ",Ada Byron,", "'=1+1"},
		"data/control.json":          {`"owner": "ada"`, `"title": "=1+1"`},
		"data/framework_source.json": {`{\"catalog\": 1}`},
		"audit.csv":                  {"Ada Byron", "insert person ", "test.write"},
		"README.md":                  {"# Acme", "| Controls | 2 | [control.csv](data/control.csv)", "audit.csv"},
		"members.csv":                {"Role"},
	} {
		if _, ok := files[name]; !ok {
			t.Errorf("there is no %s in %q", name, keysOf(files))
		}
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s does not say %q:\n%s", name, want, files[name])
			}
		}
	}

	// Every digest is right, and every file but the list and its reader has one.
	lines := strings.Split(strings.TrimSpace(files["SHA256SUMS"]), "\n")
	for _, line := range lines {
		want, name, _ := strings.Cut(line, "  ")
		if sum := sha256.Sum256([]byte(files[name])); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has another digest", name)
		}
	}
	if len(lines) != len(files)-2 {
		t.Errorf("%d digests of %d files", len(lines), len(files))
	}
	list := sha256.Sum256([]byte(files["SHA256SUMS"]))
	if !strings.Contains(files["README.md"], hex.EncodeToString(list[:])) {
		t.Error("README.md does not have the digest of SHA256SUMS")
	}

	links := 0
	for name, text := range files {
		for _, m := range markdownLink.FindAllStringSubmatch(text, -1) {
			to, err := url.PathUnescape(m[1])
			if _, ok := files[path.Join(path.Dir(name), to)]; strings.HasSuffix(name, ".md") && (err != nil || !ok) {
				t.Errorf("%s leads to %s, which is not there", name, m[1])
			}
			links++
		}
	}
	if links < 50 {
		t.Errorf("only %d links", links)
	}

	// The log's lines are the leaves of the tree that was signed.
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, _ error) {
		for _, n := range at {
			out = append(out, hashes[n])
		}
		return out, nil
	})
	leaves := strings.Split(strings.TrimSuffix(files["audit-log.jsonl"], "\n"), "\n")
	for i, l := range leaves {
		more, err := tlog.StoredHashes(int64(i), []byte(l), reader)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(int64(len(leaves)), reader)
	if want := fmt.Sprintf("assay/%s\n%d\n%s\n", p.ids[0], len(leaves), root); err != nil || !strings.HasPrefix(files["audit-checkpoint.txt"], want) {
		t.Errorf("%v: %q is signed, want %q", err, files["audit-checkpoint.txt"], want)
	}
	if strings.Contains(files["audit-log.jsonl"], "Ada Byron") {
		t.Error("the records to verify show who somebody is")
	}
}

func keysOf(m map[string]string) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

var tableOf = regexp.MustCompile(`(?m)^CREATE (?:VIRTUAL )?TABLE '?(\w+)'?`)

// No table is forgotten: each of the schema is there with all its rows, or stands among what is left out. A module
// that adds one says in plain_tables.go what its rows are.
func TestPlainHasEveryTable(t *testing.T) {
	p := full(t)
	_, files, err := p.plainly()
	if err != nil {
		t.Fatal(err)
	}
	text, err := storage.Schema(t.Context(), "tenant")
	if err != nil {
		t.Fatal(err)
	}
	left := files["README.md"][strings.Index(files["README.md"], "\nLeft out"):]
	tables, rows := 0, 0
	for _, m := range tableOf.FindAllStringSubmatch(text, -1) {
		name := m[1]
		if strings.HasPrefix(name, "search_text") || regexp.MustCompile(`\b`+name+`\b`).MatchString(left) {
			continue
		}
		tables++
		asCSV, ok := files["data/"+name+".csv"]
		if !ok {
			t.Errorf("%s is not exported", name)
			continue
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(asCSV, "\ufeff")))
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(name, err)
		}
		var records []map[string]any
		if err := json.Unmarshal([]byte(files["data/"+name+".json"]), &records); err != nil {
			t.Fatal(name, err)
		}
		want := p.ask(p.ids[0], `SELECT count(*) FROM "`+name+`"`)
		if fmt.Sprint(len(records)) != want || len(lines) != len(records)+1 {
			t.Errorf("%s: %d and %d of %s rows", name, len(lines)-1, len(records), want)
		}
		rows += len(records)
		itself := strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
		if strings.Contains(files["README.md"], "| "+itself+" |") {
			t.Errorf("say in tableNames of backup/plain_tables.go what the rows of %s are", name)
		}
	}
	if tables < 50 || rows < 30 {
		t.Errorf("only %d tables with %d rows", tables, rows)
	}
	for _, secret := range []string{"audit_row", "idempotency", "job", "meta"} {
		if files["data/"+secret+".csv"] != "" {
			t.Errorf("%s went out", secret)
		}
	}
}

// Who was erased stays erased, and no key goes out.
func TestPlainKeepsSecrets(t *testing.T) {
	p := full(t)
	key, err := p.keys.Person(t.Context(), p.ids[0], "ada", false)
	if err != nil {
		t.Fatal(err)
	}
	p.write(p.ids[0], []string{"person"}, "UPDATE person SET name = 'Erased', email = '' WHERE id = 'ada'")
	if err := p.keys.ErasePerson(t.Context(), p.ids[0], "ada"); err != nil {
		t.Fatal(err)
	}
	_, files, err := p.plainly()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.Contains(text, "Byron") || strings.Contains(text, "ada@acme") || strings.Contains(text, string(key)) {
			t.Errorf("%s shows what was erased", name)
		}
	}
	if !strings.Contains(files["audit.csv"], "name: (erased)") {
		t.Error("audit.csv does not say that somebody was erased")
	}
}

// A ZIP file holds the same as a folder. What cannot be read is named; what cannot be written is an error.
func TestPlainShelves(t *testing.T) {
	p := full(t)
	_, files, err := p.plainly()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	shelf := backup.NewZipped(&b, time.Unix(0, 0))
	if _, err := backup.Plain(t.Context(), p.store, p.blobs, p.tenant(), "test", shelf); err != nil {
		t.Fatal(err)
	}
	if err := shelf.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if was, ok := files[f.Name]; err != nil || !ok || strings.HasPrefix(f.Name, "data/") && was != string(content) {
			t.Errorf("%s: %v", f.Name, err)
		}
		delete(files, f.Name)
	}
	if len(files) > 0 {
		t.Errorf("not in the ZIP file: %q", keysOf(files))
	}

	if _, err := backup.Plain(t.Context(), p.store, p.blobs, p.tenant(), "test", backup.NewZipped(nowhere{}, time.Unix(0, 0))); !errors.Is(err, errFull) {
		t.Errorf("nowhere to write: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.NewFolder(dir); err == nil || !strings.Contains(err.Error(), "holds something already") {
		t.Error(err)
	}

	gone := p.put(0, "gone.txt", "gone")
	if err := p.blobs.Delete(t.Context(), p.ids[0], gone.Name); err != nil {
		t.Fatal(err)
	}
	got, files, err := p.plainly()
	if !errors.Is(err, backup.ErrMissing) || len(got.Missing) != 1 || !strings.Contains(files["README.md"], "gone.txt (object "+gone.Name+"): it is not in the object store") {
		t.Errorf("%v %+v", err, got.Missing)
	}
}
