package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/rights"
)

// OperatorStore keeps operators.
type OperatorStore interface {
	Units(ctx context.Context) ([]Unit, error)
	// Operators are those of an account who are not removed, in the order in which they were added.
	Operators(ctx context.Context, oaID string) ([]Operator, error)
	// Operator is one of an account by its id, also a removed one, or ErrNotFound.
	Operator(ctx context.Context, oaID, id string) (Operator, error)
	// AddOperator keeps a new operator, whom the code binds.
	AddOperator(ctx context.Context, o Operator, code string, record Record) error
	// RemoveOperator ends what an operator may do, and stops of the operator's announcements those of which nothing has
	// left: held for an undo, or waiting for an approval. records says, for those, what is kept with it. ErrNotFound says
	// that there is no such operator, or none any more.
	RemoveOperator(ctx context.Context, o Operator, now time.Time, records func(stopped []Announcement) []Record) ([]Announcement, error)
	// BindOperator binds a Zalo user by a code.
	BindOperator(ctx context.Context, oaID, userID, code string, now time.Time) (Operator, BindOutcome, error)
}

// Operators is what is done with operators.
type Operators struct {
	store OperatorStore
	now   func() time.Time
	by    Operator
}

// NewOperators returns Operators for the command line; see By. now is village time.
func NewOperators(store OperatorStore, now func() time.Time) *Operators {
	return &Operators{store: store, now: now, by: CommandLine}
}

// By are they for somebody else.
func (s *Operators) By(o Operator) *Operators {
	other := *s
	other.by = o
	return &other
}

// permit refuses who may not manage operators.
func (s *Operators) permit(ctx context.Context, oaID string) (Units, error) {
	units, err := UnitsOf(ctx, s.store, oaID)
	if err != nil {
		return nil, err
	}
	return units, s.by.May(rights.ManageOperators, oaID, units)
}

// Add makes a new operator, whose id is the caller's and new, and returns the code that binds the Zalo user who types it.
// Nothing shows the code again.
func (s *Operators) Add(ctx context.Context, o Operator) (code string, err error) {
	units, err := s.permit(ctx, o.OAID)
	if err != nil {
		return "", err
	}
	now := s.now()
	o = o.fill(units)
	if err := o.Check(units); err != nil {
		return "", err
	}
	o.Name, o.CreatedAt, o.CodeExpiresAt = strings.TrimSpace(o.Name), now, now.Add(InvitationLife)
	code = newCode()
	return code, s.store.AddOperator(ctx, o, code, s.by.record(o.OAID, AuditAddOperator, now).subject(o.ID).because(string(o.Role)))
}

// List are the operators of an account.
func (s *Operators) List(ctx context.Context, oaID string) ([]Operator, error) {
	if _, err := s.permit(ctx, oaID); err != nil {
		return nil, err
	}
	return s.store.Operators(ctx, oaID)
}

// Remove ends what an operator may do, at once. What the operator had sent and of which nothing has left is stopped, and
// the operator is told; what is already going goes on. Marks and audit stay.
func (s *Operators) Remove(ctx context.Context, oaID, id string) ([]Announcement, error) {
	if _, err := s.permit(ctx, oaID); err != nil {
		return nil, err
	}
	o, err := s.store.Operator(ctx, oaID, id)
	if err != nil {
		return nil, err
	}
	now := s.now()
	return s.store.RemoveOperator(ctx, o, now, func(stopped []Announcement) []Record {
		removed := s.by.record(oaID, AuditRemoveOperator, now).subject(o.ID)
		if o.reachable(now) {
			removed = removed.telling(o.removedNotice(stopped, now))
		}
		records := []Record{removed}
		for _, a := range stopped {
			records = append(records, s.by.record(oaID, AuditCancel, now).of(a).because("its operator was removed"))
		}
		return records
	})
}

// removedNotice tells an operator of the removal, and of what was stopped by it.
func (o Operator) removedNotice(stopped []Announcement, now time.Time) Delivery {
	text := textOperatorRemoved
	for _, a := range stopped {
		text += "\n" + fmt.Sprintf(textOperatorRemovedStopped, a.Title)
	}
	return o.notice("operator:"+o.ID+":removed", Message{Text: text}, now)
}

// noticeWindow is how long after their last interaction operators can be told something.
// Source: Zalo OA documents, consultation messages, the window of 7 days, read 2026-11-21.
const noticeWindow = 7 * 24 * time.Hour

// reachable tells whether something can be said to the operator at now.
func (o Operator) reachable(now time.Time) bool {
	return o.UserID != "" && !o.LastInteraction.IsZero() && now.Before(o.LastInteraction.Add(noticeWindow))
}

// notice is something that is said to an operator without having been asked. It goes once for each origin.
func (o Operator) notice(origin string, m Message, now time.Time) Delivery {
	return Delivery{
		OAID: o.OAID, UserID: o.UserID, Origin: origin, Urgency: UrgencyReply, Message: m, State: DeliveryPlanned,
		Parts: m.Parts(), NotBefore: now, ExpiresAt: now.Add(replyLife), CreatedAt: now,
	}
}
