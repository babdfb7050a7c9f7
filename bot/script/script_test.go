package script

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// cases are the lines of testdata/spoken.tsv: what is written, how it is read, and what the writer is told about.
func cases(t testing.TB) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/spoken.tsv")
	require.NoError(t, err)
	var all [][]string
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, columns, 3, line)
		all = append(all, columns)
	}
	return all
}

func TestRead(t *testing.T) {
	t.Parallel()

	all := cases(t)
	require.Greater(t, len(all), 180)
	for _, c := range all {
		for _, written := range []string{c[0], norm.NFD.String(c[0])} {
			spoken, faults := read(written)
			require.Equal(t, c[1], spoken, c[0])
			var pieces []string
			for _, f := range faults {
				require.NotEmpty(t, f.Hint)
				pieces = append(pieces, f.Piece)
			}
			require.Equal(t, c[2], strings.Join(pieces, " | "), c[0])
			require.Empty(t, Check(written, spoken), c[0])
		}
	}
}

// The answers that residents get by message hold every way in which officers write numbers.
func TestReadLosesNoFigureOfTheShippedAnswers(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob("../../configs/faq/*.yaml")
	require.NoError(t, err)
	count := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var content any
		require.NoError(t, yaml.Unmarshal(data, &content))
		for _, answer := range answers(content) {
			spoken, _ := read(answer)
			require.Empty(t, Check(answer, spoken), "%s\n%s", answer, spoken)
			count++
		}
	}
	require.Greater(t, count, 100)
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

func TestWriteSaysTheNoticeTwice(t *testing.T) {
	t.Parallel()

	s := Write("UBND xã Mường Bon", "Họp lúc 7h30.\n\n- Mang sổ.")
	require.Equal(t, "A lô, a lô. Thông báo của Ủy ban nhân dân xã Mường Bon.\nHọp lúc bảy giờ ba mươi phút.\nMang sổ.\nXin nhắc lại.\n"+
		"Họp lúc bảy giờ ba mươi phút.\nMang sổ.\nThông báo đến đây là hết. Xin cảm ơn bà con đã lắng nghe.", s.String())
	require.Equal(t, 49, s.Syllables())
	require.Equal(t, 17, s.Seconds())
	require.Contains(t, Write("", "Tin.").Opening, "Mời bà con chú ý")
}

func TestCheck(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ notice, script, piece string }{
		"AnHourThatIsWrong":       {"Họp lúc 7h30.", "Họp lúc tám giờ ba mươi phút.", "7"},
		"ADayThatIsMissing":       {"Ngày 15/12.", "Ngày tháng mười hai.", "15"},
		"MoneyTenTimesTooMuch":    {"Nộp 200.000đ.", "Nộp hai triệu đồng.", "200.000"},
		"APhoneWithADigitLess":    {"Gọi 0912345678.", "Gọi không chín một hai, ba bốn năm, sáu bảy.", "0912345678"},
		"APartOfANumber":          {"Có 20 hộ.", "Có một trăm hai mươi hộ.", "20"},
		"TheWrongOrder":           {"Từ 7h đến 9h.", "Từ chín giờ đến bảy giờ.", "9"},
		"ANumberThatIsNotInThere": {"Họp tối nay.", "Họp tối nay, mang hai mươi nghìn đồng.", "hai mươi nghìn"},
		"AYearIsNoFive":           {"5 hộ, năm 2026.", "Hộ, năm hai nghìn không trăm hai mươi sáu.", "5"},
	} {
		faults := Check(c.notice, c.script)
		require.NotEmpty(t, faults, name)
		require.Equal(t, c.piece, faults[0].Piece, name)
	}
}

// Every cardinal can be read back, so Check does not take a wrong one for a right one.
func TestCheckReadsNumbersBack(t *testing.T) {
	t.Parallel()

	for n := range uint64(20_000) {
		got, end, ok := backwards(strings.Fields(cardinal(n)), 0)
		require.True(t, ok, n)
		require.Equal(t, fmt.Sprint(n), got)
		require.Len(t, strings.Fields(cardinal(n)), end, n)
	}
	for range 20_000 {
		n := rand.Uint64N(1_000_000_000_000_000) >> rand.UintN(40)
		got, _, ok := backwards(strings.Fields(cardinal(n)), 0)
		require.True(t, ok, n)
		require.Equal(t, fmt.Sprint(n), got)
	}
}

