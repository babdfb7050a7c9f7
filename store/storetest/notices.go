package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

// sent has a notice that went so long ago, to the people of xa; it is in the ledger for u00 alone.
func (w *world) sent(id string, ago time.Duration, change ...func(*bot.Announcement)) {
	w.t.Helper()
	a := bot.Announcement{
		OAID: oaID, ID: id, Code: "K" + id, Title: id, Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Tin " + id},
		Audience: bot.Audience{Units: []string{"xa"}}, Unlimited: true, State: bot.AnnouncementDraft, CreatedAt: w.now,
	}
	for _, do := range change {
		do(&a)
	}
	require.NoError(w.t, w.CreateAnnouncement(w.t.Context(), a))
	require.NoError(w.t, w.BeginRun(w.t.Context(), a, a.NewRun(bot.RunFirst, w.now.Add(-ago))))
	lease := w.one(bot.LaneAnnouncement)
	run := w.latest(a)
	require.NoError(w.t, w.FreezePosts(w.t.Context(), lease, run, nil, false, w.now))
	require.NoError(w.t, w.FreezePage(w.t.Context(), lease, w.latest(a), []bot.Frozen{{UserID: "u00", Channel: plan.ChannelFree}}, true, w.now))
	require.NoError(w.t, w.ReleaseLane(w.t.Context(), lease, w.now, time.Time{}))
}

// open are the ids of the notices of a resident that went in the last 60 days.
func (w *world) open(user string) (ids []string) {
	w.t.Helper()
	list, err := w.OpenNotices(w.t.Context(), bot.Resident{OAID: oaID, UserID: user}, w.now.Add(-60*24*time.Hour), w.now, 100)
	require.NoError(w.t, err)
	for _, n := range list {
		ids = append(ids, n.ID)
	}
	return ids
}

