package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// PolicyVersion is a version of a policy without its content.
type PolicyVersion struct {
	ID            string     `json:"id"`
	Policy        string     `json:"policy"`
	Number        string     `json:"number" doc:"1.0, 1.1, 2.0"`
	State         Status     `json:"state" enum:"draft,in_review,ratified,published"`
	Name          string     `json:"name" doc:"Of the document, when it is one"`
	Type          string     `json:"type"`
	Size          int        `json:"size"`
	Digest        string     `json:"digest" doc:"SHA-256 of the content or document: what approvals count for"`
	ChangeSummary string     `json:"change_summary"`
	Author        string     `json:"author" doc:"Id of who wrote the content as it is"`
	AuthorName    string     `json:"author_name"`
	SubmittedAt   string     `json:"submitted_at"`
	RatifiedAt    string     `json:"ratified_at"`
	PublishedAt   string     `json:"published_at"`
	PublishedOn   string     `json:"published_on"`
	PublisherName string     `json:"publisher_name"`
	Approvers     []Approver `json:"approvers" doc:"In the order in which they are listed"`
	UpdatedAt     string     `json:"updated_at"`
	Version       int        `json:"version"`

	round  int
	major  int
	minor  int
	object string
}

// VersionDetail is a version with its content.
type VersionDetail struct {
	PolicyVersion
	Ref       string           `json:"ref" doc:"Of the policy"`
	Title     string           `json:"title"`
	Content   map[string]any   `json:"content" doc:"A TipTap document; empty when the version is an uploaded document or has no words yet"`
	Text      string           `json:"text" doc:"Its words, a block a line; of a document, those that were read in it so far"`
	Approvals []PolicyApproval `json:"approvals" doc:"All decisions that were ever made about it, oldest first"`
}

// PolicyApproval is one decision about a version.
type PolicyApproval struct {
	Person   string   `json:"person"`
	Name     string   `json:"name"`
	Decision Decision `json:"decision" enum:"approved,rejected"`
	Comment  string   `json:"comment"`
	Digest   string   `json:"digest" doc:"Of the content it was made on"`
	At       string   `json:"at"`
	Counts   bool     `json:"counts" doc:"It is about the content as it is, since it was last submitted"`
}

const (
	versionColumns = `v.id, v.policy, v.major, v.minor, v.state, v.name, v.type, v.size, v.digest, v.change_summary, v.author, coalesce(a.name, ''),
	v.object, v.round, v.submitted_at, v.ratified_at, v.published_at, v.published_on, coalesce(b.name, ''), v.updated_at, v.version,
	(SELECT json_group_array(json_array(person, name, decision, comment, at)) FROM (
		SELECT x.person, coalesce(n.name, '') AS name, coalesce(d.decision, '') AS decision, coalesce(d.comment, '') AS comment, coalesce(d.at, '') AS at
		FROM policy_approver x LEFT JOIN person n ON n.id = x.person
		LEFT JOIN policy_approval d ON d.policy_version = v.id AND d.person = x.person AND d.round = v.round AND d.digest = v.digest
		WHERE x.policy_version = v.id ORDER BY x.position))`

	versionFrom = "policy_version v LEFT JOIN person a ON a.id = v.author LEFT JOIN person b ON b.id = v.published_by"
)

func scanVersion(row op.Row) (PolicyVersion, error) {
	v := PolicyVersion{Approvers: []Approver{}}
	var approvers string
	err := row.Scan(&v.ID, &v.Policy, &v.major, &v.minor, &v.State, &v.Name, &v.Type, &v.Size, &v.Digest, &v.ChangeSummary, &v.Author, &v.AuthorName,
		&v.object, &v.round, &v.SubmittedAt, &v.RatifiedAt, &v.PublishedAt, &v.PublishedOn, &v.PublisherName, &v.UpdatedAt, &v.Version, &approvers)
	if err != nil {
		return v, err
	}
	v.Number = fmt.Sprintf("%d.%d", v.major, v.minor)
	var list [][5]string
	if err := json.Unmarshal([]byte(approvers), &list); err != nil {
		return v, err
	}
	for _, a := range list {
		v.Approvers = append(v.Approvers, Approver{a[0], a[1], Decision(a[2]), a[3], a[4]})
	}
	return v, nil
}

