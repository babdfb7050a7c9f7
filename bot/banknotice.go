package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/calendar"
)

// Reader is for whom a bank notice is worded.
type Reader string

// The readers: everybody subscribed to the bank's topic in the commune, but leaders of savings and loan groups, who have a
// wording of their own.
const (
	ReaderBorrowers Reader = "borrowers"
	ReaderLeaders   Reader = "leaders"
)

var readers = []Reader{ReaderBorrowers, ReaderLeaders}

// audience is who reads it in a commune. "dừng ngân hàng" takes people out of it, whatever they are to the bank.
func (r Reader) audience(commune string) Audience {
	a := Audience{Units: []string{commune}, Topics: []Topic{TopicBank}}
	if r == ReaderLeaders {
		a.Roles = []Role{RoleGroupLeader}
	} else {
		a.WithoutRoles = []Role{RoleGroupLeader}
	}
	return a
}

// NoticeOutcome says what became of a bank notice.
type NoticeOutcome string

// The outcomes.
const (
	NoticeRun     NoticeOutcome = "run"     // an announcement of its own
	NoticeNobody  NoticeOutcome = "nobody"  // nobody reads it in this commune
	NoticeDoubt   NoticeOutcome = "doubt"   // an officer has to decide about the day first
	NoticeSkipped NoticeOutcome = "skipped" // it was missed by too long, or a later one of the same day was due, too
	NoticeOff     NoticeOutcome = "off"     // the account wants no reminders
)

// BankNotice is a reminder of a bank day, or a correction of what reminders said, of which it is settled what became.
type BankNotice struct {
	OAID           string
	Point          calendar.Point
	Date           calendar.Date
	Reader         Reader // empty when it is for nobody, whoever would read it
	Number         int    // -3 = three days before, 0 = on the day itself, 1 = the first correction
	Outcome        NoticeOutcome
	AnnouncementID string // with NoticeRun
	Said           calendar.Said
	SettledAt      time.Time
}

// id is the id of the notice's announcement. It follows from what the notice is, so that there can be only one.
func (n BankNotice) id() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %s %s %d", n.OAID, n.Point.Unit, n.Point.Name, n.Date, n.Reader, n.Number))
	return fmt.Sprintf("bank-%s-%s", n.Date, hex.EncodeToString(sum[:8]))
}

// kindBankDay is the kind of the announcements of bank days, for which a ZBS template may be named.
const kindBankDay = "bank_day"

// bankPrivateBecause is why a notice is not held back for what stands in it: a place is told to everybody on purpose.
const bankPrivateBecause = "the place is as the bank's officers entered it in the calendar"

// announcement is the notice as it goes out. It is not posted in groups: it is only for those who asked for the topic.
func (n BankNotice) announcement(title, text string, budget int64, now time.Time) Announcement {
	lines := []string{text, textBankSource}
	return Announcement{
		OAID: n.OAID, ID: n.id(), Title: title, Kind: kindBankDay, Urgency: UrgencyNormal,
		Message: Message{Text: strings.Join(lines, "\n")}, Budget: budget, Groups: GroupsNone,
		PrivateBecause: bankPrivateBecause, State: AnnouncementPlanning, CreatedAt: now,
	}
}

// NoticeStep is a notice with the announcement that begins with it, if one does.
type NoticeStep struct {
	BankNotice
	Announcement *Announcement
	Run          *Run
	Record       Record     // of Announcement, for the audit
	Told         []Delivery // to officers who have to decide
}

// begin lets the notice run as an announcement until a time.
func (s *NoticeStep) begin(a Announcement, run Run, until time.Time) {
	run.ExpiresAt = until
	s.Outcome, s.AnnouncementID, s.Announcement, s.Run = NoticeRun, a.ID, &a, &run
	s.Record = itself(a, AuditSend, a.Title, run.StartedAt)
}
