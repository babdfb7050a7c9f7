package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

const (
	// maxInFlight is how many calls of one OA may be on their way at once.
	maxInFlight = 64
	// maxReady is how many more at most are committed as sending and leave as soon as one of those has come back, when no cap
	// is to be kept: a slow commit then holds nothing up. As many are as come back during three commits, and minReady at least.
	maxReady = 8 * maxInFlight
	minReady = maxInFlight
	// readyFor is how long they may wait for that.
	readyFor = 2 * time.Second
	// readyPause is how long there are none after they had to wait too long.
	readyPause = time.Second
	// saveRoutine is how long results that teach nothing may wait to be committed with the next calls.
	saveRoutine = 100 * time.Millisecond
	// lookAhead is how many due deliveries are read at once, so that the ledger is not searched for each call.
	lookAhead = 16 * maxInFlight
	// rereadAfter is how soon what was read ahead is read anew: a more urgent one waits no longer.
	rereadAfter = 500 * time.Millisecond
	// rereadHinted is how soon it is when a hint has come.
	rereadHinted = 100 * time.Millisecond
	// maxResolving is how many of them may ask what became of an unsure delivery.
	maxResolving = 4
	// DeliveryLease is how long a delivery lane is held without renewal. It is longer than a call may take, since a call
	// leaves only while the lease outlives it; and it is how long an OA waits after its sender's machine died.
	DeliveryLease = 20 * time.Second
	// saveTimeout bounds a commit of the ledger, which is finished also when the program is told to stop.
	saveTimeout = 10 * time.Second
	// saveRetry is how long after a failed commit it is tried again.
	saveRetry = 300 * time.Millisecond
	// unsureReplyWait is how long a resident's next reply waits for one of unknown fate.
	unsureReplyWait = time.Minute
	// idleLook is how often a holder with nothing to start looks for new rows; a hint tells it earlier.
	idleLook = 200 * time.Millisecond
	// doubtLook is how often unsure deliveries are looked for while others are being sent.
	doubtLook = 500 * time.Millisecond
	// linger is how long a lane with nothing to do is kept: the next reply then needs no new claim.
	linger = time.Second
	// idleRecheck is how often a lane with nothing to do is looked at, to expire what nobody needs any more.
	idleRecheck = time.Hour
	// heldRecheck is how often a lane with held announcements is looked at: the quiet hours may be set anew by a restart.
	heldRecheck = 5 * time.Minute
)

// Sender is the part of Zalo that the ledger needs.
type Sender interface {
	SendConsultation(ctx context.Context, accessToken string, ep zalo.Endpoint, userID string, m zalo.Message) (zalo.Sent, error)
	SendGroup(ctx context.Context, accessToken, groupID string, m zalo.Message) (zalo.Sent, error)
	SendTemplate(ctx context.Context, accessToken, userID string, t zalo.Template) (zalo.Sent, error)
	UploadImage(ctx context.Context, accessToken, name string, r io.Reader) (string, error)
	UploadFile(ctx context.Context, accessToken, name string, r io.Reader) (string, error)
	Conversation(ctx context.Context, accessToken, userID string, offset, count int) ([]zalo.ConversationMessage, error)
	Timeout() time.Duration
}

// AccountStore keeps what Zalo's answers teach us about an account.
type AccountStore interface {
	Account(ctx context.Context, oaID string) (OfficialAccount, error)
	PinEndpoint(ctx context.Context, oaID string, ep zalo.Endpoint) error
	SetTextOnly(ctx context.Context, oaID string) error
	SetFault(ctx context.Context, oaID, fault string) error // empty = healed
	// StaleToken marks the pair of this version as refused by Zalo and makes the token lane due. A newer pair stays.
	StaleToken(ctx context.Context, oaID string, version int64, now time.Time) error
	// Template is the one named for a kind of announcements, or ErrNotFound.
	Template(ctx context.Context, oaID, kind string) (Template, error)
	// SetTemplateFault says why Zalo refuses a template, if it is still the one that is named.
	SetTemplateFault(ctx context.Context, t Template, fault string) error
}

