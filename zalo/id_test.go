package zalo_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

func TestIDTakesStringsAndNumbersWithAllTheirDigits(t *testing.T) {
	t.Parallel()

	for body, want := range map[string]zalo.ID{
		`"7100000000000000001"`: "7100000000000000001", `7100000000000000001`: "7100000000000000001",
		`-5`: "-5", `""`: "", `null`: "", `"abc"`: "abc",
	} {
		var got zalo.ID
		require.NoError(t, json.Unmarshal([]byte(body), &got), body)
		require.Equal(t, want, got, body)
	}
	for _, body := range []string{`{}`, `[]`, `true`} {
		var got zalo.ID
		require.Error(t, json.Unmarshal([]byte(body), &got), body)
	}
}

func TestIntTakesNumbersAndStrings(t *testing.T) {
	t.Parallel()

	for body, want := range map[string]zalo.Int{`90000`: 90000, `"90000"`: 90000, `-230`: -230, `"-230"`: -230, `""`: 0, `null`: 0} {
		var got zalo.Int
		require.NoError(t, json.Unmarshal([]byte(body), &got), body)
		require.Equal(t, want, got, body)
	}
	for _, body := range []string{`"abc"`, `1.5`, `{}`, `true`, `"99999999999999999999"`} {
		var got zalo.Int
		require.Error(t, json.Unmarshal([]byte(body), &got), body)
	}
}
