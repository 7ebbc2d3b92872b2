package ciso

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// What a file may be. The largest library in the wild is half of this.
const (
	mostMB    = 16
	mostNodes = 1_000_000
	mostNest  = 60
	// An alias may repeat what was said, within reason.
	mostUnfolded = 20
)

var firstKey = regexp.MustCompile(`^["']?([A-Za-z_][A-Za-z0-9_-]*)["']?\s*:(\s|$)`)

// ours are keys that a library begins with; others are left to who else reads YAML.
var ours = []string{"urn", "convert_library_version", "locale", "ref_id", "name", "description", "copyright", "version", "provider", "packager", "objects", "translations", "dependencies", "labels", "publication_date"}

// Looks says whether the beginning of a file is that of YAML which this package should judge: its first key
// is one of a library's, or its name ends like that of a YAML file.
func Looks(name string, head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	for line := range strings.SplitSeq(string(head), "\n") {
		line = strings.TrimRight(line, "\r")
		if strings.TrimSpace(line) == "" || line[0] == '#' || line[0] == '%' || strings.HasPrefix(line, "---") {
			continue
		}
		m := firstKey.FindStringSubmatch(line)
		if m == nil {
			return false
		}
		if slices.Contains(ours, m[1]) {
			return true
		}
		low := strings.ToLower(name)
		return (strings.HasSuffix(low, ".yaml") || strings.HasSuffix(low, ".yml")) && !slices.Contains(oscalRoots, m[1])
	}
	return false
}

// oscalRoots begin an OSCAL document, should it come as YAML.
var oscalRoots = []string{"catalog", "profile", "component-definition", "system-security-plan", "assessment-plan", "assessment-results", "plan-of-action-and-milestones", "mapping-collection"}

// Read reads a library.
func Read(r io.Reader) (*Library, error) {
	b, err := io.ReadAll(io.LimitReader(r, mostMB<<20+1))
	if err != nil {
		return nil, err
	}
	if len(b) > mostMB<<20 {
		return nil, problem("This YAML file is larger than %d MB, which is the most that can be read.", mostMB)
	}
	// Counted before anything is built: every node needs one of these at least.
	marks := 0
	for _, c := range b {
		switch c {
		case '\n', ',', '[', '{', ':', '-', '?':
			marks++
		}
	}
	if marks > 2*mostNodes {
		return nil, problem("This YAML file has too many parts to be a library.")
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	var doc yaml.Node
	if err := decode(d, &doc); errors.Is(err, io.EOF) {
		return nil, problem("The file is empty.")
	} else if err != nil {
		return nil, problem("This YAML file cannot be read: %s.", strings.TrimSuffix(strings.TrimPrefix(err.Error(), "yaml: "), "."))
	}
	if err := decode(d, &yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, problem("This file holds several YAML documents. Import them one at a time.")
	}
	m := measure{sizes: map[*yaml.Node]int{}}
	size, err := m.unfold(&doc, 0)
	if err != nil {
		return nil, err
	}
	if size > mostUnfolded*m.nodes+1000 {
		return nil, problem("This YAML file repeats itself by aliases until it is far larger than it looks. It was not read.")
	}
	root := resolve(doc.Content[0])
	if root.Kind != yaml.MappingNode {
		return nil, problem("This YAML file is not a CISO Assistant library: it does not begin with fields.")
	}
	return read(root)
}

// decode reads one document. The parser is not ours: what it trips over is a file that cannot be read.
func decode(d *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return d.Decode(into)
}

// measure finds how large a document is once its aliases are unfolded, without unfolding them.
type measure struct {
	nodes int
	sizes map[*yaml.Node]int // -1 while it is being measured
}

func (m *measure) unfold(n *yaml.Node, depth int) (int, error) {
	if depth > mostNest {
		return 0, problem("This YAML file is nested more than %d deep.", mostNest)
	}
	if n.Kind == yaml.AliasNode {
		m.nodes++
		n = n.Alias
		switch size := m.sizes[n]; {
		case size < 0:
			return 0, problem("This YAML file contains itself by an alias. It was not read.")
		case size > 0:
			return size, nil
		}
		return m.unfold(n, depth)
	}
	if m.nodes++; m.nodes > mostNodes {
		return 0, problem("This YAML file has too many parts to be a library.")
	}
	m.sizes[n] = -1
	size := 1
	for _, c := range n.Content {
		s, err := m.unfold(c, depth+1)
		if err != nil {
			return 0, err
		}
		size = min(size+s, 1<<40)
	}
	m.sizes[n] = size
	return size, nil
}

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// each goes through the fields of a mapping.
func each(n *yaml.Node, fn func(key string, v *yaml.Node)) {
	if n = resolve(n); n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		fn(resolve(n.Content[i]).Value, resolve(n.Content[i+1]))
	}
}

