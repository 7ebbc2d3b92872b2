package backup

import (
	"cmp"
	"fmt"
	"strings"
)

func (g *page) control(id string) error {
	var ref, title, said, test, domain, owner, source string
	err := g.tx.QueryRow("SELECT ref, title, description, test, domain, owner, source FROM control WHERE id = ?", id).Scan(&ref, &title, &said, &test, &domain, &owner, &source)
	if err != nil {
		return err
	}
	g.line("# %s\n", inline(strings.TrimSpace(ref+" "+title)))
	g.fact("Owner", g.name(owner))
	g.fact("Domain", inline(domain))
	g.fact("Source", map[string]string{"own": "our own", "common": "common control"}[source])
	if err := g.list("", `SELECT s.scope, s.status, s.justification, coalesce(e.effective, ''), coalesce(e.reason, '') FROM control_status s
		LEFT JOIN control_effective e ON e.control = s.control AND e.scope = s.scope WHERE s.control = ? ORDER BY s.scope <> 'organisation', s.scope`,
		func(scan func(...any) error) (string, error) {
			var scope, status, why, effective, reason string
			err := scan(&scope, &status, &why, &effective, &reason)
			line := fmt.Sprintf("**Status (%s):** %s", g.name(scope), words(status))
			if why != "" {
				line += ", because " + inline(why)
			}
			if effective != "" {
				line += "; by its proof: " + words(effective)
			}
			if reason != "" {
				line += " (" + inline(words(reason)) + ")"
			}
			return line, err
		}, id); err != nil {
		return err
	}
	g.text("## What is done", said)
	g.text("## How it is tested", test)
	if err := g.links("## Requirements it meets", `SELECT q.id, q.title FROM mapping m JOIN requirement q ON q.id = m.requirement JOIN framework f ON f.id = q.framework
		WHERE m.control = ? ORDER BY f.name, q.position`, id); err != nil {
		return err
	}
	if err := g.links("## Evidence", `SELECT e.id, CASE WHEN k.expires_on = '' THEN '' ELSE 'current until ' || k.expires_on END
		FROM evidence_control l JOIN evidence e ON e.id = l.evidence LEFT JOIN evidence_clock k ON k.evidence = e.id WHERE l.control = ? ORDER BY e.name`, id); err != nil {
		return err
	}
	return g.links("## Recurring activities", "SELECT a.id, a.frequency FROM activity_control l JOIN activity a ON a.id = l.activity WHERE l.control = ? ORDER BY a.name", id)
}

func (g *page) evidence(id string) error {
	var name, said, guidance, category, kind, frequency, owner, reviewer, scope, reason string
	var validity, away int
	err := g.tx.QueryRow("SELECT name, description, guidance, category, kind, frequency, validity_days, owner, reviewer, scope, not_applicable, na_reason FROM evidence WHERE id = ?", id).
		Scan(&name, &said, &guidance, &category, &kind, &frequency, &validity, &owner, &reviewer, &scope, &away, &reason)
	if err != nil {
		return err
	}
	g.line("# %s\n", inline(name))
	g.fact("Owner", g.name(owner))
	g.fact("Reviewer", g.name(reviewer))
	g.fact("Category", inline(category))
	g.fact("Kind", inline(words(kind)))
	g.fact("How often", inline(words(frequency)))
	if validity > 0 {
		g.fact("Counts for", fmt.Sprintf("%d days", validity))
	}
	g.fact("Belongs to", g.link(scope))
	if away == 1 {
		g.fact("Does not apply", cmp.Or(inline(reason), "yes"))
	}
	g.text("## What is asked for", said)
	g.text("## How to collect it", guidance)
	if err := g.links("## Controls it proves", "SELECT c.id, '' FROM evidence_control l JOIN control c ON c.id = l.control WHERE l.evidence = ? ORDER BY c.sort_ref, c.ref", id); err != nil {
		return err
	}
	if err := g.list("## Files", "SELECT number, name, object, size, sha256, collected_on, uploaded_at, uploaded_by, review, review_note, reviewed_by, note FROM file WHERE evidence = ? ORDER BY number",
		func(scan func(...any) error) (string, error) {
			var number, size int64
			var file, object, sha, from, at, by, review, why, reviewer, note string
			err := scan(&number, &file, &object, &size, &sha, &from, &at, &by, &review, &why, &reviewer, &note)
			line := fmt.Sprintf("%d. %s", number, inline(file))
			if to := g.file[object]; to != "" {
				line = fmt.Sprintf("%d. %s", number, g.to(inline(file), to))
			}
			line += fmt.Sprintf(", from %s, uploaded %s by %s, %s", from, day(at), g.name(by), review)
			if reviewer != "" {
				line += " by " + g.name(reviewer)
			}
			for _, s := range []string{why, note} {
				if s != "" {
					line += "; " + inline(s)
				}
			}
			return line + fmt.Sprintf("\n  %d bytes, SHA-256 %s", size, sha), err
		}, id); err != nil {
		return err
	}
	return g.list("## Rounds of collecting", "SELECT number, state, opens_on, due_on, reason FROM cycle WHERE evidence = ? ORDER BY number",
		func(scan func(...any) error) (string, error) {
			var number int64
			var state, opens, due, why string
			err := scan(&number, &state, &opens, &due, &why)
			line := fmt.Sprintf("Round %d, %s to %s: %s", number, opens, due, words(state))
			if why != "" {
				line += ", " + inline(why)
			}
			return line, err
		}, id)
}

