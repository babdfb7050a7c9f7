package faq

import (
	"regexp"
	"slices"
	"strings"
)

// shortText is up to how many words a text may lean on what was said before.
const shortText = 9

// denialsOfAnswer say that the last answer was not what was asked for, folded.
var denialsOfAnswer = phrasesOf([]string{
	"không phải", "không phải ý đó", "không phải ý tôi", "không phải cái đó", "không phải câu này", "không phải vậy", "đâu phải", "chẳng phải",
	"sai rồi", "không đúng", "không đúng ý", "không đúng câu hỏi", "nhầm rồi", "hiểu nhầm rồi", "hiểu sai rồi", "trả lời sai", "ý tôi khác", "ý khác",
	"tôi hỏi cái khác", "hỏi cái khác", "hỏi khác", "không hỏi cái đó", "tôi không hỏi vậy", "lạc đề", "chưa đúng", "chưa đúng ý", "trật rồi",
	"không liên quan", "trả lời trật", "hông phải", "hổng phải", "nỏ phải", "chả phải", "hỏi việc khác", "hỏi chuyện khác", "đâu có hỏi",
})

// deniesAnswer tells whether a short text does nothing but deny the last answer.
func deniesAnswer(words []word) bool {
	const filler = 5 // words of politeness around it
	return slices.ContainsFunc(denialsOfAnswer, func(p phrase) bool {
		return len(words) <= len(p)+filler && len(words) <= shortText && (p.startsAt(words, false) || p.endsIn(words))
	})
}

// endsIn tells whether words end with the phrase, with at most two small words after it.
func (p phrase) endsIn(words []word) bool {
	for after := range 3 {
		if at := len(words) - len(p) - after; at >= 0 && p.startsAt(words[at:], false) {
			return true
		}
	}
	return false
}

// deny offers what else may have been meant: the entries nearest to the one that was not.
func (m *Matcher) deny(last int) Decision {
	v := m.read(readWords(m.entries[last].Title))
	d := Decision{Kind: KindClarify, Branch: NoBranch, Denied: m.entries[last].ID, Reason: "the last answer was not what was asked for"}
	d.Candidates = m.nearest(v, func(c int) bool { return m.isEntry(c) && c != last })
	for _, c := range d.Candidates {
		d.Entries, d.Score = append(d.Entries, c.Entry), d.Candidates[0].Score
	}
	return d
}

// followUp decides for a short text that makes sense only after an answer. It is read together with that answer's title,
// unless it names a matter of its own.
func (m *Matcher) followUp(words []word, last int) (d Decision, leans bool) {
	if len(words) == 0 || len(words) > shortText {
		return Decision{}, false
	}
	alone := m.read(words)
	own, score := m.leading(alone)
	if m.isTalk(own) && score >= talkFrom || own == m.none() && score >= strangeFrom {
		return Decision{}, false
	}
	together := m.read(append(readWords(m.entries[last].Title), words...))
	leader := m.leader(together)
	if !m.isEntry(leader) || together.confidence(leader) < followFrom {
		return Decision{}, false
	}
	if !fragmentary(words) && m.namesAnother(words, alone, leader, m.entries[last].Section) {
		return Decision{}, false
	}
	d = m.decide(together, leader, words, "read together with the last answer")
	d.FollowUp = leader == last
	return d, true
}

// namesAnother tells whether words name a matter of their own, besides the entry that they would be read as part of.
func (m *Matcher) namesAnother(words []word, alone view, entry int, section string) bool {
	nearest := alone.order(m.isEntry)
	if own := nearest[0]; own != entry && alone.confidence(own) >= answerFrom {
		return true
	}
	near := slices.Contains(nearest[:min(followNearest, len(nearest))], entry)
	return !near && !m.model.general.in(words, section)
}

