package bot

import (
	"context"
	"time"

	"github.com/loalang/loalang/bot/rights"
)

// AuditAction is something that was done and stays written down.
type AuditAction string

// The actions that are written down.
const (
	AuditCreate          AuditAction = "create"
	AuditSend            AuditAction = "send"
	AuditResend          AuditAction = "resend"
	AuditPause           AuditAction = "pause"
	AuditResume          AuditAction = "resume"
	AuditUndo            AuditAction = "undo" // stopped before anything left
	AuditCancel          AuditAction = "cancel"
	AuditAskApproval     AuditAction = "ask_approval"
	AuditApprove         AuditAction = "approve"
	AuditReject          AuditAction = "reject"
	AuditApprovalExpired AuditAction = "approval_expired"
	AuditMarkTold        AuditAction = "mark_told"
	AuditExport          AuditAction = "export"
	AuditImport          AuditAction = "import"
	AuditAddOperator     AuditAction = "add_operator"
	AuditBindOperator    AuditAction = "bind_operator"
	AuditRemoveOperator  AuditAction = "remove_operator"
	AuditSetApproval     AuditAction = "set_approval"
	AuditTeach           AuditAction = "teach" // an entry, by the questions that were missed
	AuditPutTemplate     AuditAction = "put_template"
	AuditRemoveTemplate  AuditAction = "remove_template"
)

// AuditEntry is one line of the audit, which is only ever added to. It holds neither texts of messages nor secrets.
type AuditEntry struct {
	ID             int64 // rises
	OAID           string
	At             time.Time
	OperatorID     string // empty = the command line, or the program itself
	By             string // the name at that time
	Role           rights.Role
	Action         AuditAction
	AnnouncementID string
	Subject        string // a household's code, an operator's id, what was imported
	Detail         string // a reason, or counts
}

// Record is what is kept together with a step, in its transaction: its line in the audit, and what operators are told.
// A step of an operator who was removed meanwhile fails with ErrNotOperator.
type Record struct {
	Audit   AuditEntry
	Notices []Delivery
}

// record is what the operator does, for the audit.
func (o Operator) record(oaID string, action AuditAction, now time.Time) Record {
	return Record{Audit: AuditEntry{OAID: oaID, At: now, OperatorID: o.ID, By: o.Name, Role: o.Role, Action: action}}
}

// itself is what the program does with an announcement by itself, for the audit.
func itself(a Announcement, action AuditAction, detail string, now time.Time) Record {
	return Operator{Name: "loalang"}.record(a.OAID, action, now).of(a).because(detail)
}

// of names the announcement that a record is about.
func (r Record) of(a Announcement) Record {
	r.Audit.AnnouncementID = a.ID
	return r
}

func (r Record) subject(subject string) Record {
	r.Audit.Subject = subject
	return r
}

// because gives a record its reason.
func (r Record) because(detail string) Record {
	r.Audit.Detail = cut(detail, maxAuditDetail)
	return r
}

func (r Record) telling(notices ...Delivery) Record {
	r.Notices = append(r.Notices, notices...)
	return r
}

// maxAuditDetail is how many characters of a reason are kept.
const maxAuditDetail = 500

// Record is what the operator does to something of an account that is no announcement, for the audit.
func (o Operator) Record(oaID string, action AuditAction, subject, detail string, now time.Time) Record {
	return o.record(oaID, action, now).subject(subject).because(detail)
}

// AuditStore keeps the audit.
type AuditStore interface {
	// Audit are the lines of an account, or of all when oaID is empty, since a time, the oldest first.
	Audit(ctx context.Context, oaID string, since time.Time) ([]AuditEntry, error)
}
