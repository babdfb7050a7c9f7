package faq

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// smallContent is four entries in two topics and every kind of special line.
var smallContent = Content{
	Entries: []Entry{
		{ID: "vneid-kich-hoat", Title: "Kích hoạt VNeID thế nào?", Answer: "Mở ứng dụng.", Phrasings: []string{
			"làm sao kích hoạt VNeID", "định danh mức 2 xong rồi mở ứng dụng thế nào", "kích hoạt tài khoản định danh",
			"xin chỉ cách kích hoạt vneid trên máy", "chỉ cách kích hoạt tài khoản vneid",
		}},
		{ID: "vneid-quen-mat-khau", Title: "Quên mật khẩu VNeID", Answer: "Bấm quên mật khẩu.", Phrasings: []string{
			"quên mật khẩu vneid", "không nhớ mật khẩu định danh thì lấy lại sao", "đặt lại mật khẩu cho mẹ tôi",
		}},
		{
			ID: "vay-ho-ngheo", Title: "Hộ nghèo vay được bao nhiêu?", Answer: "Tùy diện.", Phrasings: []string{
				"hộ nghèo được vay bao nhiêu tiền", "nhà có sổ nghèo muốn vay nuôi bò", "vay vốn hộ nghèo",
			},
			Ask: &Ask{Question: "Nhà mình thuộc diện nào?", Branches: []Branch{
				{Title: "Hộ nghèo", Words: []string{"nhà hộ nghèo", "là hộ nghèo", "sổ nghèo"}, Answer: "100 triệu."},
				{Title: "Hộ cận nghèo", Words: []string{"hộ cận nghèo", "diện cận"}, Answer: "Cũng 100 triệu."},
			}},
		},
		{ID: "vay-lai-suat", Title: "Lãi suất vay ngân hàng chính sách", Answer: "Một năm 6,24%.", Phrasings: []string{
			"lãi suất bao nhiêu một năm", "vay tiền thì trả lãi mấy phần trăm", "vay vốn",
		}},
	},
	None:    []string{"mua váy cưới ở đâu", "giá lợn hơi hôm nay", "làm hộ chiếu ở đâu"},
	Handoff: []string{"cho tôi gặp cán bộ", "muốn nói chuyện với người thật", "xin số điện thoại cán bộ xã"},
	SmallTalk: []SmallTalk{
		{Answer: "Dạ không có gì ạ.", Phrasings: []string{"cảm ơn", "cảm ơn em nhiều nhé"}},
		{Answer: "Dạ em chào.", Phrasings: []string{"xin chào", "em chào"}},
	},
	Emergencies: []Emergency{
		{ID: "chay", Number: "114", Title: "Đang cháy", Answer: "Gọi 114 NGAY.", Phrasings: []string{
			"cháy nhà cứu với", "nhà tôi đang cháy", "lửa lan sang nhà bên rồi", "bình gas nổ, cháy lớn quá",
		}},
		{ID: "cap-cuu", Number: "115", Title: "Cần cấp cứu", Answer: "Gọi 115 NGAY.", Phrasings: []string{
			"ba tôi ngất xỉu gọi không dậy", "chồng tôi đau ngực khó thở", "có người bị xe tông chảy máu nhiều",
		}},
	},
	NoEmergency: []string{"nắng cháy da cháy thịt", "cháy túi rồi", "khát nước muốn chết"},
}

// learned is the Matcher of a content that is learned on the spot.
func learned(t testing.TB, content Content) *Matcher {
	t.Helper()
	m, err := New(content, Train(content))
	require.NoError(t, err)
	return m
}

