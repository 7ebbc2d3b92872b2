package settings

import (
	"strconv"
	"strings"

	"assay/server/account"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
)

const columns = "name, industry, website, address, contact_email, zone, currency, color, logo_sha256, updated_at, version"

func scan(r op.Row) (s Settings, err error) {
	var sum string
	if err := r.Scan(&s.Name, &s.Industry, &s.Website, &s.Address, &s.ContactEmail, &s.Zone, &s.Currency, &s.Color, &sum, &s.UpdatedAt, &s.Version); err != nil {
		return s, err
	}
	if sum != "" {
		s.Logo = "/api/v1/settings/logo?v=" + sum[:16]
	}
	return s, nil
}

func get(sc *op.Scope, _ struct{}) (s Settings, err error) {
	err = sc.Read(func(tx *storage.ReadTx) error {
		s, err = scan(tx.QueryRow("SELECT " + columns + " FROM organisation"))
		return err
	})
	if err != nil {
		return s, err
	}
	return s, sc.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT slug, auth_days FROM tenant WHERE id = ?", sc.Tenant()).Scan(&s.Slug, &s.AuthLogDays)
	})
}

type change struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		Name         *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Industry     *string `json:"industry,omitempty" maxLength:"100"`
		Website      *string `json:"website,omitempty" maxLength:"200"`
		Address      *string `json:"address,omitempty" maxLength:"500"`
		ContactEmail *string `json:"contact_email,omitempty" maxLength:"254"`
		Zone         *string `json:"zone,omitempty" maxLength:"60"`
		Currency     *string `json:"currency,omitempty" maxLength:"3"`
		Color        *string `json:"color,omitempty" maxLength:"7"`
		AuthLogDays  *int    `json:"auth_log_days,omitempty"`
	}
}

// Validate says field by field what is wrong.
func (c change) Validate() error {
	b := c.Body
	var check op.Check
	if b.Name != nil {
		check.Required(*b.Name, "name")
	}
	if b.Website != nil && *b.Website != "" {
		check.That(validSite(*b.Website), "website", "Give a complete address, starting with https://.")
	}
	if b.ContactEmail != nil {
		check.Email(*b.ContactEmail, "contact_email")
	}
	if b.Zone != nil {
		check.That(validZone(*b.Zone), "zone", "Choose a time zone such as Europe/Berlin.")
	}
	if b.Currency != nil {
		check.That(validCurrency(*b.Currency), "currency", "Choose a currency by its three letters, such as EUR.")
	}
	if b.Color != nil && *b.Color != "" {
		_, hex := luminance(*b.Color)
		check.That(hex, "color", "Give a colour as # and six digits, such as #0f5c4d.")
		check.That(readable(*b.Color), "color", "This colour is too light to be seen on white. Choose a darker one.")
	}
	if b.AuthLogDays != nil {
		check.Between(*b.AuthLogDays, LeastAuthLogDays, MostAuthLogDays, "auth_log_days")
	}
	return check.Err()
}

