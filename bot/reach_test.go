package bot_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

// ledger is what the store tells of one announcement.
type ledger struct {
	of      map[string]bot.Announcement
	roll    []bot.Household
	results []bot.HouseholdResult
	told    []bot.Told
}

func TestReach(t *testing.T) {
	t.Parallel()

	now := time.Date(2026, 11, 26, 20, 0, 0, 0, village)
	household := func(code string, needs ...bot.Need) bot.Household {
		return bot.Household{Code: code, UnitCode: "xom", Needs: needs}
	}
	result := func(code, user string, state bot.DeliveryState, change ...func(*bot.HouseholdResult)) bot.HouseholdResult {
		r := bot.HouseholdResult{HouseholdCode: code, UserID: user, State: state, Channel: plan.ChannelFree, StateAt: now.Add(-time.Hour)}
		for _, do := range change {
			do(&r)
		}
		return r
	}
	because := func(reason string) func(*bot.HouseholdResult) {
		return func(r *bot.HouseholdResult) { r.Reason = reason }
	}
	byGroup := func(r *bot.HouseholdResult) { r.Channel = plan.ChannelGroup }
	yesterday := func(r *bot.HouseholdResult) { r.StateAt = now.Add(-24 * time.Hour) }
	everybody := bot.Announcement{ID: "A", Audience: bot.Audience{Units: []string{"xom"}}}
	reach := func(t *testing.T, l ledger) map[string]bot.HouseholdReach {
		t.Helper()
		list, err := bot.Reach(t.Context(), reachStore{l}, "A", bot.ReceiptPatience, now)
		require.NoError(t, err)
		require.Len(t, list, len(l.roll), "each household of the roll once")
		of := make(map[string]bot.HouseholdReach)
		for _, r := range list {
			of[r.Code] = r
		}
		return of
	}

	t.Run("TellsTheBestOfWhatIsKnownOfEachHousehold", func(t *testing.T) {
		t.Parallel()

		got := reach(t, ledger{
			of: map[string]bot.Announcement{"A": everybody},
			roll: []bot.Household{
				household("seen"), household("received"), household("told"), household("sent"), household("group"), household("unsure"),
				household("pending"), household("silent"), household("nobody"), household("again"),
			},
			results: []bot.HouseholdResult{
				result("seen", "1", bot.DeliveryRefused, because("window")), result("seen", "2", bot.DeliverySeen),
				result("received", "3", bot.DeliveryReceived), result("told", "4", bot.DeliveryRefused, because("recipient")),
				result("sent", "5", bot.DeliveryAccepted), result("group", "6", bot.DeliveryAccepted, byGroup, yesterday),
				result("unsure", "7", bot.DeliveryUnsure), result("pending", "8", bot.DeliverySending),
				result("silent", "9", bot.DeliveryAccepted, yesterday),
				result("again", "10", bot.DeliveryCancelled), result("again", "10", bot.DeliveryReceived),
			},
			told: []bot.Told{{HouseholdCode: "told", By: "Ông Tư"}, {HouseholdCode: "seen", By: "Ông Tư"}},
		})
		for code, want := range map[string]bot.ReachState{
			"seen": bot.ReachSeen, "received": bot.ReachReceived, "told": bot.ReachTold, "sent": bot.ReachSent, "group": bot.ReachSent,
			"unsure": bot.ReachUnsure, "pending": bot.ReachPending, "silent": bot.ReachNotReached, "nobody": bot.ReachNotReached, "again": bot.ReachReceived,
		} {
			require.Equal(t, want, got[code].State, code)
		}
		require.True(t, got["group"].ByGroup)
		require.False(t, got["sent"].ByGroup)
		require.Equal(t, "Ông Tư", got["told"].Told.By)
		require.Equal(t, bot.MissNoReceipt, got["silent"].Reason)
		require.Equal(t, bot.MissNoResident, got["nobody"].Reason)
	})

	t.Run("SaysWhyAHouseholdWasNotReached", func(t *testing.T) {
		t.Parallel()

		for reason, want := range map[string]bot.MissReason{
			"no_consent": bot.MissNoConsent, "blocked": bot.MissBlocked, "recipient": bot.MissBlocked, "window": bot.MissWindow,
			"no_channel": bot.MissNoChannel, "budget": bot.MissBudget, "permanent": bot.MissRefused, "format": bot.MissRefused,
		} {
			got := reach(t, ledger{
				of: map[string]bot.Announcement{"A": everybody}, roll: []bot.Household{household("h")},
				results: []bot.HouseholdResult{result("h", "1", bot.DeliveryRefused, because(reason)), result("h", "2", bot.DeliveryRefused, because("no_consent"))},
			})
			require.Equal(t, want, got["h"].Reason, "of two reasons the one that is easier to mend")
		}
	})

	t.Run("LeavesOutWhomItDoesNotConcern", func(t *testing.T) {
		t.Parallel()

		roll := []bot.Household{household("old", bot.NeedElderly), household("young")}
		of := func(a bot.Audience) map[string]bot.HouseholdReach {
			return reach(t, ledger{of: map[string]bot.Announcement{"A": {ID: "A", Audience: a}}, roll: roll})
		}
		got := of(bot.Audience{Units: []string{"xom"}, Topics: []bot.Topic{bot.TopicBank}})
		require.Equal(t, bot.ReachNotConcerned, got["old"].State)
		got = of(bot.Audience{Units: []string{"xom"}, Needs: []bot.Need{bot.NeedElderly}})
		require.Equal(t, bot.ReachNotReached, got["old"].State)
		require.Equal(t, bot.ReachNotConcerned, got["young"].State)
	})

	t.Run("PutsTheMostNeedyFirstAndAddsUpToTheRoll", func(t *testing.T) {
		t.Parallel()

		l := ledger{
			of: map[string]bot.Announcement{"A": everybody},
			roll: []bot.Household{
				household("a"), household("b", bot.NeedPoor), household("c", bot.NeedElderly, bot.NeedDangerZone), household("d", bot.NeedAlone),
				household("e", bot.NeedDangerZone),
			},
			results: []bot.HouseholdResult{result("e", "1", bot.DeliverySeen)},
		}
		list, err := bot.Reach(t.Context(), reachStore{l}, "A", bot.ReceiptPatience, now)
		require.NoError(t, err)
		var order []string
		for _, r := range list {
			order = append(order, r.Code)
		}
		require.Equal(t, []string{"c", "d", "b", "a", "e"}, order)
		all, byUnit := bot.CountReach(list, bot.Units{"xa": {Code: "xa"}, "xom": {Code: "xom", ParentCode: "xa"}})
		require.Equal(t, 5, all.Roll)
		require.Equal(t, map[bot.ReachState]int{bot.ReachSeen: 1, bot.ReachNotReached: 4}, all.States)
		require.Equal(t, map[bot.MissReason]int{bot.MissNoResident: 4}, all.Reasons)
		require.Len(t, byUnit, 2, "the village and the commune above it")
		require.Equal(t, all.States, byUnit[0].States)
	})
}

// reachStore is a ledger as bot.Reach reads it.
type reachStore struct{ l ledger }

var _ bot.ReachStore = reachStore{}

func (s reachStore) Announcement(_ context.Context, id string) (bot.Announcement, error) {
	return s.l.of[id], nil
}

func (s reachStore) RollOf(context.Context, string, bot.Audience) ([]bot.Household, error) {
	return s.l.roll, nil
}

func (s reachStore) HouseholdResults(context.Context, string, string) ([]bot.HouseholdResult, error) {
	return s.l.results, nil
}

func (s reachStore) ToldOf(context.Context, string, string) ([]bot.Told, error) { return s.l.told, nil }
