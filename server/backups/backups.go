// Package backups shows what is kept of an organisation outside its file, proves every week that it can be
// restored, and takes the organisation back to how it was at an earlier moment.
package backups

import (
	"errors"
	"fmt"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/server/op"
	"assay/storage"
)

// service is the module with what it works on; logs is nil when nothing is kept.
type service struct {
	logs *backup.Logs
	out  Leaving
}

// Module is the part of the API about backups, and about leaving with everything. logs is nil when changes are not
// kept a second time: then it says so, and refuses to go back.
func Module(logs *backup.Logs, out Leaving) op.Module {
	s := &service{logs, out}
	return op.Module{
		Name: "backup",
		Owns: []string{"drill"},
		Also: []string{"tenant", "mail", "notification", "evidence", "evidence_control", "file", "control_effective", "cycle", "cycle_step",
			"evidence_ask", "evidence_reminder", "task"}, // a drill's report is proof
		Ops: []op.Op{
			op.Steps("get", "GET /backups", op.Admin, s.get, op.Doc("Where changes are kept a second time, how far that is, and whether it can be restored")),
			op.Read("days", "GET /backups/days", op.Admin, days, op.Doc("What happened day by day: changes, drills, and when the organisation went back")),
			op.Read("drills", "GET /backups/drills", op.Admin, drills, op.Doc("Restore drills, the newest first")),
			op.Steps("drill", "POST /backups/drills", op.Admin, s.drillNow, op.Doc("Restore the newest state beside the one in use, prove it, and file the report as evidence")),
			op.Steps("preview", "GET /backups/preview", op.Admin, s.preview, op.Doc("What would change if the organisation went back to a moment")),
			op.Steps("restore", "POST /backups/restore", op.Admin, s.restore, op.Doc("Take the organisation back to a moment; the audit log goes on, mails wait until they are released")),
			op.Produce("export", "GET /backups/export", op.Admin, s.export, op.Doc("Everything the organisation has: as an archive for another installation, or as files that need no program")),
			op.Steps("release", "POST /backups/release", op.Admin, release, op.Doc("Let mails leave again after a restore, or drop those that wait")),
		},
		Jobs: []op.Job{
			{Name: "night", Nightly: true, Run: s.night},
			{Name: "control_night", Nightly: true, Control: true, Run: s.controlNight},
			{Name: "drill", Run: s.drillJob},
			{Name: "restore", Run: s.restoreJob},
		},
	}
}

// BackupState is where an organisation's backup stands.
type BackupState struct {
	On         bool         `json:"on"`
	Place      string       `json:"place" doc:"Where changes are kept a second time, in words"`
	Durability string       `json:"durability" enum:",async,local,sync" doc:"What an acknowledged change survives"`
	Behind     int          `json:"behind" doc:"Changes that the backup does not have yet"`
	Down       int          `json:"down" doc:"For how many seconds the backup could not be reached; 0 means that it can"`
	Trouble    string       `json:"trouble" doc:"Why not"`
	Record     int          `json:"record" doc:"Number of the newest state"`
	NewestAt   string       `json:"newest_at" doc:"Its instant"`
	First      string       `json:"first" doc:"The oldest state that can be had; empty when there is none"`
	Every      string       `json:"every" doc:"From here on every change can be had; before it, one state a day or month"`
	Bytes      int          `json:"bytes" doc:"What the snapshots take; changes between them come on top"`
	Snapshots  int          `json:"snapshots"`
	EveryDays  int          `json:"every_days" doc:"For how many days every change is kept"`
	DailyDays  int          `json:"daily_days" doc:"For how many days after that one state a day is kept; one a month stays for ever"`
	Drill      *BackupDrill `json:"drill,omitempty" doc:"The last restore drill; absent when there was none"`
	NextDrill  string       `json:"next_drill" doc:"The first day on which the next one is made by itself"`
	HeldAt     string       `json:"held_at" doc:"Since when mails wait for their release, after a restore; empty when they do not"`
	Held       int          `json:"held" doc:"How many notifications wait to be mailed"`
}

