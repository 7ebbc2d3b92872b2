package due_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/server/asset"
	"assay/server/attachment"
	"assay/server/bia"
	"assay/server/control"
	"assay/server/due"
	"assay/server/link"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/policy"
	"assay/server/record"
	"assay/server/risk"
	"assay/server/tag"
	"assay/server/task"
	"assay/server/vendor"
	"assay/storage"
)

func open(tb testing.TB) *optest.API {
	return optest.New(tb, policy.Module, vendor.Module, risk.Module, asset.Module, bia.Module, attachment.Module, number.Module, notification.Module, control.Module, link.Module, tag.Module, task.Module)
}

func read(api *optest.API, tb testing.TB, fn func(tx *storage.ReadTx) error) {
	tb.Helper()
	if err := api.DB().Read(tb.Context(), storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "due.test"}, fn); err != nil {
		tb.Fatal(err)
	}
}

// soon are the references of what is due soon, of everybody, in an order of their own.
func soon(api *optest.API, t *testing.T, is func(record.Due) bool) string {
	var refs []string
	read(api, t, func(tx *storage.ReadTx) error {
		all, err := due.Soon(tx, "")
		if err == nil {
			err = record.Named(tx, all)
		}
		for _, d := range all {
			if is(d) {
				refs = append(refs, d.Ref)
			}
		}
		return err
	})
	slices.Sort(refs)
	return strings.Join(slices.Compact(refs), " ")
}

// listed are the references that a list finds.
func listed(api *optest.API, path string) string {
	var p op.Page[struct{ Ref string }]
	api.Must("GET", path+"&limit=100&sort=ref", nil, &p)
	var refs []string
	for _, r := range p.Items {
		refs = append(refs, r.Ref)
	}
	return strings.Join(refs, " ")
}

// days are those around which clocks change, seen from 2 March 2026.
var days = []string{"", "2026-03-01", "2026-03-02", "2026-04-01", "2026-04-02"}