func (g *page) activity(id string) error {
	var name, said, frequency, owner, scope, policy, notes string
	var paused int
	err := g.tx.QueryRow("SELECT name, description, frequency, owner, scope, policy, notes, paused FROM activity WHERE id = ?", id).
		Scan(&name, &said, &frequency, &owner, &scope, &policy, &notes, &paused)
	if err != nil {
		return err
	}
	g.line("# %s\n", inline(name))
	g.fact("Owner", g.name(owner))
	g.fact("How often", words(frequency))
	g.fact("Belongs to", g.link(scope))
	g.fact("Policy", inline(policy))
	if paused == 1 {
		g.fact("Paused", "yes")
	}
	g.text("## What is to be done", said)
	g.text("## Notes", notes)
	if err := g.links("## Controls it serves", "SELECT control, '' FROM activity_control WHERE activity = ? ORDER BY control", id); err != nil {
		return err
	}
	if err := g.links("## Evidence it proves", "SELECT evidence, '' FROM activity_evidence WHERE activity = ? ORDER BY evidence", id); err != nil {
		return err
	}
	return g.list("## Occurrences", `SELECT period_start, period_end, status, note, ended_on, ended_by,
		coalesce((SELECT group_concat(f.object, ' ') FROM occurrence_file l JOIN file f ON f.id = l.file WHERE l.occurrence = o.id), '')
		FROM occurrence o WHERE activity = ? ORDER BY period_start`,
		func(scan func(...any) error) (string, error) {
			var from, to, status, note, ended, by, objects string
			err := scan(&from, &to, &status, &note, &ended, &by, &objects)
			line := fmt.Sprintf("%s to %s: %s", from, to, words(status))
			if ended != "" {
				line += " on " + ended
			}
			if by != "" {
				line += " by " + g.name(by)
			}
			if note != "" {
				line += "; " + inline(note)
			}
			for _, o := range strings.Fields(objects) {
				if file := g.file[o]; file != "" {
					line += "; " + g.to("file", file)
				}
			}
			return line, err
		}, id)
}

func (g *page) task(id string) error {
	var title, said, status, owner, due, record, by, at, ended, endedBy, outcome string
	err := g.tx.QueryRow("SELECT title, description, status, owner, due_on, record, created_by, created_at, ended_at, ended_by, outcome FROM task WHERE id = ?", id).
		Scan(&title, &said, &status, &owner, &due, &record, &by, &at, &ended, &endedBy, &outcome)
	if err != nil {
		return err
	}
	g.line("# %s\n", inline(title))
	g.fact("Status", words(status))
	g.fact("Owner", g.name(owner))
	g.fact("Due", due)
	g.fact("About", g.link(record))
	g.fact("Asked by", g.name(by))
	g.fact("Asked on", day(at))
	g.fact("Ended on", day(ended))
	g.fact("Ended by", g.name(endedBy))
	g.fact("Outcome", inline(outcome))
	g.text("## What is to be done", said)
	return nil
}

