// Package account is the door that people and programs with an access token
// come in by: passwords, two-step sign-in, sessions, tokens, mailed links.
//
// An account is one person's, whatever organisations they belong to; a
// membership says what they may do in one of them. Both are rows of the
// installation's database and are read again at every request: what an
// administrator takes away is gone with the next click.
package account

import (
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/alexedwards/scs/v2"

	"assay/server/account/password"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// Config is what the door needs from the rest of the program.
type Config struct {
	Store *storage.Store
	Post  *mail.Post
	Base  string       // how browsers reach this installation: https://assay.example
	Rand  io.Reader    // nil means crypto/rand
	Log   *slog.Logger // nil means nowhere
}

// Door lets people in.
type Door struct {
	store *storage.Store
	post  *mail.Post
	base  string
	rand  io.Reader
	log   *slog.Logger
	hash  *password.Hasher
	sm    *scs.SessionManager

	founding sync.Mutex // one first organisation, however many click the link
}

// New makes the door. Over https its cookie is bound to the host; plain http
// is for this machine's own browser only, and the cookie has an ordinary name.
func New(c Config) (*Door, error) {
	u, err := url.Parse(c.Base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("the base address must look like https://assay.example")
	}
	if c.Store == nil || c.Post == nil {
		return nil, errors.New("accounts need a store and a post")
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	d := &Door{store: c.Store, post: c.Post, base: u.Scheme + "://" + u.Host, rand: c.Rand, log: c.Log, hash: password.NewHasher(c.Rand)}
	d.post.Later("reset_requested", []string{"link"}, d.writeReset)
	d.sm = scs.New()
	d.sm.Store = &sessions{store: c.Store, log: c.Log}
	d.sm.Codec = codec{}
	d.sm.HashTokenInStore = true
	d.sm.Lifetime = Absolute // the store keeps the times, by the store's clock
	d.sm.Cookie.Name = "assay"
	d.sm.Cookie.Secure = u.Scheme == "https"
	if d.sm.Cookie.Secure {
		d.sm.Cookie.Name = "__Host-assay"
	}
	d.sm.Cookie.HttpOnly = true
	d.sm.Cookie.SameSite = http.SameSiteLaxMode
	d.sm.Cookie.Persist = false // gone when the browser closes
	return d, nil
}

// Tables of the installation's database that belong to accounts.
var owns = []string{"account", "recovery_code", "link", "token", "token_use", "session", "sign_in", "throttle", "auth_log"}

// Module is the part of the API about one's own account.
func (d *Door) Module() op.Module {
	own := op.OwnOnly("it is the caller's own")
	return op.Module{
		Name: "account", Present: true,
		Owns: owns,
		Also: []string{"membership", "tenant", "mail", "person"},
		Jobs: []op.Job{{Name: "tidy", Nightly: true, Control: true, Run: d.tidy}},
		Ops: []op.Op{
			op.Public("sign_in", "POST /session", d.signIn, op.Secret(), op.Doc("Sign in with e-mail address and password, and a code where two-step sign-in is on")),
			op.Public("door", "GET /door", d.look, op.Doc("Whether there is a session, and whether there is an organisation to sign in to yet. Pages ask this first: the answer is never an error")),
			op.Steps("session", "GET /session", op.Everyone, d.whoAmI, op.Doc("Who is signed in, where, and as what")),
			op.Public("sign_out", "DELETE /session", d.signOut, op.OwnOnly("it ends the caller's own session"), op.Doc("Sign out")),
			op.Steps("switch", "POST /session/tenant", op.Everyone, d.switchTenant, op.Doc("Go to another of one's organisations")),
			op.Steps("sessions", "GET /sessions", op.Everyone, d.listSessions, op.Doc("Where the account is signed in")),
			op.Steps("end_session", "DELETE /sessions/{id}", op.Everyone, d.endSession, own, op.Doc("End one of one's sessions")),
			op.Steps("end_other_sessions", "DELETE /sessions", op.Everyone, d.endOtherSessions, own, op.Doc("End all other sessions")),

			op.Steps("change_password", "POST /password", op.Everyone, d.changePassword, op.Doc("Change the password; all other sessions end")),
			op.Public("request_reset", "POST /password/reset-request", d.requestReset, op.Doc("Ask for a link to choose a new password. The answer is the same whether there is such an account or not")),
			op.Public("reset_password", "POST /password/reset", d.resetPassword, op.Doc("Choose a new password with a mailed link")),
			op.Public("link", "GET /links/{token}", d.lookAtLink, op.Doc("What a mailed link is for. Looking does not use it up")),
			op.Public("accept_invitation", "POST /invitations/accept", d.acceptInvitation, op.Doc("Join an organisation with a mailed link")),
			op.Public("set_up", "POST /setup", d.setUp, op.Doc("Make the first organisation and its administrator, with the link printed at the first start")),

			op.Steps("start_totp", "POST /mfa/totp", op.Everyone, d.startTOTP, op.Secret(), op.Doc("Begin two-step sign-in: the key for the authenticator app")),
			op.Steps("confirm_totp", "POST /mfa/totp/confirm", op.Everyone, d.confirmTOTP, op.Secret(), op.Doc("Turn two-step sign-in on with a first code; the recovery codes are shown once")),
			op.Steps("disable_totp", "DELETE /mfa/totp", op.Everyone, d.disableTOTP, own, op.Doc("Turn two-step sign-in off")),
			op.Steps("make_recovery_codes", "POST /mfa/recovery-codes", op.Everyone, d.newRecoveryCodes, op.Secret(), op.Doc("Make a new set of recovery codes; the old ones stop working")),

			op.Steps("tokens", "GET /tokens", op.Everyone, d.listTokens, op.Doc("One's own access tokens in this organisation")),
			op.Steps("create_token", "POST /tokens", op.Everyone, d.createToken, op.Secret(), op.Doc("Make an access token; it is shown once")),
			op.Steps("delete_token", "DELETE /tokens/{id}", op.Everyone, d.deleteToken, own, op.Doc("Delete one of one's access tokens")),
			op.Steps("update_profile", "PATCH /profile", op.Everyone, d.updateProfile, op.Unversioned("a person changes only their own profile"), op.Doc("Change one's name and preferences")),
			op.Steps("auth_log", "GET /auth-log", op.Everyone, d.ownAuthLog, op.Doc("What happened at the door with one's own account")),
		},
	}
}

// signedIn is the caller of an operation about their own account. A program
// with a token may not change who may come in.
func signedIn(sc *op.Scope) (op.Caller, error) {
	c := sc.Caller()
	if c.Session == "" {
		return c, op.Errorf(op.Forbidden, "This can only be done by a person who is signed in, not with an access token.")
	}
	return c, nil
}

// normal is how e-mail addresses are stored and compared.
func normal(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Wake sends what a write has queued. Modules that call Invite, SendInvitation
// or ResetMFA call it when their write is done.
func (d *Door) Wake() { d.post.Wake() }
