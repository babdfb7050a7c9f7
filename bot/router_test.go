package bot

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/zalo"
)

const (
	theOA   = "4000000000000000001"
	theUser = "7000000000000000001"
)

// routerContent has a section of six questions, one of two, and one without any.
var routerContent = faq.Content{
	Sections: []faq.Section{{ID: "vneid", Title: "VNeID"}, {ID: "trong", Title: "Mục trống"}, {ID: "vay-von", Title: "Vay vốn"}},
	Entries: []faq.Entry{
		routerEntry("vneid", "kich-hoat", "Kích hoạt VNeID thế nào?", "làm sao kích hoạt VNeID", "kích hoạt tài khoản định danh"),
		routerEntry("vneid", "quen-mat-khau", "Quên mật khẩu VNeID", "quên mật khẩu định danh"),
		routerEntry("vneid", "doi-may", "Đổi điện thoại", "mua điện thoại mới thì đăng nhập lại ra sao"),
		routerEntry("vneid", "tre-em", "Căn cước cho trẻ em", "con sáu tuổi làm căn cước được không", "thẻ căn cước"),
		routerEntry("vneid", "mat-the", "Mất thẻ căn cước", "rơi mất thẻ phải báo ai", "thẻ căn cước"),
		routerEntry("vneid", "le-phi", "Lệ phí cấp lại", "cấp lại phải nộp mấy đồng"),
		{
			ID: "lai-suat", Section: "vay-von", Title: "Lãi suất hộ nghèo", Phrasings: []string{"hộ nghèo vay lãi mấy phần trăm"},
			Answer: "Theo quy định.", Issuer: "Ngân hàng", VerifiedOn: faq.Date{Year: 2026, Month: 11, Day: 5},
			Buttons: []faq.Button{
				{Title: "Mở trang", URL: "https://vbsp.org.vn"}, {Title: "Gọi ngân hàng", Phone: "0900000200"},
				{Title: "Kích hoạt VNeID", Ask: "kich-hoat"},
			},
		},
		{
			ID: "ho-tro", Section: "vay-von", Title: "Hỗ trợ năm 2025", Phrasings: []string{"tiền hỗ trợ năm ngoái còn không"},
			Answer: "Còn.", Issuer: "UBND", VerifiedOn: faq.Date{Year: 2025, Month: 1, Day: 1}, ValidUntil: faq.Date{Year: 2026, Month: 11, Day: 20},
		},
	},
	None:      []string{"giá lợn hơi hôm nay"},
	Handoff:   []string{"cho tôi nói chuyện với người thật"},
	SmallTalk: []faq.SmallTalk{{Answer: "Dạ không có gì ạ.", Phrasings: []string{"cảm ơn"}}},
}

func routerEntry(section, id, title string, phrasings ...string) faq.Entry {
	return faq.Entry{
		ID: id, Section: section, Title: title, Phrasings: phrasings, Answer: "Trả lời " + id + ".", Issuer: "Công an xã",
		VerifiedOn: faq.Date{Year: 2026, Month: 11, Day: 1},
	}
}

type fixedStore struct {
	units     []Unit
	content   faq.Content
	overrides []Override
}

func (s fixedStore) Accounts(context.Context) ([]OfficialAccount, error) {
	return []OfficialAccount{{OAID: theOA, Name: "Xã Thử"}}, nil
}
func (s fixedStore) Units(context.Context) ([]Unit, error)    { return s.units, nil }
func (s fixedStore) FAQ(context.Context) (faq.Content, error) { return s.content, nil }

func (s fixedStore) Overrides(context.Context) ([]Override, error)   { return s.overrides, nil }
func (s fixedStore) Model(context.Context, string) ([]byte, error)   { return nil, ErrNotFound }
func (s fixedStore) SaveModel(context.Context, string, []byte) error { return nil }

// chat is one resident's talk with a bot.
type chat struct {
	t   *testing.T
	bot *Bot
	now time.Time
	in  Inbox // what is known of the resident and the conversation
	ids int64
}

