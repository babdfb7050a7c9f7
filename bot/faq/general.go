package faq

import (
	"maps"
	"slices"
)

// generalWords are the words that name no matter, since most entries are asked for with them: of all entries under "",
// and by section those that name no matter within it ("vay" among loans).
type generalWords map[string]map[string]bool

// generalWords are learned from the phrasings of the entries.
func (c Content) generalWords(lines []line) generalWords {
	entries := map[string]float64{} // by section
	uses := map[string]map[string]float64{}
	count := func(section string, words map[string]bool) {
		entries[section]++
		if uses[section] == nil {
			uses[section] = map[string]float64{}
		}
		for w := range words {
			uses[section][w]++
		}
	}
	said := make([]map[string]bool, len(c.Entries))
	for i := range said {
		said[i] = map[string]bool{}
	}
	for _, l := range lines {
		if l.class >= len(c.Entries) {
			break
		}
		words := readWords(l.text)
		if len(words) > longText { // a letter speaks of everything
			continue
		}
		for _, w := range words {
			said[l.class][w.folded] = true
		}
	}
	for i, e := range c.Entries {
		count("", said[i])
		count(e.Section, said[i])
	}
	general := generalWords{}
	for section, used := range uses {
		share := generalInSection
		if section == "" {
			share = generalInAll
		}
		general[section] = map[string]bool{}
		for w, n := range used {
			if n >= share*entries[section] {
				general[section][w] = true
			}
		}
	}
	return general
}

// in tells whether words name no matter of their own when the talk is about an entry of a section.
func (g generalWords) in(words []word, section string) bool {
	return !slices.ContainsFunc(words, func(w word) bool { return !g[""][w.folded] && !g[section][w.folded] })
}

// savedGeneral is how they are kept: by section a list in alphabetical order, since a map written twice would differ.
type savedGeneral struct {
	Sections []string
	Words    [][]string
}

func (g generalWords) saved() (s savedGeneral) {
	for _, section := range slices.Sorted(maps.Keys(g)) {
		s.Sections = append(s.Sections, section)
		s.Words = append(s.Words, slices.Sorted(maps.Keys(g[section])))
	}
	return s
}

func (s savedGeneral) general() (generalWords, error) {
	if len(s.Sections) != len(s.Words) {
		return nil, errDamaged
	}
	g := generalWords{}
	for i, section := range s.Sections {
		g[section] = map[string]bool{}
		for _, w := range s.Words[i] {
			g[section][w] = true
		}
	}
	return g, nil
}
