package faq

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Flaw is something in the content that an officer should look at.
type Flaw struct {
	Kind     FlawKind `json:"kind"`
	Entry    string   `json:"entry,omitempty"`
	Phrasing string   `json:"phrasing,omitempty"`
	Problem  string   `json:"problem"` // what is wrong and what to do
	Serious  bool     `json:"serious"` // residents would get a wrong answer, or none
}

// FlawKind is what a flaw is about.
type FlawKind string

// The kinds of flaws.
const (
	FlawMissing    FlawKind = "missing"    // a field that every entry needs
	FlawCloser     FlawKind = "closer"     // a phrasing is closer to another entry
	FlawLong       FlawKind = "long"       // an answer nobody reads to its end
	FlawExpired    FlawKind = "expired"    // past its last day, or soon
	FlawUnverified FlawKind = "unverified" // not looked at for long, or dated in the future
	FlawAgainst    FlawKind = "against"    // a question that is kept for measuring stands in the content
)

// LintOptions say what the content is held against.
type LintOptions struct {
	Today         Date
	ExpiresBefore Date       // what ends before this day is named
	VerifiedFrom  Date       // what was verified before this day is named
	Against       []Labelled // questions that must not stand in the content, since it is measured with them
}

// Limits of the linter.
const (
	longAnswer     = 1000 // characters; few people read more on a phone
	leastPhrasings = 10   // of an entry: fewer are too few voices to learn from
	closeToAnother = 0.70 // cosine from which on two phrasings of different entries are as good as one
	commonFeature  = 3000 // phrasings: a feature of more of them says nothing of which are close
)

// Lint looks for flaws in a content, which m must have been built of. They come by entry, the serious ones first.
func (m *Matcher) Lint(content Content, o LintOptions) []Flaw {
	content = content.canonical()
	var flaws []Flaw
	for _, e := range content.Entries {
		flaws = append(flaws, e.flaws(o)...)
	}
	flaws = append(flaws, m.strayPhrasings(content.lines())...)
	flaws = append(flaws, content.standing(o.Against)...)
	slices.SortStableFunc(flaws, func(a, b Flaw) int {
		serious := map[bool]int{true: 0, false: 1}
		return cmp.Or(cmp.Compare(serious[a.Serious], serious[b.Serious]), cmp.Compare(a.Entry, b.Entry))
	})
	return flaws
}

// flaws are those of one entry by itself.
func (e Entry) flaws(o LintOptions) (flaws []Flaw) {
	flaw := func(kind FlawKind, serious bool, format string, args ...any) {
		flaws = append(flaws, Flaw{Kind: kind, Entry: e.ID, Problem: fmt.Sprintf(format, args...), Serious: serious})
	}
	for _, field := range []struct{ name, text string }{
		{"title", e.Title}, {"answer", e.Answer}, {"issuer", e.Issuer}, {"source", e.Source},
	} {
		if field.text == "" {
			flaw(FlawMissing, true, "%s is empty", field.name)
		}
	}
	if n := len(e.Phrasings); n < leastPhrasings {
		flaw(FlawMissing, n == 0, "%d phrasings: write at least %d, in different people's words", n, leastPhrasings)
	}
	if n := utf8.RuneCountInString(e.Answer); n > longAnswer {
		flaw(FlawLong, false, "the answer has %d characters: keep it under %d, or give the rest in branches", n, longAnswer)
	}
	if e.Ask != nil {
		for _, b := range e.Ask.Branches {
			if n := utf8.RuneCountInString(b.Answer); n > longAnswer {
				flaw(FlawLong, false, "the answer of branch %q has %d characters: keep it under %d", b.Title, n, longAnswer)
			}
		}
	}
	switch {
	case e.Expired(o.Today):
		flaw(FlawExpired, true, "valid_until %s is over: residents are passed to a human; find out the new rule", e.ValidUntil)
	case e.Expired(o.ExpiresBefore):
		flaw(FlawExpired, false, "valid_until is %s: find out what holds afterwards", e.ValidUntil)
	}
	switch {
	case e.VerifiedOn.IsZero():
		flaw(FlawUnverified, true, "verified_on is missing: compare the answer with its source and write the day")
	case o.Today.Before(e.VerifiedOn):
		flaw(FlawUnverified, true, "verified_on %s lies in the future: write the day on which somebody looked", e.VerifiedOn)
	case e.VerifiedOn.Before(o.VerifiedFrom):
		flaw(FlawUnverified, false, "verified on %s, long ago: compare the answer with its source again", e.VerifiedOn)
	}
	return flaws
}

