package backup

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"assay/storage"
)

// readme says what is what, and lists the digest of every other file.
func (p *plain) readme(program string) error {
	sums := slices.SortedFunc(slices.Values(p.sums), func(a, b sum) int { return strings.Compare(a.path, b.path) })
	err := p.create("SHA256SUMS", func(w *bufio.Writer) error {
		for _, s := range sums {
			fmt.Fprintf(w, "%s  %s\n", s.sha256, s.path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	list := p.sums[len(p.sums)-1].sha256
	_, leftOut := p.db.RecordTables()
	return p.create("README.md", func(w *bufio.Writer) error {
		fmt.Fprintf(w, "# %s\n\nEverything that %s has in Assay, as of %s. No program is needed to read it: pages are Markdown, tables are\nCSV (UTF-8) and JSON, files are as they were uploaded. It was written by Assay %s. Treat it as confidential.\n",
			inline(p.tenant.Name), inline(p.tenant.Name), p.tx.Now().Format(storage.Instant), program)
		fmt.Fprint(w, "\n## Where to begin\n\n")
		for _, k := range pageKinds {
			if slices.ContainsFunc(p.sums, func(s sum) bool { return s.path == k.folder+"/README.md" }) {
				fmt.Fprintf(w, "- [%s](%s/README.md): a page each, with links, comments and the last changes\n", k.title, k.folder)
			}
		}
		fmt.Fprintf(w, "- `files/`: %d stored files, those of an evidence request in a folder of its name\n", p.done.Files)
		fmt.Fprint(w, "- [members.csv](members.csv): who may come in, and as what\n")
		fmt.Fprintf(w, "- [audit.csv](audit.csv): all %d records of the audit log, to be read\n", p.done.Records)
		fmt.Fprint(w, "- `data/`: every table, as CSV to be read and as JSON with all that it has\n\n## Tables\n\n| what | rows | to be read | all of it |\n|---|---|---|---|\n")
		for _, line := range p.told {
			fmt.Fprintln(w, line)
		}
		fmt.Fprintf(w, "\nCSV files name people and records; JSON files have their ids, which are the same everywhere. A cell that a\nspreadsheet would take for a formula has an apostrophe in front.\n\nLeft out are tables that are made from others or prove nothing (%s),\nand everything that opens a door: passwords, keys, sessions, links.\n", strings.Join(leftOut, ", "))
		if len(p.done.Missing) > 0 {
			fmt.Fprint(w, "\n## Files that could not be read whole\n\n")
			for _, m := range p.done.Missing {
				fmt.Fprintf(w, "- %s (object %s): %s\n", inline(m.Name), m.Object, m.Why)
			}
		}
		_, err := fmt.Fprintf(w, `
## How to check it

`+"`sha256sum -c SHA256SUMS`"+` compares every file. SHA256SUMS itself has the SHA-256
`+"`%s`"+`.

Each line of [audit-log.jsonl](audit-log.jsonl) is a record as it was written: the leaves of a Merkle tree as RFC 6962 has it, whose root
stands in [audit-checkpoint.txt](audit-checkpoint.txt), signed. The key that checks the signature is
`+"`%s`"+`.
Who a person is stands in these records sealed, so that it can be erased.
`, list, p.verifier)
		return err
	})
}
