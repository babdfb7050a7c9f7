package faq_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/loalang/loalang/bot/faq"
)

// smallContent is four entries in two topics and every kind of special line.
var smallContent = faq.Content{
	Entries: []faq.Entry{
		{ID: "vneid-kich-hoat", Title: "Kích hoạt VNeID thế nào?", Phrasings: []string{
			"làm sao kích hoạt VNeID", "định danh mức 2 xong rồi mở ứng dụng thế nào", "kích hoạt tài khoản định danh",
			"xin chỉ cách kích hoạt vneid trên máy",
		}},
		{ID: "vneid-quen-mat-khau", Title: "Quên mật khẩu VNeID", Phrasings: []string{
			"quên mật khẩu vneid", "không nhớ mật khẩu định danh thì lấy lại sao", "đặt lại mật khẩu cho mẹ tôi",
		}},
		{ID: "vay-ho-ngheo", Title: "Hộ nghèo vay được bao nhiêu?", Phrasings: []string{
			"hộ nghèo được vay bao nhiêu tiền", "nhà có sổ nghèo muốn vay nuôi bò", "vay vốn hộ nghèo",
		}},
		{ID: "vay-lai-suat", Title: "Lãi suất vay ngân hàng chính sách", Phrasings: []string{
			"lãi suất bao nhiêu một năm", "vay tiền thì trả lãi mấy phần trăm", "vay vốn",
		}},
	},
	None:      []string{"mua váy cưới ở đâu", "giá lợn hơi hôm nay", "làm hộ chiếu ở đâu"},
	Handoff:   []string{"cho tôi gặp cán bộ", "muốn nói chuyện với người thật", "xin số điện thoại cán bộ xã"},
	SmallTalk: []faq.SmallTalk{{Answer: "Dạ không có gì ạ.", Phrasings: []string{"cảm ơn", "cảm ơn em nhiều nhé"}}, {Answer: "Dạ em chào.", Phrasings: []string{"xin chào", "em chào"}}},
}

