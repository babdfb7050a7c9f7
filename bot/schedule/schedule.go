package schedule

import (
	"fmt"
	"strings"
	"time"
)

// Schedule is a set of fires, once or again and again. The zero Schedule never fires. Schedules are the same when their
// String and their location are.
type Schedule struct {
	clock   clock
	once    time.Time // the only fire, when there are no days
	days    days
	minutes []int     // of each such day, since midnight, in order, each once
	last    time.Time // the last day as the clock shows it; zero when there is no end
}

// days are the days of a repeated schedule.
type days interface {
	// on tells whether a day is one of them.
	on(day time.Time) bool
	// text is what Parse reads, with the minutes of each day.
	text(minutes []int) string
	// sentence says the same in Vietnamese for people.
	sentence(minutes []int) string
}

// longest is the longest schedule that Parse reads, in bytes; no text that String gives comes near.
const longest = 1000

// Parse reads a schedule for the clock of a location: a cron expression of five fields or a descriptor such as "@daily"
// (not "@every", which counts from the start of a process), a plain choice of officers, or a moment in RFC 3339, which is
// the text of a one-time schedule. "đến hết 31/12/2026" at the end is the last day. Case, diacritics and spaces do not
// matter. It does not look at the time: Ahead says whether anything is left. The error is a *Fault.
func Parse(spec string, location *time.Location) (Schedule, error) {
	if len(spec) > longest {
		return Schedule{}, miswritten(spec, fmt.Sprintf("lịch quá dài, nhiều nhất %d ký tự", longest))
	}
	spec = visible(spec)
	s := Schedule{clock: clock{location}}
	read := tokens(spec)
	read, last, fault := cutLast(spec, read)
	if fault != nil {
		return Schedule{}, fault
	}
	text := strings.TrimSpace(spec[:read[len(read)-1].from])
	s.last = last
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err == nil:
		s.once, fault = moment(at, location)
	case isCron(text, read):
		s.days, s.minutes, fault = parseCron(text)
	default:
		s.days, s.minutes, fault = parsePlain(spec, read)
	}
	if fault != nil {
		return Schedule{}, fault
	}
	return s, nil
}

// Until ends a schedule with the day in which a moment lies in the village; what fires on that day still does.
func (s Schedule) Until(day time.Time) Schedule {
	s.last = dayOf(s.clock.shows(day))
	return s
}

// String is the schedule in the one form that Parse reads back as the same schedule, for storing and comparing.
func (s Schedule) String() string {
	var text string
	switch {
	case s.days != nil:
		text = s.days.text(s.minutes)
	case !s.once.IsZero():
		text = s.once.UTC().Format(time.RFC3339)
	default:
		return ""
	}
	if !s.last.IsZero() {
		text += " đến hết " + dateText(s.last)
	}
	return text
}

// Sentence says in Vietnamese when it fires: "Hằng tuần, thứ hai và thứ năm, lúc 18:00".
func (s Schedule) Sentence() string {
	var text string
	switch {
	case s.days != nil:
		text = s.days.sentence(s.minutes)
	case !s.once.IsZero():
		shown := s.clock.shows(s.once)
		text = "Một lần, " + weekdayNames[shown.Weekday()] + " ngày " + dateText(shown) + ", lúc " + timeText(shown)
	default:
		return "Không bao giờ"
	}
	if !s.last.IsZero() {
		text += ", đến hết ngày " + dateText(s.last)
	}
	return text
}
