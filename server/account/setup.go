package account

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"assay/server/account/token"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// Founding is what a new organisation needs.
type Founding struct {
	Name  string
	Slug  string // empty means made from the name
	Email string // of its first administrator
	Admin string // and the name
	Zone  string // IANA; empty means UTC
}

// ErrSlug means that the short name is taken.
var ErrSlug = errors.New("another organisation has this short name")

var slugForm = regexp.MustCompile(`^[a-z0-9](-?[a-z0-9]){1,39}$`)

// ValidSlug says whether s may stand in addresses: 2 to 40 lower-case letters,
// digits and single dashes.
func ValidSlug(s string) bool { return len(s) <= 40 && slugForm.MatchString(s) }

// SlugOf makes a short name from a name: "Müller & Söhne" gives muller-sohne.
func SlugOf(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String(), "-")
	s = strings.Trim(s[:min(len(s), 32)], "-")
	if !ValidSlug(s) {
		return "organisation"
	}
	return s
}

// CreateTenant makes an organisation's file with its first rows. It is nobody's
// until Register has written it down.
func CreateTenant(ctx context.Context, store *storage.Store, actor storage.Actor, f Founding) (tenant, person string, err error) {
	if f.Zone == "" {
		f.Zone = "UTC"
	}
	tenant = store.NewID()
	if err := store.CreateTenant(ctx, tenant); err != nil {
		return "", "", err
	}
	db, done, err := store.Tenant(ctx, tenant)
	if err != nil {
		return "", "", err
	}
	defer done()
	call := storage.Call{Actor: actor, Action: "tenant.create", Owns: []string{"organisation", "person", "scope"}}
	_, err = db.Write(ctx, call, func(tx *storage.WriteTx) error {
		if err := tx.Exec("INSERT INTO organisation (id, name, zone, updated_at) VALUES ('organisation', ?, ?, ?)", f.Name, f.Zone, tx.Stamp()); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', ?) ON CONFLICT DO NOTHING", tx.Stamp()); err != nil {
			return err
		}
		if f.Email == "" {
			return nil
		}
		person = tx.NewID()
		return tx.Exec("INSERT INTO person (id, name, email, created_at, updated_at) VALUES (?, ?, ?, ?4, ?4)", person, f.Admin, normal(f.Email), tx.Stamp())
	})
	if err != nil {
		return "", "", fmt.Errorf("create organisation: %w", err)
	}
	return tenant, person, nil
}

// Register writes a new organisation into the installation's database. A short
// name that was made from the name gets a number if it is taken.
func Register(tx *storage.WriteTx, tenant string, f Founding) (slug string, err error) {
	given := f.Slug != ""
	base := f.Slug
	if !given {
		base = SlugOf(f.Name)
	}
	slug = base
	for n := 2; ; n++ {
		var taken bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant WHERE slug = ?)", slug).Scan(&taken); err != nil {
			return "", err
		}
		if !taken {
			break
		}
		if given {
			return "", ErrSlug
		}
		slug = fmt.Sprintf("%s-%d", base, n)
	}
	return slug, tx.Exec("INSERT INTO tenant (id, slug, name, created_at) VALUES (?, ?, ?, ?)", tenant, slug, f.Name, tx.Stamp())
}

// SetupLink makes the link of the first start, which works once and for an
// hour. There is none, and url is empty, once an organisation exists.
func (d *Door) SetupLink(ctx context.Context) (url string, err error) {
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "start"}, Action: "account.setup_link", Owns: []string{"link"}}
	_, err = d.store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
		var exists bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant)").Scan(&exists); err != nil || exists {
			return err
		}
		url, _, err = d.newLink(tx, token.Setup, link{})
		return err
	})
	return url, err
}

type setUp struct {
	Body struct {
		Token        string `json:"token" maxLength:"100"`
		Organisation string `json:"organisation" minLength:"1" maxLength:"100"`
		Name         string `json:"name" minLength:"1" maxLength:"100"`
		Email        string `json:"email" maxLength:"254"`
		Password     string `json:"password" maxLength:"1024"`
		Zone         string `json:"zone,omitempty" maxLength:"60" doc:"IANA time zone of the organisation; UTC unless given"`
	}
}

// setUp makes the first organisation and its administrator, and signs them in.
func (d *Door) setUp(v *op.Visit, in setUp) (Session, error) {
	b := in.Body
	var l link
	err := v.WriteControl(func(tx *storage.WriteTx) (err error) {
		if err := knock(tx, v.IP()); err != nil {
			return err
		}
		l, err = findLink(&tx.ReadTx, b.Token, token.Setup)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	var check op.Check
	check.Required(b.Organisation, "organisation")
	check.Required(b.Name, "name")
	check.Required(b.Email, "email")
	check.Email(b.Email, "email")
	check.That(validZone(b.Zone), "zone", "Choose a time zone such as Europe/Berlin.")
	if p := problemWith(b.Password, false, b.Organisation, b.Name, b.Email); p != "" {
		check.That(false, "password", p)
	}
	if err := check.Err(); err != nil {
		return Session{}, err
	}
	phc, err := d.hash.Hash(v.Context(), b.Password)
	if err != nil {
		return Session{}, err
	}

	d.founding.Lock()
	defer d.founding.Unlock()
	if err := v.ReadControl(func(tx *storage.ReadTx) error { _, err := findLink(tx, b.Token, token.Setup); return err }); err != nil {
		return Session{}, err // somebody else was quicker
	}
	f := Founding{Name: b.Organisation, Email: normal(b.Email), Admin: b.Name, Zone: b.Zone}
	tenant, person, err := CreateTenant(v.Context(), v.Store(), storage.Actor{Kind: storage.System, ID: "setup"}, f)
	if err != nil {
		return Session{}, err
	}
	a := account{id: d.store.NewID(), email: f.Email, name: f.Admin}
	err = v.WriteControlAs(storage.Actor{Kind: storage.Person, ID: person}, tenant, func(tx *storage.WriteTx) error {
		if err := useLink(tx, l); err != nil {
			return err
		}
		if _, err := Register(tx, tenant, f); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO account (id, email, name, created_at, updated_at) VALUES (?, ?, ?, ?4, ?4)", a.id, a.email, a.name, tx.Stamp()); err != nil {
			return err
		}
		if err := d.setPassword(tx, a, phc, b.Password); err != nil {
			return err
		}
		err := tx.Exec("INSERT INTO membership (id, tenant, account, person, role, status, created_at, updated_at) VALUES (?, ?, ?, ?, 'admin', 'active', ?5, ?5)", tx.NewID(), tenant, a.id, person, tx.Stamp())
		if err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO sign_in (account, at) VALUES (?, ?)", a.id, tx.Stamp()); err != nil {
			return err
		}
		if err := d.post.Put(tx, "founded", tenant, mail.Founded(f.Name, d.base).To(a.email)); err != nil {
			return err
		}
		return d.note(tx, v, note{event: "sign_in", outcome: ok, account: a.id, tenant: tenant, email: a.email, detail: "setup"})
	})
	if err != nil {
		return Session{}, err
	}
	d.post.Wake()
	if err := d.enter(v, a.id, tenant); err != nil {
		return Session{}, err
	}
	return d.describe(v, a.id, tenant)
}
