package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

// departure is a delivery that goes now, and what the call costs.
type departure struct {
	Delivery
	charge   Charge
	template Template // with plan.ChannelTemplate
}

// admit takes up to limit deliveries that may go and that the caps let go now from the queue, and those that may not go
// any more. When the caps let none go, wait says how long that lasts; the first of the queue is then what waits.
func (s *session) admit(now time.Time, limit int) (going []departure, refused []Refusal, wait time.Duration, err error) {
	var left []Delivery
	admitted := make(map[string]bool) // recipients
	for i, del := range s.queue {
		if len(going) == limit {
			left = append(left, s.queue[i:]...)
			break
		}
		if s.busy[del.UserID] || admitted[del.UserID] {
			left = append(left, del)
			continue
		}
		dep, v, err := s.decide(del, now)
		if err != nil {
			return nil, nil, 0, err
		}
		if v.Reason == plan.ReasonBudget && s.paying+len(going) > 0 { // what was kept back for those may come back
			left = append(left, del)
			continue
		}
		if v.Calls == 0 {
			if s.onlyFileLeft(del) {
				refused = append(refused, s.withoutFile(del, v.Reason))
				continue
			}
			s.leave(del)
			refused = append(refused, Refusal{DeliveryID: del.ID, Reason: v.Reason})
			continue
		}
		may, done := true, false
		if v.Channel != plan.ChannelTemplate {
			may, done, wait, err = s.enclose(del, now)
		}
		switch {
		case err != nil:
			return nil, nil, 0, err
		case done:
			refused = append(refused, s.withoutFile(del, ""))
			continue
		case !may && wait == 0:
			left = append(left, del)
			continue
		case wait == 0:
			wait = s.take(del.Urgency.use())
		}
		if wait > 0 {
			left = append(s.queue[i:i+1:i+1], append(left, s.queue[i+1:]...)...)
			break
		}
		s.purse.pay(dep, s.lengthOf(del)-del.Part)
		s.leave(del)
		admitted[del.UserID] = true
		going = append(going, dep)
	}
	s.queue = left
	return going, refused, wait, nil
}

// withoutFile ends a delivery whose text has gone and whose file may not.
func (s *session) withoutFile(d Delivery, why plan.Reason) Refusal {
	s.purse.forgo(d)
	s.leave(d)
	return Refusal{DeliveryID: d.ID, Reason: why, Done: true}
}

// leave remembers what has left the queue while the ledger is being read.
func (s *session) leave(d Delivery) {
	if s.ahead != nil {
		s.gone[d.ID] = true
	}
}

// refuse ends deliveries that may not go any more.
func (s *session) refuse(refused []Refusal, now time.Time) error {
	if len(refused) == 0 {
		return nil
	}
	err := s.commit(func(c context.Context) error { return s.store.RefuseDeliveries(c, s.lease, refused, now) })
	if err != nil {
		return fmt.Errorf("refuse deliveries: %w", err)
	}
	for _, r := range refused {
		state := DeliveryRefused
		if r.Done {
			state = DeliveryAccepted
		}
		s.observe.Delivered(state, 0)
	}
	return nil
}

// take asks for one call. While the shared caps cannot be asked, nothing leaves.
func (s *session) take(use CallUse) time.Duration {
	ctx, cancel := context.WithTimeout(s.save, saveTimeout)
	defer cancel()
	wait, err := s.limiter.Take(ctx, s.lease.OAID, Caps{OA: s.account.CallsPerMinute, App: s.appCap}, use)
	if err != nil {
		s.log.Warn("ask for the cap", "oa_id", s.lease.OAID, "error", err)
		return time.Second
	}
	return wait
}
