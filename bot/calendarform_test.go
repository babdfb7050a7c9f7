package bot

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/sheet"
)

const calendarHeader = "ma_don_vi,diem,ngay,gio_bat_dau,gio_ket_thuc,dia_diem,can_bo"

// formDay is a day of the known commune.
func formDay(point string, when calendar.When, hours calendar.Hours) TransactionDay {
	return TransactionDay{OAID: formOA, Entry: calendar.Entry{Point: calendar.Point{Unit: "xa", Name: point}, When: when, Hours: hours}}
}

func TestCalendarForm(t *testing.T) {
	t.Parallel()

	morning := calendar.Hours{From: 7*60 + 30, To: 11 * 60}
	closedDay := formDay("Trụ sở", calendar.When{Date: calendar.Date{Year: 2027, Month: 2, Day: 15}}, calendar.Hours{})

	t.Run("ReadsRulesAndDates", func(t *testing.T) {
		t.Parallel()

		days, faults := readForm(t, CalendarForm, formKnown(), calendarHeader,
			"xa,Trụ sở,15,7:30,11h,Nhà văn hóa,Chị Hoa; Anh Nam", "xa,Trụ sở,2027-02-15,,,,", "xa,Trụ sở,17/2/2027,07:30,11:00,,", "xa,,31,07:30,11:00,,")
		require.Empty(t, faults)
		rule := formDay("Trụ sở", calendar.When{Monthly: 15}, morning)
		rule.Place, rule.Officers = "Nhà văn hóa", []string{"Anh Nam", "Chị Hoa"}
		require.Equal(t, []TransactionDay{
			rule, closedDay, formDay("Trụ sở", calendar.When{Date: calendar.Date{Year: 2027, Month: 2, Day: 17}}, morning),
			formDay("", calendar.When{Monthly: 31}, morning),
		}, days)
	})

	t.Run("ReadsWhatSpreadsheetsKeepAsDatesAndTimes", func(t *testing.T) {
		t.Parallel()

		book := excelize.NewFile()
		for cell, value := range map[string]any{
			"A1": "Mã đơn vị", "B1": "Điểm", "C1": "Ngày", "D1": "Giờ bắt đầu", "E1": "Giờ kết thúc", "F1": "Địa điểm", "G1": "Cán bộ",
			"A2": "xa", "C2": 15, "D2": 0.3125, "E2": 0.75,
			"A3": "xa", "C3": time.Date(2027, 2, 17, 0, 0, 0, 0, time.UTC), "D3": "7h30", "E3": "11h",
		} {
			require.NoError(t, book.SetCellValue("Sheet1", cell, value))
		}
		style, err := book.NewStyle(&excelize.Style{NumFmt: 20}) // h:mm
		require.NoError(t, err)
		require.NoError(t, book.SetCellStyle("Sheet1", "D2", "E2", style))
		path := filepath.Join(t.TempDir(), "lich.xlsx")
		require.NoError(t, book.SaveAs(path))
		known := formKnown()
		known.Zone, err = time.LoadLocation("Asia/Ho_Chi_Minh")
		require.NoError(t, err)
		var days []TransactionDay
		var faults sheet.Faults
		for day, err := range CalendarForm.Read(path, known, &faults) {
			require.NoError(t, err, "%v", faults)
			days = append(days, day)
		}
		require.Equal(t, []TransactionDay{
			formDay("", calendar.When{Monthly: 15}, calendar.Hours{From: 7*60 + 30, To: 18 * 60}),
			formDay("", calendar.When{Date: calendar.Date{Year: 2027, Month: 2, Day: 17}}, morning),
		}, days)
	})

	t.Run("TakesItsOwnExportBackWhenDatesHavePassed", func(t *testing.T) {
		t.Parallel()

		known := formKnown()
		past := formDay("", calendar.When{Date: calendar.Date{Year: 2026, Month: 11, Day: 25}}, morning)
		known.TransactionDays = []TransactionDay{past}
		days, faults := readForm(t, CalendarForm, known, calendarHeader, "xa,,2026-11-25,07:30,11:00,,")
		require.Empty(t, faults)
		require.Equal(t, []TransactionDay{past}, days)
		_, faults = readForm(t, CalendarForm, known, calendarHeader, "xa,,2026-11-25,07:30,11:30,,")
		require.Equal(t, []string{`row 2, ngay "2026-11-25": ngày này đã qua (hôm nay là 2026-11-26): sửa lại, hoặc bỏ dòng này`}, faults)
	})

	t.Run("ClosesADayThatTheDatabaseKnows", func(t *testing.T) {
		t.Parallel()

		known := formKnown()
		known.TransactionDays = []TransactionDay{formDay("Trụ sở", calendar.When{Monthly: 15}, morning)}
		days, faults := readForm(t, CalendarForm, known, calendarHeader, "xa,Trụ sở,2027-02-15,,,,")
		require.Empty(t, faults)
		require.Equal(t, []TransactionDay{closedDay}, days)
		_, faults = readForm(t, CalendarForm, known, calendarHeader, "xa,Trụ sở,17,07:30,11:00,,", "xa,Trụ sở,2027-02-15,,,,")
		require.Equal(t, []string{
			`row 3, gio_bat_dau "": còn trống, nhưng điểm này vốn không giao dịch ngày 2027-02-15: ghi giờ nếu là ngày bù, hoặc bỏ dòng này`,
		}, faults, "the file moves it away")
	})

	t.Run("StopsAPoint", func(t *testing.T) {
		t.Parallel()

		days, faults := readForm(t, CalendarForm, formKnown(), calendarHeader, "xa,Trụ sở,ngừng,,,,")
		require.Empty(t, faults)
		require.Equal(t, []TransactionDay{formDay("Trụ sở", calendar.When{}, calendar.Hours{})}, days)
	})

	for name, c := range map[string]struct{ rows, fault string }{
		"AStopWithHours":     {"xa,,ngừng,07:30,11:00,,", `row 2, gio_bat_dau "07:30": điểm ngừng giao dịch thì để trống giờ`},
		"AStopBesideADay":    {"xa,,ngừng,,,,\nxa,,15,07:30,11:00,,", `row 2, ngay "ngừng": điểm này vừa ngừng vừa có ngày hằng tháng trong cùng một tệp: bỏ bớt một dòng`},
		"NoCommune":          {",Trụ sở,15,07:30,11:00,,", `row 2, ma_don_vi "": còn trống: điểm giao dịch phải thuộc một xã, ghi mã của xã`},
		"AnUnknownCommune":   {"xa-9,Trụ sở,15,07:30,11:00,,", `row 2, ma_don_vi "xa-9": không có đơn vị nào mang mã này: sửa lại mã, hoặc nhập danh sách đơn vị trước`},
		"AVillage":           {"thon-1,Trụ sở,15,07:30,11:00,,", `row 2, ma_don_vi "thon-1": Thôn Một không phải là xã, phường hay đặc khu: ghi mã của xã có điểm giao dịch này`},
		"TheSameDayTwice":    {"xa,Chợ,15,07:30,11:00,,\nxa,Chợ,15,13:00,16:00,,", `row 3, ngay "15": điểm này đã có ngày 15 ở dòng 2: bỏ bớt một dòng`},
		"ADayThatIsNone":     {"xa,,32,07:30,11:00,,", `row 2, ngay "32": không có ngày này trong tháng: ghi từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15`},
		"The31stOfFebruary":  {"xa,,2027-02-31,07:30,11:00,,", `row 2, ngay "2027-02-31": tháng 2/2027 chỉ có 28 ngày, không có ngày 31: sửa lại, hoặc bỏ dòng này`},
		"ADateInThePast":     {"xa,,2026-11-25,07:30,11:00,,", `row 2, ngay "2026-11-25": ngày này đã qua (hôm nay là 2026-11-26): sửa lại, hoặc bỏ dòng này`},
		"AnEndBeforeItsTime": {"xa,,15,11:00,07:30,,", `row 2, gio_ket_thuc "07:30": giờ kết thúc phải sau giờ bắt đầu (11:00): sửa lại`},
		"NoTimeAtAll":        {"xa,,15,07:30,07:30,,", `row 2, gio_ket_thuc "07:30": giờ kết thúc phải sau giờ bắt đầu (07:30): sửa lại`},
		"ABeginAlone":        {"xa,,2027-02-15,07:30,,,", `row 2, gio_ket_thuc "": còn trống: ghi cả giờ bắt đầu và giờ kết thúc, hoặc để trống cả hai nếu ngày đó không giao dịch`},
		"ARuleWithoutHours":  {"xa,,15,,,,", `row 2, gio_bat_dau "": còn trống: ngày giao dịch hằng tháng phải có giờ bắt đầu và giờ kết thúc`},
		"HoursThatAreNone":   {"xa,,15,sáng,11:00,,", `row 2, gio_bat_dau "sáng": không phải giờ: ghi như 7:30 hoặc 7h30`},
		"ADateWithoutHours":  {"xa,,15,07:30,11:00,,\nxa,,2027-02-17,,,,", `row 3, gio_bat_dau "": còn trống, nhưng điểm này vốn không giao dịch ngày 2027-02-17: ghi giờ nếu là ngày bù, hoặc bỏ dòng này`},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			t.Parallel()

			_, faults := readForm(t, CalendarForm, formKnown(), calendarHeader, c.rows)
			require.Equal(t, []string{c.fault}, faults)
		})
	}
}
