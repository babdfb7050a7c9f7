package bot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/zalo"
)

// sayWhomToCall gives the number for an emergency, and keeps it for a human as well.
func (t *turn) sayWhomToCall(d faq.Decision) {
	t.handoffs = append(t.handoffs, Handoff{
		OAID: t.event.OAID, UserID: t.event.UserID, EventID: t.event.ID, UnitCode: t.resident.UnitCode,
		Question: t.event.Text, Reason: "emergency " + d.Emergency, CreatedAt: t.now,
	})
	t.say("emergency", Message{
		Text:    strings.TrimSpace(d.Reply),
		Choices: []Choice{{Title: "Gọi " + d.Number, Phone: d.Number}, choiceHandoff, choiceNoDanger},
	})
}

// answerQuestion takes whatever no other route took for a question.
func (t *turn) answerQuestion() {
	t.decide(t.knowledge.matcher.AskAfter(t.text, t.conversation.subject(t.now).Entry), t.text)
}

// answerCalmly answers the question before as if it had not sounded like danger.
func (t *turn) answerCalmly() {
	question := t.conversation.subject(t.now).Question
	if question == "" {
		t.menu()
		return
	}
	t.decide(t.knowledge.matcher.AskCalmly(question), question)
}

// decide does what was decided about a question.
func (t *turn) decide(d faq.Decision, question string) {
	t.reason = d.Reason
	switch {
	case d.Denied != "":
		t.offerOthers(d)
		return
	case d.Kind == faq.KindEmergency:
		t.sayWhomToCall(d)
	case d.Kind == faq.KindAnswer && len(d.Entries) == 2:
		t.answerBoth(d)
	case d.Kind == faq.KindAnswer && d.FollowUp:
		t.answerPart(d, question)
	case d.Kind == faq.KindAnswer:
		t.answerEntry(d.Entry, d.Branch, d.Reason)
	case d.Kind == faq.KindClarify:
		t.clarify(textClarify, d.Entries)
	case d.Kind == faq.KindHandoff:
		t.handOff("handoff", d.Reason, "", t.event.Text)
	case d.Kind == faq.KindSmallTalk:
		t.say("smalltalk", Message{Text: strings.TrimSpace(d.Reply)})
		return
	default:
		t.say("none", Message{Text: textNone, Choices: []Choice{choiceMenu, choiceHandoff}})
	}
	t.keepQuestion(d, question)
	subject := Subject{Entry: d.Entry, Question: question, EventID: t.event.ID}
	if d.Kind == faq.KindAnswer && len(d.Entries) == 2 {
		subject.Also = d.Entries[1]
	}
	if before := t.conversation.subject(t.now); d.FollowUp && before.Question != "" { // "ở đâu?" alone is no question
		subject.Question = before.Question
	}
	t.conversation.Subject = subject
	t.conversation.ExpiresAt = t.now.Add(conversationLife)
}

// keepQuestion keeps a question with its decision, for officers who teach the bot.
func (t *turn) keepQuestion(d faq.Decision, question string) {
	entry := d.Entry
	if entry == "" && len(d.Candidates) > 0 {
		entry = d.Candidates[0].Entry
	}
	t.questions = append(t.questions, Question{
		OAID: t.event.OAID, EventID: t.event.ID, UnitCode: t.resident.UnitCode, Text: withoutNumbers(question), Decision: t.decision,
		Entry: entry, Score: d.Score, Reason: d.Reason, Candidates: d.Candidates, AskedAt: t.now,
	})
}

func (t *turn) clarify(text string, entries []string) {
	m := Message{Text: text}
	for _, id := range entries {
		m.Choices = append(m.Choices, t.knowledge.entryChoice(id))
	}
	m.Choices = append(m.Choices, choiceHandoff)
	t.say("clarify", m)
}

// denyAnswer is the tapped "that is not what I meant".
func (t *turn) denyAnswer() {
	last := t.conversation.subject(t.now).Entry
	if _, there := t.knowledge.entries[last]; !there {
		t.say("none", Message{Text: textAskAgain, Choices: []Choice{choiceMenu, choiceHandoff}})
		return
	}
	t.decide(t.knowledge.matcher.AskAfter("không phải", last), t.text)
}

// offerOthers offers what the question before may have meant besides what was answered.
func (t *turn) offerOthers(d faq.Decision) {
	subject := t.conversation.subject(t.now)
	if subject.EventID != 0 {
		t.denied = append(t.denied, subject.EventID)
	}
	others := d.Entries
	if subject.Question != "" {
		others = nil
		for _, c := range t.knowledge.matcher.AskCalmly(subject.Question).Candidates {
			others = append(others, c.Entry)
		}
	}
	others = slices.DeleteFunc(others, func(id string) bool { return id == d.Denied || id == subject.Also })
	t.clarify(textDenied, others)
	t.conversation.Subject.Entry, t.conversation.Subject.Also = "", ""
}

// answerBoth gives two answers, one after the other. The choices belong to the second message, for both.
func (t *turn) answerBoth(d faq.Decision) {
	var choices []Choice
	for _, id := range d.Entries {
		if t.knowledge.entries[id].Ask != nil {
			choices = append(choices, t.knowledge.entryChoice(id))
		}
	}
	choices = append(choices, choiceWrong)
	for i, id := range d.Entries {
		entry := t.knowledge.entries[id]
		if t.refuseExpired(entry) {
			continue
		}
		m := Message{Text: entry.Title + "\n" + t.answerText(entry, t.answer(entry))}
		if i == len(d.Entries)-1 {
			m.Choices = choices
		}
		t.say("answer", m)
	}
}

