package dashboard
import ("testing";"time";"assay/server/auditlog";"assay/server/evidence";"assay/server/framework";"assay/storage")
func TimeParts(t testing.TB, tx *storage.ReadTx) {
	step := func(n string, f func() error) { at := time.Now(); for range 5 { if err := f(); err != nil { t.Fatal(n, err) } }; t.Log(n, time.Since(at)/5) }
	step("Measure", func() error { _, err := framework.Measure(tx); return err })
	step("controls", func() error { _, err := programControls(tx); return err })
	step("evidence", func() error { _, err := programEvidence(tx); return err })
	step("due", func() error { _, err := evidence.Due(tx, 30); return err })
	step("needing", func() error { _, err := needing(tx, "user"); return err })
	step("onboarding", func() error { _, err := onboarding(tx); return err })
	step("recent", func() error { _, err := auditlog.Recent(tx, 20); return err })
	f, _ := measure(tx)
	step("trend", func() error { _, err := trend(tx, f); return err })
	for _, q := range []string{"EXPLAIN QUERY PLAN SELECT seq FROM audit WHERE kind = 'change' AND actor_kind <> 'system' ORDER BY seq DESC LIMIT 20"} {
		rows, err := tx.Query(q)
		if err != nil { t.Log(err); continue }
		for rows.Next() { var a,b,c int; var s string; rows.Scan(&a,&b,&c,&s); t.Log(s) }
		rows.Close()
	}
}
