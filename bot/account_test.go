package bot

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

func TestToken(t *testing.T) {
	t.Parallel()

	t.Run("IsRefreshedAfterFourFifthsOfItsLife", func(t *testing.T) {
		t.Parallel()

		token := NewToken(zalo.Token{AccessToken: "at", RefreshToken: "rt", ExpiresIn: 25 * time.Hour}, "old", morning)
		require.Equal(t, 20*time.Hour, token.RefreshAt.Sub(morning))
		require.Equal(t, 25*time.Hour, token.ExpiresAt.Sub(morning))
		require.Equal(t, "rt", token.Refresh)
		require.Equal(t, TokenValid, token.State)
	})

	t.Run("KeepsTheOldRefreshTokenWhenNoneIsGiven", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, "old", NewToken(zalo.Token{AccessToken: "at", ExpiresIn: time.Hour}, "old", morning).Refresh)
	})

	t.Run("OfAPersonHasNoKnownAge", func(t *testing.T) {
		t.Parallel()

		token := GivenToken("at", "rt", morning, 25*time.Hour)
		require.True(t, token.ObtainedAt.IsZero())
		require.True(t, token.Usable(morning))
	})

	t.Run("IsUsableWhileItIsValidAndNotOver", func(t *testing.T) {
		t.Parallel()

		token := GivenToken("at", "rt", morning, time.Hour)
		require.True(t, token.Usable(morning.Add(time.Hour-time.Second)))
		require.False(t, token.Usable(morning.Add(time.Hour)))
		for _, state := range []TokenState{TokenStale, TokenConsent, ""} {
			other := token
			other.State = state
			require.False(t, other.Usable(morning), state)
		}
		token.Access = ""
		require.False(t, token.Usable(morning))
	})
}

func TestFirstEndpoint(t *testing.T) {
	t.Parallel()

	require.Equal(t, zalo.EndpointV3, AccountBusiness.FirstEndpoint())
	require.Equal(t, zalo.EndpointV2, AccountGovernment.FirstEndpoint())
	require.Equal(t, zalo.EndpointV3, AccountType("").FirstEndpoint())
}

func TestBackoff(t *testing.T) {
	t.Parallel()

	for n, want := range map[int]time.Duration{
		-5: time.Second, 0: time.Second, 1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 8: 128 * time.Second,
		9: 256 * time.Second, 10: 5 * time.Minute, 64: 5 * time.Minute, 1 << 40: 5 * time.Minute,
	} {
		require.Equal(t, want, Backoff(n), n)
	}
}

func TestTextKey(t *testing.T) {
	t.Parallel()

	require.Equal(t, TextKey("trả lời"), TextKey(" tra\u0309 l\u01a1\u0300i\n"))
	require.NotEqual(t, TextKey("trả lời"), TextKey("tra loi"))
	require.NotContains(t, TextKey("trả lời"), "trả")
}
