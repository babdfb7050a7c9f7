package memory

import (
	"context"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
)

// Window is the time in which no more calls than the cap may leave: Zalo's minute, and a margin, so that a call that was
// slow on its way and a later, faster one do not meet in one of Zalo's minutes. A call is granted before it is committed: with
// half a second a disk that was slow for longer brought a few refusals in 6,000 calls.
const Window = time.Minute + 1500*time.Millisecond

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
func (l *Limiter) Take(ctx context.Context, oaID string, caps bot.Caps, use bot.CallUse) (time.Duration, error) {
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
	wait := max(oa.wait(now, l.window, caps.OA, use), l.app.wait(now, l.window, caps.App, use))
	if wait > 0 {
		return wait, nil
	}
	oa.add(now, l.window, caps.OA, use)
	l.app.add(now, l.window, caps.App, use)
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

// replyShare is the part of a cap that haste leaves to replies.
const replyShare = 10

// patience is how long a waiting reply is expected back after its time has come, and how far even calls may lag behind
// and then catch up, as a part of the window: one second of a minute.
const patience = 60

// grants are the times of the calls granted within the last window, the oldest first.
type grants struct {
	times       []time.Time
	pausedUntil time.Time
	nextEven    time.Time // when the next even call is due
	replyUntil  time.Time // a reply waits, and is expected back by then
}

// wait is how long until one more call keeps the cap; 0 = now. A reply that has to wait is remembered.
func (g *grants) wait(now time.Time, window time.Duration, limit int, use bot.CallUse) time.Duration {
	wait := max(g.pausedUntil.Sub(now), 0)
	if limit <= 0 {
		return wait
	}
	g.drop(now, window)
	if n := len(g.times); n >= limit {
		room := g.times[n-limit].Add(window).Sub(now)
		if use == bot.CallForReply {
			g.replyUntil = now.Add(room + window/patience)
		}
		wait = max(wait, room)
	}
	if use == bot.CallForReply {
		return wait
	}
	wait = max(wait, g.replyUntil.Sub(now))
	if g.hasty(limit, use) {
		return wait
	}
	return max(wait, g.nextEven.Add(-window/patience).Sub(now))
}

// hasty tells whether a call may go without being even.
func (g *grants) hasty(limit int, use bot.CallUse) bool {
	return use == bot.CallForHaste && len(g.times) < limit-(limit+replyShare-1)/replyShare
}

func (g *grants) add(now time.Time, window time.Duration, limit int, use bot.CallUse) {
	if limit <= 0 {
		return
	}
	switch {
	case use == bot.CallForReply:
		g.replyUntil = time.Time{}
	case !g.hasty(limit, use):
		if g.nextEven.Before(now) {
			g.nextEven = now
		}
		g.nextEven = g.nextEven.Add(window / time.Duration(limit))
	}
	g.times = append(g.times, now)
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