func TestMatcher(t *testing.T) {
	t.Parallel()
	m := faq.New(smallContent)

	for name, text := range map[string]string{
		"InTheWordsOfThePhrasing": "làm sao kích hoạt VNeID",
		"WithPunctuation":         "Làm sao kích hoạt VNeID?!",
		"Decomposed":              norm.NFD.String("Làm sao kích hoạt VNeID"),
		"WithoutAccents":          "lam sao kich hoat vneid",
		"InCapitals":              "LÀM SAO KÍCH HOẠT VNEID",
		"WithEmoji":               "làm sao kích hoạt VNeID 😭🙏",
		"InTelex":                 "lafm sao kichs hoatj vneid",
		"Abbreviated":             "lm sao kích hoạt vnid",
		"ByItsTitle":              "kich hoat vneid the nao",
		"InOtherWords":            "chỉ giúp cách kích hoạt tài khoản vneid",
	} {
		t.Run("Answers"+name, func(t *testing.T) {
			t.Parallel()

			d := m.Ask(text)
			require.Equal(t, faq.KindAnswer, d.Kind, d.Reason)
			require.Equal(t, "vneid-kich-hoat", d.Entry)
			require.Equal(t, "vneid-kich-hoat", d.Candidates[0].Entry)
			require.Empty(t, d.Entries)
		})
	}

	t.Run("AsksBackWhenTwoEntriesAreNear", func(t *testing.T) {
		t.Parallel()

		d := m.Ask("hộ nghèo vay vốn thì trả lãi suất bao nhiêu một năm")
		require.Equal(t, faq.KindClarify, d.Kind, d.Reason)
		require.Empty(t, d.Entry)
		require.ElementsMatch(t, []string{"vay-ho-ngheo", "vay-lai-suat"}, d.Entries)
	})

	t.Run("AsksBackWhenOnePhrasingStandsInTwoEntries", func(t *testing.T) {
		t.Parallel()

		content := smallContent
		content.Entries = append(content.Entries[:4:4], faq.Entry{ID: "vay-thu-tuc", Phrasings: []string{"Vay Von"}})
		d := faq.New(content).Ask("vay vốn")
		require.Equal(t, faq.KindClarify, d.Kind, d.Reason)
		require.Contains(t, d.Entries, "vay-thu-tuc")
	})

	t.Run("HandsOffToAHuman", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"cho tôi gặp cán bộ", "toi muon noi chuyen voi nguoi that"} {
			require.Equal(t, faq.KindHandoff, m.Ask(text).Kind, text)
		}
	})

	t.Run("AnswersSmallTalkWithItsOwnReply", func(t *testing.T) {
		t.Parallel()

		for text, reply := range map[string]string{"cam on e nhieu": "Dạ không có gì ạ.", "tks": "Dạ không có gì ạ.", "Xin chào!": "Dạ em chào."} {
			d := m.Ask(text)
			require.Equal(t, faq.KindSmallTalk, d.Kind, text)
			require.Equal(t, reply, d.Reply)
		}
	})

	t.Run("SaysThatItDoesNotKnow", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"", "😀😀😀", "?!", "xyzzy", "giá lợn hơi bao nhiêu hôm nay", "mua vay cuoi o dau"} {
			d := m.Ask(text)
			require.Equal(t, faq.KindNone, d.Kind, text)
			require.Empty(t, d.Entry)
		}
	})

	t.Run("AlwaysGivesTheBestThreeInOrder", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"", "xyzzy", "cảm ơn", "vay vốn", "quên mật khẩu", "cho tôi gặp cán bộ", "mua váy cưới ở đâu"} {
			d := m.Ask(text)
			require.Len(t, d.Candidates, 3, text)
			for i, c := range d.Candidates {
				require.True(t, 0 <= c.Score && c.Score <= 1)
				require.True(t, i == 0 || c.Score <= d.Candidates[i-1].Score)
			}
			require.True(t, 0 <= d.Score && d.Score <= 1)
			require.NotEmpty(t, d.Reason)
		}
	})

	t.Run("KeepsTheResidentsWordsOutOfTheReason", func(t *testing.T) {
		t.Parallel()

		require.NotContains(t, m.Ask("tôi là Tèo, quên mật khẩu vneid").Reason, "Tèo")
	})

	t.Run("DecidesWithoutAnyContent", func(t *testing.T) {
		t.Parallel()

		d := faq.New(faq.Content{}).Ask("vay vốn")
		require.Equal(t, faq.KindNone, d.Kind)
		require.Empty(t, d.Candidates)
	})

	t.Run("ForgetsNothingWhenTheContentChangesLater", func(t *testing.T) {
		t.Parallel()

		content := faq.Content{Entries: []faq.Entry{{ID: "one", Title: "Một", Phrasings: []string{"quên mật khẩu"}}}}
		built := faq.New(content)
		content.Entries[0] = faq.Entry{ID: "two"}
		require.Equal(t, "one", built.Ask("quên mật khẩu").Entry)
	})

	t.Run("DecidesTheSameForManyAskersAtOnce", func(t *testing.T) {
		t.Parallel()

		text := "hộ nghèo vay lãi suất bao nhiêu"
		want := m.Ask(text)
		got := make([]faq.Decision, 16)
		var askers sync.WaitGroup
		for i := range got {
			askers.Go(func() { got[i] = m.Ask(text) })
		}
		askers.Wait()
		for _, d := range got {
			require.Equal(t, want, d)
		}
	})

	t.Run("TakesTwentyThousandCharacters", func(t *testing.T) {
		t.Parallel()

		for _, unit := range []string{"ạ", "ko ", "1.000.", "0", "a\u0301", "😀", "vay vốn hộ nghèo ", "\xff", "dd", "ve nê ai "} {
			d := m.Ask(strings.Repeat(unit, 20000/len([]rune(unit))))
			require.NotEmpty(t, d.Kind)
		}
	})
}

func TestMatcherProperty(t *testing.T) {
	t.Parallel()

	t.Run("AnExactPhrasingGetsItsOwnEntry", func(t *testing.T) {
		t.Parallel()

		syllable := rapid.SampledFrom(strings.Fields("vay vốn hộ nghèo lãi suất bao nhiêu làm sao VNeID quên mật khẩu ko dc ở đâu"))
		phrasing := rapid.Map(rapid.SliceOfN(syllable, 1, 6), func(words []string) string { return strings.Join(words, " ") })
		rapid.Check(t, func(t *rapid.T) {
			var content faq.Content
			owners := map[string]map[string]bool{}
			for i := range rapid.IntRange(1, 6).Draw(t, "entries") {
				id := fmt.Sprintf("entry-%d", i)
				e := faq.Entry{ID: id, Phrasings: rapid.SliceOfN(phrasing, 1, 5).Draw(t, id)}
				content.Entries = append(content.Entries, e)
				for _, p := range e.Phrasings {
					key := strings.Join(faq.Words(p), " ")
					if owners[key] == nil {
						owners[key] = map[string]bool{}
					}
					owners[key][id] = true
				}
			}
			m := faq.New(content)
			for _, e := range content.Entries {
				for _, p := range e.Phrasings {
					if d := m.Ask(p); len(owners[strings.Join(faq.Words(p), " ")]) == 1 {
						require.Equal(t, faq.KindAnswer, d.Kind)
						require.Equal(t, e.ID, d.Entry)
						require.Equal(t, 1.0, d.Score)
						require.Equal(t, e.ID, d.Candidates[0].Entry)
					}
				}
			}
		})
	})
}
