package oscal

// NIST publishes CSF 2.0 with the rows of version 1.1 that it withdrew still in
// place and nothing to tell them by, but for two facts that hold in the whole
// file: a withdrawn category has an empty statement, and every subcategory in
// force has implementation examples while no withdrawn one has. Counted: 106
// subcategories and 22 categories remain of 219 rows, as in CSWP 29. The same
// facts mean nothing in another catalog, so the file must say that it is CSF 2.0.

const cprt = "https://csrc.nist.gov/ns/cprt"

func isCSF2(metadata []Prop) bool {
	csf, two := false, false
	for _, p := range metadata {
		csf = csf || p.NS == cprt && p.Name == "framework-identifier" && p.Value == "CSF"
		two = two || p.NS == cprt && p.Name == "framework-version-identifier" && p.Value == "CSF_2_0_0"
	}
	return csf && two
}

// withdrawnCSF2 is true for a row of CSF 2.0 that is no longer in force.
func withdrawnCSF2(c control) bool {
	switch c.class {
	case "category":
		for _, p := range c.parts {
			if p.name == "statement" && p.prose != "" {
				return false
			}
		}
		return true
	case "subcategory":
		for _, p := range c.parts {
			if p.name == "example" {
				return false
			}
		}
		return true
	}
	return false
}
