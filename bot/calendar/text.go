package calendar

import (
	"fmt"
	"strings"
	"time"
)

// bank is who comes.
const bank = "Ngân hàng Chính sách xã hội"

// Said says when and where a day is: "thứ hai 15/02/2027, 07:30 đến 11:00, tại Nhà văn hóa thôn Một (điểm Trụ sở)".
func (d Day) Said() string {
	text := fmt.Sprintf("%s, %s đến %s", d.Date.Said(), ClockText(d.Hours.From), ClockText(d.Hours.To))
	if d.Place != "" {
		text += ", tại " + d.Place
	}
	if d.Name != "" {
		text += " (điểm " + d.Name + ")"
	}
	return text
}

// What residents and group leaders bring. Source: the project's facts on policy loans (vay-thu-tuc-ho-so,
// vay-tra-no-gia-han and vay-lich-giao-dich-xa), as checked on 2026-11-21.
const (
	BorrowersBring = "Bà con mang theo căn cước. Nộp lãi, trả gốc hay gửi tiết kiệm thì mang thêm tiền, và nhớ lấy biên lai."
	LeadersBring   = "Tổ trưởng nhắc bà con trong tổ đúng ngày, đúng giờ; mang theo căn cước, tiền lãi và tiền tiết kiệm đã thu của tổ, và lấy biên lai cho từng hộ."
)

// ForBorrowers is the reminder as residents read it at a moment. name gives a commune's name by its code.
func (r Reminder) ForBorrowers(now time.Time, name func(unit string) string) string {
	return r.text(now, name) + "\n" + BorrowersBring
}

// ForLeaders is the reminder as leaders of savings and loan groups read it at a moment.
func (r Reminder) ForLeaders(now time.Time, name func(unit string) string) string {
	return r.text(now, name) + "\n" + LeadersBring
}

// ForOfficers is the reminder of a day in doubt, as those read it in the chat who have to decide.
func (r Reminder) ForOfficers(now time.Time, name func(unit string) string) string {
	return fmt.Sprintf("%s là một ngày giao dịch chưa chốt, nên chưa nhắc bà con. %s", firstUpper(r.away(now)), r.Day.Doubt.doubted(name))
}

func (r Reminder) text(now time.Time, name func(unit string) string) string {
	return fmt.Sprintf("%s, %s về %s: %s.", firstUpper(r.away(now)), bank, name(r.Day.Unit), r.Day.Said())
}

// away says how far off the day is. A reminder may go out late, so that is not its Before.
func (r Reminder) away(now time.Time) string {
	date, days := DateOf(now.In(r.At.Location())), 0
	for ; date.Before(r.Day.Date); date = date.Add(1) {
		days++
	}
	switch days {
	case 0:
		return "hôm nay"
	case 1:
		return "ngày mai"
	}
	return fmt.Sprintf("còn %d ngày nữa", days)
}

// firstUpper is a text that begins with a capital.
func firstUpper(text string) string {
	first, rest := text[:1], text[1:] // they begin with plain letters
	return strings.ToUpper(first) + rest
}
