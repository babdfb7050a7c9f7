package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo"
)

// taps lets an operator tap the button with a title under the last message.
func (d *desk) taps(user, title string) bot.Message {
	d.t.Helper()
	told := d.told(user)
	last := told[len(told)-1]
	for _, c := range last.Choices {
		if c.Title == title {
			return d.says(user, c.Payload)
		}
	}
	require.Fail(d.t, "no such button", "%q under %q: %v", title, last.Text, last.Choices)
	return bot.Message{}
}

// sent are the announcements of the account, the latest first.
func (d *desk) sent() []bot.Announcement {
	d.t.Helper()
	list, err := d.db.Announcements(d.t.Context(), oaID)
	require.NoError(d.t, err)
	return list
}

// freeText is the one kind where nothing else is said, worded are kinds with fields.
var (
	freeText = notice.Kind{
		ID: "general", Title: "Tin tự viết", Urgency: "normal", UsefulFor: 7 * 24 * time.Hour, Bodies: map[string]string{"vi": "{text}"},
		Fields: []notice.Field{{ID: "text", Label: "Nội dung", Question: "Anh/chị nhắn nội dung tin, viết như nói với bà con.", Required: true, Type: notice.TypeParagraph}},
	}
	worded = notice.New(
		notice.Kind{
			ID: "disease", Title: "Dịch bệnh vật nuôi", Urgency: "normal", Topic: "livestock", UsefulFor: 7 * 24 * time.Hour,
			Bodies: map[string]string{"vi": "disease {animal} tại {place}\n{day}"},
			Fields: []notice.Field{
				{ID: "animal", Label: "Con vật", Question: "Dịch ở con gì ạ?", Example: "lợn", Required: true, Choices: []string{"lợn", "gà"}},
				{ID: "day", Label: "Ngày", Question: "Phát hiện ngày nào?", Type: notice.TypeDate}, {ID: "place", Label: "Ở đâu", Question: "Ở đâu ạ?", Required: true},
			},
		},
		notice.Kind{
			ID: "bank_day", Title: "Ngày ngân hàng về xã", Urgency: "normal", Topic: "bank", UsefulFor: 7 * 24 * time.Hour, Bodies: map[string]string{"vi": "{day}"},
			Fields: []notice.Field{{ID: "day", Label: "Ngày", Question: "Ngày nào?", Required: true}},
		},
	)
)

const tonight = "Tối nay 19 giờ 30 họp thôn ở nhà văn hóa, mời bà con tới đông đủ."

