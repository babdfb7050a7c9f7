package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/bot/rights"
)

// maxVisits is how many households a head is told of in one message; the most needy come first.
const maxVisits = 40

// visits are the lists of households to visit, as the heads get them, by user id.
func (an *Announcer) visits(ctx context.Context, a Announcement, now time.Time) (map[string]Message, error) {
	patience := ReceiptPatience
	for _, rung := range a.Escalate {
		if rung.Kind == RungVisit && rung.After < patience { // what has no receipt by then is visited
			patience = rung.After
		}
	}
	list, err := Reach(ctx, an.store, a.ID, patience, now)
	if err != nil {
		return nil, err
	}
	operators, err := an.store.Operators(ctx, a.OAID)
	if err != nil {
		return nil, fmt.Errorf("look up heads: %w", err)
	}
	units, err := UnitsOf(ctx, an.store, a.OAID)
	if err != nil {
		return nil, err
	}
	lists := make(map[string][]Household)
	for _, r := range list {
		if r.State != ReachNotReached {
			continue
		}
		for _, head := range headsOf(r.UnitCode, operators, units) {
			lists[head.UserID] = append(lists[head.UserID], r.Household)
		}
	}
	messages := make(map[string]Message, len(lists))
	for user, households := range lists {
		messages[user] = visitList(a, households)
	}
	return messages, nil
}

// headsOf are the operators who head a unit, or the nearest one above it that somebody heads: a village its head, a commune
// its officers, when they are in the chat.
func headsOf(unit string, operators []Operator, units Units) (heads []Operator) {
	for at := range units.Up(unit) {
		for _, o := range operators {
			if (o.Role == rights.VillageHead || o.Role == rights.CommuneOfficer) && o.UserID != "" && slices.Contains(o.Units, at.Code) {
				heads = append(heads, o)
			}
		}
		if len(heads) > 0 {
			return heads
		}
	}
	return nil
}

// visitList is the list as a head reads it.
func visitList(a Announcement, households []Household) Message {
	lines := []string{fmt.Sprintf(textVisits, a.Title, len(households))}
	for i, h := range households[:min(len(households), maxVisits)] {
		line := fmt.Sprintf("%d. %s", i+1, h.called())
		for _, more := range []string{h.Address, h.Phone} {
			if more != "" {
				line += ", " + more
			}
		}
		lines = append(lines, line)
	}
	if more := len(households) - maxVisits; more > 0 {
		lines = append(lines, fmt.Sprintf(textMoreVisits, more))
	}
	return Message{Text: strings.Join(lines, "\n")}
}

// freezeVisits adds the lists to the ledger. Whether they may go is decided when they leave.
func (an *Announcer) freezeVisits(ctx context.Context, lease Lease, a Announcement, run Run, now time.Time) error {
	lists, err := an.visits(ctx, a, now)
	if err != nil {
		return err
	}
	var page []Frozen
	for _, user := range slices.Sorted(maps.Keys(lists)) {
		list := lists[user]
		page = append(page, Frozen{UserID: user, Channel: plan.ChannelFree, Message: &list, Aside: true})
	}
	if err := an.store.FreezePage(ctx, lease, run, page, true, now); err != nil {
		return err
	}
	an.wake.Hint(LaneDelivery)
	return nil
}