func versionsOf(tx *storage.ReadTx, policy string) ([]PolicyVersion, error) {
	rows, err := tx.Query("SELECT "+versionColumns+" FROM "+versionFrom+" WHERE v.policy = ? ORDER BY v.major DESC, v.minor DESC", policy)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, scanVersion)
}

func versionByID(tx *storage.ReadTx, id string) (PolicyVersion, error) {
	v, err := scanVersion(tx.QueryRow("SELECT "+versionColumns+" FROM "+versionFrom+" WHERE v.id = ?", id))
	return v, none(err)
}

func version(tx *storage.ReadTx, in op.ByID) (d VersionDetail, err error) {
	if d.PolicyVersion, err = versionByID(tx, in.ID); err != nil {
		return d, err
	}
	d.Content = map[string]any{}
	var content string
	err = tx.QueryRow(`SELECT p.ref, p.title, v.content, iif(v.object = '', v.text, coalesce(t.text, ''))
		FROM policy_version v JOIN policy p ON p.id = v.policy LEFT JOIN object_text t ON t.object = v.object AND v.object <> '' WHERE v.id = ?`, in.ID).
		Scan(&d.Ref, &d.Title, &content, &d.Text)
	if err != nil {
		return d, err
	}
	if content != "" {
		if err := json.Unmarshal([]byte(content), &d.Content); err != nil {
			return d, fmt.Errorf("content of %s: %w", in.ID, err)
		}
	}
	rows, err := tx.Query(`SELECT d.person, coalesce(n.name, ''), d.decision, d.comment, d.digest, d.at, d.round FROM policy_approval d LEFT JOIN person n ON n.id = d.person
		WHERE d.policy_version = ? ORDER BY d.at, d.id`, in.ID)
	if err != nil {
		return d, err
	}
	d.Approvals, err = op.Scan(rows, func(r op.Row) (a PolicyApproval, err error) {
		var round int
		err = r.Scan(&a.Person, &a.Name, &a.Decision, &a.Comment, &a.Digest, &a.At, &round)
		a.Counts = round == d.round && a.Digest == d.Digest
		return a, err
	})
	return d, err
}

// writable is a version that may still be changed, and its policy.
func writable(tx *storage.ReadTx, id string) (PolicyVersion, Policy, error) {
	v, err := versionByID(tx, id)
	if err != nil {
		return v, Policy{}, err
	}
	p, err := one(tx, v.Policy)
	if err != nil {
		return v, p, err
	}
	if v.State == Published {
		return v, p, op.Errorf(op.Conflict, "Version %s is published and never changes again. Begin the next version.", v.Number)
	}
	return v, p, p.active()
}

type beginIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Major         *bool  `json:"major,omitempty" doc:"A major version is acknowledged anew; a minor one is not. Major unless given"`
		ChangeSummary string `json:"change_summary,omitempty" maxLength:"2000"`
	}
}

