package catalog

import "fmt"

// Frequency says how often proof is collected.
type Frequency string

// The frequencies of an evidence request, most frequent first.
const (
	Monthly    Frequency = "monthly"
	Quarterly  Frequency = "quarterly"
	SemiAnnual Frequency = "semi_annual"
	Annual     Frequency = "annual"
	Once       Frequency = "once"
)

// Values lists the words allowed on the wire.
func (Frequency) Values() []string {
	return []string{"monthly", "quarterly", "semi_annual", "annual", "once"}
}

// ValidityDays is how long a proof counts after it was collected: the longest
// the period can last, so that someone who collects on the same day of every
// period never falls behind. 0 means that it never expires.
func (f Frequency) ValidityDays() int {
	switch f {
	case Monthly:
		return 31
	case Quarterly:
		return 92
	case SemiAnnual:
		return 183
	case Annual:
		return 365
	}
	return 0
}

// frequencyOf puts the catalog's word into ours. What happens weekly, daily or
// continuously is proved once a month: nobody uploads a file a day, and the
// month's export shows all days. What happens on an event is proved once a
// year: by a sample of the year's events, or by the statement that there was
// none; without a clock it would never be asked for again.
func frequencyOf(word string) Frequency {
	switch word {
	case "once":
		return Once
	case "monthly", "weekly", "daily", "continuous":
		return Monthly
	case "quarterly":
		return Quarterly
	case "semiannual":
		return SemiAnnual
	case "annual", "on_event":
		return Annual
	}
	panic(fmt.Sprintf("catalog: unknown frequency %q", word))
}

// Kind says what sort of proof is asked for.
type Kind string

// The kinds of proof.
const (
	PolicyDocument Kind = "policy_document"
	Report         Kind = "report"
	Configuration  Kind = "configuration"
	Log            Kind = "log"
	Screenshot     Kind = "screenshot"
	Attestation    Kind = "attestation"
	Other          Kind = "other"
)

// Values lists the words allowed on the wire.
func (Kind) Values() []string {
	return []string{"policy_document", "report", "configuration", "log", "screenshot", "attestation", "other"}
}

// kindOf puts the catalog's word into ours.
func kindOf(word string) Kind {
	switch word {
	case "document":
		return PolicyDocument
	case "record", "report":
		return Report
	case "configuration":
		return Configuration
	}
	panic(fmt.Sprintf("catalog: unknown kind of evidence %q", word))
}