// Deliverer sends deliveries: the one road out to Zalo.
type Deliverer struct {
	store    DeliveryStore
	lanes    LaneStore
	accounts AccountStore
	sender   Sender
	limiter  Limiter
	appCap   int
	rules    *plan.Rules
	open     plan.Hours
	wake     Wake
	observe  Observer
	now      func() time.Time
	log      *slog.Logger
}

// DelivererConfig is what a Deliverer needs.
type DelivererConfig struct {
	Store             DeliveryStore
	Lanes             LaneStore
	Accounts          AccountStore
	Sender            Sender
	Limiter           Limiter
	AppCallsPerMinute int // over all OAs; 0 = none
	Rules             *plan.Rules
	Open              plan.Hours // when announcements that are no emergencies go
	Wake              Wake
	Observer          Observer
	Now               func() time.Time // village time
	Log               *slog.Logger
}

// NewDeliverer returns a Deliverer.
func NewDeliverer(cfg DelivererConfig) *Deliverer {
	return &Deliverer{
		store: cfg.Store, lanes: cfg.Lanes, accounts: cfg.Accounts, sender: cfg.Sender, limiter: cfg.Limiter,
		appCap: cfg.AppCallsPerMinute, rules: cfg.Rules, open: cfg.Open, wake: cfg.Wake, observe: cfg.Observer, now: cfg.Now, log: cfg.Log,
	}
}

// Deliver does the deliveries of one OA until none is due, then releases the lane. When ctx ends, calls on their way
// are still waited for and recorded. After an error the lane is put back, and what was on its way without a recorded
// result is asked after by the next holder.
func (d *Deliverer) Deliver(ctx context.Context, lease Lease) error {
	s := &session{
		Deliverer: d, lease: lease, stop: ctx, save: context.WithoutCancel(ctx),
		busy: make(map[string]bool), results: make(chan AttemptResult, maxInFlight), busyAt: time.Now(),
		texts: make(map[string][]string), keys: make(map[string]string), target: minReady, aloft: make(map[int64]bool), launched: make(map[int64]int),
		shipments: make(map[string]*shipment), uploads: make(chan landing, 1),
	}
	err := s.run(ctx)
	if s.ahead != nil {
		<-s.ahead
	}
	if s.rising != nil {
		<-s.rising.done // whatever became of it, the next holder reads in the ledger
	}
	for s.flying+s.resolving > 0 { // the lane must not go to anybody else while a call is on its way
		r := <-s.results
		s.landed(&r)
	}
	for ; s.uploading > 0; s.uploading-- {
		<-s.uploads
	}
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrLeaseLost) {
		d.log.Warn("delivery lane lost to another worker", "oa_id", lease.OAID)
		return nil
	}
	if failed := s.once(func(c context.Context) error {
		return d.lanes.FailLane(c, s.lease, d.now().Add(Backoff(lease.Failures+1)))
	}); failed != nil {
		d.log.Warn("put delivery lane back", "oa_id", lease.OAID, "error", failed)
	}
	return fmt.Errorf("deliver for %s: %w", lease.OAID, err)
}

// session is one holding of one OA's delivery lane.
type session struct {
	*Deliverer
	lease     Lease
	stop      context.Context // ends when nothing new may begin
	save      context.Context // outlives a stop
	account   OfficialAccount
	busy      map[string]bool     // recipients with a call on its way
	queue     []Delivery          // due deliveries read ahead
	readAt    time.Time           // when all of it was, by the real clock
	glancedAt time.Time           // when what presses more was, by the real clock
	hinted    bool                // since then
	look      Look                // by which
	paying    int                 // calls on their way that cost
	purse     *purse              // what is left to spend; nil = to be looked up
	terms     plan.Terms          // of the day
	heldUntil time.Time           // when announcements that look leaves out may go again
	texts     map[string][]string // the parts of the texts of runs, which many get, by origin
	keys      map[string]string   // TextKey of those parts
	templates map[string]Template // by kind, as they were when the queue was read
	busyAt    time.Time           // when there last was something to do, by the real clock
	resolving int
	doubtAt   time.Time // when unsure deliveries were last looked for, by the real clock
	results   chan AttemptResult
	flying    int                  // calls of deliveries on their way
	ready     []*call              // committed as sending, but not on their way yet
	readyFrom time.Time            // when some may be, by the real clock
	readyAt   time.Time            // when it was last looked how long they have waited, by the real clock
	rising    *launch              // being committed as sending; nil = none
	aloft     map[int64]bool       // deliveries with a call that is being committed, ready or on its way, or whose result is not committed
	launched  map[int64]int        // how many calls of a launch are ready or on their way
	landings  int                  // since it, or the last one, began
	target    int                  // how many calls are to be ready
	routine   []AttemptResult      // have come, and are committed together with the next calls
	routineAt time.Time            // when the first of them came, by the real clock
	ahead     chan []Delivery      // a look at the ledger on its way, while the queue is being sent; nil = none
	anew      bool                 // that look is not only at what follows the queue
	gone      map[int64]bool       // what has left the queue since that began
	shipments map[string]*shipment // uploads by the attachments' keys
	uploads   chan landing         // those that have come back
	uploading int                  // those on their way
	more      bool                 // the last look found as many as it may
}

