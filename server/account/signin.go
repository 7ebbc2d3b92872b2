package account

import (
	"database/sql"
	"errors"
	"time"

	"assay/server/account/password"
	"assay/server/account/throttle"
	"assay/server/account/token"
	"assay/server/account/totp"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// account is a row of the table account.
type account struct {
	id, email, name string
	password        string
	totp, pending   string // sealed
	long            bool   // the password is long enough without a second factor
	passwordAt      string
	preferences     string
}

func (a account) mfa() bool { return a.totp != "" }

// usable says whether the account has a password to compare with. "none" is one
// that an administrator's step has made unusable; "" was never chosen.
func (a account) usable() bool { return a.password != "" && a.password != "none" }

const columns = "id, email, name, password, totp, totp_pending, password_long, password_at, preferences"

func scan(r op.Row) (a account, err error) {
	return a, r.Scan(&a.id, &a.email, &a.name, &a.password, &a.totp, &a.pending, &a.long, &a.passwordAt, &a.preferences)
}

func byID(tx *storage.ReadTx, id string) (account, error) {
	return scan(tx.QueryRow("SELECT "+columns+" FROM account WHERE id = ?", id))
}

// byEmail finds nobody without an error.
func byEmail(tx *storage.ReadTx, email string) (a account, found bool, err error) {
	a, err = scan(tx.QueryRow("SELECT "+columns+" FROM account WHERE email = ?", email))
	if errors.Is(err, sql.ErrNoRows) {
		return account{}, false, nil
	}
	return a, err == nil, err
}

type signIn struct {
	Body struct {
		Email        string `json:"email" maxLength:"254"`
		Password     string `json:"password" maxLength:"1024"`
		Code         string `json:"code,omitempty" maxLength:"12" doc:"Six digits of the authenticator app, where two-step sign-in is on"`
		RecoveryCode string `json:"recovery_code,omitempty" maxLength:"40" doc:"Instead of a code, when the app is lost"`
	}
}

// wrong is the one answer to a wrong password, an unknown address and an
// account that has to wait. It must not tell which.
func wrong() error {
	return op.Errorf(op.Unauthenticated, "The e-mail address or the password is not right. After several wrong tries, sign-in pauses for up to 15 minutes, or until the password is reset.")
}

// signIn lets a person in. Whatever is wrong with address and password, the
// same work is done: two transactions and one hash.
func (d *Door) signIn(v *op.Visit, in signIn) (Session, error) {
	email := normal(in.Body.Email)
	a, good, stale, err := d.checkPassword(v, email, in.Body.Password, "sign_in")
	if err != nil {
		return Session{}, err
	}
	if !good {
		return Session{}, wrong()
	}
	tenant, err := d.secondStep(v, a, in.Body.Code, in.Body.RecoveryCode)
	if err != nil {
		return Session{}, err
	}
	if stale {
		if err := d.rehash(v, a, tenant, in.Body.Password); err != nil {
			return Session{}, err
		}
	}
	if err := d.enter(v, a.id, tenant); err != nil {
		return Session{}, err
	}
	d.post.Wake()
	return d.describe(v, a.id, tenant)
}

// checkPassword counts a try and compares. The count goes up before the hash is
// made, so that many tries at once are no way around it, and back to zero when
// the password was right. A try while the account has to wait is refused
// without being counted: nobody can lock an owner out by trying on and on.
func (d *Door) checkPassword(v *op.Visit, email, typed, event string) (a account, good, stale bool, err error) {
	key := throttleKey("password", email)
	var found, blocked bool
	var n int
	detail := ""
	err = v.WriteControl(func(tx *storage.WriteTx) error {
		if err := knock(tx, v.IP()); err != nil {
			return err
		}
		if a, found, err = byEmail(&tx.ReadTx, email); err != nil {
			return err
		}
		var last time.Time
		if n, last, err = failures(&tx.ReadTx, key); err != nil {
			return err
		}
		left, stopped := throttle.Wait(n, last, tx.Now())
		switch {
		case stopped:
			blocked, detail = true, "stopped"
		case left > 0:
			blocked, detail = true, "waiting"
		default:
			n++
			return setFailures(tx, key, n)
		}
		return nil
	})
	if err != nil {
		return a, false, false, err
	}
	if found && !blocked && a.usable() {
		good, stale, err = d.hash.Verify(v.Context(), typed, a.password)
	} else {
		err = d.hash.Burn(v.Context(), typed)
	}
	if err != nil {
		return a, false, false, err
	}
	if good {
		return a, true, stale, v.WriteControl(func(tx *storage.WriteTx) error { return forget(tx, key) })
	}
	if detail == "" {
		detail = "wrong_password"
		if !found {
			detail = "unknown_account"
		}
	}
	err = v.WriteControl(func(tx *storage.WriteTx) error {
		e := note{event: event, outcome: refused, account: a.id, detail: detail, email: email}
		if err := d.note(tx, v, e); err != nil {
			return err
		}
		if found && !blocked && n == throttle.Stop {
			url, until, err := d.newLink(tx, token.Reset, link{account: a.id})
			if err != nil {
				return err
			}
			return d.post.Put(tx, "locked", "", mail.Locked(url, until).To(a.email))
		}
		return nil
	})
	d.post.Wake()
	return a, false, false, err
}

// secondStep checks the code, where one is needed, chooses the organisation and
// notes the sign-in.
func (d *Door) secondStep(v *op.Visit, a account, code, recovery string) (tenant string, err error) {
	var answer error // what to say although the transaction stands
	err = v.WriteControlAs(storage.Actor{Kind: "account", ID: a.id}, "", func(tx *storage.WriteTx) error {
		a, err := byID(&tx.ReadTx, a.id) // as it is now
		if err != nil {
			return err
		}
		if a.mfa() {
			if answer, err = d.checkCode(tx, v, a, code, recovery, "sign_in"); answer != nil || err != nil {
				return err
			}
		}
		if tenant, err = homeOf(&tx.ReadTx, a.id); err != nil {
			return err
		}
		if tenant == "" {
			answer = op.Errorf(op.Forbidden, "Your account is not a member of any organisation at the moment. Ask an administrator for an invitation.")
			return d.note(tx, v, note{event: "sign_in", outcome: refused, account: a.id, email: a.email, detail: "no_membership"})
		}
		var before, known bool
		if err := tx.QueryRow(`
			SELECT EXISTS (SELECT 1 FROM auth_log WHERE account = ?1 AND event = 'sign_in' AND outcome = 'ok'),
			       EXISTS (SELECT 1 FROM auth_log WHERE account = ?1 AND event = 'sign_in' AND outcome = 'ok' AND agent = ?2)`, a.id, v.UserAgent()).Scan(&before, &known); err != nil {
			return err
		}
		if before && !known {
			if err := d.post.Put(tx, "new_device", "", mail.NewDevice(tx.Now(), v.UserAgent(), v.IP(), d.base).To(a.email)); err != nil {
				return err
			}
		}
		if err := tx.Exec("INSERT INTO sign_in (account, at) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET at = ?2", a.id, tx.Stamp()); err != nil {
			return err
		}
		return d.note(tx, v, note{event: "sign_in", outcome: ok, account: a.id, tenant: tenant, email: a.email})
	})
	if err == nil {
		err = answer
	}
	return tenant, err
}

// checkCode compares a code of the app, or uses up a recovery code. What it
// answers is for the person; an error undoes the transaction.
func (d *Door) checkCode(tx *storage.WriteTx, v *op.Visit, a account, code, recovery, event string) (answer, err error) {
	if code == "" && recovery == "" {
		return &op.Error{Kind: op.Unauthenticated, Message: "Enter the code that your authenticator app shows now.",
			Fields: map[string]string{"code": "Enter the six digits of your authenticator app."}}, nil
	}
	wait, err := take(tx, throttleKey("code", a.id), throttle.PerCode)
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		e := op.Errorf(op.TooMany, "There were too many codes. Please wait a few minutes and try again.")
		e.After = wait
		return e, d.note(tx, v, note{event: event, outcome: refused, account: a.id, email: a.email, detail: "waiting_code"})
	}
	if recovery != "" {
		n, err := tx.ExecN("UPDATE recovery_code SET used_at = ?3 WHERE account = ?1 AND hash = ?2 AND used_at = ''", a.id, totp.HashCode(recovery), tx.Stamp())
		if err != nil {
			return nil, err
		}
		if n == 1 {
			var left int
			if err := tx.QueryRow("SELECT count(*) FROM recovery_code WHERE account = ? AND used_at = ''", a.id).Scan(&left); err != nil {
				return nil, err
			}
			if err := forget(tx, throttleKey("code", a.id)); err != nil {
				return nil, err
			}
			if err := d.post.Put(tx, "recovery_code_used", "", mail.RecoveryCodeUsed(tx.Now(), left, d.base).To(a.email)); err != nil {
				return nil, err
			}
			return nil, d.note(tx, v, note{event: "recovery_code_used", outcome: ok, account: a.id, email: a.email})
		}
		return &op.Error{Kind: op.Unauthenticated, Message: "This recovery code is not right, or was used before.",
			Fields: map[string]string{"recovery_code": "This code is not right, or was used before."}}, d.note(tx, v, note{event: event, outcome: refused, account: a.id, email: a.email, detail: "wrong_recovery_code"})
	}
	seed, err := tx.Unseal("account", "totp", a.id, a.totp)
	if err != nil {
		return nil, err
	}
	var last int64
	if err := tx.QueryRow("SELECT coalesce(max(totp_step), 0) FROM sign_in WHERE account = ?", a.id).Scan(&last); err != nil {
		return nil, err
	}
	step, right := totp.Verify(string(seed), code, tx.Now(), last)
	if !right {
		return &op.Error{Kind: op.Unauthenticated, Message: "This code is not right, or was used before. Wait for the next one.",
			Fields: map[string]string{"code": "This code is not right, or was used before."}}, d.note(tx, v, note{event: event, outcome: refused, account: a.id, email: a.email, detail: "wrong_code"})
	}
	if err := forget(tx, throttleKey("code", a.id)); err != nil {
		return nil, err
	}
	return nil, rememberStep(tx, a.id, step)
}

