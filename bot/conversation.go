package bot

import "time"

// conversationLife is how long a resident's "2" still means the second choice of our last question.
const conversationLife = 30 * time.Minute

// Conversation is what a resident's next message may refer to. It is saved in the transaction that finishes the event.
type Conversation struct {
	OAID      string
	UserID    string
	Choices   []Choice // of our last message, by their number from 1
	Subject   Subject  // what was talked about last
	ExpiresAt time.Time
}

// Subject is what a short question may lean on.
type Subject struct {
	Entry    string `json:"entry,omitempty"`    // answered last
	Also     string `json:"also,omitempty"`     // answered beside Entry, when two things were asked for
	Question string `json:"question,omitempty"` // the resident's last question in words
	EventID  int64  `json:"event_id,omitempty"` // in which it was asked
	Asking   string `json:"asking,omitempty"`   // what the resident was asked for and may type, such as askingVillage
}

// alive tells whether the conversation may still be referred to.
func (c Conversation) alive(now time.Time) bool { return now.Before(c.ExpiresAt) }

// subject is what may still be leaned on.
func (c Conversation) subject(now time.Time) Subject {
	if !c.alive(now) {
		return Subject{}
	}
	return c.Subject
}

// choice is the nth choice (from 1) of our last message.
func (c Conversation) choice(n int, now time.Time) (Choice, bool) {
	if !c.alive(now) || n < 1 || n > len(c.Choices) {
		return Choice{}, false
	}
	return c.Choices[n-1], true
}

// Handoff is a resident's wish for a human, kept until somebody has answered it.
type Handoff struct {
	OAID      string
	UserID    string
	EventID   int64
	UnitCode  string
	Question  string
	Reason    string // why: asked for, or nothing found, or the rule has changed
	CreatedAt time.Time
}
