package faq

// Kind is what to do with a question.
type Kind string

// The kinds of decisions.
const (
	KindAnswer    Kind = "answer"    // give Decision.Entry
	KindClarify   Kind = "clarify"   // ask which of Decision.Entries is meant
	KindHandoff   Kind = "handoff"   // the resident wants a human
	KindSmallTalk Kind = "smalltalk" // say Decision.Reply
	KindNone      Kind = "none"      // say that the bot does not know
	KindEmergency Kind = "emergency" // say Decision.Reply at once: somebody is in danger
)

// Decision says what to do with one question, and why.
type Decision struct {
	Kind      Kind
	Entry     string   // the entry to give, for KindAnswer only
	Branch    int      // the case of Entry that the question names; NoBranch when it names none
	Entries   []string // for KindAnswer the two entries when two are asked for; for KindClarify those to choose from, best first
	Reply     string   // the text to say, for KindSmallTalk and KindEmergency
	Emergency string   // which one, for KindEmergency
	Number    string   // to call, for KindEmergency
	FollowUp  bool     // it asks for a part of the entry that was answered last
	Denied    string   // the entry answered last, which was not meant
	// Score is the confidence, 0 to 1, in what was decided: in the entry answered, in the wish for a human, in the
	// small talk. For clarify and none it is the confidence in the best entry.
	Score      float64
	Candidates []Candidate // the best three entries in order, whatever the decision; fewer only when there are fewer
	Reason     string      // for the log and for people who tune the content; holds no word of the resident
}

// NoBranch says that a question does not name the case it is about.
const NoBranch = -1

// Candidate is an entry that may be meant, with the confidence, 0 to 1, that it is.
type Candidate struct {
	Entry string  `json:"entry"`
	Score float64 `json:"score"`
}
