package redis

import (
	"crypto/rand"
	"strconv"
	"sync/atomic"
)

// serial makes names that no other replica makes.
type serial struct {
	prefix string
	n      atomic.Uint64
}

func newSerial() *serial { return &serial{prefix: rand.Text()[:12] + "-"} }

func (s *serial) next() string { return s.prefix + strconv.FormatUint(s.n.Add(1), 36) }
