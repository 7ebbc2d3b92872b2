// Package tools pins staticcheck for .ci/run, apart from the product's own dependencies.
package tools

import _ "honnef.co/go/tools/cmd/staticcheck"
