package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

// helping begins the run of an announcement to u00 of the unit xa, which asks u00 to tell h1, and p of another unit to tell h2.
func (w *world) helping() (bot.Announcement, bot.Run, bot.Lease) {
	w.t.Helper()
	a := w.announce(1)
	w.units(bot.Unit{OAID: oaID, Code: "xa-2", Kind: bot.UnitCommune, Name: "Xã Hai"})
	w.households(
		bot.Household{OAID: oaID, Code: "h1", UnitCode: "xa", Head: "Ông Tư", Helper: "u00"},
		bot.Household{OAID: oaID, Code: "h2", UnitCode: "xa", Helper: "hp"}, bot.Household{OAID: oaID, Code: "h3", UnitCode: "xa"},
		bot.Household{OAID: oaID, Code: "h4", UnitCode: "xa-2", Helper: "u00"},
		bot.Household{OAID: oaID, Code: "h5", UnitCode: "xa", Helper: "u00", Status: bot.HouseholdLeft},
		bot.Household{OAID: oaID, Code: "hp", UnitCode: "xa-2"},
	)
	w.residents(
		bot.Resident{OAID: oaID, UserID: "p", UnitCode: "xa-2", HouseholdCode: "hp"}, bot.Resident{OAID: oaID, UserID: "h2-1", UnitCode: "xa", HouseholdCode: "h2"},
	)
	run, lease := w.begin(a)
	return w.announcement(a.ID), run, lease
}

func (w *world) helped(a bot.Announcement) []string {
	w.t.Helper()
	list, err := w.Helped(w.t.Context(), a)
	require.NoError(w.t, err)
	var codes []string
	for _, h := range list {
		codes = append(codes, h.Code)
	}
	return codes
}

func runProxies(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreFoundForTheHouseholdsOfTheRoll", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, _, _ := w.helping()
		list, err := w.Helped(t.Context(), a)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, "h1", list[0].Code)
		require.Equal(t, "u00", list[0].Helpers[0].UserID)
		require.Empty(t, list[0].People)
		require.Equal(t, "p", list[1].Helpers[0].UserID, "who lives in the household that is the proxy")
		require.Equal(t, "h2-1", list[1].People[0].UserID)
		_, err = w.Tell(t.Context(), bot.Told{OAID: oaID, AnnouncementID: a.ID, HouseholdCode: "h1", By: "x", At: w.now})
		require.NoError(t, err)
		require.Equal(t, []string{"h2"}, w.helped(a), "who was told is asked for no more")
	})

	t.Run("AreAskedOnceBesideTheAudience", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.helping()
		require.NoError(t, w.FreezePosts(t.Context(), lease, run, nil, false, w.now))
		asks := []bot.AskFor{{HouseholdCode: "h1", UserID: "u00"}, {HouseholdCode: "h2", UserID: "p"}}
		require.NoError(t, w.FreezeAsks(t.Context(), lease, run, asks, w.now))
		require.ErrorIs(t, w.FreezeAsks(t.Context(), lease, run, asks, w.now), bot.ErrChanged)
		run = w.latest(a)
		require.True(t, run.Asked)
		asked, err := w.AskedIn(t.Context(), run, []string{"u00", "p", "h2-1"})
		require.NoError(t, err)
		require.Len(t, asked, 2)
		require.Equal(t, "Ông Tư", asked["u00"][0].Head)
		aside, err := w.AskedAside(t.Context(), run)
		require.NoError(t, err)
		require.Len(t, aside, 2, "the ledger has nobody yet")
		own := bot.Message{Text: "Mời họp. Xin báo giúp."}
		page := []bot.Frozen{
			{UserID: "u00", Channel: plan.ChannelFree, Message: &own}, {UserID: "h2-1", Channel: plan.ChannelNone, Reason: plan.ReasonWindow},
			{UserID: "p", Channel: plan.ChannelFree, Message: &own, Aside: true},
		}
		require.NoError(t, w.FreezePage(t.Context(), lease, run, page, true, w.now))
		aside, err = w.AskedAside(t.Context(), run)
		require.NoError(t, err)
		require.Empty(t, aside)
		status := w.counts(run)
		require.Equal(t, 2, status.Recipients)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryPlanned: 1}, status.Aside)
		for _, d := range w.nextDeliveries() {
			require.True(t, d.Errand.Own)
			require.Equal(t, own, d.Message)
		}
		results, err := w.HouseholdResults(t.Context(), oaID, a.ID)
		require.NoError(t, err)
		for _, r := range results {
			require.NotEqual(t, "p", r.UserID)
		}
		require.Empty(t, w.helped(a), "both are asked for already")
		list, err := w.AskedFor(t.Context(), oaID, []string{"other", a.ID})
		require.NoError(t, err)
		require.Equal(t, asks, list)
		missed := run
		missed.Number, missed.Position = 2, ""
		missed.Reason = bot.RunMissed
		people, err := w.Recipients(t.Context(), a, missed, 10)
		require.NoError(t, err)
		require.Len(t, people, 1, "of the audience")
	})

	t.Run("KnowWhatTheyWereAskedAndMarkItInTheEventsCommit", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.helping()
		require.NoError(t, w.FreezeAsks(t.Context(), lease, run, []bot.AskFor{{HouseholdCode: "h1", UserID: "u00"}, {HouseholdCode: "h2", UserID: "p"}}, w.now))
		of := func(user string) []bot.Ask {
			asks, err := w.AsksOf(t.Context(), oaID, user)
			require.NoError(t, err)
			return asks
		}
		require.Len(t, of("u00"), 1)
		require.Equal(t, "h1", of("u00")[0].Household.Code)
		require.True(t, of("u00")[0].At.Equal(w.now))
		require.False(t, of("u00")[0].Told)
		require.Equal(t, "h2", of("p")[0].Household.Code)
		require.Empty(t, of("h2-1"))
		w.residents(bot.Resident{OAID: oaID, UserID: "p-2", UnitCode: "xa-2", HouseholdCode: "hp"})
		require.Len(t, of("p-2"), 1, "the whole household is the proxy")

		w.accept(event("u00", "m1", "đã báo"))
		out := outcomeOf(w.inbox(w.one(bot.LaneResident)))
		mark := bot.Told{OAID: oaID, AnnouncementID: a.ID, HouseholdCode: "h1", By: "Cô Pha", Proxy: "u00", At: w.now}
		later := mark
		later.By, later.At = "another", w.now.Add(time.Hour)
		out.Told = []bot.Told{mark, later}
		require.Empty(t, w.finish(out))
		marks, err := w.ToldOf(t.Context(), oaID, a.ID)
		require.NoError(t, err)
		require.Len(t, marks, 1)
		marks[0].At = marks[0].At.UTC()
		require.Equal(t, mark, marks[0], "the first one stays")
		require.True(t, of("u00")[0].Told)
	})
}
