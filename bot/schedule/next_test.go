package schedule

import (
	"errors"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNextFires(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, spec, zone, after string
		fires                   []string
	}{
		{"OfADay", "hằng ngày 7h", "", "2026-11-26 07:00:00", []string{"2026-11-27 07:00:00", "2026-11-28 07:00:00"}},
		{"OfADayLaterOnIt", "hằng ngày 7h", "", "2026-11-26 06:59:59", []string{"2026-11-26 07:00:00", "2026-11-27 07:00:00"}},
		{"OfMidnightASecondBefore", "hằng ngày 0h", "", "2026-11-25 23:59:59", []string{"2026-11-26 00:00:00", "2026-11-27 00:00:00"}},
		{"OfMidnightAtMidnight", "hằng ngày 0h", "", "2026-11-26 00:00:00", []string{"2026-11-27 00:00:00"}},
		{"OfSeveralTimes", "hằng ngày 17h, 7h", "", "2026-11-26 12:00:00", []string{"2026-11-26 17:00:00", "2026-11-27 07:00:00", "2026-11-27 17:00:00"}},
		{"OfWeekdays", "thứ 2, thứ 5 hằng tuần 18:00", "", "2026-11-26 18:00:00", []string{"2026-11-30 18:00:00", "2026-12-03 18:00:00"}},
		{"OfDates", "ngày 5 và 20 hằng tháng 8h", "", "2026-12-05 08:00:00", []string{"2026-12-20 08:00:00", "2027-01-05 08:00:00"}},
		{"OfTheLastDay", "hằng tháng ngày cuối 8:00", "", "2028-01-01 00:00:00", []string{"2028-01-31 08:00:00", "2028-02-29 08:00:00", "2028-03-31 08:00:00", "2028-04-30 08:00:00"}},
		{"OfThe30thOnTheLastDayOfFebruary", "hằng tháng ngày 30 8:00", "", "2027-01-01 00:00:00", []string{"2027-01-30 08:00:00", "2027-02-28 08:00:00", "2027-03-30 08:00:00"}},
		{"OfThe31stOnTheLastDayOfEveryMonth", "hằng tháng ngày 31 8:00", "", "2027-01-01 00:00:00", []string{"2027-01-31 08:00:00", "2027-02-28 08:00:00", "2027-03-31 08:00:00", "2027-04-30 08:00:00"}},
		{"OnceWhereDatesFallTogether", "ngày 28 đến 31 hằng tháng 8:00", "", "2027-02-01 00:00:00", []string{"2027-02-28 08:00:00", "2027-03-28 08:00:00"}},
		{"OfCronWithoutMonthsThatAreTooShort", "0 8 31 * *", "", "2027-01-31 08:00:00", []string{"2027-03-31 08:00:00", "2027-05-31 08:00:00"}},
		{"OfCronOnEitherDay", "0 8 13 * fri", "", "2026-11-08 08:00:00", []string{"2026-11-13 08:00:00", "2026-11-20 08:00:00", "2026-11-27 08:00:00", "2026-12-04 08:00:00", "2026-12-11 08:00:00", "2026-12-13 08:00:00"}},
		{"OverTheCenturyWithoutALeapDay", "0 8 29 2 *", "", "2096-02-29 08:00:00", []string{"2104-02-29 08:00:00"}},
		{"UntilTheLastDay", "hằng ngày 7h, 23:59 đến hết 27/11/2026", "", "2026-11-26 12:00:00", []string{"2026-11-26 23:59:00", "2026-11-27 07:00:00", "2026-11-27 23:59:00"}},
		{"OfNothingAfterTheLastDay", "hằng ngày 7h đến hết 27/11/2026", "", "2026-11-27 07:00:00", nil},
		{"Once", "2026-12-01T07:00:00+07:00", "", "2026-11-26 07:00:00", []string{"2026-12-01 07:00:00"}},
		{"OfNothingAfterTheOnlyOne", "2026-12-01T07:00:00+07:00", "", "2026-12-01 07:00:00", nil},
		{"OfNothingWhenTheOnlyOneIsPastTheLastDay", "2026-12-01T07:00:00+07:00 đến hết 30/11/2026", "", "2026-11-26 07:00:00", nil},

		{"AtTheJumpForATimeThatIsSkipped", "hằng ngày 2:30", "America/New_York", "2026-03-07 03:00:00", []string{"2026-03-08 03:00:00", "2026-03-09 02:30:00"}},
		{"OnceForAllTimesThatAreSkipped", "*/15 2,3 * * *", "America/New_York", "2026-03-08 00:00:00", []string{"2026-03-08 03:00:00", "2026-03-08 03:15:00"}},
		{"OnceForATimeThatIsShownTwice", "hằng ngày 1:30", "America/New_York", "2026-10-31 12:00:00", []string{"2026-11-01 01:30:00", "2026-11-02 01:30:00"}},
		{"AtOneWhereMidnightIsSkipped", "hằng ngày 0:00", "America/Sao_Paulo", "2018-11-03 12:00:00", []string{"2018-11-04 01:00:00", "2018-11-05 00:00:00"}},
		{"LaterOnADayWithoutMidnight", "0 7 4 11 *", "America/Sao_Paulo", "2018-11-03 12:00:00", []string{"2018-11-04 07:00:00"}},
		{"WhereTheClockJumpsByHalfAnHour", "10 2 * * *", "Australia/Lord_Howe", "2026-10-03 12:00:00", []string{"2026-10-04 02:30:00", "2026-10-05 02:10:00"}},
		{"WhereADayIsSkipped", "hằng ngày 7h", "Pacific/Apia", "2011-12-29 07:00:00", []string{"2011-12-31 00:00:00", "2011-12-31 07:00:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			location := village(t)
			if tt.zone != "" {
				location = zone(t, tt.zone)
			}
			s, err := Parse(tt.spec, location)
			require.NoError(t, err)
			after := in(t, location, tt.after)
			var fires []string
			for _, fire := range s.NextFires(after, max(len(tt.fires), 1)) {
				require.Equal(t, location, fire.Location())
				fires = append(fires, fire.Format("2006-01-02 15:04:05"))
			}
			require.Equal(t, tt.fires, fires)
		})
	}

	t.Run("AreInVillageTimeWhateverTheZoneOfTheQuestion", func(t *testing.T) {
		t.Parallel()

		fire := parsed(t, "hằng ngày 7h").Next(time.Date(2026, 11, 25, 23, 30, 0, 0, time.UTC))
		require.Equal(t, at(t, "2026-11-26 07:00:00"), fire)
	})

	t.Run("OfNoScheduleAreNone", func(t *testing.T) {
		t.Parallel()

		require.Empty(t, Schedule{}.NextFires(time.Now(), 5))
	})
}

