package zalosim

import "sync"

// dice draw chances by the seed: the n-th draw about a thing is the same in every run, however the calls about other
// things come in between.
type dice struct {
	seed uint64

	mu    sync.Mutex
	drawn map[uint64]uint64 // how often, by the thing
}

func newDice(seed uint64) *dice { return &dice{seed: seed, drawn: make(map[uint64]uint64)} }

// next draws anew from [0, 1).
func (d *dice) next(what, whose string) float64 {
	thing := d.thing(what, whose)
	d.mu.Lock()
	d.drawn[thing]++
	n := d.drawn[thing]
	d.mu.Unlock()
	return unit(mix(thing + n*0x9e3779b97f4a7c15))
}

// once draws from [0, 1), the same for ever: what somebody is like.
func (d *dice) once(what, whose string) float64 { return unit(mix(d.thing(what, whose))) }

// thing is a number of its own for each pair (FNV-1a).
func (d *dice) thing(what, whose string) uint64 {
	h := mix(d.seed) ^ 0xcbf29ce484222325
	for _, part := range [...]string{what, whose} {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * 0x100000001b3
		}
		h = (h ^ 0xff) * 0x100000001b3
	}
	return h
}

// mix spreads the bits of a number (SplitMix64's last step).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func unit(x uint64) float64 { return float64(x>>11) / (1 << 53) }
