package backup

import (
	"encoding/json"
	"fmt"
	"strings"
)

// policy is a page with everything that was ever decided about a policy: its versions with their words and approvals,
// who acknowledged which, and what is allowed not to follow it.
func (g *page) policy(id string) error {
	var ref, title, category, said, location, owner, scope, outdated, planned, reviewed, archived string
	var months int
	err := g.tx.QueryRow("SELECT ref, title, category, summary, location, owner, scope, outdated, planned_on, reviewed_on, archived_at, review_months FROM policy WHERE id = ?", id).
		Scan(&ref, &title, &category, &said, &location, &owner, &scope, &outdated, &planned, &reviewed, &archived, &months)
	if err != nil {
		return err
	}
	g.line("# %s\n", inline(ref+" "+title))
	g.fact("Owner", g.name(owner))
	g.fact("Type", inline(category))
	g.fact("Belongs to", g.link(scope))
	g.fact("Kept elsewhere", inline(location))
	if months > 0 {
		g.fact("Reviewed every", fmt.Sprintf("%d months", months))
	}
	g.fact("In force by", planned)
	g.fact("Last found good", reviewed)
	g.fact("Needs an update", inline(outdated))
	g.fact("Archived", day(archived))
	g.text("## What it is for", said)
	if err := g.links("## Controls it governs", "SELECT c.id, '' FROM policy_control x JOIN control c ON c.id = x.control WHERE x.policy = ? ORDER BY c.sort_ref, c.id", id); err != nil {
		return err
	}
	if err := g.links("## Requirements it answers", "SELECT q.id, q.title FROM policy_requirement x JOIN requirement q ON q.id = x.requirement WHERE x.policy = ? ORDER BY q.position, q.id", id); err != nil {
		return err
	}
	var versions []string
	err = g.each("SELECT id FROM policy_version WHERE policy = ? ORDER BY major DESC, minor DESC", func(scan func(...any) error) error {
		var v string
		err := scan(&v)
		versions = append(versions, v)
		return err
	}, id)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if err := g.policyVersion(v); err != nil {
			return err
		}
	}
	if err := g.acknowledgments(id); err != nil {
		return err
	}
	return g.list("## Exceptions", "SELECT subject, what, reason, compensation, expires_on, state, requested_by, decided_by, decision_note FROM policy_exception WHERE policy = ? ORDER BY created_at, id",
		func(scan func(...any) error) (string, error) {
			var subject, what, reason, instead, until, state, by, decided, note string
			err := scan(&subject, &what, &reason, &instead, &until, &state, &by, &decided, &note)
			line := fmt.Sprintf("%s, until %s: %s; %s. Asked for by %s because %s", inline(subject), until, words(state), inline(what), g.name(by), inline(reason))
			if instead != "" {
				line += "; instead: " + inline(instead)
			}
			if decided != "" {
				line += "; decided by " + g.name(decided)
			}
			if note != "" {
				line += ": " + inline(note)
			}
			return line, err
		}, id)
}

func (g *page) policyVersion(id string) error {
	var number, state, content, name, object, digest, change, author, published, publisher string
	err := g.tx.QueryRow("SELECT major || '.' || minor, state, content, name, object, digest, change_summary, author, published_on, published_by FROM policy_version WHERE id = ?", id).
		Scan(&number, &state, &content, &name, &object, &digest, &change, &author, &published, &publisher)
	if err != nil {
		return err
	}
	g.line("\n## Version %s\n", number)
	g.fact("State", words(state))
	g.fact("Written by", g.name(author))
	if published != "" {
		g.fact("Published", published+" by "+g.name(publisher))
	}
	g.fact("What it changes", inline(change))
	g.fact("SHA-256", digest)
	if name != "" {
		to := inline(name)
		if file := g.file[object]; file != "" {
			to = g.to(to, file)
		}
		g.fact("Document", to)
	}
	if content != "" {
		var doc richNode
		if err := json.Unmarshal([]byte(content), &doc); err != nil {
			return fmt.Errorf("words of version %s: %w", number, err)
		}
		g.line("")
		g.rich(doc, "")
	}
	return g.list("### Decisions", "SELECT person, decision, comment, at, digest FROM policy_approval WHERE policy_version = ? ORDER BY at, id",
		func(scan func(...any) error) (string, error) {
			var who, decision, comment, at, of string
			err := scan(&who, &decision, &comment, &at, &of)
			line := fmt.Sprintf("%s, %s: %s", g.name(who), day(at), decision)
			if of != digest {
				line += ", of other words"
			}
			if comment != "" {
				line += ": " + inline(comment)
			}
			return line, err
		}, id)
}

func (g *page) acknowledgments(policy string) error {
	return g.list("## Who acknowledged it", `SELECT a.person, v.major || '.' || v.minor, r.due_on, a.acknowledged_at FROM policy_acknowledgment a JOIN policy_request r ON r.id = a.policy_request
		JOIN policy_version v ON v.id = r.policy_version WHERE r.policy = ? ORDER BY v.major DESC, v.minor DESC, r.created_at, a.acknowledged_at = '', a.acknowledged_at, a.id`,
		func(scan func(...any) error) (string, error) {
			var who, number, due, at string
			err := scan(&who, &number, &due, &at)
			if at == "" {
				return fmt.Sprintf("%s, version %s: asked until %s, not yet", g.name(who), number, due), err
			}
			return fmt.Sprintf("%s, version %s: %s", g.name(who), number, strings.Replace(at[:min(16, len(at))], "T", " ", 1)), err
		}, policy)
}