// answerPart gives the part of the last answer that a short question asks for.
func (t *turn) answerPart(d faq.Decision, question string) {
	entry := t.knowledge.entries[d.Entry]
	part := faq.Excerpt(question, t.answer(entry))
	if part == "" || t.asksForBankDays(d.Entry, d.Branch) || d.Branch != faq.NoBranch || entry.Expired(faq.DateOf(t.now)) {
		t.answerEntry(d.Entry, d.Branch, d.Reason)
		return
	}
	t.say("answer", Message{
		Text:    t.answerText(entry, entry.Title+"\n"+part),
		Choices: []Choice{{Title: titleWhole, Payload: payloadEntry + entry.ID}, choiceWrong},
	})
}

// refuseExpired hands over instead of giving an entry that is past its last day.
func (t *turn) refuseExpired(entry faq.Entry) bool {
	if !entry.Expired(faq.DateOf(t.now)) {
		return false
	}
	question := t.event.Text
	if t.hasPayload() { // a button or a number alone would tell an officer nothing
		question = entry.Title
	}
	t.handOff("expired", "entry "+entry.ID+" is past its last day", textExpired, question)
	return true
}

// answerEntry gives the bank's next day when an entry asks for it and it is known, else the entry itself.
func (t *turn) answerEntry(id string, branch int, reason string) {
	if t.asksForBankDays(id, branch) && t.sayBankDays() {
		t.reason = reason
		t.conversation.Subject.Entry = id
		return
	}
	t.giveEntry(id, branch, reason)
}

// giveEntry gives an entry with who stands behind it and when it was checked: what holds for everybody, and the
// question back where the answer differs by the case; or the answer for one case, when that is known.
func (t *turn) giveEntry(id string, branch int, reason string) {
	entry, ok := t.knowledge.entries[id]
	if !ok {
		t.say("none", Message{Text: textNone, Choices: []Choice{choiceMenu, choiceHandoff}})
		return
	}
	t.reason = reason
	if t.refuseExpired(entry) {
		return
	}
	m := Message{}
	var last []Choice // what must not fall behind the buttons that Zalo shows
	switch {
	case branch >= 0 && entry.Ask != nil && branch < len(entry.Ask.Branches):
		b := entry.Ask.Branches[branch]
		m.Text = t.answerText(entry, b.Title+":\n"+t.fill(b.Answer))
		m.Choices = t.knowledge.buttonChoices(entry)
		last = append(last, Choice{Title: titleOtherCase, Payload: payloadEntry + entry.ID})
	case entry.Ask != nil:
		m.Text = t.answerText(entry, t.answer(entry)) + "\n\n" + entry.Ask.Question
		m.Choices = t.knowledge.branchChoices(entry)
	default:
		m.Text = t.answerText(entry, t.answer(entry))
		m.Choices = t.knowledge.buttonChoices(entry)
	}
	if audio := t.audio(entry); audio != "" {
		last = append(last, Choice{Title: titleListen, URL: audio})
	}
	last = append(last, choiceWrong)
	m.Choices = append(m.Choices[:min(len(m.Choices), zalo.MaxButtons-len(last))], last...)
	t.say("answer", m)
	t.conversation.Subject.Entry = entry.ID
}

// answerText is a text with its source below it.
func (t *turn) answerText(entry faq.Entry, text string) string {
	if entry.Issuer == "" {
		return text
	}
	return text + "\n\n" + fmt.Sprintf(textSource, entry.Issuer, villageDate(entry.VerifiedOn))
}

// answer is an entry's text for this resident: of the nearest unit that has its own, in the resident's language or visibly
// in Vietnamese, with the unit's name, phone and hours filled in.
func (t *turn) answer(entry faq.Entry) string {
	text, others := entry.Answer, entry.Answers
	if o, found := t.override(entry.ID); found {
		text, others = o.Answer, o.Answers
	}
	language := t.language()
	if language == "" {
		return t.fill(text)
	}
	if translated := others[language]; translated != "" {
		return t.fill(translated)
	}
	return untranslated(language) + "\n" + t.fill(text)
}

// untranslated says that what follows is in Vietnamese.
func untranslated(language string) string {
	return untranslatedAs(textNotTranslated, language)
}

// language is what the resident reads, empty for Vietnamese.
func (t *turn) language() string {
	return primary(t.resident.Language)
}

func (t *turn) audio(entry faq.Entry) string {
	recordings := entry.Audio
	if o, found := t.override(entry.ID); found {
		recordings = o.Audio
	}
	if language := t.language(); language != "" && recordings[language] != "" {
		return recordings[language]
	}
	return recordings["vi"]
}

func (t *turn) override(entry string) (faq.Override, bool) {
	for unit := range t.units.Up(t.resident.UnitCode) {
		if o, found := t.knowledge.overrides[overrideKey{t.event.OAID, entry, unit.Code}]; found {
			return o, true
		}
	}
	return faq.Override{}, false
}

func (t *turn) fill(text string) string {
	return strings.TrimSpace(faq.Fill(text, func(name string) string {
		for unit := range t.units.Up(t.resident.UnitCode) {
			value := map[string]string{
				"don_vi": unit.Name, "dien_thoai": unit.Phone, "dia_chi": unit.Address, "gio_lam_viec": unit.Hours,
			}[name]
			if value != "" {
				return value
			}
		}
		return ""
	}))
}

// villageDate writes a day as people here do.
func villageDate(d faq.Date) string { return fmt.Sprintf("%02d/%02d/%d", d.Day, d.Month, d.Year) }
