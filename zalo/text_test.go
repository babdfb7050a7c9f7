package zalo_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/loalang/loalang/zalo"
)

func TestSplitText(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		text  string
		limit int
		parts []string
	}{
		"LeavesAShortTextWhole":          {"Chào bà con", 11, []string{"Chào bà con"}},
		"CutsAfterASentence":             {"Một hai. Ba bốn năm", 12, []string{"Một hai.", "Ba bốn năm"}},
		"CutsAfterALine":                 {"Một hai ba\nbốn năm", 14, []string{"Một hai ba", "bốn năm"}},
		"CutsBetweenWords":               {"một hai ba bốn", 8, []string{"một hai", "ba bốn"}},
		"CutsALongWordSomewhere":         {"aaaaaaaaaa", 4, []string{"aaaa", "aaaa", "aa"}},
		"CountsCharactersNotBytes":       {"ữữữữ", 4, []string{"ữữữữ"}},
		"CountsComposedCharacters":       {"u\u031b\u0303u\u031b\u0303", 2, []string{"ữữ"}},
		"KeepsMarksWithTheirLetter":      {"abcx\u0331d", 4, []string{"abc", "x\u0331d"}},
		"IsNothingForNothing":            {" \n\t ", 5, nil},
		"DoesNotMakeSmallPartsForAStop":  {"A. bbbbbbbbb ccccc", 12, []string{"A. bbbbbbbbb", "ccccc"}},
		"CutsMoreThanOnce":               {"Một. Hai. Ba.", 5, []string{"Một.", "Hai.", "Ba."}},
		"CutsWhatIsOnlyMarks":            {strings.Repeat("\u0331", 5), 2, []string{"\u0331\u0331", "\u0331\u0331", "\u0331"}},
		"LeavesEmojiWhole":               {"😀😀😀", 2, []string{"😀😀", "😀"}},
		"TrimsAroundTheCutsOnly":         {"  một   hai  ", 5, []string{"một", "hai"}},
		"CutsExactlyAtTheLimit":          {"abcde fghij", 5, []string{"abcde", "fghij"}},
		"TakesTheLastSentenceThatFits":   {"a. b. c. d. e f g", 12, []string{"a. b. c. d.", "e f g"}},
		"PrefersASentenceToALaterWord":   {"mot hai ba. bon nam sau", 18, []string{"mot hai ba.", "bon nam sau"}},
		"CutsAfterAQuestion":             {"Có không? Không có đâu", 14, []string{"Có không?", "Không có đâu"}},
		"CutsAtAColonBeforeAList":        {"Cần có: giấy tờ nhà", 12, []string{"Cần có:", "giấy tờ nhà"}},
		"KeepsLineBreaksInsideAPart":     {"một\nhai\nba bốn năm sáu", 12, []string{"một\nhai", "ba bốn năm", "sáu"}},
		"CutsAtAnIdeographicSpaceAsWell": {"abcd\u3000efgh", 6, []string{"abcd", "efgh"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.parts, zalo.SplitText(c.text, c.limit))
		})
	}
}

func FuzzSplitText(f *testing.F) {
	for _, text := range []string{"", "Chào bà con. Hôm nay họp.", "a\u0300\u0301b", strings.Repeat("ữ", 50), "😀 😀", "x\n\n\ny"} {
		f.Add(text, 7)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < 1 || limit > 3000 || !utf8.ValidString(text) {
			return
		}
		bare := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, s)
		}
		var joined strings.Builder
		for _, part := range zalo.SplitText(text, limit) {
			require.NotEmpty(t, part)
			require.LessOrEqual(t, utf8.RuneCountInString(part), limit)
			joined.WriteString(part)
		}
		require.Equal(t, bare(norm.NFC.String(text)), bare(joined.String()))
	})
}
