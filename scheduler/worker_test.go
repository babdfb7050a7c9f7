package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/scheduler"
	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

var errAway = errors.New("the database is away")

// lanes is a lane store with a queue of due lanes. A claimed lane is gone.
type lanes struct {
	bot.LaneStore // what a worker never calls
	mu            sync.Mutex
	due           []bot.Lease
	err           error
	claims        []time.Time
	lengths       []time.Duration
	claimed       chan struct{}   // a claim was made
	slow          func(claim int) // holds a claim up after it was made
}

func newLanes(keys ...string) *lanes {
	l := &lanes{claimed: make(chan struct{}, 1000)}
	l.add(keys...)
	return l
}

func (l *lanes) add(keys ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		l.due = append(l.due, bot.Lease{Lane: bot.Lane{OAID: "oa", Kind: bot.LaneResident, Key: key}})
	}
}

func (l *lanes) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

func (l *lanes) ClaimLanes(_ context.Context, kind bot.LaneKind, _ time.Time, limit int, length time.Duration) ([]bot.Lease, error) {
	got, n, err := l.claim(kind, limit, length)
	if l.slow != nil {
		l.slow(n)
	}
	return got, err
}

func (l *lanes) claim(kind bot.LaneKind, limit int, length time.Duration) (got []bot.Lease, number int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.claims = append(l.claims, time.Now())
	l.lengths = append(l.lengths, length)
	l.claimed <- struct{}{}
	if l.err != nil {
		return nil, len(l.claims), l.err
	}
	if kind != bot.LaneResident {
		return nil, len(l.claims), fmt.Errorf("a claim of %s", kind)
	}
	n := min(limit, len(l.due))
	got = l.due[:n:n]
	l.due = l.due[n:]
	return got, len(l.claims), nil
}

func (l *lanes) times() []time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]time.Time(nil), l.claims...)
}

func soon[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		require.Fail(t, "waited in vain")
		panic("unreachable")
	}
}

// bundle is a worker with what it works on. It is stopped at the test's end.
type bundle struct {
	*scheduler.Worker
	lanes   *lanes
	wake    *bottest.Wake
	handled chan []string // the keys of each call of the handler
}

func newWorker(t *testing.T, l *lanes, change ...func(*scheduler.WorkerConfig)) *bundle {
	t.Helper()
	b := &bundle{lanes: l, wake: bottest.NewWake(), handled: make(chan []string, 1000)}
	cfg := scheduler.WorkerConfig{
		Kind: bot.LaneResident, Lease: 15 * time.Second, Batch: 2, Calls: 3, Lanes: l, Wake: b.wake, Now: time.Now,
		Log: slog.New(slog.DiscardHandler),
		Handle: func(_ context.Context, leases []bot.Lease) error {
			b.handled <- keys(leases)
			return nil
		},
	}
	for _, do := range change {
		do(&cfg)
	}
	b.Worker = scheduler.NewWorker(cfg)
	t.Cleanup(func() { require.NoError(t, b.Stop(context.Background())) })
	return b
}

func keys(leases []bot.Lease) (list []string) {
	for _, l := range leases {
		list = append(list, l.Key)
	}
	return list
}

