package bot

import (
	"crypto/rand"
	"strings"
	"time"
)

// An invitation code is typed by the person it was given to, once. It has no vowels, no W and no D, since Vietnamese
// keyboards (Telex, VNI) turn those and what follows them into other letters, and no characters that look alike.
const (
	codeLetters = "CHKMNPQRTVX"
	codeDigits  = "23456789"
	codeLength  = 8
	// InvitationLife is how long a code may be used.
	InvitationLife = 7 * 24 * time.Hour
	// maxGuesses is how many wrong codes one Zalo user may type in guessesIn.
	maxGuesses = 5
	guessesIn  = time.Hour
)

// newCode makes an invitation code of letters and digits in turn, so that no word and no number looks like one.
func newCode() string {
	var b strings.Builder
	for i := range codeLength {
		from := codeLetters
		if i%2 == 1 {
			from = codeDigits
		}
		b.WriteByte(pick(from))
	}
	return b.String()
}

// pick is one of some characters, each with the same chance.
func pick(from string) byte {
	limit := 256 - 256%len(from)
	for one := make([]byte, 1); ; {
		_, _ = rand.Read(one) // never fails
		if n := int(one[0]); n < limit {
			return from[n%len(from)]
		}
	}
}

// typedCode reads a code as people type it: in lower case, with spaces or strokes, after "mã". near says that the text is
// meant as one and is none, so that it deserves another answer than a question.
func typedCode(text string) (code string, near bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	named := false
	for _, lead := range []string{"MÃ CÁN BỘ", "MA CAN BO", "MÃ", "MA"} {
		if rest, ok := strings.CutPrefix(text, lead); ok && rest != "" && strings.ContainsRune(" :.-", rune(rest[0])) {
			text, named = rest, true
			break
		}
	}
	text = strings.NewReplacer(" ", "", "-", "", ".", "", ":", "").Replace(text)
	if isCode(text, codeLength) {
		return text, false
	}
	letters, digits := 0, 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'A' && r <= 'Z':
			letters++
		default:
			return "", false
		}
	}
	return "", named && letters >= 2 && digits >= 2 && len(text) <= codeLength+4
}

// isCode tells whether a text is made like a code of so many characters.
func isCode(text string, length int) bool {
	if len(text) != length {
		return false
	}
	text = strings.ToUpper(text)
	for i := range length {
		from := codeLetters
		if i%2 == 1 {
			from = codeDigits
		}
		if !strings.Contains(from, text[i:i+1]) {
			return false
		}
	}
	return true
}

// BindOutcome says what became of a typed code.
type BindOutcome string

// The outcomes.
const (
	BindDone    BindOutcome = "bound"
	BindAgain   BindOutcome = "again"   // by this code, before
	BindAlready BindOutcome = "already" // the Zalo user is another operator
	BindWrong   BindOutcome = "wrong"
	BindUsed    BindOutcome = "used" // by somebody else
	BindExpired BindOutcome = "expired"
	BindTooMany BindOutcome = "too_many" // guesses; the code was not looked at
)

// Guesses is how many wrong codes a Zalo user has typed.
type Guesses struct {
	Count int
	Since time.Time // of the first of them
}

// TooMany tells whether nothing more is looked at for now.
func (g Guesses) TooMany(now time.Time) bool {
	return g.Count >= maxGuesses && now.Before(g.Since.Add(guessesIn))
}

// Wrong counts one more.
func (g Guesses) Wrong(now time.Time) Guesses {
	if now.Sub(g.Since) >= guessesIn {
		return Guesses{Count: 1, Since: now}
	}
	g.Count++
	return g
}
