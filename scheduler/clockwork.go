package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"
)

// Clockwork runs housekeeping by the village's clock. What may happen only once over all replicas does not belong here
// but on a lane.
type Clockwork struct {
	cron *cron.Cron
	log  *slog.Logger
}

// NewClockwork returns a clockwork in a time zone. A job that panics is logged and runs again at its next time.
func NewClockwork(location *time.Location, log *slog.Logger) *Clockwork {
	failed := cron.PrintfLogger(slog.NewLogLogger(log.Handler(), slog.LevelError))
	return &Clockwork{cron: cron.New(cron.WithLocation(location), cron.WithChain(cron.Recover(failed))), log: log}
}

// Add runs do at the times of a cron expression of five fields.
func (c *Clockwork) Add(spec, name string, do func(context.Context) error) error {
	_, err := c.cron.AddFunc(spec, func() {
		if err := do(context.Background()); err != nil {
			c.log.Error("housekeeping", "job", name, "error", err)
		}
	})
	if err != nil {
		return fmt.Errorf("schedule %s: %w", name, err)
	}
	return nil
}

// Start begins to run jobs.
func (c *Clockwork) Start(context.Context) error {
	c.cron.Start()
	return nil
}

// Stop starts no more jobs and returns when the running ones have ended.
func (c *Clockwork) Stop(ctx context.Context) error {
	select {
	case <-c.cron.Stop().Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
