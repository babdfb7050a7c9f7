package calendar

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// WriteICS writes days in the iCalendar format (RFC 5545), for the calendars of phones and offices. The same day of a point
// keeps its id, so that reading a newer file replaces it. A day in doubt is tentative. name gives a commune's name by its
// code; made is when the file is written.
func WriteICS(out io.Writer, days []Day, name func(unit string) string, made time.Time) error {
	cal := ics.NewCalendarFor("Loa Làng")
	cal.SetMethod(ics.MethodPublish)
	for _, day := range days {
		id := sha256.Sum256([]byte(day.Unit + "\x00" + day.Name + "\x00" + day.Date.String()))
		event := cal.AddEvent(fmt.Sprintf("%x@loalang", id[:16]))
		event.SetDtStampTime(made)
		event.SetStartAt(day.Start)
		event.SetEndAt(day.End)
		summary := "Ngân hàng Chính sách xã hội giao dịch tại " + name(day.Unit)
		if day.Name != "" {
			summary += ", điểm " + day.Name
		}
		event.SetSummary(summary)
		if day.Place != "" {
			event.SetLocation(day.Place)
		}
		event.SetStatus(ics.ObjectStatusConfirmed)
		var notes []string
		if len(day.Officers) > 0 {
			notes = append(notes, "Cán bộ: "+strings.Join(day.Officers, ", ")+".")
		}
		if !day.Sure() {
			event.SetStatus(ics.ObjectStatusTentative)
			notes = append(notes, day.Doubt.Sentence(name))
		}
		if len(notes) > 0 {
			event.SetDescription(strings.Join(notes, "\n"))
		}
	}
	_, err := io.WriteString(out, cal.Serialize(ics.WithNewLineWindows)) // SerializeTo keeps its writing errors to itself
	return err
}
