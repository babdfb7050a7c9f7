package zalosim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// change is what a phone hears of.
type change struct {
	Type    string   `json:"type"` // message, update, state
	Message *Message `json:"message,omitempty"`
}

// streams carry changes to the open pages.
type streams struct {
	mu     sync.Mutex
	open   map[chan []byte]struct{}
	closed bool
}

func newStreams() *streams { return &streams{open: make(map[chan []byte]struct{})} }

// publish tells every open page. A page that does not keep up loses its stream and loads everything anew.
func (s *streams) publish(c change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) == 0 {
		return
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and times always marshal
	}
	for ch := range s.open {
		select {
		case ch <- text:
		default:
			delete(s.open, ch)
			close(ch)
		}
	}
}

func (s *streams) subscribe() (<-chan []byte, func()) {
	ch := make(chan []byte, 256)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(ch)
		return ch, func() {}
	}
	s.open[ch] = struct{}{}
	return ch, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if _, still := s.open[ch]; still {
			delete(s.open, ch)
			close(ch)
		}
	}
}

func (s *streams) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for ch := range s.open {
		delete(s.open, ch)
		close(ch)
	}
}

// serve writes changes as server-sent events.
func (s *streams) serve(w http.ResponseWriter, r *http.Request) {
	changes, end := s.subscribe()
	defer end()
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // a stream lasts
	_ = out.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := fmt.Fprint(w, ": open\n\n"); err != nil || out.Flush() != nil {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case text, open := <-changes:
			if !open {
				return
			}
			if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil || out.Flush() != nil {
				return
			}
		}
	}
}
