package member

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"assay/server/account"
	"assay/server/op"
	"assay/storage"
)

type byID struct {
	ID string `path:"id" maxLength:"40"`
}

func (Members) get(sc *op.Scope, in byID) (m Member, err error) {
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		m, err = find(tx, sc.Tenant(), in.ID)
		return err
	})
	return m, err
}

type invite struct {
	Body struct {
		Email      string `json:"email" maxLength:"254"`
		Role       string `json:"role" enum:"admin,user,auditor,executive"`
		Name       string `json:"name,omitempty" maxLength:"100"`
		Title      string `json:"title,omitempty" maxLength:"100"`
		Department string `json:"department,omitempty" maxLength:"100"`
	}
}

func (s Members) invite(sc *op.Scope, in invite) (m Member, err error) {
	b := in.Body
	email := strings.ToLower(strings.TrimSpace(b.Email))
	var check op.Check
	check.Required(email, "email")
	check.Email(email, "email")
	if err := check.Err(); err != nil {
		return m, err
	}
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		var there bool
		err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = ? AND a.email = ?)", sc.Tenant(), email).Scan(&there)
		if err == nil && there {
			err = op.Errorf(op.Conflict, "This person is a member already, or was invited. Look for them in the list.")
		}
		return err
	})
	if err != nil {
		return m, err
	}
	var person string
	err = sc.Write(func(tx *storage.WriteTx) error {
		person, err = Named(tx, email, b.Name, b.Title, b.Department)
		return err
	})
	if err != nil {
		return m, err
	}
	c := sc.Caller()
	var id string
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		id, _, err = s.door.Invite(tx, account.Invitation{Tenant: sc.Tenant(), Email: email, Name: b.Name, Role: op.RoleOf(b.Role),
			Title: b.Title, Department: b.Department, Person: person, By: c.Name, InvitedBy: c.Person})
		if err != nil {
			return err
		}
		m, err = find(&tx.ReadTx, sc.Tenant(), id)
		return err
	})
	s.door.Wake()
	return m, err
}

// Named is the person with an e-mail address in the organisation's records,
// made if there is none yet. Somebody who comes back is the same person.
func Named(tx *storage.WriteTx, email, name, title, department string) (id string, err error) {
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	err = tx.QueryRow("SELECT id FROM person WHERE email = ?", email).Scan(&id)
	if err == nil {
		return id, tx.Exec("UPDATE person SET active = 1, title = iif(?2 = '', title, ?2), department = iif(?3 = '', department, ?3), updated_at = ?4 WHERE id = ?1", id, title, department, tx.Stamp())
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	id = tx.NewID()
	return id, tx.Exec("INSERT INTO person (id, name, email, title, department, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?6, ?6)", id, name, email, title, department, tx.Stamp())
}

func (s Members) resend(sc *op.Scope, in byID) (m Member, err error) {
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		if m, err = find(&tx.ReadTx, sc.Tenant(), in.ID); err != nil {
			return err
		}
		_, err := s.door.SendInvitation(tx, m.ID, sc.Caller().Name)
		return err
	})
	s.door.Wake()
	return m, err
}

type update struct {
	ID      string `path:"id" maxLength:"40"`
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		Role       *string `json:"role,omitempty" enum:"admin,user,auditor,executive"`
		Status     *string `json:"status,omitempty" enum:"active,disabled"`
		Title      *string `json:"title,omitempty" maxLength:"100"`
		Department *string `json:"department,omitempty" maxLength:"100"`
	}
}

func (s Members) update(sc *op.Scope, in update) (m Member, err error) {
	if in.IfMatch == "" {
		return m, op.Errorf(op.Precondition, "Send the version you read as If-Match, so that nobody's change is lost.")
	}
	b := in.Body
	changed, moved := false, false
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		if m, err = find(&tx.ReadTx, sc.Tenant(), in.ID); err != nil {
			return err
		}
		if strings.Trim(in.IfMatch, `"`) != strconv.Itoa(m.Version) {
			return storage.ErrStale
		}
		role, status := m.Role, m.Status
		if b.Role != nil {
			role = *b.Role
		}
		if b.Status != nil {
			status = *b.Status
		}
		if role != m.Role || status != m.Status {
			if err := mayChange(tx, sc.Caller(), m, role, status); err != nil {
				return err
			}
			moved = true
		}
		if b.Title != nil {
			changed, m.Title = changed || *b.Title != m.Title, *b.Title
		}
		if b.Department != nil {
			changed, m.Department = changed || *b.Department != m.Department, *b.Department
		}
		if !changed && !moved {
			return nil
		}
		if err := tx.ExecOne("UPDATE membership SET role = ?2, status = ?3, title = ?4, department = ?5, updated_at = ?6 WHERE id = ?1", m.ID, role, status, m.Title, m.Department, tx.Stamp()); err != nil {
			return err
		}
		if moved && m.Status != "pending" {
			if err := account.EndMembership(tx, m.account, sc.Tenant()); err != nil {
				return err
			}
		}
		m, err = find(&tx.ReadTx, sc.Tenant(), in.ID)
		return err
	})
	if err != nil || !changed && !moved {
		return m, err
	}
	return m, sc.Write(func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE person SET title = ?2, department = ?3, active = ?4, updated_at = ?5 WHERE id = ?1 AND (title <> ?2 OR department <> ?3 OR active <> ?4)",
			m.Person, m.Title, m.Department, m.Status != "disabled", tx.Stamp())
	})
}

