package faq

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Matcher decides what a question asks for. It never changes once built and may be used by many goroutines.
type Matcher struct {
	classes []class          // the entries in their order, then none, handoff and the small talk
	entries int              // how many of classes are entries
	exact   map[string][]int // by folded phrasing: the classes it stands in
	lines   []line
	texts   []string // by line: the phrasing as written
	index   *index
}

// class is one thing a question can turn out to be.
type class struct {
	kind  Kind
	entry string // of KindAnswer
	reply string // of KindSmallTalk
}

// New builds the Matcher of a content. The content is not kept and may change afterwards.
func New(content Content) *Matcher {
	m := &Matcher{entries: len(content.Entries), exact: map[string][]int{}}
	for _, e := range content.Entries {
		m.add(class{kind: KindAnswer, entry: e.ID}, append([]string{e.Title}, e.Phrasings...))
	}
	m.add(class{kind: KindNone}, content.None)
	m.add(class{kind: KindHandoff}, content.Handoff)
	for _, talk := range content.SmallTalk {
		m.add(class{kind: KindSmallTalk, reply: talk.Answer}, talk.Phrasings)
	}
	m.index = newIndex(m.lines, len(m.classes))
	return m
}

// add makes a class of its phrasings. What is the same once folded counts once.
func (m *Matcher) add(c class, phrasings []string) {
	at := len(m.classes)
	m.classes = append(m.classes, c)
	seen := map[string]bool{}
	for _, text := range phrasings {
		words := Words(text)
		key := strings.Join(words, " ")
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		m.exact[key] = append(m.exact[key], at)
		m.lines = append(m.lines, line{words, at})
		m.texts = append(m.texts, text)
	}
}

// Ask decides about one text. Any text is fine, an empty one too. The same text always gets the same decision.
func (m *Matcher) Ask(text string) Decision {
	words := Words(text)
	found := m.index.find(words, -1)
	switch owners := m.exact[strings.Join(words, " ")]; len(owners) {
	case 0:
		return m.weigh(found)
	case 1:
		return m.repeat(found, owners[0])
	default:
		d := m.weigh(found)
		if d.Kind == KindAnswer {
			return m.clarify(found, "the question is a phrasing of several entries")
		}
		return d
	}
}

// weigh decides by confidence: which class leads, and by how much.
func (m *Matcher) weigh(found match) Decision {
	leader := 0
	for c := range found.strengths {
		if found.strengths[c] > found.strengths[leader] {
			leader = c
		}
	}
	if found.strengths[leader] == 0 {
		return m.decide(found, m.none(), "no word of it is known")
	}
	near := fmt.Sprintf("nearest is %q with confidence %.2f", m.texts[found.nearest[leader]], found.confidence(leader))
	if leader >= m.entries {
		return m.decide(found, leader, near)
	}
	switch confidence := found.confidence(leader); {
	case confidence >= answerFrom:
		return m.decide(found, leader, near)
	case confidence < refuseBelow:
		return m.decide(found, m.none(), near+fmt.Sprintf(", below %.2f", refuseBelow))
	default:
		return m.clarify(found, near+fmt.Sprintf(", below %.2f", answerFrom))
	}
}

// repeat is the decision for a question that is itself a phrasing of a class: nothing is more certain.
func (m *Matcher) repeat(found match, at int) Decision {
	d := m.decide(found, at, "the question is a phrasing of the content")
	if d.Kind == KindNone {
		return d
	}
	d.Score = 1
	if d.Kind == KindAnswer {
		own := Candidate{d.Entry, d.Score}
		others := slices.DeleteFunc(slices.Clone(d.Candidates), func(c Candidate) bool { return c.Entry == own.Entry })
		d.Candidates = append([]Candidate{own}, others...)[:len(d.Candidates)]
	}
	return d
}

// decide is the decision for a class.
func (m *Matcher) decide(found match, at int, reason string) Decision {
	c := m.classes[at]
	d := Decision{Kind: c.kind, Entry: c.entry, Reply: c.reply, Reason: reason, Candidates: m.candidates(found)}
	switch {
	case c.kind != KindNone:
		d.Score = found.confidence(at)
	case len(d.Candidates) > 0:
		d.Score = d.Candidates[0].Score
	}
	return d
}

// clarify offers the best entries, as far as they share a word with the question.
func (m *Matcher) clarify(found match, reason string) Decision {
	d := Decision{Kind: KindClarify, Reason: reason, Candidates: m.candidates(found)}
	d.Score = d.Candidates[0].Score
	for _, c := range d.Candidates {
		if c.Score >= offerFrom {
			d.Entries = append(d.Entries, c.Entry)
		}
	}
	return d
}

// candidates are the best entries. Entries that share no word with the question follow in the order of the content.
func (m *Matcher) candidates(found match) []Candidate {
	order := make([]int, m.entries)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(found.strengths[b], found.strengths[a]) })
	best := make([]Candidate, min(offered, len(order)))
	for i := range best {
		best[i] = Candidate{m.classes[order[i]].entry, found.confidence(order[i])}
	}
	return best
}

// none is the class of questions without an entry.
func (m *Matcher) none() int { return m.entries }
