package bot_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
)

// awake are the hours in which announcements go.
var awake = plan.Outside(21*time.Hour, 6*time.Hour)

func shippedHolidays(t *testing.T) *calendar.Holidays {
	t.Helper()
	holidays, err := calendar.ParseHolidays("holidays.yaml", configs.Holidays)
	require.NoError(t, err)
	return holidays
}

// bankDay is what an officer says of a day of the commune xa: "15 07:30-11:00", or "2026-12-15" for nobody.
func bankDay(t *testing.T, unit, text string) bot.TransactionDay {
	t.Helper()
	day, hours, _ := strings.Cut(text, " ")
	d := bot.TransactionDay{OAID: oaID, Entry: calendar.Entry{Point: calendar.Point{Unit: unit}, Place: "hội trường " + unit}}
	var err error
	d.When, err = calendar.ParseWhen(day)
	require.NoError(t, err)
	if from, to, held := strings.Cut(hours, "-"); held {
		d.Hours.From, err = calendar.ParseClock(from)
		require.NoError(t, err)
		d.Hours.To, err = calendar.ParseClock(to)
		require.NoError(t, err)
	}
	return d
}

// bank is a commune with borrowers b1 and b2, a group leader l1 and n1, who has said no to the bank's topic. The bank comes on
// the 15th.
func bank(t *testing.T) *world {
	t.Helper()
	w := newYear(t)
	_, err := w.db.ImportUnits(t.Context(), store.Values([]bot.Unit{{OAID: oaID, Code: "xa", Kind: bot.UnitCommune, Name: "xã Một"}}), false)
	require.NoError(t, err)
	topic := func(r *bot.Resident) { r.Topics = []bot.Topic{bot.TopicBank} }
	role := func(role bot.Role) func(*bot.Resident) { return func(r *bot.Resident) { r.Roles = []bot.Role{role} } }
	_, err = w.db.ImportResidents(t.Context(), store.Values([]bot.Resident{
		w.resident("b1", 0, topic, role(bot.RoleBorrower)), w.resident("b2", 0, topic),
		w.resident("l1", 0, topic, role(bot.RoleGroupLeader)), w.resident("n1", 0, role(bot.RoleBorrower)),
	}), false)
	require.NoError(t, err)
	w.bankDays("15 07:30-11:00")
	w.remindAt(w.clock.Now()) // from now on the calendar holds
	return w
}

func (w *world) bankDays(texts ...string) {
	w.t.Helper()
	days := make([]bot.TransactionDay, len(texts))
	for i, text := range texts {
		days[i] = bankDay(w.t, "xa", text)
	}
	_, err := w.db.ImportTransactionDays(w.t.Context(), store.Values(days), false)
	require.NoError(w.t, err)
}

