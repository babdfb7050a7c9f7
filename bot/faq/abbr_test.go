package faq

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseAbbreviation(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ line, problem string }{
		"WantsTwoColumns":       {"ko", "1 columns, want 2 or 3"},
		"WantsNoFourth":         {"ko\tkhông\tfirst\tx", "4 columns, want 2 or 3"},
		"WantsAShortForm":       {"!\tkhông", "an empty column"},
		"WantsAFullForm":        {"ko\t!", "an empty column"},
		"WantsAKnownCondition":  {"ko\tkhông\tsometimes", `condition "sometimes" is not known`},
		"WantsWordsAfterBefore": {"ko\tkhông\tbefore", `condition "before" is not known`},
		"WantsNoWordsAfterLast": {"ko\tkhông\t-last=a", `condition "last=a" is not known`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := parseAbbreviation(c.line)
			require.EqualError(t, err, c.problem)
		})
	}

	t.Run("NeighboursOfTheTableAreFolded", func(t *testing.T) {
		t.Parallel()

		for _, rules := range abbreviations {
			for _, rule := range rules {
				for _, c := range rule.when {
					for _, word := range c.words {
						require.Equal(t, Fold(word), word, "in the rule for %v", rule.short)
					}
				}
			}
		}
	})
}
