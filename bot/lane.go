package bot

import (
	"context"
	"time"
)

// LaneKind says what a lane's rows are. The rows stand in tables of their own; a lane only says that there are some.
type LaneKind string

// The lanes. The key is a user id for LaneResident, and empty for the lanes that an Official Account has once.
const (
	LaneResident LaneKind = "resident" // events of one resident, handled one at a time in the order of acceptance
	LaneDelivery LaneKind = "delivery" // deliveries of one Official Account
	LaneToken    LaneKind = "token"    // the refresh of one Official Account's access token; the lease is its lock
	// LaneAnnouncement has the runs of one announcement, whose id is the key.
	LaneAnnouncement LaneKind = "announcement"
	LaneCalendar     LaneKind = "calendar" // the reminders of one Official Account's bank days
)

// Lane names one lane of one Official Account.
type Lane struct {
	OAID string
	Kind LaneKind
	Key  string
}

// Lease is the right of one worker, for a while, to do a lane's rows. Nobody else holds the same lane meanwhile.
// Owner is unique to this claim and is the fence: a store refuses with ErrLeaseLost what is done under an old one.
type Lease struct {
	Lane
	Owner    string
	Version  int64     // counts bumps; a lane bumped since the claim stays pending when it is released
	Failures int       // releases with a failure in a row, before this claim
	Until    time.Time // end of the lease by this process's own clock, never later than the store's idea of it
}

// Outlives tells whether the lease is still ours for d from now, by the real clock.
func (l Lease) Outlives(d time.Duration) bool { return time.Until(l.Until) > d }

// LaneStore keeps lanes. Leases follow the store's own clock, so that replicas need not agree on the time;
// when a lane is due follows now, the clock of the village.
type LaneStore interface {
	// ClaimLanes leases up to limit due lanes of a kind that nobody holds, the longest due first.
	ClaimLanes(ctx context.Context, kind LaneKind, now time.Time, limit int, length time.Duration) ([]Lease, error)
	// RenewLane makes the lease last length from now, or says ErrLeaseLost.
	RenewLane(ctx context.Context, lease Lease, length time.Duration) (Lease, error)
	// ReleaseLane ends the lease. The lane is due again at next (never, when zero), or at once when it was bumped
	// since the claim.
	ReleaseLane(ctx context.Context, lease Lease, now, next time.Time) error
	// FailLane ends the lease and counts a failure. The lane is due again at next and not before, bumped or not.
	FailLane(ctx context.Context, lease Lease, next time.Time) error
}

// Backoff is how long a lane or a delivery waits after its nth failure in a row (n from 1): one second, doubled each
// time, at most five minutes.
func Backoff(n int) time.Duration {
	const longest = 5 * time.Minute
	if n < 1 {
		n = 1
	}
	if n > 9 {
		return longest
	}
	return min(time.Second<<(n-1), longest)
}
