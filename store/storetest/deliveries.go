package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

func urgency(u bot.Urgency) func(*bot.Delivery) { return func(d *bot.Delivery) { d.Urgency = u } }

func runDeliveries(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("GoTheMostUrgentAndOldestFirst", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "bulk", urgency(bot.UrgencyBulk)), w.reply("u2", "normal", urgency(bot.UrgencyNormal)),
			w.reply("u3", "first"), w.reply("u4", "emergency", urgency(bot.UrgencyEmergency)), w.reply("u5", "second"))
		require.Equal(t, []string{"first", "second", "emergency", "normal", "bulk"}, w.next())
	})

	t.Run("GoOneAtATimeToOneResidentInOrder", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"), w.reply("u2", "c"))
		lease := w.one(bot.LaneDelivery)
		require.Equal(t, []string{"a", "c"}, w.next())
		a := w.start(lease, "a")
		require.Equal(t, []string{"c"}, w.next(), "never two calls at once to one recipient")
		w.record(lease, w.result(a, bot.DeliveryAccepted, "z1"))
		require.Equal(t, []string{"b", "c"}, w.next())
	})

	t.Run("WaitForAnEarlierReplyThatIsToBeTriedAgain", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"))
		lease := w.one(bot.LaneDelivery)
		again := w.result(w.start(lease, "a"), bot.DeliveryPlanned, "")
		again.NotBefore = w.now.Add(time.Minute)
		w.record(lease, again)
		require.Empty(t, w.next())
		due, err := w.NextDue(t.Context(), oaID, w.look())
		require.NoError(t, err)
		require.True(t, due.Equal(w.now.Add(time.Minute)))
	})

	t.Run("AreNotHiddenBehindATalkativeResidents", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		var many []bot.Delivery
		for i := range 30 {
			many = append(many, w.reply("u1", string(rune('a'+i))))
		}
		w.plan(append(many, w.reply("u2", "quiet"))...)
		list, err := w.NextDeliveries(t.Context(), oaID, w.look(), 5)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, "quiet", list[1].Origin)
	})

	t.Run("WaitForTheirTimeAndEndAtTheirs", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "later", func(d *bot.Delivery) { d.NotBefore = w.now.Add(time.Hour) }),
			w.reply("u2", "over", func(d *bot.Delivery) { d.ExpiresAt = w.now.Add(-time.Second) }))
		lease := w.one(bot.LaneDelivery)
		require.Empty(t, w.next())
		due, err := w.NextDue(t.Context(), oaID, bot.Look{Now: w.now, UnsureSince: w.now, Least: bot.UrgencyBulk})
		require.NoError(t, err)
		require.True(t, due.Equal(w.now.Add(time.Hour)))
		require.NoError(t, w.RecoverDeliveries(t.Context(), lease, w.now))
		require.Equal(t, map[string]bot.DeliveryState{"later": bot.DeliveryPlanned, "over": bot.DeliveryExpired}, w.states())
	})

	t.Run("KeepTheirMessage", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		m := bot.Message{
			Text:    "Chào bà con 😀 \"nháy\" 'nháy' \\ \n hết",
			Choices: []bot.Choice{{Title: "Gọi", Phone: "0900000100"}, {Title: "Mở", URL: "https://example.vn/?a=1&b=<2>"}},
		}
		w.plan(w.reply("u1", "a", func(d *bot.Delivery) { d.Message = m }))
		got := w.nextDeliveries()[0]
		require.Equal(t, m, got.Message)
		require.True(t, got.ExpiresAt.Equal(w.now.Add(24*time.Hour)))
	})

	t.Run("AreAcceptedPartByPart", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "long", func(d *bot.Delivery) { d.Parts = 2 }))
		lease := w.one(bot.LaneDelivery)
		w.record(lease, w.result(w.start(lease, "long"), bot.DeliveryPlanned, "z1"))
		require.Equal(t, 1, w.nextDeliveries()[0].Part, "a part that was accepted is not sent again")
		w.record(lease, w.result(w.start(lease, "long"), bot.DeliveryAccepted, "z2"))
		require.Equal(t, bot.DeliveryAccepted, w.states()["long"])
	})

	t.Run("DoNotStartWhenTheyAreNotPlannedAnyMore", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"), w.reply("u2", "b"), w.reply("u3", "long", func(d *bot.Delivery) { d.Parts = 2 }))
		lease := w.one(bot.LaneDelivery)
		list := w.nextDeliveries()
		w.record(lease, w.result(w.start(lease, "a"), bot.DeliveryAccepted, "z1"), w.result(w.start(lease, "long"), bot.DeliveryPlanned, "z2"))
		started, err := w.ExchangeAttempts(t.Context(), lease, nil, []bot.Attempt{w.attempt(list[0]), w.attempt(list[1]), w.attempt(list[2])})
		require.NoError(t, err)
		require.Len(t, started, 1, "only what is still planned, at the part that is next")
		require.Equal(t, list[1].ID, started[0].DeliveryID)
		started, err = w.ExchangeAttempts(t.Context(), lease, nil, []bot.Attempt{w.attempt(list[0])})
		require.NoError(t, err)
		require.Empty(t, started)
	})

	t.Run("AreSendingUntilTheirOwnResultIsThere", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"), w.reply("u2", "b"), w.reply("u3", "c"))
		lease := w.one(bot.LaneDelivery)
		list := w.nextDeliveries()
		launches := func() (n int) {
			require.NoError(t, Raw(t, w.url).QueryRowContext(t.Context(), "SELECT count(*) FROM launches").Scan(&n))
			return n
		}
		together, err := w.ExchangeAttempts(t.Context(), lease, nil, []bot.Attempt{w.attempt(list[0]), w.attempt(list[1])})
		require.NoError(t, err)
		alone := w.start(lease, "c")
		require.Equal(t, 2, launches())

		last := w.result(alone, bot.DeliveryAccepted, "z3")
		last.Last = true
		w.record(lease, last)
		require.Equal(t, 1, launches(), "all that were launched with it are back")
		tooEarly := w.result(together[0], bot.DeliveryAccepted, "z1")
		tooEarly.Last = true
		w.record(lease, tooEarly)
		require.Equal(t, map[string]bot.DeliveryState{"a": bot.DeliveryAccepted, "b": bot.DeliverySending, "c": bot.DeliveryAccepted}, w.states())
		require.NoError(t, w.RecoverDeliveries(t.Context(), lease, w.now))
		require.Equal(t, bot.DeliveryUnsure, w.states()["b"], "whoever takes over asks after it")
		require.Zero(t, launches())
	})

	t.Run("ExchangeResultsForAttemptsInOneCommit", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"), w.reply("u2", "b"))
		lease := w.one(bot.LaneDelivery)
		next := w.nextDeliveries()[1]
		done := []bot.AttemptResult{w.result(w.start(lease, "a"), bot.DeliveryAccepted, "z1")}
		stranger := lease
		stranger.Owner = "somebody else"
		_, err := w.ExchangeAttempts(t.Context(), stranger, done, []bot.Attempt{w.attempt(next)})
		require.ErrorIs(t, err, bot.ErrLeaseLost)
		require.Equal(t, map[string]bot.DeliveryState{"a": bot.DeliverySending, "b": bot.DeliveryPlanned}, w.states())
		started, err := w.ExchangeAttempts(t.Context(), lease, done, []bot.Attempt{w.attempt(next)})
		require.NoError(t, err)
		require.Len(t, started, 1)
		require.Equal(t, map[string]bot.DeliveryState{"a": bot.DeliveryAccepted, "b": bot.DeliverySending}, w.states())
	})

	t.Run("CountAResultThatComesTwiceAtOnceOnce", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"))
		lease := w.one(bot.LaneDelivery)
		r := w.result(w.start(lease, "a"), bot.DeliveryAccepted, "z1")
		w.record(lease, r, r)
		require.Equal(t, bot.DeliveryAccepted, w.states()["a"])
	})

	t.Run("ObeyOnlyTheHolderOfTheLane", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"))
		lease := w.one(bot.LaneDelivery)
		stranger := lease
		stranger.Owner = "somebody else"
		list := w.nextDeliveries()
		_, err := w.ExchangeAttempts(t.Context(), stranger, nil, []bot.Attempt{w.attempt(list[0])})
		require.ErrorIs(t, err, bot.ErrLeaseLost)
		a := w.start(lease, "a")
		require.ErrorIs(t, w.FinishAttempts(t.Context(), stranger, []bot.AttemptResult{w.result(a, bot.DeliveryAccepted, "z1")}), bot.ErrLeaseLost)
		require.ErrorIs(t, w.RecoverDeliveries(t.Context(), stranger, w.now), bot.ErrLeaseLost)
		require.Equal(t, bot.DeliverySending, w.states()["a"])
	})

	t.Run("KeepTheFirstResultOfAnAttempt", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"))
		lease := w.one(bot.LaneDelivery)
		a := w.start(lease, "a")
		w.record(lease, w.result(a, bot.DeliveryAccepted, "z1"))
		w.record(lease, w.result(a, bot.DeliveryPlanned, ""))
		require.Equal(t, bot.DeliveryAccepted, w.states()["a"])
	})

	t.Run("BelongToTheirAccountAlone", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"), w.reply("u1", "a", func(d *bot.Delivery) { d.OAID = "4999" }))
		require.Equal(t, []string{"a"}, w.next())
		require.Equal(t, oaID, w.nextDeliveries()[0].OAID)
	})
}
