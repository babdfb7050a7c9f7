package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// village is the time zone of the villages.
func village(t testing.TB) *time.Location { return zone(t, "Asia/Ho_Chi_Minh") }

func zone(t testing.TB, name string) *time.Location {
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}

// at is a moment in the village.
func at(t testing.TB, text string) time.Time { return in(t, village(t), text) }

func in(t testing.TB, location *time.Location, text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, location)
	require.NoError(t, err)
	return moment
}

func parsed(t testing.TB, spec string) Schedule {
	s, err := Parse(spec, village(t))
	require.NoError(t, err)
	return s
}

func TestParsePlain(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ spec, text string }{
		// hằng ngày
		{"hằng ngày 7:00", "hằng ngày lúc 7:00"},
		{"hằng ngày lúc 7 giờ 30", "hằng ngày lúc 7:30"},
		{"hàng ngày 7h", "hằng ngày lúc 7:00"},
		{"Hằng Ngày Lúc 07:00", "hằng ngày lúc 7:00"},
		{"HẰNG NGÀY 7H", "hằng ngày lúc 7:00"},
		{"hang ngay 7h", "hằng ngày lúc 7:00"},
		{"ha\u0300ng nga\u0300y 7h", "hằng ngày lúc 7:00"},            // decomposed
		{"hă\u0300ng  nga\u0300y\t7 :\u00a030", "hằng ngày lúc 7:30"}, // half decomposed, no-break space
		{"\ufeffhằng\u200b ngày 7h", "hằng ngày lúc 7:00"},
		{"mỗi ngày vào lúc 6h30", "hằng ngày lúc 6:30"},
		{"mỗi ngày 6h30'", "hằng ngày lúc 6:30"},
		{"mỗi ngày 6g30", "hằng ngày lúc 6:30"},
		{"mỗi ngày 6 giờ 30 phút", "hằng ngày lúc 6:30"},
		{"mỗi ngày 6 giờ rưỡi", "hằng ngày lúc 6:30"},
		{"mỗi ngày 6h5", "hằng ngày lúc 6:05"},
		{"7h hằng ngày", "hằng ngày lúc 7:00"},
		{"7:00 giờ hằng ngày.", "hằng ngày lúc 7:00"},
		{"lúc 7 giờ sáng hằng ngày", "hằng ngày lúc 7:00"},
		{"hằng ngày 5 giờ chiều", "hằng ngày lúc 17:00"},
		{"hằng ngày lúc 6h30 tối", "hằng ngày lúc 18:30"},
		{"hằng ngày buổi tối lúc 7h", "hằng ngày lúc 19:00"},
		{"hằng ngày tối 19h", "hằng ngày lúc 19:00"},
		{"hằng ngày 12h trưa", "hằng ngày lúc 12:00"},
		{"hằng ngày 1h trưa", "hằng ngày lúc 13:00"},
		{"hằng ngày 10h đêm", "hằng ngày lúc 22:00"},
		{"hằng ngày sáng 6h, chiều 5h", "hằng ngày lúc 6:00, 17:00"},
		{"hằng ngày 17:30 và 6:00", "hằng ngày lúc 6:00, 17:30"},
		{"hằng ngày 6h 11h30 17h", "hằng ngày lúc 6:00, 11:30, 17:00"},
		{"hằng ngày 7h, 7:00", "hằng ngày lúc 7:00"},
		{"hằng ngày 0:00", "hằng ngày lúc 0:00"},
		{"hằng ngày 23h59", "hằng ngày lúc 23:59"},
		// hằng tuần
		{"hằng tuần thứ hai 6h30", "hằng tuần thứ hai lúc 6:30"},
		{"thứ 2, thứ 5 hằng tuần 18:00", "hằng tuần thứ hai, thứ năm lúc 18:00"},
		{"chủ nhật hằng tuần 7h", "hằng tuần chủ nhật lúc 7:00"},
		{"CN hàng tuần 7h", "hằng tuần chủ nhật lúc 7:00"},
		{"chúa nhật mỗi tuần 7h", "hằng tuần chủ nhật lúc 7:00"},
		{"thu 2, thu 5 hang tuan 18:00", "hằng tuần thứ hai, thứ năm lúc 18:00"},
		{"THỨ NĂM VÀ THỨ HAI HẰNG TUẦN 18H", "hằng tuần thứ hai, thứ năm lúc 18:00"},
		{"t2,t5 hằng tuần 18h", "hằng tuần thứ hai, thứ năm lúc 18:00"},
		{"thứ2 hằng tuần 18h", "hằng tuần thứ hai lúc 18:00"},
		{"thứ 2, 4, 6 hằng tuần lúc 17h", "hằng tuần thứ hai, thứ tư, thứ sáu lúc 17:00"},
		{"các thứ 2 4 6 hằng tuần 17h", "hằng tuần thứ hai, thứ tư, thứ sáu lúc 17:00"},
		{"hằng tuần thứ 2 4 6 17h", "hằng tuần thứ hai, thứ tư, thứ sáu lúc 17:00"},
		{"hằng tuần thứ hai, ba, tư và bảy 17h", "hằng tuần thứ hai, thứ ba, thứ tư, thứ bảy lúc 17:00"},
		{"hằng tuần thứ bẩy và cn 17h", "hằng tuần thứ bảy, chủ nhật lúc 17:00"},
		{"thứ hai đến thứ sáu hằng tuần 7h", "hằng tuần thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu lúc 7:00"},
		{"từ thứ hai đến thứ sáu hằng tuần 7h", "hằng tuần thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu lúc 7:00"},
		{"t2-t6 hằng tuần 7h", "hằng tuần thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu lúc 7:00"},
		{"thứ 2 - 4, 7 hằng tuần 7h", "hằng tuần thứ hai, thứ ba, thứ tư, thứ bảy lúc 7:00"},
		{"thứ 7 đến thứ 2 hằng tuần 7h", "hằng tuần thứ hai, thứ bảy, chủ nhật lúc 7:00"},
		{"mỗi thứ hai 7h", "hằng tuần thứ hai lúc 7:00"},
		{"mỗi chủ nhật lúc 7h và 17h", "hằng tuần chủ nhật lúc 7:00, 17:00"},
		{"mỗi tuần vào ngày thứ ba 7h", "hằng tuần thứ ba lúc 7:00"},
		{"sáng thứ hai hằng tuần lúc 7h", "hằng tuần thứ hai lúc 7:00"},
		{"tối thứ bảy hằng tuần lúc 7h30", "hằng tuần thứ bảy lúc 19:30"},
		{"thứ bảy hằng tuần 7 giờ tối", "hằng tuần thứ bảy lúc 19:00"},
		{"18:00 thứ hai hằng tuần", "hằng tuần thứ hai lúc 18:00"},
		// hằng tháng
		{"hằng tháng ngày 15 7:00", "hằng tháng ngày 15 lúc 7:00"},
		{"ngày 5 và 20 hằng tháng lúc 8h", "hằng tháng ngày 5, ngày 20 lúc 8:00"},
		{"ngày 20, ngày 5 mỗi tháng, 8h", "hằng tháng ngày 5, ngày 20 lúc 8:00"},
		{"ngay 5 va 20 hang thang luc 8h", "hằng tháng ngày 5, ngày 20 lúc 8:00"},
		{"các ngày 5, 15 & 25 hàng tháng lúc 8h", "hằng tháng ngày 5, ngày 15, ngày 25 lúc 8:00"},
		{"15 giờ ngày 5 của mỗi tháng", "hằng tháng ngày 5 lúc 15:00"},
		{"ngày 5 đến ngày 8 hằng tháng 8h", "hằng tháng ngày 5, ngày 6, ngày 7, ngày 8 lúc 8:00"},
		{"ngày 5-7 hằng tháng 8h", "hằng tháng ngày 5, ngày 6, ngày 7 lúc 8:00"},
		{"ngày 29 đến cuối tháng, hằng tháng, 8h", "hằng tháng ngày 29, ngày 30, ngày cuối lúc 8:00"},
		{"hằng tháng ngày cuối 8:00", "hằng tháng ngày cuối lúc 8:00"},
		{"ngày cuối tháng hằng tháng 8:00", "hằng tháng ngày cuối lúc 8:00"},
		{"ngày cuối cùng của mỗi tháng 8:00", "hằng tháng ngày cuối lúc 8:00"},
		{"cuối mỗi tháng 8:00", "hằng tháng ngày cuối lúc 8:00"},
		{"hằng tháng ngày 31 8:00", "hằng tháng ngày cuối lúc 8:00"},
		{"ngày đầu tháng và ngày cuối tháng, hằng tháng 8h", "hằng tháng ngày 1, ngày cuối lúc 8:00"},
		{"ngày 15 dương lịch hằng tháng 8h", "hằng tháng ngày 15 lúc 8:00"},
		// with a last day
		{"hằng ngày 7:00 đến hết 31/12/2026", "hằng ngày lúc 7:00 đến hết 31/12/2026"},
		{"thứ 2 hằng tuần 7h, den het ngay 05-02-2027", "hằng tuần thứ hai lúc 7:00 đến hết 5/2/2027"},
		{"0 7 * * * đến hết 31/12/2026", "0 7 * * * đến hết 31/12/2026"},
	} {
		t.Run(tt.spec, func(t *testing.T) {
			t.Parallel()

			s := parsed(t, tt.spec)
			require.Equal(t, tt.text, s.String())
			require.Equal(t, s, parsed(t, s.String()))
		})
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()

	for spec, sentence := range map[string]string{
		"hằng ngày 7h":                    "Hằng ngày, lúc 7:00",
		"hằng ngày 7h, 11h30, 17h":        "Hằng ngày, lúc 7:00, 11:30 và 17:00",
		"t2, t5 hằng tuần 18h":            "Hằng tuần, thứ hai và thứ năm, lúc 18:00",
		"cn, t2, t5 hằng tuần 18h":        "Hằng tuần, thứ hai, thứ năm và chủ nhật, lúc 18:00",
		"ngày 5 và 20 hằng tháng lúc 8h":  "Hằng tháng, ngày 5 và ngày 20, lúc 8:00",
		"ngày cuối hằng tháng 8h":         "Hằng tháng, ngày cuối tháng, lúc 8:00",
		"ngày 30 hằng tháng 8h":           "Hằng tháng, ngày 30 (tháng 2 không có thì ngày cuối tháng), lúc 8:00",
		"hằng ngày 7h đến hết 31/12/2026": "Hằng ngày, lúc 7:00, đến hết ngày 31/12/2026",
		"2026-12-01T07:00:00+07:00":       "Một lần, thứ ba ngày 1/12/2026, lúc 7:00",
		"2026-12-01T00:00:05Z":            "Một lần, thứ ba ngày 1/12/2026, lúc 7:00:05",
		"0 7 * * *":                       "Hằng ngày, lúc 7:00",
		"@daily":                          "Hằng ngày, lúc 0:00",
		"0 7 * * 1-5":                     "Hằng tuần, thứ hai, thứ ba, thứ tư, thứ năm và thứ sáu, lúc 7:00",
		"0,30 7 * * sun":                  "Hằng tuần, chủ nhật, lúc 7:00 và 7:30",
		"0 7 1,15 * *":                    "Hằng tháng, ngày 1 và ngày 15, lúc 7:00",
		"0 7 31 * *":                      "Hằng tháng, ngày 31, lúc 7:00 (tháng không có ngày đó thì bỏ qua)",
		"*/15 * * * *":                    "Theo cron */15 * * * *",
		"0 7 2 9 *":                       "Theo cron 0 7 2 9 *",
		"0 7 13 * fri đến hết 31/12/2026": "Theo cron 0 7 13 * 5, đến hết ngày 31/12/2026",
	} {
		t.Run(spec, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, sentence, parsed(t, spec).Sentence())
		})
	}

	t.Run("OfNoScheduleSaysNever", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, "Không bao giờ", Schedule{}.Sentence())
		require.Empty(t, Schedule{}.String())
	})
}
