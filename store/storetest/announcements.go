package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

// announce has an account with a unit and n consenting residents u00, u01…, and a draft for them that costs what it may.
func (w *world) announce(n int, change ...func(*bot.Announcement)) bot.Announcement {
	w.t.Helper()
	w.units(bot.Unit{OAID: oaID, Code: "xa", Kind: bot.UnitCommune, Name: "Xã"})
	people := make([]bot.Resident, n)
	for i := range people {
		people[i] = bot.Resident{
			OAID: oaID, UserID: fmt.Sprintf("u%02d", i), UnitCode: "xa", ConsentAt: w.now.Add(-time.Hour), LastInteraction: w.now.Add(-time.Hour),
		}
	}
	w.residents(people...)
	a := bot.Announcement{
		OAID: oaID, ID: "A", Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Mời họp."},
		Audience: bot.Audience{Units: []string{"xa"}}, Unlimited: true, State: bot.AnnouncementDraft, CreatedAt: w.now,
	}
	for _, do := range change {
		do(&a)
	}
	require.NoError(w.t, w.CreateAnnouncement(w.t.Context(), a))
	return a
}

func (w *world) announcement(id string) bot.Announcement {
	w.t.Helper()
	a, err := w.Announcement(w.t.Context(), id)
	require.NoError(w.t, err)
	return a
}

// begin begins the first run and claims the announcement's lane.
func (w *world) begin(a bot.Announcement) (bot.Run, bot.Lease) {
	w.t.Helper()
	require.NoError(w.t, w.BeginRun(w.t.Context(), a, a.NewRun(bot.RunFirst, w.now)))
	return w.latest(a), w.one(bot.LaneAnnouncement)
}

func (w *world) latest(a bot.Announcement) bot.Run {
	w.t.Helper()
	run, err := w.Run(w.t.Context(), a, 0)
	require.NoError(w.t, err)
	return run
}

func frozen(users ...string) []bot.Frozen {
	page := make([]bot.Frozen, len(users))
	for i, id := range users {
		page[i] = bot.Frozen{UserID: id, Channel: plan.ChannelFree}
	}
	return page
}

// ready begins an announcement to n residents, all of them frozen, and claims the delivery lane.
func (w *world) ready(n int, change ...func(*bot.Announcement)) (bot.Announcement, bot.Run, bot.Lease) {
	w.t.Helper()
	a := w.announce(n, change...)
	run, lease := w.begin(a)
	people, err := w.Recipients(w.t.Context(), a, run, 100)
	require.NoError(w.t, err)
	page := make([]bot.Frozen, len(people))
	for i, r := range people {
		page[i] = bot.Frozen{UserID: r.UserID, Channel: plan.ChannelFree}
	}
	require.NoError(w.t, w.FreezePage(w.t.Context(), lease, run, page, true, w.now))
	require.NoError(w.t, w.ReleaseLane(w.t.Context(), lease, w.now, time.Time{}))
	return w.announcement(a.ID), w.latest(a), w.one(bot.LaneDelivery)
}

func (w *world) counts(run bot.Run) bot.RunStatus {
	w.t.Helper()
	status, err := w.RunStatus(w.t.Context(), run)
	require.NoError(w.t, err)
	return status
}

func users(list []bot.Delivery) []string {
	ids := []string{}
	for _, d := range list {
		ids = append(ids, d.UserID)
	}
	return ids
}

// startFor starts the delivery of a resident at a price.
func (w *world) startFor(lease bot.Lease, user string, charge bot.Charge) bot.Attempt {
	w.t.Helper()
	for _, d := range w.nextDeliveries() {
		if d.UserID == user {
			a := w.attempt(d)
			a.Charge = charge
			started, err := w.ExchangeAttempts(w.t.Context(), lease, nil, []bot.Attempt{a})
			require.NoError(w.t, err)
			require.Len(w.t, started, 1)
			return started[0]
		}
	}
	require.Fail(w.t, "nothing for "+user)
	return bot.Attempt{}
}

