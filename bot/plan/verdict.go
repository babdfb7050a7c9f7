package plan

import "time"

// Verdict is how a text goes, or why it does not.
type Verdict struct {
	Channel  Channel
	Reason   Reason    // with ChannelNone only
	VND      int64     // to be paid
	Included int       // parts that the package pays
	Calls    int       // HTTP calls
	Closes   time.Time // a consultation's window ends here: from then on the verdict is another; zero with others
}

// Decide gives the cheapest channel that is open to the recipient at a moment, and its price with what is left in the
// purse. Of equal prices the first in Channels is taken. Parts that the package includes cost nothing, and the rest of a
// text costs its price when only some are included.
//
// A window ends as soon as it has lasted its length: a call that leaves in its last instant arrives after it. A channel
// that the purse cannot pay is not replaced, since all others cost more. Whoever a group post covers gets nothing
// directly, unless the message asks for it.
func (t Terms) Decide(m Message, r Recipient, left Purse, at time.Time) Verdict {
	covered := Verdict{Channel: ChannelGroup}
	if r.Covered && !m.AlsoCovered && !r.Also {
		return covered
	}
	v := t.direct(m, r, left, at)
	if r.Covered && v.Channel == ChannelNone {
		return covered
	}
	return v
}

// DecidePost gives the price of a post of so many text parts to one group. While Zalo has not decided on its price, it
// counts as 0 in an unlimited budget and exceeds any other.
func (t Terms) DecidePost(parts int, left Purse) Verdict {
	cost := int64(parts) * t.GroupPost.VND
	if !left.affords(cost) || (!t.GroupPost.Known && !left.Unlimited) {
		return none(ReasonBudget)
	}
	return Verdict{Channel: ChannelGroup, VND: cost, Calls: parts}
}

func (t Terms) direct(m Message, r Recipient, left Purse, at time.Time) Verdict {
	if r.Stopped || (!r.Consent && !m.Emergency) {
		return none(ReasonNoConsent)
	}
	if r.Blocked {
		return none(ReasonBlocked)
	}
	v := t.consultation(r, left, at)
	if !r.NoTemplate && m.Template.Known && (v.Channel == ChannelNone || m.Template.VND < v.VND) {
		v = Verdict{Channel: ChannelTemplate, VND: m.Template.VND, Calls: 1}
	}
	if !left.affords(v.VND) {
		return none(ReasonBudget)
	}
	return v
}

func (t Terms) consultation(r Recipient, left Purse, at time.Time) Verdict {
	if r.NoConsultation {
		return none(ReasonNoChannel)
	}
	if r.LastInteraction.IsZero() {
		return none(ReasonWindow)
	}
	if closes := r.LastInteraction.Add(t.FreeWindow); at.Before(closes) {
		return Verdict{Channel: ChannelFree, Calls: r.Parts, Closes: closes}
	}
	if closes := r.LastInteraction.Add(t.PaidWindow); at.Before(closes) {
		included := min(r.Parts, max(left.Included, 0))
		return Verdict{
			Channel: ChannelPaid, VND: int64(r.Parts-included) * t.PaidPart, Included: included,
			Calls: r.Parts, Closes: closes,
		}
	}
	return none(ReasonWindow)
}

func none(why Reason) Verdict { return Verdict{Channel: ChannelNone, Reason: why} }
