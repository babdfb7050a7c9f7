package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// readXLSX reads the first sheet of a workbook. It does so itself, by the standard (ECMA-376 part 1, section 18): a cell's
// kind decides whether its text is what was typed, and a stream of rows from excelize no longer knows it, nor of merged
// cells, and takes a broken sheet for a short one.
func readXLSX(file string, zone *time.Location, r *reader) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	book := workbook{zone: zone, out: r}
	if book.zip, err = zip.NewReader(f, info.Size()); err == nil {
		err = book.read()
	}
	switch {
	case err == nil:
	case isCompound(f):
		r.faults.Add(0, "", "", "the workbook has a password, or is of the old kind .xls: save it without one, as .xlsx")
	case errors.Is(err, zip.ErrFormat):
		r.faults.Add(0, "", "", "this is no XLSX file: save it as .xlsx in a spreadsheet program, or as .csv with that name")
	default:
		r.faults.Add(0, "", "", "the workbook is damaged (%v): open it in a spreadsheet program and save it again", err)
	}
	return nil
}

// isCompound tells whether a file is an OLE compound file, as encrypted and old workbooks are.
func isCompound(f io.ReaderAt) bool {
	start := make([]byte, 8)
	_, err := f.ReadAt(start, 0)
	return err == nil && bytes.Equal(start, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
}

// workbook is a workbook as far as its first sheet needs it.
type workbook struct {
	zip       *zip.Reader
	zone      *time.Location
	out       *reader
	sheet     string   // name of its part
	strings   []string // shared by cells
	dates     []bool   // of the cell styles: shows a number as a date
	epoch1904 bool
}

func (b *workbook) read() error {
	for _, step := range []func() error{b.readBook, b.readStrings, b.readStyles, b.readSheet} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// part opens a part of the package; nil when it has none of that name.
func (b *workbook) part(name string) (io.ReadCloser, error) {
	for _, f := range b.zip.File {
		if strings.EqualFold(f.Name, name) {
			return f.Open()
		}
	}
	return nil, nil
}

// decode reads a whole part; one that is not there leaves to as it is.
func (b *workbook) decode(name string, to any) error {
	part, err := b.part(name)
	if err != nil || part == nil {
		return err
	}
	defer part.Close()
	if err := xml.NewDecoder(part).Decode(to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readBook finds the first sheet.
func (b *workbook) readBook() error {
	var book struct {
		Properties struct {
			Date1904 bool `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			ID string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(b.decode("xl/workbook.xml", &book), b.decode("xl/_rels/workbook.xml.rels", &relations)); err != nil {
		return err
	}
	b.epoch1904 = book.Properties.Date1904
	for _, relation := range relations.List {
		if len(book.Sheets) > 0 && relation.ID == book.Sheets[0].ID {
			if b.sheet = path.Join("xl", relation.Target); path.IsAbs(relation.Target) {
				b.sheet = relation.Target[1:]
			}
		}
	}
	if b.sheet == "" {
		return errors.New("it has no sheet")
	}
	return nil
}

// richText is text, whole or in runs of different looks. What tells its pronunciation is none of it.
type richText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	text := t.Text
	for _, run := range t.Runs {
		text += run.Text
	}
	return text
}

func (b *workbook) readStrings() error {
	part, err := b.part("xl/sharedStrings.xml")
	if err != nil || part == nil {
		return err
	}
	defer part.Close()
	in := xml.NewDecoder(part)
	return eachElement(in, func(start xml.StartElement) error {
		if start.Name.Local != "si" {
			return nil
		}
		var text richText
		if err := in.DecodeElement(&text, &start); err != nil {
			return err
		}
		b.strings = append(b.strings, text.String())
		return nil
	})
}

// eachElement hands over the start of every element that is not read within.
func eachElement(in *xml.Decoder, do func(xml.StartElement) error) error {
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := do(start); err != nil {
				return err
			}
		}
	}
}

// readStyles finds out which cell styles show dates.
func (b *workbook) readStyles() error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode("xl/styles.xml", &styles); err != nil {
		return err
	}
	codes := make(map[int]string, len(styles.Formats))
	for _, f := range styles.Formats {
		codes[f.ID] = f.Code
	}
	b.dates = make([]bool, len(styles.Cells))
	for i, c := range styles.Cells {
		b.dates[i] = isDateFormat(c.Format, codes[c.Format])
	}
	return nil
}

// isDateFormat tells whether a number format shows dates or times: one of those every program knows by number
// (ECMA-376 part 1, 18.8.30), or one whose code has parts of a date outside quotes and brackets.
func isDateFormat(id int, code string) bool {
	if id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58 {
		return true
	}
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[' || c == ']':
			bracket = c == '['
		case !bracket && strings.IndexByte("yYmMdDhHsS", c) >= 0:
			return true
		}
	}
	return false
}

// errStop ends the reading of a sheet before its end.
var errStop = errors.New("no more rows are wanted")

// readSheet hands over the sheet's rows.
func (b *workbook) readSheet() error {
	part, err := b.part(b.sheet)
	if err != nil {
		return err
	}
	if part == nil {
		return fmt.Errorf("%s is missing", b.sheet)
	}
	defer part.Close()
	in := xml.NewDecoder(part)
	number := 0
	err = eachElement(in, func(start xml.StartElement) error {
		switch start.Name.Local {
		case "row":
			number++
			if n, err := strconv.Atoi(attribute(start, "r")); err == nil {
				number = n
			}
			cells, err := b.readRow(in)
			if err == nil && !b.out.take(number, cells, false) {
				err = errStop
			}
			return err
		case "mergeCell":
			ref := attribute(start, "ref")
			_, row := position(ref)
			b.out.faults.Add(row, "", "", "the cells %s are merged into one: unmerge them and fill in each", ref)
		}
		return nil
	})
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// maxColumns is how many columns a sheet can have.
// Source: Microsoft, "Excel specifications and limits", read 2026-11-26.
const maxColumns = 16384

// position is the column and row of a reference like B7, from 1 each, and 0 where it has none.
func position(ref string) (column, row int) {
	for i := 0; i < len(ref) && column <= maxColumns; i++ {
		switch c := ref[i]; {
		case c >= 'A' && c <= 'Z' && row == 0:
			column = column*26 + int(c-'A') + 1
		case c >= '0' && c <= '9' && row <= math.MaxInt32:
			row = row*10 + int(c-'0')
		default:
			return column, row
		}
	}
	return column, row
}

// readRow reads the cells of a row up to its end.
func (b *workbook) readRow(in *xml.Decoder) (cells []cell, err error) {
	for {
		token, err := in.Token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.EndElement:
			return cells, nil
		case xml.StartElement:
			if token.Name.Local != "c" {
				if err := in.Skip(); err != nil {
					return nil, err
				}
				continue
			}
			c, at, err := b.readCell(in, token)
			if err != nil {
				return nil, err
			}
			if at == 0 {
				at = len(cells) + 1
			}
			if at > maxColumns {
				return nil, fmt.Errorf("a cell in column %d", at)
			}
			for len(cells) < at {
				cells = append(cells, cell{})
			}
			cells[at-1] = c
		}
	}
}

// rawCell is a cell as the sheet's XML has it.
type rawCell struct {
	kind    string // of the value: s = a shared string, inlineStr, str = a formula's text, b, e = an error, d, n or none = a number
	style   int
	value   string
	inline  richText
	formula bool
	valued  bool // has a value, which may be empty text
}

// readCell reads a cell up to its end, and its column, from 1; 0 = the next.
func (b *workbook) readCell(in *xml.Decoder, start xml.StartElement) (c cell, column int, err error) {
	var raw rawCell
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "r":
			column, _ = position(a.Value)
		case "t":
			raw.kind = a.Value
		case "s":
			raw.style, _ = strconv.Atoi(a.Value) // without a style it is no date
		}
	}
	for {
		token, err := in.Token()
		if err != nil {
			return cell{}, 0, err
		}
		switch token := token.(type) {
		case xml.EndElement:
			c, err := b.cell(raw)
			return c, column, err
		case xml.StartElement:
			switch token.Name.Local {
			case "v":
				raw.valued = true
				raw.value, err = content(in)
			case "is":
				err = in.DecodeElement(&raw.inline, &token)
			case "f":
				raw.formula = true
				err = in.Skip()
			default:
				err = in.Skip()
			}
			if err != nil {
				return cell{}, 0, err
			}
		}
	}
}

// content is the text up to the end of an element.
func content(in *xml.Decoder) (text string, err error) {
	for {
		token, err := in.Token()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			return text, nil
		}
	}
}

const (
	faultFormula = "a formula without its value: open the file in a spreadsheet program and save it again"
	// exactDigits is the largest number of which spreadsheet programs keep every digit.
	exactDigits = 1e15
)

// cell is what a cell says.
func (b *workbook) cell(raw rawCell) (cell, error) {
	if raw.formula && !raw.valued {
		return cell{fault: faultFormula}, nil
	}
	switch raw.kind {
	case "s":
		i, err := strconv.Atoi(raw.value)
		if err != nil || i < 0 || i >= len(b.strings) {
			return cell{}, fmt.Errorf("there is no text %q", raw.value)
		}
		return cell{text: unescape(b.strings[i])}, nil
	case "inlineStr":
		return cell{text: unescape(raw.inline.String())}, nil
	case "str":
		return cell{text: unescape(raw.value)}, nil
	case "b":
		if raw.value == "1" {
			return cell{text: "TRUE"}, nil
		}
		return cell{text: "FALSE"}, nil
	case "e":
		return cell{text: raw.value, fault: faultError}, nil
	case "d":
		at, err := time.ParseInLocation("2006-01-02T15:04:05", raw.value, b.zone)
		if err != nil {
			return cell{}, fmt.Errorf("there is no date %q", raw.value)
		}
		return cell{text: at.Format(time.RFC3339), date: true}, nil
	}
	if raw.value == "" {
		return cell{}, nil
	}
	number, err := strconv.ParseFloat(raw.value, 64)
	switch {
	case err != nil:
		return cell{}, fmt.Errorf("there is no number %q", raw.value)
	case raw.style >= 0 && raw.style < len(b.dates) && b.dates[raw.style]:
		return cell{text: b.time(number).Format(time.RFC3339), date: true}, nil
	case math.Abs(number) >= exactDigits:
		return cell{text: raw.value, fault: faultFloat}, nil
	}
	return cell{text: strconv.FormatFloat(number, 'f', -1, 64)}, nil
}

// time is the point in time that a number of days stands for, to the second.
func (b *workbook) time(days float64) time.Time {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if b.epoch1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	whole, part := math.Modf(days)
	at := epoch.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, b.zone)
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape undoes the _xHHHH_ by which a workbook writes characters that XML or itself would take for something else.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(code string) string {
		n, _ := strconv.ParseUint(code[2:6], 16, 32) // the pattern lets only digits through
		return string(rune(n))
	})
}
