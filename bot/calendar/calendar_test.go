package calendar

import (
	"testing"
	"time"

	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/configs"
)

var village = time.FixedZone("ICT", 7*60*60)

func shippedHolidays(t testing.TB) *Holidays {
	t.Helper()
	holidays, err := ParseHolidays("holidays.yaml", configs.Holidays)
	require.NoError(t, err)
	return holidays
}

// point is the point of most tests.
var point = Point{Unit: "xa", Name: "Trụ sở"}

func communes(unit string) string { return "xã " + unit }

// on reads a date.
func on(t testing.TB, text string) Date {
	t.Helper()
	when, err := ParseWhen(text)
	require.NoError(t, err)
	require.Zero(t, when.Monthly)
	return when.Date
}

// entry is an entry of the point: the day or date, and the hours, such as "7:30-11:00" or "".
func entry(t testing.TB, when, hours string) Entry {
	t.Helper()
	e := Entry{Point: point}
	var err error
	e.When, err = ParseWhen(when)
	require.NoError(t, err)
	if hours != "" {
		e.Hours = hoursOf(t, hours)
	}
	return e
}

func hoursOf(t testing.TB, text string) Hours {
	t.Helper()
	from, err := ParseClock(text[:len(text)/2])
	require.NoError(t, err)
	to, err := ParseClock(text[len(text)/2+1:])
	require.NoError(t, err)
	return Hours{from, to}
}

// at is a moment in the village.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, village)
	require.NoError(t, err)
	return moment
}

func datesOf(days []Day) (dates []string) {
	for _, day := range days {
		dates = append(dates, day.Date.String())
	}
	return dates
}

func TestDays(t *testing.T) {
	t.Parallel()

	t.Run("FollowTheRuleOfTheMonth", func(t *testing.T) {
		t.Parallel()

		c := New([]Entry{entry(t, "15", "07:30-11:00"), entry(t, "28", "13:00-16:00")}, shippedHolidays(t), village)
		days := c.Days(point, on(t, "2027-03-15"), on(t, "2027-05-15"))
		require.Equal(t, []string{"2027-03-15", "2027-03-28", "2027-04-15", "2027-04-28", "2027-05-15"}, datesOf(days))
		require.Equal(t, at(t, "2027-03-15 07:30"), days[0].Start)
		require.Equal(t, at(t, "2027-03-15 11:00"), days[0].End)
		require.Equal(t, at(t, "2027-03-28 13:00"), days[1].Start)
		require.Empty(t, c.Days(Point{Unit: "xa"}, on(t, "2027-03-15"), on(t, "2027-05-15")), "another point")
	})

	t.Run("FollowWhatIsSaidOfADate", func(t *testing.T) {
		t.Parallel()

		rule := entry(t, "15", "07:30-11:00")
		rule.Place, rule.Officers = "Trụ sở", []string{"Chị Hoa"}
		elsewhere := entry(t, "2027-05-15", "08:00-10:00")
		elsewhere.Place = "Trường học"
		c := New([]Entry{rule, entry(t, "2027-04-15", ""), entry(t, "2027-04-17", "07:00-09:00"), elsewhere}, shippedHolidays(t), village)
		days := c.Days(point, on(t, "2027-04-01"), on(t, "2027-05-31"))
		require.Equal(t, []string{"2027-04-17", "2027-05-15"}, datesOf(days))
		require.Equal(t, "thứ bảy 17/04/2027, 07:00 đến 09:00, tại Trụ sở (điểm Trụ sở)", days[0].Said(), "where it is each month")
		require.Equal(t, "thứ bảy 15/05/2027, 08:00 đến 10:00, tại Trường học (điểm Trụ sở)", days[1].Said())
		require.Equal(t, []string{"Chị Hoa"}, days[1].Officers)
	})

	t.Run("AreNotInventedInMonthsThatLackThem", func(t *testing.T) {
		t.Parallel()

		c := New([]Entry{entry(t, "31", "07:30-11:00")}, shippedHolidays(t), village)
		require.Equal(t, []string{
			"2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31", "2027-08-31", "2027-10-31", "2027-12-31",
		}, datesOf(c.Days(point, on(t, "2027-01-01"), on(t, "2027-12-31"))))
	})

	t.Run("OnAHolidayAreInDoubtUntilADateDecides", func(t *testing.T) {
		t.Parallel()

		rule := entry(t, "2", "07:30-11:00")
		days := func(more ...Entry) []Day {
			return New(append([]Entry{rule}, more...), shippedHolidays(t), village).Days(point, on(t, "2027-09-01"), on(t, "2027-09-30"))
		}
		require.False(t, days()[0].Sure())
		require.Equal(t, Conflict{Point: point, Date: on(t, "2027-09-02"), Kind: OnHoliday, Holiday: "Quốc khánh"}, days()[0].Doubt)
		require.True(t, days(entry(t, "2027-09-02", "07:30-11:00"))[0].Sure(), "held all the same")
		require.Empty(t, days(entry(t, "2027-09-02", "")), "nobody comes, and no other day is made up")
		require.Equal(t, []string{"2027-09-06"}, datesOf(days(entry(t, "2027-09-02", ""), entry(t, "2027-09-06", "07:30-11:00"))))
	})

	t.Run("OnASundayAreSure", func(t *testing.T) {
		t.Parallel()

		c := New([]Entry{entry(t, "14", "07:30-11:00")}, shippedHolidays(t), village)
		day := c.Days(point, on(t, "2027-03-14"), on(t, "2027-03-14"))[0]
		require.True(t, day.Sure())
		require.Contains(t, day.Said(), "chủ nhật 14/03/2027")
	})

	t.Run("OfYearsWithoutHolidaysAreInDoubt", func(t *testing.T) {
		t.Parallel()

		c := New([]Entry{entry(t, "15", "07:30-11:00"), entry(t, "2031-07-15", "07:30-11:00")}, shippedHolidays(t), village)
		require.Equal(t, UnknownYear, c.Days(point, on(t, "2031-06-15"), on(t, "2031-06-15"))[0].Doubt.Kind)
		require.True(t, c.Days(point, on(t, "2031-07-15"), on(t, "2031-07-15"))[0].Sure())
	})
}

