package calendar

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseWhen(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"1": "1", "15": "15", "015": "15", "31": "31", "2027-02-15": "2027-02-15", "2027-2-5": "2027-02-05", "5/2/2027": "2027-02-05",
		"05-02-2027": "2027-02-05", "29.2.2028": "2028-02-29", "2027-02-15T00:00:00+07:00": "2027-02-15",
		"ngừng": "ngừng", "Ngừng": "ngừng", "NGUNG": "ngừng",
	} {
		when, err := ParseWhen(text)
		require.NoError(t, err, text)
		require.Equal(t, want, when.String(), text)
	}
	for text, want := range map[string]string{
		"":           "không phải ngày: ghi ngày trong tháng từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15",
		"rằm":        "không phải ngày: ghi ngày trong tháng từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15",
		"15/2":       "không phải ngày: ghi ngày trong tháng từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15",
		"-5":         "không phải ngày: ghi ngày trong tháng từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15",
		"0":          "không có ngày này trong tháng: ghi từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15",
		"32":         "không có ngày này trong tháng: ghi từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15",
		"2027":       "không có ngày này trong tháng: ghi từ 1 đến 31, hoặc một ngày cụ thể như 2027-02-15",
		"0207-02-15": "năm 207 không đúng: sửa lại năm",
		"2027-13-01": "không có tháng 13: ghi năm-tháng-ngày, như 2027-02-15",
		"2027-02-31": "tháng 2/2027 chỉ có 28 ngày, không có ngày 31: sửa lại, hoặc bỏ dòng này",
		"31/4/2027":  "tháng 4/2027 chỉ có 30 ngày, không có ngày 31: sửa lại, hoặc bỏ dòng này",
		"2027-12-32": "tháng 12/2027 chỉ có 31 ngày, không có ngày 32: sửa lại, hoặc bỏ dòng này",
		"2027-12-00": "tháng 12/2027 chỉ có 31 ngày, không có ngày 0: sửa lại, hoặc bỏ dòng này",
	} {
		_, err := ParseWhen(text)
		require.EqualError(t, err, want, text)
	}
}

func TestParseClock(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"7:30": "07:30", "07:30": "07:30", "7h30": "07:30", "7H": "07:00", "7 giờ 30": "07:30", "7 GIỜ": "07:00", "13g15": "13:15", "7": "07:00",
		"0:00": "00:00", "23:59": "23:59", "7:30:00": "07:30", "1899-12-31T07:30:00+07:06": "07:30",
	} {
		minutes, err := ParseClock(text)
		require.NoError(t, err, text)
		require.Equal(t, want, ClockText(minutes), text)
	}
	for text, want := range map[string]string{
		"": "không phải giờ: ghi như 7:30 hoặc 7h30", "sáng": "không phải giờ: ghi như 7:30 hoặc 7h30", "7:3": "không phải giờ: ghi như 7:30 hoặc 7h30",
		"7:": "không phải giờ: ghi như 7:30 hoặc 7h30", "7::00": "không phải giờ: ghi như 7:30 hoặc 7h30", "730": "không phải giờ: ghi như 7:30 hoặc 7h30",
		"24:00": "không có giờ này: giờ từ 0 đến 23, phút từ 0 đến 59", "7:60": "không có giờ này: giờ từ 0 đến 23, phút từ 0 đến 59",
	} {
		_, err := ParseClock(text)
		require.EqualError(t, err, want, text)
	}
}
