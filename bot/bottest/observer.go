package bottest

import (
	"sync"

	"github.com/loalang/loalang/bot"
)

// Observer counts what it is told. The zero Observer is ready.
type Observer struct {
	mu        sync.Mutex
	decisions map[string]int
	states    map[bot.DeliveryState]int
	codes     map[int]int
}

var _ bot.Observer = (*Observer)(nil)

// Answered implements bot.Observer.
func (o *Observer) Answered(decision string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.decisions == nil {
		o.decisions = make(map[string]int)
	}
	o.decisions[decision]++
}

// Delivered implements bot.Observer.
func (o *Observer) Delivered(state bot.DeliveryState, code int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.states == nil {
		o.states, o.codes = make(map[bot.DeliveryState]int), make(map[int]int)
	}
	o.states[state]++
	o.codes[code]++
}

// Decisions is how many events were decided so.
func (o *Observer) Decisions(decision string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.decisions[decision]
}

// States is how many results of sending left a delivery in this state.
func (o *Observer) States(state bot.DeliveryState) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.states[state]
}

// Codes is how many results of sending had this code of Zalo's.
func (o *Observer) Codes(code int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.codes[code]
}
