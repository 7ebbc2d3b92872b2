package account

import "assay/storage"

// Remove deletes an account that belongs to no organisation any more, with everything that the door knows of it.
func Remove(tx *storage.WriteTx, account, email string) error {
	for _, q := range []string{
		"DELETE FROM token_use WHERE token IN (SELECT id FROM token WHERE account = ?1)",
		"DELETE FROM calendar_use WHERE feed IN (SELECT id FROM calendar_feed WHERE account = ?1)",
		"DELETE FROM session WHERE account = ?1",
		"DELETE FROM sign_in WHERE account = ?1",
		"DELETE FROM link WHERE account = ?1",
		"DELETE FROM recovery_code WHERE account = ?1",
		"DELETE FROM token WHERE account = ?1",
		"DELETE FROM calendar_feed WHERE account = ?1",
		"DELETE FROM account WHERE id = ?1",
	} {
		if err := tx.Exec(q, account); err != nil {
			return err
		}
	}
	if err := tx.Exec("DELETE FROM auth_log WHERE account = ?1 OR email = ?2", account, email); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM mail WHERE recipient = ?1", email); err != nil {
		return err
	}
	for _, key := range []string{throttleKey("password", email), throttleKey("reset", email), throttleKey("code", account)} {
		if err := forget(tx, key); err != nil {
			return err
		}
	}
	return nil
}