// begin makes the next version, with the content of the one in force to start from.
func begin(tx *storage.WriteTx, in beginIn) (VersionDetail, error) {
	p, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return VersionDetail{}, err
	}
	if err := p.active(); err != nil {
		return VersionDetail{}, err
	}
	if p.Working != "" {
		return VersionDetail{}, op.Errorf(op.Conflict, "The next version is being worked on already. Finish or discard that one first.")
	}
	major, minor, id := 1, 0, tx.NewID()
	if p.Current != "" {
		v, err := versionByID(&tx.ReadTx, p.Current)
		if err != nil {
			return VersionDetail{}, err
		}
		if major, minor = v.major+1, 0; in.Body.Major != nil && !*in.Body.Major {
			major, minor = v.major, v.minor+1
		}
	}
	err = tx.Exec("INSERT INTO policy_version (id, policy, major, minor, change_summary, author, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?7, ?7)",
		id, in.ID, major, minor, strings.TrimSpace(in.Body.ChangeSummary), person.Acting(&tx.ReadTx), tx.Stamp())
	if err == nil && p.Current != "" {
		err = tx.Exec(`UPDATE policy_version AS v SET (content, text, digest) = (SELECT c.content, c.text, iif(c.content = '', '', c.digest) FROM policy_version c WHERE c.id = ?) WHERE v.id = ?`, p.Current, id)
	}
	if err == nil && p.Current == "" {
		err = startFrom(tx, id, in.ID)
	}
	if err == nil {
		err = tx.Exec("UPDATE policy SET suggested = 0, updated_at = ? WHERE id = ?", tx.Stamp(), in.ID)
	}
	if err != nil {
		return VersionDetail{}, err
	}
	return version(&tx.ReadTx, op.ByID{ID: id})
}

type writeIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Content       map[string]any `json:"content,omitempty" doc:"A TipTap document"`
		ChangeSummary *string        `json:"change_summary,omitempty" maxLength:"2000"`
		Major         *bool          `json:"major,omitempty" doc:"Whether it is the next major or the next minor version"`
	}
}

func write(tx *storage.WriteTx, in writeIn) (VersionDetail, error) {
	v, p, err := writable(&tx.ReadTx, in.ID)
	if err != nil {
		return VersionDetail{}, err
	}
	b := in.Body
	var c op.Check
	var text Content
	if b.Content != nil {
		raw, err := json.Marshal(b.Content)
		if err != nil {
			return VersionDetail{}, err
		}
		var refusal string
		text, refusal = Read(raw)
		c.That(refusal == "", "content", refusal)
	}
	c.That(b.Major == nil || p.Current != "" || *b.Major, "major", "The first version is 1.0.")
	if err := c.Err(); err != nil {
		return VersionDetail{}, err
	}
	if b.Major != nil && p.Current != "" {
		last, err := versionByID(&tx.ReadTx, p.Current)
		if err != nil {
			return VersionDetail{}, err
		}
		if v.major, v.minor = last.major+1, 0; !*b.Major {
			v.major, v.minor = last.major, last.minor+1
		}
	}
	op.Put(&v.ChangeSummary, b.ChangeSummary)
	err = tx.ExecOne("UPDATE policy_version SET change_summary = ?, major = ?, minor = ?, updated_at = ? WHERE id = ?", strings.TrimSpace(v.ChangeSummary), v.major, v.minor, tx.Stamp(), v.ID)
	if err == nil && b.Content != nil && (text.Digest() != v.Digest || v.Name != "") {
		err = errors.Join(tx.ExecOne("UPDATE policy_version SET content = ?, text = ?, digest = ?, name = '', type = '', size = 0, object = '' WHERE id = ?",
			text.JSON, text.Text(), text.Digest(), v.ID), rewritten(tx, v), askPurge(tx, v.object))
	}
	if err != nil {
		return VersionDetail{}, err
	}
	return version(&tx.ReadTx, op.ByID{ID: v.ID})
}

// rewritten notes that a version has new content: who wrote it is its author, and it has to be submitted again.
func rewritten(tx *storage.WriteTx, v PolicyVersion) error {
	return tx.ExecOne("UPDATE policy_version SET state = 'draft', author = ?, submitted_at = '', submitted_by = '', ratified_at = '', updated_at = ? WHERE id = ?",
		person.Acting(&tx.ReadTx), tx.Stamp(), v.ID)
}

func upload(tx *storage.WriteTx, in op.ByID, f op.File) (VersionDetail, error) {
	v, _, err := writable(&tx.ReadTx, in.ID)
	if err != nil {
		return VersionDetail{}, err
	}
	err = errors.Join(tx.ExecOne("UPDATE policy_version SET content = '', text = '', name = ?, type = ?, size = ?, object = ?, digest = ? WHERE id = ?",
		f.Name, f.Type.Media, f.Object.Size, f.Object.Name, f.Object.SHA256, v.ID), rewritten(tx, v), askPurge(tx, v.object))
	if err != nil {
		return VersionDetail{}, err
	}
	return version(&tx.ReadTx, in)
}

