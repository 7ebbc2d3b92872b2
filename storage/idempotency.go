package storage

import (
	"database/sql"
	"errors"
	"time"
)

// remembered is the answer to one idempotent call, kept with what it did.
type remembered struct {
	key, digest, body string
	status            int
}

// ErrKeyReused means an Idempotency-Key came again with another request.
var ErrKeyReused = errors.New("the idempotency key was used for another request")

// Remembered gives the answer kept for key, if the same request was already carried out within a day.
func (tx *WriteTx) Remembered(key, digest string) (status int, body []byte, ok bool, err error) {
	var was, text string
	err = tx.QueryRow("SELECT digest, status, body FROM idempotency WHERE key = ? AND at > ?",
		key, tx.now.Add(-24*time.Hour).Format(Instant)).Scan(&was, &status, &text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil, false, nil
	case err != nil:
		return 0, nil, false, err
	case was != digest:
		return 0, nil, false, ErrKeyReused
	}
	return status, []byte(text), true, nil
}

// Remember keeps this write's answer for key, in the same transaction.
func (tx *WriteTx) Remember(key, digest string, status int, body []byte) {
	tx.idem = &remembered{key: key, digest: digest, status: status, body: string(body)}
}