func newChat(t *testing.T, change ...func(*fixedStore)) *chat {
	t.Helper()
	st := fixedStore{content: routerContent}
	for _, do := range change {
		do(&st)
	}
	c := &chat{t: t, now: morning}
	directory, library := NewDirectory(st, time.Now), NewLibrary(st, nil, slog.New(slog.DiscardHandler))
	require.NoError(t, directory.Reload(t.Context()))
	require.NoError(t, library.Reload(t.Context()))
	c.bot = New(Config{
		Directory: directory, Library: library, Now: func() time.Time { return c.now }, Log: slog.New(slog.DiscardHandler),
	})
	c.in.Resident, c.in.Conversation = Resident{OAID: theOA, UserID: theUser}, Conversation{OAID: theOA, UserID: theUser}
	return c
}

// hear lets an event happen; change may say more of it.
func (c *chat) hear(name zalo.EventName, change ...func(*zalo.Event)) Outcome {
	c.t.Helper()
	c.ids++
	ev := Event{ID: c.ids, Event: zalo.Event{
		Name: name, OAID: theOA, UserID: theUser, MsgID: fmt.Sprint("m", c.ids), Timestamp: c.now,
	}}
	for _, do := range change {
		do(&ev.Event)
	}
	c.in.Events = []Event{ev}
	out, err := c.bot.handle(c.t.Context(), c.in)
	require.NoError(c.t, err)
	c.in.Resident, c.in.Conversation = out.Resident, out.Conversation
	require.Len(c.t, out.Handled, 1)
	require.Equal(c.t, c.ids, out.Handled[0].EventID)
	return out
}

// say lets the resident write, and returns the decision and the answer.
func (c *chat) say(text string) (decision string, answer Message) {
	c.t.Helper()
	out := c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = text })
	require.Len(c.t, out.Replies, 1, "a resident who writes is always answered")
	return out.Handled[0].Decision, out.Replies[0].Message
}

func (c *chat) decides(text string) string {
	c.t.Helper()
	decision, _ := c.say(text)
	return decision
}

func TestRouterCommands(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"menu": "menu", "MENU": "menu", "#menu": "menu", " Menu! ": "menu", "danh mục": "menu", "bắt đầu": "menu", "bat dau": "menu",
		"trợ giúp": "help", "tro giup": "help", "giúp": "help", "help": "help", "hướng dẫn": "help", "#huongdan": "question",
		"dừng": "stop", "Dừng": "stop", "DỪNG": "stop", "dung": "stop", "DUNG": "stop", "#dừng": "stop", "#dung": "stop",
		"dừng!": "stop", "dung 😡": "stop", "dừng 🙏": "stop", "dừng lại": "stop", "dung lai": "stop", "hủy": "stop", "huỷ": "stop",
		"huy": "stop", "stop": "stop", "STOP": "stop",
		"đúng": "question", "Đúng!": "question", "dùng": "question", "đụng": "question", "dụng": "question", "đúng lại": "question", "dùng lại": "question",
		"đăng ký": "join_consent", "đăng kí": "join_consent", "ĐĂNG KÝ": "join_consent", "dang ky": "join_consent", "dang ki": "join_consent", "#đăng ký": "join_consent",
		"dừng ngân hàng": "topic_off", "dung ngan hang": "topic_off", "đăng ký họp thôn": "join_consent", "đúng ngân hàng": "question",
		"đăng ký khai sinh": "question", "dừng ngân hàng lại": "question", "đổi thôn": "join_consent",
		"gặp cán bộ": "handoff", "gap can bo": "handoff", "#can-bo": "handoff", "cán bộ": "handoff", "gặp người thật": "handoff",
		"làm sao dừng": "question", "menu hôm nay": "question",
	} {
		for form, text := range map[string]string{"Composed": text, "Decomposed": norm.NFD.String(text)} {
			t.Run(form+"/"+text, func(t *testing.T) {
				t.Parallel()

				got := newChat(t).decides(text)
				if want == "question" {
					require.Contains(t, []string{"answer", "clarify", "none"}, got)
					return
				}
				require.Equal(t, want, got)
			})
		}
	}

	t.Run("StopAndResumeAreKept", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.in.Resident.ConsentAt = morning.Add(-time.Hour)
		c.say("dừng")
		require.True(t, c.in.Resident.StoppedAt.Equal(morning))
		c.say("đúng")
		require.False(t, c.in.Resident.StoppedAt.IsZero())
		c.say("đăng ký")
		require.True(t, c.in.Resident.StoppedAt.IsZero())
	})
}

