package privacy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// lines are the texts of a file in testdata; "\n" in one stands for the end of a line.
func lines(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return strings.Split(strings.ReplaceAll(strings.TrimSpace(string(data)), `\n`, "\x00"), "\n")
}

// The sets named "later" were written after the rules, and no rule was changed for them.
func TestFindCatchesWhatWasPlanted(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"planted.tsv", "planted-later.tsv"} {
		planted := lines(t, name)
		caught := 0
		for _, line := range planted {
			kind, text, ok := strings.Cut(line, "\t")
			require.True(t, ok, line)
			text = strings.ReplaceAll(text, "\x00", "\n")
			found := Find(text)
			require.Len(t, Find(norm.NFD.String(text)), len(found), "decomposed letters are the same: %s", text)
			if slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == Kind(kind) }) {
				caught++
			} else {
				t.Logf("not caught, %s: %s", kind, text)
			}
		}
		t.Logf("%s: %d of %d caught", name, caught, len(planted))
		require.GreaterOrEqual(t, caught*100, len(planted)*98)
	}
}

func TestFindLeavesOrdinaryNoticesAlone(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"ordinary.txt", "ordinary-later.txt"} {
		quiet(t, name, lines(t, name))
	}
}

func TestFindLeavesTheShippedAnswersAlone(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob("../../configs/faq/*.yaml")
	require.NoError(t, err)
	var all []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var content any
		require.NoError(t, yaml.Unmarshal(data, &content))
		all = append(all, answers(content)...)
	}
	require.Greater(t, len(all), 100)
	quiet(t, "answers", all)
}

// quiet wants at most two in a hundred texts to raise an alarm.
func quiet(t *testing.T, name string, texts []string) {
	t.Helper()
	alarms := 0
	for _, text := range texts {
		if found := Find(strings.ReplaceAll(text, "\x00", "\n")); len(found) > 0 {
			alarms++
			t.Logf("false alarm, %s %q: %s", found[0].Kind, found[0].Piece, text)
		}
	}
	t.Logf("%s: %d false alarms of %d", name, alarms, len(texts))
	require.LessOrEqual(t, alarms*100, len(texts)*2)
}

// answers are the texts under the keys "answer", at any depth.
func answers(content any) (all []string) {
	switch content := content.(type) {
	case map[string]any:
		for key, value := range content {
			if text, ok := value.(string); ok && key == "answer" {
				all = append(all, text)
			}
			all = append(all, answers(value)...)
		}
	case []any:
		for _, value := range content {
			all = append(all, answers(value)...)
		}
	}
	return all
}

func TestFindSaysWhatAndWhere(t *testing.T) {
	t.Parallel()

	text := "Ông Nguyễn Văn A nợ 20 triệu, gọi 0912 345 678."
	found := Find(text)
	require.Len(t, found, 2)
	require.Equal(t, KindDebt, found[0].Kind)
	require.Equal(t, "Nguyễn Văn A", found[0].Piece)
	require.Equal(t, "Nguyễn…", found[0].Masked())
	require.Equal(t, KindPhone, found[1].Kind)
	require.Equal(t, "0912 345 678", text[found[1].From:found[1].To])
	require.Equal(t, "0912…", found[1].Masked())
	require.NotEmpty(t, found[1].Hint)
}

func TestFindKnowsWhoseAPhoneIs(t *testing.T) {
	t.Parallel()

	for text, private := range map[string]bool{
		"Trưởng thôn: 0912345678":                                  false,
		"Gọi 0912345678 (trưởng thôn)":                             false,
		"Số trực Tết:\n- Ông Nam: 0912345678, cán bộ":              false,
		"Số điện thoại Ban nhân dân thôn:\n- Ông Nam: 0912345678":  false,
		"Bán lợn:\n- Ông Nam: 0912345678":                          true,
		"Công an xã tìm người nhà cháu, ai biết gọi số 0912345678": true,
		"Gọi 0912345678":  true,
		"Gọi 02123822115": false,
		"Gọi 1900 9068":   false,
		"Trưởng thôn 0912345678, người nhà cháu bé 0987654321":        true,
		"Xem https://zalo.me/0912345678":                              false,
		"Hỗ trợ 0912345678 đồng cũng là một số di động viết trong đó": true,
	} {
		require.Equal(t, private, len(Find(text)) > 0, text)
	}
}

// A text of five messages full of numbers takes a moment, not minutes.
func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("0912345678 ", 900)
	for b.Loop() {
		Find(text)
	}
}

func FuzzFind(f *testing.F) {
	for _, name := range []string{"planted.tsv", "ordinary.txt"} {
		for _, line := range lines(f, name) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, found := range Find(text) {
			require.GreaterOrEqual(t, found.From, last)
			require.Equal(t, text[found.From:found.To], found.Piece)
			require.NotEmpty(t, found.Piece)
			require.NotEqual(t, found.Piece, found.Masked())
			last = found.From
		}
	})
}
