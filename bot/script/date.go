package script

import (
	"regexp"
	"strconv"
	"strings"
)

// dayWords is a day of the month; the first ten have a word before them.
func dayWords(day string, prefix bool) string {
	n, _ := strconv.Atoi(day)
	if prefix && n <= 10 {
		return "mùng " + cardinal(uint64(n))
	}
	return cardinal(uint64(n))
}

func monthWords(month string) string {
	n, _ := strconv.Atoi(month)
	if n == 4 {
		return "tháng tư"
	}
	return "tháng " + numeral(strconv.Itoa(n))
}

// firstDay is a day with the word that has to stand before it.
func (r *reader) firstDay(day string) string {
	switch r.before(1) {
	case "mùng", "mồng", "rằm", "đường", "phố", "lễ", "dịp":
		return dayWords(day, false)
	case "ngày":
		return dayWords(day, true)
	}
	if n, _ := strconv.Atoi(day); n <= 10 && r.last == aDate {
		return dayWords(day, true)
	}
	return "ngày " + dayWords(day, true)
}

func (r *reader) isoDate(m []string) int {
	r.say(r.firstDay(m[3])+" "+monthWords(m[2])+" năm "+numeral(m[1]), aDate)
	r.heard("năm")
	return len(m[0])
}

func (r *reader) fullDate(m []string) int {
	day, month, year := m[1], m[3], m[5]
	if m[2] != m[4] || m[2] != "/" && len(year) != 4 {
		return 0
	}
	r.say(r.firstDay(day)+" "+monthWords(month)+" năm "+numeral(year), aDate)
	r.heard("năm")
	return len(m[0])
}

var dayPattern = regexp.MustCompile(`\d{1,2}|,|;|-|và|đến`)

// days are several days of one month.
func (r *reader) days(m []string) int {
	parts := dayPattern.FindAllString(m[1], -1)
	if strings.ContainsAny(m[1], ",;") && r.before(1) != "ngày" && r.before(1) != "mùng" {
		return 0
	}
	words := ""
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		switch {
		case err != nil && p == "-":
			words += " đến"
		case err != nil && (p == "," || p == ";"):
			words += ","
		case err != nil:
			words += " " + p
		case n < 1 || n > 31:
			return 0
		case i == 0:
			words = r.firstDay(p)
		default:
			words += " " + dayWords(p, true)
		}
	}
	words += " " + monthWords(m[2])
	if m[3] != "" {
		words += " năm " + numeral(m[3])
	}
	r.say(words, aDate)
	r.heard("tháng")
	return len(m[0])
}

func (r *reader) monthYear(m []string) int {
	words := monthWords(m[1])
	switch r.before(1) {
	case "tháng":
		words = strings.TrimPrefix(words, "tháng ")
	case "quý", "kỳ":
		words = numeral(m[1])
	case "số", "qđ", "nđ", "định": // a document's number and year
		words = numeral(m[1]) + ","
	}
	r.say(words+" năm "+numeral(m[2]), aDate)
	r.heard("năm")
	return len(m[0])
}

// weekday is "T2" where the days of the week are meant.
func (r *reader) weekday(m []string) int {
	rest := r.rest()[len(m[0]):]
	if strings.HasPrefix(rest, "/") {
		return 0
	}
	span := strings.HasPrefix(rest, "-T") || strings.HasPrefix(rest, " - T") || strings.HasPrefix(rest, "-CN") || strings.HasPrefix(rest, " - CN") || r.before(1) == "thứ"
	switch w := r.before(1); {
	case span, w == "sáng", w == "chiều", w == "tối", w == "ngày", w == "trưa":
	default:
		r.fault(m[0], "Không rõ là thứ hay tháng, đang đọc từng chữ. Hãy viết \"thứ "+m[1]+"\" hoặc \"tháng "+m[1]+"\".")
		r.say("tê "+numeral(m[1]), aWord)
		r.heard("thứ")
		return len(m[0])
	}
	r.say(map[string]string{"2": "thứ hai", "3": "thứ ba", "4": "thứ tư", "5": "thứ năm", "6": "thứ sáu", "7": "thứ bảy"}[m[1]], aDate)
	r.heard("thứ")
	return len(m[0])
}

// shortMonth is "T12/2026".
func (r *reader) shortMonth(m []string) int {
	n, _ := strconv.Atoi(m[1])
	if n < 1 || n > 12 || m[2] == "" && n < 8 {
		return 0
	}
	words := monthWords(m[1])
	if m[2] != "" {
		words += " năm " + numeral(m[2])
	}
	r.say(words, aDate)
	r.heard("tháng")
	return len(m[0])
}
