package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/loalang/loalang/bot/privacy"
	"github.com/loalang/loalang/zalo"
)

// AnnouncementState is where an announcement, or one of its runs, stands.
type AnnouncementState string

// The states of an announcement. A run is only ever in one of the last five.
const (
	AnnouncementDraft     AnnouncementState = "draft"
	AnnouncementApproval  AnnouncementState = "approval"  // waits for another person's word
	AnnouncementScheduled AnnouncementState = "scheduled" // waits for its next fire
	AnnouncementPlanning  AnnouncementState = "planning"  // its audience is being written into the ledger, and what is there goes
	AnnouncementSending   AnnouncementState = "sending"   // the ledger holds all of its audience
	AnnouncementPaused    AnnouncementState = "paused"
	AnnouncementDone      AnnouncementState = "done" // nothing is to be sent or asked after any more
	AnnouncementCancelled AnnouncementState = "cancelled"
)

// Running tells whether a run of it is under way, or it is paused.
func (s AnnouncementState) Running() bool {
	return s == AnnouncementPlanning || s == AnnouncementSending || s == AnnouncementPaused
}

// Over tells whether nothing more happens by itself.
func (s AnnouncementState) Over() bool { return s == AnnouncementDone || s == AnnouncementCancelled }

// Announcement is one text for an audience.
type Announcement struct {
	OAID     string
	ID       string
	Title    string // for operators; residents do not see it
	Kind     string // what it is about, in the operators' own words; empty = nothing in particular
	Urgency  Urgency
	Message  Message
	Audience Audience
	Corrects string // the announcement whose recipients, and nobody else, get this one; empty = Audience is the rule
	// AlsoCorrects are others that said the same as Corrects: who got any of them gets this one, once.
	AlsoCorrects []string
	Budget       int64 // VND that all its runs together may cost
	Unlimited    bool  // Budget is of no meaning
	// AllOrNothing lets a run begin only when the budget pays for everybody whom money can reach.
	AllOrNothing bool
	Groups       GroupUse  // in which Zalo groups it is posted; those of their members known to us are then covered
	AlsoCovered  bool      // goes also directly to members whom a post covers
	ScheduledAt  time.Time // when its only fire is; zero = as soon as it is sent
	Schedule     string    // when it goes again and again, as schedule.Parse reads it; empty = once
	Escalate     Ladder    // what follows for those who have not seen it; empty = nothing
	FiresAfter   time.Time // its fires up to then are settled; zero = none is ahead, or it was not sent yet
	// PrivateBecause is why its text may hold something private; empty = it holds nothing such.
	PrivateBecause string
	// Issuer is the unit or bank that answers for it; empty = nobody is named, and the text goes as it was written.
	Issuer         string
	DocumentNumber string    // of the issuer's document; empty = there is none
	ValidUntil     time.Time // what was not sent by then is of no use; zero = a week after it begins
	Code           string    // by which a resident can ask whether it is real; unique in its account
	// Enclosures are the bytes of its picture and file, while it is made; afterwards they are kept aside.
	Enclosures []Enclosure
	State      AnnouncementState
	AskedBy    string    // with AnnouncementApproval: the operator who wants it sent; empty = the command line
	AskedUntil time.Time // until when an approval is of use
	CreatedAt  time.Time
}

// maxAnnouncementParts is how many messages one text may take. More nobody reads, and each is a call and a price.
const maxAnnouncementParts = 5

// maxFindings is how many private pieces are told at once; a list of debtors has as many as it has lines.
const maxFindings = 5

var privateNames = map[privacy.Kind]string{
	privacy.KindID: "an identity number", privacy.KindPhone: "a private phone", privacy.KindAccount: "a bank account", privacy.KindDebt: "a name with a debt",
}

// ErrAnnouncement says that an announcement cannot be made like this.
var ErrAnnouncement = errors.New("wrong announcement")

// Check refuses, with all faults together, an announcement that cannot be sent. units are those of its account.
func (a Announcement) Check(units Units, now time.Time) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: "+format, append([]any{ErrAnnouncement}, args...)...))
	}
	if strings.TrimSpace(a.Title) == "" {
		fault("it has no title; give it one by which you will know it again")
	}
	if strings.TrimSpace(a.Message.Text) == "" {
		fault("its text is empty; write what residents are to read")
	}
	if text, n := a.Outgoing().longest(); n > maxAnnouncementParts {
		fault("its text has %d characters, which would be %d messages to each resident; at most %d are sent, so shorten it to about %d characters",
			utf8.RuneCountInString(text), n, maxAnnouncementParts, maxAnnouncementParts*zalo.MaxTextRunes)
	}
	for _, text := range a.Message.texts() {
		if i := strings.Index(text, "[@"); i >= 0 {
			fault("its text holds %q, which Zalo reads as a mention of a person or of a whole group; leave the brackets out", cut(text[i:], 20))
		}
	}
	a.Message.checkLanguages(fault)
	a.checkAttachments(fault)
	a.checkStanding(now, fault)
	if strings.TrimSpace(a.PrivateBecause) == "" {
		var found []privacy.Finding
		for _, text := range append(a.Message.texts(), a.Issuer+"\n"+a.DocumentNumber) {
			found = append(found, privacy.Find(text)...) // every announcement is for more than one household
		}
		for _, f := range found[:min(len(found), maxFindings)] {
			fault("its text holds %s, %q. %s Must it stay, give the reason: --private-because", privateNames[f.Kind], f.Masked(), f.Hint)
		}
	}
	if !slices.Contains([]Urgency{UrgencyEmergency, UrgencyNormal, UrgencyBulk}, a.Urgency) {
		fault("its urgency is none of emergency, normal and bulk")
	}
	if a.Budget < 0 {
		fault("its budget is below 0; write 0 to send only what is free")
	}
	if a.AllOrNothing && a.Unlimited {
		fault("all or nothing means nothing without a budget; name one")
	}
	if !slices.Contains([]GroupUse{GroupsFitting, GroupsAll, GroupsNone}, a.Groups) {
		fault("its use of groups is none of fitting, all and none")
	}
	if !a.ScheduledAt.IsZero() && !a.ScheduledAt.After(now) {
		fault("it is scheduled for %s, which is past: it is %s now", a.ScheduledAt.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	faults = append(faults, a.checkSchedule(now), a.Escalate.Check())
	if len(a.Escalate) > 0 && a.Repeats() {
		fault("it goes again and again by its schedule, so nothing escalates; leave one of them out")
	}
	switch {
	case a.Corrects == "":
		faults = append(faults, a.Audience.Check(units))
	case !a.Audience.empty():
		fault("it corrects another one, so its audience is whoever got that one; name no units, topics or roles")
	}
	return errors.Join(faults...)
}

// empty tells whether an audience says nothing at all.
func (a Audience) empty() bool {
	return len(a.Units)+len(a.Topics)+len(a.Roles)+len(a.Needs)+len(a.Languages)+len(a.WithoutUnits)+len(a.WithoutRoles)+len(a.WithoutResidents) == 0
}
