package vendor

import (
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"assay/server/op"
	"assay/server/person"
	"assay/server/risk"
	"assay/storage"
)

// question is one of the catalog.
type question struct {
	Key      string   `json:"key"`
	Section  string   `json:"section"`
	Question string   `json:"question"`
	Type     string   `json:"type"`
	Options  []string `json:"options"`
	Adverse  []string `json:"adverse"` // the options that call for a second look
	Depth    int      `json:"depth"`   // it is put to vendors down to this depth: 1 the critical ones only, 3 all
	Proof    string   `json:"proof"`
	Hint     string   `json:"hint"`
}

//go:embed questions.json
var questionsFile []byte

// catalog reads the questions once.
var catalog = sync.OnceValues(func() ([]question, error) {
	var file struct{ Questions []question }
	if err := json.Unmarshal(questionsFile, &file); err != nil {
		return nil, fmt.Errorf("read the questions for vendors: %w", err)
	}
	return file.Questions, nil
})

// Depth is how thoroughly a vendor of a tier is asked: 1 everything, 2 most of it, 3 what everybody is asked.
func Depth(tier risk.Level) int {
	switch tier {
	case risk.Critical:
		return 1
	case risk.Low:
		return 3
	}
	return 2
}

// VendorQuestionnaire is a questionnaire, in a row.
type VendorQuestionnaire struct {
	ID        string `json:"id"`
	Vendor    string `json:"vendor"`
	Title     string `json:"title"`
	Depth     int    `json:"depth" doc:"1 all questions, 2 most, 3 the shortest"`
	OpenedBy  string `json:"opened_by" doc:"The name of who put the questions"`
	OpenedAt  string `json:"opened_at"`
	DueOn     string `json:"due_on"`
	Questions int    `json:"questions"`
	Answered  int    `json:"answered"`
	Complete  int    `json:"complete" doc:"answered of questions in basis points, rounded down"`
	Flagged   int    `json:"flagged" doc:"Answers that call for a second look: adverse ones that nobody accepted, and those marked for follow-up"`
	Score     *int   `json:"score" doc:"Answers that are well, of those that can be judged, in basis points; null while there is none"`
	Version   int    `json:"version"`
}

// VendorAsked is a questionnaire with its answers.
type VendorAsked struct {
	VendorQuestionnaire
	Answers []VendorAnswer `json:"answers"`
	Defined string         `json:"defined" doc:"How the score is made, to show beside it"`
}

// VendorAnswer is a question with what was answered.
type VendorAnswer struct {
	ID         string   `json:"id"`
	Section    string   `json:"section"`
	Key        string   `json:"key" doc:"Its id in the catalog"`
	Question   string   `json:"question"`
	Type       string   `json:"type" enum:"single,single_with_text,multiple,text"`
	Options    []string `json:"options"`
	Adverse    []string `json:"adverse" doc:"The options that call for a second look"`
	Proof      string   `json:"proof" doc:"What to ask for beside the answer"`
	Hint       string   `json:"hint" doc:"For who reviews it"`
	Answer     []string `json:"answer" doc:"The chosen options, or one text; empty while nobody has answered"`
	Detail     string   `json:"detail"`
	Note       string   `json:"note" doc:"Of who reviewed it"`
	Mark       string   `json:"mark" enum:",accepted,follow_up"`
	Flagged    bool     `json:"flagged"`
	AnsweredBy string   `json:"answered_by" doc:"The name of who wrote it down"`
	AnsweredAt string   `json:"answered_at"`
	ReviewedBy string   `json:"reviewed_by" doc:"The name of who marked it"`
	ReviewedAt string   `json:"reviewed_at"`
	Version    int      `json:"version"`
}

// Flags says whether an answer calls for a second look: what its reviewer says, else whether it is adverse.
func (a VendorAnswer) Flags() bool {
	if a.Mark != "" {
		return a.Mark == "follow_up"
	}
	return slices.ContainsFunc(a.Answer, func(o string) bool { return slices.Contains(a.Adverse, o) })
}

// judged says whether an answer counts in the score: its reviewer marked it, or its options say which are well.
func (a VendorAnswer) judged() bool { return a.Mark != "" || len(a.Answer) > 0 && len(a.Adverse) > 0 }

const scoreDefined = "Answers that are well, out of all that can be judged. An answer that a reviewer accepted is well, one marked for follow-up is not; of the others those are well that are not adverse. Free text counts once it is marked."

