package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var village = time.FixedZone("+07", 7*60*60)

func TestClockwork(t *testing.T) {
	t.Parallel()

	newClockwork := func(t *testing.T) *Clockwork {
		c := NewClockwork(village, slog.New(slog.DiscardHandler))
		t.Cleanup(func() { require.NoError(t, c.Stop(context.Background())) })
		return c
	}
	await := func(t *testing.T, ch <-chan struct{}) {
		t.Helper()
		select {
		case <-ch:
		case <-time.After(20 * time.Second):
			require.Fail(t, "waited in vain")
		}
	}

	t.Run("RunsJobsAgainAndAgainAlsoAfterAFault", func(t *testing.T) {
		t.Parallel()

		c, ran := newClockwork(t), make(chan struct{}, 10)
		require.NoError(t, c.Add("@every 1s", "job", func(context.Context) error {
			ran <- struct{}{}
			return errors.New("it failed")
		}))
		require.NoError(t, c.Start(t.Context()))
		await(t, ran)
		await(t, ran)
	})

	t.Run("RunsJobsAgainAfterAPanic", func(t *testing.T) {
		t.Parallel()

		c, ran := newClockwork(t), make(chan struct{}, 10)
		require.NoError(t, c.Add("@every 1s", "job", func(context.Context) error {
			ran <- struct{}{}
			panic("a fault in the job")
		}))
		require.NoError(t, c.Start(t.Context()))
		await(t, ran)
		await(t, ran)
	})

	t.Run("KeepsTheTimeOfTheVillage", func(t *testing.T) {
		t.Parallel()

		c := newClockwork(t)
		require.NoError(t, c.Add("30 2 * * *", "job", func(context.Context) error { return nil }))
		require.NoError(t, c.Start(t.Context()))
		next := c.cron.Entries()[0].Next.In(village)
		require.Equal(t, "02:30", next.Format("15:04"))
	})

	t.Run("RefusesWhatIsNoTime", func(t *testing.T) {
		t.Parallel()

		for _, spec := range []string{"", "99 2 * * *", "30 2 * *", "0 30 2 * * *", "hàng ngày"} {
			require.ErrorContains(t, newClockwork(t).Add(spec, "purge events", nil), "schedule purge events: ", spec)
		}
	})

	t.Run("StopsAfterTheRunningJobsAreDone", func(t *testing.T) {
		t.Parallel()

		c, ran, gate := newClockwork(t), make(chan struct{}, 10), make(chan struct{})
		require.NoError(t, c.Add("@every 1s", "job", func(context.Context) error {
			ran <- struct{}{}
			<-gate
			return nil
		}))
		require.NoError(t, c.Start(t.Context()))
		await(t, ran)
		short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, c.Stop(short), context.DeadlineExceeded)
		close(gate)
		require.NoError(t, c.Stop(t.Context()))
	})

	t.Run("StopsTwiceAndBeforeItStarts", func(t *testing.T) {
		t.Parallel()

		c := newClockwork(t)
		require.NoError(t, c.Stop(t.Context()))
		require.NoError(t, c.Start(t.Context()))
		require.NoError(t, c.Start(t.Context()))
		require.NoError(t, c.Stop(t.Context()))
		require.NoError(t, c.Stop(t.Context()))
	})
}
