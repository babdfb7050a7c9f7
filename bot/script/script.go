package script

import (
	"strings"
	"unicode"
)

// SyllablesPerSecond is how fast a notice is read over the loudspeaker, pauses included. Vietnamese presenters were counted
// at 3.7 to 5.5 syllables a second, 4.4 on average, over 26 seconds each (emcovu.com, "Trong vòng 1 phút nên đọc bao nhiêu
// từ", read 2026-11-26). Outdoor horns echo from house to house and the listeners are at work, so a head has to be slower
// than the slowest of them.
const SyllablesPerSecond = 3

// Script is a notice as it is read aloud.
type Script struct {
	Opening string
	Text    string // one paragraph a line
	Again   string // what goes before the text is said a second time
	Close   string
	Faults  []Fault // what could not be read without guessing
}

// Fault is a piece of a notice that cannot be read aloud as it stands, in Vietnamese for the person who wrote it.
type Fault struct {
	Piece string `json:"piece"` // as it was written
	Hint  string `json:"hint"`  // what is read now and what to do
}

// Write is the script of a notice. issuer is whose notice it is, such as "UBND xã Mường Bon"; it may be empty.
func Write(issuer, notice string) Script {
	s := Script{
		Opening: "A lô, a lô. Mời bà con chú ý nghe thông báo.",
		Again:   "Xin nhắc lại.",
		Close:   "Thông báo đến đây là hết. Xin cảm ơn bà con đã lắng nghe.",
	}
	if from, faults := read(issuer); from != "" {
		s.Opening = "A lô, a lô. Thông báo của " + strings.TrimRight(strings.ReplaceAll(from, "\n", " "), ".!?:") + "."
		s.Faults = faults
	}
	text, faults := read(notice)
	s.Text, s.Faults = text, append(s.Faults, faults...)
	return s
}

// String is all that is read, from the opening to the close.
func (s Script) String() string {
	return strings.Join([]string{s.Opening, s.Text, s.Again, s.Text, s.Close}, "\n")
}

// Syllables counts what is read; Vietnamese writes each syllable as a word.
func (s Script) Syllables() int {
	return len(strings.FieldsFunc(s.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }))
}

// Seconds is how long reading takes at SyllablesPerSecond, rounded up.
func (s Script) Seconds() int { return (s.Syllables() + SyllablesPerSecond - 1) / SyllablesPerSecond }
