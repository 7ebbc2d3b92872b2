package op_test

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/server/op"
	"assay/server/optest"
)

// A repeat under the same key is carried out once, whether it comes after or at the same time.
func TestIdempotency(t *testing.T) {
	api := fixture(t)
	rows := func() int { return api.Count("SELECT count(*) FROM scope WHERE kind = 'good'") }
	var first Thing
	a := api.Header("Idempotency-Key", "k1")
	a.Must("POST", "/things", ThingDraft{Name: "Lamp"}, &first)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			w := httptest.NewRecorder()
			r := httptest.NewRequest("POST", "/api/v1/things", strings.NewReader(`{"name":"Lamp"}`))
			r.Header.Set("Idempotency-Key", "k2")
			api.Handler().ServeHTTP(w, r)
			if w.Code != 200 {
				t.Errorf("repeat: %d %s", w.Code, w.Body)
			}
		})
	}
	all.Wait()
	if n := rows(); n != 2 {
		t.Errorf("%d rows of 2 keys", n)
	}
	var again Thing
	a.Must("POST", "/things", ThingDraft{Name: "Lamp"}, &again)
	if h := api.Last().Header; again != first || h.Get("Assay-Replayed") != "true" || h.Get("ETag") != `"1"` || h.Get("Assay-Audit") != "" {
		t.Errorf("repeated: %+v %v", again, h)
	}
	if got := a.Do("POST", "/things", ThingDraft{Name: "Other"}, nil); got != 422 || api.FieldError("header.Idempotency-Key") == "" {
		t.Errorf("same key, other body: %d %s", got, api.Body())
	}
	a.As(op.User).Must("POST", "/things", ThingDraft{Name: "Other"}, nil) // another person's key
	if got := a.Do("POST", "/things/bulk", `{"match":{},"kind":"good"}`, nil); got != 200 {
		t.Errorf("same key, other operation: %d %s", got, api.Body())
	}
	api.Clock.Advance(25 * time.Hour)
	a.Must("POST", "/things", ThingDraft{Name: "Lamp"}, &again)
	if again.ID == first.ID {
		t.Error("a key is remembered for longer than a day")
	}
	// A refused call is not remembered: the corrected one may use the key again.
	b := api.Header("Idempotency-Key", "k3")
	if got := b.Do("POST", "/things", ThingDraft{Name: "bomb"}, nil); got != 422 {
		t.Fatal(got)
	}
	b.Must("POST", "/things", ThingDraft{Name: "Bell"}, nil)
	// An answer that held a secret is not repeated.
	s := api.Header("Idempotency-Key", "k4")
	s.Must("POST", "/things/secret", ThingDraft{Name: "canary"}, nil)
	if got := s.Do("POST", "/things/secret", ThingDraft{Name: "canary"}, nil); got != 409 {
		t.Errorf("secret again: %d", got)
	}
	if n := api.Count("SELECT count(*) FROM idempotency WHERE body LIKE '%canary%'"); n != 0 {
		t.Error("the secret is kept")
	}
}

func TestSteps(t *testing.T) {
	api := fixture(t)
	api.Must("POST", "/things/steps", ThingDraft{Name: "Lamp"}, nil)
	if seqs := strings.Split(api.Last().Header.Get("Assay-Audit"), ","); len(seqs) != 2 {
		t.Errorf("two writes left %v", seqs)
	}
	m := op.Module{Name: "look", Owns: []string{"scope"}, Ops: []op.Op{op.Steps("look", "GET /look", op.Readers, func(s *op.Scope, _ struct{}) (Changed, error) {
		return Changed{}, s.Write(func(tx *storageWriteTx) error { return tx.Exec("DELETE FROM scope") })
	})}}
	a := optest.New(t, m)
	if got := a.Do("GET", "/look", nil, nil); got != 500 || a.Count("SELECT count(*) FROM scope") == 0 {
		t.Errorf("a GET wrote: %d", got)
	}
}

func TestJob(t *testing.T) {
	api := fixture(t)
	th := add(api, "Lamp")
	api.Must("POST", "/things/bulk", `{"match":{"q":"lamp"},"kind":"bad"}`, nil)
	api.RunJob("thing", "tidy", nil)
	if api.Count("SELECT count(*) FROM scope WHERE id = ?", th.ID) != 0 {
		t.Error("the job did nothing")
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE actor_kind = 'system' AND actor = 'thing.tidy' AND action = 'thing.tidy'"); n != 1 {
		t.Errorf("%d records of the job", n)
	}
}

// Every record says who, through what, and under which request.
func TestWhoIsRecorded(t *testing.T) {
	api := fixture(t)
	add(api.As(op.User), "Lamp")
	if n := api.Count("SELECT count(*) FROM audit WHERE actor_kind = 'person' AND actor = 'user' AND action = 'thing.create' AND record LIKE ?", "%"+api.Last().Header.Get("Assay-Request")+"%"); n != 1 {
		t.Error("a person's record")
	}
	c := api.As(op.User).Caller()
	c.Token = "token-1"
	add(api.AsCaller(c), "Bell")
	if n := api.Count("SELECT count(*) FROM audit WHERE actor_kind = 'token' AND actor = 'user' AND record LIKE '%token-1%'"); n != 1 {
		t.Error("a token's record")
	}
}

// A file that is written as it goes is sent whole or not at all.
func TestProduce(t *testing.T) {
	m := op.Module{Name: "made", Ops: []op.Op{op.Produce("make", "GET /made", op.Readers,
		func(s *op.Scope, in struct {
			Fail bool `query:"fail"`
		}, w io.Writer) (op.Sent, error) {
			out, err := op.NewCSV(w, "Name")
			if err != nil {
				return op.Sent{}, err
			}
			if err := out.Row("=1+1"); err != nil || in.Fail {
				return op.Sent{}, errors.Join(err, errors.New("canary"))
			}
			return op.Sent{Name: "made.csv", Type: "text/csv"}, out.End()
		})}}
	api := optest.New(t, m)
	api.Must("GET", "/made", nil, nil)
	if api.Body() != "\ufeffName\r\n'=1+1\r\n" || api.Count("SELECT count(*) FROM audit WHERE action = 'made.make'") != 1 {
		t.Errorf("%q", api.Body())
	}
	if got := api.Do("GET", "/made?fail=true", nil, nil); got != 500 || strings.Contains(api.Body(), "canary") || strings.Contains(api.Body(), "Name") {
		t.Errorf("failed half-way: %d %s", got, api.Body())
	}
}
