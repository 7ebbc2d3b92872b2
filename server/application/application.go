// Package application is what people work with, and who has access to it: applications, and grants that give a person
// a level in one. A grant is revoked, not deleted, so that the record says who had access when.
package application

import (
	"assay/server/op"
	"assay/server/register"
	"assay/storage"
)

// Module is the part of the API about applications.
var Module = op.Module{
	Name: "application",
	Owns: []string{"application"},
	Also: append([]string{"access_grant"}, register.Also...), // which go with their application
	Ops: append(register.Ops(applications, applications.Detail),
		// Executives get the figures and nothing that names an application or a person.
		op.Read("figures", "GET /applications/figures", op.Everyone, figures, op.AsOf(), op.Doc("Applications and access in figures")),
	),
}

// Grants is the part about who has access.
var Grants = op.Module{
	Name: "grant",
	Owns: []string{"access_grant"},
	Also: append([]string{"task", "notification"}, register.Also...), // a task that asks for a grant to be revoked is settled
	Ops: append(register.Ops(grants, grants.Detail),
		op.Read("matrix", "GET /grants/matrix", op.Readers, matrix, op.Doc("Who has access to what in a department: people by applications")),
	),
}

// Sheet and GrantSheet are how applications and grants come in as tables.
var (
	Sheet      = applications.Sheet()
	GrantSheet = grants.Sheet()
)

// Grade says how much hangs on an application.
type Grade string

// Class says how secret its data are.
type Class string

// Known is what is known of something that is or is not so.
type Known string

// What is known.
const (
	Unknown Known = "unknown"
	Yes     Known = "yes"
	No      Known = "no"
)

// ApplicationSaid is what people say of an application.
type ApplicationSaid struct {
	Name           string `json:"name" minLength:"1" maxLength:"200" unique:"true" also:"application,app,application name,app name,system,tool"`
	Description    string `json:"description" maxLength:"20000" long:"true" find:"true" also:"details,purpose"`
	Owner          string `json:"owner" maxLength:"26" is:"person" bulk:"true" doc:"Id of a person, empty for nobody" also:"application owner,responsible,system owner"`
	Vendor         string `json:"vendor" maxLength:"200" facet:"true" bulk:"true" find:"true" doc:"Whose product it is, in words" also:"supplier,provider"`
	URL            string `json:"url" maxLength:"500" is:"link" head:"Address" also:"url,link,website"`
	Classification Class  `json:"classification" enum:",public,internal,confidential,restricted" bulk:"true" doc:"Of the data in it" also:"data classification,sensitivity"`
	Criticality    Grade  `json:"criticality" enum:",low,medium,high,critical" bulk:"true" doc:"How much hangs on it" also:"importance,tier"`
	SSO            Known  `json:"sso" enum:"unknown,yes,no" start:"unknown" bulk:"true" head:"Single sign-on" also:"sso,saml,oidc" doc:"People sign in by single sign-on"`
	MFA            Known  `json:"mfa" enum:"unknown,yes,no" start:"unknown" bulk:"true" head:"MFA enforced" also:"mfa,2fa,two-step sign-in" doc:"Nobody comes in without a second factor"`
	ReviewEvery    string `json:"review_every" enum:",monthly,quarterly,half_yearly,yearly" bulk:"true" head:"Access review" also:"review cadence,review,access review cadence" doc:"How often access to it is looked through"`
}

// Application is an application as a list shows it.
type Application struct {
	register.Row
	ApplicationSaid
	OwnerName string `json:"owner_name"`
	People    int    `json:"people" doc:"Who has access"`
	Grants    int    `json:"grants" doc:"Active grants; a person may have several"`
	Admins    int    `json:"admins" doc:"People with the rights of an administrator"`
	Leavers   int    `json:"leavers" doc:"People who left and still have access"`
}

