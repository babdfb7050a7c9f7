package calendar

import (
	"cmp"
	"slices"
	"time"
)

// When reminders go out, in minutes since midnight: those of the days before in the evening, when people read, that of
// the day itself when the quiet hours end.
const (
	eveningReminder = 18 * 60
	morningReminder = 6 * 60
)

// useful is for how long a reminder that was missed, as in an outage, is still made up for: as for the fires of announcements.
const useful = 6 * time.Hour

// Reminded is how many days before a day it is Reminded of.
var Reminded = []int{3, 1, 0}

// Reminder is a reminder of a day. One of a day in doubt is for its officers, who have to decide, not for residents.
type Reminder struct {
	Day    Day
	Before int       // days
	At     time.Time // when it should go out
	Until  time.Time // its words are true before then: "tomorrow" is another day after midnight, and the table closes
}

// Due are the reminders since the last look. Every one of them is in exactly one of the two.
type Due struct {
	Remind []Reminder
	Missed []Reminder // of no use any more: late by 6 hours, a later one of the same day is due, too, or the day is over
}

// Due sorts the reminders in (last, now]. last is the latest moment looked at so far, or that from which the calendar
// holds; now before last, after a clock was set back, gives nothing, so that no reminder comes twice.
func (c *Calendar) Due(last, now time.Time) Due {
	var due Due
	if !now.After(last) {
		return due
	}
	from, to := c.today(last), c.today(now).Add(slices.Max(Reminded))
	for _, p := range c.points {
		for _, day := range c.Days(p, from, to) {
			newest := true
			for _, before := range slices.Backward(Reminded) {
				r := c.reminder(day, before)
				if r.At.After(now) || !r.At.After(last) {
					continue
				}
				if newest && now.Before(r.Until) && now.Sub(r.At) < useful {
					due.Remind = append(due.Remind, r)
				} else {
					due.Missed = append(due.Missed, r)
				}
				newest = false
			}
		}
	}
	byTime := func(a, b Reminder) int {
		return cmp.Or(a.At.Compare(b.At), comparePoints(a.Day.Point, b.Day.Point))
	}
	slices.SortFunc(due.Remind, byTime)
	slices.SortFunc(due.Missed, byTime)
	return due
}

func (c *Calendar) reminder(day Day, before int) Reminder {
	date, minutes, until := day.Date.Add(-before), eveningReminder, day.End
	if before == 0 {
		minutes = morningReminder
	} else {
		until = date.Add(1).at(0, c.location)
	}
	return Reminder{Day: day, Before: before, At: date.at(minutes, c.location), Until: until}
}

// NextDue is when the next reminder after a moment goes out, so that somebody can wait for it; false when there is none
// within a year.
func (c *Calendar) NextDue(after time.Time) (time.Time, bool) {
	var next time.Time
	from := c.today(after)
	for _, p := range c.points {
		for _, day := range c.Days(p, from, from.Add(ahead)) {
			for _, before := range Reminded {
				if at := c.reminder(day, before).At; at.After(after) && (next.IsZero() || at.Before(next)) {
					next = at
				}
			}
		}
	}
	return next, !next.IsZero()
}
