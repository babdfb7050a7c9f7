package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/calendar"
)

// calendarLedger is what a database keeps of reminders, in memory, so that years pass in seconds.
type calendarLedger struct {
	mu      sync.Mutex
	days    []bot.TransactionDay
	until   time.Time
	notices []bot.BankNotice
	ids     map[string]bool
	lost    int // steps that another replica was faster with
	next    time.Time
}

func (l *calendarLedger) TransactionDays(context.Context) ([]bot.TransactionDay, error) {
	return l.days, nil
}

func (*calendarLedger) Operators(context.Context, string) ([]bot.Operator, error) { return nil, nil }

func (l *calendarLedger) Units(context.Context) ([]bot.Unit, error) { return nil, nil }

func (l *calendarLedger) Announcement(context.Context, string) (bot.Announcement, error) {
	return bot.Announcement{}, bot.ErrNotFound
}

func (l *calendarLedger) MoveAnnouncement(context.Context, bot.Announcement, bot.AnnouncementState, ...bot.Record) error {
	return nil
}

func (l *calendarLedger) Recipients(context.Context, bot.Announcement, bot.Run, int) ([]bot.Resident, error) {
	return make([]bot.Resident, 1), nil
}

func (l *calendarLedger) Reminders(_ context.Context, id string) (bot.ReminderState, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bot.ReminderState{ReminderSettings: bot.DefaultReminderSettings(id), LookedUntil: l.until}, nil
}

func (l *calendarLedger) BankNotices(_ context.Context, _ string, from calendar.Date) (list []bot.BankNotice, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range slices.Backward(l.notices) {
		if n.Date.Before(from.Add(-60)) { // nothing older was settled later
			break
		}
		if !n.Date.Before(from) {
			list = append(list, n)
		}
	}
	slices.Reverse(list)
	return list, nil
}

func (l *calendarLedger) SettleReminders(_ context.Context, _ bot.Lease, before bot.ReminderState, until time.Time, steps []bot.NoticeStep, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.until.Equal(before.LookedUntil) {
		l.lost++
		return bot.ErrChanged
	}
	l.until = until
	for _, s := range steps {
		if s.AnnouncementID != "" {
			if l.ids[s.AnnouncementID] {
				return bot.ErrDuplicate
			}
			l.ids[s.AnnouncementID] = true
		}
		l.notices = append(l.notices, s.BankNotice)
	}
	return nil
}

// lanes grants every claim to everybody: what keeps replicas apart is the ledger alone.
type lanes struct {
	bot.LaneStore
	ledger *calendarLedger
}

func (l lanes) ReleaseLane(_ context.Context, _ bot.Lease, _, next time.Time) error {
	l.ledger.mu.Lock()
	defer l.ledger.mu.Unlock()
	l.ledger.next = next
	return nil
}

