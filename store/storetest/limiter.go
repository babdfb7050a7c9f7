package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/loalang/loalang/bot"
)

const (
	// longWindow ends in no test, however slow the machine.
	longWindow = time.Hour
	// shortWindow is waited for.
	shortWindow = 200 * time.Millisecond
	// step is how long a test waits between two questions.
	step = 2 * time.Millisecond
	// clockError is how far two clocks of one machine may part within a test.
	clockError = time.Millisecond
	// giveUp ends a wait for what should have come long ago.
	giveUp = 20 * time.Second
)

// RunLimiter checks that limiters keep the promises of bot.Limiter. open returns fresh limiters of two processes that
// share the caps within any window of the given length; a limiter for one process stands for both.
func RunLimiter(t *testing.T, open func(t *testing.T, window time.Duration) (a, b bot.Limiter)) {
	t.Run("Take", func(t *testing.T) {
		t.Parallel()
		runTake(t, open)
	})
	t.Run("Uses", func(t *testing.T) {
		t.Parallel()
		runUses(t, open)
	})
	t.Run("Pause", func(t *testing.T) {
		t.Parallel()
		runPause(t, open)
	})
}

func runTake(t *testing.T, open func(t *testing.T, window time.Duration) (a, b bot.Limiter)) {
	t.Run("GrantsAsManyCallsAsTheAccountMayMake", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		caps := bot.Caps{OA: 3}
		for range 3 {
			require.Zero(t, take(t, l, "a", caps))
		}
		wait := take(t, l, "a", caps)
		require.Positive(t, wait)
		require.LessOrEqual(t, wait, longWindow)
	})

	t.Run("GrantsAsManyCallsAsTheAppMayMake", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		caps := bot.Caps{App: 3}
		for _, oaID := range []string{"a", "b", "c"} {
			require.Zero(t, take(t, l, oaID, caps))
		}
		wait := take(t, l, "d", caps)
		require.Positive(t, wait)
		require.LessOrEqual(t, wait, longWindow)
	})

	t.Run("CountsEachAccountAlone", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		caps := bot.Caps{OA: 1}
		require.Zero(t, take(t, l, "a", caps))
		require.Positive(t, take(t, l, "a", caps))
		require.Zero(t, take(t, l, "b", caps))
	})

	t.Run("GrantsEverythingWithoutCaps", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		for range 300 {
			require.Zero(t, take(t, l, "a", bot.Caps{}))
		}
	})

	t.Run("DoesNotCountForTheAppWhatTheAccountMayNot", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		caps := bot.Caps{OA: 1, App: 2}
		require.Zero(t, take(t, l, "a", caps))
		for range 5 {
			require.Positive(t, take(t, l, "a", caps))
		}
		require.Zero(t, take(t, l, "b", caps))
	})

	t.Run("DoesNotCountForTheAccountWhatTheAppMayNot", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		require.Zero(t, take(t, l, "a", bot.Caps{OA: 2, App: 1}))
		for range 5 {
			require.Positive(t, take(t, l, "b", bot.Caps{OA: 2, App: 1}))
		}
		require.Zero(t, take(t, l, "b", bot.Caps{OA: 2, App: 3}))
		require.Zero(t, take(t, l, "b", bot.Caps{OA: 2, App: 3}))
	})

	t.Run("FollowsACapThatHasChanged", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		for range 3 {
			require.Zero(t, take(t, l, "a", bot.Caps{OA: 5}))
		}
		require.Positive(t, take(t, l, "a", bot.Caps{OA: 2}))
		require.Zero(t, take(t, l, "a", bot.Caps{OA: 4}))
		require.Positive(t, take(t, l, "a", bot.Caps{OA: 4}))
	})

	t.Run("SaysExactlyHowLongToWait", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, shortWindow)
		caps := bot.Caps{OA: 1}
		asked := time.Now()
		require.Zero(t, take(t, l, "a", caps))
		wait := take(t, l, "a", caps)
		require.LessOrEqual(t, wait, shortWindow)
		if wait > 0 { // a very slow machine lets the window pass in between
			require.GreaterOrEqual(t, time.Since(asked)+wait, shortWindow-clockError)
			granted := until(t, func() bool { return take(t, l, "a", caps) == 0 })
			require.GreaterOrEqual(t, granted.Sub(asked), shortWindow-clockError)
		}
	})

	t.Run("KeepsTheCapsInAnyWindow", func(t *testing.T) {
		t.Parallel()

		a, b := open(t, shortWindow)
		caps := bot.Caps{OA: 3, App: 5}
		all := collect(t, a, b, caps, 30)
		requireCap(t, all, caps.App)
		for _, oaID := range accounts {
			requireCap(t, of(all, oaID), caps.OA)
		}
	})

	t.Run("SharesTheCapOfTheAccountBetweenProcesses", func(t *testing.T) {
		t.Parallel()

		a, b := open(t, longWindow)
		got := race(t, a, b, bot.Caps{OA: 100}, []string{"a"})
		require.Equal(t, map[string]int{"a": 100}, got)
	})

	t.Run("SharesTheCapOfTheAppBetweenProcesses", func(t *testing.T) {
		t.Parallel()

		a, b := open(t, longWindow)
		got := race(t, a, b, bot.Caps{OA: 60, App: 100}, []string{"a", "b"})
		require.Equal(t, 100, got["a"]+got["b"])
		require.LessOrEqual(t, got["a"], 60)
		require.LessOrEqual(t, got["b"], 60)
	})

	t.Run("CountsNothingWhenItsContextHasEnded", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		caps := bot.Caps{OA: 1}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := l.Take(ended, "a", caps, bot.CallForReply)
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, take(t, l, "a", caps))
	})
}

