package bot

import (
	"context"

	"github.com/loalang/loalang/zalo"
)

// Event is an accepted webhook event. IDs rise in the order of acceptance.
type Event struct {
	ID int64
	zalo.Event
}

// Inbox is a leased resident lane with its oldest pending events, in order of acceptance.
type Inbox struct {
	Lease        Lease
	Resident     Resident
	Conversation Conversation
	Operator     *Operator // whom the Zalo user is; nil = none
	Session      Session   // of an operator
	Events       []Event
	Asks         []Ask // what the resident was asked to tell others; loaded when an event may be about it
	More         bool  // there are further pending events
}

// Outcome is what handling an inbox decided. It is saved whole in one transaction, or not at all.
type Outcome struct {
	Lease        Lease
	Resident     Resident
	Conversation Conversation
	Session      *Session // of an operator; nil = nothing of it changed
	Handled      []Handled
	Replies      []Delivery
	Handoffs     []Handoff
	Witnesses    []Witness
	Receipts     []Receipt
	Questions    []Question
	Told         []Told  // households that the resident has told as their proxy
	Enrolled     bool    // the resident chose village, topics or consent anew: those in Resident are kept
	Denied       []int64 // events whose answer the resident did not mean
	More         bool    // the lane stays due: further events are pending
}

// Handled says how one event was decided. Error is for an event that could not be handled and will not be tried again.
type Handled struct {
	EventID  int64
	Decision string
	Error    string
}

// EventStore keeps events from their acceptance to the end of their handling.
type EventStore interface {
	// PendingEvents loads what the leased resident lanes have to do, at most perLane events each.
	PendingEvents(ctx context.Context, leases []Lease, perLane int) ([]Inbox, error)
	// AsksOf are what a resident was asked to tell households, as their proxy, the latest first.
	AsksOf(ctx context.Context, oaID, userID string) ([]Ask, error)
	// FinishEvents saves the outcomes in one transaction and releases their lanes: events handled, residents,
	// conversations and handoffs kept, replies planned and their OA's lane bumped. An outcome whose lease was lost
	// leaves no trace, and its lane is named in lost.
	FinishEvents(ctx context.Context, outcomes []Outcome) (lost []Lane, err error)
}
