package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/loalang/loalang/bot/rights"
)

// ErrForbidden says that an operator may not do something. Errors that are it are a *Forbidden.
var ErrForbidden = errors.New("not allowed")

// Forbidden is a refusal by the rights, with its reason.
type Forbidden struct {
	Action rights.Action
	Role   rights.Role
	Reason rights.Reason
}

// Is makes a Forbidden an ErrForbidden.
func (f *Forbidden) Is(target error) bool { return target == ErrForbidden }

func (f *Forbidden) Error() string {
	what := fmt.Sprintf("%v: %s by a %s", ErrForbidden, f.Action, f.Role)
	switch f.Reason {
	case rights.ReasonUnit:
		return what + " in units of others; ask whoever counts there, or an admin"
	case rights.ReasonTopic:
		return what + " about this topic; name one of the operator's own"
	case rights.ReasonMine:
		return what + " of one's own announcement; another person has to"
	}
	return what + "; ask somebody whose role may, see the table of rights in the README"
}

// decide is rights.Decide for an operator; a refusal is a *Forbidden.
func (o Operator) decide(action rights.Action, m rights.Matter, p rights.Policy) (rights.Word, error) {
	v := rights.Decide(o.Role, action, m, p)
	if !v.OK() {
		return v.Word, &Forbidden{Action: action, Role: o.Role, Reason: v.Reason}
	}
	return v.Word, nil
}

// isOf refuses, with ErrForbidden, an operator of another account. The command line is of all.
func (o Operator) isOf(oaID string, action rights.Action) error {
	if o.ID != "" && o.OAID != oaID {
		return &Forbidden{Action: action, Role: o.Role, Reason: rights.ReasonUnit}
	}
	return nil
}

// May refuses, with ErrForbidden, what concerns a whole account and is not the operator's to do there. units are those of
// the account.
func (o Operator) May(action rights.Action, oaID string, units Units) error {
	return o.mayOwn(action, oaID, len(o.owns(units)) > len(units))
}

// MayIn is May for what concerns one unit.
func (o Operator) MayIn(action rights.Action, oaID string, units Units, code string) error {
	return o.mayOwn(action, oaID, o.owns(units)[code])
}

func (o Operator) mayOwn(action rights.Action, oaID string, own bool) error {
	if err := o.isOf(oaID, action); err != nil {
		return err
	}
	_, err := o.decide(action, rights.Matter{Own: own}, rights.Policy{})
	return err
}

// kindTopics are the topics of kinds of announcements that concern one alone.
var kindTopics = map[string]Topic{"bank_day": TopicBank, "loan_policy": TopicBank}

// about are the topics of an announcement: those of its audience and its kind's.
func (a Announcement) about() []Topic {
	about := slices.Clone(a.Audience.Topics)
	if topic, known := kindTopics[a.Kind]; known && !slices.Contains(about, topic) {
		about = append(about, topic)
	}
	return about
}

// matter is an announcement as the rights see it. The audience is that of what it corrects, if it does.
func (o Operator) matter(units Units, a Announcement) rights.Matter {
	own, to := o.owns(units), a.inUnits(units)
	about := a.about()
	m := rights.Matter{
		Own: true, OffTopic: o.offTopic(about), Wide: isWide(units, to), Danger: a.Urgency == UrgencyEmergency,
		Bank: len(about) > 0 && !slices.ContainsFunc(about, func(t Topic) bool { return t != TopicBank }),
		Mine: a.State == AnnouncementApproval && a.AskedBy == o.ID,
	}
	for code := range to {
		m.Own = m.Own && own[code]
	}
	return m
}

// part is likewise, for one who only looks: the part of it counts that is in the own units.
func (o Operator) part(units Units, a Announcement) rights.Matter {
	m, own := o.matter(units, a), o.owns(units)
	m.Own = false
	for code := range a.inUnits(units) {
		m.Own = m.Own || own[code]
	}
	return m
}

// inUnits are the units whose people an announcement is for, by code.
func (a Announcement) inUnits(units Units) map[string]bool {
	in := make(map[string]bool)
	codes, all := a.Audience.InUnits(units)
	if all {
		in[""] = true
		for code := range units {
			in[code] = true
		}
	}
	for _, code := range codes {
		in[code] = true
	}
	return in
}

// isWide tells whether a whole commune is among units: by its own code, or by all of its villages, of which there are several.
func isWide(units Units, in map[string]bool) bool {
	villages, missing := make(map[string]int), make(map[string]bool)
	for code, unit := range units {
		if unit.Kind.level() < levelVillage {
			if in[code] {
				return true
			}
			continue
		}
		villages[unit.ParentCode]++
		missing[unit.ParentCode] = missing[unit.ParentCode] || !in[code]
	}
	for parent, n := range villages {
		if n > 1 && !missing[parent] {
			return true
		}
	}
	return false
}

// permit is what the operator may do with an announcement. A refusal is ErrForbidden.
func (s *Announcements) permit(ctx context.Context, action rights.Action, a Announcement) (rights.Word, error) {
	if err := s.by.isOf(a.OAID, action); err != nil {
		return rights.Refused, err
	}
	units, err := UnitsOf(ctx, s.store, a.OAID)
	if err != nil {
		return rights.Refused, err
	}
	account, err := s.store.Account(ctx, a.OAID)
	if err != nil {
		return rights.Refused, err
	}
	if a, err = s.withAudience(ctx, a); err != nil {
		return rights.Refused, err
	}
	m := s.by.matter(units, a)
	if action == rights.SeeResults || action == rights.SeeNotReached {
		m = s.by.part(units, a)
	}
	return s.by.decide(action, m, account.Approval)
}

// withAudience gives a correction the audience and the kind of what it corrects.
func (s *Announcements) withAudience(ctx context.Context, a Announcement) (Announcement, error) {
	if a.Corrects == "" {
		return a, nil
	}
	wrong, err := s.store.Announcement(ctx, a.Corrects)
	if err != nil {
		return a, fmt.Errorf("load what it corrects: %w", err)
	}
	a.Audience = wrong.Audience
	if a.Kind == "" {
		a.Kind = wrong.Kind
	}
	return a, nil
}

// sending is the action of letting an announcement go.
func (a Announcement) sending() rights.Action {
	if a.Urgency == UrgencyEmergency {
		return rights.SendEmergency
	}
	return rights.Send
}
