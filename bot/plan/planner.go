package plan

import (
	"slices"
	"time"
)

// Config is what a Planner needs.
type Config struct {
	At             time.Time // when sending starts: now, or when the quiet hours end
	Terms          Terms     // of At's day
	Message        Message
	Purse          Purse
	CallsPerMinute int  // the account's cap; 0 = none
	Uploads        int  // calls that go before, if any does
	AllOrNothing   bool // whoever the budget cannot pay for stops all
}

// Planner adds up the verdicts over an audience, page by page. The purse is spent in the order of the calls of Post and
// Add, so post first, and add recipients in an order that does not change; one who is too dear does not stop the next.
//
// It remembers each household's id and best channel, some 60 bytes, and nothing of each recipient.
type Planner struct {
	cfg        Config
	left       Purse
	sum        Sum
	households map[string]uint8 // the place in Channels of the best channel of its people
}

// New returns a Planner.
func New(cfg Config) *Planner {
	p := &Planner{cfg: cfg, left: cfg.Purse, households: map[string]uint8{}, sum: newSum()}
	if cfg.AllOrNothing { // what all would cost shows in the end
		p.left.Unlimited = true
	}
	return p
}

// Post plans a post of so many text parts to one group and says whether it goes; its known members are then Covered.
func (p *Planner) Post(parts int) Verdict {
	v := p.cfg.Terms.DecidePost(parts, p.left)
	if v.Channel == ChannelGroup {
		p.sum.Posts++
		if !p.cfg.Terms.GroupPost.Known {
			p.sum.Undecided++
		}
	}
	p.carryOut(v)
	return v
}

// Add plans one recipient. Each is added once. With AllOrNothing the verdict holds only if Sum says that all fits.
func (p *Planner) Add(r Recipient) Verdict {
	v := p.cfg.Terms.Decide(p.cfg.Message, r, p.left, p.cfg.At)
	p.carryOut(v)
	p.sum.Recipients++
	p.sum.People[v.Channel]++
	if v.Channel == ChannelNone {
		p.sum.Reasons[v.Reason]++
	}
	if !v.Closes.IsZero() && !p.lastTurn().Before(v.Closes) {
		p.sum.Closing++
	}
	if r.Household != "" {
		best, known := p.households[r.Household]
		if place := uint8(slices.Index(Channels[:], v.Channel)); !known || place < best {
			p.households[r.Household] = place
		}
	}
	return v
}

// AddAside plans one who is no recipient and gets a text all the same, such as a neighbour who brings it to others. It
// comes after all recipients, and counts among none of them.
func (p *Planner) AddAside(r Recipient) Verdict {
	v := p.cfg.Terms.Decide(p.cfg.Message, r, p.left, p.cfg.At)
	p.carryOut(v)
	if v.Channel != ChannelNone {
		p.sum.Aside++
	}
	return v
}

// Sum is the plan so far.
func (p *Planner) Sum() Sum {
	sum := p.sum.clone()
	for _, place := range p.households {
		sum.Households[Channels[place]]++
	}
	if sum.Calls > sum.People[ChannelTemplate] { // templates go without
		sum.Calls += p.cfg.Uploads
	}
	if p.cfg.CallsPerMinute > 0 {
		sum.Minutes = float64(sum.Calls) / float64(p.cfg.CallsPerMinute)
	}
	if p.cfg.AllOrNothing && !p.cfg.Purse.Unlimited && (!p.cfg.Purse.affords(sum.VND) || sum.Undecided > 0) {
		return sum.nothing(max(sum.VND-p.cfg.Purse.Budget, 0))
	}
	return sum
}

func (p *Planner) carryOut(v Verdict) {
	p.left = p.left.After(v)
	p.sum.VND += v.VND
	p.sum.Included += v.Included
	p.sum.Calls += v.Calls
}

// lastTurn is when the last call planned so far leaves, at the account's cap.
func (p *Planner) lastTurn() time.Time {
	if p.cfg.CallsPerMinute == 0 {
		return p.cfg.At
	}
	return p.cfg.At.Add(time.Duration(p.sum.Calls-1) * time.Minute / time.Duration(p.cfg.CallsPerMinute))
}