func TestRouterTexts(t *testing.T) {
	t.Parallel()

	t.Run("AQuestionGetsItsAnswerWithSourceAndDate", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		out := c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = "làm sao kích hoạt VNeID" })
		require.Equal(t, "answer", out.Handled[0].Decision)
		require.Len(t, out.Replies, 1)
		reply := out.Replies[0]
		require.Equal(t, "Trả lời kich-hoat.\n\nNguồn: Công an xã. Kiểm tra ngày 01/11/2026.", reply.Message.Text)
		require.Equal(t, "event:1:0", reply.Origin)
		require.Equal(t, UrgencyReply, reply.Urgency)
		require.Equal(t, DeliveryPlanned, reply.State)
		require.Equal(t, 1, reply.Parts)
		require.True(t, reply.NotBefore.Equal(morning))
		require.Equal(t, 24*time.Hour, reply.ExpiresAt.Sub(morning))
		require.Equal(t, theUser, reply.UserID)
	})

	for name, text := range map[string]string{
		"InDecomposedAccents": norm.NFD.String("làm sao kích hoạt VNeID"),
		"WithoutAccents":      "lam sao kich hoat vneid",
		"InCapitals":          "LÀM SAO KÍCH HOẠT VNEID?",
		"WithEmoji":           "làm sao kích hoạt VNeID 😭",
	} {
		t.Run("AQuestion"+name+"GetsTheSameAnswer", func(t *testing.T) {
			t.Parallel()

			decision, answer := newChat(t).say(text)
			require.Equal(t, "answer", decision)
			require.Contains(t, answer.Text, "Trả lời kich-hoat.")
		})
	}

	for name, text := range map[string]string{
		"NoText": "", "Spaces": " \n\t ", "Emoji": "👍🏽", "ManyEmoji": "😀😀😀", "Punctuation": "?!...", "ZeroWidth": "\u200b\u200b",
	} {
		t.Run(name+"IsAskedForWords", func(t *testing.T) {
			t.Parallel()

			decision, answer := newChat(t).say(text)
			require.Equal(t, "no_words", decision)
			require.Equal(t, []Choice{choiceMenu, choiceHandoff}, answer.Choices)
		})
	}

	t.Run("TwentyThousandCharactersAreAnswered", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{
			strings.Repeat("làm sao kích hoạt ", 1112), strings.Repeat("ă", 20_000), strings.Repeat("1", 20_000), strings.Repeat("\u0301", 20_000),
		} {
			require.NotEmpty(t, newChat(t).decides(text))
		}
	})

	t.Run("NonsenseIsNotAnsweredWithAGuess", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"qwxz", "\x00\x01", "\xff\xfe", "' OR 1=1; --", "<script>", "%s%d"} {
			require.Contains(t, []string{"none", "no_words"}, newChat(t).decides(text), text)
		}
	})

	t.Run("ThanksAreSmallTalk", func(t *testing.T) {
		t.Parallel()

		decision, answer := newChat(t).say("cảm ơn")
		require.Equal(t, "smalltalk", decision)
		require.Equal(t, "Dạ không có gì ạ.", answer.Text)
	})

	t.Run("AnUnclearQuestionGetsAChoice", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		decision, answer := c.say("thẻ căn cước")
		require.Equal(t, "clarify", decision)
		require.Equal(t, choiceHandoff, answer.Choices[len(answer.Choices)-1])
		require.Greater(t, len(answer.Choices), 1)
	})

	t.Run("AnExpiredEntryHandsOver", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		out := c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = "tiền hỗ trợ năm ngoái còn không" })
		require.Equal(t, "expired", out.Handled[0].Decision)
		require.Len(t, out.Handoffs, 1)
		require.Equal(t, "tiền hỗ trợ năm ngoái còn không", out.Handoffs[0].Question)
		require.NotContains(t, out.Replies[0].Message.Text, "Còn.")
		require.Contains(t, out.Replies[0].Message.Text, textExpired)
	})

	t.Run("AnEntryIsTrueToTheEndOfItsLastDay", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.now = time.Date(2026, time.November, 20, 23, 59, 0, 0, village)
		require.Equal(t, "answer", c.decides("#cau ho-tro"))
		c.now = c.now.Add(time.Minute)
		require.Equal(t, "expired", c.decides("#cau ho-tro"))
	})
}

