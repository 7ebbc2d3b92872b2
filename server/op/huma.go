package op

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/gorilla/mux"
)

// Everything that is said to huma is said in this file: the rest of the package hands it typed functions.

const (
	base     = "/api/v1"
	maxBody  = 1 << 20
	maxDepth = 64
	maxURL   = 8 << 10
)

var once sync.Once

// setUpHuma sets huma's package variables. They are the same for every API of this process.
func setUpHuma() {
	once.Do(func() {
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			return humaProblem(status, msg, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
			p := humaProblem(status, msg, errs)
			if rq, ok := ctx.Context().Value(requestKey{}).(*request); ok {
				p.Request = rq.id
				if p.Status >= 500 {
					rq.site.log(rq, "request failed", fmt.Errorf("%s: %v", msg, errs))
				}
			}
			return p
		}
		huma.ValidateStrictCasing = true
		huma.DefaultArrayNullable = false
		huma.ErrorFormatter = func(format string, args ...any) string {
			if !strings.Contains(format, "%") {
				return format // what huma would add may repeat the value
			}
			return fmt.Sprintf(format, args...)
		}
		sayPlainly()
	})
}

const missing = "missing:" // in front of a property's name: huma reports it at its parent

// sayPlainly replaces huma's messages by sentences for the person at the form.
func sayPlainly() {
	for at, message := range map[*string]string{
		&validation.MsgUnexpectedProperty:             "This field is not known here.",
		&validation.MsgExpectedRFC3339DateTime:        "Give a moment as 2006-01-02T15:04:05Z.",
		&validation.MsgExpectedRFC3339Date:            "Give a date as YYYY-MM-DD.",
		&validation.MsgExpectedRFC3339Time:            "Give a time as 15:04:05Z.",
		&validation.MsgExpectedRFC5322Email:           "Give an e-mail address such as name@example.com.",
		&validation.MsgExpectedRFC5890Hostname:        "Give the name of a host.",
		&validation.MsgExpectedRFC3986URI:             "Give a complete address, starting with https://.",
		&validation.MsgExpectedRFC4122UUID:            "Give a UUID.",
		&validation.MsgExpectedRegexp:                 "Give a regular expression.",
		&validation.MsgExpectedMatchAtLeastOneSchema:  "This has none of the allowed forms.",
		&validation.MsgExpectedMatchExactlyOneSchema:  "This has none of the allowed forms.",
		&validation.MsgExpectedNotMatchSchema:         "This form is not allowed.",
		&validation.MsgExpectedPropertyNameInObject:   "The field that names the kind is missing.",
		&validation.MsgExpectedBoolean:                "Give true or false.",
		&validation.MsgExpectedDuration:               "Give a duration such as 1h30m.",
		&validation.MsgExpectedNumber:                 "Give a number.",
		&validation.MsgExpectedInteger:                "Give a whole number.",
		&validation.MsgExpectedString:                 "Give text.",
		&validation.MsgExpectedBase64String:           "Give base64.",
		&validation.MsgExpectedArray:                  "Give a list.",
		&validation.MsgExpectedObject:                 "Give an object.",
		&validation.MsgExpectedArrayItemsUnique:       "Give each entry once.",
		&validation.MsgExpectedOneOf:                  "Choose one of: %s.",
		&validation.MsgExpectedMinimumNumber:          "Give a number of at least %v.",
		&validation.MsgExpectedExclusiveMinimumNumber: "Give a number above %v.",
		&validation.MsgExpectedMaximumNumber:          "Give a number of at most %v.",
		&validation.MsgExpectedExclusiveMaximumNumber: "Give a number below %v.",
		&validation.MsgExpectedNumberBeMultipleOf:     "Give a multiple of %v.",
		&validation.MsgExpectedMinLength:              "Use at least %d characters.",
		&validation.MsgExpectedMaxLength:              "Use at most %d characters.",
		&validation.MsgExpectedBePattern:              "This must be %s.",
		&validation.MsgExpectedMatchPattern:           "This must match %s.",
		&validation.MsgExpectedMinItems:               "Give at least %d entries.",
		&validation.MsgExpectedMaxItems:               "Give at most %d entries.",
		&validation.MsgExpectedMinProperties:          "Give at least %d fields.",
		&validation.MsgExpectedMaxProperties:          "Give at most %d fields.",
		&validation.MsgExpectedRequiredProperty:       missing + "%s",
	} {
		*at = message
	}
}

// humaProblem turns what huma found wrong into our one form of answer. It never repeats a submitted value,
// and says nothing of what went wrong inside.
func humaProblem(status int, msg string, errs []error) *Problem {
	k := kindOf(status)
	p := newProblem(k, status, "")
	switch {
	case status >= 500:
		p.Detail = internalSentence
		return p
	case k == TooLarge:
		p.Detail = "The request is larger than 1 MB, which is the most this operation takes."
		return p
	case k == Malformed && msg == "request body is required":
		p.Detail = "This operation needs a JSON body."
		return p
	case k == Unsupported:
		p.Detail = "Send the body as application/json."
		return p
	case k == Invalid:
		p.Detail = "Please correct the marked fields."
	case k == Malformed:
		p.Detail = "The request could not be read."
	default:
		p.Detail = msg
	}
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue // plain errors are not written for people
		}
		detail := d.ErrorDetail()
		at, message := printable(detail.Location), detail.Message
		if message == fmt.Sprintf(validation.MsgExpectedMinLength, 1) {
			message = "This field is required."
		}
		if name, ok := strings.CutPrefix(message, missing); ok {
			at, message = at+"."+name, "This field is required."
		}
		p.Errors = append(p.Errors, FieldError{at, sentence(message)})
	}
	return p
}

