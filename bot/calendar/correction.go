package calendar

import (
	"fmt"
	"time"
)

// Said is what people were told of a day: from when to when, and where. Without hours they were told that nobody comes.
type Said struct {
	Hours Hours
	Place string
}

// Saying is what a reminder of the day tells.
func (d Day) Saying() Said { return Said{Hours: d.Hours, Place: d.Place} }

// Correction is a day of which people were told something that does not hold any more.
type Correction struct {
	Point Point
	Date  Date
	Told  Said
	Now   Said // without hours nobody comes
	Next  *Day // the point's next sure day after it; nil = none is known
	Until time.Time
}

// Correct compares what people were told of a day with the calendar. There is nothing to correct when it still holds, when
// the day is over by what they were told and by what holds, and while it is in doubt: then its officer has to decide first.
func (c *Calendar) Correct(p Point, date Date, told Said, now time.Time) (Correction, bool) {
	day, held := c.day(p, date)
	if held && !day.Sure() {
		return Correction{}, false
	}
	fix := Correction{Point: p, Date: date, Told: told, Until: date.at(max(told.Hours.To, day.Hours.To), c.location)}
	if held {
		fix.Now = day.Saying()
	}
	if fix.Now == told || !now.Before(fix.Until) {
		return Correction{}, false
	}
	if next, ok := c.SureAfter(p, date); ok {
		fix.Next = &next
	}
	return fix, true
}

// ForResidents is the correction as those read it who were told what is wrong. name gives a commune's name by its code.
func (x Correction) ForResidents(name func(unit string) string) string {
	if !x.Now.Hours.None() {
		day := Day{Point: x.Point, Date: x.Date, Hours: x.Now.Hours, Place: x.Now.Place}
		return fmt.Sprintf("Xin lỗi bà con, lịch giao dịch đã đổi. %s về %s: %s.\nBà con theo tin này, không theo tin trước.", bank, name(x.Point.Unit), day.Said())
	}
	at := ""
	if x.Point.Name != "" {
		at = " (điểm " + x.Point.Name + ")"
	}
	text := fmt.Sprintf("Xin lỗi bà con, lịch giao dịch đã đổi. %s không về %s%s vào %s như tin trước đã báo.", bank, name(x.Point.Unit), at, x.Date.Said())
	if x.Next != nil {
		text += fmt.Sprintf("\nNgày giao dịch sau đó: %s.", x.Next.Said())
	}
	return text
}
