// Package link says what records have to do with each other: links that people draw between any two records,
// and, beside them, what the program knows anyway (which requirements a control serves, what proves it).
//
// A record that is deleted leaves its links behind, hidden, because the other end is always read with
// [record.Lines]: undoing the deletion brings them back.
package link

import (
	"cmp"
	"slices"

	"assay/server/op"
	"assay/server/record"
)

// Module is the links' part of the API.
var Module = op.Module{
	Name: "link",
	Owns: []string{"record_link"},
	Ops: []op.Op{
		op.Read("find", "GET /records", op.Readers, find, op.Doc("Records of any kind by their reference or title, to link to")),
		op.Read("list", "GET /records/{kind}/{id}/links", op.Readers, list, op.Doc("The links of a record")),
		op.Read("graph", "GET /records/{kind}/{id}/graph", op.Readers, graph, op.Doc("A record with its neighbours: links, mappings and evidence")),
		op.Read("reach", "GET /records/{kind}/{id}/reach", op.Readers, reach, op.Doc("What falls when a record falls, or what it stands on: dependencies over any number of steps")),
		op.Write("create", "POST /records/{kind}/{id}/links", op.Editors, create, op.Doc("Link a record to another")),
		op.Write("update", "PATCH /links/{id}", op.Editors, update, op.Versioned("record_link"), op.Doc("Change the note of a link")),
		op.Write("delete", "DELETE /links/{id}", op.Editors, remove, op.OwnOnly("It removes a link, not a record."), op.Doc("Remove a link")),
	},
}

// Type is what a link says, read from the first record to the other.
type Type string

// The types. Each can be read from both ends: "depends on" is "is needed by" from the other. They are few and
// general, so that risks, vendors, policies, incidents and assets find theirs among them.
const (
	Relates    Type = "relates"    // relates to, both ways
	DependsOn  Type = "depends_on" // is needed by
	Duplicates Type = "duplicates" // both ways
	Mitigates  Type = "mitigates"  // a control a risk; is mitigated by
	Implements Type = "implements" // a control a policy; is implemented by
	Evidences  Type = "evidences"  // a proof anything; is evidenced by
	Governs    Type = "governs"    // a policy a control; is governed by
	Affects    Type = "affects"    // a risk or an incident an asset; is affected by
	Causes     Type = "causes"     // an incident a finding; is caused by
)

// bothWays are the types that say the same from either end.
var bothWays = []Type{Relates, Duplicates}

// Order puts the ends of a link into the order in which it is kept. Of a link that says the same from either
// end there is one row, whichever way it was drawn.
func Order(t Type, a, b record.Ref) (record.Ref, record.Ref) {
	if slices.Contains(bothWays, t) && cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) > 0 {
		return b, a
	}
	return a, b
}
