//go:build torture

package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/loalang/loalang/zalo/zalosim"
)

// TestTorture is TestAnnounceLosesAndDoublesNothingWhenKilled at full size. It takes hours, since each -32 stops the
// account until the next minute: `make torture`.
func TestTorture(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		const n = 12_000
		torture(t, database, n, 50, time.Hour, func(sim *zalosim.Server) {
			for range n / 100 {
				sim.Fail(zalosim.Fault{Path: "/message", Code: -32, Skip: rand.IntN(n), Times: 1})
			}
			sim.Fail(zalosim.Fault{Path: "/message", Code: -216, Skip: n / 2, Times: 1}) // the token is over half-way
		})
	})
}
