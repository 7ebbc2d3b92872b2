package account

import (
	"database/sql"
	"errors"
	"time"

	"assay/server/account/token"
	"assay/server/op"
	"assay/storage"
)

// link is a row of the table link: what a mailed address may do, once.
type link struct {
	id         string
	kind       token.Kind
	account    string
	membership string
	tenant     string
	expires    string
	used       string
}

// pages are where the links of mails lead. The secret stands behind a #, which
// browsers keep to themselves: it is in no log and no Referer.
var pages = map[token.Kind]string{token.Setup: "/setup#", token.Reset: "/reset#", token.Invitation: "/join#"}

// newLink makes a link and gives its address. Older links for the same thing
// stop working.
func (d *Door) newLink(tx *storage.WriteTx, kind token.Kind, l link) (url string, until time.Time, err error) {
	secret, err := token.NewLink(d.rand)
	if err != nil {
		return "", until, err
	}
	if err := tx.Exec("DELETE FROM link WHERE kind = ? AND account = ? AND membership = ? AND used_at = ''", kind, l.account, l.membership); err != nil {
		return "", until, err
	}
	until = tx.Now().Add(kind.Lifetime())
	err = tx.Exec("INSERT INTO link (id, kind, hash, account, membership, tenant, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		tx.NewID(), kind, token.Hash(secret), l.account, l.membership, l.tenant, tx.Stamp(), until.UTC().Format(storage.Instant))
	return d.base + pages[kind] + secret, until, err
}

// findLink reads a link that still works, or says why it does not.
func findLink(tx *storage.ReadTx, secret string, kinds ...token.Kind) (l link, err error) {
	err = tx.QueryRow("SELECT id, kind, account, membership, tenant, expires_at, used_at FROM link WHERE hash = ?", token.Hash(secret)).
		Scan(&l.id, &l.kind, &l.account, &l.membership, &l.tenant, &l.expires, &l.used)
	if errors.Is(err, sql.ErrNoRows) {
		return l, op.Errorf(op.NotFound, "This link is not known here. A newer one may have replaced it: use the link of the latest mail.")
	}
	if err != nil {
		return l, err
	}
	right := len(kinds) == 0
	for _, k := range kinds {
		right = right || k == l.kind
	}
	switch {
	case !right:
		return l, op.Errorf(op.NotFound, "This link is for something else.")
	case l.used != "":
		return l, op.Errorf(op.Conflict, "This link was used already. %s", again(l.kind))
	case l.expires <= tx.Stamp():
		at, _ := time.Parse(storage.Instant, l.expires)
		return l, op.Errorf(op.Conflict, "This link expired on %s. %s", at.Format("2 January 2006 at 15:04 UTC"), again(l.kind))
	}
	return l, nil
}

// again says how to come by another link.
func again(k token.Kind) string {
	switch k {
	case token.Reset:
		return "Ask for a new one on the sign-in page."
	case token.Invitation:
		return "If you have joined already, sign in; otherwise ask the person who invited you to send it again."
	}
	return "If the organisation was made with it, sign in; otherwise start the program again to get a new one."
}

// useLink uses a link up. Of many who come at once, one gets through.
func useLink(tx *storage.WriteTx, l link) error {
	n, err := tx.ExecN("UPDATE link SET used_at = ?2 WHERE id = ?1 AND used_at = '' AND expires_at > ?2", l.id, tx.Stamp())
	if err == nil && n == 0 {
		err = op.Errorf(op.Conflict, "This link was used already. %s", again(l.kind))
	}
	return err
}

// LinkView is what a link's page needs to know.
type LinkView struct {
	Kind         string `json:"kind" enum:"setup,reset,invitation"`
	Email        string `json:"email"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
	HasAccount   bool   `json:"has_account" doc:"The person has a password already and signs in with it"`
	MFA          bool   `json:"mfa" doc:"A code is asked as well"`
	ExpiresAt    string `json:"expires_at"`
}

type linkIn struct {
	Token string `path:"token" maxLength:"100"`
}

// lookAtLink says what a link is for. Mail programs open links to look at them:
// looking changes nothing.
func (d *Door) lookAtLink(v *op.Visit, in linkIn) (out LinkView, err error) {
	err = v.ReadControl(func(tx *storage.ReadTx) error {
		l, err := findLink(tx, in.Token)
		if err != nil {
			return err
		}
		out = LinkView{Kind: string(l.kind), ExpiresAt: l.expires}
		if l.account != "" {
			a, err := byID(tx, l.account)
			if err != nil {
				return err
			}
			out.Email, out.Name, out.HasAccount, out.MFA = a.email, a.name, a.password != "", a.mfa()
		}
		if l.tenant != "" {
			if err := tx.QueryRow("SELECT name FROM tenant WHERE id = ?", l.tenant).Scan(&out.Organisation); err != nil {
				return err
			}
		}
		if l.membership != "" {
			return tx.QueryRow("SELECT role FROM membership WHERE id = ?", l.membership).Scan(&out.Role)
		}
		return nil
	})
	return out, err
}
