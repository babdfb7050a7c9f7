package bot

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/zalo"
)

// Observer counts what happens, for metrics.
type Observer interface {
	Answered(decision string)
	Delivered(state DeliveryState, code int)
}

// ResidentLease is how long the lanes of residents are held for one turn; a turn takes milliseconds.
const ResidentLease = 15 * time.Second

// eventsPerTurn is how many events of one resident are handled under one lease; the rest wait for the next.
const eventsPerTurn = 50

// failuresBeforeSkipping is how often handling an event may fail before it is put aside with its error, so that one
// event cannot silence a resident for ever.
const failuresBeforeSkipping = 8

// Bot answers residents.
type Bot struct {
	store     EventStore
	lanes     LaneStore
	directory *Directory
	library   *Library
	calendars *Calendars
	notices   NoticeStore
	desk      desk
	wake      Wake
	observe   Observer
	now       func() time.Time // village time
	log       *slog.Logger
}

// Config is what a Bot needs.
type Config struct {
	Store         EventStore
	Lanes         LaneStore
	Directory     *Directory
	Library       *Library
	Calendars     *Calendars      // nil = no bank days are known
	Notices       NoticeStore     // nil = nobody knows what was missed
	Operators     Binder          // nil = nobody works from the chat
	Announcements *Announcements  // likewise
	Kinds         *notice.Library // those that operators choose from
	Wake          Wake
	Observer      Observer
	Now           func() time.Time // in the village's time zone
	Log           *slog.Logger
}

// New returns a Bot.
func New(cfg Config) *Bot {
	return &Bot{
		store: cfg.Store, lanes: cfg.Lanes, directory: cfg.Directory, library: cfg.Library, calendars: cfg.Calendars, notices: cfg.Notices,
		desk: newDesk(cfg), wake: cfg.Wake, observe: cfg.Observer, now: cfg.Now, log: cfg.Log,
	}
}

// HandleEvents handles the pending events of the leased resident lanes and releases the lanes. What could not be saved
// stays pending, its lane waits, and nothing of it was sent.
func (b *Bot) HandleEvents(ctx context.Context, leases []Lease) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ResidentLease) // what was claimed is finished, also at a stop
	defer cancel()
	inboxes, err := b.store.PendingEvents(ctx, leases, eventsPerTurn)
	if err != nil {
		b.failLanes(ctx, leases)
		return fmt.Errorf("load pending events: %w", err)
	}
	if err := b.loadAsks(ctx, inboxes); err != nil {
		b.failLanes(ctx, leases)
		return err
	}
	outcomes := make([]Outcome, 0, len(inboxes))
	for _, in := range inboxes {
		out, err := b.handle(ctx, in)
		if err != nil { // it waits, the others do not
			b.log.Error("handle events", "oa_id", in.Lease.OAID, "error", err)
			b.failLanes(ctx, []Lease{in.Lease})
			continue
		}
		outcomes = append(outcomes, out)
	}
	if len(outcomes) == 0 {
		return nil
	}
	if err := b.finish(ctx, outcomes); err == nil || len(outcomes) == 1 {
		if err != nil {
			b.failLanes(ctx, []Lease{outcomes[0].Lease})
		}
		return err
	}
	for i := range outcomes { // one that cannot be saved must not hold up the others
		if err := b.finish(ctx, outcomes[i:i+1]); err != nil {
			b.log.Error("finish events", "oa_id", outcomes[i].Lease.OAID, "error", err)
			b.failLanes(ctx, []Lease{outcomes[i].Lease})
		}
	}
	return nil
}

func (b *Bot) finish(ctx context.Context, outcomes []Outcome) error {
	lost, err := b.store.FinishEvents(ctx, outcomes)
	if err != nil {
		return fmt.Errorf("finish events: %w", err)
	}
	gone := make(map[Lane]bool, len(lost))
	for _, lane := range lost {
		gone[lane] = true
	}
	replied, announced := false, false
	for _, o := range outcomes {
		if gone[o.Lease.Lane] {
			continue
		}
		announced = announced || o.Session != nil
		replied = replied || len(o.Replies) > 0 || len(o.Witnesses) > 0
		for _, h := range o.Handled {
			b.observe.Answered(h.Decision)
		}
	}
	if replied {
		b.wake.Hint(LaneDelivery)
	}
	if announced {
		b.wake.Hint(LaneAnnouncement)
	}
	return nil
}