func FuzzWrite(f *testing.F) {
	for _, c := range cases(f) {
		f.Add(c[0])
	}
	f.Add("\xff1\u20e3²³½٣①1,2.3,4/5-6:7h8%")
	f.Fuzz(func(t *testing.T, notice string) {
		s := Write(notice, notice)
		for _, r := range s.String() {
			require.False(t, unicode.IsNumber(r), "%q in %q", r, s.String())
		}
		require.Equal(t, s.Text, Write("", notice).Text)
		require.NotPanics(t, func() { Check(notice, s.String()) })
	})
}

// Generated numbers, dates, times, money and phones in a notice are all in its script.
func FuzzCheck(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		notice := generated(rand.New(rand.NewPCG(seed, 1)))
		spoken, faults := read(notice)
		require.Empty(t, faults, notice)
		require.Empty(t, Check(notice, spoken), "%s\n%s", notice, spoken)
	})
}

// generated is a notice of a few facts by chance.
func generated(r *rand.Rand) string {
	dots := func(n int) string {
		digits := fmt.Sprint(n)
		for i := len(digits) - 3; i > 0; i -= 3 {
			digits = digits[:i] + "." + digits[i:]
		}
		return digits
	}
	facts := []func() string{
		func() string { return fmt.Sprintf("có %d hộ", r.IntN(2000)) },
		func() string { return fmt.Sprintf("tổng cộng %s con", dots(r.IntN(1_000_000_000))) },
		func() string { return fmt.Sprintf("nộp %sđ", dots(1000*(1+r.IntN(100_000)))) },
		func() string { return fmt.Sprintf("nộp %s đồng/hộ", dots(1000*(1+r.IntN(100_000)))) },
		func() string { return fmt.Sprintf("vay %d triệu đồng/hộ", 1+r.IntN(500)) },
		func() string { return fmt.Sprintf("vay %d,%d triệu", r.IntN(100), 1+r.IntN(9)) },
		func() string { return fmt.Sprintf("phí %dk", 1+r.IntN(900)) },
		func() string { return fmt.Sprintf("lãi %d,%02d%%/năm", r.IntN(20), 1+r.IntN(99)) },
		func() string { return fmt.Sprintf("ngày %d/%d/20%02d", 1+r.IntN(28), 1+r.IntN(12), r.IntN(100)) },
		func() string { return fmt.Sprintf("trước %d/%d", 13+r.IntN(15), 1+r.IntN(12)) },
		func() string { return fmt.Sprintf("từ ngày %d-%d/%d", 1+r.IntN(14), 15+r.IntN(14), 1+r.IntN(12)) },
		func() string { return fmt.Sprintf("lúc %dh%02d", r.IntN(24), r.IntN(60)) },
		func() string { return fmt.Sprintf("lúc %02d:%02d", r.IntN(24), r.IntN(60)) },
		func() string { return fmt.Sprintf("từ %dh-%dh", r.IntN(12), 12+r.IntN(12)) },
		func() string {
			return fmt.Sprintf("gọi 09%02d %03d %03d", r.IntN(100), r.IntN(1000), r.IntN(1000))
		},
		func() string { return fmt.Sprintf("SĐT: 03%08d", r.IntN(100_000_000)) },
		func() string { return fmt.Sprintf("tổng đài 1900 %04d", r.IntN(10_000)) },
		func() string { return fmt.Sprintf("mưa %d-%d mm", r.IntN(100), 100+r.IntN(300)) },
		func() string { return fmt.Sprintf("rộng %d,%d ha", r.IntN(50), 1+r.IntN(9)) },
		func() string { return fmt.Sprintf("số %d/TB-UBND", 1+r.IntN(900)) },
		func() string { return fmt.Sprintf("Nghị định %d/20%02d/NĐ-CP", 1+r.IntN(200), r.IntN(30)) },
	}
	notice := make([]string, 1+r.IntN(8))
	for i := range notice {
		notice[i] = facts[r.IntN(len(facts))]()
	}
	return "Thông báo " + strings.Join(notice, [...]string{", ", "; ", ". ", "\n", " và "}[r.IntN(5)])
}

func BenchmarkWrite(b *testing.B) {
	notice := strings.Repeat("Mời bà con họp lúc 7h30 ngày 15/12/2026, gọi 0912 345 678, nộp 200.000đ/hộ. ", 25) // as long as one message may be
	for b.Loop() {
		Write("UBND xã", notice)
	}
}

func BenchmarkCheck(b *testing.B) {
	notice := strings.Repeat("Mời bà con họp lúc 7h30 ngày 15/12/2026, gọi 0912 345 678, nộp 200.000đ/hộ. ", 25)
	spoken := Write("", notice).Text
	for b.Loop() {
		Check(notice, spoken)
	}
}
