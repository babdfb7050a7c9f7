package plan

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPlanner(t *testing.T) {
	t.Parallel()

	const hour = time.Hour
	setup := func(change func(*Config)) *Planner {
		cfg := Config{At: noon, Terms: terms, Purse: unlimited, CallsPerMinute: 100}
		change(&cfg)
		return New(cfg)
	}
	plain := func(*Config) {}
	budget := func(vnd int64) func(*Config) { return func(cfg *Config) { cfg.Purse = Purse{Budget: vnd} } }
	allOrNothing := func(vnd int64) func(*Config) {
		return func(cfg *Config) { cfg.Purse, cfg.AllOrNothing = Purse{Budget: vnd}, true }
	}
	in := func(household string, r Recipient) Recipient { r.Household = household; return r }
	covered := func(r Recipient) Recipient { r.Covered = true; return r }
	fresh, old, gone := resident(hour), resident(72*hour), resident(400*hour)

	t.Run("IsEmptyForAnAudienceThatMatchesNobody", func(t *testing.T) {
		t.Parallel()

		sum := setup(plain).Sum()
		require.Equal(t, newSum(), sum)
		require.Zero(t, sum.AllHouseholds())
	})

	t.Run("CountsEachOnceByChannel", func(t *testing.T) {
		t.Parallel()

		p := setup(func(cfg *Config) { cfg.Message.Template = Known(200) })
		require.Equal(t, ChannelGroup, p.Post(1).Channel)
		noTemplate := gone
		noTemplate.NoTemplate = true
		silent := fresh
		silent.Consent = false
		for _, r := range []Recipient{fresh, old, old, covered(gone), gone, noTemplate, silent, silent} {
			p.Add(r)
		}
		sum := p.Sum()
		require.Equal(t, 8, sum.Recipients)
		require.Equal(t, map[Channel]int{ChannelFree: 1, ChannelPaid: 2, ChannelGroup: 1, ChannelTemplate: 1, ChannelNone: 3}, sum.People)
		require.Equal(t, map[Reason]int{ReasonWindow: 1, ReasonNoConsent: 2}, sum.Reasons)
		require.Equal(t, int64(2*55+200), sum.VND)
		require.Equal(t, 1, sum.Posts)
		require.Equal(t, 1+1+2+1, sum.Calls)
		require.Equal(t, 0.05, sum.Minutes)
	})

	t.Run("HasTheFiguresOfTheCommand", func(t *testing.T) {
		t.Parallel()

		p := setup(plain)
		p.Post(1)
		p.Add(in("h1", fresh))
		p.Add(in("h1", covered(fresh)))
		p.Add(in("h2", gone))
		sum := p.Sum()
		out, err := json.Marshal(map[string]any{
			"recipients": sum.Recipients, "households": sum.AllHouseholds(), "by_channel": sum.People,
			"cost_vnd": sum.VND, "calls": sum.Calls, "minutes": sum.Minutes,
		})
		require.NoError(t, err)
		require.JSONEq(t, `{"recipients":3,"households":2,"by_channel":{"consultation_free":1,"consultation_paid":0,`+
			`"group":1,"template":0,"none":1},"cost_vnd":0,"calls":2,"minutes":0.02}`, string(out))
	})

	t.Run("CountsAHouseholdByItsBestChannel", func(t *testing.T) {
		t.Parallel()

		p := setup(plain)
		p.Add(in("paid and none", gone))
		p.Add(in("paid and none", old))
		p.Add(in("paid and none", gone))
		p.Add(in("free and paid", fresh))
		p.Add(in("free and paid", old))
		p.Add(in("none", gone))
		p.Add(in("none", gone))
		p.Add(fresh) // of no known household
		sum := p.Sum()
		require.Equal(t, map[Channel]int{ChannelFree: 1, ChannelPaid: 1, ChannelGroup: 0, ChannelTemplate: 0, ChannelNone: 1}, sum.Households)
		require.Equal(t, 3, sum.AllHouseholds())
		require.Equal(t, 8, sum.Recipients)
	})

	t.Run("PaysForWhatThePackageDoesNotInclude", func(t *testing.T) {
		t.Parallel()

		p := setup(func(cfg *Config) { cfg.Purse = Purse{Included: 4, Budget: 110} })
		three := old
		three.Parts = 3
		require.Equal(t, Verdict{Channel: ChannelPaid, Included: 3, Calls: 3, Closes: noon.Add(96 * hour)}, p.Add(three))
		require.Equal(t, Verdict{Channel: ChannelPaid, VND: 110, Included: 1, Calls: 3, Closes: noon.Add(96 * hour)}, p.Add(three))
		require.Equal(t, none(ReasonBudget), p.Add(old))
		sum := p.Sum()
		require.Equal(t, int64(110), sum.VND)
		require.Equal(t, 4, sum.Included)
		require.Equal(t, 6, sum.Calls)
	})

	t.Run("SpendsTheBudgetOnPostsThenInTheOrderOfRecipients", func(t *testing.T) {
		t.Parallel()

		p := setup(func(cfg *Config) {
			cfg.Purse.Budget, cfg.Purse.Unlimited = 225, false
			cfg.Terms.GroupPost = Known(60)
		})
		require.Equal(t, ChannelGroup, p.Post(1).Channel)
		long := old
		long.Parts = 3
		require.Equal(t, int64(55), p.Add(old).VND)
		require.Equal(t, none(ReasonBudget), p.Add(long)) // 165 of the 110 that are left
		require.Equal(t, int64(55), p.Add(old).VND)
		require.Equal(t, int64(55), p.Add(old).VND)
		require.Equal(t, none(ReasonBudget), p.Add(old))
		require.Equal(t, ChannelFree, p.Add(fresh).Channel)
		require.Equal(t, none(ReasonBudget), p.Post(1))
		sum := p.Sum()
		require.Equal(t, int64(225), sum.VND)
		require.Equal(t, 1, sum.Posts)
		require.Equal(t, map[Reason]int{ReasonBudget: 2}, sum.Reasons)
		require.False(t, sum.TooDear)
	})

	t.Run("PlansAllWhenAllIsExactlyPaidFor", func(t *testing.T) {
		t.Parallel()

		p := setup(allOrNothing(110))
		p.Add(old)
		p.Add(old)
		p.Add(gone)
		sum := p.Sum()
		require.False(t, sum.TooDear)
		require.Zero(t, sum.Missing)
		require.Equal(t, int64(110), sum.VND)
		require.Equal(t, 2, sum.People[ChannelPaid])
	})

	t.Run("PlansNothingWhenOneIsNotPaidFor", func(t *testing.T) {
		t.Parallel()

		p := setup(allOrNothing(109))
		p.Post(1)
		p.Add(in("h1", old))
		p.Add(in("h2", old))
		p.Add(in("h2", fresh))
		p.Add(in("h3", gone))
		p.Add(in("h1", covered(fresh)))
		want := newSum()
		want.Recipients, want.People[ChannelNone], want.Households[ChannelNone] = 5, 5, 3
		want.Reasons = map[Reason]int{ReasonWindow: 1, ReasonBudget: 4}
		want.TooDear, want.Missing = true, 1
		require.Equal(t, want, p.Sum())
	})

	t.Run("PlansAllForFreeWithoutABudget", func(t *testing.T) {
		t.Parallel()

		p := setup(allOrNothing(0))
		p.Add(fresh)
		require.False(t, p.Sum().TooDear)
		require.Equal(t, 1, p.Sum().People[ChannelFree])
	})

	t.Run("PromisesNothingAtAnUndecidedPrice", func(t *testing.T) {
		t.Parallel()

		undecided := func(change func(*Config)) *Planner {
			return setup(func(cfg *Config) { change(cfg); cfg.Terms.GroupPost = Price{} })
		}
		p := undecided(plain)
		p.Post(1)
		require.Equal(t, 1, p.Sum().Undecided)
		require.Equal(t, 1, p.Sum().Posts)

		p = undecided(budget(1000))
		require.Equal(t, none(ReasonBudget), p.Post(1))
		require.Zero(t, p.Sum().Posts)

		p = undecided(allOrNothing(1000))
		p.Post(1)
		p.Add(covered(gone))
		sum := p.Sum()
		require.True(t, sum.TooDear)
		require.Equal(t, 1, sum.Undecided)
		require.Zero(t, sum.Missing)
		require.Equal(t, map[Reason]int{ReasonBudget: 1}, sum.Reasons)
	})

	t.Run("TakesNoTimeWithoutACap", func(t *testing.T) {
		t.Parallel()

		p := setup(func(cfg *Config) { cfg.CallsPerMinute = 0 })
		p.Add(resident(48*hour - time.Nanosecond))
		require.Zero(t, p.Sum().Minutes)
		require.Zero(t, p.Sum().Closing)
	})

	t.Run("SeesWindowsThatCloseBeforeTheirTurn", func(t *testing.T) {
		t.Parallel()

		p := setup(plain)
		for range 6000 { // an hour at 100 a minute
			p.Add(fresh)
		}
		require.Zero(t, p.Sum().Closing)
		p.Add(resident(47 * hour)) // its turn comes exactly in an hour
		require.Equal(t, 1, p.Sum().Closing)
		p.Add(resident(47*hour - 601*time.Millisecond)) // 600 ms later
		require.Equal(t, 1, p.Sum().Closing)
		p.Add(resident(167 * hour))
		require.Equal(t, 2, p.Sum().Closing)
		p.Add(gone)
		require.Equal(t, 2, p.Sum().Closing)
	})

	t.Run("SumsUpMoreThanOnce", func(t *testing.T) {
		t.Parallel()

		p := setup(plain)
		p.Add(in("h1", gone))
		before := p.Sum()
		p.Add(in("h1", fresh))
		after := p.Sum()
		require.Equal(t, 1, before.Households[ChannelNone])
		require.Equal(t, 1, before.People[ChannelNone])
		require.Zero(t, after.Households[ChannelNone])
		require.Equal(t, 1, after.Households[ChannelFree])
	})
}

// BenchmarkPlanner plans for a province: 1.5 million residents in 500,000 households.
func BenchmarkPlanner(b *testing.B) {
	households := make([]string, 500_000)
	for i := range households {
		households[i] = fmt.Sprintf("H%09d", i)
	}
	b.ReportAllocs()
	for b.Loop() {
		p := New(Config{At: noon, Terms: terms, Purse: Purse{Included: 2000, Budget: 1_000_000}, CallsPerMinute: 2000})
		for i := range 1_500_000 {
			r := resident(time.Duration(i%300) * time.Hour)
			r.Household = households[i%len(households)]
			p.Add(r)
		}
		p.Sum()
	}
}
