package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/rights"
)

// Operator is a person who may send or answer: from the chat once bound to a Zalo user, or the command line.
type Operator struct {
	OAID            string
	ID              string // empty = the command line
	Name            string
	Role            rights.Role
	Units           []string // codes, each with all units below; of no meaning for an admin
	Topics          []Topic  // empty = those of the role
	UserID          string   // the Zalo user; empty = not bound yet
	LastInteraction time.Time
	CodeExpiresAt   time.Time
	CreatedAt       time.Time
	BoundAt         time.Time // zero = not yet
	RemovedAt       time.Time // zero = not removed
}

// CommandLine is who uses the program's commands: whoever has the server may do what an admin may.
var CommandLine = Operator{Name: "command line", Role: rights.Admin}

// ErrOperator says that an operator cannot be made like this.
var ErrOperator = errors.New("wrong operator")

// ErrNotOperator says that somebody is no operator, or none any more.
var ErrNotOperator = errors.New("not an operator")

// fill gives an operator what goes without saying: who is for a whole commune or the account is so for the only one.
func (o Operator) fill(units Units) Operator {
	if len(o.Units) == 0 && !o.Role.Everywhere() && o.Role != rights.VillageHead {
		if top := units.onlyTop(); top != "" {
			o.Units = []string{top}
		}
	}
	if len(o.Topics) == 0 && o.Role == rights.BankOfficer {
		o.Topics = []Topic{TopicBank}
	}
	return o
}

// Check refuses, with all faults together, an operator who could do nothing, or more than the role is for. units are those
// of the account.
func (o Operator) Check(units Units) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: "+format, append([]any{ErrOperator}, args...)...))
	}
	if strings.TrimSpace(o.Name) == "" {
		fault("the name is empty; give the one by which people know the person")
	}
	if !o.Role.Known() {
		fault("%q: %s", o.Role, oneOf("role", rights.Roles))
	}
	switch {
	case o.Role.Everywhere() && len(o.Units) > 0:
		fault("an admin counts in the whole account; name no units, or another role")
	case !o.Role.Everywhere() && len(o.Units) == 0:
		fault("a %s counts in units; name them with --unit", o.Role)
	}
	for _, code := range o.Units {
		switch unit, found := units[code]; {
		case !found:
			fault("there is no unit %q", code)
		case o.Role == rights.VillageHead && unit.Kind.level() != levelVillage:
			fault("%s is no village; a village_head counts in villages, a commune_officer in communes", code)
		}
	}
	for _, topic := range o.Topics {
		switch {
		case !topic.known():
			fault("%q: %s", topic, oneOf("topic", topics))
		case o.Role == rights.VillageHead && topic == TopicBank:
			fault("what is about the bank is its officer's, not a village head's; leave the topic out")
		case o.Role == rights.BankOfficer && topic != TopicBank:
			fault("a bank_officer writes about the bank alone; leave the topic %s out", topic)
		}
	}
	return errors.Join(faults...)
}

// owns are the units in which the operator counts, by code.
func (o Operator) owns(units Units) map[string]bool {
	if !o.Role.Everywhere() {
		return units.withBelow(o.Units)
	}
	own := map[string]bool{"": true}
	for code := range units {
		own[code] = true
	}
	return own
}

// OwnVillages are the villages in which the operator counts, by name.
func (o Operator) OwnVillages(units Units) []Unit {
	own := o.owns(units)
	return slices.DeleteFunc(units.villages(), func(u Unit) bool { return !own[u.Code] })
}

// offTopic tells whether any of the topics is another's to write about.
func (o Operator) offTopic(about []Topic) bool {
	if o.Role == rights.VillageHead && slices.Contains(about, TopicBank) {
		return true
	}
	if len(o.Topics) == 0 {
		return false
	}
	others := func(t Topic) bool { return !slices.Contains(o.Topics, t) }
	return len(about) == 0 || slices.ContainsFunc(about, others)
}
