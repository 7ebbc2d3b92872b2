package policy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Template is a policy that the program has words for.
type Template struct {
	Key         string    `json:"key"`
	Title       string    `json:"title"`
	Purpose     string    `json:"purpose"`
	OwnerRole   string    `json:"owner_role" doc:"Who usually owns it, in words"`
	Acknowledge bool      `json:"acknowledge" doc:"People are usually asked to acknowledge it"`
	Sections    []Section `json:"sections" doc:"Its words, with the organisation's name in them"`
	Controls    []string  `json:"controls" doc:"Refs of the common controls that it governs"`
	Frameworks  []string  `json:"frameworks" doc:"Keys of the built-in frameworks that ask for it"`
	Wanted      bool      `json:"wanted" doc:"One of the frameworks that are turned on asks for it"`
	Policy      string    `json:"policy" doc:"Id of the policy that was made from it, or empty"`
}

// Section is a heading and its paragraph.
type Section struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

//go:embed data/templates.json
var templateData []byte

// library is what the program ships. It must not be changed.
var library = sync.OnceValues(func() ([]Template, error) {
	var file struct {
		Policies []struct {
			ID, Name, Purpose string
			OwnerRole         string `json:"owner_role"`
			Acknowledgment    bool   `json:"acknowledgment_required"`
			Sections          []Section
			Controls          []string `json:"linked_controls"`
			Frameworks        []string
		}
	}
	if err := json.Unmarshal(templateData, &file); err != nil {
		return nil, fmt.Errorf("read the policy templates: %w", err)
	}
	var all []Template
	for _, p := range file.Policies {
		all = append(all, Template{Key: p.ID, Title: p.Name, Purpose: p.Purpose, OwnerRole: p.OwnerRole, Acknowledge: p.Acknowledgment,
			Sections: p.Sections, Controls: p.Controls, Frameworks: p.Frameworks})
	}
	return all, nil
})

// filledIn is a template with the organisation's name in it.
func (t Template) filledIn(organisation string) Template {
	fill := strings.NewReplacer("{{company}}", organisation)
	t.Sections = slices.Clone(t.Sections)
	for i, s := range t.Sections {
		t.Sections[i] = Section{fill.Replace(s.Title), fill.Replace(s.Body)}
	}
	return t
}

// TemplateList is what the program has words for.
type TemplateList struct {
	Items []Template `json:"items"`
}

func templates(tx *storage.ReadTx, _ struct{}) (l TemplateList, err error) {
	l.Items, err = templatesIn(tx)
	return l, err
}

func templatesIn(tx *storage.ReadTx) ([]Template, error) {
	all, err := library()
	if err != nil {
		return nil, err
	}
	var name string
	if err := tx.QueryRow("SELECT name FROM organisation").Scan(&name); err != nil {
		return nil, err
	}
	rows, err := tx.Query("SELECT template, max(id) FROM policy WHERE template <> '' AND archived_at = '' GROUP BY template")
	if err != nil {
		return nil, err
	}
	made, err := op.Map[string, string](rows)
	if err != nil {
		return nil, err
	}
	rows, err = tx.Query("SELECT key, 1 FROM framework WHERE source = 'builtin' AND archived = 0")
	if err != nil {
		return nil, err
	}
	on, err := op.Map[string, bool](rows)
	if err != nil {
		return nil, err
	}
	out := make([]Template, len(all))
	for i, t := range all {
		t = t.filledIn(name)
		t.Policy = made[t.Key]
		t.Wanted = slices.ContainsFunc(t.Frameworks, func(k string) bool { return on[k] })
		out[i] = t
	}
	return out, nil
}

type adoptIn struct {
	Body struct {
		Keys    []string `json:"keys" minItems:"1" maxItems:"100"`
		Owner   string   `json:"owner,omitempty" maxLength:"26" doc:"Id of who owns them from now on"`
		Suggest bool     `json:"suggest,omitempty" doc:"Put them on the list as suggestions, without words"`
	}
}

// Adopted are the policies that were made.
type Adopted struct {
	Made []string `json:"made" doc:"Their ids, in the order of the keys"`
}

// adopt makes policies of templates, linked to those of their controls that are here.
func adopt(tx *storage.WriteTx, in adoptIn) (Adopted, error) {
	out := Adopted{Made: []string{}}
	all, err := templatesIn(&tx.ReadTx)
	if err != nil {
		return out, err
	}
	var c op.Check
	var chosen []Template
	for i, key := range in.Body.Keys {
		at := slices.IndexFunc(all, func(t Template) bool { return t.Key == key })
		field := fmt.Sprintf("keys[%d]", i)
		c.That(at >= 0, field, "There is no such template.")
		c.That(!slices.Contains(in.Body.Keys[:i], key), field, "Name each template once.")
		if at >= 0 {
			c.That(all[at].Policy == "", field, "There is a policy made from this template already.")
			chosen = append(chosen, all[at])
		}
	}
	if err := person.Check(&c, &tx.ReadTx, "owner", in.Body.Owner); err != nil {
		return out, err
	}
	if err := c.Err(); err != nil {
		return out, err
	}
	for _, t := range chosen {
		id, err := insert(tx, said{title: t.Title, category: "", summary: t.Purpose, owner: in.Body.Owner, scope: organisation, months: 12}, t.Key, in.Body.Suggest)
		if err != nil {
			return out, err
		}
		out.Made = append(out.Made, id)
		err = tx.Exec("INSERT INTO policy_control (policy, control) SELECT ?, c.id FROM control c WHERE c.source_key IN (SELECT value FROM json_each(?))", id, listed(t.Controls))
		if err != nil {
			return out, err
		}
		if in.Body.Suggest {
			continue
		}
		version := tx.NewID()
		err = tx.Exec("INSERT INTO policy_version (id, policy, major, minor, author, created_at, updated_at) VALUES (?, ?, 1, 0, ?, ?4, ?4)",
			version, id, person.Acting(&tx.ReadTx), tx.Stamp())
		if err == nil {
			err = startFrom(tx, version, id)
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// startFrom gives the first version of a policy the words of the template that it was made from, if it was.
func startFrom(tx *storage.WriteTx, version, policy string) error {
	var key string
	if err := tx.QueryRow("SELECT template FROM policy WHERE id = ?", policy).Scan(&key); err != nil {
		return err
	}
	all, err := templatesIn(&tx.ReadTx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(t Template) bool { return t.Key == key })
	if i < 0 {
		return nil
	}
	text, refusal := written(all[i].Sections)
	if refusal != "" {
		return fmt.Errorf("template %s: %s", key, refusal)
	}
	return tx.ExecOne("UPDATE policy_version SET content = ?, text = ?, digest = ? WHERE id = ?", text.JSON, text.Text(), text.Digest(), version)
}
