package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

const (
	// AnnouncementLease is how long the lane of an announcement is held without renewal.
	AnnouncementLease = 20 * time.Second
	// audiencePage is how many residents are written into the ledger at once.
	audiencePage = 1000
	// cancelPage is how many deliveries are cancelled, or expire, at once.
	cancelPage = 2000
	// watchEvery is how often a run is looked at that only its deliveries can end.
	watchEvery = time.Second
)

// ErrChanged says that an announcement is not as it was thought to be: somebody else has changed it meanwhile.
var ErrChanged = errors.New("changed meanwhile")

// Frozen is one recipient of a run, as the verdict was when the audience was frozen.
type Frozen struct {
	UserID  string
	Channel plan.Channel
	Reason  plan.Reason // with plan.ChannelNone: why nothing is sent
	Avoid   Avoid       // ways that were taken before
	PostID  int64       // the delivery of the post that covers the recipient; 0 = none
	Message *Message    // for this recipient alone; nil = the run's
	Parts   int         // of the text in the recipient's language; 0 = as many as in Vietnamese
	Aside   bool        // is not one of the audience, but a proxy or an officer
}

// RunStore keeps announcements and their runs for the worker that does them.
type RunStore interface {
	PlanStore
	FireStore
	RungStore
	ReachStore
	// Announcement is the one with an id, or ErrNotFound.
	Announcement(ctx context.Context, id string) (Announcement, error)
	// Run is a run by its number, or the latest when number is 0; ErrNotFound when there is none.
	Run(ctx context.Context, a Announcement, number int) (Run, error)
	// BeginRun gives a run its number, puts its announcement from the state that it has in a into AnnouncementPlanning,
	// and makes its lane due. ErrChanged says that the announcement is in that state no more.
	BeginRun(ctx context.Context, a Announcement, run Run, records ...Record) error
	// Operators are those of an account who are not removed, in the order in which they were added.
	Operators(ctx context.Context, oaID string) ([]Operator, error)
	// FreezePosts adds the posts of a run to the ledger, before any of its recipients, and makes the account's delivery lane
	// due. ErrChanged says that the run is not planning any more, or has its posts.
	FreezePosts(ctx context.Context, lease Lease, run Run, groupIDs []string, calledOff bool, now time.Time) error
	// Covering are the posts of a run that cover some of its recipients, by user id; a post that was refused covers nobody.
	Covering(ctx context.Context, run Run, userIDs []string) (map[string]int64, error)
	// Uncover lets those go directly whom only a post covers that was refused, and says how many.
	Uncover(ctx context.Context, run Run, now time.Time) (int, error)
	// FreezePage adds recipients after the run's position to the ledger, moves the position behind them, and makes the
	// account's delivery lane due. With last the whole audience is there, and the run is in AnnouncementSending.
	// ErrChanged says that the run is not planning any more, or another position has been reached.
	FreezePage(ctx context.Context, lease Lease, run Run, page []Frozen, last bool, now time.Time) error
	// CancelPage cancels up to limit planned deliveries of a run, and says how many.
	CancelPage(ctx context.Context, run Run, limit int, now time.Time) (int, error)
	// RunOpen tells whether any delivery of a run is still to be sent, on its way, or to be asked after.
	RunOpen(ctx context.Context, run Run) (bool, error)
	// EndRun says that a run is over. One that is sending becomes done, and its announcement too unless fires are ahead of
	// it: then it is scheduled. One cancelled stays so.
	EndRun(ctx context.Context, lease Lease, run Run, now time.Time) error
}

// Announcer does the runs of announcements: it freezes their audience into the ledger, from where the Deliverer sends,
// and watches until nothing of it is open.
type Announcer struct {
	store RunStore
	lanes LaneStore
	rules *plan.Rules
	open  plan.Hours
	wake  Wake
	now   func() time.Time
	log   *slog.Logger
}