func TestMatcher(t *testing.T) {
	t.Parallel()
	m := learned(t, smallContent)

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
			require.Equal(t, KindAnswer, d.Kind, d.Reason)
			require.Equal(t, "vneid-kich-hoat", d.Entry)
			require.Equal(t, "vneid-kich-hoat", d.Candidates[0].Entry)
			require.Empty(t, d.Entries)
			require.Equal(t, NoBranch, d.Branch)
		})
	}

	t.Run("AsksBackWhenTwoEntriesAreNear", func(t *testing.T) {
		t.Parallel()

		d := m.Ask("vay tiền hộ nghèo lãi")
		require.Equal(t, KindClarify, d.Kind, d.Reason)
		require.Empty(t, d.Entry)
		require.Equal(t, []string{"vay-ho-ngheo", "vay-lai-suat"}, d.Entries[:2])
		require.Equal(t, d.Candidates[0].Score, d.Score)
	})

	t.Run("AsksBackWhenOnePhrasingStandsInTwoEntries", func(t *testing.T) {
		t.Parallel()

		content := smallContent
		content.Entries = append(content.Entries[:4:4], Entry{ID: "vay-thu-tuc", Phrasings: []string{"Vay Von"}})
		d := learned(t, content).Ask("vay vốn")
		require.Equal(t, KindClarify, d.Kind, d.Reason)
		require.Contains(t, d.Entries, "vay-thu-tuc")
	})

	t.Run("HandsOffToAHuman", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"cho tôi gặp cán bộ", "toi muon noi chuyen voi nguoi that"} {
			require.Equal(t, KindHandoff, m.Ask(text).Kind, text)
		}
	})

	t.Run("AnswersSmallTalkWithItsOwnReply", func(t *testing.T) {
		t.Parallel()

		for text, reply := range map[string]string{"cam on e nhieu": "Dạ không có gì ạ.", "tks": "Dạ không có gì ạ.", "Xin chào!": "Dạ em chào."} {
			d := m.Ask(text)
			require.Equal(t, KindSmallTalk, d.Kind, text)
			require.Equal(t, reply, d.Reply)
		}
	})

	t.Run("SaysThatItDoesNotKnow", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"", "😀😀😀", "?!", "xyzzy", "giá lợn hơi bao nhiêu hôm nay", "mua vay cuoi o dau"} {
			d := m.Ask(text)
			require.Equal(t, KindNone, d.Kind, text)
			require.Empty(t, d.Entry)
		}
	})

	t.Run("AlwaysGivesTheBestThreeInOrder", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{
			"", "xyzzy", "cảm ơn", "vay vốn", "quên mật khẩu", "cho tôi gặp cán bộ", "mua váy cưới ở đâu", "nhà tôi đang cháy",
			"quên mật khẩu vneid thì làm sao? vay vốn hộ nghèo được bao nhiêu?",
		} {
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

		d := learned(t, Content{}).Ask("vay vốn")
		require.Equal(t, KindNone, d.Kind)
		require.Empty(t, d.Candidates)
	})

	t.Run("DecidesWithoutAnyEntry", func(t *testing.T) {
		t.Parallel()

		content := smallContent
		content.Entries, content.Handoff = nil, append(content.Handoff[:3:3], content.SmallTalk[0].Phrasings...)
		bare := learned(t, content)
		for _, text := range []string{"", "vay vốn", "cảm ơn", "cho tôi gặp cán bộ", "nhà tôi đang cháy", "cảm ơn giá lợn gặp cán bộ xin chào"} {
			require.Empty(t, bare.AskAfter(text, "vay-ho-ngheo").Candidates, text)
		}
	})

	t.Run("ForgetsNothingWhenTheContentChangesLater", func(t *testing.T) {
		t.Parallel()

		content := Content{Entries: []Entry{{ID: "one", Title: "Một", Phrasings: []string{"quên mật khẩu"}}}}
		built := learned(t, content)
		content.Entries[0] = Entry{ID: "two"}
		require.Equal(t, "one", built.Ask("quên mật khẩu").Entry)
	})

	t.Run("DecidesTheSameForManyAskersAtOnce", func(t *testing.T) {
		t.Parallel()

		text := "hộ nghèo vay lãi suất bao nhiêu"
		want := m.Ask(text)
		got := make([]Decision, 16)
		var askers sync.WaitGroup
		for i := range got {
			askers.Go(func() { got[i] = m.AskAfter(text, "") })
		}
		askers.Wait()
		for _, d := range got {
			require.Equal(t, want, d)
		}
	})

	t.Run("TakesTwentyThousandCharacters", func(t *testing.T) {
		t.Parallel()

		for _, unit := range []string{
			"ạ", "ko ", "1.000.", "0", "a\u0301", "😀", "vay vốn hộ nghèo ", "\xff", "dd", "ve nê ai ", "?", ". ", "\n", "và ",
		} {
			d := m.AskAfter(strings.Repeat(unit, 20000/len([]rune(unit))), "vay-ho-ngheo")
			require.NotEmpty(t, d.Kind)
		}
	})

	t.Run("TakesFewWordsInTwentyThousandCharactersWithoutEffort", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{
			strings.Repeat("?", 20000),
			"vay vốn hộ nghèo bao nhiêu" + strings.Repeat("?!", 9987),
			strings.Repeat("gì"+strings.Repeat("ì", 497)+"?", 40),
		} {
			start := time.Now()
			m.Ask(text)
			require.Less(t, time.Since(start), 2*time.Second)
		}
	})
}

