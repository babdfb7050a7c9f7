package schedule

import "time"

const wholeDay = 24 * time.Hour

// clock turns moments into what the village's clock shows, and back. What it shows is kept as a time in UTC, where every
// day has all its minutes once, so that days and minutes can be counted.
type clock struct {
	location *time.Location
}

// shows is what the clock shows at a moment.
func (c clock) shows(at time.Time) time.Time {
	_, offset := at.In(c.location).Zone()
	return at.Round(0).UTC().Add(time.Duration(offset) * time.Second)
}

// reaches is the first moment at which the clock shows a time or a later one. Of two times the later is never reached
// before the earlier.
func (c clock) reaches(shown time.Time) time.Time {
	const furthest = 36 * time.Hour // no zone is so far from UTC: that long before, the time cannot have been shown
	for period := shown.Add(-furthest).In(c.location); ; {
		start, end := period.ZoneBounds()
		_, offset := period.Zone()
		at := shown.Add(-time.Duration(offset) * time.Second).In(c.location)
		switch {
		case !start.IsZero() && at.Before(start):
			return start // the clock jumped over it
		case end.IsZero() || at.Before(end):
			return at
		}
		period = end
	}
}

// even tells whether the clock runs through a day without a jump.
func (c clock) even(day time.Time) bool {
	start, end := c.reaches(day), c.reaches(day.Add(wholeDay))
	_, jump := start.ZoneBounds()
	return end.Sub(start) == wholeDay && (jump.IsZero() || !jump.Before(end))
}

// dayOf is the day of a time that the clock shows.
func dayOf(shown time.Time) time.Time { return shown.Truncate(wholeDay) }
