// Package personnel is everybody who works for the organisation: what they do and for whom, what they signed and
// learned, what they may use, and what has to be done when they leave.
//
// A person of package person acts in the product: they own records and sign in. Most of the personnel never do. Where
// both have the same address they are one human being: the record then counts what that person owns, and erasing the
// person clears the record. Nothing else joins the two, so that neither has to be kept in step with the other.
package personnel

import (
	"cmp"
	"fmt"
	"strings"

	"assay/server/op"
	"assay/server/register"
	"assay/storage"
)

// Status says whether somebody works here.
type Status string

// The statuses.
const (
	Active     Status = "active"
	Inactive   Status = "inactive"
	OnLeave    Status = "on_leave"
	Terminated Status = "terminated"
)

// PersonnelSaid is what people say of somebody who works here.
type PersonnelSaid struct {
	Name         string `json:"name" minLength:"1" maxLength:"200" also:"full name,employee,employee name,display name,person"`
	Email        string `json:"email" maxLength:"254" is:"email" unique:"true" find:"true" also:"e-mail,mail,work email,email address,user principal name"`
	EmployeeID   string `json:"employee_id" maxLength:"60" unique:"true" find:"true" head:"Employee ID" also:"employee number,personnel number,staff id,number"`
	Phone        string `json:"phone" maxLength:"40" also:"telephone,mobile,phone number"`
	Employment   string `json:"employment" enum:"employee,contractor,intern,vendor_staff" start:"employee" bulk:"true" also:"employment type,type,worker type,contract"`
	Department   string `json:"department" maxLength:"26" is:"department.name" grow:"true" bulk:"true" doc:"Id of a department, or empty" also:"team,division,unit,department name"`
	JobRole      string `json:"job_role" maxLength:"26" is:"job_role.name" grow:"true" bulk:"true" head:"Role" doc:"Id of a role, or empty" also:"job title,title,position,job"`
	Manager      string `json:"manager" maxLength:"26" is:"personnel.name" by:"email" facet:"false" bulk:"true" doc:"Whom they report to: id of a record of the personnel, or empty" also:"reports to,supervisor,line manager,manager email"`
	Status       Status `json:"status" enum:"active,inactive,on_leave,terminated" start:"active" bulk:"true" doc:"Terminated needs a last day, and starts the checklist of a leaver" also:"state,employment status"`
	StartedOn    string `json:"started_on" maxLength:"10" is:"date" head:"Start" also:"start date,hired,hire date,joined"`
	EndedOn      string `json:"ended_on" maxLength:"10" is:"date" bulk:"true" head:"Last day" doc:"The last day of work" also:"end,end date,termination date,left"`
	Location     string `json:"location" maxLength:"100" facet:"true" bulk:"true" also:"office,site,city,country"`
	Background   string `json:"background" enum:"unknown,not_done,pending,passed,failed" start:"unknown" bulk:"true" head:"Background check" also:"background check status,screening"`
	BackgroundOn string `json:"background_on" maxLength:"10" is:"date" bulk:"true" head:"Background check on" also:"background check date,screened on"`
	NDA          string `json:"nda" enum:"unknown,not_signed,signed" start:"unknown" bulk:"true" head:"NDA" also:"nda signed,confidentiality agreement" doc:"The signed paper is linked as evidence"`
	NDAOn        string `json:"nda_on" maxLength:"10" is:"date" bulk:"true" head:"NDA signed on" also:"nda date"`
	Training     string `json:"training" enum:"unknown,never,done" start:"unknown" bulk:"true" head:"Security training" also:"training,awareness training"`
	TrainingOn   string `json:"training_on" maxLength:"10" is:"date" bulk:"true" head:"Last trained on" also:"training date,training completed,last training"`
	MFA          string `json:"mfa" enum:"unknown,yes,no" start:"unknown" bulk:"true" head:"MFA" also:"2fa,two-step sign-in,mfa enabled"`
	AdminRights  string `json:"admin_rights" enum:"unknown,yes,no" start:"unknown" bulk:"true" also:"admin,administrator,is admin,privileged"`
	Notes        string `json:"notes" maxLength:"20000" long:"true" also:"note,comment,remarks"`
}

