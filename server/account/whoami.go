package account

import (
	"encoding/json"
	"errors"

	"assay/server/op"
	"assay/storage"
)

// Session is who is signed in, where, and as what. The console asks for it
// first.
type Session struct {
	Account struct {
		ID          string      `json:"id"`
		Name        string      `json:"name"`
		Email       string      `json:"email"`
		Preferences Preferences `json:"preferences"`
	} `json:"account"`
	Person string `json:"person" doc:"The caller in this organisation's records"`
	Role   string `json:"role" enum:"admin,user,auditor,executive"`
	Tenant struct {
		ID    string `json:"id"`
		Slug  string `json:"slug"`
		Name  string `json:"name"`
		Color string `json:"color" doc:"As #rrggbb, or empty"`
		Logo  string `json:"logo" doc:"Where the logo is, or empty"`
		Zone  string `json:"zone" doc:"IANA time zone of the organisation: where its days begin and end"`

		GoesAt string `json:"goes_at" doc:"When the organisation is deleted, which any administrator can still prevent; empty when it stays"`
	} `json:"tenant"`
	Tenants []Place `json:"tenants" doc:"All organisations to switch between"`
	MFA     struct {
		Enabled       bool `json:"enabled"`
		RecoveryCodes int  `json:"recovery_codes" doc:"How many are left"`
	} `json:"mfa"`
}

// Place is one of a person's organisations.
type Place struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// Preferences are how a person likes the console.
type Preferences struct {
	Theme   string `json:"theme,omitempty" enum:"system,light,dark" doc:"system unless chosen"`
	Hotkeys string `json:"hotkeys,omitempty" enum:"on,off" doc:"Single-key shortcuts; on unless chosen"`
	Locale  string `json:"locale,omitempty" maxLength:"35" pattern:"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$" doc:"How dates and numbers are written: en-GB"`
}

// DoorView is what a page needs to know before anybody signs in.
type DoorView struct {
	SignedIn bool `json:"signed_in"`
	SetUp    bool `json:"set_up" doc:"An organisation exists; until then the link printed at the start makes one"`
}

func (d *Door) look(v *op.Visit, _ struct{}) (out DoorView, err error) {
	_, out.SignedIn = v.Who()
	return out, v.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant)").Scan(&out.SetUp)
	})
}

func (d *Door) whoAmI(sc *op.Scope, _ struct{}) (Session, error) {
	c := sc.Caller()
	s, err := d.describe(sc.Visit, c.Account, c.Tenant)
	s.Role = c.Role.String() // a token may do less than its owner
	return s, err
}

func (d *Door) describe(v *op.Visit, account, tenant string) (s Session, err error) {
	err = v.ReadControl(func(tx *storage.ReadTx) error {
		a, err := byID(tx, account)
		if err != nil {
			return err
		}
		s.Account.ID, s.Account.Name, s.Account.Email, s.MFA.Enabled = a.id, a.name, a.email, a.mfa()
		if err := json.Unmarshal([]byte(a.preferences), &s.Account.Preferences); err != nil {
			return err
		}
		if err := tx.QueryRow("SELECT count(*) FROM recovery_code WHERE account = ? AND used_at = ''", account).Scan(&s.MFA.RecoveryCodes); err != nil {
			return err
		}
		rows, err := tx.Query(`
			SELECT t.id, t.slug, t.name, m.role FROM membership m JOIN tenant t ON t.id = m.tenant
			WHERE m.account = ? AND m.status = 'active' AND t.status = 'active' ORDER BY t.name, t.id`, account)
		if err != nil {
			return err
		}
		if s.Tenants, err = op.Scan(rows, func(r op.Row) (p Place, err error) { return p, r.Scan(&p.ID, &p.Slug, &p.Name, &p.Role) }); err != nil {
			return err
		}
		for _, p := range s.Tenants {
			if p.ID == tenant {
				s.Tenant.ID, s.Tenant.Slug, s.Tenant.Name, s.Role = p.ID, p.Slug, p.Name, p.Role
			}
		}
		return tx.QueryRow(`SELECT person, coalesce((SELECT goes_at FROM erasure e WHERE e.tenant = m.tenant AND e.ended_at = ''), '')
			FROM membership m WHERE account = ? AND tenant = ?`, account, tenant).Scan(&s.Person, &s.Tenant.GoesAt)
	})
	if err != nil {
		return s, err
	}
	db, done, err := v.Store().Tenant(v.Context(), tenant)
	if err != nil {
		return s, err
	}
	defer done()
	err = db.Read(v.Context(), storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: s.Person}, Action: "account.session"}, func(tx *storage.ReadTx) error {
		var sum string
		if err := tx.QueryRow("SELECT color, logo_sha256, zone FROM organisation").Scan(&s.Tenant.Color, &sum, &s.Tenant.Zone); err != nil {
			return err
		}
		if sum != "" {
			s.Tenant.Logo = "/api/v1/settings/logo?v=" + sum[:16]
		}
		return nil
	})
	return s, err
}

