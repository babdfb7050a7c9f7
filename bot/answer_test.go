package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/zalo"
)

// The questions of these tests that stand in answerContent word for word.
const (
	askCard     = "mất thẻ căn cước làm lại ở đâu"
	askPassword = "quên mật khẩu VNeID"
	askLoan     = "muốn vay vốn ngân hàng chính sách"
	askPoor     = "hộ nghèo muốn vay vốn nuôi bò"
	askFire     = "cháy nhà rồi xin giúp với"
	askUnknown  = "giá lợn hơi hôm nay"
	askUnclear  = "thẻ căn cước" // of two entries
)

// answerContent has what the bot can do with a question: answer it, ask back, say whom to call.
func answerContent() faq.Content {
	return faq.Content{
		Sections: []faq.Section{{ID: "giay-to", Title: "Giấy tờ"}, {ID: "vay-von", Title: "Vay vốn"}},
		Entries: []faq.Entry{
			answerEntry("giay-to", "mat-the", "Mất thẻ căn cước",
				"1. Tới Công an xã làm lại thẻ.\n2. Nộp 70.000 đồng.\n3. Bảy ngày sau có thẻ mới.",
				askCard, "rơi mất căn cước rồi thì phải làm sao", "xin cấp lại căn cước bị mất", "làm rơi thẻ căn cước", askUnclear),
			answerEntry("giay-to", "tre-em", "Căn cước cho trẻ em", "Trẻ em làm được căn cước, cha mẹ đưa tới.",
				"con sáu tuổi làm căn cước được không", "làm căn cước cho bé", "trẻ em mấy tuổi thì làm căn cước", "cháu nhỏ có thẻ căn cước không", askUnclear),
			answerEntry("giay-to", "quen-mat-khau", "Quên mật khẩu", "Bấm Quên mật khẩu, quét mặt rồi đặt mật khẩu mới.",
				askPassword, "không nhớ mật khẩu định danh", "mật khẩu VNeID sai hoài", "lấy lại mật khẩu ứng dụng"),
			{
				ID: "vay", Section: "vay-von", Title: "Vay vốn chính sách", Issuer: "Ngân hàng", VerifiedOn: faq.Date{Year: 2026, Month: 11, Day: 5},
				Phrasings: []string{askLoan, "vay vốn nuôi bò", askPoor, "nhà tôi cận nghèo vay vốn được không", "vay tiền làm ăn"},
				Answer:    "Ngân hàng cho vay không cần thế chấp.",
				Ask: &faq.Ask{Question: "Nhà mình thuộc hộ nào?", Branches: []faq.Branch{
					{Title: "Hộ nghèo", Words: []string{"hộ nghèo"}, Answer: "Hộ nghèo vay lãi 6,6% một năm."},
					{Title: "Hộ cận nghèo", Words: []string{"cận nghèo"}, Answer: "Hộ cận nghèo vay lãi 7,92% một năm."},
				}},
			},
			answerEntry("vay-von", "ho-tro-chay", "Hỗ trợ nhà bị cháy", "Xã xét hỗ trợ trong bảy ngày.",
				"nhà bị cháy được hỗ trợ gì", "cháy nhà xong xin hỗ trợ ở đâu", "tiền hỗ trợ sau hỏa hoạn"),
		},
		None:      []string{askUnknown, "trời mai có mưa không"},
		Handoff:   []string{"cho tôi nói chuyện với người thật"},
		SmallTalk: []faq.SmallTalk{{Answer: "Dạ không có gì ạ.", Phrasings: []string{"cảm ơn", "cảm ơn nhiều nhé"}}},
		Emergencies: []faq.Emergency{
			{
				ID: "chay", Number: "114", Title: "Cháy", Answer: "Gọi ngay 114 và ra khỏi nhà.\n",
				Phrasings: []string{"nhà đang cháy cứu với", "cháy nhà rồi", "cháy lớn quá gọi ai", "lửa bốc lên trong bếp"},
			},
			{
				ID: "cap-cuu", Number: "115", Title: "Cấp cứu", Answer: "Gọi ngay 115.",
				Phrasings: []string{"có người ngất xỉu không thở", "bố tôi bị tai nạn chảy máu nhiều"},
			},
		},
		NoEmergency: []string{"vay vốn sau khi cháy nhà", "xin hỗ trợ vì nhà cháy năm ngoái"},
	}
}

