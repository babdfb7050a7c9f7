package faq

import (
	"slices"
	"strings"
	"unicode"
)

// sentences cuts a text at the ends of its sentences and lines. A dot inside a number or between letters ends none.
func sentences(text string) (list []string) {
	runes := []rune(text)
	from := 0
	cut := func(to int) {
		if s := strings.TrimSpace(string(runes[from:to])); s != "" {
			list = append(list, s)
		}
		from = to
	}
	for i, r := range runes {
		switch r {
		case '\n', '?', '!', ';', '…':
			cut(i + 1)
		case '.':
			if i+1 == len(runes) || unicode.IsSpace(runes[i+1]) {
				cut(i + 1)
			}
		}
	}
	cut(len(runes))
	return list
}

// splits are the ways to read a text of several sentences as two questions, each of which asks something.
func splits(text string) (list [][2][]word) {
	var all [][]word // each sentence is read once: a text of nothing but question marks has thousands
	for _, sentence := range sentences(text) {
		if words := readWords(sentence); len(words) > 0 {
			all = append(all, words)
		}
	}
	for at := 1; at < len(all); at++ {
		first, second := slices.Concat(all[:at]...), slices.Concat(all[at:]...)
		if len(first) >= leastQuestion && len(second) >= leastQuestion && asks(first) && asks(second) {
			list = append(list, [2][]word{first, second})
		}
	}
	return list
}

// leastQuestion is how many words a question has at least that stands beside another.
const leastQuestion = 3

// joiners stand between two questions in one sentence, folded, the longest first.
var joiners = phrasesOf([]string{
	"và cho hỏi", "và cho tôi hỏi", "và cho em hỏi", "à mà cho hỏi", "ngoài ra", "với lại", "tiện thể", "tiện cho hỏi", "sẵn cho hỏi",
	"sẵn tiện", "nhân tiện", "đồng thời", "thêm nữa", "một việc nữa", "một câu nữa", "còn nữa", "à mà", "mà còn", "còn", "và", "với", "rồi",
})

// askingWords stand in what asks something, folded.
var askingWords = phrasesOf([]string{
	"hỏi", "bao nhiêu", "nhiêu", "thế nào", "làm sao", "ra sao", "sao", "ở đâu", "đâu", "mô", "như nào", "khi nào", "bao giờ", "bao lâu", "mấy",
	"không", "chưa", "gì", "chi", "ai", "nào", "cách", "muốn", "cần", "nhờ", "xin", "hướng dẫn", "chỉ", "giúp",
})

// asks tells whether words ask something.
func asks(words []word) bool {
	return slices.ContainsFunc(askingWords, func(p phrase) bool { return p.in(words) })
}

// halves are the ways to read words as two questions: at each joiner, before which and after which something is asked.
func halves(words []word) (list [][2][]word) {
	for at := leastQuestion; at+leastQuestion < len(words); at++ {
		for _, j := range joiners {
			if !j.startsAt(words[at:], false) || at+len(j)+leastQuestion > len(words) {
				continue
			}
			if first, second := words[:at], words[at+len(j):]; asks(first) && asks(second) {
				list = append(list, [2][]word{first, second})
			}
			break
		}
	}
	return list
}
