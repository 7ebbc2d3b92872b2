// Package catalog holds the frameworks and the common controls that come with
// the program: what a tenant copies from when it turns a framework on.
//
// Nothing is parsed before it is asked for: Infos reads only the head of each
// file, Get one framework, Controls the common set. What is returned is shared
// by all callers and must not be changed.
package catalog

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"
)

// A Framework is a standard as the program ships it.
type Framework struct {
	Info
	Requirements []Requirement // a parent stands before its children
}

// Info is what is known of a framework without reading its requirements.
type Info struct {
	Key        string // "soc2-2017"; never changes, tenants store it
	Title      string // "SOC 2 Trust Services Criteria"
	Short      string // "SOC 2", for chips and table cells
	Version    string
	Publisher  string
	SourceNote string // what the wording is based on, shown with the framework
	Color      string // "#rrggbb", tells frameworks apart in charts
	Rows       int    // requirements of any kind
	Assessable int    // requirements that count
}

// A Requirement is one row of a framework.
type Requirement struct {
	Ref        string // text always: "3.10" is not "3.1"
	Parent     string // the parent's ref, "" at the top
	Title      string
	Summary    string
	Assessable bool // counts in readiness; a row can count and have children
	Tags       []string
}

// A Control is one of the common controls: what a company does, and which
// requirements of which frameworks that serves.
type Control struct {
	ID          string // "GOV-01"
	Title       string
	Description string
	Domain      string // "Governance"
	OwnerRole   string // who usually owns it, in words
	Test        string // how to check that it works
	Core        bool   // part of the small set every company starts with
	AppliesWhen string // "" is always; else the condition, for people
	Evidence    []EvidenceItem
	Mappings    map[string][]string // framework key -> refs
}

// An EvidenceItem is what proves a control, and how often it is collected.
type EvidenceItem struct {
	Title     string
	Kind      Kind
	Frequency Frequency
}

// builtIn lists the frameworks in the order people see them. Rows and
// assessable rows stand here so that a list need not parse a megabyte; a test
// counts them in the files.
var builtIn = [...]struct {
	key, short, color string
	rows, assessable  int
}{
	{"soc2-2017", "SOC 2", "#5b5bd6", 81, 61},
	{"iso27001-2022", "ISO 27001", "#0d74ce", 140, 123},
	{"hipaa", "HIPAA", "#0e8574", 122, 96},
	{"nist-csf-2.0", "NIST CSF", "#8347b9", 134, 106},
	{"pci-dss-4.0.1", "PCI DSS", "#bd4b00", 335, 257},
	{"nist-800-171r2", "NIST 800-171", "#5d6f00", 124, 110},
	{"gdpr", "GDPR", "#c2298a", 110, 40},
	{"iso42001-2023", "ISO 42001", "#946800", 94, 70},
}

//go:embed data/*.json
var files embed.FS

// Infos lists the built-in frameworks without their requirements.
func Infos() []Info { return infos() }

// Get is one built-in framework with its requirements; false when there is none
// of that key.
func Get(key string) (Framework, bool) {
	for i, b := range builtIn {
		if b.key == key {
			return frameworks[i](), true
		}
	}
	return Framework{}, false
}

// Controls is the common control set.
func Controls() []Control { return controls() }

// For lists the common controls that serve a framework.
func For(key string) []Control {
	var out []Control
	for _, c := range Controls() {
		if len(c.Mappings[key]) > 0 {
			out = append(out, c)
		}
	}
	return out
}

var (
	infos      = sync.OnceValue(readInfos)
	controls   = sync.OnceValue(readControls)
	frameworks = func() (all [len(builtIn)]func() Framework) {
		for i := range builtIn {
			all[i] = sync.OnceValue(func() Framework { return readFramework(i) })
		}
		return all
	}()
)

// The files are part of the program and every one is read by a test: a fault
// in them is a programming error, so the readers panic.

// head is how a framework's file starts; the requirements come last in it.
type head struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Version    string `json:"version"`
	Publisher  string `json:"publisher"`
	SourceNote string `json:"source_note"`
}

func readInfos() []Info {
	out := make([]Info, len(builtIn))
	for i := range builtIn {
		f, err := files.Open(path(builtIn[i].key))
		must(err)
		d := json.NewDecoder(f)
		_, err = d.Token() // {
		must(err)
		h := map[string]string{}
		for d.More() {
			name, err := d.Token()
			must(err)
			if name == "requirements" {
				break
			}
			var v string
			must(d.Decode(&v))
			h[name.(string)] = v
		}
		f.Close()
		out[i] = info(i, head{h["id"], h["title"], h["version"], h["publisher"], h["source_note"]})
	}
	return out
}

func info(i int, h head) Info {
	b := builtIn[i]
	if h.ID != b.key {
		panic(fmt.Sprintf("catalog: file of %s says it is %q", b.key, h.ID))
	}
	return Info{Key: b.key, Title: h.Title, Short: b.short, Version: h.Version, Publisher: h.Publisher,
		SourceNote: h.SourceNote, Color: b.color, Rows: b.rows, Assessable: b.assessable}
}

func readFramework(i int) Framework {
	var in struct {
		head
		Requirements []struct {
			Ref        string   `json:"ref"`
			Parent     string   `json:"parent"`
			Title      string   `json:"title"`
			Summary    string   `json:"summary"`
			Assessable bool     `json:"assessable"`
			Tags       []string `json:"tags"`
		} `json:"requirements"`
	}
	read(builtIn[i].key, &in)
	f := Framework{Info: info(i, in.head), Requirements: make([]Requirement, len(in.Requirements))}
	for j, r := range in.Requirements {
		f.Requirements[j] = Requirement(r)
	}
	return f
}

func readControls() []Control {
	var in struct {
		Controls []struct {
			ID          string `json:"id"`
			Title       string `json:"title"`
			Description string `json:"description"`
			Domain      string `json:"domain"`
			OwnerRole   string `json:"owner_role"`
			Test        string `json:"test"`
			Core        bool   `json:"core"`
			AppliesWhen string `json:"applies_when"`
			Evidence    []struct{ Title, Kind, Frequency string }
			Mappings    map[string][]string `json:"mappings"`
		} `json:"controls"`
	}
	read("common-controls", &in)
	out := make([]Control, len(in.Controls))
	for i, c := range in.Controls {
		out[i] = Control{ID: c.ID, Title: c.Title, Description: c.Description, Domain: c.Domain, OwnerRole: c.OwnerRole,
			Test: c.Test, Core: c.Core, AppliesWhen: c.AppliesWhen, Mappings: c.Mappings}
		for _, e := range c.Evidence {
			out[i].Evidence = append(out[i].Evidence, EvidenceItem{e.Title, kindOf(e.Kind), frequencyOf(e.Frequency)})
		}
	}
	return out
}

func path(name string) string { return "data/" + name + ".json" }

func read(name string, into any) {
	b, err := files.ReadFile(path(name))
	must(err)
	if err := json.Unmarshal(b, into); err != nil {
		panic(fmt.Sprintf("catalog: read %s: %v", name, err))
	}
}

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("catalog: %v", err))
	}
}
