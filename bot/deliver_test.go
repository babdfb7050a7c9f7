package bot_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/store/memory"
	"github.com/loalang/loalang/zalo"
)

func repeat(n int, a bottest.Answer) []bottest.Answer {
	list := make([]bottest.Answer, n)
	for i := range list {
		list[i] = a
	}
	return list
}

func endpoints(calls []bottest.Call) (list []zalo.Endpoint) {
	for _, c := range calls {
		list = append(list, c.Endpoint)
	}
	return list
}

func TestDeliver(t *testing.T) {
	t.Parallel()

	t.Run("SendsAndRecords", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.plan(w.reply("u1", "a", withButton))
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		calls := w.zalo.Calls()
		require.Len(t, calls, 1)
		require.Equal(t, "at-1", calls[0].Token)
		require.Equal(t, zalo.EndpointV3, calls[0].Endpoint)
		require.Len(t, calls[0].Message.Buttons, 1)
		require.Equal(t, 1, w.counts.States(bot.DeliveryAccepted))
		due, held := w.lane(bot.LaneDelivery)
		require.False(t, held)
		require.True(t, due.After(w.clock.Now()), "the lane is looked at again later")
		require.Zero(t, w.wake.Listeners(bot.LaneDelivery))
	})

	t.Run("KeepsTheLaneForWhatComesNext", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		answered := make(chan struct{})
		w.zalo.Then(bottest.Answer{Until: answered})
		w.plan(w.reply("u1", "a"))
		r := w.deliver()
		w.calls(1)
		w.plan(w.reply("u1", "b"))
		w.wake.Hint(bot.LaneDelivery)
		close(answered)
		w.untilState("b", bot.DeliveryAccepted)
		r.stop()
	})

	t.Run("GivesTheLaneBackUntilTheNextIsDue", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		later := w.clock.Now().Add(10 * time.Minute)
		w.plan(w.reply("u1", "a"), w.reply("u2", "b", func(d *bot.Delivery) { d.NotBefore = later }))
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 1)
		due, _ := w.lane(bot.LaneDelivery)
		require.True(t, due.Equal(later))
		w.clock.Advance(10 * time.Minute)
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("b"))
	})

	t.Run("RenewsTheLaneBeforeItsLeaseIsOver", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.plan(w.reply("u1", "a"))
		leases, err := w.db.ClaimLanes(t.Context(), bot.LaneDelivery, w.clock.Now(), 1, time.Second)
		require.NoError(t, err)
		require.NoError(t, w.deliverer().Deliver(t.Context(), leases[0]))
		require.Equal(t, bot.DeliveryAccepted, w.state("a"), "nothing leaves under a lease shorter than a call, so it was renewed")
		require.Equal(t, 1, w.Calls("RenewLane"))
	})
}

