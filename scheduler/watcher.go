package scheduler

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// VersionStore says which version shared content has, by name.
type VersionStore interface {
	Versions(ctx context.Context) (map[string]int64, error)
}

// Watcher reloads what a replica keeps in memory when another replica, or a command, has changed it.
type Watcher struct {
	store  VersionStore
	reload map[string]func(context.Context) error
	log    *slog.Logger
	seen   map[string]int64

	mu     sync.Mutex
	cancel context.CancelFunc
	done   chan struct{}
}

// NewWatcher returns a watcher over the given names.
func NewWatcher(store VersionStore, reload map[string]func(context.Context) error, log *slog.Logger) *Watcher {
	return &Watcher{store: store, reload: reload, log: log, seen: make(map[string]int64)}
}

// Start loads everything once, then watches.
func (w *Watcher) Start(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel != nil {
		return nil
	}
	versions, err := w.store.Versions(ctx)
	if err != nil {
		return err
	}
	for name, load := range w.reload {
		if err := load(ctx); err != nil {
			return err
		}
		w.seen[name] = versions[name]
	}
	watch, cancel := context.WithCancel(context.Background())
	w.cancel, w.done = cancel, make(chan struct{})
	go w.run(watch)
	return nil
}

// Stop ends the watching.
func (w *Watcher) Stop(ctx context.Context) error {
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

func (w *Watcher) run(ctx context.Context) {
	defer close(w.done)
	ticker := time.NewTicker(Poll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		versions, err := w.store.Versions(ctx)
		if err != nil {
			continue // the workers log a database that is away
		}
		for name, load := range w.reload {
			if versions[name] == w.seen[name] {
				continue
			}
			if err := load(ctx); err != nil {
				w.log.Error("reload changed content", "name", name, "error", err)
				continue
			}
			w.seen[name] = versions[name]
		}
	}
}
