package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/plan"
)

// ReminderLease is how long the calendar lane of an account is held; a look takes a second at most.
const ReminderLease = 20 * time.Second

// calendarRecheck is how often a calendar without a reminder in the year to come is looked at.
const calendarRecheck = 30 * 24 * time.Hour

// ReminderSettings are how an account wants its bank days reminded of.
type ReminderSettings struct {
	OAID       string
	Off        bool
	Budget     int64 // VND that a reminder, or a correction, may cost; 0 = only what is free
	PaidBefore []int // of how many days before the day those are that may cost; a correction always may
}

// DefaultReminderSettings cost nothing. Once there is a budget, it pays for the evening before alone: once is enough to be
// paid for per person and day, and that is when people still can prepare and do not forget any more.
func DefaultReminderSettings(oaID string) ReminderSettings {
	return ReminderSettings{OAID: oaID, PaidBefore: []int{1}}
}

// ErrReminders says that reminders cannot be set so.
var ErrReminders = errors.New("wrong reminder settings")

// Check refuses what makes no sense.
func (s ReminderSettings) Check() error {
	if s.Budget < 0 {
		return fmt.Errorf("%w: the budget is below 0; write 0 for only what is free", ErrReminders)
	}
	for _, before := range s.PaidBefore {
		if !slices.Contains(calendar.Reminded, before) {
			return fmt.Errorf("%w: there is no reminder %d days before; there are those of %v", ErrReminders, before, calendar.Reminded)
		}
	}
	return nil
}

// budget is what a reminder so many days before may cost.
func (s ReminderSettings) budget(before int) int64 {
	if slices.Contains(s.PaidBefore, before) {
		return s.Budget
	}
	return 0
}

// ReminderState is how far the reminders of an account are settled.
type ReminderState struct {
	ReminderSettings
	LookedUntil time.Time // zero = never looked
}

// ReminderStore keeps what became of reminders.
type ReminderStore interface {
	CalendarStore
	Units(ctx context.Context) ([]Unit, error)
	Operators(ctx context.Context, oaID string) ([]Operator, error)
	Announcement(ctx context.Context, id string) (Announcement, error)
	MoveAnnouncement(ctx context.Context, a Announcement, to AnnouncementState, records ...Record) error
	// Recipients are up to limit residents whom a run is for, after its position, in the order of their user ids.
	Recipients(ctx context.Context, a Announcement, run Run, limit int) ([]Resident, error)
	// Reminders are the account's, by default those of DefaultReminderSettings.
	Reminders(ctx context.Context, oaID string) (ReminderState, error)
	// BankNotices are those of an account about days from a date on, the oldest first.
	BankNotices(ctx context.Context, oaID string, from calendar.Date) ([]BankNotice, error)
	// SettleReminders keeps a step, whole or not at all: the notices, the announcements that begin with them, and up to when
	// reminders are settled. A notice that is there already stays as it is. ErrChanged says that they are settled further
	// than before says.
	SettleReminders(ctx context.Context, lease Lease, before ReminderState, until time.Time, steps []NoticeStep, now time.Time) error
}

// Reminders reminds subscribers of their commune's bank days, and corrects what they were told when a day is moved or
// cancelled afterwards.
type Reminders struct {
	store    ReminderStore
	lanes    LaneStore
	holidays *calendar.Holidays
	open     plan.Hours
	wake     Wake
	now      func() time.Time
	log      *slog.Logger
}

// NewReminders returns Reminders. open are the hours in which announcements go; now is village time.
func NewReminders(store ReminderStore, lanes LaneStore, holidays *calendar.Holidays, open plan.Hours, wake Wake, now func() time.Time, log *slog.Logger) *Reminders {
	return &Reminders{store: store, lanes: lanes, holidays: holidays, open: open, wake: wake, now: now, log: log}
}

// Remind does a claimed calendar lane: what is due goes out, what was missed is recorded. Then it releases the lane until
// the next reminder.
func (r *Reminders) Remind(ctx context.Context, lease Lease) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ReminderLease) // a step that has begun is finished
	defer cancel()
	next, err := r.step(ctx, lease)
	if errors.Is(err, ErrChanged) { // look again, with what is now
		next, err = r.now(), nil
	}
	if err == nil {
		err = r.lanes.ReleaseLane(ctx, lease, r.now(), next)
	}
	if errors.Is(err, ErrLeaseLost) {
		r.log.Warn("calendar lane lost to another worker", "oa_id", lease.OAID)
		return nil
	}
	if err == nil {
		return nil
	}
	if failed := r.lanes.FailLane(ctx, lease, r.now().Add(Backoff(lease.Failures+1))); failed != nil {
		r.log.Warn("put calendar lane back", "oa_id", lease.OAID, "error", failed)
	}
	return fmt.Errorf("remind of the bank days of %s: %w", lease.OAID, err)
}

// look is one look at the calendar of an account.
type look struct {
	*Reminders
	state ReminderState
	days  *calendar.Calendar
	units Units
	name  func(unit string) string
	now   time.Time
}