// count works out the figures of a questionnaire from its answers. It is the one place that does.
func (q *VendorQuestionnaire) count(answers []VendorAnswer) {
	q.Questions, q.Answered, q.Flagged, q.Score = len(answers), 0, 0, nil
	judged, well := 0, 0
	for _, a := range answers {
		if len(a.Answer) > 0 {
			q.Answered++
		}
		if a.Flagged {
			q.Flagged++
		}
		if a.judged() {
			judged++
			if !a.Flagged {
				well++
			}
		}
	}
	if q.Questions > 0 {
		q.Complete = q.Answered * 10000 / q.Questions
	}
	if judged > 0 {
		bp := well * 10000 / judged
		q.Score = &bp
	}
}

const (
	questionnaireColumns = "q.id, q.vendor, q.title, q.depth, coalesce(p.name, ''), q.opened_at, q.due_on, q.version"
	questionnaireFrom    = "vendor_questionnaire q LEFT JOIN person p ON p.id = q.opened_by"
	answerColumns        = `a.id, a.questionnaire, a.section, a.source_key, a.question, a.type, a.options, a.adverse, a.proof, a.hint, a.answer, a.detail, a.note, a.mark,
	coalesce(p.name, a.answered_by), a.answered_at, coalesce(v.name, ''), a.reviewed_at, a.version`
	answerFrom = "vendor_answer a LEFT JOIN person p ON p.id = a.answered_by LEFT JOIN person v ON v.id = a.reviewed_by"
)

func scanQuestionnaire(r op.Row) (q VendorQuestionnaire, err error) {
	return q, r.Scan(&q.ID, &q.Vendor, &q.Title, &q.Depth, &q.OpenedBy, &q.OpenedAt, &q.DueOn, &q.Version)
}

func scanAnswer(r op.Row) (a VendorAnswer, of string, err error) {
	var options, adverse, given string
	err = r.Scan(&a.ID, &of, &a.Section, &a.Key, &a.Question, &a.Type, &options, &adverse, &a.Proof, &a.Hint, &given, &a.Detail, &a.Note, &a.Mark,
		&a.AnsweredBy, &a.AnsweredAt, &a.ReviewedBy, &a.ReviewedAt, &a.Version)
	if err != nil {
		return a, of, err
	}
	err = errors.Join(json.Unmarshal([]byte(options), &a.Options), json.Unmarshal([]byte(adverse), &a.Adverse), json.Unmarshal([]byte(given), &a.Answer))
	a.Flagged = a.Flags()
	return a, of, err
}

// answersOf are the answers of a vendor's questionnaires, by questionnaire.
func answersOf(tx *storage.ReadTx, vendor string) (map[string][]VendorAnswer, error) {
	rows, err := tx.Query("SELECT "+answerColumns+" FROM "+answerFrom+" WHERE a.questionnaire IN (SELECT id FROM vendor_questionnaire WHERE vendor = ?) ORDER BY a.questionnaire, a.position", vendor)
	if err != nil {
		return nil, err
	}
	all := map[string][]VendorAnswer{}
	return all, op.Each(rows, func(r op.Row) error {
		a, of, err := scanAnswer(r)
		all[of] = append(all[of], a)
		return err
	})
}

func questionnairesOf(tx *storage.ReadTx, vendor string) ([]VendorQuestionnaire, error) {
	rows, err := tx.Query("SELECT "+questionnaireColumns+" FROM "+questionnaireFrom+" WHERE q.vendor = ? ORDER BY q.opened_at DESC, q.id", vendor)
	if err != nil {
		return nil, err
	}
	all, err := op.Scan(rows, scanQuestionnaire)
	if err != nil || len(all) == 0 {
		return all, err
	}
	answers, err := answersOf(tx, vendor)
	for i := range all {
		all[i].count(answers[all[i].ID])
	}
	return all, err
}

