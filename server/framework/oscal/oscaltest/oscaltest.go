// Package oscaltest holds documents against NIST's own schemas, in tests.
package oscaltest

import (
	"bytes"
	"embed"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed schemas/*.json
var files embed.FS

var compiled = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	out := map[string]*jsonschema.Schema{}
	for kind, name := range map[string]string{
		"catalog": "catalog", "profile": "profile", "component-definition": "component", "system-security-plan": "ssp",
	} {
		b, err := files.ReadFile("schemas/oscal_" + name + "_schema.json")
		if err != nil {
			return nil, err
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(name+".json", doc); err != nil {
			return nil, err
		}
		if out[kind], err = c.Compile(name + ".json"); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// Check says what a document does that NIST's schema of its kind does not allow; nil when it is valid.
func Check(tb testing.TB, kind string, document []byte) error {
	tb.Helper()
	schemas, err := compiled()
	if err != nil {
		tb.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		tb.Fatalf("not JSON: %v", err)
	}
	if schemas[kind] == nil {
		tb.Fatalf("no schema for %q", kind)
	}
	return schemas[kind].Validate(doc)
}

// Valid fails the test unless the document is valid by NIST's schema of its kind.
func Valid(tb testing.TB, kind string, document []byte) {
	tb.Helper()
	if err := Check(tb, kind, document); err != nil {
		tb.Errorf("not a valid %s: %.2000v", kind, err)
	}
}
