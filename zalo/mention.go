package zalo

import (
	"strings"
	"unicode"
)

// WithoutMentions takes from a text the power to mention people in a group. Zalo reads "[@user_id]" as a mention of one
// member and "[@group_id]" as one of everybody, and rings their phones.
// Source: Zalo OA documents, group messages (GMF), read 2026-11-21.
//
// The rule: a "[" that comes before an "@", be it with spaces, marks or invisible characters in between, becomes "(", and
// so does the "]" that closes it become ")". Full-width and small forms of the three count as well. Nothing else changes,
// no character is added or lost, and doing it twice is doing it once.
func WithoutMentions(text string) string {
	if !strings.ContainsAny(text, openingBrackets) {
		return text
	}
	runes := []rune(text)
	for i, r := range runes {
		if !strings.ContainsRune(openingBrackets, r) || !beforeAt(runes[i+1:]) {
			continue
		}
		runes[i] = '('
		closeBracket(runes[i+1:])
	}
	return string(runes)
}

const (
	openingBrackets = "[［"
	closingBrackets = "]］"
	atSigns         = "@＠﹫"
)

// beforeAt tells whether the first character that shows is an "@".
func beforeAt(runes []rune) bool {
	for _, r := range runes {
		if strings.ContainsRune(atSigns, r) {
			return true
		}
		if !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.M, unicode.Z) {
			return false
		}
	}
	return false
}

// closeBracket makes the bracket that closes a mention round. One that opens before it ends the mention, too.
func closeBracket(runes []rune) {
	for i, r := range runes {
		if strings.ContainsRune(openingBrackets, r) {
			return
		}
		if strings.ContainsRune(closingBrackets, r) {
			runes[i] = ')'
			return
		}
	}
}
