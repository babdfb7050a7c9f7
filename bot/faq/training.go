package faq

import (
	"math"
	"math/rand/v2"
	"slices"
)

// corpus are texts to learn from. What they show stands in numbers, since most of it is shown by many.
type corpus struct {
	table  conceptTable
	ids    map[string]int32
	keys   []string // by id, in the order of their first use
	counts []int32  // by id
	texts  []sample
	shown  []int32 // by the text being added
}

// sample is one text to learn from.
type sample struct {
	ids    []int32
	length float32 // of the text's vector, before it is made that of all
	class  int
	weight float32
	rests  int // epochs in which it is passed over
}

func newCorpus(table conceptTable) *corpus { return &corpus{table: table, ids: map[string]int32{}} }

// add takes a text, and once more as somebody types it who leaves the diacritics out.
func (c *corpus) add(words []word, class int, weight float32) {
	c.addOnce(words, class, weight)
	if accented(words) {
		c.addOnce(withoutAccents(words), class, weight)
	}
}

func (c *corpus) addOnce(words []word, class int, weight float32) {
	s := sample{class: class, weight: weight}
	eachFeature(words, c.table, func(key []byte) {
		id, known := c.ids[string(key)]
		if !known {
			id = int32(len(c.keys))
			text := string(key)
			c.ids[text], c.keys, c.counts = id, append(c.keys, text), append(c.counts, 0)
		}
		c.shown = append(c.shown, id)
	})
	slices.Sort(c.shown)
	c.shown = slices.Compact(c.shown)
	for _, id := range c.shown {
		c.counts[id]++
	}
	s.ids = slices.Clone(c.shown)
	c.shown = c.shown[:0]
	c.texts = append(c.texts, s)
}

// model knows the features that are shown often enough, and how rare each is. The corpus then counts in its ids and can be
// added to no more.
func (c *corpus) model(classes int) *linear {
	m := &linear{classes: classes, ids: map[string]int32{}}
	kept := make([]int32, len(c.keys))
	for id, key := range c.keys {
		kept[id] = -1
		if int(c.counts[id]) < leastUses[key[0]] {
			continue
		}
		kept[id] = int32(len(m.values))
		m.ids[key] = kept[id]
		rarity := math.Sqrt(math.Log(1 + float64(len(c.texts))/float64(c.counts[id])))
		m.values = append(m.values, featureValues[key[0]]*float32(rarity))
	}
	c.ids, c.keys, c.counts = nil, nil, nil
	for i, s := range c.texts {
		ids := s.ids[:0]
		var square float64
		for _, id := range s.ids {
			if id = kept[id]; id >= 0 {
				ids = append(ids, id)
				square += float64(m.values[id]) * float64(m.values[id])
			}
		}
		c.texts[i].ids, c.texts[i].length = ids, float32(math.Sqrt(square))
	}
	return m
}

// train fits the weights by stochastic gradient descent with a step for each feature that shrinks as it is used
// (AdaGrad). Features are left out at random in each step, so that no text leans on a single one. A class that a text is
// surely not of is left alone, so that with many classes most weights are never made. The same corpus always gives the
// same weights on the same kind of machine.
func (c *corpus) train(classes int) *linear {
	m := c.model(classes)
	t := training{
		linear: m, rows: make([]growingRow, len(m.values)), squares: make([]float32, len(m.values)),
		gradient: make([]float32, classes), random: rand.New(rand.NewPCG(1, 2)),
	}
	order := make([]int, len(c.texts))
	for i := range order {
		order[i] = i
	}
	for epoch := range epochs {
		t.random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := learningRate * (1 - float64(epoch)/epochs)
		for _, i := range order {
			if s := &c.texts[i]; s.rests > 0 {
				s.rests--
			} else if t.step(s, rate) < easy {
				s.rests = restsWhenEasy
			}
		}
	}
	m.rows = make([]row, len(t.rows))
	for id := range t.rows {
		m.rows[id] = t.rows[id].quantised(classes)
		t.rows[id] = growingRow{}
	}
	return m
}

type training struct {
	*linear
	rows     []growingRow
	squares  []float32 // by feature: the squared gradients so far
	gradient []float32 // by class
	active   []int32   // the classes that this step changes
	random   *rand.Rand
	ids      []int32
	values   []float32
}

// step learns from one text, and says how far from it what was learned before has been, from 0 to 1.
func (t *training) step(s *sample, rate float64) (far float32) {
	t.ids, t.values = t.ids[:0], t.values[:0]
	for _, id := range s.ids {
		if t.random.Float32() >= dropout {
			t.ids, t.values = append(t.ids, id), append(t.values, t.linear.values[id]*textLength/(s.length*(1-dropout)))
		}
	}
	g := t.gradient
	clear(g)
	for k, id := range t.ids {
		t.rows[id].addTo(g, t.values[k])
	}
	softmax(g)
	far = 1 - g[s.class]
	t.active = t.active[:0]
	var square float32
	for c, p := range g {
		g[c] = -p * s.weight
		if c == s.class {
			g[c] += s.weight
		}
		if g[c] < -leastGradient || g[c] > leastGradient {
			t.active = append(t.active, int32(c))
			square += g[c] * g[c]
		}
	}
	for k, id := range t.ids {
		value := t.values[k]
		t.squares[id] += value * value * square
		step := value * float32(rate/math.Sqrt(float64(t.squares[id])+1e-3))
		t.rows[id].change(g, t.active, step)
	}
	return far
}

// growingRow is a feature's weights while they are learned: of few classes by their numbers, then of all.
type growingRow struct {
	classes []int32
	weights []float32
	all     bool
}

// fewClasses is up to how many classes a row is searched; beyond it holds all.
const fewClasses = 24

func (r *growingRow) addTo(sums []float32, value float32) {
	if r.all {
		for c, w := range r.weights {
			sums[c] += value * w
		}
		return
	}
	for k, c := range r.classes {
		sums[c] += value * r.weights[k]
	}
}

func (r *growingRow) change(gradient []float32, active []int32, step float32) {
	if !r.all && len(r.classes)+len(active) > fewClasses {
		r.widen(len(gradient))
	}
	if r.all {
		for _, c := range active {
			r.weights[c] += step * gradient[c]
		}
		return
	}
	for _, c := range active {
		at := 0
		for at < len(r.classes) && r.classes[at] != c {
			at++
		}
		if at == len(r.classes) {
			r.classes, r.weights = append(r.classes, c), append(r.weights, 0)
		}
		r.weights[at] += step * gradient[c]
	}
}

func (r *growingRow) widen(classes int) {
	all := make([]float32, classes)
	for k, c := range r.classes {
		all[c] = r.weights[k]
	}
	r.classes, r.weights, r.all = nil, all, true
}

// quantised are the weights in 8 bits, without those that say next to nothing.
func (r *growingRow) quantised(classes int) row {
	var most float32
	for _, w := range r.weights {
		most = max(most, max(w, -w))
	}
	if most == 0 {
		return row{classes: []uint16{}}
	}
	q := row{scale: most / 127, classes: []uint16{}}
	for k, w := range r.weights {
		small := int8(math.Round(float64(w / q.scale)))
		if small <= leastWeight && small >= -leastWeight {
			continue
		}
		class := k
		if !r.all {
			class = int(r.classes[k])
		}
		q.classes, q.weights = append(q.classes, uint16(class)), append(q.weights, small)
	}
	if 2*len(q.classes) < classes {
		return q
	}
	all := make([]int8, classes)
	for k, c := range q.classes {
		all[c] = q.weights[k]
	}
	return row{scale: q.scale, weights: all}
}
