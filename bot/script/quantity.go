package script

import (
	"regexp"
	"strconv"
	"strings"
)

// andHalf is "1tr5", one million five hundred thousand, or "2k5".
func (r *reader) andHalf(m []string) int {
	n, err := strconv.ParseUint(m[1], 10, 32)
	if err != nil {
		return 0
	}
	size := uint64(1_000_000)
	if m[2] == "k" {
		size = 1_000
	}
	tenth, _ := strconv.ParseUint(m[3], 10, 8)
	r.say(cardinal(n*size+tenth*size/10), aNumber)
	if next := after(r.rest()[len(m[0]):]); next != "đồng" && next != "đ" {
		r.say("đồng", aUnit)
	}
	r.heard("triệu")
	return len(m[0])
}

// row is several numbers with dashes between them, such as the weekdays "2-4-6" or a fertilizer's parts.
func (r *reader) row(m []string) int {
	var parts []string
	for part := range strings.SplitSeq(m[0], "-") {
		parts = append(parts, numeral(part))
	}
	r.say(strings.Join(parts, ", "), aNumber)
	r.heard(aFigure)
	return len(m[0])
}

// slashed is a day and a month, a share of a whole, or a number with a slash in it.
func (r *reader) slashed(m []string) int {
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[2])
	rest := r.rest()[len(m[0]):]
	next, before := after(rest), r.before(1)
	kind := aNumber
	words := numeral(m[1]) + " trên " + numeral(m[2])
	date := r.firstDay(m[1]) + " " + monthWords(m[2])
	share := numeral(m[1]) + " phần " + numeral(m[2])
	isDate := a >= 1 && a <= 31 && b >= 1 && b <= 12 && len(m[1]) <= 2 && len(m[2]) <= 2
	isShare := a < b && b <= 10 && m[1][0] != '0' && m[2][0] != '0'
	near := dated[before] && r.last != aMark || r.last == aTime || r.last == aDate
	if strings.Contains(m[0], " ") && (!isDate || !near) {
		return 0 // two numbers, one after the other
	}
	switch {
	case scales[next] && isShare:
		words = share
	case scales[next], housed[before], before == "số" && !isDate, strings.HasPrefix(rest, "/"):
	case isDate && near:
		words, kind = date, aDate
	case isShare && shared[next]:
		words = share
	case counted[next], a == 24 && b == 7, before == "số":
	case isDate && a <= b && isShare:
		words, kind = date, aDate
		r.fault(m[0], "Đang đọc là ngày tháng. Nếu là ngày, hãy viết \"ngày "+m[0]+"\"; nếu là phần của một số, hãy viết bằng chữ.")
	case isDate:
		words, kind = date, aDate
	}
	r.say(words, kind)
	r.heard(aFigure)
	return len(m[0])
}

var (
	thousands = regexp.MustCompile(`^\d{1,3}(?:\.\d{3})+(?:,\d+)?`)
	english   = regexp.MustCompile(`^\d{1,3}(?:,\d{3})+`)
	percent   = regexp.MustCompile(`^\d+,\d+\s?%`)
	spaced    = regexp.MustCompile(`^\d{1,3}(?: \d{3})+`)
	numbers   = regexp.MustCompile(`^\d+(?:,\d+)+`)
	list      = regexp.MustCompile(`^\d+(?:,\d+){2,}`)
	decimal   = regexp.MustCompile(`^\d+,\d+`)
	pointed   = regexp.MustCompile(`^\d+(?:\.\d+)+`)
	unitAfter = regexp.MustCompile(`^\s?(?:[%°₫$‰]|\p{L}+)`)
)

