package memory

import (
	"context"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
)

// Window is the time in which no more calls than the cap may leave: Zalo's minute, and a margin, so that a call that was
// slow on its way and a later, faster one do not meet in one of Zalo's minutes.
const Window = time.Minute + 500*time.Millisecond

// Limiter keeps the caps exactly: it remembers when each call of the last window was granted.
type Limiter struct {
	window time.Duration
	now    func() time.Time

	mu     sync.Mutex
	app    *grants
	oas    map[string]*grants
	sweeps time.Time // when idle accounts were last forgotten
}

var _ bot.Limiter = (*Limiter)(nil)

// NewLimiter returns a limiter. now must not jump: time.Now, or a test's own.
func NewLimiter(window time.Duration, now func() time.Time) *Limiter {
	return &Limiter{window: window, now: now, app: &grants{}, oas: make(map[string]*grants)}
}

// Take implements bot.Limiter.
func (l *Limiter) Take(ctx context.Context, oaID string, caps bot.Caps) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.forgetIdle(now)
	oa := l.oas[oaID]
	if oa == nil {
		oa = &grants{}
		l.oas[oaID] = oa
	}
	wait := max(oa.wait(now, l.window, caps.OA), l.app.wait(now, l.window, caps.App))
	if wait > 0 {
		return wait, nil
	}
	oa.add(now, caps.OA)
	l.app.add(now, caps.App)
	return 0, nil
}

// Pause implements bot.Limiter.
func (l *Limiter) Pause(_ context.Context, oaID string, d time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.app
	if oaID != "" {
		if l.oas[oaID] == nil {
			l.oas[oaID] = &grants{}
		}
		g = l.oas[oaID]
	}
	if until := l.now().Add(d); until.After(g.pausedUntil) {
		g.pausedUntil = until
	}
	return nil
}

// forgetIdle drops accounts that made no call within a window.
func (l *Limiter) forgetIdle(now time.Time) {
	if now.Sub(l.sweeps) < l.window {
		return
	}
	l.sweeps = now
	for id, g := range l.oas {
		g.drop(now, l.window)
		if len(g.times) == 0 && !now.Before(g.pausedUntil) {
			delete(l.oas, id)
		}
	}
}

// grants are the times of the calls granted within the last window, the oldest first.
type grants struct {
	times       []time.Time
	pausedUntil time.Time
}

// wait is how long until one more call keeps the cap; 0 = now.
func (g *grants) wait(now time.Time, window time.Duration, limit int) time.Duration {
	paused := g.pausedUntil.Sub(now)
	if limit <= 0 {
		return max(paused, 0)
	}
	g.drop(now, window)
	if len(g.times) < limit {
		return max(paused, 0)
	}
	free := g.times[len(g.times)-limit].Add(window).Sub(now)
	return max(paused, free, 0)
}

func (g *grants) add(now time.Time, limit int) {
	if limit > 0 {
		g.times = append(g.times, now)
	}
}

func (g *grants) drop(now time.Time, window time.Duration) {
	n := 0
	for n < len(g.times) && now.Sub(g.times[n]) >= window {
		n++
	}
	if n == len(g.times) {
		g.times = nil
		return
	}
	g.times = g.times[n:]
}
