package faq

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadLabelled(t *testing.T) {
	t.Parallel()

	t.Run("PassesOverTheHeaderAndEmptyLines", func(t *testing.T) {
		t.Parallel()

		list, err := ReadLabelled(strings.NewReader("\ufeffquestion\tintent\r\n\r\nmất thẻ, làm sao?\t can-cuoc \r\nchào\tsmalltalk"))
		require.NoError(t, err)
		require.Equal(t, []Labelled{{"mất thẻ, làm sao?", "can-cuoc", 3}, {"chào", "smalltalk", 4}}, list)
	})

	t.Run("NamesAllFaultyLines", func(t *testing.T) {
		t.Parallel()

		_, err := ReadLabelled(strings.NewReader("a\tnone\nb\nc\tnone\td\ne\t \n"))
		require.ErrorContains(t, err, "line 2: 1 columns")
		require.ErrorContains(t, err, "line 3: 3 columns")
		require.ErrorContains(t, err, "line 4: 2 columns")
		require.NotContains(t, err.Error(), "line 1:")
	})

	t.Run("IsEmptyOfAnEmptyFile", func(t *testing.T) {
		t.Parallel()

		list, err := ReadLabelled(strings.NewReader(""))
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	m := learned(t, smallContent)

	t.Run("CountsEachKindOfQuestion", func(t *testing.T) {
		t.Parallel()

		report, err := m.Evaluate([]Labelled{
			{"quên mật khẩu vneid", "vneid-quen-mat-khau", 1},
			{"quên mật khẩu vneid", "vay-lai-suat", 2}, // labelled wrongly, so the answer is wrong
			{"giá lợn hơi hôm nay", "none", 3},
			{"cho tôi gặp cán bộ", "handoff", 4},
			{"cảm ơn", "smalltalk", 5},
			{"nhà tôi đang cháy", "chay", 6},
			{"cảm ơn", "chay", 7},
			{"nhà tôi đang cháy", "-", 8},
			{"khát nước muốn chết", "-", 9},
		})
		require.NoError(t, err)
		require.Equal(t, Scores{
			Questions: 9, First: Share{1, 2}, AmongThree: report.All.AmongThree, AnsweredRight: Share{1, 2},
			NoneNotAnswered: Share{1, 1}, Handoff: Share{1, 1}, SmallTalk: Share{1, 1}, DangerSeen: Share{1, 2},
			WrongAndConfident: Share{1, 5}, FalseAlarm: Share{1, 7},
		}, report.All)
		require.Equal(t, 2, report.All.AmongThree.Of)
		require.Equal(t, []Confusion{
			{"-", "chay", 1}, {"chay", "smalltalk", 1}, {"vay-lai-suat", "vneid-quen-mat-khau", 1},
		}, report.Confusions)
	})

	t.Run("CutsSlicesByDiacriticsAndLength", func(t *testing.T) {
		t.Parallel()

		report, err := m.Evaluate([]Labelled{
			{"cảm ơn", "smalltalk", 1}, {"cam on", "smalltalk", 2}, {"cho tôi gặp cán bộ nhé", "handoff", 3},
			{strings.Repeat("vay vốn hộ nghèo ", 6), "vay-ho-ngheo", 4},
		})
		require.NoError(t, err)
		questions := map[string]int{}
		for _, s := range report.Slices {
			questions[s.Name] = s.Scores.Questions
		}
		require.Equal(t, map[string]int{
			"with diacritics": 3, "without diacritics": 1, "up to 5 words": 2, "6 to 10 words": 1, "over 20 words": 1,
		}, questions, "a slice of nothing is left out")
	})

	t.Run("RefusesALabelThatNothingHas", func(t *testing.T) {
		t.Parallel()

		_, err := m.Evaluate([]Labelled{{"a", "none", 1}, {"b", "vay-vang", 7}})
		require.EqualError(t, err, `line 7: label "vay-vang" is no entry, no emergency and none of none, handoff, smalltalk, -`)
	})

	t.Run("IsWrittenWithWhatWasCounted", func(t *testing.T) {
		t.Parallel()

		report, err := m.Evaluate([]Labelled{{"cảm ơn", "smalltalk", 1}})
		require.NoError(t, err)
		data, err := json.Marshal(report.All)
		require.NoError(t, err)
		require.JSONEq(t, `{"questions": 1, "smalltalk_recognised": {"hits": 1, "of": 1, "percent": 100},
			"wrong_and_confident": {"hits": 0, "of": 1, "percent": 0}, "false_alarm": {"hits": 0, "of": 1, "percent": 0}}`, string(data))
	})
}
