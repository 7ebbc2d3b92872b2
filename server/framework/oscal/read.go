package oscal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of a file. The largest public catalogs are a tenth of this.
const (
	MaxBytes = 64 << 20
	maxNest  = 100    // levels of braces
	maxItems = 50_000 // groups and controls
)

// Read reads a catalog or a profile. What is wrong with a file that cannot be
// used is a Problem; any other error is the reader's own.
func Read(src io.Reader) (*Document, error) { return read(src, MaxBytes) }

func read(src io.Reader, limit int64) (*Document, error) {
	in := bufio.NewReaderSize(&capped{r: src, left: limit}, 64<<10)
	isXML, err := sniff(in)
	if err != nil {
		return nil, err
	}
	if isXML {
		o, kind, err := readXML(in)
		if err != nil {
			return nil, err
		}
		b := Make(string(kind), o).JSON()
		d, err := readJSON(bufio.NewReader(bytes.NewReader(b)))
		if err == nil {
			d.Converted = b
		}
		return d, err
	}
	return readJSON(in)
}

func readJSON(in *bufio.Reader) (*Document, error) {
	d := &Document{report: Report{NotKept: map[string]int{}}, resources: map[string]resource{}}
	r := reader{dec: json.NewDecoder(in), doc: d, ids: map[string]bool{}}
	r.dec.UseNumber()
	if err := r.root(); err != nil {
		return nil, r.explain(err)
	}
	return d, nil
}

// capped fails, instead of ending, where a file grows too long.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, problem("The file is larger than %d MB. No OSCAL catalog is that large: please check what you chose.", MaxBytes>>20)
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}

// sniff steps over a byte order mark, says whether the file is XML, and names what is plainly neither that
// nor JSON.
func sniff(in *bufio.Reader) (isXML bool, err error) {
	start, err := in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		in.Discard(3)
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return false, problem("The file is written in UTF-16. Save it as UTF-8 and try again.")
	}
	head, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(text) == 0 && len(head) < 512:
		return false, problem("The file is empty.")
	case len(text) == 0 || text[0] == '{':
		return false, nil
	case text[0] == '<':
		return true, nil
	case bytes.HasPrefix(text, []byte("catalog:")), bytes.HasPrefix(text, []byte("profile:")), bytes.HasPrefix(text, []byte("---")):
		return false, problem("This is a YAML file. Assay reads OSCAL as JSON: publishers such as NIST offer both, please choose the .json file.")
	}
	return false, problem("This is not an OSCAL file: an OSCAL JSON file starts with a curly bracket.")
}

// A reader walks one file.
type reader struct {
	dec   *json.Decoder
	doc   *Document
	depth int
	at    string // what is being read, in words
	items int
	ids   map[string]bool
}

// others are the documents that OSCAL knows and a framework cannot come from.
var others = map[string]string{
	"component-definition":          "a component definition",
	"system-security-plan":          "a system security plan",
	"assessment-plan":               "an assessment plan",
	"assessment-results":            "assessment results",
	"plan-of-action-and-milestones": "a plan of action and milestones",
	"mapping-collection":            "a mapping collection",
}

// otherKind says of a document that no framework can come from where it belongs.
func otherKind(name string, inXML bool) error {
	where := "Assay does not read this kind yet."
	if name == "component-definition" || name == "system-security-plan" {
		where = "Open the framework that it speaks of and import it there."
		if inXML {
			where = "Open the framework that it speaks of and import it there, as JSON: publishers offer both."
		}
	}
	return problem("This is an OSCAL file of another kind, %s; only catalogs and profiles can be imported as frameworks. %s", others[name], where)
}

func (r *reader) root() error {
	found := false
	err := r.object(func(name string) error {
		switch {
		case name == "$schema":
			return r.skip()
		case name == string(Catalog) && !found:
			found, r.doc.Kind = true, Catalog
			return r.catalog()
		case name == string(Profile) && !found:
			found, r.doc.Kind = true, Profile
			return r.profile()
		case others[name] != "":
			return otherKind(name, false)
		case name == "$id" || name == "definitions":
			return problem("This is a JSON schema, the description of a file format; choose the catalog or profile itself.")
		}
		return problem("This is JSON, but not OSCAL: it starts with %q where a catalog or a profile is expected.", clip(name))
	})
	if err != nil {
		return err
	}
	if !found {
		return problem("The file holds no catalog and no profile.")
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		r.doc.report.warn("Something follows after the end of the document; it was not read.")
	}
	if r.doc.Title == "" {
		return problem("The %s has no metadata with a title, which OSCAL requires: it is damaged or not quite OSCAL.", r.doc.Kind)
	}
	return nil
}

