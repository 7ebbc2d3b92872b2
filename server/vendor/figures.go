package vendor

import (
	"fmt"

	"assay/server/op"
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
		Statuses:        map[Status]int{Requested: 0, InReview: 0, Approved: 0, Rejected: 0, Offboarding: 0, Offboarded: 0},
		Defined: fmt.Sprintf("Likelihood times impact on the scale of the risks: critical from %d, high from %d, medium from %d on; never below high where restricted data is seen. "+
			"Reviewed every %d, %d, %d or %d months, from critical to low.", scale.Critical, scale.High, scale.Medium,
			cadences[risk.Critical], cadences[risk.High], cadences[risk.Medium], cadences[risk.Low]),
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
		if v.Subservice {
			f.Subservice++
		}
		if v.ContractDue {
			f.ContractsDue++
		}
		return nil
	})
}

// Subprocessors are who works with data that customers gave the organisation.
type Subprocessors struct {
	Items []Subprocessor `json:"items" doc:"By name"`
}

// Subprocessor is one of them as customers are shown it.
type Subprocessor struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Website  string   `json:"website"`
	Purpose  string   `json:"purpose"`
	Location string   `json:"location"`
	Data     []string `json:"data"`
	Since    string   `json:"since" doc:"When it was approved"`
}

// subprocessors is the list that a trust center shows and contracts refer to: who is approved, and no one else.
func subprocessors(tx *storage.ReadTx, _ struct{}) (Subprocessors, error) {
	out := Subprocessors{Items: []Subprocessor{}}
	err := vendors.Table.Each(tx, VendorFilter{Status: []Status{Approved}, Subservice: true}, func(v Vendor) error {
		out.Items = append(out.Items, Subprocessor{ID: v.ID, Name: v.Name, Website: v.Website, Purpose: v.Purpose, Location: v.Location, Data: v.Data})
		return nil
	})
	if err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT id, substr(decided_at, 1, 10) FROM vendor WHERE subservice AND status = 'approved'")
	if err != nil {
		return out, err
	}
	since, err := op.Map[string, string](rows)
	for i := range out.Items {
		out.Items[i].Since = since[out.Items[i].ID]
	}
	return out, err
}
