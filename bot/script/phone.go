package script

import (
	"regexp"
	"slices"
	"strings"
)

// digitGroups are digits that are grouped as they were written.
func (r *reader) digitGroups(m []string) int {
	var groups []string
	for _, g := range strings.FieldsFunc(m[0], func(c rune) bool { return c < '0' || c > '9' }) {
		groups = append(groups, spelledInGroups(g))
	}
	r.say(strings.Join(groups, ", "), aNumber)
	r.heard(aFigure)
	return len(m[0])
}

var digitRuns = regexp.MustCompile(`\d+`)

// phone is a phone number: ten digits, eleven for some landlines, more with the country's number.
func (r *reader) phone(m []string) int {
	text := m[0]
	wants := func(n int) bool {
		switch {
		case strings.Contains(text, "+"):
			return n == 11 || n == 12
		case strings.HasPrefix(strings.TrimPrefix(text, "("), "02"):
			return n == 10 || n == 11
		}
		return n == 10
	}
	runs := digitRuns.FindAllStringIndex(text, -1)
	total, end, count := 0, 0, 0
	for i, run := range runs {
		total += run[1] - run[0]
		if wants(total) {
			end, count = run[1], i+1
		}
	}
	if end == 0 {
		return 0
	}
	groups := make([]string, count)
	for i, run := range runs[:count] {
		groups[i] = spelledInGroups(text[run[0]:run[1]])
	}
	words := strings.Join(groups, ", ")
	if strings.Contains(text, "+") {
		words = "cộng " + words
	}
	r.say(words, aNumber)
	r.heard(aFigure)
	return end
}

// emergency is a short number that is called; as a count it is any number.
func (r *reader) emergency(m []string) int {
	next := after(r.rest()[len(m[0]):])
	if !r.calling && !called[r.before(1)] && !r.within(3, "gọi") || counted[next] && next != "công" || scales[next] || strings.HasPrefix(r.rest()[len(m[0]):], ".") && len(r.rest()) > len(m[0])+1 && r.rest()[len(m[0])+1] != ' ' {
		return 0
	}
	r.say(spelled(m[0]), aNumber)
	r.calling = true
	r.heard("gọi")
	return len(m[0])
}

// within tells whether a word stands among the last n.
func (r *reader) within(n int, word string) bool {
	return slices.Contains(r.words[max(0, len(r.words)-n):], word)
}
