package zalosim

import (
	"fmt"
)

// Events say how Zalo's events about an account's messages come.
type Events struct {
	Echo     Arrival `json:"echo"`      // oa_send_*
	Received Arrival `json:"received"`  // user_received_message
	InGroups bool    `json:"in_groups"` // receipts also of posts in groups, by each member: no source says that Zalo does
	Reading  Reading `json:"reading"`   // user_seen_message
}

// Arrival says how the events of one kind come. Shares are chances of a message from 0 to 1, drawn by the seed. Times are
// drawn for each event, so that one may overtake another.
type Arrival struct {
	Off    bool    `json:"off"`    // none comes
	After  Span    `json:"after"`  // how long after the message, by the simulator's clock
	Never  float64 `json:"never"`  // this share never comes
	Twice  float64 `json:"twice"`  // this share comes twice
	Before float64 `json:"before"` // this share has come, and was answered, before the API's own answer
}

// Validate refuses shares that are none.
func (e Events) Validate() error {
	for name, share := range map[string]float64{
		"echo.never": e.Echo.Never, "echo.twice": e.Echo.Twice, "echo.before": e.Echo.Before,
		"received.never": e.Received.Never, "received.twice": e.Received.Twice, "received.before": e.Received.Before,
		"reading.share": e.Reading.Share,
	} {
		if share < 0 || share > 1 {
			return fmt.Errorf("%s is %v: write a share from 0 to 1", name, share)
		}
	}
	return nil
}

// SetEvents changes how events come, for messages from now on.
func (s *Server) SetEvents(e Events) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = e
}

// Events are how events come now.
func (s *Server) Events() Events {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.events
}

// afterSending lets the world know of a message to a resident.
func (s *Server) afterSending(a *account, m *Message) {
	events := s.publish(m)
	s.arrive(events.Echo, "echo", m, m.User, func(done chan<- struct{}) { s.sendEcho(a, m, done) })
	if events.Received.Off {
		s.mu.Lock()
		s.willRead(a.users[m.User])
		s.mu.Unlock()
		return
	}
	s.arrive(events.Received, "received", m, m.User, func(done chan<- struct{}) { s.reach(a, m, done) })
}

// afterPost lets the world know of a post of the account in a group.
func (s *Server) afterPost(a *account, m *Message, members []string) {
	events := s.publish(m)
	s.arrive(events.Echo, "echo", m, m.Group, func(done chan<- struct{}) { s.sendEcho(a, m, done) })
	if events.Received.Off || !events.InGroups {
		return
	}
	for _, userID := range members {
		s.arrive(events.Received, "received in group", m, userID, func(done chan<- struct{}) {
			s.sendReceipt(a, m, userID, done)
		})
	}
}

// publish puts a message on the open pages and is how events come now.
func (s *Server) publish(m *Message) Events {
	s.mu.Lock()
	shown, events := *m, s.events
	s.mu.Unlock()
	s.streams.publish(change{Type: "message", Message: &shown})
	return events
}

// arrive lets an event come as its kind comes: at once, later, never, twice, or before the caller goes on.
func (s *Server) arrive(how Arrival, kind string, m *Message, to string, event func(done chan<- struct{})) {
	hit := func(share float64, what string) bool {
		return share > 0 && s.dice.next(kind+what, m.OA+" "+to) < share
	}
	if how.Off || hit(how.Never, " never") {
		return
	}
	if hit(how.Before, " before") {
		done := make(chan struct{})
		event(done)
		select {
		case <-done:
		case <-s.ctx.Done():
		}
	} else {
		s.comeAfter(how.After, kind, m, to, event)
	}
	if hit(how.Twice, " twice") {
		s.comeAfter(how.After, kind, m, to, event)
	}
}

func (s *Server) comeAfter(after Span, kind string, m *Message, to string, event func(done chan<- struct{})) {
	if after.Most == 0 {
		event(nil)
		return
	}
	wait := after.at(s.dice.next(kind+" after", m.OA+" "+to))
	s.agenda.add(m.At.Add(wait), func() { event(nil) })
}

// reach is the moment when a message reaches the resident's phone.
func (s *Server) reach(a *account, m *Message, done chan<- struct{}) {
	s.mu.Lock()
	m.Received = true
	shown := *m
	if u := a.users[m.User]; u != nil {
		s.willRead(u)
	}
	s.mu.Unlock()
	s.streams.publish(change{Type: "update", Message: &shown})
	s.sendReceipt(a, m, m.User, done)
}

// sendReceipt sends the received event of one message and one person.
func (s *Server) sendReceipt(a *account, m *Message, userID string, done chan<- struct{}) {
	at := s.cfg.Now()
	s.webhooks.post(a.ID, a.Secret, userID, done, func() map[string]any { return received(m, userID, at) })
}

// sendEcho sends the event by which Zalo tells the app what its account sent.
func (s *Server) sendEcho(a *account, m *Message, done chan<- struct{}) {
	key := m.User
	if m.Group != "" {
		key = m.Group
	}
	s.webhooks.post(a.ID, a.Secret, key, done, func() map[string]any { return echo(m) })
}
