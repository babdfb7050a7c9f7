package zalo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

// signed is the SHA-256 of `123{"a":1}1790000000123secret`, as sha256sum prints it.
const signed = "966a7a80dd298d9caf140b82d4d93757ee261268353ff55148fa5b76b03a0134"

func TestSignIsAPlainSHA256OfTheConcatenation(t *testing.T) {
	t.Parallel()

	require.Equal(t, signed, zalo.Sign("123", []byte(`{"a":1}`), "1790000000123", "secret"))
}

func TestVerifySignature(t *testing.T) {
	t.Parallel()

	const none = -1
	for name, c := range map[string]struct {
		header  string
		secrets []string
		index   int
	}{
		"TakesBareDigits":                {signed, []string{"secret"}, 0},
		"TakesMac":                       {"mac=" + signed, []string{"secret"}, 0},
		"TakesMacWithSpaces":             {" mac = " + signed + " ", []string{"secret"}, 0},
		"TakesCapitals":                  {"MAC=" + strings.ToUpper(signed), []string{"secret"}, 0},
		"NamesTheSecondCandidate":        {"mac=" + signed, []string{"other", "secret"}, 1},
		"NamesTheFirstOfTwoThatFit":      {"mac=" + signed, []string{"secret", "secret"}, 0},
		"PassesOverAnEmptySecret":        {"mac=" + signed, []string{"", "secret"}, 1},
		"RefusesAWrongSecret":            {"mac=" + signed, []string{"other"}, none},
		"RefusesWithoutSecrets":          {"mac=" + signed, nil, none},
		"RefusesAnEmptyHeader":           {"", []string{"secret"}, none},
		"RefusesABareMac":                {"mac=", []string{"secret"}, none},
		"RefusesMoreThanTheDigits":       {"mac=" + signed + "0", []string{"secret"}, none},
		"RefusesFewerDigits":             {"mac=" + signed[:63], []string{"secret"}, none},
		"RefusesTheSignatureOfNoSecret":  {zalo.Sign("123", []byte(`{"a":1}`), "1790000000123", ""), []string{""}, none},
		"RefusesAnotherAppsSignature":    {zalo.Sign("124", []byte(`{"a":1}`), "1790000000123", "secret"), []string{"secret"}, none},
		"RefusesAnotherBodysSignature":   {zalo.Sign("123", []byte(`{"a":2}`), "1790000000123", "secret"), []string{"secret"}, none},
		"RefusesAnotherTimesSignature":   {zalo.Sign("123", []byte(`{"a":1}`), "1790000000124", "secret"), []string{"secret"}, none},
		"RefusesWhatIsNoHexadecimalText": {"mac=" + strings.Repeat("ữ", 32), []string{"secret"}, none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			index, err := zalo.VerifySignature(c.header, "123", []byte(`{"a":1}`), "1790000000123", c.secrets...)
			if c.index == none {
				require.ErrorIs(t, err, zalo.ErrInvalidSignature)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.index, index)
		})
	}
}