// between is how long after a drill the next one is due.
const between = 7 * 24 * time.Hour

var modes = map[ltxlog.Durability]string{ltxlog.Async: "async", ltxlog.Local: "local", ltxlog.Sync: "sync"}

func (s *service) get(sc *op.Scope, _ struct{}) (out BackupState, err error) {
	err = sc.Read(func(tx *storage.ReadTx) error {
		d, err := lastDrill(tx)
		if err != nil {
			return err
		}
		next := tx.Now()
		if d != nil {
			out.Drill = d
			at, err := time.Parse(storage.Instant, d.At)
			if err != nil {
				return err
			}
			if next = at.Add(between); next.Before(tx.Now()) {
				next = tx.Now()
			}
		}
		out.NextDrill = next.In(tx.Zone()).AddDate(0, 0, 1).Format(storage.Date) // in the night that ends with it
		return tx.QueryRow("SELECT count(*) FROM notification WHERE mail = 'due'").Scan(&out.Held)
	})
	if err != nil {
		return out, err
	}
	if out.HeldAt, err = heldAt(sc); err != nil {
		return out, err
	}
	if s.logs == nil {
		out.NextDrill = ""
		return out, nil
	}
	place, mode, keep := s.logs.Settings()
	out.On, out.Place, out.Durability = true, place, modes[mode]
	out.EveryDays, out.DailyDays = int(keep.Every.Hours()/24), int(keep.Daily.Hours()/24)
	st := s.logs.Status()[sc.Tenant()]
	out.Behind, out.Record, out.Down = int(st.Behind), int(st.Seq), int(st.Down.Seconds())
	if !st.Time.IsZero() {
		out.NewestAt = st.Time.UTC().Format(storage.Instant)
	}
	if st.Trouble != nil {
		out.Trouble, out.Down = unreached, max(out.Down, 1)
		return out, nil // who cannot be reached is not asked for more
	}
	reach, err := s.logs.Reach(sc.Context(), sc.Tenant())
	if errors.Is(err, storage.ErrNotFound) {
		return out, nil
	}
	var snaps []backup.Snapshot
	if err == nil {
		out.First, out.Every = reach.First.UTC().Format(storage.Instant), reach.Every.UTC().Format(storage.Instant)
		snaps, err = s.logs.Snapshots(sc.Context(), sc.Tenant())
	}
	if err != nil { // what it says is for whoever runs the installation
		sc.Log().WarnContext(sc.Context(), "look at the backup", "tenant", sc.Tenant(), "err", err)
		if out.Trouble = unreached; errors.Is(err, storage.ErrDamaged) {
			out.Trouble = "Something that the backup has is damaged."
		}
		return out, nil
	}
	for _, e := range snaps {
		out.Bytes += int(e.Bytes)
	}
	out.Snapshots = len(snaps)
	return out, nil
}

const unreached = "The backup cannot be reached."

// told is an error of the backup as its organisation hears it. What it says itself is for whoever runs the
// installation.
func told(sc *op.Scope, err error) error {
	var e *op.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrNotFound):
		return op.Errorf(op.NotFound, "The backup does not reach back to that moment.")
	case errors.Is(err, storage.ErrDamaged):
		e = op.Errorf(op.Conflict, "What the backup has of that moment is damaged, so nothing was changed. Try a moment before or after it.")
	case errors.Is(err, storage.ErrUnavailable):
		e = op.Errorf(op.Unavailable, "The backup cannot be reached at the moment, so nothing was changed. Try again soon.")
		e.After = 5 * time.Second
	default:
		return err
	}
	sc.Log().ErrorContext(sc.Context(), "use the backup", "tenant", sc.Tenant(), "request", sc.Request(), "err", err)
	return e
}

// errOff says that there is nothing to restore from.
var errOff = op.Errorf(op.Conflict, "Changes are not kept a second time here, so there is nothing to go back to. Whoever runs this installation turns that on with the setting backup.")