// step settles all that is due, and says when to look again.
func (r *Reminders) step(ctx context.Context, lease Lease) (next time.Time, err error) {
	l := look{Reminders: r, now: r.now()}
	if l.state, err = r.store.Reminders(ctx, lease.OAID); err != nil {
		return next, err
	}
	all, err := r.store.TransactionDays(ctx)
	if err != nil {
		return next, err
	}
	if l.units, err = UnitsOf(ctx, r.store, lease.OAID); err != nil {
		return next, err
	}
	l.name = func(code string) string { return l.units[code].Name }
	l.days = calendar.New(CalendarEntries(all, lease.OAID), r.holidays, l.now.Location())
	until := l.now
	if l.state.LookedUntil.After(until) { // the clock was set back: what is settled stays so
		until = l.state.LookedUntil
	}
	var steps []NoticeStep
	if !l.state.LookedUntil.IsZero() { // else the calendar holds from now on
		if steps, err = l.due(ctx); err != nil {
			return next, err
		}
	}
	fixes, err := l.corrections(ctx)
	if err != nil {
		return next, err
	}
	if err := r.store.SettleReminders(ctx, lease, l.state, until, append(fixes, steps...), l.now); err != nil {
		return next, err
	}
	if slices.ContainsFunc(append(fixes, steps...), func(s NoticeStep) bool { return s.Run != nil }) {
		r.wake.Hint(LaneAnnouncement)
	}
	if slices.ContainsFunc(steps, func(s NoticeStep) bool { return len(s.Told) > 0 }) {
		r.wake.Hint(LaneDelivery)
	}
	if next, ok := l.days.NextDue(until); ok && next.Before(until.Add(calendarRecheck)) {
		return next, nil
	}
	return until.Add(calendarRecheck), nil
}

// due settles the reminders since the last look.
func (l *look) due(ctx context.Context) (steps []NoticeStep, err error) {
	due := l.days.Due(l.state.LookedUntil, l.now)
	for _, missed := range due.Missed {
		steps = append(steps, l.none(missed, NoticeSkipped))
	}
	for _, reminder := range due.Remind {
		goes := l.open.NextOpen(l.now)
		switch {
		case l.state.Off:
			steps = append(steps, l.none(reminder, NoticeOff))
		case !reminder.Day.Sure():
			step := l.none(reminder, NoticeDoubt)
			if step.Told, err = l.doubted(ctx, reminder); err != nil {
				return nil, err
			}
			steps = append(steps, step)
			l.log.Warn("no reminder of a bank day in doubt: its officers have to decide", "oa_id", l.state.OAID,
				"unit", reminder.Day.Unit, "point", reminder.Day.Name, "day", reminder.Day.Date.String(), "doubt", reminder.Day.Doubt.Kind)
		case !goes.Before(reminder.Until): // the quiet hours outlast its words
			steps = append(steps, l.none(reminder, NoticeSkipped))
		default:
			for _, reader := range readers {
				step, err := l.remind(ctx, reminder, reader, goes)
				if err != nil {
					return nil, err
				}
				steps = append(steps, step)
			}
		}
	}
	return steps, nil
}

// notice is what a reminder is settled as.
func (l *look) notice(r calendar.Reminder) BankNotice {
	return BankNotice{
		OAID: l.state.OAID, Point: r.Day.Point, Date: r.Day.Date, Number: -r.Before, Said: r.Day.Saying(), SettledAt: l.now,
	}
}

// none settles a reminder that nobody gets.
func (l *look) none(r calendar.Reminder, why NoticeOutcome) NoticeStep {
	n := l.notice(r)
	n.Outcome = why
	return NoticeStep{BankNotice: n}
}

// remind begins a reminder that leaves at a time.
func (l *look) remind(ctx context.Context, r calendar.Reminder, reader Reader, goes time.Time) (NoticeStep, error) {
	step := NoticeStep{BankNotice: l.notice(r)}
	step.Reader, step.Outcome = reader, NoticeNobody
	text := r.ForBorrowers(goes, l.name)
	if reader == ReaderLeaders {
		text = r.ForLeaders(goes, l.name)
	}
	title := fmt.Sprintf("Nhắc lịch giao dịch %s, %s (T-%d)", l.name(r.Day.Unit), r.Day.Date.Said(), r.Before)
	a := step.announcement(title, text, l.state.budget(r.Before), l.now)
	a.Audience = reader.audience(r.Day.Unit)
	return step, l.begin(ctx, &step, a, RunFirst, r.Until)
}

// begin lets a notice run when there is somebody to read it.
func (l *look) begin(ctx context.Context, step *NoticeStep, a Announcement, why RunReason, until time.Time) error {
	run := a.NewRun(why, l.now)
	first, err := l.store.Recipients(ctx, a, run, 1)
	if err != nil {
		return err
	}
	if len(first) > 0 {
		step.begin(a, run, until)
	}
	return nil
}