// strayPhrasings are those that say what another entry is asked for with: taken for it by what was learned, which is
// serious, or all but the same as one of its phrasings.
func (m *Matcher) strayPhrasings(lines []line) (flaws []Flaw) {
	index := newPhrasingIndex(m, lines)
	for i, l := range lines {
		leader := m.leader(view{index.vectors[i], m.scores(index.vectors[i])})
		flaw := Flaw{Kind: FlawCloser, Entry: m.name(l.class), Phrasing: l.text}
		if m.name(leader) != flaw.Entry {
			flaw.Serious, flaw.Problem = true, fmt.Sprintf("taken for %s: move or reword it", m.name(leader))
			flaws = append(flaws, flaw)
			continue
		}
		if other, near := index.closer(i); near {
			flaw.Problem = fmt.Sprintf("close to %q of %s: make sure that both stand where they belong", lines[other].text, m.name(lines[other].class))
			flaws = append(flaws, flaw)
		}
	}
	return flaws
}

// phrasingIndex finds the phrasings near to one.
type phrasingIndex struct {
	classes []string
	vectors []vector
	uses    map[int32][]phrasingUse // by feature
	sums    []float32               // by phrasing: the cosine to the one looked at
}

type phrasingUse struct {
	phrasing int32
	value    float32
}

func newPhrasingIndex(m *Matcher, lines []line) *phrasingIndex {
	x := &phrasingIndex{
		classes: make([]string, len(lines)), vectors: make([]vector, len(lines)), uses: map[int32][]phrasingUse{}, sums: make([]float32, len(lines)),
	}
	for i, l := range lines {
		x.classes[i], x.vectors[i] = m.name(l.class), m.model.linear.vector(readWords(l.text), concepts)
		for k, id := range x.vectors[i].ids {
			x.uses[id] = append(x.uses[id], phrasingUse{int32(i), x.vectors[i].values[k]})
		}
	}
	return x
}

// closer is the phrasing of another class that is nearest to the one at i, if it is nearer than all of its own class.
func (x *phrasingIndex) closer(i int) (other int, near bool) {
	clear(x.sums)
	for k, id := range x.vectors[i].ids {
		if len(x.uses[id]) > commonFeature {
			continue
		}
		for _, u := range x.uses[id] {
			x.sums[u.phrasing] += u.value * x.vectors[i].values[k]
		}
	}
	var own, best float32 = 0, closeToAnother
	for j, cosine := range x.sums {
		switch {
		case j == i:
		case x.classes[j] == x.classes[i]:
			own = max(own, cosine)
		case cosine >= best:
			other, best, near = j, cosine, true
		}
	}
	return other, near && best > own
}

// standing are the questions that stand in the content.
func (c Content) standing(questions []Labelled) (flaws []Flaw) {
	if len(questions) == 0 {
		return nil
	}
	learned := map[string]bool{}
	for _, text := range c.texts() {
		learned[Fold(text)] = true
	}
	for _, q := range questions {
		if learned[Fold(q.Text)] {
			flaws = append(flaws, Flaw{
				Kind: FlawAgainst, Phrasing: q.Text, Serious: true,
				Problem: fmt.Sprintf("question of line %d stands in the content: what is measured with it says nothing", q.Line),
			})
		}
	}
	return flaws
}

// texts are all lines that something is learned from.
func (c Content) texts() (list []string) {
	for _, l := range c.lines() {
		list = append(list, l.text)
	}
	for _, e := range c.Emergencies {
		list = append(list, e.Phrasings...)
	}
	return append(list, c.NoEmergency...)
}