func TestWorker(t *testing.T) {
	t.Parallel()

	t.Run("ClaimsWhatIsDueInBatches", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes("a", "b", "c"), func(c *scheduler.WorkerConfig) { c.Calls = 1 })
		require.NoError(t, b.Start(t.Context()))
		require.Equal(t, []string{"a", "b"}, soon(t, b.handled))
		require.Equal(t, []string{"c"}, soon(t, b.handled))
		require.NoError(t, b.Stop(t.Context()))
		require.Equal(t, 15*time.Second, b.lanes.lengths[0])
	})

	t.Run("IsWokenByAHintAtOnce", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes())
		require.NoError(t, b.Start(t.Context()))
		atOnce := false
		for i := 0; i < 20 && !atOnce; i++ { // a busy machine may be late now and then
			soon(t, b.lanes.claimed)
			for len(b.lanes.claimed) > 0 {
				<-b.lanes.claimed
			}
			b.lanes.add("a")
			b.wake.Hint(bot.LaneResident)
			soon(t, b.handled)
			at := b.lanes.times()
			for j := 1; j < len(at); j++ {
				atOnce = atOnce || at[j].Sub(at[j-1]) < scheduler.Poll/2
			}
		}
		require.True(t, atOnce)
	})

	t.Run("IsNotWokenByHintsOfOtherLanes", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes())
		require.NoError(t, b.Start(t.Context()))
		for range 3 {
			soon(t, b.lanes.claimed)
			b.wake.Hint(bot.LaneDelivery)
		}
		at := b.lanes.times()
		require.GreaterOrEqual(t, at[2].Sub(at[0]), 2*scheduler.Poll)
	})

	t.Run("FindsWorkWithoutAHint", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes())
		require.NoError(t, b.Start(t.Context()))
		soon(t, b.lanes.claimed)
		b.lanes.add("a")
		require.Equal(t, []string{"a"}, soon(t, b.handled))
	})

	t.Run("RunsAtMostSoManyCallsAtOnce", func(t *testing.T) {
		t.Parallel()

		gate := make(chan struct{})
		var b *bundle
		b = newWorker(t, newLanes("a", "b", "c", "d", "e", "f", "g", "h"), func(c *scheduler.WorkerConfig) {
			c.Handle = func(_ context.Context, leases []bot.Lease) error {
				b.handled <- keys(leases)
				<-gate
				return nil
			}
		})
		require.NoError(t, b.Start(t.Context()))
		for range 3 {
			soon(t, b.handled)
		}
		require.Len(t, b.lanes.times(), 3, "nothing is claimed that nobody can do yet")
		close(gate)
		soon(t, b.handled)
	})

	t.Run("LetsMoreUrgentWorkGoFirstForASecond", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes("a"), func(c *scheduler.WorkerConfig) { c.Yield = func() bool { return true } })
		began := time.Now()
		require.NoError(t, b.Start(t.Context()))
		require.Equal(t, []string{"a"}, soon(t, b.handled), "then it does a batch all the same")
		require.GreaterOrEqual(t, b.lanes.times()[0].Sub(began), scheduler.YieldWait)
	})

	t.Run("GoesOnAfterAFailedCall", func(t *testing.T) {
		t.Parallel()

		var b *bundle
		b = newWorker(t, newLanes("a", "b", "c"), func(c *scheduler.WorkerConfig) {
			c.Batch, c.Calls = 1, 1
			c.Handle = func(_ context.Context, leases []bot.Lease) error {
				b.handled <- keys(leases)
				return errAway
			}
		})
		require.NoError(t, b.Start(t.Context()))
		for _, key := range []string{"a", "b", "c"} {
			require.Equal(t, []string{key}, soon(t, b.handled))
		}
	})

	t.Run("BacksOffWhileItCannotClaim", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes())
		b.lanes.fail(errAway)
		require.NoError(t, b.Start(t.Context()))
		for range 3 {
			soon(t, b.lanes.claimed)
		}
		at := b.lanes.times()
		require.GreaterOrEqual(t, at[1].Sub(at[0]), time.Second)
		require.GreaterOrEqual(t, at[2].Sub(at[1]), 2*time.Second)
		b.lanes.fail(nil)
		b.lanes.add("a")
		b.wake.Hint(bot.LaneResident)
		require.Equal(t, []string{"a"}, soon(t, b.handled))
	})

	t.Run("LooksAgainWhenALaneIsGivenBackDuringAClaim", func(t *testing.T) {
		t.Parallel()

		// The lane was still held when the second claim read it, and is due again, and free, before that claim returns.
		fast := 0
		for range 10 { // a busy machine may be late now and then
			gate, l := make(chan struct{}), newLanes("a")
			l.slow = func(claim int) {
				if claim == 2 {
					l.add("a")
					close(gate)
					<-time.After(20 * time.Millisecond) // the answer takes its time on the way
				}
			}
			b := newWorker(t, l, func(c *scheduler.WorkerConfig) {
				c.Handle = func(context.Context, []bot.Lease) error { <-gate; return nil }
			})
			require.NoError(t, b.Start(t.Context()))
			for range 3 {
				soon(t, l.claimed)
			}
			if at := l.times(); at[2].Sub(at[1]) < scheduler.Poll/2 {
				fast++
			}
			require.NoError(t, b.Stop(t.Context()))
		}
		require.GreaterOrEqual(t, fast, 5)
	})

	t.Run("DoesEachLaneOnceTogetherWithAnother", func(t *testing.T) {
		t.Parallel()

		url := storetest.SQLiteURL(t)
		st := storetest.Open(t, url)
		var events []zalo.Event
		for i := range 300 {
			ev, err := zalo.ParseEvent(fmt.Appendf(nil,
				`{"event_name":"user_send_text","sender":{"id":"u%d"},"recipient":{"id":"4001"},"message":{"msg_id":"m%d","text":"x"}}`, i, i))
			require.NoError(t, err)
			events = append(events, ev)
		}
		handled := make(chan string, 1000)
		for range 2 {
			replica := storetest.Open(t, url)
			b := newWorker(t, nil, func(c *scheduler.WorkerConfig) {
				c.Lanes, c.Batch = replica, 16
				c.Handle = func(ctx context.Context, leases []bot.Lease) error {
					for _, l := range leases {
						handled <- l.Key
						if err := replica.ReleaseLane(ctx, l, time.Now(), time.Time{}); err != nil {
							return err
						}
					}
					return nil
				}
			})
			require.NoError(t, b.Start(t.Context()))
		}
		_, err := st.AcceptEvents(t.Context(), events)
		require.NoError(t, err)
		seen := make(map[string]bool)
		for range 300 {
			seen[soon(t, handled)] = true
		}
		require.Len(t, seen, 300)
		require.Empty(t, handled)
	})
}