func TestMatcherBranch(t *testing.T) {
	t.Parallel()
	m := learned(t, smallContent)

	for name, c := range map[string]struct {
		text string
		want int
	}{
		"NamedWithAccents":       {"nhà hộ nghèo được vay bao nhiêu tiền", 0},
		"NamedWithoutAccents":    {"nha ho ngheo duoc vay bao nhieu tien", 0},
		"NamedInPoliteWords":     {"dạ em là hộ nghèo được vay bao nhiêu tiền ạ", 0},
		"OfLongerWords":          {"hộ cận nghèo được vay bao nhiêu tiền", 1},
		"OfLongerWordsUnmarked":  {"ho can ngheo duoc vay bao nhieu tien", 1},
		"InThePhrasingItself":    {"nhà có sổ nghèo muốn vay nuôi bò", 0},
		"NotNamed":               {"hộ nghèo được vay bao nhiêu tiền", NoBranch},
		"Denied":                 {"không phải là hộ nghèo thì hộ nghèo được vay bao nhiêu", NoBranch},
		"DeniedWithoutAccents":   {"khong phai nha ho ngheo, ho ngheo duoc vay bao nhieu", NoBranch},
		"OneDeniedTheOtherNamed": {"không phải nhà hộ nghèo mà hộ cận nghèo được vay bao nhiêu tiền", 1},
		"BothNamed":              {"nhà hộ nghèo hay hộ cận nghèo được vay bao nhiêu tiền", NoBranch},
		"OnlyAlikeWithAccents":   {"hộ nghèo có điện cẩn được vay bao nhiêu tiền", NoBranch},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d := m.Ask(c.text)
			require.Equal(t, "vay-ho-ngheo", d.Entry, d.Reason)
			require.Equal(t, c.want, d.Branch)
		})
	}

	t.Run("IsNoneWhereNothingIsAnswered", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"", "cảm ơn", "giá lợn hơi hôm nay", "nhà tôi đang cháy", "hộ cận nghèo lãi suất", "cho tôi gặp cán bộ"} {
			if d := m.Ask(text); d.Kind != KindAnswer {
				require.Equal(t, NoBranch, d.Branch, text)
			}
		}
	})
}

