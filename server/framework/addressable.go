package framework

import (
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// Addressed is what 45 CFR 164.306(d)(3) asks to be documented of an addressable implementation specification
// that is not implemented as written: whether it is reasonable and appropriate here, why, and if it is not,
// the equivalent alternative measure in its place, if one is reasonable and appropriate.
type Addressed struct {
	Scope       string `json:"scope" doc:"Where this was decided: a product, or organisation"`
	Reasonable  bool   `json:"reasonable" doc:"It is reasonable and appropriate, so it has to be implemented"`
	Assessment  string `json:"assessment" doc:"Why it is, or is not, reasonable and appropriate here"`
	Alternative string `json:"alternative" doc:"The equivalent measure in its place; empty when none is reasonable and appropriate"`
	DecidedBy   string `json:"decided_by" doc:"The name of who documented it"`
	DecidedAt   string `json:"decided_at"`
	Sentence    string `json:"sentence" doc:"What follows from it"`
}

// Stands reports whether the documented alternative stands in for the specification, so that it counts as
// met. [alternativeSQL] is the same rule.
func (a Addressed) Stands() bool { return !a.Reasonable && a.Alternative != "" }

func (a Addressed) sentence() string {
	switch {
	case a.Reasonable:
		return "It is reasonable and appropriate here, so it counts as met only when it is implemented."
	case a.Stands():
		return "An equivalent alternative is documented: the specification counts as met."
	}
	return "It was assessed and no equivalent alternative is documented: it does not count as met until its controls are effective."
}

// RequiredWarning is said before a required specification is marked as not applicable.
const RequiredWarning = "The Security Rule requires this specification (45 CFR 164.306(d)(2)): a reason why it is inconvenient is not enough. Mark it as not applicable only if it cannot concern you at all, and say why."

func addressedIn(tx *storage.ReadTx, in inScope) (*Addressed, error) {
	a := &Addressed{}
	err := none(tx.QueryRow(`SELECT a.scope, a.reasonable, a.assessment, a.alternative, coalesce(p.name, a.decided_by), a.decided_at
		FROM addressable a LEFT JOIN person p ON p.id = a.decided_by WHERE a.requirement = ?1 AND a.scope IN (?2, 'organisation') ORDER BY a.scope = 'organisation' LIMIT 1`,
		in.ID, control.In(in.Scope)).Scan(&a.Scope, &a.Reasonable, &a.Assessment, &a.Alternative, &a.DecidedBy, &a.DecidedAt))
	if err == storage.ErrNotFound {
		return nil, nil
	}
	a.Sentence = a.sentence()
	return a, err
}

type addressIn struct {
	ID   string `path:"id"`
	Body struct {
		Scope       string `json:"scope,omitempty" maxLength:"26" doc:"Id of the product this is decided for; the whole organisation unless given"`
		Reasonable  bool   `json:"reasonable" doc:"The specification is reasonable and appropriate here"`
		Assessment  string `json:"assessment" maxLength:"4000" doc:"Why it is, or is not: risk, size, capabilities, cost"`
		Alternative string `json:"alternative,omitempty" maxLength:"4000" doc:"The equivalent measure in its place, if one is reasonable and appropriate"`
	}
}

func address(tx *storage.WriteTx, in addressIn) (RequirementDetail, error) {
	b := in.Body
	at := inScope{in.ID, b.Scope}
	var c op.Check
	if err := checkScope(&c, &tx.ReadTx, "scope", b.Scope); err != nil {
		return RequirementDetail{}, err
	}
	if err := c.Err(); err != nil {
		return RequirementDetail{}, err
	}
	q, err := requirement(&tx.ReadTx, at)
	if err != nil {
		return q, err
	}
	switch q.Rule {
	case "required":
		return q, op.Errorf(op.Conflict, "The Security Rule requires this specification; it cannot be addressed by an alternative (45 CFR 164.306(d)(2)).")
	case "":
		return q, op.Errorf(op.Conflict, "Only addressable specifications of the HIPAA Security Rule are documented this way.")
	}
	b.Assessment, b.Alternative = strings.TrimSpace(b.Assessment), strings.TrimSpace(b.Alternative)
	c.That(b.Assessment != "", "assessment", "Say why it is, or is not, reasonable and appropriate here. The rule asks for the reasoning in writing.")
	c.That(!b.Reasonable || b.Alternative == "", "alternative", "A specification that is reasonable and appropriate has to be implemented itself; leave this empty.")
	if err := c.Err(); err != nil {
		return q, err
	}
	err = tx.Exec(`INSERT INTO addressable (requirement, scope, reasonable, assessment, alternative, decided_by, decided_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
		ON CONFLICT (requirement, scope) DO UPDATE SET reasonable = ?3, assessment = ?4, alternative = ?5, decided_by = ?6, decided_at = ?7
		WHERE reasonable <> ?3 OR assessment <> ?4 OR alternative <> ?5`,
		in.ID, control.In(b.Scope), b.Reasonable, b.Assessment, b.Alternative, tx.Call().Actor.ID, tx.Stamp())
	if err != nil {
		return q, err
	}
	return requirement(&tx.ReadTx, at)
}

func unaddress(tx *storage.WriteTx, in inScope) (RequirementDetail, error) {
	if err := tx.ExecOne("DELETE FROM addressable WHERE requirement = ? AND scope = ?", in.ID, control.In(in.Scope)); err != nil {
		return RequirementDetail{}, err
	}
	return requirement(&tx.ReadTx, in)
}
