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
	"github.com/loalang/loalang/zalo"
)

func TestStanding(t *testing.T) {
	t.Parallel()

	t.Run("StandsBelowEveryLanguage", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		speaks := func(tag string) func(*bot.Resident) { return func(r *bot.Resident) { r.Language = tag } }
		w.announce([]bot.Resident{
			w.resident("vi", time.Hour), w.resident("rad", time.Hour, speaks("rad")), w.resident("jra", time.Hour, speaks("jra")),
		}, func(a *bot.Announcement) {
			a.Issuer, a.DocumentNumber = "UBND xã Mường Bon", "12/TB-UBND"
			a.Message.Others = map[string]string{"rad": strings.Repeat("Ê Đê ", 500)}
			a.Message.Picture = "https://xa.gov.vn/lu.jpg"
		})
		forecast, err := w.announcements(plan.Hours{}).Plan(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, 4, forecast.Calls, "one of them reads two messages")
		w.deliverAll()
		a, status := w.announced()
		require.Equal(t, 3, status.States[bot.DeliveryAccepted])
		require.Len(t, a.Code, 6)
		closing := "\n\nĐơn vị ra thông báo: UBND xã Mường Bon. Số văn bản: 12/TB-UBND. Mã thông báo: " + a.Code + "."
		require.Equal(t, []string{"Mời họp." + closing}, w.zalo.Texts("vi"))
		require.Equal(t, []string{"(Thông báo này chưa có bản tiếng Gia Rai, tôi gửi bản tiếng Việt.)\nMời họp." + closing}, w.zalo.Texts("jra"))
		rad := w.zalo.Texts("rad")
		require.Len(t, rad, 2)
		require.True(t, strings.HasSuffix(rad[1], strings.TrimSpace(closing)))
		pictures := 0
		for _, call := range w.zalo.Calls() {
			if call.Message.Image != nil {
				require.Equal(t, "https://xa.gov.vn/lu.jpg", call.Message.Image.URL)
				pictures++
			}
		}
		require.Equal(t, 3, pictures, "with the first message of each")
	})

	t.Run("AddsNothingToATextThatNobodyStandsBehind", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", time.Hour, func(r *bot.Resident) { r.Language = "rad" })})
		w.deliverAll()
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("u1"))
	})

	t.Run("GoesWithoutAPictureThatZaloRefuses", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Answer{Err: &zalo.Error{Code: -201, Message: "refused"}})
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, func(a *bot.Announcement) { a.Message.Picture = "https://xa.gov.vn/lu.png" })
		w.deliverAll()
		calls := w.zalo.Calls()
		require.Len(t, calls, 2)
		require.NotNil(t, calls[0].Message.Image)
		require.Nil(t, calls[1].Message.Image)
		account, err := w.db.Account(t.Context(), oaID)
		require.NoError(t, err)
		require.False(t, account.TextOnly, "buttons are not to blame")
	})

	t.Run("ExpiresWhenItIsOfNoUseAnyMore", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		valid := w.clock.Now().Add(time.Hour)
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, func(a *bot.Announcement) { a.ValidUntil = valid })
		w.clock.Advance(2 * time.Hour)
		w.deliverAll()
		w.runAnnouncer()
		require.Empty(t, w.zalo.Calls())
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryExpired: 1}, status.States)
		_, err := w.announcements(plan.Hours{}).Resend(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrState)
		require.ErrorContains(t, err, "it was valid until")
	})

	t.Run("IsOfNoUseToSendLate", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		s := w.announcements(plan.Hours{})
		late := bot.Announcement{
			OAID: oaID, ID: "B", Title: "x", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Tin."}, Unlimited: true,
			Audience: bot.Audience{Units: []string{"xa"}}, ValidUntil: w.clock.Now().Add(time.Hour),
		}
		require.NoError(t, s.Create(t.Context(), late))
		w.clock.Advance(time.Hour)
		_, err := s.Send(t.Context(), "B")
		require.ErrorIs(t, err, bot.ErrState)
	})

	t.Run("EndsASchedule", func(t *testing.T) {
		t.Parallel()

		now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		a := bot.Announcement{Schedule: "0 18 * * *", State: bot.AnnouncementDraft, ValidUntil: now.Add(48 * time.Hour)}
		fires, err := a.NextFires(now, 5)
		require.NoError(t, err)
		require.Len(t, fires, 2)

		w := newWorld(t)
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		s := w.announcements(plan.Hours{})
		require.NoError(t, s.Create(t.Context(), bot.Announcement{
			OAID: oaID, ID: "B", Title: "x", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Tin."}, Unlimited: true,
			Audience: bot.Audience{Units: []string{"xa"}}, Schedule: "0 18 * * *", ValidUntil: w.clock.Now().Add(time.Hour),
		}))
		_, err = s.Send(t.Context(), "B")
		require.NoError(t, err)
		w.clock.Advance(25 * time.Hour)
		an := bot.NewAnnouncer(w.db, w.db, rules(t), plan.Hours{}, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
		for _, lease := range w.claim(bot.LaneAnnouncement) {
			require.NoError(t, an.Announce(t.Context(), lease))
		}
		b, err := w.db.Announcement(t.Context(), "B")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementDone, b.State)
		_, err = w.db.Run(t.Context(), b, 0)
		require.ErrorIs(t, err, bot.ErrNotFound, "it never fired")
	})

	t.Run("TellsAllThatIsWrong", func(t *testing.T) {
		t.Parallel()

		now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		a := bot.Announcement{
			Title: "x", Urgency: bot.UrgencyNormal, Corrects: "y", Audience: bot.Audience{Units: []string{"xa"}}, Schedule: "0 18 * * *",
			Message: bot.Message{Text: "Tin.", Picture: "https://xa.gov.vn/a.bmp", Others: map[string]string{"rad": "[@all]", "vi": "Tin.", "jra": " "}},
			Issuer:  strings.Repeat("x", 121), DocumentNumber: "1\n2", ValidUntil: now,
		}
		err := a.Check(bot.Units{"xa": {}}, now)
		for _, says := range []string{
			"its audience is whoever got that one", "leave its schedule out", "neither .jpg nor .png", `"[@all]"`, `text in "vi" is there twice`,
			`text in "jra" is empty`, "its issuer has 121", "its document number has to be one line", "which is past",
		} {
			require.ErrorContains(t, err, says)
		}
		a = bot.Announcement{Title: "x", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Tin.", Others: map[string]string{"rad": "Gọi 0912345678"}}, Audience: bot.Audience{Units: []string{"xa"}}}
		require.ErrorContains(t, a.Check(bot.Units{"xa": {}}, now), "a private phone", "also in another language")
	})
}

