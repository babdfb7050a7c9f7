//go:build torture

package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/loalang/loalang/zalo/zalosim"
)

const (
	tortured = 12_000 // recipients
	kills    = 50
	// refusals is how many calls in a row are answered -32. Each such burst stops the account until the next minute, so
	// that 120 single ones, one call in a hundred, would take two hours.
	refusals = 10
)

// TestTorture is TestAnnounceLosesAndDoublesNothingWhenKilled at full size: `make torture`.
func TestTorture(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		torture(t, database, tortured, kills, time.Hour, func(sim *zalosim.Server) {
			for range tortured / 100 / refusals {
				sim.Fail(zalosim.Fault{Path: "/message", Code: -32, Skip: rand.IntN(tortured), Times: refusals})
			}
			// The token is over half-way, between two kills: a pair that was lost by one needs a new consent.
			sim.Fail(zalosim.Fault{Path: "/message", Mode: "expire", Skip: tortured * 51 / 100, Times: 1})
		})
	})
}
