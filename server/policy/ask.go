package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// Audience says who is asked.
type Audience string

// The audiences.
const (
	All         Audience = "all"
	Roles       Audience = "roles"
	Departments Audience = "departments"
	People      Audience = "people"
)

// PolicyRequest asks people to acknowledge a version.
type PolicyRequest struct {
	ID            string   `json:"id"`
	Policy        string   `json:"policy"`
	VersionID     string   `json:"version_id"`
	Number        string   `json:"number" doc:"Of that version"`
	Audience      Audience `json:"audience" enum:"all,roles,departments,people"`
	Chosen        []string `json:"chosen" doc:"Which roles, departments or people"`
	Message       string   `json:"message"`
	AskedOn       string   `json:"asked_on"`
	DueOn         string   `json:"due_on"`
	RemindDays    int      `json:"remind_days" doc:"0: nobody is reminded"`
	ClosedAt      string   `json:"closed_at"`
	Asked         int      `json:"asked"`
	Acknowledged  int      `json:"acknowledged"`
	Coverage      int      `json:"coverage" doc:"Acknowledged of asked in basis points; -1 when nobody is asked"`
	Overdue       int      `json:"overdue" doc:"People who are late"`
	RequesterName string   `json:"requester_name"`
	Version       int      `json:"version"`
}

const requestColumns = `r.id, r.policy, r.policy_version, v.major || '.' || v.minor, r.audience, r.chosen, r.message, r.asked_on, r.due_on, r.remind_days, r.closed_at,
	(SELECT count(*) FROM policy_acknowledgment a JOIN person y ON y.id = a.person WHERE a.policy_request = r.id AND (y.active OR a.acknowledged_at <> '')),
	(SELECT count(*) FROM policy_acknowledgment a WHERE a.policy_request = r.id AND a.acknowledged_at <> ''),
	iif(r.closed_at = '' AND r.due_on < d.today, 1, 0), coalesce(c.name, ''), r.version`

const requestFrom = "policy_request r JOIN policy_version v ON v.id = r.policy_version LEFT JOIN person c ON c.id = r.created_by" + daysSQL

func scanRequest(row op.Row) (PolicyRequest, error) {
	var r PolicyRequest
	var chosen string
	var late bool
	err := row.Scan(&r.ID, &r.Policy, &r.VersionID, &r.Number, &r.Audience, &chosen, &r.Message, &r.AskedOn, &r.DueOn, &r.RemindDays, &r.ClosedAt,
		&r.Asked, &r.Acknowledged, &late, &r.RequesterName, &r.Version)
	if err != nil {
		return r, err
	}
	if late {
		r.Overdue = r.Asked - r.Acknowledged
	}
	r.Coverage = CoverageOf(r.Asked, r.Acknowledged)
	return r, json.Unmarshal([]byte(chosen), &r.Chosen)
}

func requestsOf(tx *storage.ReadTx, policy string) ([]PolicyRequest, error) {
	rows, err := tx.Query("SELECT "+requestColumns+" FROM "+requestFrom+" WHERE r.policy = ? ORDER BY r.created_at DESC, r.id", tx.Today(), policy)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, scanRequest)
}

func requestByID(tx *storage.ReadTx, id string) (PolicyRequest, error) {
	r, err := scanRequest(tx.QueryRow("SELECT "+requestColumns+" FROM "+requestFrom+" WHERE r.id = ?", tx.Today(), id))
	return r, none(err)
}

// roles are those that a request may be for.
var roles = []string{"admin", "user", "auditor", "executive"}

// membersOf are the active members by their person, with their roles: who they are is known to the installation alone.
func membersOf(s *op.Scope) (members map[string]string, err error) {
	err = s.ReadControl(func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT person, role FROM membership WHERE tenant = ? AND status = 'active' AND person <> ''", s.Tenant())
		if err != nil {
			return err
		}
		members, err = op.Map[string, string](rows)
		return err
	})
	return members, err
}

// audienceOf are the members that an audience means, by name.
func audienceOf(tx *storage.ReadTx, members map[string]string, a Audience, chosen []string) ([]string, error) {
	rows, err := tx.Query("SELECT id, department FROM person WHERE active = 1 ORDER BY name COLLATE NOCASE, id")
	if err != nil {
		return nil, err
	}
	var out []string
	return out, op.Each(rows, func(r op.Row) error {
		var id, department string
		if err := r.Scan(&id, &department); err != nil {
			return err
		}
		role, member := members[id]
		meant := a == All || a == Roles && slices.Contains(chosen, role) || a == People && slices.Contains(chosen, id) ||
			a == Departments && department != "" && slices.ContainsFunc(chosen, func(d string) bool { return strings.EqualFold(d, department) })
		if member && meant {
			out = append(out, id)
		}
		return nil
	})
}

type askIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Audience   Audience `json:"audience" enum:"all,roles,departments,people"`
		Chosen     []string `json:"chosen,omitempty" maxItems:"1000" doc:"Which roles, departments or people; nothing for all"`
		Message    string   `json:"message,omitempty" maxLength:"2000"`
		DueOn      string   `json:"due_on" minLength:"10" maxLength:"10" doc:"The last day on which nobody is late"`
		RemindDays *int     `json:"remind_days,omitempty" minimum:"0" maximum:"90" doc:"Remind every so many days; 7 unless given, 0 for never"`
	}
}

// ask looks up who the members are first. Who comes later is asked by the nightly job, where the audience means them.
func ask(s *op.Scope, in askIn) (d PolicyRequest, err error) {
	members, err := membersOf(s)
	if err != nil {
		return d, err
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		p, err := one(&tx.ReadTx, in.ID)
		if err != nil {
			return err
		}
		if err := p.active(); err != nil {
			return err
		}
		if p.Current == "" {
			return op.Errorf(op.Conflict, "Nothing of this policy is published yet. Publish a version first.")
		}
		b := in.Body
		var c op.Check
		c.Date(b.DueOn, "due_on")
		c.That(b.DueOn >= tx.Today(), "due_on", "Choose today or a later day.")
		c.That((b.Audience == All) == (len(b.Chosen) == 0), "chosen", "Say which roles, departments or people; for all, none.")
		for i, v := range b.Chosen {
			at := fmt.Sprintf("chosen[%d]", i)
			c.Required(v, at)
			c.MaxLen(v, 100, at)
			switch b.Audience {
			case Roles:
				c.OneOf(v, at, roles...)
			case People:
				if err := person.Check(&c, &tx.ReadTx, at, v); err != nil {
					return err
				}
				c.That(members[v] != "", at, "This person is no member, so they cannot acknowledge anything.")
			}
		}
		if err := c.Err(); err != nil {
			return err
		}
		who, err := audienceOf(&tx.ReadTx, members, b.Audience, b.Chosen)
		if err != nil {
			return err
		}
		if len(who) == 0 {
			return op.Errorf(op.Conflict, "There is nobody among the members who is meant by this.")
		}
		r := PolicyRequest{Policy: p.ID, VersionID: p.Current, Audience: b.Audience, Chosen: b.Chosen, Message: strings.TrimSpace(b.Message), DueOn: b.DueOn, RemindDays: 7}
		op.Put(&r.RemindDays, b.RemindDays)
		id, err := request(tx, p, r, who)
		if err != nil {
			return err
		}
		d, err = requestByID(&tx.ReadTx, id)
		return err
	})
	return d, err
}