// remindAt lets the reminders that are due at a time go, after everybody has written once more: all windows are open.
func (w *world) remindAt(when time.Time, change ...string) {
	w.t.Helper()
	w.clock.Set(when)
	_, err := w.raw.ExecContext(w.t.Context(), `UPDATE residents SET last_interaction = ?`, when.UTC().Format("2006-01-02 15:04:05.000"))
	require.NoError(w.t, err)
	if len(change) > 0 {
		w.bankDays(change...)
	}
	r := bot.NewReminders(w.db, w.db, shippedHolidays(w.t), awake, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
	for _, lease := range w.claim(bot.LaneCalendar) {
		require.NoError(w.t, r.Remind(w.t.Context(), lease))
	}
	w.tick()
}

// got are the texts that residents have got since the last call, by user.
func (w *world) got(since *int) map[string][]string {
	w.t.Helper()
	texts := make(map[string][]string)
	calls := w.zalo.Calls()
	for _, call := range calls[*since:] {
		texts[call.UserID] = append(texts[call.UserID], call.Message.Text)
	}
	*since = len(calls)
	return texts
}

func TestReminders(t *testing.T) {
	t.Parallel()

	t.Run("GoToSubscribersInTheWordsOfEachReader", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		require.Empty(t, w.got(&seen))
		w.remindAt(at("2026-12-12", "17:59"))
		require.Empty(t, w.got(&seen), "not before its time")
		w.remindAt(at("2026-12-12", "18:00"))
		got := w.got(&seen)
		require.Len(t, got, 3, "n1 has said no to the bank")
		require.Len(t, got["b1"], 1)
		require.Contains(t, got["b1"][0], "Còn 3 ngày nữa, Ngân hàng Chính sách xã hội về xã Một: thứ ba 15/12/2026, 07:30 đến 11:00")
		require.Contains(t, got["b1"][0], calendar.BorrowersBring)
		require.Equal(t, got["b1"], got["b2"])
		require.Len(t, got["l1"], 1, "a leader gets one text, not both")
		require.Contains(t, got["l1"][0], calendar.LeadersBring)
		w.remindAt(at("2026-12-12", "18:05"))
		require.Empty(t, w.got(&seen), "only once")
		w.remindAt(at("2026-12-14", "18:00"))
		require.Contains(t, w.got(&seen)["b1"][0], "Ngày mai")
		w.remindAt(at("2026-12-15", "06:00"))
		require.Contains(t, w.got(&seen)["b1"][0], "Hôm nay")
		w.remindAt(at("2026-12-31", "12:00"))
		require.Empty(t, w.got(&seen))
	})

	t.Run("ThatWereMissedBySixHoursAreSkipped", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		w.remindAt(at("2026-12-13", "00:00"))
		require.Empty(t, w.got(&seen))
		w.remindAt(at("2026-12-14", "21:30"))
		require.Empty(t, w.got(&seen), "in the morning \"tomorrow\" would be wrong")
		w.remindAt(at("2026-12-15", "10:59"))
		require.Len(t, w.got(&seen), 3)
		notices, err := w.db.BankNotices(t.Context(), oaID, calendar.Date{Year: 2026, Month: 12, Day: 1})
		require.NoError(t, err)
		outcomes := make(map[int]bot.NoticeOutcome)
		for _, n := range notices {
			outcomes[n.Number] = n.Outcome
		}
		require.Equal(t, map[int]bot.NoticeOutcome{-3: bot.NoticeSkipped, -1: bot.NoticeSkipped, 0: bot.NoticeRun}, outcomes)
	})

	t.Run("OfADayInDoubtWaitForTheOfficer", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		w.remindAt(at("2026-12-20", "12:00"), "1 07:30-11:00")
		w.remindAt(at("2026-12-29", "18:00"))
		require.Empty(t, w.got(&seen), "the 1st of January is a holiday")
		w.remindAt(at("2026-12-30", "12:00"), "2027-01-01 07:30-11:00")
		require.Empty(t, w.got(&seen))
		w.remindAt(at("2026-12-31", "18:00"))
		require.Len(t, w.got(&seen), 3, "now it is decided")
	})

	t.Run("OfADayInDoubtAskTheBanksOfficersOnce", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		d := &desk{world: w, bot: w.newBot(), operators: bot.NewOperators(w.db, w.clock.Now)}
		d.bind("u-bank", "bank", rights.BankOfficer, "xa")
		d.bind("u-head", "head", rights.CommuneOfficer, "xa")
		_, err := w.db.ImportUnits(t.Context(), store.Values([]bot.Unit{{OAID: oaID, Code: "xa-2", Kind: bot.UnitCommune, Name: "xã Hai"}}), false)
		require.NoError(t, err)
		d.bind("u-other", "other", rights.BankOfficer, "xa-2")
		w.remindAt(at("2026-12-20", "12:00"), "1 07:30-11:00")
		w.got(&seen) // that they were bound
		w.remindAt(at("2026-12-29", "18:00"))
		got := w.got(&seen)
		require.Len(t, got, 1, "it is for the commune's bank officer alone to decide")
		require.Len(t, got["u-bank"], 1)
		require.Contains(t, got["u-bank"][0], "Còn 3 ngày nữa là một ngày giao dịch chưa chốt, nên chưa nhắc bà con. "+
			"Điểm giao dịch xã Một: thứ sáu 01/01/2027 là ngày nghỉ Tết Dương lịch.\nNhờ anh/chị quyết định: hôm đó vẫn giao dịch, nghỉ, hay dời sang ngày khác, rồi báo người quản trị sửa bảng lịch.")
		require.NotContains(t, got["u-bank"][0], "2027-01-01", "rows are for the file")
		w.remindAt(at("2026-12-31", "18:00"))
		w.remindAt(at("2027-01-01", "06:00"))
		require.Empty(t, w.got(&seen), "of a day and its doubt they hear once")
	})

	t.Run("AreCorrectedForThoseWhoWereToldADayThatMoves", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		w.remindAt(at("2026-12-12", "18:00"))
		require.Len(t, w.got(&seen), 3)
		_, err := w.db.ImportResidents(t.Context(), store.Values([]bot.Resident{
			w.resident("late", 0, func(r *bot.Resident) { r.Topics = []bot.Topic{bot.TopicBank} }),
		}), false)
		require.NoError(t, err)
		w.remindAt(at("2026-12-13", "09:00"), "2026-12-15", "2026-12-17 08:00-10:00")
		got := w.got(&seen)
		require.Len(t, got, 3, "only those who were told")
		require.Len(t, got["b1"], 1)
		require.Contains(t, got["b1"][0], "không về xã Một vào thứ ba 15/12/2026")
		require.Contains(t, got["b1"][0], "thứ năm 17/12/2026, 08:00 đến 10:00")
		w.remindAt(at("2026-12-13", "10:00"), "2026-12-15", "2026-12-17 08:00-10:00")
		require.Empty(t, w.got(&seen), "once is enough")
		w.remindAt(at("2026-12-14", "18:00"))
		require.Len(t, w.got(&seen)["late"], 1, "the new day has its own reminders")
		w.remindAt(at("2026-12-14", "19:00"), "2026-12-15 13:00-15:00")
		got = w.got(&seen)
		require.Len(t, got, 3)
		require.Contains(t, got["b2"][0], "13:00 đến 15:00", "and is moved back again")
	})

	t.Run("AreCorrectedOnceForThoseWhoGotSeveral", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		w.remindAt(at("2026-12-12", "18:00"))
		w.remindAt(at("2026-12-14", "18:00"))
		w.got(&seen)
		w.remindAt(at("2026-12-14", "20:00"), "2026-12-15")
		got := w.got(&seen)
		require.Len(t, got, 3)
		require.Len(t, got["b1"], 1)
	})

	t.Run("CostOnlyWhatTheAccountHasAllowed", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		paid := func(when time.Time) map[string][]string {
			w.remindAt(when.Add(-72 * time.Hour)) // written three days ago: a message costs
			w.got(&seen)
			w.clock.Set(when)
			r := bot.NewReminders(w.db, w.db, shippedHolidays(t), awake, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
			for _, lease := range w.claim(bot.LaneCalendar) {
				require.NoError(t, r.Remind(t.Context(), lease))
			}
			w.tick()
			return w.got(&seen)
		}
		require.Empty(t, paid(at("2026-12-14", "18:00")))
		require.NoError(t, w.db.PutReminders(t.Context(), bot.ReminderSettings{OAID: oaID, Budget: 10_000, PaidBefore: []int{1}}))
		require.Empty(t, paid(at("2027-01-12", "18:00")), "T-3 stays free")
		require.Len(t, paid(at("2027-01-14", "18:00")), 3)
	})

	t.Run("ComeNotWhenTheAccountWantsNone", func(t *testing.T) {
		t.Parallel()

		w, seen := bank(t), 0
		require.NoError(t, w.db.PutReminders(t.Context(), bot.ReminderSettings{OAID: oaID, Off: true}))
		w.remindAt(at("2026-12-12", "18:00"))
		require.Empty(t, w.got(&seen))
	})
}

func TestReminderSettings(t *testing.T) {
	t.Parallel()

	require.NoError(t, bot.DefaultReminderSettings(oaID).Check())
	require.ErrorIs(t, bot.ReminderSettings{Budget: -1}.Check(), bot.ErrReminders)
	require.ErrorContains(t, bot.ReminderSettings{PaidBefore: []int{2}}.Check(), "no reminder 2 days before")
}
