package personnel

import (
	"fmt"
	"slices"

	"assay/server/op"
	"assay/storage"
)

// Flag is something about a person that a compliance manager wants to know.
type Flag string

// The flags.
const (
	NoNDA                Flag = "no_nda"
	TrainingOverdue      Flag = "training_overdue"
	NoBackground         Flag = "no_background"
	TerminatedWithAccess Flag = "terminated_with_access"
	NoMFA                Flag = "no_mfa"
	AdminRights          Flag = "admin_rights"
	NoManager            Flag = "no_manager"
)

// Flags are all flags, in the order in which they are shown and in which [stateSQL] has them.
var Flags = []Flag{NoNDA, TrainingOverdue, NoBackground, TerminatedWithAccess, NoMFA, AdminRights, NoManager}

// Standing is what is known of a flag of a person.
type Standing byte

// The standings.
const (
	Off     Standing = '-' // the organisation does not want it, or it is not about somebody of this status
	Clear   Standing = 'c'
	Raised  Standing = 'r'
	Unknown Standing = 'u' // nobody has said, which is not no
)

// PersonnelRules say which flags the organisation wants to see.
type PersonnelRules struct {
	NoNDA                bool `json:"no_nda"`
	TrainingOverdue      bool `json:"training_overdue"`
	NoBackground         bool `json:"no_background"`
	TerminatedWithAccess bool `json:"terminated_with_access"`
	NoMFA                bool `json:"no_mfa"`
	AdminRights          bool `json:"admin_rights"`
	NoManager            bool `json:"no_manager"`
	TrainingMonths       int  `json:"training_months" doc:"How long a security training counts"`
	Version              int  `json:"version"`
}

func (r PersonnelRules) wants(f Flag) bool {
	return map[Flag]bool{NoNDA: r.NoNDA, TrainingOverdue: r.TrainingOverdue, NoBackground: r.NoBackground, TerminatedWithAccess: r.TerminatedWithAccess,
		NoMFA: r.NoMFA, AdminRights: r.AdminRights, NoManager: r.NoManager}[f]
}

// Facts are what flags are made of, beside what is said of a person.
type Facts struct {
	Apps     int    // applications in which there is an active grant
	Admin    bool   // one of the grants gives the rights of an administrator
	Managed  bool   // there is a manager
	Reports  int    // people who report to them
	Training string // the first day on which a training still counts today
}

// Stands is the rule of every flag. [stateSQL] is the same in SQL, and a list compares the two row by row.
func Stands(f Flag, p PersonnelSaid, facts Facts, rules PersonnelRules) Standing {
	works := p.Status == Active || p.Status == OnLeave
	if about := works != (f == TerminatedWithAccess); !rules.wants(f) || !about || f == TerminatedWithAccess && p.Status != Terminated {
		return Off
	}
	switch f {
	case NoNDA:
		return known(p.NDA == "signed", p.NDA == "not_signed")
	case TrainingOverdue:
		return known(p.Training == "done" && p.TrainingOn != "" && p.TrainingOn >= facts.Training, p.Training == "never" || p.Training == "done" && p.TrainingOn != "")
	case NoBackground:
		return known(p.Background == "passed", p.Background != "unknown")
	case TerminatedWithAccess:
		return known(facts.Apps == 0, true)
	case NoMFA:
		return known(p.MFA == "yes", p.MFA == "no")
	case AdminRights:
		return known(p.AdminRights == "no" && !facts.Admin, facts.Admin || p.AdminRights == "yes")
	}
	return known(facts.Managed || facts.Reports > 0, true) // who leads others and reports to nobody is at the top
}

// known is clear, else raised, else unknown.
func known(clear, raised bool) Standing {
	switch {
	case clear:
		return Clear
	case raised:
		return Raised
	}
	return Unknown
}

