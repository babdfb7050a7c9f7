package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/bot/rights"
)

// Forecast says whom an announcement that is not kept yet would reach, and whether another person has to approve it.
func (s *Announcements) Forecast(ctx context.Context, a Announcement) (Forecast, rights.Word, error) {
	a.State = AnnouncementDraft
	units, err := UnitsOf(ctx, s.store, a.OAID)
	if err != nil {
		return Forecast{}, rights.Refused, err
	}
	if err := a.Check(units, s.now()); err != nil {
		return Forecast{}, rights.Refused, err
	}
	word, err := s.permit(ctx, a.sending(), a)
	if err != nil {
		return Forecast{}, word, err
	}
	f, err := s.planner().plan(ctx, a, a.NewRun(a.firstReason(), s.now()))
	return f, word, err
}

// waitsUntil is until when an announcement that is sent now waits for the quiet hours to end; zero = it does not.
func (s *Announcements) waitsUntil(a Announcement) time.Time {
	now := s.now()
	if opens := s.open.NextOpen(now); a.Urgency != UrgencyEmergency && opens.After(now) {
		return opens
	}
	return time.Time{}
}

// titleRunes is how much of a text names it.
const titleRunes = 60

// composed is the announcement that is being composed.
func (t *turn) composed() (Announcement, error) {
	s, kind := t.session, t.wording()
	a := Announcement{
		OAID: t.event.OAID, ID: s.announcementID(), Kind: s.Kind, Urgency: UrgencyNamed(kind.Urgency), Issuer: t.operator.issuer(t.account, t.units),
		Audience: Audience{Units: s.Units, Topics: s.Topics}, Budget: s.Budget, PrivateBecause: s.Because,
	}
	if err := a.Word(kind, s.Values); err != nil {
		return a, fmt.Errorf("%w: %w", ErrAnnouncement, err)
	}
	a.Message.Picture = s.Picture
	a.EndAs(kind, t.now)
	first, _, _ := strings.Cut(strings.TrimSpace(a.Message.Text), "\n")
	a.Title = cut(strings.TrimSpace(first), titleRunes)
	if s.Emergency {
		a.Urgency = UrgencyEmergency
	}
	return a, nil
}

// preview shows the text and the plan. What it says that it costs is what it may cost.
func (t *turn) preview(lead string) {
	a, err := t.composed()
	if err != nil {
		t.refuse(err)
		return
	}
	a.Unlimited = true
	f, word, err := t.mine().Forecast(t.ctx, a)
	if err != nil {
		t.refuse(err)
		return
	}
	t.session.Budget = f.VND
	shown := a
	shown.Code = textCodeLater // it is given when it is sent
	lines := []string{textPreview, shown.Outgoing().Text, textPreviewEnd, a.planLines(f, t.units)}
	if a.Message.Picture != "" {
		lines = append(lines, textWithPicture)
	}
	if opens := t.mine().waitsUntil(a); !opens.IsZero() {
		lines = append(lines, fmt.Sprintf(textPreviewQuiet, opens.Format(quietEnd)))
	}
	if word == rights.NeedsApproval {
		lines = append(lines, textPreviewApproval)
	}
	if t.session.Step == StepConfirm {
		lines = append(lines, textConfirmEmergency)
	}
	t.tell("compose_"+string(t.session.Step), Message{Text: join(lead, strings.Join(lines, "\n")), Choices: t.choices()})
}

// quietEnd is how the end of the quiet hours is written.
const quietEnd = "15:04 ngày 02/01"

// planLines say in three lines who gets it, how, and for how much in what time.
func (a Announcement) planLines(f Forecast, units Units) string {
	how := []string{fmt.Sprintf(textByMessage, f.People[plan.ChannelFree]+f.People[plan.ChannelPaid]+f.People[plan.ChannelTemplate])}
	if n := len(f.Groups); n > 0 {
		how = append(how, fmt.Sprintf(textByGroup, n))
	}
	if n := f.InPerson(); n > 0 {
		how = append(how, fmt.Sprintf(textInPerson, n))
	}
	return fmt.Sprintf(textPlan, a.whom(units), f.Recipients, strings.Join(how, "; "), thousands(f.VND), max(1, int(f.Minutes+0.5)))
}

