package vendor

import (
	"fmt"
	"slices"

	"assay/server/op"
	"assay/server/register"
	"assay/server/risk"
	"assay/storage"
)

// VendorSaid is what people say of a vendor.
type VendorSaid struct {
	Name           string         `json:"name" minLength:"1" maxLength:"200" also:"vendor,vendor name,supplier,company,third party,lieferant"`
	Service        string         `json:"service" maxLength:"300" find:"true" doc:"What they do for us" also:"product,service provided,services"`
	Description    string         `json:"description" maxLength:"20000" long:"true" also:"details,notes,beschreibung"`
	Type           string         `json:"type" enum:",software,infrastructure,professional_services,contractor,payments,hardware,facilities,other" bulk:"true" also:"vendor type,kind"`
	Website        string         `json:"website" maxLength:"300" is:"link" also:"url,site,homepage"`
	Owner          string         `json:"owner" maxLength:"26" is:"person" bulk:"true" doc:"Id of a person, empty for nobody" also:"vendor owner,business owner,responsible,relationship owner"`
	ContactName    string         `json:"contact_name" maxLength:"120" also:"contact,contact person"`
	ContactEmail   string         `json:"contact_email" maxLength:"254" is:"email" also:"email,e-mail,contact e-mail"`
	Category       string         `json:"category" maxLength:"60" facet:"true" bulk:"true" doc:"Of spending" also:"spend category,cost centre,spend"`
	Status         Status         `json:"status" enum:"requested,in_review,approved,rejected,offboarding,offboarded" start:"requested" bulk:"true" doc:"Approving and rejecting are operations of their own" also:"state,vendor status"`
	Data           []string       `json:"data" maxItems:"10" enum:"pii,phi,financial,credentials,source_code,customer_content,employee,none" doc:"What they see of our data" also:"data types,data processed"`
	Classification Classification `json:"classification" enum:",public,internal,confidential,restricted" bulk:"true" doc:"The highest class of that data; who sees restricted data is never below high" also:"data classification,sensitivity"`
	Subservice     bool           `json:"subservice" bulk:"true" doc:"A sub-processor: works with data that our customers gave us" also:"sub-processor,subprocessor,subservice organisation,subservice organization"`
	Location       string         `json:"location" maxLength:"120" doc:"Where, for the list of sub-processors" also:"country,region,processing location"`
	Purpose        string         `json:"purpose" maxLength:"500" doc:"What for, for the list of sub-processors" also:"processing purpose"`
	LegalReview    string         `json:"legal_review" enum:"not_needed,needed,done" start:"not_needed" bulk:"true" doc:"Whether legal has to look at it before it is approved, and has" also:"legal"`
	Risk           risk.Point     `json:"risk" doc:"How likely it is that they fail us, and how bad. Once assessed here, only an assessment changes it"`
	AssessedOn     string         `json:"assessed_on" maxLength:"10" is:"date" doc:"The day of the last assessment, from which the clock runs. Concluding one sets it; one from elsewhere can be brought along" also:"last review,last assessment,last assessed,reviewed on"`
}

// words are what other tables call a value.
var words = map[string]string{
	"status.requested": "new,proposed", "status.in_review": "pending,under review,assessing", "status.approved": "active,live,onboarded", "status.rejected": "declined,denied",
	"status.offboarded": "inactive,terminated,archived", "type.software": "saas,application", "type.infrastructure": "cloud,hosting,iaas", "type.professional_services": "consulting,services",
	"legal_review.not_needed": "no", "legal_review.needed": "yes,pending", "legal_review.done": "complete,completed",
}

// Vendor is a vendor as a list shows it.
type Vendor struct {
	register.Row
	VendorSaid
	OwnerName    string     `json:"owner_name"`
	Score        int        `json:"score" doc:"Likelihood times impact, 1 to 25; 0 while nobody has said"`
	Tier         risk.Level `json:"tier" enum:"critical,high,medium,low,unscored" doc:"The level of the score on the scale of the risks; never below high where restricted data is seen"`
	Review       Review     `json:"review" enum:"never,current,due_soon,overdue,closed" doc:"Where it stands on its clock today"`
	NextReviewOn string     `json:"next_review_on" doc:"The last assessment and 6, 12, 24 or 36 months, by tier; empty while there was none"`
	Attested     Attested   `json:"attested" enum:"unasked,valid,expiring,missing,expired" doc:"The worst state of its attestations"`
	ContractEnd  string     `json:"contract_end" doc:"The last day of the contract that ends last, or empty"`
	ContractDue  bool       `json:"contract_due" doc:"A contract has to be decided on: the last day to give notice is near, or it renewed by itself"`
	Assessment   string     `json:"assessment" doc:"Id of the last assessment that was concluded, or empty"`
	Draft        string     `json:"draft" doc:"Id of the assessment that is under way, or empty"`

	read seen
}

