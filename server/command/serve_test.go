package command

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestShutdownLosesNothing asks the program to end while fifty people write and three watch: every write it
// has answered is there afterwards, each with its record, every stream ends, and it ends well.
func TestShutdownLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not with -short")
	}
	dir := filepath.Join(t.TempDir(), "data")
	p := begin(t, nil, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--log-level", "warn")
	v := founder(p)

	var streams sync.WaitGroup
	for range 3 {
		req, _ := http.NewRequest("GET", v.base+"/api/v1/events", nil)
		resp, err := (&http.Client{Jar: v.http.Jar}).Do(req)
		if err != nil || resp.StatusCode != 200 {
			t.Fatal(err, resp)
		}
		streams.Go(func() {
			defer resp.Body.Close()
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Errorf("a stream broke in place of ending: %v", err)
			}
		})
	}

	var mu sync.Mutex
	acked := map[string]bool{}
	enough := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 50 {
		writers.Go(func() {
			for i := 0; ; i++ {
				ref := fmt.Sprintf("W-%d-%d", w, i)
				var made struct{ ID string }
				status, err := v.do("POST", "/controls", map[string]any{"ref": ref, "title": "Control " + ref}, &made)
				if err != nil {
					if status == 429 { // not refused for the end's sake: come again
						time.Sleep(20 * time.Millisecond)
						continue
					}
					return
				}
				mu.Lock()
				if acked[made.ID] = true; len(acked) == 200 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	if code := p.end(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.out)
	}
	writers.Wait()
	streams.Wait()
	if s := p.out.String(); !strings.Contains(s, "Stopping: finishing what is under way.") || strings.Contains(s, "panic") {
		t.Errorf("it said:\n%s", s)
	}

	p = begin(t, nil, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--log-level", "warn")
	again := visit(t, p.base)
	again.must(200, "POST", "/session", map[string]string{"email": "maria@northwind.example", "password": password}, nil)
	lost := 0
	for id := range acked {
		for { // an address may ask only so much
			status, err := again.do("GET", "/controls/"+id, nil, nil)
			if status == 429 {
				time.Sleep(50 * time.Millisecond)
				continue
			}
			if err != nil {
				lost++
			}
			break
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged writes lost", lost, len(acked))
	}
	t.Logf("%d acknowledged writes, %d lost", len(acked), lost)
	p.end()
	var out bytes.Buffer
	if code := Run(t.Context(), []string{"doctor", "--data", dir}, func(string) string { return "" }, &out, &out); code != 0 {
		t.Errorf("doctor:\n%s", &out)
	}
}

// certificate writes a certificate for 127.0.0.1 and its key.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "assay.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	pk, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pk}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// H1, H2: TLS 1.2 and later with forward secrecy, HSTS, a cookie that belongs to this host, and a sentence
// for who speaks plain http.
func TestH1TLS(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process; not with -short")
	}
	dir := t.TempDir()
	cert, key := certificate(t, dir)
	port := freePort(t)
	base := "https://" + port
	p := begin(t, []string{"ASSAY_TLS_CERT=" + cert, "ASSAY_TLS_KEY=" + key}, "serve", "--data", filepath.Join(dir, "data"), "--listen", port, "--base-url", base)
	if p.base != base {
		t.Errorf("serves %s", p.base)
	}
	v := founder(p)
	v.must(200, "GET", "/session", nil, nil)
	if h := v.last.Header.Get("Strict-Transport-Security"); h != "max-age=63072000; includeSubDomains" {
		t.Errorf("HSTS %q", h)
	}
	if v.last.ProtoMajor != 2 {
		t.Errorf("spoke %s", v.last.Proto)
	}
	fresh := visit(t, base)
	fresh.must(200, "POST", "/session", map[string]string{"email": "maria@northwind.example", "password": password}, nil)
	if c := fresh.last.Header.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-") || !strings.Contains(c, "Secure") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=") {
		t.Errorf("cookie %q", c)
	}
	for version, works := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		c, err := tls.Dial("tcp", port, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if (err == nil) != works {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			c.Close()
		}
	}
	if c, err := tls.Dial("tcp", port, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_128_CBC_SHA}}); err == nil {
		c.Close()
		t.Error("a suite without forward secrecy was taken")
	}
	resp, err := http.Get("http://" + port)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := bufio.NewReader(resp.Body).ReadString('\n')
	resp.Body.Close()
	if resp.StatusCode != 400 || !strings.Contains(text, "HTTPS") {
		t.Errorf("plain http got %s %q", resp.Status, text)
	}
	var out bytes.Buffer
	if code := Run(t.Context(), []string{"healthcheck", "--listen", port}, func(string) string { return "" }, &out, &out); code != 0 {
		t.Errorf("healthcheck over TLS: %s", &out)
	}
	if code := p.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A machine without a temporary folder, as an empty container is, restores all the same: copies of organisations rest
// in the data directory alone.
func TestNoTemporaryFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	p := begin(t, nil, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	p.end()
	run := func(args ...string) {
		t.Helper()
		var out bytes.Buffer
		if code := Run(t.Context(), append(args, "--data", dir, "--backup", "file:"+dir+"-log"), func(string) string { return "" }, &out, &out); code != 0 {
			t.Fatal(out.String())
		}
	}
	run("tenant", "create", "acme", "--name", "Acme")
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	run("backup", "drill", "acme")
	run("restore", "acme", "--at", "1", "--reason", "Trial")
}
