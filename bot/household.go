package bot

import "slices"

// Need is what an announcement or a visit has to mind about a household, spelled as in import files.
type Need string

// The needs.
const (
	NeedElderly      Need = "elderly"
	NeedAlone        Need = "alone"
	NeedPoor         Need = "poor"
	NeedNearPoor     Need = "near_poor"
	NeedNoSmartphone Need = "no_smartphone"
	NeedDangerZone   Need = "danger_zone"
)

var needs = []Need{NeedElderly, NeedAlone, NeedPoor, NeedNearPoor, NeedNoSmartphone, NeedDangerZone}

func (n Need) known() bool { return slices.Contains(needs, n) }

// HouseholdStatus says whether a household counts.
type HouseholdStatus string

// The states of a household.
const (
	HouseholdActive HouseholdStatus = "active" // lives in its unit
	HouseholdLeft   HouseholdStatus = "left"   // moved away or dissolved: not counted and not visited
)

// Household is an entry of a village's roll.
type Household struct {
	OAID     string
	Code     string // on the roll
	UnitCode string
	Head     string // name of its head
	Address  string
	Phone    string
	Needs    []Need
	Helper   string          // who brings it word: a resident's Zalo user id, or another household's code
	Status   HouseholdStatus // empty when it is saved = as it is known, at first active
}