func (b *Bot) failLanes(ctx context.Context, leases []Lease) {
	for _, l := range leases {
		if err := b.lanes.FailLane(ctx, l, b.now().Add(Backoff(l.Failures+1))); err != nil {
			b.log.Warn("put lane back", "oa_id", l.OAID, "kind", l.Kind, "error", err)
		}
	}
}

// handle decides about the events of one resident, in order. After a failure it takes one at a time, so that the one
// that cannot be saved is found and its neighbours are not lost with it. An error says that nothing is decided: the events
// stay pending, and what they have done already is found done.
func (b *Bot) handle(ctx context.Context, in Inbox) (Outcome, error) {
	if in.Lease.Failures > 0 && len(in.Events) > 1 {
		in.Events, in.More = in.Events[:1], true
	}
	out := Outcome{Lease: in.Lease, Resident: in.Resident, Conversation: in.Conversation, More: in.More}
	session := sessionOf(in.Session, in.Operator)
	for i, ev := range in.Events {
		if i == 0 && in.Lease.Failures >= failuresBeforeSkipping {
			out.Handled = append(out.Handled, Handled{EventID: ev.ID, Decision: "failed", Error: "could not be saved; see the log"})
			b.log.Error("event put aside after repeated failures", "oa_id", ev.OAID, "event_id", ev.ID)
			continue
		}
		t := b.turn(ctx, ev, &out.Resident, &out.Conversation)
		t.asks, t.operator, t.session = in.Asks, in.Operator, &session
		b.route(t)
		if t.fault != nil {
			return out, fmt.Errorf("event %d: %w", ev.ID, t.fault)
		}
		if in.Operator != t.operator { // bound or removed by this event
			in.Operator, session = t.operator, sessionOf(session, t.operator)
		}
		out.Handled = append(out.Handled, Handled{EventID: ev.ID, Decision: t.decision})
		out.Handoffs = append(out.Handoffs, t.handoffs...)
		out.Witnesses = append(out.Witnesses, t.witnesses...)
		out.Receipts = append(out.Receipts, t.receipts...)
		out.Questions = append(out.Questions, t.questions...)
		out.Told = append(out.Told, t.told...)
		out.Denied = append(out.Denied, t.denied...)
		out.Enrolled = out.Enrolled || t.enrolled
		for n, m := range t.replies {
			out.Replies = append(out.Replies, newReply(ev, n, m, t.now))
		}
		b.log.Info("event handled", "oa_id", ev.OAID, "event_id", ev.ID, "event", ev.Name,
			"decision", t.decision, "reason", t.reason)
	}
	if in.Operator != nil {
		session.UpdatedAt = b.now()
		out.Session = &session
	}
	return out, nil
}

func (b *Bot) turn(ctx context.Context, ev Event, resident *Resident, conversation *Conversation) *turn {
	account, _ := b.directory.Account(ev.OAID)
	now := b.now()
	text := strings.TrimSpace(norm.NFC.String(ev.Text))
	seenBefore := resident.LastInteraction
	if ev.Interaction() {
		resident.touch(ev.Timestamp, now)
	}
	conversation.Subject = conversation.subject(now) // what is over stays over, whatever is said next
	t := &turn{
		ctx: ctx, now: now, account: account, units: b.directory.Units(ev.OAID), knowledge: b.library.Current(), calendar: b.calendars.Of(ev.OAID),
		desk: b.desk, event: ev, text: text, folded: faq.Fold(text), resident: resident, conversation: conversation,
		seenBefore: seenBefore, notices: b.notices,
	}
	if ev.Name == zalo.EventUserSendText {
		t.takeChoice()
	}
	return t
}

// route runs the turn. A fault in a rule must neither stop the lane nor leave the resident without an answer.
func (b *Bot) route(t *turn) {
	defer func() {
		if fault := recover(); fault != nil {
			b.log.Error("event handling panicked", "oa_id", t.event.OAID, "event_id", t.event.ID, "panic", fmt.Sprint(fault))
			t.replies, t.handoffs = nil, nil
			if t.event.FromUser() {
				t.say("trouble", Message{Text: textTrouble, Choices: []Choice{choiceMenu, choiceHandoff}})
			}
		}
	}()
	t.route()
	t.remind()
}

func newReply(ev Event, n int, m Message, now time.Time) Delivery {
	return Delivery{
		OAID: ev.OAID, UserID: ev.UserID, Origin: fmt.Sprintf("event:%d:%d", ev.ID, n), Urgency: UrgencyReply,
		Message: m, State: DeliveryPlanned, Parts: m.Parts(), NotBefore: now, ExpiresAt: now.Add(replyLife), CreatedAt: now,
	}
}
