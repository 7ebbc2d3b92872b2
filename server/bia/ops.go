package bia

import (
	"encoding/json"
	"time"

	"assay/server/asset"
	"assay/server/link"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/register"
	"assay/storage"
)

// Module is the business impact analysis' part of the API.
var Module = op.Module{
	Name: "bia",
	Owns: []string{"process"},
	Also: append([]string{"notification"}, register.Also...),
	Ops: append(register.Ops(processes, get),
		// Executives get the figures and nothing that names a process.
		op.Read("figures", "GET /processes/figures", op.Everyone, figures, op.AsOf(), op.Doc("Processes in figures: by tier, recovery time, recovery point and score")),
		op.Read("spread", "GET /processes/spread", op.Readers, spread, op.Doc("Who owns processes, and what most of them depend on")),
		op.Write("review", "POST /processes/{id}/review", op.Editors, review, op.Doc("Say that a process was looked at and stands as it is. It is looked at again in a year")),
	),
}

// ProcessDetail is one process with all that belongs to it.
type ProcessDetail struct {
	Process
	Parts        []ProcessPart       `json:"parts" doc:"What the score is made of"`
	Dependencies []ProcessDependency `json:"dependencies" doc:"What it depends on, directly or through others, the nearest first"`
	Defined      string              `json:"defined" doc:"How the score is made, to show beside it"`
}

// ProcessDependency is something that a process depends on.
type ProcessDependency struct {
	link.ReachedRecord
	RTO   asset.Recovery `json:"rto" enum:",le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d" doc:"Within what time it is back, empty while nobody has said"`
	Later bool           `json:"later" doc:"It comes back later than the process must"`
}

const defined = "The score is made of 100 points: 35 for the recovery time, 25 for the recovery point, 15 for the tolerable downtime, 25 for the classification. " +
	"Up to 1 hour counts in full, up to 4 hours 85 %, 8 hours 70 %, 24 hours 50 %, 72 hours 30 %, 7 days 15 %, longer 5 %; restricted counts in full, confidential 70 %, internal 35 %, public 10 %. " +
	"Critical from 75, high from 50, medium from 25 on. Without recovery time, recovery point and classification there is no score; without a tolerable downtime that part adds nothing."

func get(tx *storage.ReadTx, in op.ByID) (d ProcessDetail, err error) {
	if d.Process, err = processes.Get(tx, in.ID); err != nil {
		return d, err
	}
	d.Parts, d.Defined = d.ProcessSaid.Parts(), defined
	d.Dependencies, err = dependencies(tx, d.Process)
	return d, err
}

func dependencies(tx *storage.ReadTx, p Process) ([]ProcessDependency, error) {
	reach, err := link.Follow(tx, record.Ref{Kind: record.Process, ID: p.ID}, link.Needs)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, l := range reach.Items {
		ids = append(ids, l.ID)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(`SELECT b.id, b.rto FROM `+asset.Recovers+` b WHERE b.id IN (SELECT value FROM json_each(?))`, string(list))
	if err != nil {
		return nil, err
	}
	back, err := op.Map[string, asset.Recovery](rows)
	all := []ProcessDependency{}
	for _, l := range reach.Items {
		all = append(all, ProcessDependency{l, back[l.ID], back[l.ID].After(p.RTO)})
	}
	return all, err
}

// review says that a process was looked at today, and when it is looked at next.
func review(tx *storage.WriteTx, in op.ByID) (ProcessDetail, error) {
	today, err := time.Parse(storage.Date, tx.Today())
	if err != nil {
		return ProcessDetail{}, err
	}
	err = tx.ExecOne("UPDATE process SET reviewed_on = ?2, reviewed_by = ?3, review_on = ?4, updated_at = ?5 WHERE id = ?1",
		in.ID, tx.Today(), person.Acting(&tx.ReadTx), today.AddDate(1, 0, 0).Format(storage.Date), tx.Stamp())
	if err != nil {
		return ProcessDetail{}, err
	}
	return get(&tx.ReadTx, in)
}
