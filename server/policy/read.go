package policy

import (
	"database/sql"
	"errors"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Acknowledgment is one person who was asked.
type Acknowledgment struct {
	ID             string `json:"id"`
	Request        string `json:"request"`
	Ref            string `json:"ref" doc:"Of the policy"`
	Person         string `json:"person"`
	PersonName     string `json:"person_name"`
	Department     string `json:"department"`
	Active         bool   `json:"active" doc:"false: has left, and counts only if they acknowledged before"`
	Number         string `json:"number" doc:"Of the version"`
	AskedOn        string `json:"asked_on"`
	DueOn          string `json:"due_on"`
	RemindedOn     string `json:"reminded_on"`
	AcknowledgedAt string `json:"acknowledged_at"`
	Digest         string `json:"digest" doc:"SHA-256 of what was read"`
	State          string `json:"state" enum:"acknowledged,waiting,overdue,left"`
}

// AcknowledgmentFilter is what they may be listed by.
type AcknowledgmentFilter struct {
	op.PageIn
	Request string   `query:"request" json:"request,omitempty" maxLength:"26" doc:"Id of a request"`
	Policy  string   `query:"policy" json:"policy,omitempty" maxLength:"26" doc:"Id of a policy"`
	State   []string `query:"state" json:"state,omitempty" maxItems:"4" enum:"acknowledged,waiting,overdue,left"`
}

const stateSQL = `CASE WHEN a.acknowledged_at <> '' THEN 'acknowledged' WHEN NOT y.active THEN 'left' WHEN r.due_on < d.today THEN 'overdue' ELSE 'waiting' END`

var people = op.Table[AcknowledgmentFilter, Acknowledgment]{
	From: `policy_acknowledgment a JOIN policy_request r ON r.id = a.policy_request JOIN policy_version v ON v.id = r.policy_version
		JOIN policy p ON p.id = r.policy JOIN person y ON y.id = a.person` + daysSQL,
	Args: today,
	Columns: `a.id, a.policy_request, p.ref, a.person, y.name, y.department, y.active, v.major || '.' || v.minor, a.asked_on, r.due_on, a.reminded_on, a.acknowledged_at, a.digest, ` +
		stateSQL,
	Scan: func(r op.Row) (a Acknowledgment, err error) {
		return a, r.Scan(&a.ID, &a.Request, &a.Ref, &a.Person, &a.PersonName, &a.Department, &a.Active, &a.Number, &a.AskedOn, &a.DueOn, &a.RemindedOn, &a.AcknowledgedAt, &a.Digest, &a.State)
	},
	Key: "a.id",
	Where: func(w *op.Where, f AcknowledgmentFilter) {
		w.Eq("a.policy_request", f.Request)
		w.Eq("r.policy", f.Policy)
		w.In(stateSQL, f.State)
		w.Search(f.Q, "y.name", "y.department")
	},
	Sort:    map[string]string{"name": "y.name COLLATE NOCASE", "department": "y.department COLLATE NOCASE", "acknowledged_at": "a.acknowledged_at"},
	Default: "name",
	Facets:  []op.Facet{{Name: "state", SQL: stateSQL}},
	Export: []op.Col[Acknowledgment]{
		{Header: "Policy", Value: func(a Acknowledgment) any { return a.Ref }},
		{Header: "Person", Value: func(a Acknowledgment) any { return a.PersonName }},
		{Header: "Department", Value: func(a Acknowledgment) any { return a.Department }},
		{Header: "Version", Value: func(a Acknowledgment) any { return a.Number }},
		{Header: "State", Value: func(a Acknowledgment) any { return a.State }},
		{Header: "Acknowledged at", Value: func(a Acknowledgment) any { return a.AcknowledgedAt }},
		{Header: "Asked on", Value: func(a Acknowledgment) any { return a.AskedOn }},
		{Header: "Due on", Value: func(a Acknowledgment) any { return a.DueOn }},
		{Header: "SHA-256", Value: func(a Acknowledgment) any { return a.Digest }},
	},
}

// MyPolicy is a version that somebody is asked about.
type MyPolicy struct {
	VersionID      string `json:"version_id"`
	Request        string `json:"request" doc:"Id of the request to acknowledge it; empty when it is to be approved"`
	Ref            string `json:"ref"`
	Title          string `json:"title"`
	Number         string `json:"number"`
	Digest         string `json:"digest"`
	Message        string `json:"message"`
	DueOn          string `json:"due_on"`
	Overdue        bool   `json:"overdue"`
	AcknowledgedAt string `json:"acknowledged_at"`
}

// MyPolicies are what somebody is asked to approve, and to acknowledge.
type MyPolicies struct {
	Name        string     `json:"name" doc:"Of the caller: what they sign with"`
	Approve     []MyPolicy `json:"approve" doc:"Versions that wait for one's approval"`
	Acknowledge []MyPolicy `json:"acknowledge" doc:"Those that one has not acknowledged come first"`
}

// toApprove are versions v that wait for the decision of ?1, whose turn it is; toRead, those that ?1 is asked to acknowledge.
const (
	toApprove = `policy_version v JOIN policy p ON p.id = v.policy AND p.archived_at = '' WHERE v.state = 'in_review' AND v.id IN (SELECT policy_version FROM policy_approver WHERE person = ?1) AND ?1 = (SELECT x.person FROM policy_approver x
		WHERE x.policy_version = v.id AND NOT EXISTS (SELECT 1 FROM policy_approval d WHERE d.policy_version = v.id AND d.person = x.person AND d.round = v.round AND d.digest = v.digest)
		ORDER BY x.position LIMIT 1)`
	toRead = `policy_acknowledgment a JOIN policy_request r ON r.id = a.policy_request JOIN policy_version v ON v.id = r.policy_version JOIN policy p ON p.id = v.policy
		WHERE a.person = ?1 AND (r.closed_at = '' OR a.acknowledged_at <> '')`
)

func mine(tx *storage.ReadTx, _ struct{}) (m MyPolicies, err error) {
	me := person.Acting(tx)
	if err := tx.QueryRow("SELECT coalesce((SELECT name FROM person WHERE id = ?), '')", me).Scan(&m.Name); err != nil {
		return m, err
	}
	if m.Approve, err = ToApprove(tx, me); err != nil {
		return m, err
	}
	m.Acknowledge, err = askedOf(tx, me, "")
	return m, err
}

// ToApprove lists the versions that wait for somebody's decision, whose turn it is, the oldest first.
func ToApprove(tx *storage.ReadTx, person string) ([]MyPolicy, error) {
	return mineOf(tx, person, `SELECT v.id, '', p.ref, p.title, v.major || '.' || v.minor, v.digest, v.change_summary, '', '', ?2 = '' FROM `+toApprove+" ORDER BY v.submitted_at, v.id")
}

// ToAcknowledge lists the versions that somebody is asked to acknowledge and has not, the most urgent first.
func ToAcknowledge(tx *storage.ReadTx, person string) ([]MyPolicy, error) {
	return askedOf(tx, person, " AND a.acknowledged_at = ''")
}

func askedOf(tx *storage.ReadTx, person, and string) ([]MyPolicy, error) {
	return mineOf(tx, person, `SELECT v.id, r.id, p.ref, p.title, v.major || '.' || v.minor, v.digest, r.message, r.due_on, a.acknowledged_at,
		a.acknowledged_at = '' AND r.due_on < ?2 FROM `+toRead+and+" ORDER BY a.acknowledged_at <> '', r.due_on, r.id")
}

func mineOf(tx *storage.ReadTx, person, query string) ([]MyPolicy, error) {
	rows, err := tx.Query(query, person, tx.Today())
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (p MyPolicy, err error) {
		return p, r.Scan(&p.VersionID, &p.Request, &p.Ref, &p.Title, &p.Number, &p.Digest, &p.Message, &p.DueOn, &p.AcknowledgedAt, &p.Overdue)
	})
}

