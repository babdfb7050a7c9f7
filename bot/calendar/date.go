package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the calendar, anywhere.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day that a moment shows in its own location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// Add is the date so many days later.
func (d Date) Add(days int) Date { return DateOf(d.at(0, time.UTC).AddDate(0, 0, days)) }

// Before tells whether the date is earlier than another.
func (d Date) Before(other Date) bool { return d.compare(other) < 0 }

func (d Date) compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// String is the date as files have it: 2027-02-15.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

var weekdays = [...]string{"chủ nhật", "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy"}

// Said is the date as people say it: thứ hai 15/02/2027.
func (d Date) Said() string {
	return fmt.Sprintf("%s %02d/%02d/%d", weekdays[d.at(0, time.UTC).Weekday()], d.Day, d.Month, d.Year)
}

// at is the moment so many minutes into the day.
func (d Date) at(minutes int, location *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, minutes, 0, 0, location)
}

func (d Date) isLastOfMonth() bool { return d.Add(1).Day == 1 }

// exists tells whether the calendar has such a day.
func (d Date) exists() bool { return d == d.Add(0) }
