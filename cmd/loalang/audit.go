package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
)

type auditCmd struct {
	OA    string `name:"oa" placeholder:"ID" help:"Of this account alone."`
	Since string `placeholder:"TIME" help:"From this time on, like 2026-12-01T00:00:00+07:00 or 2026-12-01; everything when left out."`
}

// auditDocument is a line of the audit as it is printed.
type auditDocument struct {
	ID           int64           `json:"id"`
	OAID         string          `json:"oa_id"`
	At           string          `json:"at"`
	By           string          `json:"by"`
	OperatorID   string          `json:"operator,omitempty"`
	Role         rights.Role     `json:"role"`
	Action       bot.AuditAction `json:"action"`
	Announcement string          `json:"announcement,omitempty"`
	Subject      string          `json:"subject,omitempty"`
	Detail       string          `json:"detail,omitempty"`
}

// Run implements `loalang audit`.
func (cmd auditCmd) Run(c *command) error {
	since, err := c.readSince(cmd.Since)
	if err != nil {
		return err
	}
	st, actor, err := c.openAs()
	if err != nil {
		return err
	}
	defer st.Close()
	if actor.ID != "" {
		cmd.OA = actor.OAID
		if err := c.mayAll(st, actor, rights.ManageOperators, cmd.OA); err != nil {
			return err
		}
	}
	entries, err := st.Audit(c.ctx, cmd.OA, since)
	if err != nil {
		return err
	}
	list, lines := make([]auditDocument, len(entries)), make([]string, len(entries))
	for i, e := range entries {
		list[i] = auditDocument{
			ID: e.ID, OAID: e.OAID, At: c.village(e.At), By: e.By, OperatorID: e.OperatorID, Role: e.Role, Action: e.Action,
			Announcement: e.AnnouncementID, Subject: e.Subject, Detail: e.Detail,
		}
		about := strings.Join(strings.Fields(e.AnnouncementID+" "+e.Subject+" "+e.Detail), " ")
		lines[i] = fmt.Sprintf("%s  %-16s  %s  %s", list[i].At, e.Action, e.By, about)
	}
	if len(lines) == 0 {
		lines = []string{"Nothing was done."}
	}
	return c.print(list, "%s", strings.Join(lines, "\n"))
}

// readSince reads a time or a day of village time; the zero time when empty.
func (c *command) readSince(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, c.config.Location); err == nil {
		return day, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("--since %q is no time: write it as %s or %s", text, c.now().Format(time.DateOnly), c.now().Format(time.RFC3339))
	}
	return at, nil
}