func TestComposing(t *testing.T) {
	t.Parallel()

	t.Run("SendsByButtonsAndTyping", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		require.Contains(t, d.says(headOf, "thông báo").Text, "nhắn nội dung tin")
		require.Contains(t, d.says(headOf, tonight).Text, "Gửi cho ai", "the only village goes without saying")
		preview := d.taps(headOf, "Tất cả bà con ở đó")
		require.Contains(t, preview.Text, tonight)
		require.Contains(t, preview.Text, "Gửi tới: Thôn Nhà, tất cả bà con: 1 người.\nCách gửi: 1 người nhận tin riêng; 1 hộ phải báo tận nơi.\nChi phí 0 đồng")
		require.Empty(t, d.sent(), "nothing is kept before it is sent")
		require.Contains(t, d.taps(headOf, "Gửi").Text, "sau 10 giây")
		d.work()
		require.Empty(t, d.rows()["announcement:"+d.sent()[0].ID+":1"])
		d.clock.Advance(bot.UndoTime)
		d.work()
		require.Equal(t, bot.DeliveryPlanned, d.state("announcement:"+d.sent()[0].ID+":1"))
		require.Equal(t, tonight, d.sent()[0].Message.Text)
		require.Equal(t, []string{"nha"}, d.sent()[0].Audience.Units)

		require.Contains(t, d.says(headOf, "ket qua").Text, "Trong 2 hộ anh/chị phụ trách:\n- đang chờ gửi: 1 hộ\n- chưa tới: 1 hộ")
		missed := d.says(headOf, "chưa tới")
		require.Equal(t, "Bà Hai, Thôn Nhà (sống một mình, chưa có ai trên Zalo)", missed.Choices[0].Line)
		require.Equal(t, "Đã báo 1 · Bà Hai", missed.Choices[0].Title, "a button is short")
		require.Equal(t, "#da-tham "+d.sent()[0].ID+" n2", missed.Choices[0].Payload)
		require.Contains(t, d.says(headOf, "đã báo 1").Text, "1 hộ được báo")
		require.Contains(t, d.says(headOf, "da bao 1").Text, "đã được ghi")
		require.Contains(t, d.says(headOf, "chua toi").Text, "không còn hộ nào")
	})

	t.Run("WorksByTypingAloneWithoutDiacritics", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "o", rights.CommuneOfficer, "xa")
		d.says(headOf, "gui thong bao")
		require.Contains(t, d.says(headOf, tonight).Text, "Gửi tới đâu")
		require.Contains(t, d.says(headOf, "2 3").Text, "Sẽ gửi tới: Thôn Khác, Thôn Nhà")
		require.Contains(t, d.says(headOf, "2").Text, "Sẽ gửi tới: Thôn Nhà.", "a number again takes it out")
		require.Contains(t, d.says(headOf, "thon khacs, ca xa").Text, "Sẽ gửi tới: Thôn Nhà, Thôn Khác, Xã Nhà")
		require.Contains(t, d.says(headOf, "xong").Text, "Gửi cho ai")
		require.Contains(t, d.says(headOf, "vat nuoi").Text, "người theo dõi vật nuôi: 2 người")
		require.Contains(t, d.says(headOf, "gui").Text, "sau 10 giây")
		require.Equal(t, []bot.Topic{bot.TopicLivestock}, d.sent()[0].Audience.Topics)
	})

	t.Run("TicksOffAHouseholdByItsTypedButton", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		_, err := d.db.ImportHouseholds(t.Context(), store.Values([]bot.Household{
			{OAID: oaID, Code: "n3", UnitCode: "nha", Address: "xóm Trên"}, {OAID: oaID, Code: "n4", UnitCode: "nha"},
		}), false)
		require.NoError(t, err)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		for _, text := range []string{"thong bao", tonight, "1", "gửi"} {
			d.says(headOf, text)
		}
		d.clock.Advance(bot.UndoTime)
		d.work()
		var titles, lines []string
		for _, c := range d.says(headOf, "chưa tới").Choices {
			titles, lines = append(titles, c.Title), append(lines, c.Line)
		}
		require.Equal(t, []string{"Đã báo 1 · Bà Hai", "Đã báo 2 · xóm Trên", "Đã báo 3 · n4"}, titles)
		require.Equal(t, "n3, xóm Trên (chưa có ai trên Zalo)", lines[1])
		for _, typed := range []string{"đã báo 2 hộ", "đã báo 1 bà sen"} {
			require.NotContains(t, d.says(headOf, typed).Text, "Đã ghi", "%s is no button", typed)
		}
		require.Contains(t, d.says(headOf, "đã báo 1 bà hai").Text, "Đã ghi: 1 hộ")
		require.Contains(t, d.says(headOf, titles[1]).Text, "Đã ghi: 1 hộ")
		require.Contains(t, d.says(headOf, "da bao 3 N4").Text, "Đã ghi: 1 hộ")
		require.Contains(t, d.says(headOf, "chua toi").Text, "không còn hộ nào")
	})

	t.Run("CanBeTakenBackForTenSeconds", func(t *testing.T) {
		t.Parallel()

		for _, words := range []string{"hoan tac", "rút lại", "hủy", "Hoàn tác"} {
			d := newDesk(t)
			d.bind(headOf, "h", rights.VillageHead, "nha")
			for _, text := range []string{"thong bao", tonight, "1", "gửi"} {
				d.says(headOf, text)
			}
			require.Contains(t, d.says(headOf, words).Text, "đã được rút lại", words)
			require.Contains(t, d.says(headOf, "hoàn tác").Text, "đã được rút lại", "twice is once")
			d.clock.Advance(time.Minute)
			d.work()
			require.Empty(t, d.rows()["announcement:"+d.sent()[0].ID+":1"])
		}
		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		for _, text := range []string{"thong bao", tonight, "1", "gửi"} {
			d.says(headOf, text)
		}
		d.clock.Advance(bot.UndoTime)
		require.Contains(t, d.says(headOf, "hoàn tác").Text, "Quá 10 giây")
		require.Contains(t, d.taps(headOf, "Dừng gửi phần còn lại").Text, "Đã dừng")
		require.Equal(t, bot.AnnouncementCancelled, d.sent()[0].State)
	})

	t.Run("WantsTwoWordsForAnEmergencyWhichLeavesAtOnce", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		for _, text := range []string{"thông báo", "Lũ đang lên ở suối Nhà, bà con lên nhà văn hóa ngay.", "1"} {
			d.says(headOf, text)
		}
		require.Contains(t, d.taps(headOf, "Gửi khẩn cấp").Text, "KHẨN CẤP đi ngay")
		require.Empty(t, d.sent())
		require.Contains(t, d.says(headOf, "gui khan cap").Text, "đang được gửi")
		d.work()
		require.Equal(t, bot.DeliveryPlanned, d.state("announcement:"+d.sent()[0].ID+":1"))
		require.Equal(t, bot.UrgencyEmergency, d.sent()[0].Urgency)
	})

	t.Run("SendsOnceHoweverOftenTheButtonIsTapped", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		for _, text := range []string{"thông báo", tonight} {
			d.says(headOf, text)
		}
		send := d.says(headOf, "1").Choices[0].Payload
		d.write(headOf, send, send)
		d.handle()
		require.Contains(t, d.says(headOf, send).Text, "lần soạn trước")
		require.Len(t, d.sent(), 1)
	})

	t.Run("DoesAgainWhatACrashHadCutOff", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		for _, text := range []string{"thông báo", tonight, "1"} {
			d.says(headOf, text)
		}
		d.write(headOf, "gửi")
		d.Fail("FinishEvents", 1, bot.ErrUnavailable)
		require.ErrorIs(t, d.bot.HandleEvents(t.Context(), d.claim(bot.LaneResident)), bot.ErrUnavailable)
		require.Len(t, d.sent(), 1, "it was sent, and nobody knows")
		d.clock.Advance(time.Minute)
		d.handle()
		told := d.told(headOf)
		require.Contains(t, told[len(told)-1].Text, "sau 10 giây")
		require.Len(t, d.sent(), 1)
	})

	t.Run("IgnoresButtonsOfBefore", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		d.says(headOf, tonight)
		old := d.says(headOf, "1").Choices[0].Payload
		d.says(headOf, "sửa")
		require.Contains(t, d.says(headOf, old).Text, "bước trước")
		require.Contains(t, d.says(headOf, strings.ToUpper(tonight)).Text, "TỐI NAY")
		require.Contains(t, d.says(headOf, old).Text, "bước trước", "it would send what was not shown with it")
		require.Empty(t, d.sent())
		d.says(headOf, "hủy")
		require.Contains(t, d.says(headOf, old).Text, "lần soạn trước")
	})

	t.Run("GoesOnDaysLater", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		d.says(headOf, tonight)
		d.clock.Advance(3 * 24 * time.Hour)
		d.bot = d.newBot()
		require.Contains(t, d.says(headOf, "1").Text, tonight, "the number still means what was asked")
		require.Contains(t, d.says(headOf, "thông báo").Text, "đang soạn dở")
		require.Contains(t, d.says(headOf, "huy").Text, "Đã bỏ")
		require.Contains(t, d.says(headOf, "huy").Text, "không soạn dở")
		r, err := d.db.OperatorOf(t.Context(), oaID, headOf)
		require.NoError(t, err)
		require.Equal(t, "h", r.ID)
	})

	t.Run("AnswersQuestionsMeanwhile", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "o", rights.CommuneOfficer, "xa")
		require.Contains(t, d.says(headOf, "làm sao kích hoạt VNeID").Text, "Mở ứng dụng.")
		for _, question := range []string{"kết quả hồ sơ của tôi đâu", "duyệt hồ sơ mất bao lâu", "chưa tới lượt tôi à", "đã báo công an chưa", "từ chối nhận tin"} {
			for _, operators := range []string{"không tìm thấy tin", "chờ anh/chị duyệt", "xem danh sách"} {
				require.NotContains(t, d.says(headOf, question).Text, operators, question)
			}
		}
		d.says(headOf, "thông báo")
		answer := func() bot.Message { told := d.told(headOf); return told[len(told)-2] }
		require.Contains(t, d.says(headOf, "hỏi làm sao kích hoạt VNeID").Text, "soạn dở")
		require.Contains(t, answer().Text, "Mở ứng dụng.")
		d.says(headOf, tonight)
		require.Contains(t, d.says(headOf, "làm sao kích hoạt VNeID").Text, "Gửi tới đâu")
		require.Contains(t, answer().Text, "Mở ứng dụng.")
		require.Contains(t, d.says(headOf, "3").Text, "Sẽ gửi tới: Thôn Nhà")
	})

	t.Run("AsksWhetherASlipMeansToSend", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		d.says(headOf, tonight)
		require.Contains(t, d.says(headOf, "1").Text, "Bà con sẽ nhận")
		for _, slip := range []string{"guir", "guiwr", "guwri", "gửii", "guii", "GUJI", "gửu", "gửi ddi", "gui luonf"} {
			d.says(headOf, "làm sao kích hoạt VNeID")
			asked := d.says(headOf, slip).Text
			require.Contains(t, asked, "Anh/chị muốn gửi tin này phải không?", slip)
			require.Contains(t, asked, tonight, slip)
			require.Empty(t, d.sent(), slip)
		}
		for _, other := range []string{
			"gì", "mua bò", "gửi gì cho tôi", "gửi gì", "gửi ai", "gửi muộn", "k gửi", "ko gửi", "chưa gửi", "đừng gửi", "gọi", "gọi đi", "ghi", "mũi", "quỹ", "quý",
			"rùi", "tui", "khám", "khai", "than",
		} {
			require.NotContains(t, d.says(headOf, other).Text, "phải không? Tôi chưa gửi", other)
		}
		require.Contains(t, d.says(headOf, "GỬI").Text, "sau 10 giây")
	})

	t.Run("AsksWhetherASlipMeansAnEmergency", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		d.says(headOf, tonight)
		d.says(headOf, "1")
		const asked = "Anh/chị muốn gửi KHẨN CẤP phải không? Tôi chưa gửi cho ai. Nếu đúng, anh/chị nhắn GỬI KHẨN CẤP."
		for _, slip := range []string{"gửi khẩn cấpp", "khan capp", "gui khan cp", "guwri khaarn caasp", "gửi khẩng"} {
			require.Contains(t, d.says(headOf, slip).Text, asked, slip)
			require.Empty(t, d.sent(), slip)
		}
		require.Contains(t, d.says(headOf, "GỬI KHẨN CẤP").Text, "không rút lại được")
		for _, slip := range []string{"gửii", "gửi khẩn cấp ngayy"} {
			require.Contains(t, d.says(headOf, slip).Text, asked, slip)
			require.Empty(t, d.sent(), slip)
		}
		require.Contains(t, d.says(headOf, "GỬI KHẨN CẤP").Text, "Tin đang được gửi")
		require.Equal(t, bot.UrgencyEmergency, d.sent()[0].Urgency)
	})

	t.Run("StopsWhatIsPrivateUnlessAReasonIsGiven", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		d.says(headOf, "Ai mất bò liên hệ anh Tư số 0912345678 để nhận lại nhé bà con.")
		require.Contains(t, d.says(headOf, "1").Text, "có chỗ riêng tư:\n- 09")
		require.Contains(t, d.says(headOf, "kệ").Text, "rõ lý do hơn")
		require.Contains(t, d.says(headOf, "anh Tư nhờ đăng số của mình").Text, "Bà con sẽ nhận")
		d.says(headOf, "gửi")
		list, err := d.db.Audit(t.Context(), oaID, time.Time{})
		require.NoError(t, err)
		require.Equal(t, bot.AuditCreate, list[len(list)-2].Action)
		require.Equal(t, "anh Tư nhờ đăng số của mình", list[len(list)-2].Detail)
	})

	t.Run("EndsWithTheOperator", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		head := d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		d.says(headOf, tonight)
		send := d.says(headOf, "1").Choices[0].Payload
		_, err := d.operators.Remove(t.Context(), oaID, head.ID)
		require.NoError(t, err)
		require.Contains(t, d.says(headOf, send).Text, "chỉ dành cho cán bộ")
		require.NotContains(t, d.says(headOf, "gửi").Text, "10 giây")
		d.says(headOf, d.add("h2", rights.VillageHead, "khac"))
		require.Contains(t, d.says(headOf, "gửi").Text, "Xin lỗi", "another operator's session is not his")
		require.Empty(t, d.sent())
	})

	t.Run("SaysWhatItCannotTake", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		require.Contains(t, d.says(headOf, "họp").Text, "ngắn quá")
		require.Contains(t, d.says(headOf, strings.Repeat("dài ", 1000)).Text, "nhiều nhất là 3500")
		require.Contains(t, d.says(headOf, "Mời [@cả nhà] tới họp tối nay").Text, "[@")
		body := strings.Replace(string(d.event(headOf, "pic", "x").Raw), "user_send_text", "user_send_image", 1)
		ev, err := zalo.ParseEvent([]byte(body))
		require.NoError(t, err)
		_, err = d.db.AcceptEvents(t.Context(), []zalo.Event{ev})
		require.NoError(t, err)
		d.handle()
		told := d.told(headOf)
		require.Contains(t, told[len(told)-1].Text, "chỉ gửi kèm được ảnh")
		require.Contains(t, d.says(headOf, tonight).Text, "Gửi cho ai", "and goes on")
	})

	t.Run("SendsAPictureAlong", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.says(headOf, "thông báo")
		d.says(headOf, tonight)
		require.NotContains(t, d.says(headOf, "1").Text, "kèm một ảnh")
		shows := func(id, link string) string {
			body := strings.Replace(string(d.event(headOf, id, "x").Raw), "user_send_text", "user_send_image", 1)
			body = strings.Replace(body, `"text":"x"`, `"attachments":[{"type":"image","payload":{"url":"`+link+`"}}]`, 1)
			ev, err := zalo.ParseEvent([]byte(body))
			require.NoError(t, err)
			require.Len(t, ev.Attachments, 1)
			_, err = d.db.AcceptEvents(t.Context(), []zalo.Event{ev})
			require.NoError(t, err)
			d.handle()
			told := d.told(headOf)
			return told[len(told)-1].Text
		}
		require.Contains(t, shows("p1", "https://photo.example/1.webp"), "không")
		require.Contains(t, shows("p2", "https://photo.example/2.jpg"), "Có kèm một ảnh")
		require.NotContains(t, d.says(headOf, "bo anh").Text, "kèm một ảnh")
		require.Contains(t, shows("p3", "http://photo.example/3.png"), "đã nhận ảnh")
		require.Contains(t, d.says(headOf, "gửi").Text, "10 giây")
		require.Equal(t, "https://photo.example/3.png", d.sent()[0].Message.Picture)
		d.clock.Advance(bot.UndoTime)
		d.work()
		require.NotContains(t, d.says(headOf, "kết quả").Text, "thiếu ảnh", "nobody has got anything yet")
		d.zalo.To("u1", bottest.Refuse(-201))
		d.deliverAll()
		require.Contains(t, d.says(headOf, "kết quả").Text, "- đã gửi, chưa rõ nhận: 1 hộ\n- chưa tới: 1 hộ\nCó 1 hộ: tin đã đi nhưng thiếu ảnh hoặc tệp kèm theo.")
	})

	t.Run("AsksForTheFieldsOfAKind", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.kinds = worded
		d.bot = d.newBot()
		d.bind(headOf, "h", rights.VillageHead, "nha")
		d.bind("u-officer", "o", rights.CommuneOfficer, "xa")
		require.Contains(t, d.says(headOf, "thông báo").Text, "con gì", "the bank's kind is not a head's, and there is no other")
		require.NotContains(t, d.says("u-officer", "thông báo").Text, "con gì")
		require.Contains(t, d.says("u-officer", "dich benh vat nuoii").Text, "con gì", "also by name, with a slip")
		require.Contains(t, d.says(headOf, "2").Text, "ngày nào?\nKhông có thì nhắn \"bỏ qua\"")
		require.Contains(t, d.says(headOf, "hôm qua").Text, "không phải là một ngày")
		require.Contains(t, d.says(headOf, "bo qua").Text, "Ở đâu")
		require.Contains(t, d.says(headOf, "xóm Bãi").Text, "disease gà tại xóm Bãi\n\nĐơn vị ra thông báo: Thôn Nhà, Xã Thử. Mã thông báo: (có khi gửi).\n----------\nGửi tới: Thôn Nhà, người theo dõi vật nuôi: 1 người")
		require.Contains(t, d.says(headOf, "doi nguoi nhan").Text, "Gửi cho ai")
		require.Contains(t, d.says(headOf, "tất cả").Text, "tất cả bà con: 1 người")
		require.Contains(t, d.says(headOf, "sua").Text, "con gì")
		d.says(headOf, "lợn")
		d.says(headOf, "15/12")
		require.Contains(t, d.says(headOf, "xóm Bãi").Text, "disease lợn tại xóm Bãi\n15/12", "the audience stays as it was")
		require.Contains(t, d.says(headOf, "gửi").Text, "10 giây")
		require.Equal(t, "disease", d.sent()[0].Kind)
	})

	t.Run("RefusesWhatIsNotTheOperators", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		d.bind("u-team", "t", rights.DigitalTeam, "nha")
		require.Contains(t, d.says("u-team", "thông báo").Text, "không thuộc phần việc")
		require.NotContains(t, d.says("u-team", "menu").Choices[0].Title, "Gửi thông báo")
		d.bind("u-bank", "b", rights.BankOfficer, "xa")
		for _, text := range []string{"thông báo", tonight, "3", "xong", "gửi"} {
			d.says("u-bank", text)
		}
		require.Equal(t, []bot.Topic{bot.TopicBank}, d.sent()[0].Audience.Topics)
		require.Contains(t, d.says("u-team", "kết quả "+d.sent()[0].Short()).Text, "Trong 2 hộ")
		d.bind(headOf, "h", rights.VillageHead, "khac")
		require.Contains(t, d.says(headOf, "hoàn tác "+d.sent()[0].Short()).Text, "mình phụ trách")
		require.Contains(t, d.says("u1", "thông báo").Text, "Xin lỗi", "a resident is none")
	})

	t.Run("ApprovesByButtonAndTyping", func(t *testing.T) {
		t.Parallel()

		d, _, _ := careful(t)
		compose := func() {
			for _, text := range []string{"thông báo", tonight, "1", "xong", "1"} {
				d.says("u-officer", text)
			}
			require.Contains(t, d.says("u-officer", "gửi").Text, "chờ người khác duyệt")
		}
		compose()
		require.Contains(t, d.says("u-officer", "duyệt").Text, "Có 0 tin")
		require.Contains(t, d.says("u-officer", "duyệt "+d.sent()[0].Short()).Text, "người khác duyệt")
		approve := d.told("u-admin")[1].Choices[0].Payload
		require.Contains(t, d.says("u-admin", approve).Text, "Đã duyệt")
		require.Contains(t, d.says("u-admin", approve).Text, "không cần duyệt nữa")
		d.clock.Advance(time.Minute)
		compose()
		require.Contains(t, d.says("u-admin", "tu choi "+strings.ToLower(d.sent()[0].Short())+" viết lại giờ họp").Text, "Đã từ chối")
		told := d.told("u-officer")
		require.Contains(t, told[len(told)-1].Text, "Lý do: viết lại giờ họp")
		d.clock.Advance(time.Minute)
		compose()
		require.Contains(t, d.says("u-officer", "hoàn tác").Text, "Đã dừng")
		require.Equal(t, bot.AnnouncementCancelled, d.sent()[0].State)
		d.clock.Advance(8 * 24 * time.Hour)
		for _, text := range []string{"thông báo", tonight, "1", "xong", "1", "gửi"} {
			d.says("u-officer", text)
		}
		told = d.told("u-officer")
		require.Contains(t, told[len(told)-1].Text, "chưa nhắn được cho ai", "the admin has not written for a week")
	})
}
