package zalosim_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// arriving lets events come as told.
func arriving(e zalosim.Events) option {
	return func(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.Echoes, c.Receipts, c.Events = true, true, e }
}

// moved moves the clock and does what falls due.
func (b *bundle) moved(d time.Duration) {
	b.clock.move(d)
	b.sim.ClockMoved()
}

// nothing sees that no event came: the next one is what the resident says now.
func (b *bundle) nothing(t *testing.T) {
	t.Helper()
	for _, user := range []string{resident, neighbour} { // whichever queue it would have been in
		msgID := b.say(t, user, "still")
		require.Equal(t, msgID, b.hook.next(t).event.MsgID, "something else came")
	}
}

func exactly(d time.Duration) zalosim.Span { return zalosim.Span{Least: d, Most: d} }

func TestArrivals(t *testing.T) {
	t.Parallel()

	t.Run("ComeLate", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Received: zalosim.Arrival{After: exactly(time.Minute)}, Echo: zalosim.Arrival{After: exactly(time.Second)}}))
		sent, err := b.send(t, "x")
		require.NoError(t, err)
		b.moved(time.Second - 1)
		b.nothing(t)
		b.moved(1)
		got := b.hook.next(t).event
		require.Equal(t, zalo.EventOASendText, got.Name)
		require.Equal(t, b.clock.now().Add(-time.Second), got.Timestamp, "an echo tells when it was sent")
		require.False(t, b.sim.Messages(account, resident)[1].Received)
		b.moved(time.Minute)
		got = b.hook.next(t).event
		require.Equal(t, zalo.EventUserReceivedMessage, got.Name)
		require.Equal(t, b.clock.now(), got.Timestamp, "a receipt tells when it was received")
		require.Equal(t, []string{sent.MessageID}, got.MsgIDs)
		require.True(t, b.sim.Messages(account, resident)[1].Received)
	})

	t.Run("ComeNever", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Received: zalosim.Arrival{Never: 1}, Echo: zalosim.Arrival{Off: true}}))
		_, err := b.send(t, "x")
		require.NoError(t, err)
		b.moved(24 * time.Hour)
		b.nothing(t)
		require.False(t, b.sim.Messages(account, resident)[1].Received)
	})

	t.Run("ComeTwice", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Received: zalosim.Arrival{Twice: 1}, Echo: zalosim.Arrival{Twice: 1}}))
		_, err := b.send(t, "x")
		require.NoError(t, err)
		for _, name := range []zalo.EventName{zalo.EventOASendText, zalo.EventUserReceivedMessage} {
			first, again := b.hook.next(t), b.hook.next(t)
			require.Equal(t, name, first.event.Name)
			require.Equal(t, first.event.Raw, again.event.Raw)
			require.Empty(t, again.retry)
		}
		b.nothing(t)
	})

	t.Run("ComeBeforeTheAPIsAnswer", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Received: zalosim.Arrival{Before: 1, Twice: 1, After: exactly(time.Second)}, Echo: zalosim.Arrival{Before: 1}}))
		b.hook.calls = make(chan hooked) // the webhook answers only when its event is looked at
		answered := make(chan error, 1)
		go func() {
			_, err := b.client.SendConsultation(t.Context(), access, zalo.EndpointV3, resident, zalo.Message{Text: "x"})
			answered <- err
		}()
		require.Equal(t, zalo.EventOASendText, b.hook.next(t).event.Name)
		require.Empty(t, answered)
		require.Equal(t, zalo.EventUserReceivedMessage, b.hook.next(t).event.Name)
		require.NoError(t, <-answered)
		b.moved(time.Second)
		require.Equal(t, zalo.EventUserReceivedMessage, b.hook.next(t).event.Name)
	})

	t.Run("BeforeTheAnswerDoNotHoldItUpForEver", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Echo: zalosim.Arrival{Before: 1}, Received: zalosim.Arrival{Before: 1}}))
		b.sim.SetWebhookURL("")
		_, err := b.send(t, "nobody listens")
		require.NoError(t, err)
		b.sim.SetWebhookURL("http://127.0.0.1:1")
		_, err = b.send(t, "nobody answers")
		require.NoError(t, err)
	})

	t.Run("OvertakeEachOther", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Received: zalosim.Arrival{After: zalosim.Span{Most: time.Hour}}, Echo: zalosim.Arrival{Off: true}}))
		var sent []string
		for range 20 {
			receipt, err := b.send(t, "x")
			require.NoError(t, err)
			sent = append(sent, receipt.MessageID)
		}
		b.moved(time.Hour)
		var came []string
		for range sent {
			came = append(came, b.hook.next(t).event.MsgID)
		}
		require.ElementsMatch(t, sent, came)
		require.NotEqual(t, sent, came)
	})

	t.Run("ComeAsTheySharesSayAndTheSameInEveryRun", func(t *testing.T) {
		t.Parallel()

		const residents = 1000
		received := func(seed uint64) (list []bool) {
			sim := newVillage(residents, func(c *zalosim.Config) {
				c.Receipts, c.Seed, c.Events.Received.Never = true, seed, 0.25
			})
			for n := range residents {
				call(sim, "/v3.0/oa/message/cs", announcement(n))
			}
			for n := range residents {
				list = append(list, sim.Messages(account, villager(n))[0].Received)
			}
			return list
		}
		first := received(1)
		n := 0
		for _, came := range first {
			if came {
				n++
			}
		}
		require.InDelta(t, 0.75, float64(n)/residents, 0.05)
		require.Equal(t, first, received(1))
		require.NotEqual(t, first, received(2))
	})

	t.Run("ComeByThemselvesByARealClock", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Received: zalosim.Arrival{After: exactly(20 * time.Millisecond)}, Echo: zalosim.Arrival{Off: true}}),
			func(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.Now = time.Now })
		_, err := b.send(t, "x")
		require.NoError(t, err)
		require.Equal(t, zalo.EventUserReceivedMessage, b.hook.next(t).event.Name)
	})

	t.Run("OfGroupsComeFromEachMemberWhenAsked", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t, arriving(zalosim.Events{Echo: zalosim.Arrival{Off: true}}))
		_, err := b.post1(t, zalo.Message{Text: "x"})
		require.NoError(t, err)
		b.nothing(t)
		events := b.sim.Events()
		events.InGroups = true
		b.sim.SetEvents(events)
		sent, err := b.post1(t, zalo.Message{Text: "x"})
		require.NoError(t, err)
		var users []string
		for range 2 {
			got := b.hook.next(t).event
			require.Equal(t, []string{account, village1, sent.MessageID}, []string{got.OAID, got.GroupID, got.MsgID})
			users = append(users, got.UserID)
		}
		require.ElementsMatch(t, []string{resident, neighbour}, users)
	})

	t.Run("EndWithTheServer", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(zalosim.Events{Received: zalosim.Arrival{After: exactly(time.Hour)}, Echo: zalosim.Arrival{Off: true}}))
		_, err := b.send(t, "x")
		require.NoError(t, err)
		require.NoError(t, b.sim.Stop(t.Context()))
		b.moved(time.Hour)
		require.Zero(t, b.sim.Stats().WebhooksSent)
	})
}

