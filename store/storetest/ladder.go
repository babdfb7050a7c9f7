package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

// climbing is a done announcement to n residents with a ladder of two rungs, and its claimed lane.
func (w *world) climbing(n int) (bot.Announcement, bot.Lease) {
	w.t.Helper()
	ladder, err := bot.ParseLadder("2h:channel,6h:proxy")
	require.NoError(w.t, err)
	a, run, lease := w.ready(n, func(a *bot.Announcement) { a.Escalate, a.Kind = ladder, "hop" })
	for w.counts(run).States[bot.DeliveryPlanned] > 0 {
		user := users(w.nextDeliveries())[0]
		w.record(lease, w.result(w.startFor(lease, user, bot.Charge{Channel: plan.ChannelFree}), bot.DeliveryAccepted, "m"+user))
	}
	require.NoError(w.t, w.MoveAnnouncement(w.t.Context(), a, bot.AnnouncementSending))
	held := w.one(bot.LaneAnnouncement)
	require.NoError(w.t, w.EndRun(w.t.Context(), held, run, w.now))
	a = w.announcement(a.ID)
	require.Equal(w.t, bot.AnnouncementDone, a.State)
	require.Equal(w.t, ladder, a.Escalate)
	return a, held
}

func runLadders(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("ClimbEachRungOnceHoweverManyTry", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		other := w.other()
		a, lease := w.climbing(1)
		run := a.NewRun(bot.RunChannel, w.now)
		rung := bot.SettledRung{Number: 1, Kind: bot.RungChannel, Outcome: bot.RungRun, At: w.now}
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				st := w.Store
				if i%2 == 1 {
					st = other.Store
				}
				errs[i] = st.SettleRungs(t.Context(), lease, a, []bot.SettledRung{rung}, &run, w.now)
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
		rung.Run = 2
		settled, err := w.Rungs(t.Context(), a)
		require.NoError(t, err)
		require.Len(t, settled, 1)
		settled[0].At = settled[0].At.UTC()
		require.Equal(t, rung, settled[0])
		require.Equal(t, 2, w.latest(a).Number)
		require.Equal(t, bot.AnnouncementPlanning, w.announcement(a.ID).State)
		require.ErrorIs(t, w.SettleRungs(t.Context(), lease, w.announcement(a.ID), []bot.SettledRung{rung}, nil, w.now), bot.ErrChanged,
			"a rung is settled for good")
		require.NoError(t, w.ReleaseLane(t.Context(), lease, w.now, time.Time{}))
		err = w.SettleRungs(t.Context(), lease, w.announcement(a.ID), []bot.SettledRung{{Number: 2}}, nil, w.now)
		require.ErrorIs(t, err, bot.ErrLeaseLost)
	})

	t.Run("FindThoseWhoHaveNotSeenItAndAWayThatWasNotTaken", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, _ := w.climbing(5)
		w.households(bot.Household{OAID: oaID, Code: "h1", UnitCode: "xa"}, bot.Household{OAID: oaID, Code: "h2", UnitCode: "xa"})
		lives := func(user, home string) bot.Resident {
			return bot.Resident{OAID: oaID, UserID: user, UnitCode: "xa", HouseholdCode: home}
		}
		w.residents(lives("u00", "h1"), lives("u01", "h1"), lives("u02", "h2"), lives("u03", ""), lives("u04", ""))
		raw := Raw(t, w.url)
		_, err := raw.ExecContext(t.Context(), `UPDATE deliveries SET state = 'seen' WHERE user_id IN ('u00')`)
		require.NoError(t, err)
		_, err = w.Tell(t.Context(), bot.Told{OAID: oaID, AnnouncementID: a.ID, HouseholdCode: "h2", By: "x", At: w.now})
		require.NoError(t, err)
		run := a.NewRun(bot.RunChannel, w.now)
		unseen := func() []string {
			people, err := w.Recipients(t.Context(), a, run, 10)
			require.NoError(t, err)
			ids := []string{}
			for _, r := range people {
				ids = append(ids, r.UserID)
			}
			return ids
		}
		require.Empty(t, unseen(), "no template is named")
		require.NoError(t, w.PutTemplate(t.Context(), bot.Template{OAID: oaID, Kind: "hop", ID: "77", VND: 300}))
		require.Equal(t, []string{"u03", "u04"}, unseen(), "neither who lives with one who has seen it, nor who was told")
		_, err = raw.ExecContext(t.Context(), `UPDATE deliveries SET state = 'unsure' WHERE user_id = 'u03'`)
		require.NoError(t, err)
		require.Equal(t, []string{"u04"}, unseen(), "of u03 nobody knows")
		used, err := w.UsedChannels(t.Context(), a, []string{"u04", "nobody"})
		require.NoError(t, err)
		require.Equal(t, map[string]bot.Avoid{"u04": bot.AvoidConsultation}, used)
		for _, reason := range []bot.RunReason{bot.RunProxies, bot.RunVisit} {
			run.Reason = reason
			require.Empty(t, unseen(), "they are aside")
		}
	})
}
