package faq

import (
	"fmt"
	"strings"
	"testing"
)

var benchQuestions = []string{
	"lam sao kich hoat vneid",
	"sao dt m o vao dc vneid z",
	"Nhà tôi hộ nghèo, muốn vay vốn nuôi bò thì làm thế nào, lãi suất bao nhiêu?",
	"dduwowngf d9u7o7ng2 nay di dau",
	"cảm ơn em nhiều nhé",
}

// BenchmarkAsk measures one question: at the content shipped, and at 2,000 entries of 45 phrasings.
func BenchmarkAsk(b *testing.B) {
	shipped := embeddedContent(b)
	for _, size := range []struct {
		name    string
		content Content
	}{{"shipped", shipped}, {"2000 entries", multiplied(shipped, 2000)}} {
		b.Run(size.name, func(b *testing.B) {
			m := New(size.content)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				m.Ask(benchQuestions[i%len(benchQuestions)])
			}
		})
	}
}

// BenchmarkAskLong measures a text of 20,000 characters.
func BenchmarkAskLong(b *testing.B) {
	m := New(embeddedContent(b))
	long := strings.Repeat("kính gửi ủy ban, tôi muốn hỏi vay vốn hộ nghèo ko bít lm s ", 340)
	for b.Loop() {
		m.Ask(long)
	}
}

// BenchmarkNew measures building the matcher of the content shipped.
func BenchmarkNew(b *testing.B) {
	content := embeddedContent(b)
	for b.Loop() {
		New(content)
	}
}

// multiplied repeats the entries under new ids, each phrasing with a word of its own, until there are n.
func multiplied(content Content, n int) Content {
	many := content
	many.Entries = nil
	for i := range n {
		e := content.Entries[i%len(content.Entries)]
		e.ID = fmt.Sprintf("%s-%d", e.ID, i)
		phrasings := make([]string, len(e.Phrasings))
		for j, p := range e.Phrasings {
			phrasings[j] = fmt.Sprintf("%s xa%d", p, i)
		}
		e.Phrasings = phrasings
		many.Entries = append(many.Entries, e)
	}
	return many
}
