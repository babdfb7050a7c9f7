package bottest

import (
	"sync"

	"github.com/loalang/loalang/bot"
)

// Wake carries hints within a test and remembers how many there were.
type Wake struct {
	mu        sync.Mutex
	hinted    map[bot.LaneKind]int
	listeners map[bot.LaneKind]map[chan struct{}]struct{}
}

var _ bot.Wake = (*Wake)(nil)

// NewWake returns a Wake without listeners.
func NewWake() *Wake {
	return &Wake{hinted: make(map[bot.LaneKind]int), listeners: make(map[bot.LaneKind]map[chan struct{}]struct{})}
}

// Hint implements bot.Wake.
func (w *Wake) Hint(kind bot.LaneKind) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hinted[kind]++
	for ch := range w.listeners[kind] {
		select {
		case ch <- struct{}{}:
		default:
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

// Hinted is how many hints of a kind there were.
func (w *Wake) Hinted(kind bot.LaneKind) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hinted[kind]
}

// Listeners is how many listen for hints of a kind now.
func (w *Wake) Listeners(kind bot.LaneKind) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.listeners[kind])
}