func TestCorrect(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	w.announce([]bot.Resident{w.resident("u1", time.Hour), w.resident("u2", time.Hour, func(r *bot.Resident) { r.ConsentAt = time.Time{} })}, func(a *bot.Announcement) {
		a.Issuer, a.DocumentNumber, a.Kind, a.Urgency = "UBND xã", "12/TB", "hop", bot.UrgencyBulk
	})
	w.deliverAll()
	w.clock.Advance(2 * time.Second)
	w.runAnnouncer()
	s := w.announcements(plan.Hours{})
	require.NoError(t, s.Correct(t.Context(), "A", bot.Announcement{ID: "B", Message: bot.Message{Text: "Đính chính."}}))
	b, err := w.db.Announcement(t.Context(), "B")
	require.NoError(t, err)
	require.Equal(t, []string{"A", "Đính chính: Họp", "UBND xã", "12/TB", "hop"}, []string{b.Corrects, b.Title, b.Issuer, b.DocumentNumber, b.Kind})
	require.Equal(t, bot.UrgencyBulk, b.Urgency)
	_, err = s.Send(t.Context(), "B")
	require.NoError(t, err)
	w.runAnnouncer()
	w.deliverAll()
	require.Len(t, w.zalo.Texts("u1"), 2)
	require.Empty(t, w.zalo.Texts("u2"), "nobody got anything wrong there")
	require.ErrorIs(t, s.Correct(t.Context(), "none", bot.Announcement{ID: "C"}), bot.ErrNotFound)
}