func TestRouterChoices(t *testing.T) {
	t.Parallel()

	t.Run("APayloadIsFollowed", func(t *testing.T) {
		t.Parallel()

		for text, want := range map[string]string{
			"#cau kich-hoat": "answer", "#CAU KICH-HOAT": "answer", " #cau  kich-hoat ": "answer", "#cau khong-co": "none", "#cau": "none",
			"#muc vneid": "menu", "#muc vneid 2": "menu", "#muc khong-co": "menu", "#muc vneid x": "menu", "#muc vneid -1": "menu",
			"#muc vneid 9223372036854775807": "menu", "#muc vneid 99999999999999999999": "menu", "#muc trong": "menu",
		} {
			decision, answer := newChat(t).say(text)
			require.Equal(t, want, decision, text)
			if want == "menu" {
				require.NotEmpty(t, answer.Choices, text)
			}
		}
	})

	t.Run("ASectionShowsItsQuestionsPageByPage", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		_, first := c.say("#muc vneid")
		require.Equal(t, []string{"#cau kich-hoat", "#cau quen-mat-khau", "#cau doi-may", "#cau tre-em", "#muc vneid 2"}, payloads(first))
		_, second := c.say("5")
		require.Equal(t, []string{"#cau mat-the", "#cau le-phi"}, payloads(second))
		_, again := c.say("#muc vneid 3")
		require.Equal(t, payloads(first), payloads(again), "past the end comes the first page")
	})

	t.Run("ASingleQuestionGetsNoPageOfItsOwn", func(t *testing.T) {
		t.Parallel()

		c := newChat(t, func(s *fixedStore) {
			s.content = faq.Content{Sections: []faq.Section{{ID: "a", Title: "A"}}}
			for i := range 5 {
				s.content.Entries = append(s.content.Entries, routerEntry("a", fmt.Sprint("e", i), fmt.Sprint("Câu ", i)))
			}
		})
		_, answer := c.say("#muc a")
		require.Equal(t, []string{"#cau e0", "#cau e1", "#cau e2", "#cau e3", "#cau e4"}, payloads(answer))
	})

	t.Run("ASectionWithoutQuestionsIsNotOffered", func(t *testing.T) {
		t.Parallel()

		_, answer := newChat(t).say("menu")
		require.Equal(t, []string{"#muc vneid", "#muc vay-von", "#can-bo"}, payloads(answer))
	})

	t.Run("MoreThanFiveChoicesAllStandAsNumbers", func(t *testing.T) {
		t.Parallel()

		c := newChat(t, func(s *fixedStore) {
			s.content = faq.Content{}
			for i := range 7 {
				id := fmt.Sprint("s", i)
				s.content.Sections = append(s.content.Sections, faq.Section{ID: id, Title: "Mục " + id})
				s.content.Entries = append(s.content.Entries, routerEntry(id, fmt.Sprint("e", i), fmt.Sprint("Câu ", i)))
			}
		})
		_, answer := c.say("menu")
		require.Len(t, answer.Choices, 8)
		require.Contains(t, answer.fullText(), "7. Mục s6")
		_, section := c.say("7")
		require.Equal(t, []string{"#cau e6"}, payloads(section), "also a choice without a button can be taken")
		c.say("menu")
		require.Equal(t, "handoff", c.decides("8"))
	})

	t.Run("ANumberIsUnderstoodInManyForms", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"1", " 1 ", "1.", "số 1", "so 1", "câu 1", "chọn 1", "Mục 1", "1️⃣", "01"} {
			c := newChat(t)
			c.say("#muc vneid")
			_, answer := c.say(text)
			require.Contains(t, answer.Text, "Trả lời kich-hoat.", text)
		}
	})

	t.Run("ANumberOutsideTheChoicesIsAQuestion", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"0", "6", "99", "100"} {
			c := newChat(t)
			c.say("#muc vneid 2")
			require.NotContains(t, []string{"answer", "menu"}, c.decides(text), text)
		}
		require.Equal(t, "none", newChat(t).decides("2"), "nothing was offered")
	})

	t.Run("ANumberCountsForHalfAnHour", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.say("#muc vneid")
		c.now = c.now.Add(conversationLife - time.Second)
		require.Equal(t, "answer", c.decides("2"))
		c = newChat(t)
		c.say("#muc vneid")
		c.now = c.now.Add(conversationLife)
		require.Equal(t, "none", c.decides("2"))
	})

	t.Run("ANumberMayStandForALinkOrAPhone", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		_, answer := c.say("#cau lai-suat")
		require.Len(t, answer.Choices, 4, "and that it was not meant")
		decision, link := c.say("1")
		require.Equal(t, "link", decision)
		require.Contains(t, link.Text, "https://vbsp.org.vn")
		decision, phone := c.say("2")
		require.Equal(t, "phone", decision)
		require.Contains(t, phone.Text, "0900000200")
		_, next := c.say("3")
		require.Contains(t, next.Text, "Trả lời kich-hoat.")
	})

	t.Run("AnEventThatIsNoTextIsNoChoice", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.say("#muc vneid")
		out := c.hear(zalo.EventUserSendImage, func(ev *zalo.Event) { ev.Text = "1" })
		require.Equal(t, "not_text", out.Handled[0].Decision)
	})
}