func runUses(t *testing.T, open func(t *testing.T, window time.Duration) (a, b bot.Limiter)) {
	t.Run("SpreadBulkEvenlyAndLoseNoTurnByAskingLate", func(t *testing.T) {
		t.Parallel()

		const window, turn, limit, calls = 3 * time.Second, 10 * time.Millisecond, 300, 60
		l, _ := open(t, window)
		began := time.Now()
		for range calls {
			for deadline := time.Now().Add(giveUp); ; {
				wait := takeFor(t, l, "a", bot.Caps{OA: limit}, bot.CallForBulk)
				if wait == 0 {
					break
				}
				require.LessOrEqual(t, wait, turn+clockError, "the next call is never far")
				require.True(t, time.Now().Before(deadline))
				<-time.After(wait + step)
			}
		}
		const ahead = window / 60 // may be caught up at once, and so is taken at first
		require.GreaterOrEqual(t, time.Since(began), calls*turn-turn-ahead-clockError)
	})

	t.Run("LetRepliesAndHasteTakeUnusedCallsAtOnce", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		caps := bot.Caps{OA: 20}
		require.Zero(t, takeFor(t, l, "a", caps, bot.CallForBulk))
		require.Positive(t, takeFor(t, l, "a", caps, bot.CallForBulk))
		for range 17 {
			require.Zero(t, takeFor(t, l, "a", caps, bot.CallForHaste))
		}
		require.Positive(t, takeFor(t, l, "a", caps, bot.CallForHaste), "the last tenth is the replies'")
		require.Zero(t, takeFor(t, l, "a", caps, bot.CallForReply))
		require.Zero(t, takeFor(t, l, "a", caps, bot.CallForReply))
		require.Positive(t, takeFor(t, l, "a", caps, bot.CallForReply))
	})

	t.Run("LendAllOfTheCapToBulkWhileNoReplyWaits", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, shortWindow)
		caps := bot.Caps{OA: 4}
		began := time.Now()
		for range 8 {
			until(t, func() bool { return takeFor(t, l, "a", caps, bot.CallForBulk) == 0 })
		}
		require.Less(t, time.Since(began), giveUp)
	})

	t.Run("KeepTheCapsInAnyWindowTogether", func(t *testing.T) {
		t.Parallel()

		a, b := open(t, shortWindow)
		caps := bot.Caps{OA: 3, App: 5}
		uses, turn := []bot.CallUse{bot.CallForBulk, bot.CallForReply, bot.CallForHaste}, 0
		var all []grant
		for len(all) < 30 {
			until(t, func() bool {
				l, oaID, use := []bot.Limiter{a, b}[turn%2], accounts[turn/2%2], uses[turn%3]
				turn++
				asked := time.Now()
				if takeFor(t, l, oaID, caps, use) > 0 {
					return false
				}
				all = append(all, grant{oaID, asked, time.Now()})
				return true
			})
		}
		requireCap(t, all, caps.App)
		for _, oaID := range accounts {
			requireCap(t, of(all, oaID), caps.OA)
		}
	})

	t.Run("LetAWaitingReplyGoFirstInEveryProcessAndAccount", func(t *testing.T) {
		t.Parallel()

		a, b := open(t, 3*time.Second)
		caps := bot.Caps{App: 1}
		require.Zero(t, take(t, a, "a", caps))
		require.Positive(t, take(t, a, "a", caps), "this reply waits")
		until(t, func() bool {
			require.Positive(t, takeFor(t, b, "b", caps, bot.CallForBulk), "bulk went before it")
			require.Positive(t, takeFor(t, b, "b", caps, bot.CallForHaste), "haste went before it")
			return take(t, a, "a", caps) == 0
		})
	})

	t.Run("LetOthersGoWhenTheWaitingReplyDoesNotComeBack", func(t *testing.T) {
		t.Parallel()

		a, b := open(t, shortWindow)
		caps := bot.Caps{OA: 1}
		require.Zero(t, take(t, a, "a", caps))
		require.Positive(t, take(t, a, "a", caps))
		until(t, func() bool { return takeFor(t, b, "a", caps, bot.CallForBulk) == 0 })
	})
}

