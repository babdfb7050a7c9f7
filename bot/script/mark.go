package script

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// symbol reads any other character.
func (r *reader) symbol(c rune) {
	rest := r.rest()
	switch c {
	case '.':
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " "))
		switch {
		case strings.HasPrefix(rest, "."):
		case r.last == aNumber && r.at > 1 && isDigit(r.line[r.at-2]) && rest != "" && isDigit(rest[0]):
			r.say("chấm", aWord)
		case r.at > 1 && r.line[r.at-2] == '.' && unicode.IsLower(next):
			r.mark(",")
		default:
			r.mark(".")
		}
	case ',', '?', '!', ';', ':':
		r.mark(string(c))
	case '(', ')', '[', ']', '{', '}', '|', '•', '→', '\\', '·', '⇒', '➡':
		r.mark(",")
	case '-':
		r.dash()
	case '/':
		r.slash()
	case '&':
		r.say("và", aWord)
	case '@':
		r.say("a còng", aWord)
	case '°':
		r.say("độ", aWord)
	case '%':
		r.say("phần trăm", aUnit)
	case '$':
		r.say("đô la", aUnit)
	case '₫':
		r.say("đồng", aUnit)
	case '=':
		r.say("bằng", aWord)
	case '~', '≈':
		r.ifNumber("khoảng")
	case '±':
		r.ifNumber("cộng trừ")
	case '<':
		r.ifNumber("dưới")
	case '>':
		r.ifNumber("trên")
	case '≤':
		r.ifNumber("không quá")
	case '≥':
		r.ifNumber("từ")
	case '+':
		if r.last == aNumber || r.last == aUnit {
			r.ifNumber("cộng")
		} else {
			r.mark(",")
		}
	}
}

// ifNumber says a word when a number comes next.
func (r *reader) ifNumber(word string) {
	if isNext(r.rest()) {
		r.say(word, aWord)
	}
}

var (
	numberNext = regexp.MustCompile(`^\s*(\d[\d.,]*)`)
	degrees    = regexp.MustCompile(`^\d+(?:,\d+)?\s?(?:°|độ)`)
	dateNext   = regexp.MustCompile(`^\s*\d{1,2}\s?/\s?\d{1,2}`)
	timeNext   = regexp.MustCompile(`^\s*\d{1,2}\s?(?:[hHgG]|:\d\d|giờ)`)
	numberLast = regexp.MustCompile(`(\d[\d.,]*)\s*-$`)
)

// dash is a range between two numbers, dates or times, else a pause.
func (r *reader) dash() {
	rest := r.rest()
	spaced := strings.HasPrefix(rest, " ")
	m := numberNext.FindStringSubmatch(rest)
	if m == nil {
		switch {
		case spans[after(rest)] && r.before(2) == after(rest):
			r.say("đến", aWord)
		case r.last == aDate && (strings.HasPrefix(strings.TrimLeft(rest, " "), "T") || strings.HasPrefix(strings.TrimLeft(rest, " "), "CN")):
			r.say("đến", aWord)
			r.last = aDate
		case spaced || r.at > 1 && r.line[r.at-2] == ' ':
			r.mark(",")
		}
		return
	}
	if degrees.MatchString(rest) && r.last != aNumber && r.last != aUnit {
		r.say("âm", aWord)
		return
	}
	switch {
	case r.last == aWord && spaced, r.last == aMark:
		r.mark(",")
	case r.last == aWord && r.since > 0: // part of a name, such as COVID-19
	case r.last == aTime && dateNext.MatchString(rest), r.last == aDate && timeNext.MatchString(rest):
		r.mark(",")
	case r.last == aDate, r.last == aTime, r.last == aUnit && !spaced:
		kind := r.last
		r.say("đến", aWord)
		r.last = kind
	case r.last == aUnit && unitAfter.MatchString(rest[len(m[0]):]):
		r.say("đến", aWord)
	case r.last == aNumber && spaced && labels[r.before(2)]:
		r.mark(",")
	case r.last == aNumber && r.rising(m[1]):
		r.say("đến", aWord)
	case r.last == aNumber && !spaced:
		r.say("gạch ngang", aWord)
	default:
		r.mark(",")
	}
}

// rising tells whether the number after a dash is greater than the one before it.
func (r *reader) rising(next string) bool {
	m := numberLast.FindStringSubmatch(r.line[max(0, r.at-40):r.at])
	if m == nil {
		return false
	}
	value := func(text string) float64 {
		text = strings.TrimRight(text, ".,")
		if thousands.FindString(text) == text {
			text = strings.ReplaceAll(text, ".", "")
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
		if err != nil {
			return 0
		}
		return n
	}
	return value(next) > value(m[1]) && (len(next) == 1 || next[0] != '0')
}

// slash means each after a measure, else it parts two words.
func (r *reader) slash() {
	rest := r.rest()
	next, _ := utf8.DecodeRuneInString(rest)
	word := after(rest)
	if strings.HasPrefix(rest, " ") {
		word = ""
	}
	switch {
	case unicode.IsDigit(next):
		if len(r.out) > 0 && r.last != aMark {
			r.say("trên", aWord)
		}
	case unicode.IsLetter(next) && (r.last == aUnit || scales[r.before(1)] || r.since <= 3 && len(r.out) > 0 && measured[unitWord(rest, word)] && r.last != aMark):
		r.say("mỗi", aWord)
		r.last = aNumber // so that a unit is read as one
	default:
		r.mark(",")
	}
}

// unitWord is the word after a slash, with the digit of square and cubic metres.
func unitWord(rest, word string) string {
	if len(rest) > len(word) && (rest[len(word)] == '2' || rest[len(word)] == '3') {
		return word + rest[len(word):len(word)+1]
	}
	return word
}
