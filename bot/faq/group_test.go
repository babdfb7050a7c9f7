package faq

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGroup(t *testing.T) {
	t.Parallel()
	m := shippedMatcher(t)

	t.Run("PutsWhatIsAlikeTogetherTheLargestFirst", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, [][]int{{1, 3, 4}, {0, 5}, {2}}, m.Group([]string{
			"xin giấy phép xây nhà ở đâu",
			"quên mật khẩu vneid",
			"giá cà phê hôm nay",
			"quen mat khau vneid",
			"QUÊN MẬT KHẨU VNEID RỒI 😭",
			"giay phep xay nha o dau",
		}))
	})

	t.Run("KeepsTheOldestFirstAmongGroupsOfOneSize", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, [][]int{{0}, {1}, {2}}, m.Group([]string{"vay vốn hộ nghèo", "chó cắn", "đổi giấy phép lái xe"}))
	})

	t.Run("PutsEveryTextInOneGroup", func(t *testing.T) {
		t.Parallel()

		texts := []string{"", "😀", "xyzzy", "\xff", ""}
		for _, q := range readQuestions(t, "handoff-smalltalk.tsv") {
			texts = append(texts, q.Text)
		}
		seen := make([]int, len(texts))
		for _, group := range m.Group(texts) {
			require.IsIncreasing(t, append([]int{-1}, group...))
			for _, i := range group {
				seen[i]++
			}
		}
		for i, n := range seen {
			require.Equal(t, 1, n, texts[i])
		}
	})

	t.Run("OfNothingIsNothing", func(t *testing.T) {
		t.Parallel()

		require.Empty(t, m.Group(nil))
		require.Equal(t, [][]int{{0}}, learned(t, Content{}).Group([]string{"vay vốn"}))
	})
}

func TestExplain(t *testing.T) {
	t.Parallel()
	m := shippedMatcher(t)

	t.Run("NamesWhatSpeaksForTheEntry", func(t *testing.T) {
		t.Parallel()

		because := m.Explain("dạ cho em hỏi quên mật khẩu vneid")
		require.NotEmpty(t, because)
		require.LessOrEqual(t, len(because), 6)
		require.Contains(t, strings.Join(because, "; "), "khau")
		for _, b := range because {
			require.NotEmpty(t, strings.TrimSpace(b))
		}
	})

	t.Run("SaysNothingOfWhatIsNotKnown", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"", "😀", "\xff"} {
			require.Empty(t, m.Explain(text))
		}
		require.Empty(t, learned(t, Content{}).Explain("vay vốn"))
	})
}
