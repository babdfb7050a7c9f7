package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDue(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, spec, last, now string
		fire                  string
		skipped               []string
		older                 int
	}{
		{"IsNothingBeforeTheFire", "hằng ngày 7h", "2026-11-26 07:00:00", "2026-11-27 06:59:59", "", nil, 0},
		{"RunsAtTheFire", "hằng ngày 7h", "2026-11-26 07:00:00", "2026-11-27 07:00:00", "2026-11-27 07:00:00", nil, 0},
		{"IsNothingForAFireThatWasSeen", "hằng ngày 7h", "2026-11-27 07:00:00", "2026-11-27 07:00:00", "", nil, 0},
		{"IsNothingAfterTheClockWasSetBack", "hằng ngày 7h", "2026-11-27 07:00:00", "2026-11-26 06:00:00", "", nil, 0},
		{"RunsWhatWasMissedLessThanSixHoursAgo", "hằng ngày 7h", "2026-11-26 07:00:00", "2026-11-27 12:59:59", "2026-11-27 07:00:00", nil, 0},
		{"SkipsWhatWasMissedSixHoursAgo", "hằng ngày 7h", "2026-11-26 07:00:00", "2026-11-27 13:00:00", "", []string{"2026-11-27 07:00:00"}, 0},
		{"RunsTheLatestAndSkipsTheOthers", "hằng ngày 7h", "2026-11-23 07:00:00", "2026-11-26 08:00:00", "2026-11-26 07:00:00", []string{"2026-11-24 07:00:00", "2026-11-25 07:00:00"}, 0},
		{"RunsOneOfSeveralUsefulOnes", "0 * * * *", "2026-11-26 07:00:00", "2026-11-26 10:30:00", "2026-11-26 10:00:00", []string{"2026-11-26 08:00:00", "2026-11-26 09:00:00"}, 0},
		{"SkipsAllWhenAllAreOld", "thứ hai hằng tuần 7h", "2026-11-09 07:00:00", "2026-11-26 08:00:00", "", []string{"2026-11-16 07:00:00", "2026-11-23 07:00:00"}, 0},
		{"RunsAMissedOneTime", "2026-11-26T07:00:00+07:00", "2026-11-01 00:00:00", "2026-11-26 12:00:00", "2026-11-26 07:00:00", nil, 0},
		{"SkipsAnOldOneTime", "2026-11-26T07:00:00+07:00", "2026-11-01 00:00:00", "2026-11-26 13:00:00", "", []string{"2026-11-26 07:00:00"}, 0},
		{"IsNothingForAOneTimeAhead", "2026-11-26T07:00:00+07:00", "2026-11-01 00:00:00", "2026-11-26 06:59:59", "", nil, 0},
		{"IsNothingForAOneTimeThatWasSeen", "2026-11-26T07:00:00+07:00", "2026-11-26 07:00:00", "2026-11-26 08:00:00", "", nil, 0},
		{"EndsWithTheLastDay", "hằng ngày 7h đến hết 24/11/2026", "2026-11-22 07:00:00", "2026-11-26 08:00:00", "", []string{"2026-11-23 07:00:00", "2026-11-24 07:00:00"}, 0},
		{"RunsTheLastOneAfterTheLastDay", "hằng ngày 23h đến hết 24/11/2026", "2026-11-23 23:00:00", "2026-11-25 01:00:00", "2026-11-24 23:00:00", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			due := parsed(t, tt.spec).Due(at(t, tt.last), at(t, tt.now))
			var expected Due
			if tt.fire != "" {
				expected.Fire = at(t, tt.fire)
			}
			for _, skipped := range tt.skipped {
				expected.Skipped = append(expected.Skipped, at(t, skipped))
			}
			expected.Older = tt.older
			require.Equal(t, expected, due)
		})
	}

	t.Run("CountsAYearOfMinutes", func(t *testing.T) {
		t.Parallel()

		last, now := at(t, "2025-11-26 08:00:00"), at(t, "2026-11-26 08:00:30")
		due := parsed(t, "* * * * *").Due(last, now)
		require.Equal(t, at(t, "2026-11-26 08:00:00"), due.Fire)
		require.Len(t, due.Skipped, 100)
		require.Equal(t, at(t, "2026-11-26 07:59:00"), due.Skipped[99])
		require.Equal(t, at(t, "2026-11-26 06:20:00"), due.Skipped[0])
		require.Equal(t, 365*24*60-101, due.Older)
	})

	t.Run("CountsOnceWhatFallsTogether", func(t *testing.T) {
		t.Parallel()

		location := zone(t, "America/Sao_Paulo") // midnight to one is skipped on 2018-11-04
		s, err := Parse("* * * * *", location)
		require.NoError(t, err)
		due := s.Due(in(t, location, "2018-11-02 00:00:00"), in(t, location, "2018-11-06 00:00:00"))
		require.Equal(t, (4*24-1)*60, 1+len(due.Skipped)+due.Older)
	})

	t.Run("IsNothingOfNoSchedule", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, Due{}, Schedule{}.Due(time.Time{}, time.Now()))
	})

	t.Run("GivesEachFireOnceWhileTheClockGoesToAndFro", func(t *testing.T) {
		t.Parallel()

		s := parsed(t, "*/10 * * * *")
		last, seen := at(t, "2026-11-26 07:55:00"), map[time.Time]bool{}
		for _, now := range []string{"08:00:00", "08:05:00", "07:10:00", "08:00:00", "08:10:00", "07:15:00", "08:20:01", "08:20:00", "08:40:00"} {
			due := s.Due(last, at(t, "2026-11-26 "+now))
			for _, fire := range append(due.Skipped, due.Fire) {
				if !fire.IsZero() {
					require.False(t, seen[fire])
					seen[fire] = true
					last = fire
				}
			}
		}
		require.Len(t, seen, 5) // 08:00 to 08:40
	})
}