func runNotices(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreThoseThatAreStillOfUse", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.announce(2) // a draft
		until := func(in time.Duration) func(*bot.Announcement) {
			return func(a *bot.Announcement) { a.ValidUntil = w.now.Add(in) }
		}
		w.sent("new", time.Hour)
		w.sent("week", 8*24*time.Hour)
		w.sent("long", 8*24*time.Hour, until(time.Hour))
		w.sent("past", time.Hour, until(0))
		w.sent("wrong", 2*time.Hour)
		w.sent("right", time.Minute, func(a *bot.Announcement) { a.Corrects, a.Audience = "wrong", bot.Audience{} })
		w.sent("stopped", time.Hour)
		w.sent("kept", time.Hour)
		require.NoError(t, w.CreateAnnouncement(t.Context(), bot.Announcement{
			OAID: oaID, ID: "draft", Title: "x", Corrects: "kept", State: bot.AnnouncementDraft, CreatedAt: w.now,
		}))
		require.NoError(t, w.MoveAnnouncement(t.Context(), w.announcement("stopped"), bot.AnnouncementCancelled))
		require.Equal(t, []string{"right", "new", "kept", "long"}, w.open("u00"), "the latest first; a correction that nobody has sent corrects nothing")
		list, err := w.OpenNotices(t.Context(), bot.Resident{OAID: oaID, UserID: "u01"}, w.now.Add(-90*time.Minute), w.now, 1)
		require.NoError(t, err)
		require.Len(t, list, 1, "as many as are wanted")
		list, err = w.OpenNotices(t.Context(), bot.Resident{OAID: "other", UserID: "u00"}, w.now.Add(-90*time.Minute), w.now, 100)
		require.NoError(t, err)
		require.Empty(t, list, "of another account")
	})

	t.Run("SayWhetherTheyWereForTheResident", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.announce(2)
		w.sent("one", time.Hour, func(a *bot.Announcement) {
			a.Issuer, a.DocumentNumber, a.ValidUntil = "UBND xã", "12/TB-UBND", w.now.Add(time.Hour)
			a.Message.Others, a.Message.Picture = map[string]string{"rad": "Ê Đê"}, "https://xa.gov.vn/a.jpg"
		})
		for user, mine := range map[string]bool{"u00": true, "u01": false} {
			list, err := w.OpenNotices(t.Context(), bot.Resident{OAID: oaID, UserID: user}, time.Time{}, w.now, 100)
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.Equal(t, mine, list[0].Mine, user)
			require.True(t, list[0].Sent.Equal(w.now.Add(-time.Hour)), "%v", list[0].Sent)
			require.Equal(t, "UBND xã", list[0].Issuer)
			require.Equal(t, "12/TB-UBND", list[0].DocumentNumber)
			require.Equal(t, "Kone", list[0].Code)
			require.True(t, list[0].ValidUntil.Equal(w.now.Add(time.Hour)))
			require.Equal(t, map[string]string{"rad": "Ê Đê"}, list[0].Message.Others)
			require.Equal(t, "https://xa.gov.vn/a.jpg", list[0].Message.Picture)
		}
	})

	t.Run("AreForWhomTheAudienceSelects", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.announce(1)
		w.units(bot.Unit{OAID: oaID, Code: "thon", Kind: bot.UnitThon, Name: "Thôn", ParentCode: "xa"})
		w.residents(
			bot.Resident{OAID: oaID, UserID: "v1", UnitCode: "thon", Topics: []bot.Topic{bot.TopicBank}, Language: "rad"},
			bot.Resident{OAID: oaID, UserID: "v2", Roles: []bot.Role{bot.RoleBorrower}}, bot.Resident{OAID: oaID, UserID: "v3", UnitCode: "thon", Language: "rad-VN"},
		)
		units, err := bot.UnitsOf(t.Context(), w, oaID)
		require.NoError(t, err)
		everybody, err := w.AudiencePage(t.Context(), oaID, bot.Audience{Units: []string{"xa"}}, "", 100)
		require.NoError(t, err)
		require.Len(t, everybody, 4)
		for _, a := range []bot.Audience{
			{Units: []string{"xa"}}, {Units: []string{"thon"}}, {Topics: []bot.Topic{bot.TopicBank, bot.TopicCrops}}, {Roles: []bot.Role{bot.RoleBorrower}},
			{Languages: []string{"rad"}}, {Languages: []string{"vi"}}, {Languages: []string{"vi", "jra"}, WithoutUnits: []string{"thon"}},
			{Units: []string{"xa"}, WithoutResidents: []string{"v1"}}, {Units: []string{"thon"}, Topics: []bot.Topic{bot.TopicCrops}},
		} {
			selected, err := w.AudiencePage(t.Context(), oaID, a, "", 100)
			require.NoError(t, err)
			taken := slices.DeleteFunc(slices.Clone(everybody), func(r bot.Resident) bool { return !a.Takes(r, units) })
			require.ElementsMatch(t, selected, taken, "%+v", a)
		}
	})

	t.Run("HaveCodesOfTheirOwnInTheirAccount", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := bot.Announcement{OAID: oaID, ID: "a", Code: "AAAAAA", Title: "x", State: bot.AnnouncementDraft, CreatedAt: w.now}
		require.NoError(t, w.CreateAnnouncement(t.Context(), a))
		a.ID = "b"
		require.ErrorIs(t, w.CreateAnnouncement(t.Context(), a), bot.ErrDuplicate)
		a.OAID = "other"
		require.NoError(t, w.CreateAnnouncement(t.Context(), a))
		for _, id := range []string{"c", "d"} { // as before there were codes
			a.ID, a.Code = id, ""
			require.NoError(t, w.CreateAnnouncement(t.Context(), a))
		}
	})

	t.Run("KeepTheFirstDayWhenSentAgainAndCountPartsByLanguage", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.announce(2)
		w.sent("one", 3*time.Hour)
		a := w.announcement("one")
		require.NoError(t, w.BeginRun(t.Context(), a, a.NewRun(bot.RunMissed, w.now)))
		lease := w.one(bot.LaneAnnouncement)
		require.NoError(t, w.FreezePosts(t.Context(), lease, w.latest(a), nil, false, w.now))
		require.NoError(t, w.FreezePage(t.Context(), lease, w.latest(a), []bot.Frozen{{UserID: "u01", Channel: plan.ChannelFree, Parts: 3}}, true, w.now))
		list, err := w.OpenNotices(t.Context(), bot.Resident{OAID: oaID, UserID: "u00"}, time.Time{}, w.now, 100)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.True(t, list[0].Mine, "by its first run")
		require.True(t, list[0].Sent.Equal(w.now.Add(-3*time.Hour)))
		next := w.nextDeliveries()
		at := slices.IndexFunc(next, func(d bot.Delivery) bool { return d.UserID == "u01" })
		require.Equal(t, 3, next[at].Parts)
	})
}
