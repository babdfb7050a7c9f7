package schedule

import (
	"slices"
	"time"
)

// useful is how old a missed fire may be and still run. Source: the design, section 4.
const useful = 6 * time.Hour

// listed is how many skipped fires are named one by one.
const listed = 100

// Due is what became of the fires since the last look. Every one of them is counted exactly once.
type Due struct {
	Fire    time.Time   // runs now: the latest, unless it is 6 hours old or more; zero when none runs
	Skipped []time.Time // the newest 100 of those that do not run, oldest first
	Older   int         // how many more before those were skipped
}

// Due sorts the fires in (last, now] into the one that runs and those that are skipped. last is the latest fire seen so
// far, or the moment from which the schedule holds; now before last, after a clock was set back, gives nothing, so that
// no fire comes twice. The work grows with the days in between, not with the fires.
func (s Schedule) Due(last, now time.Time) Due {
	var due Due
	if s.days == nil {
		if fire := s.Next(last); !fire.IsZero() && !fire.After(now) {
			due.take(fire, now)
		}
		return due
	}
	first := dayOf(s.clock.shows(last))            // what was shown on earlier days was reached before
	day := dayOf(s.clock.shows(now)).Add(wholeDay) // one more: a clock that was set back over midnight has shown it already
	if !s.within(day) {
		day = s.last
	}
	var later time.Time // the fire taken before this one
	for ; !day.Before(first); day = day.Add(-wholeDay) {
		if !s.days.on(day) {
			continue
		}
		if len(due.Skipped) == listed && s.clock.even(day) {
			if start := s.clock.reaches(day); start.After(last) {
				due.Older += len(s.minutes)
				later = start.Add(time.Duration(s.minutes[0]) * time.Minute)
				continue
			}
		}
		for _, minute := range slices.Backward(s.minutes) {
			fire := s.clock.reaches(day.Add(time.Duration(minute) * time.Minute))
			if fire.After(now) || fire.Equal(later) {
				continue
			}
			if !fire.After(last) {
				break
			}
			due.take(fire, now)
			later = fire
		}
	}
	slices.Reverse(due.Skipped)
	return due
}

// take adds the next older fire.
func (d *Due) take(fire, now time.Time) {
	switch newest := d.Fire.IsZero() && len(d.Skipped) == 0; {
	case newest && now.Sub(fire) < useful:
		d.Fire = fire
	case len(d.Skipped) < listed:
		d.Skipped = append(d.Skipped, fire)
	default:
		d.Older++
	}
}
