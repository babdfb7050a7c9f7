package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo"
)

func eventsOf(events ...zalo.Event) []zalo.Event { return events }

func runEvents(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("KeepWhatAResidentChoseAndNothingElseOfIt", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.residents(bot.Resident{OAID: oaID, UserID: "u1", UnitCode: "old", HouseholdCode: "h1", Topics: []bot.Topic{bot.TopicBank}})
		handle := func(change func(*bot.Outcome)) {
			t.Helper()
			_, err := w.AcceptEvents(t.Context(), eventsOf(event("u1", fmt.Sprint("m", time.Now().UnixNano()), "x")))
			require.NoError(t, err)
			inboxes, err := w.PendingEvents(t.Context(), []bot.Lease{w.one(bot.LaneResident)}, 10)
			require.NoError(t, err)
			out := outcomeOf(inboxes[0])
			change(&out)
			lost, err := w.FinishEvents(t.Context(), []bot.Outcome{out})
			require.NoError(t, err)
			require.Empty(t, lost)
		}
		resident := func() (r bot.Resident) {
			t.Helper()
			people, err := w.AudiencePage(t.Context(), oaID, bot.Audience{Languages: []string{"vi"}}, "", 10)
			require.NoError(t, err)
			require.Len(t, people, 1)
			return people[0]
		}
		handle(func(out *bot.Outcome) { out.Resident.UnitCode, out.Resident.Topics = "new", nil })
		require.Equal(t, "old", resident().UnitCode, "an import may have changed it meanwhile")
		handle(func(out *bot.Outcome) {
			out.Enrolled = true
			out.Resident.UnitCode, out.Resident.HouseholdCode, out.Resident.Topics = "new", "", []bot.Topic{bot.TopicHealth}
			out.Resident.ConsentAt, out.Resident.ConsentText = w.now, "v1"
		})
		got := resident()
		require.Equal(t, "new", got.UnitCode)
		require.Empty(t, got.HouseholdCode)
		require.Equal(t, []bot.Topic{bot.TopicHealth}, got.Topics)
		require.True(t, got.ConsentAt.Equal(w.now))
		require.Equal(t, "v1", got.ConsentText)
	})

	t.Run("AreFreshOnce", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		one, two := event("u1", "m1", "một"), event("u1", "m2", "hai")
		require.Equal(t, []bool{true, true, false}, w.accept(one, two, one))
		require.Equal(t, []bool{false, false}, w.accept(two, one))
		require.Len(t, w.inbox(w.one(bot.LaneResident)).Events, 2)
	})

	t.Run("OfTwoAccountsAreTwo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		mine, theirs := event("u1", "m1", "một"), event("u1", "m1", "một")
		theirs.OAID = "4999"
		require.Equal(t, []bool{true, true}, w.accept(mine, theirs))
		require.Len(t, w.claim(bot.LaneResident, long), 2)
	})

	t.Run("ThatRepeatBumpNothing", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		require.Empty(t, w.finish(outcomeOf(w.inbox(w.one(bot.LaneResident)))))
		w.accept(event("u1", "m1", "một"))
		require.Empty(t, w.claim(bot.LaneResident, long))
	})

	t.Run("ComeInTheOrderOfTheirAcceptance", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for i := range 5 {
			w.accept(event("u1", fmt.Sprint("a", i), "x"), event("u1", fmt.Sprint("b", i), "x"))
		}
		lease := w.one(bot.LaneResident)
		inboxes, err := w.PendingEvents(t.Context(), []bot.Lease{lease}, 4)
		require.NoError(t, err)
		require.True(t, inboxes[0].More)
		var ids []string
		for _, ev := range inboxes[0].Events {
			ids = append(ids, ev.MsgID)
		}
		require.Equal(t, []string{"a0", "b0", "a1", "b1"}, ids)
		require.Empty(t, w.finish(outcomeOf(inboxes[0])))
		next := w.inbox(w.one(bot.LaneResident))
		require.Equal(t, "a2", next.Events[0].MsgID, "the lane stays due while there are more")
		require.False(t, next.More)
	})

	t.Run("KeepTheirBody", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		ev := event("u1", "m1", "sổ hồng 😀 'quote' \"hai\" \\ ")
		w.accept(ev)
		got := w.inbox(w.one(bot.LaneResident)).Events[0]
		require.Equal(t, ev.Raw, got.Raw)
		require.Equal(t, ev, got.Event)
	})

	t.Run("ThatCannotBeReadAnyMoreHoldUpNobody", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		odd := event("u1", "m1", "một")
		odd.Raw = []byte("written by another version")
		w.accept(odd, event("u1", "m2", "hai"))
		events := w.inbox(w.one(bot.LaneResident)).Events
		require.Len(t, events, 2)
		require.Equal(t, zalo.EventUserSendText, events[0].Name)
		require.Equal(t, "u1", events[0].UserID)
		require.Equal(t, "hai", events[1].Text)
	})

	t.Run("AreFinishedWithAllThatFollows", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		in := w.inbox(w.one(bot.LaneResident))
		require.Equal(t, bot.Resident{OAID: oaID, UserID: "u1"}, in.Resident)
		out := outcomeOf(in)
		out.Resident.Following, out.Resident.LastInteraction = true, w.now
		out.Conversation.Choices = []bot.Choice{{Title: "Một", Payload: "#cau mot"}}
		out.Conversation.Subject = bot.Subject{Entry: "mot", Question: "làm sao \"một\"\x00", EventID: in.Events[0].ID}
		out.Conversation.ExpiresAt = w.now.Add(time.Hour)
		out.Handoffs = []bot.Handoff{{OAID: oaID, UserID: "u1", EventID: in.Events[0].ID, Question: "gặp cán bộ\x00", Reason: "asked for", CreatedAt: w.now}}
		out.Replies = []bot.Delivery{w.reply("u1", "event:1:0"), w.reply("u1", "event:1:1")}
		require.Empty(t, w.finish(out))

		require.Empty(t, w.claim(bot.LaneResident, long))
		resident, err := w.Resident(t.Context(), oaID, "u1")
		require.NoError(t, err)
		require.True(t, resident.Following)
		require.True(t, resident.LastInteraction.Equal(w.now))
		require.Equal(t, map[string]bot.DeliveryState{"event:1:0": bot.DeliveryPlanned, "event:1:1": bot.DeliveryPlanned}, w.states())
		require.Equal(t, oaID, w.one(bot.LaneDelivery).OAID)

		w.accept(event("u1", "m2", "2"))
		again := w.inbox(w.one(bot.LaneResident))
		require.Len(t, again.Events, 1)
		require.Equal(t, out.Conversation.Choices, again.Conversation.Choices)
		require.Equal(t, out.Conversation.Subject, again.Conversation.Subject)
		require.True(t, again.Conversation.ExpiresAt.Equal(out.Conversation.ExpiresAt))
	})

	t.Run("StartTheConversationAnewWhenAnotherVersionWroteIt", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		out := outcomeOf(w.inbox(w.one(bot.LaneResident)))
		out.Conversation.ExpiresAt = w.now.Add(time.Hour)
		require.Empty(t, w.finish(out))
		_, err := Raw(t, w.url).ExecContext(t.Context(), "UPDATE conversations SET topic = '[1]', choices = '{}'")
		require.NoError(t, err)
		w.accept(event("u1", "m2", "hai"))
		in := w.inbox(w.one(bot.LaneResident))
		require.Empty(t, in.Conversation.Choices)
		require.Equal(t, bot.Subject{}, in.Conversation.Subject)
	})

	t.Run("LeaveNoTraceWhenTheLeaseIsLost", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"), event("u2", "m2", "hai"))
		leases := w.claim(bot.LaneResident, long)
		require.Len(t, leases, 2)
		gone := leases[0]
		gone.Owner = "somebody else"
		var outcomes []bot.Outcome
		for _, l := range []bot.Lease{gone, leases[1]} {
			out := outcomeOf(w.inbox(l))
			out.Resident.Following = true
			out.Replies = []bot.Delivery{w.reply(l.Key, "of "+l.Key)}
			outcomes = append(outcomes, out)
		}
		require.Equal(t, []bot.Lane{gone.Lane}, w.finish(outcomes...))
		require.Equal(t, map[string]bot.DeliveryState{"of " + leases[1].Key: bot.DeliveryPlanned}, w.states())
		_, err := w.Resident(t.Context(), oaID, gone.Key)
		require.ErrorIs(t, err, bot.ErrNotFound)
		require.Len(t, w.inbox(leases[0]).Events, 1, "its event is still to be handled")
	})

	t.Run("AnswerOnceHoweverOftenTheyAreFinished", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "event:1:0"))
		w.plan(w.reply("u1", "event:1:1"), w.reply("u1", "event:1:0"))
		require.Len(t, w.states(), 2)
	})

	t.Run("AreSavedByManyAtOnceWithoutDeadlock", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		processes := []*world{w, w.other(), w, w.other()}
		fresh := make([]int, len(processes))
		var wg sync.WaitGroup
		for i, process := range processes {
			wg.Go(func() {
				for n := range 40 {
					batch := eventsOf(event(fmt.Sprint("u", n%5), fmt.Sprint("m", n), "x"), event(fmt.Sprint("u", (n+1)%5), fmt.Sprint("k", n), "x"))
					got, err := process.AcceptEvents(t.Context(), batch)
					if err != nil {
						t.Error(err)
						return
					}
					for _, f := range got {
						if f {
							fresh[i]++
						}
					}
				}
			})
		}
		wg.Wait()
		require.Equal(t, 80, fresh[0]+fresh[1]+fresh[2]+fresh[3])
	})

	t.Run("ArePurgedOnceHandledAndOld", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.accept(event("u1", "m1", "một"))
		require.Empty(t, w.finish(outcomeOf(w.inbox(w.one(bot.LaneResident)))))
		w.accept(event("u1", "m2", "hai"))
		n, err := w.PurgeEvents(t.Context(), w.now.Add(-time.Hour))
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = w.PurgeEvents(t.Context(), time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.Len(t, w.inbox(w.one(bot.LaneResident)).Events, 1)
	})
}

