package script

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// powers are written small and high; after a digit they would become one more digit of the number.
var powers = map[rune]string{'²': " bình phương", '³': " lập phương"}

var dashes = strings.NewReplacer("–", "-", "—", "-", "−", "-", "‑", "-", "‐", "-", "⁄", "/", "∕", "/", "×", "x", "…", "...")

// keycap makes the digit before it the picture of a key; people number with it.
const keycap = '\u20e3'

var keycapItem = regexp.MustCompile(`\x{20e3}\s*(\p{L})`)

// clean is a notice with composed letters, plain digits and dashes, and without invisible characters.
func clean(text string) string {
	var b strings.Builder
	before := ' '
	for _, r := range strings.ToValidUTF8(text, " ") {
		word, isPower := powers[r]
		switch {
		case isPower && before >= '0' && before <= '9':
			b.WriteString(word)
		case r == keycap:
			b.WriteRune(r)
		case r >= '①' && r <= '⑳':
			b.WriteString(strconv.Itoa(int(r-'①')+1) + string(keycap))
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) && !isAccent(r) || unicode.Is(unicode.Me, r):
		case strings.ContainsRune("½¼¾", r):
			b.WriteString(map[rune]string{'½': " 1/2", '¼': " 1/4", '¾': " 3/4"}[r])
		default:
			b.WriteRune(r)
		}
		before = r
	}
	plain := dashes.Replace(norm.NFKC.String(b.String()))
	plain = strings.ReplaceAll(keycapItem.ReplaceAllString(plain, ". $1"), string(keycap), " ")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.IsNumber(r) && (r < '0' || r > '9'):
			return digitOf(r)
		}
		return r
	}, strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(plain))
}

func isAccent(r rune) bool { return r >= 0x300 && r <= 0x36f }

// digitOf is a digit of another script as ours, or a space for numbers that no notice holds.
func digitOf(r rune) rune {
	if !unicode.Is(unicode.Nd, r) {
		return ' '
	}
	// Digits stand in blocks of ten that begin where the code is a multiple of sixteen, or six more.
	d := r & 0xf
	if d > 9 || !unicode.Is(unicode.Nd, r-d) {
		d -= 6
	}
	if d < 0 || d > 9 {
		return ' '
	}
	return '0' + d
}
