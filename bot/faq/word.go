package faq

// word is one word of a text, with abbreviations written out and typing leftovers undone.
type word struct {
	folded string
	// Its letters with their hats, the tone at the end so that "hòa" and "hoà" are one; empty for a syllable without
	// diacritics, which may just have been typed so.
	accented    string
	abbreviated bool // written short: its diacritics are ours, not the writer's
}

// Words are the folded words of text with abbreviations written out and Telex or VNI leftovers undone, in order.
// Both the phrasings of the content and the questions of residents go through it, so the two always meet.
func Words(text string) []string {
	words := readWords(text)
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = w.folded
	}
	return folded
}

func readWords(text string) []word {
	tokens := tokenize(text)
	words := make([]word, 0, len(tokens))
	for i := 0; i < len(tokens); {
		if full, length := expand(tokens, i); length > 0 {
			for _, t := range full {
				words = append(words, word{folded: t.folded, accented: t.accented, abbreviated: true})
			}
			i += length
			continue
		}
		plain := undoTyping(tokens[i])
		for _, folded := range plain {
			words = append(words, word{folded: folded})
		}
		if len(plain) == 1 {
			words[len(words)-1].accented = tokens[i].accented
		}
		i++
	}
	return words
}

// accented tells whether a text is written with diacritics. In such a text a word that only folds like another is not it.
func accented(words []word) bool {
	with, all := 0, 0
	for _, w := range words {
		if w.abbreviated {
			continue
		}
		all++
		if w.accented != "" {
			with++
		}
	}
	return with*10 >= all*3 && with > 0
}

// withoutAccents are the same words as somebody types them without diacritics.
func withoutAccents(words []word) []word {
	plain := make([]word, len(words))
	for i, w := range words {
		plain[i].folded = w.folded
	}
	return plain
}
