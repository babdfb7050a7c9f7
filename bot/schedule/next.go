package schedule

import (
	"slices"
	"time"
)

// farthest is how many years Next looks ahead: the longest wait is for a 29 February over a year such as 2100.
const farthest = 9

// Next is the first fire after a moment, in village time; zero when there is none any more.
func (s Schedule) Next(after time.Time) time.Time {
	if s.days == nil {
		if s.once.After(after) && s.within(dayOf(s.clock.shows(s.once))) {
			return s.once
		}
		return time.Time{}
	}
	shown := s.clock.shows(after)
	day := dayOf(shown)
	for end := day.AddDate(farthest, 0, 0); day.Before(end) && s.within(day); day = day.Add(wholeDay) {
		if !s.days.on(day) {
			continue
		}
		ahead := s.minutes
		if !day.After(shown) { // the first day, of which a part has passed
			first, _ := slices.BinarySearch(ahead, int(shown.Sub(day)/time.Minute)+1)
			ahead = ahead[first:]
		}
		for _, minute := range ahead {
			fire := s.clock.reaches(day.Add(time.Duration(minute) * time.Minute))
			if fire.After(after) { // not after, when a clock set back shows it again
				return fire
			}
		}
	}
	return time.Time{}
}

// NextFires are the first n fires after a moment, fewer when the schedule ends before.
func (s Schedule) NextFires(after time.Time, n int) []time.Time {
	var fires []time.Time
	for len(fires) < n {
		after = s.Next(after)
		if after.IsZero() {
			break
		}
		fires = append(fires, after)
	}
	return fires
}

// within tells whether a day is not past the last one.
func (s Schedule) within(day time.Time) bool { return s.last.IsZero() || !day.After(s.last) }
