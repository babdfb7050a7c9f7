package calendar

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// namedOn are the holidays of a date whatever else is on it.
func (h *Holidays) namedOn(date Date) (names []string) {
	for _, holiday := range h.on[date] {
		names = append(names, holiday.Name)
	}
	slices.Sort(names)
	return names
}

func TestShippedHolidaysAreThoseOfTheLawAndTheMoon(t *testing.T) {
	t.Parallel()

	h := shippedHolidays(t)
	require.Equal(t, [2]int{2026, 2030}, [2]int{h.first, h.last})
	want := make(map[Date][]string)
	add := func(date Date, name string) { want[date] = append(want[date], name) }
	for year := 2026; year <= 2030; year++ {
		add(Date{year, 1, 1}, "Tết Dương lịch")
		add(Date{year, 4, 30}, "Ngày Chiến thắng")
		add(Date{year, 5, 1}, "Ngày Quốc tế lao động")
		add(Date{year, 9, 2}, "Quốc khánh")
		add(Date{year, 9, 1}, "ngày liền kề Quốc khánh")
		add(Date{year, 9, 3}, "ngày liền kề Quốc khánh")
		add(Date{year, 11, 24}, "Ngày Văn hóa Việt Nam")
		add(solar(year, 3, 10), "Giỗ Tổ Hùng Vương")
		for day := -4; day <= 5; day++ {
			name := "trước và sau Tết Nguyên đán"
			if day >= 0 && day < 3 {
				name = "Tết Nguyên đán"
			}
			add(solar(year, 1, 1).Add(day), name)
		}
	}
	for date := (Date{2026, 1, 1}); date.Year < 2031; date = date.Add(1) {
		named := slices.DeleteFunc(h.namedOn(date), func(name string) bool { return name == "nghỉ bù" })
		slices.Sort(want[date])
		require.Equal(t, strings.Join(want[date], ", "), strings.Join(named, ", "), date)
	}
}

func TestShippedHolidaysOnAWeekendAreMadeUpForOnTheNextWorkingDay(t *testing.T) {
	t.Parallel()

	h := shippedHolidays(t)
	want := make(map[Date]bool)
	off := func(date Date, more Date) bool {
		weekday := date.at(0, time.UTC).Weekday()
		_, certain := h.On(date)
		return weekday == time.Saturday || weekday == time.Sunday || certain || date == more
	}
	for year := 2026; year <= 2030; year++ {
		for _, nextTo := range []Date{{year, 9, 1}, {year, 9, 3}} { // whichever it will be
			taken := make(map[Date]bool)
			days := []Date{{year, 1, 1}, solar(year, 3, 10), {year, 4, 30}, {year, 5, 1}, {year, 9, 2}, nextTo}
			slices.SortFunc(days, Date.compare)
			for _, date := range days {
				if weekday := date.at(0, time.UTC).Weekday(); weekday != time.Saturday && weekday != time.Sunday {
					continue
				}
				for date = date.Add(1); off(date, nextTo) || taken[date]; {
					date = date.Add(1)
				}
				taken[date], want[date] = true, true
			}
		}
	}
	for date := (Date{2026, 1, 1}); date.Year < 2031; date = date.Add(1) {
		if want[date] {
			require.NotEmpty(t, h.namedOn(date), date)
		}
		if slices.Contains(h.namedOn(date), "nghỉ bù") {
			require.True(t, want[date], date)
		}
	}
}

func TestParseHolidaysTellsAllFaults(t *testing.T) {
	t.Parallel()

	const file = `first_year: 2026
last_year: 2027
holidays:
  - name: Tết
    certain: true
    days: [2026-02-17, 2028-01-26, 2027-02-30]
    source: the law
    read: 2026-11-26
  - certain: false
    days: []
    read: yesterday
`
	_, err := ParseHolidays("le.yaml", []byte(file))
	require.EqualError(t, err, strings.Join([]string{
		"le.yaml: Tết: 2028-01-26 is outside 2026 to 2027: correct one of them",
		`le.yaml: Tết: "2027-02-30" is no day: write YYYY-MM-DD`,
		"le.yaml: Tết: no day in 2027: add it",
		"le.yaml: a holiday has no name: name it as people call it",
		"le.yaml: : source is missing: name what says so",
		`le.yaml: : read is "yesterday": give the day the source was read as YYYY-MM-DD`,
	}, "\n"))
	_, err = ParseHolidays("le.yaml", []byte("first_year: 2027\nlast_year: 2026\n"))
	require.EqualError(t, err, "le.yaml: first_year is 2027 and last_year 2026: give the years that the file knows")
	_, err = ParseHolidays("le.yaml", []byte("first_year: 2027\nlast: 2026\n"))
	require.ErrorContains(t, err, `unknown field "last"`)
}