// seen is what the query says that the rules say, too.
type seen struct {
	scale       risk.RiskScale
	today, soon string
	tier        risk.Level
	next        string
	review      Review
}

// VendorFilter is what vendors may be listed by, and what a bulk change may be aimed with.
type VendorFilter struct {
	op.PageIn
	Status         []Status         `query:"status" json:"status,omitempty" maxItems:"6" enum:"requested,in_review,approved,rejected,offboarding,offboarded"`
	Tier           []risk.Level     `query:"tier" json:"tier,omitempty" maxItems:"5" enum:"critical,high,medium,low,unscored"`
	Review         []Review         `query:"review" json:"review,omitempty" maxItems:"5" enum:"never,current,due_soon,overdue,closed"`
	Attested       []Attested       `query:"attested" json:"attested,omitempty" maxItems:"5" enum:"unasked,valid,expiring,missing,expired" doc:"The worst state of its attestations"`
	ContractDue    bool             `query:"contract_due" json:"contract_due,omitempty" doc:"Only those with a contract that has to be decided on"`
	Type           []string         `query:"type" json:"type,omitempty" maxItems:"8" enum:"software,infrastructure,professional_services,contractor,payments,hardware,facilities,other"`
	Category       string           `query:"category" json:"category,omitempty" maxLength:"60" doc:"A category of spending, or none"`
	Classification []Classification `query:"classification" json:"classification,omitempty" maxItems:"4" enum:"public,internal,confidential,restricted"`
	Data           []string         `query:"data" json:"data,omitempty" maxItems:"8" enum:"pii,phi,financial,credentials,source_code,customer_content,employee,none" doc:"Any of these"`
	Impact         int              `query:"impact" json:"impact,omitempty" minimum:"1" maximum:"5" doc:"How bad it would be if they failed us"`
	Subservice     bool             `query:"subservice" json:"subservice,omitempty" doc:"Only sub-processors"`
	LegalReview    []string         `query:"legal_review" json:"legal_review,omitempty" maxItems:"3" enum:"not_needed,needed,done"`
	Owner          string           `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	Tag            []string         `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field          []string         `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
}

const (
	scoreSQL = `r.risk_likelihood * r.risk_impact`

	// The rule of the tier, to be filled with what each tier gives: critical, restricted data, no score, high, medium, low.
	critical   = `CASE WHEN ` + scoreSQL + ` >= k.critical THEN `
	restricted = ` WHEN r.classification = 'restricted' THEN `
	unscored   = ` WHEN ` + scoreSQL + ` = 0 THEN `
	high       = ` WHEN ` + scoreSQL + ` >= k.high THEN `
	medium     = ` WHEN ` + scoreSQL + ` >= k.medium THEN `

	tierSQL = critical + `'critical'` + restricted + `'high'` + unscored + `'unscored'` + high + `'high'` + medium + `'medium' ELSE 'low' END`
	// What a tier has of its own, without a name for the tier in between: its cadence, and the first day of an assessment
	// that is not yet late, or not yet near. NULL for one without a score.
	monthsSQL = critical + `d.critical` + restricted + `d.high` + unscored + `NULL` + high + `d.high` + medium + `d.medium ELSE d.low END`
	lateSQL   = critical + `d.critical_now` + restricted + `d.high_now` + unscored + `NULL` + high + `d.high_now` + medium + `d.medium_now ELSE d.low_now END`
	nearSQL   = critical + `d.critical_soon` + restricted + `d.high_soon` + unscored + `NULL` + high + `d.high_soon` + medium + `d.medium_soon ELSE d.low_soon END`

	nextSQL = `CASE r.assessed_on WHEN '' THEN '' ELSE coalesce(date(r.assessed_on, ` + monthsSQL + `, 'floor'), '') END`
	// reviewSQL compares days: counting months for every row of a list would cost ten times as much.
	reviewSQL = `CASE WHEN r.status IN ('rejected', 'offboarded') THEN 'closed' WHEN r.assessed_on = '' THEN 'never'
	WHEN r.assessed_on < ` + lateSQL + ` THEN 'overdue' WHEN r.assessed_on < ` + nearSQL + ` THEN 'due_soon' WHEN ` + scoreSQL + ` = 0 AND r.classification <> 'restricted' THEN 'never' ELSE 'current' END`

	// attestedSQL is the state of an attestation t with its file f, as a number: the higher, the worse.
	attestedSQL = `CASE WHEN f.id IS NULL THEN 3 WHEN ` + endSQL + ` = '' THEN 1 WHEN ` + endSQL + ` < d.today THEN 4 WHEN ` + endSQL + ` <= d.attest THEN 2 ELSE 1 END`
	endSQL      = `iif(t.expires_on <> '' AND t.bridge_until > t.expires_on, t.bridge_until, t.expires_on)`
	worstSQL    = `CASE (SELECT max(` + attestedSQL + `) FROM vendor_attestation t LEFT JOIN attachment f ON f.id = t.attachment WHERE t.vendor = r.id)
		WHEN 4 THEN 'expired' WHEN 3 THEN 'missing' WHEN 2 THEN 'expiring' WHEN 1 THEN 'valid' ELSE 'unasked' END`

	// dueSQL says that a contract c has to be decided on: [Decide] or [Renewed].
	dueSQL = `c.ends_on <> '' AND c.starts_on <= d.today AND date(c.ends_on, '-' || c.notice_days || ' days') <= d.soon
		AND (date(c.ends_on, '-' || c.notice_days || ' days') >= d.today OR c.renews AND c.ends_on < d.today)`
	contractDueSQL = `iif(EXISTS (SELECT 1 FROM vendor_contract c WHERE c.vendor = r.id AND ` + dueSQL + `), 'true', 'false')`
)

// view are the days and the cadences with which the query counts.
func view(tx *storage.ReadTx) []any {
	today, soon, attest := days(tx)
	args := []any{today, soon, attest}
	for _, tier := range []risk.Level{risk.Critical, risk.High, risk.Medium, risk.Low} {
		args = append(args, fmt.Sprintf("+%d months", cadences[tier]), Before(today, cadences[tier]), Before(later(soon, 1), cadences[tier]))
	}
	return args
}

// vendors is the register.
var vendors = register.New(register.Register[VendorSaid, VendorFilter, Vendor]{
	Kind: "vendor", One: "vendor", Many: "vendors", Letter: "VEN", Values: words,
	Row: func(v *Vendor) *register.Row { return &v.Row }, Said: func(v *Vendor) *VendorSaid { return &v.VendorSaid },
	May: mayMove, Hold: hold, Check: check, Written: written, Writes: []string{"notification"},
	Rules: func(v *Vendor) error { return v.rules() },
	Into: func(v *Vendor) []any {
		s := &v.read
		return []any{&s.scale.Critical, &s.scale.High, &s.scale.Medium, &s.today, &s.soon, &s.tier, &s.next, &s.review,
			&v.Attested, &v.ContractEnd, &v.ContractDue, &v.Assessment, &v.Draft}
	},
	Table: op.Table[VendorFilter, Vendor]{
		From: `vendor r CROSS JOIN risk_scale k CROSS JOIN (SELECT ? AS today, ? AS soon, ? AS attest, ? AS critical, ? AS critical_now, ? AS critical_soon,
			? AS high, ? AS high_now, ? AS high_soon, ? AS medium, ? AS medium_now, ? AS medium_soon, ? AS low, ? AS low_now, ? AS low_soon) d`, Args: view,
		Columns: `k.critical, k.high, k.medium, d.today, d.soon, ` + tierSQL + `, ` + nextSQL + `, ` + reviewSQL + `, ` + worstSQL + `,
			coalesce((SELECT max(c.ends_on) FROM vendor_contract c WHERE c.vendor = r.id), ''), ` + contractDueSQL + ` = 'true', r.assessment,
			coalesce((SELECT a.id FROM vendor_assessment a WHERE a.vendor = r.id AND a.status = 'draft'), '')`,
		Where: func(w *op.Where, f VendorFilter) {
			if f.Impact > 0 {
				w.And("r.risk_impact = ?", f.Impact)
			}
		},
		Sort: map[string]string{
			"score":          scoreSQL,
			"tier":           "CASE " + tierSQL + " WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END",
			"next_review_on": "coalesce(nullif(" + nextSQL + ", ''), '9999')",
			"contract_end":   "coalesce((SELECT max(c.ends_on) FROM vendor_contract c WHERE c.vendor = r.id), '9999')",
		},
		Default: "name",
		Facets:  []op.Facet{{Name: "tier", SQL: tierSQL}, {Name: "review", SQL: reviewSQL}, {Name: "attested", SQL: worstSQL}, {Name: "contract_due", SQL: contractDueSQL}},
		Export: []op.Col[Vendor]{
			{Header: "Score", Value: func(v Vendor) any { return known(v.Score) }},
			{Header: "Tier", Value: func(v Vendor) any { return string(v.Tier) }},
			{Header: "Review", Value: func(v Vendor) any { return string(v.Review) }},
			{Header: "Next review on", Value: func(v Vendor) any { return v.NextReviewOn }},
			{Header: "Attestations", Value: func(v Vendor) any { return string(v.Attested) }},
			{Header: "Contract end", Value: func(v Vendor) any { return v.ContractEnd }},
		},
	},
})

// Sheet is how vendors come in as a table.
var Sheet = vendors.Sheet()

// rules works out what is computed, and compares it with what the query found.
func (v *Vendor) rules() error {
	s := v.read
	v.Score = v.Risk.Score()
	v.Tier = Tier(s.scale, v.Score, v.Classification)
	v.NextReviewOn = NextReview(v.AssessedOn, v.Tier)
	v.Review = ReviewOn(v.Status, v.NextReviewOn, s.today, s.soon)
	if v.Tier != s.tier || v.NextReviewOn != s.next || v.Review != s.review {
		return fmt.Errorf("the rules say %s %q %s, the query %s %q %s", v.Tier, v.NextReviewOn, v.Review, s.tier, s.next, s.review)
	}
	return nil
}

// known is a number of a scale in a cell: empty while nobody has said.
func known(n int) any {
	if n == 0 {
		return ""
	}
	return n
}

// mayMove is why a status may not be changed like this by who edits vendors; empty when it may.
func mayMove(was, now VendorSaid) (field, why string) {
	switch {
	case was.Status == now.Status, slices.Contains(moves[was.Status], now.Status):
		return "", ""
	case now.Status == Approved || now.Status == Rejected:
		return "status", "Only an administrator approves or rejects a vendor, with a reason."
	case was.Status == "":
		return "status", "A new vendor is requested or in review."
	}
	return "status", fmt.Sprintf("A vendor that is %s cannot be made %s.", spoken(was.Status), spoken(now.Status))
}

func spoken(s Status) string {
	if s == InReview {
		return "in review"
	}
	return string(s)
}

// hold keeps what an assessment has said until another says it.
func hold(is Vendor, now VendorSaid) (field, why string) {
	switch {
	case is.Assessment == "":
		return "", ""
	case is.Risk != now.Risk:
		return "risk", "This vendor was assessed: its score comes from there. Assess it again to change it."
	case is.AssessedOn != now.AssessedOn:
		return "assessed_on", "This vendor was assessed here, and that day stands. Assess it again to move its clock."
	}
	return "", ""
}

func check(c *op.Check, tx *storage.ReadTx, _, now VendorSaid) error {
	c.That((now.Risk.Likelihood == 0) == (now.Risk.Impact == 0), "risk", "Give both likelihood and impact, or neither.")
	c.That(now.AssessedOn == "" || now.Risk.Score() > 0, "risk", "Who was assessed has a likelihood and an impact: give both.")
	c.That(now.AssessedOn <= tx.Today(), "assessed_on", "Choose a day that is not ahead.")
	c.That(len(now.Data) < 2 || !slices.Contains(now.Data, "none"), "data", "None stands alone: take it away, or the others.")
	return nil
}
