package faq

import (
	"fmt"
	"io/fs"
	"slices"
)

// Content is everything the bot can say by itself, and the lines that teach it when to say nothing.
type Content struct {
	Sections    []Section   `json:"sections"`
	Entries     []Entry     `json:"entries"`
	None        []string    `json:"none"`    // questions near a topic or far from all that have no entry
	Handoff     []string    `json:"handoff"` // wishes to speak with a human
	SmallTalk   []SmallTalk `json:"smalltalk"`
	Emergencies []Emergency `json:"emergencies"`
	NoEmergency []string    `json:"no_emergency"`        // what only sounds like one
	Overrides   []Override  `json:"overrides,omitempty"` // of one account's units

	file   string           // a part's own
	places map[string]place // where each entry came from, for faults
}

// Section is a chapter of entries.
type Section struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// SmallTalk is an answer to what is no question: thanks, greetings, insults.
type SmallTalk struct {
	Answer    string   `json:"answer"`
	Phrasings []string `json:"phrasings"`
}

// Emergency is what to do at once when somebody is in danger.
type Emergency struct {
	ID        string   `json:"id"`
	Number    string   `json:"number"` // to call, like 114
	Title     string   `json:"title"`
	Answer    string   `json:"answer"` // the number first
	Phrasings []string `json:"phrasings"`
}

// Override is an entry's answer in one unit and all below it.
type Override struct {
	Entry   string            `json:"entry"`
	Unit    string            `json:"unit"` // its code
	Answer  string            `json:"answer"`
	Answers map[string]string `json:"answers,omitempty"`
	Audio   map[string]string `json:"audio,omitempty"`
}

// place is where an entry stands in its file. Entries made in code or read from a database have none.
type place struct {
	file    string
	line    int
	buttons []int // the line of each button
}

// Parse reads one content file. All faults of the file are returned at once as Faults. What needs the other files,
// ids given twice and targets of buttons, is checked by Join.
func Parse(name string, data []byte) (Content, error) {
	part, faults := parse(name, data)
	return part, faults.err()
}

// Load reads every file of fsys that matches glob, in the order of their names, and joins them. All faults of all
// files are returned at once as Faults.
func Load(fsys fs.FS, glob string) (Content, error) {
	names, err := fs.Glob(fsys, glob)
	if err != nil {
		return Content{}, fmt.Errorf("find faq content: %w", err)
	}
	if len(names) == 0 {
		return Content{}, fmt.Errorf("find faq content: no file matches %s", glob)
	}
	var parts []Content
	var faults Faults
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return Content{}, fmt.Errorf("read faq content: %w", err)
		}
		part, found := parse(name, data)
		parts = append(parts, part)
		faults = append(faults, found...)
	}
	whole, found := join(parts)
	return whole, append(faults, found...).err()
}

// Join makes one content of several, in their order, and checks what holds only for the whole: no id stands twice and
// every button leads to an entry. The faults are returned at once as Faults.
func Join(parts ...Content) (Content, error) {
	whole, faults := join(parts)
	return whole, faults.err()
}

func join(parts []Content) (Content, Faults) {
	whole := Content{places: map[string]place{}}
	var faults Faults
	sections, entries, dangers := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, part := range parts {
		for _, s := range part.Sections {
			if !sections[s.ID] {
				sections[s.ID] = true
				whole.Sections = append(whole.Sections, s)
			}
		}
		for _, e := range part.Entries {
			at := part.places[e.ID]
			if entries[e.ID] {
				faults = append(faults, Fault{at.file, at.line, e.ID, twice(whole.places[e.ID])})
				continue
			}
			entries[e.ID] = true
			whole.places[e.ID] = at
			whole.Entries = append(whole.Entries, e)
		}
		whole.None = append(whole.None, part.None...)
		whole.Handoff = append(whole.Handoff, part.Handoff...)
		whole.SmallTalk = append(whole.SmallTalk, part.SmallTalk...)
		for _, e := range part.Emergencies {
			if dangers[e.ID] {
				faults = append(faults, Fault{File: part.file, Line: 1, ID: e.ID, Problem: "this emergency stands already in another place: put them together"})
				continue
			}
			dangers[e.ID] = true
			whole.Emergencies = append(whole.Emergencies, e)
		}
		whole.NoEmergency = append(whole.NoEmergency, part.NoEmergency...)
		whole.Overrides = append(whole.Overrides, part.Overrides...)
	}
	return whole, append(faults, whole.strayButtons(entries)...)
}

func twice(first place) string {
	return fmt.Sprintf("id stands already at %s:%d", first.file, first.line)
}

// Without is the content less the entries that part brings too, so that part can be joined to it in their place.
func (c Content) Without(part Content) Content {
	rest := c
	rest.Entries = slices.DeleteFunc(slices.Clone(c.Entries), func(e Entry) bool {
		return slices.ContainsFunc(part.Entries, func(p Entry) bool { return p.ID == e.ID })
	})
	return rest
}

// strayButtons finds the buttons that lead to no entry.
func (c Content) strayButtons(entries map[string]bool) Faults {
	var faults Faults
	for _, e := range c.Entries {
		at := c.places[e.ID]
		for i, b := range e.Buttons {
			if b.Ask == "" || entries[b.Ask] {
				continue
			}
			line := at.line
			if i < len(at.buttons) {
				line = at.buttons[i]
			}
			problem := fmt.Sprintf("button %q asks for %q, which is no entry", b.Title, b.Ask)
			faults = append(faults, Fault{at.file, line, e.ID, problem})
		}
	}
	return faults
}
