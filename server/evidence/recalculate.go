package evidence

import (
	"encoding/json"
	"fmt"
	"time"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// recalculate writes down which controls changed their effective status since it last ran: by an upload, a
// review, or a day that passed. It writes transitions only; a night in which nothing changed leaves no record.
func recalculate(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		_, err := control.Settle(tx)
		return err
	})
}

// askRecalculation asks for one recalculation at the next full second, which is the job's key: all writes
// of a second share one. It cannot start before that second is over, so it sees every write that counted
// on it.
func askRecalculation(tx *storage.WriteTx) error {
	at := tx.Now().Truncate(time.Second).Add(time.Second)
	return tx.Enqueue("evidence.recalculate", nil, at, at.Format(storage.Instant))
}

// keepDeleted is how long the content of a deleted file stays, so that a deletion can be undone.
const keepDeleted = 30 * 24 * time.Hour

type purgeArgs struct {
	Objects []string `json:"objects"`
}

// AskPurge asks a module's job to remove the content of deleted files when it can no longer be asked back.
func AskPurge(tx *storage.WriteTx, job string, objects []string) error {
	if len(objects) == 0 {
		return nil
	}
	return tx.Enqueue(job, purgeArgs{objects}, tx.Now().Add(keepDeleted), "")
}

func askPurge(tx *storage.WriteTx, objects []string) error {
	return AskPurge(tx, "evidence.purge", objects)
}

func purge(s *op.Scope, raw json.RawMessage) error {
	return Purge(s, raw, "SELECT EXISTS (SELECT 1 FROM file WHERE object = ?)")
}

// Purge removes objects that nothing refers to, as a query of one object says; an undone deletion refers to its object
// again.
func Purge(s *op.Scope, raw json.RawMessage, used string) error {
	var args purgeArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return fmt.Errorf("read what to purge: %w", err)
	}
	for _, name := range args.Objects {
		var still bool
		err := s.Read(func(tx *storage.ReadTx) error { return tx.QueryRow(used, name).Scan(&still) })
		if err != nil {
			return err
		}
		if still {
			continue
		}
		if err := s.Blobs().Delete(s.Context(), s.Tenant(), name); err != nil {
			return err
		}
	}
	return nil
}