// number is any other number, as long as it goes.
func (r *reader) number(m []string) int {
	rest := r.rest()
	text := m[0]
	stops := func(match string) bool { return match != "" && (len(rest) == len(match) || !isDigit(rest[len(match)])) }
	switch {
	case stops(thousands.FindString(rest)) && rest[0] != '0':
		text = thousands.FindString(rest)
		r.say(numeral(text), aNumber)
	case stops(english.FindString(rest)) && rest[0] != '0' && !percent.MatchString(rest):
		text = english.FindString(rest)
		if strings.Count(text, ",") > 1 {
			r.say(numeral(strings.ReplaceAll(text, ",", "")), aNumber)
			break
		}
		r.fault(text, "Dấu phẩy này đang đọc là phần lẻ. Nếu là hàng nghìn, hãy viết "+strings.ReplaceAll(text, ",", ".")+".")
		r.say(numeral(text), aNumber)
	case list.MatchString(rest), decimal.MatchString(rest) && listed[r.before(1)] && r.last == aWord && !percent.MatchString(rest):
		text = numbers.FindString(rest)
		var parts []string
		for part := range strings.SplitSeq(text, ",") {
			parts = append(parts, numeral(part))
		}
		r.say(strings.Join(parts, ", "), aNumber)
	case decimal.MatchString(rest):
		text = decimal.FindString(rest)
		r.say(numeral(text), aNumber)
	case pointed.MatchString(rest):
		text = pointed.FindString(rest)
		next := strings.TrimSpace(unitAfter.FindString(rest[len(text):]))
		if _, isUnit := units[next]; strings.Count(text, ".") == 1 && (isUnit || scales[next]) {
			r.say(numeral(strings.Replace(text, ".", ",", 1)), aNumber)
			break
		}
		var parts []string
		for part := range strings.SplitSeq(text, ".") {
			parts = append(parts, digitsOrNumber(part, false))
		}
		r.say(strings.Join(parts, " chấm "), aNumber)
	default:
		if m := spaced.FindString(rest); stops(m) && rest[0] != '0' {
			r.fault(m, "Dấu cách này làm thành nhiều số. Nếu là một số, hãy viết "+strings.ReplaceAll(m, " ", ".")+".")
		}
		next := strings.TrimSpace(unitAfter.FindString(rest[len(text):]))
		_, isUnit := units[next]
		word := r.dayOrNumber(text, coded[r.before(1)] || coded[r.before(2)] && r.before(1) == "số" || (len(text) > 8 && !isUnit && !scales[next]))
		r.say(word, aNumber)
	}
	r.heard(aFigure)
	return len(text)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// dayOrNumber is a plain number; after "ngày" the first ten have a word before them.
func (r *reader) dayOrNumber(text string, code bool) string {
	n, err := strconv.Atoi(text)
	next := after(r.rest()[len(text):])
	if r.before(1) == "ngày" && err == nil && n >= 1 && n <= 10 && (r.last == aWord) && (next == "" || next == "tháng" || next == "và" || next == "đến" || next == "hằng" || next == "hàng" || next == "âm" || next == "này") {
		return dayWords(text, true)
	}
	if len(text) == 2 && text[0] == '0' && (r.before(1) == "mẫu" || r.before(1) == "mã") {
		return spelled(text)
	}
	if r.before(1) == "tháng" && text == "4" {
		return "tư"
	}
	return digitsOrNumber(text, code)
}

// digitsOrNumber reads digit by digit what is no quantity.
func digitsOrNumber(text string, code bool) string {
	if code && len(text) >= 4 || len(text) > 2 && text[0] == '0' {
		return spelledInGroups(text)
	}
	return numeral(text)
}

// unit follows a number. "/năm" and the like after it mean each.
func (r *reader) unit(m []string) int {
	if r.last != aNumber {
		return 0
	}
	word, ok := units[m[0]]
	if !ok {
		if scales[m[0]] || m[0] == "rưỡi" {
			r.say(m[0], aUnit)
			r.heard(m[0])
			if scales[m[0]] {
				r.last = aNumber // money and measures may follow: "100 triệu đ"
			}
			return len(m[0])
		}
		return 0
	}
	glued := r.at > 0 && r.line[r.at-1] != ' '
	if m[0] == "K" && r.before(1) == aFigure && r.at > 0 && (r.at < 2 || !isDigit(r.line[r.at-2])) {
		return 0 // "5K" is a slogan
	}
	switch m[0] {
	case "d", "V", "W", "L", "s", "Đ", "K":
		if !glued {
			return 0
		}
	}
	r.say(word, aUnit)
	r.heard(word)
	if m[0] == "tr" || m[0] == "tỉ" {
		r.last = aNumber
	}
	return len(m[0])
}

// mixed is a word that ends in digits, such as a road, a form or a virus.
func (r *reader) mixed(m []string) int {
	if m[1] == "x" && r.last == aNumber { // times
		return 0
	}
	var word string
	switch long, known := abbreviations[m[1]]; {
	case known:
		word = long
	case m[1] == strings.ToLower(m[1]) && len([]rune(m[1])) > 1, len([]rune(m[1])) > 4:
		word = m[1]
	default:
		word = letters(m[1])
	}
	if m[1] == "ĐT" {
		word = "đường tỉnh"
		if len(m[2]) >= 9 {
			word = "điện thoại"
		}
	}
	r.say(word, aWord)
	r.heard(m[1])
	r.since = 0
	r.say(digitsOrNumber(m[2], len(m[2]) >= 4), aNumber)
	for tail := m[3]; tail != ""; {
		run := digitRuns.FindStringIndex(tail)
		switch {
		case run == nil:
			r.say(letters(tail), aWord)
			tail = ""
		case run[0] > 0:
			r.say(letters(tail[:run[0]]), aWord)
			tail = tail[run[0]:]
		default:
			r.say(digitsOrNumber(tail[:run[1]], false), aNumber)
			tail = tail[run[1]:]
		}
	}
	r.heard(aFigure)
	return len(m[0])
}
