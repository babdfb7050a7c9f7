package main

import (
	"sync/atomic"
	"time"
)

// clock is the real one until it is set, and goes on from there.
type clock struct {
	ahead atomic.Int64 // nanoseconds
}

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) set(now time.Time) { c.ahead.Store(int64(time.Until(now))) }
