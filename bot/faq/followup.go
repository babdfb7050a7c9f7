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
	d := Decision{Kind: KindClarify, Branch: NoBranch, Reason: "the last answer was not what was asked for"}
	for _, c := range v.order(m.isEntry) {
		if c != last && len(d.Entries) < offered {
			d.Entries = append(d.Entries, m.entries[c].ID)
		}
	}
	d.Candidates = m.candidates(v)
	d.Denied = m.entries[last].ID
	return d
}

// followUp decides for a short text that makes sense only after an answer. It is read together with that answer's title.
func (m *Matcher) followUp(words []word, last int) (d Decision, leans bool) {
	if len(words) == 0 || len(words) > shortText {
		return Decision{}, false
	}
	alone := m.read(words)
	leader, score := m.leading(alone)
	if m.isTalk(leader) && score >= talkFrom {
		return Decision{}, false
	}
	together := m.read(append(readWords(m.entries[last].Title), words...))
	leader = m.leader(together)
	if !m.isEntry(leader) {
		return Decision{}, false
	}
	if own, confidence := m.sure(words); leader != last && confidence >= answerFrom && own != leader {
		return Decision{}, false
	}
	if together.confidence(leader) < followFrom {
		return Decision{}, false
	}
	d = m.decide(together, leader, words, "read together with the last answer")
	d.FollowUp = leader == last
	return d, true
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