type switchTenant struct {
	Body struct {
		Slug string `json:"slug" maxLength:"64"`
	}
}

// switchTenant takes the session to another organisation. Other tabs notice by
// Assay-Expect-Tenant.
func (d *Door) switchTenant(sc *op.Scope, in switchTenant) (Session, error) {
	c, err := signedIn(sc)
	if err != nil {
		return Session{}, err
	}
	var to, person string
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow(`
			SELECT t.id, m.person FROM membership m JOIN tenant t ON t.id = m.tenant
			WHERE m.account = ? AND t.slug = ? AND m.status = 'active' AND t.status = 'active'`, c.Account, in.Body.Slug).Scan(&to, &person)
	})
	if err != nil {
		return Session{}, err // none: 404, whether it exists or not
	}
	err = sc.WriteControlAs(storage.Actor{Kind: storage.Person, ID: person}, to, func(tx *storage.WriteTx) error {
		return d.note(tx, sc.Visit, note{event: "switch", outcome: ok, account: c.Account, tenant: to, email: c.Email})
	})
	if err != nil {
		return Session{}, err
	}
	d.sm.Put(sc.Context(), "tenant", to)
	if err := d.renew(sc.Context()); err != nil {
		return Session{}, err
	}
	return d.describe(sc.Visit, c.Account, to)
}

// SessionView is one place where an account is signed in.
type SessionView struct {
	ID        string `json:"id"`
	Since     string `json:"since"`
	SeenAt    string `json:"seen_at"`
	ExpiresAt string `json:"expires_at"`
	IP        string `json:"ip"`
	Agent     string `json:"agent"`
	Tenant    string `json:"tenant" doc:"The organisation's name"`
	Current   bool   `json:"current"`
}

func (d *Door) listSessions(sc *op.Scope, _ struct{}) (out struct {
	Items []SessionView `json:"items"`
}, err error) {
	c, err := signedIn(sc)
	if err != nil {
		return out, err
	}
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`
			SELECT s.id, s.since, s.seen, s.expires, coalesce(s.data ->> '$.v.ip', ''), coalesce(s.data ->> '$.v.agent', ''), coalesce(t.name, ''), s.id = ?2
			FROM session s LEFT JOIN tenant t ON t.id = s.tenant WHERE s.account = ?1 AND s.expires > ?3 ORDER BY s.seen DESC, s.id`, c.Account, c.Session, tx.Stamp())
		if err != nil {
			return err
		}
		out.Items, err = op.Scan(rows, func(r op.Row) (s SessionView, err error) {
			return s, r.Scan(&s.ID, &s.Since, &s.SeenAt, &s.ExpiresAt, &s.IP, &s.Agent, &s.Tenant, &s.Current)
		})
		return err
	})
	return out, err
}

type oneID struct {
	ID string `path:"id" maxLength:"40"`
}

