package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/bot/rights"
)

// AnnouncementStore keeps announcements for those who write them.
type AnnouncementStore interface {
	RunStore
	// MoveAnnouncement puts an announcement, and its run that is under way, from the state that it has in a into another.
	// ErrChanged says that it is in that state no more.
	MoveAnnouncement(ctx context.Context, a Announcement, to AnnouncementState, records ...Record) error
	CreateAnnouncement(ctx context.Context, a Announcement, records ...Record) error
	// AskApproval puts a draft into AnnouncementApproval until a moment, for an operator. ErrChanged says that it is no
	// draft any more.
	AskApproval(ctx context.Context, a Announcement, by string, until time.Time, records ...Record) error
	// RecentAnnouncements are up to limit of an account, the latest first.
	RecentAnnouncements(ctx context.Context, oaID string, limit int) ([]Announcement, error)
	ReachStore
	// HouseholdUnits are the units of households by their codes; an error that is ErrNotFound names one that is not there.
	HouseholdUnits(ctx context.Context, oaID string, codes []string) (map[string]string, error)
	// Tell marks a household as told by a person. The first mark stays: created says whether this was it.
	Tell(ctx context.Context, m Told, records ...Record) (created bool, err error)
}

// ErrState says that an announcement is not in a state in which this can be done.
var ErrState = errors.New("not possible now")

// Announcements are what officers do with announcements, from wherever they do it.
type Announcements struct {
	store AnnouncementStore
	rules *plan.Rules
	open  plan.Hours
	now   func() time.Time
	by    Operator
}

// UndoTime is how long an operator may take back what was sent, while nothing leaves: Zalo has no recall. Emergencies do
// not wait, nor does the command line.
const UndoTime = 10 * time.Second

// NewAnnouncements returns Announcements for the command line; see By. open are the hours in which announcements that are no emergencies go; now is
// village time.
func NewAnnouncements(store AnnouncementStore, rules *plan.Rules, open plan.Hours, now func() time.Time) *Announcements {
	return &Announcements{store: store, rules: rules, open: open, now: now, by: CommandLine}
}

// By are they for somebody else, with that operator's rights and in that name in the audit.
func (s *Announcements) By(o Operator) *Announcements {
	other := *s
	other.by = o
	return &other
}

// Create keeps a new announcement as a draft, under a code of its own. Its id is the caller's, and new.
func (s *Announcements) Create(ctx context.Context, a Announcement) error {
	a.State, a.CreatedAt, a.Code = AnnouncementDraft, s.now(), newNoticeCode()
	units, err := UnitsOf(ctx, s.store, a.OAID)
	if err != nil {
		return err
	}
	if err := a.Check(units, s.now()); err != nil {
		return err
	}
	if a.Corrects != "" {
		wrong, err := s.store.Announcement(ctx, a.Corrects)
		if err == nil && wrong.OAID != a.OAID {
			err = ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("%w: the announcement %s that it corrects: %w", ErrAnnouncement, a.Corrects, err)
		}
	}
	if _, err := s.permit(ctx, a.sending(), a); err != nil {
		return err
	}
	for tries := 1; ; tries++ {
		err := s.store.CreateAnnouncement(ctx, a, s.by.record(a.OAID, AuditCreate, s.now()).of(a).because(a.PrivateBecause))
		if !errors.Is(err, ErrDuplicate) || tries == maxCodeTries {
			return err
		}
		a.Code = newNoticeCode() // another has it
	}
}

// maxCodeTries is how often a code may be taken already before it is the id that is.
const maxCodeTries = 5

// Correct keeps the follow-up of a wrong announcement as a draft: it goes to exactly those who may have got that one. What is
// not said in a is as it was in the wrong one.
func (s *Announcements) Correct(ctx context.Context, wrongID string, a Announcement) error {
	wrong, err := s.store.Announcement(ctx, wrongID)
	if err != nil {
		return err
	}
	if wrong.State == AnnouncementDraft || wrong.State == AnnouncementApproval {
		return fmt.Errorf("%w: it is %s, so nobody got anything wrong; cancel it and create another", ErrState, wrong.State)
	}
	a.OAID, a.Corrects, a.Kind, a.Urgency, a.Groups, a.AlsoCovered = wrong.OAID, wrong.ID, wrong.Kind, wrong.Urgency, wrong.Groups, wrong.AlsoCovered
	a.Budget, a.Unlimited, a.AllOrNothing = wrong.Budget, wrong.Unlimited, wrong.AllOrNothing
	a.Title, a.Issuer = cmp.Or(a.Title, "Đính chính: "+wrong.Title), cmp.Or(a.Issuer, wrong.Issuer)
	if a.Issuer == wrong.Issuer {
		a.DocumentNumber = cmp.Or(a.DocumentNumber, wrong.DocumentNumber)
	}
	if a.ValidUntil.IsZero() && !wrong.outdated(s.now()) {
		a.ValidUntil = wrong.ValidUntil
	}
	return s.Create(ctx, a)
}