// request asks people.
func request(tx *storage.WriteTx, p Policy, r PolicyRequest, who []string) (id string, err error) {
	id = tx.NewID()
	err = tx.Exec(`INSERT INTO policy_request (id, policy, policy_version, audience, chosen, message, asked_on, due_on, remind_days, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, r.Policy, r.VersionID, string(r.Audience), listed(r.Chosen), r.Message, tx.Today(), r.DueOn, r.RemindDays,
		tx.Stamp(), person.Acting(&tx.ReadTx))
	if err != nil {
		return "", err
	}
	return id, askPeople(tx, p, id, r, who)
}

func askPeople(tx *storage.WriteTx, p Policy, request string, r PolicyRequest, who []string) error {
	for _, id := range who {
		if err := tx.Exec("INSERT INTO policy_acknowledgment (id, policy_request, person, asked_on) VALUES (?, ?, ?, ?)", tx.NewID(), request, id, tx.Today()); err != nil {
			return err
		}
	}
	return tell(tx, p, r, "Please read and acknowledge", who)
}

func tell(tx *storage.WriteTx, p Policy, r PolicyRequest, say string, who []string) error {
	return notification.Send(tx, notification.Notice{Event: notification.PolicyAsked, To: who, About: record.Ref{Kind: record.Policy, ID: p.ID},
		Title: fmt.Sprintf("%s %s %s by %s", say, p.Ref, p.Title, r.DueOn), Body: r.Message})
}

// renew asks those anew who were asked about an earlier major version: for what is new in a minor one the word they
// gave still holds.
func renew(tx *storage.WriteTx, p Policy, v PolicyVersion) error {
	if v.minor > 0 {
		return nil
	}
	all, err := requestsOf(&tx.ReadTx, p.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.ClosedAt != "" {
			continue
		}
		if err := tx.ExecOne("UPDATE policy_request SET closed_at = ? WHERE id = ?", tx.Stamp(), r.ID); err != nil {
			return err
		}
		rows, err := tx.Query(`SELECT a.person FROM policy_acknowledgment a JOIN person y ON y.id = a.person AND y.active = 1 WHERE a.policy_request = ? ORDER BY a.id`, r.ID)
		if err != nil {
			return err
		}
		who, err := op.Scan(rows, func(row op.Row) (id string, err error) { return id, row.Scan(&id) })
		if err != nil {
			return err
		}
		r.VersionID, r.DueOn = v.ID, addDays(tx.Today(), days(r.AskedOn, r.DueOn))
		if _, err := request(tx, p, r, who); err != nil {
			return err
		}
	}
	return nil
}

// days is how many days lie between two.
func days(from, to string) int {
	a, err := time.Parse(storage.Date, from)
	b, err2 := time.Parse(storage.Date, to)
	if err != nil || err2 != nil {
		return 0
	}
	return int(b.Sub(a).Hours()) / 24
}

// open are the requests that wait for somebody.
func open(tx *storage.ReadTx) ([]PolicyRequest, error) {
	rows, err := tx.Query("SELECT "+requestColumns+" FROM "+requestFrom+" WHERE r.closed_at = '' ORDER BY r.created_at, r.id", tx.Today())
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, scanRequest)
}

// joiners asks those whom an audience means since.
func joiners(tx *storage.WriteTx, members map[string]string) error {
	all, err := open(&tx.ReadTx)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Audience == People {
			continue
		}
		who, err := audienceOf(&tx.ReadTx, members, r.Audience, r.Chosen)
		if err != nil {
			return err
		}
		rows, err := tx.Query("SELECT person, 1 FROM policy_acknowledgment WHERE policy_request = ?", r.ID)
		if err != nil {
			return err
		}
		known, err := op.Map[string, bool](rows)
		if err != nil {
			return err
		}
		if who = slices.DeleteFunc(who, func(id string) bool { return known[id] }); len(who) == 0 {
			continue
		}
		p, err := one(&tx.ReadTx, r.Policy)
		if err != nil {
			return err
		}
		if err := askPeople(tx, p, r.ID, r, who); err != nil {
			return err
		}
	}
	return nil
}

// remindPeople reminds who has not acknowledged, every so many days after they were asked.
func remindPeople(tx *storage.WriteTx) error {
	all, err := open(&tx.ReadTx)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.RemindDays == 0 {
			continue
		}
		if _, err := remindOf(tx, r, r.RemindDays); err != nil {
			return err
		}
	}
	return nil
}

// remindOf reminds those who were asked, or reminded, at least so many days ago, and nobody twice a day. It says how
// many they are.
func remindOf(tx *storage.WriteTx, r PolicyRequest, days int) (int, error) {
	rows, err := tx.Query(`SELECT a.person FROM policy_acknowledgment a JOIN person y ON y.id = a.person AND y.active = 1
		WHERE a.policy_request = ?1 AND a.acknowledged_at = '' AND a.reminded_on < ?2 AND max(a.asked_on, a.reminded_on) <= date(?2, '-' || ?3 || ' days') ORDER BY a.id`, r.ID, tx.Today(), days)
	if err != nil {
		return 0, err
	}
	who, err := op.Scan(rows, func(row op.Row) (id string, err error) { return id, row.Scan(&id) })
	if err != nil || len(who) == 0 {
		return 0, err
	}
	p, err := one(&tx.ReadTx, r.Policy)
	if err != nil {
		return 0, err
	}
	if err := tell(tx, p, r, "Not acknowledged yet:", who); err != nil {
		return 0, err
	}
	return len(who), tx.Exec("UPDATE policy_acknowledgment SET reminded_on = ? WHERE policy_request = ? AND acknowledged_at = '' AND person IN (SELECT value FROM json_each(?))", tx.Today(), r.ID, listed(who))
}

// Reminded is how many people were reminded.
type Reminded struct {
	Reminded int `json:"reminded"`
}

// remindNow reminds everybody who has not acknowledged, whoever was reminded today excepted.
func remindNow(tx *storage.WriteTx, in op.ByID) (out Reminded, err error) {
	r, err := requestByID(&tx.ReadTx, in.ID)
	if err != nil {
		return out, err
	}
	if r.ClosedAt != "" {
		return out, op.Errorf(op.Conflict, "This request is closed. Nobody is asked any longer.")
	}
	out.Reminded, err = remindOf(tx, r, 0)
	return out, err
}

func closeRequest(tx *storage.WriteTx, in op.ByID) (PolicyRequest, error) {
	r, err := requestByID(&tx.ReadTx, in.ID)
	if err != nil {
		return r, err
	}
	if r.ClosedAt != "" {
		return r, op.Errorf(op.Conflict, "This request is closed already.")
	}
	if err := tx.ExecOne("UPDATE policy_request SET closed_at = ? WHERE id = ?", tx.Stamp(), in.ID); err != nil {
		return r, err
	}
	return requestByID(&tx.ReadTx, in.ID)
}
