package bot

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/loalang/loalang/bot/faq"
)

// FAQStore keeps the questions and answers of the deployment.
type FAQStore interface {
	// FAQ is the whole content, in the order in which it is shown.
	FAQ(ctx context.Context) (faq.Content, error)
}

// Knowledge is what the bot can answer: one content with its matcher. It never changes once built.
type Knowledge struct {
	matcher  *faq.Matcher
	sections map[string]faq.Section
	order    []faq.Section
	entries  map[string]faq.Entry
	bySect   map[string][]faq.Entry
}

// NewKnowledge builds the matcher over content.
func NewKnowledge(content faq.Content) *Knowledge {
	k := &Knowledge{
		matcher:  faq.New(content),
		sections: make(map[string]faq.Section),
		order:    content.Sections,
		entries:  make(map[string]faq.Entry),
		bySect:   make(map[string][]faq.Entry),
	}
	for _, s := range content.Sections {
		k.sections[s.ID] = s
	}
	for _, e := range content.Entries {
		k.entries[e.ID] = e
		k.bySect[e.Section] = append(k.bySect[e.Section], e)
	}
	return k
}

// Ask decides about one question, outside any conversation.
func (k *Knowledge) Ask(text string) faq.Decision { return k.matcher.Ask(text) }

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

func (k *Knowledge) buttonChoice(b faq.Button) Choice {
	if b.Ask != "" {
		return Choice{Title: b.Title, Payload: payloadEntry + b.Ask}
	}
	return Choice{Title: b.Title, URL: b.URL, Phone: b.Phone}
}

// Library holds the knowledge in use and swaps in a new one when the content has changed.
type Library struct {
	store   FAQStore
	current atomic.Pointer[Knowledge]
}

// NewLibrary returns an empty library; call Reload before using it.
func NewLibrary(store FAQStore) *Library { return &Library{store: store} }

// Reload builds the knowledge from the store and swaps it in.
func (l *Library) Reload(ctx context.Context) error {
	content, err := l.store.FAQ(ctx)
	if err != nil {
		return fmt.Errorf("load faq: %w", err)
	}
	l.current.Store(NewKnowledge(content))
	return nil
}

// Current is the knowledge in use.
func (l *Library) Current() *Knowledge { return l.current.Load() }
