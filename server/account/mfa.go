package account

import (
	"encoding/base64"

	"assay/server/account/throttle"
	"assay/server/account/totp"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

type totpStart struct {
	Secret string `json:"secret" doc:"For typing into an app without a camera"`
	URL    string `json:"url" doc:"otpauth address"`
	QR     string `json:"qr" doc:"The address as a picture, a data URL"`
}

type withPassword struct {
	Body struct {
		Password string `json:"password" maxLength:"1024"`
	}
}

// startTOTP makes a key that counts once a code of it was confirmed. The
// password is asked again: an open laptop is not enough.
func (d *Door) startTOTP(sc *op.Scope, in withPassword) (out totpStart, err error) {
	c, err := d.confirmed(sc, in.Body.Password, "mfa_enabled")
	if err != nil {
		return out, err
	}
	k, err := totp.NewKey(d.rand, "Assay", c.Email)
	if err != nil {
		return out, err
	}
	png, err := k.PNG(280)
	if err != nil {
		return out, err
	}
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		a, err := byID(&tx.ReadTx, c.Account)
		if err != nil {
			return err
		}
		if a.mfa() {
			return op.Errorf(op.Conflict, "Two-step sign-in is on already. Turn it off first to use another app.")
		}
		sealed, err := tx.Seal("account", "totp_pending", a.id, []byte(k.Secret))
		if err != nil {
			return err
		}
		return tx.ExecOne("UPDATE account SET totp_pending = ?2, updated_at = ?3 WHERE id = ?1", a.id, sealed, tx.Stamp())
	})
	return totpStart{k.Secret, k.URL, "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)}, err
}

// confirmed is the caller after showing the password once more.
func (d *Door) confirmed(sc *op.Scope, typed, event string) (op.Caller, error) {
	c, err := signedIn(sc)
	if err != nil {
		return c, err
	}
	_, good, _, err := d.checkPassword(sc.Visit, c.Email, typed, event)
	if err == nil && !good {
		err = &op.Error{Kind: op.Invalid, Message: "Please correct the marked fields.", Fields: map[string]string{"password": "This is not your password, or there were too many tries."}}
	}
	return c, err
}

type recoveryCodes struct {
	Codes []string `json:"recovery_codes" doc:"Each works once. They are not shown again"`
}

type withCode struct {
	Body struct {
		Code string `json:"code" maxLength:"12"`
	}
}

func (d *Door) confirmTOTP(sc *op.Scope, in withCode) (out recoveryCodes, err error) {
	c, err := signedIn(sc)
	if err != nil {
		return out, err
	}
	if out.Codes, err = totp.RecoveryCodes(d.rand); err != nil {
		return out, err
	}
	var answer error
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		a, err := byID(&tx.ReadTx, c.Account)
		if err != nil {
			return err
		}
		if a.pending == "" {
			return op.Errorf(op.Conflict, "There is no key to confirm. Begin again.")
		}
		wait, err := take(tx, throttleKey("code", a.id), throttle.PerCode)
		if err != nil {
			return err
		}
		if answer = tooSoon(wait); answer != nil {
			return nil
		}
		seed, err := tx.Unseal("account", "totp_pending", a.id, a.pending)
		if err != nil {
			return err
		}
		step, right := totp.Verify(string(seed), in.Body.Code, tx.Now(), 0)
		if !right {
			answer = &op.Error{Kind: op.Invalid, Message: "Please correct the marked fields.", Fields: map[string]string{"code": "This code is not right. Check that the clock of your phone is."}}
			return d.note(tx, sc.Visit, note{event: "mfa_enabled", outcome: refused, account: a.id, tenant: c.Tenant, email: a.email, detail: "wrong_code"})
		}
		sealed, err := tx.Seal("account", "totp", a.id, seed)
		if err != nil {
			return err
		}
		if err := tx.ExecOne("UPDATE account SET totp = ?2, totp_pending = '', updated_at = ?3 WHERE id = ?1", a.id, sealed, tx.Stamp()); err != nil {
			return err
		}
		if err := rememberStep(tx, a.id, step); err != nil {
			return err
		}
		if err := storeCodes(tx, a.id, out.Codes); err != nil {
			return err
		}
		if err := endSessions(tx, a.id, c.Session); err != nil {
			return err
		}
		if err := d.post.Put(tx, "mfa_enabled", "", mail.MFAEnabled(tx.Now(), d.base).To(a.email)); err != nil {
			return err
		}
		return d.note(tx, sc.Visit, note{event: "mfa_enabled", outcome: ok, account: a.id, tenant: c.Tenant, email: a.email})
	})
	if err == nil {
		err = answer
	}
	if err != nil {
		return recoveryCodes{}, err
	}
	d.post.Wake()
	return out, d.renew(sc.Context())
}

