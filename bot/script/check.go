package script

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// figure is a number of a notice.
type figure struct {
	piece  string   // as it was written, with the words of size after it
	value  string   // digits, a comma before decimals, no zeros in front
	digits string   // as they can be said one by one; empty when only the value will do
	parts  []figure // as which it may be said instead
}

// Check compares a script with its notice. Every figure of the notice has to be in the script, in the same order, as a
// number or digit by digit; and the script may hold no number of two words or more that the notice does not have. Paths of
// links are left out, for Write has told about them.
func Check(notice, script string) []Fault {
	said := heardWords(script)
	used := make([]bool, len(said))
	var faults []Fault
	at := 0
	for _, f := range figures(notice) {
		from, to, ok := find(said, at, f)
		if len(f.parts) > 0 { // "3.5" may be said with a comma, or part by part
			start, end, all := findAll(said, at, f.parts)
			if all && (!ok || start < from) {
				from, to, ok = start, end, true
			}
		}
		if !ok {
			faults = append(faults, Fault{Piece: f.piece, Hint: "Số này không có trong bài đọc. Hãy viết lại cho rõ, hoặc sửa bài đọc trước khi đọc."})
			continue
		}
		for i := from; i < to; i++ {
			used[i] = true
		}
		at = to
	}
	written := " " + strings.Join(heardWords(clean(notice)), " ") + " "
	for _, word := range romans.FindAllString(notice, -1) {
		if n, ok := roman(word); ok {
			written += cardinal(n) + " "
		}
	}
	for i := 0; i < len(said); {
		_, to, ok := backwards(said, i)
		if !ok {
			i++
			continue
		}
		phrase := strings.Join(said[i:to], " ")
		if to-i > 1 && !slices.Contains(used[i:to], true) && !strings.Contains(written, " "+phrase+" ") {
			faults = append(faults, Fault{Piece: phrase, Hint: "Bài đọc có số này mà thông báo thì không. Hãy sửa bài đọc trước khi đọc."})
		}
		i = to
	}
	return faults
}

// heardWords are the words of a text in lower case, and a comma for every pause.
func heardWords(text string) []string {
	var words []string
	for _, w := range strings.Fields(text) {
		bare := strings.Trim(w, ".,;:?!")
		if bare != "" {
			words = append(words, strings.ToLower(bare))
		}
		if last := w[len(w)-1]; strings.ContainsRune(".,;:?!", rune(last)) {
			words = append(words, ",")
		}
	}
	return words
}

var (
	// notHeard are pieces whose figures are said in part only, or not at all.
	notHeard = regexp.MustCompile(`(?i)((?:https?://)?(?:www\.)?[a-z0-9][\w.-]*\.(?:vn|com|net|org|info|me|edu|gov))[/?#][^\s<>"]*`)
	fullHour = regexp.MustCompile(`\b(\d{1,2})(h|g|H|G|:|\s*giờ\s*)00\b`)
	half     = regexp.MustCompile(`(\d+)\s?(?:tr|triệu)(\d)(?:[^\d\p{L}]|$)`)
	slogan   = regexp.MustCompile(`(^|[^\d.,])(\d)K([^\p{L}\d]|$)`) // "5K"

	halfThousand = regexp.MustCompile(`(\d+)\s?k(\d)(?:[^\d\p{L}]|$)`)
	isoDay       = regexp.MustCompile(`\b((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b`)
	written      = regexp.MustCompile(`(\d+(?:[,.]\d+)*)(\s?(?:trăm|nghìn|ngàn|triệu|trđ|tỷ|tỉ|tr|k|K)(?:[^\p{L}\d]|$))?(\s?(?:nghìn|ngàn|triệu|tỷ|tỉ)(?:[^\p{L}\d]|$))?`)
	grouped      = regexp.MustCompile(`^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$`)
	commas       = regexp.MustCompile(`^[1-9]\d{0,2}(?:,\d{3}){2,}$`)
	simple       = regexp.MustCompile(`^\d+(?:,\d+)?$`)
	romans       = regexp.MustCompile(`[IVX]{2,}`)
	sizes        = map[string]int{"trăm": 2, "nghìn": 3, "ngàn": 3, "k": 3, "triệu": 6, "tr": 6, "trđ": 6, "tỷ": 9, "tỉ": 9}
)