// heldAt is since when the organisation's mails wait, empty when they do not.
func heldAt(sc *op.Scope) (at string, err error) {
	return at, sc.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT held_at FROM tenant WHERE id = ?", sc.Tenant()).Scan(&at)
	})
}

type daysIn struct {
	From string `query:"from" format:"date" doc:"The first day; 90 days ago unless given"`
	To   string `query:"to" format:"date" doc:"The last day; today unless given"`
}

// BackupDay is what happened on a day.
type BackupDay struct {
	Day      string `json:"day"`
	Changes  int    `json:"changes" doc:"Audit records that changed something"`
	Drills   int    `json:"drills"`
	Failed   int    `json:"failed" doc:"Drills that failed"`
	Restores int    `json:"restores" doc:"How often the organisation went back to an earlier state"`
}

// BackupDays are the days of a span on which something happened, the oldest first.
type BackupDays struct {
	From  string      `json:"from"`
	To    string      `json:"to"`
	Items []BackupDay `json:"items"`
}

const mostDays = 400

func days(tx *storage.ReadTx, in daysIn) (BackupDays, error) {
	out := BackupDays{From: in.From, To: in.To, Items: []BackupDay{}}
	if out.To == "" {
		out.To = tx.Today()
	}
	var c op.Check
	last, err := time.ParseInLocation(storage.Date, out.To, tx.Zone())
	c.That(err == nil, "query.to", "This is not a day.")
	first := last.AddDate(0, 0, -89)
	if out.From != "" {
		first, err = time.ParseInLocation(storage.Date, out.From, tx.Zone())
		c.That(err == nil, "query.from", "This is not a day.")
	}
	c.That(!first.After(last), "query.from", "The first day is after the last.")
	c.That(last.Sub(first) < mostDays*24*time.Hour, "query.from", fmt.Sprintf("Ask for at most %d days.", mostDays))
	if err := c.Err(); err != nil {
		return out, err
	}
	out.From = first.Format(storage.Date)
	by := map[string]*BackupDay{}
	on := func(hour string) (*BackupDay, error) {
		at, err := time.Parse("2006-01-02T15:04", hour)
		if err != nil {
			return nil, err
		}
		day := at.In(tx.Zone()).Format(storage.Date)
		if by[day] == nil {
			by[day] = &BackupDay{Day: day}
		}
		return by[day], nil
	}
	// A quarter of an hour is in one day in every zone.
	const quarter = "substr(at, 1, 14) || CASE WHEN substr(at, 15, 2) < '15' THEN '00' WHEN substr(at, 15, 2) < '30' THEN '15' WHEN substr(at, 15, 2) < '45' THEN '30' ELSE '45' END"
	rows, err := tx.Query(`SELECT `+quarter+`, sum(kind = 'change'), sum(action = 'backup.restore'), 0, 0 FROM audit WHERE at >= ?1 AND at < ?2 GROUP BY 1
		UNION ALL SELECT `+quarter+`, 0, 0, count(*), sum(1 - ok) FROM drill WHERE at >= ?1 AND at < ?2 GROUP BY 1`,
		first.UTC().Format(storage.Instant), last.AddDate(0, 0, 1).UTC().Format(storage.Instant))
	if err != nil {
		return out, err
	}
	err = op.Each(rows, func(r op.Row) error {
		var hour string
		var d BackupDay
		if err := r.Scan(&hour, &d.Changes, &d.Restores, &d.Drills, &d.Failed); err != nil {
			return err
		}
		day, err := on(hour)
		if err != nil {
			return err
		}
		day.Changes, day.Restores, day.Drills, day.Failed = day.Changes+d.Changes, day.Restores+d.Restores, day.Drills+d.Drills, day.Failed+d.Failed
		return nil
	})
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		if b := by[d.Format(storage.Date)]; b != nil {
			out.Items = append(out.Items, *b)
		}
	}
	return out, err
}
