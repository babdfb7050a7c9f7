package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo"
)

func (w *world) token(access, refresh string) bot.Token {
	return bot.NewToken(zalo.Token{AccessToken: access, RefreshToken: refresh, ExpiresIn: 25 * time.Hour}, "", w.now)
}

func (w *world) account() bot.OfficialAccount {
	w.t.Helper()
	a, err := w.Account(w.t.Context(), oaID)
	require.NoError(w.t, err)
	return a
}

func runAccounts(t *testing.T, newDatabase func(testing.TB) string) {
	added := func(t *testing.T) *world {
		w := newWorld(t, newDatabase)
		created, err := w.PutAccount(t.Context(), bot.OfficialAccount{
			OAID: oaID, Name: "Xã Thử", Type: bot.AccountBusiness, CallsPerMinute: 100, OASecretKey: "webhook secret",
			Token: w.token("access-1", "refresh-1"),
		})
		require.NoError(t, err)
		require.True(t, created)
		return w
	}

	t.Run("AreReadAsTheyWereSaved", func(t *testing.T) {
		t.Parallel()

		w := added(t)
		a := w.account()
		require.Equal(t, "webhook secret", a.OASecretKey)
		require.Equal(t, zalo.EndpointV3, a.Endpoint)
		require.Equal(t, "access-1", a.Token.Access)
		require.Equal(t, bot.TokenValid, a.Token.State)
		require.True(t, a.Token.RefreshAt.Equal(w.now.Add(20*time.Hour)))
		all, err := w.Accounts(t.Context())
		require.NoError(t, err)
		require.Equal(t, []bot.OfficialAccount{a}, all)
		_, err = w.Account(t.Context(), "4999")
		require.ErrorIs(t, err, bot.ErrNotFound)
	})

	t.Run("KeepTheirSecretsSealed", func(t *testing.T) {
		t.Parallel()

		w := added(t)
		rows, err := Raw(t, w.url).QueryContext(t.Context(), "SELECT oa_secret, access_token, refresh_token FROM official_accounts")
		require.NoError(t, err)
		defer rows.Close()
		require.True(t, rows.Next())
		var secret, access, refresh []byte
		require.NoError(t, rows.Scan(&secret, &access, &refresh))
		for _, sealed := range [][]byte{secret, access, refresh} {
			require.NotEmpty(t, sealed)
			require.NotContains(t, string(sealed), "access-1")
			require.NotContains(t, string(sealed), "refresh-1")
			require.NotContains(t, string(sealed), "webhook secret")
		}
		require.NoError(t, rows.Err())
		stranger, err := store.Open(t.Context(), w.url, "another secret key of thirty-two characters", time.Now)
		require.NoError(t, err)
		defer stranger.Close()
		_, err = stranger.Account(t.Context(), oaID)
		require.ErrorContains(t, err, "was the secret key changed?")
	})

	t.Run("ChangedByAPersonStartAfresh", func(t *testing.T) {
		t.Parallel()

		w := added(t)
		require.NoError(t, w.PinEndpoint(t.Context(), oaID, zalo.EndpointV2))
		require.NoError(t, w.SetTextOnly(t.Context(), oaID))
		require.NoError(t, w.SetFault(t.Context(), oaID, "broken"))
		require.NoError(t, w.SetSignedWith(t.Context(), oaID, bot.SignedWithAppSecret))
		a := w.account()
		require.Equal(t, zalo.EndpointV2, a.Endpoint)
		require.True(t, a.EndpointPinned && a.TextOnly)
		require.Equal(t, "broken", a.Fault)
		require.Equal(t, bot.SignedWithAppSecret, a.SignedWith)

		created, err := w.PutAccount(t.Context(), bot.OfficialAccount{OAID: oaID, Name: "Xã Mới", Type: bot.AccountGovernment})
		require.NoError(t, err)
		require.False(t, created)
		a = w.account()
		require.Equal(t, "Xã Mới", a.Name)
		require.Equal(t, zalo.EndpointV2, a.Endpoint)
		require.False(t, a.EndpointPinned || a.TextOnly)
		require.Empty(t, a.Fault)
		require.Equal(t, "webhook secret", a.OASecretKey, "what is not given stays")
		require.Equal(t, "access-1", a.Token.Access)
	})

	t.Run("RefreshTheirTokenOnce", func(t *testing.T) {
		t.Parallel()

		w := added(t)
		used := w.account().Token.Version
		var won atomic.Int64
		var wg sync.WaitGroup
		for i, process := range []*world{w, w.other(), w, w.other()} {
			wg.Go(func() {
				err := process.SaveToken(t.Context(), oaID, used, w.token(fmt.Sprint("access-2-", i), "refresh-2"), w.now)
				switch {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, bot.ErrDuplicate):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, won.Load())
		require.Equal(t, used+1, w.account().Token.Version)
		var previous []byte
		row := Raw(t, w.url).QueryRowContext(t.Context(), "SELECT previous_refresh_token FROM official_accounts")
		require.NoError(t, row.Scan(&previous))
		require.NotEmpty(t, previous, "the pair before is kept")
	})

	t.Run("WakeTheirLanesWhenATokenComes", func(t *testing.T) {
		t.Parallel()

		w := added(t)
		for _, kind := range []bot.LaneKind{bot.LaneDelivery, bot.LaneToken} {
			require.NoError(t, w.ReleaseLane(t.Context(), w.one(kind), w.now, time.Time{}))
		}
		require.NoError(t, w.SaveToken(t.Context(), oaID, w.account().Token.Version, w.token("access-2", "refresh-2"), w.now))
		require.Len(t, w.claim(bot.LaneDelivery, long), 1)
		require.Len(t, w.claim(bot.LaneToken, long), 1)
	})

	t.Run("MarkOnlyThePairThatWasRefused", func(t *testing.T) {
		t.Parallel()

		w := added(t)
		version := w.account().Token.Version
		require.NoError(t, w.StaleToken(t.Context(), oaID, version, w.now))
		require.Equal(t, bot.TokenStale, w.account().Token.State)
		require.Len(t, w.claim(bot.LaneToken, long), 1)
		require.NoError(t, w.SaveToken(t.Context(), oaID, version, w.token("access-2", "refresh-2"), w.now))
		require.NoError(t, w.StaleToken(t.Context(), oaID, version, w.now))
		require.NoError(t, w.RefuseToken(t.Context(), oaID, version, "late"))
		require.Equal(t, bot.TokenValid, w.account().Token.State, "a newer pair is there already")
		require.NoError(t, w.RefuseToken(t.Context(), oaID, version+1, "Zalo answers -14014"))
		require.Equal(t, bot.TokenConsent, w.account().Token.State)
		require.Equal(t, "Zalo answers -14014", w.account().Token.Fault)
	})

	t.Run("TellEveryReplicaOfAChange", func(t *testing.T) {
		t.Parallel()

		w := added(t)
		before, err := w.Versions(t.Context())
		require.NoError(t, err)
		require.NoError(t, w.SetTextOnly(t.Context(), oaID))
		after, err := w.other().Versions(t.Context())
		require.NoError(t, err)
		require.Greater(t, after[store.VersionAccounts], before[store.VersionAccounts])
	})
}
