package script

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word reads a word, or what it stands for.
func (r *reader) word() {
	text := wordPattern.FindString(r.rest())
	if text == "" {
		_, size := utf8.DecodeRuneInString(r.rest())
		r.at += size
		return
	}
	glued := r.at > 0 && isDigit(r.line[r.at-1])
	rest := r.rest()[len(text):]
	r.at += len(text)
	defer r.heard(text)
	nextRune, _ := utf8.DecodeRuneInString(strings.TrimPrefix(strings.TrimPrefix(rest, "."), " "))
	if long, ok := dotted[text]; ok && strings.HasPrefix(rest, ".") && (unicode.IsUpper(nextRune) || unicode.IsDigit(nextRune)) && !glued {
		if text == "P" && digitRuns.MatchString(rest) && len(digitRuns.FindString(rest[:min(len(rest), 6)])) > 2 {
			long = "phòng"
		}
		r.at++
		r.say(long, aWord)
		return
	}
	number, isRoman := roman(text)
	upper := text == strings.ToUpper(text) && text != strings.ToLower(text)
	switch long, known := abbreviations[text]; {
	case isRoman && numbered[r.before(1)]:
		r.say(cardinal(number), aNumber)
	case glued && len([]rune(text)) <= 2 && upper, glued && len(text) == 1:
		if text == "x" && isNext(rest) {
			r.say("nhân", aWord)
			return
		}
		r.say(letters(text), aWord)
	case text == "x" && isNext(rest):
		r.say("nhân", aWord)
	case text == "ĐT" && roadAfter.MatchString(rest):
		r.at += len(rest) - len(strings.TrimPrefix(rest, "."))
		if r.before(1) != "đường" {
			r.say("đường", aWord)
		}
		r.say("tỉnh", aWord)
	case text == "v" && strings.HasPrefix(rest, ".v"):
		r.at += len(".v")
		if strings.HasPrefix(r.rest(), ".") {
			r.at++
		}
		r.say("vân vân", aWord)
	case text == "đ" && strings.HasPrefix(rest, "/c"):
		r.at += len("/c")
		r.say(comrade(r.rest()), aWord)
	case (text == "V" || text == "v") && strings.HasPrefix(rest, "/v"), (text == "K" || text == "k") && strings.HasPrefix(rest, "/g"):
		r.at += 2
		r.say(abbreviations[text+rest[:2]], aWord)
	case text == "CN" && (r.last == aDate || sundayAfter.MatchString(rest) || r.before(1) == "thứ"):
		r.say("chủ nhật", aDate)
	case known:
		r.say(long, aWord)
	case upper && !r.capital && alone[text] != "":
		r.say(alone[text], aWord)
	case upper && ambiguous[text] != "":
		r.fault(text, "Chữ tắt này có nhiều nghĩa ("+ambiguous[text]+"), đang đọc từng chữ cái. Hãy viết đầy đủ.")
		r.say(letters(text), aWord)
	case upper && utf8.RuneCountInString(text) > 1 && isSyllable(text):
		r.say(strings.ToLower(text), aWord)
	case isRoman && len(text) > 1:
		r.say(cardinal(number), aNumber)
	case upper && utf8.RuneCountInString(text) > 1 && utf8.RuneCountInString(text) <= longestAbbreviation:
		r.fault(text, "Chưa biết chữ tắt này, đang đọc từng chữ cái. Hãy viết đầy đủ.")
		r.say(letters(text), aWord)
	case upper && utf8.RuneCountInString(text) > longestAbbreviation && !isSyllable(text):
		r.fault(text, "Chưa biết từ này, đang để nguyên. Nếu là chữ tắt, hãy viết đầy đủ.")
		r.say(text, aWord)
	case r.last == aNumber && firstWords[strings.ToLower(text)] && text != "năm" && text != "không":
		r.mark(",") // "10 triệu một lần": neither the ear nor Check may hear one number
		r.say(text, aWord)
	default:
		r.say(text, aWord)
	}
}

// initials are letters with dots between them.
func (r *reader) initials(m []string) int {
	r.fault(m[0], "Chưa biết chữ tắt này, đang đọc từng chữ cái. Hãy viết đầy đủ.")
	r.say(letters(m[0]), aWord)
	r.heard(m[0])
	return len(m[0])
}

// longestAbbreviation is how many letters are spelled; more are a name.
const longestAbbreviation = 6

var (
	wordPattern = regexp.MustCompile(`^[\p{L}\p{M}]+(?:&\p{L}+)*`)
	roadAfter   = regexp.MustCompile(`^[ .]?[1-9]\d{2}(?:[^\d.]|$)`)
	sundayAfter = regexp.MustCompile(`^[ ,(]*(?:ngày )?\d{1,2}/\d`)
)

// isNext tells whether a number comes next.
func isNext(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return rest != "" && isDigit(rest[0])
}

// comrade is what "đ/c" stands for: an address before a colon, else a person.
func comrade(rest string) string {
	if strings.HasPrefix(strings.TrimLeft(rest, " "), ":") {
		return "địa chỉ"
	}
	return "đồng chí"
}
