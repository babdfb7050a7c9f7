package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAt(t *testing.T) {
	t.Parallel()

	now := func(t *testing.T) time.Time { return at(t, "2026-11-26 10:00:00") }

	t.Run("FiresOnce", func(t *testing.T) {
		t.Parallel()

		s, err := At(time.Date(2026, 12, 1, 0, 0, 0, 999, time.UTC), now(t), village(t))
		require.NoError(t, err)
		require.Equal(t, []time.Time{at(t, "2026-12-01 07:00:00")}, s.NextFires(now(t), 5))
		require.Equal(t, "2026-12-01T00:00:00Z", s.String())
		require.Equal(t, s, parsed(t, s.String()))
	})

	t.Run("NamesBothTimesWhenItIsPast", func(t *testing.T) {
		t.Parallel()

		_, err := At(at(t, "2026-11-25 07:00:00"), now(t), village(t))
		require.EqualError(t, err, `"7:00 ngày 25/11/2026": giờ hẹn đã qua, bây giờ đã là 10:00 ngày 26/11/2026. Hãy chọn một giờ sau đó.`)
	})

	t.Run("RefusesThePresent", func(t *testing.T) {
		t.Parallel()

		_, err := At(now(t).Add(time.Millisecond), now(t), village(t))
		require.EqualError(t, err, `"10:00 ngày 26/11/2026": giờ hẹn đã qua, bây giờ đã là 10:00 ngày 26/11/2026. Hãy chọn một giờ sau đó.`)
	})

	t.Run("RefusesAYearThatCannotBeWritten", func(t *testing.T) {
		t.Parallel()

		_, err := At(time.Date(20260, 1, 1, 0, 0, 0, 0, time.UTC), now(t), village(t))
		require.ErrorContains(t, err, `"20260-01-01T00:00:00Z": năm phải từ 1970 đến 9998. `)
	})
}

func TestAhead(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct{ spec, now, message string }{
		"IsFineForOneWithoutEnd": {"hằng ngày 7h", "2026-11-26 10:00:00", ""},
		"IsFineOnTheLastDay":     {"hằng ngày 7h đến hết 26/11/2026", "2026-11-26 06:59:59", ""},
		"NamesTheEndAndThePresent": {
			"hằng ngày 7h đến hết 26/11/2026", "2026-11-26 07:00:00",
			`"đến hết 26/11/2026": đến ngày cuối không còn lần nào, bây giờ đã là 7:00 ngày 26/11/2026. Hãy chọn ngày kết thúc muộn hơn.`,
		},
		"NamesTheEndBeforeTheOnlyFire": {
			"2026-12-01T07:00:00+07:00 đến hết 30/11/2026", "2026-11-26 07:00:30",
			`"đến hết 30/11/2026": đến ngày cuối không còn lần nào, bây giờ đã là 7:00:30 ngày 26/11/2026. Hãy chọn ngày kết thúc muộn hơn.`,
		},
		"NamesTheOneTimeAndThePresent": {
			"2026-11-25T07:00:00+07:00", "2026-11-26 07:00:00",
			`"7:00 ngày 25/11/2026": giờ hẹn đã qua, bây giờ đã là 7:00 ngày 26/11/2026. Hãy chọn một giờ sau đó.`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			err := parsed(t, tt.spec).Ahead(at(t, tt.now))
			if tt.message == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.message)
		})
	}

	t.Run("IsNothingForNoSchedule", func(t *testing.T) {
		t.Parallel()

		require.ErrorContains(t, Schedule{}.Ahead(time.Now()), "chưa có lịch nào. ")
	})
}
