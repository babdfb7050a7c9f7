package zalo_test

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

func TestWithoutMentions(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ text, want string }{
		"LeavesAPlainTextAlone":             {"Họp thôn 19h tối nay", "Họp thôn 19h tối nay"},
		"TakesOneMember":                    {"Chào [@7100000000000000001] nhé", "Chào (@7100000000000000001) nhé"},
		"TakesTheWholeGroup":                {"[@g-1] họp", "(@g-1) họp"},
		"TakesEach":                         {"[@1][@2] [@3]", "(@1)(@2) (@3)"},
		"TakesOneWithoutItsEnd":             {"[@1", "(@1"},
		"TakesOneWithSpaces":                {"[ \t@1]", "( \t@1)"},
		"TakesOneOverTheLine":               {"[\n@1]", "(\n@1)"},
		"TakesOneWithInvisibleCharacters":   {"[\u200b\u2060@1]", "(\u200b\u2060@1)"},
		"TakesOneWithMarks":                 {"[\u0301@1]", "(\u0301@1)"},
		"TakesOneWithControlCharacters":     {"[\x00@1]", "(\x00@1)"},
		"TakesFullWidthForms":               {"［＠1］ [﹫2]", "(＠1) (﹫2)"},
		"TakesTheInnerOne":                  {"[[@1]]", "[(@1)]"},
		"TakesTheInnerOneOfTwo":             {"[@[@1]]", "(@(@1)]"},
		"LeavesOtherBracketsAlone":          {"[1] xem [phụ lục]", "[1] xem [phụ lục]"},
		"LeavesAnAddressAlone":              {"thôn1@xa.gov.vn", "thôn1@xa.gov.vn"},
		"LeavesAnAddressInBracketsAlone":    {"[ubnd@xa.gov.vn]", "[ubnd@xa.gov.vn]"},
		"LeavesALoneBracketAlone":           {"a [", "a ["},
		"LeavesABracketThatIsNotItsEnd":     {"] [@1] ]", "] (@1) ]"},
		"LeavesTheEndOfAnotherBracketAlone": {"[@1 [b]", "(@1 [b]"},
		"IsNothingForNothing":               {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.want, zalo.WithoutMentions(c.text))
		})
	}
}

func FuzzWithoutMentions(f *testing.F) {
	for _, text := range []string{"", "[@1]", "[[@1] [ @2]", "［＠1］", "[\u200b@1]", "Chào bà con [1]"} {
		f.Add(text)
	}
	mention := regexp.MustCompile(`[\[［][\s\x{85}\p{Cc}\p{Cf}\p{M}\p{Z}]*[@＠﹫]`)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		got := zalo.WithoutMentions(text)
		require.False(t, mention.MatchString(got), got)
		require.Equal(t, utf8.RuneCountInString(text), utf8.RuneCountInString(got))
		require.Equal(t, got, zalo.WithoutMentions(got))
		if !mention.MatchString(text) {
			require.Equal(t, text, got)
		}
	})
}
