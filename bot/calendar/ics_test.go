package calendar

import (
	"strings"
	"testing"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"
)

func TestWriteICS(t *testing.T) {
	t.Parallel()

	rule := entry(t, "2", "07:30-11:00")
	rule.Place, rule.Officers = `Nhà văn hóa thôn Một; cạnh trường, sau \ ủy ban nhân dân xã Đồng Xanh`, []string{"Chị Hoa", "Anh Nam"}
	c := New([]Entry{rule}, shippedHolidays(t), village)
	days := c.Days(point, on(t, "2027-08-01"), on(t, "2027-10-01"))
	var out strings.Builder
	require.NoError(t, WriteICS(&out, days, communes, at(t, "2026-11-26 08:00")))
	text := out.String()
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		require.LessOrEqual(t, len(line), 75, "RFC 5545, 3.1")
		require.True(t, utf8.ValidString(line))
		require.NotContains(t, line, "\n")
	}
	unfolded := strings.ReplaceAll(text, "\r\n ", "")
	for _, line := range []string{
		"METHOD:PUBLISH", "DTSTAMP:20261126T010000Z", "DTSTART:20270802T003000Z", "DTEND:20270802T040000Z", "STATUS:CONFIRMED",
		"SUMMARY:Ngân hàng Chính sách xã hội giao dịch tại xã xa\\, điểm Trụ sở",
		`LOCATION:Nhà văn hóa thôn Một\; cạnh trường\, sau \\ ủy ban nhân dân xã Đồng Xanh`, "DESCRIPTION:Cán bộ: Chị Hoa\\, Anh Nam.",
		"DTSTART:20270902T003000Z", "STATUS:TENTATIVE",
	} {
		require.Contains(t, unfolded, "\r\n"+line+"\r\n")
	}
	require.Contains(t, unfolded, `DESCRIPTION:Cán bộ: Chị Hoa\, Anh Nam.\nĐiểm giao dịch Trụ sở\, xã xa: thứ năm 02/09/2027 là ngày nghỉ Quốc khánh.`)

	read, err := ics.ParseCalendar(strings.NewReader(text))
	require.NoError(t, err)
	require.Len(t, read.Events(), 2)
	require.NotEqual(t, read.Events()[0].Id(), read.Events()[1].Id())
	var again strings.Builder
	require.NoError(t, WriteICS(&again, days, communes, at(t, "2026-11-26 08:00")))
	require.Equal(t, text, again.String(), "the same day keeps its id")
}
