package bot

import (
	"cmp"
	"errors"
	"strings"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/bot/rights"
)

// desk is what operators work with from the chat.
type desk struct {
	operators     Binder
	announcements *Announcements // nil = nobody works from the chat
	kinds         *notice.Library
}

func newDesk(cfg Config) desk {
	return desk{operators: cfg.Operators, announcements: cfg.Announcements, kinds: cfg.Kinds}
}

// mine is what the operator does with announcements.
func (t *turn) mine() *Announcements { return t.desk.announcements.By(*t.operator) }

// mayCompose tells whether the resident is an operator who may send.
func (t *turn) mayCompose() bool {
	return t.operator != nil && t.desk.announcements != nil && rights.ReachOf(t.operator.Role, rights.Send) != rights.No
}

var choiceCompose = Choice{Title: titleCompose, Payload: payloadStart}

// tail is what may stand behind a command, so that a question which begins like one stays a question.
type tail int

const (
	tailNone   tail = iota
	tailName        // the short name of an announcement
	tailReason      // likewise, and a reason
	tailNumbers
)

// deedWords are commands of operators by their folded words.
var deedWords = []struct {
	words string
	do    func(*turn, string)
	tail  tail
}{
	{"thong bao", (*turn).startComposing, tailNone}, {"gui thong bao", (*turn).startComposing, tailNone}, {"soan thong bao", (*turn).startComposing, tailNone},
	{"soan tin", (*turn).startComposing, tailNone}, {"gui tin", (*turn).startComposing, tailNone}, {"tao thong bao", (*turn).startComposing, tailNone},
	{"huy gui", (*turn).stopSending, tailName}, {"dung gui", (*turn).stopSending, tailName}, {"dung gui phan con lai", (*turn).stopSending, tailNone},
	{"huy", (*turn).leave, tailNone}, {"huy bo", (*turn).leave, tailNone}, {"huy soan", (*turn).leave, tailNone}, {"huy tin", (*turn).leave, tailNone},
	{"hoan tac", (*turn).undo, tailName}, {"rut lai", (*turn).undo, tailName}, {"thu hoi", (*turn).undo, tailName},
	{"ket qua", (*turn).results, tailName}, {"chua toi", (*turn).missed, tailName}, {"chua den", (*turn).missed, tailName}, {"ho chua toi", (*turn).missed, tailName},
	{"da bao", (*turn).markTold, tailNumbers}, {"duyet", (*turn).approve, tailName}, {"tu choi", (*turn).reject, tailReason},
}

// behind is what stands behind a command. Slips of the keyboard are forgiven where the command is long and stands alone.
func (k tail) behind(folded, words string) (rest string, ok bool) {
	if k != tailNumbers && (folded == words || len(words) >= 6 && len(folded) >= 6 && nearly(folded, words)) {
		return "", true
	}
	if rest, ok = strings.CutPrefix(folded, words+" "); !ok {
		return "", false
	}
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return "", false
	}
	switch k {
	case tailName:
		return rest, len(fields) == 1 && isShort(fields[0])
	case tailReason:
		return rest, isShort(fields[0])
	case tailNumbers:
		_, ok := readNumbers(rest)
		return rest, ok
	}
	return "", false
}

// deedPayloads are the same by buttons.
var deedPayloads = []struct {
	prefix string
	do     func(*turn, string)
}{
	{payloadStart, (*turn).startComposing}, {payloadCompose, (*turn).tapComposing}, {payloadUndo, (*turn).undo}, {payloadResults, (*turn).results},
	{payloadMissed, (*turn).missed}, {payloadVisited, (*turn).tapTold}, {payloadStop, (*turn).stopSending}, {payloadApprove, (*turn).approve},
	{payloadReject, (*turn).reject},
}

// operates finds what the operator wants done, if it is an operator's business at all.
func (t *turn) operates() bool {
	t.deed = t.findDeed()
	return t.deed != nil
}

func (t *turn) operate() {
	t.operated = true
	t.deed()
}

func (t *turn) findDeed() func() {
	with := func(do func(*turn, string), rest string) func() { return func() { do(t, strings.TrimSpace(rest)) } }
	for _, p := range deedPayloads {
		if rest, ok := strings.CutPrefix(t.text, p.prefix); ok || t.text == strings.TrimSpace(p.prefix) {
			if t.operator == nil || t.desk.announcements == nil {
				return func() { t.tell("no_operator", plain(textNoOperator)) }
			}
			return with(p.do, rest)
		}
	}
	if t.operator == nil || t.desk.announcements == nil {
		return nil
	}
	if _, question, found := strings.Cut(t.text, " "); found && strings.HasPrefix(t.folded, "hoi ") && t.session.composing() {
		t.text, t.folded = question, faq.Fold(question) // it is no part of the text
		return nil
	}
	if number, ok := t.typesTold(); ok {
		return with((*turn).markTold, number)
	}
	for _, d := range deedWords {
		if rest, ok := d.tail.behind(t.folded, d.words); ok {
			return with(d.do, rest)
		}
	}
	if t.session.composing() {
		return t.findInput()
	}
	return nil
}

// tell answers an operator. What was offered before counts no more, so that a number means what is offered now.
func (t *turn) tell(decision string, m Message) {
	t.conversation.Choices = nil
	t.say(decision, m)
}

// refuse says why something could not be done; what is no fault of the operator's fails the turn, which is done anew.
func (t *turn) refuse(err error) {
	var forbidden *Forbidden
	var text string
	switch {
	case errors.As(err, &forbidden):
		text = map[rights.Reason]string{
			rights.ReasonRole: textForbiddenRole, rights.ReasonUnit: textForbiddenUnit,
			rights.ReasonTopic: textForbiddenTopic, rights.ReasonMine: textForbiddenMine,
		}[forbidden.Reason]
		text = cmp.Or(text, textForbiddenRole)
	case errors.Is(err, ErrNotOperator):
		text = textNoOperator
		t.operator = nil
		*t.session = sessionOf(*t.session, nil)
	case errors.Is(err, ErrNotFound):
		text = textNoSuchAnnouncement
	case errors.Is(err, ErrState), errors.Is(err, ErrChanged):
		text = textNotNow
	case errors.Is(err, ErrAnnouncement), errors.Is(err, ErrAudience):
		text = textCannotSend
	default:
		t.fault = err
		return
	}
	t.tell("operator_refused", Message{Text: text})
}

// remind shows where composing stands after something else was answered.
func (t *turn) remind() {
	if t.operator == nil || t.operated || len(t.replies) == 0 || !t.session.composing() {
		return
	}
	decision := t.decision
	t.prompt(textStillComposing)
	t.decision = decision
}

func (t *turn) operatorHelp() {
	text := textOperatorVisitHelp
	choices := []Choice{choiceMenu}
	if t.mayCompose() {
		text, choices = textOperatorHelp, []Choice{choiceCompose, choiceMenu}
	}
	t.tell("help", Message{Text: text, Choices: choices})
}
