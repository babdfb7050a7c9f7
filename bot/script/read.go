package script

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is what kind of thing was read last.
type piece int

const (
	aWord piece = iota
	aMark
	aNumber
	aUnit
	aDate
	aTime
)

// reader reads a line aloud.
type reader struct {
	line    string
	at      int      // in line, in bytes
	out     []string // words, and marks of punctuation as elements of their own
	last    piece
	words   []string // the words of the line before at, in lower case, as they were written
	since   int      // words since the last number
	calling bool     // a short phone number stood in the line, so others are meant as such too
	capital bool     // the line is in capitals throughout
	faults  []Fault
}

// read is a text in words, a line for each line, and what could not be read.
func read(text string) (string, []Fault) {
	var lines []string
	var faults []Fault
	for line := range strings.Lines(clean(text)) {
		r := reader{line: strings.TrimSpace(line)}
		r.capital = inCapitals(r.line)
		r.start()
		for r.at < len(r.line) {
			r.next()
		}
		if spoken := r.spoken(); spoken != "" {
			lines = append(lines, spoken)
		}
		faults = append(faults, r.faults...)
	}
	return strings.Join(lines, "\n"), faults
}

var (
	bullet    = regexp.MustCompile(`^(?:[-+*#>~_=|•●○▪►✓✔➤]+\s*|[^\p{L}\p{N}\s"'(\[<≥≤±$]+\s+)+`)
	numbering = regexp.MustCompile(`^(?:(\d{1,2}(?:\.\d{1,2})*)\s*[.)/:](?:\s+|$)|(\d{1,2})\s*[.)](?:\p{L})|(\d{1,2}(?:\.\d{1,2})+)\s+\p{Lu}|([IVX]{1,5})\s*[.)/](?:\s+|$)|([a-zđ])\s*[.)]\s+)`)
)

// start leaves out the bullet of a line and reads its number.
func (r *reader) start() {
	if mark := bullet.FindString(r.line); strings.HasSuffix(mark, " ") || len(r.line) > len(mark) && !isDigit(r.line[len(mark)]) {
		r.at = len(mark) // "-5" and "+84" are no bullets
	}
	m := numbering.FindStringSubmatchIndex(r.line[r.at:])
	if m == nil {
		return
	}
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return r.line[r.at+m[2*i] : r.at+m[2*i+1]]
	}
	switch number, tight := group(1)+group(3), group(2); {
	case tight != "":
		r.say(numeral(tight), aNumber)
		r.at += m[5]
		return // what follows begins with the mark
	case number != "":
		r.say(sections(number), aNumber)
		if group(3) != "" {
			m[1] = m[7] // the first letter of what follows was only looked at
		}
	case group(4) != "":
		n, ok := roman(group(4))
		if !ok {
			return
		}
		r.say(cardinal(n), aNumber)
	default:
		r.say(group(5), aWord)
	}
	r.at += m[1]
	r.mark(".")
}

// sections are the numbers of a section and of those that it stands in.
func sections(text string) string {
	var words []string
	for number := range strings.SplitSeq(text, ".") {
		words = append(words, numeral(number))
	}
	return strings.Join(words, " chấm ")
}

