package bot

import (
	"slices"
	"strconv"
	"strings"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/bot/notice"
)

// tapComposing takes a button of composing. One of before changes nothing, and is told so.
func (t *turn) tapComposing(string) {
	arg, ok := t.session.readPayload(t.text)
	switch {
	case ok:
		t.take(arg)
	case t.session.composing():
		t.prompt(textStale)
	default:
		t.tell("compose_stale", Message{Text: textStaleOver, Choices: []Choice{choiceCompose}})
	}
}

// findInput is what a typed text does at the present step; nil when it has nothing to do with it.
func (t *turn) findInput() func() {
	s := t.session
	if slices.Contains([]string{"dung", "dung lai", "stop"}, t.folded) && !t.saysAnotherDung() { // not: no announcements to me any more
		return func() { t.leave("") }
	}
	if s.Step != StepField && s.Step != StepReason || t.folded == "sua" {
		if args := t.typed(); len(args) > 0 {
			return func() { t.takeAll(args) }
		}
		return t.asksAboutSlip()
	}
	if t.command() != nil || strings.HasPrefix(t.text, "#") {
		return nil
	}
	if s.Step == StepReason {
		return t.takeReason
	}
	return t.takeField
}

// stepWords are the words for choices, by step.
var stepWords = map[SessionStep]map[string]string{
	StepKind:    {"tu viet": kindGeneral, "tin khac": kindGeneral, "khac": kindGeneral},
	StepUnits:   {"xong": argDone, "tiep": argDone, "tiep tuc": argDone, "ok": argDone, "het": argDone},
	StepTopics:  {"tat ca": argAll, "tat ca ba con": argAll, "moi nguoi": argAll, "ca thon": argAll, "het": argAll},
	StepReason:  {"sua": argEdit},
	StepPreview: {"gui": argSend, "gui di": argSend, "gui luon": argSend, "ok": argSend, "ok gui": argSend, "dong i": argSend, "sua": argEdit, "sua noi dung": argEdit, "bo anh": argNoPicture, "doi nguoi nhan": argUnits, "gui khan": argEmergency, "khan cap": argEmergency, "gui khan cap": argEmergency, "khan": argEmergency},
	StepConfirm: {"gui": argSend, "gui di": argSend, "gui khan": argSend, "gui khan cap": argSend, "gui khan cap ngay": argSend, "sua": argEdit},
}

// typed is what a typed text chooses at the present step: by a word, a number or several, or a name.
func (t *turn) typed() []string {
	if arg, ok := stepWords[t.session.Step][t.folded]; ok {
		return []string{arg}
	}
	choices := t.choices()
	if numbers, ok := readNumbers(t.folded); ok {
		var args []string
		for _, n := range numbers {
			if n < 1 || n > len(choices) {
				return nil
			}
			arg, _ := t.session.readPayload(choices[n-1].Payload)
			args = append(args, arg)
		}
		if len(args) == 1 || t.session.Step == StepUnits || t.session.Step == StepTopics {
			return args
		}
		return nil
	}
	switch t.session.Step {
	case StepKind:
		return t.named(choices)
	case StepUnits:
		var args []string
		for _, name := range strings.FieldsFunc(t.text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
			code, ok := t.placeNamed(name)
			if !ok {
				return nil
			}
			args = append(args, "+"+code)
		}
		return args
	case StepTopics:
		if topic, ok := topicOf(t.folded); ok && !t.operator.offTopic([]Topic{topic}) {
			return []string{string(topic)}
		}
	}
	return nil
}

// named is the choice whose title is typed.
func (t *turn) named(choices []Choice) []string {
	for _, c := range choices {
		if title := faq.Fold(c.Title); title == t.folded || nearly(title, t.folded) {
			arg, _ := t.session.readPayload(c.Payload)
			return []string{arg}
		}
	}
	return nil
}

// placeNamed is the place of the operator's that a typed name means, old names included.
func (t *turn) placeNamed(name string) (code string, ok bool) {
	folded := faq.Fold(name)
	typed, places := bareName(name), t.places()
	if folded == "ca xa" || folded == "toan xa" || folded == "tat ca" {
		for _, u := range places {
			if u.Kind.level() == levelCommune {
				return u.Code, true
			}
		}
	}
	var near []string
	for _, u := range places {
		for _, known := range append([]string{u.Name}, u.OldNames...) {
			if faq.Fold(known) == folded || bareName(known) == typed {
				return u.Code, true
			}
			if nearly(bareName(known), typed) {
				near = append(near, u.Code)
				break
			}
		}
	}
	if len(near) != 1 {
		return "", false
	}
	return near[0], true
}