func TestDeliverOrder(t *testing.T) {
	t.Parallel()

	t.Run("RepliesGoFirstThenTheMoreUrgent", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.limiter.Allow(0)
		w.plan(
			w.reply("u1", "bulk", urgency(bot.UrgencyBulk)), w.reply("u2", "normal", urgency(bot.UrgencyNormal)),
			w.reply("u3", "first"), w.reply("u4", "emergency", urgency(bot.UrgencyEmergency)), w.reply("u5", "second"),
		)
		r := w.deliver()
		var order []string
		for i := range 5 {
			w.limiter.Allow(1)
			order = append(order, w.calls(i + 1)[i].Message.Text)
		}
		require.Equal(t, []string{"trả lời first", "trả lời second", "trả lời emergency", "trả lời normal", "trả lời bulk"}, order)
		r.stop()
	})

	t.Run("AReplyOvertakesWhatWasReadAhead", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		var bulk []bot.Delivery
		for _, u := range people(100) {
			bulk = append(bulk, w.reply(u, "bulk-"+u, urgency(bot.UrgencyBulk)))
		}
		w.limiter.Allow(1)
		w.plan(bulk...)
		r := w.deliver()
		w.calls(1)
		w.plan(w.reply("asker", "reply"))
		reads := w.Calls("NextDeliveries")
		w.until("the queue to be read anew", func() bool { return w.Calls("NextDeliveries") > reads })
		w.limiter.Allow(1)
		require.Equal(t, "asker", w.calls(2)[1].UserID)
		r.stop()
	})

	t.Run("AReplyOvertakesWhatIsReady", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		first, gate := make(chan struct{}), make(chan struct{})
		w.zalo.Then(append([]bottest.Answer{{Until: first}}, repeat(64, bottest.Answer{Until: gate})...)...)
		var bulk []bot.Delivery
		for _, u := range people(1300) {
			bulk = append(bulk, w.reply(u, "bulk-"+u, urgency(bot.UrgencyBulk)))
		}
		w.plan(bulk...)
		r := w.deliver()
		w.calls(64)
		w.untilState(bulk[100].Origin, bot.DeliverySending)
		w.plan(w.reply("asker", "reply"))
		w.wake.Hint(bot.LaneDelivery)
		w.untilState("reply", bot.DeliverySending)
		close(first)
		require.Equal(t, "asker", w.calls(65)[64].UserID)
		r.cancel()
		close(gate)
		require.NoError(t, r.wait())
	})

	t.Run("AtMost64AreInFlightAndNeverTwoToOneRecipient", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.Then(repeat(200, bottest.Answer{Until: gate})...)
		var list []bot.Delivery
		for _, u := range people(100) {
			list = append(list, w.reply(u, "a-"+u, urgency(bot.UrgencyNormal)), w.reply(u, "b-"+u, urgency(bot.UrgencyNormal)))
		}
		w.plan(list...)
		r := w.deliver()
		w.calls(64)
		close(gate)
		w.calls(200)
		r.stop()
		most, overlapped := w.zalo.Most()
		require.Equal(t, 64, most)
		require.False(t, overlapped)
		for origin, row := range w.rows() {
			require.Equal(t, bot.DeliveryAccepted, row.State, origin)
		}
		require.Len(t, w.zalo.Calls(), 200)
	})

	t.Run("WhatIsSendingDoesNotLeaveAgainThoughTheLedgerIsReadAsIfItWerePlanned", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.Then(repeat(64, bottest.Answer{Until: gate})...)
		var list []bot.Delivery
		for _, u := range people(90) {
			list = append(list, w.reply(u, u, urgency(bot.UrgencyNormal)))
		}
		w.plan(list...)
		r := w.deliver(func(cfg *bot.DelivererConfig) { cfg.Store = overlooking{w.FaultyStore} })
		w.calls(64)
		reads := w.Calls("NextDeliveries")
		w.until("the ledger to be read again", func() bool { return w.Calls("NextDeliveries") > reads+1 })
		close(gate)
		w.calls(90)
		r.stop()
		require.Len(t, w.zalo.Calls(), 90)
	})

	for name, end := range map[string]func(w *world, r *run, first chan struct{}){
		"AtAStop":                     func(_ *world, r *run, _ chan struct{}) { r.cancel() },
		"AfterTwoSeconds":             func(w *world, _ *run, _ chan struct{}) { w.clock.Advance(2100 * time.Millisecond) },
		"WhenZaloSaysThatItIsTooMuch": func(_ *world, _ *run, first chan struct{}) { close(first) },
	} {
		t.Run("WhatIsReadyBehindThemIsGivenBack"+name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t)
			first, gate := make(chan struct{}), make(chan struct{})
			w.zalo.Then(append([]bottest.Answer{{Until: first, Err: &zalo.Error{Code: -32}}}, repeat(63, bottest.Answer{Until: gate})...)...)
			w.limiter.Allow(100)
			var list []bot.Delivery
			for _, u := range people(100) {
				list = append(list, w.reply(u, u, urgency(bot.UrgencyNormal)))
			}
			w.plan(list...)
			r := w.deliver()
			w.calls(64)
			last := list[99].Origin
			w.untilState(last, bot.DeliverySending)
			end(w, r, first)
			w.untilState(last, bot.DeliveryPlanned)
			require.Len(t, w.zalo.Calls(), 64)
			r.cancel()
			if name != "WhenZaloSaysThatItIsTooMuch" {
				close(first)
			}
			close(gate)
			require.NoError(t, r.wait())
			w.limiter.Answer(0, nil)
			w.deliverAll()
			for origin, row := range w.rows() {
				require.Equal(t, bot.DeliveryAccepted, row.State, origin)
			}
			require.Len(t, w.zalo.Calls(), 101, "all once, and the refused one again")
		})
	}

	t.Run("CallsLeaveWhileOthersAreBeingCommitted", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.Then(repeat(64, bottest.Answer{Until: gate})...)
		var list []bot.Delivery
		for _, u := range people(200) {
			list = append(list, w.reply(u, u, urgency(bot.UrgencyNormal)))
		}
		w.plan(list...)
		r := w.deliver()
		w.calls(64)
		w.untilState(list[127].Origin, bot.DeliverySending)
		release := w.Hold("ExchangeAttempts")
		defer release()
		close(gate)
		w.calls(128)
		w.until("the next to be committed", func() bool { return w.Calls("ExchangeAttempts") == 2 })
		require.Len(t, w.zalo.Calls(), 128, "what is not committed does not leave")
		release()
		w.calls(200)
		r.stop()
		for origin, row := range w.rows() {
			require.Equal(t, bot.DeliveryAccepted, row.State, origin)
		}
	})

	t.Run("ALaterReplyWaitsForAnEarlierOne", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.To("u1", bottest.Answer{Until: gate})
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"), w.reply("u2", "c"))
		r := w.deliver()
		w.untilState("c", bot.DeliveryAccepted)
		require.Equal(t, []string{"trả lời a"}, w.zalo.Texts("u1"))
		close(gate)
		w.untilState("b", bot.DeliveryAccepted)
		require.Equal(t, []string{"trả lời a", "trả lời b"}, w.zalo.Texts("u1"))
		r.stop()
	})

	t.Run("ALaterReplyWaitsForOneThatIsTriedAgain", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.Then(bottest.Refuse(-214))
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"))
		w.deliverAll()
		require.Equal(t, bot.DeliveryPlanned, w.state("b"))
		w.clock.Advance(time.Minute)
		w.deliverAll()
		require.Equal(t, []string{"trả lời a", "trả lời a", "trả lời b"}, w.zalo.Texts("u1"))
	})

	t.Run("ARefusedReplyHoldsNobodyUp", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.Then(bottest.Refuse(-230))
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"))
		w.deliverAll()
		require.Equal(t, bot.DeliveryRefused, w.state("a"))
		require.Equal(t, bot.DeliveryAccepted, w.state("b"))
	})
}

