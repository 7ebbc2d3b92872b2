// Package op turns typed functions into HTTP operations.
//
// A module is a list of operations. Each states its route and the roles that may call it; there is no way
// to state a route alone. What must never be forgotten is done here, once, for all of them, in this order:
//
//	recover, give the request an id, find the caller (401), compare Assay-Expect-Tenant (409), check the
//	role (403, noted in the audit log), decode and validate (422), open the caller's tenant, begin the
//	transaction, compare If-Match (412), look for Idempotency-Key, run the function, audit, commit, answer.
//
// Modules see neither net/http nor huma nor mux: they are given a transaction and a decoded input. An input
// is a struct with tags `path:"id"`, `query:"q"`, `header:"X"` and at most one field Body, whose fields have
// json tags and the limits that are checked before the function runs: minLength, maxLength, minimum, maximum,
// enum, format, pattern, doc. An output is a plain struct; a field `Version int` becomes the ETag. Operations
// answer 200 with a body, or 204 when their output is struct{}.
package op

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"assay/storage"
)

// Module is one part of the product.
type Module struct {
	Name string   // "risk"
	Owns []string // the tables only this module changes
	Also []string // tables of other modules that change through their functions, called by this one
	Ops  []Op
	Jobs []Job

	// Present says that the module is about the person who asks or about what happens now: it has no past. See
	// Assay-As-Of in asof.go.
	Present bool
}

// Job is work that runs without a caller. Nightly jobs run once a day after midnight in the tenant's zone.
type Job struct {
	Name    string
	Nightly bool
	Control bool // it works on the installation's own database, once for all tenants; its Scope has no tenant
	Run     func(*Scope, json.RawMessage) error
}

// Op is one operation of a module. Its fields are for tests and documents; make one with Read, Write, List,
// Upload, Import, Download, Stream, Steps or Public.
type Op struct {
	Name      string // "create"; with the module's name, the audited action
	Method    string
	Path      string // below /api/v1
	Roles     Roles
	Summary   string
	Rules     string // what a caller must know beyond the sentence
	How       Way
	Writes    bool // its function is given a way to change rows
	Audited   bool // it leaves a record: a write, or a read that matters
	In, Out   reflect.Type
	Table     string // whose version If-Match must name, or empty
	Exception string // why it may do what Mount refuses others
	Limit     Limit  // of an Upload or Import

	key      string // the path parameter that names the row of Table
	secret   bool
	wide     bool     // Exception is OwnOnly's
	loose    bool     // Exception is Unversioned's
	control  bool     // a list of the installation's rows
	steps    bool     // of a download: its function is given a Scope
	present  bool     // it has no past
	asOf     bool     // it may show the past although it has a Scope
	frozen   bool     // it has a meaning in an auditor snapshot
	branch   bool     // it may work in a branch although it has a Scope
	sorts    []string // values of the parameter sort
	columns  []string // of an export
	more     bool     // the organisation's own columns come after them
	register func(*mounted)
}

// ByID is the input of an operation on one record, alone or embedded.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"The record's id"`
}

// Way is how an operation is carried out, for documents and the generated client.
type Way string

// The ways, named after their constructors.
const (
	WayRead     Way = "read"
	WayWrite    Way = "write"
	WayUpload   Way = "upload"
	WayImport   Way = "import"
	WayDownload Way = "download"
	WayStream   Way = "stream"
	WaySteps    Way = "steps"
	WayPublic   Way = "public"
)

// Option says something more about an operation.
type Option func(*Op)

// Doc is the sentence that documents show for the operation.
func Doc(sentence string) Option { return func(o *Op) { o.Summary = sentence } }

// Rules says in the API document what a caller must know of an operation beyond its sentence.
func Rules(text string) Option { return func(o *Op) { o.Rules = text } }

// Versioned makes If-Match required: it must name the version that the row of table has in the same
// transaction. The row's id is the path parameter id, or the one named by param.
func Versioned(table string, param ...string) Option {
	if !plainName.MatchString(table) {
		panic("op: not a table: " + table)
	}
	return func(o *Op) {
		o.Table, o.key = table, "id"
		if len(param) > 0 {
			o.key = param[0]
		}
		if !strings.Contains(o.Path, "{"+o.key+"}") {
			panic(fmt.Sprintf("op %s: Versioned needs {%s} in the path", o.Name, o.key))
		}
	}
}

