package bot_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
)

func TestParseLadder(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"": "", "2h:channel,6h:proxy,12h:visit": "2h:channel,6h:proxy,12h:visit", " 30m:proxy , 90m:visit ": "30m:proxy,1h30m:visit",
		"168h:visit": "168h:visit",
	} {
		ladder, err := bot.ParseLadder(text)
		require.NoError(t, err, text)
		require.Equal(t, want, ladder.String())
	}
	for text, fault := range map[string]string{
		"2h": "is no step", "soon:visit": "is no step", "2h:call": `no step "call"`, "6h:proxy,2h:visit": "in their order", "2h:proxy,2h:visit": "in their order",
		"0h:visit": "in their order", "90s:visit": "whole minutes", "169h:visit": "at most 168 hours", "2h:visit,": "is no step",
	} {
		_, err := bot.ParseLadder(text)
		require.ErrorIs(t, err, bot.ErrLadder, text)
		require.ErrorContains(t, err, fault, text)
	}
}

// climbAt is tickAt with two replicas.
func (w *world) climbAt(when time.Time) {
	w.t.Helper()
	w.clock.Set(when)
	for range 3 {
		for range 2 {
			an := bot.NewAnnouncer(w.db, w.db, rules(w.t), plan.Hours{}, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
			for _, lease := range w.claim(bot.LaneAnnouncement) {
				require.NoError(w.t, an.Announce(w.t.Context(), lease))
			}
		}
		for _, lease := range w.claim(bot.LaneDelivery) {
			require.NoError(w.t, w.deliverer().Deliver(w.t.Context(), lease))
		}
		w.clock.Advance(time.Second)
	}
}

// see lets a resident read all that has come.
func (w *world) see(user string) {
	w.t.Helper()
	var ids []string
	for i := range w.zalo.Calls() { // calls leave together and are answered in any order
		ids = append(ids, fmt.Sprint("z", i+1))
	}
	w.hear(func(o *bot.Outcome) {
		o.Receipts = append(o.Receipts, bot.Receipt{UserID: user, MsgIDs: ids, Seen: true, At: w.clock.Now()})
	})
}

// rungs are what became of the rungs, as "channel run".
func (w *world) rungs() []string {
	w.t.Helper()
	settled, err := w.db.Rungs(w.t.Context(), w.current())
	require.NoError(w.t, err)
	var list []string
	for i, r := range settled {
		require.Equal(w.t, i+1, r.Number)
		list = append(list, string(r.Kind)+" "+string(r.Outcome))
	}
	return list
}

func escalate(text string) func(*bot.Announcement) {
	return func(a *bot.Announcement) {
		var err error
		if a.Escalate, err = bot.ParseLadder(text); err != nil {
			panic(err) // our own
		}
	}
}

func TestLadder(t *testing.T) {
	t.Parallel()

	template := func(w *world) {
		w.t.Helper()
		require.NoError(w.t, w.db.PutTemplate(w.t.Context(), bot.Template{OAID: oaID, Kind: "hop", ID: "77", VND: 300, Data: map[string]string{"noi_dung": "{text}"}}))
	}
	ofKind := func(a *bot.Announcement) { a.Kind = "hop" }

	t.Run("GoesOverAnotherChannelToThoseWhoHaveNotSeenIt", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("2h:channel,4h:channel"), ofKind), 0
		start := w.clock.Now()
		template(w)
		require.Len(t, w.got(&seen), 4)
		w.see("p2")
		w.climbAt(start.Add(119 * time.Minute))
		require.Empty(t, w.got(&seen))
		w.climbAt(start.Add(2 * time.Hour))
		got := w.got(&seen)
		require.Len(t, got, 1, "p1 lives with p2, who has seen it; p is none of the audience")
		require.Equal(t, []string{"77 noi_dung: Mời họp."}, got["r3"])
		require.Equal(t, bot.AnnouncementDone, w.current().State)
		w.climbAt(start.Add(5 * time.Hour))
		require.Empty(t, w.got(&seen), "never twice over the same channel")
		require.Equal(t, []string{"channel run", "channel nobody"}, w.rungs())
		w.climbAt(start.Add(100 * time.Hour))
		require.Empty(t, w.got(&seen))
		require.Equal(t, 2, w.runNumber())
	})

	t.Run("HasNoOtherChannelWithoutATemplate", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("2h:channel"), ofKind), 0
		w.got(&seen)
		w.climbAt(w.clock.Now().Add(2 * time.Hour))
		require.Empty(t, w.got(&seen))
		require.Equal(t, []string{"channel nobody"}, w.rungs())
	})

	t.Run("AsksTheProxiesOfThoseWhoHaveNotSeenIt", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("6h:proxy")), 0
		w.got(&seen)
		w.climbAt(w.clock.Now().Add(6 * time.Hour))
		got := w.got(&seen)
		require.Len(t, got, 1)
		require.Contains(t, got["p"][0], "hộ Anh Bảy (mã 18)")
		require.NotContains(t, got["p"][0], "Ông Tư", "for whom he was asked before")
		run, err := w.db.Run(t.Context(), w.current(), 0)
		require.NoError(t, err)
		status, err := w.db.RunStatus(t.Context(), run)
		require.NoError(t, err)
		require.Zero(t, status.Recipients)
		b := w.newBot()
		require.Contains(t, w.answer(b, "p", "đã báo"), "Anh Bảy")
		require.Equal(t, "told Cô Pha", w.reach()["18"])
	})

	t.Run("AsksNoProxiesAboutWhatConcernsNoHouseholdAsSuch", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("6h:proxy"), func(a *bot.Announcement) { a.Audience.Languages = []string{"vi"} }), 0
		w.got(&seen)
		w.climbAt(w.clock.Now().Add(6 * time.Hour))
		require.Empty(t, w.got(&seen))
		require.Equal(t, []string{"proxy nobody"}, w.rungs())
		require.Equal(t, 1, w.runNumber())

		w.announceAs("C", escalate("6h:proxy"), func(a *bot.Announcement) { a.Corrects, a.Audience = "A", bot.Audience{} })
		require.Len(t, w.got(&seen), 3)
		w.climbAt(w.clock.Now().Add(6 * time.Hour))
		require.Empty(t, w.got(&seen))
		c, err := w.db.Announcement(t.Context(), "C")
		require.NoError(t, err)
		settled, err := w.db.Rungs(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, bot.RungNobody, settled[0].Outcome)
	})

	t.Run("SendsNothingOfWhatWasTooDearForAll", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t), 0
		w.got(&seen)
		fire := w.clock.Now().Add(72 * time.Hour) // when it costs
		w.announceAs("D", escalate("2h:channel"), func(a *bot.Announcement) {
			a.AllOrNothing, a.Unlimited, a.Budget, a.ScheduledAt = true, false, 220, fire // 55 for each of four
		})
		_, err := w.db.ImportResidents(t.Context(), store.Values([]bot.Resident{w.resident("r5", time.Hour)}), false)
		require.NoError(t, err)
		w.climbAt(fire)
		run, err := w.db.Run(t.Context(), bot.Announcement{OAID: oaID, ID: "D"}, 1)
		require.NoError(t, err)
		require.True(t, run.CalledOff)
		w.climbAt(fire.Add(3 * time.Hour))
		require.Empty(t, w.got(&seen))
	})

	t.Run("AsksNobodyForThoseWhoHaveSeenIt", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("6h:proxy")), 0
		w.see("r3")
		w.tick()
		w.got(&seen)
		w.climbAt(w.clock.Now().Add(6 * time.Hour))
		require.Empty(t, w.got(&seen))
		require.Equal(t, []string{"proxy nobody"}, w.rungs())
	})

	t.Run("GivesTheListOfVisitsToTheHead", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("12h:visit")), 0
		w.got(&seen)
		w.see("p1")
		w.tick()
		w.resident("head", time.Hour, func(r *bot.Resident) { r.UnitCode, r.ConsentAt = "xa-2", time.Time{} })
		code, err := bot.NewOperators(w.db, w.clock.Now).Add(t.Context(), bot.Operator{OAID: oaID, ID: "h", Name: "Bách", Role: rights.CommuneOfficer, Units: []string{"xa"}})
		require.NoError(t, err)
		w.write("head", code)
		require.NoError(t, w.newBot().HandleEvents(t.Context(), w.claim(bot.LaneResident)))
		w.tick()
		w.got(&seen)
		w.climbAt(w.clock.Now().Add(12 * time.Hour))
		got := w.got(&seen)
		require.Len(t, got, 1)
		require.Len(t, got["head"], 1, "an officer on duty is not asked for consent")
		require.Contains(t, got["head"][0], `Tin "Họp" còn 4 hộ chưa biết`)
		require.Contains(t, got["head"][0], "1. hộ Ông Tư (mã 12)", "the most needy first")
		require.Contains(t, got["head"][0], "hộ Anh Bảy (mã 18)", "of which no receipt has come by then")
		require.Equal(t, []string{"visit run"}, w.rungs())
		audit, err := w.db.Audit(t.Context(), oaID, time.Time{})
		require.NoError(t, err)
		last := audit[len(audit)-1]
		require.Equal(t, []any{"loalang", bot.AuditSend, "A", "its step visit"}, []any{last.By, last.Action, last.AnnouncementID, last.Detail})
	})

	t.Run("RecordsThatAVillageHasNoHead", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("12h:visit")), 0
		w.got(&seen)
		w.climbAt(w.clock.Now().Add(12 * time.Hour))
		require.Empty(t, w.got(&seen))
		require.Equal(t, []string{"visit nobody"}, w.rungs())
	})

	t.Run("StopsWhenTheAnnouncementIsCancelled", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("2h:channel,6h:proxy"), ofKind), 0
		template(w)
		w.got(&seen)
		_, err := w.announcements(awake).Cancel(t.Context(), "A")
		require.NoError(t, err, "it is done, but its ladder is not")
		w.climbAt(w.clock.Now().Add(10 * time.Hour))
		require.Empty(t, w.got(&seen))
		require.Equal(t, []string{"channel cancelled", "proxy cancelled"}, w.rungs())
		require.Equal(t, bot.AnnouncementCancelled, w.current().State)
		run, err := w.db.Run(t.Context(), w.current(), 1)
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementDone, run.State, "what was over stays as it ended")
		_, err = w.announcements(awake).Cancel(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrState)
	})

	t.Run("KeepsItsDistancesAfterAnOutageAndSkipsWhatIsNoNewsAnyMore", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("2h:channel,6h:proxy"), ofKind), 0
		start := w.clock.Now()
		template(w)
		w.got(&seen)
		w.climbAt(start.Add(24 * time.Hour))
		require.Len(t, w.got(&seen), 3, "late, but news")
		require.Equal(t, []string{"channel run"}, w.rungs())
		w.climbAt(start.Add(27 * time.Hour))
		require.Equal(t, []string{"channel run"}, w.rungs(), "the proxies are asked four hours after that")
		w.climbAt(start.Add(300 * time.Hour))
		require.Equal(t, []string{"channel run", "proxy skipped"}, w.rungs())
	})

	t.Run("LeavesAResendToTheMissedOfTheAudience", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, escalate("6h:proxy")), 0
		w.climbAt(w.clock.Now().Add(6 * time.Hour))
		w.got(&seen)
		_, err := w.announcements(awake).Resend(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrState, "everybody of the audience got it")
	})

	t.Run("IsNotForWhatGoesAgainAndAgain", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		err := w.announcements(awake).Create(t.Context(), bot.Announcement{
			OAID: oaID, ID: "B", Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Mời họp."}, Unlimited: true,
			Audience: bot.Audience{Units: []string{"xa"}}, Schedule: weekly, Escalate: bot.Ladder{{After: time.Hour, Kind: bot.RungVisit}},
		})
		require.ErrorContains(t, err, "nothing escalates")
	})
}
