package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/store/storetest"
)

const calendarHeader = "ma_don_vi,diem,ngay,gio_bat_dau,gio_ket_thuc,dia_diem,can_bo"

// newBank is an office that knows a commune.
func newBank(t *testing.T, database string) *office {
	t.Helper()
	o := newOffice(t, database)
	o.must("import", "units", o.file("units.csv", people[0].lines...))
	return o
}

func TestImportBringsTheBanksDaysAndExportGivesThemBack(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		o := newBank(t, database)
		year := time.Now().Year() + 1
		lines := []string{
			calendarHeader,
			"xa,Chợ,31,13:00,16:00,Nhà lồng chợ,",
			"xa,Trụ sở,15,07:30,11:00,\"Hội trường, tầng 1\",Anh Nam;Chị Hoa",
			fmt.Sprintf("xa,Trụ sở,%d-06-15,,,,", year),
			fmt.Sprintf("xa,Trụ sở,%d-06-17,08:00,10:00,,", year),
		}
		file := o.file("lich.csv", lines...)
		require.Contains(t, o.must("import", "calendar", file, "--dry-run"), "Dry run: 4 rows would be added, 0 changed, 0 are as they were.\n")
		require.Equal(t, calendarHeader+"\n", o.must("export", "calendar", "-"))
		told := o.must("import", "calendar", file)
		require.Contains(t, told, "4 rows added, 0 changed, 0 as they were.\n")
		require.Contains(t, told, "Điểm giao dịch Chợ, Xã Đồng Xanh: tháng 6/")
		require.Contains(t, told, " không có ngày 31, nên không có phiên giao dịch nào trong tháng.")
		require.Equal(t, strings.Join(lines, "\n")+"\n", o.must("export", "calendar", "-"))

		book := filepath.Join(o.folder, "lich.xlsx")
		require.Equal(t, fmt.Sprintf("4 rows written to %s.\n", book), o.must("export", "calendar", book))
		require.Contains(t, o.must("import", "calendar", book), "0 rows added, 0 changed, 4 as they were.\n")

		var report importReport
		moved := o.file("moved.csv", calendarHeader, "xa,Chợ,30,13:00,16:00,Nhà lồng chợ,")
		require.NoError(t, json.Unmarshal([]byte(o.must("import", "calendar", moved, "--json")), &report))
		require.Equal(t, 1, report.Changed)
		require.Zero(t, report.Created)
		february := report.Conflicts[len(report.Conflicts)-1]
		for _, conflict := range report.Conflicts {
			if conflict.Kind == calendar.NoSuchDay {
				february = conflict
			}
		}
		require.Equal(t, "Chợ", february.Point)
		require.Contains(t, february.Message, "tháng 2/")
		require.Equal(t, strings.Replace(strings.Join(lines, "\n"), "Chợ,31", "Chợ,30", 1)+"\n", o.must("export", "calendar", "-"))
	})
}

func TestExportGivesTheBanksDaysToOtherCalendars(t *testing.T) {
	t.Parallel()

	o := newBank(t, storetest.SQLiteURL(t))
	o.must("import", "calendar", o.file("lich.csv", calendarHeader, "xa,Trụ sở,15,07:30,11:00,Hội trường,Chị Hoa"))
	file := filepath.Join(o.folder, "lich.ics")
	require.Equal(t, fmt.Sprintf("12 days written to %s.\n", file), o.must("export", "calendar", file))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 12, strings.Count(string(text), "BEGIN:VEVENT\r\n"))
	require.Contains(t, strings.ReplaceAll(string(text), "\r\n ", ""), "SUMMARY:Ngân hàng Chính sách xã hội giao dịch tại Xã Đồng Xanh\\, điểm Trụ sở\r\n")
}

func TestImportTellsWhatIsWrongWithTheBanksDays(t *testing.T) {
	t.Parallel()

	o := newBank(t, storetest.SQLiteURL(t))
	o.must("import", "calendar", o.file("lich.csv", calendarHeader, "xa,,15,07:30,11:00,,"))
	bad := o.file("sai.csv", calendarHeader,
		"xa,,17,07:30,11:00,,", "thon-1,,15,07:30,11:00,,", "xa,,2020-01-15,07:30,11:00,,", "xa,,18,11:00,07:30,,", "xa,,17,13:00,16:00,,")
	out, errs, exit := o.run("import", "calendar", bad)
	require.Equal(t, 1, exit)
	require.Empty(t, out)
	require.Equal(t, fmt.Sprintf(`loalang: nothing was changed, the file has 4 faults:
row 3, ma_don_vi "thon-1": Thôn Một không phải là xã, phường hay đặc khu: ghi mã của xã có điểm giao dịch này
row 4, ngay "2020-01-15": ngày này đã qua (hôm nay là %s): sửa lại, hoặc bỏ dòng này
row 5, gio_ket_thuc "07:30": giờ kết thúc phải sau giờ bắt đầu (11:00): sửa lại
row 6, ngay "17": điểm này đã có ngày 17 ở dòng 2: bỏ bớt một dòng
`, time.Now().In(time.FixedZone("", 7*60*60)).Format(time.DateOnly)), errs)
	require.Contains(t, o.must("export", "calendar", "-"), "\nxa,,15,07:30,11:00,,\n", "nothing is lost")
}

func TestServeAnswersWithTheBanksNextDay(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.addUsers(1)
	p := w.serve()
	const user = "7100000000000000001"
	folder := t.TempDir()
	for kind, lines := range map[string][]string{"units": people[0].lines, "calendar": {calendarHeader, "xa,Trụ sở,15,07:30,11:00,Hội trường,"}} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, kind+".csv"), []byte(strings.Join(lines, "\n")), 0o600))
	}
	w.must("import", "units", filepath.Join(folder, "units.csv"))
	w.must("import", "calendar", filepath.Join(folder, "calendar.csv"))
	asked := 0
	require.Eventually(t, func() bool { // running replicas take what is imported within a moment
		asked++
		return signed(t.Context(), p.url, textEvent(user, fmt.Sprint("q", asked), "bao giờ ngân hàng về xã"), testSecret) == 200 && slices.ContainsFunc(w.answers(user), func(text string) bool {
			return strings.Contains(text, "Ngân hàng Chính sách xã hội về Xã Đồng Xanh: ") && strings.Contains(text, "07:30 đến 11:00, tại Hội trường (điểm Trụ sở)")
		})
	}, patience, 500*time.Millisecond, p.log)
}