// text is a scalar as it is written: 3.10 is not 3.1.
func text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(n.Value, "\x00", ""))
}

func texts(n *yaml.Node) []string {
	if n.Kind != yaml.SequenceNode {
		if s := text(n); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, c := range n.Content {
		if s := text(resolve(c)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func items(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	out := make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out[i] = resolve(c)
	}
	return out
}

func read(root *yaml.Node) (*Library, error) {
	l := &Library{NotKept: map[string]int{}}
	var objects *yaml.Node
	each(root, func(key string, v *yaml.Node) {
		switch key {
		case "urn":
			l.URN = text(v)
		case "name":
			l.Name = text(v)
		case "version":
			l.Version = text(v)
		case "locale":
			l.Locale = text(v)
		case "provider":
			l.Provider = text(v)
		case "objects":
			objects = v
		case "description", "ref_id", "convert_library_version", "packager", "publication_date", "dependencies", "labels":
		default:
			l.NotKept[key]++
		}
	})
	if objects == nil || objects.Kind != yaml.MappingNode {
		return nil, problem("This YAML file is not a CISO Assistant library: it has no objects.")
	}
	var others []string
	var err error
	each(objects, func(key string, v *yaml.Node) {
		if err != nil {
			return
		}
		switch key {
		case "framework", "frameworks":
			list := items(v)
			if len(list) > 1 || l.Framework != nil {
				err = problem("This library holds several frameworks. Import them one at a time.")
				return
			}
			if len(list) == 1 {
				l.Framework, err = l.framework(list[0])
			}
		case "requirement_mapping_set", "requirement_mapping_sets":
			for _, n := range items(v) {
				if err == nil {
					err = l.set(n)
				}
			}
		default:
			others = append(others, key)
			l.NotKept["objects."+key] += len(items(v))
		}
	})
	if err != nil {
		return nil, err
	}
	if l.Framework == nil && len(l.Sets) == 0 {
		if len(others) == 0 {
			return nil, problem("This library is empty: it holds neither a framework nor a mapping set.")
		}
		return nil, problem("This library holds %s. Only frameworks and mapping sets between them can be imported.", spoken(others))
	}
	return l, nil
}

// spoken puts the names of kinds into words.
func spoken(kinds []string) string {
	known := map[string]string{"risk_matrix": "a risk matrix", "risk_matrices": "risk matrices", "threats": "a list of threats",
		"reference_controls": "a list of reference controls", "metric_definitions": "definitions of metrics"}
	out := make([]string, len(kinds))
	for i, k := range kinds {
		if out[i] = known[k]; out[i] == "" {
			out[i] = "objects of the kind " + strconv.Quote(clip(k, 40))
		}
	}
	return strings.Join(out, " and ")
}

func (l *Library) framework(n *yaml.Node) (*Framework, error) {
	if n.Kind != yaml.MappingNode {
		return nil, problem("The framework in this library cannot be read: it has no fields.")
	}
	f := &Framework{Name: l.Name}
	each(n, func(key string, v *yaml.Node) {
		switch key {
		case "urn":
			f.URN = text(v)
		case "name":
			if s := text(v); s != "" {
				f.Name = s
			}
		case "description":
			f.Description = clip(text(v), 10000)
		case "requirement_nodes":
			for _, c := range items(v) {
				if c.Kind == yaml.MappingNode {
					f.nodes = append(f.nodes, l.node(c))
				} else {
					l.NotKept["requirement_nodes that are not rows"]++
				}
			}
		case "ref_id", "min_score", "max_score":
		default:
			l.NotKept["framework."+key]++
		}
	})
	if f.Name == "" {
		return nil, problem("The framework in this library has no name.")
	}
	if f.URN == "" {
		f.URN = l.URN
	}
	return f, nil
}

func (l *Library) node(n *yaml.Node) node {
	var out node
	each(n, func(key string, v *yaml.Node) {
		switch key {
		case "urn":
			out.urn = text(v)
		case "parent_urn":
			out.parent = text(v)
		case "ref_id":
			out.ref = clip(text(v), 100)
		case "assessable":
			out.assessable = strings.EqualFold(text(v), "true")
		case "implementation_groups":
			out.groups = texts(v)
		case "translations":
			out.translations = map[string]words{}
			each(v, func(language string, t *yaml.Node) {
				var w words
				each(t, func(key string, v *yaml.Node) { w.take(key, v) })
				out.translations[language] = w
			})
			l.NotKept["requirement_nodes."+key]++
		case "questions":
			out.questions = len(items(v))
			l.NotKept["requirement_nodes."+key]++
		case "depth", "order_id":
		default:
			if !out.words.take(key, v) {
				l.NotKept["requirement_nodes."+clip(key, 60)]++
			}
		}
	})
	return out
}

func (w *words) take(key string, v *yaml.Node) bool {
	switch key {
	case "name":
		w.name = text(v)
	case "description":
		w.description = text(v)
	case "annotation":
		w.annotation = text(v)
	case "typical_evidence":
		w.evidence = strings.Join(texts(v), "\n")
	default:
		return false
	}
	return true
}

// kinds are the words of the file for the kinds of a relation, and ours.
var kinds = map[string]string{"equal": "equal", "subset": "subset", "superset": "superset", "intersect": "intersects", "intersects": "intersects"}

func (l *Library) set(n *yaml.Node) error {
	s := Set{Name: l.Name}
	rows := 0
	unknown := map[string]int{}
	lacking, twice, flawed := 0, 0, 0
	seen := map[[2]string]bool{}
	each(n, func(key string, v *yaml.Node) {
		switch key {
		case "urn":
			s.URN = text(v)
		case "name":
			if t := text(v); t != "" {
				s.Name = t
			}
		case "source_framework_urn":
			s.From = text(v)
		case "target_framework_urn":
			s.To = text(v)
		case "requirement_mappings":
			for _, c := range items(v) {
				rows++
				p := Pair{Strength: -1}
				word := ""
				each(c, func(key string, v *yaml.Node) {
					switch key {
					case "source_requirement_urn":
						p.From = text(v)
					case "target_requirement_urn":
						p.To = text(v)
					case "relationship":
						word = text(v)
						p.Kind = kinds[word]
					case "strength_of_relationship", "strength":
						if t := text(v); t != "" {
							n, err := strconv.Atoi(t)
							if err != nil || n < 0 || n > 100 {
								flawed++
								return
							}
							// CISO Assistant counts to ten.
							if n <= 10 {
								n *= 10
							}
							p.Strength = n
						}
					case "rationale":
						p.Rationale = clip(text(v), 2000)
					case "annotation":
						if p.Rationale == "" {
							p.Rationale = clip(text(v), 2000)
						}
					default:
						l.NotKept["requirement_mappings."+clip(key, 60)]++
					}
				})
				pair := [2]string{p.From, p.To}
				switch {
				case p.From == "" || p.To == "":
					lacking++
				case p.Kind == "":
					unknown[word]++
				case seen[pair]:
					twice++
				default:
					seen[pair] = true
					s.Pairs = append(s.Pairs, p)
				}
			}
		case "ref_id", "description", "translations":
		default:
			l.NotKept["requirement_mapping_sets."+clip(key, 60)]++
		}
	})
	if s.From == "" || s.To == "" {
		return problem("The mapping set “%s” does not say between which frameworks it stands.", clip(s.Name, 80))
	}
	count := func(n int, one, many string) {
		if n == 1 {
			l.Warnings = append(l.Warnings, one)
		} else if n > 1 {
			l.Warnings = append(l.Warnings, fmt.Sprintf(many, n))
		}
	}
	count(lacking, "One mapping names only one requirement; it was left out.", "%d mappings name only one requirement; they were left out.")
	count(twice, "One mapping stands there twice; it was taken once.", "%d mappings stand there twice; they were taken once.")
	count(flawed, "One mapping has a strength that is no number from 0 to 100; it was taken without.", "%d mappings have a strength that is no number from 0 to 100; they were taken without.")
	for _, word := range sortedKeys(unknown) {
		n := unknown[word]
		if word == "not_related" {
			count(n, "One mapping says that two requirements are not related; there is nothing to keep.", "%d mappings say that two requirements are not related; there is nothing to keep.")
			continue
		}
		l.Warnings = append(l.Warnings, fmt.Sprintf("Mappings of the kind %q are not known here: %d were left out.", clip(word, 40), n))
	}
	if len(s.Pairs) == 0 {
		return problem("The mapping set “%s” has no mapping that can be used.", clip(s.Name, 80))
	}
	l.Sets = append(l.Sets, s)
	return nil
}

func sortedKeys(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