// seed makes a record of every register for every state and day.
func seed(api *optest.API) {
	api.Seed([]string{"policy", "policy_version", "vendor", "vendor_contract", "vendor_attestation", "attachment", "risk", "asset", "process"}, func(tx *storage.WriteTx) error {
		n := 0
		put := func(query string, args ...any) error {
			n++
			return tx.Exec(query, append([]any{fmt.Sprintf("x%d", n), fmt.Sprintf("X-%04d", n), tx.Stamp()}, args...)...)
		}
		if err := tx.Exec("INSERT INTO attachment (id, kind, record, name, type, size, sha256, original, object, uploaded_at) VALUES ('file', 'vendor', 'x', 'f', 'text/plain', 1, '', '', '', ?)", tx.Stamp()); err != nil {
			return err
		}
		for _, day := range days {
			for _, status := range []string{"planned", "active", "retiring", "retired"} {
				if err := put("INSERT INTO asset (id, ref, name, created_at, updated_at, owner, status, review_on) VALUES (?1, ?2, ?2, ?3, ?3, 'user', ?4, ?5)", status, day); err != nil {
					return err
				}
			}
			if err := put("INSERT INTO process (id, ref, name, created_at, updated_at, owner, review_on) VALUES (?1, ?2, ?2, ?3, ?3, 'user', ?4)", day); err != nil {
				return err
			}
			for _, status := range []string{"open", "in_progress", "off_track", "mitigated", "accepted", "closed"} {
				for _, until := range []string{"2026-03-01", "2026-03-02"} {
					if err := put("INSERT INTO risk (id, ref, title, created_at, updated_at, owner, status, due_on, accepted_until) VALUES (?1, ?2, ?2, ?3, ?3, 'user', ?4, ?5, ?6)", status, day, until); err != nil {
						return err
					}
				}
			}
			for _, status := range []string{"requested", "in_review", "approved", "rejected", "offboarding", "offboarded"} {
				err := put("INSERT INTO vendor (id, ref, name, created_at, updated_at, owner, status, risk_likelihood, risk_impact, assessed_on) VALUES (?1, ?2, ?2, ?3, ?3, 'user', ?4, 5, 5, iif(?5 = '', '', date(?5, '-6 months')))", status, day)
				if err != nil {
					return err
				}
			}
			for _, archived := range []string{"", tx.Stamp()} {
				for _, months := range []int{0, 12} {
					for _, state := range []string{"draft", "published"} {
						err := put("INSERT INTO policy (id, number, ref, title, created_at, updated_at, owner, archived_at, review_months) VALUES (?1, substr(?2, 3), ?2, ?2, ?3, ?3, 'user', ?4, ?5)", archived, months)
						if err == nil && day != "" {
							err = tx.Exec("INSERT INTO policy_version (id, policy, major, minor, state, published_at, published_on, created_at, updated_at) VALUES (?1, ?1, 1, 0, ?2, iif(?2 = 'draft', '', ?3), iif(?2 = 'draft', '', date(?4, '-12 months')), ?3, ?3)",
								fmt.Sprintf("x%d", n), state, tx.Stamp(), day)
						}
						if err != nil {
							return err
						}
					}
				}
			}
		}
		for _, starts := range []string{"", "2026-03-02", "2026-03-03"} {
			for _, ends := range append(days, "2026-05-31") {
				for _, renews := range []int{0, 1} {
					for _, notice := range []int{0, 1, 60} {
						if err := put("INSERT INTO vendor (id, ref, name, created_at, updated_at, owner, status) VALUES (?1, ?2, ?2, ?3, ?3, 'user', 'approved')"); err != nil {
							return err
						}
						id := fmt.Sprintf("x%d", n)
						err := tx.Exec("INSERT INTO vendor_contract (id, vendor, title, starts_on, ends_on, renews, notice_days, created_at, updated_at) VALUES (?1, ?1, 'Paper', ?2, ?3, ?4, ?5, ?6, ?6)", id, starts, ends, renews, notice, tx.Stamp())
						if err != nil {
							return err
						}
					}
				}
			}
		}
		for _, file := range []string{"", "file"} {
			for _, expires := range days {
				for _, bridge := range days {
					if err := put("INSERT INTO vendor (id, ref, name, created_at, updated_at, owner, status) VALUES (?1, ?2, ?2, ?3, ?3, 'user', 'approved')"); err != nil {
						return err
					}
					id := fmt.Sprintf("x%d", n)
					err := tx.Exec("INSERT INTO vendor_attestation (id, vendor, type, attachment, expires_on, bridge_until, created_at, updated_at) VALUES (?1, ?1, 'soc3', ?2, ?3, ?4, ?5, ?5)", id, file, expires, bridge, tx.Stamp())
					if err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// What is due is what the lists of the registers say of the same days, over every state.
func TestClocksAreThoseOfTheLists(t *testing.T) {
	api := open(t)
	seed(api)
	is := func(k record.Kind, w record.DueWhat) func(record.Due) bool {
		return func(d record.Due) bool { return d.Kind == k && d.What == w }
	}
	late := func(k record.Kind, w record.DueWhat) func(record.Due) bool {
		return func(d record.Due) bool { return is(k, w)(d) && d.Overdue }
	}
	for name, c := range map[string]struct {
		path string
		is   func(record.Due) bool
	}{
		"policies":           {"/policies?review=overdue,within_30", is(record.Policy, record.Review)},
		"late policies":      {"/policies?review=overdue", late(record.Policy, record.Review)},
		"vendors":            {"/vendors?review=overdue,due_soon", is(record.Vendor, record.Review)},
		"late vendors":       {"/vendors?review=overdue", late(record.Vendor, record.Review)},
		"contracts":          {"/vendors?contract_due=true", is(record.Vendor, record.Contract)},
		"ended attestations": {"/vendors?attested=expired", late(record.Vendor, record.Attestation)},
		"late risks":         {"/risks?overdue=true", late(record.Risk, record.Treatment)},
		"late assets":        {"/assets?overdue=true", late(record.Asset, record.Review)},
		"late processes":     {"/processes?overdue=true", late(record.Process, record.Review)},
	} {
		want := listed(api, c.path)
		if got := soon(api, t, c.is); got != want || want == "" {
			t.Errorf("%s: %q, the list has %q", name, got, want)
		}
	}
	// The last day counts, the day after the last does not.
	read(api, t, func(tx *storage.ReadTx) error {
		all, err := due.Soon(tx, "")
		for i, d := range all {
			if d.DueOn > "2026-04-01" || d.Overdue != (d.DueOn < "2026-03-02") || i > 0 && all[i-1].DueOn > d.DueOn || d.Owner != "user" || d.OwnerName != "The user" {
				t.Errorf("%+v", d)
			}
		}
		own, err2 := due.Soon(tx, "user")
		none, err3 := due.Soon(tx, "admin")
		if len(own) != len(all) || len(none) != 0 || err2 != nil || err3 != nil {
			t.Errorf("%d of %d are theirs, %d another's: %v %v", len(own), len(all), len(none), err2, err3)
		}
		return err
	})
	if n := len(strings.Fields(soon(api, t, is(record.Risk, record.Acceptance)))); n != len(days) {
		t.Errorf("%d acceptances end", n)
	}
}

// BenchmarkSoon is what is due soon among ten thousand of each register, for everybody and for one person.
func BenchmarkSoon(b *testing.B) {
	api := open(b)
	benchSeed(api)
	for name, who := range map[string]string{"everybody": "", "one": "user"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				read(api, b, func(tx *storage.ReadTx) error { _, err := due.Soon(tx, who); return err })
			}
		})
	}
}

func benchSeed(api *optest.API) {
	api.Seed([]string{"policy", "policy_version", "vendor", "vendor_contract", "vendor_attestation", "risk", "asset", "process"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			"INSERT INTO asset (id, ref, name, created_at, updated_at, owner, review_on) SELECT 'a' || i, format('AST-%05d', i), 'Asset', '', '', iif(i % 500 = 0, 'user', 'admin'), date('2026-03-01', i || ' days') FROM n",
			"INSERT INTO process (id, ref, name, created_at, updated_at, owner, review_on) SELECT 'a' || i, format('PRC-%05d', i), 'Process', '', '', iif(i % 500 = 0, 'user', 'admin'), date('2026-03-01', i || ' days') FROM n",
			"INSERT INTO risk (id, ref, title, created_at, updated_at, owner, due_on, review_on) SELECT 'a' || i, format('RSK-%05d', i), 'Risk', '', '', iif(i % 500 = 0, 'user', 'admin'), date('2026-03-01', i || ' days'), date('2026-03-01', i || ' days') FROM n",
			`INSERT INTO vendor (id, ref, name, created_at, updated_at, owner, status, risk_likelihood, risk_impact, assessed_on)
				SELECT 'a' || i, format('VEN-%05d', i), 'Vendor', '', '', iif(i % 500 = 0, 'user', 'admin'), 'approved', 1 + i % 5, 1 + i % 4, date('2025-03-01', (i % 360) || ' days') FROM n`,
			"INSERT INTO vendor_contract (id, vendor, title, ends_on, notice_days, created_at, updated_at) SELECT 'a' || i, 'a' || i, 'Paper', date('2026-03-01', i || ' days'), 30, '', '' FROM n",
			"INSERT INTO policy (id, number, ref, title, created_at, updated_at, owner) SELECT 'a' || i, i, format('POL-%05d', i), 'Policy', '', '', iif(i % 500 = 0, 'user', 'admin') FROM n",
			"INSERT INTO policy_version (id, policy, major, minor, state, published_at, published_on, created_at, updated_at) SELECT 'a' || i, 'a' || i, 1, 0, 'published', 'then', date('2025-03-01', (i % 360) || ' days'), '', '' FROM n",
		} {
			if err := tx.Exec("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) " + q); err != nil {
				return err
			}
		}
		return nil
	})
}
