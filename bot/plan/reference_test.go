package plan

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The reference decides once more, in another way and without regard to speed: by a decision table over all conditions
// at once, by trying every channel, by paying part after part, and by sending call after call.

// either in a row of the table matches yes and no.
const (
	no = iota
	yes
	either
)

// gates says, before any price, what may go to a recipient: the first row that matches holds.
var gates = []struct {
	covered, alsoCovered, stopped, consent, emergency, blocked int
	direct                                                     bool
	otherwise                                                  Verdict // when nothing goes directly
}{
	{yes, no, either, either, either, either, false, Verdict{Channel: ChannelGroup}},
	{yes, yes, yes, either, either, either, false, Verdict{Channel: ChannelGroup}},
	{yes, yes, no, no, no, either, false, Verdict{Channel: ChannelGroup}},
	{yes, yes, no, either, either, yes, false, Verdict{Channel: ChannelGroup}},
	{yes, yes, no, either, either, no, true, Verdict{Channel: ChannelGroup}},
	{no, either, yes, either, either, either, false, Verdict{Channel: ChannelNone, Reason: "no_consent"}},
	{no, either, no, no, no, either, false, Verdict{Channel: ChannelNone, Reason: "no_consent"}},
	{no, either, no, yes, either, yes, false, Verdict{Channel: ChannelNone, Reason: "blocked"}},
	{no, either, no, no, yes, yes, false, Verdict{Channel: ChannelNone, Reason: "blocked"}},
	{no, either, no, either, either, no, true, Verdict{}}, // none, and why depends on the channels
}

func is(condition int, fact bool) bool {
	return condition == either || (condition == yes) == fact
}

func referenceVerdict(t Terms, m Message, r Recipient, left Purse, at time.Time) Verdict {
	for _, g := range gates {
		if is(g.covered, r.Covered) && is(g.alsoCovered, m.AlsoCovered) && is(g.stopped, r.Stopped) &&
			is(g.consent, r.Consent) && is(g.emergency, m.Emergency) && is(g.blocked, r.Blocked) {
			if !g.direct {
				return g.otherwise
			}
			v, ok := cheapest(t, m, r, left, at)
			if !ok && r.Covered {
				return g.otherwise
			}
			return v
		}
	}
	panic("the table has a gap")
}

// cheapest tries every channel and keeps the cheapest that Zalo takes.
func cheapest(t Terms, m Message, r Recipient, left Purse, at time.Time) (Verdict, bool) {
	hours := at.Sub(r.LastInteraction).Hours() // good to a nanosecond for a week; before it never was, thousands of years
	var taken []Verdict
	if hours < t.FreeWindow.Hours() && !r.NoConsultation {
		taken = append(taken, Verdict{Channel: "consultation_free", Calls: r.Parts, Closes: r.LastInteraction.Add(t.FreeWindow)})
	}
	if hours >= t.FreeWindow.Hours() && hours < t.PaidWindow.Hours() && !r.NoConsultation {
		v := Verdict{Channel: "consultation_paid", Closes: r.LastInteraction.Add(t.PaidWindow)}
		for range r.Parts {
			v.Calls++
			if v.Included < left.Included {
				v.Included++
			} else {
				v.VND += t.PaidPart
			}
		}
		taken = append(taken, v)
	}
	if m.Template.Known && !r.NoTemplate {
		taken = append(taken, Verdict{Channel: "template", VND: m.Template.VND, Calls: 1})
	}
	if len(taken) == 0 && r.NoConsultation {
		return Verdict{Channel: "none", Reason: "no_channel"}, false
	}
	if len(taken) == 0 {
		return Verdict{Channel: "none", Reason: "window"}, false
	}
	best := taken[0]
	for _, v := range taken {
		if v.VND < best.VND {
			best = v
		}
	}
	if best.VND > 0 && best.VND > left.Budget && !left.Unlimited {
		return Verdict{Channel: "none", Reason: "budget"}, false
	}
	return best, true
}

// referenceSum plans for a whole audience at once.
func referenceSum(cfg Config, posts []int, audience []Recipient) Sum {
	left := cfg.Purse
	left.Unlimited = left.Unlimited || cfg.AllOrNothing
	sum := Sum{Recipients: len(audience), People: map[Channel]int{}, Households: map[Channel]int{}, Reasons: map[Reason]int{}}
	spend := func(v Verdict) {
		left.Included, left.Budget = left.Included-v.Included, left.Budget-v.VND
		sum.Included, sum.VND, sum.Calls = sum.Included+v.Included, sum.VND+v.VND, sum.Calls+v.Calls
	}
	for _, parts := range posts {
		cost := int64(parts) * cfg.Terms.GroupPost.VND
		switch {
		case !cfg.Terms.GroupPost.Known && left.Unlimited:
			sum.Undecided++
		case !cfg.Terms.GroupPost.Known, !left.Unlimited && cost > left.Budget && cost > 0:
			continue
		}
		sum.Posts++
		spend(Verdict{VND: cost, Calls: parts})
	}
	channels := map[string]map[Channel]bool{} // by household
	minute := time.Minute
	for _, r := range audience {
		v := referenceVerdict(cfg.Terms, cfg.Message, r, left, cfg.At)
		closing := false
		for call := sum.Calls; call < sum.Calls+v.Calls; call++ {
			turn := cfg.At
			if cfg.CallsPerMinute > 0 {
				turn = turn.Add(time.Duration(call) * minute / time.Duration(cfg.CallsPerMinute))
			}
			closing = closing || (!v.Closes.IsZero() && turn.UnixNano() >= v.Closes.UnixNano())
		}
		if closing {
			sum.Closing++
		}
		spend(v)
		sum.People[v.Channel]++
		if v.Reason != "" {
			sum.Reasons[v.Reason]++
		}
		if r.Household != "" && channels[r.Household] == nil {
			channels[r.Household] = map[Channel]bool{}
		}
		if r.Household != "" {
			channels[r.Household][v.Channel] = true
		}
	}
	for _, used := range channels {
		for _, c := range []Channel{"consultation_free", "group", "consultation_paid", "template", "none"} {
			if used[c] {
				sum.Households[c]++
				break
			}
		}
	}
	if cfg.CallsPerMinute > 0 {
		sum.Minutes = float64(sum.Calls) / float64(cfg.CallsPerMinute)
	}
	if cfg.AllOrNothing && !cfg.Purse.Unlimited && (sum.Undecided > 0 || (sum.VND > 0 && sum.VND > cfg.Purse.Budget)) {
		reasons := map[Reason]int{}
		for reason, n := range sum.Reasons {
			reasons[reason] = n
		}
		if planned := len(audience) - sum.People["none"]; planned > 0 {
			reasons["budget"] += planned
		}
		sum = Sum{
			Recipients: len(audience), People: map[Channel]int{"none": len(audience)}, Households: map[Channel]int{"none": len(channels)},
			Reasons: reasons, Undecided: sum.Undecided, TooDear: true, Missing: max(0, sum.VND-cfg.Purse.Budget),
		}
	}
	for _, c := range []Channel{"consultation_free", "consultation_paid", "group", "template", "none"} {
		sum.People[c] += 0
		sum.Households[c] += 0
	}
	return sum
}

