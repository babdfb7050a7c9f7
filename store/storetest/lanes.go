package storetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

func runLanes(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreDueOnceThereIsWork", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		require.Empty(t, w.claim(bot.LaneResident, long))
		w.accept(event("u1", "m1", "một"), event("u2", "m2", "hai"))
		leases := w.claim(bot.LaneResident, long)
		require.Len(t, leases, 2)
		require.NotEqual(t, leases[0].Key, leases[1].Key)
		require.Empty(t, w.claim(bot.LaneDelivery, long))
	})

	t.Run("AreClaimedTheLongestDueFirst", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for i := range 5 {
			w.accept(event(fmt.Sprint("u", i), "m", "x"))
		}
		var order []string
		for i, l := range w.claim(bot.LaneResident, long) {
			order = append(order, l.Key)
			require.NoError(t, w.FailLane(t.Context(), l, w.now.Add(-time.Duration(i)*time.Minute)))
		}
		leases, err := w.ClaimLanes(t.Context(), bot.LaneResident, w.now, 2, long)
		require.NoError(t, err)
		require.Len(t, leases, 2)
		require.ElementsMatch(t, order[3:], []string{leases[0].Key, leases[1].Key})
	})

	t.Run("BelongToOneClaimerAtATime", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for i := range 60 {
			w.accept(event(fmt.Sprint("u", i), "m", "x"))
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		claims := make(map[string]int)
		for _, process := range []*world{w, w.other(), w, w.other()} {
			wg.Go(func() {
				for range 30 {
					leases, err := process.ClaimLanes(t.Context(), bot.LaneResident, time.Now().Add(time.Second), 7, long)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, l := range leases {
						claims[l.Key]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		require.Len(t, claims, 60)
		for user, n := range claims {
			require.Equal(t, 1, n, user)
		}
	})

	t.Run("AreTakenOverWhenTheirHolderIsGone", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		dead := w.claim(bot.LaneResident, 50*time.Millisecond)[0]
		in := w.inbox(dead)
		var heir []bot.Lease
		require.Eventually(t, func() bool {
			heir = w.claim(bot.LaneResident, long)
			return len(heir) == 1
		}, giveUpAfter, 10*time.Millisecond)
		require.False(t, dead.Outlives(0), "the dead one must know that its lease is over")

		require.ErrorIs(t, w.ReleaseLane(t.Context(), dead, w.now, time.Time{}), bot.ErrLeaseLost)
		require.ErrorIs(t, w.FailLane(t.Context(), dead, w.now), bot.ErrLeaseLost)
		_, err := w.RenewLane(t.Context(), dead, long)
		require.ErrorIs(t, err, bot.ErrLeaseLost)
		require.Equal(t, []bot.Lane{dead.Lane}, w.finish(outcomeOf(in)))
		require.Empty(t, w.finish(outcomeOf(w.inbox(heir[0]))), "the heir's work counts")
	})

	t.Run("StayTheHoldersWhoRenewsThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		lease := w.claim(bot.LaneResident, time.Second)[0]
		renewed, err := w.RenewLane(t.Context(), lease, long)
		require.NoError(t, err)
		require.Greater(t, renewed.Until, lease.Until)
		require.True(t, renewed.Outlives(long/2))
		require.Empty(t, w.claim(bot.LaneResident, long))
	})

	t.Run("StayPendingWhenBumpedSinceTheClaim", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		lease := w.one(bot.LaneResident)
		w.accept(event("u1", "m2", "hai"))
		require.NoError(t, w.ReleaseLane(t.Context(), lease, w.now, time.Time{}))
		require.Len(t, w.claim(bot.LaneResident, long), 1)
	})

	t.Run("RestWhenReleasedWithoutWork", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		require.NoError(t, w.ReleaseLane(t.Context(), w.one(bot.LaneResident), w.now, time.Time{}))
		leases, err := w.ClaimLanes(t.Context(), bot.LaneResident, w.now.AddDate(1, 0, 0), 10, long)
		require.NoError(t, err)
		require.Empty(t, leases)
	})

	t.Run("ComeBackAtTheTimeTheyWereReleasedTo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		require.NoError(t, w.ReleaseLane(t.Context(), w.one(bot.LaneResident), w.now, w.now.Add(time.Hour)))
		require.Empty(t, w.claim(bot.LaneResident, long))
		leases, err := w.ClaimLanes(t.Context(), bot.LaneResident, w.now.Add(time.Hour), 10, long)
		require.NoError(t, err)
		require.Len(t, leases, 1)
	})

	t.Run("BackOffAfterAFailureAlsoWhenBumped", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		lease := w.one(bot.LaneResident)
		w.accept(event("u1", "m2", "hai"))
		later := w.now.Add(time.Minute)
		require.NoError(t, w.FailLane(t.Context(), lease, later))
		require.Empty(t, w.claim(bot.LaneResident, long))
		leases, err := w.ClaimLanes(t.Context(), bot.LaneResident, later, 10, long)
		require.NoError(t, err)
		require.Len(t, leases, 1)
		require.Equal(t, 1, leases[0].Failures)
		require.NoError(t, w.ReleaseLane(t.Context(), leases[0], w.now, w.now))
		require.Zero(t, w.one(bot.LaneResident).Failures, "a success forgets the failures")
	})

	t.Run("AreFreeAfterARestartOfTheOnlyProcess", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		w.one(bot.LaneResident)
		require.NoError(t, w.ForgetLeases(t.Context()))
		require.Len(t, w.claim(bot.LaneResident, long), 1)
	})

	t.Run("TellTheirLoad", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"), event("u2", "m2", "hai"))
		loads, err := w.LaneLoads(t.Context(), time.Now().Add(time.Second))
		require.NoError(t, err)
		require.Len(t, loads, 1)
		require.Equal(t, bot.LaneResident, loads[0].Kind)
		require.EqualValues(t, 2, loads[0].Due)
		require.WithinDuration(t, w.now, loads[0].Oldest, giveUpAfter)
	})

	t.Run("KeepTheOrderAndLoseNothingWhileHoldersDie", func(t *testing.T) {
		t.Parallel()

		testOrderWhileHoldersDie(t, newDatabase)
	})
}

