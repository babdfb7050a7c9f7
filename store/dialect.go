package store

import (
	"encoding/json"
	"fmt"
	"strconv"
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
	attemptKey string // the primary key of attempts
	byKey      string // compares oa_id where ids of that account follow: SQLite would take the index of another key
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
	attemptKey: "oa_id, id",
	byKey:      "oa_id = ?",
	lookup:     " CROSS JOIN LATERAL (SELECT r.* FROM %s r WHERE %s LIMIT 1) AS r",
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
	attemptKey: "id",
	byKey:      "+oa_id = ?",
	lookup:     " CROSS JOIN %s r ON %s",
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

// row is one row that travels as JSON: a column's name, its value, the next one's name, and so on.
type row []any

// rows is the JSON parameter of v.
func rows[T any](items []T, columns func(T) row) string {
	text := []byte{'['}
	for i, item := range items {
		if i > 0 {
			text = append(text, ',')
		}
		text = columns(item).append(text)
	}
	return string(append(text, ']'))
}

// append writes the row behind text. A map of columns that encoding/json writes was a tenth of what a message of an
// announcement costs.
func (r row) append(text []byte) []byte {
	text = append(text, '{')
	for i := 0; i < len(r); i += 2 {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(append(text, '"'), r[i].(string)...), '"', ':')
		switch value := r[i+1].(type) {
		case nil:
			text = append(text, "null"...)
		case string:
			text = appendText(text, value)
		case int:
			text = strconv.AppendInt(text, int64(value), 10)
		case int64:
			text = strconv.AppendInt(text, value, 10)
		case bool:
			text = strconv.AppendBool(text, value)
		case time.Time:
			text = appendTime(text, value)
		default:
			text = append(text, asJSON(value)...)
		}
	}
	return append(text, '}')
}

// appendText writes a string as JSON. Most are ids and codes, which stand as they are.
func appendText(text []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c > '~' {
			return append(text, asJSON(clean(s))...)
		}
	}
	return append(append(append(text, '"'), s...), '"')
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

// appendTime writes a time as timeText does, as JSON.
func appendTime(text []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(text, "null"...)
	}
	return append(t.UTC().AppendFormat(append(text, '"'), timeLayout), '"')
}

// clean removes what Postgres cannot keep in text.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}