func answerEntry(section, id, title, answer string, phrasings ...string) faq.Entry {
	e := routerEntry(section, id, title, phrasings...)
	e.Answer = answer
	return e
}

const cardSource = "\n\nNguồn: Công an xã. Kiểm tra ngày 01/11/2026."

// newTalk is a chat over answerContent; change may say more of the store.
func newTalk(t *testing.T, change ...func(*fixedStore)) *chat {
	t.Helper()
	return newChat(t, append([]func(*fixedStore){func(s *fixedStore) { s.content = answerContent() }}, change...)...)
}

// editing changes one entry of the content.
func editing(id string, edit func(*faq.Entry)) func(*fixedStore) {
	return func(s *fixedStore) {
		edit(&s.content.Entries[slices.IndexFunc(s.content.Entries, func(e faq.Entry) bool { return e.ID == id })])
	}
}

// text lets the resident write, and returns all that follows.
func (c *chat) text(text string) Outcome {
	c.t.Helper()
	return c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = text })
}

// question is the only question kept of an outcome.
func (c *chat) question(out Outcome) Question {
	c.t.Helper()
	require.Len(c.t, out.Questions, 1)
	return out.Questions[0]
}

func TestAnswerEmergency(t *testing.T) {
	t.Parallel()

	t.Run("GivesTheNumberAndIsKeptForAHuman", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.in.Resident.UnitCode = "thon-1"
		out := c.text("Nhà đang cháy, cứu với!")
		require.Equal(t, "emergency", out.Handled[0].Decision)
		require.Len(t, out.Replies, 1)
		require.Equal(t, Message{
			Text:    "Gọi ngay 114 và ra khỏi nhà.",
			Choices: []Choice{{Title: "Gọi 114", Phone: "114"}, choiceHandoff, choiceNoDanger},
		}, out.Replies[0].Message)
		require.Equal(t, []Handoff{{
			OAID: theOA, UserID: theUser, EventID: 1, UnitCode: "thon-1", Question: "Nhà đang cháy, cứu với!",
			Reason: "emergency chay", CreatedAt: morning,
		}}, out.Handoffs)
		require.Equal(t, "emergency", c.question(out).Decision)
	})

	for name, text := range map[string]string{
		"InDecomposedAccents": norm.NFD.String("nhà đang cháy cứu với"),
		"WithoutAccents":      "nha dang chay cuu voi",
		"InCapitals":          "NHÀ ĐANG CHÁY CỨU VỚI!!!",
		"WithEmoji":           "🔥🔥 nhà đang cháy cứu với 😭",
		"InTelex":             "nhaf ddang chays cuwus vowis",
	} {
		t.Run("IsSeen"+name, func(t *testing.T) {
			t.Parallel()

			decision, answer := newTalk(t).say(text)
			require.Equal(t, "emergency", decision)
			require.Contains(t, answer.Text, "114")
		})
	}

	t.Run("OfEachKindHasItsOwnNumber", func(t *testing.T) {
		t.Parallel()

		_, answer := newTalk(t).say("bố tôi bị tai nạn chảy máu nhiều")
		require.Equal(t, "115", answer.Choices[0].Phone)
	})

	t.Run("ComesBeforeWhatWasTalkedAbout", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		require.Equal(t, "answer", c.decides(askCard))
		require.Equal(t, "emergency", c.decides("cháy nhà rồi"))
	})

	t.Run("IsNotSeenInWhatOnlySoundsLikeOne", func(t *testing.T) {
		t.Parallel()

		require.NotEqual(t, "emergency", newTalk(t).decides("vay vốn sau khi cháy nhà"))
	})

	t.Run("WasNoneSoTheQuestionIsAnsweredCalmly", func(t *testing.T) {
		t.Parallel()

		for _, tapped := range []string{payloadCalm, "3", "không khẩn cấp"} {
			c := newTalk(t)
			require.Equal(t, "emergency", c.decides(askFire))
			out := c.text(tapped)
			require.NotEqual(t, "emergency", out.Handled[0].Decision, tapped)
			require.Empty(t, out.Handoffs)
			q := c.question(out)
			require.Equal(t, "ho-tro-chay", q.Entry)
			require.Equal(t, askFire, q.Text, "the button is no question")
			require.Equal(t, int64(2), q.EventID)
		}
	})

	t.Run("WasNoneButNothingIsKnownOfTheQuestion", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		require.Equal(t, "menu", c.decides(payloadCalm), "nothing was asked")
		c.say(askFire)
		c.now = c.now.Add(conversationLife)
		require.Equal(t, "menu", c.decides(payloadCalm), "it is long ago")
	})

	t.Run("HandsOverItsQuestion", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askFire)
		require.Equal(t, askFire, c.text("2").Handoffs[0].Question)
	})
}

