package plan

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHours(t *testing.T) {
	t.Parallel()

	always := Hours{}
	wholeDay := Hours{0, 24 * time.Hour}
	broadcast := Hours{6 * time.Hour, 22 * time.Hour}
	awake := Outside(21*time.Hour, 6*time.Hour) // the quiet hours are 21:00-06:00
	noNap := Outside(11*time.Hour+30*time.Minute, 13*time.Hour)
	noNight := Outside(22*time.Hour, 0)
	for _, tt := range []struct {
		name  string
		hours Hours
		at    string
		opens string // at itself while open
	}{
		{"AreNeverClosedWhenTheyAreZero", always, "2026-11-26 03:00:00", "2026-11-26 03:00:00"},
		{"AreNeverClosedOutsideNoPause", Outside(0, 0), "2026-11-26 03:00:00", "2026-11-26 03:00:00"},
		{"AreNeverClosedFromMidnightToMidnight", wholeDay, "2026-11-26 23:59:59.999999999", "2026-11-26 23:59:59.999999999"},
		{"OpenAtTheirStart", broadcast, "2026-11-26 06:00:00", "2026-11-26 06:00:00"},
		{"AreClosedJustBeforeTheirStart", broadcast, "2026-11-26 05:59:59.999999999", "2026-11-26 06:00:00"},
		{"AreOpenJustBeforeTheirEnd", broadcast, "2026-11-26 21:59:59.999999999", "2026-11-26 21:59:59.999999999"},
		{"AreClosedAtTheirEnd", broadcast, "2026-11-26 22:00:00", "2026-11-27 06:00:00"},
		{"OpenOnTheSameDayAfterMidnight", awake, "2026-11-26 00:00:00", "2026-11-26 06:00:00"},
		{"OpenOnTheNextDayInTheEvening", awake, "2026-12-31 21:00:00", "2027-01-01 06:00:00"},
		{"OpenOnALeapDay", awake, "2028-02-28 22:15:00", "2028-02-29 06:00:00"},
		{"AreOpenThroughTheDayOutsideAQuietNight", awake, "2026-11-26 20:59:59", "2026-11-26 20:59:59"},
		{"SpanMidnightOutsideAQuietNoon", noNap, "2026-11-26 00:00:00", "2026-11-26 00:00:00"},
		{"OpenAfterAQuietNoon", noNap, "2026-11-26 11:30:00", "2026-11-26 13:00:00"},
		{"OpenAtMidnight", noNight, "2026-11-26 22:00:00", "2026-11-27 00:00:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			at := moment(t, tt.at)
			opens := tt.hours.NextOpen(at)
			require.Equal(t, moment(t, tt.opens), opens)
			require.Equal(t, opens.Equal(at), tt.hours.Open(at))
		})
	}

	t.Run("OpenNextAtTheFirstOpenMinute", func(t *testing.T) {
		t.Parallel()

		midnight := moment(t, "2026-11-26 00:00:00")
		rapid.Check(t, func(t *rapid.T) {
			minute := rapid.IntRange(0, 24*60-1)
			h := Hours{time.Duration(minute.Draw(t, "start")) * time.Minute, time.Duration(minute.Draw(t, "end")) * time.Minute}
			at := midnight.Add(time.Duration(minute.Draw(t, "at")) * time.Minute)
			first := at
			for !h.Open(first) {
				first = first.Add(time.Minute)
			}
			require.Equal(t, first, h.NextOpen(at))
		})
	})
}

// moment is a time in the village.
func moment(t testing.TB, text string) time.Time {
	at, err := time.ParseInLocation(time.DateTime, text, village(t))
	require.NoError(t, err)
	return at
}
