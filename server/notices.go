package server

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"assay/server/account/password"
	"assay/server/framework/catalog"
	"assay/server/search/pdfium"
	"assay/ui"
)

// notices says whose names and works are in the product: the frameworks' marks, the password list, and every
// library that is linked in. Anyone may read it.
func notices() http.Handler {
	var b strings.Builder
	b.WriteString("Assay is licensed under the Apache License, Version 2.0.\n\n" + catalog.Notice + "\n\n" + password.Notice + "\n\n" + pdfium.Notice + "\n\n# Libraries in this program\n\n")
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			fmt.Fprintf(&b, "%s %s\n", m.Path, m.Version)
		}
	}
	b.WriteString("\nAll are under Apache-2.0, BSD or MIT licences, which their sources carry. The pages contain React, TanStack, Base UI, Lucide, TipTap and ProseMirror (MIT, ISC) and the Inter typeface (SIL Open Font License 1.1).\n")
	text := []byte(b.String())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ui.PageHeaders(w.Header())
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write(text)
	})
}
