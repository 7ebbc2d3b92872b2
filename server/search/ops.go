package search

import (
	"encoding/json"
	"errors"

	"assay/server/op"
	"assay/server/search/text"
	"assay/storage"
)

// Module is the search over everything, and the reading of files.
func Module() op.Module {
	files := &text.Reader{}
	return op.Module{
		Name: "search",
		Ops: []op.Op{
			op.Steps("find", "GET /search", op.Readers, find, op.AsOf(), // executives see figures, not records
				op.Doc("Search controls, requirements, frameworks, evidence, files with the text inside them, activities, tasks and people, as it is typed")),
		},
		Jobs: []op.Job{
			{Name: "read", Nightly: true, Run: func(s *op.Scope, _ json.RawMessage) error { return read(s, files) }},
			{Name: "reindex", Run: reindex},
			{Name: "tidy", Nightly: true, Run: tidy},
		},
	}
}

type searchIn struct {
	Q     string   `query:"q" maxLength:"200" doc:"Words that must all occur, the last one perhaps only begun; \"words together\"; a reference"`
	Kinds []string `query:"kinds" maxItems:"30" enum:"control,requirement,framework,evidence,file,policy,policy_version,activity,risk,vendor,attachment,asset,process,personnel,department,application,task,scope,comment,person" doc:"Only these kinds"`
	Limit int      `query:"limit" minimum:"1" maximum:"50" doc:"Hits of a kind; 6 unless given"`
	Page  int      `query:"page" minimum:"1" maximum:"1000" doc:"Which page of each kind, from 1"`
}

func find(s *op.Scope, in searchIn) (out Found, err error) {
	// A full disk takes the newest changes from a search, not the search.
	if err := s.FreshIndex(); err != nil && !errors.Is(err, storage.ErrFull) {
		return out, err
	}
	err = s.Read(func(tx *storage.ReadTx) error {
		out, err = search(tx, in, s.Caller().Role)
		return err
	})
	return out, err
}
