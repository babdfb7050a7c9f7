package schedule

import (
	"strconv"
	"strings"
	"time"
)

// daily is every day.
type daily struct{}

func (daily) on(time.Time) bool             { return true }
func (daily) text(minutes []int) string     { return "hằng ngày lúc " + timesText(minutes) }
func (daily) sentence(minutes []int) string { return "Hằng ngày, lúc " + timesSaid(minutes) }

// weekly are days of the week, a bit for each time.Weekday.
type weekly uint8

func (w weekly) with(day time.Weekday) weekly { return w | 1<<day }
func (w weekly) on(day time.Time) bool        { return w&(1<<day.Weekday()) != 0 }

func (w weekly) text(minutes []int) string {
	return "hằng tuần " + strings.Join(w.names(), ", ") + " lúc " + timesText(minutes)
}

func (w weekly) sentence(minutes []int) string {
	return "Hằng tuần, " + enumeration(w.names()) + ", lúc " + timesSaid(minutes)
}

// names are its days in the order of a Vietnamese week, which ends with Sunday.
func (w weekly) names() []string {
	var names []string
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); w&(1<<day) != 0 {
			names = append(names, weekdayNames[day])
		}
	}
	return names
}

// monthly are days of the month, a bit for each from 1 to 31. Those that a month has not fall on its last day, so that
// lastOfMonth always does.
type monthly uint32

const lastOfMonth = 31

func (m monthly) with(day int) monthly { return m | 1<<day }

func (m monthly) on(day time.Time) bool {
	if m&(1<<day.Day()) != 0 {
		return true
	}
	last := day.Add(wholeDay).Day() == 1
	return last && m>>day.Day() != 0
}

func (m monthly) text(minutes []int) string {
	var names []string
	for _, day := range m.each() {
		if day == lastOfMonth {
			names = append(names, "ngày cuối")
		} else {
			names = append(names, "ngày "+strconv.Itoa(day))
		}
	}
	return "hằng tháng " + strings.Join(names, ", ") + " lúc " + timesText(minutes)
}

func (m monthly) sentence(minutes []int) string {
	var names []string
	for _, day := range m.each() {
		switch day {
		case lastOfMonth:
			names = append(names, "ngày cuối tháng")
		case 29, 30:
			names = append(names, "ngày "+strconv.Itoa(day)+" (tháng 2 không có thì ngày cuối tháng)")
		default:
			names = append(names, "ngày "+strconv.Itoa(day))
		}
	}
	return "Hằng tháng, " + enumeration(names) + ", lúc " + timesSaid(minutes)
}

// each are its days in order.
func (m monthly) each() []int {
	var days []int
	for day := 1; day <= lastOfMonth; day++ {
		if m&(1<<day) != 0 {
			days = append(days, day)
		}
	}
	return days
}
