package bottest

import (
	"context"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
)

// Store is all that bot asks of a database while it works.
type Store interface {
	bot.LaneStore
	bot.EventStore
	bot.DeliveryStore
	bot.AccountStore
	bot.TokenStore
}

// FaultyStore is a store some of whose steps fail, as if the database had been away for a moment.
type FaultyStore struct {
	Store
	mu     sync.Mutex
	faults map[string]*fault
	calls  map[string]int
	poison map[int64]error
	held   map[string]chan struct{}
}

type fault struct {
	times int
	err   error
}

// NewFaultyStore returns a store that does all that st does until it is told to fail.
func NewFaultyStore(st Store) *FaultyStore {
	return &FaultyStore{Store: st, faults: make(map[string]*fault), calls: make(map[string]int), poison: make(map[int64]error), held: make(map[string]chan struct{})}
}

// Fail makes the next calls of a method fail with err, without reaching the store.
func (s *FaultyStore) Fail(method string, times int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = &fault{times: times, err: err}
}

// Hold makes the next calls of a method wait, as for a slow database, until release is called.
func (s *FaultyStore) Hold(method string) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gate := make(chan struct{})
	s.held[method] = gate
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.held, method)
		close(gate)
	})
}

// Poison makes FinishEvents fail with err whenever it is to save what was decided about an event, other than that the event
// was put aside.
func (s *FaultyStore) Poison(eventID int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.poison[eventID] = err
}

func (s *FaultyStore) poisoned(outcomes []bot.Outcome) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range outcomes {
		for _, h := range o.Handled {
			if err := s.poison[h.EventID]; err != nil && h.Error == "" {
				return err
			}
		}
	}
	return nil
}

// Calls is how often a method was called, failing calls included.
func (s *FaultyStore) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

func (s *FaultyStore) step(method string) error {
	s.mu.Lock()
	gate := s.held[method]
	s.calls[method]++
	s.mu.Unlock()
	if gate != nil {
		<-gate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults[method]
	if f == nil || f.times == 0 {
		return nil
	}
	f.times--
	return f.err
}

// PendingEvents implements bot.EventStore.
func (s *FaultyStore) PendingEvents(ctx context.Context, leases []bot.Lease, perLane int) ([]bot.Inbox, error) {
	if err := s.step("PendingEvents"); err != nil {
		return nil, err
	}
	return s.Store.PendingEvents(ctx, leases, perLane)
}

// FinishEvents implements bot.EventStore.
func (s *FaultyStore) FinishEvents(ctx context.Context, outcomes []bot.Outcome) ([]bot.Lane, error) {
	if err := s.step("FinishEvents"); err != nil {
		return nil, err
	}
	if err := s.poisoned(outcomes); err != nil {
		return nil, err
	}
	return s.Store.FinishEvents(ctx, outcomes)
}

// NextDeliveries implements bot.DeliveryStore.
func (s *FaultyStore) NextDeliveries(ctx context.Context, oaID string, look bot.Look, limit int) ([]bot.Delivery, error) {
	if err := s.step("NextDeliveries"); err != nil {
		return nil, err
	}
	return s.Store.NextDeliveries(ctx, oaID, look, limit)
}

// ExchangeAttempts implements bot.DeliveryStore.
func (s *FaultyStore) ExchangeAttempts(ctx context.Context, lease bot.Lease, results []bot.AttemptResult, attempts []bot.Attempt) ([]bot.Attempt, error) {
	if err := s.step("ExchangeAttempts"); err != nil {
		return nil, err
	}
	return s.Store.ExchangeAttempts(ctx, lease, results, attempts)
}

// FinishAttempts implements bot.DeliveryStore.
func (s *FaultyStore) FinishAttempts(ctx context.Context, lease bot.Lease, results []bot.AttemptResult) error {
	if err := s.step("FinishAttempts"); err != nil {
		return err
	}
	return s.Store.FinishAttempts(ctx, lease, results)
}

// Account implements bot.AccountStore and bot.TokenStore.
func (s *FaultyStore) Account(ctx context.Context, oaID string) (bot.OfficialAccount, error) {
	if err := s.step("Account"); err != nil {
		return bot.OfficialAccount{}, err
	}
	return s.Store.Account(ctx, oaID)
}

// StaleToken implements bot.AccountStore.
func (s *FaultyStore) StaleToken(ctx context.Context, oaID string, version int64, now time.Time) error {
	if err := s.step("StaleToken"); err != nil {
		return err
	}
	return s.Store.StaleToken(ctx, oaID, version, now)
}

// SaveToken implements bot.TokenStore.
func (s *FaultyStore) SaveToken(ctx context.Context, oaID string, used int64, token bot.Token, now time.Time) error {
	if err := s.step("SaveToken"); err != nil {
		return err
	}
	return s.Store.SaveToken(ctx, oaID, used, token, now)
}

// RenewLane implements bot.LaneStore.
func (s *FaultyStore) RenewLane(ctx context.Context, lease bot.Lease, length time.Duration) (bot.Lease, error) {
	if err := s.step("RenewLane"); err != nil {
		return lease, err
	}
	return s.Store.RenewLane(ctx, lease, length)
}

// ReleaseLane implements bot.LaneStore.
func (s *FaultyStore) ReleaseLane(ctx context.Context, lease bot.Lease, now, next time.Time) error {
	if err := s.step("ReleaseLane"); err != nil {
		return err
	}
	return s.Store.ReleaseLane(ctx, lease, now, next)
}
