package storage

import (
	"database/sql"
	"testing"
)

// A column that says who somebody is stands in the one list that the log seals by and erasing goes by. What looks like
// one and is none is named here, with the reason.
func TestPersonalColumnsAreListed(t *testing.T) {
	looks := set("email", "contact_email", "phone", "address", "recipient", "first_name", "last_name", "full_name", "picture", "photo", "title_of", "department", "ip", "agent")
	other := map[string]string{
		"organisation.address": "the organisation's own", "personnel.department": "the id of a department",
		"auth_log.email": "plain rows that end, and go with the person", "auth_log.ip": "as auth_log.email", "auth_log.agent": "as auth_log.email",
		"mail.recipient": "goes with the person",
	}
	seen := 0
	for _, k := range []kind{tenantKind, controlKind} {
		db, err := sql.Open("sqlite", "file::memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		if _, err := migrate(t.Context(), db, k); err != nil {
			t.Fatal(err)
		}
		tables, err := readTables(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for name, table := range tables {
			for _, c := range table.columns {
				if !looks[c] {
					continue
				}
				seen++
				if !personalColumns[name][c] && !addressColumns[name][c] && other[name+"."+c] == "" {
					t.Errorf("%s.%s looks personal: name it in tables.go or persons.go, or here with the reason", name, c)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d columns were looked at", seen)
	}
}