// Unversioned permits a PATCH or PUT without Versioned. The reason stands in the document.
func Unversioned(reason string) Option {
	return func(o *Op) { o.loose, o.Exception = true, reason }
}

// OwnOnly permits a DELETE to others than administrators: its function lets a caller remove only what is
// the caller's own, or only a link. The reason stands in the document.
func OwnOnly(reason string) Option {
	return func(o *Op) { o.wide, o.Exception = true, reason }
}

// Secret says that the answer holds a secret: it is never kept for a repeat under the same Idempotency-Key.
func Secret() Option { return func(o *Op) { o.secret = true } }

// Audited says that the operation leaves an event record although it does not write rows, because what it
// shows matters (an AI draft). Its function calls Scope.Record.
func Audited() Option { return func(o *Op) { o.Audited = true } }

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Read makes an operation that reads. Its function is given a transaction that has no way to write.
func Read[In, Out any](name, route string, may Roles, fn func(*storage.ReadTx, In) (Out, error), opts ...Option) Op {
	o := describe[In, Out](WayRead, name, route, may, opts)
	o.register = func(m *mounted) {
		handle(m, func(ctx context.Context, rq *request, in *In) (out Out, err error) {
			err = rq.read(ctx, func(tx *storage.ReadTx) error {
				out, err = fn(tx, *in)
				return err
			})
			return out, err
		})
	}
	return o
}

// Write makes an operation that changes rows of its module's tables, in one audited transaction.
func Write[In, Out any](name, route string, may Roles, fn func(*storage.WriteTx, In) (Out, error), opts ...Option) Op {
	o := describe[In, Out](WayWrite, name, route, may, opts)
	o.Writes, o.Audited = true, true
	o.register = func(m *mounted) {
		handle(m, func(ctx context.Context, rq *request, in *In) (out Out, err error) {
			err = rq.write(ctx, func(tx *storage.WriteTx) error {
				return once24(tx, rq, &out, func() error {
					out, err = fn(tx, *in)
					return err
				})
			})
			return out, err
		})
	}
	return o
}

func describe[In, Out any](how Way, name, route string, may Roles, opts []Option) Op {
	method, path, _ := strings.Cut(route, " ")
	o := Op{Name: name, Method: method, Path: path, Roles: may, How: how,
		In: reflect.TypeFor[In](), Out: reflect.TypeFor[Out]()}
	for _, opt := range opts {
		opt(&o)
	}
	if o.Summary == "" {
		o.Summary = upper(strings.ReplaceAll(name, "_", " "))
	}
	return o
}

// answer is what huma is given to write. Its headers are described by document, where they apply.
type answer[Out any] struct {
	ETag   string `header:"ETag" hidden:"true"`
	Audit  string `header:"Assay-Audit" hidden:"true"`
	Replay string `header:"Assay-Replayed" hidden:"true"`
	Body   Out
}

type bare struct {
	Audit  string `header:"Assay-Audit" hidden:"true"`
	Replay string `header:"Assay-Replayed" hidden:"true"`
}

// handle registers run with huma. An output without fields is answered with 204.
func handle[In, Out any](m *mounted, run func(context.Context, *request, *In) (Out, error)) {
	t := reflect.TypeFor[Out]()
	if t.Kind() == reflect.Struct && t.NumField() == 0 {
		huma.Register(m.site.api, m.operation(), func(ctx context.Context, in *In) (*bare, error) {
			rq := requestOf(ctx)
			rq.arrived()
			if _, err := run(ctx, rq, in); err != nil {
				return nil, rq.fail(err)
			}
			return &bare{Audit: rq.seqs(), Replay: rq.replayed()}, nil
		})
		return
	}
	var version []int
	if t.Kind() == reflect.Struct {
		if f, ok := t.FieldByName("Version"); ok && f.Type.Kind() == reflect.Int {
			version = f.Index
		}
	}
	m.etag = version != nil
	huma.Register(m.site.api, m.operation(), func(ctx context.Context, in *In) (*answer[Out], error) {
		rq := requestOf(ctx)
		rq.arrived()
		out, err := run(ctx, rq, in)
		if err != nil {
			return nil, rq.fail(err)
		}
		a := &answer[Out]{Audit: rq.seqs(), Replay: rq.replayed(), Body: out}
		if version != nil && rq.past == nil { // what was read of the past must not pass for what is there now
			a.ETag = fmt.Sprintf(`"%d"`, reflect.ValueOf(out).FieldByIndex(version).Int())
		}
		return a, nil
	})
}
