package rights

// Matter is what an action concerns.
type Matter struct {
	Own      bool // all units that it concerns are the operator's own
	OffTopic bool // it is about a topic that is not the operator's
	Bank     bool // it is about the bank and nothing else
	Wide     bool // it goes to a whole commune, or further
	Danger   bool // it is an emergency
	Mine     bool // the operator is the one who wants it sent
}

// Policy says for what an account wants the word of a second person.
type Policy struct {
	Commune   bool // for what goes to a whole commune
	Emergency bool
}

// Word is a verdict's decision.
type Word string

// The decisions.
const (
	Allowed       Word = "allowed"
	NeedsApproval Word = "needs_approval" // it may be asked for; another person has to approve it
	Refused       Word = "refused"
)

// Reason says why something is refused.
type Reason string

// The reasons.
const (
	ReasonRole  Reason = "role"  // nobody of this role may
	ReasonUnit  Reason = "unit"  // it concerns units of others
	ReasonTopic Reason = "topic" // it is about what is another's
	ReasonMine  Reason = "mine"  // nobody approves his own
)

// Verdict is what Decide says.
type Verdict struct {
	Word   Word
	Reason Reason // with Refused
}

// OK tells whether it may be done, if not at once.
func (v Verdict) OK() bool { return v.Word != Refused }

// Decide says whether somebody of a role may do something, or needs a second person for it. Where an approval is wanted,
// it is wanted of everybody: the second pair of eyes is the point.
func Decide(role Role, action Action, m Matter, p Policy) Verdict {
	refused := func(why Reason) Verdict { return Verdict{Word: Refused, Reason: why} }
	switch reach := ReachOf(role, action); {
	case reach == No:
		return refused(ReasonRole)
	case reach != All && !m.Own:
		return refused(ReasonUnit)
	case reach == Bank && !m.Bank, reach != All && m.OffTopic:
		return refused(ReasonTopic)
	case action == Approve && m.Mine:
		return refused(ReasonMine)
	}
	sends := action == Send || action == SendEmergency
	if sends && (p.Commune && m.Wide || p.Emergency && m.Danger) {
		return Verdict{Word: NeedsApproval}
	}
	return Verdict{Word: Allowed}
}
