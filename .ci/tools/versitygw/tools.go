// Package tools pins the S3 server that storage/blob is tested against, apart from the product's own
// dependencies.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
