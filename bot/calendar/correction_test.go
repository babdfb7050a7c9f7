package calendar

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCorrect(t *testing.T) {
	t.Parallel()

	rule, date, noon := entry(t, "15", "07:30-11:00"), on(t, "2027-03-15"), at(t, "2027-03-14 12:00")
	name := func(string) string { return "xã Một" }
	usual := New([]Entry{rule}, shippedHolidays(t), village)
	day, held := usual.On(rule.Point, date)
	require.True(t, held)
	told := day.Saying()

	t.Run("LeavesAloneWhatStillHolds", func(t *testing.T) {
		t.Parallel()

		_, wrong := usual.Correct(rule.Point, date, told, noon)
		require.False(t, wrong)
	})

	t.Run("TellsThatNobodyComesAndTheNextDay", func(t *testing.T) {
		t.Parallel()

		moved := New([]Entry{rule, entry(t, "2027-03-15", ""), entry(t, "2027-03-17", "08:00-10:00")}, shippedHolidays(t), village)
		fix, wrong := moved.Correct(rule.Point, date, told, noon)
		require.True(t, wrong)
		require.Equal(t, Said{}, fix.Now)
		require.Equal(t, at(t, "2027-03-15 11:00"), fix.Until)
		text := fix.ForResidents(name)
		require.Contains(t, text, "không về xã Một (điểm Trụ sở) vào thứ hai 15/03/2027")
		require.Contains(t, text, "thứ tư 17/03/2027, 08:00 đến 10:00")
		_, wrong = moved.Correct(rule.Point, date, fix.Now, noon)
		require.False(t, wrong, "once is enough")
	})

	t.Run("TellsOtherHours", func(t *testing.T) {
		t.Parallel()

		later := New([]Entry{rule, entry(t, "2027-03-15", "13:00-15:00")}, shippedHolidays(t), village)
		fix, wrong := later.Correct(rule.Point, date, told, noon)
		require.True(t, wrong)
		require.Contains(t, fix.ForResidents(name), "13:00 đến 15:00")
		require.Equal(t, at(t, "2027-03-15 15:00"), fix.Until)
		fix, wrong = usual.Correct(rule.Point, date, Said{}, noon)
		require.True(t, wrong, "also that it is held after all")
		require.Contains(t, fix.ForResidents(name), "07:30 đến 11:00")
	})

	t.Run("SaysNothingWhenTheDayIsOver", func(t *testing.T) {
		t.Parallel()

		gone := New([]Entry{rule, entry(t, "2027-03-15", "")}, shippedHolidays(t), village)
		_, wrong := gone.Correct(rule.Point, date, told, at(t, "2027-03-15 11:00"))
		require.False(t, wrong)
	})

	t.Run("WaitsForTheOfficerWhileTheDayIsInDoubt", func(t *testing.T) {
		t.Parallel()

		holiday := New([]Entry{entry(t, "2", "07:30-11:00")}, shippedHolidays(t), village)
		_, wrong := holiday.Correct(rule.Point, on(t, "2027-09-02"), Said{Hours: Hours{480, 600}}, noon)
		require.False(t, wrong)
	})
}