func questionnaireByID(tx *storage.ReadTx, in op.ByID) (q VendorAsked, err error) {
	q.Defined = scoreDefined
	q.VendorQuestionnaire, err = scanQuestionnaire(tx.QueryRow("SELECT "+questionnaireColumns+" FROM "+questionnaireFrom+" WHERE q.id = ?", in.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return q, storage.ErrNotFound
	}
	if err != nil {
		return q, err
	}
	rows, err := tx.Query("SELECT "+answerColumns+" FROM "+answerFrom+" WHERE a.questionnaire = ? ORDER BY a.position", in.ID)
	if err != nil {
		return q, err
	}
	q.Answers, err = op.Scan(rows, func(r op.Row) (VendorAnswer, error) {
		a, _, err := scanAnswer(r)
		return a, err
	})
	q.count(q.Answers)
	return q, err
}

type askIn struct {
	op.ByID
	Body struct {
		Depth int    `json:"depth,omitempty" minimum:"1" maximum:"3" doc:"1 all questions, 2 most, 3 the shortest; by the vendor's tier unless given"`
		DueOn string `json:"due_on,omitempty" maxLength:"10"`
	}
}

func ask(tx *storage.WriteTx, in askIn) (VendorAsked, error) {
	v, err := vendors.Get(&tx.ReadTx, in.ID)
	if err != nil {
		return VendorAsked{}, err
	}
	var c op.Check
	c.Date(in.Body.DueOn, "due_on")
	c.That(in.Body.DueOn == "" || in.Body.DueOn >= tx.Today(), "due_on", "Choose a day that has not passed.")
	if err := c.Err(); err != nil {
		return VendorAsked{}, err
	}
	all, err := catalog()
	if err != nil {
		return VendorAsked{}, err
	}
	depth := in.Body.Depth
	if depth == 0 {
		depth = Depth(v.Tier)
	}
	id := tx.NewID()
	err = tx.Exec("INSERT INTO vendor_questionnaire (id, vendor, title, depth, opened_by, opened_at, due_on) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, in.ID, "Security questionnaire of "+tx.Today(), depth, person.Acting(&tx.ReadTx), tx.Stamp(), in.Body.DueOn)
	if err != nil {
		return VendorAsked{}, fmt.Errorf("put questions: %w", err)
	}
	for i, q := range all {
		if q.Depth < depth {
			continue
		}
		options, err := json.Marshal(append([]string{}, q.Options...))
		if err != nil {
			return VendorAsked{}, err
		}
		adverse, err := json.Marshal(append([]string{}, q.Adverse...))
		if err != nil {
			return VendorAsked{}, err
		}
		err = tx.Exec("INSERT INTO vendor_answer (id, questionnaire, position, source_key, section, question, type, options, adverse, proof, hint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			tx.NewID(), id, i, q.Key, q.Section, q.Question, q.Type, string(options), string(adverse), q.Proof, q.Hint)
		if err != nil {
			return VendorAsked{}, fmt.Errorf("put questions: %w", err)
		}
	}
	return questionnaireByID(&tx.ReadTx, op.ByID{ID: id})
}

type answerIn struct {
	op.ByID
	Body struct {
		Answer *[]string `json:"answer,omitempty" maxItems:"20" doc:"The chosen options, or one text; empty takes it back"`
		Detail *string   `json:"detail,omitempty" maxLength:"5000"`
		Note   *string   `json:"note,omitempty" maxLength:"5000"`
		Mark   *string   `json:"mark,omitempty" enum:",accepted,follow_up"`
	}
}

func answer(tx *storage.WriteTx, in answerIn) (VendorAnswer, error) {
	read := func() (VendorAnswer, error) {
		a, _, err := scanAnswer(tx.QueryRow("SELECT "+answerColumns+" FROM "+answerFrom+" WHERE a.id = ?", in.ID))
		if errors.Is(err, sql.ErrNoRows) {
			err = storage.ErrNotFound
		}
		return a, err
	}
	a, err := read()
	if err != nil {
		return a, err
	}
	b := in.Body
	op.Put(&a.Answer, b.Answer)
	op.Put(&a.Detail, b.Detail)
	op.Put(&a.Note, b.Note)
	op.Put(&a.Mark, b.Mark)
	a.tidy()
	if err := a.check(); err != nil {
		return a, err
	}
	given, err := json.Marshal(a.Answer)
	if err != nil {
		return a, err
	}
	err = tx.ExecOne(`UPDATE vendor_answer SET answer = ?2, detail = ?3, note = ?4, mark = ?5,
		answered_by = iif(answer = ?2 AND detail = ?3, answered_by, ?6), answered_at = iif(answer = ?2 AND detail = ?3, answered_at, ?7),
		reviewed_by = iif(mark = ?5, reviewed_by, ?6), reviewed_at = iif(mark = ?5, reviewed_at, ?7) WHERE id = ?1`,
		in.ID, string(given), a.Detail, a.Note, a.Mark, person.Acting(&tx.ReadTx), tx.Stamp())
	if err != nil {
		return a, err
	}
	return read()
}

func (a *VendorAnswer) tidy() {
	a.Detail, a.Note = strings.TrimSpace(a.Detail), strings.TrimSpace(a.Note)
	kept := []string{}
	for _, w := range a.Answer {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	a.Answer = kept
	if len(kept) == 0 {
		a.Mark = "" // there is nothing to judge
	}
}

// check says what is wrong with an answer in view of its question.
func (a *VendorAnswer) check() error {
	var c op.Check
	if a.Type == "text" {
		c.That(len(a.Answer) < 2, "answer", "Give one text.")
		c.MaxLen(strings.Join(a.Answer, ""), 5000, "answer")
		return c.Err()
	}
	c.That(a.Type == "multiple" || len(a.Answer) < 2, "answer", "Choose one.")
	for _, w := range a.Answer {
		c.That(slices.Contains(a.Options, w), "answer", "Choose among: "+strings.Join(a.Options, ", ")+".")
	}
	return c.Err()
}