type documentIn struct {
	op.ByID
	Inline bool `query:"inline" doc:"Show a PDF in the browser instead of saving it"`
}

func document(tx *storage.ReadTx, in documentIn) (op.Sent, error) {
	s := op.Sent{Inline: in.Inline}
	err := tx.QueryRow("SELECT name, type, object, size, digest FROM policy_version WHERE id = ?", in.ID).Scan(&s.Name, &s.Type, &s.Object.Name, &s.Object.Size, &s.Object.SHA256)
	if err == nil && s.Object.Name == "" {
		return s, op.Errorf(op.Conflict, "This version is a text, not a document. Ask for its PDF.")
	}
	return s, none(err)
}

func discard(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	v, err := versionByID(&tx.ReadTx, in.ID)
	if err != nil {
		return struct{}{}, err
	}
	if v.State == Published {
		return struct{}{}, op.Errorf(op.Conflict, "Version %s is published. It stays, also when a later one replaces it.", v.Number)
	}
	return struct{}{}, errors.Join(tx.ExecOne("DELETE FROM policy_version WHERE id = ?", in.ID), askPurge(tx, v.object))
}

type diffIn struct {
	ID      string `path:"id" maxLength:"26"`
	Against string `query:"against" maxLength:"26" doc:"Id of the version it is compared with: the published one before it unless given"`
}

// PolicyDiff is what changed from one version to another.
type PolicyDiff struct {
	From    string      `json:"from" doc:"Number of the older version; empty when there is none"`
	To      string      `json:"to"`
	Added   int         `json:"added" doc:"Words that came"`
	Removed int         `json:"removed" doc:"Words that went"`
	Blocks  []DiffBlock `json:"blocks"`
}

// diff compares the words of two versions; those of documents are what was read in them.
func diff(tx *storage.ReadTx, in diffIn) (PolicyDiff, error) {
	now, err := versionByID(tx, in.ID)
	if err != nil {
		return PolicyDiff{}, err
	}
	if in.Against == "" {
		err := tx.QueryRow(`SELECT coalesce((SELECT id FROM policy_version WHERE policy = ? AND published_at <> '' AND (major, minor) < (?, ?)
			ORDER BY major DESC, minor DESC LIMIT 1), '')`, now.Policy, now.major, now.minor).Scan(&in.Against)
		if err != nil {
			return PolicyDiff{}, err
		}
	}
	d := PolicyDiff{To: now.Number}
	var old []string
	if in.Against != "" {
		was, err := versionByID(tx, in.Against)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return d, err
		}
		var c op.Check
		c.That(err == nil && was.Policy == now.Policy, "query.against", "This policy has no such version.")
		if err := c.Err(); err != nil {
			return d, err
		}
		d.From = was.Number
		if old, err = wordsOf(tx, in.Against); err != nil {
			return d, err
		}
	}
	text, err := wordsOf(tx, in.ID)
	if err != nil {
		return d, err
	}
	d.Blocks = Compare(old, text)
	for _, b := range d.Blocks {
		for _, p := range b.Parts {
			switch n := len(strings.Fields(p.Text)); p.Change {
			case Added:
				d.Added += n
			case Removed:
				d.Removed += n
			}
		}
	}
	return d, nil
}

// wordsOf are the blocks of a version's text, or the lines of its document's.
func wordsOf(tx *storage.ReadTx, id string) (out []string, err error) {
	var text string
	err = tx.QueryRow("SELECT iif(v.object = '', v.text, coalesce(t.text, '')) FROM policy_version v LEFT JOIN object_text t ON t.object = v.object AND v.object <> '' WHERE v.id = ?", id).Scan(&text)
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out, none(err)
}
