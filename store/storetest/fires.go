package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

// scheduled is an announcement to n residents every minute, whose fires are settled up to an hour ago.
func (w *world) scheduled(n int) bot.Announcement {
	w.t.Helper()
	draft := w.announce(n, func(a *bot.Announcement) { a.Schedule = "* * * * *" })
	w.settle(draft, bot.Fires{After: w.now.Add(-time.Hour), State: bot.AnnouncementScheduled})
	return w.announcement(draft.ID)
}

func (w *world) settle(a bot.Announcement, f bot.Fires) {
	w.t.Helper()
	require.NoError(w.t, w.SettleFires(w.t.Context(), a, f, w.now))
}

// fired is the step in which the fire of a time begins a run.
func (w *world) fired(a bot.Announcement, at time.Time) bot.Fires {
	run := a.NewRun(bot.RunFire, w.now)
	run.FireAt = at
	return bot.Fires{Run: &run, After: at, State: bot.AnnouncementPlanning}
}

func (w *world) fires(a bot.Announcement) []bot.Fire {
	w.t.Helper()
	list, err := w.Fires(w.t.Context(), a, 10)
	require.NoError(w.t, err)
	for i := range list {
		list[i].At = list[i].At.UTC()
	}
	return list
}

func runFires(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("BeginTheirRunAndAreRecordedInOneStep", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.scheduled(1)
		require.Equal(t, "* * * * *", a.Schedule)
		require.True(t, a.FiresAfter.Equal(w.now.Add(-time.Hour)))
		step := w.fired(a, w.now)
		step.Skipped, step.Older = []time.Time{w.now.Add(-2 * time.Minute), w.now.Add(-time.Minute)}, 7
		w.settle(a, step)
		require.Equal(t, []bot.Fire{
			{At: w.now, Outcome: bot.FireRun, Run: 1},
			{At: w.now.Add(-time.Minute), Outcome: bot.FireSkipped},
			{At: w.now.Add(-2 * time.Minute), Outcome: bot.FireSkipped, Older: 7},
		}, w.fires(a))
		run := w.latest(a)
		require.True(t, run.FireAt.Equal(w.now))
		require.Equal(t, bot.RunFire, run.Reason)
		require.Equal(t, bot.AnnouncementPlanning, run.State)
		a = w.announcement("A")
		require.Equal(t, bot.AnnouncementPlanning, a.State)
		require.True(t, a.FiresAfter.Equal(w.now))
		require.Equal(t, "A", w.one(bot.LaneAnnouncement).Key, "its worker is told")
		require.Equal(t, oaID, w.one(bot.LaneDelivery).OAID, "and the sender")
	})

	t.Run("AreSettledOnceHoweverManyTry", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		other := w.other()
		a := w.scheduled(1)
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				st := w.Store
				if i%2 == 1 {
					st = other.Store
				}
				errs[i] = st.SettleFires(t.Context(), a, w.fired(a, w.now), w.now)
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.ErrorIs(t, err, bot.ErrChanged)
		}
		require.Equal(t, 1, won)
		require.Len(t, w.fires(a), 1)
		require.Equal(t, 1, w.latest(a).Number)
	})

	t.Run("AreNotSettledByWhoSawThemBeforeAnother", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.scheduled(1)
		w.settle(a, bot.Fires{Skipped: []time.Time{w.now}, After: w.now, State: bot.AnnouncementScheduled})
		require.ErrorIs(t, w.SettleFires(t.Context(), a, w.fired(a, w.now), w.now), bot.ErrChanged, "the state is the same, the fires are not")
		require.ErrorIs(t, w.SettleFires(t.Context(), a, bot.Fires{State: bot.AnnouncementCancelled}, w.now), bot.ErrChanged)
	})

	t.Run("OfATimeAreThereOnceAndNothingOfTheStepElse", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.scheduled(1)
		w.settle(a, bot.Fires{Skipped: []time.Time{w.now}, After: a.FiresAfter, State: bot.AnnouncementScheduled})
		require.ErrorIs(t, w.SettleFires(t.Context(), a, w.fired(a, w.now), w.now), bot.ErrDuplicate)
		require.Equal(t, []bot.Fire{{At: w.now, Outcome: bot.FireSkipped}}, w.fires(a))
		require.Equal(t, bot.AnnouncementScheduled, w.announcement("A").State)
		_, err := w.Run(t.Context(), a, 0)
		require.ErrorIs(t, err, bot.ErrNotFound)
	})

	t.Run("GoOnAfterARunWhileSomeAreAhead", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.scheduled(0)
		end := func() bot.AnnouncementState {
			run, lease := w.latest(a), w.one(bot.LaneAnnouncement)
			require.NoError(t, w.FreezePage(t.Context(), lease, run, nil, true, w.now))
			require.NoError(t, w.EndRun(t.Context(), lease, run, w.now))
			require.NoError(t, w.ReleaseLane(t.Context(), lease, w.now, time.Time{}))
			require.Equal(t, bot.AnnouncementDone, w.latest(a).State)
			return w.announcement("A").State
		}
		w.settle(a, w.fired(a, w.now))
		require.Equal(t, bot.AnnouncementScheduled, end())
		last := w.fired(w.announcement("A"), w.now.Add(time.Minute))
		last.After = time.Time{}
		w.settle(w.announcement("A"), last)
		require.Equal(t, bot.AnnouncementDone, end())
		require.Equal(t, 2, w.latest(a).Number)
	})

	t.Run("ThatWereSkippedInAPauseLetTheRunGoOn", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.scheduled(1)
		w.settle(a, w.fired(a, w.now))
		require.NoError(t, w.MoveAnnouncement(t.Context(), w.announcement("A"), bot.AnnouncementPaused))
		later := w.now.Add(time.Minute)
		w.settle(w.announcement("A"), bot.Fires{Skipped: []time.Time{later}, After: later, State: bot.AnnouncementPlanning})
		require.Equal(t, bot.AnnouncementPlanning, w.latest(a).State)
		require.Equal(t, bot.FireSkipped, w.fires(a)[0].Outcome)
	})

	t.Run("LetWhatIsLeftOfARunExpire", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, run, lease := w.ready(4)
		w.startFor(lease, "u01", bot.Charge{})
		for _, want := range []int{2, 1, 0} {
			n, err := w.ExpirePage(t.Context(), run, 2, w.now)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryExpired: 3, bot.DeliverySending: 1}, w.counts(run).States)
	})

	t.Run("OfOneThatWasScheduledBeforeAreStillAhead", func(t *testing.T) {
		t.Parallel()

		url := newDatabase(t)
		migrateTo(t, url, 4)
		_, err := Raw(t, url).ExecContext(t.Context(), `INSERT INTO announcements (oa_id, id, title, urgency, message, audience, scheduled_at, state, created_at)
			VALUES ('`+oaID+`', 'A', 'Họp', 2, '{}', '{}', '2026-12-01 00:00:00.000', 'scheduled', '2026-11-26 00:00:00.000')`)
		require.NoError(t, err)
		w := &world{Store: Open(t, url), t: t, url: url}
		require.Equal(t, "2026-11-26", w.announcement("A").FiresAfter.UTC().Format(time.DateOnly))
	})
}
