package bot

import (
	"context"
	"slices"
	"time"
)

// read fills the queue when it is empty or may have become stale, and lets it be read anew while it is sent when it is
// short.
func (s *session) read(now time.Time) error {
	age := time.Since(s.readAt)
	if len(s.queue) > 0 && age < rereadAfter && (!s.hinted || age < rereadHinted) {
		if s.ahead == nil && s.more && len(s.queue) < lookAhead/4 {
			s.lookAt(now)
			s.readAhead(s.look)
		}
		return nil
	}
	if s.ahead != nil {
		s.adopt(<-s.ahead)
		if len(s.queue) > 0 {
			return nil
		}
	}
	s.lookAt(now)
	return s.commit(func(c context.Context) (err error) {
		s.queue, err = s.store.NextDeliveries(c, s.lease.OAID, s.look, lookAhead)
		s.more, s.queue = len(s.queue) == lookAhead, without(s.queue, s.leaving())
		return err
	})
}

// lookAt says what is looked for from now on.
func (s *session) lookAt(now time.Time) {
	s.readAt, s.hinted, s.templates = time.Now(), false, make(map[string]Template)
	s.look = Look{Now: now, UnsureSince: now.Add(-unsureReplyWait)}
	s.look.Least, s.heldUntil = s.least(now)
	s.look.Waiting, s.look.retry = s.waiting(now)
}

// readAhead looks at the ledger while the queue is being sent.
func (s *session) readAhead(look Look) {
	ahead, oaID := make(chan []Delivery, 1), s.lease.OAID
	s.ahead, s.gone = ahead, s.leaving()
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
	s.queue = without(list, s.gone)
}

// leaving are the deliveries that may not be sending yet for who reads the ledger now, but have left the queue.
func (s *session) leaving() map[int64]bool {
	ids := make(map[int64]bool)
	if s.rising != nil {
		for _, c := range s.rising.calls {
			ids[c.delivery.ID] = true
		}
	}
	return ids
}

func without(list []Delivery, gone map[int64]bool) []Delivery {
	return slices.DeleteFunc(list, func(d Delivery) bool { return gone[d.ID] })
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
