package server

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"assay/server/account"
	"assay/server/op"
)

var update = flag.Bool("update", false, "rewrite golden files")

// documented are the modules as documents need them: without anything behind them.
func documented() []op.Module { return modules(&Server{Door: &account.Door{}}) }

// TestContract keeps the API's document and the UI's client equal to the Go code, so that a change of the
// API shows in review and the UI cannot lag.
func TestContract(t *testing.T) {
	for file, got := range map[string][]byte{
		"../ui/src/api/openapi.json": op.OpenAPI(documented()...),
		"../ui/src/api/api.ts":       op.TypeScript(documented()...),
	} {
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, _ := os.ReadFile(file); !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go test ./server -update", file)
		}
	}
}
