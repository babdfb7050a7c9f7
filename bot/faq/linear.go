package faq

import (
	"math"
	"slices"
)

// linear is a multinomial logistic regression: a weight for each feature and class. Weights are kept in 8 bits with a
// scale for each feature, so that a model just trained and one read from a cache decide alike.
type linear struct {
	classes int
	ids     map[string]int32 // by feature key
	values  []float32        // by feature: how much it counts in a text
	rows    []row            // by feature
}

// row is a feature's weights: for the classes named, or for all classes in their order when none are named.
type row struct {
	scale   float32
	classes []uint16
	weights []int8
}

// vector is a text in numbers, of unit length.
type vector struct {
	ids    []int32
	values []float32
}

// vector is a text in numbers. What training has never seen counts as nothing.
func (m *linear) vector(words []word, table conceptTable) vector {
	v := vector{ids: make([]int32, 0, 8*len(words))}
	eachFeature(words, table, func(key []byte) {
		if id, known := m.ids[string(key)]; known {
			v.ids = append(v.ids, id)
		}
	})
	slices.Sort(v.ids)
	v.ids = slices.Compact(v.ids)
	v.values = make([]float32, len(v.ids))
	var square float64
	for i, id := range v.ids {
		v.values[i] = m.values[id]
		square += float64(m.values[id]) * float64(m.values[id])
	}
	length := float32(math.Sqrt(square))
	for i := range v.values {
		v.values[i] /= length
	}
	return v
}

// probabilities are how likely each class is.
func (m *linear) probabilities(v vector) []float32 {
	p := make([]float32, m.classes)
	for i, id := range v.ids {
		r := &m.rows[id]
		value := v.values[i] * r.scale * textLength
		if r.classes == nil {
			for c, w := range r.weights {
				p[c] += value * float32(w)
			}
			continue
		}
		for k, c := range r.classes {
			p[c] += value * float32(r.weights[k])
		}
	}
	softmax(p)
	return p
}

// weight is of a feature for one class.
func (m *linear) weight(id int32, class int) float32 {
	r := m.rows[id]
	if r.classes == nil {
		return r.scale * float32(r.weights[class])
	}
	for k, c := range r.classes {
		if int(c) == class {
			return r.scale * float32(r.weights[k])
		}
	}
	return 0
}

func softmax(p []float32) {
	top := p[0]
	for _, v := range p {
		top = max(top, v)
	}
	var sum float32
	for c, v := range p {
		p[c] = float32(math.Exp(float64(v - top)))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}
