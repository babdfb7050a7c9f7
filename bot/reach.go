package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

// ReachState says what became of an announcement at one household. Each household of the roll is in exactly one.
type ReachState string

// The states, the best for the household first.
const (
	ReachSeen         ReachState = "seen"
	ReachReceived     ReachState = "received"
	ReachTold         ReachState = "told"    // by a person
	ReachSent         ReachState = "sent"    // Zalo has taken it, or its post; no receipt yet
	ReachUnsure       ReachState = "unsure"  // nobody knows yet whether Zalo has taken it
	ReachPending      ReachState = "pending" // not sent yet
	ReachNotReached   ReachState = "not_reached"
	ReachNotConcerned ReachState = "not_concerned" // it is for others
)

// ReachStates are all of them, in their order.
var ReachStates = []ReachState{
	ReachSeen, ReachReceived, ReachTold, ReachSent, ReachUnsure, ReachPending, ReachNotReached, ReachNotConcerned,
}

// MissReason says why a household was not reached.
type MissReason string

// The reasons. Of a household with several people the first that holds for one of them counts: it is the easiest to mend.
const (
	MissNoReceipt  MissReason = "no_receipt" // sent, but nothing says that it arrived
	MissWindow     MissReason = "window"     // no interaction within Zalo's window
	MissRefused    MissReason = "refused"    // by Zalo
	MissNoChannel  MissReason = "no_channel"
	MissBudget     MissReason = "budget"
	MissExpired    MissReason = "expired" // it could not go in time
	MissCancelled  MissReason = "cancelled"
	MissBlocked    MissReason = "blocked"
	MissNoConsent  MissReason = "no_consent"
	MissNoResident MissReason = "no_resident" // nobody of it is on Zalo
)

var missReasons = []MissReason{
	MissNoReceipt, MissWindow, MissRefused, MissNoChannel, MissBudget, MissExpired, MissCancelled, MissBlocked, MissNoConsent, MissNoResident,
}

// Told is the mark of a person who has brought the news to a household.
type Told struct {
	OAID           string
	AnnouncementID string
	HouseholdCode  string
	By             string // who says so
	Proxy          string // the Zalo user id of the household's proxy who has told it; empty = a visit
	Note           string
	At             time.Time
}

// HouseholdReach is what became of an announcement at one household.
type HouseholdReach struct {
	Household
	State   ReachState
	Reason  MissReason // with ReachNotReached
	ByGroup bool       // with ReachSent: known from a group post alone
	Lack    Lack       // with ReachSeen, ReachReceived and ReachSent
	Told    Told       // with ReachTold
}

// HouseholdResult is what the ledger says of one resident of a household, over all runs of an announcement.
type HouseholdResult struct {
	HouseholdCode string
	UserID        string
	State         DeliveryState // of the post that covers the resident, where one does
	Channel       plan.Channel
	Reason        string
	StateAt       time.Time
	Lack          Lack
}

// ReachStore keeps what reach is told by.
type ReachStore interface {
	Announcement(ctx context.Context, id string) (Announcement, error)
	// RollOf are the active households in the units of an audience, whatever their needs, in the order of their codes.
	RollOf(ctx context.Context, oaID string, a Audience) ([]Household, error)
	// HouseholdResults are the deliveries of an announcement to residents whose household is known.
	HouseholdResults(ctx context.Context, oaID, announcementID string) ([]HouseholdResult, error)
	// ToldOf are the marks of an announcement.
	ToldOf(ctx context.Context, oaID, announcementID string) ([]Told, error)
}

// ReceiptPatience is how long after it was sent a direct message without a receipt still counts as sent, unless set.
const ReceiptPatience = 24 * time.Hour

