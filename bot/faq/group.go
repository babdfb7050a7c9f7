package faq

import (
	"cmp"
	"slices"
)

// Group puts texts together that show much the same, by their indexes: the largest group first, and in each the oldest
// text first. A text joins the group whose first text is nearest to it.
func (m *Matcher) Group(texts []string) (groups [][]int) {
	var firsts []map[int32]float32
	for i, text := range texts {
		v := m.model.linear.vector(readWords(text), concepts)
		best, nearest := -1, float32(alike)
		for g, first := range firsts {
			if near := v.cosine(first); near >= nearest {
				best, nearest = g, near
			}
		}
		if best >= 0 {
			groups[best] = append(groups[best], i)
			continue
		}
		first := make(map[int32]float32, len(v.ids))
		for k, id := range v.ids {
			first[id] = v.values[k]
		}
		firsts, groups = append(firsts, first), append(groups, []int{i})
	}
	slices.SortStableFunc(groups, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
	return groups
}

func (v vector) cosine(other map[int32]float32) (sum float32) {
	for k, id := range v.ids {
		sum += v.values[k] * other[id]
	}
	return sum
}

// Explain are the things a text shows that speak most for the class it was taken for, the strongest first.
func (m *Matcher) Explain(text string) (because []string) {
	const most = 6
	words := readWords(text)
	leader := m.leader(m.read(words))
	type reason struct {
		key    string
		weight float32
	}
	var reasons []reason
	l := m.model.linear
	seen := map[int32]bool{}
	eachFeature(words, concepts, func(key []byte) {
		if id, known := l.ids[string(key)]; known && !seen[id] && key[0] != anyFeature {
			seen[id] = true
			reasons = append(reasons, reason{string(key), l.values[id] * l.weight(id, leader)})
		}
	})
	slices.SortStableFunc(reasons, func(a, b reason) int { return cmp.Compare(b.weight, a.weight) })
	for _, r := range reasons[:min(most, len(reasons))] {
		if r.weight > 0 {
			because = append(because, featureNames[r.key[0]]+r.key[1:])
		}
	}
	return because
}

// featureNames are put before what a feature says, for people.
var featureNames = map[byte]string{
	gapFeature: "…: ", conceptFeature: "concept ", denialFeature: "not ", conceptPairFeature: "concepts ",
}
