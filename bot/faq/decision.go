package faq

// Kind is what to do with a question.
type Kind string

// The kinds of decisions. KindEmergency is reserved: the Matcher does not decide it yet.
const (
	KindAnswer    Kind = "answer"    // give Decision.Entry
	KindClarify   Kind = "clarify"   // ask which of Decision.Entries is meant
	KindHandoff   Kind = "handoff"   // the resident wants a human
	KindSmallTalk Kind = "smalltalk" // say Decision.Reply
	KindNone      Kind = "none"      // say that the bot does not know
	KindEmergency Kind = "emergency"
)

// Decision says what to do with one question, and why.
type Decision struct {
	Kind    Kind
	Entry   string   // the entry to give, for KindAnswer only
	Entries []string // the entries to choose from, best first, for KindClarify only
	Reply   string   // the text to say, for KindSmallTalk only
	// Score is the confidence, 0 to 1, in what was decided: in the entry answered, in the wish for a human, in the
	// small talk. For clarify and none it is the confidence in the best entry.
	Score      float64
	Candidates []Candidate // the best three entries in order, whatever the decision; fewer only when there are fewer
	Reason     string      // for the log and for people who tune the content; holds no word of the resident
}

// Candidate is an entry that may be meant, with the confidence, 0 to 1, that it is.
type Candidate struct {
	Entry string  `json:"entry"`
	Score float64 `json:"score"`
}
