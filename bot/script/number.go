package script

import (
	"strconv"
	"strings"
)

var digitWords = [10]string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}

// longestCardinal is how many digits are read as one number; nobody follows more by ear.
const longestCardinal = 15

const billion = 1_000_000_000

// cardinal is a number in words.
func cardinal(n uint64) string {
	if n == 0 {
		return digitWords[0]
	}
	return strings.Join(cardinalWords(n, false), " ")
}

// cardinalWords are the words of n; inner = something stands before it, so its empty hundreds are said.
func cardinalWords(n uint64, inner bool) []string {
	var words []string
	if n >= billion {
		words, n, inner = append(cardinalWords(n/billion, inner), "tỷ"), n%billion, true
	}
	for _, scale := range []struct {
		size uint64
		name []string
	}{{1_000_000, []string{"triệu"}}, {1_000, []string{"nghìn"}}, {1, nil}} {
		if group := n / scale.size % 1000; group > 0 {
			words = append(append(words, hundreds(group, inner)...), scale.name...)
			inner = true
		}
	}
	return words
}

func hundreds(n uint64, inner bool) []string {
	var words []string
	if n >= 100 || inner {
		words, inner = append(words, digitWords[n/100], "trăm"), true
	}
	tens, ones := n/10%10, n%10
	switch {
	case tens == 0 && ones > 0 && inner:
		words = append(words, "linh")
	case tens == 1:
		words = append(words, "mười")
	case tens > 1:
		words = append(words, digitWords[tens], "mươi")
	}
	switch {
	case ones == 1 && tens > 1:
		words = append(words, "mốt")
	case ones == 4 && tens > 1:
		words = append(words, "tư")
	case ones == 5 && tens > 0:
		words = append(words, "lăm")
	case ones > 0:
		words = append(words, digitWords[ones])
	}
	return words
}

// spelled is a string of digits, one by one.
func spelled(digits string) string {
	words := make([]string, 0, len(digits))
	for _, d := range digits {
		if d >= '0' && d <= '9' {
			words = append(words, digitWords[d-'0'])
		}
	}
	return strings.Join(words, " ")
}

// spelledInGroups is a long string of digits, one by one with a pause after some: ten as a mobile number is said, eleven
// as a landline, others by three.
func spelledInGroups(digits string) string {
	sizes := []int{3}
	switch len(digits) {
	case 8:
		sizes = []int{4}
	case 10:
		sizes = []int{4, 3}
	case 11:
		sizes = []int{4, 3, 4}
	}
	var groups []string
	for i := 0; digits != ""; i++ {
		n := min(sizes[min(i, len(sizes)-1)], len(digits))
		if len(digits)-n == 1 { // nobody ends with a single digit
			n++
		}
		groups, digits = append(groups, spelled(digits[:n])), digits[n:]
	}
	return strings.Join(groups, ", ")
}

// numeral is a number as it is written in Vietnam: dots between thousands, a comma before decimals.
func numeral(text string) string {
	whole, decimals, _ := strings.Cut(text, ",")
	whole = strings.ReplaceAll(whole, ".", "")
	n, err := strconv.ParseUint(whole, 10, 64)
	if err != nil || len(whole) > longestCardinal {
		return spelledInGroups(whole)
	}
	spoken := cardinal(n)
	switch {
	case decimals == "":
	case len(decimals) == 2 && decimals[0] != '0':
		n, _ := strconv.ParseUint(decimals, 10, 64)
		spoken += " phẩy " + cardinal(n)
	default:
		spoken += " phẩy " + spelled(decimals)
	}
	return spoken
}

// roman reads a Roman numeral up to 39, written as it should be.
func roman(text string) (uint64, bool) {
	for n := uint64(1); n < 40; n++ {
		if [4]string{"", "X", "XX", "XXX"}[n/10]+[10]string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"}[n%10] == text {
			return n, true
		}
	}
	return 0, false
}
