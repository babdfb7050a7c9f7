package bot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/zalo"
)

func (w *world) tokens(oauth bot.Refresher) *bot.Tokens {
	return bot.NewTokens(w, w, oauth, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
}

// refresh claims the token lane, which must be due, and does it.
func (w *world) refresh(oauth bot.Refresher) error {
	w.t.Helper()
	leases := w.claim(bot.LaneToken)
	require.Len(w.t, leases, 1)
	return w.tokens(oauth).Refresh(w.t.Context(), leases[0])
}

// stale marks the account's token as refused by Zalo.
func (w *world) stale() {
	w.t.Helper()
	require.NoError(w.t, w.db.StaleToken(w.t.Context(), oaID, w.account().Token.Version, w.clock.Now()))
}

func refusal(code int) func() (zalo.Token, error) {
	return func() (zalo.Token, error) { return zalo.Token{}, &zalo.Error{Code: code, Message: "no", OAuth: true} }
}

func TestTokens(t *testing.T) {
	t.Parallel()

	t.Run("AreRefreshedAtFourFifthsOfTheirLife", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		require.NoError(t, w.refresh(oauth), "the new account's lane is looked at")
		require.Empty(t, oauth.Used())
		due, _ := w.lane(bot.LaneToken)
		require.Equal(t, 19*time.Hour, due.Sub(w.clock.Now()), "an hour of the twenty is over")
		w.clock.Advance(19*time.Hour - time.Second)
		require.Empty(t, w.claim(bot.LaneToken))
		w.clock.Advance(time.Second)
		require.NoError(t, w.refresh(oauth))
		require.Equal(t, []string{"rt-1"}, oauth.Used())
		token := w.account().Token
		require.Equal(t, "rt-1-access", token.Access)
		require.Equal(t, "rt-1-next", token.Refresh)
		require.Equal(t, bot.TokenValid, token.State)
		require.True(t, token.ExpiresAt.Equal(w.clock.Now().Add(25*time.Hour)))
		require.Equal(t, 1, w.wake.Hinted(bot.LaneDelivery))
		require.NoError(t, w.refresh(oauth), "saving the pair has made the lane due once more")
		due, held := w.lane(bot.LaneToken)
		require.Equal(t, 20*time.Hour, due.Sub(w.clock.Now()))
		require.False(t, held)
		require.Len(t, oauth.Used(), 1)
	})

	t.Run("AreRefreshedOnceWhenTheyAreRefused", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		w.stale()
		w.stale()
		require.NoError(t, w.refresh(oauth))
		for _, lease := range w.claim(bot.LaneToken) {
			require.NoError(t, w.tokens(oauth).Refresh(t.Context(), lease))
		}
		require.Equal(t, []string{"rt-1"}, oauth.Used())
		require.Equal(t, bot.TokenValid, w.account().Token.State)
	})

	t.Run("KeepTheOldRefreshTokenWhenNoneIsAnswered", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		oauth.Then(func() (zalo.Token, error) { return zalo.Token{AccessToken: "at-2", ExpiresIn: time.Hour}, nil })
		w.stale()
		require.NoError(t, w.refresh(oauth))
		require.Equal(t, "at-2", w.account().Token.Access)
		require.Equal(t, "rt-1", w.account().Token.Refresh)
		require.True(t, w.account().Token.RefreshAt.Equal(w.clock.Now().Add(48*time.Minute)))
	})

	for _, code := range []int{-118, -14012, -14014, -14019, -14020, -14024} {
		t.Run(fmt.Sprint("NeedConsentAgainAfterCode", code), func(t *testing.T) {
			t.Parallel()

			w, oauth := newWorld(t), &bottest.OAuth{}
			oauth.Then(refusal(code))
			w.stale()
			require.NoError(t, w.refresh(oauth))
			token := w.account().Token
			require.Equal(t, bot.TokenConsent, token.State)
			require.Contains(t, token.Fault, strconv.Itoa(code))
			due, held := w.lane(bot.LaneToken)
			require.Zero(t, due, "it never loops")
			require.False(t, held)
			w.stale() // a delivery that was on its way
			require.NoError(t, w.refresh(oauth))
			require.Len(t, oauth.Used(), 1)
			require.Equal(t, bot.TokenConsent, w.account().Token.State)
		})
	}

	for _, code := range []int{-14002, -14003, -14004} {
		t.Run(fmt.Sprint("StayWhenTheSettingsAreWrongByCode", code), func(t *testing.T) {
			t.Parallel()

			w, oauth := newWorld(t), &bottest.OAuth{}
			oauth.Then(refusal(code))
			w.stale()
			require.Error(t, w.refresh(oauth))
			require.NotEmpty(t, w.account().Fault)
			require.Equal(t, "rt-1", w.account().Token.Refresh)
			require.Equal(t, bot.TokenStale, w.account().Token.State)
			due, _ := w.lane(bot.LaneToken)
			require.Equal(t, time.Second, due.Sub(w.clock.Now()))
			w.clock.Advance(time.Second)
			require.NoError(t, w.refresh(oauth), "put right")
			require.Empty(t, w.account().Fault)
			require.Equal(t, bot.TokenValid, w.account().Token.State)
		})
	}

	t.Run("AreTriedAgainWithBackoffWhileZaloIsAway", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		away := errors.New("no route")
		w.stale()
		for i, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			oauth.Then(func() (zalo.Token, error) { return zalo.Token{}, away })
			require.ErrorIs(t, w.refresh(oauth), away)
			due, _ := w.lane(bot.LaneToken)
			require.Equal(t, wait, due.Sub(w.clock.Now()), i)
			w.clock.Advance(wait)
		}
		oauth.Then(func() (zalo.Token, error) {
			return zalo.Token{AccessToken: "at-2", RefreshToken: "rt-2", ExpiresIn: time.Hour}, nil
		})
		require.NoError(t, w.refresh(oauth))
		require.Equal(t, "at-2", w.account().Token.Access)
	})

	t.Run("AreSavedInTheEndHoweverOftenThatFails", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		w.Fail("SaveToken", 1, errAway)
		w.stale()
		require.NoError(t, w.refresh(oauth))
		require.Equal(t, "rt-1-access", w.account().Token.Access, "the answer is the only copy")
		require.Equal(t, 2, w.Calls("SaveToken"))
		require.Len(t, oauth.Used(), 1)
	})

	t.Run("AreSavedAlsoAfterAStop", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		w.stale()
		lease := w.claim(bot.LaneToken)[0]
		ctx, cancel := context.WithCancel(t.Context())
		oauth.Then(func() (zalo.Token, error) {
			cancel()
			return zalo.Token{AccessToken: "at-2", RefreshToken: "rt-2", ExpiresIn: time.Hour}, nil
		})
		require.NoError(t, w.tokens(oauth).Refresh(ctx, lease))
		require.Equal(t, "at-2", w.account().Token.Access)
	})

	t.Run("GiveWayToAPairThatWasSavedMeanwhile", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		oauth.Then(func() (zalo.Token, error) {
			require.NoError(t, w.tokens(oauth).Grant(t.Context(), oaID, zalo.Token{AccessToken: "granted", RefreshToken: "granted-rt", ExpiresIn: time.Hour}))
			return zalo.Token{AccessToken: "at-2", RefreshToken: "rt-2", ExpiresIn: time.Hour}, nil
		})
		w.stale()
		require.NoError(t, w.refresh(oauth))
		require.Equal(t, "granted", w.account().Token.Access)
		due, held := w.lane(bot.LaneToken)
		require.False(t, held, "the lane is given back")
		require.True(t, due.Equal(w.clock.Now()), "for the new pair")
		require.NoError(t, w.refresh(oauth))
		due, _ = w.lane(bot.LaneToken)
		require.Equal(t, 48*time.Minute, due.Sub(w.clock.Now()))
	})

	t.Run("AreNotMarkedAsLostWhenAPairWasSavedMeanwhile", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		oauth.Then(func() (zalo.Token, error) {
			require.NoError(t, w.tokens(oauth).Grant(t.Context(), oaID, zalo.Token{AccessToken: "granted", RefreshToken: "granted-rt", ExpiresIn: time.Hour}))
			return refusal(-14014)()
		})
		w.stale()
		require.NoError(t, w.refresh(oauth))
		require.Equal(t, bot.TokenValid, w.account().Token.State)
	})

	t.Run("AreNotTouchedUnderALeaseThatIsTooShort", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		w.stale()
		leases, err := w.db.ClaimLanes(t.Context(), bot.LaneToken, w.clock.Now(), 1, 5*time.Second)
		require.NoError(t, err)
		require.ErrorContains(t, w.tokens(oauth).Refresh(t.Context(), leases[0]), "lease is too short")
		require.Empty(t, oauth.Used())
	})

	t.Run("AreLookedAtAgainWhenTheAccountCannotBeLoaded", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		w.stale()
		w.Fail("Account", 1, errAway)
		require.ErrorIs(t, w.refresh(oauth), errAway)
		w.clock.Advance(time.Second)
		require.NoError(t, w.refresh(oauth))
		require.Len(t, oauth.Used(), 1)
	})

	t.Run("AreRefreshedOnceByManyReplicas", func(t *testing.T) {
		t.Parallel()

		w, oauth := newWorld(t), &bottest.OAuth{}
		w.stale()
		var wg sync.WaitGroup
		for range 4 {
			st := w.open()
			wg.Go(func() {
				leases, err := st.ClaimLanes(t.Context(), bot.LaneToken, w.clock.Now(), 10, time.Minute)
				if err != nil {
					t.Error(err)
				}
				for _, lease := range leases {
					if err := bot.NewTokens(st, st, oauth, w.wake, w.clock.Now, slog.New(slog.DiscardHandler)).Refresh(t.Context(), lease); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		require.Equal(t, []string{"rt-1"}, oauth.Used())
	})
}

func TestGrant(t *testing.T) {
	t.Parallel()

	granted := zalo.Token{AccessToken: "granted", RefreshToken: "granted-rt", ExpiresIn: 25 * time.Hour}

	t.Run("EndsTheWaitForConsent", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		require.NoError(t, w.db.RefuseToken(t.Context(), oaID, w.account().Token.Version, "Zalo answers -14014"))
		require.NoError(t, w.tokens(&bottest.OAuth{}).Grant(t.Context(), oaID, granted))
		token := w.account().Token
		require.Equal(t, "granted", token.Access)
		require.Equal(t, bot.TokenValid, token.State)
		require.Empty(t, token.Fault)
		require.Equal(t, 1, w.wake.Hinted(bot.LaneDelivery))
		require.Len(t, w.claim(bot.LaneToken), 1)
	})

	t.Run("IsTriedAgainWhenARefreshCameBetween", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.Fail("SaveToken", 2, bot.ErrDuplicate)
		require.NoError(t, w.tokens(&bottest.OAuth{}).Grant(t.Context(), oaID, granted))
		require.Equal(t, "granted", w.account().Token.Access)
		w.Fail("SaveToken", 3, bot.ErrDuplicate)
		require.ErrorIs(t, w.tokens(&bottest.OAuth{}).Grant(t.Context(), oaID, granted), bot.ErrDuplicate)
	})

	t.Run("SaysWhatWentWrong", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		require.ErrorIs(t, w.tokens(&bottest.OAuth{}).Grant(t.Context(), "4999", granted), bot.ErrNotFound)
		w.Fail("SaveToken", 1, errAway)
		require.ErrorIs(t, w.tokens(&bottest.OAuth{}).Grant(t.Context(), oaID, granted), errAway)
		require.Equal(t, "at-1", w.account().Token.Access)
		require.Zero(t, w.wake.Hinted(bot.LaneDelivery))
	})
}