func (g *page) scope(id string) error {
	var name, said string
	var archived int
	if err := g.tx.QueryRow("SELECT name, description, archived FROM scope WHERE id = ?", id).Scan(&name, &said, &archived); err != nil {
		return err
	}
	g.line("# %s\n", inline(name))
	if archived == 1 {
		g.fact("Archived", "yes")
	}
	g.text("## What it is", said)
	if err := g.links("## Frameworks it answers to", "SELECT framework, '' FROM framework_scope WHERE scope = ? ORDER BY framework", id); err != nil {
		return err
	}
	return g.links("## Evidence of its own", "SELECT id, '' FROM evidence WHERE scope = ? ORDER BY name", id)
}

// requirement is one row of a framework as its page shows it.
type requirement struct {
	id, parent, ref, title, body, guidance, why string
	assessable, withdrawn, applicable           int
}

func (g *page) framework(id string) error {
	var name, edition, publisher, said, source, note string
	var archived int
	err := g.tx.QueryRow("SELECT name, edition, publisher, description, source, source_note, archived FROM framework WHERE id = ?", id).
		Scan(&name, &edition, &publisher, &said, &source, &note, &archived)
	if err != nil {
		return err
	}
	g.line("# %s\n", inline(name))
	g.fact("Edition", inline(edition))
	g.fact("Publisher", inline(publisher))
	g.fact("Source", inline(strings.Trim(words(source)+", "+note, ", ")))
	if archived == 1 {
		g.fact("Turned off", "yes")
	}
	g.text("## About", said)
	var all []requirement
	err = g.each("SELECT id, parent, ref, title, body, guidance, justification, assessable, withdrawn, applicable FROM requirement WHERE framework = ? ORDER BY position", func(scan func(...any) error) error {
		var q requirement
		err := scan(&q.id, &q.parent, &q.ref, &q.title, &q.body, &q.guidance, &q.why, &q.assessable, &q.withdrawn, &q.applicable)
		all = append(all, q)
		return err
	}, id)
	if err != nil {
		return err
	}
	g.line("\n## Requirements")
	depth := map[string]int{}
	for _, q := range all {
		depth[q.id] = min(depth[q.parent]+1, 4)
		if err := g.requirement(q, strings.Repeat("#", 2+depth[q.id])); err != nil {
			return err
		}
	}
	return nil
}

func (g *page) requirement(q requirement, level string) error {
	g.line("\n%s %s\n", level, inline(strings.TrimSpace(q.ref+" "+q.title)))
	if q.body != "" {
		g.line("%s\n", prose(q.body))
	}
	if q.guidance != "" {
		g.line("*Guidance:* %s\n", prose(q.guidance))
	}
	switch {
	case q.withdrawn == 1:
		g.fact("Withdrawn", "yes")
	case q.applicable == 0:
		g.fact("Does not apply", cmp.Or(inline(q.why), "yes"))
	}
	if err := g.list("", "SELECT scope, applicable, justification FROM requirement_scope WHERE requirement = ? ORDER BY scope", func(scan func(...any) error) (string, error) {
		var scope, why string
		var applies int
		err := scan(&scope, &applies, &why)
		return fmt.Sprintf("**%s in %s:** %s", map[bool]string{true: "Applies", false: "Does not apply"}[applies == 1], g.name(scope), inline(why)), err
	}, q.id); err != nil {
		return err
	}
	if err := g.list("", "SELECT scope, status, body FROM statement WHERE requirement = ? AND body <> '' ORDER BY scope <> 'organisation', scope", func(scan func(...any) error) (string, error) {
		var scope, status, body string
		err := scan(&scope, &status, &body)
		head := strings.TrimSuffix("How it is met, "+words(status), ", ")
		if scope != "organisation" {
			head += ", in " + g.name(scope)
		}
		return fmt.Sprintf("**%s:** %s", head, strings.ReplaceAll(prose(body), "\n", "\n  ")), err
	}, q.id); err != nil {
		return err
	}
	if err := g.links("", `SELECT c.id, coalesce((SELECT e.effective FROM control_effective e WHERE e.control = c.id AND e.scope = 'organisation'), '')
		FROM mapping m JOIN control c ON c.id = m.control WHERE m.requirement = ? ORDER BY c.sort_ref, c.ref`, q.id); err != nil {
		return err
	}
	if q.assessable == 0 {
		return nil
	}
	return g.comments("requirement", q.id, level+"#")
}