// ApplicationFilter is what applications may be listed by, and what a bulk change may be aimed with.
type ApplicationFilter struct {
	op.PageIn
	Owner          string   `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	Vendor         string   `query:"vendor" json:"vendor,omitempty" maxLength:"200" doc:"A vendor, or none"`
	Classification []Class  `query:"classification" json:"classification,omitempty" maxItems:"4" enum:"public,internal,confidential,restricted"`
	Criticality    []Grade  `query:"criticality" json:"criticality,omitempty" maxItems:"4" enum:"low,medium,high,critical"`
	SSO            []Known  `query:"sso" json:"sso,omitempty" maxItems:"3" enum:"unknown,yes,no"`
	MFA            []Known  `query:"mfa" json:"mfa,omitempty" maxItems:"3" enum:"unknown,yes,no"`
	ReviewEvery    []string `query:"review_every" json:"review_every,omitempty" maxItems:"4" enum:"monthly,quarterly,half_yearly,yearly"`
	Leaver         bool     `query:"leaver" json:"leaver,omitempty" doc:"Only those to which somebody who left has access"`
	Tag            []string `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field          []string `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
}

const (
	access    = `FROM access_grant g WHERE g.application = r.id AND g.status = 'active'`
	leaverSQL = `iif(EXISTS (SELECT 1 FROM access_grant g JOIN personnel p ON p.id = g.personnel AND p.status = 'terminated' WHERE g.application = r.id AND g.status = 'active'), 'true', 'false')`
)

// applications is the register.
var applications = register.New(register.Register[ApplicationSaid, ApplicationFilter, Application]{
	Kind: "application", One: "application", Many: "applications",
	Row: func(a *Application) *register.Row { return &a.Row }, Said: func(a *Application) *ApplicationSaid { return &a.ApplicationSaid },
	Into: func(a *Application) []any { return []any{&a.People, &a.Grants, &a.Admins, &a.Leavers} },
	Table: op.Table[ApplicationFilter, Application]{
		Columns: `(SELECT count(DISTINCT g.personnel) ` + access + `), (SELECT count(*) ` + access + `), (SELECT count(DISTINCT g.personnel) ` + access + ` AND g.admin = 1),
			(SELECT count(DISTINCT g.personnel) FROM access_grant g JOIN personnel p ON p.id = g.personnel AND p.status = 'terminated' WHERE g.application = r.id AND g.status = 'active')`,
		Sort:    map[string]string{"people": "(SELECT count(DISTINCT g.personnel) " + access + ")", "criticality": "CASE r.criticality WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END"},
		Default: "name",
		Facets:  []op.Facet{{Name: "leaver", SQL: leaverSQL}},
		Export: []op.Col[Application]{
			{Header: "People", Value: func(a Application) any { return a.People }},
			{Header: "Grants", Value: func(a Application) any { return a.Grants }},
			{Header: "Admins", Value: func(a Application) any { return a.Admins }},
			{Header: "Leavers", Value: func(a Application) any { return a.Leavers }},
		},
	},
})

// AccessFigures are applications and access in figures. They name nothing.
type AccessFigures struct {
	Applications int `json:"applications"`
	Grants       int `json:"grants" doc:"Active grants"`
	People       int `json:"people" doc:"People with access to anything"`
	Admins       int `json:"admins" doc:"Active grants with the rights of an administrator"`
	Leavers      int `json:"leavers" doc:"Active grants of people who left"`
	NoSSO        int `json:"no_sso" doc:"Applications of which it is known that they have no single sign-on"`
	NoMFA        int `json:"no_mfa" doc:"Applications of which it is known that a second factor is not enforced"`
	Critical     int `json:"critical" doc:"Applications of critical importance"`
	Unowned      int `json:"unowned" doc:"Applications that nobody answers for"`
}

func figures(tx *storage.ReadTx, _ struct{}) (f AccessFigures, err error) {
	err = tx.QueryRow(`SELECT count(*), coalesce(sum(sso = 'no'), 0), coalesce(sum(mfa = 'no'), 0), coalesce(sum(criticality = 'critical'), 0), coalesce(sum(owner = ''), 0) FROM application`).
		Scan(&f.Applications, &f.NoSSO, &f.NoMFA, &f.Critical, &f.Unowned)
	if err != nil {
		return f, err
	}
	return f, tx.QueryRow(`SELECT count(*), count(DISTINCT g.personnel), coalesce(sum(g.admin), 0), coalesce(sum(p.status = 'terminated'), 0)
		FROM access_grant g JOIN personnel p ON p.id = g.personnel WHERE g.status = 'active'`).Scan(&f.Grants, &f.People, &f.Admins, &f.Leavers)
}
