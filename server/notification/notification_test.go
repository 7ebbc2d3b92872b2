package notification

import "testing"

// Off for everybody comes first, then what the person chose, then the organisation, then the program.
func TestDecide(t *testing.T) {
	yes, no, inbox := Ways{true, true}, Ways{}, Ways{Inbox: true}
	mailed, quiet := Builtin{Mention, true}, Builtin{Reply, false}
	for _, c := range []struct {
		what   string
		b      Builtin
		org    *Default
		chosen *Ways
		want   Ways
	}{
		{"nobody chose, mailed", mailed, nil, nil, yes},
		{"nobody chose, not mailed", quiet, nil, nil, inbox},
		{"the organisation wants mail", quiet, &Default{true, yes}, nil, yes},
		{"the organisation wants nothing by itself", mailed, &Default{true, no}, nil, no},
		{"the person wants less", mailed, nil, &no, no},
		{"the person wants more than the organisation", mailed, &Default{true, no}, &yes, yes},
		{"off, whatever was chosen", mailed, &Default{false, yes}, &yes, no},
		{"off, nobody chose", mailed, &Default{false, yes}, nil, no},
	} {
		if got := Decide(c.b, c.org, c.chosen); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.want)
		}
	}
	seen := map[Event]bool{}
	for _, b := range Events {
		if seen[b.Event] || b.Event == Digest {
			t.Errorf("%s stands twice among the events, or is none", b.Event)
		}
		seen[b.Event] = true
	}
}
