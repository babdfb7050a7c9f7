package script

import (
	"strconv"
	"strings"
)

// hourWords is a time of day, or nothing when there is no such time.
func hourWords(hour, minute string) string {
	h, _ := strconv.Atoi(hour)
	if h > 24 {
		return ""
	}
	words := cardinal(uint64(h)) + " giờ"
	if m, _ := strconv.Atoi(minute); m > 0 {
		words += " " + cardinal(uint64(m)) + " phút"
	}
	return words
}

func (r *reader) time(m []string) int { return r.sayTime(hourWords(m[1], m[2]), m[0]) }

func (r *reader) hour(m []string) int { return r.sayTime(hourWords(m[1], ""), m[0]) }

func (r *reader) sayTime(words, text string) int {
	if words == "" {
		return 0
	}
	if strings.Count(text, ":") == 2 {
		r.fault(text, "Giờ có cả giây không đọc qua loa: chỉ đọc giờ và phút.")
	}
	r.say(words, aTime)
	r.heard("giờ")
	return len(text)
}

// southernHour takes "7g" for an hour only where a time stands; else it is a weight.
func (r *reader) southernHour(m []string) int {
	switch after(r.rest()[len(m[0]):]) {
	case "sáng", "trưa", "chiều", "tối", "đêm", "ngày":
		return r.hour(m)
	}
	switch r.before(1) {
	case "lúc", "từ", "đến", "trước", "sau":
		return r.hour(m)
	}
	return 0
}

// hours are a span of whole hours.
func (r *reader) hours(m []string) int {
	from, to := hourWords(m[1], ""), hourWords(m[2], "")
	if from == "" || to == "" || strings.HasSuffix(m[0], "giờ") && r.last == aTime {
		return 0
	}
	if next := r.rest()[len(m[0]):]; next != "" && next[0] >= '0' && next[0] <= '9' {
		return 0
	}
	return r.sayTime(strings.TrimSuffix(from, " giờ")+" đến "+to, m[0])
}
