package bot_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/store"
)

// resident is one who consents and wrote so long ago.
func (w *world) resident(id string, ago time.Duration, change ...func(*bot.Resident)) bot.Resident {
	r := bot.Resident{
		OAID: oaID, UserID: id, UnitCode: "xa", ConsentAt: w.clock.Now().Add(-240 * time.Hour), LastInteraction: w.clock.Now().Add(-ago),
	}
	for _, do := range change {
		do(&r)
	}
	return r
}

func (w *world) announcements(open plan.Hours) *bot.Announcements {
	w.t.Helper()
	return bot.NewAnnouncements(w.db, rules(w.t), open, w.clock.Now)
}

// announce brings people into the unit xa and sends an announcement to all of it, up to where its deliveries are planned.
func (w *world) announce(people []bot.Resident, change ...func(*bot.Announcement)) {
	w.t.Helper()
	_, err := w.db.ImportUnits(w.t.Context(), store.Values([]bot.Unit{{OAID: oaID, Code: "xa", Kind: bot.UnitCommune, Name: "Xã"}}), false)
	require.NoError(w.t, err)
	_, err = w.db.ImportResidents(w.t.Context(), store.Values(people), false)
	require.NoError(w.t, err)
	a := bot.Announcement{
		OAID: oaID, ID: "A", Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Mời họp."}, Unlimited: true,
		Audience: bot.Audience{Units: []string{"xa"}},
	}
	for _, do := range change {
		do(&a)
	}
	s := w.announcements(plan.Hours{})
	require.NoError(w.t, s.Create(w.t.Context(), a))
	_, err = s.Send(w.t.Context(), a.ID)
	require.NoError(w.t, err)
	w.runAnnouncer()
}

// runAnnouncer does the due announcement lane.
func (w *world) runAnnouncer() {
	w.t.Helper()
	leases := w.claim(bot.LaneAnnouncement)
	require.Len(w.t, leases, 1)
	require.NoError(w.t, w.announcer().Announce(w.t.Context(), leases[0]))
}