// TestRemindersOfTenYears lets three communes have their bank days for ten years, under a clock that jumps, with two replicas
// that look at the same time and are made anew each time. What became of each reminder equals what the rules say of the
// moments at which anybody looked.
func TestRemindersOfTenYears(t *testing.T) {
	t.Parallel()

	holidays := shippedHolidays(t)
	start := at("2026-12-01", "12:00")
	end := start.AddDate(10, 0, 0)
	ledger := &calendarLedger{ids: make(map[string]bool)}
	ledger.days = []bot.TransactionDay{
		bankDay(t, "xa-1", "15 07:30-11:00"), bankDay(t, "xa-2", "31 13:00-16:00"), bankDay(t, "xa-2", "8 05:00-07:00"),
	}
	for year := 2026; year <= 2037; year++ { // a commune whose officers enter each day, also in years of unknown holidays
		for month := 1; month <= 12; month++ {
			ledger.days = append(ledger.days, bankDay(t, "xa-3", fmt.Sprintf("%d-%02d-05 07:30-11:00", year, month)))
		}
	}
	clock := bottest.NewClock(start)
	r := rand.New(rand.NewPCG(10, 7))
	looks := []time.Time{}
	look := func() {
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				reminders := bot.NewReminders(ledger, lanes{ledger: ledger}, holidays, awake, bottest.NewWake(), clock.Now, slog.New(slog.DiscardHandler))
				_ = reminders.Remind(t.Context(), bot.Lease{Lane: bot.Lane{OAID: oaID, Kind: bot.LaneCalendar}})
			})
		}
		both.Wait()
		if n := len(looks); n == 0 || clock.Now().After(looks[n-1]) {
			looks = append(looks, clock.Now())
		}
	}
	look()
	for clock.Now().Before(end) {
		due := ledger.next.In(village)
		switch r.IntN(12) {
		case 0: // an outage
			clock.Advance(time.Duration(r.IntN(9*24*60)) * time.Minute)
		case 1: // the clock is set back
			clock.Advance(-time.Duration(r.IntN(5*24*60)) * time.Minute)
		case 2: // nothing is due
			clock.Advance(time.Duration(r.IntN(60)) * time.Minute)
		case 3: // long after
			clock.Set(due.Add(time.Duration(r.IntN(8*60)) * time.Minute))
		default:
			clock.Set(due.Add(time.Duration(r.IntN(120)) * time.Second))
		}
		look()
	}
	require.Positive(t, ledger.lost, "the replicas have met")

	got := make(map[string]bot.NoticeOutcome)
	for _, n := range ledger.notices {
		key := fmt.Sprint(n.Point.Unit, " ", n.Date, " ", n.Number, " ", n.Reader)
		require.NotContains(t, got, key, "settled once")
		got[key] = n.Outcome
	}
	want := make(map[string]bot.NoticeOutcome)
	days := calendar.New(bot.CalendarEntries(ledger.days, oaID), holidays, village)
	for _, point := range days.Points("") {
		for _, day := range days.Days(point, calendar.DateOf(start), calendar.DateOf(end).Add(40)) {
			expect(want, day, looks)
		}
	}
	require.Equal(t, want, got)
	counts := make(map[bot.NoticeOutcome]int)
	for _, outcome := range got {
		counts[outcome]++
	}
	require.Greater(t, counts[bot.NoticeRun], 500)
	require.Greater(t, counts[bot.NoticeSkipped], 50)
	require.Greater(t, counts[bot.NoticeDoubt], 50, "the rule of 2031 and later is not guessed")
}

// expect says what has to become of the reminders of a day when the calendar was looked at at these moments.
func expect(want map[string]bot.NoticeOutcome, day calendar.Day, looks []time.Time) {
	midnight := time.Date(day.Date.Year, day.Date.Month, day.Date.Day, 0, 0, 0, 0, village)
	moments := map[int]time.Time{3: midnight.Add(-54 * time.Hour), 1: midnight.Add(-6 * time.Hour), 0: midnight.Add(6 * time.Hour)}
	first := func(moment time.Time) (time.Time, bool) { // the look that finds it
		for _, at := range looks[1:] {
			if !at.Before(moment) {
				return at, moment.After(looks[0])
			}
		}
		return time.Time{}, false
	}
	for before, moment := range moments {
		found, ok := first(moment)
		if !ok {
			continue
		}
		until := midnight.AddDate(0, 0, 1-before)
		if before == 0 {
			until = day.End
		}
		outcome := bot.NoticeRun
		if found.Sub(moment) >= 6*time.Hour || !found.Before(until) {
			outcome = bot.NoticeSkipped
		}
		for later, other := range moments {
			if at, ok := first(other); ok && later < before && at.Equal(found) {
				outcome = bot.NoticeSkipped
			}
		}
		key := fmt.Sprint(day.Unit, " ", day.Date, " ", -before, " ")
		switch {
		case outcome == bot.NoticeRun && !day.Sure():
			want[key] = bot.NoticeDoubt
		case outcome == bot.NoticeRun && !awake.NextOpen(found).Before(until), outcome == bot.NoticeSkipped:
			want[key] = bot.NoticeSkipped
		default:
			want[key+string(bot.ReaderBorrowers)], want[key+string(bot.ReaderLeaders)] = bot.NoticeRun, bot.NoticeRun
		}
	}
}
