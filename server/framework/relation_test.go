package framework

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCompose(t *testing.T) {
	for _, c := range [][3]Kind{
		{Equal, Equal, Equal}, {Equal, Subset, Subset}, {Equal, Superset, Superset}, {Equal, Intersects, Intersects},
		{Subset, Equal, Subset}, {Subset, Subset, Subset}, {Subset, Superset, Intersects}, {Subset, Intersects, Intersects},
		{Superset, Equal, Superset}, {Superset, Subset, Intersects}, {Superset, Superset, Superset}, {Superset, Intersects, Intersects},
		{Intersects, Equal, Intersects}, {Intersects, Subset, Intersects}, {Intersects, Superset, Intersects}, {Intersects, Intersects, Intersects},
	} {
		if got := Compose(c[0], c[1]); got != c[2] {
			t.Errorf("%s then %s: %s, want %s", c[0], c[1], got, c[2])
		}
		// Seen from the other end the same holds.
		if got := Compose(c[1].Inverse(), c[0].Inverse()); got != c[2].Inverse() {
			t.Errorf("back over %s and %s: %s, want %s", c[1], c[0], got, c[2].Inverse())
		}
	}
}

func TestStrength(t *testing.T) {
	half := 50
	for _, c := range []struct {
		links []link
		kind  Kind
		want  int
	}{
		{[]link{{kind: Equal, strength: 100}}, Equal, 100},
		{[]link{{kind: Equal, strength: 100}, {kind: Subset, strength: 80}}, Subset, 80},
		{[]link{{kind: Subset, strength: 90}, {kind: Subset, strength: 50}}, Subset, 45},
		{[]link{{kind: Subset, strength: 90}, {kind: Superset, strength: 60}}, Intersects, 54},
		{[]link{{kind: Intersects, strength: 40}, {kind: Intersects, strength: 40}}, Intersects, 16},
	} {
		var w way
		for _, l := range c.links {
			w = w.then(l)
		}
		if w.kind != c.kind || w.strength != c.want {
			t.Errorf("%+v: %s %d, want %s %d", c.links, w.kind, w.strength, c.kind, c.want)
		}
	}
	if StrengthOf(Equal, nil) != 100 || StrengthOf(Equal, &half) != 50 || StrengthOf(Intersects, nil) >= StrengthOf(Superset, nil) {
		t.Error("strengths that nobody said")
	}
}

func TestBetter(t *testing.T) {
	ways := []way{
		{Equal, 50, make([]link, 2)}, {Subset, 100, make([]link, 1)}, {Subset, 90, make([]link, 1)}, {Subset, 90, make([]link, 2)},
		{Superset, 100, make([]link, 1)}, {Intersects, 100, make([]link, 1)}, {Intersects, 20, make([]link, 1)},
	}
	for i := range ways {
		for j := range ways {
			if got := ways[i].better(ways[j]); got < 0 != (i < j) {
				t.Errorf("%d against %d: %d", i, j, got)
			}
		}
	}
}