// Defined is how a flag is made, to show beside it.
func (r PersonnelRules) Defined(f Flag) string {
	const who = "People who work here or are on leave"
	switch f {
	case NoNDA:
		return who + " of whom it is known that they have not signed an NDA."
	case TrainingOverdue:
		return fmt.Sprintf("%s who never took a security training, or took the last one more than %d months ago.", who, r.TrainingMonths)
	case NoBackground:
		return who + " whose background check was not done, is pending or failed."
	case TerminatedWithAccess:
		return "People who left and still have an active grant in an application."
	case NoMFA:
		return who + " of whom it is known that they sign in without a second factor."
	case AdminRights:
		return who + " who have the rights of an administrator, by their record or by a grant."
	}
	return who + " who have no manager, unless others report to them: those are at the top of the chart."
}

// The flags in SQL: r is the record, k the rules, d the days. Each gives a standing.
const (
	reportsSQL = `(SELECT count(*) FROM personnel x WHERE x.manager = r.id AND x.status <> 'terminated')`
	managedSQL = `r.manager IN (SELECT x.id FROM personnel x)`
	accessSQL  = `EXISTS (SELECT 1 FROM access_grant g WHERE g.personnel = r.id AND g.status = 'active')`
	adminSQL   = `EXISTS (SELECT 1 FROM access_grant g WHERE g.personnel = r.id AND g.status = 'active' AND g.admin = 1)`
	worksSQL   = `r.status IN ('active', 'on_leave')`
	unless     = ` = 0 THEN '-' `

	// Of somebody who works here.
	ndaSQL        = `CASE WHEN k.no_nda` + unless + `WHEN r.nda = 'signed' THEN 'c' WHEN r.nda = 'not_signed' THEN 'r' ELSE 'u' END`
	trainingSQL   = `CASE WHEN k.training_overdue` + unless + `WHEN r.training = 'never' THEN 'r' WHEN r.training <> 'done' OR r.training_on = '' THEN 'u' WHEN r.training_on >= k.training THEN 'c' ELSE 'r' END`
	backgroundSQL = `CASE WHEN k.no_background` + unless + `WHEN r.background = 'passed' THEN 'c' WHEN r.background = 'unknown' THEN 'u' ELSE 'r' END`
	mfaSQL        = `CASE WHEN k.no_mfa` + unless + `WHEN r.mfa = 'yes' THEN 'c' WHEN r.mfa = 'no' THEN 'r' ELSE 'u' END`
	rightsSQL     = `CASE WHEN k.admin_rights` + unless + `WHEN r.admin_rights = 'yes' OR ` + adminSQL + ` THEN 'r' WHEN r.admin_rights = 'no' THEN 'c' ELSE 'u' END`
	chainSQL      = `CASE WHEN k.no_manager` + unless + `WHEN ` + managedSQL + ` OR EXISTS (SELECT 1 FROM personnel x WHERE x.manager = r.id AND x.status <> 'terminated') THEN 'c' ELSE 'r' END`
	// Of somebody who left.
	leftSQL = `CASE WHEN k.terminated_with_access` + unless + `WHEN ` + accessSQL + ` THEN 'r' ELSE 'c' END`

	// stateSQL is a standing for each flag, in the order of [Flags].
	stateSQL = `CASE WHEN ` + worksSQL + ` THEN ` + ndaSQL + ` || ` + trainingSQL + ` || ` + backgroundSQL + ` || '-' || ` + mfaSQL + ` || ` + rightsSQL + ` || ` + chainSQL + `
		WHEN r.status = 'terminated' THEN '---' || ` + leftSQL + ` || '---' ELSE '-------' END`

	// raisedSQL is how many flags are raised in stateSQL: sums are quicker than looking through it.
	raisedSQL = `CASE WHEN ` + worksSQL + ` THEN (` + ndaSQL + ` = 'r') + (` + trainingSQL + ` = 'r') + (` + backgroundSQL + ` = 'r') + (` + mfaSQL + ` = 'r') + (` + rightsSQL + ` = 'r') + (` + chainSQL + ` = 'r')
		WHEN r.status = 'terminated' THEN ` + leftSQL + ` = 'r' ELSE 0 END`

	// ruleSQL is the rules with today and the first day on which a training still counts. Its value is today. The limit
	// keeps SQLite from working the days out for every record.
	ruleSQL = `CROSS JOIN (SELECT *, day AS today, date(day, '-' || training_months || ' months') AS training FROM personnel_rule, (SELECT ? AS day) LIMIT 1) k `

	working, left, otherwise = `iif(` + worksSQL + `, `, `iif(r.status = 'terminated', `, `, '-')`
)

