package schedule

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a number, a single other character, or the end.
type token struct {
	kind     kind
	word     string // of a word: lower case without diacritics; of another character: itself
	number   int    // at most tooBig
	digits   int
	from, to int // where it stands in the text, in bytes
}

type kind int

const (
	aWord kind = iota
	aNumber
	aMark
	theEnd
)

// tooBig stands for all larger numbers.
const tooBig = 1_000_000

// visible is a text without zero-width spaces and the like, which come along when it is copied. It is valid UTF-8.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
}

// tokens cuts a text where letters, digits and other characters meet, so that "6h30" and "thứ2" are read like "6 h 30" and
// "thứ 2". The last token is the end.
func tokens(text string) []token {
	var all []token
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		next := i + size
		letter, isLetter := plainLetter(r)
		glued := len(all) > 0 && all[len(all)-1].to == i
		switch {
		case isCombining(r):
			if glued && all[len(all)-1].kind == aWord {
				all[len(all)-1].to = next
			}
		case unicode.IsSpace(r):
		case r >= '0' && r <= '9':
			if !glued || all[len(all)-1].kind != aNumber {
				all = append(all, token{kind: aNumber, from: i})
			}
			t := &all[len(all)-1]
			t.number, t.digits, t.to = min(t.number*10+int(r-'0'), tooBig), t.digits+1, next
		case isLetter:
			if !glued || all[len(all)-1].kind != aWord {
				all = append(all, token{kind: aWord, from: i})
			}
			t := &all[len(all)-1]
			t.word, t.to = t.word+string(letter), next
		default:
			all = append(all, token{kind: aMark, word: string(r), from: i, to: next})
		}
		i = next
	}
	return append(all, token{kind: theEnd, from: len(text), to: len(text)})
}

// isCombining tells whether a character is an accent of the letter before it, in decomposed text.
func isCombining(r rune) bool { return r >= 0x300 && r <= 0x36f }

// plainLetter is a letter in lower case without its Vietnamese diacritics.
func plainLetter(r rune) (rune, bool) {
	if !unicode.IsLetter(r) {
		return 0, false
	}
	r = unicode.ToLower(r)
	if plain, ok := unaccented[r]; ok {
		return plain, true
	}
	return r, true
}

var unaccented = func() map[rune]rune {
	plain := map[rune]rune{}
	for _, line := range strings.Fields("aàáảãạăằắẳẵặâầấẩẫậ dđ eèéẻẽẹêềếểễệ iìíỉĩị oòóỏõọôồốổỗộơờớởỡợ uùúủũụưừứửữự yỳýỷỹỵ") {
		for _, r := range line {
			plain[r] = rune(line[0])
		}
	}
	return plain
}()
