// Package calendar knows on which days the policy bank comes to a commune. It is pure: entries, holidays and moments in;
// days, conflicts and reminders out. Nothing is invented: a day that a month has not, or that falls on a holiday, is told
// to the officer, and only an entry with a date decides it. What people read is in Vietnamese.
package calendar

import (
	"cmp"
	"slices"
	"time"
)

// Point is a place where the bank opens its table. A commune has one or more; each has its own days.
type Point struct {
	Unit string // the commune's code
	Name string // empty = the commune's only one
}

// Entry is what an officer has said of a point: the rule of each month, or what holds on one date.
type Entry struct {
	Point
	When     When
	Hours    Hours    // none on a date = nobody comes
	Place    string   // empty on a date = where it is each month
	Officers []string // empty on a date = those of each month
}

// Day is a day on which the bank comes to a point.
type Day struct {
	Point
	Date     Date
	Hours    Hours
	Place    string
	Officers []string
	Doubt    Conflict // what an officer has to decide before anybody counts on the day; zero = it is sure
	Start    time.Time
	End      time.Time
}

// Sure tells whether residents may be told of the day.
func (d Day) Sure() bool { return d.Doubt.Kind == "" }

// Calendar is all that is known of the days of some points.
type Calendar struct {
	points   []Point // in order
	agendas  map[Point]*agenda
	holidays *Holidays
	location *time.Location
}

// agenda are the entries of one point.
type agenda struct {
	monthly map[int]Entry
	dated   map[Date]Entry
}

// New returns the calendar of these entries, in the village time of a location. Of two entries for the same day of the
// month, or the same date, of a point the later one holds.
func New(entries []Entry, holidays *Holidays, location *time.Location) *Calendar {
	c := &Calendar{agendas: make(map[Point]*agenda), holidays: holidays, location: location}
	for _, e := range entries {
		a := c.agendas[e.Point]
		if a == nil {
			a = &agenda{monthly: make(map[int]Entry), dated: make(map[Date]Entry)}
			c.agendas[e.Point] = a
			c.points = append(c.points, e.Point)
		}
		if e.When.Monthly != 0 {
			a.monthly[e.When.Monthly] = e
		} else {
			a.dated[e.When.Date] = e
		}
	}
	slices.SortFunc(c.points, comparePoints)
	return c
}

func comparePoints(a, b Point) int {
	return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Name, b.Name))
}

// today is the date in the village.
func (c *Calendar) today(now time.Time) Date { return DateOf(now.In(c.location)) }

// Points are the points of a commune in the order of their names; all of them for an empty code.
func (c *Calendar) Points(unit string) []Point {
	if unit == "" {
		return slices.Clone(c.points)
	}
	var points []Point
	for _, p := range c.points {
		if p.Unit == unit {
			points = append(points, p)
		}
	}
	return points
}

// Days are the days of a point from one date to another, both included, with those in doubt.
func (c *Calendar) Days(p Point, from, to Date) []Day {
	var days []Day
	for date := from; !to.Before(date); date = date.Add(1) {
		if day, ok := c.day(p, date); ok {
			days = append(days, day)
		}
	}
	return days
}

// ahead is how far Next looks: a year and the two months that a rule may have to wait.
const ahead = 14 * 31

// Next are the next days of a commune that are not over at a moment, one of each of its points, sure or in doubt, the
// soonest first. A point without a day within a year has none.
func (c *Calendar) Next(unit string, now time.Time) []Day {
	today := c.today(now)
	var next []Day
	for _, p := range c.Points(unit) {
		for date := today; date.Before(today.Add(ahead)); date = date.Add(1) {
			if day, ok := c.day(p, date); ok && day.End.After(now) {
				next = append(next, day)
				break
			}
		}
	}
	slices.SortStableFunc(next, func(a, b Day) int { return a.Start.Compare(b.Start) })
	return next
}

// Communes are the codes of those that have a point, in order.
func (c *Calendar) Communes() []string {
	var codes []string
	for _, p := range c.points {
		if len(codes) == 0 || codes[len(codes)-1] != p.Unit {
			codes = append(codes, p.Unit)
		}
	}
	return codes
}

// On is the day of a point on a date, false when nobody comes.
func (c *Calendar) On(p Point, date Date) (Day, bool) { return c.day(p, date) }

// SureAfter is the first day of a point after a date that residents may be told of, false when there is none within a year.
func (c *Calendar) SureAfter(p Point, date Date) (Day, bool) {
	for next := date.Add(1); next.Before(date.Add(ahead)); next = next.Add(1) {
		if day, ok := c.day(p, next); ok && day.Sure() {
			return day, true
		}
	}
	return Day{}, false
}

// day is what holds for a point on a date: what was said of the date, else the rule.
func (c *Calendar) day(p Point, date Date) (Day, bool) {
	a := c.agendas[p]
	if a == nil {
		return Day{}, false
	}
	e, decided := a.dated[date]
	if !decided {
		e = a.monthly[date.Day]
	}
	if e.Hours.None() {
		return Day{}, false
	}
	usual := a.usual(date)
	day := Day{
		Point: p, Date: date, Hours: e.Hours, Place: cmp.Or(e.Place, usual.Place), Officers: e.Officers,
		Start: date.at(e.Hours.From, c.location), End: date.at(e.Hours.To, c.location),
	}
	if len(day.Officers) == 0 {
		day.Officers = usual.Officers
	}
	if !decided {
		day.Doubt = c.doubt(p, date)
	}
	return day, true
}

// usual is the rule that a date stands in for: that of its day of the month, else the point's first.
func (a *agenda) usual(date Date) Entry {
	if rule, ok := a.monthly[date.Day]; ok || len(a.monthly) == 0 {
		return rule
	}
	return a.monthly[slices.Min(a.rules())]
}

// rules are the days of the month, in order.
func (a *agenda) rules() []int {
	days := make([]int, 0, len(a.monthly))
	for day := range a.monthly {
		days = append(days, day)
	}
	slices.Sort(days)
	return days
}

// Planned tells whether an entry for a date without hours would say anything: the bank would come, or the month lacks the
// day of a rule and the date is its last one, by which an officer says that nobody comes that month.
func (c *Calendar) Planned(p Point, date Date) bool {
	if _, ok := c.day(p, date); ok {
		return true
	}
	a := c.agendas[p]
	if a == nil {
		return false
	}
	_, said := a.dated[date]
	rules := a.rules()
	return said || date.isLastOfMonth() && len(rules) > 0 && rules[len(rules)-1] > date.Day
}
