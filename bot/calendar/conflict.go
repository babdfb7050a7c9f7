package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// ConflictKind says what is in the way of a day.
type ConflictKind string

// The kinds. The first three keep a day in doubt until an entry with its date decides; the others are for the officer to
// know of. Saturdays and Sundays are in nobody's way: the bank keeps its day on them.
const (
	OnHoliday      ConflictKind = "holiday"      // the day is off by law
	PerhapsHoliday ConflictKind = "perhaps"      // the State decides each year whether it is off
	UnknownYear    ConflictKind = "unknown_year" // the holidays of the year are not known
	NoSuchDay      ConflictKind = "no_such_day"  // the month has no such day; nobody comes in it until somebody says so
	Overlapping    ConflictKind = "overlap"      // two tables at once, in one commune or of one officer
)

// Conflict is something that an officer should look at. The zero Conflict is none.
type Conflict struct {
	Point   Point // not of an unknown year
	Date    Date  // of a day that a month has not: the last one it has; of an unknown year: the first day in question
	Kind    ConflictKind
	Holiday string // what the day is
	Rule    int    // the day that the month has not
	Other   Point  // the other table
	Officer string // who would be at both; empty = nobody is named at both
}

// doubt is why the rule alone does not make a date sure.
func (c *Calendar) doubt(p Point, date Date) Conflict {
	names, certain := c.holidays.On(date)
	conflict := Conflict{Point: p, Date: date, Kind: PerhapsHoliday, Holiday: strings.Join(names, ", ")}
	switch {
	case !c.holidays.Know(date.Year):
		conflict.Kind = UnknownYear
	case len(names) == 0:
		return Conflict{}
	case certain:
		conflict.Kind = OnHoliday
	}
	return conflict
}

// Conflicts are what an officer should look at from one date to another, both included, by date: days in doubt, days that
// a month has not unless an entry of that month has a date, each unknown year once, and of each two points the first
// day on which they overlap.
func (c *Calendar) Conflicts(from, to Date) []Conflict {
	var conflicts []Conflict
	unknown := make(map[int]bool)
	together := make(map[[2]Point]bool)
	for date := from; !to.Before(date); date = date.Add(1) {
		var days []Day
		for _, p := range c.points {
			if day, ok := c.day(p, date); ok {
				days = append(days, day)
			}
			if date.isLastOfMonth() {
				conflicts = append(conflicts, c.lacking(p, date)...)
			}
		}
		for i, day := range days {
			switch {
			case day.Doubt.Kind == UnknownYear && !unknown[date.Year]:
				unknown[date.Year] = true
				conflicts = append(conflicts, Conflict{Date: date, Kind: UnknownYear})
			case day.Doubt.Kind != UnknownYear && !day.Sure():
				conflicts = append(conflicts, day.Doubt)
			}
			for _, other := range days[:i] {
				pair := [2]Point{other.Point, day.Point}
				if conflict, ok := overlap(other, day); ok && !together[pair] {
					together[pair] = true
					conflicts = append(conflicts, conflict)
				}
			}
		}
	}
	return conflicts
}

// lacking are the rules of a point whose day the month that ends with a date has not.
func (c *Calendar) lacking(p Point, last Date) []Conflict {
	a := c.agendas[p]
	for date := range a.dated {
		if date.Year == last.Year && date.Month == last.Month {
			return nil
		}
	}
	var conflicts []Conflict
	for _, rule := range a.rules() {
		if rule > last.Day {
			conflicts = append(conflicts, Conflict{Point: p, Date: last, Kind: NoSuchDay, Rule: rule})
		}
	}
	return conflicts
}

// overlap tells whether two tables are open at once, in one commune or with one officer.
func overlap(a, b Day) (Conflict, bool) {
	if !a.Hours.overlap(b.Hours) {
		return Conflict{}, false
	}
	officer := ""
	for _, name := range a.Officers {
		if slices.Contains(b.Officers, name) {
			officer = cmp.Or(officer, name)
		}
	}
	return Conflict{Point: a.Point, Date: a.Date, Kind: Overlapping, Other: b.Point, Officer: officer}, officer != "" || a.Unit == b.Unit
}

// Sentence says in Vietnamese what is the matter and what to do. name gives a commune's name by its code.
func (c Conflict) Sentence(name func(unit string) string) string {
	where := c.Point.said(name)
	switch c.Kind {
	case OnHoliday, PerhapsHoliday:
		return c.doubted(name) + " " + c.Date.decide()
	case UnknownYear:
		return fmt.Sprintf("Năm %d: chưa có danh sách ngày nghỉ lễ, Tết, nên chưa biết ngày giao dịch nào bị trùng. Hãy cập nhật chương trình, hoặc ghi từng ngày cụ thể của năm đó.", c.Date.Year)
	case NoSuchDay:
		return fmt.Sprintf("%s: tháng %d/%d không có ngày %d, nên không có phiên giao dịch nào trong tháng. "+
			"Nếu có thì thêm dòng cho một ngày cụ thể; nếu không thì thêm dòng ngày %s để trống giờ.", where, c.Date.Month, c.Date.Year, c.Rule, c.Date)
	case Overlapping:
		who := "cùng một xã"
		if c.Officer != "" {
			who = "cùng cán bộ " + c.Officer
		}
		return fmt.Sprintf("%s và %s: trùng giờ vào %s, %s. Nếu đúng như vậy thì để nguyên, nếu không thì sửa ngày hoặc giờ.", where, lowerFirst(c.Other.said(name)), c.Date.Said(), who)
	}
	return ""
}

// doubted says what is the matter with one day in doubt, without what to do.
func (c Conflict) doubted(name func(unit string) string) string {
	where := c.Point.said(name)
	switch c.Kind {
	case OnHoliday:
		return fmt.Sprintf("%s: %s là ngày nghỉ %s.", where, c.Date.Said(), c.Holiday)
	case PerhapsHoliday:
		return fmt.Sprintf("%s: %s có thể là ngày nghỉ (%s; Nhà nước công bố từng năm).", where, c.Date.Said(), c.Holiday)
	case UnknownYear:
		return fmt.Sprintf("%s: chưa có danh sách ngày nghỉ lễ, Tết năm %d, nên chưa biết %s có phải ngày nghỉ không.", where, c.Date.Year, c.Date.Said())
	case NoSuchDay, Overlapping: // no day in doubt
	}
	return ""
}

// decide says how an officer decides about a date in the file.
func (d Date) decide() string {
	return fmt.Sprintf("Hãy quyết định: vẫn giao dịch thì thêm dòng ngày %[1]s có giờ; nghỉ thì thêm dòng ngày %[1]s để trống giờ, có ngày bù thì thêm dòng cho ngày bù.", d)
}

// said is a point at the beginning of a sentence.
func (p Point) said(name func(unit string) string) string {
	if p.Name == "" {
		return "Điểm giao dịch " + name(p.Unit)
	}
	return fmt.Sprintf("Điểm giao dịch %s, %s", p.Name, name(p.Unit))
}

func lowerFirst(text string) string { return "đ" + strings.TrimPrefix(text, "Đ") }
