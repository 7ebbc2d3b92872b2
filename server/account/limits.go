package account

import (
	"database/sql"
	"encoding/json"
	"errors"
	"net/netip"
	"time"

	"assay/server/account/throttle"
	"assay/server/account/token"
	"assay/server/op"
	"assay/storage"
)

// Where the throttle rules keep their values: rows of the table throttle. A
// row's key says what is counted; for whom stands there as a digest, because
// people type anything into the field for an e-mail address.

func throttleKey(what, who string) string { return what + ":" + token.Hash(who)[:40] }

// take notes one more try and gives how long to wait instead, if it is one too
// many. A refused try is not noted.
func take(tx *storage.WriteTx, key string, l throttle.Limit) (wait time.Duration, err error) {
	var text string
	err = tx.QueryRow("SELECT tries FROM throttle WHERE key = ?", key).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	var before []time.Time
	if text != "" {
		if err := json.Unmarshal([]byte(text), &before); err != nil {
			return 0, err
		}
	}
	keep, wait := l.Try(before, tx.Now())
	if wait > 0 {
		return wait, nil
	}
	b, err := json.Marshal(keep)
	if err != nil {
		return 0, err
	}
	return 0, tx.Exec("INSERT INTO throttle (key, tries, at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET tries = ?2, at = ?3", key, string(b), tx.Stamp())
}

// failures is how often in a row something failed, and when last.
func failures(tx *storage.ReadTx, key string) (n int, last time.Time, err error) {
	var at string
	err = tx.QueryRow("SELECT failures, at FROM throttle WHERE key = ?", key).Scan(&n, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	if err != nil {
		return 0, time.Time{}, err
	}
	last, err = time.Parse(storage.Instant, at)
	return n, last, err
}

func setFailures(tx *storage.WriteTx, key string, n int) error {
	return tx.Exec("INSERT INTO throttle (key, failures, at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET failures = ?2, at = ?3", key, n, tx.Stamp())
}

func forget(tx *storage.WriteTx, key string) error {
	return tx.Exec("DELETE FROM throttle WHERE key = ?", key)
}

// knock lets a network address through so many times a minute. It stands
// before everything a stranger can make us work for.
func knock(tx *storage.WriteTx, ip string) error {
	wait, err := take(tx, throttleKey("address", network(ip)), throttle.PerAddress)
	if err != nil {
		return err
	}
	return tooSoon(wait)
}

func tooSoon(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	e := op.Errorf(op.TooMany, "There were too many tries. Please wait a moment and try again.")
	e.After = wait
	return e
}

// network is the address that is counted: of IPv6 the half that a household
// cannot change.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Unmap().Is4() {
		return ip
	}
	p, err := a.Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}
