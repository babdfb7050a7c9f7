package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestClock(t *testing.T) {
	t.Parallel()

	t.Run("ReachesWhatItShowsAndNotEarlier", func(t *testing.T) {
		t.Parallel()

		zones := []string{"Asia/Ho_Chi_Minh", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca", "UTC"}
		clocks := map[string]clock{}
		for _, name := range zones {
			clocks[name] = clock{zone(t, name)}
		}
		rapid.Check(t, func(t *rapid.T) {
			c := clocks[rapid.SampledFrom(zones).Draw(t, "zone")]
			shown := time.Unix(rapid.Int64Range(-4_000_000_000, 4_000_000_000).Draw(t, "shown"), 0).UTC()
			reached := c.reaches(shown)
			require.False(t, c.shows(reached).Before(shown))
			require.True(t, c.shows(reached.Add(-time.Second)).Before(shown))
			require.False(t, c.reaches(shown.Add(time.Minute)).Before(reached))
		})
	})

	t.Run("RunsEvenlyButOnTheDaysOfItsJumps", func(t *testing.T) {
		t.Parallel()

		c := clock{zone(t, "America/New_York")}
		var uneven []string
		for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2026; day = day.Add(wholeDay) {
			if !c.even(day) {
				uneven = append(uneven, day.Format(time.DateOnly))
			}
		}
		require.Equal(t, []string{"2026-03-08", "2026-11-01"}, uneven)
	})
}