func (d *Door) endSession(sc *op.Scope, in oneID) (struct{}, error) {
	c, err := signedIn(sc)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, sc.WriteControl(func(tx *storage.WriteTx) error {
		if err := tx.ExecOne("DELETE FROM session WHERE account = ? AND id = ?", c.Account, in.ID); err != nil {
			return err
		}
		return d.note(tx, sc.Visit, note{event: "session_ended", outcome: ok, account: c.Account, tenant: c.Tenant, email: c.Email})
	})
}

func (d *Door) endOtherSessions(sc *op.Scope, _ struct{}) (struct{}, error) {
	c, err := signedIn(sc)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, sc.WriteControl(func(tx *storage.WriteTx) error {
		if err := endSessions(tx, c.Account, c.Session); err != nil {
			return err
		}
		return d.note(tx, sc.Visit, note{event: "session_ended", outcome: ok, account: c.Account, tenant: c.Tenant, email: c.Email, detail: "all_others"})
	})
}

type profile struct {
	Body struct {
		Name        *string      `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Preferences *Preferences `json:"preferences,omitempty"`
	}
}

// updateProfile changes the account, and the name in every organisation's
// records, so that their histories read right.
func (d *Door) updateProfile(sc *op.Scope, in profile) (Session, error) {
	c, err := signedIn(sc)
	if err != nil {
		return Session{}, err
	}
	type place struct{ tenant, person string }
	var places []place
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		a, err := byID(&tx.ReadTx, c.Account)
		if err != nil {
			return err
		}
		if in.Body.Name != nil && *in.Body.Name != a.name {
			if err := tx.ExecOne("UPDATE account SET name = ?2, updated_at = ?3 WHERE id = ?1", c.Account, *in.Body.Name, tx.Stamp()); err != nil {
				return err
			}
			rows, err := tx.Query("SELECT tenant, person FROM membership WHERE account = ?", c.Account)
			if err != nil {
				return err
			}
			if places, err = op.Scan(rows, func(r op.Row) (p place, err error) { return p, r.Scan(&p.tenant, &p.person) }); err != nil {
				return err
			}
		}
		if p := in.Body.Preferences; p != nil {
			var have Preferences
			if err := json.Unmarshal([]byte(a.preferences), &have); err != nil {
				return err
			}
			for _, f := range []struct {
				to   *string
				from string
			}{{&have.Theme, p.Theme}, {&have.Hotkeys, p.Hotkeys}, {&have.Locale, p.Locale}} {
				if f.from != "" {
					*f.to = f.from
				}
			}
			b, err := json.Marshal(have)
			if err != nil {
				return err
			}
			return tx.ExecOne("UPDATE account SET preferences = ?2 WHERE id = ?1", c.Account, string(b))
		}
		return nil
	})
	if err != nil {
		return Session{}, err
	}
	var failed error
	for _, p := range places {
		if p.tenant == sc.Tenant() {
			failed = errors.Join(failed, sc.Write(func(tx *storage.WriteTx) error { return rename(tx, p.person, *in.Body.Name) }))
			continue
		}
		failed = errors.Join(failed, d.rename(sc.Visit, "account.update_profile", p.tenant, p.person, *in.Body.Name))
	}
	if failed != nil {
		return Session{}, failed
	}
	return d.whoAmI(sc, struct{}{})
}

// rename writes a person's name into the records of an organisation that the session is not in.
func (d *Door) rename(v *op.Visit, action, tenant, person, name string) error {
	db, done, err := v.Store().Tenant(v.Context(), tenant)
	if err != nil {
		return err
	}
	defer done()
	call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: person}, Action: action, Request: v.Request(), Owns: []string{"person"}}
	_, err = db.Write(v.Context(), call, func(tx *storage.WriteTx) error { return rename(tx, person, name) })
	return err
}

func rename(tx *storage.WriteTx, person, name string) error {
	return tx.Exec("UPDATE person SET name = ?2, updated_at = ?3 WHERE id = ?1 AND name <> ?2", person, name, tx.Stamp())
}