// mayChange holds a change of role or status to the rules: nobody changes their
// own, an organisation keeps an administrator, and only somebody who has joined
// can be disabled or enabled.
func mayChange(tx *storage.WriteTx, c op.Caller, m Member, role, status string) error {
	if m.account == c.Account {
		return op.Errorf(op.Conflict, "You cannot change your own role or status. Ask another administrator.")
	}
	if status != m.Status && m.Status == "pending" {
		return op.Errorf(op.Conflict, "This person has not joined yet. Take the invitation back instead.")
	}
	if role != "admin" || status != "active" {
		return keepsAdmin(tx, c.Tenant, m)
	}
	return nil
}

// keepsAdmin refuses to let the last active administrator go.
func keepsAdmin(tx *storage.WriteTx, tenant string, m Member) error {
	if m.Role != "admin" || m.Status != "active" {
		return nil
	}
	var others int
	if err := tx.QueryRow("SELECT count(*) FROM membership WHERE tenant = ? AND role = 'admin' AND status = 'active' AND id <> ?", tenant, m.ID).Scan(&others); err != nil {
		return err
	}
	if others == 0 {
		return op.Errorf(op.Conflict, "This is the last active administrator. Make somebody else an administrator first.")
	}
	return nil
}

func (s Members) remove(sc *op.Scope, in byID) (struct{}, error) {
	var m Member
	err := sc.WriteControl(func(tx *storage.WriteTx) (err error) {
		if m, err = find(&tx.ReadTx, sc.Tenant(), in.ID); err != nil {
			return err
		}
		return end(tx, sc.Caller(), m)
	})
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, sc.Write(func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE person SET active = 0, updated_at = ?2 WHERE id = ?1 AND active = 1", m.Person, tx.Stamp())
	})
}

// End ends the membership of a person, if they have one, by the rules of remove.
func End(tx *storage.WriteTx, c op.Caller, person string) error {
	m, err := scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE m.tenant = ? AND m.person = ?", c.Tenant, person))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return end(tx, c, m)
}

func end(tx *storage.WriteTx, c op.Caller, m Member) error {
	if m.account == c.Account {
		return op.Errorf(op.Conflict, "You cannot take yourself out. Ask another administrator.")
	}
	if err := keepsAdmin(tx, c.Tenant, m); err != nil {
		return err
	}
	if err := account.EndMembership(tx, m.account, c.Tenant); err != nil {
		return err
	}
	for _, q := range []string{
		"DELETE FROM token_use WHERE token IN (SELECT id FROM token WHERE account = ?1 AND tenant = ?2)",
		"DELETE FROM token WHERE account = ?1 AND tenant = ?2",
		"DELETE FROM link WHERE account = ?1 AND tenant = ?2 AND used_at = ''",
		"DELETE FROM membership WHERE account = ?1 AND tenant = ?2",
	} {
		if err := tx.Exec(q, m.account, c.Tenant); err != nil {
			return err
		}
	}
	return nil
}

func (Members) endSessions(sc *op.Scope, in byID) (struct{}, error) {
	return struct{}{}, sc.WriteControl(func(tx *storage.WriteTx) error {
		m, err := find(&tx.ReadTx, sc.Tenant(), in.ID)
		if err != nil {
			return err
		}
		if err := account.EndMembership(tx, m.account, sc.Tenant()); err != nil {
			return err
		}
		return account.Note(tx, sc.Visit, "session_ended", m.account, sc.Tenant(), m.Email, "by_administrator")
	})
}

// resetMFA is for a person of this organisation alone: an administrator here
// must not weaken the door of another organisation.
func (s Members) resetMFA(sc *op.Scope, in byID) (struct{}, error) {
	err := sc.WriteControl(func(tx *storage.WriteTx) error {
		m, err := find(&tx.ReadTx, sc.Tenant(), in.ID)
		if err != nil {
			return err
		}
		var elsewhere bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM membership WHERE account = ? AND tenant <> ? AND status = 'active')", m.account, sc.Tenant()).Scan(&elsewhere); err != nil {
			return err
		}
		if elsewhere {
			return op.Errorf(op.Conflict, "This person's account is used in other organisations too, so only they can turn two-step sign-in off. A recovery code lets them in.")
		}
		if err := s.door.ResetMFA(tx, m.account, sc.Caller().Name); err != nil {
			return err
		}
		return account.Note(tx, sc.Visit, "mfa_disabled", m.account, sc.Tenant(), m.Email, "by_administrator")
	})
	s.door.Wake()
	return struct{}{}, err
}
