package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/store"
)

func runReach(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("ReadsTheRollAndWhatTheLedgerSaysOfItsPeople", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.posting()
		_, err := w.ImportHouseholds(t.Context(), store.Values([]bot.Household{
			{OAID: oaID, Code: "h1", UnitCode: "xa", Head: "Ông Tư", Needs: []bot.Need{bot.NeedElderly}},
			{OAID: oaID, Code: "h2", UnitCode: "xa"}, {OAID: oaID, Code: "gone", UnitCode: "xa", Status: bot.HouseholdLeft},
		}), false)
		require.NoError(t, err)
		w.residents(
			bot.Resident{OAID: oaID, UserID: "u00", UnitCode: "xa", HouseholdCode: "h1"},
			bot.Resident{OAID: oaID, UserID: "u02", UnitCode: "xa", HouseholdCode: "h2"},
			bot.Resident{OAID: oaID, UserID: "u03", UnitCode: "xa", HouseholdCode: "h2"},
		)
		w.end(lease, "g1", plan.ChannelGroup, bot.DeliveryAccepted, "")
		w.end(lease, "u02", plan.ChannelFree, bot.DeliveryRefused, "recipient")
		roll, err := w.RollOf(t.Context(), oaID, a.Audience)
		require.NoError(t, err)
		require.Len(t, roll, 2)
		require.Equal(t, "Ông Tư", roll[0].Head)
		all, err := w.RollOf(t.Context(), oaID, bot.Audience{Needs: []bot.Need{bot.NeedElderly}})
		require.NoError(t, err)
		require.Len(t, all, 2, "whatever their needs")
		results, err := w.HouseholdResults(t.Context(), oaID, a.ID)
		require.NoError(t, err)
		require.Len(t, results, 3, "of the residents whose household is known")
		of := make(map[string]bot.HouseholdResult)
		for _, r := range results {
			of[r.UserID] = r
		}
		require.Equal(t, bot.DeliveryAccepted, of["u00"].State, "as the post that covers it")
		require.Equal(t, plan.ChannelGroup, of["u00"].Channel)
		require.True(t, of["u00"].StateAt.Equal(w.now))
		require.Equal(t, "recipient", of["u02"].Reason)
		require.Equal(t, "window", of["u03"].Reason)
		list, err := bot.Reach(t.Context(), w.Store, a.ID, bot.ReceiptPatience, w.now.Add(48*time.Hour))
		require.NoError(t, err)
		require.Equal(t, "h2", list[0].Code)
		require.Equal(t, bot.MissWindow, list[0].Reason)
		require.Equal(t, bot.ReachSent, list[1].State)
		require.Equal(t, 1, run.Number)
	})

	t.Run("KeepsTheFirstMarkOfAHousehold", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, err := w.ImportHouseholds(t.Context(), store.Values([]bot.Household{{OAID: oaID, Code: "h1", UnitCode: "xa"}}), false)
		require.NoError(t, err)
		mark := bot.Told{OAID: oaID, AnnouncementID: "A", HouseholdCode: "h1", By: "Ông Tư", Note: "đã rõ", At: w.now}
		created, err := w.Tell(t.Context(), mark)
		require.NoError(t, err)
		require.True(t, created)
		other := mark
		other.By = "Bà Sáu"
		created, err = w.Tell(t.Context(), other)
		require.NoError(t, err)
		require.False(t, created)
		marks, err := w.ToldOf(t.Context(), oaID, "A")
		require.NoError(t, err)
		require.Len(t, marks, 1)
		require.True(t, marks[0].At.Equal(mark.At))
		marks[0].At = mark.At
		require.Equal(t, mark, marks[0])
		other.HouseholdCode = "none"
		_, err = w.Tell(t.Context(), other)
		require.ErrorIs(t, err, bot.ErrNotFound)
	})
}
