package privacy

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Kind is what a finding is.
type Kind string

// The kinds of findings.
const (
	KindID      Kind = "id_number"     // of an identity card, old or new
	KindPhone   Kind = "private_phone" // a mobile number that is no office's
	KindAccount Kind = "bank_account"
	KindDebt    Kind = "debt" // a person's name beside what they owe
)

// Finding is a piece of a text that is private.
type Finding struct {
	Kind     Kind
	From, To int    // where it stands, in bytes
	Piece    string // as it is written
	Hint     string // what to do, in Vietnamese, for the person who wrote it
}

var hints = map[Kind]string{
	KindID:      "Đây là số căn cước hoặc chứng minh nhân dân của một người. Hãy bỏ số này đi; cần đối chiếu thì mời người đó gặp riêng.",
	KindPhone:   "Đây là số di động của cá nhân. Hãy thay bằng số của xã, thôn; nếu là số trực của cán bộ thì ghi rõ chức vụ ngay trước số.",
	KindAccount: "Đây là số tài khoản. Kẻ gian hay nhắn số tài khoản cho cả làng; hãy bỏ đi và mời bà con nộp tại nơi thu chính thức.",
	KindDebt:    "Ở đây có tên người cùng với khoản nợ. Hãy bỏ tên, chỉ nhắc chung, và gặp riêng từng hộ.",
}

// Masked is the piece so that it can be shown: the beginning of a number, or the first word of a name.
func (f Finding) Masked() string {
	if f.Kind == KindDebt {
		first, _, _ := strings.Cut(f.Piece, " ")
		return first + "…"
	}
	const shown = 4
	digits := 0
	for i, r := range f.Piece {
		if unicode.IsDigit(r) {
			if digits++; digits > shown {
				return strings.TrimRight(f.Piece[:i], " .-") + "…"
			}
		}
	}
	return "…"
}

// Find are the private pieces of a text, in their order.
func Find(text string) []Finding {
	s := search{text: text, tokens: tokens(text), plain: true}
	for _, t := range s.tokens {
		s.plain = s.plain && !t.marked
	}
	s.numbers()
	s.debts()
	slices.SortStableFunc(s.found, func(a, b Finding) int { return cmp.Compare(a.From, b.From) })
	return s.found
}

// search is the work of one Find.
type search struct {
	text   string
	tokens []token
	plain  bool // nobody wrote a diacritic, so words cannot be told apart by them
	found  []Finding
}

func (s *search) add(kind Kind, from, to int) {
	s.found = append(s.found, Finding{Kind: kind, From: from, To: to, Piece: s.text[from:to], Hint: hints[kind]})
}

// phrase tells whether some words, without diacritics, begin at a token.
func (s *search) phrase(i int, words string) bool {
	for word := range strings.FieldsSeq(words) {
		if i >= len(s.tokens) || s.tokens[i].word != word {
			return false
		}
		i++
	}
	return true
}

// any is the first of some phrases that begins at a token, with its length in words.
func (s *search) any(i int, phrases map[string][]string) int {
	if i >= len(s.tokens) || s.tokens[i].kind != aWord {
		return 0
	}
	longest := 0
	for _, phrase := range phrases[s.tokens[i].word] {
		if n := strings.Count(phrase, " ") + 1; n > longest && s.phrase(i, phrase) {
			longest = n
		}
	}
	return longest
}

// phrases are phrases, parted by commas, by their first word.
func phrases(list string) map[string][]string {
	all := make(map[string][]string)
	for phrase := range strings.SplitSeq(list, ",") {
		phrase = strings.Join(strings.Fields(phrase), " ")
		first, _, _ := strings.Cut(phrase, " ")
		all[first] = append(all[first], phrase)
	}
	return all
}