func runPause(t *testing.T, open func(t *testing.T, window time.Duration) (a, b bot.Limiter)) {
	t.Run("GrantsNothingInAnyProcessBeforeItHasPassed", func(t *testing.T) {
		t.Parallel()

		const pause = 60*time.Millisecond + 700*time.Microsecond
		a, b := open(t, longWindow)
		before := time.Now()
		require.NoError(t, a.Pause(t.Context(), "a", pause))
		granted := until(t, func() bool { return take(t, b, "a", bot.Caps{}) == 0 })
		require.GreaterOrEqual(t, granted.Sub(before), pause-clockError)
	})

	t.Run("SaysHowLongToWait", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		require.NoError(t, l.Pause(t.Context(), "a", time.Hour))
		wait := take(t, l, "a", bot.Caps{OA: 1})
		require.LessOrEqual(t, wait, time.Hour+10*time.Millisecond)
		require.Greater(t, wait, time.Hour-time.Minute)
	})

	t.Run("OfOneAccountLeavesOthersAlone", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		require.NoError(t, l.Pause(t.Context(), "a", time.Hour))
		require.Positive(t, take(t, l, "a", bot.Caps{OA: 1}))
		require.Zero(t, take(t, l, "b", bot.Caps{OA: 1}))
	})

	t.Run("WithoutAnAccountStopsAllOfThem", func(t *testing.T) {
		t.Parallel()

		a, b := open(t, longWindow)
		require.NoError(t, a.Pause(t.Context(), "", time.Hour))
		require.Positive(t, take(t, a, "a", bot.Caps{OA: 1}))
		require.Positive(t, take(t, b, "b", bot.Caps{}))
	})

	t.Run("IsNotEndedByAShorterOne", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		require.NoError(t, l.Pause(t.Context(), "a", time.Hour))
		require.NoError(t, l.Pause(t.Context(), "a", time.Second))
		require.Greater(t, take(t, l, "a", bot.Caps{}), time.Minute)
	})

	t.Run("OfNoLengthDoesNothing", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		require.NoError(t, l.Pause(t.Context(), "a", 0))
		require.NoError(t, l.Pause(t.Context(), "", -time.Second))
		require.Zero(t, take(t, l, "a", bot.Caps{}))
	})

	t.Run("UsesUpNoCall", func(t *testing.T) {
		t.Parallel()

		l, _ := open(t, longWindow)
		caps := bot.Caps{OA: 1, App: 1}
		require.NoError(t, l.Pause(t.Context(), "a", 20*time.Millisecond))
		until(t, func() bool { return take(t, l, "a", caps) == 0 })
	})
}

