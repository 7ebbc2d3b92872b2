package command

import (
	"context"
	"fmt"
	"time"

	"assay/server"
	"assay/storage"
)

// deleteTenant has an organisation go: after the time of the settings, or at once.
func deleteTenant(ctx context.Context, c call, cfg Config, slug, reason string, now bool, confirm string) error {
	switch {
	case reason == "":
		return usagef("say why: --reason TEXT. It is mailed to every administrator")
	case now && confirm != slug:
		return usagef("to delete it at once say the short name once more: --confirm %s. Nobody can bring it back, not from a backup either", slug)
	}
	return with(ctx, c, cfg, func(in *installation, srv *server.Server) error {
		id, name, err := in.tenant(ctx, slug)
		if err != nil {
			return err
		}
		if now {
			return deleteNow(ctx, c, in, srv, id, name, reason)
		}
		var goes time.Time
		_, err = in.store.Control().Write(ctx, erasing("erasure.ask", id), func(tx *storage.WriteTx) error {
			goes, err = srv.Eraser.Ask(tx, id, "", "Whoever runs this installation", reason, in.eraseAfter)
			return err
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s goes on %s. Until then it works as before, and `assay tenant undelete %s` keeps it. Its administrators are mailed.\n", name, goes.UTC().Format(time.RFC3339), slug)
		return nil
	})
}

func erasing(action, tenant string) storage.Call {
	return storage.Call{Actor: byHand, Action: action, Tenant: tenant, Owns: []string{"erasure", "mail"}}
}

// deleteNow goes on with an erasure that waits, too: what was asked for is only not waited for.
func deleteNow(ctx context.Context, c call, in *installation, srv *server.Server, id, name, reason string) error {
	var asked bool
	_, err := in.store.Control().Write(ctx, erasing("erasure.now", id), func(tx *storage.WriteTx) error {
		err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM erasure WHERE tenant = ? AND ended_at = '')", id).Scan(&asked)
		if err != nil || asked {
			return err
		}
		_, err = srv.Eraser.Ask(tx, id, "", "Whoever runs this installation", reason, 0)
		return err
	})
	if err != nil {
		return err
	}
	if err := srv.Eraser.Now(ctx, id); err != nil {
		return err
	}
	var remains string
	err = in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT remains FROM erasure WHERE tenant = ? ORDER BY ended_at DESC LIMIT 1", id).Scan(&remains)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s is erased: its keys, then its backup, stored files, database and rows. Copies of them that somebody made before cannot be read any more; exported archives can, as they have their keys in them.\n", name)
	if remains != "" {
		fmt.Fprintf(c.out, "What could not be removed, and cannot be read: %s.\n", remains)
	}
	return nil
}

func keepTenant(ctx context.Context, c call, in *installation, srv *server.Server, slug string) error {
	id, name, err := in.tenant(ctx, slug)
	if err != nil {
		return err
	}
	_, err = in.store.Control().Write(ctx, erasing("erasure.cancel", id), func(tx *storage.WriteTx) error {
		return srv.Eraser.Cancel(tx, id, "Whoever runs this installation")
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s stays. Nothing of it was changed.\n", name)
	return nil
}
