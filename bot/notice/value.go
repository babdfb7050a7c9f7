package notice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of values, in characters.
const (
	maxLine      = 300
	maxParagraph = 3500
)

var (
	datePattern   = regexp.MustCompile(`^(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}))?$`)
	timePattern   = regexp.MustCompile(`^(\d{1,2})\s*(?:[:hg]|giờ)\s*(\d{1,2})?(?:\s*(?:phút|p))?$`)
	numberPattern = regexp.MustCompile(`^\d{1,3}(?:\.\d{3})+$|^\d{1,12}$`)
)

// Fault is what is wrong with one value, in Vietnamese for whoever has to give it.
type Fault struct {
	Field string // its id
	Label string
	Why   string
	Hint  string // the question to ask again, with an example
}

// Error is the fault in one line.
func (f Fault) Error() string { return f.Label + ": " + f.Why + ". " + f.Hint }

// Faults are all that is wrong with the values of a kind.
type Faults []Fault

// Error is a line for each fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

func (f Field) fault(format string, args ...any) *Fault {
	hint := f.Question
	if f.Example != "" {
		hint += " Ví dụ: " + f.Example
	}
	return &Fault{Field: f.ID, Label: f.Label, Why: fmt.Sprintf(format, args...), Hint: hint}
}

// Check is a value as it will stand in the text, or what is wrong with it. An empty one is right when the field may be left
// out.
func (f Field) Check(value string) (string, *Fault) {
	value = strings.TrimSpace(norm.NFC.String(value))
	if f.Type != TypeParagraph {
		value = strings.Join(strings.Fields(value), " ")
	}
	if value == "" {
		if f.Required {
			return "", f.fault("còn trống")
		}
		return "", nil
	}
	if strings.ContainsAny(value, "{}") || strings.Contains(value, "[@") {
		return "", f.fault("có dấu ngoặc không dùng được trong tin, anh/chị bỏ dấu {, } và [@ đi")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return "", f.fault("có ký tự lạ không đọc được, anh/chị gõ lại giúp")
	}
	if len(f.Choices) > 0 {
		return f.choose(value)
	}
	switch f.Type {
	case TypeDate:
		return f.date(value)
	case TypeTime:
		return f.time(value)
	case TypePhone:
		return f.phone(value)
	case TypeNumber:
		if !numberPattern.MatchString(value) {
			return "", f.fault("%q không phải là một con số", short(value))
		}
	case TypeParagraph:
		return f.within(value, maxParagraph)
	default:
		return f.within(value, maxLine)
	}
	return value, nil
}

func (f Field) within(value string, most int) (string, *Fault) {
	if n := utf8.RuneCountInString(value); n > most {
		return "", f.fault("dài %d chữ cái, nhiều nhất là %d", n, most)
	}
	return value, nil
}

// choose is the choice that is named, by its words or its number.
func (f Field) choose(value string) (string, *Fault) {
	for i, c := range f.Choices {
		if strings.EqualFold(c, value) || value == strconv.Itoa(i+1) {
			return c, nil
		}
	}
	return "", f.fault("chỉ được chọn một trong: %s", strings.Join(f.Choices, "; "))
}

func (f Field) date(value string) (string, *Fault) {
	m := datePattern.FindStringSubmatch(value)
	if m == nil {
		return "", f.fault("%q không phải là một ngày", short(value))
	}
	day, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	year := 2028 // without a year, the 29th of February may be
	if m[3] != "" {
		year, _ = strconv.Atoi(m[3])
	}
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if at.Day() != day || int(at.Month()) != month || year < 2000 || year > 2200 {
		return "", f.fault("không có ngày %s", short(value))
	}
	if m[3] == "" {
		return fmt.Sprintf("%d/%d", day, month), nil
	}
	return fmt.Sprintf("%d/%d/%d", day, month, year), nil
}

func (f Field) time(value string) (string, *Fault) {
	m := timePattern.FindStringSubmatch(strings.ToLower(value))
	if m == nil {
		return "", f.fault("%q không phải là giờ", short(value))
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi("0" + m[2])
	if hour > 24 || minute > 59 || hour == 24 && minute > 0 {
		return "", f.fault("không có giờ %s", short(value))
	}
	if minute == 0 {
		return fmt.Sprintf("%d giờ", hour), nil
	}
	return fmt.Sprintf("%d giờ %02d", hour, minute), nil
}

// phone takes landlines, mobiles, hotlines and short numbers such as 115.
func (f Field) phone(value string) (string, *Fault) {
	digits := 0
	for _, r := range value {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" .-()+", r):
			return "", f.fault("%q không phải là số điện thoại", short(value))
		}
	}
	if digits < 3 || digits > 12 {
		return "", f.fault("số điện thoại có %d chữ số, anh/chị xem lại", digits)
	}
	return value, nil
}

// short is a value as a fault shows it.
func short(value string) string {
	const most = 30
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