func payloads(m Message) (list []string) {
	for _, c := range m.Choices {
		list = append(list, c.Payload)
	}
	return list
}

func TestRouterEvents(t *testing.T) {
	t.Parallel()

	t.Run("FollowingIsGreeted", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		out := c.hear(zalo.EventFollow)
		require.Equal(t, "greeting", out.Handled[0].Decision)
		require.Len(t, out.Replies, 1)
		require.Contains(t, out.Replies[0].Message.Text, "Xã Thử")
		require.Equal(t, []string{"#nhan-tin", "#muc vneid", "#muc vay-von", "#can-bo"}, payloads(out.Replies[0].Message))
		require.True(t, out.Resident.Following)
		require.True(t, out.Resident.LastInteraction.Equal(morning))
	})

	t.Run("FollowingAgainIsNoConsent", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.say("dừng")
		c.hear(zalo.EventFollow)
		require.False(t, c.in.Resident.StoppedAt.IsZero())
	})

	t.Run("TheChatButtonIsGreetedWithoutFollowing", func(t *testing.T) {
		t.Parallel()

		out := newChat(t).hear(zalo.EventUserClickChatNow)
		require.Equal(t, "greeting", out.Handled[0].Decision)
		require.False(t, out.Resident.Following)
		require.True(t, out.Resident.LastInteraction.Equal(morning))
	})

	t.Run("LeavingWithdrawsAndIsNotAnswered", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.hear(zalo.EventFollow)
		c.now = c.now.Add(time.Hour)
		out := c.hear(zalo.EventUnfollow)
		require.Equal(t, "unfollow", out.Handled[0].Decision)
		require.Empty(t, out.Replies)
		require.False(t, out.Resident.Following)
		require.True(t, out.Resident.StoppedAt.Equal(c.now))
		require.True(t, out.Resident.LastInteraction.Equal(morning), "leaving opens no window")
	})

	t.Run("GroupMessagesCountAsInteractionAndAreNeverAnswered", func(t *testing.T) {
		t.Parallel()

		for _, name := range []zalo.EventName{
			zalo.EventUserSendGroupText, zalo.EventUserSendGroupImage, zalo.EventUserSendGroupLink, zalo.EventUserSendGroupAudio,
			zalo.EventUserSendGroupLocation, zalo.EventUserSendGroupVideo, zalo.EventUserSendGroupCard, zalo.EventUserSendGroupSticker,
			zalo.EventUserSendGroupGIF, zalo.EventUserSendGroupFile,
		} {
			out := newChat(t).hear(name, func(ev *zalo.Event) { ev.GroupID, ev.Text = "g1", "dừng" })
			require.Equal(t, "silent", out.Handled[0].Decision, name)
			require.Empty(t, out.Replies)
			require.Empty(t, out.Handoffs)
			require.True(t, out.Resident.StoppedAt.IsZero())
			require.True(t, out.Resident.LastInteraction.Equal(morning), name)
		}
	})

	t.Run("AnEchoIsAWitnessAndNothingElse", func(t *testing.T) {
		t.Parallel()

		text := "Trả lời kich-hoat."
		at := morning.Add(-time.Minute)
		out := newChat(t).hear(zalo.EventOASendText, func(ev *zalo.Event) {
			ev.FromOA, ev.Text, ev.MsgID, ev.Timestamp = true, norm.NFD.String(text), "z1", at
		})
		require.Equal(t, "echo", out.Handled[0].Decision)
		require.Empty(t, out.Replies)
		require.Equal(t, []Witness{{UserID: theUser, MsgID: "z1", TextKey: TextKey(text), At: at}}, out.Witnesses)
		require.True(t, out.Resident.LastInteraction.IsZero(), "what the account does is no interaction of the resident")
	})

	t.Run("WhatAnAdminTypedIsNoWitness", func(t *testing.T) {
		t.Parallel()

		out := newChat(t).hear(zalo.EventOASendText, func(ev *zalo.Event) { ev.FromOA, ev.AdminID, ev.Text = true, "77", "chào bác" })
		require.Equal(t, "echo", out.Handled[0].Decision)
		require.Empty(t, out.Witnesses)
		require.Empty(t, out.Replies)
	})

	t.Run("AnEchoOfAGroupPostOrWithoutAMessageIDIsNoWitness", func(t *testing.T) {
		t.Parallel()

		require.Empty(t, newChat(t).hear(zalo.EventOASendGroupText, func(ev *zalo.Event) { ev.FromOA, ev.UserID = true, "" }).Witnesses)
		require.Empty(t, newChat(t).hear(zalo.EventOASendText, func(ev *zalo.Event) { ev.FromOA, ev.MsgID = true, "" }).Witnesses)
	})

	t.Run("AnEchoWithoutATimeIsOfNow", func(t *testing.T) {
		t.Parallel()

		out := newChat(t).hear(zalo.EventOASendText, func(ev *zalo.Event) { ev.FromOA, ev.Timestamp = true, time.Time{} })
		require.True(t, out.Witnesses[0].At.Equal(morning))
	})

	t.Run("ReceiptsGoToTheLedger", func(t *testing.T) {
		t.Parallel()

		for name, seen := range map[zalo.EventName]bool{zalo.EventUserReceivedMessage: false, zalo.EventUserSeenMessage: true} {
			out := newChat(t).hear(name, func(ev *zalo.Event) { ev.MsgIDs = []string{"z1", "z2"} })
			require.Equal(t, "receipt", out.Handled[0].Decision)
			require.Equal(t, []Receipt{{UserID: theUser, MsgIDs: []string{"z1", "z2"}, Seen: seen, At: morning}}, out.Receipts)
			require.Empty(t, out.Replies)
			require.True(t, out.Resident.LastInteraction.IsZero(), "reading is no interaction")
		}
		require.Empty(t, newChat(t).hear(zalo.EventUserSeenMessage).Receipts, "a receipt of nothing")
	})

	t.Run("WhatIsNoTextIsExplained", func(t *testing.T) {
		t.Parallel()

		for name, want := range map[zalo.EventName]string{
			zalo.EventUserSendImage: textPicture, zalo.EventUserSendGIF: textPicture, zalo.EventUserSendVideo: textPicture,
			zalo.EventUserSendAudio: textVoice, zalo.EventUserSendSticker: textSticker, zalo.EventUserSendLocation: textLocation,
			zalo.EventUserSendFile: textFile, zalo.EventUserSendLink: textLink, zalo.EventUserSendBusinessCard: textLink,
			"user_send_something_new": textFile,
		} {
			out := newChat(t).hear(name)
			require.Equal(t, "not_text", out.Handled[0].Decision, name)
			require.Len(t, out.Replies, 1)
			require.Equal(t, want, out.Replies[0].Message.Text, name)
			require.Equal(t, []string{"#menu", "#can-bo"}, payloads(out.Replies[0].Message))
			require.True(t, out.Resident.LastInteraction.Equal(morning))
		}
	})

	t.Run("AllOtherEventsAreTakenInSilence", func(t *testing.T) {
		t.Parallel()

		counts := map[zalo.EventName]bool{zalo.EventUserSubmitInfo: true, zalo.EventUserCallOA: true}
		for _, name := range []zalo.EventName{
			zalo.EventUserReactedMessage, zalo.EventUserSubmitInfo, zalo.EventUpdateUserInfo, zalo.EventUserWithdraw,
			zalo.EventAddUserToTag, zalo.EventRemoveUserFromTag, zalo.EventRemoveTag, zalo.EventPermissionRevoked,
			zalo.EventExtensionPurchased, zalo.EventShopHasOrder, zalo.EventWidgetAccepted, zalo.EventWidgetFailedToSync,
			zalo.EventAnonymousSendText, zalo.EventAnonymousSendImage, zalo.EventAnonymousSendFile, zalo.EventAnonymousSendStick,
			zalo.EventOASendConsent, zalo.EventUserReplyConsent, zalo.EventUserCallOA, zalo.EventOACallUser,
			zalo.EventCreateGroup, zalo.EventUserJoinGroup, zalo.EventUserRequestJoinGroup, zalo.EventAcceptRequestJoinGroup,
			zalo.EventRejectRequestJoinGroup, zalo.EventReactRequestJoinGroup, zalo.EventAddGroupAdmin, zalo.EventRemoveGroupAdmin,
			zalo.EventUpdateGroupInfo, zalo.EventUserOutGroup, zalo.EventDeleteGroup, zalo.EventUserFeedback,
			zalo.EventUserClickResponseButton, zalo.EventChangeOADailyQuota, zalo.EventChangeOATemplateTags,
			zalo.EventChangeTemplateQuality, zalo.EventChangeTemplateQuota, zalo.EventChangeTemplateStatus,
			zalo.EventJourneyTimeOut, zalo.EventJourneyAcknowledged, "an_event_of_next_year", "",
		} {
			out := newChat(t).hear(name)
			require.Equal(t, "silent", out.Handled[0].Decision, name)
			require.Empty(t, out.Replies, name)
			require.Empty(t, out.Witnesses, name)
			require.Equal(t, counts[name], !out.Resident.LastInteraction.IsZero(), name)
		}
	})

	t.Run("TheLastInteractionNeverMovesBack", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		at := func(when time.Time) time.Time {
			c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text, ev.Timestamp = "menu", when })
			return c.in.Resident.LastInteraction
		}
		require.True(t, at(morning.Add(-time.Hour)).Equal(morning.Add(-time.Hour)))
		require.True(t, at(morning.Add(-48*time.Hour)).Equal(morning.Add(-time.Hour)), "an event that came late")
		require.True(t, at(morning.Add(24*time.Hour)).Equal(morning), "nothing happens in the future")
		require.True(t, at(time.Time{}).Equal(morning))
		c.now = morning.Add(time.Minute)
		require.True(t, at(time.Time{}).Equal(c.now), "without a time it is now")
	})

	t.Run("AnAccountThatIsNotKnownIsAnsweredAllTheSame", func(t *testing.T) {
		t.Parallel()

		out := newChat(t).hear(zalo.EventFollow, func(ev *zalo.Event) { ev.OAID = "4999" })
		require.Contains(t, out.Replies[0].Message.Text, "trợ lý tự động của xã")
	})
}

