package zalosim

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// agenda is what will happen by the simulator's clock.
type agenda struct {
	now   func() time.Time
	added chan struct{} // something new may be the next

	running sync.Mutex // what is due happens one after another

	mu  sync.Mutex
	n   uint64
	due appointments
}

type appointment struct {
	at time.Time
	n  uint64 // of two at the same time the one that was made first
	do func()
}

func newAgenda(now func() time.Time) *agenda { return &agenda{now: now, added: make(chan struct{}, 1)} }

// add makes an appointment.
func (a *agenda) add(at time.Time, do func()) {
	a.mu.Lock()
	a.n++
	heap.Push(&a.due, appointment{at: at, n: a.n, do: do})
	a.mu.Unlock()
	select {
	case a.added <- struct{}{}:
	default:
	}
}

// run does everything that is due.
func (a *agenda) run() {
	a.running.Lock()
	defer a.running.Unlock()
	for {
		a.mu.Lock()
		if len(a.due) == 0 || a.due[0].at.After(a.now()) {
			a.mu.Unlock()
			return
		}
		next := heap.Pop(&a.due).(appointment)
		a.mu.Unlock()
		next.do()
	}
}

// loop runs what falls due until the context ends. A clock that is moved by hand is looked at when ClockMoved says so.
func (a *agenda) loop(ctx context.Context) {
	for {
		a.run()
		wait := time.NewTimer(a.wait())
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-a.added:
		case <-wait.C:
		}
		wait.Stop()
	}
}

// wait is how long nothing will be due, were the clock the real one.
func (a *agenda) wait() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.due) == 0 {
		return time.Hour
	}
	return max(a.due[0].at.Sub(a.now()), time.Millisecond)
}

// ClockMoved does what has fallen due by the simulator's clock: call it after moving a clock of one's own.
func (s *Server) ClockMoved() { s.agenda.run() }

// appointments are a heap, the next first.
type appointments []appointment

func (l appointments) Len() int { return len(l) }
func (l appointments) Less(i, j int) bool {
	if l[i].at.Equal(l[j].at) {
		return l[i].n < l[j].n
	}
	return l[i].at.Before(l[j].at)
}
func (l appointments) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l *appointments) Push(x any)   { *l = append(*l, x.(appointment)) }
func (l *appointments) Pop() any {
	list := *l
	last := list[len(list)-1]
	list[len(list)-1] = appointment{} // what it holds may go
	*l = list[:len(list)-1]
	return last
}
