package redis

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/loalang/loalang/bot"
)

// Wake carries hints to the workers of all replicas: to those of this process at once, to the others by publishing.
// Hints that come while one is being published share the next, so that a thousand hints are not a thousand messages.
type Wake struct {
	bot.Wake // of this process
	client   redis.UniversalClient
	channel  string
	own      string // marks what this process has published itself
	log      *slog.Logger

	mu      sync.Mutex
	pending map[bot.LaneKind]bool
	signal  chan struct{}
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// NewWake returns a Wake over the process's own. prefix names the app.
func NewWake(local bot.Wake, client redis.UniversalClient, prefix string, log *slog.Logger) *Wake {
	return &Wake{
		Wake: local, client: client, channel: "{" + prefix + "}:wake", own: newSerial().next(), log: log,
		pending: make(map[bot.LaneKind]bool), signal: make(chan struct{}, 1),
	}
}

// Hint implements bot.Wake.
func (w *Wake) Hint(kind bot.LaneKind) {
	w.Wake.Hint(kind)
	w.mu.Lock()
	w.pending[kind] = true
	w.mu.Unlock()
	select {
	case w.signal <- struct{}{}:
	default:
	}
}

// Start begins to publish and to listen. A Redis that is away is tried again for ever.
func (w *Wake) Start(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.running.Add(2)
	go w.publish(ctx)
	go w.listen(ctx)
	return nil
}

// Stop ends both.
func (w *Wake) Stop(context.Context) error {
	w.mu.Lock()
	cancel := w.cancel
	w.mu.Unlock()
	if cancel != nil {
		cancel()
		w.running.Wait()
	}
	return nil
}

func (w *Wake) publish(ctx context.Context) {
	defer w.running.Done()
	away := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.signal:
		}
		for _, kind := range w.takePending() {
			send, cancel := context.WithTimeout(ctx, answerWithin)
			err := w.client.Publish(send, w.channel, w.own+" "+string(kind)).Err()
			cancel()
			if err != nil && !away && ctx.Err() == nil {
				w.log.Warn("hints do not reach other replicas: Redis is away", "error", err)
			}
			away = err != nil
		}
	}
}

func (w *Wake) takePending() (kinds []bot.LaneKind) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for kind := range w.pending {
		kinds = append(kinds, kind)
	}
	clear(w.pending)
	return kinds
}

func (w *Wake) listen(ctx context.Context) {
	defer w.running.Done()
	for ctx.Err() == nil {
		subscription := w.client.Subscribe(ctx, w.channel)
		forget := context.AfterFunc(ctx, func() { _ = subscription.Close() }) // a blocked read does not hear of ctx
		w.receive(ctx, subscription)
		forget()
		_ = subscription.Close() // it is being replaced or given up
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// receive passes hints of other replicas on until the subscription breaks.
func (w *Wake) receive(ctx context.Context, subscription *redis.PubSub) {
	for {
		message, err := subscription.ReceiveMessage(ctx)
		if err != nil {
			return
		}
		if from, kind, ok := cutHint(message.Payload); ok && from != w.own {
			w.Wake.Hint(kind)
		}
	}
}

func cutHint(payload string) (from string, kind bot.LaneKind, ok bool) {
	from, text, ok := strings.Cut(payload, " ")
	return from, bot.LaneKind(text), ok
}
