package zalosim

import "fmt"

// Receipt is an event that a test sends by hand, whatever Events say, as often and in whatever order it likes.
type Receipt struct {
	OA     string   `json:"oa"`
	User   string   `json:"user"`
	Event  string   `json:"event"` // echo, received or seen
	MsgIDs []string `json:"msg_ids"`
}

// SendReceipt sends an event about messages to a resident, known or not.
func (s *Server) SendReceipt(r Receipt) error {
	s.mu.Lock()
	a := s.oas[r.OA]
	var oa OA
	if a != nil {
		oa = a.OA
	}
	known := make(map[string]Message)
	if u := s.user(r.OA, r.User); u != nil {
		for _, m := range u.chat {
			known[m.ID] = *m
		}
	}
	s.mu.Unlock()
	if a == nil {
		return fmt.Errorf("no account %s", r.OA)
	}
	now := s.cfg.Now()
	for _, msgID := range r.MsgIDs {
		m, ok := known[msgID]
		if !ok {
			m = Message{ID: msgID, OA: r.OA, User: r.User, FromOA: true, Kind: "text", At: now}
		}
		switch r.Event {
		case "echo":
			s.webhooks.send(oa, r.User, echo(&m))
		case "received":
			s.webhooks.send(oa, r.User, received(&m, r.User, now))
		case "seen":
			s.webhooks.send(oa, r.User, seen(r.OA, r.User, r.MsgIDs, now))
			return nil // one event for all
		default:
			return fmt.Errorf("no event %q: write echo, received or seen", r.Event)
		}
	}
	return nil
}
