package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo"
)

// accepts is an intake over a database of the test's own.
func accepts(accept func([]zalo.Event) error) *Intake {
	in := NewIntake(&Store{})
	in.accept = func(_ context.Context, events []zalo.Event) ([]bool, error) {
		return make([]bool, len(events)), accept(events)
	}
	return in
}

func TestIntakeSharesOneCommitAmongAllThatArrivedDuringTheLast(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var sizes []int
		first := make(chan struct{})
		in := accepts(func(events []zalo.Event) error {
			sizes = append(sizes, len(events))
			if len(sizes) == 1 {
				<-first
			}
			return nil
		})
		require.NoError(t, in.Start(t.Context()))
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if _, err := in.Accept(t.Context(), zalo.Event{}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		close(first)
		wg.Wait()
		require.Equal(t, []int{1, 99}, sizes)
		require.NoError(t, in.Stop(t.Context()))
	})
}

func TestIntakeLetsOneBadEventFailAlone(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		first := make(chan struct{})
		started := false
		in := accepts(func(events []zalo.Event) error {
			if !started {
				started = true
				<-first
			}
			for _, ev := range events {
				if ev.MsgID == "bad" {
					return errors.New("the database will not have it")
				}
			}
			return nil
		})
		require.NoError(t, in.Start(t.Context()))
		var mu sync.Mutex
		var refused []string
		var wg sync.WaitGroup
		for _, id := range []string{"first", "a", "bad", "b"} {
			wg.Go(func() {
				if _, err := in.Accept(t.Context(), zalo.Event{MsgID: id}); err != nil {
					require.ErrorIs(t, err, bot.ErrUnavailable)
					mu.Lock()
					refused = append(refused, id)
					mu.Unlock()
				}
			})
			synctest.Wait()
		}
		close(first)
		wg.Wait()
		require.Equal(t, []string{"bad"}, refused)
		require.NoError(t, in.Stop(t.Context()))
	})
}

func TestIntakeRefusesWhenTooManyWait(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		first := make(chan struct{})
		in := accepts(func([]zalo.Event) error { <-first; return nil })
		require.NoError(t, in.Start(t.Context()))
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = in.Accept(t.Context(), zalo.Event{}) }) // holds the committer
		synctest.Wait()
		for i := range intakeQueue {
			wg.Go(func() { _, _ = in.Accept(t.Context(), zalo.Event{MsgID: fmt.Sprint(i)}) })
		}
		synctest.Wait()
		_, err := in.Accept(t.Context(), zalo.Event{})
		require.ErrorIs(t, err, bot.ErrUnavailable)
		close(first)
		wg.Wait()
		require.NoError(t, in.Stop(t.Context()))
	})
}

func TestIntakeAnswersAllItHasTakenWhenStopped(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		first := make(chan struct{})
		in := accepts(func([]zalo.Event) error { <-first; return nil })
		require.NoError(t, in.Start(t.Context()))
		answered := make(chan error, 20)
		for range 20 {
			go func() {
				_, err := in.Accept(t.Context(), zalo.Event{})
				answered <- err
			}()
		}
		synctest.Wait()
		stopped := make(chan error)
		go func() { stopped <- in.Stop(t.Context()) }()
		synctest.Wait()
		require.Empty(t, stopped, "it waits for what it has taken")
		close(first)
		require.NoError(t, <-stopped)
		for range 20 {
			require.NoError(t, <-answered)
		}
	})
}

func TestIntakeTellsAFloodFromABusyHour(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		in := accepts(func([]zalo.Event) error { return nil })
		require.NoError(t, in.Start(t.Context()))
		accept := func(n int) {
			for range n {
				_, err := in.Accept(t.Context(), zalo.Event{})
				require.NoError(t, err)
			}
		}
		flood := floodEvents * runtime.GOMAXPROCS(0)
		for range 5 {
			accept(flood - 1)
			require.False(t, in.Flooded())
			time.Sleep(2 * floodWindow) // of the test's own clock
		}
		accept(flood)
		synctest.Wait()
		require.True(t, in.Flooded())
		time.Sleep(2 * floodWindow) // of the test's own clock
		require.False(t, in.Flooded(), "a flood ends by itself")
		require.NoError(t, in.Stop(t.Context()))
	})
}
