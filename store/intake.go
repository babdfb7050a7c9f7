package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo"
)

const (
	// intakeQueue is how many events may wait for their commit before senders are told to come back.
	intakeQueue = 4096
	// intakeBatch is how many events share one commit at most.
	intakeBatch = 256
	// floodWindow is over what time a flood is told from a busy hour, floodEvents how many events in it are one, for
	// each core: more than could be answered as they come.
	floodWindow = 100 * time.Millisecond
	floodEvents = 150
)

// Intake accepts events with one commit for all that arrived during the commit before. It waits for no timer: alone, an
// event is committed at once; under load the commits fill by themselves.
type Intake struct {
	accept func(ctx context.Context, events []zalo.Event) ([]bool, error)
	queue  chan accepting

	flooded atomic.Int64 // until when the last flood counts, in nanoseconds since 1970

	mu      sync.RWMutex // guards closed against sends on queue
	closed  bool
	stopped chan struct{}
}

type accepting struct {
	event zalo.Event
	done  chan<- accepted
}

type accepted struct {
	fresh bool
	err   error
}

// NewIntake returns an intake that saves to s. Start it before use.
func NewIntake(s *Store) *Intake {
	return &Intake{accept: s.AcceptEvents, queue: make(chan accepting, intakeQueue), stopped: make(chan struct{})}
}

// Start begins to commit.
func (in *Intake) Start(context.Context) error {
	go in.run()
	return nil
}

// Stop refuses new events and returns when all taken ones are answered.
func (in *Intake) Stop(ctx context.Context) error {
	in.mu.Lock()
	if !in.closed {
		in.closed = true
		close(in.queue)
	}
	in.mu.Unlock()
	select {
	case <-in.stopped:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Accept returns when the event is saved, and whether it was new. bot.ErrUnavailable says that it is not saved and
// should be sent again.
func (in *Intake) Accept(ctx context.Context, ev zalo.Event) (fresh bool, err error) {
	done := make(chan accepted, 1)
	if err := in.enqueue(accepting{ev, done}); err != nil {
		return false, err
	}
	select {
	case a := <-done:
		return a.fresh, a.err
	case <-ctx.Done():
		return false, fmt.Errorf("%w: %w", bot.ErrUnavailable, ctx.Err())
	}
}

func (in *Intake) enqueue(a accepting) error {
	in.mu.RLock()
	defer in.mu.RUnlock()
	if in.closed {
		return fmt.Errorf("%w: stopping", bot.ErrUnavailable)
	}
	select {
	case in.queue <- a:
		return nil
	default:
		return fmt.Errorf("%w: too many events wait", bot.ErrUnavailable)
	}
}

func (in *Intake) run() {
	defer close(in.stopped)
	var window time.Time
	count := 0
	for first := range in.queue {
		batch := []accepting{first}
		for len(batch) < intakeBatch {
			select {
			case next, open := <-in.queue:
				if open {
					batch = append(batch, next)
					continue
				}
			default:
			}
			break
		}
		in.commit(batch)
		now := time.Now()
		if now.Sub(window) > floodWindow {
			window, count = now, 0
		}
		if count += len(batch); count >= floodEvents*runtime.GOMAXPROCS(0) {
			in.flooded.Store(now.Add(2 * floodWindow).UnixNano())
		}
	}
}

// Flooded tells whether more events arrive at this moment than can be answered: Zalo waits two seconds for a 200,
// residents wait longer for an answer, so whoever has other work lets the intake go first.
func (in *Intake) Flooded() bool { return time.Now().UnixNano() < in.flooded.Load() }

// commit saves a batch whole; when that fails, one by one, so that an event the database refuses fails alone.
func (in *Intake) commit(batch []accepting) {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	events := make([]zalo.Event, len(batch))
	for i, a := range batch {
		events[i] = a.event
	}
	fresh, err := in.accept(ctx, events)
	for i, a := range batch {
		switch {
		case err == nil:
			a.done <- accepted{fresh: fresh[i]}
		case len(batch) > 1 && !errors.Is(err, context.DeadlineExceeded):
			in.commit(batch[i : i+1])
		default:
			a.done <- accepted{err: fmt.Errorf("%w: %w", bot.ErrUnavailable, err)}
		}
	}
}
