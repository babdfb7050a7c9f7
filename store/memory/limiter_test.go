package memory

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/loalang/loalang/bot"
)

func TestGrants(t *testing.T) {
	t.Parallel()

	t.Run("ForgetsIdleAccounts", func(t *testing.T) {
		t.Parallel()

		c := newClock()
		l, ctx := NewLimiter(Window, c.Now), t.Context()
		for i := range 1000 {
			_, err := l.Take(ctx, fmt.Sprint("idle", i), bot.Caps{OA: 1}, bot.CallForReply)
			require.NoError(t, err)
		}
		require.NoError(t, l.Pause(ctx, "paused", time.Hour))
		c.Pass(Window)
		_, err := l.Take(ctx, "busy", bot.Caps{OA: 1}, bot.CallForReply)
		require.NoError(t, err)
		require.Len(t, l.oas, 2)
		require.Contains(t, l.oas, "busy")
		require.Contains(t, l.oas, "paused")
	})

	t.Run("RemembersNoMoreCallsThanTheCap", func(t *testing.T) {
		t.Parallel()

		c := newClock()
		l, caps := NewLimiter(Window, c.Now), bot.Caps{OA: 100, App: 4000}
		for range 20_000 {
			_, err := l.Take(t.Context(), "a", caps, bot.CallForReply)
			require.NoError(t, err)
			c.Pass(50 * time.Millisecond)
		}
		require.LessOrEqual(t, cap(l.oas["a"].times), 4*caps.OA)
	})

	t.Run("GrantsWhatAnExactCountWouldGrant", func(t *testing.T) {
		t.Parallel()

		rapid.Check(t, func(t *rapid.T) {
			c := newClock()
			l, m := NewLimiter(time.Minute, c.Now), &model{window: time.Minute, oas: map[string][]time.Time{}}
			t.Repeat(map[string]func(*rapid.T){
				"time passes": func(t *rapid.T) { c.Pass(drawPause(t)) },
				"a call": func(t *rapid.T) {
					oaID := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "oa")
					caps := bot.Caps{OA: rapid.IntRange(1, 4).Draw(t, "OA's cap"), App: rapid.IntRange(1, 8).Draw(t, "app's cap")}
					wait, err := l.Take(t.Context(), oaID, caps, bot.CallForReply)
					require.NoError(t, err)
					require.Equal(t, m.take(c.Now(), oaID, caps), wait == 0)
				},
			})
		})
	})

	t.Run("KeepsTheCapAtZaloWhateverTheNetworkDoes", func(t *testing.T) {
		t.Parallel()

		rapid.Check(t, func(t *rapid.T) {
			const slowest = Window - time.Minute
			c := newClock()
			l, caps := NewLimiter(Window, c.Now), bot.Caps{OA: rapid.IntRange(1, 5).Draw(t, "cap")}
			var arrivals []time.Time
			for range rapid.IntRange(1, 60).Draw(t, "calls") {
				c.Pass(drawPause(t))
				wait, err := l.Take(t.Context(), "a", caps, bot.CallForReply)
				require.NoError(t, err)
				if rapid.Bool().Draw(t, "patient") {
					c.Pass(wait)
				}
				if wait == 0 {
					arrivals = append(arrivals, c.Now().Add(time.Duration(rapid.Int64Range(0, int64(slowest)).Draw(t, "network"))))
				}
			}
			slices.SortFunc(arrivals, time.Time.Compare)
			for i := caps.OA; i < len(arrivals); i++ {
				require.GreaterOrEqual(t, arrivals[i].Sub(arrivals[i-caps.OA]), time.Minute)
			}
		})
	})
}

// drawPause draws bursts, short gaps and gaps longer than the window.
func drawPause(t *rapid.T) time.Duration {
	longest := rapid.SampledFrom([]time.Duration{0, time.Millisecond, 20 * time.Second, 90 * time.Second}).Draw(t, "longest")
	return time.Duration(rapid.Int64Range(0, int64(longest)).Draw(t, "pause"))
}

// model forgets nothing and counts anew each time.
type model struct {
	window time.Duration
	app    []time.Time
	oas    map[string][]time.Time
}

func (m *model) take(now time.Time, oaID string, caps bot.Caps) bool {
	if m.within(m.app, now) >= caps.App || m.within(m.oas[oaID], now) >= caps.OA {
		return false
	}
	m.app, m.oas[oaID] = append(m.app, now), append(m.oas[oaID], now)
	return true
}

func (m *model) within(grants []time.Time, now time.Time) (n int) {
	for _, g := range grants {
		if now.Sub(g) < m.window {
			n++
		}
	}
	return n
}

// clock stands still until it is told how much time has passed.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC)} }

// Now is the time of the clock.
func (c *clock) Now() time.Time { return c.now }

// Pass lets d pass.
func (c *clock) Pass(d time.Duration) { c.now = c.now.Add(d) }
