package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/bot/rights"
)

// kindGeneral is the kind that is written in the operator's own words.
const kindGeneral = "general"

// UrgencyNamed is an urgency of announcements by its name; normal when it is none.
func UrgencyNamed(name string) Urgency {
	switch name {
	case "emergency":
		return UrgencyEmergency
	case "bulk":
		return UrgencyBulk
	}
	return UrgencyNormal
}

// Word writes an announcement by the wording of its kind, in each language that the kind has and the announcement has not.
// What is wrong with the values is notice.Faults.
func (a *Announcement) Word(kind notice.Kind, values map[string]string) error {
	for _, tag := range kind.Languages() {
		text, _, err := kind.Fill(tag, values)
		if err != nil {
			return err
		}
		switch {
		case tag == notice.Vietnamese:
			a.Message.Text = text
		case a.Message.Others[tag] == "":
			if a.Message.Others == nil {
				a.Message.Others = make(map[string]string)
			}
			a.Message.Others[tag] = text
		}
	}
	return nil
}

// EndAs lets an announcement be of use for as long as those of its kind are, when nobody has said otherwise.
func (a *Announcement) EndAs(kind notice.Kind, now time.Time) {
	if !a.ValidUntil.IsZero() || a.Repeats() {
		return
	}
	begins := now
	if !a.ScheduledAt.IsZero() {
		begins = a.ScheduledAt
	}
	a.ValidUntil = begins.Add(kind.UsefulFor)
}

// issuer is in whose name the operator writes.
func (o Operator) issuer(account OfficialAccount, units Units) string {
	of := []string{account.Name}
	switch {
	case o.Role == rights.BankOfficer:
		of = []string{textBank, account.Name}
	case o.Role == rights.VillageHead && len(o.Units) == 1:
		of = []string{units[o.Units[0]].Name, account.Name}
	}
	of = slices.DeleteFunc(of, func(name string) bool { return name == "" })
	return cut(strings.Join(of, ", "), maxIssuer)
}
