package notice

import (
	"slices"
	"time"
)

// Kind is what an announcement may be about, with its wording.
type Kind struct {
	ID           string // [a-z_]+
	Title        string // on screen
	Urgency      string // emergency, normal or bulk, when nothing else is said
	Topic        string // whom it concerns, when nothing else is said; empty = everybody
	LifeOrHealth bool   // danger to life or health
	UsefulFor    time.Duration
	Fields       []Field           // in the order in which they are asked
	Bodies       map[string]string // by language; Vietnamese is always there
}

// Vietnamese is the language that every kind has.
const Vietnamese = "vi"

// Field is one thing that a kind has to know.
type Field struct {
	ID       string
	Label    string // on screen, in a few words
	Question string // as a village head is asked in the chat
	Example  string
	Required bool
	Type     Type
	Choices  []string // the only values; empty = any of the type
}

// Type says what a value looks like.
type Type string

// The types of values.
const (
	TypeText      Type = "text"      // one line
	TypeParagraph Type = "paragraph" // some lines
	TypeDate      Type = "date"      // 15/12/2026, or 15/12
	TypeTime      Type = "time"      // 7:30, or 7 giờ 30
	TypePhone     Type = "phone"
	TypeNumber    Type = "number"
)

var types = []Type{TypeText, TypeParagraph, TypeDate, TypeTime, TypePhone, TypeNumber}

// Field is a field by its id.
func (k Kind) Field(id string) (Field, bool) {
	i := slices.IndexFunc(k.Fields, func(f Field) bool { return f.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return k.Fields[i], true
}

// Library are all kinds.
type Library struct{ kinds []Kind }

// New returns a library of kinds, in the order in which they are offered. What they hold is not checked: see Parse.
func New(kinds ...Kind) *Library { return &Library{kinds: kinds} }

// Kinds are all kinds in the order in which they are offered.
func (l *Library) Kinds() []Kind { return slices.Clone(l.kinds) }

// Kind is a kind by its id.
func (l *Library) Kind(id string) (Kind, bool) {
	i := slices.IndexFunc(l.kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return l.kinds[i], true
}

// Languages are those that the kind has a text in.
func (k Kind) Languages() []string { return sortedKeys(k.Bodies) }
