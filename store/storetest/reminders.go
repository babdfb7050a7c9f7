package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
)

// reminding is a step that reminds the residents of announce of a day.
func (w *world) reminding(a bot.Announcement) bot.NoticeStep {
	a.ID, a.State = "bank-1", bot.AnnouncementPlanning
	run := a.NewRun(bot.RunFirst, w.now)
	return bot.NoticeStep{
		BankNotice: bot.BankNotice{
			OAID: oaID, Point: calendar.Point{Unit: "xa", Name: "Chợ"}, Date: calendar.Date{Year: 2027, Month: 2, Day: 15}, Reader: bot.ReaderLeaders,
			Number: -3, Outcome: bot.NoticeRun, AnnouncementID: a.ID, SettledAt: w.now,
			Said: calendar.Said{Hours: calendar.Hours{From: 450, To: 660}, Place: "Nhà văn hóa"},
		},
		Announcement: &a, Run: &run, Record: bot.Record{Audit: bot.AuditEntry{OAID: oaID, Action: bot.AuditSend, At: w.now, AnnouncementID: a.ID}},
	}
}

func (w *world) reminders() bot.ReminderState {
	w.t.Helper()
	state, err := w.Reminders(w.t.Context(), oaID)
	require.NoError(w.t, err)
	return state
}

func (w *world) notices() []bot.BankNotice {
	w.t.Helper()
	list, err := w.BankNotices(w.t.Context(), oaID, calendar.Date{Year: 2027, Month: 1, Day: 1})
	require.NoError(w.t, err)
	for i := range list {
		list[i].SettledAt = list[i].SettledAt.UTC()
	}
	return list
}