func (r *reader) catalog() error {
	d := r.doc
	return r.object(func(name string) (err error) {
		switch name {
		case "uuid":
			return r.text(&d.UUID)
		case "metadata":
			return r.metadata()
		case "params":
			return r.params(&d.params)
		case "groups":
			return r.list(func() error { return appendTo(&d.groups, r.group) })
		case "controls":
			return r.list(func() error { return appendTo(&d.loose, r.control) })
		case "back-matter":
			return r.backMatter()
		}
		return r.leave("catalog." + name)
	})
}

func (r *reader) metadata() error {
	d := r.doc
	r.at = "the metadata"
	return r.object(func(name string) error {
		switch name {
		case "title":
			return r.text(&d.Title)
		case "version":
			return r.text(&d.Version)
		case "oscal-version":
			if err := r.text(&d.OSCALVersion); err != nil {
				return err
			}
			d.OSCALVersion = strings.TrimPrefix(d.OSCALVersion, "v")
			return nil
		case "props":
			var props []Prop
			if err := r.props(&props); err != nil {
				return err
			}
			d.csf2 = isCSF2(props)
			d.report.drop("metadata.props", len(props))
			return nil
		case "last-modified", "published":
			return r.skip() // facts of the file, not of the framework
		}
		return r.leave("metadata." + name)
	})
}

func (r *reader) group() (g group, err error) {
	if err := r.count(); err != nil {
		return g, err
	}
	err = r.object(func(name string) error {
		switch name {
		case "id":
			err := r.text(&g.id)
			r.at = "group " + clip(g.id)
			return err
		case "class":
			return r.text(&g.class)
		case "title":
			return r.text(&g.title)
		case "props":
			return r.props(&g.props)
		case "params":
			return r.params(&g.params)
		case "parts":
			return r.list(func() error { return appendTo(&g.parts, r.part) })
		case "groups":
			return r.list(func() error { return appendTo(&g.groups, r.group) })
		case "controls":
			return r.list(func() error { return appendTo(&g.controls, r.control) })
		}
		return r.leave("group." + name)
	})
	return g, err
}

func (r *reader) control() (c control, err error) {
	if err := r.count(); err != nil {
		return c, err
	}
	err = r.object(func(name string) error {
		switch name {
		case "id":
			err := r.text(&c.id)
			r.at = "control " + clip(c.id)
			return err
		case "class":
			return r.text(&c.class)
		case "title":
			return r.text(&c.title)
		case "props":
			return r.props(&c.props)
		case "params":
			return r.params(&c.params)
		case "parts":
			return r.list(func() error { return appendTo(&c.parts, r.part) })
		case "controls":
			return r.list(func() error { return appendTo(&c.controls, r.control) })
		}
		return r.leave("control." + name)
	})
	return c, err
}

// part keeps what a person reads of a control; the assessor's procedures
// (objectives, methods) belong to assessments and are counted as left behind.
func (r *reader) part() (p part, err error) {
	dropped := map[string]int{}
	err = r.object(func(name string) error {
		switch name {
		case "id":
			return r.text(&p.id)
		case "name":
			return r.text(&p.name)
		case "title":
			return r.text(&p.title)
		case "prose":
			return r.text(&p.prose)
		case "parts":
			return r.list(func() error { return appendTo(&p.parts, r.part) })
		case "props":
			var props []Prop
			if err := r.props(&props); err != nil {
				return err
			}
			for _, q := range props {
				if q.Name == "label" && p.label == "" {
					p.label = q.Value
				} else {
					dropped["part.props"]++
				}
			}
			return nil
		case "ns", "class":
			return r.skip()
		}
		n, err := r.skipCount()
		dropped["part."+name] += n
		return err
	})
	for name, n := range dropped {
		r.doc.report.drop(name, n)
	}
	return p, err
}

