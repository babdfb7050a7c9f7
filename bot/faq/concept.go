package faq

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// concepts.txt names what villagers say in many ways, one concept a line: name=phrase|phrase. A phrase counts wherever
// its words stand side by side, folded; one that starts with "!" in a text with diacritics only as it is written there,
// since its folded form means too many things ("!bò" is not "bỏ", "!vay" is not "váy").
//
//go:embed concepts.txt
var conceptsTXT string

// dangers.txt, in the same form, names what is said of danger: so much of it alone that it would only blur what else
// a question asks for.
//
//go:embed dangers.txt
var dangersTXT string

var (
	concepts = mustReadConcepts(conceptsTXT)
	dangers  = mustReadConcepts(dangersTXT)
)

// conceptTable holds the phrases of all concepts by their folded first word.
type conceptTable map[string][]conceptPhrase

type conceptPhrase struct {
	phrase
	exact   bool // in a text with diacritics only with these
	concept string
}

// concept is one that a text speaks of.
type concept struct {
	name   string
	denied bool // "không phải hộ nghèo"
}

// find gives the concepts of a text in the order in which they come up, each once.
func (c conceptTable) find(words []word) (found []concept) {
	accents := accented(words)
	for i, w := range words {
		for _, p := range c[w.folded] {
			seen := slices.ContainsFunc(found, func(f concept) bool { return f.name == p.concept })
			if !seen && p.startsAt(words[i:], accents && p.exact) {
				found = append(found, concept{p.concept, denied(words[:i])})
			}
		}
	}
	return found
}

// startsAt tells whether words begin with a phrase of any concept, with or without its diacritics.
func (c conceptTable) startsAt(words []word) bool {
	return slices.ContainsFunc(c[words[0].folded], func(p conceptPhrase) bool { return p.phrase.startsAt(words, false) })
}

// denials are what makes the words after it untrue.
var denials = [][]string{
	{"khong", "phai"}, {"khong", "thuoc"}, {"khong", "co"}, {"chua", "co"}, {"khong", "con"}, {"chang"}, {"dau", "phai"},
}

// denied tells whether a text ends with a denial, with up to two words after it: "không phải là hộ …".
func denied(before []word) bool {
	for after := range 3 {
		for _, d := range denials {
			from := len(before) - after - len(d)
			if from >= 0 && before[from].folded == d[0] && before[from+len(d)-1].folded == d[len(d)-1] {
				return true
			}
		}
	}
	return false
}

// mustReadConcepts panics on a bad line: the table is part of the program.
func mustReadConcepts(text string) conceptTable {
	table := conceptTable{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, phrases, found := strings.Cut(line, "=")
		if !found || name == "" {
			panic(fmt.Sprintf("concepts.txt: %q has no name", line))
		}
		for phrase := range strings.SplitSeq(phrases, "|") {
			table.add(name, strings.TrimSpace(phrase))
		}
	}
	return table
}

func (c conceptTable) add(name, phrase string) {
	text, exact := strings.CutPrefix(phrase, "!")
	words := readWords(text)
	if len(words) == 0 {
		panic(fmt.Sprintf("concepts.txt: %s has an empty phrase", name))
	}
	first := words[0].folded
	c[first] = append(c[first], conceptPhrase{words, exact, name})
}
