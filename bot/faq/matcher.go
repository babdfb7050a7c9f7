package faq

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Matcher decides what a question asks for. It never changes once built and may be used by many goroutines.
type Matcher struct {
	classes []class
	entries []Entry // the first of the classes
	model   *Model
	dangers []Emergency
	exact   map[uint64][]int // by the words of a phrasing: the classes it stands in
	cases   [][][]phrase     // by entry and branch: the words that say it is that case
}

// New builds the Matcher of a content with what was learned from it. The content is not kept and may change afterwards.
// ErrStale says that the model is of another content.
func New(content Content, model *Model) (*Matcher, error) {
	content = content.canonical()
	if model.hash != content.Hash() {
		return nil, ErrStale
	}
	m := &Matcher{
		classes: content.classes(), entries: slices.Clone(content.Entries), dangers: slices.Clone(content.Emergencies),
		model: model,
		exact: map[uint64][]int{}, cases: make([][][]phrase, len(content.Entries)),
	}
	if model.linear.classes != len(m.classes) || model.danger.classes != len(m.dangers)+1 {
		return nil, ErrStale
	}
	for i, key := range model.keys {
		if owners, class := m.exact[key], int(model.owners[i]); !slices.Contains(owners, class) {
			m.exact[key] = append(owners, class)
		}
	}
	for i, e := range m.entries {
		if e.Ask == nil {
			continue
		}
		for _, b := range e.Ask.Branches {
			m.cases[i] = append(m.cases[i], phrasesOf(b.Words))
		}
	}
	return m, nil
}

// Ask decides about one text outside any conversation. Any text is fine, an empty one too. The same text always gets the
// same decision.
func (m *Matcher) Ask(text string) Decision { return m.AskAfter(text, "") }

// AskAfter decides about one text of a resident who was last answered with an entry, "" for none: a short text may lean
// on it ("ở đâu?", "thế còn lãi?") or deny that it was meant.
func (m *Matcher) AskAfter(text, last string) Decision {
	words := readWords(text)
	if d, danger := m.danger(words); danger {
		return d
	}
	if at := m.entryAt(last); at >= 0 {
		if deniesAnswer(words) {
			return m.deny(at)
		}
		if d, leans := m.followUp(words, at); leans {
			return d
		}
	}
	return m.calmly(text, words)
}

// AskCalmly is Ask for a text of which its writer has said that nobody is in danger.
func (m *Matcher) AskCalmly(text string) Decision { return m.calmly(text, readWords(text)) }

func (m *Matcher) calmly(text string, words []word) Decision {
	switch owners := m.exact[exactKey(words)]; {
	case len(owners) == 1:
		return m.repeat(m.read(words), owners[0], words)
	case len(owners) > 1:
		return m.choose(m.read(words), owners, words)
	}
	if d, both := m.both(text, words); both {
		return d
	}
	return m.weigh(m.read(words), words)
}

// entryAt is the class of an entry, -1 when there is none.
func (m *Matcher) entryAt(id string) int {
	return slices.IndexFunc(m.entries, func(e Entry) bool { return e.ID == id })
}

// both decides for a text that surely asks two different things.
func (m *Matcher) both(text string, words []word) (d Decision, found bool) {
	if len(words) > longText { // a letter tells much before it asks
		return Decision{}, false
	}
	whole := m.read(words)
	var first, second int
	var most float64
	for _, h := range append(splits(text), halves(words)...) {
		a, sureA := m.sure(h[0])
		b, sureB := m.sure(h[1])
		if a != b && min(sureA, sureB) >= answerFrom && sureA+sureB > most {
			first, second, most = a, b, sureA+sureB
		}
	}
	if most == 0 {
		return Decision{}, false
	}
	d = m.decide(whole, first, words, "two questions in one")
	d.Score, d.Branch = most/2, NoBranch
	d.Entries = []string{m.entries[first].ID, m.entries[second].ID}
	return d, true
}

// sure is the entry that words ask for, and how surely.
func (m *Matcher) sure(words []word) (entry int, confidence float64) {
	v := m.read(words)
	if leader := m.leader(v); m.isEntry(leader) {
		return leader, v.confidence(leader)
	}
	return 0, 0
}

// view is how a text stands to every class.
type view struct {
	vector vector
	scores []float64 // how likely each class is, together 1
}

func (m *Matcher) read(words []word) view {
	v := m.model.linear.vector(words, concepts)
	return view{vector: v, scores: m.scores(v)}
}

func (m *Matcher) scores(v vector) []float64 {
	scores := make([]float64, len(m.classes))
	for c, p := range m.model.linear.probabilities(v) {
		scores[c] = float64(p)
	}
	return scores
}

// order are the classes that keep wants, the likeliest first.
func (v view) order(keep func(class int) bool) []int {
	var list []int
	for c := range v.scores {
		if keep(c) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(v.scores[b], v.scores[a]) })
	return list
}

// confidence is the probability that a class is the one meant.
func (v view) confidence(c int) float64 {
	score := v.scores[c]
	var rival float64
	for other, s := range v.scores {
		if other != c {
			rival = max(rival, s)
		}
	}
	clamped := min(max(score, 1e-4), 1-1e-4)
	x := confidenceBase + confidenceScore*math.Log(clamped/(1-clamped)) + confidenceLead*(score-rival)
	return 1 / (1 + math.Exp(-x))
}

func (m *Matcher) isEntry(c int) bool { return c < len(m.entries) }

// isTalk tells whether a class is small talk or a wish for a human.
func (m *Matcher) isTalk(c int) bool {
	return m.classes[c].kind == KindSmallTalk || m.classes[c].kind == KindHandoff
}

