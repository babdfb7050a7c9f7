package bot

import "strings"

// Wording is a kind of announcements as an operator composes one.
type Wording struct {
	ID      string
	Title   string  // on screen
	Urgency Urgency // when nothing else is said
	Topic   Topic   // whom it concerns, when nothing else is said; empty = everybody
	Fields  []WordingField
}

// WordingField is one thing that a kind has to know.
type WordingField struct {
	ID       string
	Label    string // on screen, in a few words
	Question string
	Example  string
	Required bool
	Choices  []string // the only values; empty = any that CheckField takes
}

// Kinds are the kinds of announcements that operators choose from.
type Kinds interface {
	// Wordings are all kinds, in the order in which they are offered.
	Wordings() []Wording
	// CheckField is a value as it will be written, or a hint for the operator what is wrong with it.
	CheckField(kind, field, value string) (kept, hint string)
	// Fill writes the text.
	Fill(kind string, values map[string]string) (string, error)
}

// FreeText is the only kind where there are no others: the operator writes the text.
type FreeText struct{}

const (
	kindGeneral   = "general"
	fieldText     = "text"
	shortestText  = 10
	longestOfText = 2000 // one message; what is longer nobody reads on a phone
)

// Wordings implements Kinds.
func (FreeText) Wordings() []Wording {
	return []Wording{{ID: kindGeneral, Title: "Tin tự viết", Urgency: UrgencyNormal, Fields: []WordingField{
		{ID: fieldText, Label: "Nội dung", Question: textAskText, Required: true},
	}}}
}

// CheckField implements Kinds.
func (FreeText) CheckField(_, _, value string) (kept, hint string) {
	value = strings.TrimSpace(value)
	switch n := len([]rune(value)); {
	case n < shortestText:
		return "", textTooShort
	case n > longestOfText:
		return "", textTooLong
	case strings.Contains(value, "[@"):
		return "", textNoMention
	}
	return value, ""
}

// Fill implements Kinds.
func (FreeText) Fill(_ string, values map[string]string) (string, error) {
	return values[fieldText], nil
}
