// Package member is who belongs to an organisation, and as what.
//
// A membership is a row of the installation's database: it decides who may come
// in. The person is a row of the organisation's own file: the records speak of
// people by it, and an exported file explains itself. Both are written by the
// operations here, the membership first, because it is what counts.
package member

import (
	"assay/server/account"
	"assay/server/op"
	"assay/storage"
)

// Member is one row of the members list.
type Member struct {
	ID         string `json:"id"`
	Person     string `json:"person" doc:"The person in this organisation's records"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	Role       string `json:"role" enum:"admin,user,auditor,executive"`
	Status     string `json:"status" enum:"pending,active,disabled"`
	Title      string `json:"title"`
	Department string `json:"department"`
	LastSignIn string `json:"last_sign_in_at" doc:"Empty when never"`
	MFA        bool   `json:"mfa" doc:"Two-step sign-in is on"`
	InvitedAt  string `json:"invited_at"`
	Version    int    `json:"version"`

	account string
}

const (
	from    = "membership m JOIN account a ON a.id = m.account LEFT JOIN sign_in s ON s.account = a.id"
	columns = "m.id, m.person, a.name, a.email, m.role, m.status, m.title, m.department, coalesce(s.at, ''), a.totp <> '', m.created_at, m.version, m.account"
)

func scan(r op.Row) (m Member, err error) {
	return m, r.Scan(&m.ID, &m.Person, &m.Name, &m.Email, &m.Role, &m.Status, &m.Title, &m.Department, &m.LastSignIn, &m.MFA, &m.InvitedAt, &m.Version, &m.account)
}

type filter struct {
	op.PageIn
	Role       []string `query:"role" json:"role,omitempty" enum:"admin,user,auditor,executive" maxItems:"4"`
	Status     []string `query:"status" json:"status,omitempty" enum:"pending,active,disabled" maxItems:"3"`
	Department string   `query:"department" json:"department,omitempty" maxLength:"100"`
	MFA        string   `query:"mfa" json:"mfa,omitempty" enum:"on,off"`
}

var list = op.Table[filter, Member]{
	Control: true,
	From:    from,
	Columns: columns,
	Key:     "m.id",
	Scan:    scan,
	Where: func(w *op.Where, f filter) {
		w.And("m.tenant = ?", w.Tx().Call().Tenant)
		w.Search(f.Q, "a.name", "a.email", "m.title", "m.department")
		w.In("m.role", f.Role)
		w.In("m.status", f.Status)
		w.Eq("m.department", f.Department)
		switch f.MFA {
		case "on":
			w.And("a.totp <> ''")
		case "off":
			w.And("a.totp = ''")
		}
	},
	Sort: map[string]string{
		"name": "a.name COLLATE NOCASE", "email": "a.email", "role": "m.role", "status": "m.status",
		"title": "m.title COLLATE NOCASE", "department": "m.department COLLATE NOCASE", "last_sign_in_at": "coalesce(s.at, '')", "invited_at": "m.created_at",
	},
	Default: "name",
	Facets:  []op.Facet{{Name: "role", SQL: "m.role"}, {Name: "status", SQL: "m.status"}, {Name: "department", SQL: "m.department"}, {Name: "mfa", SQL: "iif(a.totp <> '', 'on', 'off')"}},
	Export: []op.Col[Member]{
		{Header: "Name", Value: func(m Member) any { return m.Name }},
		{Header: "Email", Value: func(m Member) any { return m.Email }},
		{Header: "Role", Value: func(m Member) any { return m.Role }},
		{Header: "Status", Value: func(m Member) any { return m.Status }},
		{Header: "Title", Value: func(m Member) any { return m.Title }},
		{Header: "Department", Value: func(m Member) any { return m.Department }},
		{Header: "Last sign-in", Value: func(m Member) any { return m.LastSignIn }},
		{Header: "Two-step sign-in", Value: func(m Member) any { return m.MFA }},
		{Header: "Invited", Value: func(m Member) any { return m.InvitedAt }},
	},
}

// Person is somebody the organisation's records speak of.
type Person struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	Title      string `json:"title"`
	Department string `json:"department"`
	Active     bool   `json:"active" doc:"May be chosen as an owner"`
}

type peopleFilter struct {
	op.PageIn
	Active string `query:"active" json:"active,omitempty" enum:"yes,no"`
}

// people is what owner pickers search in. Who has left stays in it, so that old
// records keep their names.
var people = op.Table[peopleFilter, Person]{
	From:    "person p",
	Columns: "p.id, p.name, p.email, p.title, p.department, p.active",
	Key:     "p.id",
	Scan: func(r op.Row) (p Person, err error) {
		return p, r.Scan(&p.ID, &p.Name, &p.Email, &p.Title, &p.Department, &p.Active)
	},
	Where: func(w *op.Where, f peopleFilter) {
		w.Search(f.Q, "p.name", "p.email")
		switch f.Active {
		case "yes":
			w.And("p.active = 1")
		case "no":
			w.And("p.active = 0")
		}
	},
	Sort:    map[string]string{"name": "p.name", "email": "p.email"},
	Default: "name",
}

// Members holds what the operations need beside their transactions.
type Members struct{ door *account.Door }

// Module is the part of the API about members and people.
func Module(door *account.Door) op.Module {
	m := Members{door}
	ops := op.List("list", "GET /members", op.Admin, list, op.Doc("Members of the organisation"))
	ops = append(ops, op.List("people", "GET /people", op.Readers, people, op.Doc("People that records may name"))...)
	return op.Module{
		Name: "member",
		Owns: []string{"membership", "person"},
		Also: []string{"account", "recovery_code", "link", "token", "token_use", "session", "auth_log", "mail", "throttle"},
		Ops: append(ops,
			op.Steps("get", "GET /members/{id}", op.Admin, m.get, op.Doc("One member")),
			op.Steps("invite", "POST /members", op.Admin, m.invite, op.Doc("Invite somebody by mail; the link works for 7 days. Somebody with an account keeps it")),
			op.Steps("resend", "POST /members/{id}/invitation", op.Admin, m.resend, op.Doc("Send the invitation again; the older link stops working")),
			op.Steps("update", "PATCH /members/{id}", op.Admin, m.update, op.Unversioned("If-Match is compared in the installation's database, where memberships are"),
				op.Doc("Change role, status or details. A new role or status ends the member's sessions here")),
			op.Steps("remove", "DELETE /members/{id}", op.Admin, m.remove, op.Doc("Take a member out, or an invitation back")),
			op.Steps("end_sessions", "DELETE /members/{id}/sessions", op.Admin, m.endSessions, op.Doc("End all sessions of a member in this organisation")),
			op.Steps("reset_mfa", "DELETE /members/{id}/mfa", op.Admin, m.resetMFA, op.Doc("Turn two-step sign-in off for a member who lost the app and the recovery codes")),
		),
	}
}

// find reads one member of the caller's organisation; of another's there is
// none.
func find(tx *storage.ReadTx, tenant, id string) (Member, error) {
	return scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE m.tenant = ? AND m.id = ?", tenant, id))
}
