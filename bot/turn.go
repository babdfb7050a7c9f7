package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/zalo"
)

// turn is the handling of one event: what is known at its start, and what was decided by its end.
type turn struct {
	ctx       context.Context // of this turn alone
	desk      desk
	fault     error     // what was to be done could not be; the event stays pending
	now       time.Time // village time
	account   OfficialAccount
	units     Units
	knowledge *Knowledge
	calendar  *calendar.Calendar
	notices   NoticeStore // nil = nobody knows

	seenBefore time.Time // the resident's interaction before this one; zero = none

	event  Event
	text   string // as the resident wrote it, trimmed
	folded string // without diacritics, case and punctuation

	resident     *Resident
	conversation *Conversation
	operator     *Operator // nil = a resident like others
	session      *Session
	deed         func() // what an operator wants done
	operated     bool

	decision  string
	reason    string
	replies   []Message
	handoffs  []Handoff
	witnesses []Witness
	receipts  []Receipt
	questions []Question
	denied    []int64
	enrolled  bool
	asks      []Ask
	told      []Told
}

// route hands the turn to the first route that takes it.
func (t *turn) route() {
	for _, r := range routes {
		if r.when(t) {
			if t.decision == "" {
				t.decision = r.name
			}
			r.do(t)
			return
		}
	}
}

// say answers and remembers the choices offered, so that a number can stand for one of them.
func (t *turn) say(decision string, m Message) {
	t.decision = decision
	t.replies = append(t.replies, m)
	if len(m.Choices) > 0 {
		t.conversation.Choices = m.Choices
		t.conversation.ExpiresAt = t.now.Add(conversationLife)
	}
}

func plain(format string, args ...any) Message { return Message{Text: fmt.Sprintf(format, args...)} }

var (
	choiceMenu    = Choice{Title: titleMenu, Payload: payloadMenu}
	choiceHandoff = Choice{Title: titleHandoff, Payload: payloadHandoff}
	choiceWrong   = Choice{Title: titleWrong, Payload: payloadWrong}

	choiceNoDanger = Choice{Title: titleNoDanger, Payload: payloadCalm}
)

// witness takes an echo of what the OA sent. It is never answered. What an admin typed by hand is none of ours.
func (t *turn) witness() {
	to := t.event.UserID
	if t.event.GroupID != "" {
		to = t.event.GroupID
	}
	if t.event.AdminID != "" || to == "" || t.event.MsgID == "" {
		return
	}
	key := TextKey(t.event.Text)
	for _, a := range t.event.Attachments {
		if a.Checksum != "" { // a file has no text
			key = fileKey(a.Checksum)
		}
	}
	t.witnesses = append(t.witnesses, Witness{UserID: to, MsgID: t.event.MsgID, TextKey: key, At: t.eventTime()})
}

func (t *turn) receipt() {
	if len(t.event.MsgIDs) == 0 {
		return
	}
	t.receipts = append(t.receipts, Receipt{
		UserID: t.event.UserID, MsgIDs: t.event.MsgIDs, Seen: t.event.Name == zalo.EventUserSeenMessage, At: t.eventTime(),
	})
}

func (t *turn) eventTime() time.Time {
	if t.event.Timestamp.IsZero() {
		return t.now
	}
	return t.event.Timestamp
}

func (t *turn) unfollow() {
	t.resident.Following = false
	t.resident.StoppedAt = t.now // leaving withdraws the consent to announcements
}

func (t *turn) greet() {
	if t.event.Name == zalo.EventFollow {
		t.resident.Following = true
	}
	var choices []Choice
	if !t.resident.joined() {
		choices = append(choices, choiceJoin)
	}
	t.say("greeting", Message{
		Text:    fmt.Sprintf(textGreeting, t.accountName()),
		Choices: append(append(choices, t.knowledge.sectionChoices()...), choiceHandoff),
	})
}

func (t *turn) explainAttachment() {
	text := textFile
	switch t.event.Name {
	case zalo.EventUserSendImage, zalo.EventUserSendGIF, zalo.EventUserSendVideo:
		text = textPicture
	case zalo.EventUserSendAudio:
		text = textVoice
	case zalo.EventUserSendSticker:
		text = textSticker
	case zalo.EventUserSendLocation:
		text = textLocation
	case zalo.EventUserSendLink, zalo.EventUserSendBusinessCard:
		text = textLink
	}
	t.say("not_text", Message{Text: text, Choices: []Choice{choiceMenu, choiceHandoff}})
}

func (t *turn) askForWords() {
	t.say("no_words", Message{Text: textNoWords, Choices: []Choice{choiceMenu, choiceHandoff}})
}

func (t *turn) menu() {
	choices := append(t.knowledge.sectionChoices(), choiceHandoff)
	if t.mayCompose() {
		choices = append([]Choice{choiceCompose}, choices...)
	}
	t.say("menu", Message{Text: textMenu, Choices: choices})
}

// section lists the questions of a section, as many at a time as Zalo shows buttons.
func (t *turn) section(id string, page int) {
	choices := t.knowledge.entryChoices(id, page)
	if len(choices) == 0 {
		t.menu()
		return
	}
	t.say("menu", Message{Text: fmt.Sprintf(textMenuSection, t.knowledge.sections[id].Title), Choices: choices})
}

func (t *turn) help() {
	if t.operator != nil {
		t.operatorHelp()
		return
	}
	t.say("help", Message{Text: textHelp, Choices: []Choice{choiceMenu, choiceHandoff}})
}

func (t *turn) stop() {
	t.resident.StoppedAt = t.now
	t.say("stop", Message{Text: textStopped})
}

func (t *turn) resume() {
	t.resident.StoppedAt = time.Time{}
	t.say("resume", Message{Text: textResumed})
}

// handoffAsked hands over the question before: a button or a number alone would tell an officer nothing.
func (t *turn) handoffAsked() {
	question := t.conversation.subject(t.now).Question
	if question == "" {
		question = t.event.Text
	}
	t.handOff("handoff", "asked for", "", question)
}

// handOff keeps the wish for a human, with the question, and says how to reach one. Before it stands lead, when there is
// one.
func (t *turn) handOff(decision, reason, lead, question string) {
	t.handoffs = append(t.handoffs, Handoff{
		OAID: t.event.OAID, UserID: t.event.UserID, EventID: t.event.ID, UnitCode: t.resident.UnitCode,
		Question: question, Reason: reason, CreatedAt: t.now,
	})
	lines := []string{textHandoff}
	if lead != "" {
		lines = []string{lead, textHandoff}
	}
	m := Message{}
	if unit, ok := t.units.Contact(t.resident.UnitCode); ok {
		lines = append(lines, fmt.Sprintf(textHandoffContact, unit.Name, unit.Phone))
		if unit.Hours != "" {
			lines = append(lines, fmt.Sprintf(textHandoffHours, unit.Hours))
		}
		if unit.Address != "" {
			lines = append(lines, fmt.Sprintf(textHandoffAddress, unit.Address))
		}
		m.Choices = []Choice{{Title: "Gọi " + unit.Phone, Phone: unit.Phone}}
	} else {
		lines = append(lines, textHandoffUnknown)
	}
	m.Text = strings.Join(lines, "\n")
	t.reason = reason
	t.say(decision, m)
}