// standings are the flags in SQL, in the order of [Flags].
var standings = op.Columns(working+ndaSQL+otherwise, working+trainingSQL+otherwise, working+backgroundSQL+otherwise, left+leftSQL+otherwise,
	working+mfaSQL+otherwise, working+rightsSQL+otherwise, working+chainSQL+otherwise)

// is asks for the people of whom any of the flags has a standing; the flag none is raised where no other is.
func is(w *op.Where, flags []Flag, standing Standing) {
	any := op.Columns()
	for _, f := range flags {
		if i := slices.Index(Flags, f); i >= 0 {
			any = append(any, standings[i])
		} else {
			any = append(any, "iif(instr("+stateSQL+", 'r'), '', 'r')")
		}
	}
	w.AnyIs(string(standing), any...)
}

// with are the flags of a state that have a standing.
func with(standing Standing) func(string) []string {
	return func(state string) []string {
		var all []string
		for i, f := range Flags {
			if i < len(state) && Standing(state[i]) == standing {
				all = append(all, string(f))
			}
		}
		return all
	}
}

func today(tx *storage.ReadTx) []any { return []any{tx.Today()} }

func rulesOf(tx *storage.ReadTx, _ struct{}) (r PersonnelRules, err error) {
	return r, tx.QueryRow("SELECT no_nda, training_overdue, no_background, terminated_with_access, no_mfa, admin_rights, no_manager, training_months, version FROM personnel_rule").
		Scan(&r.NoNDA, &r.TrainingOverdue, &r.NoBackground, &r.TerminatedWithAccess, &r.NoMFA, &r.AdminRights, &r.NoManager, &r.TrainingMonths, &r.Version)
}

type rulesIn struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		NoNDA                *bool `json:"no_nda,omitempty"`
		TrainingOverdue      *bool `json:"training_overdue,omitempty"`
		NoBackground         *bool `json:"no_background,omitempty"`
		TerminatedWithAccess *bool `json:"terminated_with_access,omitempty"`
		NoMFA                *bool `json:"no_mfa,omitempty"`
		AdminRights          *bool `json:"admin_rights,omitempty"`
		NoManager            *bool `json:"no_manager,omitempty"`
		TrainingMonths       *int  `json:"training_months,omitempty" minimum:"1" maximum:"60"`
	}
}

func updateRules(tx *storage.WriteTx, in rulesIn) (PersonnelRules, error) {
	was, err := rulesOf(&tx.ReadTx, struct{}{})
	if err != nil {
		return was, err
	}
	if err := op.Matches(in.IfMatch, was.Version); err != nil {
		return was, err
	}
	now, b := was, in.Body
	op.Put(&now.NoNDA, b.NoNDA)
	op.Put(&now.TrainingOverdue, b.TrainingOverdue)
	op.Put(&now.NoBackground, b.NoBackground)
	op.Put(&now.TerminatedWithAccess, b.TerminatedWithAccess)
	op.Put(&now.NoMFA, b.NoMFA)
	op.Put(&now.AdminRights, b.AdminRights)
	op.Put(&now.NoManager, b.NoManager)
	op.Put(&now.TrainingMonths, b.TrainingMonths)
	if now == was {
		return was, nil
	}
	err = tx.ExecOne(`UPDATE personnel_rule SET no_nda = ?, training_overdue = ?, no_background = ?, terminated_with_access = ?, no_mfa = ?, admin_rights = ?, no_manager = ?,
		training_months = ?, updated_at = ?`, now.NoNDA, now.TrainingOverdue, now.NoBackground, now.TerminatedWithAccess, now.NoMFA, now.AdminRights, now.NoManager, now.TrainingMonths, tx.Stamp())
	if err != nil {
		return was, err
	}
	return rulesOf(&tx.ReadTx, struct{}{})
}
