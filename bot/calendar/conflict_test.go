package calendar

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConflicts(t *testing.T) {
	t.Parallel()

	conflicts := func(from, to string, entries ...Entry) (list []string) {
		for _, c := range New(entries, shippedHolidays(t), village).Conflicts(on(t, from), on(t, to)) {
			list = append(list, c.Sentence(communes))
		}
		return list
	}
	other := func(e Entry, name string, officers ...string) Entry {
		e.Point.Name, e.Officers = name, officers
		return e
	}

	t.Run("NameHolidaysAndWhatToDo", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, []string{
			"Điểm giao dịch Trụ sở, xã xa: chủ nhật 07/02/2027 là ngày nghỉ Tết Nguyên đán. Hãy quyết định: vẫn giao dịch thì thêm dòng ngày 2027-02-07 có giờ; nghỉ thì thêm dòng ngày 2027-02-07 để trống giờ, có ngày bù thì thêm dòng cho ngày bù.",
			"Điểm giao dịch Trụ sở, xã xa: thứ năm 11/02/2027 có thể là ngày nghỉ (trước và sau Tết Nguyên đán; Nhà nước công bố từng năm). Hãy quyết định: vẫn giao dịch thì thêm dòng ngày 2027-02-11 có giờ; nghỉ thì thêm dòng ngày 2027-02-11 để trống giờ, có ngày bù thì thêm dòng cho ngày bù.",
		}, conflicts("2027-01-01", "2027-12-31", entry(t, "7", "07:30-11:00"), entry(t, "11", "07:30-11:00")))
		require.Empty(t, conflicts("2027-01-01", "2027-12-31", entry(t, "7", "07:30-11:00"), entry(t, "2027-02-07", ""), entry(t, "2027-02-15", "07:30-11:00")))
	})

	t.Run("NameTheMonthsWithoutThe31st", func(t *testing.T) {
		t.Parallel()

		all := conflicts("2027-01-01", "2027-12-31", entry(t, "31", "07:30-11:00"), entry(t, "2027-04-29", "07:30-11:00"), entry(t, "2027-06-30", ""))
		require.Equal(t, []string{
			"Điểm giao dịch Trụ sở, xã xa: tháng 2/2027 không có ngày 31, nên không có phiên giao dịch nào trong tháng. Nếu có thì thêm dòng cho một ngày cụ thể; nếu không thì thêm dòng ngày 2027-02-28 để trống giờ.",
			"Điểm giao dịch Trụ sở, xã xa: tháng 9/2027 không có ngày 31, nên không có phiên giao dịch nào trong tháng. Nếu có thì thêm dòng cho một ngày cụ thể; nếu không thì thêm dòng ngày 2027-09-30 để trống giờ.",
			"Điểm giao dịch Trụ sở, xã xa: tháng 11/2027 không có ngày 31, nên không có phiên giao dịch nào trong tháng. Nếu có thì thêm dòng cho một ngày cụ thể; nếu không thì thêm dòng ngày 2027-11-30 để trống giờ.",
		}, all)
	})

	t.Run("NameEachUnknownYearOnce", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, []string{
			"Năm 2031: chưa có danh sách ngày nghỉ lễ, Tết, nên chưa biết ngày giao dịch nào bị trùng. Hãy cập nhật chương trình, hoặc ghi từng ngày cụ thể của năm đó.",
		}, conflicts("2030-12-01", "2031-12-31", entry(t, "15", "07:30-11:00"), other(entry(t, "16", "07:30-11:00"), "")))
	})

	t.Run("NameTablesThatAreOpenAtOnce", func(t *testing.T) {
		t.Parallel()

		morning, market := entry(t, "15", "07:30-11:00"), other(entry(t, "15", "10:30-12:00"), "Chợ")
		require.Equal(t, []string{
			"Điểm giao dịch Chợ, xã xa và điểm giao dịch Trụ sở, xã xa: trùng giờ vào thứ hai 15/03/2027, cùng một xã. Nếu đúng như vậy thì để nguyên, nếu không thì sửa ngày hoặc giờ.",
		}, conflicts("2027-03-01", "2027-06-30", morning, market), "each two only once")
		require.Empty(t, conflicts("2027-03-01", "2027-06-30", morning, other(entry(t, "15", "11:00-12:00"), "Chợ")))
		morning.Officers = []string{"Anh Nam", "Chị Hoa"}
		elsewhere := other(morning, "", "Chị Hoa")
		elsewhere.Unit = "xa-2"
		require.Equal(t, []string{
			"Điểm giao dịch Trụ sở, xã xa và điểm giao dịch xã xa-2: trùng giờ vào thứ hai 15/03/2027, cùng cán bộ Chị Hoa. Nếu đúng như vậy thì để nguyên, nếu không thì sửa ngày hoặc giờ.",
		}, conflicts("2027-03-01", "2027-06-30", morning, elsewhere))
		elsewhere.Officers = []string{"Anh Tư"}
		require.Empty(t, conflicts("2027-03-01", "2027-06-30", morning, elsewhere))
	})
}