func take(t *testing.T, l bot.Limiter, oaID string, caps bot.Caps) time.Duration {
	t.Helper()
	return takeFor(t, l, oaID, caps, bot.CallForReply)
}

func takeFor(t *testing.T, l bot.Limiter, oaID string, caps bot.Caps, use bot.CallUse) time.Duration {
	t.Helper()
	wait, err := l.Take(t.Context(), oaID, caps, use)
	require.NoError(t, err)
	return wait
}

// until asks again and again until something is so, and says when it was.
func until(t *testing.T, so func() bool) time.Time {
	t.Helper()
	again := time.NewTicker(step)
	defer again.Stop()
	for deadline := time.Now().Add(giveUp); !so(); <-again.C {
		require.True(t, time.Now().Before(deadline), "it never came")
	}
	return time.Now()
}

// grant is a granted call. It was granted at some time between asked and answered.
type grant struct {
	oaID            string
	asked, answered time.Time
}

var accounts = []string{"a", "b"}

// collect asks in turn for the accounts, in turn from the processes, until it has been granted n calls.
func collect(t *testing.T, a, b bot.Limiter, caps bot.Caps, n int) (grants []grant) {
	t.Helper()
	turn := 0
	for len(grants) < n {
		until(t, func() bool {
			l, oaID := []bot.Limiter{a, b}[turn%2], accounts[turn/2%2]
			turn++
			asked := time.Now()
			if take(t, l, oaID, caps) > 0 {
				return false
			}
			grants = append(grants, grant{oaID, asked, time.Now()})
			return true
		})
	}
	return grants
}

func of(all []grant, oaID string) (its []grant) {
	for _, g := range all {
		if g.oaID == oaID {
			its = append(its, g)
		}
	}
	return its
}

// requireCap fails when more calls than the cap were surely granted within one short window.
func requireCap(t *testing.T, grants []grant, limit int) {
	t.Helper()
	require.Greater(t, len(grants), limit, "too few calls to tell")
	for i, later := range grants[limit:] {
		require.GreaterOrEqual(t, later.answered.Sub(grants[i].asked), shortWindow-clockError)
	}
}

// race asks from both processes at once, for each account more often than the cap allows, and counts what is granted.
func race(t *testing.T, a, b bot.Limiter, caps bot.Caps, oaIDs []string) map[string]int {
	t.Helper()
	var group errgroup.Group
	counts := make([]atomic.Int64, len(oaIDs))
	for i, oaID := range oaIDs {
		for _, l := range []bot.Limiter{a, b, a, b} {
			group.Go(func() error {
				for range 40 {
					wait, err := l.Take(t.Context(), oaID, caps, bot.CallForReply)
					if err != nil {
						return err
					}
					if wait == 0 {
						counts[i].Add(1)
					}
				}
				return nil
			})
		}
	}
	require.NoError(t, group.Wait())
	got := make(map[string]int)
	for i, oaID := range oaIDs {
		got[oaID] = int(counts[i].Load())
	}
	return got
}