func TestDeliverDoubts(t *testing.T) {
	t.Parallel()

	// doubted is a world in which the reply "a" to u1 is unsure and its call may still turn up for twelve seconds.
	doubted := func(t *testing.T, answer bottest.Answer, more ...bot.Delivery) *world {
		w := newWorld(t)
		w.zalo.To("u1", answer)
		w.plan(append([]bot.Delivery{w.reply("u1", "a")}, more...)...)
		w.deliverAll()
		require.Equal(t, bot.DeliveryUnsure, w.state("a"))
		require.Zero(t, w.zalo.Reads(), "nobody is asked before the call is surely over")
		due, _ := w.lane(bot.LaneDelivery)
		require.Equal(t, 12*time.Second, due.Sub(w.clock.Now()), "the time-out of the call and ten seconds")
		return w
	}
	// asked lets time pass until the witnesses are asked.
	asked := func(w *world) {
		w.t.Helper()
		w.clock.Advance(12 * time.Second)
		w.deliverAll()
	}

	t.Run("AnEchoAccepts", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(true))
		w.hear(func(o *bot.Outcome) {
			o.Witnesses = []bot.Witness{{UserID: "u1", MsgID: "z1", TextKey: bot.TextKey("trả lời a"), At: w.clock.Now()}}
		})
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		asked(w)
		require.Zero(t, w.zalo.Reads())
		require.Len(t, w.zalo.Calls(), 1)
	})

	t.Run("TheConversationAccepts", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(true))
		asked(w)
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Equal(t, 1, w.zalo.Reads())
		require.Len(t, w.zalo.Calls(), 1, "what Zalo has accepted is not sent twice")
		require.Equal(t, 2, w.limiter.Taken(), "every call is counted")
	})

	t.Run("TheConversationSettlesACodeThatSaysNothing", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Answer{Err: &zalo.Error{Code: -200}, Delivered: true})
		require.Equal(t, -200, w.rows()["a"].Code)
		asked(w)
		require.Equal(t, row{State: bot.DeliveryAccepted, Part: 1, Asked: 1, NotBefore: "10:00:12"}, w.rows()["a"])
	})

	t.Run("TheWholeConversationWithoutItSendsAgain", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(false))
		asked(w)
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Equal(t, []string{"trả lời a", "trả lời a"}, w.zalo.Texts("u1"))
	})

	t.Run("AMessageOfTheResidentOrFromBeforeIsNoWitness", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(false))
		now := w.clock.Now()
		w.zalo.Chat("u1",
			zalo.ConversationMessage{FromOA: true, Time: now.Add(-time.Minute), Text: "trả lời a", MessageID: "old"},
			zalo.ConversationMessage{FromOA: false, Time: now, Text: "trả lời a", MessageID: "theirs"},
			zalo.ConversationMessage{FromOA: true, Time: now, Text: "khác", MessageID: "another"},
		)
		asked(w)
		require.Len(t, w.zalo.Texts("u1"), 2)
	})

	t.Run("AClockThatIsALittleBehindOursIsNoReasonToSendTwice", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(false))
		w.zalo.Chat("u1", zalo.ConversationMessage{
			FromOA: true, Time: w.clock.Now().Add(-4 * time.Second), Text: "trả lời a", MessageID: "z1",
		})
		asked(w)
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Len(t, w.zalo.Calls(), 1)
	})

	t.Run("AMessageWithoutAnIdLeavesTheDoubt", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(false))
		w.zalo.Chat("u1", zalo.ConversationMessage{FromOA: true, Time: w.clock.Now(), Text: "trả lời a"})
		asked(w)
		require.Equal(t, bot.DeliveryUnsure, w.state("a"))
		require.Len(t, w.zalo.Calls(), 1)
	})

	t.Run("ItIsFoundBehindNewerMessages", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(true))
		for i := range 25 {
			w.zalo.Chat("u1", zalo.ConversationMessage{Time: w.clock.Now(), Text: "hỏi", MessageID: fmt.Sprint("q", i)})
		}
		asked(w)
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Equal(t, 3, w.zalo.Reads())
	})

	t.Run("AConversationThatDoesNotReachBackProvesNothing", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(false))
		for i := range 150 {
			w.zalo.Chat("u1", zalo.ConversationMessage{Time: w.clock.Now(), Text: "hỏi", MessageID: fmt.Sprint("q", i)})
		}
		asked(w)
		require.Equal(t, bot.DeliveryUnsure, w.state("a"))
		require.Equal(t, 10, w.zalo.Reads())
		require.Len(t, w.zalo.Calls(), 1)
	})

	t.Run("ItStaysUnsureAndIsAskedForAfter1And5And30Minutes", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(true))
		w.zalo.FailConversation(errors.New("unreadable"))
		asked(w)
		require.Equal(t, row{State: bot.DeliveryUnsure, Failures: 1, Reason: "unsure", Asked: 1, NotBefore: "10:01:12"}, w.rows()["a"])
		for i, wait := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute} {
			w.clock.Advance(wait - time.Second)
			for _, lease := range w.claim(bot.LaneDelivery) { // a later reply need no longer wait for it
				require.NoError(t, w.deliverer().Deliver(t.Context(), lease))
			}
			require.Equal(t, i+1, w.zalo.Reads(), "not before its time")
			w.clock.Advance(time.Second)
			w.deliverAll()
			require.Equal(t, i+2, w.rows()["a"].Asked)
			require.Equal(t, i+2, w.zalo.Reads())
		}
		require.Equal(t, row{State: bot.DeliveryUnsure, Failures: 1, Reason: "unsure", Asked: 4}, w.rows()["a"], "it stays in sight")
		w.zalo.FailConversation(nil)
		w.clock.Advance(2 * time.Hour)
		w.deliverAll()
		require.Equal(t, 4, w.zalo.Reads(), "nobody is asked any more")
		require.Len(t, w.zalo.Calls(), 1)
	})

	t.Run("TheMessageOfAnotherDeliveryIsNotClaimed", func(t *testing.T) {
		t.Parallel()

		for delivered, sent := range map[bool]int{true: 2, false: 3} {
			w := newWorld(t)
			same := func(d *bot.Delivery) { d.Message.Text = "giống nhau" }
			w.zalo.To("u1", bottest.Answer{}, bottest.Hide(delivered))
			w.plan(w.reply("u1", "first", same), w.reply("u1", "second", same))
			w.deliverAll()
			require.Equal(t, bot.DeliveryUnsure, w.state("second"))
			asked(w)
			require.Equal(t, bot.DeliveryAccepted, w.state("second"))
			require.Len(t, w.zalo.Calls(), sent)
		}
	})

	t.Run("AFoundPartLetsTheNextGo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Hide(true))
		w.plan(w.reply("u1", "long", inParts(3)), w.reply("u1", "after"))
		w.deliverAll()
		asked(w)
		require.Equal(t, bot.DeliveryAccepted, w.state("long"))
		require.Equal(t, bot.DeliveryAccepted, w.state("after"))
		require.Len(t, w.zalo.Calls(), 4)
	})

	t.Run("ALaterReplyWaitsForItForAMinute", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Hide(true))
		w.zalo.FailConversation(errors.New("unreadable"))
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"))
		w.deliverAll()
		asked(w)
		require.Equal(t, bot.DeliveryPlanned, w.state("b"))
		due, _ := w.lane(bot.LaneDelivery)
		require.Equal(t, 48*time.Second, due.Sub(w.clock.Now()))
		w.clock.Advance(48 * time.Second)
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("b"))
		require.Equal(t, bot.DeliveryUnsure, w.state("a"))
	})

	t.Run("WhatADeadHolderLeftIsAskedForAndNotSentBlindly", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.plan(w.reply("u1", "a"))
		lease := w.claim(bot.LaneDelivery)[0]
		list, err := w.db.NextDeliveries(t.Context(), oaID, bot.Look{Now: w.clock.Now(), UnsureSince: w.clock.Now(), Least: bot.UrgencyBulk}, 10)
		require.NoError(t, err)
		_, err = w.db.ExchangeAttempts(t.Context(), lease, nil, []bot.Attempt{{
			DeliveryID: list[0].ID, OAID: oaID, UserID: "u1", TextKey: bot.TextKey("trả lời a"),
			StartedAt: w.clock.Now(), Deadline: w.clock.Now().Add(2 * time.Second),
		}})
		require.NoError(t, err)
		w.zalo.Chat("u1", zalo.ConversationMessage{FromOA: true, Time: w.clock.Now(), Text: "trả lời a", MessageID: "z9"})
		require.NoError(t, w.db.ForgetLeases(t.Context()))
		w.deliverAll()
		require.Equal(t, "interrupted", w.rows()["a"].Reason)
		asked(w)
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Empty(t, w.zalo.Calls())
	})

	t.Run("ATokenThatIsRefusedWhileAskingIsRefreshed", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(true))
		w.zalo.FailConversation(&zalo.Error{Code: -220})
		asked(w)
		require.Equal(t, bot.TokenStale, w.account().Token.State)
		require.Positive(t, w.wake.Hinted(bot.LaneToken))
		w.zalo.FailConversation(nil)
		require.NoError(t, w.db.SaveToken(t.Context(), oaID, w.account().Token.Version, w.token("at-2", "rt-2", 0), w.clock.Now()))
		w.clock.Advance(time.Minute)
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})

	t.Run("ACapThatIsMetWhileAskingPausesSendingToo", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(true))
		w.zalo.FailConversation(&zalo.Error{Code: -32, Message: "Your app has exceeded the number of calls per minute"})
		asked(w)
		require.Len(t, w.limiter.Pauses(), 1)
		require.Empty(t, w.limiter.Pauses()[0].OAID)
	})

	t.Run("AStopDoesNotWaitForTheCapToAsk", func(t *testing.T) {
		t.Parallel()

		w := doubted(t, bottest.Hide(true))
		w.clock.Advance(12 * time.Second)
		w.limiter.Answer(time.Hour, nil)
		asked := w.limiter.Asked()
		r := w.deliver()
		w.until("the cap to be asked", func() bool { return w.limiter.Asked() > asked })
		r.stop()
		require.Equal(t, row{State: bot.DeliveryUnsure, Failures: 1, Reason: "unsure", NotBefore: "10:00:12"}, w.rows()["a"], "it does not count as asked")
	})
}

