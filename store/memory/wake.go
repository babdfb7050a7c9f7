package memory

import (
	"sync"

	"github.com/loalang/loalang/bot"
)

// Wake carries hints to the workers of this process.
type Wake struct {
	mu        sync.Mutex
	listeners map[bot.LaneKind]map[chan struct{}]struct{}
}

var _ bot.Wake = (*Wake)(nil)

// NewWake returns a Wake.
func NewWake() *Wake { return &Wake{listeners: make(map[bot.LaneKind]map[chan struct{}]struct{})} }

// Hint implements bot.Wake.
func (w *Wake) Hint(kind bot.LaneKind) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.listeners[kind] {
		select {
		case ch <- struct{}{}:
		default: // it has a hint waiting already
		}
	}
}

// Hints implements bot.Wake.
func (w *Wake) Hints(kind bot.LaneKind) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.listeners[kind] == nil {
		w.listeners[kind] = make(map[chan struct{}]struct{})
	}
	w.listeners[kind][ch] = struct{}{}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.listeners[kind], ch)
	}
}