// thousands writes an amount as people do, with dots.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits
}

// confirm takes what is chosen under the preview.
func (t *turn) confirm(arg string) {
	a, err := t.composed()
	if err != nil {
		t.refuse(err)
		return
	}
	switch {
	case arg == argEmergency && rights.ReachOf(t.operator.Role, rights.SendEmergency) == rights.No:
		t.prompt(textForbiddenRole)
	case arg == argEmergency, arg == argSend && a.Urgency == UrgencyEmergency:
		t.session.back(StepConfirm) // a second word is wanted, under what is shown now
		t.session.Emergency = true
		t.preview("")
	case arg == argSend:
		t.send()
	default:
		t.preview("")
	}
}

// send lets go what was shown. Done twice, it is done once: the announcement's id is that of what was shown.
func (t *turn) send() {
	a, err := t.composed()
	if err != nil {
		t.refuse(err)
		return
	}
	switch err := t.mine().Create(t.ctx, a); {
	case errors.Is(err, ErrDuplicate): // a turn that is done anew
	case err != nil:
		t.refuse(err)
		return
	}
	sent, err := t.mine().Send(t.ctx, a.ID)
	if errors.Is(err, ErrState) || errors.Is(err, ErrChanged) {
		if sent, err = t.desk.announcements.store.Announcement(t.ctx, a.ID); err == nil && sent.State == AnnouncementDraft {
			t.giveUp(a)
			return
		}
	}
	if err != nil {
		t.refuse(err)
		return
	}
	t.session.end()
	t.session.Last = a.ID
	undo := Choice{Title: titleUndo, Payload: payloadUndo + a.ID}
	results := Choice{Title: titleResults, Payload: payloadResults + a.ID}
	switch {
	case sent.State == AnnouncementApproval:
		text := fmt.Sprintf(textAskedApproval, sent.Short())
		if asked, err := t.mine().approvers(t.ctx, sent, t.now); err == nil && len(asked) == 0 {
			text += "\n" + fmt.Sprintf(textNobodyAsked, sent.Short())
		}
		t.tell("compose_sent", Message{Text: text, Choices: []Choice{{Title: titleWithdraw, Payload: payloadStop + a.ID}}})
	case sent.State == AnnouncementPlanning && sent.Urgency != UrgencyEmergency:
		text := textHeld
		if opens := t.mine().waitsUntil(sent); !opens.IsZero() {
			text = fmt.Sprintf(textHeldQuiet, opens.Format(quietEnd))
		}
		t.tell("compose_sent", Message{Text: text, Choices: []Choice{undo, results}})
	default:
		t.tell("compose_sent", Message{Text: textGoes, Choices: []Choice{results, {Title: titleMissed, Payload: payloadMissed + a.ID}, {Title: titleStop, Payload: payloadStop + a.ID}}})
	}
}

// giveUp says that nobody would get it, and goes back to whom it is for.
func (t *turn) giveUp(a Announcement) {
	if _, err := t.mine().Cancel(t.ctx, a.ID); err != nil && !errors.Is(err, ErrState) {
		t.refuse(err)
		return
	}
	t.session.back(StepUnits)
	t.session.Units, t.session.Topics, t.session.Whom = nil, nil, true
	if len(t.places()) == 1 && len(t.topicsToSend()) <= 1 { // there is nobody else
		t.session.end()
		t.tell("compose_nobody", plain(textNobody))
		return
	}
	t.next(textNobody)
}

// held tells whether an announcement can still be taken back.
func (t *turn) held(id string) bool {
	store := t.desk.announcements.store
	a, err := store.Announcement(t.ctx, id)
	if err != nil || !slices.Contains([]AnnouncementState{AnnouncementPlanning}, a.State) {
		return false
	}
	run, err := store.Run(t.ctx, a, 0)
	return err == nil && t.now.Before(run.HeldUntil)
}
