package vendor

import (
	"cmp"

	"assay/storage"
)

// Attested is whether a proof is there and counts.
type Attested string

// The states of an attestation, the best first.
const (
	Valid    Attested = "valid"
	Expiring Attested = "expiring" // within [attestDays]
	Missing  Attested = "missing"  // wanted, but there is no file
	Expired  Attested = "expired"
	Unasked  Attested = "unasked" // of a vendor of which none is wanted
)

const attestDays = 60

// lasts are the months for which a proof counts unless it says otherwise, from the day it was issued.
var lasts = map[string]int{"soc2_type1": 12, "soc2_type2": 12, "soc3": 12, "iso27001": 36, "iso42001": 36, "hitrust": 24, "pci_dss": 12, "penetration_test": 12, "insurance": 12}

// ExpiresOn is the last day of a proof for which nobody has said another; empty where it has none. What reports on a
// time counts from its end.
func ExpiresOn(kind, issued, periodEnd string) string {
	months := lasts[kind]
	from := cmp.Or(periodEnd, issued)
	if months == 0 || from == "" {
		return ""
	}
	return After(from, months)
}

// AttestedOn is the state on a day: soon is [attestDays] after it. A letter that covers the time until the next report
// counts as the report. [attestedSQL] is the same in SQL.
func AttestedOn(file bool, expires, bridge, today, soon string) Attested {
	end := expires
	if bridge > end && end != "" {
		end = bridge
	}
	switch {
	case !file:
		return Missing
	case end == "":
		return Valid
	case end < today:
		return Expired
	case end <= soon:
		return Expiring
	}
	return Valid
}

// Running is where a contract stands.
type Running string

// The states of a contract.
const (
	Upcoming Running = "upcoming" // has not begun
	InForce  Running = "in_force" //
	Decide   Running = "decide"   // the last day to give notice is near, or the end of one that does not renew
	Renewing Running = "renewing" // that day has passed, so it will renew by itself
	Ending   Running = "ending"   // that day has passed, so it will end
	Renewed  Running = "renewed"  // by itself; somebody has to say until when
	Over     Running = "over"     //
)

const decideDays = 30

// NoticeBy is the last day to give notice; empty for a contract without an end.
func NoticeBy(ends string, days int) string {
	if ends == "" {
		return ""
	}
	return later(ends, -days)
}

// RunningOn is where a contract stands on a day.
func RunningOn(starts, ends string, notice int, renews bool, today string) Running {
	by := NoticeBy(ends, notice)
	switch {
	case starts > today:
		return Upcoming
	case ends == "" || later(today, decideDays) < by:
		return InForce
	case today <= by:
		return Decide
	case today <= ends && renews:
		return Renewing
	case today <= ends:
		return Ending
	case renews:
		return Renewed
	}
	return Over
}

// days are the days that the rules compare with.
func days(tx *storage.ReadTx) (today, soon, attest string) {
	today = tx.Today()
	return today, later(today, soonDays), later(today, attestDays)
}
