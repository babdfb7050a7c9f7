package rights

import (
	"fmt"
	"strings"
)

// Reach is where a role may do something.
type Reach string

// The reaches.
const (
	No   Reach = "no"
	Own  Reach = "own"  // in the operator's own units
	Bank Reach = "bank" // in the own units, of what is about the bank
	All  Reach = "all"
)

// reaches is who may do what, where; in the order of Roles.
var reaches = map[Action][]Reach{
	Send:            {Own, Own, Bank, No, All},
	SendEmergency:   {Own, Own, No, No, All},
	Approve:         {No, Own, No, No, All},
	Cancel:          {Own, Own, Bank, No, All},
	SeeResults:      {Own, Own, Bank, Own, All},
	SeeNotReached:   {Own, Own, Bank, Own, All},
	MarkTold:        {Own, Own, Bank, Own, All},
	Export:          {No, Own, No, No, All},
	Import:          {No, Own, No, No, All},
	DecideCalendar:  {No, No, Own, No, All},
	ManageOperators: {No, No, No, No, All},
}

// ReachOf is where a role may do something. An unknown role may do nothing.
func ReachOf(role Role, action Action) Reach {
	for i, r := range Roles {
		if r == role && i < len(reaches[action]) {
			return reaches[action][i]
		}
	}
	return No
}

// Table is who may do what, as it stands in the README.
func Table() string {
	var b strings.Builder
	b.WriteString("| action |")
	for _, role := range Roles {
		fmt.Fprintf(&b, " `%s` |", role)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(Roles)) + "\n")
	for _, action := range Actions {
		fmt.Fprintf(&b, "| `%s` |", action)
		for _, role := range Roles {
			fmt.Fprintf(&b, " %s |", ReachOf(role, action))
		}
		b.WriteString("\n")
	}
	return b.String()
}
