package faq

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces text to what is left when diacritics, capitals and punctuation are ignored: lower-case letters and
// digits, words separated by one space. "Đổi CĂN CƯỚC!" and its decomposed, CP1258 and unaccented spellings all give
// "doi can cuoc". Invisible characters vanish, styled letters (𝗩𝗡𝗲𝗜𝗗) become plain ones, "kỹ" and "kĩ" become one,
// and a number loses its thousands separators ("100.000" gives "100000"). It never fails, whatever the bytes.
func Fold(text string) string {
	tokens := tokenize(text)
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.folded
	}
	return strings.Join(words, " ")
}

// token is one written word: as typed in lower case (NFC), for abbreviations, and folded, for everything else.
type token struct {
	typed    string
	folded   string
	accented string // as in word
}

// tokenize cuts text at everything that is neither letter nor digit, and between a number and the letters glued to
// its end ("100k", "5tr"), which are a unit. A code that starts with letters ("ct01") stays whole.
func tokenize(text string) []token {
	runes := []rune(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " "))))
	var tokens []token
	var word []rune
	number := false // word is digits and nothing else
	flush := func() {
		if t := newToken(word); t.folded != "" {
			tokens = append(tokens, t)
		}
		word, number = word[:0], false
	}
	for i, r := range runes {
		switch {
		case unicode.Is(unicode.Cf, r): // zero-width space, BOM, soft hyphen: not even a border between words
		case unicode.IsDigit(r):
			number = number || len(word) == 0
			word = append(word, r)
		case unicode.IsLetter(r), unicode.Is(unicode.Mn, r):
			if number {
				flush()
			}
			word = append(word, r)
		case number && separatesThousands(runes[i:]):
		default:
			flush()
		}
	}
	flush()
	return tokens
}

// toneMarks are the five tones as they stand decomposed.
const toneMarks = "\u0300\u0301\u0303\u0309\u0323"

func newToken(word []rune) token {
	typed := string(word)
	if isASCII(typed) {
		return token{typed: typed, folded: foldY(typed)}
	}
	var folded, letters strings.Builder
	tone := ""
	for _, r := range norm.NFD.String(typed) {
		if strings.ContainsRune(toneMarks, r) {
			tone = string(r)
			continue
		}
		letters.WriteRune(r)
		switch {
		case unicode.Is(unicode.Mn, r): // every other mark
		case r == 'đ', r == 'ð', r == 'ɖ': // đ has no decomposition; the others are look-alikes found in pasted text
			folded.WriteByte('d')
		default:
			folded.WriteRune(r)
		}
	}
	return token{typed: typed, folded: foldY(folded.String()), accented: norm.NFC.String(letters.String()) + tone}
}

// foldY writes the syllables that are spelled with i or y alike (kĩ/kỹ, lí/lý, quí/quý) with i. Elsewhere the two
// letters are different sounds: tay/tai, thuy/thui.
func foldY(syllable string) string {
	switch syllable {
	case "hy", "ky", "ly", "my", "sy", "ty", "quy":
		return syllable[:len(syllable)-1] + "i"
	}
	return syllable
}

// separatesThousands reports whether text starts with a dot or comma followed by exactly three digits.
func separatesThousands(text []rune) bool {
	if text[0] != '.' && text[0] != ',' {
		return false
	}
	digits := 0
	for digits < 4 && digits+1 < len(text) && unicode.IsDigit(text[digits+1]) {
		digits++
	}
	return digits == 3
}
