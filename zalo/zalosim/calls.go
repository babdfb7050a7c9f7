package zalosim

import (
	"sync"
	"sync/atomic"
	"time"
)

// calls counts the calls of an account or of the app by the real clock, over any 60 seconds.
type calls struct {
	mu    sync.Mutex
	times []time.Duration // since started
	peak  int             // the most calls that fell into any 60 seconds, refused ones included
}

// started is where the real clock is counted from: a number takes a third of a time's memory.
var started = time.Now()

// add counts one call. ok says whether it keeps the cap (0 = none), remain how many are left.
func (c *calls) add(limit int) (remain int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Since(started)
	n := 0
	for n < len(c.times) && now-c.times[n] >= time.Minute {
		n++
	}
	c.times = append(c.times[n:], now)
	c.peak = max(c.peak, len(c.times))
	if limit == 0 {
		return -1, true
	}
	return max(limit-len(c.times), 0), len(c.times) <= limit
}

func (c *calls) most() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peak
}

// stats count what happened, for tests and load runs.
type stats struct {
	calls, accepted, refused, conversations, uploads, refreshes, webhooksSent, webhooksFailed atomic.Int64
}
