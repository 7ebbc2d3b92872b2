package storage

import (
	"database/sql"
	"fmt"
)

// statements are prepared once for all rows of a record. They end with the look at it, and no module sees one.
type statements struct {
	tx  *ReadTx
	all map[string]*sql.Stmt
}

func (s *statements) get(q string) (*sql.Stmt, error) {
	if st := s.all[q]; st != nil {
		return st, nil
	}
	st, err := s.tx.tx.PrepareContext(s.tx.ctx, q)
	if err != nil {
		return nil, err
	}
	if s.all == nil {
		s.all = map[string]*sql.Stmt{}
	}
	s.all[q] = st
	return st, nil
}

func (s *statements) close() {
	for _, st := range s.all {
		st.Close()
	}
}

func (s *statements) exec(q string, args ...any) error {
	st, err := s.get(q)
	if err == nil {
		_, err = st.ExecContext(s.tx.ctx, args...)
	}
	return err
}

// execOne is exec for a statement that must change a row.
func (s *statements) execOne(q string, args ...any) error {
	st, err := s.get(q)
	if err != nil {
		return err
	}
	res, err := st.ExecContext(s.tx.ctx, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return fmt.Errorf("%w: the row went with another", ErrConflict)
}

// row is the one row of a query by column, nil for none.
func (s *statements) row(q string, args ...any) (map[string]any, error) {
	st, err := s.get(q)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(s.tx.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	vals, to := make([]any, len(names)), make([]any, len(names))
	for i := range vals {
		to[i] = &vals[i]
	}
	if err := rows.Scan(to...); err != nil {
		return nil, err
	}
	out := make(map[string]any, len(names))
	for i, n := range names {
		out[n] = vals[i]
	}
	return out, nil
}

// each calls fn with the two texts of every row of a query.
func (s *statements) each(q string, args []any, fn func(a, b string)) error {
	st, err := s.get(q)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(s.tx.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a, b sql.NullString
		if err := rows.Scan(&a, &b); err != nil {
			return err
		}
		fn(a.String, b.String)
	}
	return rows.Err()
}
