package schedule

import (
	"slices"
	"time"
)

// weekdayWords are the weekdays as words after "thứ".
var weekdayWords = map[string]time.Weekday{
	"hai": time.Monday, "ba": time.Tuesday, "tu": time.Wednesday, "nam": time.Thursday, "sau": time.Friday, "bay": time.Saturday,
}

// isWeekday tells whether a weekday begins with a word.
func isWeekday(t token) bool {
	return slices.Contains([]string{"thu", "t", "chu", "chua", "cn"}, t.word)
}

// weekdayItem reads a weekday: "thứ hai", "thứ 2", "t2", "chủ nhật", "cn", or in a list only "hai" or "2".
func (p *plain) weekdayItem() *Fault {
	from := p.at
	day, fault := p.readWeekday()
	if fault != nil {
		return fault
	}
	p.found(from)
	p.weekdays = p.weekdays.with(day)
	p.weekday, p.list = day, ofWeekdays
	return nil
}

func (p *plain) readWeekday() (time.Weekday, *Fault) {
	const only = "không có thứ này, chỉ có thứ hai (2) đến thứ bảy (7) và chủ nhật"
	from := p.at
	switch {
	case p.is("cn"):
		return time.Sunday, nil
	case p.is("chu", "chua"):
		if p.is("nhat") {
			return time.Sunday, nil
		}
		return 0, miswritten(p.piece(from), "không hiểu chữ này trong lịch")
	case p.is("thu", "t"):
	}
	t := p.now()
	if day, ok := weekdayWords[t.word]; ok {
		p.at++
		return day, nil
	}
	if t.kind != aNumber || p.isTime(0) {
		if p.at == from {
			return 0, p.wrong(1, "thiếu thứ ở đây")
		}
		return 0, miswritten(p.piece(from), "thiếu thứ mấy, ví dụ thứ hai hoặc thứ 2")
	}
	p.at++
	if t.number < 2 || t.number > 7 {
		return 0, miswritten(p.piece(from), only)
	}
	return time.Weekday(t.number - 1), nil
}

// dateItem reads what begins with "ngày": "ngày 15", "ngày cuối tháng", or the weekday of "ngày thứ hai".
func (p *plain) dateItem() *Fault {
	from := p.at
	p.at++
	switch t := p.now(); {
	case t.kind == aNumber && !p.isTime(0):
		return p.addDate(from)
	case t.word == "cuoi" || t.word == "dau":
		return p.edge()
	case isWeekday(t):
		return nil
	case t.word == "mung" || t.word == "mong" || t.word == "ram":
		return p.unknown()
	}
	return miswritten(p.piece(from), "thiếu ngày mấy, ví dụ ngày 15; mỗi ngày thì viết hằng ngày")
}

// addDate reads the number of a day of the month.
func (p *plain) addDate(from int) *Fault {
	day, fault := p.readDate(from)
	if fault != nil {
		return fault
	}
	p.found(from)
	p.dates = p.dates.with(day)
	p.date, p.list = day, ofDates
	if p.now().word == "duong" { // "ngày 15 dương lịch"
		p.at++
		p.is("lich")
	}
	return nil
}

func (p *plain) readDate(from int) (int, *Fault) {
	t := p.now()
	if t.kind != aNumber || p.isTime(0) {
		return 0, p.wrong(1, "thiếu ngày ở đây")
	}
	p.at++
	if t.number < 1 || t.number > lastOfMonth {
		return 0, miswritten(p.piece(from), "không có ngày này, chỉ có ngày 1 đến 31")
	}
	if p.now().word == "/" && p.ahead(1).kind == aNumber {
		p.at += 2
		return 0, miswritten(p.piece(from), "chưa có lịch hằng năm; viết bằng cron, ví dụ 7:00 ngày 2/9 hằng năm là 0 7 2 9 *")
	}
	return t.number, nil
}

// edge reads "cuối", "cuối tháng", "cuối cùng của tháng", or the same with "đầu".
func (p *plain) edge() *Fault {
	from := p.at
	day := 1
	if p.now().word == "cuoi" {
		day = lastOfMonth
	}
	p.at++
	p.is("cung", "tien")
	if p.is("tuan") {
		return miswritten(p.piece(from), "viết rõ thứ, ví dụ thứ bảy, chủ nhật hằng tuần")
	}
	if p.is("nam", "quy") {
		return miswritten(p.piece(from), "chưa có lịch như vậy; viết bằng cron, ví dụ 7:00 ngày 31/12 hằng năm là 0 7 31 12 *")
	}
	p.is("cua")
	p.is("thang")
	if p.weekdays != 0 && p.list == ofWeekdays {
		return miswritten(p.piece(from), "chưa có lịch theo thứ đầu hay cuối tháng; viết ngày trong tháng")
	}
	p.found(from)
	p.dates = p.dates.with(day)
	p.date, p.list = day, ofDates
	return nil
}

// through reads the rest of a range, which goes on from the last day: "đến thứ sáu", "- 10", "đến ngày cuối".
func (p *plain) through() *Fault {
	from := p.at
	p.at++
	if p.now().kind == theEnd && p.list != noList {
		return miswritten(p.piece(from), "thiếu phần cuối của khoảng, ví dụ thứ hai đến thứ sáu")
	}
	switch p.list {
	case ofWeekdays:
		p.is("ngay")
		last, fault := p.readWeekday()
		if fault != nil {
			return fault
		}
		for day := p.weekday; day != last; day = (day + 1) % 7 {
			p.weekdays = p.weekdays.with(day)
		}
		p.weekdays = p.weekdays.with(last)
		p.weekday = last
		return nil
	case ofDates:
		p.is("ngay")
		last := lastOfMonth
		if p.is("cuoi") {
			p.is("cung")
			p.is("thang")
		} else {
			var fault *Fault
			if last, fault = p.readDate(p.at); fault != nil {
				return fault
			}
		}
		if last < p.date {
			return miswritten(p.piece(from), "khoảng ngày phải từ nhỏ đến lớn")
		}
		for day := p.date; day <= last; day++ {
			p.dates = p.dates.with(day)
		}
		p.date = last
		return nil
	}
	p.at--
	return p.wrong(1, "khoảng chỉ có giữa hai thứ hoặc hai ngày; ngày kết thúc viết đến hết 31/12/2026")
}

// found keeps the piece with the first day, and that no part of the day follows its time any more.
func (p *plain) found(from int) {
	if p.days == "" {
		p.days = p.piece(from)
	}
	p.hour = nil
}
