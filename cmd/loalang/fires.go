package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/schedule"
	"github.com/loalang/loalang/store"
)

const (
	// shownFires is how many fires that are ahead are shown.
	shownFires = 5
	// shownSettled is how many that are over are.
	shownSettled = 10
)

// repeat takes a schedule from the command line.
func (c *command) repeat(a *bot.Announcement, spec string) error {
	when, err := schedule.Parse(spec, c.config.Location)
	if err != nil {
		return fmt.Errorf("--cron: %w", err)
	}
	a.Schedule = when.String()
	return nil
}

// village is a time as it is printed, empty for none.
func (c *command) village(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(c.config.Location).Format(time.RFC3339)
}

// firesDocument is when an announcement goes, as it is printed.
type firesDocument struct {
	Schedule  string   `json:"schedule,omitempty"` // a sentence
	NextFires []string `json:"next_fires,omitempty"`
}

func (c *command) firesOf(a bot.Announcement) (doc firesDocument, err error) {
	if !a.Repeats() && a.ScheduledAt.IsZero() { // it goes as soon as it is sent
		return doc, nil
	}
	when, err := a.When(c.config.Location)
	if err != nil {
		return doc, fmt.Errorf("read its schedule: %w", err)
	}
	next, err := a.NextFires(c.now(), shownFires)
	if err != nil {
		return doc, fmt.Errorf("read its schedule: %w", err)
	}
	doc.Schedule = when.Sentence()
	for _, at := range next {
		doc.NextFires = append(doc.NextFires, c.village(at))
	}
	return doc, nil
}

// next is the next fire, empty when there is none.
func (d firesDocument) next() string {
	if len(d.NextFires) == 0 {
		return ""
	}
	return d.NextFires[0]
}

// lines say the same for people, each on a line of its own; nothing when it goes as soon as it is sent.
func (d firesDocument) lines() string {
	if d.Schedule == "" {
		return ""
	}
	lines := []string{d.Schedule + "."}
	for _, at := range d.NextFires {
		lines = append(lines, "  "+at)
	}
	return strings.Join(lines, "\n") + "\n"
}

// settledFire is a fire that is over, as it is printed.
type settledFire struct {
	At      string          `json:"at"`
	Outcome bot.FireOutcome `json:"outcome"`
	Run     int             `json:"run,omitempty"`
	Older   int             `json:"older,omitempty"` // how many more before it were skipped
}

func (c *command) settledFires(st *store.Store, a bot.Announcement) ([]settledFire, error) {
	fires, err := st.Fires(c.ctx, a, shownSettled)
	if err != nil {
		return nil, err
	}
	list := make([]settledFire, len(fires))
	for i, f := range fires {
		list[i] = settledFire{At: c.village(f.At), Outcome: f.Outcome, Run: f.Run, Older: f.Older}
	}
	return list, nil
}

// calendar says when an announcement goes next, and what became of its fires, the latest first.
func (d *statusDocument) calendar() string {
	var b strings.Builder
	if d.NextFire != "" {
		fmt.Fprintf(&b, "\nIts next fire is at %s.", d.NextFire)
	}
	for _, f := range d.Fires {
		switch {
		case f.Outcome == bot.FireRun:
			fmt.Fprintf(&b, "\n  %s  run %d", f.At, f.Run)
		case f.Older > 0:
			fmt.Fprintf(&b, "\n  %s  skipped, and %d before it", f.At, f.Older)
		default:
			fmt.Fprintf(&b, "\n  %s  skipped", f.At)
		}
	}
	return b.String()
}

// mayAwait refuses to wait for the end of an announcement that goes again and again.
func (o oneAnnouncement) mayAwait(c *command, st *store.Store) error {
	a, err := st.Announcement(c.ctx, o.ID)
	if err == nil && a.Repeats() && !a.State.Over() {
		err = fmt.Errorf("%s repeats by its schedule, so --wait would wait for its last time; leave --wait out, and see `loalang announce status %s`", o.ID, o.ID)
	}
	return err
}
