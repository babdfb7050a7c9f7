package faq

import "fmt"

// danger decides for a text of somebody who is in danger, or who sees somebody in danger. It comes before everything else.
// What is said of danger may stand beside much else, so the text is read whole and around each word of danger.
func (m *Matcher) danger(words []word) (d Decision, found bool) {
	if len(m.dangers) == 0 || len(words) == 0 {
		return Decision{}, false
	}
	kind, chance := m.model.dangerOf(words)
	if chance < dangerFrom {
		for _, piece := range aroundDangers(words) {
			k, c := m.model.dangerOf(piece)
			if c >= dangerBesideFrom && c > chance {
				kind, chance = k, c
			}
		}
	}
	if chance < dangerFrom {
		return Decision{}, false
	}
	e := m.dangers[kind-1]
	return Decision{
		Kind: KindEmergency, Emergency: e.ID, Number: e.Number, Reply: e.Answer, Branch: NoBranch, Score: chance, Candidates: m.candidates(m.read(words)),
		Reason: fmt.Sprintf("danger of kind %s with chance %.2f", e.ID, chance),
	}, true
}

// dangerOf is the likeliest kind of danger, counted from 1, and the chance that there is danger at all.
func (m *Model) dangerOf(words []word) (kind int, chance float64) {
	p := m.danger.probabilities(m.danger.vector(words, dangers))
	kind = 1
	for k := range p[1:] {
		if p[k+1] > p[kind] {
			kind = k + 1
		}
	}
	return kind, 1 - float64(p[0])
}

// aroundDangers are the pieces of a text around what sounds like danger, a short and a long one each: how much belongs to
// it is not known. A letter is read whole only, since it tells of what is over.
func aroundDangers(words []word) (pieces [][]word) {
	const before, after, soonAfter = 3, 9, 5
	if len(words) > longText {
		return nil
	}
	for i := range words {
		if !dangers.startsAt(words[i:]) {
			continue
		}
		from := max(0, i-before)
		for _, to := range []int{i + after, i + soonAfter} {
			if to = min(to, len(words)); to-from < len(words) {
				pieces = append(pieces, words[from:to])
			}
		}
	}
	return pieces
}
