package schedule

import "slices"

// hour is a time that was read and may still be told its part of the day.
type hour struct {
	from  int // its first token
	index int // in the minutes
	given bool
}

// isTime tells whether the n-th token ahead is the hour of a time.
func (p *plain) isTime(n int) bool {
	return p.ahead(n).kind == aNumber && slices.Contains([]string{":", "h", "g", "gio"}, p.ahead(n+1).word)
}

// time reads "7:00", "7h", "6h30", "7 giờ 30 phút", "7 giờ rưỡi".
func (p *plain) time() *Fault {
	from := p.at
	hours, minutes := p.now().number, 0
	p.at++
	if p.is(":") {
		t := p.now()
		if t.kind != aNumber || t.digits != 2 {
			p.at++
			return miswritten(p.piece(from), "sau dấu hai chấm cần đúng hai chữ số phút, ví dụ 7:00")
		}
		minutes = t.number
		p.at++
		if p.now().word == ":" {
			p.at += 2
			return miswritten(p.piece(from), "giờ không có giây, viết 7:00")
		}
		p.is("h", "g", "gio")
	} else {
		p.at++
		switch t := p.now(); {
		case t.kind == aNumber && !p.isTime(0):
			minutes = t.number
			p.at++
			p.is("phut", "p", "'", "’", "′")
		case t.word == "ruoi":
			minutes = 30
			p.at++
		case t.word == "kem":
			p.at += 2
			return miswritten(p.piece(from), "giờ kém thì viết bằng số, ví dụ 6:45")
		}
	}
	switch {
	case hours > 23:
		return miswritten(p.piece(from), "giờ chỉ từ 0 đến 23")
	case minutes > 59:
		return miswritten(p.piece(from), "phút chỉ từ 0 đến 59")
	case p.now().word == "am" && p.ahead(1).word != "lich", p.now().word == "pm":
		p.at++
		return miswritten(p.piece(from), "viết giờ từ 0 đến 23, hoặc thêm sáng, trưa, chiều, tối")
	}
	p.minutes = append(p.minutes, hours*60+minutes)
	p.list = noList
	p.hour = &hour{from: from, index: len(p.minutes) - 1}
	if p.part != nil {
		part := p.part
		p.part = nil
		return p.tell(part)
	}
	return nil
}

// partOfDay reads "sáng", "chiều" and so on: of the time just before it, else of the next one.
func (p *plain) partOfDay() *Fault {
	from := p.at
	part := partsOfDay[p.now().word]
	p.at++
	switch {
	case p.hour != nil && !p.hour.given:
		return p.tell(part)
	case p.part != nil:
		return miswritten(p.said, "thiếu giờ cho buổi này, ví dụ 7h "+p.part.name)
	case p.list != noList && p.isDay(0): // "thứ hai tới thứ sáu" looks like an evening without its accents
		return miswritten(p.piece(from), "buổi thì viết ngay sau giờ, ví dụ 7h "+part.name+"; khoảng thì viết thứ hai đến thứ sáu")
	}
	p.part, p.said = part, p.piece(from)
	return nil
}

// tell gives the last time its part of the day.
func (p *plain) tell(part *partOfDay) *Fault {
	minute := p.minutes[p.hour.index]
	hour, ok := part.hour(minute / 60)
	if !ok {
		return miswritten(p.piece(p.hour.from), "buổi "+part.name+" không có giờ này")
	}
	p.minutes[p.hour.index] = hour*60 + minute%60
	p.hour.given = true
	return nil
}

// partOfDay is a part of the day with the hours that are said in it: those that stand as they are, and those to which
// twelve are added. "đêm" has none after midnight: "thứ bảy 1 giờ đêm" may mean two days.
type partOfDay struct {
	name         string
	from, to     int
	from12, to12 int
}

var partsOfDay = map[string]*partOfDay{
	"sang":  {"sáng", 0, 11, 0, -1},
	"trua":  {"trưa", 10, 14, 1, 2},
	"chieu": {"chiều", 13, 18, 1, 6},
	"toi":   {"tối", 18, 23, 6, 11},
	"dem":   {"đêm", 21, 23, 9, 11},
}

// hour is an hour of this part on a clock of 24 hours.
func (d *partOfDay) hour(said int) (int, bool) {
	switch {
	case said >= d.from && said <= d.to:
		return said, true
	case said >= d.from12 && said <= d.to12:
		return said + 12, true
	}
	return 0, false
}
