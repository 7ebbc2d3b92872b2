package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"assay/server/account/password"
	"assay/server/account/token"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// What the command line and the demo's builder do. Whoever can start the
// program on the machine that holds the data is its operator.

// Found makes an organisation and invites its first administrator, if there is
// an address for one. It gives the organisation's id, its short name and the
// invitation's link, which is mailed as well.
func (d *Door) Found(ctx context.Context, actor storage.Actor, f Founding) (tenant, slug, url string, err error) {
	if f.Slug != "" && !ValidSlug(f.Slug) {
		return "", "", "", fmt.Errorf("the short name %q must be 2 to 40 lower-case letters, digits and single dashes", f.Slug)
	}
	if f.Zone != "" && !validZone(f.Zone) {
		return "", "", "", fmt.Errorf("there is no time zone %q", f.Zone)
	}
	taken := false
	err = d.control(ctx, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant WHERE slug = ?)", f.Slug).Scan(&taken)
	})
	if err != nil {
		return "", "", "", err
	}
	if taken {
		return "", "", "", ErrSlug
	}
	tenant, person, err := CreateTenant(ctx, d.store, actor, f)
	if err != nil {
		return "", "", "", err
	}
	call := storage.Call{Actor: actor, Action: "tenant.create", Tenant: tenant, Owns: []string{"tenant", "account", "membership", "link", "mail"}}
	_, err = d.store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
		if slug, err = Register(tx, tenant, f); err != nil || f.Email == "" {
			return err
		}
		_, url, err = d.Invite(tx, Invitation{Tenant: tenant, Email: f.Email, Name: f.Admin, Role: op.Admin, Person: person, By: "Assay"})
		return err
	})
	d.post.Wake()
	return tenant, slug, url, err
}

// ResetLink makes a link to choose a new password, as if it had been asked for
// on the sign-in page, and mails it. The password of now keeps working.
func (d *Door) ResetLink(ctx context.Context, actor storage.Actor, email string) (url string, err error) {
	call := storage.Call{Actor: actor, Action: "account.reset_link", Owns: []string{"link", "mail", "throttle"}}
	_, err = d.store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
		a, found, err := byEmail(&tx.ReadTx, normal(email))
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("there is no account for %s", email)
		}
		link, until, err := d.newLink(tx, token.Reset, link{account: a.id})
		if err != nil {
			return err
		}
		url = link
		return d.post.Put(tx, "reset", "", mail.Reset(link, until).To(a.email))
	})
	d.post.Wake()
	return url, err
}

// SetPassword gives an account a password without a link and makes its
// memberships active: the demo does this with fresh ones at every start. The
// rules of passwords hold here too.
func (d *Door) SetPassword(ctx context.Context, actor storage.Actor, email, typed string) error {
	phc, err := d.hash.Hash(ctx, typed)
	if err != nil {
		return err
	}
	return d.SetHashed(ctx, actor, Hashed{email, typed, phc})
}

// Hashed is an account's password and its hash.
type Hashed struct{ Email, Password, Hash string }

// Hash hashes passwords for SetHashed, one after the other. That is most of the work of setting them, and can be
// done before there is a door.
func Hash(ctx context.Context, all []Hashed) (err error) {
	h := password.NewHasher(rand.Reader)
	for i := range all {
		if all[i].Hash, err = h.Hash(ctx, all[i].Password); err != nil {
			return err
		}
	}
	return nil
}

// SetHashed is SetPassword for several accounts at once.
func (d *Door) SetHashed(ctx context.Context, actor storage.Actor, all ...Hashed) error {
	for _, h := range all {
		if p := problemWith(h.Password, false, h.Email); p != "" {
			return errors.New(p)
		}
	}
	call := storage.Call{Actor: actor, Action: "account.set_password", Owns: []string{"account", "membership", "session", "throttle"}}
	_, err := d.store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
		for _, h := range all {
			if err := d.setHashed(tx, h); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func (d *Door) setHashed(tx *storage.WriteTx, h Hashed) error {
	a, found, err := byEmail(&tx.ReadTx, normal(h.Email))
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("there is no account for %s", h.Email)
	}
	a.password = "" // nobody to warn
	if err := d.setPassword(tx, a, h.Hash, h.Password); err != nil {
		return err
	}
	if err := endSessions(tx, a.id, ""); err != nil {
		return err
	}
	return tx.Exec("UPDATE membership SET status = 'active', updated_at = ?2 WHERE account = ?1 AND status = 'pending'", a.id, tx.Stamp())
}