func runReminders(t *testing.T, newDatabase func(testing.TB) string) {
	morning := calendar.Hours{From: 450, To: 660}

	t.Run("TellOfficersOfADayInDoubtOnce", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.announce(0)
		w.transactionDays(bankDay(t, "Chợ", "15", morning))
		lease := w.one(bot.LaneCalendar)
		doubt := w.reminding(bot.Announcement{OAID: oaID})
		doubt.Announcement, doubt.Run, doubt.Reader, doubt.Outcome, doubt.AnnouncementID = nil, nil, "", bot.NoticeDoubt, ""
		doubt.Told = []bot.Delivery{w.reply("u1", "bank_doubt:a")}
		require.NoError(t, w.SettleReminders(t.Context(), lease, w.reminders(), w.now, []bot.NoticeStep{doubt}, w.now))
		doubt.Number = -1
		require.NoError(t, w.SettleReminders(t.Context(), lease, w.reminders(), w.now.Add(time.Hour), []bot.NoticeStep{doubt}, w.now))
		require.Len(t, w.notices(), 2)
		w.one(bot.LaneDelivery)
		require.Equal(t, []string{"bank_doubt:a"}, w.next())
	})

	t.Run("AreSettledWithTheirAnnouncementInOneStep", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.announce(2)
		w.transactionDays(bankDay(t, "Chợ", "15", morning))
		lease, step := w.one(bot.LaneCalendar), w.reminding(a)
		skipped := step
		skipped.Reader, skipped.Number, skipped.Outcome, skipped.AnnouncementID = "", -1, bot.NoticeSkipped, ""
		skipped.Announcement, skipped.Run = nil, nil
		require.NoError(t, w.SettleReminders(t.Context(), lease, w.reminders(), w.now, []bot.NoticeStep{step, skipped}, w.now))
		require.True(t, w.reminders().LookedUntil.Equal(w.now))
		require.Equal(t, []bot.BankNotice{step.BankNotice, skipped.BankNotice}, w.notices())
		begun := w.announcement("bank-1")
		require.Equal(t, bot.AnnouncementPlanning, begun.State)
		require.Equal(t, 1, w.latest(begun).Number)
		require.Equal(t, "bank-1", w.one(bot.LaneAnnouncement).Key, "its worker is told")
		none, err := w.BankNotices(t.Context(), oaID, calendar.Date{Year: 2027, Month: 2, Day: 16})
		require.NoError(t, err)
		require.Empty(t, none)
	})

	t.Run("AreSettledOnceHoweverManyTry", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		other := w.other()
		step := w.reminding(w.announce(1))
		w.transactionDays(bankDay(t, "Chợ", "15", morning))
		lease, before := w.one(bot.LaneCalendar), w.reminders()
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				st := w.Store
				if i%2 == 1 {
					st = other.Store
				}
				errs[i] = st.SettleReminders(t.Context(), lease, before, w.now, []bot.NoticeStep{step}, w.now)
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.ErrorIs(t, err, bot.ErrChanged)
		}
		require.Equal(t, 1, won)
		require.NoError(t, w.SettleReminders(t.Context(), lease, w.reminders(), w.now.Add(time.Hour), []bot.NoticeStep{step}, w.now),
			"one that comes again stays as it is")
		require.Len(t, w.notices(), 1)
		require.Equal(t, []bot.AuditAction{bot.AuditSend}, w.audited(), "written down once")
		require.Equal(t, 1, w.latest(w.announcement("bank-1")).Number)
		require.NoError(t, w.ReleaseLane(t.Context(), lease, w.now, time.Time{}))
		err := w.SettleReminders(t.Context(), lease, w.reminders(), w.now.Add(2*time.Hour), nil, w.now)
		require.ErrorIs(t, err, bot.ErrLeaseLost)
	})

	t.Run("KeepHowTheAccountWantsThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		require.Equal(t, bot.DefaultReminderSettings(oaID), w.reminders().ReminderSettings)
		w.transactionDays(bankDay(t, "", "15", morning))
		lease := w.one(bot.LaneCalendar)
		require.NoError(t, w.SettleReminders(t.Context(), lease, w.reminders(), w.now, nil, w.now))
		want := bot.ReminderSettings{OAID: oaID, Off: true, Budget: 5500, PaidBefore: []int{3, 0}}
		require.NoError(t, w.PutReminders(t.Context(), want))
		require.Equal(t, want, w.reminders().ReminderSettings)
		require.True(t, w.reminders().LookedUntil.Equal(w.now), "what is settled stays so")
	})

	t.Run("AreCorrectedForWhoeverGotOneOfThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, _, lease := w.ready(3)
		for _, user := range []string{"u00", "u02"} {
			w.record(lease, w.result(w.startFor(lease, user, bot.Charge{}), bot.DeliveryAccepted, "m"+user))
		}
		w.startFor(lease, "u01", bot.Charge{}) // on its way
		fix := bot.Announcement{
			OAID: oaID, ID: "C", Title: "Sửa", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Sửa."}, Corrects: "none",
			AlsoCorrects: []string{a.ID, "other"}, State: bot.AnnouncementDraft, CreatedAt: w.now,
		}
		require.NoError(t, w.CreateAnnouncement(t.Context(), fix))
		require.Equal(t, fix.AlsoCorrects, w.announcement("C").AlsoCorrects)
		people, err := w.Recipients(t.Context(), w.announcement("C"), fix.NewRun(bot.RunCorrection, w.now), 10)
		require.NoError(t, err)
		require.Len(t, people, 3)
	})

	t.Run("ComeAlsoToThoseWhoHadACalendarBefore", func(t *testing.T) {
		t.Parallel()

		url := newDatabase(t)
		migrateTo(t, url, 9)
		_, err := Raw(t, url).ExecContext(t.Context(), `INSERT INTO transaction_days (oa_id, unit_code, point, day, from_minute, to_minute, place, officers)
			VALUES ('`+oaID+`', 'xa', '', '15', 450, 660, '', '[]'), ('`+oaID+`', 'xa', '', '16', 450, 660, '', '[]')`)
		require.NoError(t, err)
		w := &world{Store: Open(t, url), t: t, url: url, now: time.Now().UTC().Truncate(time.Millisecond)}
		require.Equal(t, oaID, w.one(bot.LaneCalendar).OAID)
	})
}
