package personnel

import (
	"fmt"

	"assay/server/op"
	"assay/storage"
)

// PersonnelFigures are the personnel in figures. They name nobody.
type PersonnelFigures struct {
	Total       int            `json:"total" doc:"Everybody who has not left"`
	Statuses    map[Status]int `json:"statuses"`
	Flagged     int            `json:"flagged" doc:"People with at least one flag"`
	Flags       []FlagFigure   `json:"flags" doc:"Those that the organisation wants to see"`
	Leavers     int            `json:"leavers" doc:"Leavers whose checklist has open items"`
	LeaverItems int            `json:"leaver_items" doc:"These items"`
	LeaverLate  int            `json:"leaver_late" doc:"Of these, the ones whose day has passed"`
	Weeks       []FlagDay      `json:"weeks" doc:"The flags of the last thirteen weeks, as they were noted every night, and of today, the oldest first"`
}

// FlagFigure is how many people have a flag.
type FlagFigure struct {
	Flag    Flag   `json:"flag" enum:"no_nda,training_overdue,no_background,terminated_with_access,no_mfa,admin_rights,no_manager"`
	Raised  int    `json:"raised"`
	Unknown int    `json:"unknown" doc:"People of whom nobody can tell"`
	Of      int    `json:"of" doc:"People whom it is about"`
	Defined string `json:"defined" doc:"How it is made, to show beside it"`
}

// FlagDay is how many people had each flag at the end of a day.
type FlagDay struct {
	Day    string       `json:"day"`
	Raised map[Flag]int `json:"raised"`
}

func figures(tx *storage.ReadTx, _ struct{}) (f PersonnelFigures, err error) {
	rules, err := rulesOf(tx, struct{}{})
	if err != nil {
		return f, err
	}
	f.Statuses = map[Status]int{Active: 0, Inactive: 0, OnLeave: 0, Terminated: 0}
	counted, err := count(tx, func(status Status, flagged bool, n int) {
		if f.Statuses[status] += n; status != Terminated {
			f.Total += n
		}
		if flagged {
			f.Flagged += n
		}
	})
	if err != nil {
		return f, err
	}
	f.Flags = []FlagFigure{}
	now := FlagDay{Day: tx.Today(), Raised: map[Flag]int{}}
	for _, c := range counted {
		if rules.wants(c.Flag) {
			c.Defined = rules.Defined(c.Flag)
			f.Flags, now.Raised[c.Flag] = append(f.Flags, c), c.Raised
		}
	}
	err = tx.QueryRow(`SELECT count(DISTINCT r.id), count(*), coalesce(sum(t.due_on <> '' AND t.due_on < ?), 0) FROM personnel r JOIN task t ON t.kind = 'personnel' AND t.record = r.id
		WHERE r.status = 'terminated' AND t.source = 'leaver' AND t.status IN ('open', 'in_progress')`, tx.Today()).Scan(&f.Leavers, &f.LeaverItems, &f.LeaverLate)
	if err != nil {
		return f, err
	}
	f.Weeks, err = trend(tx, rules)
	f.Weeks = append(f.Weeks, now)
	return f, err
}

// count counts every flag over everybody, and tells of each status and of who has any flag.
func count(tx *storage.ReadTx, tell func(status Status, flagged bool, n int)) ([]FlagFigure, error) {
	all := make([]FlagFigure, len(Flags))
	for i, f := range Flags {
		all[i].Flag = f
	}
	return all, op.Tally(tx, op.Columns("r.status", stateSQL), "personnel r "+ruleSQL, today(tx), func(values []string, n int) error {
		state := values[1]
		if len(state) != len(all) {
			return fmt.Errorf("a state of %d flags", len(state))
		}
		flagged := false
		for i := range all {
			if is := Standing(state[i]); is != Off {
				all[i].Of += n
				switch is {
				case Raised:
					all[i].Raised += n
					flagged = true
				case Unknown:
					all[i].Unknown += n
				}
			}
		}
		tell(Status(values[0]), flagged, n)
		return nil
	})
}

// trend is what was noted on the last thirteen weekdays like today.
func trend(tx *storage.ReadTx, rules PersonnelRules) ([]FlagDay, error) {
	rows, err := tx.Query(`SELECT day, flag, raised FROM personnel_day WHERE day < ?1 AND day >= date(?1, '-91 days') AND (julianday(?1) - julianday(day)) % 7 = 0 ORDER BY day`, tx.Today())
	if err != nil {
		return nil, err
	}
	out := []FlagDay{}
	return out, op.Each(rows, func(r op.Row) error {
		var day string
		var flag Flag
		var raised int
		if err := r.Scan(&day, &flag, &raised); err != nil {
			return err
		}
		if len(out) == 0 || out[len(out)-1].Day != day {
			out = append(out, FlagDay{day, map[Flag]int{}})
		}
		if rules.wants(flag) {
			out[len(out)-1].Raised[flag] = raised
		}
		return nil
	})
}

// keepDay writes today's counts down. A second time it writes what has changed since.
func keepDay(tx *storage.WriteTx) error {
	all, err := count(&tx.ReadTx, func(Status, bool, int) {})
	if err != nil {
		return err
	}
	for _, c := range all {
		err := tx.Exec(`INSERT INTO personnel_day (day, flag, raised, unknown, of) VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, flag) DO UPDATE
			SET raised = excluded.raised, unknown = excluded.unknown, of = excluded.of WHERE raised <> excluded.raised OR unknown <> excluded.unknown OR of <> excluded.of`,
			tx.Today(), string(c.Flag), c.Raised, c.Unknown, c.Of)
		if err != nil {
			return fmt.Errorf("keep the day: %w", err)
		}
	}
	return nil
}