func TestAnswerBranches(t *testing.T) {
	t.Parallel()

	const loanSource = "\n\nNguồn: Ngân hàng. Kiểm tra ngày 05/11/2026."
	poor := "Hộ nghèo:\nHộ nghèo vay lãi 6,6% một năm." + loanSource

	t.Run("AreAskedForBelowWhatHoldsForEverybody", func(t *testing.T) {
		t.Parallel()

		decision, answer := newTalk(t).say(askLoan)
		require.Equal(t, "answer", decision)
		require.Equal(t, "Ngân hàng cho vay không cần thế chấp."+loanSource+"\n\nNhà mình thuộc hộ nào?", answer.Text)
		require.Equal(t, []Choice{
			{Title: "Hộ nghèo", Payload: "#cau vay 1"}, {Title: "Hộ cận nghèo", Payload: "#cau vay 2"}, choiceWrong,
		}, answer.Choices)
	})

	t.Run("AreTappedOrNamedByNumber", func(t *testing.T) {
		t.Parallel()

		for _, tapped := range []string{"#cau vay 1", "1", "#CAU VAY 1"} {
			c := newTalk(t)
			c.say(askLoan)
			decision, answer := c.say(tapped)
			require.Equal(t, "answer", decision)
			require.Equal(t, poor, answer.Text)
			require.Equal(t, []Choice{{Title: titleOtherCase, Payload: "#cau vay"}, choiceWrong}, answer.Choices)
		}
	})

	t.Run("AreOfferedAgainForAnotherCase", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askPoor)
		_, answer := c.say("1")
		require.Equal(t, []string{"#cau vay 1", "#cau vay 2", payloadWrong}, payloads(answer))
	})

	t.Run("AreKnownFromTheWordsOfTheQuestion", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		_, answer := c.say(askPoor)
		require.Equal(t, poor, answer.Text)
		_, answer = c.say("ho ngheo muon vay von nuoi bo")
		require.Equal(t, poor, answer.Text)
		_, answer = c.say("nhà tôi cận nghèo vay vốn được không")
		require.Contains(t, answer.Text, "7,92%")
		require.NotContains(t, answer.Text, "6,6%")
	})

	t.Run("AreNamedInTheNextMessage", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askLoan)
		_, answer := c.say("cận nghèo")
		require.Contains(t, answer.Text, "7,92%")
	})

	t.Run("ThatDoNotExistAreAskedFor", func(t *testing.T) {
		t.Parallel()

		for _, tapped := range []string{"#cau vay 0", "#cau vay 3", "#cau vay -1", "#cau vay x", "#cau vay 99999999999999999999"} {
			_, answer := newTalk(t).say(tapped)
			require.Contains(t, answer.Text, "Nhà mình thuộc hộ nào?", tapped)
		}
		_, answer := newTalk(t).say("#cau mat-the 1")
		require.Contains(t, answer.Text, "1. Tới Công an xã", "an entry without cases")
	})

	t.Run("NeverPushADenialBehindTheButtonsThatZaloShows", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t, editing("vay", func(e *faq.Entry) {
			for i := range faq.MaxButtons {
				e.Buttons = append(e.Buttons, faq.Button{Title: fmt.Sprint("Mở ", i), URL: "https://vbsp.org.vn"})
			}
			e.Audio = map[string]string{"vi": "https://loa.example.vn/vay.mp3"}
			for len(e.Ask.Branches) < faq.MaxBranches {
				e.Ask.Branches = append(e.Ask.Branches, faq.Branch{Title: "Hộ khác", Answer: "Hỏi xã."})
			}
		}))
		for _, text := range []string{askLoan, askPoor} {
			_, answer := c.say(text)
			require.LessOrEqual(t, len(answer.Choices), zalo.MaxButtons)
			require.Equal(t, choiceWrong, answer.Choices[len(answer.Choices)-1])
			require.Contains(t, answer.Choices, Choice{Title: titleListen, URL: "https://loa.example.vn/vay.mp3"})
		}
		require.Contains(t, payloads(Message{Choices: c.in.Conversation.Choices}), "#cau vay", "nor the other cases")
	})
}

