package account

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"assay/server/account/token"
	"assay/server/op"
	"assay/storage"
)

// Authenticate finds out who sends a request, and what they may do right now.
// Role, membership and organisation are read from the database every time.
func (d *Door) Authenticate(r *http.Request) (op.Caller, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		return d.byToken(r.Context(), h)
	}
	if visitOf(r.Context()) == nil {
		return op.Caller{}, errUnwrapped
	}
	id := d.sm.GetString(r.Context(), "id")
	if id == "" {
		return op.Caller{}, op.Errorf(op.Unauthenticated, "Please sign in.")
	}
	account, tenant := d.sm.GetString(r.Context(), "account"), d.sm.GetString(r.Context(), "tenant")
	var c op.Caller
	err := d.control(r.Context(), func(tx *storage.ReadTx) (err error) {
		// A long request, such as a stream, may outlive its session.
		var there bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM session WHERE token = ? AND expires > ?)", visitOf(r.Context()).found, tx.Stamp()).Scan(&there); err != nil {
			return err
		}
		if !there {
			return op.Errorf(op.Unauthenticated, "Your session has ended. Please sign in again.")
		}
		c, err = callerIn(tx, account, tenant)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return op.Caller{}, op.Errorf(op.Unauthenticated, "You are no longer a member of this organisation. Please sign in again.")
	}
	if err != nil {
		return op.Caller{}, err
	}
	c.Session = id
	return c, nil
}

// byToken is Authenticate for a program with a personal access token. What it
// may do is what its owner may do now, at most what the token was made for.
func (d *Door) byToken(ctx context.Context, header string) (op.Caller, error) {
	refused := op.Errorf(op.Unauthenticated, "The access token is unknown, has expired or was deleted.")
	kind, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(kind, "Bearer") || !token.IsAccess(secret) {
		return op.Caller{}, refused
	}
	now := d.store.Now().UTC()
	var c op.Caller
	var ceiling, used string
	err := d.control(ctx, func(tx *storage.ReadTx) error {
		var id, account, tenant string
		err := tx.QueryRow(`
			SELECT k.id, k.account, k.tenant, k.role, coalesce(u.at, '') FROM token k LEFT JOIN token_use u ON u.token = k.id
			WHERE k.hash = ? AND k.expires_on >= ?`, token.Hash(secret), now.Format(storage.Date)).Scan(&id, &account, &tenant, &ceiling, &used)
		if err != nil {
			return err
		}
		c, err = callerIn(tx, account, tenant)
		c.Token = id
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return op.Caller{}, refused
	}
	if err != nil {
		return op.Caller{}, err
	}
	c.Role = lesser(c.Role, op.RoleOf(ceiling))
	if used < now.Add(-time.Minute).Format(storage.Instant) {
		d.store.Aside(ctx, func(ctx context.Context) {
			_, err := d.store.Control().Write(ctx, storage.Call{Actor: storage.Actor{Kind: storage.Token, ID: c.Token}, Action: "token", Owns: []string{"token_use"}}, func(tx *storage.WriteTx) error {
				return tx.Exec("INSERT INTO token_use (token, at) VALUES (?1, ?2) ON CONFLICT (token) DO UPDATE SET at = ?2", c.Token, tx.Stamp())
			})
			if err != nil {
				d.log.WarnContext(ctx, "note that a token is in use", "err", err)
			}
		})
	}
	return c, nil
}

// Tenant is the organisation that a request says it is about, by its session or its token; "" for none. Whether it
// may is for Authenticate to say.
func (d *Door) Tenant(r *http.Request) (tenant string) {
	h := r.Header.Get("Authorization")
	if h == "" {
		if visitOf(r.Context()) == nil {
			return ""
		}
		return d.sm.GetString(r.Context(), "tenant")
	}
	if kind, secret, _ := strings.Cut(h, " "); strings.EqualFold(kind, "Bearer") && token.IsAccess(secret) {
		err := d.control(r.Context(), func(tx *storage.ReadTx) error {
			return tx.QueryRow("SELECT tenant FROM token WHERE hash = ?", token.Hash(secret)).Scan(&tenant)
		})
		if err != nil {
			return ""
		}
	}
	return tenant
}

// callerIn is an account in one organisation, as it stands now.
func callerIn(tx *storage.ReadTx, account, tenant string) (op.Caller, error) {
	c := op.Caller{Account: account, Tenant: tenant}
	var role string
	err := tx.QueryRow(`
		SELECT a.email, a.name, m.person, m.role, t.slug
		FROM membership m JOIN account a ON a.id = m.account JOIN tenant t ON t.id = m.tenant
		WHERE m.account = ? AND m.tenant = ? AND m.status = 'active' AND t.status = 'active'`, account, tenant).
		Scan(&c.Email, &c.Name, &c.Person, &role, &c.TenantSlug)
	c.Role = op.RoleOf(role)
	return c, err
}

// ranks are the roles of an organisation, each of which may do all that the
// ones before it may.
var ranks = []op.Roles{op.Executive, op.Auditor, op.User, op.Admin}

// lesser is the weaker of two roles; of an unknown role, none.
func lesser(a, b op.Roles) op.Roles {
	i, j := slices.Index(ranks, a), slices.Index(ranks, b)
	if i < 0 || j < 0 {
		return 0
	}
	return ranks[min(i, j)]
}

// control reads the installation's database outside an operation.
func (d *Door) control(ctx context.Context, fn func(*storage.ReadTx) error) error {
	return d.store.Control().Read(ctx, storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "account"}, Action: "account"}, fn)
}