func TestRouterHandoff(t *testing.T) {
	t.Parallel()

	commune := Unit{
		OAID: theOA, Code: "xa", Kind: UnitCommune, Name: "Xã Thử", Phone: "0900000100", Address: "Thôn Một", Hours: "sáng thứ hai đến thứ sáu",
	}
	village := Unit{OAID: theOA, Code: "thon-1", Kind: UnitThon, Name: "Thôn Một", ParentCode: "xa"}
	with := func(units ...Unit) func(*fixedStore) { return func(s *fixedStore) { s.units = units } }
	ask := func(c *chat) (Outcome, Message) {
		out := c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = "Gặp cán bộ" })
		require.Equal(c.t, "handoff", out.Handled[0].Decision)
		require.Len(c.t, out.Handoffs, 1)
		require.Len(c.t, out.Replies, 1)
		return out, out.Replies[0].Message
	}

	t.Run("IsKeptWithWhatWasAsked", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.in.Resident.UnitCode = "thon-1"
		out, _ := ask(c)
		require.Equal(t, Handoff{
			OAID: theOA, UserID: theUser, EventID: 1, UnitCode: "thon-1", Question: "Gặp cán bộ", Reason: "asked for", CreatedAt: morning,
		}, out.Handoffs[0])
	})

	t.Run("NamesThePhoneOfTheNearestUnitThatHasOne", func(t *testing.T) {
		t.Parallel()

		c := newChat(t, with(commune, village))
		c.in.Resident.UnitCode = "thon-1"
		_, m := ask(c)
		require.Contains(t, m.Text, "Xã Thử: 0900000100")
		require.Contains(t, m.Text, commune.Hours)
		require.Contains(t, m.Text, commune.Address)
		require.Equal(t, []Choice{{Title: "Gọi 0900000100", Phone: "0900000100"}}, m.Choices)
		require.Equal(t, "phone", c.decides("1"))
	})

	t.Run("NamesTheOnlyTopUnitToWhomeverWeDoNotKnow", func(t *testing.T) {
		t.Parallel()

		_, m := ask(newChat(t, with(commune, village)))
		require.Contains(t, m.Text, "0900000100")
	})

	t.Run("NamesNoPhoneWhereSeveralMayBeMeant", func(t *testing.T) {
		t.Parallel()

		other := commune
		other.Code = "xa-2"
		_, m := ask(newChat(t, with(commune, other)))
		require.NotContains(t, m.Text, "0900000100")
		require.Contains(t, m.Text, textHandoffUnknown)
		require.Empty(t, m.Choices)
	})

	t.Run("NamesNoPhoneWhereNobodyHasOne", func(t *testing.T) {
		t.Parallel()

		_, m := ask(newChat(t, with(village)))
		require.Contains(t, m.Text, textHandoffUnknown)
	})

	t.Run("DoesNotHangOnALoopOfUnits", func(t *testing.T) {
		t.Parallel()

		a, b := Unit{OAID: theOA, Code: "a", ParentCode: "b"}, Unit{OAID: theOA, Code: "b", ParentCode: "a"}
		c := newChat(t, with(a, b))
		c.in.Resident.UnitCode = "a"
		_, m := ask(c)
		require.Contains(t, m.Text, textHandoffUnknown)
	})

	t.Run("IsAlsoAskedForInOtherWords", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, "handoff", newChat(t).decides("cho tôi nói chuyện với người thật"))
	})
}

