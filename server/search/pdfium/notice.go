package pdfium

import _ "embed"

// Notice says where the program that reads PDF comes from, and its licences.
//
//go:embed NOTICE.md
var Notice string
