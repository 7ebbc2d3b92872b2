package account

import (
	"unicode/utf8"

	"assay/server/account/password"
	"assay/server/account/throttle"
	"assay/server/account/token"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

type changePassword struct {
	Body struct {
		Current  string `json:"current" maxLength:"1024" doc:"The password as it is now"`
		Password string `json:"password" maxLength:"1024" doc:"The new one: 15 to 128 characters, or from 8 with two-step sign-in"`
	}
}

func (d *Door) changePassword(sc *op.Scope, in changePassword) (struct{}, error) {
	none := struct{}{}
	c, err := signedIn(sc)
	if err != nil {
		return none, err
	}
	a, good, _, err := d.checkPassword(sc.Visit, c.Email, in.Body.Current, "password_changed")
	if err != nil {
		return none, err
	}
	var check op.Check
	check.That(good, "current", "This is not your password at the moment, or there were too many tries.")
	check.That(in.Body.Password != in.Body.Current, "password", "Choose a password that differs from the one you have.")
	if err := check.Err(); err != nil {
		return none, err
	}
	phc, err := d.newPassword(sc.Visit, a, in.Body.Password)
	if err != nil {
		return none, err
	}
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		if err := d.setPassword(tx, a, phc, in.Body.Password); err != nil {
			return err
		}
		if err := endSessions(tx, a.id, c.Session); err != nil {
			return err
		}
		return d.note(tx, sc.Visit, note{event: "password_changed", outcome: ok, account: a.id, tenant: c.Tenant, email: a.email})
	})
	if err != nil {
		return none, err
	}
	d.post.Wake()
	return none, d.renew(sc.Context())
}

// newPassword checks a password someone chose and makes its hash. It is slow,
// so no transaction is open around it.
func (d *Door) newPassword(v *op.Visit, a account, typed string) (phc string, err error) {
	var orgs []string
	err = v.ReadControl(func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT t.name FROM membership m JOIN tenant t ON t.id = m.tenant WHERE m.account = ?", a.id)
		if err != nil {
			return err
		}
		orgs, err = op.Scan(rows, func(r op.Row) (s string, err error) { return s, r.Scan(&s) })
		return err
	})
	if err != nil {
		return "", err
	}
	if p := problemWith(typed, a.mfa(), append(orgs, a.name, a.email)...); p != "" {
		return "", &op.Error{Kind: op.Invalid, Message: "Please choose another password.", Fields: map[string]string{"password": p}}
	}
	return d.hash.Hash(v.Context(), typed)
}

// setPassword stores a hash, opens the account again if it was stopped, and
// tells the owner.
func (d *Door) setPassword(tx *storage.WriteTx, a account, phc, typed string) error {
	long := utf8.RuneCountInString(typed) >= password.MinAlone
	if err := tx.ExecOne("UPDATE account SET password = ?2, password_long = ?3, password_at = ?4, updated_at = ?4 WHERE id = ?1", a.id, phc, long, tx.Stamp()); err != nil {
		return err
	}
	if err := forget(tx, throttleKey("password", a.email)); err != nil {
		return err
	}
	if a.password == "" {
		return nil // the first one is no change to warn of
	}
	return d.post.Put(tx, "password_changed", "", mail.PasswordChanged(tx.Now(), d.base).To(a.email))
}

// endSessions ends every session of an account but one.
func endSessions(tx *storage.WriteTx, account, keep string) error {
	return tx.Exec("DELETE FROM session WHERE account = ? AND id <> ?", account, keep)
}

type requestReset struct {
	Body struct {
		Email string `json:"email" maxLength:"254"`
	}
}

// requestReset answers everybody alike, in the same time: what differs is done
// when the mail is written. One goes out in either case, to tell a person who
// mistook the address.
func (d *Door) requestReset(v *op.Visit, in requestReset) (struct{}, error) {
	email := normal(in.Body.Email)
	var check op.Check
	check.Required(email, "email")
	check.Email(email, "email")
	if err := check.Err(); err != nil {
		return struct{}{}, err
	}
	err := v.WriteControl(func(tx *storage.WriteTx) error {
		if err := knock(tx, v.IP()); err != nil {
			return err
		}
		a, _, err := byEmail(&tx.ReadTx, email)
		if err != nil {
			return err
		}
		e := note{event: "reset_requested", outcome: ok, account: a.id, email: email}
		wait, err := take(tx, throttleKey("reset", email), throttle.PerMail)
		if err != nil {
			return err
		}
		if wait > 0 { // the mails of the last minutes are still good
			e.outcome, e.detail = refused, "waiting"
			return d.note(tx, v, e)
		}
		if err := d.post.PutLater(tx, "reset_requested", email); err != nil {
			return err
		}
		return d.note(tx, v, e)
	})
	d.post.Wake()
	return struct{}{}, err
}

// writeReset is the mail that a request for a new password leads to.
func (d *Door) writeReset(tx *storage.WriteTx, to string) (kind string, m mail.Message, err error) {
	a, found, err := byEmail(&tx.ReadTx, to)
	if err != nil {
		return "", m, err
	}
	if !found || a.password == "" {
		return "no_account", mail.NoAccount().To(to), nil
	}
	url, until, err := d.newLink(tx, token.Reset, link{account: a.id})
	return "reset", mail.Reset(url, until).To(to), err
}

type resetPassword struct {
	Body struct {
		Token    string `json:"token" maxLength:"100"`
		Password string `json:"password" maxLength:"1024"`
	}
}

// resetPassword is done with a mailed link. All sessions end; two-step sign-in
// stays as it is.
func (d *Door) resetPassword(v *op.Visit, in resetPassword) (struct{}, error) {
	none := struct{}{}
	var l link
	var a account
	err := v.WriteControl(func(tx *storage.WriteTx) (err error) {
		if err := knock(tx, v.IP()); err != nil {
			return err
		}
		if l, err = findLink(&tx.ReadTx, in.Body.Token, token.Reset); err != nil {
			return err
		}
		a, err = byID(&tx.ReadTx, l.account)
		return err
	})
	if err != nil {
		return none, err
	}
	phc, err := d.newPassword(v, a, in.Body.Password)
	if err != nil {
		return none, err
	}
	err = v.WriteControlAs(storage.Actor{Kind: "account", ID: a.id}, "", func(tx *storage.WriteTx) error {
		if err := useLink(tx, l); err != nil {
			return err
		}
		if err := d.setPassword(tx, a, phc, in.Body.Password); err != nil {
			return err
		}
		if err := endSessions(tx, a.id, ""); err != nil {
			return err
		}
		return d.note(tx, v, note{event: "password_reset", outcome: ok, account: a.id, email: a.email})
	})
	d.post.Wake()
	return none, err
}

// mailReset makes the password of an account unusable until a new one is chosen
// with the mailed link.
func (d *Door) mailReset(tx *storage.WriteTx, a account) error {
	url, until, err := d.newLink(tx, token.Reset, link{account: a.id})
	if err != nil {
		return err
	}
	if err := tx.ExecOne("UPDATE account SET password = 'none', updated_at = ?2 WHERE id = ?1", a.id, tx.Stamp()); err != nil {
		return err
	}
	return d.post.Put(tx, "reset", "", mail.Reset(url, until).To(a.email))
}
