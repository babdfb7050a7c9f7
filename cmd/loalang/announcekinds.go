package main

import (
	"fmt"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/configs"
)

// kindsOfAnnouncements are those whose wording is ready.
func kindsOfAnnouncements() (*notice.Library, error) {
	return notice.Parse(configs.Announcements, bot.TopicIDs())
}

type announceKindsCmd struct {
	Kind string `arg:"" optional:"" help:"Only this one, with an example of its text."`
}

// kindDocument is a kind as it is printed.
type kindDocument struct {
	ID           string          `json:"id"`
	Title        string          `json:"title"`
	Urgency      string          `json:"urgency"`
	Topic        string          `json:"topic,omitempty"`
	LifeOrHealth bool            `json:"life_or_health"`
	UsefulHours  float64         `json:"useful_hours"`
	Languages    []string        `json:"languages"`
	Fields       []fieldDocument `json:"fields"`
	Example      string          `json:"example"`
}

// fieldDocument is a field of a kind as it is printed.
type fieldDocument struct {
	ID       string      `json:"id"`
	Label    string      `json:"label"`
	Question string      `json:"question"`
	Example  string      `json:"example"`
	Required bool        `json:"required"`
	Type     notice.Type `json:"type"`
	Choices  []string    `json:"choices,omitempty"`
}

// Run implements `loalang announce kinds`.
func (cmd announceKindsCmd) Run(c *command) error {
	library, err := kindsOfAnnouncements()
	if err != nil {
		return err
	}
	docs, lines := []kindDocument{}, []string{}
	for _, k := range library.Kinds() {
		if cmd.Kind != "" && k.ID != cmd.Kind {
			continue
		}
		doc, err := kindDocumentOf(k)
		if err != nil {
			return err
		}
		docs, lines = append(docs, doc), append(lines, doc.lines(cmd.Kind != ""))
	}
	if len(docs) == 0 {
		return fmt.Errorf("there is no kind %q with its wording ready: see `loalang announce kinds`", cmd.Kind)
	}
	return c.print(docs, "%s", strings.Join(lines, "\n"))
}

func kindDocumentOf(k notice.Kind) (kindDocument, error) {
	doc := kindDocument{
		ID: k.ID, Title: k.Title, Urgency: k.Urgency, Topic: k.Topic, LifeOrHealth: k.LifeOrHealth, UsefulHours: k.UsefulFor.Hours(),
		Languages: k.Languages(), Fields: make([]fieldDocument, len(k.Fields)),
	}
	for i, f := range k.Fields {
		doc.Fields[i] = fieldDocument(f)
	}
	var err error
	if doc.Example, err = k.Example(notice.Vietnamese); err != nil {
		return doc, fmt.Errorf("example of %s: %w", k.ID, err)
	}
	return doc, nil
}

func (d kindDocument) lines(example bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s, useful for %.0f hours)", d.ID, d.Title, d.Urgency, d.UsefulHours)
	for _, f := range d.Fields {
		need := "may be left out"
		if f.Required {
			need = "required"
		}
		fmt.Fprintf(&b, "\n  --field %s=%q  %s, %s", f.ID, f.Example, f.Label, need)
		if len(f.Choices) > 0 {
			fmt.Fprintf(&b, ": %s", strings.Join(f.Choices, "; "))
		}
	}
	if example {
		fmt.Fprintf(&b, "\n\n%s", d.Example)
	}
	return b.String()
}
