package calendar

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReminderTexts(t *testing.T) {
	t.Parallel()

	rule := entry(t, "15", "07:30-11:00")
	rule.Place = "Nhà văn hóa thôn Một"
	c := New([]Entry{rule}, shippedHolidays(t), village)
	early := c.Due(at(t, "2027-03-12 17:00"), at(t, "2027-03-12 18:00")).Remind[0]
	const day = "Ngân hàng Chính sách xã hội về xã xa: thứ hai 15/03/2027, 07:30 đến 11:00, tại Nhà văn hóa thôn Một (điểm Trụ sở).\n"
	require.Equal(t, "Còn 3 ngày nữa, "+day+BorrowersBring, early.ForBorrowers(at(t, "2027-03-12 18:00").UTC(), communes))
	require.Equal(t, "Còn 2 ngày nữa, "+day+BorrowersBring, early.ForBorrowers(at(t, "2027-03-13 00:00"), communes), "late")
	require.Equal(t, "Ngày mai, "+day+LeadersBring, early.ForLeaders(at(t, "2027-03-14 23:59"), communes))
	require.Equal(t, "Hôm nay, "+day+LeadersBring, early.ForLeaders(at(t, "2027-03-15 06:00"), communes))

	doubt := New([]Entry{entry(t, "2", "07:30-11:00")}, shippedHolidays(t), village).Due(at(t, "2027-09-01 17:00"), at(t, "2027-09-01 18:00")).Remind[0]
	require.Equal(t, "Ngày mai là một ngày giao dịch chưa chốt, nên chưa nhắc bà con. Điểm giao dịch Trụ sở, xã xa: thứ năm 02/09/2027 là ngày nghỉ Quốc khánh.",
		doubt.ForOfficers(at(t, "2027-09-01 18:00"), communes))
	unknown := New([]Entry{entry(t, "2", "07:30-11:00")}, shippedHolidays(t), village).Due(at(t, "2031-09-01 17:00"), at(t, "2031-09-01 18:00")).Remind[0]
	require.Equal(t, "Ngày mai là một ngày giao dịch chưa chốt, nên chưa nhắc bà con. Điểm giao dịch Trụ sở, xã xa: chưa có danh sách ngày nghỉ lễ, Tết năm 2031, "+
		"nên chưa biết thứ ba 02/09/2031 có phải ngày nghỉ không.", unknown.ForOfficers(at(t, "2031-09-01 18:00"), communes))
}
