package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/schedule"
)

// FireOutcome says what became of a fire.
type FireOutcome string

// The outcomes of fires.
const (
	FireRun     FireOutcome = "run"
	FireSkipped FireOutcome = "skipped" // it was missed by too long, a later one came before it could run, or it fell into a pause
)

// Fire is a time of an announcement's schedule of which it is settled what became.
type Fire struct {
	At      time.Time
	Outcome FireOutcome
	Run     int // its number; 0 = skipped
	Older   int // how many more before this one were skipped that nothing else tells of
}

// Fires is one step of an announcement's schedule.
type Fires struct {
	Skipped []time.Time       // oldest first
	Older   int               // how many more before those were skipped
	Run     *Run              // begins with the fire that is its FireAt; nil = none
	After   time.Time         // up to when fires are settled now; zero = none is ahead any more
	State   AnnouncementState // of the announcement from now on, and of its run that is under way
}

// any tells whether anything is to be kept.
func (f Fires) any() bool {
	return len(f.Skipped) > 0 || f.Run != nil || f.State != AnnouncementScheduled
}

// FireStore keeps what became of the fires of announcements.
type FireStore interface {
	// SettleFires keeps a step of an announcement's schedule, whole or not at all, and lets its worker and the account's
	// sender know. ErrChanged says that the announcement is not in the state that it has in a any more, or that its fires
	// are settled further.
	SettleFires(ctx context.Context, a Announcement, f Fires, now time.Time, records ...Record) error
	// ExpirePage expires up to limit planned deliveries of a run, and says how many.
	ExpirePage(ctx context.Context, run Run, limit int, now time.Time) (int, error)
}

// Repeats tells whether it goes again and again.
func (a Announcement) Repeats() bool { return a.Schedule != "" }

// timed tells whether it has fires: one or more.
func (a Announcement) timed() bool { return a.Repeats() || !a.ScheduledAt.IsZero() }

// When says when it goes by itself, which is never when it has neither a time nor a schedule.
func (a Announcement) When(location *time.Location) (schedule.Schedule, error) {
	switch {
	case a.Repeats():
		return schedule.Parse(a.Schedule, location)
	case a.timed():
		return schedule.At(a.ScheduledAt, time.Time{}, location)
	}
	return schedule.Schedule{}, nil
}

// NextFires are up to n fires that are ahead as things stand: of a draft those that it would have, and none while it is
// paused. now is village time.
func (a Announcement) NextFires(now time.Time, n int) ([]time.Time, error) {
	after := now
	switch draft := a.State == "" || a.State == AnnouncementDraft || a.State == AnnouncementApproval; {
	case draft:
	case a.FiresAfter.IsZero() || a.State == AnnouncementPaused:
		return nil, nil
	case a.FiresAfter.After(now): // the clock was set back: what has fired does not do so again
		after = a.FiresAfter
	}
	when, err := a.When(now.Location())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(when.NextFires(after, n), a.outdated), nil
}

// nextFire is when an announcement goes next, zero when it has no fire ahead.
func (a Announcement) nextFire(now time.Time) (time.Time, error) {
	next, err := a.NextFires(now, 1)
	if err != nil || len(next) == 0 {
		return time.Time{}, err
	}
	return next[0], nil
}

// checkSchedule refuses a schedule by which it could not go.
func (a Announcement) checkSchedule(now time.Time) error {
	if a.Repeats() && !a.ScheduledAt.IsZero() {
		return fmt.Errorf("%w: it has both one time and a schedule; leave one of them out", ErrAnnouncement)
	}
	if a.Repeats() && a.Corrects != "" {
		return fmt.Errorf("%w: it corrects another one, which is done once; leave its schedule out", ErrAnnouncement)
	}
	when, err := a.When(now.Location())
	if err == nil && a.Repeats() {
		err = when.Ahead(now)
	}
	if err != nil {
		return fmt.Errorf("%w: its schedule: %w", ErrAnnouncement, err)
	}
	return nil
}

