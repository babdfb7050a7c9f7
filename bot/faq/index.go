package faq

import "math"

// index finds the classes whose phrasings are nearest to a question: BM25 over words and word pairs, where a term
// counts less the more evenly it is spread over the classes. It never changes once built.
type index struct {
	terms    map[string]int32
	weights  []float64   // by term
	postings [][]posting // by term
	classOf  []int       // by line
	sizes    []int       // lines by class
}

// posting is a line that holds a term, with the term's BM25 weight in it.
type posting struct {
	line   int32
	weight float64
}

// line is one phrasing and the class it speaks for.
type line struct {
	words []string
	class int
}

// term is a word or a word pair of a text, with how often it stands there; a pair counts pairWeight.
type term struct {
	text  string
	count float64
}

func newIndex(lines []line, classes int) *index {
	ix := &index{terms: map[string]int32{}, classOf: make([]int, len(lines)), sizes: make([]int, classes)}
	terms := make([][]term, len(lines))
	lengths := make([]float64, len(lines))
	var holders []map[int]int // by term: lines by class
	var total float64
	for i, l := range lines {
		ix.classOf[i] = l.class
		ix.sizes[l.class]++
		terms[i] = termsOf(l.words)
		for _, t := range terms[i] {
			id, known := ix.terms[t.text]
			if !known {
				id = int32(len(holders))
				ix.terms[t.text] = id
				holders = append(holders, map[int]int{})
			}
			holders[id][l.class]++
			lengths[i] += t.count
		}
		total += lengths[i]
	}
	for _, byClass := range holders {
		ix.weights = append(ix.weights, termWeight(byClass, len(lines), classes))
	}
	ix.postings = make([][]posting, len(holders))
	for i := range lines {
		long := 1 - lengthRate + lengthRate*lengths[i]/(total/float64(len(lines)))
		for _, t := range terms[i] {
			id := ix.terms[t.text]
			weight := ix.weights[id] * t.count * (saturation + 1) / (t.count + saturation*long)
			ix.postings[id] = append(ix.postings[id], posting{int32(i), weight})
		}
	}
	return ix
}

// termWeight is the term's rarity among the lines, less its spread: the entropy of the classes it stands in.
func termWeight(byClass map[int]int, lines, classes int) float64 {
	var holding, entropy float64
	for _, n := range byClass {
		holding += float64(n)
	}
	for class := range classes {
		if n := byClass[class]; n > 0 {
			p := float64(n) / holding
			entropy -= p * math.Log(p)
		}
	}
	rarity := math.Log(1 + float64(lines)/holding)
	return rarity * (1 - spreadRate*entropy/math.Log(float64(classes)+1))
}

// match is how a question stands to the index.
type match struct {
	strengths []float64 // by class: the mean BM25 score of its nearest lines
	most      float64   // the score of a line that explains the whole question
	nearest   []int     // by class: its nearest line, -1 when none shares a term
}

// find compares words with every line but skip, -1 for all of them.
func (ix *index) find(words []string, skip int) match {
	scores := make([]float64, len(ix.classOf))
	m := match{strengths: make([]float64, len(ix.sizes)), nearest: make([]int, len(ix.sizes))}
	unseen := math.Log(1 + float64(len(ix.classOf)))
	for _, t := range termsOf(words) {
		id, known := ix.terms[t.text]
		if !known {
			m.most += unseen * t.count
			continue
		}
		m.most += ix.weights[id] * t.count
		for _, p := range ix.postings[id] {
			scores[p.line] += t.count * p.weight
		}
	}
	best := make([][neighbours]float64, len(ix.sizes))
	for c := range m.nearest {
		m.nearest[c] = -1
	}
	for i, score := range scores {
		if score == 0 || i == skip {
			continue
		}
		class := ix.classOf[i]
		if score > best[class][0] {
			m.nearest[class] = i
		}
		insert(&best[class], score)
	}
	for c, top := range best {
		voters := max(1, min(neighbours, ix.sizes[c]))
		for _, score := range top[:voters] {
			m.strengths[c] += score / float64(voters)
		}
	}
	return m
}

// insert keeps the highest scores in falling order.
func insert(top *[neighbours]float64, score float64) {
	for i := range top {
		if score > top[i] {
			score, top[i] = top[i], score
		}
	}
}

// termsOf gives each word and each pair of neighbouring words once, in the order of their first use, so that sums
// come out the same on every run.
func termsOf(words []string) []term {
	terms := make([]term, 0, 2*len(words))
	at := make(map[string]int, 2*len(words))
	add := func(text string, count float64) {
		if i, known := at[text]; known {
			terms[i].count += count
			return
		}
		at[text] = len(terms)
		terms = append(terms, term{text, count})
	}
	for i, word := range words {
		add(word, 1)
		if i > 0 {
			add(words[i-1]+" "+word, pairWeight)
		}
	}
	return terms
}

// confidence is the probability that class is the one meant.
func (m match) confidence(class int) float64 {
	strength := m.strengths[class]
	if strength == 0 {
		return 0
	}
	var rival float64
	for c, s := range m.strengths {
		if c != class {
			rival = max(rival, s)
		}
	}
	lead := (strength - rival) / max(strength, rival)
	x := confidenceBase + confidenceShare*math.Log(strength/m.most) + confidenceLead*lead
	return 1 / (1 + math.Exp(-x))
}
