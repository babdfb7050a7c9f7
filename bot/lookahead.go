package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

// read fills the queue when it is empty, and lets it be read anew while it is sent when it may have become stale. After a hint
// it reads at once what the hint may be about.
func (s *session) read(now time.Time) error {
	if len(s.queue) > 0 {
		switch {
		case s.mayGlance():
			return s.glance(now)
		case s.more && time.Since(s.readAt) >= rereadAfter:
			if s.ahead == nil {
				s.lookAt(now)
				s.readAhead(true)
			}
			return nil
		case time.Since(s.readAt) < rereadAfter && (!s.hinted || s.more || time.Since(s.readAt) < rereadHinted):
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
	s.readAt = time.Now()
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
	s.readAhead(false)
}

// mayGlance tells whether there was a hint while the queue is one of many: there are more than it holds, and a hint mostly
// means that there are more still.
func (s *session) mayGlance() bool {
	n := len(s.queue)
	return s.hinted && s.more && n > 0 && s.queue[n-1].Urgency > UrgencyReply && s.ahead == nil &&
		time.Since(s.readAt) >= rereadHinted && time.Since(s.glancedAt) >= rereadHinted
}

// glance puts what is more pressing than the least pressing of the queue before it.
func (s *session) glance(now time.Time) error {
	least := s.queue[len(s.queue)-1].Urgency
	s.hinted, s.glancedAt = false, time.Now()
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

// pressing is how many of the queue are more pressing than all that is ready: they do not wait behind that.
func (s *session) pressing() (n int) {
	if len(s.ready) == 0 {
		return 0
	}
	for n < min(len(s.queue), maxInFlight) && s.queue[n].Urgency < s.ready[0].delivery.Urgency {
		n++
	}
	return n
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
	s.hinted, s.templates = false, make(map[string]Template)
	s.look = Look{Now: now, UnsureSince: now.Add(-unsureReplyWait), Aloft: slices.Collect(maps.Keys(s.aloft))}
	s.look.Least, s.heldUntil = s.least(now)
	s.look.Waiting, s.look.retry = s.waiting(now)
}

// readAhead looks at the ledger while the queue is being sent: anew, or at what follows it.
func (s *session) readAhead(anew bool) {
	ahead, oaID, most, look := make(chan []Delivery, 1), s.lease.OAID, s.most(), s.look
	s.ahead, s.anew, s.gone = ahead, anew, make(map[int64]bool)
	if anew {
		s.readAt = time.Now()
	}
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

// adopt takes what was read meanwhile, without what has left the queue since: instead of the queue, or behind it, the more
// pressing first.
func (s *session) adopt(list []Delivery) {
	s.ahead = nil
	if list == nil { // it could not be read: what is empty is read at once
		return
	}
	s.more = len(list) == s.most()
	if s.anew {
		s.queue = nil
	}
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
