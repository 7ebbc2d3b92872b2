package op

import "database/sql"

// PageIn is embedded in the filter of a list: which page, how it is sorted, and what to search for.
type PageIn struct {
	Page  int    `query:"page" json:"page,omitempty" minimum:"1" maximum:"1000000" doc:"Which page, from 1"`
	Limit int    `query:"limit" json:"limit,omitempty" minimum:"1" maximum:"100" doc:"Rows on a page; 50 unless given"`
	Sort  string `query:"sort" json:"sort,omitempty" maxLength:"60" doc:"Column to sort by; a leading - sorts downwards"`
	Q     string `query:"q" json:"q,omitempty" maxLength:"200" doc:"Words that must all occur"`
}

// Size is how many rows to return: 50 unless asked, 100 at most.
func (p PageIn) Size() int {
	if p.Limit <= 0 {
		return 50
	}
	return min(p.Limit, 100)
}

// Number is which page to return, from 1.
func (p PageIn) Number() int { return max(p.Page, 1) }

// Offset is how many rows to skip.
func (p PageIn) Offset() int { return (p.Number() - 1) * p.Size() }

func (p PageIn) pageIn() PageIn { return p }

// Page is one page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" doc:"Rows on all pages together"`
	Page  int `json:"page"`
	Limit int `json:"limit"`
}

// Row is what sql.Row and sql.Rows have in common.
type Row interface{ Scan(...any) error }

// Scan reads all rows and closes them. The slice is never nil, so that JSON says [] for none.
func Scan[T any](rows *sql.Rows, scan func(Row) (T, error)) ([]T, error) {
	all := []T{}
	if err := Each(rows, func(r Row) error {
		item, err := scan(r)
		all = append(all, item)
		return err
	}); err != nil {
		return nil, err
	}
	return all, nil
}

// Map reads rows of two columns, a key and its value, and closes them.
func Map[K comparable, V any](rows *sql.Rows) (map[K]V, error) {
	all := map[K]V{}
	return all, Each(rows, func(r Row) error {
		var k K
		var v V
		err := r.Scan(&k, &v)
		all[k] = v
		return err
	})
}

// Each gives all rows to fn, one after another, and closes them. The first error ends it.
func Each(rows *sql.Rows, fn func(Row) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