func TestDeliverRefusals(t *testing.T) {
	t.Parallel()

	for code, want := range map[int]row{
		-200: {State: bot.DeliveryUnsure, Failures: 1, Code: -200, Reason: "unsure", NotBefore: "10:00:12"},
		-204: {State: bot.DeliveryPlanned, Failures: 1, Code: -204, Reason: "config", NotBefore: "10:05:00"},
		-211: {State: bot.DeliveryPlanned, Failures: 1, Code: -211, Reason: "quota", NotBefore: "10:30:00"},
		-213: {State: bot.DeliveryRefused, Failures: 1, Code: -213, Reason: "recipient", NotBefore: "10:00:00"},
		-214: {State: bot.DeliveryPlanned, Failures: 1, Code: -214, Reason: "later", NotBefore: "10:01:00"},
		-230: {State: bot.DeliveryRefused, Failures: 1, Code: -230, Reason: "window", NotBefore: "10:00:00"},
		-248: {State: bot.DeliveryRefused, Failures: 1, Code: -248, Reason: "permanent", NotBefore: "10:00:00"},
		-321: {State: bot.DeliveryPlanned, Failures: 1, Code: -321, Reason: "billing", NotBefore: "10:05:00"},
	} {
		t.Run(fmt.Sprint("Code", code, "IsRecordedAndMakesTheLaneWait"), func(t *testing.T) {
			t.Parallel()

			w := newWorld(t)
			w.zalo.Then(bottest.Refuse(code))
			w.plan(w.reply("u1", "a"))
			w.deliverAll()
			require.Equal(t, want, w.rows()["a"])
			require.Len(t, w.zalo.Calls(), 1)
			require.Equal(t, 1, w.counts.Codes(code))
			due, _ := w.lane(bot.LaneDelivery)
			if want.State != bot.DeliveryRefused {
				require.Equal(t, want.NotBefore, due.In(village).Format(time.TimeOnly))
			}
		})
	}

	t.Run("ANightRefusalGoesInTheMorning", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.clock.Set(time.Date(2026, time.November, 21, 22, 30, 0, 0, village))
		w.zalo.Then(bottest.Refuse(-234))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Equal(t, "06:00:00", w.rows()["a"].NotBefore)
		w.clock.Set(time.Date(2026, time.November, 22, 6, 0, 0, 0, village))
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})

	t.Run("AFaultOfTheAccountIsShownAndHealsWithTheNextAcceptedMessage", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.Then(bottest.Refuse(-204))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Contains(t, w.account().Fault, "-204")
		w.clock.Advance(5 * time.Minute)
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Empty(t, w.account().Fault)
	})

	for name, tc := range map[string]struct{ message, paused string }{
		"TheAccount": {"Your OA has exceeded the number of calls per minute", oaID},
		"All":        {"Your app has exceeded the number of calls per minute", ""},
	} {
		t.Run("TooManyCallsPause"+name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t)
			w.zalo.Then(bottest.Answer{Err: &zalo.Error{Code: -32, Message: tc.message}})
			w.plan(w.reply("u1", "a"))
			w.deliverAll()
			pauses := w.limiter.Pauses()
			require.Len(t, pauses, 1)
			require.Equal(t, tc.paused, pauses[0].OAID)
			require.Greater(t, pauses[0].For, time.Second)
			require.LessOrEqual(t, pauses[0].For, 61*time.Second)
			require.Equal(t, bot.DeliveryAccepted, w.state("a"), "it goes as soon as the cap lets it")
		})
	}

	t.Run("ButtonsThatAreRefusedGoAsText", func(t *testing.T) {
		t.Parallel()

		for _, code := range []int{-201, -233} {
			w := newWorld(t)
			w.zalo.Then(bottest.Refuse(code))
			w.plan(w.reply("u1", "a", withButton))
			w.deliverAll()
			calls := w.zalo.Calls()
			require.Len(t, calls, 2)
			require.Len(t, calls[0].Message.Buttons, 1)
			require.Empty(t, calls[1].Message.Buttons)
			require.Contains(t, calls[1].Message.Text, "1. Xem")
			require.Equal(t, bot.DeliveryAccepted, w.state("a"))
			require.True(t, w.account().TextOnly)
			w.plan(w.reply("u2", "b", withButton))
			w.deliverAll()
			require.Len(t, w.zalo.Calls(), 3, "buttons are not tried again")
		}
	})

	t.Run("OneMessageThatIsInvalidTakesTheButtonsFromNobody", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Refuse(-201), bottest.Refuse(-201))
		w.plan(w.reply("u1", "a", withButton))
		w.deliverAll()
		require.Equal(t, bot.DeliveryRefused, w.state("a"))
		require.False(t, w.account().TextOnly)
		w.plan(w.reply("u2", "b", withButton))
		w.deliverAll()
		require.Len(t, w.zalo.Calls()[2].Message.Buttons, 1)
	})
}

