package rights

import "slices"

// Role is what an operator is in the village, the commune or the bank.
type Role string

// The roles.
const (
	VillageHead    Role = "village_head"
	CommuneOfficer Role = "commune_officer"
	BankOfficer    Role = "bank_officer"
	DigitalTeam    Role = "digital_team"
	Admin          Role = "admin" // of the account; also who uses the command line
)

// Roles are all of them, in the order of the table.
var Roles = []Role{VillageHead, CommuneOfficer, BankOfficer, DigitalTeam, Admin}

// Known tells whether there is such a role.
func (r Role) Known() bool { return slices.Contains(Roles, r) }

// Everywhere tells whether a role counts in all units of the account.
func (r Role) Everywhere() bool { return r == Admin }
