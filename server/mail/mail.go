// Package mail writes and sends the product's mails.
//
// A letter is written once and sent in two forms, text and HTML. It is queued
// in the transaction that causes it and leaves later, from a job: no mail
// without its change, no change that waits for a mail server.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// A Message is one mail to one person.
type Message struct {
	ID      string // names the mail in its Message-ID, so that a mail sent twice is seen as one
	To      string
	Subject string
	Text    string
	HTML    string
}

// A Sender takes a message off our hands. An error means that it did not, and
// that it may be tried again unless Permanent says otherwise.
type Sender interface {
	Send(context.Context, Message) error
}

// Permanent says whether trying again is useless: the server refused the
// message or its address for good.
func Permanent(err error) bool {
	var e *gomail.SendError
	if errors.As(err, &e) {
		return !e.IsTemp() && e.ErrorCode() >= 500
	}
	return errors.Is(err, errAddress)
}

var errAddress = errors.New("the address cannot be written to")

// The ways to reach a mail server.
const (
	StartTLS = "starttls" // required; a server that does not offer it gets nothing
	TLS      = "tls"      // from the first byte, port 465
	Plain    = "plain"    // in the clear; only for a server on this machine or a trusted network
)

// SMTP sends through a mail server.
type SMTP struct {
	Host     string
	Port     int
	User     string // empty means no authentication
	Password string
	Security string // StartTLS, TLS or Plain; empty means StartTLS
	From     mail.Address
	Timeout  time.Duration // for the whole conversation; zero means 30 seconds
}

// ParseSMTP reads smtps://user:password@host:465, smtp://user:password@host:587
// (STARTTLS required) or smtp+plain://host:25, and the address mails come from.
func ParseSMTP(address, from string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("the mail server's address must look like smtp://user:password@host:587, smtps://host:465 or smtp+plain://localhost:25")
	}
	s := &SMTP{Host: u.Hostname(), User: u.User.Username()}
	s.Password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		s.Security, s.Port = StartTLS, 587
	case "smtps":
		s.Security, s.Port = TLS, 465
	case "smtp+plain":
		s.Security, s.Port = Plain, 25
	default:
		return nil, fmt.Errorf("the mail server's address starts with %q; use smtp, smtps or smtp+plain", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if s.Port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("the mail server's port %q is not a number", p)
		}
	}
	if s.Security == Plain && s.User != "" {
		return nil, errors.New("a password is never sent in the clear: use smtp:// or smtps:// with a user")
	}
	a, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("the sender %q is not a mail address", from)
	}
	s.From = *a
	_, err = s.dialer(time.Second)
	return s, err
}

// dialer is a client for one message, which gives up after patience.
func (s *SMTP) dialer(patience time.Duration) (*gomail.Client, error) {
	opts := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(patience), gomail.WithHELO(s.domain())}
	switch s.Security {
	case TLS:
		opts = append(opts, gomail.WithSSL())
	case Plain:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(s.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("set up the mail server %s: %w", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), err)
	}
	return c, nil
}

// Send opens a connection, sends the message and closes it again.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(s.From.Name, s.From.Address); err != nil {
		return fmt.Errorf("%w: %w", errAddress, err)
	}
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("%w: %w", errAddress, err)
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDate()
	// Our own: the library's would tell the name of the machine.
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	patience := 30 * time.Second
	if s.Timeout > 0 {
		patience = s.Timeout
	}
	c, err := s.dialer(patience)
	if err != nil {
		return err
	}
	// The library looks at the context only while it connects. A silent server
	// must not hold up a shutdown, so the conversation is left to end by itself.
	done := make(chan error, 1)
	go func() { done <- c.DialAndSendWithContext(ctx, msg) }()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

// domain is the part of the sender's address behind the at sign.
func (s *SMTP) domain() string {
	_, d, _ := strings.Cut(s.From.Address, "@")
	return d
}

// oneLine takes out what could start another header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }), " ")
}
