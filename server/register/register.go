// Package register is what the registers of the product have in common: risks, vendors, assets, people. A register
// says once, in a struct D, what people say of its records. From that struct come the columns of its table, its list
// with filters, sorting, counts and export, what may be sent to create and to change records, changes of many at once,
// and the table that can be imported.
//
// D is called RiskSaid. Its fields are text, numbers, flags and lists of words, or structs of these; beside the tags that
// the API document knows (doc, enum, maxLength, minimum, maximum) they have:
//
//	minLength:"1"  required
//	name:"true"    what a record is called, where that is not a field called name or title
//	col:"x"        the column, where it is not called as the field is
//	is:"date"      a day, or empty; is:"person" an id of a person; is:"vendor.name" an id of another record, whose name
//	               stands in that column; is:"link" an address on the web; is:"email" an e-mail address
//	by:"email"     of another record: a second column by which tables may name it
//	grow:"true"    of another record: a table that names one that is not here adds it, with nothing but its name
//	unique:"true"  no two records have the same, whatever the case; tables recognise records by it first
//	long:"true"    a text that lists leave empty
//	start:"open"   what a new record has where nothing is said
//	facet:"true"   values are counted for a menu; choices, people, records and flags always are
//	facet:"false"  of a person or a record: values are filtered by, but not counted, because there are too many
//	bulk:"true"    may be set for many at once
//	find:"true"    is looked through for the words of a search, as ref and name always are
//	head:"Due on"  what tables call it, where that is not its name with a capital
//	also:"due"     what other tables call it, with commas between
//
// Who a person is stands in the row's field owner_name where R has one, a record's name likewise.
//
// To add a field: a column in a migration, a field in D, a line in the register's declaration in ui/src, its words.
package register

import (
	"fmt"
	"reflect"
	"slices"

	"assay/server/op"
	"assay/server/record"
	"assay/server/tag"
	"assay/storage"
)

// Row is embedded in every row of a register.
type Row struct {
	ID        string          `json:"id"`
	Ref       string          `json:"ref" doc:"As people write it: RSK-0001; never given twice"`
	Tags      []tag.RecordTag `json:"tags"`
	Custom    map[string]any  `json:"custom" doc:"Values of custom fields by key"`
	CreatedAt string          `json:"created_at"`
	UpdatedAt string          `json:"updated_at"`
	Version   int             `json:"version"`
}

// Register is one register. D is what people say of a record, F what its list may be filtered by, R its row, which embeds
// [Row] and D.
type Register[D, F, R any] struct {
	Kind   record.Kind // also the name of its table, which queries call r
	One    string      // "risk", in sentences
	Many   string      // "risks", also its path and its name among imports
	Letter string      // "RSK" of RSK-0001; empty for records that have no numbers

	Row  func(*R) *Row
	Said func(*R) *D

	// Table is what the list has beside what is said: From with its joins, Columns that Into gives room for, what is
	// computed under Facets, and more of Sort and Export. A field of F that is called as a field of D or as a facet
	// filters by it, a person also by me, what nobody has said by none; Where asks for the others.
	Table op.Table[F, R]
	Into  func(*R) []any // where Columns are read to
	Rules func(*R) error // works on a row that was read

	May     func(was, now D) (field, why string)                          // a change that nobody may make, and why
	Hold    func(is R, now D) (field, why string)                         // a change that what else is known of the record forbids, and why
	Check   func(c *op.Check, tx *storage.ReadTx, was, now D) error       // the register's own rules; was is empty for a new record
	Among   func(c *op.Check, tx *storage.ReadTx, id string, now D) error // its rules about other records; id is empty for a new one
	Bound   func(tx *storage.ReadTx, id string) (why string, err error)   // why a record may not be deleted; empty when it may
	Written func(tx *storage.WriteTx, id string, was, now D) error        // what follows from a change, in its transaction
	Called  func(*R) string                                               // what people call a record, where that is neither number nor name
	Key     string                                                        // what tables recognise a record by that has no name of its own: "personnel+application"
	Living  string                                                        // and which records they mean by it: "r.status = 'active'"
	Values  map[string]string                                             // what other tables call a value: "status.in_progress": "on track,treating"
	Writes  []string                                                      // the tables that Written changes

	leaves []leaf
	name   int // the leaf that says what a record is called
}

// New completes a declaration. It panics at start when one cannot work.
func New[D, F, R any](g Register[D, F, R]) *Register[D, F, R] {
	g.leaves = leavesOf[D]()
	for i, l := range g.leaves {
		g.leaves[i].named = namedIn[R](l)
	}
	g.name = slices.IndexFunc(g.leaves, func(l leaf) bool { return l.Name == "name" || l.Name == "title" || l.Tag.Get("name") == "true" })
	if g.name < 0 || !g.Kind.Known() {
		panic(fmt.Sprintf("register %s: a record has a kind and a name or a title", g.Kind))
	}
	g.complete()
	return &g
}

// Get is the row of a record, or [storage.ErrNotFound].
func (g *Register[D, F, R]) Get(tx *storage.ReadTx, id string) (R, error) { return g.Table.One(tx, id) }

// Detail is the answer of a register whose records are all that their rows say.
func (g *Register[D, F, R]) Detail(tx *storage.ReadTx, in op.ByID) (R, error) {
	return g.Get(tx, in.ID)
}

// called is what people call a record: by its number, else by its name.
func (g *Register[D, F, R]) called(r R) string {
	if g.Called != nil {
		return g.Called(&r)
	}
	if ref := g.Row(&r).Ref; ref != "" {
		return ref
	}
	return g.leaves[g.name].Of(reflect.ValueOf(g.Said(&r))).String()
}
