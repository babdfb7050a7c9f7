package zalosim

import "time"

// User is a simulated resident of one account.
type User struct {
	OA              string    `json:"oa"`
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	About           string    `json:"about"`
	List            string    `json:"list,omitempty"`     // the phone page's heading over the resident; empty = stands first
	Examples        []string  `json:"examples,omitempty"` // what the phone page offers to write first; empty = what anybody may ask
	Following       bool      `json:"following"`
	LastInteraction time.Time `json:"last_interaction"`
	Refuse          int       `json:"refuse,omitempty"` // Zalo's error to every message to this resident, such as -244; 0 = none
}

// user is a resident with what has become of the phone.
type user struct {
	User
	chat    []*Message
	charged *Charge // what messages to this resident have cost; nil = nothing yet
	reads   bool    // a time to read is set
}

// AddUser adds a resident to an account.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.oas[u.OA]; a != nil {
		a.users[u.ID] = &user{User: u}
	}
}

// user is a resident; the caller holds the lock.
func (s *Server) user(oaID, userID string) *user {
	if a := s.oas[oaID]; a != nil {
		return a.users[userID]
	}
	return nil
}
