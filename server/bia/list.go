package bia

import (
	"fmt"

	"assay/server/asset"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/record"
	"assay/server/register"
	"assay/storage"
)

// ProcessSaid is what people say of a business process.
type ProcessSaid struct {
	Name             string         `json:"name" minLength:"1" maxLength:"300" also:"process,process name,business process,business function,function,activity,prozess"`
	Description      string         `json:"description" maxLength:"20000" long:"true" find:"true" also:"details,purpose,beschreibung"`
	Owner            string         `json:"owner" maxLength:"26" is:"person" bulk:"true" doc:"Id of a person, empty for nobody" also:"process owner,responsible,verantwortlich"`
	ManagedBy        string         `json:"managed_by" maxLength:"200" facet:"true" bulk:"true" find:"true" doc:"The department that does it" also:"department,team,business unit,abteilung"`
	RTO              asset.Recovery `json:"rto" enum:",le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d" bulk:"true" doc:"Recovery time objective: within what time it is back" head:"RTO" also:"recovery time objective,recovery time"`
	RPO              asset.Recovery `json:"rpo" enum:",le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d" bulk:"true" doc:"Recovery point objective: of what time data may be lost" head:"RPO" also:"recovery point objective,recovery point"`
	MTD              asset.Recovery `json:"mtd" enum:",le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d" bulk:"true" doc:"Maximum tolerable downtime: how long it can be missed at all" head:"MTD" also:"maximum tolerable downtime,mtpd,mao,maximum tolerable period of disruption"`
	Classification   asset.Class    `json:"classification" enum:",public,internal,confidential,restricted" bulk:"true" doc:"Of the data it works with" also:"data classification,class,sensitivity"`
	Backup           asset.Rhythm   `json:"backup" enum:",continuous,hourly,daily,weekly,monthly,never" bulk:"true" also:"backup frequency,backups"`
	BackupNeeds      string         `json:"backup_needs" maxLength:"20000" long:"true" doc:"What its backups must be able to do" also:"backup requirements,backup requirement"`
	Financial        Harm           `json:"financial" enum:",none,low,medium,high,severe" bulk:"true" doc:"What an outage costs" also:"financial impact"`
	FinancialNote    string         `json:"financial_note" maxLength:"2000" long:"true" also:"financial impact note"`
	Operational      Harm           `json:"operational" enum:",none,low,medium,high,severe" bulk:"true" doc:"What an outage does to other work" also:"operational impact"`
	OperationalNote  string         `json:"operational_note" maxLength:"2000" long:"true" also:"operational impact note"`
	Legal            Harm           `json:"legal" enum:",none,low,medium,high,severe" bulk:"true" doc:"What laws and contracts an outage breaks" also:"legal impact,regulatory impact,contractual impact"`
	LegalNote        string         `json:"legal_note" maxLength:"2000" long:"true" also:"legal impact note"`
	Reputational     Harm           `json:"reputational" enum:",none,low,medium,high,severe" bulk:"true" doc:"What others think after an outage" also:"reputational impact,reputation"`
	ReputationalNote string         `json:"reputational_note" maxLength:"2000" long:"true" also:"reputational impact note"`
	Antimalware      asset.YesNo    `json:"antimalware" enum:",yes,no" bulk:"true" doc:"Malware is looked for on what it runs on" also:"anti-malware,antivirus"`
	LogReview        asset.Rhythm   `json:"log_review" enum:",daily,weekly,monthly,quarterly,yearly,never" bulk:"true" doc:"How often its logs are read" also:"log reviews,logs reviewed"`
	ReviewOn         string         `json:"review_on" maxLength:"10" is:"date" bulk:"true" doc:"When it is looked at again, or empty" also:"review,review date,next review"`
}

// Harm is how bad an outage is in one respect.
type Harm string

// words are what other tables call a value.
var words = asset.RecoveryWords(map[string]string{"antimalware.yes": "true,y", "antimalware.no": "false,n", "backup.never": "none,no backup"}, "rto", "rpo", "mtd")

// Process is a business process as a list shows it.
type Process struct {
	register.Row
	ProcessSaid
	OwnerName    string `json:"owner_name"`
	Score        int    `json:"score" doc:"1 to 100; 0 while recovery time, recovery point or classification are not known"`
	Tier         Tier   `json:"tier" enum:"critical,high,medium,low,incomplete" doc:"The band of the score"`
	Overdue      bool   `json:"overdue" doc:"The day of its review has passed"`
	ReviewedOn   string `json:"reviewed_on" doc:"When it was last looked at, or empty"`
	ReviewerName string `json:"reviewer_name" doc:"By whom"`
	Needs        int    `json:"needs" doc:"What it depends on directly"`
	Late         int    `json:"late" doc:"Assets and processes that it depends on, directly or through others, and that come back later than it must"`

	read seen
}

