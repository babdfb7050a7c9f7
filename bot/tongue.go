package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// primary is the language of a tag without its variant; empty = Vietnamese.
func primary(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	if base == Vietnamese {
		return ""
	}
	return base
}

// in is the message for somebody who reads a language. Of a message that is there in several, one that is missing is
// Vietnamese, and says so, as answers do.
func (m Message) in(tag string) Message {
	language := primary(tag)
	if language == "" || len(m.Others) == 0 {
		return m
	}
	if text := m.Others[language]; text != "" {
		m.Text = text
		return m
	}
	m.Text = untranslatedAs(textNoticeNotTranslated, language) + "\n" + m.Text
	return m
}

// Languages are those that the message is there in, Vietnamese first.
func (m Message) Languages() []string {
	return append([]string{Vietnamese}, slices.Sorted(maps.Keys(m.Others))...)
}

// Texts are the messages that somebody who reads a language gets, one after the other.
func (m Message) Texts(tag string) []string { return m.in(tag).parts() }

// partCounts counts the parts of a message by language, each once.
type partCounts struct {
	message  Message
	counted  map[string]int
	ordinary int // of the Vietnamese text
}

func (r Run) partCounts() *partCounts {
	return &partCounts{message: r.Message, ordinary: r.Parts, counted: make(map[string]int)}
}

// of is how many parts somebody gets who reads a language.
func (c *partCounts) of(tag string) int {
	language := primary(tag)
	if language == "" || len(c.message.Others) == 0 {
		return c.ordinary
	}
	n, known := c.counted[language]
	if !known {
		n = c.message.in(language).Parts()
		c.counted[language] = n
	}
	return n
}

// checkLanguages refuses other languages that nobody can be found by.
func (m Message) checkLanguages(fault func(string, ...any)) {
	for _, tag := range slices.Sorted(maps.Keys(m.Others)) {
		parsed, err := language.Parse(tag)
		switch {
		case err != nil || parsed.String() != tag || strings.Contains(tag, "-"):
			fault("its text in %q: that is no language; write it as with residents, like rad (Ê Đê), jra (Gia Rai) or hmn (H’Mông)", tag)
		case tag == Vietnamese:
			fault("its text in %q is there twice; the Vietnamese one is the text itself", tag)
		case strings.TrimSpace(m.Others[tag]) == "":
			fault("its text in %q is empty; write it or leave it out", tag)
		}
	}
}

// texts are the texts of the message in all languages.
func (m Message) texts() []string {
	list := []string{m.Text}
	for _, tag := range slices.Sorted(maps.Keys(m.Others)) {
		list = append(list, m.Others[tag])
	}
	return list
}

// longest is the text of the message that takes most parts.
func (m Message) longest() (text string, parts int) {
	for _, text := range m.texts() {
		if n := len(Message{Text: text}.parts()); n > parts {
			parts, m.Text = n, text
		}
	}
	return m.Text, parts
}

// untranslatedAs is a sentence that something is not there in a language.
func untranslatedAs(sentence, language string) string {
	name, known := languageNames[language]
	if !known {
		name = textTheirLanguage
	}
	return fmt.Sprintf(sentence, name)
}
