package erasure

import (
	"strings"

	"assay/server/op"
	"assay/storage"
)

func (e *Eraser) get(sc *op.Scope, _ struct{}) (out Erasure, err error) {
	out.Days = int(e.After.Hours() / 24)
	var r row
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		r, err = of(tx, sc.Tenant())
		return err
	})
	if err != nil || r.id == "" {
		return out, err
	}
	out.GoesAt, out.AskedAt = r.goesAt, r.askedAt
	if sc.Caller().Role&op.Admin != 0 {
		out.Reason = r.reason
	}
	if out.AskedBy = "Whoever runs this installation"; r.askedBy == byCommand {
		return out, nil
	}
	return out, sc.Read(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT coalesce(max(name), '') FROM person WHERE id = ?", r.askedBy).Scan(&out.AskedBy)
	})
}

type askIn struct {
	Body struct {
		Slug     string `json:"slug" maxLength:"40" doc:"The organisation's short name, typed to say that it is meant"`
		Password string `json:"password" maxLength:"1024" doc:"The caller's"`
		Reason   string `json:"reason" maxLength:"500" doc:"Why. Every administrator is mailed it"`
	}
}

// ask asks for the password again: an open laptop is not enough.
func (e *Eraser) ask(sc *op.Scope, in askIn) (Erasure, error) {
	c := sc.Caller()
	var v op.Check
	v.That(strings.TrimSpace(in.Body.Slug) == c.TenantSlug, "slug", "This is not the organisation's short name.")
	v.Required(in.Body.Reason, "reason")
	if err := v.Err(); err != nil {
		return Erasure{}, err
	}
	if err := e.Door.Confirm(sc, in.Body.Password, "erasure_asked"); err != nil {
		return Erasure{}, err
	}
	err := sc.WriteControl(func(tx *storage.WriteTx) error {
		_, err := e.Ask(tx, c.Tenant, c.Person, c.Name, in.Body.Reason, e.After)
		return err
	})
	if err != nil {
		return Erasure{}, err
	}
	e.Post.Wake()
	return e.get(sc, struct{}{})
}

func (e *Eraser) cancel(sc *op.Scope, _ struct{}) (Erasure, error) {
	c := sc.Caller()
	if c.Session == "" {
		return Erasure{}, op.Errorf(op.Forbidden, "This can only be done by a person who is signed in, not with an access token.")
	}
	err := sc.WriteControl(func(tx *storage.WriteTx) error { return e.Cancel(tx, c.Tenant, c.Name) })
	if err != nil {
		return Erasure{}, err
	}
	e.Post.Wake()
	return e.get(sc, struct{}{})
}
