package account

import (
	"errors"

	"assay/server/account/token"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// Invitation asks somebody into an organisation.
type Invitation struct {
	Tenant     string
	Email      string
	Name       string // of a person who has no account yet; may be empty
	Role       op.Roles
	Title      string
	Department string
	Person     string // the row in the organisation's records
	By         string // the name of whoever invites
	InvitedBy  string // and their person id, empty for the command line
}

// Invite writes the membership and mails the link, in one transaction with
// whatever else the caller does. It gives the membership's id and the link, for
// the command line to print. Somebody with an account keeps it.
func (d *Door) Invite(tx *storage.WriteTx, in Invitation) (membership, url string, err error) {
	email := normal(in.Email)
	a, found, err := byEmail(&tx.ReadTx, email)
	if err != nil {
		return "", "", err
	}
	if !found {
		a = account{id: tx.NewID(), email: email, name: in.Name}
		if err := tx.Exec("INSERT INTO account (id, email, name, created_at, updated_at) VALUES (?, ?, ?, ?4, ?4)", a.id, email, in.Name, tx.Stamp()); err != nil {
			return "", "", err
		}
	}
	var there string
	if err := tx.QueryRow("SELECT coalesce(max(status), '') FROM membership WHERE account = ? AND tenant = ?", a.id, in.Tenant).Scan(&there); err != nil {
		return "", "", err
	}
	if there != "" {
		return "", "", op.Errorf(op.Conflict, "This person is a member already (%s). To send the invitation again, use the members list.", there)
	}
	membership = tx.NewID()
	err = tx.Exec("INSERT INTO membership (id, tenant, account, person, role, title, department, status, invited_by, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?9, ?9)",
		membership, in.Tenant, a.id, in.Person, in.Role.String(), in.Title, in.Department, in.InvitedBy, tx.Stamp())
	if err != nil {
		return "", "", err
	}
	url, err = d.SendInvitation(tx, membership, in.By)
	return membership, url, err
}

// SendInvitation mails a new link to a person who was invited and has not
// joined. The older link stops working.
func (d *Door) SendInvitation(tx *storage.WriteTx, membership, by string) (url string, err error) {
	var account, tenant, email, role, status, organisation string
	err = tx.QueryRow(`
		SELECT m.account, m.tenant, a.email, m.role, m.status, t.name
		FROM membership m JOIN account a ON a.id = m.account JOIN tenant t ON t.id = m.tenant WHERE m.id = ?`, membership).
		Scan(&account, &tenant, &email, &role, &status, &organisation)
	if err != nil {
		return "", err
	}
	if status != "pending" {
		return "", op.Errorf(op.Conflict, "This person has joined already.")
	}
	url, until, err := d.newLink(tx, token.Invitation, link{account: account, membership: membership, tenant: tenant})
	if err != nil {
		return "", err
	}
	return url, d.post.Put(tx, "invitation", tenant, mail.Invited(by, organisation, role, url, until).To(email))
}

type acceptInvitation struct {
	Body struct {
		Token        string `json:"token" maxLength:"100"`
		Name         string `json:"name,omitempty" maxLength:"100" doc:"Of a person who has no account yet"`
		Password     string `json:"password,omitempty" maxLength:"1024" doc:"Chosen now, or that of the account. Not needed while signed in with it"`
		Code         string `json:"code,omitempty" maxLength:"12"`
		RecoveryCode string `json:"recovery_code,omitempty" maxLength:"40"`
	}
}

// acceptInvitation makes a member of somebody who holds the link and is, or
// becomes, the account it was mailed to, and signs them in there.
func (d *Door) acceptInvitation(v *op.Visit, in acceptInvitation) (Session, error) {
	var l link
	var a account
	err := v.ReadControl(func(tx *storage.ReadTx) (err error) {
		if l, err = findLink(tx, in.Body.Token, token.Invitation); err != nil {
			return err
		}
		a, err = byID(tx, l.account)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	who, known := v.Who()
	var phc string
	switch {
	case known && who.Session != "" && who.Account == a.id:
		// the session is proof enough
	case known && who.Session != "":
		return Session{}, op.Errorf(op.Conflict, "You are signed in as %s, but this invitation is for %s. Sign out first.", who.Email, a.email)
	case a.password == "":
		var check op.Check
		name := a.name
		if in.Body.Name != "" {
			name = in.Body.Name
		}
		check.Required(name, "name")
		check.Required(in.Body.Password, "password")
		if err := check.Err(); err != nil {
			return Session{}, err
		}
		a.name = name
		if phc, err = d.newPassword(v, a, in.Body.Password); err != nil {
			return Session{}, err
		}
	default:
		_, good, _, err := d.checkPassword(v, a.email, in.Body.Password, "invitation_accepted")
		if err != nil {
			return Session{}, err
		}
		if !good {
			return Session{}, wrong()
		}
	}
	var person string
	var answer error
	err = v.WriteControlAs(storage.Actor{Kind: "account", ID: a.id}, l.tenant, func(tx *storage.WriteTx) error {
		if a.mfa() && !(known && who.Session != "") {
			if answer, err = d.checkCode(tx, v, a, in.Body.Code, in.Body.RecoveryCode, "invitation_accepted"); answer != nil || err != nil {
				return err
			}
		}
		if err := useLink(tx, l); err != nil {
			return err
		}
		if phc != "" {
			n, err := tx.ExecN("UPDATE account SET name = ?2, updated_at = ?3 WHERE id = ?1 AND password = ''", a.id, a.name, tx.Stamp())
			if err != nil {
				return err
			}
			if n == 0 {
				return op.Errorf(op.Conflict, "This account has a password by now. Open the link again and sign in with it.")
			}
			if err := d.setPassword(tx, a, phc, in.Body.Password); err != nil {
				return err
			}
		}
		if err := tx.ExecOne("UPDATE membership SET status = 'active', updated_at = ?2 WHERE id = ?1 AND status = 'pending'", l.membership, tx.Stamp()); err != nil {
			if errors.Is(err, storage.ErrNotFound) {
				return op.Errorf(op.Conflict, "This invitation was taken back. Ask the person who invited you.")
			}
			return err
		}
		if err := tx.QueryRow("SELECT person FROM membership WHERE id = ?", l.membership).Scan(&person); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO sign_in (account, at) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET at = ?2", a.id, tx.Stamp()); err != nil {
			return err
		}
		if err := d.note(tx, v, note{event: "invitation_accepted", outcome: ok, account: a.id, tenant: l.tenant, email: a.email}); err != nil {
			return err
		}
		return d.note(tx, v, note{event: "sign_in", outcome: ok, account: a.id, tenant: l.tenant, email: a.email})
	})
	if err == nil {
		err = answer
	}
	if err != nil {
		return Session{}, err
	}
	d.post.Wake()
	if err := d.rename(v, "account.accept_invitation", l.tenant, person, a.name); err != nil {
		return Session{}, err
	}
	if err := d.enter(v, a.id, l.tenant); err != nil {
		return Session{}, err
	}
	return d.describe(v, a.id, l.tenant)
}

// EndMembership ends the sessions a person has in one organisation. Members
// call it when a role is changed or taken away.
func EndMembership(tx *storage.WriteTx, account, tenant string) error {
	return tx.Exec("DELETE FROM session WHERE account = ? AND tenant = ?", account, tenant)
}
