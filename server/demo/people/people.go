// Package people says who is in the demo's story, for the program that starts it and for the one that builds
// it.
package people

import (
	"time"

	"assay/server/op"
)

// End is the evening on which the story ends. At every start the demo moves all dates so that it is today.
var End = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)

// Person is somebody of the story who can sign in.
type Person struct {
	Name, Email, Title, Department string
	Role                           op.Roles
}

// Northwind's people who can sign in, the ones whose accounts the demo prints first.
var Northwind = []Person{
	{"Ingrid Solberg", "ingrid@northwind.example", "Head of Security and Compliance", "Security", op.Admin},
	{"Dana Whitfield", "dana@northwind.example", "Platform Engineering Lead", "Engineering", op.User},
	{"Lena Fischer", "lena@hartley-audit.example", "Auditor, Hartley & Co.", "", op.Auditor},
	{"Priya Raman", "priya@northwind.example", "Chief Executive Officer", "Executive", op.Executive},
	{"Marcus Chen", "marcus@northwind.example", "IT Manager", "IT", op.User},
	{"Grace Novak", "grace@northwind.example", "Head of People", "People", op.User},
	{"Omar Haddad", "omar@northwind.example", "Security Engineer", "Security", op.User},
	{"Ben Lindqvist", "ben@northwind.example", "Backend Lead", "Engineering", op.User},
}

// Harbor's people. Ingrid advises them, so she belongs to both organisations.
var Harbor = []Person{
	{"Mira Okafor", "mira@harborlabs.example", "Operations Lead", "Operations", op.Admin},
	{"Tomas Varga", "tomas@harborlabs.example", "Lead Developer", "Engineering", op.User},
	{"Ingrid Solberg", "ingrid@northwind.example", "Advisor", "", op.Auditor},
}