func TestDeliverEndpoints(t *testing.T) {
	t.Parallel()

	t.Run("AGovernmentAccountThatWeTookForABusinessIsPinnedToV2", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.Then(bottest.Refuse(-235))
		w.plan(w.reply("u1", "a"), w.reply("u1", "b"))
		w.deliverAll()
		require.Equal(t, []zalo.Endpoint{zalo.EndpointV3, zalo.EndpointV2, zalo.EndpointV2}, endpoints(w.zalo.Calls()))
		require.Equal(t, bot.DeliveryAccepted, w.state("b"))
		a := w.account()
		require.Equal(t, zalo.EndpointV2, a.Endpoint)
		require.True(t, a.EndpointPinned)
		require.Empty(t, a.Fault)
	})

	t.Run("ABusinessAccountThatWeTookForGovernmentIsPinnedToV3", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, func(a *bot.OfficialAccount) { a.Type = bot.AccountGovernment })
		w.zalo.Then(bottest.Refuse(-240))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Equal(t, []zalo.Endpoint{zalo.EndpointV2, zalo.EndpointV3}, endpoints(w.zalo.Calls()))
		require.True(t, w.account().EndpointPinned)
	})

	t.Run("ManyRefusalsAtOncePinOnce", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		var list []bot.Delivery
		for _, u := range people(20) {
			w.zalo.To(u, bottest.Refuse(-235))
			list = append(list, w.reply(u, u))
		}
		w.plan(list...)
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 40)
		for origin, r := range w.rows() {
			require.Equal(t, bot.DeliveryAccepted, r.State, origin)
		}
		require.Empty(t, w.account().Fault)
	})

	t.Run("AnAccountThatIsSentBackAndForthWaitsForAPerson", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, func(a *bot.OfficialAccount) { a.Type = bot.AccountGovernment })
		w.zalo.Then(bottest.Refuse(-240), bottest.Refuse(-235), bottest.Refuse(-235))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Contains(t, w.account().Fault, "each message endpoint refuses")
		require.Equal(t, row{State: bot.DeliveryPlanned, Failures: 2, Code: -235, Reason: "endpoint_v2", NotBefore: "10:05:00"}, w.rows()["a"])
		w.clock.Advance(5 * time.Minute)
		w.deliverAll()
		require.Equal(t, []zalo.Endpoint{zalo.EndpointV2, zalo.EndpointV3, zalo.EndpointV3}, endpoints(w.zalo.Calls()), "no flip-flop")
		w.clock.Advance(5 * time.Minute)
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"), "once Zalo takes it, it goes")
		require.Empty(t, w.account().Fault)
	})

	t.Run("AnAccountThatIsRefusedWhereItWasSentToWaitsForAPerson", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, func(a *bot.OfficialAccount) { a.Type = bot.AccountGovernment })
		w.zalo.Then(bottest.Refuse(-235))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Equal(t, "10:05:00", w.rows()["a"].NotBefore)
		require.Contains(t, w.account().Fault, "-235", "whoever waits, a person is told why")
	})
}

