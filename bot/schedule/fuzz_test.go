package schedule

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func FuzzParse(f *testing.F) {
	for _, spec := range []string{
		"hằng ngày lúc 7 giờ 30", "thứ 2, thứ 5 hằng tuần 18:00", "ngày 5 và 20 hằng tháng lúc 8h", "hằng tháng ngày cuối 8:00",
		"t2-t6 hằng tuần sáng 7h, chiều 5h đến hết 31/12/2026", "0 7 13 * fri", "*/15 8-17 * * mon-fri", "@daily", "@every 1h",
		"TZ=", "CRON_TZ=Asia/Tokyo 0 7 * * *", "2026-12-01T07:00:00+07:00", "0 0 30 2 *", "\xff\xfe", "ngày đến hết", "thứ", "7:",
	} {
		f.Add(spec)
	}
	now := time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	location := village(f)
	f.Fuzz(func(t *testing.T, spec string) {
		s, err := Parse(spec, location)
		if err != nil {
			var fault *Fault
			require.ErrorAs(t, err, &fault)
			require.True(t, utf8.ValidString(err.Error()))
			require.Less(t, len(err.Error()), longest)
			return
		}
		again, err := Parse(s.String(), location)
		require.NoError(t, err)
		require.Equal(t, s, again)
		require.True(t, utf8.ValidString(s.Sentence()))
		after := now
		for _, fire := range s.NextFires(now, 3) {
			require.True(t, fire.After(after))
			after = fire
		}
	})
}
