package sheet

import (
	"fmt"
	"iter"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Column is one column of a kind of file.
type Column struct {
	Name     string // as the header row has it; case, spaces and diacritics in the file's own do not matter
	Optional bool   // a file may go without it
	Time     bool   // holds points in time: a cell that XLSX keeps as a date is read as RFC 3339
	Max      int    // the longest text, in characters; 0 = usualMax
}

// usualMax is the longest text of a column that says nothing else: a name.
const usualMax = 200

// Row is one row below the header. Rows without any text are left out.
type Row struct {
	Number int  // as spreadsheet programs count, the header being 1
	Faulty bool // faults were told of some of its cells
	cells  []string
	index  map[string]int
}

// Has tells whether the file has a column.
func (r Row) Has(column string) bool {
	_, ok := r.index[column]
	return ok
}

// Cell is the text in a column, in NFC and without space around it; empty when the file does not have the column.
func (r Row) Cell(column string) string {
	if i, ok := r.index[column]; ok {
		return r.cells[i]
	}
	return ""
}

// Read yields the rows of a file, CSV or XLSX by its name's end. What is wrong with the file goes to faults; a row with the
// wrong number of cells is not yielded, and nothing is of a file with a wrong header. zone is where dates of XLSX, which have none, are meant. An error means that the file
// could not be read at all; it is the last pair.
func Read(path string, columns []Column, zone *time.Location, faults *Faults) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r := reader{columns: columns, faults: faults, yield: yield}
		var err error
		switch strings.ToLower(filepath.Ext(path)) {
		case ".csv":
			err = readCSV(path, &r)
		case ".xlsx":
			err = readXLSX(path, zone, &r)
		default:
			err = fmt.Errorf("%s: neither .csv nor .xlsx: save it as one of these", filepath.Base(path))
		}
		switch {
		case err != nil:
			yield(Row{}, err)
		case r.stopped || faults.Count() > 0:
		case r.index == nil:
			faults.Add(0, "", "", "the file is empty: the first row holds the columns %s", r.names())
		case r.count == 0:
			faults.Add(1, "", "", "there is nothing below the header: add a row for each")
		}
	}
}

// reader turns the cells of a file into rows.
type reader struct {
	columns []Column
	faults  *Faults
	yield   func(Row, error) bool

	index   map[string]int // of the columns by name; nil before the header
	header  []Column       // what stands in the file's columns, in its order
	count   int            // of rows below the header
	stopped bool           // the caller wants no more
}

// cell is one cell as a file has it.
type cell struct {
	text  string
	date  bool   // kept as a date
	fault string // why its text cannot be taken; empty = it can
}

func (c cell) empty() bool { return c.fault == "" && strings.TrimSpace(c.text) == "" }

// take takes one row of the file and tells whether to go on. strict rows must have as many cells as the header.
func (r *reader) take(number int, cells []cell, strict bool) bool {
	if !slices.ContainsFunc(cells, func(c cell) bool { return !c.empty() }) {
		return true
	}
	if r.index == nil {
		return r.takeHeader(number, cells)
	}
	r.count++
	before := r.faults.Count()
	row := Row{Number: number, cells: make([]string, len(r.header)), index: r.index}
	for len(cells) > len(r.header) && cells[len(cells)-1].empty() && !strict {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > len(r.header) || strict && len(cells) < len(r.header) {
		r.faults.Add(number, "", "", "has %d cells, the header %d: a separator is missing or too many, or text that holds one is not in quotes",
			len(cells), len(r.header))
		return true
	}
	for i, c := range cells {
		row.cells[i] = r.text(number, r.header[i], c)
	}
	row.Faulty = r.faults.Count() > before
	if !r.yield(row, nil) {
		r.stopped = true
	}
	return !r.stopped
}

// takeHeader reads the first row; with a fault in it the others cannot be understood.
func (r *reader) takeHeader(number int, cells []cell) bool {
	r.index = make(map[string]int)
	for len(cells) > 0 && cells[len(cells)-1].empty() {
		cells = cells[:len(cells)-1]
	}
	for i, c := range cells {
		text := strings.TrimSpace(c.text)
		name := headerName(text)
		at := slices.IndexFunc(r.columns, func(c Column) bool { return c.Name == name })
		if at < 0 {
			r.faults.Add(number, text, "", "there is no such column: leave it out, or name it as one of %s", r.names())
			continue
		}
		if _, twice := r.index[name]; twice {
			r.faults.Add(number, text, "", "stands twice in the header: leave one out")
		}
		r.index[name] = i
		r.header = append(r.header, r.columns[at])
	}
	for _, c := range r.columns {
		if _, found := r.index[c.Name]; !found && !c.Optional {
			r.faults.Add(number, c.Name, "", "this column is missing: add it, its cells may be empty where nothing is known")
		}
	}
	return r.faults.Count() == 0
}

func (r *reader) names() string {
	names := make([]string, len(r.columns))
	for i, c := range r.columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

var (
	// asFloat is what spreadsheet programs show instead of a long number.
	asFloat = regexp.MustCompile(`^\d(?:[.,]\d+)?E\+\d\d+$`)
	// asError is what they show instead of a formula's value.
	asError = regexp.MustCompile(`^#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$`)
)

const (
	faultFloat = "the spreadsheet has turned a long number into this, and its last digits are lost: format the column as text and type it again"
	faultError = "a formula that failed: put the value itself into the cell"
	faultDate  = "the cell holds a date: if a code was meant, format the column as text and type it again"
)

// text is the text of a cell, after what may be wrong with it.
func (r *reader) text(number int, column Column, c cell) string {
	text := unguard(norm.NFC.String(strings.TrimSpace(c.text)))
	limit := column.Max
	if limit == 0 {
		limit = usualMax
	}
	fault := ""
	switch {
	case c.fault != "":
		fault = c.fault
	case c.date && !column.Time:
		fault = faultDate
	case asFloat.MatchString(text):
		fault = faultFloat
	case asError.MatchString(text):
		fault = faultError
	case strings.ContainsFunc(text, unicode.IsControl):
		fault = "holds a line break or another control character: take it out"
	case utf8.RuneCountInString(text) > limit:
		fault = fmt.Sprintf("is longer than %d characters: shorten it", limit)
	}
	if fault != "" {
		r.faults.Add(number, column.Name, text, "%s", fault)
	}
	return text
}

// headerName is a header as columns are named: "Mã đơn vị" is ma_don_vi.
func headerName(text string) string {
	var name strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(strings.Join(strings.Fields(text), "_"))) {
		switch {
		case r == 'đ':
			name.WriteByte('d')
		case !unicode.Is(unicode.Mn, r):
			name.WriteRune(r)
		}
	}
	return name.String()
}
