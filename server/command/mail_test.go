package command

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// postOffice is a mail server that hands every mail to the test.
func postOffice(t *testing.T) (addr string, arrived <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	mails := make(chan string, 20)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go takeMail(c, mails)
		}
	}()
	return l.Addr().String(), mails
}

func takeMail(c net.Conn, mails chan<- string) {
	defer c.Close()
	r := bufio.NewReader(c)
	io.WriteString(c, "220 test\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case verb == "QUIT":
			io.WriteString(c, "221 bye\r\n")
			return
		case verb == "DATA":
			io.WriteString(c, "354 go on\r\n")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(l, "."))
			}
			mails <- b.String()
			fallthrough
		default:
			io.WriteString(c, "250 ok\r\n")
		}
	}
}

// plainText is the text part of a mail.
func plainText(t *testing.T, raw string) (to, text string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(part))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header.Get("To"), string(b)
}

// TestMailArrives: what waited while there was no mail server leaves at the next start with one, what is
// asked for then leaves at once, and the links in both work.
func TestMailArrives(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not with -short")
	}
	dir := filepath.Join(t.TempDir(), "data")
	p := begin(t, nil, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	founder(p)
	p.end()
	port := freePort(t)
	base := "http://" + port
	var out bytes.Buffer
	if code := Run(t.Context(), []string{"user", "invite", "sam@northwind.example", "--tenant", "northwind-health", "--data", dir, "--base-url", base}, func(string) string { return "" }, &out, &out); code != 0 {
		t.Fatal(out.String())
	}
	addr, arrived := postOffice(t)
	p = begin(t, nil, "serve", "--data", dir, "--listen", port, "--base-url", base, "--smtp", "smtp+plain://"+addr, "--mail-from", "Assay <assay@northwind.example>")
	link := func(to, page string) string {
		for {
			raw := <-arrived
			who, text := plainText(t, raw)
			if found := regexp.MustCompile(`\S+/` + page + `#\S+`).FindString(text); found != "" && strings.Contains(who, to) {
				if !strings.HasPrefix(found, base+"/") {
					t.Errorf("the link leads to %s", found)
				}
				return found
			}
		}
	}
	v := visit(t, p.base)
	v.must(200, "POST", "/invitations/accept", map[string]string{"token": secretOf(link("sam@northwind.example", "join")), "name": "Sam", "password": password}, nil)
	v.must(http.StatusNoContent, "POST", "/password/reset-request", map[string]string{"email": "sam@northwind.example"}, nil)
	v.must(204, "POST", "/password/reset", map[string]string{"token": secretOf(link("sam@northwind.example", "reset")), "password": "another " + password}, nil)
	v.must(200, "POST", "/session", map[string]string{"email": "sam@northwind.example", "password": "another " + password}, nil)
	maria := visit(t, p.base)
	maria.must(200, "POST", "/session", map[string]string{"email": "maria@northwind.example", "password": password}, nil)
	maria.must(200, "POST", "/digest/send", nil, nil)
	for {
		who, text := plainText(t, <-arrived)
		if strings.Contains(who, "maria@northwind.example") && strings.Contains(text, "This is the digest of Northwind Health") {
			if !strings.Contains(text, base+"/o/northwind-health/work") {
				t.Errorf("the digest leads nowhere: %s", text)
			}
			break
		}
	}
	if code := p.end(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.out)
	}
}
