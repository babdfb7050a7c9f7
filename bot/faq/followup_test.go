package faq

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDenial(t *testing.T) {
	t.Parallel()
	m := shippedMatcher(t)

	for _, text := range []string{
		"không phải", "Không phải!", "khong phai", "ko phai", "KHÔNG PHẢI Ý ĐÓ", "dạ không phải ý tôi ạ", "sai rồi em ơi", "nhầm rồi", "trả lời sai rồi",
		"không đúng câu hỏi của tôi", "tôi hỏi cái khác cơ", "đâu phải vậy", "hiểu sai rồi em", "ý tôi khác", "chẳng phải",
	} {
		t.Run("IsSeenIn "+text, func(t *testing.T) {
			t.Parallel()

			d := m.AskAfter(text, "vay-lai-suat-tong-hop")
			require.Equal(t, KindClarify, d.Kind, d.Reason)
			require.Equal(t, "vay-lai-suat-tong-hop", d.Denied)
			require.Len(t, d.Entries, offered)
			require.NotContains(t, d.Entries, "vay-lai-suat-tong-hop", "what was not meant is not offered again")
			require.Equal(t, NoBranch, d.Branch)
			require.False(t, d.FollowUp)
		})
	}

	for _, text := range []string{
		"", "😀", "phải", "không phải hộ nghèo thì vay được bao nhiêu tiền một năm", "nhà tôi không thuộc diện nào hết thì vay được không", "quên mật khẩu vneid",
		"cảm ơn em nhiều nhé",
	} {
		t.Run("IsNotSeenIn "+text, func(t *testing.T) {
			t.Parallel()

			require.Empty(t, m.AskAfter(text, "vay-lai-suat-tong-hop").Denied)
		})
	}

	t.Run("NeedsAnAnswerBefore", func(t *testing.T) {
		t.Parallel()

		for _, last := range []string{"", "an-entry-that-is-gone"} {
			require.Equal(t, m.Ask("không phải ý đó"), m.AskAfter("không phải ý đó", last))
			require.Empty(t, m.AskAfter("không phải ý đó", last).Denied)
		}
	})
}

func TestFollowUp(t *testing.T) {
	t.Parallel()
	m := shippedMatcher(t)

	t.Run("AsksForAPartOfTheLastAnswer", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"ở đâu?", "o dau", "mất bao lâu?", "cần giấy tờ gì", "lệ phí bao nhiêu"} {
			d := m.AskAfter(text, "can-cuoc-mat-cap-lai")
			require.Equal(t, KindAnswer, d.Kind, "%s: %s", text, d.Reason)
			require.Equal(t, "can-cuoc-mat-cap-lai", d.Entry, text)
			require.True(t, d.FollowUp, text)
		}
	})

	t.Run("LeavesTheLastAnswerForAnotherMatter", func(t *testing.T) {
		t.Parallel()

		d := m.AskAfter("quên mật khẩu vneid", "can-cuoc-mat-cap-lai")
		require.Equal(t, "vneid-quen-mat-khau", d.Entry)
		require.False(t, d.FollowUp)
	})

	t.Run("LeavesTheLastAnswerForAMatterOfItsOwnHoweverUnsure", func(t *testing.T) {
		t.Parallel()

		for text, last := range map[string]string{
			"lừa đảo rồi 😭😭 mất tiền rồi 🙏": "can-cuoc-mat-cap-lai",
			"heo bị sốt":         "vneid-kich-hoat",
			"giá vàng bao nhiêu": "can-cuoc-mat-cap-lai",
		} {
			d := shippedMatcher(t).AskAfter(text, last)
			require.NotEqual(t, last, d.Entry, "%s: %s", text, d.Reason)
			require.False(t, d.FollowUp, text)
		}
	})

	t.Run("KeepsTheEntryForAWordOfItsSection", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"thế còn lãi suất?", "vay được mấy triệu"} {
			require.Equal(t, "vay-ho-can-ngheo", shippedMatcher(t).AskAfter(text, "vay-ho-can-ngheo").Entry, text)
		}
	})

	t.Run("LeavesTalkAlone", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, KindSmallTalk, m.AskAfter("cảm ơn em nhiều nhé", "can-cuoc-mat-cap-lai").Kind)
		require.Equal(t, KindHandoff, m.AskAfter("cho tôi gặp cán bộ", "can-cuoc-mat-cap-lai").Kind)
	})

	t.Run("ReadsALongTextByItself", func(t *testing.T) {
		t.Parallel()

		long := "cho tôi hỏi là tôi quên mật khẩu vneid thì lấy lại thế nào"
		require.Greater(t, len(Words(long)), shortText)
		require.Equal(t, m.Ask(long), m.AskAfter(long, "can-cuoc-mat-cap-lai"))
	})

	t.Run("NeedsAnAnswerBefore", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"ở đâu?", "mất bao lâu?", "", "😀"} {
			require.Equal(t, m.Ask(text), m.AskAfter(text, "an-entry-that-is-gone"))
			require.False(t, m.Ask(text).FollowUp)
		}
	})
}

