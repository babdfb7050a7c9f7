package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/loalang/loalang/zalo"
)

// savesOfToken is how often the saving of a new pair is tried, five seconds apart, before it is given up.
const savesOfToken = 720

// TokenLease is how long a refresh may hold the token lane: longer than the HTTP call and the commit after it.
const TokenLease = time.Minute

// Refresher is the part of Zalo's OAuth that tokens need.
type Refresher interface {
	RefreshToken(ctx context.Context, refreshToken string) (zalo.Token, error)
	Timeout() time.Duration
}

// TokenStore keeps token pairs, encrypted, and the one before.
type TokenStore interface {
	Account(ctx context.Context, oaID string) (OfficialAccount, error)
	// SaveToken replaces the pair of version used, keeping it as the previous one, and makes the token lane due at the
	// new pair's RefreshAt and the delivery lane at once. ErrDuplicate says that another pair was saved before.
	SaveToken(ctx context.Context, oaID string, used int64, token Token, now time.Time) error
	// RefuseToken says that the pair of this version can never be refreshed; a newer pair stays as it is.
	RefuseToken(ctx context.Context, oaID string, version int64, fault string) error
	SetFault(ctx context.Context, oaID, fault string) error // empty = healed
}

// Tokens refreshes access tokens. A refresh token can be used once, so the lane's lease is its lock over all replicas.
type Tokens struct {
	store TokenStore
	lanes LaneStore
	oauth Refresher
	wake  Wake
	now   func() time.Time
	log   *slog.Logger
}

// NewTokens returns a Tokens.
func NewTokens(store TokenStore, lanes LaneStore, oauth Refresher, wake Wake, now func() time.Time, log *slog.Logger) *Tokens {
	return &Tokens{store: store, lanes: lanes, oauth: oauth, wake: wake, now: now, log: log}
}

// Refresh does a claimed token lane: it reads the pair again, and refreshes it when that is due.
func (t *Tokens) Refresh(ctx context.Context, lease Lease) error {
	ctx = context.WithoutCancel(ctx) // a refresh that has begun is finished: its answer is the only copy
	account, err := t.store.Account(ctx, lease.OAID)
	if err != nil {
		return t.fail(ctx, lease, fmt.Errorf("load account: %w", err))
	}
	used, now := account.Token, t.now()
	switch {
	case used.State == TokenConsent || used.Refresh == "":
		return t.lanes.ReleaseLane(ctx, lease, now, time.Time{})
	case used.State == TokenValid && now.Before(used.RefreshAt):
		return t.lanes.ReleaseLane(ctx, lease, now, used.RefreshAt)
	case !lease.Outlives(t.oauth.Timeout() + saveTimeout):
		return t.fail(ctx, lease, errors.New("the lease is too short for a refresh"))
	}
	call, cancel := context.WithTimeout(ctx, t.oauth.Timeout())
	defer cancel()
	got, err := t.oauth.RefreshToken(call, used.Refresh)
	if err != nil {
		return t.refused(ctx, lease, used, err)
	}
	token := NewToken(got, used.Refresh, t.now())
	err = t.keep(ctx, lease, used.Version, token)
	if errors.Is(err, ErrDuplicate) { // an admin's consent came between, and saving its pair has made the lane due
		t.log.Warn("another token pair was saved during a refresh and stays", "oa_id", lease.OAID)
		return t.lanes.ReleaseLane(ctx, lease, t.now(), time.Time{})
	}
	if err != nil {
		return fmt.Errorf("save refreshed token: %w", err)
	}
	if account.Fault != "" {
		if err := t.store.SetFault(ctx, lease.OAID, ""); err != nil {
			t.log.Warn("clear the account's fault", "oa_id", lease.OAID, "error", err)
		}
	}
	t.log.Info("access token refreshed", "oa_id", lease.OAID, "expires_at", token.ExpiresAt)
	t.wake.Hint(LaneDelivery)
	return t.lanes.ReleaseLane(ctx, lease, t.now(), token.RefreshAt)
}

// keep saves a new pair, whatever it takes: Zalo has forgotten the old one. The version is the fence, not the lease,
// since the pair in hand is the valid one even when the lease is over.
func (t *Tokens) keep(ctx context.Context, lease Lease, used int64, token Token) error {
	for n := 1; ; n++ {
		save, cancel := context.WithTimeout(ctx, saveTimeout)
		err := t.store.SaveToken(save, lease.OAID, used, token, t.now())
		cancel()
		if err == nil || errors.Is(err, ErrDuplicate) || n == savesOfToken {
			return err
		}
		t.log.Error("a refreshed token is not saved yet, trying again", "oa_id", lease.OAID, "error", err)
		<-time.After(min(Backoff(n), 5*time.Second))
	}
}

// refused decides about a failed refresh: an admin must consent again, or the app's settings must be put right, or it
// is tried again.
func (t *Tokens) refused(ctx context.Context, lease Lease, used Token, err error) error {
	var refusal *zalo.Error
	if !errors.As(err, &refusal) {
		return t.fail(ctx, lease, err)
	}
	fault := fmt.Sprintf("Zalo answers %d to the token's refresh: %s", refusal.Code, zalo.Advice(refusal.Code))
	switch refusal.Kind() {
	case zalo.KindConsent:
		t.log.Error("account needs consent again", "oa_id", lease.OAID, "error", err, "next_step", zalo.Advice(refusal.Code))
		if err := t.store.RefuseToken(ctx, lease.OAID, used.Version, fault); err != nil {
			return t.fail(ctx, lease, fmt.Errorf("mark token refused: %w", err))
		}
		return t.lanes.ReleaseLane(ctx, lease, t.now(), time.Time{})
	case zalo.KindConfig: // the pair stays good: it works again once the settings are right
		t.log.Error("token cannot be refreshed", "oa_id", lease.OAID, "error", err, "next_step", zalo.Advice(refusal.Code))
		if err := t.store.SetFault(ctx, lease.OAID, fault); err != nil {
			return t.fail(ctx, lease, fmt.Errorf("mark account: %w", err))
		}
	}
	return t.fail(ctx, lease, err)
}

func (t *Tokens) fail(ctx context.Context, lease Lease, err error) error {
	if failed := t.lanes.FailLane(ctx, lease, t.now().Add(Backoff(lease.Failures+1))); failed != nil {
		t.log.Warn("put token lane back", "oa_id", lease.OAID, "error", failed)
	}
	return err
}

// Grant saves the pair that an admin's consent has brought.
func (t *Tokens) Grant(ctx context.Context, oaID string, got zalo.Token) error {
	for range 3 { // a refresh may come between
		account, err := t.store.Account(ctx, oaID)
		if err != nil {
			return fmt.Errorf("load account: %w", err)
		}
		now := t.now()
		err = t.store.SaveToken(ctx, oaID, account.Token.Version, NewToken(got, "", now), now)
		if errors.Is(err, ErrDuplicate) {
			continue
		}
		if err != nil {
			return fmt.Errorf("save granted token: %w", err)
		}
		t.wake.Hint(LaneDelivery)
		return nil
	}
	return fmt.Errorf("save granted token: %w", ErrDuplicate)
}