func rememberStep(tx *storage.WriteTx, account string, step int64) error {
	return tx.Exec("INSERT INTO sign_in (account, totp_step) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET totp_step = ?2", account, step)
}

// homeOf is the organisation a person comes to: the one of the last sign-in or
// switch while they are still a member, or else the first by name.
func homeOf(tx *storage.ReadTx, account string) (tenant string, err error) {
	err = tx.QueryRow(`
		SELECT m.tenant FROM membership m JOIN tenant t ON t.id = m.tenant
		WHERE m.account = ?1 AND m.status = 'active' AND t.status = 'active'
		ORDER BY (SELECT max(at) FROM auth_log l WHERE l.account = ?1 AND l.tenant = m.tenant AND l.event IN ('sign_in', 'switch') AND l.outcome = 'ok') DESC,
			CASE m.role WHEN 'admin' THEN 0 WHEN 'user' THEN 1 WHEN 'auditor' THEN 2 ELSE 3 END, t.name, t.id LIMIT 1`, account).Scan(&tenant)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return tenant, err
}

// rehash replaces a hash that was made with older costs.
func (d *Door) rehash(v *op.Visit, a account, tenant, typed string) error {
	phc, err := d.hash.Hash(v.Context(), typed)
	if err != nil {
		return err
	}
	return v.WriteControlAs(storage.Actor{Kind: "account", ID: a.id}, tenant, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE account SET password = ? WHERE id = ? AND password = ?", phc, a.id, a.password)
	})
}

// signOut ends the session and tells the browser to forget what it kept.
func (d *Door) signOut(v *op.Visit, _ struct{}) (struct{}, error) {
	if c, known := v.Who(); known && c.Session != "" {
		err := v.WriteControlAs(storage.Actor{Kind: storage.Person, ID: c.Person}, c.Tenant, func(tx *storage.WriteTx) error {
			return d.note(tx, v, note{event: "sign_out", outcome: ok, account: c.Account, tenant: c.Tenant, email: c.Email})
		})
		if err != nil {
			return struct{}{}, err
		}
	}
	visit := visitOf(v.Context())
	if visit == nil {
		return struct{}{}, errUnwrapped
	}
	visit.w.Header().Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
	return struct{}{}, d.leave(v.Context())
}

// problemWith is what is wrong with a new password of an account, or "".
func problemWith(typed string, mfa bool, words ...string) string {
	return password.Problem(typed, password.Owner{MFA: mfa, Words: append(words, "Assay")})
}