// seen is what the query says that the rules say, too.
type seen struct {
	today   string
	score   int
	tier    Tier
	overdue bool
}

// ProcessFilter is what processes may be listed by, and what a bulk change may be aimed with.
type ProcessFilter struct {
	op.PageIn
	Tier           []Tier   `query:"tier" json:"tier,omitempty" maxItems:"5" enum:"critical,high,medium,low,incomplete"`
	RTO            []string `query:"rto" json:"rto,omitempty" maxItems:"8" enum:"le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d,none"`
	RPO            []string `query:"rpo" json:"rpo,omitempty" maxItems:"8" enum:"le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d,none"`
	MTD            []string `query:"mtd" json:"mtd,omitempty" maxItems:"8" enum:"le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d,none"`
	Classification []string `query:"classification" json:"classification,omitempty" maxItems:"5" enum:"public,internal,confidential,restricted,none"`
	Backup         []string `query:"backup" json:"backup,omitempty" maxItems:"7" enum:"continuous,hourly,daily,weekly,monthly,never,none"`
	Antimalware    []string `query:"antimalware" json:"antimalware,omitempty" maxItems:"3" enum:"yes,no,none"`
	Owner          string   `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	ManagedBy      string   `query:"managed_by" json:"managed_by,omitempty" maxLength:"200" doc:"A department, or none"`
	From           int      `query:"from" json:"from,omitempty" minimum:"1" maximum:"100" doc:"Only those with this score or more"`
	To             int      `query:"to" json:"to,omitempty" minimum:"1" maximum:"100" doc:"Only those with this score or less"`
	Overdue        bool     `query:"overdue" json:"overdue,omitempty" doc:"Only those whose review is late"`
	Unreviewed     bool     `query:"unreviewed" json:"unreviewed,omitempty" doc:"Only those that were never reviewed"`
	Late           bool     `query:"late" json:"late,omitempty" doc:"Only those that depend on what comes back later"`
	DependsOn      string   `query:"depends_on" json:"depends_on,omitempty" maxLength:"26" doc:"Id of a record that they depend on directly"`
	Tag            []string `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field          []string `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
}

const (
	// share ends a part of the score; what stands before it is the column.
	share     = ` WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END`
	pointsSQL = `(35 * CASE r.rto` + share + ` + 25 * CASE r.rpo` + share + ` + 15 * CASE r.mtd` + share +
		` + 25 * CASE r.classification WHEN 'restricted' THEN 100 WHEN 'confidential' THEN 70 WHEN 'internal' THEN 35 WHEN 'public' THEN 10 ELSE 0 END + 50) / 100`
	partlySQL  = `r.rto = '' OR r.rpo = '' OR r.classification = ''`
	scoreSQL   = `iif(` + partlySQL + `, 0, ` + pointsSQL + `)`
	tierSQL    = `CASE WHEN ` + partlySQL + ` THEN 'incomplete' ELSE CASE ` + pointsSQL + ` / 25 WHEN 0 THEN 'low' WHEN 1 THEN 'medium' WHEN 2 THEN 'high' ELSE 'critical' END END`
	overdueSQL = `iif(r.review_on <> '' AND r.review_on < d.today, 'true', 'false')`

	// thereOther says of a record that has a recovery time that it was not deleted; of other kinds a link is enough.
	thereOther = ` CASE l.other_kind WHEN 'asset' THEN EXISTS (SELECT 1 FROM asset b WHERE b.id = l.other) WHEN 'process' THEN EXISTS (SELECT 1 FROM process b WHERE b.id = l.other) ELSE 1 END`
	needing    = ` FROM record_link l WHERE l.type = 'depends_on' AND l.kind = 'process' AND l.record = r.id AND` + thereOther
	needsSQL   = `(SELECT count(*)` + needing + `)`
	rank       = ` WHEN 'le_1h' THEN 1 WHEN 'le_4h' THEN 2 WHEN 'le_8h' THEN 3 WHEN 'le_24h' THEN 4 WHEN 'le_72h' THEN 5 WHEN 'le_7d' THEN 6 WHEN 'gt_7d' THEN 7 END`
	// lateSQL follows the dependencies of a process that has any, as [link.Follow] does. A circle ends, because no record
	// comes in twice; a record that was deleted holds nothing together.
	lateSQL = `iif(r.rto = '' OR NOT EXISTS (SELECT 1` + needing + `), 0, (WITH RECURSIVE x (kind, id) AS (
		SELECT l.other_kind, l.other` + needing + `
		UNION SELECT l.other_kind, l.other FROM x JOIN record_link l ON l.type = 'depends_on' AND l.kind = x.kind AND l.record = x.id AND` + thereOther + `)
		SELECT count(*) FROM x WHERE CASE CASE x.kind WHEN 'asset' THEN (SELECT b.rto FROM asset b WHERE b.id = x.id) WHEN 'process' THEN (SELECT b.rto FROM process b WHERE b.id = x.id) END` + rank + `
			> CASE r.rto` + rank + `))`
)

// processes is the register.
var processes = register.New(register.Register[ProcessSaid, ProcessFilter, Process]{
	Kind: "process", One: "process", Many: "processes", Letter: "PRC", Values: words,
	Row: func(r *Process) *register.Row { return &r.Row }, Said: func(r *Process) *ProcessSaid { return &r.ProcessSaid },
	Check: check, Written: written, Writes: []string{"notification"},
	Rules: func(r *Process) error { return r.rules() },
	Into: func(r *Process) []any {
		s := &r.read
		return []any{&s.today, &s.score, &s.tier, &s.overdue, &r.ReviewedOn, &r.ReviewerName, &r.Needs, &r.Late}
	},
	Table: op.Table[ProcessFilter, Process]{
		From: `process r CROSS JOIN (SELECT ? AS today FROM (SELECT 1)) d`, Args: func(tx *storage.ReadTx) []any { return []any{tx.Today()} },
		Columns: `d.today, ` + scoreSQL + `, ` + tierSQL + `, ` + overdueSQL + ` = 'true', r.reviewed_on, coalesce((SELECT p.name FROM person p WHERE p.id = r.reviewed_by), ''), ` + needsSQL + `, ` + lateSQL,
		Where: func(w *op.Where, f ProcessFilter) {
			if f.From > 0 {
				w.And(scoreSQL+" >= ?", f.From)
			}
			if f.To > 0 {
				w.And(scoreSQL+" BETWEEN 1 AND ?", f.To)
			}
			if f.Unreviewed {
				w.And("r.reviewed_on = ''")
			}
			if f.Late {
				w.And(lateSQL + " > 0")
			}
			if f.DependsOn != "" {
				w.And("r.id IN (SELECT l.record FROM record_link l WHERE l.type = 'depends_on' AND l.kind = 'process' AND l.other = ?)", f.DependsOn)
			}
		},
		Sort:    map[string]string{"score": scoreSQL, "reviewed_on": "r.reviewed_on", "needs": needsSQL},
		Indexed: []string{"score"},
		Default: "-score",
		Facets:  []op.Facet{{Name: "tier", SQL: tierSQL}, {Name: "overdue", SQL: overdueSQL}},
		Export: []op.Col[Process]{
			{Header: "Score", Value: func(r Process) any {
				if r.Score == 0 {
					return ""
				}
				return r.Score
			}},
			{Header: "Tier", Value: func(r Process) any { return string(r.Tier) }},
			{Header: "Reviewed on", Value: func(r Process) any { return r.ReviewedOn }},
			{Header: "Reviewed by", Value: func(r Process) any { return r.ReviewerName }},
			{Header: "Depends on", Value: func(r Process) any { return r.Needs }},
			{Header: "Comes back later", Value: func(r Process) any { return r.Late }},
		},
	},
})

// Sheet is how processes come in as a table.
var Sheet = processes.Sheet()

// rules works out what is computed, and compares it with what the query found.
func (r *Process) rules() error {
	s := r.read
	r.Score, r.Overdue = r.ProcessSaid.Score(), r.ProcessSaid.Overdue(s.today)
	r.Tier = TierOf(r.Score)
	if r.Score != s.score || r.Tier != s.tier || r.Overdue != s.overdue {
		return fmt.Errorf("the rules say %d %s %v, the query %d %s %v", r.Score, r.Tier, r.Overdue, s.score, s.tier, s.overdue)
	}
	return nil
}

func check(c *op.Check, _ *storage.ReadTx, _, now ProcessSaid) error {
	c.That(!now.RTO.After(now.MTD), "rto", "A process must be back before the time is over for which it can be missed. Choose an RTO that is not longer than the MTD.")
	return nil
}

// written tells a new owner.
func written(tx *storage.WriteTx, id string, was, now ProcessSaid) error {
	if was.Owner == now.Owner {
		return nil
	}
	return notification.Send(tx, notification.Notice{Event: notification.ProcessChanged, To: []string{now.Owner}, About: record.Ref{Kind: record.Process, ID: id}, Title: "A business process is yours: " + now.Name})
}