func update(sc *op.Scope, in change) (s Settings, err error) {
	if in.IfMatch == "" {
		return s, op.Errorf(op.Precondition, "Send the version you read as If-Match, so that nobody's change is lost.")
	}
	if err := in.Validate(); err != nil {
		return s, err
	}
	b := in.Body
	err = sc.Write(func(tx *storage.WriteTx) error {
		s, err := scan(tx.QueryRow("SELECT " + columns + " FROM organisation"))
		if err != nil {
			return err
		}
		if strings.Trim(in.IfMatch, `"`) != strconv.Itoa(s.Version) {
			return storage.ErrStale
		}
		was := s
		for _, f := range []struct{ to, from *string }{
			{&s.Name, b.Name}, {&s.Industry, b.Industry}, {&s.Website, b.Website}, {&s.Address, b.Address}, {&s.ContactEmail, b.ContactEmail},
			{&s.Zone, b.Zone}, {&s.Currency, b.Currency}, {&s.Color, b.Color},
		} {
			if f.from != nil {
				*f.to = strings.TrimSpace(*f.from)
			}
		}
		s.Color = strings.ToLower(s.Color)
		if s == was {
			return nil
		}
		return tx.ExecOne("UPDATE organisation SET name = ?, industry = ?, website = ?, address = ?, contact_email = ?, zone = ?, currency = ?, color = ?, updated_at = ?",
			s.Name, s.Industry, s.Website, s.Address, s.ContactEmail, s.Zone, s.Currency, s.Color, tx.Stamp())
	})
	if err != nil {
		return s, err
	}
	if b.Name != nil || b.AuthLogDays != nil {
		err = sc.WriteControl(func(tx *storage.WriteTx) error {
			return tx.Exec("UPDATE tenant SET name = coalesce(?2, name), auth_days = coalesce(?3, auth_days) WHERE id = ?1 AND (name <> coalesce(?2, name) OR auth_days <> coalesce(?3, auth_days))",
				sc.Tenant(), trimmed(b.Name), b.AuthLogDays)
		})
		if err != nil {
			return s, err
		}
	}
	return get(sc, struct{}{})
}

func trimmed(s *string) any {
	if s == nil {
		return nil
	}
	return strings.TrimSpace(*s)
}

type newSlug struct {
	Body struct {
		Slug string `json:"slug" maxLength:"40"`
	}
}

func rename(sc *op.Scope, in newSlug) (s Settings, err error) {
	var check op.Check
	check.That(account.ValidSlug(in.Body.Slug), "slug", "Use 2 to 40 lower-case letters, digits and single dashes.")
	if err := check.Err(); err != nil {
		return s, err
	}
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		var taken bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant WHERE slug = ? AND id <> ?)", in.Body.Slug, sc.Tenant()).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return &op.Error{Kind: op.Invalid, Message: "Please correct the marked fields.", Fields: map[string]string{"slug": "This short name is taken. Choose another one."}}
		}
		return tx.Exec("UPDATE tenant SET slug = ?2 WHERE id = ?1 AND slug <> ?2", sc.Tenant(), in.Body.Slug)
	})
	if err != nil {
		return s, err
	}
	return get(sc, struct{}{})
}

type logoIn struct {
	V string `query:"v" maxLength:"64" doc:"Part of the digest, so that a new logo has a new address"`
}

func logo(tx *storage.ReadTx, _ logoIn) (op.Sent, error) {
	var s op.Sent
	err := tx.QueryRow("SELECT logo_object, logo_type, logo_sha256, logo_size FROM organisation").Scan(&s.Object.Name, &s.Type, &s.Object.SHA256, &s.Object.Size)
	if err != nil {
		return s, err
	}
	if s.Object.Name == "" {
		return s, storage.ErrNotFound
	}
	s.Name, s.Inline = "logo.png", true
	if s.Type == "image/jpeg" {
		s.Name = "logo.jpg"
	}
	return s, nil
}

func setLogo(tx *storage.WriteTx, _ struct{}, f op.File) (struct {
	Logo string `json:"logo"`
}, error) {
	var out struct {
		Logo string `json:"logo"`
	}
	out.Logo = "/api/v1/settings/logo?v=" + f.Object.SHA256[:16]
	return out, writeLogo(tx, f.Object, f.Type.Media)
}

func deleteLogo(tx *storage.WriteTx, _ struct{}) (struct{}, error) {
	return struct{}{}, writeLogo(tx, blob.Object{}, "")
}

func writeLogo(tx *storage.WriteTx, o blob.Object, media string) error {
	return tx.ExecOne("UPDATE organisation SET logo_object = ?, logo_type = ?, logo_sha256 = ?, logo_size = ?, updated_at = ?", o.Name, media, o.SHA256, o.Size, tx.Stamp())
}
