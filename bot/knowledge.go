package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/loalang/loalang/bot/faq"
)

// FAQStore keeps the questions and answers of the deployment, and what was learned from them.
type FAQStore interface {
	// FAQ is the whole content, in the order in which it is shown.
	FAQ(ctx context.Context) (faq.Content, error)
	// Overrides are the answers that units give in their own way.
	Overrides(ctx context.Context) ([]Override, error)
	// Model is what was learned from the content with this hash, or ErrNotFound.
	Model(ctx context.Context, hash string) ([]byte, error)
	// SaveModel keeps what was learned, for every replica and the next start.
	SaveModel(ctx context.Context, hash string, model []byte) error
}

// Override is an entry's answer in one unit of an account and all below it.
type Override struct {
	OAID string
	faq.Override
}

// Knowledge is what the bot can answer: one content with its matcher. It never changes once built.
type Knowledge struct {
	matcher   *faq.Matcher
	sections  map[string]faq.Section
	order     []faq.Section
	entries   map[string]faq.Entry
	bySect    map[string][]faq.Entry
	overrides map[overrideKey]faq.Override
}

type overrideKey struct{ oaID, entry, unit string }

// NewKnowledge builds the matcher over content with what was learned from it.
func NewKnowledge(content faq.Content, model *faq.Model, overrides []Override) (*Knowledge, error) {
	matcher, err := faq.New(content, model)
	if err != nil {
		return nil, err
	}
	k := &Knowledge{
		matcher:   matcher,
		sections:  make(map[string]faq.Section),
		order:     content.Sections,
		entries:   make(map[string]faq.Entry),
		bySect:    make(map[string][]faq.Entry),
		overrides: make(map[overrideKey]faq.Override),
	}
	for _, s := range content.Sections {
		k.sections[s.ID] = s
	}
	for _, e := range content.Entries {
		k.entries[e.ID] = e
		k.bySect[e.Section] = append(k.bySect[e.Section], e)
	}
	for _, o := range overrides {
		k.overrides[overrideKey{o.OAID, o.Entry, o.Unit}] = o.Override
	}
	return k, nil
}

// Matcher decides about questions outside any conversation.
func (k *Knowledge) Matcher() *faq.Matcher { return k.matcher }

// Group puts questions together that ask for the same, the largest group first, each with its clearest question first.
func (k *Knowledge) Group(questions []Question) (groups [][]Question) {
	texts := make([]string, len(questions))
	for i, q := range questions {
		texts[i] = q.Text
	}
	for _, group := range k.matcher.Group(texts) {
		list := make([]Question, len(group))
		for i, at := range group {
			list[i] = questions[at]
		}
		groups = append(groups, list)
	}
	return groups
}

// Expiring are the entries whose last day lies before a day, the earliest first.
func (k *Knowledge) Expiring(before faq.Date) (list []faq.Entry) {
	for _, e := range k.entries {
		if !e.ValidUntil.IsZero() && e.ValidUntil.Before(before) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b faq.Entry) int {
		if a.ValidUntil != b.ValidUntil {
			if a.ValidUntil.Before(b.ValidUntil) {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return list
}

// menuPage is how many questions of a section stand in one message: Zalo shows five buttons, and one is for more.
const menuPage = 4

// sectionChoices are the chapters that have questions.
func (k *Knowledge) sectionChoices() []Choice {
	var choices []Choice
	for _, s := range k.order {
		if len(k.bySect[s.ID]) > 0 {
			choices = append(choices, Choice{Title: s.Title, Payload: payloadSection + s.ID})
		}
	}
	return choices
}

// entryChoices is a page (from 1) of a section's questions, with a choice for the next page while there is one.
// A page past the end is the first.
func (k *Knowledge) entryChoices(section string, page int) []Choice {
	all := k.bySect[section]
	if page > len(all) || (page-1)*menuPage >= len(all) { // it may be as large as a resident can type
		page = 1
	}
	from := (page - 1) * menuPage
	to := min(from+menuPage, len(all))
	if to == len(all)-1 { // no page for a single question
		to++
	}
	var choices []Choice
	for _, e := range all[from:to] {
		choices = append(choices, k.entryChoice(e.ID))
	}
	if to < len(all) {
		choices = append(choices, Choice{Title: titleMore, Payload: fmt.Sprintf("%s%s %d", payloadSection, section, page+1)})
	}
	return choices
}

func (k *Knowledge) entryChoice(id string) Choice {
	return Choice{Title: k.entries[id].Title, Payload: payloadEntry + id}
}

func (k *Knowledge) buttonChoices(e faq.Entry) (choices []Choice) {
	for _, b := range e.Buttons {
		choices = append(choices, k.buttonChoice(b))
	}
	return choices
}

func (k *Knowledge) buttonChoice(b faq.Button) Choice {
	if b.Ask != "" {
		return Choice{Title: b.Title, Payload: payloadEntry + b.Ask}
	}
	return Choice{Title: b.Title, URL: b.URL, Phone: b.Phone}
}

func (k *Knowledge) branchChoices(e faq.Entry) (choices []Choice) {
	if e.Ask == nil {
		return nil
	}
	for i, b := range e.Ask.Branches {
		choices = append(choices, Choice{Title: b.Title, Payload: fmt.Sprintf("%s%s %d", payloadEntry, e.ID, i+1)})
	}
	return choices
}
