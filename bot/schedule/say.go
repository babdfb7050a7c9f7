package schedule

import (
	"fmt"
	"strings"
	"time"
)

// weekdayNames are indexed by time.Weekday.
var weekdayNames = [...]string{"chủ nhật", "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy"}

// minuteText is a minute of the day: "7:00".
func minuteText(minute int) string { return fmt.Sprintf("%d:%02d", minute/60, minute%60) }

// timesText are minutes of the day as Parse reads them.
func timesText(minutes []int) string { return strings.Join(minuteTexts(minutes), ", ") }

// timesSaid are minutes of the day in a sentence.
func timesSaid(minutes []int) string { return enumeration(minuteTexts(minutes)) }

func minuteTexts(minutes []int) []string {
	texts := make([]string, len(minutes))
	for i, minute := range minutes {
		texts[i] = minuteText(minute)
	}
	return texts
}

// enumeration is "a", "a và b", "a, b và c".
func enumeration(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " và " + names[last]
}

// dateText is a day as it is written in Vietnam.
func dateText(shown time.Time) string {
	return fmt.Sprintf("%d/%d/%d", shown.Day(), shown.Month(), shown.Year())
}

// timeText is a time of the day, with seconds only when there are any.
func timeText(shown time.Time) string {
	if shown.Second() == 0 {
		return minuteText(shown.Hour()*60 + shown.Minute())
	}
	return fmt.Sprintf("%d:%02d:%02d", shown.Hour(), shown.Minute(), shown.Second())
}

func momentText(shown time.Time) string { return timeText(shown) + " ngày " + dateText(shown) }
