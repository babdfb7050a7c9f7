package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Writer writes rows to a file. Cells that a spreadsheet program would run as a formula get an apostrophe in front, which
// Read takes away again.
type Writer struct {
	out   io.Writer
	csv   *csv.Writer // or
	book  *excelize.File
	sheet *excelize.StreamWriter
	row   int
}

// NewWriter returns a writer of CSV or XLSX, by the end of the file's name, with a header of these columns.
func NewWriter(out io.Writer, name string, columns []string) (*Writer, error) {
	w := &Writer{out: out}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		w.csv = csv.NewWriter(out)
	case ".xlsx":
		w.book = excelize.NewFile()
		var err error
		if w.sheet, err = w.book.NewStreamWriter(w.book.GetSheetName(0)); err != nil {
			return nil, errors.Join(fmt.Errorf("write workbook: %w", err), w.book.Close())
		}
	default:
		return nil, errors.New("neither .csv nor .xlsx: give the file one of these names")
	}
	return w, w.Write(columns)
}

// Write writes one row.
func (w *Writer) Write(cells []string) error {
	w.row++
	if w.csv != nil {
		guarded := make([]string, len(cells))
		for i, text := range cells {
			guarded[i] = guard(text)
		}
		return w.csv.Write(guarded)
	}
	at, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return fmt.Errorf("write row %d: %w", w.row, err)
	}
	values := make([]any, len(cells)) // nil = no cell
	for i, text := range cells {
		if text != "" {
			values[i] = guard(text)
		}
	}
	if err := w.sheet.SetRow(at, values); err != nil {
		return fmt.Errorf("write row %d: %w", w.row, err)
	}
	return nil
}

// Close ends the file. A writer that failed is closed as well.
func (w *Writer) Close() error {
	if w.csv != nil {
		w.csv.Flush()
		return w.csv.Error()
	}
	err := w.sheet.Flush()
	if err == nil {
		err = w.book.Write(w.out)
	}
	return errors.Join(err, w.book.Close())
}