// inCapitals tells whether a line has so many capitals that they are its style.
func inCapitals(line string) bool {
	upper, all := 0, 0
	for _, r := range line {
		if unicode.IsLetter(r) {
			all++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	return all >= 6 && upper*10 >= all*7
}

// rest is what has not been read.
func (r *reader) rest() string { return r.line[r.at:] }

// before is the nth word before, from 1.
func (r *reader) before(n int) string {
	if n > len(r.words) {
		return ""
	}
	return r.words[len(r.words)-n]
}

// after is the next word of a text in lower case, when only spaces stand before it.
func after(text string) string {
	text = strings.TrimLeft(text, " ")
	end := strings.IndexFunc(text, func(c rune) bool { return !unicode.IsLetter(c) })
	if end < 0 {
		end = len(text)
	}
	return strings.ToLower(text[:end])
}

// aFigure stands in the words before for a number.
const aFigure = "0"

// furthest is how many bytes the longest piece may have. Without it a long line costs the square of its length.
const furthest = 300

// next reads one piece.
func (r *reader) next() {
	near := r.rest()
	if len(near) > furthest {
		near = near[:furthest]
	}
	for _, rule := range rules {
		m := rule.pattern.FindStringSubmatch(near)
		if m == nil || rule.whole && !endsWhole(m[0], r.rest()) {
			continue
		}
		if n := rule.read(r, m); n > 0 {
			r.at += n
			return
		}
	}
	first, size := utf8.DecodeRuneInString(r.rest())
	if unicode.IsLetter(first) || unicode.IsMark(first) {
		r.word()
		return
	}
	r.at += size
	r.symbol(first)
}

// endsWhole tells whether a match does not end within a word or a number.
func endsWhole(match, rest string) bool {
	last, _ := utf8.DecodeLastRuneInString(match)
	next, _ := utf8.DecodeRuneInString(rest[len(match):])
	switch {
	case unicode.IsDigit(last):
		return !unicode.IsDigit(next) && !unicode.IsLetter(next)
	case unicode.IsLetter(last):
		return !unicode.IsLetter(next) && !unicode.IsDigit(next) && !unicode.IsMark(next)
	}
	return true
}

// say adds words. Two numbers in a row are kept apart by a pause, for the ear and for Check.
func (r *reader) say(text string, kind piece) {
	if text == "" {
		return
	}
	words := strings.Fields(text)
	if kind != aWord && r.last != aWord && len(r.out) > 0 && firstWords[strings.Trim(words[0], ",")] && numberWords[r.out[len(r.out)-1]] {
		r.mark(",")
	}
	for _, w := range words {
		bare := strings.TrimRight(w, ",")
		r.out = append(r.out, bare)
		if bare != w {
			r.out = append(r.out, ",")
		}
	}
	r.last = kind
	if kind == aWord {
		r.since += len(words)
	} else {
		r.since = 0
	}
}

// heard remembers words as they were written, for the rules that look back.
func (r *reader) heard(words ...string) {
	for _, w := range words {
		r.words = append(r.words, strings.ToLower(w))
	}
}

// mark adds a mark of punctuation; the stronger of two stays.
func (r *reader) mark(mark string) {
	const strength = ",:;.?!"
	if len(r.out) == 0 {
		return
	}
	if last := r.out[len(r.out)-1]; strings.Contains(strength, last) {
		if strings.Index(strength, mark) > strings.Index(strength, last) {
			r.out[len(r.out)-1] = mark
		}
	} else {
		r.out = append(r.out, mark)
	}
	r.last = aMark
}

// fault tells the writer of a piece that could not be read without guessing.
func (r *reader) fault(piece, hint string) {
	const most = 60
	if runes := []rune(piece); len(runes) > most {
		piece = string(runes[:most]) + "…"
	}
	r.faults = append(r.faults, Fault{Piece: strings.TrimSpace(piece), Hint: hint})
}

// spoken is the line as it is read: with a capital at the beginning of each sentence, and a mark at its end.
func (r *reader) spoken() string {
	for len(r.out) > 0 && strings.Contains(",:;", r.out[len(r.out)-1]) {
		r.out = r.out[:len(r.out)-1]
	}
	var b strings.Builder
	begins := true
	for i, w := range r.out {
		isMark := strings.Contains(",:;.?!", w)
		if i > 0 && !isMark {
			b.WriteByte(' ')
		}
		if begins && !isMark {
			first, size := utf8.DecodeRuneInString(w)
			w = string(unicode.ToUpper(first)) + w[size:]
		}
		b.WriteString(w)
		begins = isMark && strings.Contains(".?!", w)
	}
	if b.Len() > 0 && !begins {
		b.WriteByte('.')
	}
	return b.String()
}
