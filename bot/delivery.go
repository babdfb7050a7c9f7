package bot

import (
	"context"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

// Urgency says how pressing a message is. The next free call goes to the most urgent, the oldest first.
type Urgency int

// The urgencies, the most pressing first.
const (
	UrgencyReply Urgency = iota
	UrgencyEmergency
	UrgencyNormal
	UrgencyBulk
)

// use is what a call for a message of this urgency is for.
func (u Urgency) use() CallUse {
	switch u {
	case UrgencyReply:
		return CallForReply
	case UrgencyEmergency:
		return CallForHaste
	}
	return CallForBulk
}

// DeliveryState is where a delivery stands in the ledger.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryPlanned   DeliveryState = "planned"
	DeliverySending   DeliveryState = "sending"   // committed before the call leaves
	DeliveryAccepted  DeliveryState = "accepted"  // Zalo answered with a message id, or a witness saw it
	DeliveryReceived  DeliveryState = "received"  // on the resident's phone
	DeliverySeen      DeliveryState = "seen"      // read
	DeliveryRefused   DeliveryState = "refused"   // Zalo said no, for good
	DeliveryExpired   DeliveryState = "expired"   // no longer useful
	DeliveryCancelled DeliveryState = "cancelled" // by a person
	DeliveryUnsure    DeliveryState = "unsure"    // a crash or a broken connection hid the outcome
)

// replyLife is how long an answer is still of use to the one who asked.
const replyLife = 24 * time.Hour

// Delivery is one message for one recipient: a row of the ledger. A long one goes in several parts, one after the other;
// Part is the next to be sent, so that a part that Zalo has accepted is never sent again.
type Delivery struct {
	ID        int64
	OAID      string
	UserID    string       // of the resident; of a post the group's id
	Post      bool         // it goes to a group
	Channel   plan.Channel // by which it goes or went at last; empty for replies
	Origin    string       // what it belongs to, unique per recipient: "event:<id>:<n>"
	Urgency   Urgency
	Message   Message
	State     DeliveryState
	Part      int
	Parts     int
	Failures  int       // attempts in a row that did not go
	Code      int       // Zalo's last error code; 0 = none
	Reason    string    // why it is refused or waits: the kind of the last error
	NotBefore time.Time // zero = at once
	ExpiresAt time.Time
	CreatedAt time.Time
	Lack      Lack    // of what has begun to go
	Errand    *Errand // for an announcement; nil = a reply
}

// Errand is what sending a delivery of an announcement depends on, as it is at the moment.
type Errand struct {
	AnnouncementID string
	Run            int
	Kind           string
	Budget         int64 // VND that the announcement may cost
	Unlimited      bool  // Budget is of no meaning
	AlsoCovered    bool  // goes also to whom a post covers
	Covered        bool  // a post covers the resident
	Avoid          Avoid // ways that were taken before
	Duty           bool  // it is for an officer's work, which needs no consent
	Own            bool  // its message is not the run's but for this recipient alone, who gets it also when a post covers him
	Resident       Resident
}

// Charge is what one call costs.
type Charge struct {
	Channel  plan.Channel // empty for replies, which are free
	VND      int64
	Included bool // paid by the account's package
}

// costs tells whether anything is kept back for the call.
func (c Charge) costs() bool { return c.VND > 0 || c.Included }

// Refusal says that a planned delivery may not go any more.
type Refusal struct {
	DeliveryID int64
	Reason     plan.Reason // empty when a post covers the recipient instead
	Done       bool        // its text has gone, and the file that was to follow cannot: it is accepted without
}

// Attempt is one try at one part of a delivery. Its row is committed before the call leaves.
type Attempt struct {
	ID         int64
	Launch     int64 // what it was committed with
	DeliveryID int64
	OAID       string
	UserID     string
	Part       int
	Parts      int       // of the delivery by this channel
	TextKey    string    // hash of the NFC text, to know an echo by
	StartedAt  time.Time // by the village clock, as Zalo's times are compared with it
	Deadline   time.Time // when the call is over at the latest
	Charge     Charge    // kept back for it until it is certain that it was not sent
	Lack       Lack      // of the delivery, if it goes; a later part says nothing of the picture

	picture bool // one stood with it; known only while the witnesses are asked
}

