package bot

import (
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
	s.more, s.queue = len(list) == lookAhead, list
	return err
}

// readOn lets a queue that has become short be read anew while it is sent.
func (s *session) readOn(now time.Time) {
	if s.ahead == nil && s.more && len(s.queue) < lookAhead/2 {
		s.lookAt(now)
		s.readAhead(s.look)
	}
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
		list, err = s.store.NextDeliveries(c, s.lease.OAID, look, lookAhead)
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
	ahead, oaID := make(chan []Delivery, 1), s.lease.OAID
	s.ahead, s.gone = ahead, make(map[int64]bool)
	go func() {
		var list []Delivery
		err := s.once(func(c context.Context) (err error) {
			list, err = s.store.NextDeliveries(c, oaID, look, lookAhead)
			return err
		})
		if err != nil {
			s.log.Warn("read ahead", "oa_id", oaID, "error", err)
			list = nil
		}
		ahead <- list
	}()
}

// adopt takes what was read ahead for the queue, without what has left the queue meanwhile. Nothing leaves the old queue
// as it is.
func (s *session) adopt(list []Delivery) {
	s.ahead = nil
	if list == nil { // it could not be read: what is empty is read at once
		return
	}
	s.more = len(list) == lookAhead
	s.queue = slices.DeleteFunc(list, func(d Delivery) bool { return s.gone[d.ID] })
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
