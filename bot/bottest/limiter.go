package bottest

import (
	"context"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
)

// Limiter grants every call until a test says otherwise. The zero Limiter is ready.
type Limiter struct {
	mu     sync.Mutex
	wait   time.Duration
	err    error
	left   int // calls to grant before wait and err hold
	asked  int
	caps   bot.Caps
	uses   []bot.CallUse // of the granted calls
	pauses []Pause
}

// Pause is one call of Limiter.Pause.
type Pause struct {
	OAID string // empty = all
	For  time.Duration
}

var _ bot.Limiter = (*Limiter)(nil)

// Answer makes every Take answer this from now on.
func (l *Limiter) Answer(wait time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wait, l.err, l.left = wait, err, 0
}

// Allow lets n more calls be granted; those after them are to wait for a moment.
func (l *Limiter) Allow(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wait, l.err = time.Millisecond, nil
	l.left += n
}

// Take implements bot.Limiter.
func (l *Limiter) Take(_ context.Context, _ string, caps bot.Caps, use bot.CallUse) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	l.caps = caps
	if l.left > 0 {
		l.left--
		l.uses = append(l.uses, use)
		return 0, nil
	}
	if l.wait == 0 && l.err == nil {
		l.uses = append(l.uses, use)
	}
	return l.wait, l.err
}

// Pause implements bot.Limiter. It is remembered and pauses nothing.
func (l *Limiter) Pause(_ context.Context, oaID string, d time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pauses = append(l.pauses, Pause{oaID, d})
	return nil
}

// Taken is how many calls were granted.
func (l *Limiter) Taken() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.uses)
}

// Uses are what the granted calls were for, in order.
func (l *Limiter) Uses() []bot.CallUse {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]bot.CallUse(nil), l.uses...)
}

// Asked is how often a call was asked for, granted or not.
func (l *Limiter) Asked() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// Caps are those of the last Take.
func (l *Limiter) Caps() bot.Caps {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.caps
}

// Pauses are the pauses asked for, in order.
func (l *Limiter) Pauses() []Pause {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Pause(nil), l.pauses...)
}
