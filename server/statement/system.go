package statement

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// SystemFacts is what a system security plan says of the system as a whole.
type SystemFacts struct {
	ID              string            `json:"id"`
	Name            string            `json:"name"`
	Description     string            `json:"description"`
	Sensitivity     string            `json:"sensitivity" doc:"low, moderate or high; an imported plan may say otherwise"`
	Confidentiality string            `json:"confidentiality" doc:"Impact of a loss: fips-199-low, fips-199-moderate or fips-199-high"`
	Integrity       string            `json:"integrity"`
	Availability    string            `json:"availability"`
	Boundary        string            `json:"boundary" doc:"What belongs to it: the authorization boundary"`
	Status          string            `json:"status" enum:",operational,under-development,under-major-modification,disposition,other"`
	StatusNote      string            `json:"status_note"`
	Information     []InformationType `json:"information" doc:"The kinds of information it handles"`
	Missing         []string          `json:"missing" doc:"What a plan cannot do without, in words; empty when it is complete"`
	UpdatedAt       string            `json:"updated_at"`
	Version         int               `json:"version" doc:"0 until somebody said something"`
}

// InformationType is one kind of information that the system handles.
type InformationType struct {
	UUID            string `json:"uuid,omitempty" maxLength:"36" doc:"In OSCAL; made unless given"`
	Title           string `json:"title" minLength:"1" maxLength:"200"`
	Description     string `json:"description,omitempty" maxLength:"2000"`
	Confidentiality string `json:"confidentiality,omitempty" maxLength:"60"`
	Integrity       string `json:"integrity,omitempty" maxLength:"60"`
	Availability    string `json:"availability,omitempty" maxLength:"60"`
}

// missing names what OSCAL demands of a system and what this one does not say yet.
func (s SystemFacts) missing() []string {
	out := []string{}
	for _, f := range []struct{ value, name string }{
		{s.Name, "its name"}, {s.Description, "what it does"}, {s.Boundary, "its boundary"}, {s.Status, "its status"},
	} {
		if strings.TrimSpace(f.value) == "" {
			out = append(out, f.name)
		}
	}
	if len(s.Information) == 0 {
		out = append(out, "the information it handles")
	}
	return out
}

func getSystem(tx *storage.ReadTx, _ struct{}) (SystemFacts, error) { return system(tx, Scope) }

func system(tx *storage.ReadTx, scope string) (SystemFacts, error) {
	s := SystemFacts{ID: scope, Information: []InformationType{}}
	var information string
	err := tx.QueryRow(`SELECT name, description, sensitivity, confidentiality, integrity, availability, boundary, status, status_note, information, updated_at, version
		FROM system WHERE id = ?`, scope).Scan(&s.Name, &s.Description, &s.Sensitivity, &s.Confidentiality, &s.Integrity, &s.Availability,
		&s.Boundary, &s.Status, &s.StatusNote, &information, &s.UpdatedAt, &s.Version)
	if err == nil {
		if err := json.Unmarshal([]byte(information), &s.Information); err != nil {
			return s, fmt.Errorf("information of system %s: %w", scope, err)
		}
	} else if !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	s.Missing = s.missing()
	return s, nil
}

type updateSystemIn struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		Name            *string            `json:"name,omitempty" maxLength:"200"`
		Description     *string            `json:"description,omitempty" maxLength:"10000"`
		Sensitivity     *string            `json:"sensitivity,omitempty" enum:",low,moderate,high"`
		Confidentiality *string            `json:"confidentiality,omitempty" enum:",fips-199-low,fips-199-moderate,fips-199-high"`
		Integrity       *string            `json:"integrity,omitempty" enum:",fips-199-low,fips-199-moderate,fips-199-high"`
		Availability    *string            `json:"availability,omitempty" enum:",fips-199-low,fips-199-moderate,fips-199-high"`
		Boundary        *string            `json:"boundary,omitempty" maxLength:"10000"`
		Status          *string            `json:"status,omitempty" enum:",operational,under-development,under-major-modification,disposition,other"`
		StatusNote      *string            `json:"status_note,omitempty" maxLength:"2000"`
		Information     *[]InformationType `json:"information,omitempty" maxItems:"50"`
	}
}

func updateSystem(tx *storage.WriteTx, in updateSystemIn) (SystemFacts, error) {
	was, err := system(&tx.ReadTx, Scope)
	if err != nil {
		return was, err
	}
	if in.IfMatch == "" {
		return was, op.Errorf(op.Precondition, "Send the version you read as If-Match, so that nobody's change is lost.")
	}
	if strings.Trim(in.IfMatch, `"`) != strconv.Itoa(was.Version) {
		return was, storage.ErrStale
	}
	now, b := was, in.Body
	for _, f := range []struct{ to, sent *string }{
		{&now.Name, b.Name}, {&now.Description, b.Description}, {&now.Sensitivity, b.Sensitivity}, {&now.Confidentiality, b.Confidentiality},
		{&now.Integrity, b.Integrity}, {&now.Availability, b.Availability}, {&now.Boundary, b.Boundary}, {&now.Status, b.Status}, {&now.StatusNote, b.StatusNote},
	} {
		text(f.to, f.sent)
	}
	var c op.Check
	if b.Information != nil {
		now.Information = []InformationType{}
		for i, t := range *b.Information {
			t.Title, t.Description = strings.TrimSpace(t.Title), strings.TrimSpace(t.Description)
			c.Required(t.Title, fmt.Sprintf("information[%d].title", i))
			if !oscal.IsUUID(t.UUID) {
				t.UUID = oscal.UUID("information", tx.NewID())
			}
			now.Information = append(now.Information, t)
		}
	}
	if err := c.Err(); err != nil {
		return was, err
	}
	if err := putSystem(tx, was, now); err != nil {
		return was, err
	}
	return system(&tx.ReadTx, Scope)
}

// putSystem writes what was changed.
func putSystem(tx *storage.WriteTx, was, now SystemFacts) error {
	now.Missing = was.Missing
	if reflect.DeepEqual(was, now) {
		return nil
	}
	information, err := json.Marshal(now.Information)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO system (id, name, description, sensitivity, confidentiality, integrity, availability, boundary, status, status_note, information, updated_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
		ON CONFLICT (id) DO UPDATE SET name = ?2, description = ?3, sensitivity = ?4, confidentiality = ?5, integrity = ?6, availability = ?7,
			boundary = ?8, status = ?9, status_note = ?10, information = ?11, updated_at = ?12`,
		now.ID, now.Name, now.Description, now.Sensitivity, now.Confidentiality, now.Integrity, now.Availability, now.Boundary, now.Status, now.StatusNote,
		string(information), tx.Stamp())
}
