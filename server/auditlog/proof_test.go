package auditlog_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"assay/server/auditlog"
	"assay/server/optest"
	"assay/storage"
)

func TestVerifyFindsDamage(t *testing.T) {
	api := setUp(t)
	id := create(t, api, "GOV-01")
	object, err := api.Blobs().Put(t.Context(), api.Caller().Tenant, strings.NewReader("what proves it"), 1000)
	if err != nil {
		t.Fatal(err)
	}
	api.Seed([]string{"evidence", "file"}, func(tx *storage.WriteTx) error {
		if err := tx.Exec("INSERT INTO evidence (id, name, created_at, updated_at) VALUES ('e', 'Access review', '', '')"); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at) VALUES ('f', 'e', 1, 'review.pdf', 'application/pdf', ?, ?, ?, '', '')",
			object.Size, object.SHA256, object.Name)
	})
	set(api, id, "implemented")
	var v auditlog.AuditVerdict
	api.Must("POST", "/audit/verify", map[string]any{"objects": true}, &v)
	if !v.OK || v.Tenant.Records == 0 || v.Objects.Checked != 1 || v.Checkpoint == "" {
		t.Fatalf("before: %+v", v)
	}
	if e := list(api, "?action=audit.verify").Items[0]; !strings.HasSuffix(e.Summary, "no problem found") {
		t.Errorf("event: %q", e.Summary)
	}
	damaged := 0
	err = filepath.WalkDir(filepath.Join(api.Dir(), "objects"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || len(b) == 0 {
			return err
		}
		b[len(b)/2] ^= 1
		damaged++
		return os.WriteFile(path, b, 0o600)
	})
	if err != nil || damaged == 0 {
		t.Fatal(damaged, err)
	}
	v = auditlog.AuditVerdict{}
	api.Must("POST", "/audit/verify", map[string]any{"objects": true}, &v)
	if v.OK || len(v.Objects.Problems) != 1 || !strings.Contains(v.Objects.Problems[0], "review.pdf (Access review)") {
		t.Errorf("a damaged object: %+v", v)
	}
	tamper(t, api, "UPDATE audit SET record = replace(record, 'implemented', 'gap') WHERE record LIKE '%implemented%'")
	v = auditlog.AuditVerdict{}
	api.Must("POST", "/audit/verify", map[string]any{}, &v)
	if v.OK || len(v.Tenant.Problems) == 0 || !strings.Contains(v.Tenant.Problems[0], "was changed") || v.Checkpoint != "" {
		t.Errorf("a changed record: %+v", v)
	}
	tamper(t, api, "UPDATE audit SET record = '{' WHERE seq = 1")
	list(api, "") // an unreadable record does not hide the others
	api.Must("GET", "/audit/export", nil, nil)
}