func TestAnswerDenied(t *testing.T) {
	t.Parallel()

	for _, text := range []string{payloadWrong, "1", "không phải", "Không phải ạ!", "khong phai", "trả lời sai", "không phải ý đó"} {
		t.Run("BringsTheNextCandidates/"+text, func(t *testing.T) {
			t.Parallel()

			c := newTalk(t)
			_, answer := c.say(askCard)
			require.Equal(t, []Choice{choiceWrong}, answer.Choices)
			out := c.text(text)
			require.Equal(t, "clarify", out.Handled[0].Decision)
			require.Len(t, out.Replies, 1)
			others := out.Replies[0].Message
			require.Equal(t, textDenied, others.Text)
			require.Greater(t, len(others.Choices), 1)
			require.NotContains(t, payloads(others), "#cau mat-the")
			require.Equal(t, choiceHandoff, others.Choices[len(others.Choices)-1])
			require.Equal(t, []int64{1}, out.Denied)
			require.Empty(t, out.Questions, "the denial is no question")
			_, chosen := c.say("1")
			require.Contains(t, chosen.Text, "Nguồn: ")
		})
	}

	t.Run("TwiceAsksForOtherWords", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		c.say(payloadWrong)
		out := c.text(payloadWrong)
		require.Equal(t, "none", out.Handled[0].Decision)
		require.Equal(t, Message{Text: textAskAgain, Choices: []Choice{choiceMenu, choiceHandoff}}, out.Replies[0].Message)
		require.Empty(t, out.Denied)
	})

	t.Run("WithoutAnAnswerBeforeAsksForOtherWords", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		_, answer := c.say(payloadWrong)
		require.Equal(t, textAskAgain, answer.Text)
		c.say(askCard)
		c.now = c.now.Add(conversationLife)
		out := c.text(payloadWrong)
		require.Equal(t, textAskAgain, out.Replies[0].Message.Text, "it is long ago")
		require.Empty(t, out.Denied)
	})

	t.Run("OfAnEntryThatIsGoneMeanwhileAsksForOtherWords", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		c.in.Conversation.Subject.Entry = "da-xoa"
		out := c.text(payloadWrong)
		require.Equal(t, textAskAgain, out.Replies[0].Message.Text)
		require.Empty(t, out.Questions, "the button is no question")
	})

	t.Run("OfATappedEntryOffersItsNeighbours", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say("#cau mat-the")
		out := c.text(payloadWrong)
		require.Equal(t, textDenied, out.Replies[0].Message.Text)
		require.NotContains(t, payloads(out.Replies[0].Message), "#cau mat-the")
		require.Empty(t, out.Denied, "nothing was asked in words")
	})

	t.Run("ThenTheHandoffKeepsTheQuestion", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		c.say(payloadWrong)
		require.Equal(t, askCard, c.text(payloadHandoff).Handoffs[0].Question)
	})
}