func (s *session) run(ctx context.Context) error {
	if err := s.commit(func(c context.Context) error { return s.store.RecoverDeliveries(c, s.lease, s.now()) }); err != nil {
		return fmt.Errorf("recover deliveries: %w", err)
	}
	if err := s.reloadAccount(); err != nil {
		return err
	}
	hints, unsubscribe := s.wake.Hints(LaneDelivery)
	defer unsubscribe()
	timer := time.NewTimer(idleLook)
	defer timer.Stop()
	for {
		look := s.now()
		if s.rising == nil && len(s.ready) > 0 && (ctx.Err() != nil || s.waitedTooLong(look)) {
			s.readyFrom = time.Now().Add(readyPause)
			if err := s.finish(s.giveBack()); err != nil {
				return err
			}
		}
		if ctx.Err() == nil {
			var err error
			if look, err = s.start(); err != nil {
				return err
			}
		}
		if s.rising == nil && len(s.routine) > 0 {
			switch {
			case len(s.ready) == 0 || ctx.Err() != nil:
				if err := s.finish(s.takeRoutine()); err != nil {
					return err
				}
				look = s.now()
			case time.Since(s.routineAt) > saveRoutine: // without holding up what is ready
				s.launch(nil)
			}
		}
		if len(s.busy)+s.uploading+len(s.routine) > 0 || s.rising != nil {
			s.busyAt = time.Now()
		} else if ctx.Err() != nil || (look.Sub(s.now()) > idleLook && time.Since(s.busyAt) > linger) {
			return s.release(look)
		}
		stop, wait := ctx.Done(), min(max(look.Sub(s.now()), time.Millisecond), idleLook)
		if ctx.Err() != nil {
			stop, wait = nil, idleLook // known already: only results matter now
		}
		timer.Reset(wait)
		select {
		case r := <-s.results:
			if err := s.record(r); err != nil {
				return err
			}
		case <-s.risen():
			if err := s.liftOff(); err != nil {
				return err
			}
			s.depart()
		case l := <-s.uploads:
			if err := s.land(l); err != nil {
				return err
			}
		case list := <-s.ahead:
			s.adopt(list)
		case <-hints:
			s.hinted = true
		case <-stop:
		case <-timer.C:
		}
		if err := s.renew(); err != nil {
			return err
		}
	}
}

// start sends as many due deliveries as slots, recipients and caps allow, and says when to look again.
func (s *session) start() (look time.Time, err error) {
	now := s.now()
	soon := now.Add(idleLook)
	free := maxInFlight - len(s.busy)
	if s.mayGetReady() {
		free += s.target
	}
	enough := free <= 0 || len(s.ready) > s.target/2
	if s.rising != nil || enough && !s.mayGlance() || !s.lease.Outlives(readyFor+s.sender.Timeout()) {
		return soon, nil
	}
	if !s.account.Token.Usable(now) {
		return s.awaitToken()
	}
	if err := s.read(now); err != nil {
		return now, err
	}
	if enough {
		if free = s.pressing(); free == 0 {
			return soon, nil
		}
	}
	going, refused, wait, err := s.admit(now, free)
	if err != nil {
		return now, err
	}
	if err := s.refuse(refused, now); err != nil {
		return now, err
	}
	if len(going) > 0 {
		s.launch(going)
	}
	s.readOn(now)
	if wait > 0 && s.queue[0].Errand == nil { // what is left of the cap is for replies
		return now.Add(min(wait, idleLook)), nil
	}
	asked, err := s.resolve(now)
	if err != nil || wait > 0 {
		return now.Add(min(wait, idleLook)), err
	}
	if len(refused) > 0 {
		return now, nil
	}
	if asked || len(going)+len(s.queue) > 0 {
		return soon, nil
	}
	next, err := s.nextDue()
	if err != nil {
		return now, err
	}
	if next.IsZero() {
		return now.Add(idleRecheck), nil
	}
	if next.Before(soon) {
		return soon, nil
	}
	return next, nil
}

