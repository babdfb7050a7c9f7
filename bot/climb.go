package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

// climb does the next rung of an announcement that is done when it is due, and says when to look again.
func (an *Announcer) climb(ctx context.Context, lease Lease, a Announcement, now time.Time) (more bool, next time.Time, err error) {
	settled, err := an.store.Rungs(ctx, a)
	if err != nil || len(settled) >= len(a.Escalate) {
		return false, next, err
	}
	first, err := an.store.Run(ctx, a, 1)
	if errors.Is(err, ErrNotFound) { // its time was missed, and it never went
		return false, next, nil
	}
	if err != nil {
		return false, next, err
	}
	before, err := an.endOf(ctx, a, settled)
	if err != nil {
		return false, next, err
	}
	number := len(settled) + 1
	due := a.Escalate.dueAt(number, first.DoneAt, before)
	if now.Before(due) {
		return false, due, nil
	}
	rung := SettledRung{Number: number, Kind: a.Escalate[number-1].Kind, Outcome: RungRun, At: now}
	run := a.NewRun(rung.Kind.reason(), now)
	begins := &run
	if now.Sub(due) >= announcementLife {
		rung.Outcome, begins = RungSkipped, nil
	} else if some, err := an.concerns(ctx, a, run, now); err != nil {
		return false, next, err
	} else if !some || first.CalledOff && run.Reason != RunVisit { // the budget did not pay for all, so nothing goes
		rung.Outcome, begins = RungNobody, nil
	}
	an.log.Info("escalation", "oa_id", a.OAID, "announcement_id", a.ID, "step", number, "kind", rung.Kind, "outcome", rung.Outcome)
	var records []Record
	if begins != nil {
		records = append(records, itself(a, AuditSend, "its step "+string(rung.Kind), now))
	}
	return true, next, an.store.SettleRungs(ctx, lease, a, []SettledRung{rung}, begins, now, records...)
}

// endOf is when the last settled rung was over.
func (an *Announcer) endOf(ctx context.Context, a Announcement, settled []SettledRung) (time.Time, error) {
	if len(settled) == 0 {
		return time.Time{}, nil
	}
	last := settled[len(settled)-1]
	if last.Run == 0 {
		return last.At, nil
	}
	run, err := an.store.Run(ctx, a, last.Run)
	return run.DoneAt, err
}

// concerns tells whether a rung's run would reach anybody.
func (an *Announcer) concerns(ctx context.Context, a Announcement, run Run, now time.Time) (bool, error) {
	switch run.Reason {
	case RunProxies:
		asks, err := an.proxies(ctx, a, run, now)
		return len(asks) > 0, err
	case RunVisit:
		visits, err := an.visits(ctx, a, now)
		return len(visits) > 0, err
	}
	decide, err := an.verdicts(ctx, a, run, now)
	if err != nil {
		return false, err
	}
	for {
		page, err := an.store.Recipients(ctx, a, run, audiencePage)
		if err != nil {
			return false, err
		}
		used, err := an.store.UsedChannels(ctx, a, usersOf(page))
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(page, func(r Resident) bool {
			return decide(r, about{avoid: used[r.UserID]}).Channel != plan.ChannelNone
		}) {
			return true, nil
		}
		if len(page) < audiencePage {
			return false, nil
		}
		run.Position = page[len(page)-1].UserID
	}
}

// abandon settles the rungs that a cancelled announcement will not climb any more.
func (an *Announcer) abandon(ctx context.Context, lease Lease, a Announcement, now time.Time) error {
	if len(a.Escalate) == 0 {
		return nil
	}
	settled, err := an.store.Rungs(ctx, a)
	if err != nil {
		return err
	}
	var left []SettledRung
	for i := len(settled); i < len(a.Escalate); i++ {
		left = append(left, SettledRung{Number: i + 1, Kind: a.Escalate[i].Kind, Outcome: RungCancelled, At: now})
	}
	if len(left) == 0 {
		return nil
	}
	if err := an.store.SettleRungs(ctx, lease, a, left, nil, now); !errors.Is(err, ErrChanged) {
		return err
	}
	return nil
}

// unseen are the states of households that a ladder goes on for.
var unseen = []ReachState{ReachReceived, ReachSent, ReachUnsure, ReachNotReached}

// unseenHouseholds are the codes of the households that have not seen an announcement, and that nobody has told.
func (an *Announcer) unseenHouseholds(ctx context.Context, a Announcement, now time.Time) (map[string]bool, error) {
	list, err := Reach(ctx, an.store, a.ID, ReceiptPatience, now)
	codes := make(map[string]bool)
	for _, r := range list {
		codes[r.Code] = slices.Contains(unseen, r.State)
	}
	return codes, err
}

func usersOf(list []Resident) []string {
	users := make([]string, len(list))
	for i, r := range list {
		users[i] = r.UserID
	}
	return users
}