// sentence rewrites the few messages that huma does not let us set.
func sentence(m string) string {
	switch {
	case m == "unknown query parameter":
		return "This parameter is not known here."
	case strings.HasPrefix(m, "required "):
		return "This parameter is required."
	case strings.HasPrefix(m, "invalid integer"):
		return "Give a whole number."
	case strings.HasPrefix(m, "invalid float"):
		return "Give a number."
	case strings.HasPrefix(m, "invalid boolean"):
		return "Give true or false."
	case strings.HasPrefix(m, "invalid date/time"):
		return "Give a moment as 2006-01-02T15:04:05Z."
	case strings.HasPrefix(m, "invalid value"), strings.HasPrefix(m, "json:"):
		return "This has the wrong form." // the rest of the message repeats the value
	}
	if some, ok := strings.CutPrefix(m, "Choose one of: , "); ok {
		return "Choose one of these, or leave it empty: " + some
	}
	return m
}

// printable keeps a field's name readable and short: it may come from the caller.
func printable(s string) string { return printableTo(100, s) }

func printableTo(most int, s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	if len(s) > most {
		s = s[:most] + "..."
	}
	return s
}

func newAPI(a *adapter) (huma.API, *namer) {
	setUpHuma()
	n := &namer{}
	cfg := huma.DefaultConfig("Assay", "1")
	cfg.OpenAPIPath = "" // written by document, with what huma does not know
	cfg.DocsPath = ""    // huma's page loads scripts from elsewhere
	cfg.SchemasPath = ""
	cfg.CreateHooks = nil // no $schema in answers
	cfg.RejectUnknownQueryParameters = true
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", n.name)
	format := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	cfg.Formats = map[string]huma.Format{"application/json": format, "json": format}
	cfg.Info.Description = "The programming interface of Assay. Sign in with POST " + base + "/session or send a personal access token as Authorization: Bearer. " +
		"Assay-Expect-Tenant, if sent, must be the id of the organisation you are signed in to (409 otherwise); it selects nothing. " +
		"Assay-As-Of shows the organisation as it was; what cannot be shown so is refused (409), and nothing can be changed in the past. " +
		"Assay-Branch reads and changes a branch instead of the organisation; what reaches beyond a branch is refused in one (409). " +
		"Errors are RFC 9457 problems. Answers to writes carry Assay-Audit, the number of the audit record. /api/reference is this document for people."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-assay", Description: "The browser's session"},
		"token":   {Type: "http", Scheme: "bearer", Description: "A personal access token"},
	}
	return huma.NewAPI(cfg, a), n
}

// namer names schemas: a named type has its own name, a generic one that of its argument in front
// (ControlPage), and a type without a name that of the operation it belongs to.
type namer struct{ op string }

func (n *namer) name(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, arg, generic := strings.Cut(t.Name(), "[")
	given, is := strings.CutPrefix(hint, called)
	switch {
	case name == "" && is:
		return given
	case generic:
		parts := strings.FieldsFunc(arg, func(r rune) bool { return strings.ContainsRune("[],*", r) })
		front := ""
		for _, p := range parts {
			front += upper(p[strings.LastIndexAny(p, "./")+1:])
		}
		return front + upper(name)
	case name == "" && strings.HasPrefix(hint, "answer["):
		return n.op + "Answer"
	case name == "" && (strings.HasSuffix(hint, "Body") || strings.HasSuffix(hint, "Request")):
		return n.op + "Body"
	case name == "":
		return n.op + upper(strings.TrimSuffix(hint[strings.LastIndexAny(hint, ".]")+1:], "Struct"))
	}
	return upper(name)
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// camel turns "control.bulk_update" into "ControlBulkUpdate".
func camel(s string) string {
	out := ""
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '_' || r == '-' || r == ' ' }) {
		out += upper(p)
	}
	return out
}

// adapter connects huma to gorilla/mux with one small router for each first segment of a path, so that
// finding a route does not take longer with every module.
type adapter struct {
	site   *site
	routes []route
	seg    map[string]*mux.Router
}

type route struct {
	op *huma.Operation
	h  http.Handler
}

// Handle is called by huma.Register.
func (a *adapter) Handle(hop *huma.Operation, h func(huma.Context)) {
	m := hop.Metadata["op"].(*mounted)
	m.sortedBy(hop)
	a.routes = append(a.routes, route{hop, a.site.enter(m, func(w http.ResponseWriter, r *http.Request) {
		h(humamux.NewContext(hop, r, w))
	})})
}

// build makes the routers. Fixed paths come before those with a parameter in the same place, whatever the
// order in which modules list them: /controls/export is never a control called "export".
func (a *adapter) build() {
	sortRoutes(a.routes)
	a.seg = map[string]*mux.Router{}
	for _, rt := range a.routes {
		seg := segment(rt.op.Path)
		if a.seg[seg] == nil {
			r := mux.NewRouter().SkipClean(true)
			r.NotFoundHandler = http.HandlerFunc(a.site.notFound)
			r.MethodNotAllowedHandler = a.site.notAllowed(r)
			a.seg[seg] = r
		}
		a.seg[seg].Path(rt.op.Path).Methods(rt.op.Method).Handler(rt.h)
	}
}

func (a *adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if sub := a.seg[segment(r.URL.Path)]; sub != nil {
		sub.ServeHTTP(w, r)
		return
	}
	a.site.notFound(w, r)
}

// segment is the first part of a path below /api/v1.
func segment(path string) string {
	rest, ok := strings.CutPrefix(path, base+"/")
	if !ok {
		return ""
	}
	seg, _, _ := strings.Cut(rest, "/")
	return seg
}
