package mail

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a mail server that keeps what it is given. refuse maps a command
// to the answer it gets instead of 250.
type server struct {
	addr   string
	refuse map[string]string

	mu   sync.Mutex
	from []string
	to   []string
	data []string
}

func listen(t *testing.T, refuse map[string]string) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{addr: l.Addr().String(), refuse: refuse}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) talk(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	say := func(line string) { io.WriteString(c, line+"\r\n") }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		if no := s.refuse[verb]; no != "" {
			say(no)
			continue
		}
		s.mu.Lock()
		switch verb {
		case "EHLO":
			say("250-test\r\n250 8BITMIME")
		case "MAIL":
			s.from = append(s.from, line)
			say("250 ok")
		case "RCPT":
			s.to = append(s.to, line)
			say("250 ok")
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(l, "."))
			}
			s.data = append(s.data, b.String())
			say("250 ok")
		case "QUIT":
			say("221 bye")
			s.mu.Unlock()
			return
		default:
			say("250 ok")
		}
		s.mu.Unlock()
	}
}

func (s *server) client(t *testing.T) *SMTP {
	t.Helper()
	c, err := ParseSMTP("smtp+plain://"+s.addr, "Assay <no-reply@assay.example>")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSend(t *testing.T) {
	s := listen(t, nil)
	m := Invited("Maria López", "Northwind Health", "auditor", "https://assay.example/join/AbC", time.Date(2026, 5, 11, 9, 30, 0, 0, time.UTC)).To("sam@northwind.example")
	m.ID = "row7"
	if err := s.client(t).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if len(s.data) != 1 || len(s.to) != 1 || !strings.Contains(s.to[0], "<sam@northwind.example>") {
		t.Fatalf("%q %q", s.to, s.data)
	}
	got, err := mail.ReadMessage(strings.NewReader(s.data[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if subject != "Maria López invites you to Northwind Health on Assay" {
		t.Errorf("subject %q", subject)
	}
	if id := got.Header.Get("Message-ID"); id != "<row7@assay.example>" {
		t.Errorf("Message-ID %q", id)
	}
	if got.Header.Get("Auto-Submitted") != "auto-generated" || got.Header.Get("User-Agent") != "" {
		t.Errorf("headers %v", got.Header)
	}
	kind, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s %v", kind, err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for _, want := range []string{"text/plain", "text/html"} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || !strings.HasPrefix(p.Header.Get("Content-Type"), want) {
			t.Errorf("%s: %v", p.Header.Get("Content-Type"), err)
		}
		for _, s := range []string{"https://assay.example/join/AbC", "11 May 2026, 09:30 UTC", "Maria López"} {
			if !strings.Contains(string(body), s) {
				t.Errorf("%s lacks %q:\n%s", want, s, body)
			}
		}
	}
}

func TestNoHeaderInjection(t *testing.T) {
	s := listen(t, nil)
	evil := "Eve\r\nBcc: all@northwind.example\r\n\r\nhello"
	m := Invited(evil, evil, "user", "https://assay.example/x", time.Now()).To("sam@northwind.example")
	m.ID = "row8"
	if err := s.client(t).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(strings.NewReader(s.data[0]))
	if err != nil || got.Header.Get("Bcc") != "" || len(s.to) != 1 {
		t.Errorf("%v %v %q", err, got.Header, s.to)
	}
	m.To = "sam@northwind.example\r\nRCPT TO:<all@northwind.example>"
	if err := s.client(t).Send(t.Context(), m); err == nil || !Permanent(err) {
		t.Errorf("an address of two lines: %v", err)
	}
	if len(s.to) != 1 {
		t.Errorf("%q", s.to)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name      string
		refuse    map[string]string
		permanent bool
	}{
		{"no such person", map[string]string{"RCPT": "550 no such person"}, true},
		{"try later", map[string]string{"RCPT": "451 try later"}, false},
		{"sender refused", map[string]string{"MAIL": "554 not you"}, true},
	} {
		err := listen(t, c.refuse).client(t).Send(t.Context(), Message{ID: "x", To: "sam@northwind.example", Subject: "s", Text: "t"})
		if err == nil || Permanent(err) != c.permanent {
			t.Errorf("%s: %v, permanent %v", c.name, err, Permanent(err))
		}
	}
	dead, err := ParseSMTP("smtp+plain://127.0.0.1:1", "a@b.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := dead.Send(t.Context(), Message{ID: "x", To: "sam@northwind.example", Text: "t"}); err == nil || Permanent(err) {
		t.Errorf("no server: %v", err)
	}
}

// A server without STARTTLS gets nothing when it was promised, and a silent
// server does not hold a job for ever.
func TestTLSIsRequiredAndSilenceEnds(t *testing.T) {
	s := listen(t, nil)
	c, err := ParseSMTP("smtp://"+s.addr, "no-reply@assay.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Send(t.Context(), Message{ID: "x", To: "sam@northwind.example", Text: "t"}); err == nil || len(s.from) != 0 {
		t.Errorf("sent in the clear: %v %q", err, s.from)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	quiet := (&server{addr: l.Addr().String()}).client(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := quiet.Send(ctx, Message{ID: "x", To: "sam@northwind.example", Text: "t"}); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a silent server: %v", err)
	}
}

func TestParseSMTP(t *testing.T) {
	for in, want := range map[string]SMTP{
		"smtp://user:pa%40ss@mail.example": {Host: "mail.example", Port: 587, User: "user", Password: "pa@ss", Security: StartTLS},
		"smtps://mail.example":             {Host: "mail.example", Port: 465, Security: TLS},
		"smtp+plain://localhost:2525":      {Host: "localhost", Port: 2525, Security: Plain},
	} {
		got, err := ParseSMTP(in, "a@b.example")
		if err != nil || got.Host != want.Host || got.Port != want.Port || got.User != want.User || got.Password != want.Password || got.Security != want.Security {
			t.Errorf("%s: %+v %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "mail.example:25", "http://mail.example", "smtp://", "smtp+plain://user:secret@mail.example"} {
		_, err := ParseSMTP(bad, "a@b.example")
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := ParseSMTP("smtp://mail.example", "nobody"); err == nil {
		t.Error("a sender without an address")
	}
}

// Every letter has both forms, loads nothing and escapes what people type.
func TestLetters(t *testing.T) {
	now, link := time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC), "https://assay.example/link"
	name := `<b>Eve</b> & "Co"`
	for _, l := range []Letter{
		Invited(name, name, "user", link, now), Reset(link, now), NoAccount(), Founded(name, link), PasswordChanged(now, link), MFAEnabled(now, link),
		MFADisabled(now, "", link), MFADisabled(now, name, link), RecoveryCodeUsed(now, 9, link), NewDevice(now, name, "192.0.2.7", link), Locked(link, now), Joined(name, name, "admin", link),
	} {
		m := l.To("sam@northwind.example")
		if m.Subject == "" || m.Text == "" || !strings.Contains(m.HTML, "prefers-color-scheme") {
			t.Errorf("%+v", m)
		}
		for _, bad := range []string{"<b>Eve", "<img", "<script", "@import", "src="} {
			if strings.Contains(m.HTML, bad) {
				t.Errorf("%s holds %q", l.Subject, bad)
			}
		}
	}
}