func TestAnswerFollowUp(t *testing.T) {
	t.Parallel()

	for text, part := range map[string]string{
		"ở đâu?": "- Tới Công an xã làm lại thẻ.", "o dau": "- Tới Công an xã làm lại thẻ.",
		"bao nhiêu tiền?": "- Nộp 70.000 đồng.", "mấy ngày": "- Bảy ngày sau có thẻ mới.",
	} {
		t.Run("GetsOnlyThePartThatItAsksFor/"+text, func(t *testing.T) {
			t.Parallel()

			c := newTalk(t)
			c.say(askCard)
			out := c.text(text)
			require.Equal(t, "answer", out.Handled[0].Decision)
			answer := out.Replies[0].Message
			require.Equal(t, "Mất thẻ căn cước\n"+part+cardSource, answer.Text)
			require.Equal(t, []Choice{{Title: titleWhole, Payload: "#cau mat-the"}, choiceWrong}, answer.Choices)
			require.Equal(t, text, c.question(out).Text)
			_, whole := c.say("1")
			require.Contains(t, whole.Text, "1. Tới Công an xã làm lại thẻ.\n2. Nộp 70.000 đồng.")
		})
	}

	t.Run("GetsTheWholeAnswerWhenItsPartIsNotTold", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askPassword)
		_, answer := c.say("bao nhiêu tiền?")
		require.Contains(t, answer.Text, "Bấm Quên mật khẩu, quét mặt rồi đặt mật khẩu mới.")
		require.NotContains(t, payloads(answer), "#cau quen-mat-khau")
	})

	t.Run("MayFollowAnother", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		c.say("ở đâu?")
		_, answer := c.say("mấy ngày")
		require.Contains(t, answer.Text, "- Bảy ngày sau")
		require.Equal(t, askCard, c.text(payloadHandoff).Handoffs[0].Question, "which alone tells an officer something")
	})

	t.Run("MayFollowATappedEntry", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say("#cau mat-the")
		_, answer := c.say("bao nhiêu tiền?")
		require.Contains(t, answer.Text, "- Nộp 70.000 đồng.")
	})

	t.Run("SurvivesThanks", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		require.Equal(t, "smalltalk", c.decides("cảm ơn"))
		_, answer := c.say("bao nhiêu tiền?")
		require.Contains(t, answer.Text, "- Nộp 70.000 đồng.")
	})

	t.Run("IsNoneWhenItAsksForSomethingElse", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		_, answer := c.say(askPassword)
		require.Contains(t, answer.Text, "quét mặt")
	})

	t.Run("IsNoneAfterAWhile", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		c.now = c.now.Add(conversationLife)
		_, answer := c.say("bao nhiêu tiền?")
		require.NotContains(t, answer.Text, "70.000")
	})

	t.Run("IsNotRevivedByAMenuAfterAWhile", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		c.say(askCard)
		c.now = c.now.Add(conversationLife)
		c.say("menu")
		require.Equal(t, "Gặp cán bộ", c.text("Gặp cán bộ").Handoffs[0].Question)
		c.say("#cau vay")
		require.Empty(t, c.text(payloadWrong).Denied, "the question of long ago was answered rightly")
	})

	t.Run("OfAnExpiredEntryIsHandedOver", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t, editing("mat-the", func(e *faq.Entry) { e.ValidUntil = faq.Date{Year: 2026, Month: 11, Day: 21} }))
		c.now = time.Date(2026, time.November, 21, 23, 50, 0, 0, village)
		c.say(askCard)
		c.now = c.now.Add(20 * time.Minute)
		require.Equal(t, "expired", c.decides("bao nhiêu tiền?"))
	})
}

func TestAnswerBoth(t *testing.T) {
	t.Parallel()

	t.Run("QuestionsOfOneMessage", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		out := c.text("Mất thẻ căn cước làm lại ở đâu? Quên mật khẩu VNeID thì sao?")
		require.Equal(t, "answer", out.Handled[0].Decision)
		require.Len(t, out.Replies, 2)
		require.Equal(t, "event:1:0", out.Replies[0].Origin)
		require.Equal(t, "event:1:1", out.Replies[1].Origin)
		first, second := out.Replies[0].Message, out.Replies[1].Message
		require.True(t, strings.HasPrefix(first.Text, "Mất thẻ căn cước\n1. Tới Công an xã"), first.Text)
		require.Equal(t, "Quên mật khẩu\nBấm Quên mật khẩu, quét mặt rồi đặt mật khẩu mới."+cardSource, second.Text)
		require.Empty(t, first.Choices)
		require.Equal(t, []Choice{choiceWrong}, second.Choices)
		require.Equal(t, "answer", c.question(out).Decision)
	})

	t.Run("AreBothLeftOutOnceDenied", func(t *testing.T) {
		t.Parallel()

		for _, denial := range []string{choiceWrong.Payload, "không phải"} {
			c := newTalk(t)
			c.text("Mất thẻ căn cước làm lại ở đâu? Quên mật khẩu VNeID thì sao?")
			decision, m := c.say(denial)
			require.Equal(t, "clarify", decision)
			for _, choice := range m.Choices {
				require.NotContains(t, []string{"#cau mat-the", "#cau quen-mat-khau"}, choice.Payload)
			}
		}
	})

	t.Run("OffersTheCasesOfOneOfThem", func(t *testing.T) {
		t.Parallel()

		out := newTalk(t).text("Mất thẻ căn cước làm lại ở đâu? Muốn vay vốn ngân hàng chính sách.")
		require.Len(t, out.Replies, 2)
		require.Equal(t, []Choice{{Title: "Vay vốn chính sách", Payload: "#cau vay"}, choiceWrong}, out.Replies[1].Message.Choices)
	})

	t.Run("HandsOverTheOneThatIsExpired", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t, editing("mat-the", func(e *faq.Entry) { e.ValidUntil = faq.Date{Year: 2026, Month: 11, Day: 20} }))
		out := c.text("Mất thẻ căn cước làm lại ở đâu? Quên mật khẩu VNeID thì sao?")
		require.Len(t, out.Replies, 2)
		require.Contains(t, out.Replies[0].Message.Text, textExpired)
		require.Contains(t, out.Replies[1].Message.Text, "quét mặt")
		require.Len(t, out.Handoffs, 1)
	})
}

