package faq_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/loalang/loalang/bot/faq"
)

func TestFold(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ in, want string }{
		"DropsEveryTone":               {"Hộ nghèo được vay vốn, đổi căn cước", "ho ngheo duoc vay von doi can cuoc"},
		"KnowsThatĐHasNoDecomposition": {"ĐỔI điện thoại", "doi dien thoai"},
		"TakesLookAlikesOfĐ":           {"ðổi Ðịa ɖiểm Ɖ", "doi dia diem d"},
		"TakesCapitals":                {"CĂN CƯỚC", "can cuoc"},
		"TakesDecomposedAccents":       {norm.NFD.String("Hướng dẫn nộp lệ phí"), "huong dan nop le phi"},
		"TakesCP1258Spelling":          {"Ti\u00ea\u0301ng Vi\u00ea\u0323t h\u01a1\u0323p l\u00ea\u0323", "tieng viet hop le"},
		"IgnoresWhereTheToneStands":    {"hòa hoà thủy thuỷ", "hoa hoa thuy thuy"},
		"JoinsIAndY":                   {"kỹ kĩ lý lí quý quí tỷ tỉ", "ki ki li li qui qui ti ti"},
		"KeepsIAndYApartInRhymes":      {"tay tai thuý thúi", "tay tai thuy thui"},
		"DropsInvisibleCharacters":     {"\ufeffcăn\u200b\u00ad cước", "can cuoc"},
		"DropsEmoji":                   {"giúp em với 😭🙏🏽 1️⃣", "giup em voi 1"},
		"ReadsStyledLetters":           {"𝗩𝗡𝗲𝗜𝗗 ＯＴＰ", "vneid otp"},
		"CutsAtPunctuation":            {"vay…bao nhiêu?/năm", "vay bao nhieu nam"},
		"CutsAUnitFromItsNumber":       {"100k 5tr ct01 h5n1", "100 k 5 tr ct01 h5n1"},
		"JoinsThousands":               {"100.000.000đ, 1,5 triệu, 12.3456", "100000000 d 1 5 trieu 12 3456"},
		"GivesNothingForNoLetters":     {" ?!😀\u0301 ", ""},
		"SurvivesBrokenUTF8":           {"căn\xff\xfecước", "can cuoc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.want, faq.Fold(c.in))
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ in, want string }{
		"WritesOutAbbreviations":        {"ko nhận dc otp", "khong nhan duoc otp"},
		"TakesThemInCapitals":           {"KO NHẬN ĐC", "khong nhan duoc"},
		"KnowsKAfterANumberAsThousand":  {"mất 100k k", "mat 100 nghin khong"},
		"KnowsDkByTheWordAfterIt":       {"dk tạm trú", "dang ki tam tru"},
		"KnowsDkByTheWordBeforeIt":      {"đủ đk vay", "du dieu kien vay"},
		"TakesDkAloneAsDuoc":            {"vay dk ko", "vay duoc khong"},
		"LeavesDiaChiAlone":             {"dc nhà, địa dc", "duoc nha dia dc"},
		"KnowsBnByTheWordBeforeIt":      {"vay đc bn", "vay duoc bao nhieu"},
		"KnowsOByTheWordAfterIt":        {"o vào dc, o nhan dc, nha o xa", "khong vao duoc khong nhan duoc nha o xa"},
		"TakesOneLetterWordsAtTheEdge":  {"t hỏi s v", "toi hoi s vay"},
		"ReadsLongNamesOfBanks":         {"nhcsxh tk&vv", "ngan hang chinh sach xa hoi tiet kiem va vay von"},
		"ReadsVNeIDAsSpoken":            {"cài ve nê ai đi", "cai vneid"},
		"ReadsVNeIDInTwoWords":          {"vn eid là gì", "vneid la gi"},
		"NeverTakesChớForCho":           {"cho tôi chứ chớ", "cho toi chu chu"},
		"ReadsRegionWordsAsTyped":       {"mần răng rứa", "lam sao vay"},
		"LeavesTeethAlone":              {"đau răng", "dau rang"},
		"ReadsRegionWordsOnlyAccented":  {"rang mo chu", "rang mo chu"},
		"UndoesTelex":                   {"dduwowngf quen maatj khaaur cawn cuowcs", "duong quen mat khau can cuoc"},
		"UndoesTelexInsideASyllable":    {"lafm heest tieefn", "lam het tien"},
		"UndoesWAtTheStart":             {"wowngs", "uong"},
		"LeavesSyllablesAlone":          {"hoa quen tin cac xoong", "hoa quen tin cac xoong"},
		"LeavesForeignWordsAlone":       {"photo visa reset momo otp wifi facebook sms", "photo visa reset momo otp wifi facebook sms"},
		"UndoesVNI":                     {"d9u7o7ng2 ma6t1 kha63u", "duong mat khau"},
		"LeavesCodesAlone":              {"ct01 c06 t78 h5n1 19001096 a4 k10", "ct01 c06 t78 cum gia cam 19001096 a4 k10"},
		"CutsANumberFromItsWord":        {"muc2 mau1", "muc 2 mau 1"},
		"LeavesAccentedLeftoversToFold": {"đượcs", "duocs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.want, strings.Join(faq.Words(c.in), " "))
		})
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Làm sao kích hoạt VNeID?")
	f.Add(norm.NFD.String("Hộ cận nghèo được vay 100.000.000đ ko ạ 😀"))
	f.Add("dduwowngf d9u7o7ng2 ct01 tk&vv 100k")
	f.Add("\xff\u0301\u200d\ufdfa𝗩")
	f.Fuzz(func(t *testing.T, text string) {
		folded := faq.Fold(text)
		require.True(t, utf8.ValidString(folded))
		require.Equal(t, strings.Join(strings.Fields(folded), " "), folded, "one space between words")
		for _, r := range folded {
			require.True(t, r == ' ' || unicode.IsLetter(r) || unicode.IsDigit(r), "%q", r)
		}
		if utf8.ValidString(text) {
			require.Equal(t, folded, faq.Fold(norm.NFD.String(text)), "decomposed text folds alike")
		}
		for _, word := range faq.Words(text) {
			require.NotEmpty(t, word)
			require.NotContains(t, word, " ")
		}
	})
}