// figures are the numbers of a notice in the order in which they are read.
func figures(notice string) []figure {
	text := clean(notice)
	text = notHeard.ReplaceAllString(text, "$1")
	text = isoDay.ReplaceAllString(text, "$3/$2/$1")
	text = secondsOf.ReplaceAllString(text, "$1")
	text = fullHour.ReplaceAllString(text, "$1$2")
	text = metres.ReplaceAllString(text, "$1 m $2")
	text = dayList.ReplaceAllStringFunc(text, func(days string) string {
		if strings.HasSuffix(days, "%") {
			return days
		}
		return strings.ReplaceAll(days, ",", " ")
	})
	text = half.ReplaceAllString(text, "${1}${2}00000 ")
	text = halfThousand.ReplaceAllString(text, "${1}${2}00 ")
	text = slogan.ReplaceAllString(text, "$1$2 $3")
	var all []figure
	for _, m := range written.FindAllStringSubmatch(text, -1) {
		number, size := m[1], 0
		piece := number
		for _, scale := range m[2:] {
			word := strings.ToLower(strings.TrimFunc(scale, func(r rune) bool { return !unicode.IsLetter(r) }))
			if word != "" {
				size += sizes[word]
				piece += " " + word
			}
		}
		switch {
		case grouped.MatchString(number):
			number = strings.ReplaceAll(number, ".", "")
		case commas.MatchString(number):
			number = strings.ReplaceAll(number, ",", "")
		case size > 0 && strings.Count(number, ".") == 1:
			number = strings.Replace(number, ".", ",", 1)
		case !simple.MatchString(number): // dates with dots, groups of a phone number, numbers of sections
			var parts []figure
			for part := range strings.FieldsFuncSeq(number, func(r rune) bool { return r == '.' || r == ',' }) {
				parts = append(parts, figure{piece: number, value: value(part, 0), digits: part})
			}
			if strings.Count(number, ".") == 1 && strings.Count(number, ",") == 0 {
				all = append(all, figure{piece: number, value: value(strings.Replace(number, ".", ",", 1), 0), parts: parts})
			} else {
				all = append(all, parts...)
			}
			continue
		}
		f := figure{piece: piece, value: value(number, size)}
		if size == 0 && !strings.Contains(number, ",") {
			f.digits = number
		}
		all = append(all, f)
	}
	return all
}

