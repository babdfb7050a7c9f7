package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// RungKind is what a step of an escalation ladder does about those who have not seen an announcement.
type RungKind string

// The kinds.
const (
	RungChannel RungKind = "channel" // it goes again, over a channel that was not used for them
	RungProxy   RungKind = "proxy"   // the proxies of their households are asked to tell them
	RungVisit   RungKind = "visit"   // the heads of their villages get the list of households to visit
)

var rungKinds = []RungKind{RungChannel, RungProxy, RungVisit}

// reason is why a rung's run is begun.
func (k RungKind) reason() RunReason {
	switch k {
	case RungChannel:
		return RunChannel
	case RungProxy:
		return RunProxies
	}
	return RunVisit
}

// Rung is one step of a ladder.
type Rung struct {
	After time.Duration // the end of the first run
	Kind  RungKind
}

// Ladder is what follows by itself for those who have not seen an announcement, the soonest first.
type Ladder []Rung

// ErrLadder says that a ladder makes no sense.
var ErrLadder = errors.New("wrong escalation")

// ParseLadder reads a ladder as String writes it: 2h:channel,6h:proxy,12h:visit. An empty text is none.
func ParseLadder(text string) (Ladder, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var ladder Ladder
	for part := range strings.SplitSeq(text, ",") {
		after, kind, found := strings.Cut(strings.TrimSpace(part), ":")
		rung := Rung{Kind: RungKind(kind)}
		var err error
		if rung.After, err = time.ParseDuration(after); !found || err != nil {
			return nil, fmt.Errorf("%w: %q is no step: write it as 2h:channel, 90m:proxy or 12h:visit", ErrLadder, part)
		}
		ladder = append(ladder, rung)
	}
	return ladder, ladder.Check()
}

// String is the ladder as ParseLadder reads it.
func (l Ladder) String() string {
	parts := make([]string, len(l))
	for i, r := range l {
		after := strings.TrimSuffix(r.After.String(), "0s")
		if strings.HasSuffix(after, "h0m") {
			after = strings.TrimSuffix(after, "0m")
		}
		parts[i] = after + ":" + string(r.Kind)
	}
	return strings.Join(parts, ",")
}

// Check refuses steps out of order, too soon, or too late for the news to be any.
func (l Ladder) Check() error {
	var faults []error
	var before time.Duration
	for _, r := range l {
		switch {
		case !slices.Contains(rungKinds, r.Kind):
			faults = append(faults, fmt.Errorf("%w: there is no step %q: channel, proxy and visit there are", ErrLadder, r.Kind))
		case r.After <= before:
			faults = append(faults, fmt.Errorf("%w: %s comes not after the step before it; write the steps in their order", ErrLadder, Ladder{r}))
		case r.After%time.Minute != 0 || r.After > announcementLife:
			faults = append(faults, fmt.Errorf("%w: %s: steps are whole minutes, and at most %d hours after the first run", ErrLadder, Ladder{r}, int(announcementLife.Hours())))
		}
		before = r.After
	}
	return errors.Join(faults...)
}

// RungOutcome says what became of a rung.
type RungOutcome string

// The outcomes.
const (
	RungRun       RungOutcome = "run"       // a run of its own
	RungNobody    RungOutcome = "nobody"    // there was nobody left whom it could have concerned
	RungSkipped   RungOutcome = "skipped"   // it was missed by so long that the news is none any more
	RungCancelled RungOutcome = "cancelled" // with its announcement
)

// SettledRung is a rung of which it is settled what became.
type SettledRung struct {
	Number  int // from 1
	Kind    RungKind
	Outcome RungOutcome
	Run     int // its number; 0 = none
	At      time.Time
}

// RungStore keeps what became of the rungs of ladders.
type RungStore interface {
	// Rungs are those of an announcement that are settled, in their order.
	Rungs(ctx context.Context, a Announcement) ([]SettledRung, error)
	// SettleRungs keeps what became of rungs, and begins the run of the last of them, if there is one, whole or not at all.
	// ErrChanged says that one of them is settled already, or that the announcement is not in the state that it has in a.
	SettleRungs(ctx context.Context, lease Lease, a Announcement, rungs []SettledRung, run *Run, now time.Time, records ...Record) error
	// UsedChannels are the channels over which residents may have got an announcement, by user id.
	UsedChannels(ctx context.Context, a Announcement, userIDs []string) (map[string]Avoid, error)
}

// Avoid says which ways must not be taken for a recipient.
type Avoid string

// What there is to avoid.
const (
	AvoidNothing      Avoid = ""
	AvoidConsultation Avoid = "consultation"
	AvoidTemplate     Avoid = "template"
	AvoidBoth         Avoid = "both"
)

// consultation tells whether no consultation message may go.
func (a Avoid) consultation() bool { return a == AvoidConsultation || a == AvoidBoth }

// template tells whether no template may go.
func (a Avoid) template() bool { return a == AvoidTemplate || a == AvoidBoth }

// dueAt is when a rung is due: so long after the first run was over, and no sooner after the rung before than the ladder
// says, so that a night in which nothing went does not bring all of them at once.
func (l Ladder) dueAt(number int, first, before time.Time) time.Time {
	due := first.Add(l[number-1].After)
	if number > 1 {
		if kept := before.Add(l[number-1].After - l[number-2].After); kept.After(due) {
			return kept
		}
	}
	return due
}
