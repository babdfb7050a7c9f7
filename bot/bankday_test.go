package bot

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/configs"
)

type fixedDays []TransactionDay

func (d fixedDays) TransactionDays(context.Context) ([]TransactionDay, error) { return d, nil }

// bankUnits are a province with two communes and a village of one of them.
var bankUnits = []Unit{
	{OAID: theOA, Code: "tinh", Kind: UnitProvince, Name: "Tỉnh Núi"},
	{OAID: theOA, Code: "DX", Kind: UnitCommune, Name: "Xã Đồng Xanh", ParentCode: "tinh", OldNames: []string{"Xã Đồng Hạ"}},
	{OAID: theOA, Code: "SD", Kind: UnitCommune, Name: "Xã Suối Đá", ParentCode: "tinh"},
	{OAID: theOA, Code: "xom", Kind: UnitThon, Name: "Thôn Một", ParentCode: "DX"},
}

// bankChat is a talk with a bot that knows bank days: of a unit, on these days.
func bankChat(t *testing.T, days map[string]string) *chat {
	t.Helper()
	c := newChat(t, func(st *fixedStore) {
		st.units = bankUnits
		st.content.Entries = append(slices.Clone(st.content.Entries), routerEntry("vay-von", entryBankDays, "Ngày nào ngân hàng về xã?",
			"bao giờ ngân hàng về xã", "lịch giao dịch", "ngày giao dịch của ngân hàng chính sách"))
	})
	var known fixedDays
	for unit, text := range days {
		when, err := calendar.ParseWhen(text)
		require.NoError(t, err)
		known = append(known, TransactionDay{OAID: theOA, Entry: calendar.Entry{
			Point: calendar.Point{Unit: unit, Name: "Trụ sở"}, When: when, Hours: calendar.Hours{From: 7*60 + 30, To: 11 * 60}, Place: "Hội trường",
		}})
	}
	holidays, err := calendar.ParseHolidays("holidays.yaml", configs.Holidays)
	require.NoError(t, err)
	c.bot.calendars = NewCalendars(known, holidays, c.now.Location())
	require.NoError(t, c.bot.calendars.Reload(t.Context()))
	c.now = time.Date(2027, 3, 1, 8, 0, 0, 0, c.now.Location())
	return c
}

func TestBankDays(t *testing.T) {
	t.Parallel()

	const (
		greenDay  = "Ngân hàng Chính sách xã hội về Xã Đồng Xanh: thứ hai 15/03/2027, 07:30 đến 11:00, tại Hội trường (điểm Trụ sở).\n" + calendar.BorrowersBring + "\n" + textBankSource
		stonesDay = "Ngân hàng Chính sách xã hội về Xã Suối Đá: thứ bảy 20/03/2027, 07:30 đến 11:00, tại Hội trường (điểm Trụ sở).\n" + calendar.BorrowersBring + "\n" + textBankSource
		general   = "Trả lời " + entryBankDays + ".\n\nNguồn: Công an xã. Kiểm tra ngày 01/11/2026."
	)
	both := map[string]string{"DX": "15", "SD": "20"}

	t.Run("AreThoseOfTheAskersCommune", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"lịch giao dịch", "LICH GIAO DICH", "bao giờ ngân hàng về xã", "bao gio ngan hang ve xa"} {
			c := bankChat(t, both)
			c.in.Resident.UnitCode = "xom"
			decision, answer := c.say(text)
			require.Equal(t, "answer", decision, text)
			require.Equal(t, greenDay, answer.Text, text)
			_, answer = c.say("1")
			require.Equal(t, general, answer.Text, "the whole answer is one tap away")
		}
	})

	t.Run("AskForTheCommuneWhenItIsUnknown", func(t *testing.T) {
		t.Parallel()

		for reply, want := range map[string]string{
			"1": greenDay, "2": stonesDay, "#lich SD": stonesDay, "Suối Đá": stonesDay, "xa suoi da": stonesDay, "Đồng Hạ": greenDay, "lịch giao dịch suối đá": stonesDay,
		} {
			c := bankChat(t, both)
			_, answer := c.say("bao giờ ngân hàng về xã")
			require.Equal(t, Message{Text: textWhichCommune, Choices: []Choice{
				{Title: "Xã Đồng Xanh", Payload: "#lich DX"}, {Title: "Xã Suối Đá", Payload: "#lich SD"},
			}}, answer)
			_, answer = c.say(reply)
			require.Equal(t, want, answer.Text, reply)
		}
		_, answer := bankChat(t, both).say("lịch giao dịch Đồng Xanh")
		require.Equal(t, greenDay, answer.Text)
		_, answer = bankChat(t, map[string]string{"SD": "20"}).say("lịch giao dịch")
		require.Equal(t, stonesDay, answer.Text, "there is only one to ask for")
	})

	t.Run("InDoubtAreNotPromised", func(t *testing.T) {
		t.Parallel()

		c := bankChat(t, map[string]string{"DX": "2"})
		c.now = time.Date(2027, 8, 1, 8, 0, 0, 0, c.now.Location())
		_, answer := c.say("lịch giao dịch")
		require.NotContains(t, answer.Text, "Theo lịch, ")
		for now, want := range map[string]string{
			"2027-08-20": "thứ năm 02/09/2027, 07:30 đến 11:00, tại Hội trường (điểm Trụ sở). Nhưng ngày này trùng ngày nghỉ Quốc khánh, ngân hàng chưa báo có dời hay không.",
			"2031-08-01": "thứ bảy 02/08/2031, 07:30 đến 11:00, tại Hội trường (điểm Trụ sở). Nhưng ngày này có thể trùng ngày nghỉ lễ, ngân hàng chưa báo có dời hay không.",
		} {
			var err error
			c.now, err = time.ParseInLocation(time.DateOnly, now, c.now.Location())
			require.NoError(t, err)
			_, answer = c.say("lịch giao dịch")
			require.Contains(t, answer.Text, "Theo lịch, Ngân hàng Chính sách xã hội về Xã Đồng Xanh: "+want)
		}
	})

	t.Run("ThatNobodyKnowsLeaveTheGeneralAnswer", func(t *testing.T) {
		t.Parallel()

		_, answer := bankChat(t, nil).say("lịch giao dịch")
		require.Equal(t, general, answer.Text)
		c := bankChat(t, map[string]string{"SD": "20"})
		c.in.Resident.UnitCode = "xom"
		_, answer = c.say("lịch giao dịch")
		require.Equal(t, general, answer.Text, "another commune's day is none of theirs")
	})

	t.Run("SayThatTheyAreInVietnamese", func(t *testing.T) {
		t.Parallel()

		c := bankChat(t, both)
		c.in.Resident.UnitCode, c.in.Resident.Language = "xom", "rad"
		_, answer := c.say("lịch giao dịch")
		require.Equal(t, untranslated("rad")+"\n"+greenDay, answer.Text)
	})
}

func TestBankDaysAreAskedForInTheShippedContent(t *testing.T) {
	t.Parallel()

	content, err := faq.Load(configs.FAQ, "*.yaml")
	require.NoError(t, err)
	for _, e := range content.Entries {
		if e.ID == entryBankDays {
			require.Equal(t, "Xã này", e.Ask.Branches[0].Title, "the first case is the asker's own commune")
			return
		}
	}
	t.Fatal("the entry is gone: correct entryBankDays")
}
