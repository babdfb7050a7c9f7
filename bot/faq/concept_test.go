package faq

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// shown are the features of a text by kind.
func shown(text string, table conceptTable) map[byte][]string {
	found := map[byte][]string{}
	eachFeature(readWords(text), table, func(key []byte) { found[key[0]] = append(found[key[0]], string(key[1:])) })
	return found
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	table := mustReadConcepts("# a comment\n\nvay=!vay|vay vốn\nlai=lãi suất|tiền lời\nho_ngheo=hộ nghèo|nhà nghèo\n")

	t.Run("AreWordsPairsAndGaps", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, map[byte][]string{
			anyFeature: {""}, wordFeature: {"mat", "the", "can", "cuoc"},
			pairFeature: {"mat the", "the can", "can cuoc"}, gapFeature: {"mat can", "the cuoc"},
		}, shown("mat the can cuoc", table))
	})

	t.Run("OfNothingAreWhatEveryTextHas", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, map[byte][]string{anyFeature: {""}}, shown("?! 😀", table))
	})

	t.Run("HaveAccentsOnlyInATextWithAccents", func(t *testing.T) {
		t.Parallel()

		form := func(syllable string) string { return readWords(syllable)[0].accented }
		with := shown("mất thẻ căn cước", table)
		require.Equal(t, []string{form("mất"), form("thẻ"), form("căn"), form("cước")}, with[accentFeature])
		require.Len(t, with[accentPairFeature], 3)
		require.Empty(t, shown("mat the can cuoc", table)[accentFeature])
		require.Empty(t, shown("mat the can cuoc o tren xã", table)[accentFeature], "one word in six is not a text with accents")
		mixed := shown("mất the căn cước", table)
		require.Len(t, mixed[accentFeature], 3)
		require.Equal(t, []string{form("căn") + " " + form("cước")}, mixed[accentPairFeature])
	})

	t.Run("DoNotTakeAnAbbreviationForATextWithAccents", func(t *testing.T) {
		t.Parallel()

		form := func(syllable string) string { return readWords(syllable)[0].accented }
		require.Empty(t, shown("ko vay dc z", table)[accentFeature], "of không vay được vậy three words have accents, but not the writer's")
		require.Contains(t, shown("vay vốn ko đc", table)[accentFeature], form("không"))
	})

	t.Run("AreOneForBothWaysToPlaceATone", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, shown("hòa thuỷ", table), shown("hoà thủy", table))
	})

	t.Run("HaveConceptsAndTheirPairs", func(t *testing.T) {
		t.Parallel()

		found := shown("nhà nghèo vay vốn thì tiền lời sao", table)
		require.Equal(t, []string{"ho_ngheo", "vay", "lai"}, found[conceptFeature])
		require.ElementsMatch(t, []string{"ho_ngheo vay", "ho_ngheo lai", "lai vay"}, found[conceptPairFeature])
		require.Equal(t, []string{"lai vay"}, shown("vay vốn lãi suất", table)[conceptPairFeature], "whichever comes first")
	})

	t.Run("KeepDeniedConceptsApart", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"vay vốn mà không phải hộ nghèo", "vay von ma khong phai ho ngheo", "vay vốn không thuộc diện hộ nghèo", "vay vốn chẳng là hộ nghèo"} {
			found := shown(text, table)
			require.Equal(t, []string{"ho_ngheo"}, found[denialFeature], text)
			require.Equal(t, []string{"vay"}, found[conceptFeature], text)
			require.Empty(t, found[conceptPairFeature], text)
		}
	})
}

func TestConcepts(t *testing.T) {
	t.Parallel()
	table := mustReadConcepts("vay=!vay|muốn vay\nnha=làm nhà\nbo=!bò\n")

	for name, c := range map[string]struct {
		text string
		want []concept
	}{
		"FindsNone":                            {"mất thẻ", nil},
		"FindsAPhraseWithAccents":              {"tôi làm nhà", []concept{{"nha", false}}},
		"FindsAPhraseWithoutAccents":           {"toi lam nha", []concept{{"nha", false}}},
		"FoldsAPhraseWithoutAMark":             {"tôi lắm nhã", []concept{{"nha", false}}},
		"NeedsTheWordsSideBySide":              {"làm lại nhà", nil},
		"NeedsTheWholePhrase":                  {"muốn làm", nil},
		"TakesAMarkedPhraseAsWritten":          {"tôi vay bò", []concept{{"vay", false}, {"bo", false}}},
		"RefusesAMarkedPhraseOtherwiseWritten": {"mua váy bỏ vỏ", nil},
		"TakesAMarkedPhraseWithoutAccents":     {"toi vay bo", []concept{{"vay", false}, {"bo", false}}},
		"NamesEachOnce":                        {"vay, muốn vay, vay", []concept{{"vay", false}}},
		"SeesADenial":                          {"không phải vay", []concept{{"vay", true}}},
		"SeesADenialWithoutAccents":            {"khong phai vay", []concept{{"vay", true}}},
		"SeesADenialTwoWordsBefore":            {"không có ai đi vay", []concept{{"vay", true}}},
		"ForgetsADenialThreeWordsBefore":       {"không có ai đi hỏi vay", []concept{{"vay", false}}},
		"SeesTheShortDenial":                   {"chẳng vay", []concept{{"vay", true}}},
		"TakesOneWordOfADenialForNone":         {"không vay", []concept{{"vay", false}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.want, table.find(readWords(c.text)))
		})
	}

	t.Run("OfTheProgramHavePhrasesThatFindThem", func(t *testing.T) {
		t.Parallel()

		for _, table := range []conceptTable{concepts, dangers} {
			for _, phrases := range table {
				for _, p := range phrases {
					require.Contains(t, names(table.find(p.phrase)), p.concept)
				}
			}
		}
	})

	for name, text := range map[string]string{
		"ALineWithoutName": "vay vốn", "AnEmptyName": "=vay", "AnEmptyPhrase": "vay=vay||vốn", "AMarkAlone": "vay=!", "NoPhrase": "vay=",
	} {
		t.Run("Refuse"+name, func(t *testing.T) {
			t.Parallel()

			require.Panics(t, func() { mustReadConcepts(text) })
		})
	}
}

func names(found []concept) (list []string) {
	for _, c := range found {
		list = append(list, c.name)
	}
	return list
}