func TestDeliverTokens(t *testing.T) {
	t.Parallel()

	t.Run("ARefusedTokenMakesTheLaneWaitAndItsRefreshWakesIt", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.Then(bottest.Refuse(-216))
		w.plan(w.reply("u1", "a"))
		r := w.deliver()
		w.until("the token to be stale", func() bool { return w.account().Token.State == bot.TokenStale })
		require.NoError(t, r.wait())
		require.Equal(t, bot.DeliveryPlanned, w.state("a"))
		require.Len(t, w.zalo.Calls(), 1)
		require.Equal(t, 1, w.wake.Hinted(bot.LaneToken))
		require.Empty(t, w.claim(bot.LaneDelivery))
		require.NoError(t, w.tokens(&bottest.OAuth{}).Refresh(t.Context(), w.claim(bot.LaneToken)[0]))
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Equal(t, "rt-1-access", w.zalo.Calls()[1].Token)
	})

	t.Run("ARefreshIsNoticedWhileTheLaneIsHeld", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.To("u1", bottest.Refuse(-216))
		w.zalo.To("u2", bottest.Answer{Until: gate}) // keeps the lane
		w.plan(w.reply("u1", "a"), w.reply("u2", "b"))
		r := w.deliver()
		w.until("the token to be stale", func() bool { return w.account().Token.State == bot.TokenStale })
		require.NoError(t, w.tokens(&bottest.OAuth{}).Refresh(t.Context(), w.claim(bot.LaneToken)[0]))
		w.untilState("a", bot.DeliveryAccepted)
		close(gate)
		r.stop()
		require.Equal(t, bot.DeliveryAccepted, w.state("b"))
	})

	t.Run("ManyRefusalsAskForOneRefresh", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		var list []bot.Delivery
		for _, u := range people(30) {
			list = append(list, w.reply(u, u))
		}
		w.zalo.Then(repeat(30, bottest.Refuse(-220))...)
		w.plan(list...)
		w.deliverAll()
		require.Equal(t, 1, w.Calls("StaleToken"))
		require.Len(t, w.zalo.Calls(), 30, "no call leaves with a token that was refused")
	})

	t.Run("ALateRefusalOfAnOlderTokenLeavesTheNewerOne", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.To("u1", bottest.Answer{Err: &zalo.Error{Code: -220}, Until: gate})
		w.zalo.To("u2", bottest.Refuse(-220))
		w.plan(w.reply("u1", "a"), w.reply("u2", "b"))
		r := w.deliver()
		w.until("the token to be stale", func() bool { return w.account().Token.State == bot.TokenStale })
		require.NoError(t, w.tokens(&bottest.OAuth{}).Refresh(t.Context(), w.claim(bot.LaneToken)[0]))
		w.untilState("b", bot.DeliveryAccepted)
		close(gate)
		w.untilState("a", bot.DeliveryAccepted)
		r.stop()
		require.Equal(t, bot.TokenValid, w.account().Token.State)
		require.Equal(t, 1, w.Calls("StaleToken"))
	})

	t.Run("AFreshTokenThatIsRefusedIsAFaultAndNotRefreshed", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, func(a *bot.OfficialAccount) { a.Token.ObtainedAt = a.Token.ObtainedAt.Add(time.Hour) })
		w.zalo.Then(bottest.Refuse(-216))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Equal(t, bot.TokenValid, w.account().Token.State)
		require.Contains(t, w.account().Fault, "-216")
		require.Equal(t, "10:05:00", w.rows()["a"].NotBefore)
	})

	t.Run("ATokenThatRanOutIsRefreshedBeforeAnythingLeaves", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.clock.Advance(25 * time.Hour)
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Empty(t, w.zalo.Calls())
		require.Equal(t, bot.TokenStale, w.account().Token.State)
		require.Positive(t, w.wake.Hinted(bot.LaneToken))
	})

	t.Run("NothingLeavesWithoutConsent", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		require.NoError(t, w.db.RefuseToken(t.Context(), oaID, w.account().Token.Version, "Zalo answers -14014"))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Empty(t, w.zalo.Calls())
		require.Zero(t, w.wake.Hinted(bot.LaneToken))
		require.NoError(t, w.tokens(&bottest.OAuth{}).Grant(t.Context(), oaID, zalo.Token{AccessToken: "at-2", RefreshToken: "rt-2", ExpiresIn: time.Hour}))
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})
}

