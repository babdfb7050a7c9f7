package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"unicode/utf8"
)

// faultEncoding is told once: such a file cannot be read further.
const faultEncoding = "is not in UTF-8: save the file as \"CSV UTF-8\", or as XLSX"

func readCSV(path string, r *reader) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewReaderSize(file, 1<<16)
	start, err := buffered.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.Equal(start, []byte("\xef\xbb\xbf")):
		_, _ = buffered.Discard(3) // they were just there
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		r.faults.Add(1, "", "", faultEncoding)
		return nil
	}
	in := csv.NewReader(buffered)
	in.FieldsPerRecord, in.ReuseRecord, in.Comma = -1, true, separator(buffered)
	var cells []cell
	for {
		record, err := in.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &broken):
			r.faults.Add(broken.StartLine, "", "", "the quotes do not fit: text that holds a quote or the separator stands in quotes, and a quote in it is doubled")
			if r.index == nil {
				return nil
			}
			continue
		case err != nil:
			return err
		}
		number, _ := in.FieldPos(0)
		cells = cells[:0]
		for _, text := range record {
			if !utf8.ValidString(text) {
				r.faults.Add(number, "", "", faultEncoding)
				return nil
			}
			cells = append(cells, cell{text: text})
		}
		if !r.take(number, cells, true) {
			return nil
		}
	}
}

// separator is what stands between the columns of the first line: a comma, or the semicolon that spreadsheet programs
// write where the comma is the decimal point.
func separator(in *bufio.Reader) rune {
	start, _ := in.Peek(4096) // a short file has less
	line, _, _ := bytes.Cut(start, []byte("\n"))
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		return ';'
	}
	return ','
}
