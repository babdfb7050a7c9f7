package bot

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/rights"
)

// approvalLife is how long an announcement waits for another person's word. Who asks for it wants it sent today.
const approvalLife = 24 * time.Hour

// approvalUntil is until when an approval is of use: not after the announcement's own time.
func (a Announcement) approvalUntil(now time.Time) time.Time {
	until := now.Add(approvalLife)
	if !a.ScheduledAt.IsZero() && a.ScheduledAt.Before(until) {
		return a.ScheduledAt
	}
	return until
}

// Short is a name of an announcement that people can type: letters and digits in turn, as in an invitation code. Among those
// that wait at one time two hardly ever have the same.
func (a Announcement) Short() string {
	var b strings.Builder
	for i, sum := 0, sha256.Sum256([]byte(a.OAID+" "+a.ID)); i < shortLength; i++ {
		from := codeLetters
		if i%2 == 1 {
			from = codeDigits
		}
		b.WriteByte(from[int(sum[i])%len(from)])
	}
	return b.String()
}

const shortLength = 5

// isShort tells whether a text could be the short name of an announcement.
func isShort(text string) bool { return isCode(text, shortLength) }

// askApproval lets an announcement wait for another person, and tells those who may approve it.
func (s *Announcements) askApproval(ctx context.Context, a Announcement) (Announcement, error) {
	now := s.now()
	run := a.NewRun(a.firstReason(), now)
	if err := s.hasRecipients(ctx, a, run); err != nil {
		return a, err
	}
	plan, err := s.planned(ctx, a, run)
	if err != nil {
		return a, err
	}
	asked := a
	asked.State, asked.AskedBy, asked.AskedUntil = AnnouncementApproval, s.by.ID, a.approvalUntil(now)
	approvers, err := s.approvers(ctx, asked, now)
	if err != nil {
		return a, err
	}
	record := s.by.record(a.OAID, AuditAskApproval, now).of(a)
	for _, o := range approvers {
		record = record.telling(o.notice("approval:"+a.ID, asked.approvalRequest(s.by, plan, now), now))
	}
	if err := s.store.AskApproval(ctx, a, asked.AskedBy, asked.AskedUntil, record); err != nil {
		return a, err
	}
	return asked, nil
}

// planned are the lines in which whoever is about to send reads a plan.
func (s *Announcements) planned(ctx context.Context, a Announcement, run Run) (string, error) {
	f, err := s.planner().plan(ctx, a, run)
	if err != nil {
		return "", err
	}
	units, err := UnitsOf(ctx, s.store, a.OAID)
	if err != nil {
		return "", err
	}
	return a.planLines(f, units), nil
}

// approvalRequest is what an approver reads: the text, and the plan as it is when the approval is asked for.
func (a Announcement) approvalRequest(by Operator, plan string, now time.Time) Message {
	what := textApprovalNormal
	if a.Urgency == UrgencyEmergency {
		what = textApprovalEmergency
	}
	until := a.AskedUntil.In(now.Location()).Format("15:04 02/01")
	return Message{
		Spelled: true,
		Text:    fmt.Sprintf(textApprovalRequest, by.Name, what, a.Title, a.Outgoing().Text, plan, until, a.Short(), a.Short()),
		Choices: []Choice{
			{Title: titleApprove, Payload: payloadApprove + a.ID},
			{Title: titleReject, Payload: payloadReject + a.ID},
		},
	}
}

// approvers are the operators who may approve an announcement and can be told so.
func (s *Announcements) approvers(ctx context.Context, a Announcement, now time.Time) ([]Operator, error) {
	all, err := s.store.Operators(ctx, a.OAID)
	if err != nil {
		return nil, err
	}
	var list []Operator
	for _, o := range all {
		if o.ID == s.by.ID || !o.reachable(now) {
			continue
		}
		if _, err := s.By(o).permit(ctx, rights.Approve, a); err == nil {
			list = append(list, o)
		}
	}
	return list, nil
}

// Approve lets an announcement go that waited for it.
func (s *Announcements) Approve(ctx context.Context, id string) (Announcement, error) {
	a, err := s.awaiting(ctx, id, "approved")
	if err != nil {
		return a, err
	}
	now := s.now()
	if !now.Before(a.AskedUntil) {
		return a, fmt.Errorf("%w: the approval was wanted until %s; have it sent anew", ErrState, a.AskedUntil.In(now.Location()).Format(time.RFC3339))
	}
	record, err := s.answer(ctx, a, s.by.record(a.OAID, AuditApprove, now).of(a), fmt.Sprintf(textApproved, a.Title, s.by.Name))
	if err != nil {
		return a, err
	}
	return s.launch(ctx, a, record)
}

// Reject ends an announcement that waited for an approval. The reason, which may be empty, is told to who asked.
func (s *Announcements) Reject(ctx context.Context, id, reason string) (Announcement, error) {
	a, err := s.awaiting(ctx, id, "refused")
	if err != nil {
		return a, err
	}
	text := fmt.Sprintf(textRejected, a.Title, s.by.Name)
	if reason = strings.TrimSpace(reason); reason != "" {
		text += "\n" + fmt.Sprintf(textRejectedBecause, reason)
	}
	record, err := s.answer(ctx, a, s.by.record(a.OAID, AuditReject, s.now()).of(a).because(reason), text)
	if err != nil {
		return a, err
	}
	return s.settle(ctx, a, Fires{State: AnnouncementCancelled}, s.now(), record)
}

// awaiting is an announcement that the operator may approve or refuse.
func (s *Announcements) awaiting(ctx context.Context, id, done string) (Announcement, error) {
	a, err := s.in(ctx, id, done, AnnouncementApproval)
	if err != nil {
		return a, err
	}
	_, err = s.permit(ctx, rights.Approve, a)
	return a, err
}

// answer tells who asked for an approval what became of it.
func (s *Announcements) answer(ctx context.Context, a Announcement, record Record, text string) (Record, error) {
	return answerAsker(ctx, s.store, a, record, text, s.now())
}

func answerAsker(ctx context.Context, store interface {
	Operators(ctx context.Context, oaID string) ([]Operator, error)
}, a Announcement, record Record, text string, now time.Time,
) (Record, error) {
	all, err := store.Operators(ctx, a.OAID)
	for _, o := range all {
		if o.ID == a.AskedBy && o.reachable(now) {
			record = record.telling(o.notice("approved:"+a.ID, Message{Text: text}, now))
		}
	}
	return record, err
}

// lapse ends an announcement whose approval did not come in time, or says when that will be.
func (an *Announcer) lapse(ctx context.Context, a Announcement, now time.Time) (more bool, next time.Time, err error) {
	if now.Before(a.AskedUntil) {
		return false, a.AskedUntil, nil
	}
	record := itself(a, AuditApprovalExpired, "", now)
	record, err = answerAsker(ctx, an.store, a, record, fmt.Sprintf(textApprovalLapsed, a.Title), now)
	if err != nil {
		return false, next, err
	}
	return true, next, an.store.SettleFires(ctx, a, Fires{State: AnnouncementCancelled}, now, record)
}
