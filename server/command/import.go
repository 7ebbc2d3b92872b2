package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"assay/server"
	"assay/server/framework"
	"assay/server/framework/ciso"
	"assay/server/op"
	"assay/storage"
)

// several is a flag that may be given more than once.
type several []string

func (s *several) String() string { return strings.Join(*s, ", ") }

func (s *several) Set(v string) error {
	*s = append(*s, v)
	return nil
}

func importCommand(ctx context.Context, c call) error {
	var slug, name string
	var catalogs several
	cfg, rest, err := parse("import", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.StringVar(&slug, "tenant", "", "the organisation's slug")
		f.StringVar(&name, "name", "", "what to call the framework; the document's title unless given")
		f.Var(&catalogs, "with", "a catalog that the profile selects from; may be given more than once")
	})
	if err != nil {
		return err
	}
	if len(rest) != 1 || slug == "" {
		return usagef("say `assay import FILE --tenant SLUG`")
	}
	parsed, err := parseFiles(rest[0], catalogs)
	if err != nil {
		return spoken(err)
	}
	return with(ctx, c, cfg, func(in *installation, _ *server.Server) error {
		id, _, err := in.tenant(ctx, slug)
		if err != nil {
			return err
		}
		db, done, err := in.store.Tenant(ctx, id)
		if err != nil {
			return err
		}
		defer done()
		var made framework.Imported
		m := framework.Module
		call := storage.Call{Actor: byHand, Action: m.Name + ".import", Request: in.store.NewID(), Owns: slices.Concat(m.Owns, m.Also)}
		_, err = db.Write(ctx, call, func(tx *storage.WriteTx) error {
			made, err = framework.Import(tx, parsed, name, "", false)
			return err
		})
		if err != nil {
			return spoken(err)
		}
		printImported(c.out, slug, made)
		return nil
	})
}

// parseFiles reads the document and those beside it, before anything is opened.
func parseFiles(file string, beside []string) (p framework.Parsed, err error) {
	err = readFile(file, func(name string, r io.ReaderAt, size int64) (err error) {
		p, err = framework.Parse(name, r, size)
		return err
	})
	for _, b := range beside {
		if err == nil {
			err = readFile(b, p.Beside)
		}
	}
	return p, err
}

func readFile(path string, read func(name string, r io.ReaderAt, size int64) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return err
	case st.IsDir():
		return fmt.Errorf("%s is a directory; give one file", path)
	case st.Size() > framework.MostMB<<20:
		return fmt.Errorf("%s is larger than %d MB, which is the most that can be imported", path, framework.MostMB)
	}
	if err := read(filepath.Base(path), f, st.Size()); err != nil {
		return fmt.Errorf("%s: %w", path, spoken(err))
	}
	return nil
}

// spoken leaves of an error only the sentence, where it has one for people.
func spoken(err error) error {
	var e *op.Error
	if errors.As(err, &e) {
		return errors.New(e.Message)
	}
	return err
}

func printImported(out io.Writer, slug string, made framework.Imported) {
	for _, s := range made.Sets {
		fmt.Fprintf(out, "Imported the mapping set “%s” into %s: %s, %s of them between requirements that are here.\n", s.Name, slug, count(s.Total, "pair"), thousands(s.Bound))
	}
	if e := made.Edition; e != nil {
		fmt.Fprintf(out, "%s is here in another edition. Nothing was changed: %s to review in %s.\n", e.Short, count(e.Open, "difference"), slug)
	}
	if made.Framework == nil {
		return
	}
	f, r := made.Framework, made.Framework.Report
	kind := string(r.Kind)
	if r.Kind == ciso.Kind {
		kind = "framework"
	}
	fmt.Fprintf(out, "Imported the %s “%s”", kind, f.Name)
	if r.Version != "" {
		fmt.Fprintf(out, ", version %s,", r.Version)
	}
	fmt.Fprintf(out, " into %s.\n", slug)
	fmt.Fprintf(out, "  %s in %s", count(r.Controls, "control"), count(r.Groups, "group"))
	if r.Withdrawn > 0 {
		fmt.Fprintf(out, ", %s of them withdrawn", thousands(r.Withdrawn))
	}
	fmt.Fprintf(out, ": %s, %s of them assessable.\n", count(f.Rows, "row"), thousands(f.Readiness.Applicable))
	if made.Mappings > 0 {
		fmt.Fprintf(out, "  %s from controls that are here.\n", count(made.Mappings, "mapping"))
	}
	if len(r.Warnings) > 0 {
		fmt.Fprintln(out, "Worth a look:")
		for _, w := range r.Warnings {
			fmt.Fprintf(out, "  %s\n", w)
		}
	}
	if len(r.NotKept) == 0 {
		fmt.Fprintln(out, "Everything in the file has its place.")
		return
	}
	fmt.Fprintln(out, "Without a place in Assay, and how often; an OSCAL export has it again:")
	for _, k := range slices.Sorted(maps.Keys(r.NotKept)) {
		fmt.Fprintf(out, "  %-40s %s\n", k, thousands(r.NotKept[k]))
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return thousands(n) + " " + what + "s"
}

// thousands writes 1189 as 1,189.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
