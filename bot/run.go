package bot

import (
	"fmt"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

// RunReason says why a run was begun.
type RunReason string

// The reasons of runs.
const (
	RunFirst      RunReason = "first"
	RunFire       RunReason = "fire"       // its schedule said so, again and again
	RunMissed     RunReason = "missed"     // to those whom Zalo took nothing for in the run before
	RunCorrection RunReason = "correction" // to those who got what was wrong
	RunChannel    RunReason = "channel"    // over another channel, to those who have not seen it
	RunProxies    RunReason = "proxies"    // to the proxies of households that have not seen it
	RunVisit      RunReason = "visit"      // to the heads of villages, with the households to visit
)

// climbs tells whether a run is a step of a ladder.
func (r RunReason) climbs() bool { return r == RunChannel || r == RunProxies || r == RunVisit }

// byAudience tells whether a run is to the announcement's own audience, and not to recipients of an earlier run.
func (r RunReason) byAudience() bool { return r == RunFirst || r == RunFire }

// Run is one pass over an audience.
type Run struct {
	OAID           string
	AnnouncementID string
	Number         int // from 1
	Reason         RunReason
	State          AnnouncementState
	Message        Message   // as it was when the run began
	Parts          int       // of Message in Vietnamese
	Posted         bool      // its group posts are in the ledger
	CalledOff      bool      // nothing of it goes: all or nothing was asked for, and the budget does not pay for all
	Asked          bool      // it is settled which proxies are asked to tell households
	Position       string    // the last user id that is in the ledger
	Frozen         bool      // the whole audience is
	FireAt         time.Time // of its schedule; zero = begun by a person
	StartedAt      time.Time
	HeldUntil      time.Time // nothing of it leaves before; zero = at once
	By             string    // the operator who began it; empty = the command line, or a schedule
	ExpiresAt      time.Time // what has not gone by then is of no use
	DoneAt         time.Time // zero = not yet
}

// Origin is the origin of the run's deliveries.
func (r Run) Origin() string { return fmt.Sprintf("announcement:%s:%d", r.AnnouncementID, r.Number) }

// announcementLife is how long after its beginning a run may still send. Older news is none.
const announcementLife = 7 * 24 * time.Hour

// NewRun begins a run of an announcement. The store gives it its number.
func (a Announcement) NewRun(reason RunReason, now time.Time) Run {
	m := a.Outgoing()
	return Run{
		OAID: a.OAID, AnnouncementID: a.ID, Reason: reason, State: AnnouncementPlanning, Message: m,
		Parts: m.Parts(), StartedAt: now, ExpiresAt: earlier(now.Add(announcementLife), a.ValidUntil),
	}
}

// earlier is a time, or another that comes before it; zero never comes.
func earlier(t, other time.Time) time.Time {
	if !other.IsZero() && other.Before(t) {
		return other
	}
	return t
}

// firstReason is why a run of the announcement to all of its audience is begun.
func (a Announcement) firstReason() RunReason {
	switch {
	case a.Corrects != "":
		return RunCorrection
	case a.Schedule != "":
		return RunFire
	}
	return RunFirst
}

// RunStatus is how far a run has come. Each recipient counts once, so that the states add up to Recipients.
type RunStatus struct {
	Recipients int
	States     map[DeliveryState]int
	Channels   map[plan.Channel]map[DeliveryState]int
	VND        int64 // spent, what is kept back for calls of unknown outcome included
	// Received says after how long half, 80 and 95 % of the direct messages that Zalo has taken had arrived; missing = not
	// yet. Of posts nobody tells that they arrived.
	Received map[int]time.Duration
	Posts    []Post
	// WithoutPicture and WithoutFile are how many of those who got the text got it without.
	WithoutPicture, WithoutFile int

	Aside map[DeliveryState]int // to proxies and officers who are not of the audience, and not counted above
}

// Add counts recipients.
func (s *RunStatus) Add(channel plan.Channel, state DeliveryState, lack Lack, n int) {
	if s.States == nil {
		s.States, s.Channels = make(map[DeliveryState]int), make(map[plan.Channel]map[DeliveryState]int)
	}
	if s.Channels[channel] == nil {
		s.Channels[channel] = make(map[DeliveryState]int)
	}
	s.Recipients += n
	s.States[state] += n
	s.Channels[channel][state] += n
	if state != DeliveryAccepted && state != DeliveryReceived && state != DeliverySeen {
		return
	}
	if lack.Picture {
		s.WithoutPicture += n
	}
	if lack.File {
		s.WithoutFile += n
	}
}
