package sheet

import (
	"fmt"
	"slices"
)

// MaxFaults is how many faults of a file are told; the others are counted.
const MaxFaults = 100

// maxFaultValue is how much of a faulty cell is shown, in characters.
const maxFaultValue = 80

// Fault is one thing that is wrong with a file, and what to do about it.
type Fault struct {
	Row     int    `json:"row"`    // as spreadsheet programs count, the header being 1; 0 = the file as a whole
	Column  string `json:"column"` // as in the header; empty = the row as a whole
	Value   string `json:"value"`  // what stands in the cell, cut when it is long
	Message string `json:"message"`
}

// String is the fault as a line for people.
func (f Fault) String() string {
	switch {
	case f.Row == 0:
		return f.Message
	case f.Column == "":
		return fmt.Sprintf("row %d: %s", f.Row, f.Message)
	}
	return fmt.Sprintf("row %d, %s %q: %s", f.Row, f.Column, f.Value, f.Message)
}

// Faults are what is wrong with a file.
type Faults struct {
	list []Fault
	more int
}

// Add adds a fault. Of one cell only the first is told: the others mostly follow from it.
func (f *Faults) Add(row int, column, value, format string, args ...any) {
	if column != "" && slices.ContainsFunc(f.list, func(there Fault) bool { return there.Row == row && there.Column == column }) {
		return
	}
	if len(f.list) == MaxFaults {
		f.more++
		return
	}
	if runes := []rune(value); len(runes) > maxFaultValue {
		value = string(runes[:maxFaultValue]) + "…"
	}
	f.list = append(f.list, Fault{row, column, value, fmt.Sprintf(format, args...)})
}

// Count is how many there are.
func (f *Faults) Count() int { return len(f.list) + f.more }

// List are the first ones by row, MaxFaults at most, and how many more there are.
func (f *Faults) List() (first []Fault, more int) {
	slices.SortStableFunc(f.list, func(a, b Fault) int { return a.Row - b.Row })
	return f.list, f.more
}
