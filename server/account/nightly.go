package account

import (
	"encoding/json"
	"time"

	"assay/server/op"
	"assay/storage"
)

// tidy cleans the installation's database every night: entries of the auth log
// that are older than their organisation keeps them, sessions and links that
// are over, counts that no longer count, mails of last month.
func (d *Door) tidy(sc *op.Scope, _ json.RawMessage) error {
	return sc.WriteControl(func(tx *storage.WriteTx) error {
		today := tx.Now().UTC()
		// An entry that names no organisation is kept as long as the longest of
		// those its account belongs to.
		err := tx.Exec(`
			DELETE FROM auth_log WHERE at < strftime('%Y-%m-%dT%H:%M:%fZ', ?1, '-' || coalesce(
				(SELECT t.auth_days FROM tenant t WHERE t.id = auth_log.tenant),
				(SELECT max(t.auth_days) FROM membership m JOIN tenant t ON t.id = m.tenant WHERE m.account = auth_log.account), 365) || ' days')`, tx.Stamp())
		if err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM session WHERE expires <= ?", tx.Stamp()); err != nil {
			return err
		}
		// Wrong passwords of an account are counted until a right one; those
		// typed for addresses without an account only for a day.
		day := today.Add(-24 * time.Hour).Format(storage.Instant)
		keep := map[string]bool{}
		rows, err := tx.Query("SELECT email FROM account")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var email string
			if err := rows.Scan(&email); err != nil {
				return err
			}
			keep[throttleKey("password", email)] = true
		}
		if err := rows.Err(); err != nil {
			return err
		}
		old, err := tx.Query("SELECT key FROM throttle WHERE at < ?", day)
		if err != nil {
			return err
		}
		defer old.Close()
		var gone []string
		for old.Next() {
			var key string
			if err := old.Scan(&key); err != nil {
				return err
			}
			if !keep[key] {
				gone = append(gone, key)
			}
		}
		if err := old.Err(); err != nil {
			return err
		}
		for _, key := range gone {
			if err := forget(tx, key); err != nil {
				return err
			}
		}
		if err := tx.Exec("DELETE FROM link WHERE expires_at < ?", today.AddDate(0, 0, -30).Format(storage.Instant)); err != nil {
			return err
		}
		return d.post.Tidy(tx)
	})
}

// validZone says whether an IANA time zone is known. Empty means UTC.
func validZone(name string) bool {
	if name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