func TestDueIsWhatNextFindsOneByOne(t *testing.T) {
	t.Parallel()

	for name, day := range map[string]string{
		"Asia/Ho_Chi_Minh":    "2028-02-20 00:00:00",
		"America/New_York":    "2026-10-30 00:00:00",
		"Europe/Berlin":       "2026-03-27 00:00:00",
		"America/Sao_Paulo":   "2018-11-02 00:00:00",
		"Australia/Lord_Howe": "2026-04-03 00:00:00",
		"Pacific/Apia":        "2011-12-28 00:00:00",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			start := in(t, zone(t, name), day)
			rapid.Check(t, func(t *rapid.T) {
				w := rapid.OneOf(rapid.Custom(cronSpec), rapid.Custom(plainSpec)).Draw(t, "spec")
				s, err := Parse(w.spec, start.Location())
				if err != nil {
					requireNever(t, w, err)
					return
				}
				if rapid.Bool().Draw(t, "ends") {
					s = s.Until(start.AddDate(0, 0, rapid.IntRange(-1, 12).Draw(t, "end")))
				}
				offset := rapid.Int64Range(0, int64(10*24*time.Hour))
				last, now := start.Add(time.Duration(offset.Draw(t, "last"))), start.Add(time.Duration(offset.Draw(t, "now")))

				var expected Due
				var fires []time.Time
				for fire := s.Next(last); !fire.IsZero() && !fire.After(now); fire = s.Next(fire) {
					fires = append(fires, fire)
				}
				if n := len(fires); n > 0 && now.Sub(fires[n-1]) < 6*time.Hour {
					expected.Fire, fires = fires[n-1], fires[:n-1]
				}
				expected.Older = max(0, len(fires)-100)
				expected.Skipped = fires[expected.Older:]
				if len(expected.Skipped) == 0 {
					expected.Skipped = nil
				}
				require.Equal(t, expected, s.Due(last, now))
			})
		})
	}
}