// readNumbers reads "1 3 5", "1, 3 và 5".
func readNumbers(folded string) (list []int, ok bool) {
	for _, word := range strings.FieldsFunc(folded, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		if word == "va" || word == "so" {
			continue
		}
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, false
		}
		list = append(list, n)
	}
	return list, len(list) > 0
}

// takeAll takes several choices of one step.
func (t *turn) takeAll(args []string) {
	s := t.session
	switch {
	case len(args) == 1:
		t.take(args[0])
	case s.Step == StepUnits:
		done := false
		for _, arg := range args {
			done = done || arg == argDone
			t.toggle(arg)
		}
		if done {
			t.take(argDone)
			return
		}
		t.prompt("")
	case s.Step == StepTopics:
		s.Topics = nil
		for _, arg := range args {
			if arg != argAll && !slices.Contains(s.Topics, Topic(arg)) {
				s.Topics = append(s.Topics, Topic(arg))
			}
		}
		s.Step = StepReason
		t.next("")
	}
}

// take takes one choice of the present step.
func (t *turn) take(arg string) {
	s := t.session
	switch {
	case arg == argLeave:
		t.leave("")
		return
	case arg == argEdit && s.Step != StepField && s.Step != StepKind:
		s.back(StepField)
		s.Field, s.Because = 0, ""
		t.prompt("")
		return
	case arg == argNoPicture && s.Step == StepPreview:
		t.changePicture("", "")
		return
	case arg == argUnits && s.Step == StepPreview:
		s.back(StepUnits)
		s.Units, s.Topics, s.Whom = nil, nil, true
		t.next("")
		return
	}
	switch s.Step {
	case StepKind:
		if slices.ContainsFunc(t.wordings(), func(k notice.Kind) bool { return k.ID == arg }) {
			t.takeKind(arg)
		}
	case StepField:
		if i, err := strconv.Atoi(arg); err == nil && i >= 0 && i < len(t.field().Choices) {
			t.keepField(t.field().Choices[i])
			return
		}
	case StepUnits:
		if arg != argDone || len(s.Units) == 0 {
			t.toggle(arg)
			t.prompt("")
			return
		}
		s.Step = StepTopics
	case StepTopics:
		if topic := Topic(arg); arg == argAll || slices.Contains(t.topicsToSend(), topic) {
			if s.Topics = nil; arg != argAll {
				s.Topics = []Topic{topic}
			}
			s.Step = StepReason
		}
	case StepPreview:
		t.confirm(arg)
		return
	case StepConfirm:
		if arg == argSend {
			t.send()
			return
		}
	}
	t.next("")
}

// toggle adds a place, or takes it out. Said twice it is done once.
func (t *turn) toggle(arg string) {
	if arg == "" || arg == argDone {
		return
	}
	code := arg[1:]
	if !slices.ContainsFunc(t.places(), func(u Unit) bool { return u.Code == code }) {
		return
	}
	s := t.session
	s.Units = slices.DeleteFunc(s.Units, func(c string) bool { return c == code })
	if arg[0] == '+' {
		s.Units = append(s.Units, code)
	}
}

// takeField takes a typed value, or says what is wrong with it.
func (t *turn) takeField() {
	f := t.field()
	if skips := t.folded == "bo qua" || t.folded == "khong" || t.folded == "khong co"; skips && !f.Required {
		delete(t.session.Values, f.ID)
		t.session.Field++
		t.next("")
		return
	}
	value := strings.TrimSpace(t.event.Text)
	if n, err := strconv.Atoi(value); err == nil && n >= 1 && n <= len(f.Choices) {
		value = f.Choices[n-1]
	}
	t.keepField(value)
}

func (t *turn) keepField(value string) {
	f := t.field()
	if _, fault := f.Check(value); fault != nil {
		t.prompt(fault.Label + ": " + fault.Why + ".")
		return
	}
	if t.session.Kind == kindGeneral && len([]rune(value)) < shortestText {
		t.prompt(textTooShort)
		return
	}
	t.session.Values[f.ID] = value
	t.session.Field++
	t.next("")
}

// shortestText is how many characters a text in the operator's own words has at least: an "ok" that was meant for something
// else goes to nobody.
const shortestText = 10

// shortestReason is how many characters a reason for something private has at least.
const shortestReason = 8

func (t *turn) takeReason() {
	reason := strings.TrimSpace(t.text)
	if len([]rune(reason)) < shortestReason {
		t.prompt(textReasonShort)
		return
	}
	t.session.Because = cut(reason, maxAuditDetail)
	t.next("")
}
