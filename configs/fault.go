package configs

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with the configuration.
type Fault struct {
	Key     string // the variable, such as LOALANG_HTTP_ADDR, or file:line for a file
	Problem string // what is wrong and what to do; never the text of a secret
}

func (f Fault) Error() string { return f.Key + ": " + f.Problem }

// Faults is everything wrong with the configuration, one line each.
type Faults []Fault

func (f Faults) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "configuration: %d to correct", len(f))
	for _, fault := range f {
		b.WriteString("\n  " + fault.Error())
	}
	return b.String()
}