func TestNext(t *testing.T) {
	t.Parallel()

	other := entry(t, "20", "08:00-10:00")
	other.Point = Point{Unit: "xa", Name: "Chợ"}
	stranger := entry(t, "16", "08:00-10:00")
	stranger.Point = Point{Unit: "xa-2"}
	c := New([]Entry{entry(t, "15", "07:30-11:00"), other, stranger, entry(t, "2027-05-15", "")}, shippedHolidays(t), village)
	for now, want := range map[string][]string{
		"2027-03-01 00:00": {"2027-03-15", "2027-03-20"}, "2027-03-15 10:59": {"2027-03-15", "2027-03-20"},
		"2027-03-15 11:00": {"2027-03-20", "2027-04-15"}, "2027-03-20 10:00": {"2027-04-15", "2027-04-20"},
		"2027-04-30 00:00": {"2027-05-20", "2027-06-15"}, "2027-12-31 23:59": {"2028-01-15", "2028-01-20"},
	} {
		require.Equal(t, want, datesOf(c.Next("xa", at(t, now).UTC())), now)
	}
	require.Empty(t, c.Next("xa-3", at(t, "2027-03-01 00:00")))
	require.Equal(t, []string{"xa", "xa-2"}, c.Communes())
	require.Equal(t, []Point{{"xa", "Chợ"}, {"xa", "Trụ sở"}}, c.Points("xa"))
	require.Len(t, c.Points(""), 3)
}

func TestPlanned(t *testing.T) {
	t.Parallel()

	c := New([]Entry{entry(t, "30", "07:30-11:00"), entry(t, "2027-05-12", "07:30-11:00"), entry(t, "2027-06-30", "")}, shippedHolidays(t), village)
	for date, want := range map[string]bool{
		"2027-04-30": true, "2027-04-29": false, "2027-05-12": true, "2027-05-31": false, "2027-02-28": true, "2027-02-27": false, "2027-06-30": true,
	} {
		require.Equal(t, want, c.Planned(point, on(t, date)), date)
	}
	require.False(t, c.Planned(Point{Unit: "xa-9"}, on(t, "2027-04-30")))
}
