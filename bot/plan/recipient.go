package plan

import "time"

// Recipient is what is known of one resident when the verdict is taken.
type Recipient struct {
	// Household is empty when not known. Households with different ids are different ones.
	Household string
	// LastInteraction is the latest one that opens Zalo's windows; zero = never, also when Zalo has refused a message for
	// its window and no interaction came since. One in the future, as after a clock was set back, counts as just now.
	LastInteraction time.Time
	// Consent was given and is in force: neither "dừng" nor unfollowing has withdrawn it. Following itself is not asked
	// for: Zalo lets consultation messages go to whoever interacted.
	// Source: Zalo OA policy on consultation messages, as of 2026, read 2026-11-21.
	Consent bool
	// Stopped is true since "dừng". Then not even an emergency goes.
	Stopped bool
	// Blocked is true when the account cannot write to the resident at all: blocked by them, or banned by Zalo.
	Blocked bool
	// NoConsultation and NoTemplate are true when Zalo has refused that channel to this resident for good, or when the
	// channel is not to be used: the rest of a half-sent text must not become a template.
	NoConsultation, NoTemplate bool
	// Covered is true for a known member of a group whose post goes (Planner.Post). A post needs no consent, and reaches
	// also who said "dừng".
	Covered bool
	// Also is true for one who gets it directly although Covered, as with Message.AlsoCovered: his text is his own.
	Also bool
	// Parts are the text parts that are still to be sent, in the recipient's language; 1 or more.
	Parts int
}
