package faq

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"golang.org/x/text/unicode/norm"
)

// reader turns the syntax tree of one content file into Content. It walks the tree instead of decoding into structs
// because a decoder stops at the first fault, and whoever mends a file wants to see all of them.
type reader struct {
	file   string
	id     string // the entry being read, for faults
	part   Content
	faults Faults
}

// field is the value of a key, or an item of a list, with its line.
type field struct {
	node ast.Node // nil when the key is not given
	line int
}

// idForm is lower-case letters and digits in words joined by hyphens.
var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

var phoneForm = regexp.MustCompile(`^[0-9]{3,11}$`)

func parse(name string, data []byte) (Content, Faults) {
	r := &reader{file: name, part: Content{file: name, places: map[string]place{}}}
	file, err := parser.ParseBytes(bytes.TrimPrefix(data, []byte("\ufeff")), 0)
	if err != nil {
		r.syntax(err)
		return r.part, r.faults
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.fault(1, "a content file is one YAML document")
		return r.part, r.faults
	}
	r.readFile(field{file.Docs[0].Body, 1})
	return r.part, r.faults
}

func (r *reader) readFile(root field) {
	keys := r.keys(root)
	r.refuseOthers(keys, "section", "title", "entries", "none", "handoff", "smalltalk", "emergency", "no_emergency", "overrides")
	if keys["section"].node != nil || keys["entries"].node != nil {
		section := Section{ID: r.text(keys["section"]), Title: r.text(keys["title"])}
		if !idForm.MatchString(section.ID) {
			r.fault(keys["section"].lineOr(root.line), "section must be lower-case words joined by hyphens, not %q", section.ID)
		}
		r.wants(keys["title"], root.line, section.Title, "section title", MaxTitle)
		r.part.Sections = append(r.part.Sections, section)
		for _, item := range r.list(keys["entries"]) {
			r.readEntry(item, section.ID)
		}
	}
	r.id = ""
	r.part.None = r.texts(keys["none"])
	r.part.Handoff = r.texts(keys["handoff"])
	r.part.NoEmergency = r.texts(keys["no_emergency"])
	for _, item := range r.list(keys["smalltalk"]) {
		r.readSmallTalk(item)
	}
	for _, item := range r.list(keys["emergency"]) {
		r.readEmergency(item)
	}
	for _, item := range r.list(keys["overrides"]) {
		r.readOverride(item)
	}
}

func (r *reader) readEntry(item field, section string) {
	r.id = ""
	keys := r.keys(item)
	if keys == nil {
		return
	}
	r.id = r.text(keys["id"])
	r.refuseOthers(keys, "id", "title", "phrasings", "answer", "answers", "audio", "ask", "buttons", "issuer", "source",
		"verified_on", "valid_until")
	e := Entry{
		ID: r.id, Section: section,
		Title: r.text(keys["title"]), Phrasings: r.texts(keys["phrasings"]), Answer: r.answer(keys["answer"]),
		Answers: r.byLanguage(keys["answers"], r.answer), Audio: r.byLanguage(keys["audio"], r.link), Ask: r.readAsk(keys["ask"]),
		Issuer: r.text(keys["issuer"]), Source: r.text(keys["source"]),
		VerifiedOn: r.date(keys["verified_on"]), ValidUntil: r.date(keys["valid_until"]),
	}
	at := place{file: r.file, line: keys["id"].lineOr(item.line)}
	if !idForm.MatchString(e.ID) {
		r.fault(at.line, "id must be lower-case words joined by hyphens, not %q", e.ID)
	}
	r.wants(keys["title"], at.line, e.Title, "title", MaxTitle)
	r.wants(keys["answer"], at.line, e.Answer, "answer", MaxAnswer)
	r.wants(keys["issuer"], at.line, e.Issuer, "issuer", MaxSource)
	r.wants(keys["source"], at.line, e.Source, "source", MaxSource)
	if keys["verified_on"].isNull() {
		r.fault(at.line, "verified_on is missing")
	}
	if len(e.Phrasings) == 0 {
		r.fault(keys["phrasings"].lineOr(at.line), "no phrasing")
	}
	e.Buttons, at.buttons = r.readButtons(keys["buttons"])
	if first, known := r.part.places[e.ID]; known {
		r.fault(at.line, "%s", twice(first))
		return
	}
	r.part.places[e.ID] = at
	r.part.Entries = append(r.part.Entries, e)
}

