package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/store"
)

// helped has four households of the unit xa beside that of the proxy p, in an announcement to all of it:
// h1 has no smartphone, nobody of h2 is on Zalo, r3 of h3 can be reached, and h4's proxy is unknown.
// The proxy of h1 and h3 is p, that of h2 the household hp, whose p2 has written last.
func helped(t *testing.T, change ...func(*bot.Announcement)) *world {
	t.Helper()
	w := newYear(t)
	_, err := w.db.ImportUnits(t.Context(), store.Values([]bot.Unit{
		{OAID: oaID, Code: "xa", Kind: bot.UnitCommune, Name: "Xã"}, {OAID: oaID, Code: "xa-2", Kind: bot.UnitCommune, Name: "Xã Hai"},
	}), false)
	require.NoError(t, err)
	home := func(code, head, helper string, needs ...bot.Need) bot.Household {
		return bot.Household{OAID: oaID, Code: code, UnitCode: "xa", Head: head, Helper: helper, Needs: needs}
	}
	_, err = w.db.ImportHouseholds(t.Context(), store.Values([]bot.Household{
		home("12", "Ông Tư", "p", bot.NeedNoSmartphone), home("15", "Bà Sáu", "hp"), home("18", "Anh Bảy", "p"), home("19", "Chị Tám", "nobody"),
		home("hp", "Bà Năm", ""),
	}), false)
	require.NoError(t, err)
	lives := func(code string) func(*bot.Resident) { return func(r *bot.Resident) { r.HouseholdCode = code } }
	w.announce([]bot.Resident{
		w.resident("p", time.Hour, func(r *bot.Resident) { r.UnitCode, r.Name = "xa-2", "Cô Pha" }), w.resident("p1", 3*time.Hour, lives("hp")),
		w.resident("p2", time.Hour, lives("hp"), func(r *bot.Resident) { r.Name = "Cậu Hai" }), w.resident("r3", time.Hour, lives("18")),
	}, change...)
	w.tick()
	return w
}

// reach is the state of each household, with who has told it.
func (w *world) reach() map[string]string {
	w.t.Helper()
	list, err := bot.Reach(w.t.Context(), w.db, "A", bot.ReceiptPatience, w.clock.Now())
	require.NoError(w.t, err)
	of := make(map[string]string)
	for _, r := range list {
		of[r.Code] = strings.TrimSpace(string(r.State) + " " + r.Told.By)
	}
	return of
}

// answer lets a resident write and gives our answer.
func (w *world) answer(b *bot.Bot, user, text string) string {
	w.t.Helper()
	before := len(w.zalo.Calls())
	w.write(user, text)
	require.NoError(w.t, b.HandleEvents(w.t.Context(), w.claim(bot.LaneResident)))
	w.tick()
	calls := w.zalo.Calls()[before:]
	require.Len(w.t, calls, 1)
	require.Equal(w.t, user, calls[0].UserID)
	return calls[0].Message.Text
}