func TestMatcherTwoQuestions(t *testing.T) {
	t.Parallel()
	m := shippedMatcher(t)

	for name, text := range map[string]string{
		"InTwoSentences":     "Quên mật khẩu VNeID thì lấy lại sao? Mất thẻ căn cước làm lại ở đâu?",
		"WithoutAccents":     "quen mat khau vneid thi lay lai sao? mat the can cuoc lam lai o dau?",
		"InTwoLines":         "quên mật khẩu vneid thì lấy lại sao\nmất thẻ căn cước làm lại ở đâu",
		"InOneSentence":      "quên mật khẩu vneid thì lấy lại sao và mất thẻ căn cước làm lại ở đâu",
		"JoinedByLongWords":  "quên mật khẩu vneid thì lấy lại sao, tiện thể mất thẻ căn cước làm lại ở đâu",
		"WithWordsOfRespect": "Dạ em chào. Quên mật khẩu VNeID thì lấy lại sao? Mất thẻ căn cước làm lại ở đâu? Em cảm ơn.",
	} {
		t.Run("AnswersBoth"+name, func(t *testing.T) {
			t.Parallel()

			d := m.Ask(text)
			require.Equal(t, KindAnswer, d.Kind, d.Reason)
			require.Equal(t, []string{"vneid-quen-mat-khau", "can-cuoc-mat-cap-lai"}, d.Entries)
			require.Equal(t, d.Entries[0], d.Entry)
			require.Equal(t, NoBranch, d.Branch)
			require.GreaterOrEqual(t, d.Score, answerFrom)
		})
	}

	for name, text := range map[string]string{
		"OneQuestionInTwoSentences": "Tôi quên mật khẩu VNeID rồi. Lấy lại mật khẩu VNeID thế nào?",
		"OnePhrasing":               "quên mật khẩu vneid",
		"ASentenceThatAsksNothing":  "Nhà tôi ở thôn Đông. Quên mật khẩu vneid thì lấy lại sao?",
	} {
		t.Run("AnswersOnce"+name, func(t *testing.T) {
			t.Parallel()

			d := m.Ask(text)
			require.Equal(t, "vneid-quen-mat-khau", d.Entry, d.Reason)
			require.Empty(t, d.Entries)
		})
	}

	t.Run("NeverReadsALongLetterAsTwo", func(t *testing.T) {
		t.Parallel()

		letter := "Kính gửi cán bộ xã, tôi ở thôn Đông, nhà có mẹ già và hai con nhỏ đang đi học, chồng tôi đi làm xa nên mọi việc trong nhà một mình tôi lo. " +
			"Quên mật khẩu VNeID thì lấy lại sao? Mất thẻ căn cước làm lại ở đâu?"
		require.Greater(t, len(Words(letter)), longText)
		require.Empty(t, m.Ask(letter).both())
		for _, q := range readQuestions(t, "letters.tsv") {
			require.Empty(t, m.Ask(q.Text).both(), q.Text)
		}
	})
}

// both are the two entries of an answer to two questions.
func (d Decision) both() []string {
	if d.Kind == KindAnswer {
		return d.Entries
	}
	return nil
}

func TestMatcherTalk(t *testing.T) {
	t.Parallel()

	t.Run("AsksBackWhenItIsNotSureThatItIsTalk", func(t *testing.T) {
		t.Parallel()

		// six answers to as many greetings and six entries of one phrasing: a word of each makes none of them likely
		content := Content{}
		for i, word := range strings.Fields("alpha bravo charlie delta echo foxtrot") {
			content.SmallTalk = append(content.SmallTalk, SmallTalk{Answer: word, Phrasings: []string{word + " dạ"}})
			content.Entries = append(content.Entries, Entry{ID: fmt.Sprint("e", i), Title: word + " dạ hỏi"})
		}
		m := learned(t, content)
		v := m.read(readWords("dạ"))
		for c := range v.scores { // the talk leads together, and hardly
			v.scores[c] = 0.85 / float64(len(v.scores)-len(content.SmallTalk))
			if m.classes[c].kind == KindSmallTalk {
				v.scores[c] = 0.15 / float64(len(content.SmallTalk))
			}
		}
		leader, score := m.leading(v)
		require.Equal(t, KindSmallTalk, m.classes[leader].kind)
		require.Less(t, score, talkFrom)
		d := m.weigh(v, readWords("dạ"))
		require.Equal(t, KindClarify, d.Kind, d.Reason)
		require.NotEmpty(t, d.Entries)
		require.Empty(t, d.Reply)
	})

	t.Run("OfTheContentIsAnsweredWhateverElseItIsLike", func(t *testing.T) {
		t.Parallel()

		m := shippedMatcher(t)
		content, _ := shipped()
		for _, talk := range content.SmallTalk {
			for _, text := range talk.Phrasings {
				if d := m.AskCalmly(text); len(m.exact[exactKey(readWords(text))]) == 1 {
					require.Equal(t, KindSmallTalk, d.Kind, text)
					require.Equal(t, talk.Answer, d.Reply, text)
				}
			}
		}
	})
}