// readAsk reads what the bot asks back, nil when it asks nothing.
func (r *reader) readAsk(f field) *Ask {
	if f.isNull() {
		return nil
	}
	keys := r.keys(f)
	if keys == nil {
		return nil
	}
	r.refuseOthers(keys, "question", "branches")
	ask := &Ask{Question: r.text(keys["question"])}
	r.wants(keys["question"], f.line, ask.Question, "question", MaxSource)
	for _, item := range r.list(keys["branches"]) {
		keys := r.keys(item)
		if keys == nil {
			continue
		}
		r.refuseOthers(keys, "title", "words", "answer")
		b := Branch{Title: r.text(keys["title"]), Words: r.texts(keys["words"]), Answer: r.answer(keys["answer"])}
		r.wants(keys["title"], item.line, b.Title, "branch title", MaxButtonTitle)
		r.wants(keys["answer"], item.line, b.Answer, "branch answer", MaxAnswer)
		ask.Branches = append(ask.Branches, b)
	}
	if n := len(ask.Branches); n < 2 || n > MaxBranches {
		r.fault(f.line, "%d branches, from 2 to %d", n, MaxBranches)
	}
	return ask
}

// readButtons gives the buttons and their lines.
func (r *reader) readButtons(f field) (buttons []Button, lines []int) {
	items := r.list(f)
	if len(items) > MaxButtons {
		r.fault(f.line, "%d buttons, at most %d", len(items), MaxButtons)
	}
	for _, item := range items {
		buttons = append(buttons, r.readButton(item))
		lines = append(lines, item.line)
	}
	return buttons, lines
}

func (r *reader) readButton(item field) Button {
	keys := r.keys(item)
	if keys == nil {
		return Button{}
	}
	r.refuseOthers(keys, "title", "ask", "phone", "url")
	b := Button{
		Title: r.text(keys["title"]),
		Ask:   r.text(keys["ask"]), Phone: r.text(keys["phone"]), URL: r.text(keys["url"]),
	}
	r.wants(keys["title"], item.line, b.Title, "button title", MaxButtonTitle)
	empty := func(s string) bool { return s == "" }
	if does := slices.DeleteFunc([]string{b.Ask, b.Phone, b.URL}, empty); len(does) != 1 {
		r.fault(item.line, "button %q needs exactly one of ask, phone and url", b.Title)
	}
	if b.Phone != "" && !phoneForm.MatchString(b.Phone) {
		r.fault(keys["phone"].line, "phone %q must be 3 to 11 digits", b.Phone)
	}
	if b.URL != "" && !strings.HasPrefix(b.URL, "https://") {
		r.fault(keys["url"].line, "url %q must start with https://", b.URL)
	}
	return b
}

func (r *reader) readSmallTalk(item field) {
	keys := r.keys(item)
	if keys == nil {
		return
	}
	r.refuseOthers(keys, "answer", "phrasings")
	talk := SmallTalk{Answer: r.text(keys["answer"]), Phrasings: r.texts(keys["phrasings"])}
	r.wants(keys["answer"], item.line, talk.Answer, "smalltalk answer", MaxAnswer)
	if len(talk.Phrasings) == 0 {
		r.fault(item.line, "no phrasing")
	}
	r.part.SmallTalk = append(r.part.SmallTalk, talk)
}

func (r *reader) readEmergency(item field) {
	keys := r.keys(item)
	if keys == nil {
		return
	}
	r.id = r.text(keys["id"])
	defer func() { r.id = "" }()
	r.refuseOthers(keys, "id", "number", "title", "answer", "phrasings")
	e := Emergency{
		ID: r.id, Number: r.text(keys["number"]), Title: r.text(keys["title"]), Answer: r.text(keys["answer"]),
		Phrasings: r.texts(keys["phrasings"]),
	}
	if !idForm.MatchString(e.ID) {
		r.fault(keys["id"].lineOr(item.line), "id must be lower-case words joined by hyphens, not %q", e.ID)
	}
	if !phoneForm.MatchString(e.Number) {
		r.fault(keys["number"].lineOr(item.line), "number %q must be 3 to 11 digits", e.Number)
	}
	if !strings.Contains(e.Answer, e.Number) {
		r.fault(keys["answer"].lineOr(item.line), "the answer does not name the number %s", e.Number)
	}
	r.wants(keys["title"], item.line, e.Title, "title", MaxTitle)
	r.wants(keys["answer"], item.line, e.Answer, "answer", MaxAnswer)
	if len(e.Phrasings) == 0 {
		r.fault(item.line, "no phrasing")
	}
	r.part.Emergencies = append(r.part.Emergencies, e)
}

func (r *reader) readOverride(item field) {
	keys := r.keys(item)
	if keys == nil {
		return
	}
	r.id = r.text(keys["entry"])
	defer func() { r.id = "" }()
	r.refuseOthers(keys, "entry", "unit", "answer", "answers", "audio")
	o := Override{
		Entry: r.id, Unit: r.text(keys["unit"]), Answer: r.answer(keys["answer"]),
		Answers: r.byLanguage(keys["answers"], r.answer), Audio: r.byLanguage(keys["audio"], r.link),
	}
	r.wants(keys["entry"], item.line, o.Entry, "entry", MaxTitle)
	r.wants(keys["unit"], item.line, o.Unit, "unit", MaxTitle)
	r.wants(keys["answer"], item.line, o.Answer, "answer", MaxAnswer)
	r.part.Overrides = append(r.part.Overrides, o)
}