func TestDeliverCaps(t *testing.T) {
	t.Parallel()

	t.Run("AreAskedForWithTheAccountsAndTheAppsCap", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, func(a *bot.OfficialAccount) { a.CallsPerMinute = 2000 })
		w.plan(w.reply("u1", "a"))
		w.deliverAll(func(c *bot.DelivererConfig) { c.AppCallsPerMinute = 4000 })
		require.Equal(t, bot.Caps{OA: 2000, App: 4000}, w.limiter.Caps())
	})

	t.Run("AreKept", func(t *testing.T) {
		t.Parallel()

		const limit, window = 5, 500 * time.Millisecond
		w := newWorld(t, func(a *bot.OfficialAccount) { a.CallsPerMinute = limit })
		var list []bot.Delivery
		for _, u := range people(16) {
			list = append(list, w.reply(u, u))
		}
		w.plan(list...)
		began := time.Now()
		r := w.deliver(func(c *bot.DelivererConfig) { c.Limiter = memory.NewLimiter(window, time.Now) })
		calls := w.calls(16)
		require.Less(t, calls[limit-1].At.Sub(calls[0].At), window, "a free call is used at once")
		require.GreaterOrEqual(t, calls[15].At.Sub(began), 3*window, "the sixteenth call is in the fourth window")
		r.stop()
	})

	t.Run("ThatCannotBeAskedLetNothingLeave", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.limiter.Answer(0, errors.New("redis is away"))
		w.plan(w.reply("u1", "a"))
		r := w.deliver()
		w.until("the limiter to be asked a few times", func() bool { return w.limiter.Asked() >= 3 })
		require.Empty(t, w.zalo.Calls())
		require.Equal(t, bot.DeliveryPlanned, w.state("a"))
		w.limiter.Answer(0, nil)
		w.untilState("a", bot.DeliveryAccepted)
		r.stop()
	})
}

