package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a run of digits, or a single other character that is no space.
type token struct {
	text     string // as it is written
	word     string // of a word: in lower case without diacritics; of digits: plain digits; else the character
	from, to int    // where it stands in the text, in bytes
	kind     kind
	capital  bool // begins with a capital
	marked   bool // has diacritics
	line     int
	sentence int
}

type kind int

const (
	aWord kind = iota
	aNumber
	aMark
)

// tokens cuts a text where letters, digits and other characters meet.
func tokens(text string) []token {
	var all []token
	line, sentence := 0, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		next := i + size
		var last *token
		if len(all) > 0 && all[len(all)-1].to == i {
			last = &all[len(all)-1]
		}
		plain, marked := plainLetter(r)
		digit, isDigit := digitOf(r)
		switch {
		case unicode.Is(unicode.Mn, r):
			if last != nil && last.kind == aWord {
				last.to, last.marked = next, true
			}
		case unicode.Is(unicode.Cf, r):
			if last != nil {
				last.to = next
			}
		case r == '\n':
			line, sentence = line+1, sentence+1
		case unicode.IsSpace(r):
		case isDigit:
			if last == nil || last.kind != aNumber {
				all = append(all, token{from: i, kind: aNumber, line: line, sentence: sentence})
				last = &all[len(all)-1]
			}
			last.word, last.to = last.word+string(digit), next
		case unicode.IsLetter(r):
			if last == nil || last.kind != aWord {
				all = append(all, token{from: i, kind: aWord, line: line, sentence: sentence, capital: unicode.IsUpper(r)})
				last = &all[len(all)-1]
			}
			last.word, last.to, last.marked = last.word+string(plain), next, last.marked || marked
		default:
			all = append(all, token{word: string(r), from: i, to: next, kind: aMark, line: line, sentence: sentence})
			if strings.ContainsRune("!?;", r) || r == '.' && !followedByDigit(text[next:]) {
				sentence++
			}
		}
		i = next
	}
	for i := range all {
		all[i].text = text[all[i].from:all[i].to]
	}
	return all
}

func followedByDigit(rest string) bool { return rest != "" && rest[0] >= '0' && rest[0] <= '9' }

// digitOf is a digit, also one of full width.
func digitOf(r rune) (rune, bool) {
	switch {
	case r >= '0' && r <= '9':
		return r, true
	case r >= '０' && r <= '９':
		return r - '０' + '0', true
	}
	return 0, false
}

// plainLetter is a letter in lower case without its Vietnamese diacritics, and whether it had any.
func plainLetter(r rune) (rune, bool) {
	r = unicode.ToLower(r)
	plain, ok := unaccented[r]
	if !ok {
		return r, false
	}
	return plain, plain != r
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
