package scheduler

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loalang/loalang/bot"
)

// Poll is how often workers look for due lanes. It is the truth that hints only hurry along.
const Poll = 200 * time.Millisecond

// YieldWait is how long a worker lets more urgent work go first before it does a batch of its own all the same.
const YieldWait = time.Second

// claimTimeout bounds one claim.
const claimTimeout = 5 * time.Second

// Handler does the work of leased lanes and releases them.
type Handler func(ctx context.Context, leases []bot.Lease) error

// WorkerConfig says which lanes a worker does, and how.
type WorkerConfig struct {
	Kind   bot.LaneKind
	Handle Handler
	Lease  time.Duration // how long a lane is held without renewal
	Batch  int           // how many lanes go to one call of Handle
	Calls  int           // how many calls of Handle run at once
	// Yield tells that something more urgent wants the machine: the worker then claims only once a YieldWait. nil = never.
	Yield func() bool

	Lanes bot.LaneStore
	Wake  bot.Wake
	Now   func() time.Time // village time: when a lane is due
	Log   *slog.Logger
}

// Worker claims lanes of one kind and hands them to its handler.
type Worker struct {
	cfg    WorkerConfig
	slots  chan struct{}
	calls  sync.WaitGroup
	missed atomic.Bool   // lanes were being handled during the last claim, and may be due again
	again  chan struct{} // they have been handled

	mu     sync.Mutex
	cancel context.CancelFunc
	done   chan struct{}
}

// NewWorker returns a worker. Start it before use.
func NewWorker(cfg WorkerConfig) *Worker {
	return &Worker{cfg: cfg, slots: make(chan struct{}, cfg.Calls), again: make(chan struct{}, 1)}
}

// Start begins to claim lanes.
func (w *Worker) Start(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.done = cancel, make(chan struct{})
	go w.run(ctx)
	return nil
}

// Stop claims nothing more and returns when what was claimed has been handled and released.
func (w *Worker) Stop(ctx context.Context) error {
	w.mu.Lock()
	cancel, done := w.cancel, w.done
	w.mu.Unlock()
	if cancel == nil {
		return nil
	}
	cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *Worker) run(ctx context.Context) {
	defer close(w.done)
	defer w.calls.Wait()
	hints, unsubscribe := w.cfg.Wake.Hints(w.cfg.Kind)
	defer unsubscribe()
	timer := time.NewTimer(Poll)
	defer timer.Stop()
	failures := 0
	for {
		select {
		case w.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		if w.cfg.Yield != nil && w.cfg.Yield() {
			timer.Reset(YieldWait)
			select {
			case <-ctx.Done():
			case <-timer.C:
			}
		}
		if ctx.Err() != nil {
			return
		}
		w.missed.Store(true) // before the claim: what is given back while it reads may have escaped it
		leases, err := w.claim(ctx)
		if len(leases) > 0 {
			failures = 0
			w.calls.Add(1)
			go w.handle(ctx, leases)
			continue
		}
		<-w.slots
		wait := Poll
		if err != nil && ctx.Err() == nil {
			failures++
			wait = min(bot.Backoff(failures), 5*time.Second)
			w.cfg.Log.Error("claim lanes", "kind", w.cfg.Kind, "error", err, "retry_in", wait)
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-hints:
		case <-w.again:
		case <-timer.C:
		}
	}
}

// claim is finished also when a stop comes in between: a lease nobody knows of would hold its lane up until it ran out.
func (w *Worker) claim(ctx context.Context) ([]bot.Lease, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTimeout)
	defer cancel()
	return w.cfg.Lanes.ClaimLanes(ctx, w.cfg.Kind, w.cfg.Now(), w.cfg.Batch, w.cfg.Lease)
}

func (w *Worker) handle(ctx context.Context, leases []bot.Lease) {
	defer w.calls.Done()
	defer func() { <-w.slots }()
	if err := w.cfg.Handle(ctx, leases); err != nil {
		w.cfg.Log.Error("handle lanes", "kind", w.cfg.Kind, "lanes", len(leases), "error", err)
	}
	if w.missed.Swap(false) {
		select {
		case w.again <- struct{}{}:
		default:
		}
	}
}

// Each makes a handler of a function for one lane, for workers whose batch is 1.
func Each(do func(context.Context, bot.Lease) error) Handler {
	return func(ctx context.Context, leases []bot.Lease) error {
		for _, l := range leases {
			if err := do(ctx, l); err != nil {
				return err
			}
		}
		return nil
	}
}
