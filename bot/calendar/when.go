package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// When is a day of each month, or one date. The zero When says that the bank comes on no day of the month any more.
type When struct {
	Monthly int // 1 to 31; 0 = the date
	Date    Date
}

// never is how files write the zero When.
const never = "ngừng"

// Never tells whether it is the zero When.
func (w When) Never() bool { return w == When{} }

// String is it as files have it: 15, 2027-02-15, or ngừng.
func (w When) String() string {
	switch {
	case w.Never():
		return never
	case w.Monthly != 0:
		return strconv.Itoa(w.Monthly)
	}
	return w.Date.String()
}

// The years that dates may be in, so that a slip of the pen (0207, 20270) is none.
const (
	firstYear = 2000
	lastYear  = 2199
)

var (
	number  = regexp.MustCompile(`^\d{1,4}$`)
	isoDate = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	ourDate = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`) // day first, as it is written in Vietnam
)

// ParseWhen reads a day of the month, a date as YYYY-MM-DD, as day/month/year, or in RFC 3339, or "ngừng". The error is for
// people.
func ParseWhen(text string) (When, error) {
	if lower := strings.ToLower(text); lower == never || lower == "ngung" {
		return When{}, nil
	}
	if number.MatchString(text) {
		day, _ := strconv.Atoi(text) // four digits at most
		if day < 1 || day > 31 {
			return When{}, errors.New("không có ngày này trong tháng: ghi từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15")
		}
		return When{Monthly: day}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		text = DateOf(at).String()
	}
	year, month, day := 1, 2, 3
	parts := isoDate.FindStringSubmatch(text)
	if parts == nil {
		year, month, day = 3, 2, 1
		parts = ourDate.FindStringSubmatch(text)
	}
	if parts == nil {
		return When{}, errors.New("không phải ngày: ghi ngày trong tháng từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15")
	}
	read := func(i int) int {
		n, _ := strconv.Atoi(parts[i])
		return n
	}
	date := Date{read(year), time.Month(read(month)), read(day)}
	switch {
	case date.Year < firstYear || date.Year > lastYear:
		return When{}, fmt.Errorf("năm %d không đúng: sửa lại năm", date.Year)
	case date.Month < 1 || date.Month > 12:
		return When{}, fmt.Errorf("không có tháng %d: ghi năm-tháng-ngày, như 2027-02-15", date.Month)
	case !date.exists():
		last := Date{date.Year, date.Month, 1}.Add(31)
		last = Date{last.Year, last.Month, 1}.Add(-1)
		return When{}, fmt.Errorf("tháng %d/%d chỉ có %d ngày, không có ngày %d: sửa lại, hoặc bỏ dòng này", date.Month, date.Year, last.Day, date.Day)
	}
	return When{Date: date}, nil
}

// compare puts days of the month before dates.
func (w When) compare(other When) int {
	return cmp.Or(w.Date.compare(other.Date), cmp.Compare(w.Monthly, other.Monthly))
}