// Reach says what became of an announcement at every household of the roll, those not reached first, by need.
func Reach(ctx context.Context, store ReachStore, id string, patience time.Duration, now time.Time) ([]HouseholdReach, error) {
	a, err := store.Announcement(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.Corrects != "" { // it is for whoever got that one
		wrong, err := store.Announcement(ctx, a.Corrects)
		if err != nil {
			return nil, fmt.Errorf("load what it corrects: %w", err)
		}
		a.Audience = wrong.Audience
	}
	roll, err := store.RollOf(ctx, a.OAID, a.Audience)
	if err != nil {
		return nil, err
	}
	results, err := store.HouseholdResults(ctx, a.OAID, a.ID)
	if err != nil {
		return nil, err
	}
	marks, err := store.ToldOf(ctx, a.OAID, a.ID)
	if err != nil {
		return nil, err
	}
	best := make(map[string]HouseholdReach, len(roll))
	for _, r := range latest(results) {
		better(best, r.HouseholdCode, r.reach(patience, now))
	}
	for _, m := range marks {
		better(best, m.HouseholdCode, HouseholdReach{State: ReachTold, Told: m})
	}
	list := make([]HouseholdReach, len(roll))
	for i, h := range roll {
		reach, there := best[h.Code]
		if !there {
			reach = a.unreached(h)
		}
		reach.Household = h
		list[i] = reach
	}
	slices.SortStableFunc(list, byNeed)
	return list, nil
}

// latest is what counts of several runs for each resident: the best that is known.
func latest(results []HouseholdResult) map[string]HouseholdResult {
	of := make(map[string]HouseholdResult, len(results))
	for _, r := range results {
		if before, there := of[r.UserID]; !there || cmp.Or(cmp.Compare(r.rank(), before.rank()), cmp.Compare(r.Lack.size(), before.Lack.size())) < 0 {
			of[r.UserID] = r
		}
	}
	return of
}

func (r HouseholdResult) rank() int {
	return slices.Index([]DeliveryState{
		DeliverySeen, DeliveryReceived, DeliveryAccepted, DeliveryUnsure, DeliverySending, DeliveryPlanned, DeliveryRefused, DeliveryExpired, DeliveryCancelled,
	}, r.State)
}

// reach is what one resident's delivery says of the household.
func (r HouseholdResult) reach(patience time.Duration, now time.Time) HouseholdReach {
	miss := func(why MissReason) HouseholdReach { return HouseholdReach{State: ReachNotReached, Reason: why} }
	switch r.State {
	case DeliverySeen:
		return HouseholdReach{State: ReachSeen, Lack: r.Lack}
	case DeliveryReceived:
		return HouseholdReach{State: ReachReceived, Lack: r.Lack}
	case DeliveryAccepted:
		byGroup := r.Channel == plan.ChannelGroup // whose posts nobody acknowledges
		if !byGroup && now.Sub(r.StateAt) >= patience {
			return miss(MissNoReceipt)
		}
		return HouseholdReach{State: ReachSent, ByGroup: byGroup, Lack: r.Lack}
	case DeliveryUnsure:
		return HouseholdReach{State: ReachUnsure}
	case DeliveryExpired:
		return miss(MissExpired)
	case DeliveryCancelled:
		return miss(MissCancelled)
	case DeliveryRefused:
		switch r.Reason {
		case string(plan.ReasonNoConsent):
			return miss(MissNoConsent)
		case string(plan.ReasonBlocked), zalo.KindRecipient.String():
			return miss(MissBlocked)
		case string(plan.ReasonWindow): // Zalo's word for it is the same
			return miss(MissWindow)
		case string(plan.ReasonNoChannel):
			return miss(MissNoChannel)
		case string(plan.ReasonBudget):
			return miss(MissBudget)
		}
		return miss(MissRefused)
	}
	return HouseholdReach{State: ReachPending}
}

// unreached is a household of which nobody was a recipient.
func (a Announcement) unreached(h Household) HouseholdReach {
	to := a.Audience
	others := len(to.Topics)+len(to.Roles)+len(to.Languages)+len(to.WithoutRoles)+len(to.WithoutResidents) > 0 || a.Corrects != ""
	needed := len(to.Needs) == 0 || slices.ContainsFunc(h.Needs, func(n Need) bool { return slices.Contains(to.Needs, n) })
	if others || !needed {
		return HouseholdReach{State: ReachNotConcerned}
	}
	return HouseholdReach{State: ReachNotReached, Reason: MissNoResident}
}

// better keeps the better of what is known of a household.
func better(best map[string]HouseholdReach, code string, r HouseholdReach) {
	before, there := best[code]
	order := func(r HouseholdReach) int {
		group := 0
		if r.ByGroup {
			group = 1
		}
		return slices.Index(ReachStates, r.State)*100 + (slices.Index(missReasons, r.Reason)+1)*2 + group
	}
	if !there || cmp.Or(cmp.Compare(order(r), order(before)), cmp.Compare(r.Lack.size(), before.Lack.size())) < 0 {
		best[code] = r
	}
}

// visitFirst are the needs, those first whose households are visited first.
var visitFirst = []Need{NeedDangerZone, NeedAlone, NeedElderly, NeedNoSmartphone, NeedPoor, NeedNearPoor}

// byNeed orders households for a visit: those not reached first, the most needy of them before the others.
func byNeed(a, b HouseholdReach) int {
	return cmp.Or(
		cmp.Compare(a.visit(), b.visit()),
		cmp.Compare(a.UnitCode, b.UnitCode),
		cmp.Compare(a.Code, b.Code),
	)
}

func (r HouseholdReach) visit() int {
	if r.State != ReachNotReached {
		return len(visitFirst) + 1
	}
	for i, n := range visitFirst {
		if slices.Contains(r.Needs, n) {
			return i
		}
	}
	return len(visitFirst)
}

// ReachCount counts the households of one unit and those below it, or of all.
type ReachCount struct {
	UnitCode string
	Roll     int
	States   map[ReachState]int
	ByGroup  int // of those sent: known from group posts alone
	ByProxy  int // of those told: by their proxies, and not by a visit
	Reasons  map[MissReason]int
}

func newReachCount(unit string) *ReachCount {
	return &ReachCount{UnitCode: unit, States: make(map[ReachState]int), Reasons: make(map[MissReason]int)}
}

func (c *ReachCount) add(r HouseholdReach) {
	c.Roll++
	c.States[r.State]++
	if r.ByGroup {
		c.ByGroup++
	}
	if r.State == ReachTold && r.Told.Proxy != "" {
		c.ByProxy++
	}
	if r.Reason != "" {
		c.Reasons[r.Reason]++
	}
}

// CountReach adds households up, all together and for each unit with those below it, in the order of the units' codes.
func CountReach(list []HouseholdReach, units Units) (all ReachCount, byUnit []ReachCount) {
	total, of := newReachCount(""), make(map[string]*ReachCount)
	for _, r := range list {
		total.add(r)
		for unit := range units.Up(r.UnitCode) {
			if of[unit.Code] == nil {
				of[unit.Code] = newReachCount(unit.Code)
			}
			of[unit.Code].add(r)
		}
	}
	for _, c := range of {
		byUnit = append(byUnit, *c)
	}
	slices.SortFunc(byUnit, func(a, b ReachCount) int { return cmp.Compare(a.UnitCode, b.UnitCode) })
	return *total, byUnit
}
