package plan

import "time"

// Hours are the part of each day in which something is open: from Start until just before End, both whole seconds
// since midnight on the clock of the time that is asked about. End before Start means over midnight. Start and End alike
// mean always.
type Hours struct {
	Start, End time.Duration
}

// Outside gives the hours in which a pause leaves open, such as quiet hours; a pause of no length leaves all.
func Outside(start, end time.Duration) Hours { return Hours{Start: end, End: start} }

// Open tells whether it is open at a moment.
func (h Hours) Open(at time.Time) bool {
	clock := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
	switch {
	case h.Start == h.End:
		return true
	case h.Start < h.End:
		return clock >= h.Start && clock < h.End
	}
	return clock >= h.Start || clock < h.End
}

// NextOpen is at itself while it is open, else when it opens next.
func (h Hours) NextOpen(at time.Time) time.Time {
	if h.Open(at) {
		return at
	}
	year, month, day := at.Date()
	opens := func(day int) time.Time {
		return time.Date(year, month, day, 0, 0, int(h.Start/time.Second), 0, at.Location())
	}
	if today := opens(day); today.After(at) {
		return today
	}
	return opens(day + 1)
}
