package catalog

import _ "embed"

// Notice says whose names the built-in frameworks carry.
//
//go:embed NOTICE.md
var Notice string
