package zalosim

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// Span is a length of time that is drawn anew each time. As text it is "50ms", or a range such as "20ms-80ms".
type Span struct {
	Least, Most time.Duration
}

// at is the length at a chance from [0, 1).
func (s Span) at(chance float64) time.Duration {
	return s.Least + time.Duration(chance*float64(s.Most-s.Least))
}

// Drawn draws lengths by a seed, for Config.Latency; nil when the span is none.
func (s Span) Drawn(seed uint64) func() time.Duration {
	if s.Most == 0 {
		return nil
	}
	var n atomic.Uint64
	return func() time.Duration { return s.at(unit(mix(mix(seed) + n.Add(1)*0x9e3779b97f4a7c15))) }
}

// UnmarshalText reads "50ms" or "20ms-80ms".
func (s *Span) UnmarshalText(text []byte) error {
	from, to, isRange := strings.Cut(string(text), "-")
	least, err := time.ParseDuration(from)
	most := least
	if err == nil && isRange {
		most, err = time.ParseDuration(to)
	}
	if err != nil || least < 0 || most < least {
		return fmt.Errorf("%q is no time such as 50ms and no range such as 20ms-80ms", text)
	}
	*s = Span{least, most}
	return nil
}

// MarshalText is the span as it is read.
func (s Span) MarshalText() ([]byte, error) {
	if s.Least == s.Most {
		return []byte(s.Least.String()), nil
	}
	return []byte(s.Least.String() + "-" + s.Most.String()), nil
}

// SetLatency changes how long answers take; nil = no time.
func (s *Server) SetLatency(latency func() time.Duration) { s.latency.Store(&latency) }