// NewAnnouncer returns an Announcer. open are the hours in which announcements that are no emergencies go; now is village
// time.
func NewAnnouncer(store RunStore, lanes LaneStore, rules *plan.Rules, open plan.Hours, wake Wake, now func() time.Time, log *slog.Logger) *Announcer {
	return &Announcer{store: store, lanes: lanes, rules: rules, open: open, wake: wake, now: now, log: log}
}

// Announce does a claimed announcement lane until there is nothing to do for the moment, and releases it.
func (an *Announcer) Announce(ctx context.Context, lease Lease) error {
	save := context.WithoutCancel(ctx) // a step that has begun is finished
	var next time.Time
	err := error(nil)
	for more := true; more && err == nil; {
		if !lease.Outlives(AnnouncementLease / 2) {
			if lease, err = an.lanes.RenewLane(save, lease, AnnouncementLease); err != nil {
				break
			}
		}
		more, next, err = an.step(save, lease)
		if errors.Is(err, ErrChanged) { // look again, with what is now
			more, err = true, nil
		}
		if ctx.Err() != nil && more {
			more, next = false, an.now()
		}
	}
	if err == nil {
		err = an.lanes.ReleaseLane(save, lease, an.now(), next)
	}
	if errors.Is(err, ErrLeaseLost) {
		an.log.Warn("announcement lane lost to another worker", "oa_id", lease.OAID, "announcement_id", lease.Key)
		return nil
	}
	if err == nil {
		return nil
	}
	if failed := an.lanes.FailLane(save, lease, an.now().Add(Backoff(lease.Failures+1))); failed != nil {
		an.log.Warn("put announcement lane back", "oa_id", lease.OAID, "announcement_id", lease.Key, "error", failed)
	}
	return fmt.Errorf("announce %s: %w", lease.Key, err)
}

// step does one thing that is due, and says whether there may be more, or when to look again; zero = when it is bumped.
func (an *Announcer) step(ctx context.Context, lease Lease) (more bool, next time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, saveTimeout)
	defer cancel()
	a, err := an.store.Announcement(ctx, lease.Key)
	if err != nil {
		return false, next, err
	}
	now := an.now()
	switch {
	case a.State == AnnouncementScheduled:
		return an.fire(ctx, a, now)
	case a.State == AnnouncementApproval:
		return an.lapse(ctx, a, now)
	case a.State == AnnouncementDone && len(a.Escalate) > 0:
		return an.climb(ctx, lease, a, now)
	case !a.State.Running() && a.State != AnnouncementCancelled || a.State == AnnouncementPaused:
		return false, next, nil
	}
	run, err := an.store.Run(ctx, a, 0)
	if errors.Is(err, ErrNotFound) { // cancelled before it began
		return false, next, nil
	}
	if err != nil {
		return false, next, err
	}
	n := 0
	switch {
	case a.State == AnnouncementPlanning:
		if now.Before(run.HeldUntil) { // it can still be taken back
			return false, run.HeldUntil, nil
		}
		if !run.Posted {
			return true, next, an.post(ctx, lease, a, run, now)
		}
		if !run.Asked {
			return true, next, an.ask(ctx, lease, a, run, now)
		}
		return true, next, an.freeze(ctx, lease, a, run, now)
	case a.State == AnnouncementCancelled:
		n, err = an.store.CancelPage(ctx, run, cancelPage, now)
	case !now.Before(run.ExpiresAt):
		n, err = an.store.ExpirePage(ctx, run, cancelPage, now)
	}
	if n > 0 || err != nil {
		return true, next, err
	}
	if n, err := an.store.Uncover(ctx, run, now); n > 0 || err != nil {
		return true, next, err
	}
	open, err := an.store.RunOpen(ctx, run)
	if open || err != nil {
		return false, now.Add(watchEvery), err
	}
	if run.DoneAt.IsZero() {
		an.log.Info("run over", "oa_id", a.OAID, "announcement_id", a.ID, "run", run.Number, "state", a.State)
		return true, next, an.store.EndRun(ctx, lease, run, now)
	}
	return false, next, an.abandon(ctx, lease, a, now) // it is cancelled
}