func TestMatcherDanger(t *testing.T) {
	t.Parallel()
	m := learned(t, smallContent)

	t.Run("ComesFirst", func(t *testing.T) {
		t.Parallel()

		for text, want := range map[string]Emergency{
			"nhà tôi đang cháy":                         smallContent.Emergencies[0],
			"nha toi dang chay cuu voi":                 smallContent.Emergencies[0],
			"ba tôi ngất xỉu gọi không dậy":             smallContent.Emergencies[1],
			"không phải, nhà tôi đang cháy cứu với":     smallContent.Emergencies[0],
			norm.NFD.String("NHÀ TÔI ĐANG CHÁY!!! 🔥🔥🔥"): smallContent.Emergencies[0],
		} {
			d := m.AskAfter(text, "vneid-kich-hoat")
			require.Equal(t, KindEmergency, d.Kind, "%s: %s", text, d.Reason)
			require.Equal(t, want.ID, d.Emergency)
			require.Equal(t, want.Number, d.Number)
			require.Equal(t, want.Answer, d.Reply)
			require.Equal(t, NoBranch, d.Branch)
			require.GreaterOrEqual(t, d.Score, dangerFrom)
			require.Empty(t, d.Entry)
			again, found := m.danger(readWords(text))
			require.True(t, found)
			require.Equal(t, d, again)
		}
	})

	t.Run("IsSeenBesideSomethingElse", func(t *testing.T) {
		t.Parallel()

		m := shippedMatcher(t)
		for text, want := range map[string]string{
			"quên mật khẩu vneid, nhà tôi đang cháy":                                         "chay",
			"nha toi dang chay, quen mat khau vneid":                                         "chay",
			"không phải, nhà tôi đang cháy cứu với":                                          "chay",
			"cho em hỏi thủ tục vay vốn hộ nghèo mà giờ ba em ngất xỉu gọi không dậy rồi":    "cap-cuu",
			"em chào anh ạ, em hỏi giấy khai sinh nhưng có người cầm dao đuổi đánh vợ ở đây": "bao-luc",
		} {
			d := m.AskAfter(text, "vneid-kich-hoat")
			require.Equal(t, KindEmergency, d.Kind, "%s: %s", text, d.Reason)
			require.Equal(t, want, d.Emergency, text)
		}
	})

	t.Run("IsNotSeenInADenial", func(t *testing.T) {
		t.Parallel()

		m := shippedMatcher(t)
		for _, text := range []string{"lạc đề rồi", "trật rồi em", "nham roi", "sai rồi em ơi"} {
			require.Equal(t, "vneid-kich-hoat", m.AskAfter(text, "vneid-kich-hoat").Denied, text)
		}
	})

	t.Run("IsNotSeenElsewhere", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"", "😀", "nắng cháy da cháy thịt", "quên mật khẩu vneid", "cảm ơn em", "vay vốn hộ nghèo"} {
			_, found := m.danger(readWords(text))
			require.False(t, found, text)
		}
	})

	t.Run("IsNotSeenWithoutEmergencies", func(t *testing.T) {
		t.Parallel()

		content := smallContent
		content.Emergencies = nil
		_, found := learned(t, content).danger(readWords("nhà tôi đang cháy"))
		require.False(t, found)
	})

	t.Run("IsNotSeenWhenItsWriterSaysThatThereIsNone", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"nhà tôi đang cháy", "ba tôi ngất xỉu gọi không dậy"} {
			require.NotEqual(t, KindEmergency, m.AskCalmly(text).Kind, text)
		}
		d := m.AskCalmly("quên mật khẩu vneid")
		require.Equal(t, m.Ask("quên mật khẩu vneid"), d)
	})
}

