package faq

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// abbreviations.tsv lists what villagers shorten, one rule a line: as typed, written out, and when the rule holds.
//
//	after=a,b    the word before is a or b            before=a,b   the word after is a or b
//	near=a,b     either neighbour is a or b           number       the word before is a number
//	first, last  it is the first or last word         a leading -  turns a condition round
//
// All conditions of a line must hold; the first line that holds wins; a token without one stays as it is. Neighbours
// are compared folded, the short form as typed: "đc" and "dc" are two lines, and "chớ" never touches "cho".
//
//go:embed abbreviations.tsv
var abbreviationsTSV string

// abbreviations are the rules by the first word of their short form, longest short form first.
var abbreviations = mustReadAbbreviations(abbreviationsTSV)

type abbreviation struct {
	short []string // as typed, lower case
	full  []token
	when  []condition
}

type condition struct {
	where string // after, before, near, number, first or last
	words []string
	not   bool
}

// expand writes out the abbreviation that starts at tokens[i]: its full words and how many tokens it replaces, which
// is 0 when there is none.
func expand(tokens []token, i int) (full []token, length int) {
	for _, a := range abbreviations[tokens[i].typed] {
		if a.matches(tokens, i) {
			return a.full, len(a.short)
		}
	}
	return nil, 0
}

func (a abbreviation) matches(tokens []token, i int) bool {
	end := i + len(a.short)
	if end > len(tokens) {
		return false
	}
	for j, word := range a.short {
		if tokens[i+j].typed != word {
			return false
		}
	}
	var before, after string
	if i > 0 {
		before = tokens[i-1].folded
	}
	if end < len(tokens) {
		after = tokens[end].folded
	}
	for _, c := range a.when {
		if c.holds(before, after) == c.not {
			return false
		}
	}
	return true
}

// holds takes the two neighbours, empty at the border of the text, and leaves not to the caller.
func (c condition) holds(before, after string) bool {
	switch c.where {
	case "after":
		return slices.Contains(c.words, before)
	case "before":
		return slices.Contains(c.words, after)
	case "near":
		return slices.Contains(c.words, before) || slices.Contains(c.words, after)
	case "number":
		return before != "" && strings.Trim(before, "0123456789") == ""
	case "first":
		return before == ""
	default: // last
		return after == ""
	}
}

// mustReadAbbreviations panics on a bad line: the table is part of the program.
func mustReadAbbreviations(tsv string) map[string][]abbreviation {
	rules := map[string][]abbreviation{}
	for line := range strings.Lines(tsv) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		a, err := parseAbbreviation(line)
		if err != nil {
			panic(fmt.Sprintf("abbreviations.tsv: %q: %v", line, err))
		}
		rules[a.short[0]] = append(rules[a.short[0]], a)
	}
	for _, list := range rules {
		slices.SortStableFunc(list, func(a, b abbreviation) int { return len(b.short) - len(a.short) })
	}
	return rules
}

func parseAbbreviation(line string) (abbreviation, error) {
	columns := strings.Split(line, "\t")
	if len(columns) < 2 || len(columns) > 3 {
		return abbreviation{}, fmt.Errorf("%d columns, want 2 or 3", len(columns))
	}
	var a abbreviation
	for _, t := range tokenize(columns[0]) {
		a.short = append(a.short, t.typed)
	}
	a.full = tokenize(columns[1])
	if len(a.short) == 0 || len(a.full) == 0 {
		return abbreviation{}, fmt.Errorf("an empty column")
	}
	if len(columns) == 3 {
		for _, text := range strings.Fields(columns[2]) {
			c, err := parseCondition(text)
			if err != nil {
				return abbreviation{}, err
			}
			a.when = append(a.when, c)
		}
	}
	return a, nil
}

func parseCondition(text string) (condition, error) {
	var c condition
	text, c.not = strings.CutPrefix(text, "-")
	where, words, _ := strings.Cut(text, "=")
	c.where = where
	takesWords := slices.Contains([]string{"after", "before", "near"}, where)
	if !takesWords && !slices.Contains([]string{"number", "first", "last"}, where) || takesWords != (words != "") {
		return condition{}, fmt.Errorf("condition %q is not known", text)
	}
	if takesWords {
		c.words = strings.Split(words, ",")
	}
	return c, nil
}
