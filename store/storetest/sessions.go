package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

func runSessions(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreKeptWithTheEventOfTheirOperator", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "thông báo"), event("u2", "m2", "thông báo"))
		head := w.bound()
		for _, lease := range w.claim(bot.LaneResident, long) {
			in := w.inbox(lease)
			out := outcomeOf(in)
			if lease.Key == "u2" {
				require.Nil(t, in.Operator, "a resident is none")
				require.Empty(t, w.finish(out))
				continue
			}
			require.Equal(t, head.ID, in.Operator.ID)
			require.Equal(t, []string{"xom"}, in.Operator.Units)
			require.Equal(t, bot.Session{OAID: oaID, UserID: "u1"}, in.Session)
			out.Session = &bot.Session{
				Operator: head.ID, ID: "chat-1", Edit: 2, Step: bot.StepUnits, Kind: "general", Field: 1, Values: map[string]string{"text": "Mời họp."},
				Units: []string{"xom"}, Topics: []bot.Topic{bot.TopicCrops}, Because: "vì", Emergency: true, Budget: 55, Last: "x", ListOf: "x", List: []string{"h1"},
			}
			require.Empty(t, w.finish(out))
		}
		w.accept(event("u1", "m3", "xong"))
		other := w.other()
		lease := other.one(bot.LaneResident)
		in := other.inbox(lease)
		require.WithinDuration(t, w.now, in.Session.UpdatedAt, long)
		want := bot.Session{
			OAID: oaID, UserID: "u1", UpdatedAt: in.Session.UpdatedAt, Operator: head.ID, ID: "chat-1", Edit: 2, Step: bot.StepUnits, Kind: "general", Field: 1,
			Values: map[string]string{"text": "Mời họp."}, Units: []string{"xom"}, Topics: []bot.Topic{bot.TopicCrops}, Because: "vì", Emergency: true, Budget: 55,
			Last: "x", ListOf: "x", List: []string{"h1"},
		}
		require.Equal(t, want, in.Session)
		_, err := w.RemoveOperator(t.Context(), head, w.now, func([]bot.Announcement) []bot.Record { return nil })
		require.NoError(t, err)
		require.Nil(t, other.inbox(lease).Operator, "at once")
		var left int
		require.NoError(t, Raw(t, w.url).QueryRowContext(t.Context(), "SELECT count(*) FROM operator_sessions").Scan(&left))
		require.Zero(t, left, "what was composed goes with the operator")
	})

	t.Run("AreLostWithALostLease", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "thông báo"))
		w.bound()
		lease := w.one(bot.LaneResident)
		out := outcomeOf(w.inbox(lease))
		out.Session = &bot.Session{Operator: "a", ID: "chat-1"}
		out.Lease.Owner = "somebody else"
		require.Len(t, w.finish(out), 1)
		require.Empty(t, w.inbox(lease).Session.ID)
	})

	t.Run("FindTheLatestAnnouncements", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for _, id := range []string{"a", "b", "c"} {
			require.NoError(t, w.CreateAnnouncement(t.Context(), w.aDraft(id)))
		}
		recent, err := w.RecentAnnouncements(t.Context(), oaID, 2)
		require.NoError(t, err)
		require.Len(t, recent, 2)
		require.Equal(t, []string{"c", "b"}, []string{recent[0].ID, recent[1].ID})
		none, err := w.RecentAnnouncements(t.Context(), "another", 2)
		require.NoError(t, err)
		require.Empty(t, none)
	})

	t.Run("KnowTheUnitsOfHouseholds", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.households(bot.Household{OAID: oaID, Code: "h1", UnitCode: "xom"}, bot.Household{OAID: oaID, Code: "h2", UnitCode: "ban"})
		units, err := w.HouseholdUnits(t.Context(), oaID, []string{"h1", "h2", "h1"})
		require.NoError(t, err)
		require.Equal(t, map[string]string{"h1": "xom", "h2": "ban"}, units)
		_, err = w.HouseholdUnits(t.Context(), oaID, []string{"h1", "h3"})
		require.ErrorIs(t, err, bot.ErrNotFound)
	})
}