// testOrderWhileHoldersDie lets four workers of two processes handle events, some of which drop what they have claimed as
// a killed process does. Each event must be handled once, and those of one resident in the order of their acceptance.
func testOrderWhileHoldersDie(t *testing.T, newDatabase func(testing.TB) string) {
	const residents, events = 8, 80
	w := newWorld(t, newDatabase)
	processes := []*world{w, w.other(), w, w.other()}
	var mu sync.Mutex
	handled := make(map[string][]string)
	count := 0
	var wg sync.WaitGroup
	accepted := make(chan struct{})
	wg.Go(func() {
		defer close(accepted)
		for i := range events {
			if _, err := w.AcceptEvents(t.Context(), eventsOf(event(fmt.Sprint("u", i%residents), fmt.Sprintf("m%03d", i), "x"))); err != nil {
				t.Error(err)
			}
		}
	})
	done := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return count >= events
	}
	giveUp := time.Now().Add(giveUpAfter)
	for _, process := range processes {
		wg.Go(func() {
			for !done() && time.Now().Before(giveUp) {
				leases, err := process.ClaimLanes(t.Context(), bot.LaneResident, time.Now().Add(time.Second), 3, 300*time.Millisecond)
				if err != nil {
					t.Error(err)
					return
				}
				if len(leases) == 0 || rand.IntN(4) == 0 {
					continue // killed, or nothing to do
				}
				inboxes, err := process.PendingEvents(t.Context(), leases, 2)
				if err != nil {
					t.Error(err)
					return
				}
				outcomes := make([]bot.Outcome, len(inboxes))
				for i, in := range inboxes {
					outcomes[i] = outcomeOf(in)
				}
				if rand.IntN(4) == 0 {
					continue // killed before the commit
				}
				mu.Lock() // the commit and the note of it must not be parted by another worker's
				lost, err := process.FinishEvents(t.Context(), outcomes)
				if err != nil {
					t.Error(err)
				}
				for _, in := range inboxes {
					if slices.Contains(lost, in.Lease.Lane) {
						continue
					}
					for _, ev := range in.Events {
						handled[ev.UserID] = append(handled[ev.UserID], ev.MsgID)
						count++
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	<-accepted
	require.Equal(t, events, count)
	for _, user := range slices.Sorted(maps.Keys(handled)) {
		require.Len(t, handled[user], events/residents)
		require.True(t, slices.IsSorted(handled[user]), "%s: %v", user, handled[user])
	}
}
