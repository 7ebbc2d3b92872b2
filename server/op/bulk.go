package op

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"assay/storage"
)

// Bulk says what a bulk change did: how many rows it changed, and which it left as they were, and why.
type Bulk struct {
	Updated int    `json:"updated"`
	Skipped []Skip `json:"skipped"`
}

// Skip is a row that a bulk change left as it was.
type Skip struct {
	ID   string `json:"id"`
	Name string `json:"name" doc:"What people call it"`
	Why  string `json:"why"`
}

// Same is why a bulk change leaves a row that is like it already.
const Same = "It is like this already."

// Aimed are the rows that a bulk change is aimed at, each once: ids, or every row that match finds but those in
// except. It is checked here that a caller gives one of the two.
func (t *Table[F, R]) Aimed(tx *storage.ReadTx, ids []string, match *F, except []string) ([]string, error) {
	var c Check
	c.That((match == nil) != (len(ids) == 0), "ids", "Give either ids or match.")
	if err := c.Err(); err != nil {
		return nil, err
	}
	if match != nil {
		var err error
		if ids, err = t.IDs(tx, *match); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for _, id := range except {
		seen[id] = match != nil
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		was := seen[id]
		seen[id] = true
		return was
	}), nil
}

// Rows are the list's rows by their keys. Keys without a row are absent.
func (t *Table[F, R]) Rows(tx *storage.ReadTx, ids []string) (map[string]R, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	var f F
	rows, err := tx.Query("SELECT "+string(t.Key)+", "+string(t.Columns)+" FROM "+string(t.From)+" WHERE "+string(t.Key)+" IN (SELECT value FROM json_each(?))",
		append(t.values(tx, f), string(list))...)
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	found := map[string]R{}
	return found, Each(rows, func(r Row) error {
		var key string
		row, err := t.Scan(keyed{r, &key})
		found[key] = row
		return err
	})
}

// keyed scans the key that stands before the columns of a list.
type keyed struct {
	Row
	key *string
}

func (k keyed) Scan(to ...any) error { return k.Row.Scan(append([]any{k.key}, to...)...) }

// One is the row with a key, or [storage.ErrNotFound].
func (t *Table[F, R]) One(tx *storage.ReadTx, id string) (R, error) {
	var f F
	row, err := t.Scan(tx.QueryRow("SELECT "+string(t.Columns)+" FROM "+string(t.From)+" WHERE "+string(t.Key)+" = ?", append(t.values(tx, f), id)...))
	if errors.Is(err, sql.ErrNoRows) {
		err = storage.ErrNotFound
	}
	return row, err
}

// Put sets what was sent; what is absent stays.
func Put[T any](to, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

// Matches holds the If-Match of a change to the version of the one row there is, where no id in the path names it.
func Matches(ifMatch string, version int) error {
	switch {
	case ifMatch == "":
		return Errorf(Precondition, "Send the version you read as If-Match, so that nobody's change is lost.")
	case strings.Trim(ifMatch, `"`) != strconv.Itoa(version):
		return storage.ErrStale
	}
	return nil
}