// answer is a text that may hold placeholders.
func (r *reader) answer(f field) string {
	text := r.text(f)
	for _, name := range placeholdersIn(text) {
		if !slices.Contains(Placeholders, name) {
			r.fault(f.line, "unknown placeholder {%s}, known are {%s}", name, strings.Join(Placeholders, "}, {"))
		}
	}
	return text
}

// link is an address that can be opened.
func (r *reader) link(f field) string {
	text := r.text(f)
	if !strings.HasPrefix(text, "https://") {
		r.fault(f.line, "url %q must start with https://", text)
	}
	return text
}

// languageForm is a BCP 47 language with at most a script and a region.
var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$`)

// byLanguage reads a mapping from languages, nil when there is none.
func (r *reader) byLanguage(f field, read func(field) string) map[string]string {
	if f.isNull() {
		return nil
	}
	texts := map[string]string{}
	for language, value := range r.keys(f) {
		text := read(value)
		if !languageForm.MatchString(language) {
			r.fault(value.line, "%q is no language; write one like rad, jra, hmn or km", language)
		}
		r.wants(value, f.line, text, "text in "+language, MaxAnswer)
		texts[language] = text
	}
	return texts
}

// keys gives the keys of a mapping, nil when it is none.
func (r *reader) keys(f field) map[string]field {
	tree, ok := f.node.(ast.MapNode)
	if !ok {
		r.fault(f.line, "must be keys with values")
		return nil
	}
	keys := map[string]field{}
	for it := tree.MapRange(); it.Next(); {
		keys[it.Key().String()] = field{it.Value(), it.Key().GetToken().Position.Line}
	}
	return keys
}

// refuseOthers faults the keys that are not known.
func (r *reader) refuseOthers(keys map[string]field, known ...string) {
	for key, f := range keys {
		if !slices.Contains(known, key) {
			r.fault(f.line, "unknown key %q, known are %s", key, strings.Join(known, ", "))
		}
	}
}

func (r *reader) list(f field) []field {
	if f.isNull() {
		return nil
	}
	sequence, ok := f.node.(*ast.SequenceNode)
	if !ok {
		r.fault(f.line, "must be a list")
		return nil
	}
	items := make([]field, len(sequence.Values))
	for i, n := range sequence.Values {
		items[i] = field{n, n.GetToken().Position.Line}
	}
	return items
}

// texts gives the texts of a list without the empty ones, which are faults.
func (r *reader) texts(f field) []string {
	var all []string
	for _, item := range r.list(f) {
		if text := r.text(item); text != "" {
			all = append(all, text)
		} else if item.isNull() || isText(item.node) {
			r.fault(item.line, "empty line in a list")
		}
	}
	return all
}

// text gives a value as NFC without spaces around it. A number is text too, as written: a phone number keeps its
// leading zero.
func (r *reader) text(f field) string {
	if f.isNull() {
		return ""
	}
	var text string
	switch n := f.node.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		text = n.GetToken().Value
	default:
		r.fault(f.line, "must be text")
	}
	return strings.TrimSpace(norm.NFC.String(text))
}

func (r *reader) date(f field) Date {
	if f.isNull() {
		return Date{}
	}
	day, err := ParseDate(r.text(f))
	if err != nil {
		r.fault(f.line, "%v", err)
	}
	return day
}

// wants faults a text that is empty or longer than most characters; line stands in for a key that is not given.
func (r *reader) wants(f field, line int, text, what string, most int) {
	line = f.lineOr(line)
	if text == "" {
		r.fault(line, "%s is empty", what)
	}
	if n := utf8.RuneCountInString(text); n > most {
		r.fault(line, "%s has %d characters, at most %d", what, n, most)
	}
}

func (r *reader) fault(line int, format string, args ...any) {
	r.faults = append(r.faults, Fault{r.file, line, r.id, fmt.Sprintf(format, args...)})
}

func (r *reader) syntax(err error) {
	line, problem := 1, err.Error()
	var bad yaml.Error
	if errors.As(err, &bad) {
		problem = bad.GetMessage()
		if at := bad.GetToken(); at != nil {
			line = at.Position.Line
		}
	}
	r.fault(line, "%s", problem)
}

func (f field) lineOr(line int) int {
	if f.node == nil {
		return line
	}
	return f.line
}

func (f field) isNull() bool {
	if f.node == nil {
		return true
	}
	_, null := f.node.(*ast.NullNode)
	return null
}

func isText(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return true
	}
	return false
}
