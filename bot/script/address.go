package script

import (
	"regexp"
	"strings"
	"unicode"
)

// trimmed is a link without the punctuation that ends the sentence around it.
func trimmed(text string) string { return strings.TrimRight(text, `.,;:!?)]}'"`) }

var hostEnd = regexp.MustCompile(`[/?#]`)

func (r *reader) link(m []string) int {
	text := trimmed(m[0])
	host := regexp.MustCompile(`^(?i:https?://)?(?i:www\.)?`).ReplaceAllString(text, "")
	path := ""
	if i := hostEnd.FindStringIndex(host); i != nil {
		host, path = host[:i[0]], strings.Trim(host[i[0]:], "/")
	}
	if host == "" || !strings.Contains(host, ".") {
		return 0
	}
	if w := r.before(1); w != "trang" && w != "web" && w != "website" && w != "cổng" && w != "chỉ" {
		r.say("trang", aWord)
	}
	r.say(address(host), aWord)
	if path != "" {
		r.fault(text, "Đường dẫn dài không đọc qua loa được: chỉ đọc tên trang. Hãy dặn bà con xem tin trên Zalo, hoặc nêu cách tìm trên trang đó.")
	}
	r.heard("trang")
	return len(text)
}

func (r *reader) mail(m []string) int {
	text := trimmed(m[0])
	r.say(address(text), aWord)
	r.heard("thư")
	return len(text)
}

// address is a host or a mail address as it is said.
func address(text string) string {
	var words []string
	part := ""
	flush := func() {
		if part == "vn" {
			part = "vê nờ"
		}
		if part != "" {
			words = append(words, part)
		}
		part = ""
	}
	for _, c := range text {
		name, isMark := map[rune]string{'.': "chấm", '-': "gạch ngang", '_': "gạch dưới", '@': "a còng", '+': "cộng", ':': "hai chấm"}[c]
		switch {
		case isMark:
			flush()
			words = append(words, name)
		case c >= '0' && c <= '9':
			flush()
			words = append(words, digitWords[c-'0'])
		case unicode.IsLetter(c):
			part += string(c)
		}
	}
	flush()
	return strings.Join(words, " ")
}