// Personnel is somebody who works here, or did, as a list shows them.
type Personnel struct {
	register.Row
	PersonnelSaid
	DepartmentName  string `json:"department_name"`
	DepartmentColor string `json:"department_color" enum:",grey,violet,green,blue,amber,red"`
	JobRoleName     string `json:"job_role_name"`
	ManagerName     string `json:"manager_name"`
	Person          string `json:"person" doc:"Id of the person of the product with the same address, or empty"`
	Apps            int    `json:"apps" doc:"Applications that they have access to"`
	Reports         int    `json:"reports" doc:"People who report to them and have not left"`
	Flags           []Flag `json:"flags" enum:"no_nda,training_overdue,no_background,terminated_with_access,no_mfa,admin_rights,no_manager" doc:"What is wrong, as far as it is known"`
	Unknown         []Flag `json:"unknown" enum:"no_nda,training_overdue,no_background,no_mfa,admin_rights" doc:"The flags that nobody can tell"`
	LeavingItems    int    `json:"leaving_items" doc:"Items of the checklist of a leaver; 0 when there is none"`
	LeavingDone     int    `json:"leaving_done" doc:"Of these, the ones that are done"`
	LeavingLate     int    `json:"leaving_late" doc:"Of these, the ones whose day has passed"`
	Source          string `json:"source" enum:"manual,import" doc:"How the record came in"`

	read seen
}

// seen is what the query says that the rules say, too.
type seen struct {
	facts Facts
	rules PersonnelRules
	state string
}

// PersonnelFilter is what personnel may be listed by, and what a bulk change may be aimed with.
type PersonnelFilter struct {
	op.PageIn
	Status      []Status `query:"status" json:"status,omitempty" maxItems:"4" enum:"active,inactive,on_leave,terminated"`
	Employment  []string `query:"employment" json:"employment,omitempty" maxItems:"4" enum:"employee,contractor,intern,vendor_staff"`
	Department  string   `query:"department" json:"department,omitempty" maxLength:"26" doc:"Id of a department, or none"`
	JobRole     string   `query:"job_role" json:"job_role,omitempty" maxLength:"26" doc:"Id of a role, or none"`
	Manager     string   `query:"manager" json:"manager,omitempty" maxLength:"26" doc:"Id of whom they report to, or none"`
	Location    string   `query:"location" json:"location,omitempty" maxLength:"100" doc:"A location, or none"`
	Background  []string `query:"background" json:"background,omitempty" maxItems:"5" enum:"unknown,not_done,pending,passed,failed"`
	NDA         []string `query:"nda" json:"nda,omitempty" maxItems:"3" enum:"unknown,not_signed,signed"`
	Training    []string `query:"training" json:"training,omitempty" maxItems:"3" enum:"unknown,never,done"`
	MFA         []string `query:"mfa" json:"mfa,omitempty" maxItems:"3" enum:"unknown,yes,no"`
	AdminRights []string `query:"admin_rights" json:"admin_rights,omitempty" maxItems:"3" enum:"unknown,yes,no"`
	Flags       []Flag   `query:"flags" json:"flags,omitempty" maxItems:"8" enum:"no_nda,training_overdue,no_background,terminated_with_access,no_mfa,admin_rights,no_manager,none" doc:"Any of these is raised, or none at all"`
	Unknown     []Flag   `query:"unknown" json:"unknown,omitempty" maxItems:"7" enum:"no_nda,training_overdue,no_background,no_mfa,admin_rights" doc:"Nobody can tell any of these"`
	Leaving     bool     `query:"leaving" json:"leaving,omitempty" doc:"Only leavers whose checklist has open items"`
	Application string   `query:"application" json:"application,omitempty" maxLength:"26" doc:"Id of an application that they have access to"`
	Tag         []string `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field       []string `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
}

