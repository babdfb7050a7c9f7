package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

// purse is what the holder of a delivery lane knows of what is left to spend. The ledger is the truth: nobody else spends
// the account's money while the lane is held, so the purse follows it from when it was looked up.
type purse struct {
	month    time.Time        // when it began
	included int              // calls that the package has paid in the month
	spent    map[string]int64 // VND by announcement
	owed     map[string]int   // parts of texts that have begun to go and will cost, by announcement
}

// pay counts a call that goes, for the first of so many parts that are still to be sent.
func (p *purse) pay(d departure, parts int) {
	if d.Errand == nil {
		return
	}
	id := d.Errand.AnnouncementID
	p.spent[id] += d.charge.VND
	if d.charge.Included {
		p.included++
	}
	switch {
	case d.charge.Channel != plan.ChannelPaid:
	case d.Part == 0:
		p.owed[id] += parts - 1
	default:
		p.owed[id]--
	}
}

// forgo counts the file of a delivery that does not go.
func (p *purse) forgo(d Delivery) {
	if d.Errand != nil && d.Channel == plan.ChannelPaid {
		p.owed[d.Errand.AnnouncementID]--
	}
}

// decide takes the verdict about a delivery again: how its next call goes and what that costs. Without a call nothing goes
// any more, for the verdict's reason, or because a post has covered the resident.
func (s *session) decide(d Delivery, now time.Time) (departure, plan.Verdict, error) {
	dep := departure{Delivery: d}
	if d.Errand == nil {
		return dep, plan.Verdict{Calls: 1}, nil
	}
	if f := d.Message.File; f != nil {
		if _, err := s.shipmentOf(*f); err != nil { // what is refused for now costs nothing
			return dep, plan.Verdict{}, err
		}
	}
	parts := s.lengthOf(d) - d.Part
	left, err := s.left(d, parts, now)
	if err != nil {
		return dep, plan.Verdict{}, err
	}
	if d.Post {
		v := s.terms.DecidePost(parts, left)
		dep.charge = Charge{Channel: plan.ChannelGroup, VND: s.terms.GroupPost.VND}
		return dep, v, nil
	}
	template, err := s.template(d.Errand.Kind)
	if err != nil {
		return dep, plan.Verdict{}, err
	}
	to := d.Errand.Resident.recipient(parts)
	to.Covered, to.NoTemplate = d.Errand.Covered, to.NoTemplate || d.Part > 0 || d.Errand.Avoid.template()
	to.NoConsultation = d.Errand.Avoid.consultation()
	if d.Errand.Duty {
		to.Consent, to.Stopped = true, false
	}
	v := s.terms.Decide(plan.Message{
		Emergency: d.Urgency == UrgencyEmergency, AlsoCovered: d.Errand.AlsoCovered, Template: template.price(),
	}, to, left, now)
	dep.charge.Channel = v.Channel
	switch {
	case v.Channel == plan.ChannelTemplate:
		dep.charge.VND, dep.template = v.VND, template
	case v.Channel == plan.ChannelPaid && left.Included > 0:
		dep.charge.Included = true
	case v.Channel == plan.ChannelPaid:
		dep.charge.VND = s.terms.PaidPart
	}
	return dep, v, nil
}

// template is the one of a kind of announcements, the zero Template when none is named.
func (s *session) template(kind string) (Template, error) {
	t, known := s.templates[kind]
	if known || kind == "" {
		return t, nil
	}
	err := s.commit(func(c context.Context) (err error) {
		t, err = templateFor(c, s.accounts, s.lease.OAID, kind)
		return err
	})
	if err == nil {
		s.templates[kind] = t
	}
	return t, err
}

// left is what may still be spent on a delivery with so many parts to go. What the rest of texts will cost that have begun
// to go is kept back for them: half a text helps nobody.
func (s *session) left(d Delivery, parts int, now time.Time) (plan.Purse, error) {
	e := d.Errand
	if err := s.openPurse(now); err != nil {
		return plan.Purse{}, err
	}
	spent, known := s.purse.spent[e.AnnouncementID]
	if !known {
		err := s.commit(func(c context.Context) (err error) {
			spent, err = s.store.Spent(c, s.lease.OAID, e.AnnouncementID)
			if err == nil && d.Part+parts > 1 {
				s.purse.owed[e.AnnouncementID], err = s.store.Owed(c, s.lease.OAID, e.AnnouncementID)
			}
			return err
		})
		if err != nil {
			return plan.Purse{}, fmt.Errorf("look up what was spent: %w", err)
		}
		s.purse.spent[e.AnnouncementID] = spent
	}
	others := s.purse.owed[e.AnnouncementID]
	if d.Part > 0 {
		others -= parts
	}
	pack, _ := s.terms.Package(s.account.Package)
	return plan.Purse{Included: pack.Included - s.purse.included, Budget: e.Budget - spent - int64(max(others, 0))*s.terms.PaidPart, Unlimited: e.Unlimited}, nil
}

// openPurse looks up what was used of the month's package.
func (s *session) openPurse(now time.Time) error {
	month := monthOf(now)
	if s.purse != nil && s.purse.month.Equal(month) {
		return nil
	}
	p := &purse{month: month, spent: make(map[string]int64), owed: make(map[string]int)}
	err := s.commit(func(c context.Context) (err error) {
		p.included, err = s.store.IncludedSince(c, s.lease.OAID, p.month)
		return err
	})
	if err != nil {
		return fmt.Errorf("look up what the package has paid: %w", err)
	}
	s.purse = p
	return nil
}

// monthOf is when the month of a moment began, by the clock of the moment.
func monthOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, at.Location())
}

// refund lets the purse be looked up again when money that was kept back for a call is free.
func (s *session) refund(r AttemptResult) {
	if r.Attempt.Charge.costs() && r.State != DeliveryUnsure && r.Part == r.Attempt.Part {
		s.purse = nil
	}
}
