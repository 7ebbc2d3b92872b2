package server

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assay/server/op"
)

// canaries are all secrets that were given out at Northwind, and the one password.
func (h *house) canaries() []string { return append(slices.Clone(h.a.secrets), housePassword) }

// TestD4NothingSecretComesBack: what was shown once is never shown again: in no answer to anybody, no
// header, no export, no line of the log.
func TestD4NothingSecretComesBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	secrets := append(h.canaries(), "$argon2id$")
	secrets = append(secrets, h.column(nil, "SELECT hash FROM token UNION SELECT hash FROM link UNION SELECT hash FROM recovery_code UNION SELECT token FROM session UNION SELECT totp FROM account WHERE totp <> ''")...)
	if len(secrets) < 30 {
		t.Fatalf("only %d secrets", len(secrets))
	}
	// The sealed seed and its plain form are both among them; failures repeat what was typed.
	for _, role := range roleNames {
		c := h.a.callers[role]
		for _, a := range h.ops {
			q := h.plain(h.a, a, c)
			tries := []request{q}
			if a.Method != "GET" { // only as a failure: a success would give out new secrets
				q.body, q.kind = []byte(`{"password":"`+housePassword+`","token":"`+h.a.callers["token admin"].bearer+`","unknown":1}`), "application/json"
				tries = []request{q}
			}
			for _, p := range h.doc.byName[a.name].Parameters {
				for _, v := range h.doc.of(p.Schema).Enum {
					if p.Name == "format" {
						more := q
						more.path += "?format=" + v.(string)
						tries = append(tries, more)
					}
				}
			}
			for _, q := range tries {
				got := h.send(c, q)
				var head bytes.Buffer
				got.header.Write(&head)
				text := head.String() + unzipped(got.body)
				for _, s := range secrets {
					if strings.Contains(text, s) && !(a.How == op.WayPublic && c.cookie == s) {
						t.Errorf("%s as %s answers with a secret: %.12s...", a.name, role, s)
					}
				}
			}
		}
	}
	h.unlogged(t, secrets)
}

func (h *house) unlogged(t *testing.T, secrets []string) {
	t.Helper()
	log := h.log.String()
	for _, s := range secrets {
		if i := strings.Index(log, s); i >= 0 {
			t.Errorf("the log holds a secret: %.300s", log[max(0, i-200):i])
		}
	}
}

// TestD4Log signs in, enrols, resets and joins with every secret, rightly and wrongly: none is logged.
func TestD4Log(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, a := range h.writes() {
		if a.module.Name == "account" && a.name != "account.set_up" {
			in, _, _, got := once(t, h, a)
			if in == nil {
				t.Fatalf("%s: %s", a.name, got)
			}
			in.unlogged(t, append(h.canaries(), "loud harbor tin lantern"))
			h = in
		}
	}
	h.send(caller{}, request{method: "GET", path: "/links/" + h.a.links["invitation pending"]})
	h.send(caller{}, request{method: "GET", path: "/controls?token=" + h.a.callers["token admin"].bearer})
	h.unlogged(t, h.canaries())
}

// TestH3NothingSecretOnDisk reads every byte of every file: no secret stands in a database, its log, an
// object or a key file, sealed or not.
func TestH3NothingSecretOnDisk(t *testing.T) {
	h := open(t)
	h.do(h.a.callers["admin"], "POST", "/controls", m{"ref": "WAL-1", "title": "This is in the write-ahead log"}, nil)
	read, wal := 0, false
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := exec.Command("cat", path).Output() // not by this process: that would drop SQLite's locks elsewhere
		if err != nil {
			return err
		}
		read += len(b)
		wal = wal || strings.HasSuffix(path, "-wal") && bytes.Contains(b, []byte("This is in the write-ahead log"))
		for _, s := range h.canaries() {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds a secret: %.12s...", strings.TrimPrefix(path, h.dir), s)
			}
		}
		if strings.Contains(path, "objects") && bytes.Contains(b, []byte("Northwind proof")) {
			t.Errorf("%s is not sealed", strings.TrimPrefix(path, h.dir))
		}
		return nil
	})
	h.must(err)
	if read < 500_000 || !wal {
		t.Errorf("%d bytes were read, write-ahead log among them: %v", read, wal)
	}
}

// TestI6NamesAreSealed: nobody's name or address stands open in the audit logs or their export for machines,
// so that erasing a person's key erases them from a log that cannot be edited.
func TestI6NamesAreSealed(t *testing.T) {
	t.Parallel()
	h := open(t)
	names := h.column(h.a, "SELECT name FROM person UNION SELECT email FROM person WHERE email <> ''")
	if len(names) < 10 {
		t.Fatal(names)
	}
	for file, o := range map[string]*org{"Northwind": h.a, "the installation": nil} {
		for _, r := range h.column(o, "SELECT record FROM audit") {
			for _, n := range names {
				if strings.Contains(r, n) {
					t.Errorf("an audit record of %s names %q: %.400s", file, n, r)
				}
			}
		}
	}
	// Auditors of secrets: by name only.
	for _, r := range h.column(nil, "SELECT record FROM audit") {
		var rec struct {
			Changes []struct {
				Table string
				Set   map[string]json.RawMessage
			}
		}
		h.must(json.Unmarshal([]byte(r), &rec))
		if strings.Contains(r, "argon2id") {
			t.Errorf("an audit record holds a password's hash: %.300s", r)
		}
	}
}

var binary = flag.String("binary", "", "the built program, for TestB15Binary to look into")

// TestB15Binary looks for secrets in the program itself:
// go build -o /tmp/assay . && go test ./server -run B15 -binary /tmp/assay
func TestB15Binary(t *testing.T) {
	path := *binary
	if path == "" {
		t.Skip("give the built program with -binary")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, re := range map[string]string{
		"a private key":       `-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}`,
		"a password's hash":   `\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{16,}\$[A-Za-z0-9+/]{20,}`,
		"a key of AWS":        `\bAKIA[0-9A-Z]{16}\b`,
		"a token of GitHub":   `\bgh[pousr]_[A-Za-z0-9]{36}\b`,
		"a token of Slack":    `\bxox[baprs]-[0-9A-Za-z-]{20,}`,
		"an age key":          `AGE-SECRET-KEY-1[0-9A-Z]{50}`,
		"a password of ours":  `quiet harbor tin lantern`,
		"a test's data":       canary,
		"a known test secret": `hunter2hunter2`,
	} {
		if m := regexp.MustCompile(re).Find(b); m != nil {
			t.Errorf("the program holds %s: %.30q", what, m)
		}
	}
}
