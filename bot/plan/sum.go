package plan

import "maps"

// Sum is the plan for an audience.
type Sum struct {
	Recipients int
	// People and Households by channel, each counted once, with an entry for every channel. A household counts under the
	// first channel in Channels that reaches one of its people. People without a known household are in none.
	People     map[Channel]int
	Households map[Channel]int
	// Reasons are the people whom only a person can reach, by reason.
	Reasons map[Reason]int

	VND      int64 // to be paid
	Included int   // paid consultation parts that the package pays
	// Posts are the group posts. Undecided are those of them whose price Zalo has not decided; VND is without it.
	Posts     int
	Undecided int
	Aside     int     // people beside the recipients who get a text of their own; VND and Calls are with them
	Calls     int     // HTTP calls
	Minutes   float64 // of sending at the account's cap; 0 without one
	// Closing are people planned for a consultation message whose window closes before their turn, when calls leave at
	// the cap in the order of the plan: after the free window they will cost, after the paid one they are lost.
	Closing int

	// TooDear is true when all or nothing was asked for and the budget does not pay for all: nothing is planned, and
	// everybody counts under ChannelNone. Missing is the VND to be added, without the posts whose price is undecided.
	TooDear bool
	Missing int64
}

func newSum() Sum {
	s := Sum{People: map[Channel]int{}, Households: map[Channel]int{}, Reasons: map[Reason]int{}}
	for _, c := range Channels {
		s.People[c], s.Households[c] = 0, 0
	}
	return s
}

// AllHouseholds is how many households there are.
func (s Sum) AllHouseholds() int {
	all := 0
	for _, n := range s.Households {
		all += n
	}
	return all
}

func (s Sum) clone() Sum {
	s.People, s.Households, s.Reasons = maps.Clone(s.People), maps.Clone(s.Households), maps.Clone(s.Reasons)
	return s
}

// nothing is the sum when nothing goes because so much is missing.
func (s Sum) nothing(missing int64) Sum {
	n := newSum()
	n.Recipients, n.People[ChannelNone], n.Households[ChannelNone] = s.Recipients, s.Recipients, s.AllHouseholds()
	n.Reasons = maps.Clone(s.Reasons)
	if reached := s.Recipients - s.People[ChannelNone]; reached > 0 {
		n.Reasons[ReasonBudget] += reached
	}
	n.Undecided, n.TooDear, n.Missing = s.Undecided, true, missing
	return n
}
