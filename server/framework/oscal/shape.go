package oscal

// How catalogs and profiles stand in XML, beside how they stand in JSON: one table for both ways. The order
// of a shape is the order that OSCAL demands of the elements.

// sort is how a field stands in XML.
type sort int

const (
	attribute sort = iota
	word           // an element with plain text
	line           // an element with text and inline markup
	prose          // an element with paragraphs
	bare           // paragraphs that stand in the parent itself
	inner          // the parent's own text
	child          // an element with a shape
	truth          // an element that says true or false
)

// A slot is one field: its element or attribute, and its name in JSON.
type slot struct {
	sort
	xml, json string
	many      bool   // a list in JSON
	wrap      string // the element around the list
	of        *shape
}

type shape struct {
	slots []slot
	byXML map[string]int
}

func (s *shape) slot(xml string, attr bool) (slot, bool) {
	i, ok := s.byXML[key(xml, attr)]
	if !ok {
		return slot{}, false
	}
	return s.slots[i], true
}

func key(xml string, attr bool) string {
	if attr {
		return "@" + xml
	}
	return xml
}

func shaped(s *shape, slots ...slot) *shape {
	s.slots, s.byXML = slots, map[string]int{}
	for i, f := range slots {
		name := f.xml
		if f.wrap != "" {
			name = f.wrap
		}
		s.byXML[key(name, f.sort == attribute)] = i
	}
	return s
}

func attrs(names ...string) (out []slot) {
	for _, n := range names {
		out = append(out, slot{sort: attribute, xml: n, json: n})
	}
	return out
}
func one(s sort, name string) slot         { return slot{sort: s, xml: name, json: name} }
func list(s sort, xml, json string) slot   { return slot{sort: s, xml: xml, json: json, many: true} }
func sub(xml, json string, of *shape) slot { return slot{sort: child, xml: xml, json: json, of: of} }
func subs(xml, json string, of *shape) slot {
	return slot{sort: child, xml: xml, json: json, many: true, of: of}
}
func wrapped(wrap, xml string, of *shape) slot {
	return slot{sort: child, xml: xml, json: wrap, many: true, wrap: wrap, of: of}
}

func with(lists ...any) (out []slot) {
	for _, l := range lists {
		switch l := l.(type) {
		case slot:
			out = append(out, l)
		case []slot:
			out = append(out, l...)
		}
	}
	return out
}

