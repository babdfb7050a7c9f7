package schedule

import (
	"fmt"
	"slices"
	"time"
)

// mostTimes is how many times a day a plain choice may name.
const mostTimes = 24

// plain reads a plain choice from left to right: how often, days and times in any order.
type plain struct {
	text string
	read []token
	at   int // the token to be read next

	period   period
	weekdays weekly
	dates    monthly
	minutes  []int

	list    list         // what a bare number or word goes on with
	comma   bool         // the token before was a comma or "và"
	weekday time.Weekday // the last one read, from which a range goes on
	date    int          // likewise
	hour    *hour        // the last time, while the part of the day may still follow
	part    *partOfDay   // said before its time
	said    string       // the piece of text with that part
	days    string       // the piece of text with the first day, for faults
}

type period int

const (
	noPeriod period = iota
	byDay
	byWeek
	byMonth
)

type list int

const (
	noList list = iota
	ofWeekdays
	ofDates
)

// parsePlain reads a plain choice.
func parsePlain(text string, read []token) (days, []int, *Fault) {
	p := &plain{text: text, read: read}
	for p.now().kind != theEnd {
		if fault := p.item(); fault != nil {
			return nil, nil, fault
		}
	}
	if fault := p.whole(); fault != nil {
		return nil, nil, fault
	}
	slices.Sort(p.minutes)
	p.minutes = slices.Compact(p.minutes)
	switch p.period {
	case byWeek:
		return p.weekdays, p.minutes, nil
	case byMonth:
		return p.dates, p.minutes, nil
	}
	return daily{}, p.minutes, nil
}

// now is the token to be read, ahead the n-th after it.
func (p *plain) now() token        { return p.ahead(0) }
func (p *plain) ahead(n int) token { return p.read[min(p.at+n, len(p.read)-1)] }

// is tells whether the token to be read is one of some words, and reads it then.
func (p *plain) is(words ...string) bool {
	if !slices.Contains(words, p.now().word) {
		return false
	}
	p.at++
	return true
}

// isDay tells whether a weekday or a day of the month begins with the n-th token ahead.
func (p *plain) isDay(n int) bool {
	t := p.ahead(n)
	return t.word == "ngay" || isWeekday(t) || t.kind == aNumber && !p.isTime(n)
}

// piece is the text from a token to the one read last.
func (p *plain) piece(from int) string {
	last := max(min(p.at, len(p.read)-1)-1, from)
	return p.text[p.read[from].from:p.read[last].to]
}

// wrong is a fault of the n tokens to be read.
func (p *plain) wrong(n int, why string) *Fault {
	from := p.at
	p.at = min(p.at+n, len(p.read)-1)
	return miswritten(p.piece(from), why)
}

// item reads the next thing, whatever it is.
func (p *plain) item() *Fault {
	t, comma := p.now(), p.comma
	p.comma = false
	switch {
	case t.kind == aNumber:
		return p.number()
	case t.kind == aMark:
		return p.mark()
	case partsOfDay[t.word] != nil:
		return p.partOfDay()
	}
	switch t.word {
	case "va":
		p.next()
	case "luc", "vao", "buoi", "cac", "cua":
		p.at++
	case "hang", "moi":
		return p.howOften()
	case "thu", "t", "chu", "chua", "cn":
		return p.weekdayItem()
	case "ngay":
		return p.dateItem()
	case "cuoi", "dau":
		return p.edge()
	case "den":
		return p.through()
	case "tu":
		if comma && p.list == ofWeekdays {
			return p.weekdayItem()
		}
		if p.list == noList && p.isDay(1) {
			p.at++ // "từ thứ hai đến thứ sáu"
			return nil
		}
		return p.wrong(1, "không rõ từ lúc nào đến lúc nào; khoảng thì viết thứ hai đến thứ sáu, còn giờ thì từng giờ một")
	case "hai", "ba", "nam", "sau", "bay":
		if comma && p.list == ofWeekdays {
			return p.weekdayItem()
		}
		return p.wrong(1, "không rõ là gì; thứ thì viết thứ "+p.text[t.from:t.to]+", giờ thì viết bằng số")
	default:
		return p.unknown()
	}
	return nil
}

// unknown is the fault of a word that is none of ours, with the reason for those that people try.
func (p *plain) unknown() *Fault {
	switch p.now().word {
	case "mung", "mong", "ram", "am":
		return p.wrong(1, "chưa có lịch âm, chỉ có ngày dương lịch")
	case "thang":
		if p.ahead(1).kind == aNumber && !p.isTime(1) {
			return p.wrong(2, "chưa có lịch hằng năm; viết bằng cron, ví dụ 7:00 ngày 2/9 hằng năm là 0 7 2 9 *")
		}
		return p.wrong(1, "viết hằng tháng hoặc mỗi tháng")
	case "tuan":
		return p.wrong(1, "viết hằng tuần hoặc mỗi tuần")
	case "h", "g", "gio":
		return p.wrong(1, "thiếu số giờ, ví dụ 7 giờ")
	case "tru":
		return p.wrong(1, "không có ngày trừ ra; viết những ngày có, ví dụ thứ hai đến thứ bảy hằng tuần")
	}
	return p.wrong(1, "không hiểu chữ này trong lịch")
}

