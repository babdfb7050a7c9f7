package zalosim

import (
	"slices"
	"time"
)

// Message is one message of a chat or of a group, as a phone shows it.
type Message struct {
	ID       string    `json:"id"`
	OA       string    `json:"oa"`
	User     string    `json:"user"` // the resident; in a group the resident who wrote it, empty for the account
	Group    string    `json:"group,omitempty"`
	FromOA   bool      `json:"from_oa"`
	Kind     string    `json:"kind"`
	Text     string    `json:"text"`
	Buttons  []Button  `json:"buttons,omitempty"`
	Elements []Element `json:"elements,omitempty"`
	ImageURL string    `json:"image_url,omitempty"`
	FileName string    `json:"file_name,omitempty"`
	FileURL  string    `json:"file_url,omitempty"` // where the phones' page finds it
	file     *uploaded
	Template string    `json:"template,omitempty"` // the id of its template
	Mentions []string  `json:"mentions,omitempty"` // whom a post in a group rings: members, or the group for all
	Price    int64     `json:"price,omitempty"`    // đồng charged for it
	At       time.Time `json:"at"`
	Received bool      `json:"received"`
	Seen     bool      `json:"seen"`
	Hidden   bool      `json:"-"` // a tapped button's payload, which Zalo does not show
	Endpoint string    `json:"endpoint,omitempty"`
}

// Button is a button as a phone shows it.
type Button struct {
	Title   string `json:"title"`
	Type    string `json:"type"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

// Element is an element of a list.
type Element struct {
	Title    string  `json:"title"`
	Subtitle string  `json:"subtitle,omitempty"`
	ImageURL string  `json:"image_url,omitempty"`
	Action   *Button `json:"action,omitempty"`
}

// keep adds a message to a chat or to a group's posts and returns those that are kept; the caller holds the lock.
func (s *Server) keep(list []*Message, m *Message) []*Message {
	m.Text = s.texts.once(m.Text)
	list = append(list, m)
	if len(list) > s.cfg.Keep {
		list = slices.Delete(list, 0, len(list)-s.cfg.Keep)
	}
	return list
}

// Messages are what is in a resident's chat with the account, the oldest first.
func (s *Server) Messages(oaID, userID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(oaID, userID)
	if u == nil {
		return nil
	}
	return copies(u.chat)
}

// Sent are all messages that Zalo has taken from an account and still keeps, to residents and to groups, in no order.
func (s *Server) Sent(oaID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.oas[oaID]
	if a == nil {
		return nil
	}
	var list []Message
	add := func(from []*Message) {
		for _, m := range from {
			if m.FromOA {
				list = append(list, *m)
			}
		}
	}
	for _, u := range a.users {
		add(u.chat)
	}
	for _, g := range a.groups {
		add(g.posts)
	}
	return list
}

func copies(from []*Message) []Message {
	list := make([]Message, len(from))
	for i, m := range from {
		list[i] = *m
	}
	return list
}

// maxTexts is how many different texts are known at once.
const maxTexts = 256

// texts keep what many messages say once in memory: an announcement has one text for all.
type texts map[string]string

func (t texts) once(text string) string {
	if known, ok := t[text]; ok {
		return known
	}
	if len(t) >= maxTexts {
		clear(t)
	}
	t[text] = text
	return text
}
