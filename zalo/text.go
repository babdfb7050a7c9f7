package zalo

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SplitText cuts a text into parts of at most limit characters, counted after NFC as Zalo does. It cuts after a
// sentence or a line, else between words, else, in a text without any space, before a character that is no combining
// mark. Nothing is lost but white space at the cuts, and no part is empty.
func SplitText(text string, limit int) []string {
	rest := []rune(strings.TrimSpace(norm.NFC.String(text)))
	var parts []string
	for len(rest) > limit {
		at := cutAt(rest, limit)
		if part := strings.TrimSpace(string(rest[:at])); part != "" {
			parts = append(parts, part)
		}
		rest = []rune(strings.TrimSpace(string(rest[at:])))
	}
	if len(rest) > 0 {
		parts = append(parts, string(rest))
	}
	return parts
}

// cutAt is where to cut text, which is longer than limit: in its second half when there is a border, so that parts do
// not become small.
func cutAt(text []rune, limit int) int {
	word := 0
	for i := limit; i > limit/2; i-- {
		if !unicode.IsSpace(text[i]) {
			continue
		}
		if text[i] == '\n' || isSentenceEnd(text[i-1]) {
			return i
		}
		if word == 0 {
			word = i
		}
	}
	if word > 0 {
		return word
	}
	at := limit
	for at > 1 && unicode.Is(unicode.M, text[at]) {
		at--
	}
	if at == 1 { // nothing but marks: cut anyway
		return limit
	}
	return at
}

func isSentenceEnd(r rune) bool {
	return r == '.' || r == '!' || r == '?' || r == '…' || r == ';' || r == ':'
}