// AttemptResult is how an attempt ended and what the ledger makes of it.
type AttemptResult struct {
	Attempt   Attempt
	MsgID     string        // Zalo's, when accepted
	State     DeliveryState // of the delivery from now on
	Part      int           // the next part
	Failures  int
	Code      int
	Reason    string
	NotBefore time.Time // for planned: when to try again; for unsure: when to ask the witnesses
	At        time.Time
	Asked     int  // for unsure: how often the witnesses were asked
	NotSent   bool // certain: Zalo has not taken this attempt
	Last      bool // of those that were committed together, the results of all others have come

	lesson       lesson
	template     Template   // with lessonTemplate
	upload       Attachment // with lessonUpload
	uploadID     string     // that went
	tokenVersion int64
	asked        bool // came from asking the witnesses, not from sending
}

// Unsure is a delivery whose last attempt may or may not have reached the resident.
type Unsure struct {
	Delivery Delivery
	Attempt  Attempt
	Asked    int // how often the witnesses were asked
}

// Witness is an echo of a message that the OA has sent, by the webhook.
type Witness struct {
	UserID  string
	MsgID   string
	TextKey string
	At      time.Time
}

// Receipt says that messages arrived on the resident's phone, or were read.
type Receipt struct {
	UserID string
	MsgIDs []string
	Seen   bool
	At     time.Time
}

// Look says what may go at a moment.
type Look struct {
	Now         time.Time
	UnsureSince time.Time
	Least       Urgency // the least pressing announcements that may go
	Aloft       []int64 // deliveries that are left out, because a call is on its way or its result is not committed yet
	// Waiting are the keys of attachments that cannot go yet. What waits for one is left out, so that it stands in nobody's
	// way: files, and pictures of what is no emergency.
	Waiting []string

	retry time.Time // when the first of those that rest is tried again
}

// UploadStore keeps attachments, and what Zalo knows them by.
type UploadStore interface {
	// AttachmentContent are the bytes of an attachment, or ErrNotFound.
	AttachmentContent(ctx context.Context, oaID string, a Attachment) ([]byte, error)
	// Upload is the latest of an attachment; the zero Upload when it was never tried.
	Upload(ctx context.Context, oaID string, a Attachment) (Upload, error)
	SaveUpload(ctx context.Context, oaID string, a Attachment, u Upload) error
}

// DeliveryStore is the ledger. Every method that takes a lease is fenced by it and says ErrLeaseLost when it was lost.
type DeliveryStore interface {
	// RecoverDeliveries turns what a dead holder of the lane left in sending into unsure, and expires what is of no use
	// any more.
	RecoverDeliveries(ctx context.Context, lease Lease, now time.Time) error
	// NextDeliveries are up to limit planned deliveries that may go now, the most urgent and oldest first, at most one
	// per recipient, and no reply before an earlier one to the same resident (an unsure one is waited for until
	// UnsureSince). What is sending may be among them, unless look leaves it out. Of announcements only those not paused and pressing enough, with
	// what is known of the resident now.
	NextDeliveries(ctx context.Context, oaID string, look Look, limit int) ([]Delivery, error)
	// NextDue is when there will be more to do than NextDeliveries and UnsureDeliveries say now: when a planned one
	// becomes due, an unsure one is to be asked for, or one is no longer waited for; zero when never.
	NextDue(ctx context.Context, oaID string, look Look) (time.Time, error)
	// RefuseDeliveries ends deliveries that are still planned, without a call.
	RefuseDeliveries(ctx context.Context, lease Lease, refusals []Refusal, now time.Time) error
	// Spent is what an announcement has cost in VND, what is kept back for calls of unknown outcome included.
	Spent(ctx context.Context, oaID, announcementID string) (int64, error)
	// Owed are the parts still to be sent of an announcement's texts that have begun to go by a consultation message that
	// costs.
	Owed(ctx context.Context, oaID, announcementID string) (int, error)
	// IncludedSince counts the calls since a time that the account's package has paid, likewise.
	IncludedSince(ctx context.Context, oaID string, since time.Time) (int, error)
	// FinishAttempts commits results. A result recorded before stays as it is; an unsure one that a witness has seen
	// meanwhile is accepted.
	FinishAttempts(ctx context.Context, lease Lease, results []AttemptResult) error
	// ExchangeAttempts commits results as FinishAttempts does, and with them attempts as sending. It returns those with their
	// ids, but for those whose delivery is no longer planned or has got further. Whoever holds the lane starts none that is
	// sending.
	ExchangeAttempts(ctx context.Context, lease Lease, results []AttemptResult, attempts []Attempt) ([]Attempt, error)
	// UnsureDeliveries are up to limit unsure deliveries whose witnesses are to be asked by now.
	UnsureDeliveries(ctx context.Context, oaID string, now time.Time, limit int) ([]Unsure, error)
	UploadStore
	// ClaimedMessages tells which of the message ids to a user deliveries are known by.
	ClaimedMessages(ctx context.Context, oaID, userID string, msgIDs []string) (map[string]bool, error)
}
