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

// Limiter keeps the calls to Zalo under the caps, over all replicas that share it. Every OpenAPI call is counted.
type Limiter interface {
	// Take asks for one call of oaID now. It returns 0 when the call is granted and counted,
	// else how long to wait before asking again.
	Take(ctx context.Context, oaID string, caps Caps) (wait time.Duration, err error)
	// Pause grants no call before d has passed: none of the OA, or none of any OA when oaID is "".
	Pause(ctx context.Context, oaID string, d time.Duration) error
}