// none is the class of questions without an entry.
func (m *Matcher) none() int { return len(m.entries) }

// leader is the class most likely meant. Small talk of all kinds leads together.
func (m *Matcher) leader(v view) int {
	leader, _ := m.leading(v)
	return leader
}

// leading is the leader, with how likely its kind is.
func (m *Matcher) leading(v view) (leader int, score float64) {
	best, talk, together := 0, -1, 0.0
	for c, score := range v.scores {
		if m.classes[c].kind == KindSmallTalk {
			together += score
			if talk < 0 || score > v.scores[talk] {
				talk = c
			}
		} else if score > v.scores[best] {
			best = c
		}
	}
	if talk >= 0 && together > v.scores[best] {
		return talk, together
	}
	return best, v.scores[best]
}

// weigh decides by confidence: which class leads, and how surely.
func (m *Matcher) weigh(v view, words []word) Decision {
	leader, score := m.leading(v)
	if len(v.vector.ids) <= 1 { // what every text has
		return m.decide(v, m.none(), words, "no word of it is known")
	}
	confidence := v.confidence(leader)
	near := fmt.Sprintf("%s with confidence %.2f", m.name(leader), confidence)
	switch {
	case m.classes[leader].kind == KindSmallTalk && score < talkFrom:
		return m.clarify(v, near+", which says little")
	case !m.isEntry(leader):
		return m.decide(v, leader, words, near)
	case confidence >= answerFrom:
		return m.decide(v, leader, words, near)
	case confidence < refuseBelow:
		return m.decide(v, m.none(), words, near+fmt.Sprintf(", below %.2f", refuseBelow))
	}
	return m.clarify(v, near+fmt.Sprintf(", below %.2f", answerFrom))
}

// name is what a class is called in a reason.
func (m *Matcher) name(c int) string {
	if m.isEntry(c) {
		return m.classes[c].id
	}
	return string(m.classes[c].kind)
}

// repeat is the decision for a question that is itself a phrasing of one class: nothing is more certain.
func (m *Matcher) repeat(v view, at int, words []word) Decision {
	d := m.decide(v, at, words, "the question is a phrasing of the content")
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

// choose is the decision for a question that is a phrasing of several classes: which entry is meant, the resident says.
func (m *Matcher) choose(v view, owners []int, words []word) Decision {
	entries := v.order(func(class int) bool { return m.isEntry(class) && slices.Contains(owners, class) })
	if len(entries) < 2 {
		return m.weigh(v, words)
	}
	d := m.clarify(v, "the question is a phrasing of several entries")
	d.Entries = nil
	for _, c := range entries[:min(offered, len(entries))] {
		d.Entries = append(d.Entries, m.entries[c].ID)
	}
	return d
}

// decide is the decision for a class.
func (m *Matcher) decide(v view, at int, words []word, reason string) Decision {
	c := m.classes[at]
	d := Decision{Kind: c.kind, Reply: c.reply, Reason: reason, Candidates: m.candidates(v), Branch: NoBranch}
	switch {
	case c.kind == KindAnswer:
		d.Entry, d.Score, d.Branch = c.id, v.confidence(at), m.branch(at, words)
	case c.kind != KindNone:
		d.Score = v.confidence(at)
	case len(d.Candidates) > 0:
		d.Score = d.Candidates[0].Score
	}
	return d
}

// clarify offers the best entries, as far as they can be meant.
func (m *Matcher) clarify(v view, reason string) Decision {
	d := Decision{Kind: KindClarify, Reason: reason, Candidates: m.candidates(v), Branch: NoBranch}
	d.Score = d.Candidates[0].Score
	for i, c := range d.Candidates {
		if i == 0 || c.Score >= offerFrom {
			d.Entries = append(d.Entries, c.Entry)
		}
	}
	return d
}

// candidates are the best entries.
func (m *Matcher) candidates(v view) []Candidate { return m.nearest(v, m.isEntry) }

// nearest are the best of the classes that keep wants, all of which are entries.
func (m *Matcher) nearest(v view, keep func(class int) bool) []Candidate {
	order := v.order(keep)
	best := make([]Candidate, min(offered, len(order)))
	for i := range best {
		best[i] = Candidate{m.classes[order[i]].id, v.confidence(order[i])}
	}
	return best
}

// branch is the case of an entry that the words say by themselves, NoBranch when they name none or several.
func (m *Matcher) branch(entry int, words []word) int {
	found := NoBranch
	for i, phrases := range m.cases[entry] {
		if !slices.ContainsFunc(phrases, func(p phrase) bool { return p.in(words) }) {
			continue
		}
		if found != NoBranch {
			return NoBranch
		}
		found = i
	}
	return found
}

// phrase are words side by side.
type phrase []word

func phrasesOf(texts []string) []phrase {
	list := make([]phrase, len(texts))
	for i, text := range texts {
		list[i] = readWords(text)
	}
	return list
}

// in tells whether a text says the phrase, and does not deny it.
func (p phrase) in(words []word) bool {
	accents := accented(words)
	for i := range words {
		if p.startsAt(words[i:], accents) && !denied(words[:i]) {
			return true
		}
	}
	return false
}

// startsAt tells whether words begin with the phrase. In a text with diacritics they must be the phrase's own.
func (p phrase) startsAt(words []word, accents bool) bool {
	if len(p) == 0 || len(p) > len(words) {
		return false
	}
	for i, w := range p {
		if words[i].folded != w.folded || accents && w.accented != words[i].accented {
			return false
		}
	}
	return true
}