func TestAnswerOfAUnit(t *testing.T) {
	t.Parallel()

	units := []Unit{
		{OAID: theOA, Code: "xa", Kind: UnitCommune, Name: "Xã Thử", Phone: "0900000100", Hours: "sáng thứ hai"},
		{OAID: theOA, Code: "thon-1", Kind: UnitThon, Name: "Thôn Một", ParentCode: "xa", Phone: "0900000101"},
		{OAID: theOA, Code: "thon-2", Kind: UnitThon, Name: "Thôn Hai", ParentCode: "xa"},
		{OAID: theOA, Code: "xom", Kind: UnitThon, Name: "Xóm Trong", ParentCode: "thon-1"},
	}
	in := func(t *testing.T, unit, language string, change ...func(*fixedStore)) *chat {
		t.Helper()
		c := newTalk(t, append([]func(*fixedStore){func(s *fixedStore) { s.units = units }}, change...)...)
		c.in.Resident.UnitCode, c.in.Resident.Language = unit, language
		return c
	}
	answer := func(c *chat) string {
		c.t.Helper()
		_, m := c.say("#cau tre-em")
		return strings.TrimSuffix(m.Text, cardSource)
	}
	override := func(oaID, unit, text string) func(*fixedStore) {
		return func(s *fixedStore) {
			s.overrides = append(s.overrides, Override{OAID: oaID, Override: faq.Override{Entry: "tre-em", Unit: unit, Answer: text}})
		}
	}

	t.Run("IsThatOfTheNearestUnitThatHasOne", func(t *testing.T) {
		t.Parallel()

		ofCommune, ofVillage := override(theOA, "xa", "Của xã."), override(theOA, "thon-1", "Của thôn.")
		for unit, want := range map[string]string{"xa": "Của xã.", "thon-1": "Của thôn.", "thon-2": "Của xã.", "xom": "Của thôn.", "": "Của xã."} {
			require.Equal(t, want, answer(in(t, unit, "", ofCommune, ofVillage)), unit)
		}
		require.Equal(t, "Trẻ em làm được căn cước, cha mẹ đưa tới.", answer(in(t, "khong-co", "", ofCommune)), "of a unit that is gone")
	})

	t.Run("IsNeverThatOfAnotherAccount", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, "Trẻ em làm được căn cước, cha mẹ đưa tới.", answer(in(t, "xa", "", override("4999", "xa", "Của xã khác."))))
	})

	t.Run("IsFilledFromTheUnitsUpwards", func(t *testing.T) {
		t.Parallel()

		text := editing("tre-em", func(e *faq.Entry) {
			e.Answer = "Hỏi {don_vi}, số {dien_thoai}.\nGiờ: {gio_lam_viec}.\nĐịa chỉ: {dia_chi}.\nMang giấy khai sinh."
		})
		for unit, want := range map[string]string{
			"thon-1": "Hỏi Thôn Một, số 0900000101.\nGiờ: sáng thứ hai.\nMang giấy khai sinh.",
			"thon-2": "Hỏi Thôn Hai, số 0900000100.\nGiờ: sáng thứ hai.\nMang giấy khai sinh.",
			"xom":    "Hỏi Xóm Trong, số 0900000101.\nGiờ: sáng thứ hai.\nMang giấy khai sinh.",
			"":       "Hỏi Xã Thử, số 0900000100.\nGiờ: sáng thứ hai.\nMang giấy khai sinh.",
		} {
			require.Equal(t, want, answer(in(t, unit, "", text)), unit)
		}
		require.Equal(t, "Mang giấy khai sinh.", answer(newTalk(t, text)), "nobody sees a gap")
	})

	t.Run("IsFilledInItsCasesAndOverridesToo", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, "Gọi 0900000101.", answer(in(t, "thon-1", "", override(theOA, "xa", "Gọi {dien_thoai}."))))
		c := in(t, "thon-1", "", editing("vay", func(e *faq.Entry) { e.Ask.Branches[0].Answer = "Gọi {dien_thoai}." }))
		_, m := c.say("#cau vay 1")
		require.Contains(t, m.Text, "Gọi 0900000101.")
	})

	t.Run("IsInTheResidentsLanguageOrSaysThatItIsNot", func(t *testing.T) {
		t.Parallel()

		const vietnamese = "Trẻ em làm được căn cước, cha mẹ đưa tới."
		translated := editing("tre-em", func(e *faq.Entry) { e.Answers = map[string]string{"rad": "Ê Đê. {dien_thoai}"} })
		for language, want := range map[string]string{
			"": vietnamese, "vi": vietnamese, "vi-VN": vietnamese,
			"rad": "Ê Đê. 0900000100", "rad-VN": "Ê Đê. 0900000100",
			"km": "(Câu này chưa có bản tiếng Khmer, tôi gửi bản tiếng Việt.)\n" + vietnamese,
			"xx": "(Câu này chưa có bản bằng tiếng của anh/chị, tôi gửi bản tiếng Việt.)\n" + vietnamese,
		} {
			require.Equal(t, want, answer(in(t, "xa", language, translated)), language)
		}
		own := override(theOA, "xa", "Của xã.")
		require.Equal(t, "(Câu này chưa có bản tiếng Ê Đê, tôi gửi bản tiếng Việt.)\nCủa xã.", answer(in(t, "xa", "rad", translated, own)),
			"the translation of what holds elsewhere would be wrong here")
		require.Equal(t, "Trẻ em làm được căn cước, cha mẹ đưa tới.", answer(in(t, "thon-1", "", translated)))
	})

	t.Run("IsHeardFromARecording", func(t *testing.T) {
		t.Parallel()

		recorded := editing("tre-em", func(e *faq.Entry) {
			e.Audio = map[string]string{"vi": "https://loa.example.vn/vi.mp3", "rad": "https://loa.example.vn/rad.mp3"}
		})
		link := func(c *chat) string {
			c.t.Helper()
			_, m := c.say("#cau tre-em")
			i := slices.IndexFunc(m.Choices, func(c Choice) bool { return c.Title == titleListen })
			if i < 0 {
				return ""
			}
			decision, opened := c.say(fmt.Sprint(i + 1))
			require.Equal(c.t, "link", decision)
			require.Contains(c.t, opened.Text, m.Choices[i].URL)
			return m.Choices[i].URL
		}
		require.Equal(t, "https://loa.example.vn/vi.mp3", link(in(t, "xa", "", recorded)))
		require.Equal(t, "https://loa.example.vn/rad.mp3", link(in(t, "xa", "rad", recorded)))
		require.Equal(t, "https://loa.example.vn/vi.mp3", link(in(t, "xa", "km", recorded)))
		require.Empty(t, link(in(t, "xa", "")))
		require.Empty(t, link(in(t, "xa", "", recorded, override(theOA, "xa", "Của xã."))), "the recording says something else")
	})
}

