package vendor

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/attachment"
	"assay/server/op"
	"assay/server/record"
	"assay/server/register"
	"assay/server/task"
	"assay/storage"
)

// VendorAttestationSaid is what people say of a proof that a vendor shows.
type VendorAttestationSaid struct {
	Type        string `json:"type" minLength:"1" enum:"soc2_type1,soc2_type2,soc3,iso27001,iso42001,hitrust,pci_dss,penetration_test,baa,dpa,insurance,other"`
	Title       string `json:"title" maxLength:"200" doc:"What it is called, where its type does not say all"`
	Attachment  string `json:"attachment" maxLength:"26" doc:"Id of a file of the vendor; without one it is missing"`
	IssuedOn    string `json:"issued_on" maxLength:"10" is:"date"`
	PeriodStart string `json:"period_start" maxLength:"10" is:"date"`
	PeriodEnd   string `json:"period_end" maxLength:"10" is:"date"`
	ExpiresOn   string `json:"expires_on" maxLength:"10" is:"date" doc:"Unless given: 12 months after the period or the issue, of an ISO certificate 36, of HITRUST 24; agreements have none"`
	BridgeUntil string `json:"bridge_until" maxLength:"10" is:"date" doc:"Until when a letter covers the time to the next report"`
	Exceptions  string `json:"exceptions" maxLength:"5000" doc:"What its auditors noted, and what that means here"`
}

// VendorAttestation is a proof that a vendor shows, or that is missing.
type VendorAttestation struct {
	register.PartRow
	VendorAttestationSaid
	File     string   `json:"file" doc:"Name of the file, or empty"`
	FileType string   `json:"file_type" doc:"Its media type"`
	State    Attested `json:"state" enum:"valid,expiring,missing,expired"`
	sha256   string
	there    bool
}

var attestations = register.NewPart(register.Part[VendorAttestationSaid, VendorAttestation]{
	Table: "vendor_attestation", Owner: "vendor", One: "attestation", Path: "attestations", Order: "t.type, t.expires_on DESC",
	Row: func(a *VendorAttestation) *register.PartRow { return &a.PartRow }, Said: func(a *VendorAttestation) *VendorAttestationSaid { return &a.VendorAttestationSaid },
	From: "LEFT JOIN attachment f ON f.id = t.attachment", Columns: "coalesce(f.name, ''), coalesce(f.type, ''), coalesce(f.sha256, ''), f.id IS NOT NULL",
	Into: func(a *VendorAttestation) []any { return []any{&a.File, &a.FileType, &a.sha256, &a.there} },
	Rules: func(tx *storage.ReadTx, a *VendorAttestation) error {
		today, _, soon := days(tx)
		a.State = AttestedOn(a.there, a.ExpiresOn, a.BridgeUntil, today, soon)
		return nil
	},
	Settle: func(_ *storage.ReadTx, was VendorAttestationSaid, now *VendorAttestationSaid) error {
		if now.ExpiresOn == "" || now.ExpiresOn == was.ExpiresOn && was.ExpiresOn == ExpiresOn(was.Type, was.IssuedOn, was.PeriodEnd) {
			now.ExpiresOn = ExpiresOn(now.Type, now.IssuedOn, now.PeriodEnd)
		}
		return nil
	},
	Check: func(c *op.Check, tx *storage.ReadTx, of string, now VendorAttestationSaid) error {
		c.That(now.PeriodStart == "" || now.PeriodEnd == "" || now.PeriodStart <= now.PeriodEnd, "period_end", "The period ends before it begins.")
		c.That(now.ExpiresOn == "" || now.IssuedOn <= now.ExpiresOn, "expires_on", "It cannot expire before it is issued.")
		return attachment.Check(c, tx, "attachment", now.Attachment, record.Ref{Kind: record.Vendor, ID: of})
	},
	Written: func(tx *storage.WriteTx, _, id string, was, now VendorAttestationSaid) error {
		if max(was.ExpiresOn, was.BridgeUntil) == max(now.ExpiresOn, now.BridgeUntil) {
			return nil
		}
		return task.Settled(tx, attestationKey+id, "It counts until "+max(now.ExpiresOn, now.BridgeUntil)+" now.")
	},
})

// called is what people call an attestation.
func (a VendorAttestationSaid) called() string {
	if a.Title != "" {
		return a.Title
	}
	return map[string]string{"soc2_type1": "SOC 2 Type I", "soc2_type2": "SOC 2 Type II", "soc3": "SOC 3", "iso27001": "ISO 27001", "iso42001": "ISO 42001", "hitrust": "HITRUST", "pci_dss": "PCI DSS",
		"penetration_test": "penetration test", "baa": "business associate agreement", "dpa": "data processing agreement", "insurance": "insurance certificate"}[a.Type]
}