func TestStandingOf(t *testing.T) {
	whole, part := &Suggestion{Whole: true}, &Suggestion{}
	for _, c := range []struct {
		state    State
		controls int
		best     *Suggestion
		want     Standing
	}{
		{Met, 2, nil, StandingMet}, {Attention, 1, whole, StandingServed}, {InProgress, 1, nil, StandingServed},
		{NotStarted, 0, whole, StandingCovered}, {NotStarted, 0, part, StandingPartly}, {NotStarted, 0, nil, StandingUnknown},
	} {
		if got := StandingOf(c.state, c.controls, c.best); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestFigures(t *testing.T) {
	ready := Suggestion{Whole: true, Control: SuggestedControl{RequirementControl: RequirementControl{Effective: "implemented"}}}
	idle := Suggestion{Whole: true, Control: SuggestedControl{RequirementControl: RequirementControl{Effective: "not_started"}}}
	got := figuresOf([]CrosswalkRow{{Standing: StandingMet}, {Standing: StandingServed}, {Standing: StandingCovered, Suggestions: []Suggestion{idle, ready}},
		{Standing: StandingCovered, Suggestions: []Suggestion{idle}}, {Standing: StandingPartly}, {Standing: StandingUnknown}})
	if got.Total != 6 || got.Met != 1 || got.Served != 1 || got.Covered != 2 || got.Ready != 1 || got.Partly != 1 || got.Unknown != 1 || *got.Known != 6666 {
		t.Errorf("%+v", got)
	}
	if figuresOf(nil).Known != nil {
		t.Error("0 of 0 is a figure")
	}
	c := compareFigures([]CompareRow{{Answer: AnswerWhole}, {Answer: AnswerPartly}, {Answer: AnswerNone}})
	if c.Total != 3 || c.Whole != 1 || c.Partly != 1 || c.None != 1 || *c.Share != 6666 || compareFigures(nil).Share != nil {
		t.Errorf("%+v", c)
	}
}

func TestSentence(t *testing.T) {
	p := []PathStep{{Short: "NIST CSF", Ref: "PR.AA-01"}, {Short: "ISO 27001", Ref: "A.5.16", Kind: Equal}}
	if got := inWords(p, "AC-03"); got != "NIST CSF PR.AA-01 = ISO 27001 A.5.16, which AC-03 serves" {
		t.Error(got)
	}
	p = append(p, PathStep{Short: "SOC 2", Ref: "CC6.1", Kind: Intersects, Shared: "AC-01"})
	if got := inWords(p, "OWN-7"); got != "NIST CSF PR.AA-01 = ISO 27001 A.5.16 shares AC-01 with SOC 2 CC6.1, which OWN-7 serves" {
		t.Error(got)
	}
}

// rowsOf makes rows of words such as "A", "A>B", "A>B*": a star says that it counts.
func rowsOf(words ...string) []placeRow {
	var out []placeRow
	for _, w := range words {
		w, assessable := strings.CutSuffix(w, "*")
		parent, ref, ok := strings.Cut(w, ">")
		if !ok {
			parent, ref = "", w
		}
		out = append(out, placeRow{id: ref, parent: parent, ref: ref, assessable: assessable})
	}
	return out
}

func TestFamilies(t *testing.T) {
	for name, c := range map[string]struct {
		rows []placeRow
		want string // families
		of   map[string]string
	}{
		"empty":      {nil, "", nil},
		"flat":       {rowsOf("1*", "2*"), "", map[string]string{"1": ""}},
		"four above": {rowsOf("A", "A>A1*", "B", "C", "D", "D>D1", "D1>x*"), "A B C D", map[string]string{"A1": "A", "x": "D"}},
		"two halves": {rowsOf("CL", "CL>4", "4>4.1*", "CL>5", "A", "A>A.5", "A.5>A.5.1*", "A>A.6", "A>loose*"), "CL 4 5 A A.5 A.6", map[string]string{"4.1": "4", "A.5.1": "A.5", "loose": "A"}},
		"few":        {rowsOf("A", "A>x*", "B"), "A B", map[string]string{"x": "A"}},
	} {
		list, of := familiesIn(c.rows)
		var refs []string
		for _, f := range list[:len(list)-1] {
			refs = append(refs, f.Ref)
		}
		if got := strings.Join(refs, " "); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
		for id, want := range c.of {
			if of[id] != want {
				t.Errorf("%s: %s is under %q, want %q", name, id, of[id], want)
			}
		}
	}
}

func TestMoved(t *testing.T) {
	rows := rowsOf("A", "A>A1", "A1>A1a", "A>A2", "B")
	for _, c := range []struct{ id, step, want string }{
		{"A2", "up", "A A2 A1 A1a B"}, {"A1", "down", "A A2 A1 A1a B"}, {"B", "up", "B A A1 A1a A2"}, {"A", "down", "B A A1 A1a A2"},
		{"A2", "in", "A A1 A1a A2 B"}, {"B", "in", "A A1 A1a A2 B"}, {"A1", "out", "A A2 A1 A1a B"}, {"A1a", "out", "A A1 A1a A2 B"},
	} {
		got, err := moved(rows, c.id, c.step)
		if err != nil {
			t.Errorf("%s %s: %v", c.id, c.step, err)
			continue
		}
		if s := strings.Join(inOrder(got), " "); s != c.want {
			t.Errorf("%s %s: %s, want %s", c.id, c.step, s, c.want)
		}
	}
	for _, c := range [][2]string{{"A", "up"}, {"B", "down"}, {"A", "in"}, {"A1", "in"}, {"A", "out"}} {
		if _, err := moved(rows, c[0], c[1]); err == nil {
			t.Errorf("%s %s went somewhere", c[0], c[1])
		}
	}
	got, _ := moved(rows, "A2", "in")
	if p := got[at(got, "A2")].parent; p != "A1" {
		t.Errorf("under %s", p)
	}
}

func TestDifferences(t *testing.T) {
	w := func(ref, parent, text string) row {
		return row{ref: ref, parent: parent, title: text, assessable: true}
	}
	h := func(id string, r row, edited bool) had {
		x := had{row: r, id: id, is: r.digest()}
		if edited {
			x.origin, x.is, x.title = x.is, "", "ours"
		}
		return x
	}
	sourced := func(r row, id string) row { r.sourceID = id; return r }
	withdrawn := func(r row) row { r.withdrawn, r.assessable = true, false; return r }
	for name, c := range map[string]struct {
		here []had
		next []row
		want string
	}{
		"the same":                   {[]had{h("1", w("A", "", "a"), false)}, []row{w("A", "", "a")}, ""},
		"new":                        {nil, []row{w("A", "", "a")}, "added A"},
		"new but withdrawn":          {nil, []row{withdrawn(w("A", "", "a"))}, ""},
		"gone":                       {[]had{h("1", w("A", "", "a"), false)}, nil, "withdrawn 1"},
		"withdrawn":                  {[]had{h("1", w("A", "", "a"), false)}, []row{withdrawn(w("A", "", "a"))}, "withdrawn 1"},
		"withdrawn twice":            {[]had{h("1", withdrawn(w("A", "", "a")), false)}, []row{withdrawn(w("A", "", "a"))}, ""},
		"back again":                 {[]had{h("1", withdrawn(w("A", "", "a")), false)}, []row{w("A", "", "a")}, "changed A"},
		"other words":                {[]had{h("1", w("A", "", "a"), false)}, []row{w("A", "", "b")}, "changed A"},
		"edited, same words":         {[]had{h("1", w("A", "", "a"), true)}, []row{w("A", "", "a")}, ""},
		"edited, other words":        {[]had{h("1", w("A", "", "a"), true)}, []row{w("A", "", "b")}, "changed A"},
		"edited to what came":        {[]had{h("1", w("A", "", "a"), true)}, []row{w("A", "", "ours")}, ""},
		"moved":                      {[]had{h("1", w("A", "", "a"), false), h("2", w("B", "", "b"), false), h("3", w("x", "A", "x"), false)}, []row{w("A", "", "a"), w("B", "", "b"), w("x", "B", "x")}, "moved x"},
		"another ref":                {[]had{h("1", sourced(w("A", "", "a"), "s"), false)}, []row{sourced(w("B", "", "a"), "s")}, "moved B"},
		"a parent of another ref":    {[]had{h("1", sourced(w("A", "", "a"), "s"), false), h("2", w("x", "A", "x"), false)}, []row{sourced(w("B", "", "a"), "s"), w("x", "B", "x")}, "moved B"},
		"a ref that another one got": {[]had{h("1", sourced(w("A", "", "a"), "s"), false)}, []row{sourced(w("A", "", "new"), "t"), sourced(w("B", "", "a"), "s")}, "added A, moved B"},
	} {
		var said []string
		for _, d := range differences(c.here, c.next) {
			what := d.now.ref
			if d.kind == "withdrawn" {
				what = d.requirement
			}
			said = append(said, d.kind+" "+what)
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	d := differences(nil, []row{w("A", "", "a"), w("B", "A", "b")})
	if d[0].follows != "" || d[1].follows != "A" {
		t.Errorf("%+v", d)
	}
}

func TestInOrder(t *testing.T) {
	rows := rowsOf("A", "A>A1", "B")
	rows = slices.Insert(rows, 3, placeRow{id: "A2", parent: "A"}, placeRow{id: "lost", parent: "nowhere"})
	if got := fmt.Sprint(inOrder(rows)); got != "[A A1 A2 B lost]" {
		t.Error(got)
	}
}
