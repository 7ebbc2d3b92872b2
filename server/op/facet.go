package op

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"assay/storage"
)

// Facet counts the rows of each value of SQL.
type Facet struct {
	Name string
	SQL  sqlText
	Each func(string) []string // optional: the words in a value, of which each is counted. Facets of the same SQL cost one
}

// FacetValue is how many rows have one value.
type FacetValue struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// facets counts values under the search words alone, so that a menu shows what else there is.
func (t *Table[F, R]) facets(tx *storage.ReadTx, f F) (map[string][]FacetValue, error) {
	w := t.whereIn(tx, f, searchOnly(f))
	// All menus come from one pass; facets of one SQL have one place in it.
	var columns []sqlText
	place := make([]int, len(t.Facets))
	counts := make([]map[string]int, len(t.Facets))
	for i, fc := range t.Facets {
		if place[i] = slices.Index(columns, fc.SQL); place[i] < 0 {
			place[i], columns = len(columns), append(columns, fc.SQL)
		}
		counts[i] = map[string]int{}
	}
	err := Tally(tx, columns, t.From+sqlText(w.sql()), w.args, func(values []string, n int) error {
		for i, at := range place {
			if t.Facets[i].Each == nil {
				counts[i][values[at]] += n
				continue
			}
			for _, word := range t.Facets[i].Each(values[at]) {
				counts[i][word] += n
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("facets: %w", err)
	}
	all := map[string][]FacetValue{}
	for i, fc := range t.Facets {
		values := make([]FacetValue, 0, len(counts[i]))
		for _, v := range slices.Sorted(maps.Keys(counts[i])) {
			values = append(values, FacetValue{v, counts[i][v]})
		}
		all[fc.Name] = values
	}
	return all, nil
}

// What stands between the values of a row, and between rows, in the text that [Tally] counts.
const betweenValues, betweenRows = "\x1f", "\x1e"

// Tally gives every combination of values that columns have, as text, and how many rows of from have it. It is what
// GROUP BY says at half its price: SQLite sorts what it groups, so it only writes the rows one after another here, and
// equal ones are found in Go.
func Tally(tx *storage.ReadTx, columns []sqlText, from sqlText, args []any, fn func(values []string, n int) error) error {
	var words []string
	for _, c := range columns {
		words = append(words, "coalesce("+string(c)+", '')")
	}
	text, n, err := rowsOf(tx, "concat_ws(char(31), "+strings.Join(words, ", ")+")", from, args)
	if err != nil || n == 0 {
		return err
	}
	split := func(row string) ([]string, error) { return strings.Split(row, betweenValues), nil }
	if bytes.Count(text, []byte(betweenValues)) != n*(len(columns)-1) || bytes.Count(text, []byte(betweenRows)) != n-1 {
		// A value has one of the two in it. JSON has neither, but takes longer.
		if text, _, err = rowsOf(tx, "json_array(CAST("+strings.Join(words, " AS TEXT), CAST(")+" AS TEXT))", from, args); err != nil {
			return err
		}
		split = func(row string) (values []string, err error) { return values, json.Unmarshal([]byte(row), &values) }
	}
	counts := map[string]int{}
	for row := range bytes.SplitSeq(text, []byte(betweenRows)) {
		counts[string(row)]++
	}
	for row, n := range counts {
		values, err := split(row)
		if err != nil {
			return err
		}
		if err := fn(values, n); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf is row of all rows, one after another, and how many there are.
func rowsOf(tx *storage.ReadTx, row string, from sqlText, args []any) (text []byte, n int, err error) {
	return text, n, tx.QueryRow("SELECT group_concat(row, char(30)), count(*) FROM (SELECT "+row+" AS row FROM "+string(from)+" LIMIT -1)", args...).Scan(&text, &n)
}

// searchOnly keeps of a filter what stands in the path, and the search words.
func searchOnly[F any](f F) F {
	var only F
	from, to := reflect.ValueOf(f), reflect.ValueOf(&only).Elem()
	for _, sf := range reflect.VisibleFields(from.Type()) {
		if !sf.Anonymous && sf.IsExported() && (sf.Tag.Get("path") != "" || sf.Tag.Get("query") == "q") {
			to.FieldByIndex(sf.Index).Set(from.FieldByIndex(sf.Index))
		}
	}
	return only
}