func (r *reader) params(into *[]param) error {
	return r.list(func() error { return appendTo(into, r.param) })
}

func (r *reader) param() (p param, err error) {
	err = r.object(func(name string) error {
		switch name {
		case "id", "param-id":
			return r.text(&p.id)
		case "label":
			return r.text(&p.label)
		case "values":
			return r.texts(&p.values)
		case "select":
			return r.object(func(name string) error {
				switch name {
				case "how-many":
					return r.text(&p.howMany)
				case "choice":
					return r.texts(&p.choices)
				}
				return r.leave("param.select." + name)
			})
		case "constraints":
			return r.list(func() error {
				var c string
				err := r.object(func(name string) error {
					if name == "description" {
						return r.text(&c)
					}
					return r.leave("param.constraints." + name)
				})
				if c != "" {
					p.constraints = append(p.constraints, strings.TrimSpace(c))
				}
				return err
			})
		case "props":
			var props []Prop
			if err := r.props(&props); err != nil {
				return err
			}
			for _, q := range props {
				switch q.Name {
				case "alt-identifier":
					p.aliases = append(p.aliases, q.Value)
				case "aggregates":
					p.sums = append(p.sums, q.Value)
				case "label":
				default:
					r.doc.report.drop("param.props", 1)
				}
			}
			return nil
		case "class":
			return r.skip()
		}
		return r.leave("param." + name)
	})
	return p, err
}

func (r *reader) props(into *[]Prop) error {
	return r.list(func() error {
		var p Prop
		err := r.object(func(name string) error {
			switch name {
			case "name":
				return r.text(&p.Name)
			case "class":
				return r.text(&p.Class)
			case "ns":
				return r.text(&p.NS)
			case "value":
				return r.text(&p.Value)
			case "uuid", "group":
				return r.skip()
			}
			return r.leave("props." + name)
		})
		*into = append(*into, p)
		return err
	})
}

// A resource is what a profile's "#uuid" stands for.
type resource struct {
	title string
	hrefs []string
}

func (r *reader) backMatter() error {
	r.at = "the back matter"
	return r.object(func(name string) error {
		if name != "resources" {
			return r.leave("back-matter." + name)
		}
		return r.list(func() error {
			var id, title, about string
			var res resource
			err := r.object(func(name string) error {
				switch name {
				case "uuid":
					return r.text(&id)
				case "title":
					return r.text(&title)
				case "description":
					return r.text(&about)
				case "rlinks":
					return r.list(func() error {
						var href string
						err := r.object(func(name string) error {
							if name == "href" {
								return r.text(&href)
							}
							return r.skip()
						})
						res.hrefs = append(res.hrefs, href)
						return err
					})
				}
				return r.skip()
			})
			if res.title = title; title == "" {
				res.title = about
			}
			if r.doc.Kind == Profile {
				r.doc.resources[strings.ToLower(id)] = res
			} else {
				r.doc.report.drop("back-matter.resources", 1)
			}
			return err
		})
	})
}

func (r *reader) count() error {
	if r.items++; r.items > maxItems {
		return problem("The catalog has more than %d groups and controls. That is more than Assay can show: please split it.", maxItems)
	}
	return nil
}

func clip(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		return string([]rune(s)[:most]) + "…"
	}
	return s
}

// explain puts what went wrong into a sentence.
func (r *reader) explain(err error) error {
	var p Problem
	var syntax *json.SyntaxError
	where := ""
	if r.at != "" {
		where = " in or after " + r.at
	}
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return problem("The file ends too early, after %d bytes%s: it was probably cut off on its way. Please fetch it again.", r.dec.InputOffset(), where)
	case errors.As(err, &syntax):
		if strings.Contains(syntax.Error(), "unexpected end") {
			return problem("The file ends too early, after %d bytes%s: it was probably cut off on its way. Please fetch it again.", r.dec.InputOffset(), where)
		}
		return problem("This is not valid JSON: something is wrong near byte %d%s.", syntax.Offset, where)
	}
	return fmt.Errorf("read OSCAL: %w", err)
}
