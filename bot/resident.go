package bot

import (
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

// Role is what a resident is in the village's or the bank's work, such as RoleBorrower. Importers may make their own.
type Role string

// The roles that announcements know.
const (
	RoleBorrower    Role = "borrower"
	RoleGroupLeader Role = "group_leader" // of a savings and loan group
	RolePigFarmer   Role = "pig_farmer"
)

// Vietnamese is the language of residents of whom no other is known.
const Vietnamese = "vi"

// Resident is a Zalo user of one OA.
type Resident struct {
	OAID            string
	UserID          string
	Name            string
	UnitCode        string // empty = not known yet
	HouseholdCode   string // empty = not known; else of a household of the same unit
	Topics          []Topic
	Roles           []Role
	Language        string    // BCP 47; empty = Vietnamese
	Following       bool      // by the last follow or unfollow event
	StoppedAt       time.Time // said "dừng": no announcements since; zero = never
	LastInteraction time.Time // the latest interaction that opens Zalo's 48 hour and 7 day windows; zero = never
	ConsentAt       time.Time // agreed to announcements; zero = never
	ConsentText     string    // version of the text agreed to; empty = on paper, brought by an import
	RefusedAt       time.Time // Zalo would take no message for the resident; zero = never
	RefusedFor      string    // why: the error's kind, window recipient, or RefusedTemplate
}

// RefusedTemplate in Resident.RefusedFor says that Zalo gives the resident no template messages.
const RefusedTemplate = "template"

// recipient is the resident as the verdict sees one, with so many parts to be sent. What Zalo has refused once it is not
// asked again before the resident's next interaction.
func (r Resident) recipient(parts int) plan.Recipient {
	to := plan.Recipient{
		Household: r.HouseholdCode, LastInteraction: r.LastInteraction, Parts: parts,
		Consent: !r.ConsentAt.IsZero() && r.StoppedAt.IsZero(), Stopped: !r.StoppedAt.IsZero(),
	}
	if !r.RefusedAt.IsZero() && !r.LastInteraction.After(r.RefusedAt) {
		switch r.RefusedFor {
		case zalo.KindWindow.String():
			to.LastInteraction = time.Time{}
		case zalo.KindRecipient.String():
			to.Blocked = true
		case RefusedTemplate:
			to.NoTemplate = true
		}
	}
	return to
}

// touch moves the last interaction forward, never back, and never into the future.
func (r *Resident) touch(at, now time.Time) {
	if at.IsZero() || at.After(now) {
		at = now
	}
	if at.After(r.LastInteraction) {
		r.LastInteraction = at
	}
}