// shapes are the roots of what can be read as XML.
var shapes = func() map[Kind]*shape {
	remarks := one(prose, "remarks")
	prop := shaped(&shape{}, with(attrs("name", "uuid", "ns", "value", "class", "group"), remarks)...)
	link := shaped(&shape{}, with(attrs("href", "rel", "media-type", "resource-fragment"), one(line, "text"))...)
	props, links := subs("prop", "props", prop), subs("link", "links", link)
	docID := subs("document-id", "document-ids", shaped(&shape{}, with(attrs("scheme"), one(inner, "identifier"))...))
	address := shaped(&shape{}, with(attrs("type"), list(word, "addr-line", "addr-lines"), one(word, "city"), one(word, "state"), one(word, "postal-code"), one(word, "country"))...)
	phone := subs("telephone-number", "telephone-numbers", shaped(&shape{}, with(attrs("type"), one(inner, "number"))...))
	mail := list(word, "email-address", "email-addresses")
	responsible := subs("responsible-party", "responsible-parties", shaped(&shape{}, with(attrs("role-id"), list(word, "party-uuid", "party-uuids"), props, links, remarks)...))
	metadata := sub("metadata", "metadata", shaped(&shape{}, with(
		one(line, "title"), one(word, "published"), one(word, "last-modified"), one(word, "version"), one(word, "oscal-version"),
		wrapped("revisions", "revision", shaped(&shape{}, with(one(line, "title"), one(word, "published"), one(word, "last-modified"), one(word, "version"), one(word, "oscal-version"), props, links, remarks)...)),
		docID, props, links,
		subs("role", "roles", shaped(&shape{}, with(attrs("id"), one(line, "title"), one(word, "short-name"), one(prose, "description"), props, links, remarks)...)),
		subs("location", "locations", shaped(&shape{}, with(attrs("uuid"), one(line, "title"), sub("address", "address", address), mail, phone, list(word, "url", "urls"), props, links, remarks)...)),
		subs("party", "parties", shaped(&shape{}, with(attrs("uuid", "type"), one(word, "name"), one(word, "short-name"),
			subs("external-id", "external-ids", shaped(&shape{}, with(attrs("scheme"), one(inner, "id"))...)),
			props, links, mail, phone, subs("address", "addresses", address), list(word, "location-uuid", "location-uuids"),
			list(word, "member-of-organization", "member-of-organizations"), remarks)...)),
		responsible,
		subs("action", "actions", shaped(&shape{}, with(attrs("uuid", "date", "type", "system"), props, links, responsible, remarks)...)),
		remarks)...))
	backMatter := sub("back-matter", "back-matter", shaped(&shape{}, subs("resource", "resources", shaped(&shape{}, with(attrs("uuid"),
		one(line, "title"), one(prose, "description"), props, docID,
		sub("citation", "citation", shaped(&shape{}, one(line, "text"), props, links)),
		subs("rlink", "rlinks", shaped(&shape{}, with(attrs("href", "media-type"), subs("hash", "hashes", shaped(&shape{}, with(attrs("algorithm"), one(inner, "value"))...)))...)),
		sub("base64", "base64", shaped(&shape{}, with(attrs("filename", "media-type"), one(inner, "value"))...)),
		remarks)...))))

	part := &shape{}
	shaped(part, with(attrs("id", "name", "ns", "class"), one(line, "title"), props, one(bare, "prose"), subs("part", "parts", part), links)...)
	parts := subs("part", "parts", part)
	about := with(props, links, one(line, "label"), one(prose, "usage"),
		subs("constraint", "constraints", shaped(&shape{}, one(prose, "description"), subs("test", "tests", shaped(&shape{}, one(word, "expression"), remarks)))),
		subs("guideline", "guidelines", shaped(&shape{}, one(bare, "prose"))),
		list(word, "value", "values"),
		sub("select", "select", shaped(&shape{}, with(attrs("how-many"), list(line, "choice", "choice"))...)))
	param := shaped(&shape{}, with(attrs("id", "class", "depends-on"), about, remarks)...)
	params := subs("param", "params", param)
	control := &shape{}
	controls := subs("control", "controls", control)
	shaped(control, with(attrs("id", "class"), one(line, "title"), params, props, links, parts, controls)...)
	group := &shape{}
	groups := subs("group", "groups", group)
	shaped(group, with(attrs("id", "class"), one(line, "title"), params, props, links, parts, groups, controls)...)

	chosen := shaped(&shape{}, with(attrs("with-child-controls"), list(word, "with-id", "with-ids"), subs("matching", "matching", shaped(&shape{}, attrs("pattern")...)))...)
	choice := with(sub("include-all", "include-all", shaped(&shape{})), subs("include-controls", "include-controls", chosen), subs("exclude-controls", "exclude-controls", chosen))
	insert := subs("insert-controls", "insert-controls", shaped(&shape{}, with(attrs("order"), choice)...))
	custom := &shape{}
	customGroups := subs("group", "groups", custom)
	shaped(custom, with(attrs("id", "class"), one(line, "title"), params, props, links, parts, customGroups, insert)...)

	return map[Kind]*shape{
		Catalog: shaped(&shape{}, with(attrs("uuid"), metadata, params, controls, groups, backMatter)...),
		Profile: shaped(&shape{}, with(attrs("uuid"), metadata,
			subs("import", "imports", shaped(&shape{}, with(attrs("href"), choice)...)),
			sub("merge", "merge", shaped(&shape{}, sub("combine", "combine", shaped(&shape{}, attrs("method")...)), sub("flat", "flat", shaped(&shape{})),
				one(truth, "as-is"), sub("custom", "custom", shaped(&shape{}, customGroups, insert)))),
			sub("modify", "modify", shaped(&shape{},
				subs("set-parameter", "set-parameters", shaped(&shape{}, with(attrs("param-id", "class", "depends-on"), about)...)),
				subs("alter", "alters", shaped(&shape{}, with(attrs("control-id"),
					subs("remove", "removes", shaped(&shape{}, with(attrs("by-name", "by-class", "by-id", "by-item-name", "by-ns"), remarks)...)),
					subs("add", "adds", shaped(&shape{}, with(attrs("position", "by-id"), one(line, "title"), params, props, links, parts)...)))...)))),
			backMatter)...),
	}
}()
