package bot

import (
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/sheet"
)

// Form is how one kind of thing stands in import and export files.
type Form[T any] struct {
	Columns []sheet.Column
	Cells   func(T) []string // of a row, in the order of Columns
	reader  func(*checker) formReader[T]
}

// formReader reads the rows of one file.
type formReader[T any] interface {
	read(sheet.Row) T
	finish() // checks what only the whole file can tell
}

// Known is what the database holds already. A file is checked against it.
type Known struct {
	OAID       string // the one account that rows may be of; empty = each row names its own
	Accounts   map[string]bool
	Units      map[string]Units   // by account
	Households map[RollKey]string // the units of households
	Now        time.Time          // interactions and consents cannot be later
	Zone       *time.Location     // of dates in XLSX files
	// TransactionDays are the bank days of the accounts.
	TransactionDays []TransactionDay
}

// RollKey names a household of an account.
type RollKey struct{ OAID, Code string }

// ErrFaulty says that a file has faults, which its reader was told.
var ErrFaulty = errors.New("the file has faults")

// Read yields what stands in the file at path, CSV or XLSX. What is wrong with it goes to faults, and nothing is yielded
// of a row with a fault; then the last pair is ErrFaulty. Another error means that the file could not be read.
func (f Form[T]) Read(path string, known Known, faults *sheet.Faults) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows := f.reader(&checker{Known: known, faults: faults, rows: make(map[[2]string]int)})
		for row, err := range sheet.Read(path, f.Columns, known.Zone, faults) {
			if err != nil {
				yield(none, err)
				return
			}
			before := faults.Count()
			value := rows.read(row)
			if !row.Faulty && faults.Count() == before && !yield(value, nil) {
				return
			}
		}
		if rows.finish(); faults.Count() > 0 {
			yield(none, ErrFaulty)
		}
	}
}

// Header are the names of the form's columns.
func (f Form[T]) Header() []string {
	names := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		names[i] = c.Name
	}
	return names
}

// checker reads cells and tells what is wrong with them.
type checker struct {
	Known
	faults *sheet.Faults
	rows   map[[2]string]int // where each key stands in the file
}

// fault tells that the cell of a column is wrong.
func (c *checker) fault(row sheet.Row, column, format string, args ...any) {
	c.faults.Add(row.Number, column, row.Cell(column), format, args...)
}

// account is the account of a row of units or households, which is not named there, or of a row that names it.
func (c *checker) account(row sheet.Row) string {
	switch oaID := row.Cell(columnOA); {
	case oaID == "" && c.OAID == "":
		c.fault(row, columnOA, "is empty, and there are %d accounts: name the row's, or one for the whole file with --oa", len(c.Accounts))
	case oaID == "" || oaID == c.OAID:
		return c.OAID
	case c.OAID != "":
		c.fault(row, columnOA, "the import is for account %s: leave the row out, or import it with --oa %s", c.OAID, oaID)
	case !c.Accounts[oaID]:
		c.fault(row, columnOA, "there is no such account: correct it, or add it with `loalang oa add`")
	default:
		return oaID
	}
	return ""
}

// key is a row's own code, which no other row of the account may have.
func (c *checker) key(row sheet.Row, column, oaID string) string {
	code := row.Cell(column)
	if code == "" {
		c.fault(row, column, "is empty: every row needs its own")
		return ""
	}
	key := [2]string{strings.Clone(oaID), strings.Clone(code)} // or the whole row would be kept with it
	if first, twice := c.rows[key]; twice {
		c.fault(row, column, "stands in row %d already: leave one of them out", first)
	} else {
		c.rows[key] = row.Number
	}
	return code
}

// unit is the code of a unit that the account has.
func (c *checker) unit(row sheet.Row, column, oaID string) string {
	code := row.Cell(column)
	if _, found := c.Units[oaID][code]; code != "" && !found {
		c.fault(row, column, "there is no such unit: correct it, or import the units first")
	}
	return code
}

// phone is a phone number.
func (c *checker) phone(row sheet.Row, column string) string {
	phone, err := readPhone(row.Cell(column))
	if err != nil {
		c.fault(row, column, "%v", err)
	}
	return phone
}

// time is a point in time that has been. Databases keep milliseconds.
func (c *checker) time(row sheet.Row, column string) time.Time {
	text := row.Cell(column)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		c.fault(row, column, "is no point in time: write it as 2026-11-26T08:00:00+07:00, or nothing for never")
	case at.After(c.Now):
		c.fault(row, column, "is in the future: it is now %s; correct it, or the clock", c.Now.Format(time.RFC3339))
	}
	return at.UTC().Truncate(time.Millisecond)
}

// timeText is a point in time as checker.time reads it.
func timeText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

const listSeparator = ";"

// list are the values of a list, each once, in order.
func list(row sheet.Row, column string) []string {
	var values []string
	for value := range strings.SplitSeq(row.Cell(column), listSeparator) {
		if value = strings.TrimSpace(value); value != "" {
			values = append(values, value)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// words are the values of a list that must all be right.
func words[T ~string](c *checker, row sheet.Row, column string, right func(T) bool, hint string) []T {
	var values []T
	for _, value := range list(row, column) {
		if !right(T(value)) {
			c.faults.Add(row.Number, column, value, "%s", hint)
		}
		values = append(values, T(value))
	}
	return values
}

// listText is a list as words reads it.
func listText[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return strings.Join(texts, listSeparator)
}

// oneOf is a hint that names the values there are.
func oneOf[T ~string](what string, values []T) string {
	return fmt.Sprintf("there is no such %s: write %s", what, strings.ReplaceAll(listText(values), listSeparator, ", "))
}

// zaloID is what Zalo's ids of users and groups look like: digits, and letters for groups.
var zaloID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

const hintZaloID = "is no id of Zalo's: copy it from Zalo, digits and letters only"

const columnOA = "oa_id"

// maxCode is the longest code: databases index them.
const maxCode = 64
