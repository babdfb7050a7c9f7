package schedule

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()

	const canWrite = `. Có thể viết: "hằng ngày 7:00", "thứ 2, thứ 5 hằng tuần 18:00", "ngày 15 hằng tháng lúc 8h", "hằng tháng ngày cuối 8:00", ` +
		`thêm "đến hết 31/12/2026" nếu có ngày kết thúc, hoặc cron năm trường như "0 7 * * 1-5".`
	for _, tt := range []struct{ spec, piece, why string }{
		{"", "", "lịch còn trống"},
		{"   ", "", "lịch còn trống"},
		{"7:00", "", "thiếu hằng ngày, hằng tuần hoặc hằng tháng"},
		{"thứ 2", "thứ 2", "thiếu chữ hằng tuần; chỉ gửi một lần thì đặt giờ hẹn"},
		{"hằng ngày", "", "thiếu giờ, ví dụ 7:00"},
		{"hằng tuần 7:00", "", "thiếu thứ trong tuần, ví dụ thứ hai"},
		{"hằng tuần thứ hai", "", "thiếu giờ, ví dụ 7:00"},
		{"hằng tháng 7:00", "", "thiếu ngày trong tháng, ví dụ ngày 15 hoặc ngày cuối"},
		{"hằng tháng ngày 15", "", "thiếu giờ, ví dụ 7:00"},
		{"thứ hai 7:00", "thứ hai", "thiếu chữ hằng tuần; chỉ gửi một lần thì đặt giờ hẹn"},
		{"ngày 15 7:00", "ngày 15", "thiếu chữ hằng tháng; chỉ gửi một lần thì đặt giờ hẹn"},
		{"hằng ngày thứ hai 7h", "thứ hai", "hằng ngày thì không có thứ hay ngày riêng; viết hằng tuần hoặc hằng tháng"},
		{"hằng ngày ngày 15 7h", "ngày 15", "hằng ngày thì không có thứ hay ngày riêng; viết hằng tuần hoặc hằng tháng"},
		{"hằng tuần ngày 15 7h", "ngày 15", "hằng tuần thì viết thứ; ngày trong tháng thì viết hằng tháng"},
		{"hằng tháng thứ hai 7h", "thứ hai", "hằng tháng thì viết ngày trong tháng; thứ thì viết hằng tuần"},
		{"hằng tuần thứ hai ngày 15 7h", "thứ hai", "một lịch chỉ theo thứ hoặc theo ngày trong tháng, không cả hai"},
		{"hằng ngày hằng tuần 7h", "hằng tuần", "trước đó đã viết hằng ngày, một lịch chỉ có một cách lặp lại"},
		{"hằng tuần thứ 8 7h", "thứ 8", "không có thứ này, chỉ có thứ hai (2) đến thứ bảy (7) và chủ nhật"},
		{"hằng tuần thứ 1 7h", "thứ 1", "không có thứ này, chỉ có thứ hai (2) đến thứ bảy (7) và chủ nhật"},
		{"hằng tuần thứ 7h", "thứ", "thiếu thứ mấy, ví dụ thứ hai hoặc thứ 2"},
		{"hằng tuần thứ 7:00", "thứ", "thiếu thứ mấy, ví dụ thứ hai hoặc thứ 2"},
		{"hằng tuần chủ 7h", "chủ", "không hiểu chữ này trong lịch"},
		{"hằng tháng ngày 32 7h", "ngày 32", "không có ngày này, chỉ có ngày 1 đến 31"},
		{"hằng tháng ngày 0 7h", "ngày 0", "không có ngày này, chỉ có ngày 1 đến 31"},
		{"hằng tháng ngày 7h", "ngày", "thiếu ngày mấy, ví dụ ngày 15; mỗi ngày thì viết hằng ngày"},
		{"hằng tháng ngày 20 đến 10 7h", "đến 10", "khoảng ngày phải từ nhỏ đến lớn"},
		{"hằng ngày 24:00", "24:00", "giờ chỉ từ 0 đến 23"},
		{"hằng ngày 25h", "25h", "giờ chỉ từ 0 đến 23"},
		{"hằng ngày 7:60", "7:60", "phút chỉ từ 0 đến 59"},
		{"hằng ngày 7h75", "7h75", "phút chỉ từ 0 đến 59"},
		{"hằng ngày 7:5", "7:5", "sau dấu hai chấm cần đúng hai chữ số phút, ví dụ 7:00"},
		{"hằng ngày 7:", "7:", "sau dấu hai chấm cần đúng hai chữ số phút, ví dụ 7:00"},
		{"hằng ngày 7:00:00", "7:00:00", "giờ không có giây, viết 7:00"},
		{"hằng ngày 7h kém 15", "7h kém 15", "giờ kém thì viết bằng số, ví dụ 6:45"},
		{"hằng ngày 7:00 PM", "7:00 PM", "viết giờ từ 0 đến 23, hoặc thêm sáng, trưa, chiều, tối"},
		{"hằng ngày 13h sáng", "13h sáng", "buổi sáng không có giờ này"},
		{"hằng ngày 8h chiều", "8h chiều", "buổi chiều không có giờ này"},
		{"hằng ngày 12h đêm", "12h đêm", "buổi đêm không có giờ này"},
		{"hằng ngày buổi sáng", "sáng", "thiếu giờ cho buổi này, ví dụ 7h sáng"},
		{"hằng ngày sáng chiều 7h", "sáng", "thiếu giờ cho buổi này, ví dụ 7h sáng"},
		{"hằng ngày 7", "7", "không rõ số này là gì; giờ thì viết 7:00 hoặc 7h, ngày thì viết ngày 15, thứ thì viết thứ 2"},
		{"hằng ngày 7h đến 9h", "đến", "khoảng chỉ có giữa hai thứ hoặc hai ngày; ngày kết thúc viết đến hết 31/12/2026"},
		{"hằng ngày từ 7h", "từ", "không rõ từ lúc nào đến lúc nào; khoảng thì viết thứ hai đến thứ sáu, còn giờ thì từng giờ một"},
		{"hằng ngày lúc 7.30", "7.30", "giữa giờ và phút viết dấu hai chấm, ví dụ 7:30"},
		{"hằng ngày sớm", "sớm", "không hiểu chữ này trong lịch"},
		{"hằng ngày lúc bảy giờ", "bảy", "không rõ là gì; thứ thì viết thứ bảy, giờ thì viết bằng số"},
		{"hằng ngày giờ 7", "giờ", "thiếu số giờ, ví dụ 7 giờ"},
		{"hằng ngày 7h trừ chủ nhật", "trừ", "không có ngày trừ ra; viết những ngày có, ví dụ thứ hai đến thứ bảy hằng tuần"},
		{"thứ hai tới thứ sáu hằng tuần 7h", "tới", "buổi thì viết ngay sau giờ, ví dụ 7h tối; khoảng thì viết thứ hai đến thứ sáu"},
		{"thứ hai đầu tiên hằng tháng 7h", "đầu tiên", "chưa có lịch theo thứ đầu hay cuối tháng; viết ngày trong tháng"},
		{"cuối tuần 7h", "cuối tuần", "viết rõ thứ, ví dụ thứ bảy, chủ nhật hằng tuần"},
		{"7h hằng tuần thứ 2 đến", "đến", "thiếu phần cuối của khoảng, ví dụ thứ hai đến thứ sáu"},
		{"thứ 2 đến hằng tuần 7h", "hằng", "thiếu thứ ở đây"},
		{"ngày 2 - hằng tháng 7h", "hằng", "thiếu ngày ở đây"},
		{"ngày 2 đến 32 hằng tháng 7h", "32", "không có ngày này, chỉ có ngày 1 đến 31"},
		{"ngày cuối năm 7h", "cuối năm", "chưa có lịch như vậy; viết bằng cron, ví dụ 7:00 ngày 31/12 hằng năm là 0 7 31 12 *"},
		{"ngày rằm hằng tháng 7h", "rằm", "chưa có lịch âm, chỉ có ngày dương lịch"},
		{"mùng 1 hằng tháng 7h", "mùng", "chưa có lịch âm, chỉ có ngày dương lịch"},
		{"ngày 15 âm lịch hằng tháng 7h", "âm", "chưa có lịch âm, chỉ có ngày dương lịch"},
		{"ngày 2/9 hằng năm 7h", "ngày 2/9", "chưa có lịch hằng năm; viết bằng cron, ví dụ 7:00 ngày 2/9 hằng năm là 0 7 2 9 *"},
		{"7h 2/9", "/", "lịch lặp lại không có ngày/tháng; ngày trong tháng thì viết ngày 15 hằng tháng"},
		{"ngày 2 tháng 9 7h", "tháng 9", "chưa có lịch hằng năm; viết bằng cron, ví dụ 7:00 ngày 2/9 hằng năm là 0 7 2 9 *"},
		{"hằng năm 7h", "hằng năm", "chưa có lịch hằng năm; viết bằng cron, ví dụ 7:00 ngày 2/9 hằng năm là 0 7 2 9 *"},
		{"hằng giờ", "hằng giờ", "lịch dày như vậy viết bằng cron, ví dụ 0 * * * * là đầu mỗi giờ"},
		{"mỗi sáng 7h", "mỗi", "thiếu ngày, tuần hoặc tháng sau chữ này"},
		{"tuần thứ hai 7h", "tuần", "viết hằng tuần hoặc mỗi tuần"},
		{"tháng ngày 15 7h", "tháng", "viết hằng tháng hoặc mỗi tháng"},
		{"hằng ngày @ 7h", "@", "không hiểu dấu này trong lịch"},
		{"ежедневно 7h", "ежедневно", "không hiểu chữ này trong lịch"},
		{"hằng ngày 7:00 đến hết", "đến hết", "ngày kết thúc viết là ngày/tháng/năm"},
		{"hằng ngày 7:00 đến hết năm 2026", "đến hết năm 2026", "ngày kết thúc viết là ngày/tháng/năm"},
		{"hằng ngày 7:00 đến hết 31/2/2026", "đến hết 31/2/2026", "trên lịch không có ngày này"},
		{"hằng ngày 7:00 đến hết 31/12/26", "đến hết 31/12/26", "năm phải từ 1970 đến 9998"},
		{"hằng ngày 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h 1h", "", "nhiều nhất 24 giờ trong một lịch"},
		{"0 7 * *", "0 7 * *", "cron cần đúng năm trường phút, giờ, ngày, tháng, thứ, ở đây có 4"},
		{"0 7 * * * *", "0 7 * * * *", "cron cần đúng năm trường phút, giờ, ngày, tháng, thứ, ở đây có 6"},
		{"0 7", "0 7", "cron cần đúng năm trường phút, giờ, ngày, tháng, thứ, ở đây có 2"},
		{"60 7 * * *", "60", "trường phút của cron là số từ 0 đến 59, khoảng như a-b, bước như */n, hoặc *"},
		{"0 24 * * *", "24", "trường giờ của cron là số từ 0 đến 23, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 32 * *", "32", "trường ngày của cron là số từ 1 đến 31, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 0 * *", "0", "trường ngày của cron là số từ 1 đến 31, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 * 13 *", "13", "trường tháng của cron là số từ 1 đến 12, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 * * 7", "7", "trường thứ của cron là số từ 0 đến 6, chủ nhật là 0, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 * * thu-mon", "thu-mon", "trường thứ của cron là số từ 0 đến 6, chủ nhật là 0, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 * * thứ", "thứ", "trường thứ của cron là số từ 0 đến 6, chủ nhật là 0, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 1, * *", "1,", "trường ngày của cron là số từ 1 đến 31, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 *-5 * *", "*-5", "trường ngày của cron là số từ 1 đến 31, khoảng như a-b, bước như */n, hoặc *"},
		{"*/0 7 * * *", "*/0", "trường phút của cron là số từ 0 đến 59, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 L * *", "L", "trường ngày của cron là số từ 1 đến 31, khoảng như a-b, bước như */n, hoặc *"},
		{"0 7 30 2 *", "0 7 30 2 *", "không bao giờ đến ngày này"},
		{"0 7 31 2,4,6 *", "0 7 31 2,4,6 *", "không bao giờ đến ngày này"},
		{"@every 1h", "@every 1h", "không nhận @every, vì nó đếm từ lúc chương trình khởi động nên mỗi máy và mỗi lần khởi động một khác"},
		{"@every", "@every", "không nhận @every, vì nó đếm từ lúc chương trình khởi động nên mỗi máy và mỗi lần khởi động một khác"},
		{"@reboot", "@reboot", "không có lịch này; chỉ có @hourly, @daily, @weekly, @monthly, @yearly"},
		{"TZ=UTC 0 7 * * *", "TZ=UTC", "không nhận múi giờ riêng, lịch luôn theo giờ của làng"},
		{"CRON_TZ=Asia/Tokyo 0 7 * * *", "CRON_TZ=Asia/Tokyo", "không nhận múi giờ riêng, lịch luôn theo giờ của làng"},
		{"TZ=", "TZ=", "không nhận múi giờ riêng, lịch luôn theo giờ của làng"},
		{"1969-12-31T07:00:00Z", "1969-12-31T07:00:00Z", "năm phải từ 1970 đến 9998"},
	} {
		t.Run(tt.spec, func(t *testing.T) {
			t.Parallel()

			_, err := Parse(tt.spec, village(t))
			message := tt.why + canWrite
			if tt.piece != "" {
				message = strconv.Quote(tt.piece) + ": " + message
			}
			require.EqualError(t, err, message)
			var fault *Fault
			require.ErrorAs(t, err, &fault)
		})
	}

	t.Run("WhatIsTooLong", func(t *testing.T) {
		t.Parallel()

		_, err := Parse(strings.Repeat("hằng ngày ", 1000), village(t))
		require.EqualError(t, err, `"hằng ngày hằng ngày hằng ngày hằng ngày …": lịch quá dài, nhiều nhất 1000 ký tự`+canWrite)
	})
}
