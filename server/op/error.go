package op

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"assay/storage"
	"assay/storage/blob"
)

// Kind is the class of an error that a caller may see.
type Kind string

// The kinds, each with one HTTP status.
const (
	Malformed       Kind = "malformed"
	Unauthenticated Kind = "unauthenticated"
	Forbidden       Kind = "forbidden"
	NotFound        Kind = "not_found"
	NotAllowed      Kind = "method_not_allowed"
	Conflict        Kind = "conflict"
	TenantMismatch  Kind = "tenant_mismatch"
	Stale           Kind = "stale"
	TooLarge        Kind = "too_large"
	Unsupported     Kind = "unsupported_media_type"
	Invalid         Kind = "invalid"
	Precondition    Kind = "precondition_required"
	TooMany         Kind = "too_many_requests"
	Internal        Kind = "internal"
	Unavailable     Kind = "unavailable"
	Full            Kind = "full"
)

// kinds is what the reference page prints and what every answer is made from.
var kinds = []struct {
	Kind   Kind
	Status int
	Means  string
}{
	{Malformed, 400, "The request could not be read: no body, broken JSON, a key given twice, nesting deeper than 64."},
	{Unauthenticated, 401, "There is no session or token, or it has ended."},
	{Forbidden, 403, "Your role does not allow this. It is noted in the organisation's audit log."},
	{NotFound, 404, "There is no such record in your organisation."},
	{NotAllowed, 405, "The address exists, but not with this method. Allow says which it has."},
	{Conflict, 409, "The state of the record forbids this step."},
	{TenantMismatch, 409, "You are signed in to another organisation than the one this page was opened for."},
	{Stale, 412, "Somebody changed the record since you read it. Read it again and repeat your change."},
	{TooLarge, 413, "The body or the file is larger than this operation takes."},
	{Unsupported, 415, "The body must be JSON."},
	{Invalid, 422, "A field is missing, unknown or not acceptable; errors says which."},
	{Precondition, 428, "This change needs If-Match with the version you read."},
	{TooMany, 429, "Too many requests. Retry-After says when to come back."},
	{Internal, 500, "Something went wrong on our side. It has been logged under the request id."},
	{Unavailable, 503, "The service cannot do this at the moment. Try again soon."},
	{Full, 507, "There is no space left to store this. Nothing was changed."},
}

func (k Kind) status() int {
	for _, e := range kinds {
		if e.Kind == k {
			return e.Status
		}
	}
	return http.StatusInternalServerError
}

func kindOf(status int) Kind {
	for _, e := range kinds {
		if e.Status == status {
			return e.Kind
		}
	}
	if status >= 500 {
		return Internal
	}
	return Malformed
}

// Error is an error meant for the person at the screen: a sentence, and what to do next. Every other
// error is logged and shown as one general sentence.
type Error struct {
	Kind    Kind
	Message string
	Fields  map[string]string // field path ("title", "items[2].due", "query.sort") -> what is wrong with it
	After   time.Duration     // when to try again, for TooMany and Unavailable
}

func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return string(e.Kind) + ": " + e.Message
	}
	return fmt.Sprintf("%s: %s %v", e.Kind, e.Message, e.Fields)
}

// Errorf makes an Error.
func Errorf(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Problem is how every refusal and failure is answered: RFC 9457, with the kind as one word, the request's
// id to quote when asking for help, and one line for each field at fault.
type Problem struct {
	Type    string       `json:"type" doc:"Where this kind of problem is explained"`
	Kind    Kind         `json:"kind" doc:"The kind of problem in one word"`
	Title   string       `json:"title" doc:"The HTTP status in words"`
	Status  int          `json:"status"`
	Detail  string       `json:"detail" doc:"What happened and what to do next, for a person"`
	Request string       `json:"request,omitempty" doc:"Quote this when you ask for help"`
	Errors  []FieldError `json:"errors,omitempty" doc:"What is wrong with each field"`

	after time.Duration
}

// FieldError says what is wrong with one field of a request.
type FieldError struct {
	Location string `json:"location" doc:"body.title, query.sort, path.id"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string  { return fmt.Sprintf("%d %s", p.Status, p.Detail) }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType makes huma answer with the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells a caller who must wait for how long.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.after > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.after.Seconds()))))
	}
	return h
}

func newProblem(k Kind, status int, detail string) *Problem {
	return &Problem{Type: "/api/reference#" + string(k), Kind: k, Title: http.StatusText(status), Status: status, Detail: detail}
}

const internalSentence = "Something went wrong on our side. It has been logged; please try again."

// problemOf puts an error into words that may leave the machine. known is false when the error was not
// meant for people and has to be logged.
func problemOf(err error) (p *Problem, known bool) {
	var e *Error
	var made *Problem
	switch {
	case errors.As(err, &made):
		return made, true
	case errors.As(err, &e):
		p := newProblem(e.Kind, e.Kind.status(), e.Message)
		p.after = e.After
		if p.Status == http.StatusInternalServerError {
			p.Detail = internalSentence
			return p, false
		}
		for _, field := range slices.Sorted(maps.Keys(e.Fields)) {
			p.Errors = append(p.Errors, FieldError{location(field), e.Fields[field]})
		}
		return p, true
	case errors.Is(err, storage.ErrNotFound), errors.Is(err, sql.ErrNoRows), errors.Is(err, blob.ErrNotFound):
		return newProblem(NotFound, 404, "This does not exist, or no longer."), true
	case errors.Is(err, storage.ErrNoTenant):
		return newProblem(NotFound, 404, "This organisation is not available."), true
	case errors.Is(err, storage.ErrStale):
		return newProblem(Stale, 412, "Somebody else changed this in the meantime. Load it again and repeat your change."), true
	case errors.Is(err, storage.ErrConflict):
		return newProblem(Conflict, 409, "Something later depends on this, so it cannot be done now."), true
	case errors.Is(err, storage.ErrExists):
		return newProblem(Conflict, 409, "This exists already."), true
	case errors.Is(err, storage.ErrDamaged), errors.Is(err, storage.ErrClosed):
		return newProblem(Unavailable, 503, "Your organisation's data cannot be opened at the moment. It has been logged."), false
	case errors.Is(err, storage.ErrMoving):
		p := newProblem(Unavailable, 503, "Your organisation is moving to another machine. Try again in a moment.")
		p.after = time.Second
		return p, true
	case errors.Is(err, storage.ErrUnavailable):
		p := newProblem(Unavailable, 503, "Your change could not be confirmed, because its second copy could not be written. Look whether it is there before you repeat it.")
		p.after = 5 * time.Second
		return p, false
	case errors.Is(err, storage.ErrFull), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return newProblem(Full, 507, "There is no space left to store this. Nothing was changed; ask your administrator to make room."), false
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p := newProblem(Unavailable, 503, "This took too long and was stopped. Nothing was changed.")
		p.after = time.Second
		return p, false
	}
	return newProblem(Internal, 500, internalSentence), false
}

// location puts a field of a check where a client looks for it: in the body unless it says otherwise.
func location(field string) string {
	for _, in := range []string{"body", "query", "path", "header", "file"} {
		if field == in || strings.HasPrefix(field, in+".") {
			return field
		}
	}
	return "body." + field
}

// writeProblem answers a request that did not get as far as huma.
func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	for _, k := range []string{"Content-Length", "Content-Disposition", "ETag", "Assay-Audit"} {
		h.Del(k) // set for the answer that is not given
	}
	for k, v := range p.GetHeaders() {
		h[k] = v
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}