func TestExcerpt(t *testing.T) {
	t.Parallel()

	const answer = `Ai mất thẻ thì làm lại được.

Mang theo giấy khai sinh.
1. Tới trụ sở xã.
2. Xong sau 7 ngày.
Không mất tiền, trừ 70.000 đồng khi làm lại.
Tổng đài 19000368.`
	for name, c := range map[string]struct{ question, want string }{
		"Fee":                 {"lệ phí bao nhiêu", "Không mất tiền, trừ 70.000 đồng khi làm lại."},
		"FeeWithoutAccents":   {"co mat tien khong", "Không mất tiền, trừ 70.000 đồng khi làm lại."},
		"FeeAbbreviated":      {"bn tiền v", "Không mất tiền, trừ 70.000 đồng khi làm lại."},
		"Time":                {"bao lâu thì xong?", "- Xong sau 7 ngày."},
		"TimeWithoutAccents":  {"may ngay", "- Xong sau 7 ngày."},
		"Place":               {"ở đâu?", "- Tới trụ sở xã."},
		"PlaceWithoutAccents": {"o dau", "- Tới trụ sở xã."},
		"PlaceInDialect":      {"mô rứa", "- Tới trụ sở xã."},
		"Papers":              {"cần giấy tờ gì", "Ai mất thẻ thì làm lại được.\nMang theo giấy khai sinh."},
		"PapersInOtherWords":  {"mang theo chi", "Ai mất thẻ thì làm lại được.\nMang theo giấy khai sinh."},
		"Phone":               {"gọi số nào", "Tổng đài 19000368."},
		"PhoneAbbreviated":    {"cho xin sđt", "Tổng đài 19000368."},
		"NoSide":              {"thế à", ""},
		"NoWord":              {"😀", ""},
		"NoText":              {"", ""},
	} {
		t.Run("Gives"+name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.want, Excerpt(c.question, answer))
		})
	}

	t.Run("IsEmptyWhenTheAnswerSaysNothingOfIt", func(t *testing.T) {
		t.Parallel()

		for _, question := range []string{"lệ phí bao nhiêu", "bao lâu", "ở đâu", "gọi số nào", "cần giấy tờ gì"} {
			require.Empty(t, Excerpt(question, "Dạ được.\nCứ làm như thường."), question)
			require.Empty(t, Excerpt(question, ""), question)
		}
	})

	t.Run("IsEmptyWhenItIsTheWholeAnswer", func(t *testing.T) {
		t.Parallel()

		require.Empty(t, Excerpt("bao lâu", "Sau 7 ngày."))
		require.Empty(t, Excerpt("bao lâu", "Sau 7 ngày.\nChậm nhất 2 tuần.\n"))
		require.Empty(t, Excerpt("bao lâu", "Sau 7 ngày.\n\n \nChậm nhất 2 tuần.\n"), "an empty line tells nothing")
	})

	t.Run("IsLinesOfTheAnswerInItsOrder", func(t *testing.T) {
		t.Parallel()

		content, _ := shipped()
		for _, e := range content.Entries {
			for _, question := range []string{"lệ phí bao nhiêu", "bao lâu", "ở đâu", "gọi số nào", "cần giấy tờ gì"} {
				rest := stepNumber.ReplaceAllString(e.Answer, "- ")
				for line := range strings.Lines(Excerpt(question, e.Answer)) {
					line = strings.TrimPrefix(strings.TrimSpace(line), "- ")
					_, after, found := strings.Cut(rest, line)
					require.True(t, found, "%s: %s", e.ID, line)
					rest = after
				}
			}
		}
	})
}
