package mail

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// A Letter is what a mail says. Both its forms are made from it.
type Letter struct {
	Subject string
	Lines   []string // paragraphs
	Parts   []Part   // lists below them
	Exact   string   // lines to be kept or copied as they are
	Button  string   // what the link does: "Choose a new password"
	URL     string
	Notes   []string // smaller, below: until when, and what to do if it was not you
}

// A Part is a list of a letter, with a heading if it needs one.
type Part struct {
	Title string
	Items []Item
}

// An Item leads to what it speaks of.
type Item struct {
	Text string
	Note string // smaller, behind it: until when, who
	URL  string // empty for none
}

// To addresses the letter.
func (l Letter) To(address string) Message {
	return Message{To: address, Subject: oneLine(l.Subject), Text: l.text(), HTML: l.html()}
}

// Invited asks a person to join an organisation. A person who has an account
// already signs in with it; nobody gets a second one.
func Invited(by, organisation, role, url string, until time.Time) Letter {
	return Letter{
		Subject: fmt.Sprintf("%s invites you to %s on Assay", by, organisation),
		Lines: []string{
			fmt.Sprintf("%s has invited you to join %s on Assay, as %s.", by, organisation, role),
			"Assay is where the organisation keeps its compliance program: frameworks, controls and the evidence for them.",
		},
		Button: "Accept the invitation", URL: url,
		Notes: []string{"The link works once, until " + instant(until) + ".", "If you did not expect this invitation, you can ignore it: nothing happens."},
	}
}

// Reset carries the link to choose a new password.
func Reset(url string, until time.Time) Letter {
	return Letter{
		Subject: "Choose a new password for Assay",
		Lines:   []string{"Somebody, hopefully you, asked for a new password for your Assay account."},
		Button:  "Choose a new password", URL: url,
		Notes: []string{"The link works once, until " + instant(until) + ".", "If it was not you, you can ignore this mail: your password stays as it is."},
	}
}

// NoAccount answers a request for a new password at an address that has no
// account, so that a person who mistook the address knows, and a stranger who
// asks learns nothing.
func NoAccount() Letter {
	return Letter{
		Subject: "There is no Assay account for this address",
		Lines: []string{
			"Somebody, hopefully you, asked for a new password for an Assay account with this mail address. There is none.",
			"If you have an account with another address, ask again with that one. Otherwise ask an administrator of your organisation for an invitation.",
		},
	}
}

// Founded goes to the first administrator. It is also how they see that mail
// works and that the address is right.
func Founded(organisation, url string) Letter {
	return Letter{
		Subject: organisation + " is set up on Assay",
		Lines: []string{
			fmt.Sprintf("You are the first administrator of %s. Sign in with this mail address and the password you chose.", organisation),
			"This mail shows that the installation can send mail and that your address is right: links to choose a new password come here.",
		},
		Button: "Open Assay", URL: url,
	}
}

// PasswordChanged tells the owner, who may not have done it.
func PasswordChanged(at time.Time, url string) Letter {
	return warned("Your Assay password was changed", "Your password was changed on "+instant(at)+". All other sessions were ended.", url)
}

// MFAEnabled tells that two-step sign-in is on.
func MFAEnabled(at time.Time, url string) Letter {
	return warned("Two-step sign-in is on", "Two-step sign-in was turned on for your Assay account on "+instant(at)+". Keep your recovery codes in a safe place.", url)
}

// MFADisabled tells that two-step sign-in is off; by says who did it when it
// was not the person.
func MFADisabled(at time.Time, by, url string) Letter {
	how := "was turned off"
	if by != "" {
		how = "was turned off by " + by
	}
	return warned("Two-step sign-in is off", "Two-step sign-in "+how+" for your Assay account on "+instant(at)+".", url)
}

// RecoveryCodeUsed tells how many codes are left.
func RecoveryCodeUsed(at time.Time, left int, url string) Letter {
	return warned("A recovery code was used", fmt.Sprintf("A recovery code was used to sign in to your Assay account on %s. %d are left; you can make a new set in your profile.", instant(at), left), url)
}

// NewDevice tells of a sign-in from a browser not seen before.
func NewDevice(at time.Time, device, address, url string) Letter {
	return warned("New sign-in to Assay", fmt.Sprintf("Your account was used to sign in on %s from %s (network address %s).", instant(at), device, address), url)
}

// Locked tells that too many wrong passwords closed the account.
func Locked(url string, until time.Time) Letter {
	return Letter{
		Subject: "Your Assay account is closed for sign-in",
		Lines:   []string{"A wrong password was tried 100 times in a row for your account, so it accepts none any more. Choosing a new password opens it again."},
		Button:  "Choose a new password", URL: url,
		Notes: []string{"The link works once, until " + instant(until) + ". You can ask for another one on the sign-in page at any time."},
	}
}