// Send lets a draft go: at its fires, or now, or after another person's word where the account wants that. One that nobody
// would get stays a draft.
func (s *Announcements) Send(ctx context.Context, id string) (Announcement, error) {
	a, err := s.in(ctx, id, "sent", AnnouncementDraft)
	if err != nil {
		return a, err
	}
	word, err := s.permit(ctx, a.sending(), a)
	if err != nil {
		return a, err
	}
	if err := s.mayLeave(ctx, a); err != nil {
		return a, err
	}
	if word == rights.NeedsApproval {
		return s.askApproval(ctx, a)
	}
	return s.launch(ctx, a, s.by.record(a.OAID, AuditSend, s.now()).of(a))
}

// mayLeave refuses what came too late, or corrects what is still going.
func (s *Announcements) mayLeave(ctx context.Context, a Announcement) error {
	if now := s.now(); !a.ScheduledAt.IsZero() && !a.ScheduledAt.After(now) {
		return fmt.Errorf("%w: its time %s has passed while it was a draft; create it anew", ErrState, a.ScheduledAt.In(now.Location()).Format(time.RFC3339))
	}
	if err := a.useful(s.now()); err != nil {
		return err
	}
	return s.correctable(ctx, a)
}

// launch lets an announcement go.
func (s *Announcements) launch(ctx context.Context, a Announcement, record Record) (Announcement, error) {
	if err := s.mayLeave(ctx, a); err != nil {
		return a, err
	}
	if !a.timed() {
		return s.begin(ctx, a, a.NewRun(a.firstReason(), s.now()), record)
	}
	return s.schedule(ctx, a, s.now(), record)
}

// useful refuses to send what nobody needs any more.
func (a Announcement) useful(now time.Time) error {
	if a.outdated(now) {
		return fmt.Errorf("%w: it was valid until %s; create it anew", ErrState, a.ValidUntil.In(now.Location()).Format(time.RFC3339))
	}
	return nil
}

// correctable wants the announcement that is corrected to reach nobody any more.
func (s *Announcements) correctable(ctx context.Context, a Announcement) error {
	if a.Corrects == "" {
		return nil
	}
	wrong, err := s.store.Announcement(ctx, a.Corrects)
	if err != nil {
		return err
	}
	if !wrong.State.Over() {
		return fmt.Errorf("%w: %s, which it corrects, is %s and may still reach people; cancel that one first", ErrState, wrong.ID, wrong.State)
	}
	return nil
}

// Resend begins a new run to those for whom Zalo has taken nothing in the run before. Who may have got it is none of
// them.
func (s *Announcements) Resend(ctx context.Context, id string) (Announcement, error) {
	a, err := s.in(ctx, id, "sent to the missed", AnnouncementDone, AnnouncementCancelled, AnnouncementScheduled)
	if err != nil {
		return a, err
	}
	if _, err := s.permit(ctx, a.sending(), a); err != nil { // whoever had to has approved it before
		return a, err
	}
	before, err := s.store.Run(ctx, a, 0)
	if errors.Is(err, ErrNotFound) {
		return a, fmt.Errorf("%w: it was never sent", ErrState)
	}
	if err != nil {
		return a, err
	}
	now := s.now()
	if err := a.useful(now); err != nil {
		return a, err
	}
	if err := s.enclosed(ctx, a); err != nil {
		return a, err
	}
	next, err := a.nextFire(now)
	if err != nil {
		return a, err
	}
	run := a.NewRun(RunMissed, now).until(next)
	run.Number = before.Number + 1
	return s.begin(ctx, a, run, s.by.record(a.OAID, AuditResend, now).of(a))
}

