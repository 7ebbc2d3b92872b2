package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"assay/storage"
)

// Item is an evidence request of a catalog.
type Item struct {
	Key       string // never changes: "common/GOV-01/1"
	Name      string
	Category  string
	Kind      Kind
	Frequency Frequency
	Controls  []string // ids of the controls it proves, which are there already
	Fresh     bool     // these controls were made just now: a request that was here is linked to them, too
}

// Adopt copies catalog requests into the organisation and links them to controls; framework.Enable calls it
// and lists evidence and evidence_control in Also. A request that was adopted before stays as people have
// made it, its links too. It returns how many requests it added.
func Adopt(tx *storage.WriteTx, items []Item) (int, error) {
	added := 0
	for _, it := range items {
		var id string
		err := none(tx.QueryRow("SELECT id FROM evidence WHERE source_key = ?", it.Key).Scan(&id))
		if err == nil {
			if it.Fresh {
				err = connect(tx, id, it.Controls)
			}
			if err != nil {
				return added, fmt.Errorf("adopt evidence %s: %w", it.Key, err)
			}
			continue
		}
		if err != storage.ErrNotFound {
			return added, fmt.Errorf("adopt evidence %s: %w", it.Key, err)
		}
		id = tx.NewID()
		err = tx.Exec(`INSERT INTO evidence (id, name, category, kind, frequency, validity_days, source, source_key, digest, created_at, updated_at)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'catalog', ?7, ?8, ?9, ?9)`,
			id, it.Name, it.Category, string(it.Kind), string(it.Frequency), it.Frequency.ValidityDays(), it.Key, it.digest(), tx.Stamp())
		if err == nil {
			err = connect(tx, id, it.Controls)
		}
		if err != nil {
			return added, fmt.Errorf("adopt evidence %s: %w", it.Key, err)
		}
		added++
	}
	return added, nil
}

// digest tells whether the catalog's text has changed since it was copied.
func (it Item) digest() string {
	b, _ := json.Marshal([]any{it.Name, it.Category, it.Kind, it.Frequency}) // text alone cannot fail
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