const (
	// items are the tasks of the checklist of somebody who leaves and has not come back.
	items = `FROM task t WHERE t.kind = 'personnel' AND t.record = r.id AND t.source = 'leaver' AND t.status <> 'cancelled'
		AND t.created_at >= (SELECT max(l.started_at) FROM leaving l WHERE l.personnel = r.id AND l.returned_at = '')`
	openItems  = items + ` AND t.status <> 'done'`
	leavingSQL = `iif(r.status = 'terminated' AND EXISTS (SELECT 1 ` + openItems + `), 'true', 'false')`
)

// people is the register.
var people = register.New(register.Register[PersonnelSaid, PersonnelFilter, Personnel]{
	Kind: "personnel", One: "personnel record", Many: "personnel",
	Values: map[string]string{"employment.employee": "full-time,part-time,permanent,regular", "employment.contractor": "freelancer,consultant,external", "employment.vendor_staff": "vendor,agency,temp",
		"status.active": "employed,enabled,current", "status.inactive": "suspended,disabled", "status.on_leave": "leave,parental leave,sabbatical", "status.terminated": "left,offboarded,former,resigned",
		"background.passed": "clear,cleared,complete,completed,yes", "background.not_done": "no,none,missing", "background.pending": "in progress,ordered,requested", "background.failed": "not clear,flagged",
		"nda.signed": "yes,true,complete", "nda.not_signed": "no,false,missing", "training.done": "yes,complete,completed,trained", "training.never": "no,none",
		"mfa.yes": "true,on,enabled,enrolled", "mfa.no": "false,off,disabled,not enrolled", "admin_rights.yes": "true,admin", "admin_rights.no": "false"},
	Row: func(p *Personnel) *register.Row { return &p.Row }, Said: func(p *Personnel) *PersonnelSaid { return &p.PersonnelSaid },
	Check: check, Among: circle, Written: written, Writes: []string{"leaving", "task", "notification"},
	Rules: func(p *Personnel) error { return p.rules() },
	Into: func(p *Personnel) []any {
		s := &p.read
		return []any{&s.rules.NoNDA, &s.rules.TrainingOverdue, &s.rules.NoBackground, &s.rules.TerminatedWithAccess, &s.rules.NoMFA, &s.rules.AdminRights, &s.rules.NoManager, &s.facts.Training,
			&s.state, &s.facts.Admin, &s.facts.Managed, &p.DepartmentColor, &p.Person, &p.Apps, &p.Reports, &p.LeavingItems, &p.LeavingDone, &p.LeavingLate, &p.Source}
	},
	Table: op.Table[PersonnelFilter, Personnel]{
		From: `personnel r ` + ruleSQL, Args: today,
		Columns: `k.no_nda, k.training_overdue, k.no_background, k.terminated_with_access, k.no_mfa, k.admin_rights, k.no_manager, k.training,
			` + stateSQL + `, ` + adminSQL + `, ` + managedSQL + `, coalesce((SELECT d.color FROM department d WHERE d.id = r.department), ''),
			coalesce((SELECT p.id FROM person p WHERE p.email = lower(r.email) AND p.email <> ''), ''),
			(SELECT count(DISTINCT g.application) FROM access_grant g WHERE g.personnel = r.id AND g.status = 'active'), ` + reportsSQL + `,
			(SELECT count(*) ` + items + `), (SELECT count(*) ` + items + ` AND t.status = 'done'), (SELECT count(*) ` + openItems + ` AND t.due_on <> '' AND t.due_on < k.today), r.source`,
		Where: func(w *op.Where, f PersonnelFilter) {
			is(w, f.Flags, Raised)
			is(w, f.Unknown, Unknown)
			if f.Application != "" {
				w.And("r.id IN (SELECT g.personnel FROM access_grant g WHERE g.application = ? AND g.status = 'active')", f.Application)
			}
		},
		Sort: map[string]string{
			"apps":  "(SELECT count(DISTINCT g.application) FROM access_grant g WHERE g.personnel = r.id AND g.status = 'active')",
			"flags": raisedSQL,
		},
		Default: "name",
		Facets:  []op.Facet{{Name: "flags", SQL: stateSQL, Each: with(Raised)}, {Name: "unknown", SQL: stateSQL, Each: with(Unknown)}, {Name: "leaving", SQL: leavingSQL}},
		Export: []op.Col[Personnel]{
			{Header: "Apps", Value: func(p Personnel) any { return p.Apps }},
			{Header: "Flags", Value: func(p Personnel) any { return words(p.Flags) }},
			{Header: "Unknown", Value: func(p Personnel) any { return words(p.Unknown) }},
			{Header: "Reports", Value: func(p Personnel) any { return p.Reports }},
			{Header: "Checklist items", Value: func(p Personnel) any { return p.LeavingItems }},
			{Header: "Checklist done", Value: func(p Personnel) any { return p.LeavingDone }},
			{Header: "Source", Value: func(p Personnel) any { return p.Source }},
		},
	},
})

