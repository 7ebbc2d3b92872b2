// Package live tells open browsers what was changed, so that what they show is never old for long.
package live

import (
	"assay/server/op"
	"assay/storage"
)

// Module is the one stream of events that every browser listens to.
var Module = op.Module{
	Name: "live", Present: true,
	Ops: []op.Op{
		op.Stream("events", "GET /events", op.Everyone, events, op.InBranch(),
			op.Doc("What is committed in the organisation, as it happens: begin, then one changed for every write. Executives learn that something changed, not what")),
	},
}

// Changed says which rows a committed write changed. It names them and shows nothing of them: whoever may
// read them asks for them.
type Changed struct {
	Seq  int64         `json:"seq"`
	Rows []storage.Row `json:"rows"`
}

// most is how many rows an event names. Of a larger change it names the tables only, with an empty pk.
const most = 100

func events(s *op.Scope, _ struct{}, send func(string, any) error) error {
	changes, stop, err := s.Subscribe()
	if err != nil {
		return err
	}
	defer stop()
	if err := send("begin", struct{}{}); err != nil { // from here on nothing is missed: a client that was away asks again for all it shows
		return err
	}
	figures := s.Caller().Role&op.Readers == 0
	for {
		select {
		case <-s.Context().Done():
			return nil
		case c, open := <-changes:
			if !open {
				return nil
			}
			var what any = struct{}{}
			if !figures {
				what = Changed{Seq: c.Seq, Rows: summary(c.Rows)}
			} else if c.Seq < 0 {
				continue // an inbox was read: it moves no figure
			}
			if err := send("changed", what); err != nil {
				return err
			}
		}
	}
}

// summary is rows, or the tables and operations of rows when there are too many to name.
func summary(rows []storage.Row) []storage.Row {
	if len(rows) <= most {
		return rows
	}
	out, seen := []storage.Row{}, map[storage.Row]bool{}
	for _, r := range rows {
		r.PK = ""
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}