func runIntake(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("SavesWhatItAnswersFor", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		in := store.NewIntake(w.Store)
		require.NoError(t, in.Start(t.Context()))
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				fresh, err := in.Accept(t.Context(), event(fmt.Sprint("u", i%10), fmt.Sprint("m", i%150), "x"))
				if err != nil {
					t.Error(err)
				}
				_ = fresh // of two equal ones at once either may be the first
			})
		}
		wg.Wait()
		total := 0
		for _, l := range w.claim(bot.LaneResident, long) {
			total += len(w.inbox(l).Events)
		}
		require.Equal(t, 150, total)
		require.NoError(t, in.Stop(t.Context()))
		require.NoError(t, in.Stop(t.Context()), "stopping twice is fine")
	})

	t.Run("RefusesOnceItIsStopped", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		in := store.NewIntake(w.Store)
		require.NoError(t, in.Start(t.Context()))
		require.NoError(t, in.Stop(t.Context()))
		_, err := in.Accept(t.Context(), event("u1", "m1", "một"))
		require.ErrorIs(t, err, bot.ErrUnavailable)
	})

	t.Run("SaysThatTheDatabaseIsAway", func(t *testing.T) {
		t.Parallel()

		st, err := store.Open(t.Context(), newDatabase(t), SecretKey, time.Now)
		require.NoError(t, err)
		in := store.NewIntake(st)
		require.NoError(t, in.Start(t.Context()))
		require.NoError(t, st.Close())
		_, err = in.Accept(t.Context(), event("u1", "m1", "một"))
		require.ErrorIs(t, err, bot.ErrUnavailable)
		require.NoError(t, in.Stop(t.Context()))
	})
}