// next reads what stands between two of a list.
func (p *plain) next() {
	p.at++
	p.comma, p.hour = true, nil
}

// mark reads a character that is neither letter nor digit.
func (p *plain) mark() *Fault {
	switch p.now().word {
	case ",", ";", "&", "+":
		p.next()
		return nil
	case "-", "–", "—":
		return p.through()
	case ".", "!":
		if p.ahead(1).kind == theEnd {
			p.at++
			return nil
		}
	case "/":
		return p.wrong(1, "lịch lặp lại không có ngày/tháng; ngày trong tháng thì viết ngày 15 hằng tháng")
	}
	return p.wrong(1, "không hiểu dấu này trong lịch")
}

// number reads a time, or one more of a list of days.
func (p *plain) number() *Fault {
	switch {
	case p.isTime(0):
		return p.time()
	case p.list == ofWeekdays:
		return p.weekdayItem()
	case p.list == ofDates:
		return p.addDate(p.at)
	case p.ahead(1).word == "." && p.ahead(2).kind == aNumber:
		return p.wrong(3, "giữa giờ và phút viết dấu hai chấm, ví dụ 7:30")
	}
	return p.wrong(1, "không rõ số này là gì; giờ thì viết 7:00 hoặc 7h, ngày thì viết ngày 15, thứ thì viết thứ 2")
}

// howOften reads "hằng ngày", "mỗi tuần", or only the first word of "mỗi thứ hai".
func (p *plain) howOften() *Fault {
	from := p.at
	p.at++
	var next period
	switch t := p.now(); t.word {
	case "ngay":
		next = byDay
	case "tuan":
		next = byWeek
	case "thang":
		next = byMonth
	case "thu", "t", "chu", "chua", "cn":
		next = byWeek
		p.at-- // the weekday is read by itself
	case "nam", "quy":
		p.at++
		return miswritten(p.piece(from), "chưa có lịch "+p.piece(from)+"; viết bằng cron, ví dụ 7:00 ngày 2/9 hằng năm là 0 7 2 9 *")
	case "gio", "phut":
		p.at++
		return miswritten(p.piece(from), "lịch dày như vậy viết bằng cron, ví dụ 0 * * * * là đầu mỗi giờ")
	default:
		return miswritten(p.piece(from), "thiếu ngày, tuần hoặc tháng sau chữ này")
	}
	p.at++
	if p.period != noPeriod && p.period != next {
		return miswritten(p.piece(from), "trước đó đã viết "+periodNames[p.period]+", một lịch chỉ có một cách lặp lại")
	}
	p.period = next
	p.list, p.hour = noList, nil
	return nil
}

var periodNames = [...]string{byDay: "hằng ngày", byWeek: "hằng tuần", byMonth: "hằng tháng"}

// whole tells whether all parts are there and fit together.
func (p *plain) whole() *Fault {
	byWeekday, byDate := p.weekdays != 0, p.dates != 0
	switch {
	case p.part != nil:
		return miswritten(p.said, "thiếu giờ cho buổi này, ví dụ 7h "+p.part.name)
	case p.period == noPeriod && !byWeekday && !byDate && len(p.minutes) == 0:
		return missing("lịch còn trống")
	case byWeekday && byDate:
		return miswritten(p.days, "một lịch chỉ theo thứ hoặc theo ngày trong tháng, không cả hai")
	case p.period == noPeriod && byWeekday:
		return miswritten(p.days, "thiếu chữ hằng tuần; chỉ gửi một lần thì đặt giờ hẹn")
	case p.period == noPeriod && byDate:
		return miswritten(p.days, "thiếu chữ hằng tháng; chỉ gửi một lần thì đặt giờ hẹn")
	case p.period == noPeriod:
		return missing("thiếu hằng ngày, hằng tuần hoặc hằng tháng")
	case p.period == byDay && (byWeekday || byDate):
		return miswritten(p.days, "hằng ngày thì không có thứ hay ngày riêng; viết hằng tuần hoặc hằng tháng")
	case p.period == byWeek && byDate:
		return miswritten(p.days, "hằng tuần thì viết thứ; ngày trong tháng thì viết hằng tháng")
	case p.period == byMonth && byWeekday:
		return miswritten(p.days, "hằng tháng thì viết ngày trong tháng; thứ thì viết hằng tuần")
	case p.period == byWeek && !byWeekday:
		return missing("thiếu thứ trong tuần, ví dụ thứ hai")
	case p.period == byMonth && !byDate:
		return missing("thiếu ngày trong tháng, ví dụ ngày 15 hoặc ngày cuối")
	case len(p.minutes) == 0:
		return missing("thiếu giờ, ví dụ 7:00")
	case len(p.minutes) > mostTimes:
		return missing(fmt.Sprintf("nhiều nhất %d giờ trong một lịch", mostTimes))
	}
	return nil
}
