package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

// hear brings an echo or a receipt to the ledger as the webhook does.
func (w *world) hear(witnesses []bot.Witness, receipts []bot.Receipt) {
	w.t.Helper()
	w.accept(event("witness", "w"+time.Now().String(), "x"))
	for _, l := range w.claim(bot.LaneResident, long) {
		out := outcomeOf(w.inbox(l))
		out.Witnesses, out.Receipts = witnesses, receipts
		require.Empty(w.t, w.finish(out))
	}
}

func (w *world) echo(user, msgID, text string) {
	w.t.Helper()
	w.hear([]bot.Witness{{UserID: user, MsgID: msgID, TextKey: bot.TextKey(text), At: w.now.Add(time.Second)}}, nil)
}

func (w *world) unsure() []bot.Unsure {
	w.t.Helper()
	list, err := w.UnsureDeliveries(w.t.Context(), oaID, w.now.Add(time.Hour), 10)
	require.NoError(w.t, err)
	return list
}

func runDoubts(t *testing.T, newDatabase func(testing.TB) string) {
	// sent is a world in which the reply "a" to u1 is on its way.
	sent := func(t *testing.T, more ...bot.Delivery) (*world, bot.Lease, bot.Attempt) {
		w := newWorld(t, newDatabase)
		w.plan(append([]bot.Delivery{w.reply("u1", "a")}, more...)...)
		lease := w.one(bot.LaneDelivery)
		return w, lease, w.start(lease, "a")
	}

	t.Run("WhatADeadHolderLeftInSendingIsUnsure", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		require.NoError(t, w.RecoverDeliveries(t.Context(), lease, w.now.Add(time.Minute)))
		require.Equal(t, bot.DeliveryUnsure, w.states()["a"])
		require.Empty(t, w.next(), "it is never sent again blindly")
		soon, err := w.UnsureDeliveries(t.Context(), oaID, a.Deadline.Add(bot.WitnessPatience-time.Second), 10)
		require.NoError(t, err)
		require.Empty(t, soon, "its witnesses are not asked before the call is surely over")
		list := w.unsure()
		require.Len(t, list, 1)
		require.Equal(t, a.ID, list[0].Attempt.ID)
		require.Zero(t, list[0].Asked)
		require.NoError(t, w.RecoverDeliveries(t.Context(), lease, w.now), "twice is fine")
	})

	t.Run("AnEchoSettlesAnUnsureOne", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		w.record(lease, w.result(a, bot.DeliveryUnsure, ""))
		w.echo("u1", "z1", "trả lời a")
		require.Equal(t, bot.DeliveryAccepted, w.states()["a"])
		require.Empty(t, w.unsure())
		claimed, err := w.ClaimedMessages(t.Context(), oaID, "u1", []string{"z1", "z2"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"z1": true}, claimed)
	})

	t.Run("AnEchoInDecomposedAccentsIsKnownToo", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		w.record(lease, w.result(a, bot.DeliveryUnsure, ""))
		w.echo("u1", "z1", " tra\u0309 l\u01a1\u0300i a\n")
		require.Equal(t, bot.DeliveryAccepted, w.states()["a"])
	})

	t.Run("AnEchoBeforeTheAnswerIsRemembered", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		w.echo("u1", "z1", "trả lời a")
		require.Equal(t, bot.DeliverySending, w.states()["a"], "its own answer may still come")
		w.record(lease, w.result(a, bot.DeliveryUnsure, ""))
		require.Equal(t, bot.DeliveryAccepted, w.states()["a"])
	})

	t.Run("AnEchoAfterTheHoldersDeathCounts", func(t *testing.T) {
		t.Parallel()

		w, lease, _ := sent(t)
		w.echo("u1", "z1", "trả lời a")
		require.NoError(t, w.RecoverDeliveries(t.Context(), lease, w.now.Add(time.Minute)))
		require.Equal(t, bot.DeliveryAccepted, w.states()["a"])
	})

	t.Run("AnEchoStandsForOneDeliveryOnly", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		same := func(d *bot.Delivery) { d.Message.Text = "giống nhau" }
		w.plan(w.reply("u1", "a", same), w.reply("u1", "b", same))
		lease := w.one(bot.LaneDelivery)
		w.record(lease, w.result(w.start(lease, "a"), bot.DeliveryAccepted, "z1"))
		w.record(lease, w.result(w.start(lease, "b"), bot.DeliveryUnsure, ""))
		w.echo("u1", "z1", "giống nhau")
		require.Equal(t, bot.DeliveryUnsure, w.states()["b"], "the echo is of the first")
		w.echo("u1", "z1", "giống nhau")
		require.Equal(t, bot.DeliveryUnsure, w.states()["b"], "also when it comes twice")
		w.echo("u1", "z2", "giống nhau")
		require.Equal(t, bot.DeliveryAccepted, w.states()["b"])
	})

	t.Run("AnEchoToAnotherOrOfAnotherTextSettlesNothing", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		w.record(lease, w.result(a, bot.DeliveryUnsure, ""))
		w.echo("u2", "z1", "trả lời a")
		w.echo("u1", "z2", "khác")
		w.hear([]bot.Witness{{UserID: "u1", MsgID: "z3", TextKey: bot.TextKey("trả lời a"), At: w.now.Add(-time.Minute)}}, nil)
		require.Equal(t, bot.DeliveryUnsure, w.states()["a"])
	})

	t.Run("AnEchoOfAPartLetsTheNextGo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "long", func(d *bot.Delivery) { d.Parts, d.Message.Text = 2, "phần một" }))
		lease := w.one(bot.LaneDelivery)
		w.record(lease, w.result(w.start(lease, "long"), bot.DeliveryUnsure, ""))
		w.echo("u1", "z1", "phần một")
		require.Equal(t, bot.DeliveryPlanned, w.states()["long"])
		w.now = w.now.Add(time.Minute)
		require.Equal(t, 1, w.nextDeliveries()[0].Part)
	})

	t.Run("ALaterReplyWaitsAMinuteForAnUnsureOne", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"))
		lease := w.one(bot.LaneDelivery)
		doubt := w.result(w.start(lease, "a"), bot.DeliveryUnsure, "")
		doubt.NotBefore = w.now.Add(time.Hour)
		w.record(lease, doubt)
		require.Empty(t, w.next())
		due, err := w.NextDue(t.Context(), oaID, w.look())
		require.NoError(t, err)
		require.True(t, due.Equal(w.now.Add(time.Minute)), "%s", due.Sub(w.now))
		w.now = w.now.Add(61 * time.Second)
		require.Equal(t, []string{"b"}, w.next())
	})

	t.Run("AnUnsureOneIsAskedForAgainAtItsTime", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		doubt := w.result(a, bot.DeliveryUnsure, "")
		doubt.Asked, doubt.NotBefore = 2, w.now.Add(5*time.Minute)
		w.record(lease, doubt)
		soon, err := w.UnsureDeliveries(t.Context(), oaID, w.now.Add(4*time.Minute), 10)
		require.NoError(t, err)
		require.Empty(t, soon)
		require.Equal(t, 2, w.unsure()[0].Asked)
		doubt.Asked, doubt.NotBefore = 3, time.Time{}
		w.record(lease, doubt)
		require.Empty(t, w.unsure(), "nobody is asked any more")
		require.Equal(t, bot.DeliveryUnsure, w.states()["a"], "and it stays in sight")
	})

	t.Run("OneThatWasNotSentMayGoAgain", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		w.record(lease, w.result(a, bot.DeliveryUnsure, ""))
		w.record(lease, w.result(w.unsure()[0].Attempt, bot.DeliveryPlanned, ""))
		require.Equal(t, []string{"a"}, w.next())
	})

	t.Run("ReceiptsMoveForwardOnly", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		received := []bot.Receipt{{UserID: "u1", MsgIDs: []string{"z1"}, At: w.now}}
		seen := []bot.Receipt{{UserID: "u1", MsgIDs: []string{"z0", "z1"}, Seen: true, At: w.now}}
		w.hear(nil, received)
		require.Equal(t, bot.DeliverySending, w.states()["a"])
		w.record(lease, w.result(a, bot.DeliveryAccepted, "z1"))
		w.hear(nil, received)
		require.Equal(t, bot.DeliveryReceived, w.states()["a"])
		w.hear(nil, seen)
		w.hear(nil, received)
		require.Equal(t, bot.DeliverySeen, w.states()["a"])
	})

	t.Run("ReceiptsOfStrangersChangeNothing", func(t *testing.T) {
		t.Parallel()

		w, lease, a := sent(t)
		w.record(lease, w.result(a, bot.DeliveryAccepted, "z1"))
		w.hear(nil, []bot.Receipt{{UserID: "u2", MsgIDs: []string{"z1"}, Seen: true, At: w.now}})
		require.Equal(t, bot.DeliveryAccepted, w.states()["a"])
	})
}
