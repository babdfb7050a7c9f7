package bot

import (
	"context"
	"time"
)

// Caps are the most calls Zalo takes in any 60 seconds; 0 means no cap.
// Source: Zalo OA documents, packages since 2026-06-01 (100 or 2,000 a minute per OA, 4,000 per app), read 2026-11-21.
type Caps struct {
	OA  int // of one OA, by its package
	App int // of the app, over all its OAs
}

// CallUse says what a call is for, which decides how soon it may go.
type CallUse int

// The uses. A reply that had to wait goes before all others, of its OA and of the app; while none waits, all of the cap
// is theirs.
const (
	CallForReply CallUse = iota // takes any unused call at once
	CallForHaste                // takes any unused call at once but the last tenth of a cap; of that, as even ones do
	CallForBulk                 // spread evenly over the minute, so that at any time the next call is near
)

// Limiter keeps the calls to Zalo under the caps, over all replicas that share it. Every OpenAPI call is counted.
type Limiter interface {
	// Take asks for one call of oaID now. It returns 0 when the call is granted and counted,
	// else how long to wait before asking again.
	Take(ctx context.Context, oaID string, caps Caps, use CallUse) (wait time.Duration, err error)
	// Pause grants no call before d has passed: none of the OA, or none of any OA when oaID is "".
	Pause(ctx context.Context, oaID string, d time.Duration) error
}
