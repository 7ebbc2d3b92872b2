package framework

import (
	"assay/server/control"
	"assay/server/framework/catalog"
	"assay/server/op"
	"assay/storage"
)

// LibraryFramework is a framework that comes with the program, and what turning it on would mean here.
type LibraryFramework struct {
	Key         string `json:"key"`
	Name        string `json:"name"`
	Short       string `json:"short"`
	Edition     string `json:"edition"`
	Publisher   string `json:"publisher"`
	SourceNote  string `json:"source_note"`
	Color       string `json:"color"`
	Rows        int    `json:"rows"`
	Assessable  int    `json:"assessable" doc:"Requirements that count"`
	Enabled     bool   `json:"enabled"`
	ID          string `json:"id" doc:"The tenant's framework, also when it is archived; empty when it was never on"`
	Covered     int    `json:"covered" doc:"Requirements that a control already here would serve"`
	Satisfied   int    `json:"satisfied" doc:"Of these, met on the day it is turned on: every control that would serve them is here and effective"`
	Controls    int    `json:"controls" doc:"Common controls that serve it"`
	NewControls int    `json:"new_controls" doc:"Of these, not here yet"`
}

// Library is what can be turned on.
type Library struct {
	Items []LibraryFramework `json:"items"`
}

// library promises only what will be true: a requirement is satisfied when it would be met right after
// enabling, with the controls that enabling adds.
func library(tx *storage.ReadTx, _ struct{}) (Library, error) {
	ids := map[string][2]string{}
	rows, err := tx.Query("SELECT key, id, archived FROM framework WHERE source = 'builtin'")
	if err != nil {
		return Library{}, err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var key, id string
		var archived bool
		err = r.Scan(&key, &id, &archived)
		on := "on"
		if archived {
			on = ""
		}
		ids[key] = [2]string{id, on}
		return err
	})
	if err != nil {
		return Library{}, err
	}
	rows, err = tx.Query("SELECT c.source_key, "+control.EffectiveSQL+" FROM "+control.Join+control.DaysSQL+" WHERE c.source_key <> ''", control.Days(tx)...)
	if err != nil {
		return Library{}, err
	}
	here := map[string]control.Effective{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var key string
		var e control.Effective
		err = r.Scan(&key, &e)
		here[key] = e
		return err
	})
	if err != nil {
		return Library{}, err
	}
	var out Library
	for _, i := range catalog.Infos() {
		l := LibraryFramework{Key: i.Key, Name: i.Title, Short: i.Short, Edition: i.Version, Publisher: i.Publisher,
			SourceNote: i.SourceNote, Color: i.Color, Rows: i.Rows, Assessable: i.Assessable, ID: ids[i.Key][0], Enabled: ids[i.Key][1] != ""}
		serve := map[string][]control.Effective{}
		covered := map[string]bool{}
		for _, c := range catalog.For(i.Key) {
			l.Controls++
			e, ok := here[c.ID]
			if !ok {
				l.NewControls++
				e = control.Effective(control.NotStarted)
			}
			for _, ref := range c.Mappings[i.Key] {
				serve[ref] = append(serve[ref], e)
				covered[ref] = covered[ref] || ok && e != control.Effective(control.NotApplicable)
			}
		}
		f, _ := catalog.Get(i.Key)
		for _, r := range f.Requirements {
			if !r.Assessable {
				continue
			}
			if covered[r.Ref] {
				l.Covered++
			}
			if StateOf(true, serve[r.Ref]) == Met {
				l.Satisfied++
			}
		}
		out.Items = append(out.Items, l)
	}
	return out, nil
}