func TestRouterFaults(t *testing.T) {
	t.Parallel()

	// broken has no knowledge: every rule that needs it panics.
	broken := func(t *testing.T) *chat {
		c := newChat(t)
		c.bot.library = NewLibrary(nil, nil, nil)
		return c
	}

	t.Run("APanicInARuleStillGetsAnAnswer", func(t *testing.T) {
		t.Parallel()

		c := broken(t)
		decision, answer := c.say("làm sao kích hoạt VNeID")
		require.Equal(t, "trouble", decision)
		require.Equal(t, textTrouble, answer.Text)
		require.Equal(t, "handoff", c.decides("2"), "what is offered still works")
	})

	t.Run("APanicOverWhatNobodyWroteIsSilent", func(t *testing.T) {
		t.Parallel()

		out := broken(t).hear(zalo.EventFollow)
		require.Empty(t, out.Replies)
	})

	t.Run("APanicDoesNotStopTheEventsBehindIt", func(t *testing.T) {
		t.Parallel()

		c := broken(t)
		for i, text := range []string{"menu", "dừng"} {
			c.in.Events = append(c.in.Events, Event{ID: int64(i + 1), Event: zalo.Event{
				Name: zalo.EventUserSendText, OAID: theOA, UserID: theUser, Text: text, Timestamp: morning,
			}})
		}
		out, err := c.bot.handle(t.Context(), c.in)
		require.NoError(t, err)
		require.Equal(t, []Handled{{EventID: 1, Decision: "trouble"}, {EventID: 2, Decision: "stop"}}, out.Handled)
		require.Len(t, out.Replies, 2)
		require.Equal(t, "event:2:0", out.Replies[1].Origin)
	})
}