func TestMatcherModel(t *testing.T) {
	t.Parallel()

	t.Run("IsRefusedWhenItIsOfAnotherContent", func(t *testing.T) {
		t.Parallel()

		model := Train(smallContent)
		for name, edit := range map[string]func(*Content){
			"entry":        func(c *Content) { c.Entries = c.Entries[:3] },
			"phrasing":     func(c *Content) { c.Entries = slices.Clone(c.Entries); c.Entries[0].Phrasings = nil },
			"answer":       func(c *Content) { c.Entries = slices.Clone(c.Entries); c.Entries[0].Answer = "x" },
			"none":         func(c *Content) { c.None = nil },
			"handoff":      func(c *Content) { c.Handoff = nil },
			"smalltalk":    func(c *Content) { c.SmallTalk = nil },
			"emergency":    func(c *Content) { c.Emergencies = nil },
			"no emergency": func(c *Content) { c.NoEmergency = nil },
		} {
			content := smallContent
			edit(&content)
			require.NotEqual(t, smallContent.Hash(), content.Hash(), name)
			_, err := New(content, model)
			require.ErrorIs(t, err, ErrStale, name)
		}
	})

	t.Run("IsRefusedWhenItDoesNotFitThoughItSaysSo", func(t *testing.T) {
		t.Parallel()

		for name, damage := range map[string]func(*Model){
			"other classes":      func(m *Model) { m.linear = Train(Content{}).linear },
			"other emergencies":  func(m *Model) { m.danger = Train(Content{}).danger },
			"everything is none": func(m *Model) { *m = *Train(Content{}); m.hash = smallContent.Hash() },
		} {
			model := *Train(smallContent)
			damage(&model)
			_, err := New(smallContent, &model)
			require.ErrorIs(t, err, ErrStale, name)
		}
	})

	t.Run("FitsTheSameEntriesInAnotherOrder", func(t *testing.T) {
		t.Parallel()

		shuffled := smallContent
		shuffled.Entries, shuffled.Emergencies = slices.Clone(smallContent.Entries), slices.Clone(smallContent.Emergencies)
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(shuffled.Entries), func(i, j int) {
			shuffled.Entries[i], shuffled.Entries[j] = shuffled.Entries[j], shuffled.Entries[i]
		})
		slices.Reverse(shuffled.Emergencies)
		require.NotEqual(t, smallContent.Entries, shuffled.Entries)
		require.Equal(t, smallContent.Hash(), shuffled.Hash())
		model := Train(smallContent)
		require.Equal(t, model, Train(shuffled))

		a, err := New(smallContent, model)
		require.NoError(t, err)
		b, err := New(shuffled, model)
		require.NoError(t, err)
		for _, text := range everyKindOfText {
			require.Equal(t, a.Ask(text), b.Ask(text), text)
		}
	})

	t.Run("LeavesTheOrderOfTheContentAlone", func(t *testing.T) {
		t.Parallel()

		content := Content{Entries: []Entry{{ID: "b", Title: "bê"}, {ID: "a", Title: "a"}}}
		learned(t, content)
		require.Equal(t, "b", content.Entries[0].ID)
	})
}

