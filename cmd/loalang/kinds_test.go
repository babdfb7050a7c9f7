package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/privacy"
	"github.com/loalang/loalang/bot/script"
)

func TestEveryKindIsReadyToBeSent(t *testing.T) {
	t.Parallel()

	library, err := kindsOfAnnouncements()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(library.Kinds()), 11)
	for _, k := range library.Kinds() {
		t.Run(k.ID, func(t *testing.T) {
			t.Parallel()

			bare := make(map[string]string) // only what must be given
			for _, f := range k.Fields {
				if f.Required {
					bare[f.ID] = f.Example
				}
			}
			least, _, err := k.Fill("vi", bare)
			require.NoError(t, err)
			whole, err := k.Example("vi")
			require.NoError(t, err)
			for _, text := range []string{least, whole} {
				require.NotContains(t, text, "{")
				require.NotContains(t, text, "..")
				require.Empty(t, privacy.Find(text), text)
				a := bot.Announcement{Message: bot.Message{Text: text}, Issuer: "UBND xã Mường Bon", DocumentNumber: "12/TB-UBND", Code: "K7M3PA"}
				require.LessOrEqual(t, len(a.Outgoing().Texts("vi")), 2)
				spoken := script.Write("UBND xã", text)
				require.Empty(t, spoken.Faults, text)
				require.Empty(t, script.Check(text, spoken.Text), text)
			}
		})
	}
}