var (
	metres  = regexp.MustCompile(`([\d\s/])[kcd]?m[23]((?:/s)?(?:[^\p{L}\d]|$))`)
	dayList = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:` + strings.Join(slices.Sorted(maps.Keys(listed)), "|") + `)\s+\d{1,2}(?:,\d{1,2})+(?:\s?%)?`)
)

var secondsOf = regexp.MustCompile(`\b(\d{1,2}:\d{2}):\d{2}\b`)

// value is a number times ten to the power of size.
func value(number string, size int) string {
	whole, decimals, _ := strings.Cut(number, ",")
	for range size {
		if decimals == "" {
			whole += "0"
			continue
		}
		whole, decimals = whole+decimals[:1], decimals[1:]
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if decimals == "" {
		return whole
	}
	return whole + "," + decimals
}

// find is where a figure is said, from a word on.
func find(said []string, at int, f figure) (from, to int, ok bool) {
	for i := at; i < len(said); i++ {
		if !begins(said, i) || f.value == "5" && isYear(said, i) {
			continue
		}
		if got, end, ok := backwards(said, i); ok && got == f.value {
			return i, end, true
		}
		if end, ok := digitByDigit(said, i, f.digits); ok {
			return i, end, true
		}
	}
	return 0, 0, false
}

// findAll is where some figures are said one after another.
func findAll(said []string, at int, parts []figure) (from, to int, ok bool) {
	for i, f := range parts {
		start, end, ok := find(said, at, f)
		if !ok {
			return 0, 0, false
		}
		if i == 0 {
			from = start
		}
		at = end
	}
	return from, at, true
}

// begins tells whether a number may begin at a word, rather than go on.
func begins(said []string, i int) bool {
	if i == 0 {
		return true
	}
	switch said[i-1] {
	case "trăm", "mươi", "mười", "linh", "lẻ", "phẩy":
		return false
	case "nghìn", "ngàn", "triệu", "tỷ":
		return oneToNine[said[i]] == 0 && said[i] != "mười" && said[i] != "không"
	}
	return true
}

// isYear tells whether a word is "năm" in the sense of year, before one.
func isYear(said []string, i int) bool {
	return said[i] == "năm" && i+1 < len(said) && said[i+1] != "năm" && (oneToNine[said[i+1]] > 0 || said[i+1] == "mười")
}

// digitByDigit is where some digits, said one by one with or without pauses, end.
func digitByDigit(said []string, i int, digits string) (int, bool) {
	if digits == "" {
		return 0, false
	}
	for n := 0; n < len(digits); i++ {
		if i >= len(said) {
			return 0, false
		}
		if said[i] == "," && n > 0 {
			continue
		}
		if said[i] != digitWords[digits[n]-'0'] {
			return 0, false
		}
		n++
	}
	return i, true
}

// oneToNine are the words for one to nine where a number of up to three digits begins.
var oneToNine = map[string]int{"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}

// firstWords are those with which a number can begin.
var firstWords = func() map[string]bool {
	set := map[string]bool{"không": true, "mười": true}
	for w := range oneToNine {
		set[w] = true
	}
	return set
}()

// numberWords are all words that numbers are made of.
var numberWords = func() map[string]bool {
	set := map[string]bool{
		"không": true, "mốt": true, "lăm": true, "mười": true, "mươi": true, "trăm": true, "linh": true, "lẻ": true, "nghìn": true,
		"ngàn": true, "triệu": true, "tỷ": true, "phẩy": true,
	}
	for w := range oneToNine {
		set[w] = true
	}
	return set
}()

// backwards reads the number in words that begins at a word, as far as it goes, back into digits.
func backwards(said []string, i int) (string, int, bool) {
	word := func(i int) string {
		if i < len(said) {
			return said[i]
		}
		return ""
	}
	total, i, ok := backMillions(word, i)
	if !ok {
		return "", i, false
	}
	if word(i) == "tỷ" {
		total, i = total*billion, i+1
		if rest, end, ok := backMillions(word, i); ok && word(end) != "tỷ" {
			total, i = total+rest, end
		}
	}
	whole := digitsOf(total)
	if word(i) != "phẩy" {
		return whole, i, true
	}
	decimals, end := backDecimals(word, i+1)
	if decimals == "" {
		return whole, i, true
	}
	size := 0
	for word(end) != "tr" && word(end) != "k" && sizes[word(end)] > 0 {
		size, end = size+sizes[word(end)], end+1
	}
	return value(whole+","+decimals, size), end, true
}

// backMillions reads a number below a thousand million.
func backMillions(word func(int) string, i int) (total uint64, end int, ok bool) {
	for limit := uint64(billion); ; {
		n, next, found := backHundreds(word, i)
		if !found {
			return total, i, ok
		}
		size := uint64(1)
		switch word(next) {
		case "triệu":
			size, next = 1_000_000, next+1
		case "nghìn", "ngàn":
			size, next = 1_000, next+1
		}
		if size >= limit {
			return total, i, ok
		}
		total, limit, i, ok = total+n*size, size, next, true
		if size == 1 {
			return total, i, true
		}
	}
}

// backDecimals are the digits after a comma: one by one, or two as a number.
func backDecimals(word func(int) string, i int) (string, int) {
	if n, end, ok := backHundreds(word, i); ok && n >= 10 && n < 100 {
		return digitsOf(n), end
	}
	digits := ""
	for ; ; i++ {
		d := slices.Index(digitWords[:], word(i))
		if d < 0 {
			return digits, i
		}
		digits += string(rune('0' + d))
	}
}

// backHundreds reads a number of up to three digits.
func backHundreds(word func(int) string, i int) (uint64, int, bool) {
	d := func(i int) (uint64, bool) { n, ok := oneToNine[word(i)]; return uint64(n), ok }
	tens := func(i int) (uint64, int, bool) { // from ten to ninety-nine
		n, many := d(i)
		switch {
		case word(i) == "mười":
			n, i = 1, i+1
		case many && word(i+1) == "mươi":
			i += 2
		default:
			return 0, i, false
		}
		last, ok := d(i)
		switch {
		case word(i) == "lăm":
			return n*10 + 5, i + 1, true
		case word(i) == "mốt" && n > 1:
			return n*10 + 1, i + 1, true
		case ok && word(i) != "năm" && (last != 1 || n == 1):
			return n*10 + last, i + 1, true
		}
		return n * 10, i, true
	}
	if n, end, ok := tens(i); ok {
		return n, end, true
	}
	n, ok := d(i)
	if word(i) == "không" {
		n, ok = 0, true
	}
	if !ok {
		return 0, i, false
	}
	if word(i+1) != "trăm" {
		return n, i + 1, true
	}
	n, i = n*100, i+2
	if word(i) == "linh" || word(i) == "lẻ" {
		if last, ok := d(i + 1); ok {
			return n + last, i + 2, true
		}
		return n, i, true
	}
	if last, end, ok := tens(i); ok {
		return n + last, end, true
	}
	return n, i, true
}

func digitsOf(n uint64) string {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	if digits == "" {
		return "0"
	}
	return digits
}
