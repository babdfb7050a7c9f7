package faq

// The kinds of features, by the first byte of their key, with how much each counts before its rarity is known.
const (
	wordFeature        = 'w'
	pairFeature        = 'p' // two neighbouring words
	gapFeature         = 'g' // two words with one between them
	accentFeature      = 'a' // a word with its diacritics, in a text that has them
	accentPairFeature  = 'b'
	conceptFeature     = 'c'
	denialFeature      = 'n' // a concept that the text denies
	conceptPairFeature = 'd' // two concepts in one text
	anyFeature         = '=' // every text has it
)

// eachFeature hands over the key of each thing that a text shows: its words, pairs of them, and the concepts it speaks of
// or denies. A key may come twice, and lives until the next.
func eachFeature(words []word, table conceptTable, do func(key []byte)) {
	var buf []byte
	add := func(kind byte, parts ...string) {
		buf = append(buf[:0], kind)
		for i, p := range parts {
			if i > 0 {
				buf = append(buf, ' ')
			}
			buf = append(buf, p...)
		}
		do(buf)
	}
	add(anyFeature)
	accents := accented(words)
	for i, w := range words {
		add(wordFeature, w.folded)
		if i > 0 {
			add(pairFeature, words[i-1].folded, w.folded)
		}
		if i > 1 {
			add(gapFeature, words[i-2].folded, w.folded)
		}
		if accents && w.accented != "" {
			add(accentFeature, w.accented)
			if i > 0 && words[i-1].accented != "" {
				add(accentPairFeature, words[i-1].accented, w.accented)
			}
		}
	}
	found := table.find(words)
	for i, a := range found {
		if a.denied {
			add(denialFeature, a.name)
			continue
		}
		add(conceptFeature, a.name)
		for _, b := range found[i+1:] {
			if b.denied {
				continue
			}
			add(conceptPairFeature, min(a.name, b.name), max(a.name, b.name))
		}
	}
}
