package bot

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/text/language"
)

// Audience is a rule that says whom of an account an announcement is for. Every part that is filled narrows it; of the
// values in one part any will do. Whether those it selects may be sent to, by consent, window and price, is the plan's to
// say.
type Audience struct {
	Units     []string `json:"units,omitempty"`     // codes, each with all units below; empty = the whole account
	Topics    []Topic  `json:"topics,omitempty"`    // their subscribers; empty = everybody
	Roles     []Role   `json:"roles,omitempty"`     // empty = everybody
	Needs     []Need   `json:"needs,omitempty"`     // of the household; empty = every household, and those of none
	Languages []string `json:"languages,omitempty"` // BCP 47, each with its variants; empty = all

	WithoutUnits     []string `json:"without_units,omitempty"`     // codes, each with all units below
	WithoutRoles     []Role   `json:"without_roles,omitempty"`     // who has one of them gets another text
	WithoutResidents []string `json:"without_residents,omitempty"` // user ids
}

// ErrAudience says that an audience makes no sense for its account.
var ErrAudience = errors.New("wrong audience")

// Check refuses, with all faults together, an audience that selects by nothing or by what is not there. units are those
// of its account.
func (a Audience) Check(units Units) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: "+format, append([]any{ErrAudience}, args...)...))
	}
	if len(a.Units)+len(a.Topics)+len(a.Roles)+len(a.Needs)+len(a.Languages) == 0 {
		fault("it is empty: name units, topics, roles, needs or languages")
	}
	for _, codes := range [][]string{a.Units, a.WithoutUnits} {
		for _, code := range codes {
			if _, found := units[code]; !found {
				fault("there is no unit %q", code)
			}
		}
	}
	for _, t := range a.Topics {
		if !t.known() {
			fault("%q: %s", t, oneOf("topic", topics))
		}
	}
	for _, r := range slices.Concat(a.Roles, a.WithoutRoles) {
		if !r.right() {
			fault("%q %s", r, hintRole)
		}
	}
	for _, n := range a.Needs {
		if !n.known() {
			fault("%q: %s", n, oneOf("need", needs))
		}
	}
	for _, tag := range a.Languages {
		if parsed, err := language.Parse(tag); err != nil || parsed.String() != tag {
			fault("%q %s", tag, hintLanguage)
		}
	}
	return errors.Join(faults...)
}

// InUnits are the units whose residents the audience takes; all is true when it takes those of the whole account. A
// resident of no known unit, whose code is empty, belongs to the only top unit, as everywhere.
func (a Audience) InUnits(units Units) (codes []string, all bool) {
	if len(a.Units)+len(a.WithoutUnits) == 0 {
		return nil, true
	}
	in := units.withBelow(a.Units)
	if len(a.Units) == 0 {
		in = map[string]bool{"": true}
		for code := range units {
			in[code] = true
		}
	}
	without := units.withBelow(a.WithoutUnits)
	for code := range in {
		if !without[code] {
			codes = append(codes, code)
		}
	}
	if len(codes) == len(units)+1 {
		return nil, true
	}
	return codes, false
}

// AudienceCount is whom an audience selects.
type AudienceCount struct {
	People     int         `json:"people"`
	Households int         `json:"households"` // that have at least one of the people
	OnRoll     int         `json:"on_roll"`    // all active ones in the units with the needs, also those nobody of is on Zalo
	Units      []UnitCount `json:"units"`      // where there are any, in the order of their codes
}

// UnitCount is whom an audience selects in one unit, without those below.
type UnitCount struct {
	UnitCode   string `json:"unit"` // empty = not known
	People     int    `json:"people"`
	Households int    `json:"households"`
	OnRoll     int    `json:"on_roll"`
}
