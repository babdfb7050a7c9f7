package main

import (
	"fmt"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
)

// escalationStep is a step of an announcement's ladder, as it is printed.
type escalationStep struct {
	Step    string          `json:"step"`              // as --escalate has it
	Outcome bot.RungOutcome `json:"outcome,omitempty"` // empty = still to come
	Run     int             `json:"run,omitempty"`
	At      string          `json:"at,omitempty"`
}

// escalationOf is the ladder of an announcement with what became of its steps; nothing when it has none.
func (c *command) escalationOf(st *store.Store, a bot.Announcement) ([]escalationStep, error) {
	settled, err := st.Rungs(c.ctx, a)
	if err != nil {
		return nil, err
	}
	var steps []escalationStep
	for i, rung := range a.Escalate {
		step := escalationStep{Step: bot.Ladder{rung}.String()}
		if i < len(settled) {
			step.Outcome, step.Run, step.At = settled[i].Outcome, settled[i].Run, c.village(settled[i].At)
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// escalation says what becomes of the steps.
func (d *statusDocument) escalation() string {
	var b strings.Builder
	for _, s := range d.Escalation {
		switch {
		case s.Outcome == "":
			fmt.Fprintf(&b, "\n  %s  to come", s.Step)
		case s.Run > 0:
			fmt.Fprintf(&b, "\n  %s  run %d at %s", s.Step, s.Run, s.At)
		default:
			fmt.Fprintf(&b, "\n  %s  %s at %s", s.Step, s.Outcome, s.At)
		}
	}
	return b.String()
}
