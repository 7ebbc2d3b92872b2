package vendor

import (
	"fmt"

	"assay/server/risk"
	"assay/storage"
)

// VendorFigures are the vendors in figures. They name no vendor and no person.
type VendorFigures struct {
	Total           int                    `json:"total" doc:"Vendors that are neither rejected nor offboarded"`
	Tiers           map[risk.Level]int     `json:"tiers" doc:"Of these, how many there are of each tier"`
	Reviews         map[Review]int         `json:"reviews" doc:"Of these, where they stand on their clocks"`
	Attested        map[Attested]int       `json:"attested" doc:"Of these, by the worst state of their attestations"`
	Classifications map[Classification]int `json:"classifications" doc:"Of these, by the highest class of data they see; empty while nobody has said"`
	Impacts         []int                  `json:"impacts" doc:"Of these, how bad it would be if they failed us: how many nobody has said it of, then of each step from 1 to 5"`
	Subservice      int                    `json:"subservice" doc:"Of these, sub-processors"`
	ContractsDue    int                    `json:"contracts_due" doc:"Of these, with a contract that has to be decided on"`
	Statuses        map[Status]int         `json:"statuses" doc:"All vendors by status"`
	Defined         string                 `json:"defined" doc:"What the tier of a vendor is, to show beside it"`
}

func figures(tx *storage.ReadTx, _ struct{}) (f VendorFigures, err error) {
	scale, err := risk.Scale(tx)
	if err != nil {
		return f, err
	}
	f = VendorFigures{
		Tiers:           map[risk.Level]int{risk.Critical: 0, risk.High: 0, risk.Medium: 0, risk.Low: 0, risk.Unscored: 0},
		Reviews:         map[Review]int{Never: 0, Current: 0, DueSoon: 0, Overdue: 0},
		Attested:        map[Attested]int{Unasked: 0, Valid: 0, Expiring: 0, Missing: 0, Expired: 0},
		Classifications: map[Classification]int{"": 0, Public: 0, Internal: 0, Confidential: 0, Restricted: 0},
		Impacts:         make([]int, 6),
		Statuses:        map[Status]int{Requested: 0, InReview: 0, Approved: 0, Rejected: 0, Offboarding: 0, Offboarded: 0},
		Defined:         defined(scale),
	}
	return f, vendors.Table.Each(tx, VendorFilter{}, func(v Vendor) error {
		f.Statuses[v.Status]++
		if v.Status.Ended() {
			return nil
		}
		f.Total++
		f.Tiers[v.Tier]++
		f.Reviews[v.Review]++
		f.Attested[v.Attested]++
		f.Classifications[v.Classification]++
		f.Impacts[v.Risk.Impact]++
		if v.Subservice {
			f.Subservice++
		}
		if v.ContractDue {
			f.ContractsDue++
		}
		return nil
	})
}

// defined says how a tier and a clock are made.
func defined(scale risk.RiskScale) string {
	return fmt.Sprintf("Likelihood times impact on the scale of the risks: critical from %d, high from %d, medium from %d on; never below high where restricted data is seen. "+
		"Reviewed every %d, %d, %d or %d months, from critical to low.", scale.Critical, scale.High, scale.Medium,
		cadences[risk.Critical], cadences[risk.High], cadences[risk.Medium], cadences[risk.Low])
}