// cases makes up facts, many of them at the edges.
type cases struct{ *rand.Rand }

func (c cases) chance(percent int) bool { return c.IntN(100) < percent }

func (c cases) pick(from ...int64) int64 { return from[c.IntN(len(from))] }

func (c cases) terms() Terms {
	t := Terms{
		FreeWindow: time.Duration(c.pick(48, 48, 24, 168)) * time.Hour, PaidWindow: 168 * time.Hour,
		PaidPart: c.pick(55, 55, 0, 1, 110), GroupPost: Known(c.pick(0, 0, 60)),
	}
	if c.chance(15) {
		t.GroupPost = Price{}
	}
	return t
}

func (c cases) message() Message {
	m := Message{Emergency: c.chance(25), AlsoCovered: c.chance(30)}
	if c.chance(50) {
		m.Template = Known(c.pick(0, 1, 54, 55, 56, 110, 200, 560))
	}
	return m
}

func (c cases) purse() Purse {
	return Purse{Included: int(c.pick(-2, 0, 0, 1, 2, 3, 500)), Budget: c.pick(-1, 0, 54, 55, 56, 110, 220, 1000), Unlimited: c.chance(30)}
}

func (c cases) recipient(at time.Time) Recipient {
	edge := time.Duration(c.pick(0, 1, 24, 47, 48, 49, 72, 167, 168, 169, 400)) * time.Hour
	r := Recipient{
		Household: []string{"", "h1", "h2", "h3", "h4"}[c.IntN(5)], LastInteraction: at.Add(-edge).Add(time.Duration(c.pick(-1, 0, 1, 3e10, -3e10))),
		Consent: c.chance(80), Stopped: c.chance(8), Blocked: c.chance(8), NoConsultation: c.chance(8), NoTemplate: c.chance(15),
		Covered: c.chance(25), Parts: 1 + c.IntN(4),
	}
	switch {
	case c.chance(5):
		r.LastInteraction = time.Time{}
	case c.chance(5):
		r.LastInteraction = at.Add(time.Duration(c.IntN(100)) * time.Hour)
	}
	return r
}

func TestReference(t *testing.T) {
	t.Parallel()

	t.Run("AgreesOnTheVerdict", func(t *testing.T) {
		t.Parallel()

		c := cases{rand.New(rand.NewPCG(4, 1))}
		seen := map[Verdict]int{}
		for range 100_000 {
			terms, m, left, r := c.terms(), c.message(), c.purse(), c.recipient(noon)
			got, want := terms.Decide(m, r, left, noon), referenceVerdict(terms, m, r, left, noon)
			if got != want { // require on each would take seconds
				require.Equal(t, want, got, "%+v %+v %+v %+v", terms, m, r, left)
			}
			seen[Verdict{Channel: got.Channel, Reason: got.Reason}]++
		}
		require.Len(t, seen, 4+5) // every channel and every reason
		for verdict, times := range seen {
			require.Greater(t, times, 1000, verdict)
		}
	})

	t.Run("AgreesOnThePlan", func(t *testing.T) {
		t.Parallel()

		c := cases{rand.New(rand.NewPCG(4, 2))}
		dear, closing := 0, 0
		for range 10_000 {
			cfg := Config{
				At: noon, Terms: c.terms(), Message: c.message(), Purse: c.purse(),
				CallsPerMinute: int(c.pick(0, 1, 7, 100)), AllOrNothing: c.chance(40),
			}
			p := New(cfg)
			posts := make([]int, c.IntN(3))
			for i := range posts {
				posts[i] = 1 + c.IntN(2)
				p.Post(posts[i])
			}
			audience := make([]Recipient, c.IntN(20))
			for i := range audience {
				audience[i] = c.recipient(noon)
				p.Add(audience[i])
			}
			sum := p.Sum()
			require.Equal(t, referenceSum(cfg, posts, audience), sum, "%+v %v %+v", cfg, posts, audience)
			if !cfg.Purse.Unlimited {
				require.LessOrEqual(t, sum.VND, max(cfg.Purse.Budget, 0))
			}
			if sum.TooDear {
				dear++
			}
			closing += sum.Closing
		}
		require.Greater(t, dear, 100)
		require.Greater(t, closing, 100)
	})
}