// mayGetReady tells whether more calls than may be on their way may be committed. What a cap has granted leaves at once.
func (s *session) mayGetReady() bool {
	return s.account.CallsPerMinute == 0 && s.appCap == 0 && !time.Now().Before(s.readyFrom)
}

// nextDue is when there is more to do.
func (s *session) nextDue() (next time.Time, err error) {
	err = s.commit(func(c context.Context) (err error) {
		next, err = s.store.NextDue(c, s.lease.OAID, s.look)
		return err
	})
	if err != nil {
		return next, fmt.Errorf("find next due delivery: %w", err)
	}
	if retry := s.look.retry; !retry.IsZero() && (next.IsZero() || retry.Before(next)) {
		next = retry
	}
	if held := s.heldUntil; !held.IsZero() {
		if recheck := s.look.Now.Add(heldRecheck); recheck.Before(held) {
			held = recheck
		}
		if next.IsZero() || held.Before(next) {
			next = held
		}
	}
	return next, nil
}

// awaitToken looks whether the token has come; until then nothing leaves. Its refresh makes the lane due.
func (s *session) awaitToken() (look time.Time, err error) {
	if err := s.reloadAccount(); err != nil {
		return time.Time{}, err
	}
	now := s.now()
	if s.account.Token.Usable(now) {
		return now, nil
	}
	if s.account.Token.State == TokenValid { // ran out unnoticed
		if err := s.staleToken(); err != nil {
			return time.Time{}, err
		}
	}
	return now.Add(idleRecheck), nil
}

func (s *session) staleToken() error {
	err := s.commit(func(c context.Context) error {
		return s.accounts.StaleToken(c, s.lease.OAID, s.account.Token.Version, s.now())
	})
	if err != nil {
		return fmt.Errorf("mark token stale: %w", err)
	}
	s.wake.Hint(LaneToken)
	return s.reloadAccount()
}

func (s *session) reloadAccount() error {
	return s.commit(func(c context.Context) (err error) {
		if s.account, err = s.accounts.Account(c, s.lease.OAID); err != nil {
			err = fmt.Errorf("load account: %w", err)
		}
		return err
	})
}

// renew keeps the lane well beyond the longest call.
func (s *session) renew() error {
	if s.lease.Outlives(DeliveryLease - 3*time.Second) {
		return nil
	}
	return s.commit(func(c context.Context) (err error) {
		s.lease, err = s.lanes.RenewLane(c, s.lease, DeliveryLease)
		return err
	})
}

func (s *session) release(next time.Time) error {
	return s.commit(func(c context.Context) error { return s.lanes.ReleaseLane(c, s.lease, s.now(), next) })
}

// commit tries a step of the ledger until it is done or the lease has run out, also after a stop was asked for.
// The step must be one that may be done twice.
func (s *session) commit(do func(context.Context) error) error {
	for {
		err := s.once(do)
		if err == nil || errors.Is(err, ErrLeaseLost) || errors.Is(err, ErrNotFound) || !s.lease.Outlives(saveRetry) {
			return err
		}
		s.log.Warn("ledger step, trying again", "oa_id", s.lease.OAID, "error", err)
		<-time.After(saveRetry)
	}
}

// once tries a step of the ledger one time.
func (s *session) once(do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(s.save, saveTimeout)
	defer cancel()
	return do(ctx)
}
