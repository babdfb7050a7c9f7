package script

import "regexp"

// rule reads what its pattern finds at the place where the reader stands. read says how many bytes it has read; 0 = it is
// something else after all.
type rule struct {
	pattern *regexp.Regexp
	whole   bool // the match must not end within a word or a number
	read    func(r *reader, m []string) int
}

const (
	dayP   = `(3[01]|[12]\d|0?[1-9])`
	monthP = `(1[0-2]|0?[1-9])`
	yearP  = `((?:19|20)\d\d)`
)

// rules are tried in this order; the first that reads something wins.
var rules []rule

func init() {
	rules = []rule{
		{regexp.MustCompile(`^(?i:https?://|www\.)[^\s<>"]+`), false, (*reader).link},
		{regexp.MustCompile(`^[\w.+-]+@[\w-]+(?:\.[\w-]+)+`), true, (*reader).mail},
		{regexp.MustCompile(`^(?i:[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org|info|me|edu|gov))(?:/[^\s<>"]*)?`), false, (*reader).link},
		{regexp.MustCompile(`^` + yearP + `-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`), true, (*reader).isoDate},
		{regexp.MustCompile(`^` + dayP + `\s?([/.-])\s?` + monthP + `\s?([/.-])\s?((?:19|20)?\d\d)`), true, (*reader).fullDate},
		{regexp.MustCompile(`^(\d{1,2}(?:\s*(?:,|;|-|và|đến)\s*\d{1,2})+)\s*/\s*` + monthP + `(?:\s*/\s*` + yearP + `)?`), true, (*reader).days},
		{regexp.MustCompile(`^` + monthP + `\s?[/-]\s?` + yearP), true, (*reader).monthYear},
		{regexp.MustCompile(`^(\d{1,6}[a-z]?)(?:/` + yearP + `)?/((?:[A-ZĐƠ]{2}|[A-ZĐ]-)[\p{L}\d&]*(?:-[A-ZĐƠ][\p{L}\d&]*)*)`), true, (*reader).document},
		{regexp.MustCompile(`^\p{Lu}(?:\.\p{Lu}){2,}\.?`), true, (*reader).initials},
		{regexp.MustCompile(`^1[89]00[ .]?\d{2}[ .]?\d{2}(?:[ .]?\d{2})?`), true, (*reader).digitGroups},
		{regexp.MustCompile(`^\(?(?:\+84|0)\d*\)?(?:[ .-]?\d{2,5})*`), true, (*reader).phone},
		{regexp.MustCompile(`^\d{1,3}(?:-\d{1,3}){2,}`), true, (*reader).row},
		{regexp.MustCompile(`^(\d{1,2})\s*-\s*(\d{1,2})\s*(?:h|giờ)`), true, (*reader).hours},
		{regexp.MustCompile(`^(\d{1,2})(?:\s?[hHgG]\s?|:|\s*giờ\s*)([0-5]\d)(?::[0-5]\d)?(?:\s?(?:'|phút|ph|p))?`), true, (*reader).time},
		{regexp.MustCompile(`^(\d{1,2})\s?[hH]`), true, (*reader).hour},
		{regexp.MustCompile(`^(\d{1,2})\s?[gG]`), true, (*reader).southernHour},
		{regexp.MustCompile(`^(\d+)\s?(tr|triệu|k)(\d)`), true, (*reader).andHalf},
		{regexp.MustCompile(`^(\d{1,5})\s?/\s?(\d{1,5})`), true, (*reader).slashed},
		{regexp.MustCompile(`^11[1-5]`), true, (*reader).emergency},
		{regexp.MustCompile(`^\d+`), false, (*reader).number},
		{regexp.MustCompile(`^(?:km/h|mm/h|m3/s|m/s|°C|°c|oC|°|%|‰|₫|\$|(?:k|c|d)?m[23]|[\p{L}]+)`), true, (*reader).unit},
		{regexp.MustCompile(`^T([2-7])`), true, (*reader).weekday},
		{regexp.MustCompile(`^T(1?\d)(?:/` + yearP + `)?`), true, (*reader).shortMonth},
		{regexp.MustCompile(`^([\p{L}&]+)-?(\d+)([\p{L}\d]*)`), true, (*reader).mixed},
	}
}