// fragments ask for a side of a matter and name none; together with small words they are no question by themselves.
var fragments = phrasesOf([]string{
	"ở đâu", "ở chỗ nào", "chỗ nào", "đi đâu", "ra đâu", "lên đâu", "tới đâu", "nơi nào", "gặp ai", "nộp đâu", "nộp ở đâu", "làm ở đâu", "mô", "ở mô",
	"bao lâu", "mấy ngày", "khi nào", "bao giờ", "mấy giờ", "mấy hôm", "ngày nào", "mấy tháng", "mấy năm", "lâu không", "hạn tới khi nào",
	"bao nhiêu", "bao nhiêu tiền", "nhiêu tiền", "mấy tiền", "lệ phí", "phí", "tốn tiền", "giá",
	"số điện thoại", "số máy", "gọi số nào", "gọi ai", "tổng đài",
	"giấy tờ", "giấy tờ gì", "giấy gì", "hồ sơ gì", "mang gì", "mang theo gì", "cần gì", "cần những gì", "thủ tục", "thủ tục gì",
	"làm sao", "làm thế nào", "thế nào", "rồi sao", "sao nữa",
	"thế", "thế còn", "còn", "thì", "vậy", "ạ", "à", "hả", "dạ", "nhỉ", "rứa", "rồi", "xong", "không", "cho hỏi", "em", "anh", "chị", "là", "cái", "đó",
})

// fragmentary tells whether words are fragments and nothing else.
func fragmentary(words []word) bool {
	for len(words) > 0 {
		longest := 0
		for _, p := range fragments {
			if len(p) > longest && p.startsAt(words, false) {
				longest = len(p)
			}
		}
		if longest == 0 {
			return false
		}
		words = words[longest:]
	}
	return true
}

// aspect is a side of a matter that a short question asks for, with the words in the lines of an answer that tell it.
type aspect struct {
	asked []phrase
	told  []phrase
}

func newAspect(asked, told string) aspect {
	return aspect{phrasesOf(strings.Split(asked, "|")), phrasesOf(strings.Split(told, "|"))}
}

var aspects = []aspect{
	newAspect("số điện thoại|gọi số nào|gọi ai|tổng đài|sđt|liên hệ ai|gọi đâu|số máy", "gọi|điện thoại|tổng đài|số máy"),
	newAspect("lãi|lãi suất|tiền lời|bao nhiêu tiền|mất tiền|tốn tiền|phí|lệ phí|giá|mấy tiền|nhiêu tiền|đóng bao nhiêu|được bao nhiêu|mức",
		"đồng|triệu|lãi|phí|miễn phí|phần trăm|không mất tiền|nghìn"),
	newAspect("bao lâu|mấy ngày|khi nào|bao giờ|mấy giờ|mấy hôm|hạn|thời hạn|lâu không|ngày nào|mấy năm|mấy tháng",
		"ngày|giờ|tháng|năm|tuần|hạn|phút"),
	newAspect("ở đâu|chỗ nào|đi đâu|ra đâu|nơi nào|gặp ai|nộp đâu|mô|tới đâu|lên đâu|làm đâu", "xã|phường|công an|trung tâm|điểm giao dịch|trụ sở|gặp|nơi|ứng dụng|cổng|tại nhà"),
	newAspect("giấy tờ|giấy gì|hồ sơ|mang gì|mang theo|cần gì|cần những gì|thủ tục|chuẩn bị gì", "mang|giấy|hồ sơ|thẻ|đơn|mẫu|căn cước|sổ"),
}

// stepNumber stands before a step, which is none when it stands alone.
var stepNumber = regexp.MustCompile(`^\d+\. `)

// Excerpt is the part of an answer that a short question asks for; empty when it asks for no single side of it, or when the
// answer says nothing of that side.
func Excerpt(question, answer string) string {
	words := readWords(question)
	for _, a := range aspects {
		if !slices.ContainsFunc(a.asked, func(p phrase) bool { return p.in(words) }) {
			continue
		}
		var lines []string
		all := true
		for line := range strings.Lines(answer) {
			line = strings.TrimSpace(line)
			if told := readWords(line); slices.ContainsFunc(a.told, func(p phrase) bool { return p.in(told) }) {
				lines = append(lines, stepNumber.ReplaceAllString(line, "- "))
			} else if line != "" {
				all = false
			}
		}
		if all {
			return ""
		}
		return strings.Join(lines, "\n")
	}
	return ""
}