// everyKindOfText are texts that smallContent decides about in every way.
var everyKindOfText = []string{
	"", "😀", "xyzzy", "làm sao kích hoạt VNeID", "chi giup kich hoat tai khoan vneid", "vay vốn", "vay von ho ngheo lai suat bao nhieu",
	"nhà hộ nghèo được vay bao nhiêu tiền", "cảm ơn", "xin chào em", "cho tôi gặp cán bộ", "giá lợn hơi hôm nay", "nhà tôi đang cháy",
	"ba toi ngat xiu", "nắng cháy da", "quên mật khẩu vneid lấy lại sao? lãi suất bao nhiêu một năm?", "sổ nghèo", "mật khẩu cho mẹ",
}

func TestMatcherProperty(t *testing.T) {
	t.Parallel()

	t.Run("AnExactPhrasingGetsItsOwnEntry", func(t *testing.T) {
		t.Parallel()

		syllable := rapid.SampledFrom(strings.Fields("vay vốn hộ nghèo lãi suất bao nhiêu làm sao VNeID quên mật khẩu ko dc ở đâu"))
		phrasing := rapid.Map(rapid.SliceOfN(syllable, 1, 6), func(words []string) string { return strings.Join(words, " ") })
		rapid.Check(t, func(t *rapid.T) {
			var content Content
			owners := map[string]map[string]bool{}
			for i := range rapid.IntRange(1, 6).Draw(t, "entries") {
				id := fmt.Sprintf("entry-%d", i)
				e := Entry{ID: id, Phrasings: rapid.SliceOfN(phrasing, 1, 5).Draw(t, id)}
				content.Entries = append(content.Entries, e)
				for _, p := range e.Phrasings {
					key := strings.Join(Words(p), " ")
					if owners[key] == nil {
						owners[key] = map[string]bool{}
					}
					owners[key][id] = true
				}
			}
			m, err := New(content, Train(content))
			require.NoError(t, err)
			for _, e := range content.Entries {
				for _, p := range e.Phrasings {
					if d := m.Ask(p); len(owners[strings.Join(Words(p), " ")]) == 1 {
						require.Equal(t, KindAnswer, d.Kind)
						require.Equal(t, e.ID, d.Entry)
						require.Equal(t, 1.0, d.Score)
						require.Equal(t, e.ID, d.Candidates[0].Entry)
					}
				}
			}
		})
	})
}

// FuzzAsk asks anything, up to the 20,000 characters that reach the bot, after each entry and after none.
func FuzzAsk(f *testing.F) {
	m := learned(f, smallContent)
	for _, text := range everyKindOfText {
		f.Add(text, "")
	}
	f.Add("ở đâu?", "vay-ho-ngheo")
	f.Add("không phải ý đó", "vay-ho-ngheo")
	f.Add("👨‍👩‍👧‍👦🏽1️⃣ vay vốn 😭", "vneid-kich-hoat")
	f.Add("vay\xff\xfe vốn \xc3", "nowhere")
	f.Add(norm.NFD.String("Hộ cận nghèo được vay 100.000.000đ ko ạ"), "vay-lai-suat")
	f.Add("a\u0301\u0302\u0303\u0304\u0305\u0306 \u0301\u0302", "")
	f.Add(strings.Repeat("?", 500)+"ve nê ai. tk&vv; và và và còn…\n", "vay-ho-ngheo")
	f.Fuzz(func(t *testing.T, text, last string) {
		if runes := []rune(text); len(runes) > 20000 {
			text = string(runes[:20000])
		}
		d := m.AskAfter(text, last)
		require.NotEmpty(t, d.Kind)
		require.NotEmpty(t, d.Reason)
		require.Len(t, d.Candidates, offered)
		require.True(t, 0 <= d.Score && d.Score <= 1, d.Score)
		require.Equal(t, d, m.AskAfter(text, last))
		require.Equal(t, d.Kind == KindAnswer, d.Entry != "")
		require.NotEqual(t, KindEmergency, m.AskCalmly(text).Kind)
		for _, because := range m.Explain(text) {
			require.NotEmpty(t, because)
		}
		Excerpt(text, d.Reply)
		Fill(text, func(string) string { return last })
	})
}
