package calendar

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func remindersOf(reminders []Reminder) (list []string) {
	for _, r := range reminders {
		list = append(list, fmt.Sprintf("%s %s -%d", r.Day.Name, r.Day.Date, r.Before))
	}
	return list
}

func TestDue(t *testing.T) {
	t.Parallel()

	const day, dayBefore, early = "Trụ sở 2027-03-15 -0", "Trụ sở 2027-03-15 -1", "Trụ sở 2027-03-15 -3"
	for name, tt := range map[string]struct {
		last, now      string
		remind, missed []string
	}{
		"NothingBefore":              {"2027-03-01 00:00", "2027-03-12 17:59", nil, nil},
		"ThreeDaysBefore":            {"2027-03-12 17:59", "2027-03-12 18:00", []string{early}, nil},
		"OnlyOnce":                   {"2027-03-12 18:00", "2027-03-12 18:01", nil, nil},
		"TheEveningBefore":           {"2027-03-12 18:00", "2027-03-14 18:00", []string{dayBefore}, nil},
		"TheMorningOf":               {"2027-03-14 18:00", "2027-03-15 06:00", []string{day}, nil},
		"LateButInTime":              {"2027-03-12 00:00", "2027-03-12 23:59", []string{early}, nil},
		"NoneThatIsSixHoursLate":     {"2027-03-12 00:00", "2027-03-13 00:00", nil, []string{early}},
		"OnlyTheNewestAfterAnOutage": {"2027-03-01 00:00", "2027-03-15 10:59", []string{day}, []string{early, dayBefore}},
		"NoneWhenTheDayIsOver":       {"2027-03-01 00:00", "2027-03-15 11:00", nil, []string{early, dayBefore, day}},
		"NothingAfterTheClockIsBack": {"2027-03-15 11:00", "2027-03-12 18:00", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c := New([]Entry{entry(t, "15", "07:30-11:00")}, shippedHolidays(t), village)
			due := c.Due(at(t, tt.last), at(t, tt.now).UTC())
			require.Equal(t, tt.remind, remindersOf(due.Remind))
			require.Equal(t, tt.missed, remindersOf(due.Missed))
		})
	}

	t.Run("FollowsWhatIsDecidedMeanwhile", func(t *testing.T) {
		t.Parallel()

		rule, before, after := entry(t, "2", "07:30-11:00"), at(t, "2027-08-31 00:00"), at(t, "2027-09-01 18:00")
		due := New([]Entry{rule}, shippedHolidays(t), village).Due(before, after)
		require.Equal(t, []string{"Trụ sở 2027-09-02 -1"}, remindersOf(due.Remind))
		require.False(t, due.Remind[0].Day.Sure())
		require.Equal(t, Due{}, New([]Entry{rule, entry(t, "2027-09-02", "")}, shippedHolidays(t), village).Due(before, after))
		due = New([]Entry{rule, entry(t, "2027-09-02", "08:00-10:00")}, shippedHolidays(t), village).Due(before, after)
		require.True(t, due.Remind[0].Day.Sure())
	})
}

func TestNextDue(t *testing.T) {
	t.Parallel()

	c := New([]Entry{entry(t, "15", "07:30-11:00")}, shippedHolidays(t), village)
	for after, want := range map[string]string{
		"2027-03-01 00:00": "2027-03-12 18:00", "2027-03-12 18:00": "2027-03-14 18:00", "2027-03-14 18:00": "2027-03-15 06:00",
		"2027-03-15 06:00": "2027-04-12 18:00",
	} {
		next, ok := c.NextDue(at(t, after))
		require.True(t, ok)
		require.Equal(t, at(t, want), next)
	}
	_, ok := New(nil, shippedHolidays(t), village).NextDue(at(t, "2027-03-01 00:00"))
	require.False(t, ok)
}

func TestEachReminderComesOnceWhateverTheClockDoes(t *testing.T) {
	t.Parallel()

	holidays := shippedHolidays(t)
	rapid.Check(t, func(rt *rapid.T) {
		var entries []Entry
		for i := range rapid.IntRange(1, 3).Draw(rt, "points") {
			p := Point{"xa", fmt.Sprint("điểm ", i)}
			for _, day := range rapid.SliceOfN(rapid.IntRange(1, 31), 0, 2).Draw(rt, "rules") {
				from := rapid.IntRange(0, 22*60).Draw(rt, "from")
				entries = append(entries, Entry{Point: p, When: When{Monthly: day}, Hours: Hours{from, from + 60}})
			}
			for _, offset := range rapid.SliceOfN(rapid.IntRange(0, 200), 0, 5).Draw(rt, "dates") {
				e := Entry{Point: p, When: When{Date: Date{2027, 1, 1}.Add(offset)}}
				if rapid.Bool().Draw(rt, "held") {
					e.Hours = Hours{8 * 60, 10 * 60}
				}
				entries = append(entries, e)
			}
		}
		start := time.Date(2027, 1, 1, 0, 0, 0, 0, village)
		now, last := start, start
		seen := make(map[string]int)
		for _, step := range rapid.SliceOfN(rapid.IntRange(-10*24*60, 20*24*60), 1, 40).Draw(rt, "minutes") {
			now = now.Add(time.Duration(step) * time.Minute)
			c := New(entries, holidays, village) // as after a restart
			due := c.Due(last, now)
			inOneLook := make(map[string]bool)
			for _, r := range due.Remind {
				of := fmt.Sprint(r.Day.Point, r.Day.Date)
				require.False(rt, inOneLook[of], "two reminders of a day at once")
				inOneLook[of] = true
				require.True(rt, now.Before(r.Day.End))
				require.WithinRange(rt, r.At, last.Add(1), now)
			}
			for _, r := range append(due.Remind, due.Missed...) {
				seen[fmt.Sprint(r.Day.Point, r.Day.Date, r.Before)]++
			}
			if now.After(last) {
				last = now
			}
		}
		want := make(map[string]int)
		c := New(entries, holidays, village)
		for _, p := range c.Points("") {
			for _, day := range c.Days(p, Date{2026, 12, 1}, DateOf(last).Add(10)) {
				midnight := time.Date(day.Date.Year, day.Date.Month, day.Date.Day, 0, 0, 0, 0, village)
				for before, moment := range map[int]time.Time{3: midnight.Add(-54 * time.Hour), 1: midnight.Add(-6 * time.Hour), 0: midnight.Add(6 * time.Hour)} {
					if moment.After(start) && !moment.After(last) {
						want[fmt.Sprint(p, day.Date, before)] = 1
					}
				}
			}
		}
		require.Equal(rt, want, seen)
	})
}