// call makes a call without a network.
func call(sim *zalosim.Server, path, body string) {
	sim.ServeHTTP(&discard{http.Header{}}, request(path, body))
}

func TestReceiptsByHand(t *testing.T) {
	t.Parallel()

	t.Run("ComeInAnyOrderAndAsOftenAsOneLikes", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		sent, err := b.send(t, "Chào")
		require.NoError(t, err)
		for _, event := range []string{"seen", "received", "received", "echo", "echo"} {
			require.NoError(t, b.sim.SendReceipt(zalosim.Receipt{OA: account, User: resident, Event: event, MsgIDs: []string{sent.MessageID}}))
		}
		for _, name := range []zalo.EventName{
			zalo.EventUserSeenMessage, zalo.EventUserReceivedMessage, zalo.EventUserReceivedMessage, zalo.EventOASendText, zalo.EventOASendText,
		} {
			got := b.hook.next(t).event
			require.Equal(t, name, got.Name)
			require.Equal(t, []string{account, resident}, []string{got.OAID, got.UserID})
			if name == zalo.EventOASendText {
				require.Equal(t, []string{sent.MessageID, "Chào"}, []string{got.MsgID, got.Text})
			} else {
				require.Equal(t, []string{sent.MessageID}, got.MsgIDs)
			}
		}
	})

	t.Run("MayBeOfMessagesThatNobodyKnows", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		require.NoError(t, b.sim.SendReceipt(zalosim.Receipt{OA: account, User: "stranger", Event: "received", MsgIDs: []string{"m1", "m2"}}))
		require.NoError(t, b.sim.SendReceipt(zalosim.Receipt{OA: account, User: "stranger", Event: "seen", MsgIDs: []string{"m1", "m2"}}))
		for _, ids := range [][]string{{"m1"}, {"m2"}, {"m1", "m2"}} {
			require.Equal(t, ids, b.hook.next(t).event.MsgIDs)
		}
	})

	t.Run("MustMakeSense", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		require.ErrorContains(t, b.sim.SendReceipt(zalosim.Receipt{OA: account, Event: "read", MsgIDs: []string{"m"}}), "read")
		require.ErrorContains(t, b.sim.SendReceipt(zalosim.Receipt{OA: "nowhere", Event: "seen"}), "nowhere")
	})
}

func TestEventsValidate(t *testing.T) {
	t.Parallel()

	for n, set := range []func(*zalosim.Events, float64){
		func(e *zalosim.Events, v float64) { e.Echo.Never = v },
		func(e *zalosim.Events, v float64) { e.Echo.Twice = v },
		func(e *zalosim.Events, v float64) { e.Echo.Before = v },
		func(e *zalosim.Events, v float64) { e.Received.Never = v },
		func(e *zalosim.Events, v float64) { e.Received.Twice = v },
		func(e *zalosim.Events, v float64) { e.Received.Before = v },
		func(e *zalosim.Events, v float64) { e.Reading.Share = v },
	} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()

			for share, good := range map[float64]bool{0: true, 0.5: true, 1: true, -0.1: false, 1.1: false} {
				var e zalosim.Events
				set(&e, share)
				require.Equal(t, good, e.Validate() == nil, share)
			}
		})
	}
}