// asksMe refuses a version that the caller is not asked about: for them it is not there.
func asksMe(tx *storage.ReadTx, id string) error {
	var there bool
	me := person.Acting(tx)
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM "+toApprove+" AND v.id = ?2) OR EXISTS (SELECT 1 FROM "+toRead+" AND v.id = ?2)", me, id).Scan(&there)
	if err == nil && (!there || me == "") {
		err = storage.ErrNotFound
	}
	return err
}

// MyVersion is what somebody is asked to read. Who else approved it, and who wrote it, is not their business.
type MyVersion struct {
	ID            string         `json:"id"`
	Ref           string         `json:"ref"`
	Title         string         `json:"title"`
	Number        string         `json:"number"`
	ChangeSummary string         `json:"change_summary"`
	Digest        string         `json:"digest" doc:"SHA-256 of what is to be read: it is sent back with one's decision or acknowledgment"`
	Content       map[string]any `json:"content" doc:"A TipTap document; empty when the version is an uploaded document"`
	Text          string         `json:"text" doc:"Its words; of a document, those that were read in it so far"`
	Name          string         `json:"name" doc:"Of the document"`
	Type          string         `json:"type"`
}

func myVersion(tx *storage.ReadTx, in op.ByID) (MyVersion, error) {
	if err := asksMe(tx, in.ID); err != nil {
		return MyVersion{}, err
	}
	d, err := version(tx, in)
	return MyVersion{d.ID, d.Ref, d.Title, d.Number, d.ChangeSummary, d.Digest, d.Content, d.Text, d.Name, d.Type}, err
}

