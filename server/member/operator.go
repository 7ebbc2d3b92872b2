package member

import (
	"context"
	"fmt"

	"assay/server/account"
	"assay/storage"
)

// Invite invites from the command line: it writes the person into the
// organisation's records and mails the invitation. The link is given back too,
// for an installation that sends no mail yet.
func Invite(ctx context.Context, store *storage.Store, door *account.Door, actor storage.Actor, in account.Invitation) (url string, err error) {
	db, done, err := store.Tenant(ctx, in.Tenant)
	if err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	defer done()
	_, err = db.Write(ctx, storage.Call{Actor: actor, Action: "member.invite", Owns: []string{"person"}}, func(tx *storage.WriteTx) error {
		in.Person, err = Named(tx, in.Email, in.Name, in.Title, in.Department)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	call := storage.Call{Actor: actor, Action: "member.invite", Tenant: in.Tenant, Owns: []string{"membership", "account", "link", "mail"}}
	_, err = store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
		_, url, err = door.Invite(tx, in)
		return err
	})
	door.Wake()
	return url, err
}
