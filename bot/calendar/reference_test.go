package calendar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// reference is the table of a point's days, made without this package's dates: one line a day, by counting through the
// months. doubtful are the dates on which the rule alone is not enough.
func reference(rules map[int]string, dated map[string]string, doubtful map[string]bool, firstYear, lastYear int) []string {
	var table []string
	for year := firstYear; year <= lastYear; year++ {
		february := 28
		if year%4 == 0 && year%100 != 0 || year%400 == 0 {
			february = 29
		}
		for month, length := range []int{31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
			for day := 1; day <= length; day++ {
				date := fmt.Sprintf("%d-%02d-%02d", year, month+1, day)
				hours, said := dated[date]
				if !said {
					hours = rules[day]
				}
				switch {
				case hours == "":
				case !said && (year > 2030 || doubtful[date]):
					table = append(table, date+" "+hours+" ?")
				default:
					table = append(table, date+" "+hours)
				}
			}
		}
	}
	return table
}

// holidayDates are the dates of the shipped file, read as text.
func holidayDates(t *testing.T) map[string]bool {
	t.Helper()
	dates := make(map[string]bool)
	for date := range shippedHolidays(t).on {
		dates[date.String()] = true
	}
	require.Len(t, dates, 5*(8+10)+7, "eight certain days a year, ten in question, and those made up for")
	return dates
}

func TestDaysOfEveryCommuneEqualTheReferenceTableForTenYears(t *testing.T) {
	t.Parallel()

	const first, last = 2026, 2035
	random := rand.New(rand.NewPCG(5, 3))
	holidays := shippedHolidays(t)
	doubtful := holidayDates(t)
	hours := func() (Hours, string) {
		from := 6*60 + 15*random.IntN(20)
		h := Hours{from, from + 15 + 15*random.IntN(20)}
		return h, ClockText(h.From) + "-" + ClockText(h.To)
	}
	var entries []Entry
	want := make(map[Point][]string)
	for commune := range 150 {
		for number := range 1 + commune%3 {
			p := Point{fmt.Sprintf("xa-%03d", commune), fmt.Sprint("điểm ", number)}
			rules, dated := make(map[int]string), make(map[string]string)
			for range 1 + number {
				day := 1 + (commune*7+random.IntN(40))%31
				h, text := hours()
				rules[day] = text
				entries = append(entries, Entry{Point: p, When: When{Monthly: day}, Hours: h})
			}
			for range random.IntN(30) {
				date := Date{first, 1, 1}.Add(random.IntN(3652))
				h, text := hours()
				if random.IntN(2) == 0 {
					h, text = Hours{}, ""
				}
				dated[date.String()] = text
				entries = append(entries, Entry{Point: p, When: When{Date: date}, Hours: h})
			}
			want[p] = reference(rules, dated, doubtful, first, last)
		}
	}
	c := New(entries, holidays, village)
	require.Len(t, c.Points(""), len(want))
	count := 0
	for p, table := range want {
		var got []string
		for _, day := range c.Days(p, Date{first, 1, 1}, Date{last, 12, 31}) {
			line := fmt.Sprintf("%s %s-%s", day.Date, ClockText(day.Hours.From), ClockText(day.Hours.To))
			if !day.Sure() {
				line += " ?"
			}
			got = append(got, line)
		}
		require.Equal(t, strings.Join(table, "\n"), strings.Join(got, "\n"), p)
		require.True(t, slices.IsSorted(got))
		count += len(got)
	}
	require.Greater(t, count, 50_000)
}