// enclosed refuses to send anew what has been over for so long that its picture or file is kept no more.
func (s *Announcements) enclosed(ctx context.Context, a Announcement) error {
	for _, of := range a.Message.attachments() {
		_, err := s.store.AttachmentContent(ctx, a.OAID, of)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("%w: it has long been over, and its %q is kept no more; create it anew with the file", ErrState, of.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Announcements) begin(ctx context.Context, a Announcement, run Run, record Record) (Announcement, error) {
	if err := s.hasRecipients(ctx, a, run); err != nil {
		return a, err
	}
	if run.By = s.by.ID; run.By != "" && a.Urgency != UrgencyEmergency {
		run.HeldUntil = run.StartedAt.Add(UndoTime)
	}
	if err := s.store.BeginRun(ctx, a, run, record); err != nil {
		return a, err
	}
	a.State = AnnouncementPlanning
	return a, nil
}

// hasRecipients refuses a run that would reach nobody, or not all whom it is to reach or none.
func (s *Announcements) hasRecipients(ctx context.Context, a Announcement, run Run) error {
	if a.AllOrNothing {
		forecast, err := s.planner().plan(ctx, a, run)
		if err != nil {
			return err
		}
		if forecast.TooDear {
			return fmt.Errorf("%w: %w", ErrState, tooDear(forecast.Sum))
		}
	}
	first, err := s.store.Recipients(ctx, a, run, 1)
	if err != nil {
		return err
	}
	if len(first) == 0 {
		return fmt.Errorf("%w: there is nobody to send it to; see `loalang announce plan %s`, and import residents or create it for others", ErrState, a.ID)
	}
	return nil
}

// Pause stops the calls of an announcement that is being sent, within a second, and its fires. What is on its way arrives.
func (s *Announcements) Pause(ctx context.Context, id string) (Announcement, error) {
	a, err := s.in(ctx, id, "paused", AnnouncementScheduled, AnnouncementPlanning, AnnouncementSending)
	if err != nil {
		return a, err
	}
	if _, err := s.permit(ctx, rights.Cancel, a); err != nil {
		return a, err
	}
	return s.move(ctx, a, AnnouncementPaused, s.by.record(a.OAID, AuditPause, s.now()).of(a))
}

// Resume goes on with a paused announcement where it was. Fires that fell into the pause are skipped.
func (s *Announcements) Resume(ctx context.Context, id string) (Announcement, error) {
	a, err := s.in(ctx, id, "resumed", AnnouncementPaused)
	if err != nil {
		return a, err
	}
	if _, err := s.permit(ctx, a.sending(), a); err != nil {
		return a, err
	}
	return s.resume(ctx, a, s.by.record(a.OAID, AuditResume, s.now()).of(a))
}

// Cancel ends an announcement that is not over, with all fires ahead of it. What was not sent becomes cancelled before it
// returns; what is on its way arrives.
func (s *Announcements) Cancel(ctx context.Context, id string) (Announcement, error) {
	a, err := s.in(ctx, id, "cancelled", AnnouncementDraft, AnnouncementApproval, AnnouncementScheduled,
		AnnouncementPlanning, AnnouncementSending, AnnouncementPaused)
	if errors.Is(err, ErrState) && a.State == AnnouncementDone && len(a.Escalate) > 0 {
		settled, unknown := s.store.Rungs(ctx, a)
		if unknown != nil {
			return a, unknown
		}
		if len(settled) < len(a.Escalate) { // its ladder is still to come
			err = nil
		}
	}
	if err != nil {
		return a, err
	}
	if _, err := s.permit(ctx, rights.Cancel, a); err != nil {
		return a, err
	}
	return s.cancel(ctx, a, AuditCancel)
}

// Undo is Cancel while nothing of it has left; ErrState says that it is too late for that.
func (s *Announcements) Undo(ctx context.Context, id string) (Announcement, error) {
	a, err := s.in(ctx, id, "undone", AnnouncementPlanning)
	if err != nil {
		return a, err
	}
	if _, err := s.permit(ctx, rights.Cancel, a); err != nil {
		return a, err
	}
	run, err := s.store.Run(ctx, a, 0)
	if err != nil {
		return a, err
	}
	if !s.now().Before(run.HeldUntil) || run.Posted {
		return a, fmt.Errorf("%w: it has begun to go; cancel what is left of it", ErrState)
	}
	return s.cancel(ctx, a, AuditUndo)
}

func (s *Announcements) cancel(ctx context.Context, a Announcement, as AuditAction) (Announcement, error) {
	began := a.State.Running()
	a, err := s.settle(ctx, a, Fires{State: AnnouncementCancelled}, s.now(), s.by.record(a.OAID, as, s.now()).of(a))
	if err != nil || !began {
		return a, err
	}
	run, err := s.store.Run(ctx, a, 0)
	if errors.Is(err, ErrNotFound) { // it was paused before its first fire
		return a, nil
	}
	if err != nil {
		return a, err
	}
	for n := cancelPage; n > 0; { // the worker would do it, but nobody should have to wait for one
		if n, err = s.store.CancelPage(ctx, run, cancelPage, s.now()); err != nil {
			return a, err
		}
	}
	return a, nil
}

// Plan says whom the next run of an announcement would reach, at its next fire or now, how, and at what price. It changes
// nothing.
func (s *Announcements) Plan(ctx context.Context, id string) (Forecast, error) {
	a, err := s.store.Announcement(ctx, id)
	if err != nil {
		return Forecast{}, err
	}
	if _, err := s.permit(ctx, a.sending(), a); err != nil {
		return Forecast{}, err
	}
	return s.planner().plan(ctx, a, a.NewRun(a.firstReason(), s.now()))
}

func (s *Announcements) planner() planner {
	return planner{store: s.store, rules: s.rules, open: s.open, now: s.now}
}

// in is an announcement in one of some states, or ErrState.
func (s *Announcements) in(ctx context.Context, id, done string, states ...AnnouncementState) (Announcement, error) {
	a, err := s.store.Announcement(ctx, id)
	if err != nil {
		return a, err
	}
	for _, state := range states {
		if a.State == state {
			return a, nil
		}
	}
	return a, fmt.Errorf("%w: it is %s, and cannot be %s then", ErrState, a.State, done)
}

func (s *Announcements) move(ctx context.Context, a Announcement, to AnnouncementState, record Record) (Announcement, error) {
	if err := s.store.MoveAnnouncement(ctx, a, to, record); err != nil {
		return a, err
	}
	a.State = to
	return a, nil
}
