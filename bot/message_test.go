package bot

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

func TestMessage(t *testing.T) {
	t.Parallel()

	tap := func(title string) Choice { return Choice{Title: title, Payload: "#cau " + title} }
	many := func(n int) (choices []Choice) {
		for i := range n {
			choices = append(choices, tap(fmt.Sprint("câu ", i+1)))
		}
		return choices
	}

	t.Run("WithoutChoicesIsItsText", func(t *testing.T) {
		t.Parallel()

		m := Message{Text: "Chào bà con 😀"}
		require.Equal(t, []string{"Chào bà con 😀"}, m.parts())
		require.Equal(t, zalo.Message{Text: "Chào bà con 😀"}, m.zaloMessage(m.parts(), 0, false))
	})

	t.Run("ShowsItsChoicesAsNumbersInTheText", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, "Hỏi gì?\n\n1. một\n2. hai\n\nAnh/chị bấm nút hoặc nhắn lại con số.",
			Message{Text: "Hỏi gì?", Choices: []Choice{tap("một"), tap("hai")}}.fullText())
	})

	t.Run("WritesLinksAndPhonesOut", func(t *testing.T) {
		t.Parallel()

		m := Message{Text: "Cách làm.", Choices: []Choice{
			{Title: "Mở trang", URL: "https://dichvucong.gov.vn"},
			{Title: "Gọi xã", Phone: "0900000100"},
			{Title: "Gọi 0900 000 100", Phone: "0900000100"},
		}}
		require.Equal(t, "Cách làm.\n\n1. Mở trang: https://dichvucong.gov.vn\n2. Gọi xã: 0900000100\n3. Gọi 0900 000 100", m.fullText())
	})

	t.Run("AsksForANumberOnlyWhenOneMeansAnything", func(t *testing.T) {
		t.Parallel()

		require.NotContains(t, Message{Text: "a", Choices: []Choice{{Title: "b", URL: "https://c.vn"}}}.fullText(), "con số")
		require.Contains(t, Message{Text: "a", Choices: []Choice{{Title: "b", URL: "https://c.vn"}, tap("d")}}.fullText(), "con số")
	})

	t.Run("HasAtMostFiveButtonsAndAllNumbers", func(t *testing.T) {
		t.Parallel()

		m := Message{Text: "Chọn", Choices: many(8)}
		out := m.zaloMessage(m.parts(), 0, false)
		require.Len(t, out.Buttons, zalo.MaxButtons)
		require.Contains(t, out.Text, "8. câu 8")
	})

	t.Run("HasButtonsWithoutNumbersWhereTheTextSaysWhatToWrite", func(t *testing.T) {
		t.Parallel()

		m := Message{Text: "Nhắn \"duyệt\".", Choices: many(2), Spelled: true}
		out := m.zaloMessage(m.parts(), 0, false)
		require.Len(t, out.Buttons, 2)
		require.Equal(t, "Nhắn \"duyệt\".", out.Text)
	})

	t.Run("HasNoButtonsWhereTheyAreRefused", func(t *testing.T) {
		t.Parallel()

		m := Message{Text: "Chọn", Choices: many(3)}
		out := m.zaloMessage(m.parts(), 0, true)
		require.Empty(t, out.Buttons)
		require.Contains(t, out.Text, "3. câu 3")
	})

	t.Run("GoesInPartsWithTheButtonsOnTheLast", func(t *testing.T) {
		t.Parallel()

		m := Message{Text: strings.Repeat("Bà con chú ý. ", 400), Choices: many(2)}
		parts := m.parts()
		require.Len(t, parts, 3)
		for i, p := range parts {
			require.LessOrEqual(t, utf8.RuneCountInString(p), zalo.MaxTextRunes)
			out := m.zaloMessage(parts, i, false)
			require.Equal(t, p, out.Text)
			if i < len(parts)-1 {
				require.Empty(t, out.Buttons)
			} else {
				require.Len(t, out.Buttons, 2)
				require.Contains(t, out.Text, "2. câu 2")
			}
		}
	})

	t.Run("CutsLongTitlesOfButtonsOnly", func(t *testing.T) {
		t.Parallel()

		exact, long := strings.Repeat("đ", zalo.MaxButtonTitleRunes), strings.Repeat("đ", zalo.MaxButtonTitleRunes+1)
		m := Message{Text: "Chọn", Choices: []Choice{tap(exact), tap(long)}}
		out := m.zaloMessage(m.parts(), 0, false)
		require.Equal(t, exact, out.Buttons[0].Title)
		require.Equal(t, zalo.MaxButtonTitleRunes, utf8.RuneCountInString(out.Buttons[1].Title))
		require.True(t, strings.HasSuffix(out.Buttons[1].Title, "…"))
		require.Contains(t, out.Text, long)
	})

	t.Run("MakesAButtonOfEachKindOfChoice", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, zalo.Action{Type: zalo.ActionOpenURL, URL: "https://a.vn"}, Choice{Title: "a", URL: "https://a.vn"}.button().Action)
		require.Equal(t, zalo.Action{Type: zalo.ActionOpenPhone, PhoneCode: "84900000100"}, Choice{Title: "a", Phone: "0900000100"}.button().Action)
		require.Equal(t, zalo.Action{Type: zalo.ActionQueryHide, Payload: "#menu"}, Choice{Title: "a", Payload: "#menu"}.button().Action)
	})

	t.Run("WithoutAWordStillHasAPart", func(t *testing.T) {
		t.Parallel()

		parts := Message{Text: " \n"}.parts()
		require.Len(t, parts, 1, "Zalo refuses it, and the one who sends does not stumble")
	})
}

func TestInternationalPhone(t *testing.T) {
	t.Parallel()

	for given, want := range map[string]string{
		"0900000100":       "84900000100",
		"0900 000 100":     "84900000100",
		"0900.000.100":     "84900000100",
		"(0262) 3812 345":  "842623812345",
		"024-3812-3456":    "842438123456",
		"+84 900 000 100":  "84900000100",
		"84900000100":      "84900000100",
		"19001009":         "19001009",
		"1800 599920":      "1800599920",
		"113":              "113",
		"":                 "",
		"không có số":      "",
		"0900000100 (Lan)": "84900000100",
	} {
		require.Equal(t, want, internationalPhone(given), given)
	}
}
