package calendar

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Hours are from when to when the table is open, in minutes since midnight. The zero Hours are none.
type Hours struct{ From, To int }

// None tells whether there are none.
func (h Hours) None() bool { return h == Hours{} }

// overlap tells whether two share some time.
func (h Hours) overlap(other Hours) bool { return h.From < other.To && other.From < h.To }

// ClockText is a time of day as files have it: 07:30.
func ClockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

var clock = regexp.MustCompile(`^(\d{1,2})(?::(\d{2})(?::00)?|\s*(?:h|g|giờ)\s*(\d{2})?)?$`)

// ParseClock reads a time of day: 7:30, 07:30, 7h30, 7 giờ, 7. Of a point in time in RFC 3339, as which spreadsheets keep
// times, it takes the time it shows. It gives minutes since midnight; the error is for people.
func ParseClock(text string) (int, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.Hour()*60 + at.Minute(), nil
	}
	parts := clock.FindStringSubmatch(strings.ToLower(text))
	if parts == nil {
		return 0, errors.New("không phải giờ: ghi như 7:30 hoặc 7h30")
	}
	hour, _ := strconv.Atoi(parts[1])
	minute, _ := strconv.Atoi(parts[2] + parts[3]) // one of them at most; none = 0
	if hour > 23 || minute > 59 {
		return 0, errors.New("không có giờ này: giờ từ 0 đến 23, phút từ 0 đến 59")
	}
	return hour*60 + minute, nil
}