func TestNextIsWhatAWalkThroughTheMinutesFinds(t *testing.T) {
	t.Parallel()

	starts := []string{"2026-11-26 09:00:00", "2028-02-20 12:00:00", "2027-02-25 00:00:00", "2100-02-27 23:59:59", "1999-12-20 00:00:00"}
	for name, jumps := range map[string][]string{
		"Asia/Ho_Chi_Minh":    starts,
		"UTC":                 starts,
		"America/New_York":    {"2026-03-06 00:00:00", "2026-10-30 05:00:00", "2028-02-27 00:00:00"},
		"Europe/Berlin":       {"2026-03-28 12:00:00", "2026-10-24 12:00:00"},
		"America/Sao_Paulo":   {"2018-11-02 00:00:00", "2018-02-16 00:00:00"},
		"Australia/Lord_Howe": {"2026-10-02 00:00:00", "2026-04-03 12:00:00"},
		"Pacific/Apia":        {"2011-12-28 12:00:00"},
		"Asia/Beirut":         {"2026-03-27 12:00:00", "2026-10-23 12:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			location := zone(t, name)
			rapid.Check(t, func(t *rapid.T) {
				w := rapid.OneOf(rapid.Custom(cronSpec), rapid.Custom(plainSpec)).Draw(t, "spec")
				s, err := Parse(w.spec, location)
				if err != nil {
					requireNever(t, w, err)
					return
				}
				from, _ := time.ParseInLocation("2006-01-02 15:04:05", rapid.SampledFrom(jumps).Draw(t, "start"), location)
				from = from.Add(time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "later")))
				days := []int{1, 3}
				if len(jumps) == len(starts) { // no jump to look at, but leap days and the ends of months
					days = []int{3, 3, 10, 10, 70}
				}
				to := from.AddDate(0, 0, rapid.SampledFrom(days).Draw(t, "days"))
				var fires []time.Time
				for fire := s.Next(from); !fire.After(to); fire = s.Next(fire) {
					require.False(t, fire.IsZero())
					fires = append(fires, fire)
				}
				require.Equal(t, shownAs(w.fires(location, from, to)), shownAs(fires))

				again, err := Parse(s.String(), location)
				require.NoError(t, err)
				require.Equal(t, s, again)
			})
		})
	}
}

// shownAs are moments as the clock shows them, with its zone, since moments themselves fill a page each.
func shownAs(moments []time.Time) []string {
	var shown []string
	for _, moment := range moments {
		shown = append(shown, moment.String())
	}
	return shown
}

// requireNever accepts only expressions that no day fits.
func requireNever(t *rapid.T, w wanted, err error) {
	var fault *Fault
	require.True(t, errors.As(err, &fault) && fault.Why == "không bao giờ đến ngày này", "%v", err)
	for day := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2008; day = day.AddDate(0, 0, 1) {
		require.False(t, w.day(day), "%s comes on %s", w.spec, day)
	}
}

func TestNextIsThatOfRobfigWhereNoClockJumps(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		w := cronSpec(t)
		s, err := Parse(w.spec, time.UTC)
		theirs, theirErr := cron.ParseStandard(w.spec)
		require.NoError(t, theirErr)
		if err != nil {
			requireNever(t, w, err)
			return
		}
		after := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "after"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
		for range 50 {
			next := s.Next(after)
			require.True(t, next.After(after))
			if expected := theirs.Next(after); !expected.IsZero() { // robfig gives up after five years
				require.Equal(t, expected, next)
			}
			after = next
		}
	})
}