func (w *world) announcer() *bot.Announcer {
	w.t.Helper()
	return bot.NewAnnouncer(w.db, w.db, rules(w.t), plan.Hours{}, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
}

func (w *world) announced() (bot.Announcement, bot.RunStatus) {
	w.t.Helper()
	a, err := w.db.Announcement(w.t.Context(), "A")
	require.NoError(w.t, err)
	run, err := w.db.Run(w.t.Context(), a, 0)
	require.NoError(w.t, err)
	status, err := w.db.RunStatus(w.t.Context(), run)
	require.NoError(w.t, err)
	return a, status
}

func budget(vnd int64) func(*bot.Announcement) {
	return func(a *bot.Announcement) { a.Budget, a.Unlimited = vnd, false }
}

func TestAnnounce(t *testing.T) {
	t.Parallel()

	t.Run("SendsToWhomItMayAndSaysWhyToNobodyElse", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{
			w.resident("free", time.Hour), w.resident("paid", 72*time.Hour), w.resident("closed", 200*time.Hour),
			w.resident("never", 0, func(r *bot.Resident) { r.LastInteraction = time.Time{} }),
			w.resident("silent", time.Hour, func(r *bot.Resident) { r.ConsentAt = time.Time{} }),
		})
		w.deliverAll()
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("free"))
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("paid"))
		_, status := w.announced()
		require.Equal(t, map[plan.Channel]map[bot.DeliveryState]int{
			plan.ChannelFree: {bot.DeliveryAccepted: 1}, plan.ChannelPaid: {bot.DeliveryAccepted: 1}, plan.ChannelNone: {bot.DeliveryRefused: 3},
		}, status.Channels)
		require.EqualValues(t, 55, status.VND)
		require.Len(t, w.zalo.Calls(), 2)
		require.Equal(t, []bot.CallUse{bot.CallForBulk, bot.CallForBulk}, w.limiter.Uses())
		w.clock.Advance(2 * time.Second)
		w.runAnnouncer()
		a, _ := w.announced()
		require.Equal(t, bot.AnnouncementDone, a.State)
	})

	t.Run("NeverCostsMoreThanItsBudget", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		var list []bot.Resident
		for _, id := range people(10) {
			list = append(list, w.resident(id, 72*time.Hour))
		}
		w.announce(append(list, w.resident("z", time.Hour)), budget(3*55+54))
		w.deliverAll()
		_, status := w.announced()
		require.EqualValues(t, 3*55, status.VND)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 4, bot.DeliveryRefused: 7}, status.States, "what is free goes all the same")
	})

	t.Run("NeverEndsInTheMiddleOfAText", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		var list []bot.Resident
		for _, id := range people(10) {
			list = append(list, w.resident(id, 72*time.Hour))
		}
		w.announce(list, budget(5*2*55+2*55-1), func(a *bot.Announcement) { a.Message.Text = strings.Repeat("chữ nào ", 350) })
		w.deliverAll()
		_, status := w.announced()
		require.EqualValues(t, 5*2*55, status.VND)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 5, bot.DeliveryRefused: 5}, status.States)
		require.Len(t, w.zalo.Calls(), 5*2, "nobody got half a text")
	})

	t.Run("UsesThePackageFirst", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, func(a *bot.OfficialAccount) { a.Package = "growth" })
		w.announce([]bot.Resident{w.resident("u1", 72*time.Hour)}, budget(0))
		w.deliverAll()
		_, status := w.announced()
		require.Zero(t, status.VND)
		require.Equal(t, 1, status.States[bot.DeliveryAccepted])
		used, err := w.db.IncludedSince(t.Context(), oaID, w.clock.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, used)
	})

	t.Run("TakesTheVerdictAgainWhenTheCallIsDue", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", 47*time.Hour), w.resident("u2", 167*time.Hour)}, budget(0))
		w.clock.Advance(2 * time.Hour)
		w.deliverAll()
		require.Empty(t, w.zalo.Calls(), "one fell out of the free window, the other out of the paid one")
		_, status := w.announced()
		require.Equal(t, 2, status.Channels[plan.ChannelNone][bot.DeliveryRefused])
	})

	t.Run("TakesBackTheMoneyOfACallThatDidNotGo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", 72*time.Hour), w.resident("u2", 72*time.Hour)}, budget(55))
		w.zalo.To("u1", bottest.Refuse(-227))
		w.deliverAll()
		_, status := w.announced()
		require.EqualValues(t, 55, status.VND)
		require.Len(t, w.zalo.Texts("u2"), 1)
	})

	t.Run("AsksZaloNoSecondTimeForWhomItRefused", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		w.zalo.To("u1", bottest.Refuse(-227))
		w.deliverAll()
		w.clock.Advance(2 * time.Second)
		w.runAnnouncer()
		_, err := w.announcements(plan.Hours{}).Resend(t.Context(), "A")
		require.NoError(t, err)
		w.runAnnouncer()
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 1)
	})

	t.Run("WaitsForTheMorningUnlessItIsAnEmergency", func(t *testing.T) {
		t.Parallel()

		open := plan.Outside(21*time.Hour, 6*time.Hour)
		quiet := func(cfg *bot.DelivererConfig) { cfg.Open = open }
		w := newWorld(t)
		w.clock.Advance(12 * time.Hour) // 22:00
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		w.deliverAll(quiet)
		require.Empty(t, w.zalo.Calls())
		due, _ := w.lane(bot.LaneDelivery)
		require.Equal(t, "22:05:00", due.In(village).Format(time.TimeOnly), "the quiet hours may be set anew meanwhile")
		w.clock.Advance(8 * time.Hour)
		w.deliverAll(quiet)
		require.Len(t, w.zalo.Calls(), 1)

		w = newWorld(t)
		w.clock.Advance(12 * time.Hour)
		silent := w.resident("u1", time.Hour, func(r *bot.Resident) { r.ConsentAt = time.Time{} })
		w.announce([]bot.Resident{silent}, func(a *bot.Announcement) { a.Urgency = bot.UrgencyEmergency })
		w.deliverAll(quiet)
		require.Len(t, w.zalo.Calls(), 1)
		require.Equal(t, []bot.CallUse{bot.CallForHaste}, w.limiter.Uses())
	})

	t.Run("WaitsWhileNobodyKnowsTheRulesOfTheDay", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		w.plan(w.reply("u2", "reply"))
		w.clock.Set(time.Date(2025, time.November, 21, 10, 0, 0, 0, village)) // before the first rule
		w.plan(w.reply("u3", "reply of then"))
		w.deliverAll()
		require.Len(t, w.zalo.Texts("u3"), 1)
		require.Empty(t, w.zalo.Texts("u1"))
	})

	t.Run("SendsALongTextInPartsToEach", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", time.Hour), w.resident("u2", time.Hour)}, func(a *bot.Announcement) {
			a.Message.Text = strings.Repeat("chữ ", 900)
		})
		w.deliverAll()
		require.Len(t, w.zalo.Texts("u1"), 2)
		require.Len(t, w.zalo.Texts("u2"), 2)
	})

	t.Run("ResumesFreezingWhereItWas", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		s := w.announcements(plan.Hours{})
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		_, err := s.Pause(t.Context(), "A")
		require.NoError(t, err)
		w.deliverAll()
		require.Empty(t, w.zalo.Calls())
		a, err := s.Resume(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementSending, a.State)
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 1)
		_, err = s.Resume(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrState)
	})
}
