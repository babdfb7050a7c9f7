package faq

import "fmt"

// danger decides for a text of somebody who is in danger, or who sees somebody in danger. It comes before everything else.
func (m *Matcher) danger(words []word) (d Decision, found bool) {
	if len(m.dangers) == 0 || len(words) == 0 {
		return Decision{}, false
	}
	p := m.model.danger.probabilities(m.model.danger.vector(words, dangers))
	kind := 1
	for k := range p[1:] {
		if p[k+1] > p[kind] {
			kind = k + 1
		}
	}
	chance := 1 - float64(p[0])
	if chance < dangerFrom {
		return Decision{}, false
	}
	e := m.dangers[kind-1]
	return Decision{
		Kind: KindEmergency, Emergency: e.ID, Number: e.Number, Reply: e.Answer, Branch: NoBranch, Score: chance, Candidates: m.candidates(m.read(words)),
		Reason: fmt.Sprintf("danger of kind %s with chance %.2f", e.ID, chance),
	}, true
}