// Sheet is how personnel come in as a table.
var Sheet = people.Sheet()

func words(flags []Flag) string {
	var all []string
	for _, f := range flags {
		all = append(all, string(f))
	}
	return strings.Join(all, ", ")
}

// rules works out what is computed, and compares it with what the query found.
func (p *Personnel) rules() error {
	s := &p.read
	s.facts.Apps, s.facts.Reports = p.Apps, p.Reports
	p.Flags, p.Unknown = []Flag{}, []Flag{}
	var state []byte
	for _, f := range Flags {
		is := Stands(f, p.PersonnelSaid, s.facts, s.rules)
		switch state = append(state, byte(is)); is {
		case Raised:
			p.Flags = append(p.Flags, f)
		case Unknown:
			p.Unknown = append(p.Unknown, f)
		}
	}
	if string(state) != s.state {
		return fmt.Errorf("the rules say %s, the query %s", state, s.state)
	}
	return nil
}

func check(c *op.Check, tx *storage.ReadTx, _, now PersonnelSaid) error {
	c.That(now.Status != Terminated || now.EndedOn != "", "ended_on", "Give the last day of somebody who leaves.")
	c.That(now.EndedOn == "" || now.StartedOn == "" || now.EndedOn >= now.StartedOn, "ended_on", "The last day is before the first.")
	c.That(now.Status == Terminated || now.EndedOn == "" || now.EndedOn >= tx.Today(), "ended_on", "This day has passed. Empty it for somebody who works here, or set the status to terminated.")
	for _, day := range []struct{ on, field string }{{now.BackgroundOn, "background_on"}, {now.NDAOn, "nda_on"}, {now.TrainingOn, "training_on"}} {
		c.That(day.on <= tx.Today(), day.field, "This day has not come yet.")
	}
	return nil
}

// circle refuses a manager who reports, over however many others, to the person themselves.
func circle(c *op.Check, tx *storage.ReadTx, id string, now PersonnelSaid) error {
	if id == "" || now.Manager == "" {
		return nil
	}
	c.That(now.Manager != id, "manager", "Nobody reports to themselves.")
	var via string
	err := tx.QueryRow(`WITH RECURSIVE up (id) AS (SELECT ?1 UNION SELECT p.manager FROM up JOIN personnel p ON p.id = up.id WHERE p.manager <> '' AND up.id <> ?2)
		SELECT coalesce((SELECT p.name FROM up JOIN personnel p ON p.id = ?1 WHERE up.id = ?2), '')`, now.Manager, id).Scan(&via)
	if err != nil {
		return err
	}
	c.That(via == "", "manager", fmt.Sprintf("%s reports to %s already, so that would be a circle.", via, cmp.Or(now.Name, "this person")))
	return nil
}