func TestAnswerKeepsQuestions(t *testing.T) {
	t.Parallel()

	t.Run("WithWhatWasDecided", func(t *testing.T) {
		t.Parallel()

		for text, want := range map[string]struct{ decision, entry string }{
			askCard: {"answer", "mat-the"}, askPoor: {"answer", "vay"}, askUnclear: {"clarify", ""}, askUnknown: {"none", ""},
			"cháy nhà rồi": {"emergency", ""}, "cho tôi nói chuyện với người thật": {"handoff", ""},
		} {
			c := newTalk(t)
			c.in.Resident.UnitCode = "thon-1"
			out := c.text(text)
			q := c.question(out)
			require.Equal(t, want.decision, q.Decision)
			require.Equal(t, out.Handled[0].Decision, q.Decision)
			if want.entry == "" {
				want.entry = q.Candidates[0].Entry // the nearest
			}
			require.Equal(t, want.entry, q.Entry)
			require.NotEmpty(t, q.Candidates)
			require.NotEmpty(t, q.Reason)
			q.Score, q.Reason, q.Candidates = 0, "", nil
			require.Equal(t, Question{
				OAID: theOA, EventID: 1, UnitCode: "thon-1", Text: text, Decision: want.decision, Entry: want.entry, AskedAt: morning,
			}, q)
		}
	})

	t.Run("AlsoOfWhatIsExpired", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t, editing("mat-the", func(e *faq.Entry) { e.ValidUntil = faq.Date{Year: 2026, Month: 11, Day: 20} }))
		require.Equal(t, "expired", c.question(c.text(askCard)).Decision)
	})

	t.Run("WithoutNumbersThatTellWhoAsked", func(t *testing.T) {
		t.Parallel()

		for text, want := range map[string]string{
			"căn cước 012345678901 của tôi mất": "căn cước … của tôi mất",
			"gọi tôi 0912 345 678 nhé":          "gọi tôi … nhé",
			"gọi tôi 0912.345.678":              "gọi tôi …",
			"gọi 091-234-5678, mất thẻ":         "gọi …, mất thẻ",
			"stk 1234567890123":                 "stk …",
			"thẻ hết hạn năm 2026":              "thẻ hết hạn năm 2026",
			"con 6 tuổi":                        "con 6 tuổi",
			"nghị định 28/2022":                 "nghị định 28/2022",
		} {
			c := newTalk(t)
			require.Equal(t, want, c.question(c.text(text)).Text)
		}
	})

	t.Run("ButNothingThatIsNone", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		for _, text := range []string{"menu", "trợ giúp", "#muc giay-to", "#cau mat-the", "1", "cảm ơn", "gặp cán bộ", "#sai", "dừng", "😀"} {
			require.Empty(t, c.text(text).Questions, text)
		}
		require.Empty(t, c.hear(zalo.EventUserSendImage).Questions)
	})
}

