package faq

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFill(t *testing.T) {
	t.Parallel()

	values := map[string]string{"don_vi": "xã Đông {Hải}", "dien_thoai": "0123", "gio_lam_viec": "$1 \\1 %s"}
	for name, c := range map[string]struct{ text, want string }{
		"LeavesATextWithoutPlaceholderAsItIs": {"  Gọi 113. \n\n", "  Gọi 113. \n\n"},
		"PutsValuesIn":                        {"Gọi {dien_thoai}.", "Gọi 0123."},
		"PutsTheSameValueInTwice":             {"{dien_thoai}, {dien_thoai}", "0123, 0123"},
		"KeepsTheBracesOfAValue":              {"Hỏi {don_vi}.", "Hỏi xã Đông {Hải}."},
		"TakesAValueLiterally":                {"Giờ: {gio_lam_viec}", "Giờ: $1 \\1 %s"},
		"DropsALineThatLacksAValue":           {"Một.\nĐịa chỉ: {dia_chi}.\nHai.", "Một.\nHai."},
		"DropsALineThatLacksOneOfTwo":         {"Một.\nGọi {dien_thoai}, tới {dia_chi}.\nHai.", "Một.\nHai."},
		"KeepsTheOtherLines":                  {"Gọi {dien_thoai}.\nTới {dia_chi}.", "Gọi 0123."},
		"DropsALineOfAnUnknownName":           {"Một.\n{ten_xa}", "Một."},
		"DropsALineWithEmptyBraces":           {"Một.\n{}", "Một."},
		"IsEmptyWhenNothingIsLeft":            {"Tới {dia_chi}.", ""},
		"TakesSpacesOffTheBorders":            {"{dia_chi}\n\n  Gọi {dien_thoai}.  \n", "Gọi 0123."},
		"KeepsASingleBrace":                   {"Một } hai {\nbốn", "Một } hai {\nbốn"},
		"KeepsABraceOverTwoLines":             {"Một {dien_thoai\nhai}", "Một {dien_thoai\nhai}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.want, Fill(c.text, func(name string) string { return values[name] }))
		})
	}

	t.Run("ShowsNoPlaceholderOfTheShippedContent", func(t *testing.T) {
		t.Parallel()

		content, _ := shipped()
		for _, e := range content.Entries {
			texts := []string{e.Answer}
			if e.Ask != nil {
				for _, b := range e.Ask.Branches {
					texts = append(texts, b.Answer)
				}
			}
			for _, text := range texts {
				filled := Fill(text, func(string) string { return "" })
				require.Empty(t, placeholdersIn(filled), e.ID)
				require.NotEmpty(t, filled, "%s says something in a unit of which nothing is known", e.ID)
			}
		}
	})
}