// VendorContractSaid is what people say of a contract with a vendor.
type VendorContractSaid struct {
	Title      string `json:"title" minLength:"1" maxLength:"200"`
	Number     string `json:"number" maxLength:"60" doc:"As the vendor calls it"`
	Owner      string `json:"owner" maxLength:"26" is:"person"`
	StartsOn   string `json:"starts_on" maxLength:"10" is:"date"`
	EndsOn     string `json:"ends_on" maxLength:"10" is:"date" doc:"Empty for one without an end"`
	NoticeDays int    `json:"notice_days" minimum:"0" maximum:"730" doc:"So many days before the end is the last to give notice"`
	Renews     bool   `json:"renews" doc:"By itself, unless notice is given"`
	Amount     int    `json:"amount" minimum:"0" maximum:"9007199254740991" doc:"A year, in minor units of the currency; 0 while nobody has said"`
	Currency   string `json:"currency" maxLength:"3" doc:"ISO 4217; the organisation's unless given"`
	Attachment string `json:"attachment" maxLength:"26" doc:"Id of a file of the vendor"`
	Note       string `json:"note" maxLength:"5000"`
}

// VendorContract is a contract with a vendor.
type VendorContract struct {
	register.PartRow
	VendorContractSaid
	OwnerName string  `json:"owner_name"`
	File      string  `json:"file" doc:"Name of the file, or empty"`
	NoticeBy  string  `json:"notice_by" doc:"The last day to give notice, or empty"`
	State     Running `json:"state" enum:"upcoming,in_force,decide,renewing,ending,renewed,over"`
}

var contracts = register.NewPart(register.Part[VendorContractSaid, VendorContract]{
	Table: "vendor_contract", Owner: "vendor", One: "contract", Path: "contracts", Order: "t.ends_on DESC",
	Row: func(c *VendorContract) *register.PartRow { return &c.PartRow }, Said: func(c *VendorContract) *VendorContractSaid { return &c.VendorContractSaid },
	From: "LEFT JOIN attachment f ON f.id = t.attachment LEFT JOIN person p ON p.id = t.owner", Columns: "coalesce(f.name, ''), coalesce(p.name, '')",
	Into: func(c *VendorContract) []any { return []any{&c.File, &c.OwnerName} },
	Rules: func(tx *storage.ReadTx, c *VendorContract) error {
		c.NoticeBy = NoticeBy(c.EndsOn, c.NoticeDays)
		c.State = RunningOn(c.StartsOn, c.EndsOn, c.NoticeDays, c.Renews, tx.Today())
		return nil
	},
	Settle: func(tx *storage.ReadTx, _ VendorContractSaid, now *VendorContractSaid) error {
		if now.Currency = strings.ToUpper(now.Currency); now.Amount == 0 || now.Currency != "" {
			return nil
		}
		return tx.QueryRow("SELECT currency FROM organisation").Scan(&now.Currency)
	},
	Check: func(c *op.Check, tx *storage.ReadTx, of string, now VendorContractSaid) error {
		c.That(now.StartsOn == "" || now.EndsOn == "" || now.StartsOn <= now.EndsOn, "ends_on", "The contract ends before it begins.")
		c.That(now.EndsOn != "" || now.NoticeDays == 0 && !now.Renews, "ends_on", "Say when it ends: notice and renewal count from there.")
		c.That(now.Currency == "" || len(now.Currency) == 3 && !strings.ContainsFunc(now.Currency, func(r rune) bool { return r < 'A' || r > 'Z' }), "currency", "Give a currency by its three letters, such as EUR.")
		return attachment.Check(c, tx, "attachment", now.Attachment, record.Ref{Kind: record.Vendor, ID: of})
	},
	Written: func(tx *storage.WriteTx, _, id string, was, now VendorContractSaid) error {
		if was.EndsOn == now.EndsOn && was.Renews == now.Renews {
			return nil
		}
		return task.Settled(tx, contractKey+id, fmt.Sprintf("It was decided: %s.", map[bool]string{true: "it renews", false: "it does not renew by itself"}[now.Renews]))
	},
})

// due says whether somebody has to decide.
func (r Running) due() bool { return slices.Contains([]Running{Decide, Renewed}, r) }