func TestAnswerHandoff(t *testing.T) {
	t.Parallel()

	t.Run("KeepsTheQuestionBefore", func(t *testing.T) {
		t.Parallel()

		for _, wish := range []string{payloadHandoff, "2", "gặp cán bộ"} {
			c := newTalk(t)
			_, answer := c.say(askUnknown)
			require.Equal(t, []Choice{choiceMenu, choiceHandoff}, answer.Choices)
			out := c.text(wish)
			require.Equal(t, "handoff", out.Handled[0].Decision)
			require.Equal(t, askUnknown, out.Handoffs[0].Question, wish)
			require.Equal(t, int64(2), out.Handoffs[0].EventID)
		}
	})

	t.Run("KeepsTheWishWhenNothingWasAskedLately", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t)
		require.Equal(t, payloadHandoff, c.text(payloadHandoff).Handoffs[0].Question)
		c.say(askUnknown)
		c.now = c.now.Add(conversationLife)
		require.Equal(t, "Gặp cán bộ", c.text("Gặp cán bộ").Handoffs[0].Question)
	})

	t.Run("OfAnExpiredEntryThatWasTappedNamesIt", func(t *testing.T) {
		t.Parallel()

		c := newTalk(t, editing("mat-the", func(e *faq.Entry) { e.ValidUntil = faq.Date{Year: 2026, Month: 11, Day: 20} }))
		c.say("#muc giay-to")
		out := c.text("1")
		require.Equal(t, "expired", out.Handled[0].Decision)
		require.Equal(t, "Mất thẻ căn cước", out.Handoffs[0].Question, "a number alone tells an officer nothing")
	})
}
