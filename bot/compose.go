package bot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/bot/privacy"
	"github.com/loalang/loalang/bot/rights"
)

// startComposing begins to compose, or goes on with what is being composed.
func (t *turn) startComposing(string) {
	switch {
	case !t.mayCompose():
		t.tell("operator_refused", plain(textForbiddenRole))
	case t.session.composing():
		t.prompt(textGoOn)
	default:
		t.session.begin(t.operator.ID, fmt.Sprintf("chat-%d", t.event.ID))
		t.next("")
	}
}

// leave ends composing. With nothing composed it takes back what still can be.
func (t *turn) leave(string) {
	if !t.session.composing() {
		if t.session.Last != "" && t.held(t.session.Last) {
			t.undo(t.session.Last)
			return
		}
		t.tell("composing_none", plain(textNothingComposed))
		return
	}
	t.session.end()
	t.tell("composing_left", Message{Text: textLeft, Choices: []Choice{choiceCompose}})
}

// wordings are the kinds that the operator may send.
func (t *turn) wordings() []notice.Kind {
	return slices.DeleteFunc(t.desk.kinds.Kinds(), func(k notice.Kind) bool {
		if k.Topic == "" { // what it is about is asked; the bank's officer writes about the bank alone, if in free words
			return t.operator.Role == rights.BankOfficer && k.ID != kindGeneral
		}
		return t.operator.offTopic([]Topic{Topic(k.Topic)})
	})
}

// wording is the kind that is being composed.
func (t *turn) wording() notice.Kind {
	for _, k := range t.wordings() {
		if k.ID == t.session.Kind {
			return k
		}
	}
	return notice.Kind{}
}

// field is what is asked for.
func (t *turn) field() notice.Field {
	if fields := t.wording().Fields; t.session.Field < len(fields) {
		return fields[t.session.Field]
	}
	return notice.Field{}
}

// places are where the operator may send: whole communes first, then villages.
func (t *turn) places() []Unit {
	own := t.operator.owns(t.units)
	var list []Unit
	for _, u := range t.units {
		if own[u.Code] && u.Kind.level() == levelCommune {
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b Unit) int { return strings.Compare(a.Code, b.Code) })
	return append(list, t.operator.OwnVillages(t.units)...)
}

// topicsToSend are the topics that the operator may send about.
func (t *turn) topicsToSend() []Topic {
	return slices.DeleteFunc(slices.Clone(topics), func(topic Topic) bool { return t.operator.offTopic([]Topic{topic}) })
}

// next asks for what is missing, after lead when there is one. What there is no choice about is taken.
func (t *turn) next(lead string) {
	s := t.session
	if s.Step == StepKind {
		if list := t.wordings(); len(list) == 1 {
			t.takeKind(list[0].ID)
		}
	}
	if s.Step == StepField && s.Field >= len(t.wording().Fields) {
		s.Step = StepUnits
		if len(s.Units) > 0 { // it was only the text that was changed
			s.Step = StepReason
		}
	}
	if s.Step == StepUnits {
		if list := t.places(); len(list) == 1 {
			s.Units, s.Step = []string{list[0].Code}, StepTopics
		}
	}
	if s.Step == StepTopics {
		if topic := t.wording().Topic; topic != "" && !s.Whom {
			s.Topics = []Topic{Topic(topic)}
		}
		if t.operator.Role == rights.BankOfficer {
			s.Topics = []Topic{TopicBank}
		}
		if len(s.Topics) > 0 {
			s.Step = StepReason
		}
	}
	if s.Step == StepReason && len(t.privatePieces()) == 0 {
		s.Step = StepPreview
	}
	t.prompt(lead)
}

func (t *turn) takeKind(id string) {
	t.session.Kind, t.session.Field, t.session.Step = id, 0, StepField
	t.session.Values = make(map[string]string)
}

// privatePieces are the private pieces of the text for which no reason was given.
func (t *turn) privatePieces() []privacy.Finding {
	a, err := t.composed()
	if err != nil || t.session.Because != "" {
		return nil
	}
	return privacy.Find(a.Message.Text)
}

// choices are what can be chosen at the present step.
func (t *turn) choices() (list []Choice) {
	s := t.session
	add := func(title, arg string) { list = append(list, Choice{Title: title, Payload: s.payload(arg)}) }
	switch s.Step {
	case StepKind:
		for _, w := range t.wordings() {
			add(w.Title, w.ID)
		}
	case StepField:
		for i, value := range t.field().Choices {
			add(value, fmt.Sprint(i))
		}
	case StepUnits:
		for _, u := range t.places() {
			if slices.Contains(s.Units, u.Code) {
				add("✓ "+u.Name, "-"+u.Code)
			} else {
				add(u.Name, "+"+u.Code)
			}
		}
		if len(s.Units) > 0 {
			add(titleDone, argDone)
		}
	case StepTopics:
		add(titleEverybody, argAll)
		for _, topic := range t.topicsToSend() {
			add(fmt.Sprintf(titleOnlyTopic, topicNames([]Topic{topic})), string(topic))
		}
	case StepReason:
		add(titleEditText, argEdit)
		add(titleLeave, argLeave)
	case StepPreview:
		add(titleSend, argSend)
		add(titleEditText, argEdit)
		if len(t.places()) > 1 || t.operator.Role != rights.BankOfficer {
			add(titleEditUnits, argUnits)
		}
		if !s.Emergency && rights.ReachOf(t.operator.Role, rights.SendEmergency) != rights.No {
			add(titleEmergency, argEmergency)
		}
		add(titleLeave, argLeave)
	case StepConfirm:
		add(titleSendEmergency, argSend)
		add(titleEditText, argEdit)
		add(titleLeave, argLeave)
	}
	return list
}

// What choices of composing stand for, besides ids.
const (
	argDone      = "xong"
	argAll       = "*"
	argEdit      = "sua"
	argUnits     = "noi"
	argSend      = "gui"
	argEmergency = "khan"
	argLeave     = "huy"
	argNoPicture = "bo-anh"
)

// prompt asks what the present step asks, after lead when there is one.
func (t *turn) prompt(lead string) {
	if t.session.Step == StepPreview || t.session.Step == StepConfirm {
		t.preview(lead)
		return
	}
	text := ""
	switch t.session.Step {
	case StepKind:
		text = textAskKind
	case StepField:
		text = t.askField()
	case StepUnits:
		text = textAskUnits
		if len(t.session.Units) > 0 {
			text = fmt.Sprintf(textAskMoreUnits, t.units.names(t.session.Units))
		}
	case StepTopics:
		text = textAskTopics
	case StepReason:
		var pieces []string
		for _, f := range t.privatePieces() {
			pieces = append(pieces, "- "+f.Masked()+": "+f.Hint)
		}
		text = fmt.Sprintf(textPrivate, strings.Join(pieces[:min(len(pieces), maxFindings)], "\n"))
	}
	t.tell("compose_"+string(t.session.Step), Message{Text: join(lead, text), Choices: t.choices()})
}

func (t *turn) askField() string {
	f := t.field()
	text := f.Question
	if f.Example != "" {
		text += "\n" + fmt.Sprintf(textExample, f.Example)
	}
	if !f.Required {
		text += "\n" + textMaySkip
	}
	if t.session.Field == 0 {
		text += "\n" + textMayLeave
	}
	return text
}

// join puts a lead before a text.
func join(lead, text string) string {
	if lead == "" {
		return text
	}
	return lead + "\n" + text
}
