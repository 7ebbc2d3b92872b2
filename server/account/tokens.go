package account

import (
	"assay/server/account/token"
	"assay/server/op"
	"assay/storage"
)

// TokenView is an access token as its owner sees it after it was made.
type TokenView struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Role      string `json:"role" enum:"admin,user,auditor,executive" doc:"The most it may do; never more than its owner may"`
	CreatedAt string `json:"created_at"`
	ExpiresOn string `json:"expires_on"`
	LastUsed  string `json:"last_used_at" doc:"To the minute; empty when it never was"`
	Expired   bool   `json:"expired"`
}

const maxTokens = 50 // of one person in one organisation

func (d *Door) listTokens(sc *op.Scope, _ struct{}) (out struct {
	Items []TokenView `json:"items"`
}, err error) {
	c := sc.Caller()
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`
			SELECT k.id, k.name, k.role, k.created_at, k.expires_on, coalesce(u.at, ''), k.expires_on < ?3
			FROM token k LEFT JOIN token_use u ON u.token = k.id WHERE k.account = ?1 AND k.tenant = ?2 ORDER BY k.created_at DESC, k.id`, c.Account, c.Tenant, tx.Now().Format(storage.Date))
		if err != nil {
			return err
		}
		out.Items, err = op.Scan(rows, func(r op.Row) (t TokenView, err error) {
			return t, r.Scan(&t.ID, &t.Name, &t.Role, &t.CreatedAt, &t.ExpiresOn, &t.LastUsed, &t.Expired)
		})
		return err
	})
	return out, err
}

type createToken struct {
	Body struct {
		Name      string `json:"name" minLength:"1" maxLength:"100" doc:"What it is for"`
		Role      string `json:"role" enum:"admin,user,auditor,executive"`
		ExpiresOn string `json:"expires_on" format:"date" doc:"The last day it works, at most a year from now"`
	}
}

type madeToken struct {
	TokenView
	Token string `json:"token" doc:"The secret. It is not shown again"`
}

func (d *Door) createToken(sc *op.Scope, in createToken) (out madeToken, err error) {
	c, err := signedIn(sc)
	if err != nil {
		return out, err
	}
	b := in.Body
	today := sc.Now().UTC()
	var check op.Check
	check.Required(b.Name, "name")
	check.That(lesser(c.Role, op.RoleOf(b.Role)) == op.RoleOf(b.Role), "role", "A token cannot do more than you may.")
	check.Date(b.ExpiresOn, "expires_on")
	check.That(b.ExpiresOn >= today.Format(storage.Date), "expires_on", "Choose a day that is not over.")
	check.That(b.ExpiresOn <= today.AddDate(1, 0, 0).Format(storage.Date), "expires_on", "A token lives for a year at most.")
	if err := check.Err(); err != nil {
		return out, err
	}
	if out.Token, err = token.NewAccess(d.rand); err != nil {
		return out, err
	}
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM token WHERE account = ? AND tenant = ?", c.Account, c.Tenant).Scan(&n); err != nil {
			return err
		}
		if n >= maxTokens {
			return op.Errorf(op.Conflict, "You have %d access tokens here. Delete one you no longer need.", n)
		}
		out.TokenView = TokenView{ID: tx.NewID(), Name: b.Name, Role: b.Role, CreatedAt: tx.Stamp(), ExpiresOn: b.ExpiresOn}
		err := tx.Exec("INSERT INTO token (id, account, tenant, name, hash, role, created_at, expires_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			out.ID, c.Account, c.Tenant, b.Name, token.Hash(out.Token), b.Role, out.CreatedAt, b.ExpiresOn)
		if err != nil {
			return err
		}
		return d.note(tx, sc.Visit, note{event: "token_created", outcome: ok, account: c.Account, tenant: c.Tenant, email: c.Email, detail: out.ID})
	})
	return out, err
}

func (d *Door) deleteToken(sc *op.Scope, in oneID) (struct{}, error) {
	c, err := signedIn(sc)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, sc.WriteControl(func(tx *storage.WriteTx) error {
		if err := tx.ExecOne("DELETE FROM token WHERE id = ? AND account = ? AND tenant = ?", in.ID, c.Account, c.Tenant); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM token_use WHERE token = ?", in.ID); err != nil {
			return err
		}
		return d.note(tx, sc.Visit, note{event: "token_deleted", outcome: ok, account: c.Account, tenant: c.Tenant, email: c.Email, detail: in.ID})
	})
}
