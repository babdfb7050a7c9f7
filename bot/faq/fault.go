package faq

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing wrong in a content file.
type Fault struct {
	File    string
	Line    int    // 1-based
	ID      string // the entry, empty outside entries
	Problem string
}

// Error is "file:line: id: problem".
func (f Fault) Error() string {
	if f.ID == "" {
		return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Problem)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.ID, f.Problem)
}

// Faults are all that is wrong with the content, by file and line. Find them with errors.As.
type Faults []Fault

// Error has one line for each fault.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// err sorts the faults and gives them as an error, nil when there are none.
func (fs Faults) err() error {
	if len(fs) == 0 {
		return nil
	}
	slices.SortFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Problem, b.Problem))
	})
	return fs
}