// storeCodes replaces the recovery codes of an account.
func storeCodes(tx *storage.WriteTx, account string, codes []string) error {
	if err := tx.Exec("DELETE FROM recovery_code WHERE account = ?", account); err != nil {
		return err
	}
	for _, code := range codes {
		if err := tx.Exec("INSERT INTO recovery_code (id, account, hash) VALUES (?, ?, ?)", tx.NewID(), account, totp.HashCode(code)); err != nil {
			return err
		}
	}
	return nil
}

type withBoth struct {
	Body struct {
		Password     string `json:"password" maxLength:"1024"`
		Code         string `json:"code,omitempty" maxLength:"12"`
		RecoveryCode string `json:"recovery_code,omitempty" maxLength:"40"`
	}
}

// secondFactor shows password and code once more, then does what they are for
// in the same transaction.
func (d *Door) secondFactor(sc *op.Scope, in withBoth, event string, fn func(*storage.WriteTx, account) error) error {
	c, err := d.confirmed(sc, in.Body.Password, event)
	if err != nil {
		return err
	}
	var answer error
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		a, err := byID(&tx.ReadTx, c.Account)
		if err != nil {
			return err
		}
		if !a.mfa() {
			return op.Errorf(op.Conflict, "Two-step sign-in is not on.")
		}
		if answer, err = d.checkCode(tx, sc.Visit, a, in.Body.Code, in.Body.RecoveryCode, event); answer != nil || err != nil {
			if e, is := answer.(*op.Error); is && e.Kind == op.Unauthenticated {
				e.Kind = op.Invalid // the caller is signed in; only the field is wrong
			}
			return err
		}
		if err := fn(tx, a); err != nil {
			return err
		}
		return d.note(tx, sc.Visit, note{event: event, outcome: ok, account: a.id, tenant: c.Tenant, email: a.email})
	})
	if err == nil {
		err = answer
	}
	d.post.Wake()
	return err
}

func (d *Door) disableTOTP(sc *op.Scope, in withBoth) (struct{}, error) {
	err := d.secondFactor(sc, in, "mfa_disabled", func(tx *storage.WriteTx, a account) error {
		if !a.long {
			return op.Errorf(op.Conflict, "Your password has fewer than 15 characters, which is enough only with two-step sign-in. Choose a longer one first.")
		}
		if err := removeTOTP(tx, a.id); err != nil {
			return err
		}
		if err := endSessions(tx, a.id, sc.Caller().Session); err != nil {
			return err
		}
		return d.post.Put(tx, "mfa_disabled", "", mail.MFADisabled(tx.Now(), "", d.base).To(a.email))
	})
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, d.renew(sc.Context())
}

func removeTOTP(tx *storage.WriteTx, account string) error {
	if err := tx.ExecOne("UPDATE account SET totp = '', totp_pending = '', updated_at = ?2 WHERE id = ?1", account, tx.Stamp()); err != nil {
		return err
	}
	return tx.Exec("DELETE FROM recovery_code WHERE account = ?", account)
}

func (d *Door) newRecoveryCodes(sc *op.Scope, in withBoth) (out recoveryCodes, err error) {
	codes, err := totp.RecoveryCodes(d.rand)
	if err != nil {
		return out, err
	}
	err = d.secondFactor(sc, in, "recovery_codes_made", func(tx *storage.WriteTx, a account) error { return storeCodes(tx, a.id, codes) })
	if err != nil {
		return out, err
	}
	return recoveryCodes{codes}, nil
}

// ResetMFA turns a person's two-step sign-in off for an administrator who has
// seen who they are. A password that is too short without it stops working, and
// a link to choose another one is mailed.
func (d *Door) ResetMFA(tx *storage.WriteTx, id, by string) error {
	a, err := byID(&tx.ReadTx, id)
	if err != nil {
		return err
	}
	if !a.mfa() {
		return op.Errorf(op.Conflict, "Two-step sign-in is not on for this person.")
	}
	if err := removeTOTP(tx, id); err != nil {
		return err
	}
	if err := endSessions(tx, id, ""); err != nil {
		return err
	}
	if err := d.post.Put(tx, "mfa_disabled", "", mail.MFADisabled(tx.Now(), by, d.base).To(a.email)); err != nil {
		return err
	}
	if a.long {
		return nil
	}
	return d.mailReset(tx, a)
}

// Confirm has the caller of an operation that cannot be taken back show the password once more. event is what the
// auth log calls it.
func (d *Door) Confirm(sc *op.Scope, typed, event string) error {
	_, err := d.confirmed(sc, typed, event)
	return err
}
