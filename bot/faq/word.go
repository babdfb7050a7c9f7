package faq

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// word is one word of a text, with abbreviations written out and typing leftovers undone.
type word struct {
	folded   string
	accented string // its letters with their hats, the tone at the end; empty when it was written without diacritics
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
				words = append(words, word{t.folded, accentedForm(t.typed)})
			}
			i += length
			continue
		}
		plain := undoTyping(tokens[i])
		for _, folded := range plain {
			words = append(words, word{folded: folded})
		}
		if len(plain) == 1 {
			words[len(words)-1].accented = accentedForm(tokens[i].typed)
		}
		i++
	}
	return words
}

// toneMarks are the five tones as they stand decomposed.
const toneMarks = "\u0300\u0301\u0303\u0309\u0323"

// accentedForm puts a syllable's tone at its end, so that "hòa" and "hoà" are one. It is empty for a syllable without
// diacritics, which may just have been typed so.
func accentedForm(typed string) string {
	if isASCII(typed) {
		return ""
	}
	var letters strings.Builder
	tone := ""
	for _, r := range norm.NFD.String(typed) {
		if strings.ContainsRune(toneMarks, r) {
			tone = string(r)
			continue
		}
		letters.WriteRune(r)
	}
	return norm.NFC.String(letters.String()) + tone
}

// accented tells whether a text is written with diacritics. In such a text a word that only folds like another is not it.
func accented(words []word) bool {
	n := 0
	for _, w := range words {
		if w.accented != "" {
			n++
		}
	}
	return n*10 >= len(words)*3 && n > 0
}

// withoutAccents are the same words as somebody types them without diacritics.
func withoutAccents(words []word) []word {
	plain := make([]word, len(words))
	for i, w := range words {
		plain[i].folded = w.folded
	}
	return plain
}
