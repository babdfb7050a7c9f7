package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

// RunWake checks that wakes keep the promises of bot.Wake. open returns fresh wakes of two processes; a wake within one
// process stands for both.
func RunWake(t *testing.T, open func(t *testing.T) (a, b bot.Wake)) {
	t.Run("TellsItsOwnProcessAtOnce", func(t *testing.T) {
		t.Parallel()

		w, _ := open(t)
		hints, end := w.Hints(bot.LaneDelivery)
		defer end()
		w.Hint(bot.LaneDelivery)
		require.Len(t, hints, 1)
	})

	t.Run("TellsEveryListenerOfTheKind", func(t *testing.T) {
		t.Parallel()

		w, _ := open(t)
		first, endFirst := w.Hints(bot.LaneDelivery)
		defer endFirst()
		second, endSecond := w.Hints(bot.LaneDelivery)
		defer endSecond()
		w.Hint(bot.LaneDelivery)
		require.Len(t, first, 1)
		require.Len(t, second, 1)
	})

	t.Run("TellsOtherProcesses", func(t *testing.T) {
		t.Parallel()

		a, b := open(t)
		hints, end := b.Hints(bot.LaneToken)
		defer end()
		hear(t, hints, func() { a.Hint(bot.LaneToken) })
	})

	t.Run("TellsNobodyOfAnotherKind", func(t *testing.T) {
		t.Parallel()

		a, b := open(t)
		deliveries, endDeliveries := b.Hints(bot.LaneDelivery)
		defer endDeliveries()
		residents, endResidents := b.Hints(bot.LaneResident)
		defer endResidents()
		hear(t, deliveries, func() { a.Hint(bot.LaneDelivery) })
		require.Empty(t, residents)
	})

	t.Run("MakesManyHintsOne", func(t *testing.T) {
		t.Parallel()

		w, _ := open(t)
		hints, end := w.Hints(bot.LaneResident)
		defer end()
		for range 1000 { // more than any channel between would hold
			w.Hint(bot.LaneResident)
		}
		require.Len(t, hints, 1)
		require.Equal(t, 1, cap(hints))
	})

	t.Run("TellsNobodyWhoHasEndedListening", func(t *testing.T) {
		t.Parallel()

		a, b := open(t)
		ended, end := b.Hints(bot.LaneResident)
		end()
		end()
		hints, endHints := b.Hints(bot.LaneResident)
		defer endHints()
		hear(t, hints, func() { a.Hint(bot.LaneResident) })
		require.Empty(t, ended)
	})

	t.Run("ServesManyAtOnce", func(t *testing.T) {
		t.Parallel()

		w, _ := open(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 100 {
					hints, end := w.Hints(bot.LaneResident)
					w.Hint(bot.LaneResident)
					<-hints
					end()
				}
			})
		}
		all.Wait()
	})
}

// hear hints until a hint is heard: one may be lost while the other process only begins to listen.
func hear(t *testing.T, hints <-chan struct{}, hint func()) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	deadline := time.NewTimer(giveUp)
	defer deadline.Stop()
	for {
		hint()
		select {
		case <-hints:
			return
		case <-again.C:
		case <-deadline.C:
			t.Fatal("the hint never came")
		}
	}
}