// post adds the group posts of a run to the ledger: the fewest calls come first, and whom they cover is known from then on.
// A run that is to reach all or none, and cannot pay for all, is called off here.
func (an *Announcer) post(ctx context.Context, lease Lease, a Announcement, run Run, now time.Time) error {
	if a.AllOrNothing && !run.Reason.climbs() {
		forecast, err := planner{store: an.store, rules: an.rules, open: an.open, now: an.now}.plan(ctx, a, run)
		if err != nil {
			return err
		}
		if forecast.TooDear {
			an.log.Warn("run called off", "oa_id", a.OAID, "announcement_id", a.ID, "run", run.Number, "error", tooDear(forecast.Sum))
			return an.store.FreezePosts(ctx, lease, run, nil, true, now)
		}
	}
	groups, err := groupsFor(ctx, an.store, a, run)
	if err != nil {
		return err
	}
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	return an.store.FreezePosts(ctx, lease, run, ids, false, now)
}

// freeze adds the next page of the audience to the ledger, and with the last one the proxies who are not of it. Money is not
// looked at: what a call costs is decided when it leaves, by the one who pays.
func (an *Announcer) freeze(ctx context.Context, lease Lease, a Announcement, run Run, now time.Time) error {
	if run.Reason == RunVisit {
		return an.freezeVisits(ctx, lease, a, run, now)
	}
	decide, err := an.verdicts(ctx, a, run, now)
	if err != nil {
		return err
	}
	people, err := an.store.Recipients(ctx, a, run, audiencePage)
	if err != nil {
		return err
	}
	last := len(people) < audiencePage
	aside, err := an.aside(ctx, run, people, last)
	if err != nil {
		return err
	}
	users := usersOf(slices.Concat(people, aside))
	var used map[string]Avoid
	if run.Reason == RunChannel {
		if used, err = an.store.UsedChannels(ctx, a, users); err != nil {
			return err
		}
	}
	covering, err := an.store.Covering(ctx, run, users[:len(people)])
	if err != nil {
		return err
	}
	asked, err := an.store.AskedIn(ctx, run, users)
	if err != nil {
		return err
	}
	page := make([]Frozen, len(users))
	for i, r := range slices.Concat(people, aside) {
		page[i] = decide(r, about{asked: asked[r.UserID], post: covering[r.UserID], avoid: used[r.UserID]})
		page[i].Aside = i >= len(people)
	}
	if err := an.store.FreezePage(ctx, lease, run, page, last, now); err != nil {
		return err
	}
	an.wake.Hint(LaneDelivery)
	return nil
}

// about is what a run has about one recipient.
type about struct {
	asked []Household // that he is asked to tell
	post  int64       // that covers him; 0 = none
	avoid Avoid
}

// verdicts gives how a recipient of a run is frozen.
func (an *Announcer) verdicts(ctx context.Context, a Announcement, run Run, now time.Time) (func(Resident, about) Frozen, error) {
	terms, err := an.rules.At(now)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	template, err := templateFor(ctx, an.store, a.OAID, a.Kind)
	if err != nil {
		return nil, err
	}
	counts := run.partCounts()
	return func(r Resident, o about) Frozen {
		f, m := Frozen{UserID: r.UserID, PostID: o.post, Avoid: o.avoid, Parts: counts.of(r.Language)}, a.planMessage(template)
		if len(o.asked) > 0 {
			own := run.Message.in(r.Language).asking(a.ID, o.asked)
			f.Message, f.Parts, m.AlsoCovered = &own, own.Parts(), true
		}
		to := r.recipient(f.Parts)
		to.Covered = o.post != 0
		to.NoConsultation, to.NoTemplate = o.avoid.consultation(), to.NoTemplate || o.avoid.template()
		v := terms.Decide(m, to, plan.Purse{Unlimited: true}, now)
		f.Channel, f.Reason = v.Channel, v.Reason
		if run.CalledOff && v.Reason == "" {
			f.Channel, f.Reason, f.PostID = plan.ChannelNone, plan.ReasonBudget, 0
		}
		return f
	}, nil
}
