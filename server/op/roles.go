package op

import (
	"slices"
	"strings"
)

// Roles is a set of roles. An empty set is nobody.
type Roles uint32

// The roles, each one bit, and the sets that operations are given most. Their names are fixed: they stand
// in the API document, in control.db and in audit records.
const (
	Admin Roles = 1 << iota
	User
	Auditor
	Executive
	Employee
	Guest
	ExternalAuditor
	FirmAdmin
	FirmUser
	OperatorSuper
	OperatorTeam
	Anyone // nobody is asked who they are: only Public has it

	Everyone = Admin | User | Auditor | Executive // the four roles of a tenant
	Readers  = Admin | User | Auditor             // who may see single records: executives read figures
	Editors  = Admin | User
)

var roleNames = [...]string{"admin", "user", "auditor", "executive", "employee", "guest", "external_auditor",
	"firm_admin", "firm_user", "operator_super", "operator_team", "public"}

// Names lists the roles of the set in alphabetical order.
func (r Roles) Names() []string {
	names := []string{}
	for i, n := range roleNames {
		if r&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

func (r Roles) String() string { return strings.Join(r.Names(), ",") }

// RoleOf is the role with that name, or none. An unknown name is therefore no access.
func RoleOf(name string) Roles {
	if i := slices.Index(roleNames[:], name); i >= 0 {
		return 1 << i
	}
	return 0
}
