package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// dialect is what the two databases say differently.
type dialect struct {
	name       string
	nowMillis  string // an expression: the database's own clock, in milliseconds since 1970
	skipLocked string // the clause that lets claimers pass each other
	lockRows   string // the clause that keeps the rows read until the transaction's end
	timeType   string // to cast a time parameter to
	jsonRows   func(columns []column) string
	lookup     string // joins a table to v, one row of it by its key for each of v's: table and condition
}

// column is one value of a row that travels as JSON.
type column struct {
	name string
	kind columnKind
}

type columnKind string

const (
	textColumn columnKind = "text"
	intColumn  columnKind = "bigint"
	boolColumn columnKind = "boolean"
	timeColumn columnKind = "timestamptz"
	realColumn columnKind = "double precision"
)

var postgresDialect = dialect{
	name:       "postgres",
	nowMillis:  "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
	skipLocked: "FOR UPDATE SKIP LOCKED",
	lockRows:   "FOR NO KEY UPDATE",
	timeType:   "timestamptz",
	jsonRows: func(columns []column) string {
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = c.name + " " + string(c.kind)
		}
		return "json_to_recordset(CAST(? AS json)) AS v(" + strings.Join(names, ", ") + ")"
	},
	lookup: " CROSS JOIN LATERAL (SELECT r.* FROM %s r WHERE %s LIMIT 1) AS r",
}

var sqliteDialect = dialect{
	name:      "sqlite",
	nowMillis: "CAST(unixepoch('subsec') * 1000 AS integer)",
	timeType:  "text",
	jsonRows: func(columns []column) string {
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = fmt.Sprintf("value->>'$.%s' AS %s", c.name, c.name)
		}
		return "(SELECT " + strings.Join(names, ", ") + " FROM jsonb_each(?)) AS v"
	},
	lookup: " CROSS JOIN %s r ON %s",
}

// v is a FROM item named v over the rows of one JSON parameter, with these columns: "name" is text, others are written
// "name bigint", "name double precision", "name boolean" or "name timestamptz".
func (d dialect) v(columns ...string) string {
	list := make([]column, len(columns))
	for i, c := range columns {
		name, kind, found := strings.Cut(c, " ")
		if !found {
			kind = string(textColumn)
		}
		list[i] = column{name, columnKind(kind)}
	}
	return d.jsonRows(list)
}

// each joins to v the row r of a table for which a condition over its key is true. Each is looked up alone, whatever the
// planner believes: it would rather compare every row of the table with all of v.
func (d dialect) each(table, condition string) string { return fmt.Sprintf(d.lookup, table, condition) }

// row is one row that travels as JSON.
type row map[string]any

// rows is the JSON parameter of v.
func rows[T any](items []T, columns func(T) row) string {
	list := make([]row, len(items))
	for i, item := range items {
		list[i] = columns(item)
		for name, value := range list[i] {
			switch value := value.(type) {
			case time.Time:
				list[i][name] = timeText(value)
			case string:
				list[i][name] = clean(value)
			}
		}
	}
	return asJSON(list)
}

// asJSON is a value as it is kept in a text column.
func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings, numbers and times always marshal
	}
	return string(text)
}

// timeLayout is how times are kept in SQLite: text of one width, so that it compares as time does.
const timeLayout = "2006-01-02 15:04:05.000"

// timeText writes a time as both databases read it, in the fixed width in which SQLite compares it; nil for none.
func timeText(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeLayout)
}

// clean removes what Postgres cannot keep in text.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}
