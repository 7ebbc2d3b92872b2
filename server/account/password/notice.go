package password

import _ "embed"

// Notice says where the list of common passwords comes from.
//
//go:embed NOTICE.md
var Notice string