// Joined tells a person with an account that another organisation added them.
func Joined(by, organisation, role, url string) Letter {
	return Letter{
		Subject: fmt.Sprintf("You are now a member of %s on Assay", organisation),
		Lines:   []string{fmt.Sprintf("You joined %s as %s, invited by %s. You find it in the switcher beside your other organisations.", organisation, role, by)},
		Button:  "Open Assay", URL: url,
	}
}

func warned(subject, line, url string) Letter {
	return Letter{
		Subject: subject, Lines: []string{line},
		Notes: []string{"If this was you, there is nothing to do. If not, choose a new password at once and tell an administrator of your organisation: " + url},
	}
}

func instant(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

func (l Letter) text() string {
	var b strings.Builder
	for _, s := range l.Lines {
		b.WriteString(oneLine(s) + "\n\n")
	}
	for _, p := range l.Parts {
		if p.Title != "" {
			b.WriteString(oneLine(p.Title) + "\n")
		}
		for _, i := range p.Items {
			b.WriteString("- " + oneLine(i.Text))
			if i.Note != "" {
				b.WriteString(" (" + oneLine(i.Note) + ")")
			}
			b.WriteString("\n")
			if i.URL != "" {
				b.WriteString("  " + i.URL + "\n")
			}
		}
		b.WriteString("\n")
	}
	if l.Exact != "" {
		b.WriteString(strings.TrimRight(l.Exact, "\n") + "\n\n")
	}
	if l.URL != "" {
		b.WriteString(l.Button + ":\n" + l.URL + "\n\n")
	}
	for _, s := range l.Notes {
		b.WriteString(oneLine(s) + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n\n-- \nAssay\n"
}

func (l Letter) html() string {
	var b strings.Builder
	if err := page.Execute(&b, l); err != nil {
		panic(err) // the template and its data are ours: every letter is written in a test
	}
	return b.String()
}

// page has no image, no script, nothing to load: it looks the same offline and
// tells nobody that it was opened. Styles stand inline because mail programs
// drop the rest; the few in <style> only add dark colours where they are kept.
var page = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{.Subject}}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #14171a !important; }
  .card { background: #1d2125 !important; border-color: #343a40 !important; }
  .ink { color: #e6e9ec !important; }
  .soft { color: #a9b1b9 !important; }
  .rule { border-color: #343a40 !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f4f5f3">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="page" style="background:#f4f5f3">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px">
<tr><td class="soft" style="padding:0 4px 16px;font:600 15px/1.4 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#4d565e">Assay</td></tr>
<tr><td class="card" style="background:#ffffff;border:1px solid #dfe3e0;border-radius:10px;padding:32px">
<h1 class="ink" style="margin:0 0 16px;font:600 21px/1.35 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b2126">{{.Subject}}</h1>
{{range .Lines}}<p class="ink" style="margin:0 0 16px;font:400 16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b2126">{{.}}</p>
{{end}}{{range .Parts}}{{if .Title}}<h2 class="ink" style="margin:24px 0 8px;font:600 16px/1.4 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b2126">{{.Title}}</h2>
{{end}}<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 16px">
{{range .Items}}<tr><td class="rule ink" style="padding:8px 0;border-top:1px solid #dfe3e0;font:400 16px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b2126">{{if .URL}}<a class="ink" href="{{.URL}}" style="color:#1b2126">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{if .Note}}<br><span class="soft" style="font-size:14px;color:#5c666e">{{.Note}}</span>{{end}}</td></tr>
{{end}}</table>
{{end}}{{if .Exact}}<pre class="rule ink" style="margin:0 0 16px;padding:12px;border:1px solid #dfe3e0;border-radius:8px;overflow-x:auto;font:400 12px/1.5 ui-monospace,Menlo,Consolas,monospace;color:#1b2126">{{.Exact}}</pre>
{{end}}{{if .URL}}<p style="margin:24px 0"><a href="{{.URL}}" style="display:inline-block;background:#0f5c4d;color:#ffffff;text-decoration:none;border-radius:8px;padding:12px 20px;font:600 16px/1.25 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">{{.Button}}</a></p>
<p class="soft" style="margin:0 0 16px;font:400 13px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#5c666e;word-break:break-all">Or open this address: {{.URL}}</p>
{{end}}{{if .Notes}}<div class="rule" style="border-top:1px solid #dfe3e0;margin-top:24px;padding-top:16px">
{{range .Notes}}<p class="soft" style="margin:0 0 8px;font:400 14px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#5c666e">{{.}}</p>
{{end}}</div>{{end}}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`))
