package policy

import (
	"encoding/json"
	"fmt"

	"assay/server/op"
	"assay/storage"
)

type purgeArgs struct {
	Objects []string `json:"objects"`
}

// askPurge removes documents that versions no longer have, when nobody can ask them back any more.
func askPurge(tx *storage.WriteTx, objects ...string) error {
	gone := []string{}
	for _, o := range objects {
		if o != "" {
			gone = append(gone, o)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return tx.Enqueue("policy.purge", purgeArgs{gone}, tx.Now().Add(storage.Rest), "")
}

// objectsOf are the documents of a policy's versions.
func objectsOf(tx *storage.ReadTx, policy string) ([]string, error) {
	rows, err := tx.Query("SELECT object FROM policy_version WHERE policy = ? AND object <> ''", policy)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (o string, err error) { return o, r.Scan(&o) })
}

// purge removes documents that no version refers to; what was undone or came out of the trash refers to its document
// again.
func purge(s *op.Scope, raw json.RawMessage) error {
	var args purgeArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return fmt.Errorf("read what to purge: %w", err)
	}
	for _, name := range args.Objects {
		var used bool
		err := s.Read(func(tx *storage.ReadTx) error {
			return tx.QueryRow("SELECT EXISTS (SELECT 1 FROM policy_version WHERE object = ?)", name).Scan(&used)
		})
		if err != nil {
			return err
		}
		if used {
			continue
		}
		if err := s.Blobs().Delete(s.Context(), s.Tenant(), name); err != nil {
			return err
		}
	}
	return nil
}
