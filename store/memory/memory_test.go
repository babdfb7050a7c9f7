package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/memory"
	"github.com/loalang/loalang/store/storetest"
)

func TestLimiter(t *testing.T) {
	t.Parallel()

	storetest.RunLimiter(t, func(_ *testing.T, window time.Duration) (a, b bot.Limiter) {
		l := memory.NewLimiter(window, time.Now)
		return l, l
	})

	t.Run("KeepsTheCapWheneverCallsCome", func(t *testing.T) {
		t.Parallel()

		rapid.Check(t, func(t *rapid.T) {
			now := time.Unix(1_800_000_000, 0)
			l := memory.NewLimiter(time.Minute, func() time.Time { return now })
			limit := rapid.IntRange(1, 20).Draw(t, "cap")
			var granted []time.Time
			for range rapid.IntRange(1, 200).Draw(t, "calls") {
				now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "pause")) * time.Millisecond)
				wait, err := l.Take(t.Context(), "oa", bot.Caps{OA: limit}, bot.CallForReply)
				require.NoError(t, err)
				if wait == 0 {
					granted = append(granted, now)
				} else {
					require.Len(t, within(granted, now, time.Minute), limit, "refused though the cap has room")
				}
				require.LessOrEqual(t, len(within(granted, now, time.Minute)), limit)
			}
		})
	})
}

func within(times []time.Time, now time.Time, window time.Duration) (recent []time.Time) {
	for _, at := range times {
		if now.Sub(at) < window {
			recent = append(recent, at)
		}
	}
	return recent
}

func TestWake(t *testing.T) {
	t.Parallel()

	storetest.RunWake(t, func(*testing.T) (a, b bot.Wake) {
		w := memory.NewWake()
		return w, w
	})
}

func BenchmarkTake(b *testing.B) {
	l := memory.NewLimiter(memory.Window, time.Now)
	for b.Loop() {
		_, _ = l.Take(b.Context(), "oa", bot.Caps{OA: 2000, App: 4000}, bot.CallForReply)
	}
}