// due sorts the fires of a scheduled announcement that are due, and says when the next one is, zero when none is ahead.
func (a Announcement) due(now time.Time) (f Fires, next time.Time, err error) {
	if a.outdated(now) { // what was due is of no use any more
		return Fires{State: AnnouncementDone}, next, nil
	}
	f = Fires{After: a.FiresAfter, State: AnnouncementScheduled}
	if !a.FiresAfter.IsZero() {
		when, err := a.When(now.Location())
		if err != nil {
			return f, next, err
		}
		due := when.Due(a.FiresAfter, now)
		f.Skipped, f.Older = due.Skipped, due.Older
		if n := len(due.Skipped); n > 0 {
			f.After = due.Skipped[n-1]
		}
		if !due.Fire.IsZero() {
			f.After = due.Fire
		}
		next = when.Next(f.After)
		if !due.Fire.IsZero() {
			run := a.NewRun(a.firstReason(), now).until(next)
			run.FireAt = due.Fire
			f.Run, f.State = &run, AnnouncementPlanning
		}
	}
	if next.IsZero() {
		f.After = time.Time{}
		if f.Run == nil {
			f.State = AnnouncementDone
		}
	}
	return f, next, nil
}

// missed sorts the fires that are due while nothing may fire: all of them are skipped.
func (a Announcement) missed(now time.Time) (Fires, error) {
	f, next, err := a.due(now)
	if f.Run != nil {
		f.Skipped, f.Run, f.State = append(f.Skipped, f.Run.FireAt), nil, AnnouncementScheduled
	}
	if next.IsZero() {
		f.State = AnnouncementDone
	}
	return f, err
}

// until lets a run expire when the next fire is due: the new news takes the place of the old.
func (r Run) until(next time.Time) Run {
	if !next.IsZero() && next.Before(r.ExpiresAt) {
		r.ExpiresAt = next
	}
	return r
}

// schedule lets an announcement wait for its first fire.
func (s *Announcements) schedule(ctx context.Context, a Announcement, now time.Time, record Record) (Announcement, error) {
	when, err := a.When(now.Location())
	if err != nil {
		return a, fmt.Errorf("%w: its schedule: %w", ErrAnnouncement, err)
	}
	if err := when.Ahead(now); err != nil {
		return a, fmt.Errorf("%w: its last time has passed while it was a draft; create it anew: %w", ErrState, err)
	}
	if err := s.hasRecipients(ctx, a, a.NewRun(a.firstReason(), now)); err != nil {
		return a, err
	}
	return s.settle(ctx, a, Fires{After: now, State: AnnouncementScheduled}, now, record)
}

// resume goes on with a paused announcement. Fires that fell into the pause are skipped: nobody wants a text late that
// was stopped on purpose.
func (s *Announcements) resume(ctx context.Context, a Announcement, record Record) (Announcement, error) {
	now := s.now()
	f, err := a.missed(now)
	if err != nil {
		return a, err
	}
	run, err := s.store.Run(ctx, a, 0)
	switch {
	case errors.Is(err, ErrNotFound): // it was paused before its first fire
	case err != nil:
		return a, err
	case run.State == AnnouncementPaused && run.Frozen:
		f.State = AnnouncementSending
	case run.State == AnnouncementPaused:
		f.State = AnnouncementPlanning
	}
	return s.settle(ctx, a, f, now, record)
}

func (s *Announcements) settle(ctx context.Context, a Announcement, f Fires, now time.Time, record Record) (Announcement, error) {
	if err := s.store.SettleFires(ctx, a, f, now, record); err != nil {
		return a, err
	}
	a.State, a.FiresAfter = f.State, f.After
	return a, nil
}

// fire settles the fires of a scheduled announcement that are due, and says when the next one is.
func (an *Announcer) fire(ctx context.Context, a Announcement, now time.Time) (more bool, next time.Time, err error) {
	f, next, err := a.due(now)
	if err != nil {
		return false, next, fmt.Errorf("schedule: %w", err)
	}
	if !f.any() {
		return false, next, nil
	}
	var records []Record
	if f.Run != nil {
		records = append(records, itself(a, AuditSend, "at its time "+f.Run.FireAt.In(now.Location()).Format(time.RFC3339), now))
	}
	if err := an.store.SettleFires(ctx, a, f, now, records...); err != nil {
		return false, next, err
	}
	if n := len(f.Skipped); n > 0 {
		an.log.Warn("fires skipped, which were missed", "oa_id", a.OAID, "announcement_id", a.ID,
			"count", n+f.Older, "latest", f.Skipped[n-1])
	}
	if f.State == AnnouncementDone {
		an.log.Info("announcement over: no fire is ahead", "oa_id", a.OAID, "announcement_id", a.ID)
	}
	return true, time.Time{}, nil
}