func runAnnouncements(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreKeptAsTheyAreWritten", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.announce(0, func(a *bot.Announcement) {
			a.Kind, a.Budget, a.Unlimited, a.ScheduledAt, a.PrivateBecause = "họp", 5500, false, w.now.Add(time.Hour), "họ đồng ý"
		})
		got := w.announcement("A")
		require.True(t, got.ScheduledAt.Equal(a.ScheduledAt) && got.CreatedAt.Equal(a.CreatedAt))
		got.ScheduledAt, got.CreatedAt = a.ScheduledAt, a.CreatedAt
		require.Equal(t, a, got)
		require.ErrorIs(t, w.CreateAnnouncement(t.Context(), a), bot.ErrDuplicate)
		_, err := w.Announcement(t.Context(), "B")
		require.ErrorIs(t, err, bot.ErrNotFound)
		_, err = w.Run(t.Context(), a, 0)
		require.ErrorIs(t, err, bot.ErrNotFound)
		list, err := w.Announcements(t.Context(), oaID)
		require.NoError(t, err)
		require.Len(t, list, 1)
	})

	t.Run("OweTheRestOfTextsThatHaveBegunToGo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, _, lease := w.ready(3, func(a *bot.Announcement) { a.Message.Text = strings.Repeat("chữ nào ", 600) })
		owed := func() int {
			t.Helper()
			n, err := w.Owed(t.Context(), oaID, a.ID)
			require.NoError(t, err)
			return n
		}
		require.Zero(t, owed())
		first := w.startFor(lease, "u00", bot.Charge{Channel: plan.ChannelPaid, VND: 55})
		require.Equal(t, 3, first.Parts)
		require.Equal(t, 2, owed(), "two more after the one on its way")
		w.startFor(lease, "u01", bot.Charge{Channel: plan.ChannelFree})
		require.Equal(t, 2, owed(), "what is free owes nothing")
		r := w.result(first, bot.DeliveryPlanned, "z1")
		r.Part = 1
		require.NoError(t, w.FinishAttempts(t.Context(), lease, []bot.AttemptResult{r}))
		require.Equal(t, 2, owed())
	})

	t.Run("BeginARunOnce", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.announce(1)
		run, _ := w.begin(a)
		require.Equal(t, 1, run.Number)
		require.Equal(t, bot.AnnouncementPlanning, w.announcement("A").State)
		require.ErrorIs(t, w.BeginRun(t.Context(), a, a.NewRun(bot.RunFirst, w.now)), bot.ErrChanged)
		require.ErrorIs(t, w.MoveAnnouncement(t.Context(), a, bot.AnnouncementCancelled), bot.ErrChanged)
	})

	t.Run("AreFrozenPageByPageEachOnce", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.announce(5)
		first, lease := w.begin(a)
		people, err := w.Recipients(t.Context(), a, first, 2)
		require.NoError(t, err)
		require.Equal(t, []string{"u00", "u01"}, []string{people[0].UserID, people[1].UserID})
		require.NoError(t, w.FreezePage(t.Context(), lease, first, frozen("u00", "u01"), false, w.now))
		require.ErrorIs(t, w.FreezePage(t.Context(), lease, first, frozen("u00", "u01"), false, w.now), bot.ErrChanged, "a repeat")
		second := w.latest(a)
		require.Equal(t, "u01", second.Position)
		require.Equal(t, []string{"u00", "u01"}, users(w.nextDeliveries()), "what is frozen goes already")
		people, err = w.Recipients(t.Context(), a, second, 10)
		require.NoError(t, err)
		require.Len(t, people, 3)
		page := append(frozen("u02", "u03"), bot.Frozen{UserID: "u04", Channel: plan.ChannelNone, Reason: plan.ReasonWindow})
		require.NoError(t, w.FreezePage(t.Context(), lease, second, page, true, w.now))
		require.True(t, w.latest(a).Frozen)
		require.Equal(t, bot.AnnouncementSending, w.announcement("A").State)
		status := w.counts(second)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryPlanned: 4, bot.DeliveryRefused: 1}, status.States)
		require.Equal(t, 5, status.Recipients)
	})

	t.Run("AreFrozenOnlyByTheHolderOfTheirLane", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.announce(1)
		run, lease := w.begin(a)
		stranger := lease
		stranger.Owner = "somebody else"
		require.ErrorIs(t, w.FreezePage(t.Context(), stranger, run, frozen("u00"), true, w.now), bot.ErrLeaseLost)
		require.ErrorIs(t, w.EndRun(t.Context(), stranger, run, w.now), bot.ErrLeaseLost)
		require.Zero(t, w.counts(run).Recipients)
	})

	t.Run("GoWithTheTextOfTheirRunAndWhatIsKnownOfTheResidentNow", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.ready(2, func(a *bot.Announcement) { a.Budget, a.Unlimited = 110, false })
		w.interact("u01", "m1", func(r *bot.Resident) { r.StoppedAt = w.now })
		list := w.nextDeliveries()
		require.Equal(t, []string{"u00", "u01"}, users(list))
		require.Equal(t, "Mời họp.", list[0].Message.Text)
		require.EqualValues(t, 110, list[0].Errand.Budget)
		require.True(t, list[0].Errand.Resident.StoppedAt.IsZero())
		require.False(t, list[1].Errand.Resident.StoppedAt.IsZero())
	})

	t.Run("WaitWhilePausedOrHeldAndBehindReplies", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, _, _ := w.ready(1)
		w.plan(w.reply("u07", "reply"))
		require.Equal(t, []string{"u07", "u00"}, users(w.nextDeliveries()))
		look := w.look()
		look.Least = bot.UrgencyEmergency
		list, err := w.NextDeliveries(t.Context(), oaID, look, 10)
		require.NoError(t, err)
		require.Equal(t, []string{"u07"}, users(list))
		require.NoError(t, w.MoveAnnouncement(t.Context(), a, bot.AnnouncementPaused))
		require.Equal(t, []string{"u07"}, users(w.nextDeliveries()))
		require.Equal(t, bot.AnnouncementPaused, w.latest(a).State)
		a.State = bot.AnnouncementPaused
		require.NoError(t, w.MoveAnnouncement(t.Context(), a, bot.AnnouncementSending))
		require.Len(t, w.nextDeliveries(), 2)
	})

	t.Run("GoBeforeLessUrgentOnesThatBeganEarlier", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.ready(2)
		b := w.announcement("A")
		b.ID, b.Urgency, b.State = "B", bot.UrgencyEmergency, bot.AnnouncementDraft
		require.NoError(t, w.CreateAnnouncement(t.Context(), b))
		run, lease := w.begin(b)
		require.NoError(t, w.FreezePage(t.Context(), lease, run, frozen("u01"), true, w.now))
		list := w.nextDeliveries()
		require.Equal(t, []string{"u01", "u00"}, users(list), "and never two at once to one resident")
		require.Equal(t, "B", list[0].Errand.AnnouncementID)
	})

	t.Run("EndWhenNothingIsOpen", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.ready(1)
		isOpen := func() bool {
			open, err := w.RunOpen(t.Context(), run)
			require.NoError(t, err)
			return open
		}
		require.True(t, isOpen())
		attempt := w.startFor(lease, "u00", bot.Charge{})
		require.True(t, isOpen())
		w.record(lease, w.result(attempt, bot.DeliveryAccepted, "z1"))
		require.False(t, isOpen())
		require.NoError(t, w.MoveAnnouncement(t.Context(), a, bot.AnnouncementSending), "bumps the lane")
		require.NoError(t, w.EndRun(t.Context(), w.one(bot.LaneAnnouncement), run, w.now))
		require.Equal(t, bot.AnnouncementDone, w.announcement("A").State)
		require.Equal(t, bot.AnnouncementDone, w.latest(a).State)
	})

	t.Run("AreCancelledButForWhatIsOnItsWay", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.ready(4)
		w.startFor(lease, "u01", bot.Charge{})
		require.NoError(t, w.MoveAnnouncement(t.Context(), a, bot.AnnouncementCancelled))
		n, err := w.CancelPage(t.Context(), run, 2, w.now)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		n, err = w.CancelPage(t.Context(), run, 2, w.now)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryCancelled: 3, bot.DeliverySending: 1}, w.counts(run).States)
	})

	t.Run("CostWhatIsNotKnownToHaveFailed", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, run, lease := w.ready(4)
		paid := bot.Charge{Channel: plan.ChannelPaid, VND: 55}
		spent := func() int64 {
			vnd, err := w.Spent(t.Context(), oaID, "A")
			require.NoError(t, err)
			require.Equal(t, vnd, w.counts(run).VND)
			return vnd
		}
		included := func() int {
			n, err := w.IncludedSince(t.Context(), oaID, w.now.Add(-time.Minute))
			require.NoError(t, err)
			return n
		}
		a := w.startFor(lease, "u00", paid)
		require.EqualValues(t, 55, spent(), "kept back before the call")
		w.record(lease, w.result(a, bot.DeliveryAccepted, "z1"))
		b := w.startFor(lease, "u01", paid)
		w.record(lease, w.result(b, bot.DeliveryPlanned, ""))
		w.record(lease, w.result(b, bot.DeliveryPlanned, ""))
		require.EqualValues(t, 55, spent(), "freed once")
		c := w.startFor(lease, "u02", paid)
		w.record(lease, w.result(c, bot.DeliveryUnsure, ""))
		require.EqualValues(t, 110, spent(), "nobody knows")
		notSent := w.result(c, bot.DeliveryPlanned, "")
		notSent.NotSent = true
		w.record(lease, notSent)
		require.EqualValues(t, 55, spent())
		d := w.startFor(lease, "u03", bot.Charge{Channel: plan.ChannelPaid, Included: true})
		require.Equal(t, 1, included())
		w.record(lease, w.result(d, bot.DeliveryRefused, ""))
		require.Zero(t, included())
		require.EqualValues(t, 55, spent())
	})

	t.Run("RememberWhomZaloRefusesUntilTheNextInteraction", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, run, lease := w.ready(2)
		refused := w.result(w.startFor(lease, "u00", bot.Charge{}), bot.DeliveryRefused, "")
		refused.Reason = "recipient"
		w.record(lease, refused)
		require.Equal(t, "recipient", w.resident("u00").RefusedFor)
		require.True(t, w.resident("u00").RefusedAt.Equal(w.now))
		list := w.nextDeliveries()
		require.NoError(t, w.RefuseDeliveries(t.Context(), lease, []bot.Refusal{{DeliveryID: list[0].ID, Reason: plan.ReasonBudget}}, w.now))
		require.Equal(t, 2, w.counts(run).States[bot.DeliveryRefused])
		require.Equal(t, 1, w.counts(run).Channels[plan.ChannelNone][bot.DeliveryRefused])
	})

	t.Run("ExpireWithTheirRun", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, run, lease := w.ready(2)
		require.NoError(t, w.RecoverDeliveries(t.Context(), lease, run.ExpiresAt.Add(-time.Second)))
		require.Equal(t, 2, w.counts(run).States[bot.DeliveryPlanned])
		require.NoError(t, w.RecoverDeliveries(t.Context(), lease, run.ExpiresAt))
		require.Equal(t, 2, w.counts(run).States[bot.DeliveryExpired])
	})

	t.Run("AreSentAgainToTheMissedAndCorrectedForTheOthers", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.ready(4)
		w.record(lease, w.result(w.startFor(lease, "u00", bot.Charge{}), bot.DeliveryAccepted, "z1"),
			w.result(w.startFor(lease, "u01", bot.Charge{}), bot.DeliveryRefused, ""),
			w.result(w.startFor(lease, "u02", bot.Charge{}), bot.DeliveryUnsure, ""))
		_, err := w.CancelPage(t.Context(), run, 10, w.now)
		require.NoError(t, err)
		of := func(a bot.Announcement, reason bot.RunReason) []string {
			next := a.NewRun(reason, w.now)
			next.Number = run.Number + 1
			people, err := w.Recipients(t.Context(), a, next, 10)
			require.NoError(t, err)
			ids := []string{}
			for _, r := range people {
				ids = append(ids, r.UserID)
			}
			return ids
		}
		require.Equal(t, []string{"u01", "u03"}, of(a, bot.RunMissed))
		right := a
		right.ID, right.Corrects = "B", a.ID
		require.Equal(t, []string{"u00", "u02"}, of(right, bot.RunCorrection), "who may have got it, too")
	})

	t.Run("TakeReceiptsInAnyOrder", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, run, lease := w.ready(3)
		receipt := func(msgID, user, msg string, seen bool, after time.Duration) {
			w.accept(event(user, msgID, "x"))
			out := outcomeOf(w.inbox(w.one(bot.LaneResident)))
			out.Receipts = []bot.Receipt{{UserID: user, MsgIDs: []string{msg}, Seen: seen, At: w.now.Add(after)}}
			require.Empty(t, w.finish(out))
		}
		states := func() map[bot.DeliveryState]int { return w.counts(run).States }
		a, b := w.startFor(lease, "u00", bot.Charge{}), w.startFor(lease, "u01", bot.Charge{})
		receipt("e1", "u00", "z1", true, 2*time.Minute)
		receipt("e2", "u00", "z1", false, time.Minute)
		require.Equal(t, 2, states()[bot.DeliverySending], "before our own answer")
		w.record(lease, w.result(a, bot.DeliveryAccepted, "z1"))
		require.Equal(t, 1, states()[bot.DeliverySeen])
		w.record(lease, w.result(b, bot.DeliveryAccepted, "z2"))
		receipt("e3", "u01", "z2", false, 3*time.Minute)
		receipt("e4", "u01", "z2", false, 4*time.Minute)
		require.Equal(t, 1, states()[bot.DeliveryReceived])
		receipt("e5", "u01", "z2", true, 4*time.Minute)
		receipt("e6", "u01", "z2", false, 5*time.Minute)
		receipt("e7", "u01", "of another hand", true, 5*time.Minute)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliverySeen: 2, bot.DeliveryPlanned: 1}, states())
		require.Equal(t, map[int]time.Duration{50: time.Minute, 80: 3 * time.Minute, 95: 3 * time.Minute}, w.counts(run).Received)
		require.NoError(t, w.PurgeReceipts(t.Context(), w.now.Add(time.Hour)))
	})
}
