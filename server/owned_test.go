package server

import (
	"fmt"
	"slices"
	"testing"

	"assay/server/personnel"
	"assay/server/record"
	"assay/storage"
)

// notHandedOver are the tables with an owner that stay with whoever left, and why.
var notHandedOver = map[string]string{
	"saved_view": "how somebody looks at a list is theirs; what they shared stays where others have it",
}

// TestWhatIsOwnedIsHandedOver finds every table with an owner, makes all of its rows somebody's who leaves, and gives
// them to somebody else: what goes on goes along, what has ended stays.
func TestWhatIsOwnedIsHandedOver(t *testing.T) {
	t.Parallel()
	h := open(t)
	var list []string
	db, done, err := h.store.Tenant(t.Context(), h.a.id)
	h.must(err)
	all, _ := db.RecordTables()
	done()
	for _, table := range all {
		if slices.Contains(table.Columns, "owner") {
			list = append(list, table.Name)
		}
	}
	tables := record.OwnedTables()
	for _, name := range list {
		if slices.Contains(tables, name) == (notHandedOver[name] != "") {
			t.Errorf("%s has an owner: when they leave it is handed over (server/record/owned.go), or there is a reason here why not", name)
		}
	}
	for name := range notHandedOver {
		if !slices.Contains(list, name) {
			t.Errorf("%s has no owner any more", name)
		}
	}
	admin, from := h.a.callers["admin"], h.a.callers["user"].person
	ended := map[string]string{ // what stays, of the tables where something ends
		"policy": "archived_at = '2026-01-01T00:00:00.000Z'", "risk": "status = 'closed'", "vendor": "status = 'offboarded'", "asset": "status = 'retired'",
		"task": "status = 'done'", "vendor_contract": "starts_on = '', ends_on = '2020-01-01', renews = 0",
	}
	h.write(h.a, append(slices.Clone(tables), "personnel"), func(tx *storage.WriteTx) error {
		// The installation has one contract, and that will have ended.
		err := tx.Exec("INSERT INTO vendor_contract (id, vendor, title, created_at, updated_at) SELECT 'z', max(id), 'Goes on', ?1, ?1 FROM vendor", tx.Stamp())
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := tx.Exec("UPDATE "+table+" SET owner = ?", from); err != nil {
				return err
			}
			if set, id := ended[table], ""; set != "" {
				if err := tx.QueryRow("SELECT min(id) FROM " + table).Scan(&id); err != nil {
					return fmt.Errorf("%s: %w", table, err)
				}
				if err := tx.ExecOne("UPDATE "+table+" SET "+set+" WHERE id = ?", id); err != nil {
					return fmt.Errorf("%s: %w", table, err)
				}
				ended[table] = id
			}
		}
		return tx.Exec("UPDATE personnel SET email = ? WHERE id = ?", h.a.callers["user"].email, h.a.ids["personnel"][2])
	})
	var d personnel.PersonnelDetail
	h.do(admin, "GET", "/personnel/"+h.a.ids["personnel"][2], nil, &d)
	for _, table := range tables {
		if !slices.ContainsFunc(d.Owned, func(o record.OwnedKind) bool { return o.Kind == table && o.Count > 0 }) {
			t.Errorf("nothing of %s is told, or the installation has none", table)
		}
	}
	h.do(admin, "POST", "/personnel/"+d.ID+"/hand-over", m{"to": admin.person}, &d)
	if len(d.Owned) != 0 {
		t.Errorf("what is left: %+v", d.Owned)
	}
	for _, table := range tables {
		if h.text(h.a, "SELECT count(*) FROM "+table+" WHERE owner = ?", admin.person) == "0" {
			t.Errorf("nothing of %s was handed over", table)
		}
		if id := ended[table]; id != "" && h.text(h.a, "SELECT owner FROM "+table+" WHERE id = ?", id) != from {
			t.Errorf("a row of %s that has ended was handed over", table)
		}
	}
}
