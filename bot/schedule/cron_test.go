package schedule

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseCron(t *testing.T) {
	t.Parallel()

	for spec, text := range map[string]string{
		"0 7 * * *":           "0 7 * * *",
		" 00  07\t*   * * ":   "0 7 * * *",
		"0 7 ? * ?":           "0 7 * * *",
		"0 7 */1 * *":         "0 7 * * *",
		"0 7 1-31 * 1":        "0 7 1-31 * 1", // not a star: any day of the month or Monday
		"0 7 */2 * 1":         "0 7 */2 * 1",
		"*/15 * * * *":        "*/15 * * * *",
		"0,15,30,45 * * * *":  "*/15 * * * *",
		"0/20 6-8 * * *":      "*/20 6-8 * * *",
		"5/20 6,7 * * *":      "5,25,45 6,7 * * *",
		"0 7 * JAN,mar,5 MON": "0 7 * 1,3,5 1",
		"0 7 * * Mon-Fri":     "0 7 * * 1-5",
		"0 7 * * thu":         "0 7 * * 4",
		"0 7,6 3,2,1 * *":     "0 6,7 1-3 * *",
		"30 17 29 2 *":        "30 17 29 2 *",
		"@hourly":             "0 * * * *",
		"@daily":              "0 0 * * *",
		"@midnight":           "0 0 * * *",
		"@Weekly":             "0 0 * * 0",
		"@monthly":            "0 0 1 * *",
		"@yearly":             "0 0 1 1 *",
		"@annually":           "0 0 1 1 *",
	} {
		t.Run(spec, func(t *testing.T) {
			t.Parallel()

			s := parsed(t, spec)
			require.Equal(t, text, s.String())
			require.Equal(t, s, parsed(t, s.String()))
		})
	}
}
