package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

// read fills the queue when it is empty or may have become stale.
func (s *session) read(now time.Time) error {
	age := time.Since(s.readAt)
	hinted := s.hinted && age >= rereadHinted
	if n := len(s.queue); n > 0 && age < rereadAfter {
		switch {
		case hinted && s.more && s.queue[n-1].Urgency > UrgencyReply:
			return s.glance(now)
		case !hinted:
			return nil
		}
	}
	if s.ahead != nil {
		s.adopt(<-s.ahead)
		if len(s.queue) > 0 {
			return nil
		}
	}
	s.lookAt(now)
	list, err := s.next(s.look)
	s.more, s.queue = len(list) == s.most(), list
	return err
}

// most is how many due deliveries are read at once: those of some seconds, when a cap is to be kept.
func (s *session) most() int {
	most := lookAhead
	for _, perMinute := range []int{s.account.CallsPerMinute, s.appCap} {
		if perMinute > 0 {
			most = min(most, max(perMinute/10, maxInFlight))
		}
	}
	return most
}

// readOn lets the ledger be read on, behind a queue that has become short, while it is sent.
func (s *session) readOn(now time.Time) {
	if s.ahead != nil || !s.more || len(s.queue) >= s.most()/2 {
		return
	}
	s.lookAt(now)
	for _, d := range s.queue {
		s.look.Aloft = append(s.look.Aloft, d.ID)
	}
	s.readAhead(s.look)
}

// glance puts what is more pressing than the least pressing of a queue that is long before it. Of those there are more than
// the queue holds, and a hint mostly means that there are more still.
func (s *session) glance(now time.Time) error {
	least := s.queue[len(s.queue)-1].Urgency
	s.hinted = false
	look := s.look
	look.Now, look.UnsureSince, look.Least = now, now.Add(-unsureReplyWait), min(look.Least, least-1)
	look.Aloft = slices.Collect(maps.Keys(s.aloft))
	list, err := s.next(look)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(s.queue, func(d Delivery) bool { return d.Urgency < least })
	s.queue = append(list, rest...)
	return nil
}

// next are due deliveries as the ledger has them.
func (s *session) next(look Look) (list []Delivery, err error) {
	err = s.commit(func(c context.Context) (err error) {
		list, err = s.store.NextDeliveries(c, s.lease.OAID, look, s.most())
		return err
	})
	return list, err
}

// lookAt says what is looked for from now on.
func (s *session) lookAt(now time.Time) {
	s.readAt, s.hinted, s.templates = time.Now(), false, make(map[string]Template)
	s.look = Look{Now: now, UnsureSince: now.Add(-unsureReplyWait), Aloft: slices.Collect(maps.Keys(s.aloft))}
	s.look.Least, s.heldUntil = s.least(now)
	s.look.Waiting, s.look.retry = s.waiting(now)
}

// readAhead looks at the ledger while the queue is being sent.
func (s *session) readAhead(look Look) {
	ahead, oaID, most := make(chan []Delivery, 1), s.lease.OAID, s.most()
	s.ahead, s.gone = ahead, make(map[int64]bool)
	go func() {
		var list []Delivery
		err := s.once(func(c context.Context) (err error) {
			list, err = s.store.NextDeliveries(c, oaID, look, most)
			return err
		})
		if err != nil {
			s.log.Warn("read ahead", "oa_id", oaID, "error", err)
			list = nil
		}
		ahead <- list
	}()
}

// adopt puts what was read ahead behind the queue, the more pressing first, without what has joined or left it meanwhile.
func (s *session) adopt(list []Delivery) {
	s.ahead = nil
	if list == nil { // it could not be read: what is empty is read at once
		return
	}
	s.more = len(list) == s.most()
	known := s.gone
	for _, d := range s.queue {
		known[d.ID] = true
	}
	list = slices.DeleteFunc(list, func(d Delivery) bool { return known[d.ID] })
	s.queue = append(s.queue, list...)
	slices.SortStableFunc(s.queue, func(a, b Delivery) int { return cmp.Compare(a.Urgency, b.Urgency) })
}

// least are the least pressing announcements that may go, and until when the others wait.
func (s *session) least(now time.Time) (Urgency, time.Time) {
	terms, err := s.rules.At(now)
	if err != nil { // nobody knows what is allowed: replies are, as ever
		s.log.Error("announcements wait for the rules", "oa_id", s.lease.OAID, "error", err)
		return UrgencyReply, now.Add(waitForSetup)
	}
	s.terms = terms
	switch {
	case !terms.Consultation.Open(now):
		return UrgencyReply, terms.Consultation.NextOpen(now)
	case !s.open.Open(now):
		return UrgencyEmergency, s.open.NextOpen(now)
	}
	return UrgencyBulk, time.Time{}
}
