package vendor

import (
	"encoding/json"
	"fmt"
	"testing"

	"assay/storage"
)

// BenchmarkList10000 is a page of ten thousand vendors, with clocks, attestations and contracts.
func BenchmarkList10000(b *testing.B) {
	api := open(b)
	api.Seed(append([]string{"attachment"}, Module.Owns...), func(tx *storage.WriteTx) error {
		for i := range 10000 {
			id := fmt.Sprintf("v%05d", i)
			data, _ := json.Marshal([]string{[]string{"pii", "phi", "none"}[i%3]})
			err := tx.Exec("INSERT INTO vendor (id, ref, name, data, status, classification, risk_likelihood, risk_impact, assessed_on, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')",
				id, fmt.Sprintf("VEN-%05d", i), fmt.Sprintf("Vendor %d", (i*7919)%10000), string(data), []string{"approved", "in_review", "requested"}[i%3],
				[]string{"", "internal", "restricted"}[i%3], i%6, (i/6)%6, later("2026-03-01", -i%1000))
			if err == nil && i%2 == 0 {
				err = tx.Exec("INSERT INTO vendor_attestation (id, vendor, type, expires_on, created_at, updated_at) VALUES (?, ?, 'soc2_type2', '2026-05-01', '', '')", id, id)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	api.Times(b, "/vendors?limit=50", "/vendors?limit=50&sort=-tier", "/vendors?limit=50&review=overdue&sort=next_review_on", "/vendors/facets")
}
