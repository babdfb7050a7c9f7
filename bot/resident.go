package bot

import "time"

// Resident is a Zalo user of one OA.
type Resident struct {
	OAID            string
	UserID          string
	Name            string
	UnitCode        string    // empty = not known yet
	Language        string    // BCP 47; empty = Vietnamese
	Following       bool      // by the last follow or unfollow event
	StoppedAt       time.Time // said "dừng": no announcements since; zero = never
	LastInteraction time.Time // the latest interaction that opens Zalo's 48 hour and 7 day windows; zero = never
}

// touch moves the last interaction forward, never back, and never into the future.
func (r *Resident) touch(at, now time.Time) {
	if at.IsZero() || at.After(now) {
		at = now
	}
	if at.After(r.LastInteraction) {
		r.LastInteraction = at
	}
}
