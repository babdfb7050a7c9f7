package schedule

import (
	"fmt"
	"time"
)

const (
	firstYear = 1970
	lastYear  = 9998
)

var yearsOnly = fmt.Sprintf("năm phải từ %d đến %d", firstYear, lastYear)

// cutLast takes "đến hết ngày 31/12/2026" off the end, the last day of a schedule. What is left ends with a token of its own.
func cutLast(text string, read []token) ([]token, time.Time, *Fault) {
	for i := range read[:len(read)-1] {
		if read[i].word != "den" || read[i+1].word != "het" {
			continue
		}
		piece := text[read[i].from:]
		date := read[i+2:]
		if date[0].word == "ngay" {
			date = date[1:]
		}
		if len(date) != 6 || date[5].kind != theEnd || date[0].kind != aNumber || date[2].kind != aNumber || date[4].kind != aNumber ||
			date[1].word != date[3].word || (date[1].word != "/" && date[1].word != "-") {
			return nil, time.Time{}, miswritten(piece, "ngày kết thúc viết là ngày/tháng/năm")
		}
		day, month, year := date[0].number, date[2].number, date[4].number
		last := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		switch {
		case year < firstYear || year > lastYear:
			return nil, time.Time{}, miswritten(piece, yearsOnly)
		case last.Day() != day || last.Month() != time.Month(month):
			return nil, time.Time{}, miswritten(piece, "trên lịch không có ngày này")
		}
		return append(read[:i:i], token{kind: theEnd, from: read[i].from, to: read[i].from}), last, nil
	}
	return read, time.Time{}, nil
}