func TestWorkerStops(t *testing.T) {
	t.Parallel()

	t.Run("AfterWhatItHasClaimedIsDone", func(t *testing.T) {
		t.Parallel()

		gate, told := make(chan struct{}), make(chan struct{})
		var b *bundle
		b = newWorker(t, newLanes("a"), func(c *scheduler.WorkerConfig) {
			c.Handle = func(ctx context.Context, leases []bot.Lease) error {
				b.handled <- keys(leases)
				<-ctx.Done()
				close(told)
				<-gate
				return nil
			}
		})
		require.NoError(t, b.Start(t.Context()))
		soon(t, b.handled)
		stopped := make(chan error, 1)
		go func() { stopped <- b.Stop(context.Background()) }()
		soon(t, told)
		require.Empty(t, stopped, "a handler is still at work")
		short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, b.Stop(short), context.DeadlineExceeded)
		close(gate)
		require.NoError(t, soon(t, stopped))
	})

	t.Run("AndClaimsNothingMore", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes())
		require.NoError(t, b.Start(t.Context()))
		soon(t, b.lanes.claimed)
		require.NoError(t, b.Stop(t.Context()))
		claims := len(b.lanes.times())
		b.lanes.add("a")
		b.wake.Hint(bot.LaneResident)
		require.Len(t, b.lanes.times(), claims)
		require.Empty(t, b.handled)
		require.Zero(t, b.wake.Listeners(bot.LaneResident))
	})

	t.Run("WithoutClaimingWhatItLetOthersGoBefore", func(t *testing.T) {
		t.Parallel()

		yields := make(chan struct{}, 10)
		b := newWorker(t, newLanes("a"), func(c *scheduler.WorkerConfig) {
			c.Yield = func() bool { yields <- struct{}{}; return true }
		})
		require.NoError(t, b.Start(t.Context()))
		soon(t, yields)
		require.NoError(t, b.Stop(t.Context()))
		require.Empty(t, b.lanes.times())
	})

	t.Run("TwiceAndBeforeItStarts", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes())
		require.NoError(t, b.Stop(t.Context()))
		require.NoError(t, b.Start(t.Context()))
		require.NoError(t, b.Stop(t.Context()))
		require.NoError(t, b.Stop(t.Context()))
	})

	t.Run("AlsoWhenStartedTwice", func(t *testing.T) {
		t.Parallel()

		b := newWorker(t, newLanes())
		require.NoError(t, b.Start(t.Context()))
		require.NoError(t, b.Start(t.Context()))
		soon(t, b.lanes.claimed)
		require.Equal(t, 1, b.wake.Listeners(bot.LaneResident))
		require.NoError(t, b.Stop(t.Context()))
	})

	t.Run("NotWithTheContextItWasStartedWith", func(t *testing.T) {
		t.Parallel()

		ctx, cancel := context.WithCancel(t.Context())
		b := newWorker(t, newLanes())
		require.NoError(t, b.Start(ctx))
		cancel()
		b.lanes.add("a")
		require.Equal(t, []string{"a"}, soon(t, b.handled), "only Stop ends it, in its turn")
	})
}

func TestEach(t *testing.T) {
	t.Parallel()

	leases := []bot.Lease{{Lane: bot.Lane{Key: "a"}}, {Lane: bot.Lane{Key: "b"}}, {Lane: bot.Lane{Key: "c"}}}
	var done []string
	err := scheduler.Each(func(_ context.Context, l bot.Lease) error {
		done = append(done, l.Key)
		if l.Key == "b" {
			return errAway
		}
		return nil
	})(t.Context(), leases)
	require.ErrorIs(t, err, errAway)
	require.Equal(t, []string{"a", "b"}, done)
}