// tamper changes a tenant's file as somebody would who has the disk.
func tamper(t *testing.T, api *optest.API, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(api.Dir(), "tenants", api.Caller().Tenant+".db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func TestExportProvesItself(t *testing.T) {
	api := setUp(t)
	id := create(t, api, "=GOV-01")
	for range 7 {
		set(api, id, "implemented")
		set(api, id, "in_progress")
		api.Must("POST", "/members", map[string]any{"email": fmt.Sprintf("ann%d@example.com", api.Clock.Now().Unix()), "role": "user"}, nil)
		api.Clock.Advance(time.Minute)
	}
	api.Must("GET", "/audit/export?format=jsonl", nil, nil)
	whole := api.Body()
	if n, err := check(whole); err != nil || n < 15 {
		t.Fatalf("%d records: %v", n, err)
	}
	if _, err := check(strings.Replace(whole, "in_progress", "implemented", 1)); err == nil {
		t.Error("a changed export passes")
	}
	lines := strings.SplitAfter(whole, "\n")
	if _, err := check(strings.Join(append(lines[:3:3], lines[4:]...), "")); err == nil {
		t.Error("an export that lacks a record passes")
	}
	inst := list(api, "?log=installation").Items[3]
	api.Must("GET", fmt.Sprintf("/audit/installation/%d/proof", inst.Seq), nil, nil)
	if err := checkProof(api.Body()); err != nil {
		t.Errorf("proof of one record: %v", err)
	}
	api.Must("GET", "/audit/tenant/3/proof", nil, nil)
	if err := checkProof(api.Body()); err != nil {
		t.Errorf("proof of one record: %v", err)
	}
	if err := checkProof(strings.Replace(api.Body(), "control.", "kontrol.", 1)); err == nil {
		t.Error("a changed record passes")
	}
	if e := list(api, "?action=audit.export").Items[0]; !strings.HasPrefix(e.Summary, "exported the audit log as audit-2026-03-02.jsonl") {
		t.Errorf("event: %q", e.Summary)
	}
	api.Must("GET", "/audit/export", nil, nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != list(api, "").Total { // a heading, but not yet the record of this export
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	api.Must("GET", "/audit/export?q=nothing-like-it", nil, nil)
	if n := strings.Count(api.Body(), "\n"); n != 1 {
		t.Errorf("%d lines under a filter that nothing passes", n)
	}
	api.Must("GET", "/audit/checkpoints/newest", nil, nil)
	text, key, ok := strings.Cut(api.Body(), "\nChecked with: ")
	if _, err := open(text, strings.TrimSpace(key)); !ok || err != nil {
		t.Errorf("checkpoint: %v %q", err, api.Body())
	}
	var c auditlog.AuditCheckpoints
	api.Must("GET", "/audit/checkpoints", nil, &c)
	if c.Total == 0 || c.Verifier != strings.TrimSpace(key) {
		t.Errorf("checkpoints: %+v", c)
	}
}

// What follows is all that somebody else needs to check an export: it shares no code with the product.

func check(export string) (records int, err error) {
	var root []byte
	var stack [][]byte // roots of complete subtrees, largest first
	var sizes []int
	type line struct {
		Log, Leaf, Record, Verifier string
		Seq                         int64
		Proof                       []string
		Checkpoints                 map[string]string
	}
	var installation []line
	var last line
	in := bufio.NewScanner(strings.NewReader(export))
	in.Buffer(nil, 16<<20)
	n := 0
	for in.Scan() {
		var l line
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			return 0, err
		}
		last = l
		switch l.Log {
		case "tenant":
			if l.Seq != int64(n) {
				return 0, fmt.Errorf("record %d where %d belongs", l.Seq, n)
			}
			n++
			h := sha256.Sum256([]byte("\x00" + l.Record))
			if base64.StdEncoding.EncodeToString(h[:]) != l.Leaf {
				return 0, fmt.Errorf("record %d is not its leaf", l.Seq)
			}
			stack, sizes = append(stack, h[:]), append(sizes, 1)
			for k := len(sizes); k > 1 && sizes[k-1] == sizes[k-2]; k = len(sizes) {
				stack = append(stack[:k-2], node(stack[k-2], stack[k-1]))
				sizes = append(sizes[:k-2], 2*sizes[k-1])
			}
		case "installation":
			installation = append(installation, l)
		}
	}
	for i := len(stack) - 1; i >= 0; i-- {
		if root == nil {
			root = stack[i]
			continue
		}
		root = node(stack[i], root)
	}
	signed, err := open(last.Checkpoints["tenant"], last.Verifier)
	if err != nil {
		return 0, err
	}
	if signed.size != int64(n) || !bytes.Equal(signed.root, root) {
		return 0, fmt.Errorf("%d records lead to another root than was signed", n)
	}
	if signed, err = open(last.Checkpoints["installation"], last.Verifier); err != nil {
		return 0, err
	}
	for _, l := range installation {
		if err := leads(l.Record, l.Seq, l.Proof, signed); err != nil {
			return 0, err
		}
	}
	return n + len(installation), nil
}

func checkProof(text string) error {
	var p struct {
		Record, Checkpoint, Verifier string
		Seq                          int64
		Proof                        []string
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	signed, err := open(p.Checkpoint, p.Verifier)
	if err != nil {
		return err
	}
	return leads(p.Record, p.Seq, p.Proof, signed)
}

type checkpoint struct {
	size int64
	root []byte
}

func open(text, key string) (c checkpoint, err error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return c, err
	}
	n, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil {
		return c, err
	}
	var origin, root string
	if _, err := fmt.Sscan(n.Text, &origin, &c.size, &root); err != nil {
		return c, err
	}
	c.root, err = base64.StdEncoding.DecodeString(root)
	return c, err
}

func node(l, r []byte) []byte {
	h := sha256.Sum256(append(append([]byte{1}, l...), r...))
	return h[:]
}

// leads follows a proof of inclusion as RFC 9162 section 2.1.3.2 says.
func leads(record string, seq int64, proof []string, signed checkpoint) error {
	first := sha256.Sum256([]byte("\x00" + record))
	h, at, last := first[:], seq, signed.size-1
	for _, p := range proof {
		b, err := base64.StdEncoding.DecodeString(p)
		if err != nil || last == 0 {
			return fmt.Errorf("record %d: a proof too long", seq)
		}
		if at&1 == 1 || at == last {
			h = node(b, h)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			h = node(h, b)
		}
		at, last = at>>1, last>>1
	}
	if last != 0 || !bytes.Equal(h, signed.root) {
		return fmt.Errorf("record %d is not in the log that was signed", seq)
	}
	return nil
}