func TestDeliverInterrupted(t *testing.T) {
	t.Parallel()

	t.Run("AStopRecordsWhatWasOnItsWayAndStartsNothing", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.Then(bottest.Answer{Until: gate})
		w.limiter.Allow(1)
		w.plan(w.reply("u1", "a"), w.reply("u2", "b"))
		r := w.deliver()
		w.calls(1)
		r.cancel()
		require.Equal(t, bot.DeliverySending, w.state("a"))
		require.Empty(t, r.done)
		close(gate)
		require.NoError(t, r.wait())
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Equal(t, bot.DeliveryPlanned, w.state("b"))
		require.Len(t, w.zalo.Calls(), 1)
		require.Len(t, w.claim(bot.LaneDelivery), 1, "another may go on at once")
	})

	t.Run("AStoppedHolderSendsNothing", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.plan(w.reply("u1", "a"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.NoError(t, w.deliverer().Deliver(ctx, w.claim(bot.LaneDelivery)[0]))
		require.Empty(t, w.zalo.Calls())
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})

	t.Run("ALostLeaseThrowsTheResultAway", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.Then(bottest.Answer{Until: gate})
		w.plan(w.reply("u1", "a"))
		r := w.deliver()
		w.calls(1)
		_, err := w.raw.ExecContext(t.Context(), "UPDATE lanes SET owner = 'another' WHERE kind = 'delivery'")
		require.NoError(t, err)
		close(gate)
		require.NoError(t, r.wait(), "it is no fault")
		require.Equal(t, bot.DeliverySending, w.state("a"))
		require.Zero(t, w.counts.States(bot.DeliveryAccepted))
		require.NoError(t, w.db.ForgetLeases(t.Context()))
		w.deliverAll()
		require.Equal(t, bot.DeliveryUnsure, w.state("a"), "the next holder asks what became of it")
		w.clock.Advance(12 * time.Second)
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Len(t, w.zalo.Calls(), 1)
	})

	t.Run("AResultIsCommittedUntilItIsSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.Fail("FinishAttempts", 3, errAway)
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
		require.Len(t, w.zalo.Calls(), 1)
		require.Equal(t, 4, w.Calls("FinishAttempts"))
	})

	t.Run("NothingLeavesThatIsNotCommittedAsSending", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.Fail("ExchangeAttempts", 1, errAway)
		w.plan(w.reply("u1", "a"))
		require.ErrorIs(t, w.deliver().wait(), errAway)
		require.Empty(t, w.zalo.Calls())
		due, held := w.lane(bot.LaneDelivery)
		require.False(t, held)
		require.Equal(t, time.Second, due.Sub(w.clock.Now()), "the lane waits with back-off")
		w.clock.Advance(time.Second)
		w.deliverAll()
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})

	t.Run("AReplyExpiresAfterADay", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		require.NoError(t, w.db.RefuseToken(t.Context(), oaID, w.account().Token.Version, "no consent"))
		w.plan(w.reply("u1", "a"))
		w.deliverAll()
		w.clock.Advance(24*time.Hour - time.Second)
		w.plan(w.reply("u1", "b"))
		w.deliverAll()
		require.Equal(t, bot.DeliveryPlanned, w.state("a"))
		w.clock.Advance(time.Second)
		w.plan(w.reply("u1", "c"))
		require.NoError(t, w.db.SaveToken(t.Context(), oaID, w.account().Token.Version, w.token("at-2", "rt-2", 0), w.clock.Now()))
		w.deliverAll()
		require.Equal(t, bot.DeliveryExpired, w.state("a"))
		require.Equal(t, bot.DeliveryAccepted, w.state("b"))
		require.Equal(t, []string{"trả lời b", "trả lời c"}, w.zalo.Texts("u1"))
	})

	t.Run("ALongMessageResumesAtThePartThatFailed", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.Then(bottest.Answer{}, bottest.Refuse(-214))
		w.plan(w.reply("u1", "long", inParts(3)), w.reply("u1", "after"))
		w.deliverAll()
		require.Equal(t, row{State: bot.DeliveryPlanned, Part: 1, Failures: 1, Code: -214, Reason: "later", NotBefore: "10:01:00"}, w.rows()["long"])
		w.clock.Advance(time.Minute)
		w.deliverAll()
		texts := w.zalo.Texts("u1")
		require.Len(t, texts, 5)
		for i, start := range []string{"Phần 1", "Phần 2", "Phần 2", "Phần 3", "trả lời after"} {
			require.Contains(t, texts[i], start)
		}
		require.Equal(t, bot.DeliveryAccepted, w.state("long"))
		require.Equal(t, 3, w.rows()["long"].Part)
	})

	t.Run("AMessageWithoutAWordDoesNotBringTheSenderDown", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Refuse(-201))
		w.plan(w.reply("u1", "empty", func(d *bot.Delivery) { d.Message.Text = " " }), w.reply("u2", "a"))
		w.deliverAll()
		require.Equal(t, bot.DeliveryRefused, w.state("empty"))
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})
}

// overlooking is a ledger that is read without what its holder knows to be sending.
type overlooking struct{ *bottest.FaultyStore }

func (s overlooking) NextDeliveries(ctx context.Context, oaID string, look bot.Look, limit int) ([]bot.Delivery, error) {
	look.Aloft = nil
	return s.FaultyStore.NextDeliveries(ctx, oaID, look, limit)
}