func TestProxies(t *testing.T) {
	t.Parallel()

	t.Run("AreAskedToTellThoseWhomNoMessageReaches", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t), 0
		got := w.got(&seen)
		require.Len(t, got, 4)
		for user, texts := range got {
			require.Len(t, texts, 1, "%s gets one message", user)
			require.True(t, strings.HasPrefix(texts[0], "Mời họp."))
		}
		require.Contains(t, got["p"][0], "Xin anh/chị báo giúp hộ Ông Tư (mã 12): ", "not for the household that can be reached")
		require.Contains(t, got["p2"][0], "hộ Bà Sáu (mã 15)", "who is a recipient gets the request with his text")
		require.Equal(t, "Mời họp.", got["p1"][0])
		require.Equal(t, "Mời họp.", got["r3"][0])
		for _, call := range w.zalo.Calls() {
			require.Equal(t, call.UserID == "p" || call.UserID == "p2", len(call.Message.Buttons) == 1)
		}
		run, err := w.db.Run(t.Context(), w.current(), 0)
		require.NoError(t, err)
		status, err := w.db.RunStatus(t.Context(), run)
		require.NoError(t, err)
		require.Equal(t, 3, status.Recipients, "as planned: those of the audience")
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 1}, status.Aside)
		require.Equal(t, bot.AnnouncementDone, w.current().State)
		require.Equal(t, map[string]string{"12": "not_reached", "15": "not_reached", "18": "sent", "19": "not_reached", "hp": "sent"}, w.reach())
	})

	t.Run("AreInThePlanBesideTheRecipients", func(t *testing.T) {
		t.Parallel()

		w := helped(t)
		s := w.announcements(awake)
		draft := bot.Announcement{
			OAID: oaID, ID: "D", Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: strings.Repeat("Mời họp. ", 221)}, Unlimited: true,
			Audience: bot.Audience{Units: []string{"xa"}},
		}
		require.NoError(t, s.Create(t.Context(), draft))
		f, err := s.Plan(t.Context(), "D")
		require.NoError(t, err)
		require.Equal(t, 3, f.Recipients)
		require.Equal(t, 3, f.People[plan.ChannelFree])
		require.Equal(t, 1, f.Aside)
		before := len(w.zalo.Calls())
		_, err = s.Send(t.Context(), "D")
		require.NoError(t, err)
		w.tick()
		w.tick()
		require.Equal(t, f.Calls, len(w.zalo.Calls())-before, "so many go")
		require.Equal(t, 6, f.Calls, "two parts to each of two proxies")
	})

	t.Run("MarkTheirHouseholdsByTheButtonOrByTyping", func(t *testing.T) {
		t.Parallel()

		w := helped(t)
		b := w.newBot()
		require.Contains(t, w.answer(b, "p", "#da-bao A"), "báo xong cho hộ Ông Tư (mã 12)")
		require.Contains(t, w.answer(b, "p", "#da-bao A"), "ghi từ trước rồi", "a second tap is harmless")
		require.Contains(t, w.answer(b, "p2", "da bao ho 15"), "hộ Bà Sáu (mã 15)")
		require.Equal(t, "told Cô Pha", w.reach()["12"])
		require.Equal(t, "told Cậu Hai", w.reach()["15"])
		list, err := bot.Reach(t.Context(), w.db, "A", bot.ReceiptPatience, w.clock.Now())
		require.NoError(t, err)
		all, _ := bot.CountReach(list, bot.Units{})
		require.Equal(t, 2, all.ByProxy, "apart from visits")
		w.clock.Advance(60 * 24 * time.Hour)
		require.Contains(t, w.answer(b, "p", "Đã báo rồi ạ"), "ghi từ trước rồi", "also long after")
	})

	t.Run("NameAHouseholdByItsHead", func(t *testing.T) {
		t.Parallel()

		w := helped(t)
		b := w.newBot()
		require.Contains(t, w.answer(b, "p2", "đã báo hộ bà Sáu"), "hộ Bà Sáu (mã 15)")
		require.Contains(t, w.answer(b, "p", "da bao giup ho ba roi"), "không có tin nào", "nobody is called so")
		require.Contains(t, w.answer(b, "p", "đã báo cho hộ Tư xong rồi ạ"), "hộ Ông Tư (mã 12)")
	})

	t.Run("ThatAreNobodysAreRefused", func(t *testing.T) {
		t.Parallel()

		w := helped(t)
		b := w.newBot()
		for _, text := range []string{"#da-bao A", "đã báo hộ 12", "đã báo", "đã báo hộ 99", "#da-bao X"} {
			require.Contains(t, w.answer(b, "r3", text), "không có tin nào nhờ anh/chị", text)
		}
		require.Contains(t, w.answer(b, "p2", "đã báo hộ 12"), "không có tin nào nhờ anh/chị")
		require.NotContains(t, w.answer(b, "r3", "đã báo hộ nghèo với xã rồi mà sao chưa thấy ai trả lời"), "báo giúp", "a question")
		require.NotContains(t, w.answer(b, "p", "đã báo công an chưa"), "báo giúp")
		require.Equal(t, "not_reached", w.reach()["12"])
		require.Contains(t, w.answer(b, "p1", "đã báo hộ 15"), "hộ Bà Sáu", "the whole household is the proxy")
	})

	t.Run("LeaveTheHouseholdOnTheListWhenTheyCannotBeReached", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, func(a *bot.Announcement) { a.Budget, a.Unlimited = 0, false }), 0
		w.got(&seen)
		w.clock.Advance(30 * 24 * time.Hour)
		w.announceAs("B")
		require.Empty(t, w.got(&seen), "all windows are closed")
		b, err := w.db.Announcement(t.Context(), "B")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementDone, b.State)
	})

	t.Run("AreNotAskedWhenTheTextIsForSubscribers", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, func(a *bot.Announcement) { a.Audience.Languages = []string{"vi"} }), 0
		require.Len(t, w.got(&seen), 3)
	})

	t.Run("BringCorrectionsToo", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t), 0
		w.got(&seen)
		w.announceAs("C", func(a *bot.Announcement) {
			a.Corrects, a.Audience, a.Message.Text = "A", bot.Audience{}, "Họp dời sang mai."
		})
		got := w.got(&seen)
		require.Len(t, got, 4)
		require.Contains(t, got["p"][0], "Họp dời sang mai.")
		require.Contains(t, got["p"][0], "hộ Ông Tư (mã 12)")
	})

	t.Run("AreAskedWithALongTextInParts", func(t *testing.T) {
		t.Parallel()

		w, seen := helped(t, func(a *bot.Announcement) { a.Message.Text = strings.Repeat("Mời họp. ", 221) }), 0
		got := w.got(&seen)
		require.Len(t, got["r3"], 1)
		require.Len(t, got["p"], 2, "with the request it takes two")
		require.Contains(t, fmt.Sprint(got["p"]), "Ông Tư")
	})
}

// announceAs sends one more announcement to the unit xa.
func (w *world) announceAs(id string, change ...func(*bot.Announcement)) {
	w.t.Helper()
	a := bot.Announcement{
		OAID: oaID, ID: id, Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Mời họp."}, Unlimited: true,
		Audience: bot.Audience{Units: []string{"xa"}},
	}
	for _, do := range change {
		do(&a)
	}
	s := w.announcements(awake)
	require.NoError(w.t, s.Create(w.t.Context(), a))
	_, err := s.Send(w.t.Context(), id)
	require.NoError(w.t, err)
	w.tick()
	w.tick()
}