func myDocument(tx *storage.ReadTx, in documentIn) (op.Sent, error) {
	if err := asksMe(tx, in.ID); err != nil {
		return op.Sent{}, err
	}
	return document(tx, in)
}

type acknowledgeIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Digest string `json:"digest" minLength:"64" maxLength:"64" doc:"Of the version that was read"`
		Name   string `json:"name" minLength:"1" maxLength:"200" doc:"One's own name, typed as a signature"`
	}
}

// acknowledge notes that the caller has read a version. It cannot be taken back, and nobody can do it for another.
// The name they sign with is theirs, so it is compared and not kept: whoever erases a person erases no signature.
func acknowledge(tx *storage.WriteTx, in acknowledgeIn) (MyPolicy, error) {
	var p MyPolicy
	var id, closed, archived, name string
	me := person.Acting(&tx.ReadTx)
	err := tx.QueryRow(`SELECT a.id, a.acknowledged_at, r.id, r.closed_at, r.message, r.due_on, v.id, v.major || '.' || v.minor, v.digest, p.ref, p.title, p.archived_at, y.name
		FROM policy_acknowledgment a JOIN policy_request r ON r.id = a.policy_request JOIN policy_version v ON v.id = r.policy_version JOIN policy p ON p.id = v.policy
		JOIN person y ON y.id = a.person WHERE r.id = ? AND a.person = ?`, in.ID, me).
		Scan(&id, &p.AcknowledgedAt, &p.Request, &closed, &p.Message, &p.DueOn, &p.VersionID, &p.Number, &p.Digest, &p.Ref, &p.Title, &archived, &name)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return p, storage.ErrNotFound
	case err != nil:
		return p, err
	case p.AcknowledgedAt != "":
		return p, op.Errorf(op.Conflict, "You have acknowledged this version already.")
	case closed != "" || archived != "":
		return p, op.Errorf(op.Conflict, "This is no longer asked for.")
	case in.Body.Digest != p.Digest:
		return p, op.Errorf(op.Conflict, "This is not the version that you are asked to read. Read it again.")
	}
	var c op.Check
	c.That(signed(in.Body.Name) == signed(name), "name", "Type your name as it is written here: "+name+".")
	if err := c.Err(); err != nil {
		return p, err
	}
	p.AcknowledgedAt = tx.Stamp()
	return p, tx.ExecOne("UPDATE policy_acknowledgment SET acknowledged_at = ?, digest = ? WHERE id = ?", p.AcknowledgedAt, p.Digest, id)
}

// signed is a name as signatures are compared: without regard to capitals and blanks.
func signed(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }
