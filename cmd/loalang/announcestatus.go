package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

type announceStatusCmd struct {
	oneAnnouncement
	Number int `name:"run" placeholder:"N" help:"A run by its number from 1; the latest when left out."`
}

// statusDocument is a run's status as it is printed. The counts of the states add up to recipients.
type statusDocument struct {
	State      bot.AnnouncementState `json:"state"`
	Run        int                   `json:"run"` // 0 = never sent
	Reason     bot.RunReason         `json:"reason,omitempty"`
	FireAt     string                `json:"fire_at,omitempty"` // of the run's fire
	Recipients int                   `json:"recipients"`
	Planned    int                   `json:"planned"`
	Sending    int                   `json:"sending"`
	Accepted   int                   `json:"accepted"`
	Received   int                   `json:"received"`
	Seen       int                   `json:"seen"`
	Refused    int                   `json:"refused"`
	Expired    int                   `json:"expired"`
	Cancelled  int                   `json:"cancelled"`
	Unsure     int                   `json:"unsure"`
	// Of those accepted, received or seen:
	WithoutPicture int `json:"without_picture"`
	WithoutFile    int `json:"without_file"`

	Aside      map[bot.DeliveryState]int                  `json:"aside,omitempty"` // to proxies and officers who are none of the recipients
	Groups     []groupStatus                              `json:"groups"`
	ByChannel  map[plan.Channel]map[bot.DeliveryState]int `json:"by_channel"`
	CostVND    int64                                      `json:"cost_vnd"`
	Minutes    map[string]float64                         `json:"minutes_to_received"` // by percent of those accepted
	NextFire   string                                     `json:"next_fire,omitempty"`
	Fires      []settledFire                              `json:"fires,omitempty"` // the latest that are over
	Escalation []escalationStep                           `json:"escalation,omitempty"`
}

// groupStatus is the post in one Zalo group as it is printed.
type groupStatus struct {
	GroupID string            `json:"group_id"`
	Name    string            `json:"name"`
	State   bot.DeliveryState `json:"state"`
	Members int               `json:"members"` // recipients whom it covers
	Code    int               `json:"code,omitempty"`
	Reason  string            `json:"reason,omitempty"`
}

// Run implements `loalang announce status`.
func (cmd announceStatusCmd) Run(c *command) error {
	if cmd.Number < 0 {
		return errors.New("--run counts from 1")
	}
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	a, err := announcements.Look(c.ctx, cmd.ID)
	if err != nil {
		return cmd.explain(err)
	}
	doc := statusDocument{
		State: a.State, Groups: []groupStatus{}, ByChannel: map[plan.Channel]map[bot.DeliveryState]int{}, Minutes: map[string]float64{},
	}
	fires, err := c.firesOf(a)
	if err != nil {
		return err
	}
	doc.NextFire = fires.next()
	if doc.Fires, err = c.settledFires(st, a); err != nil {
		return err
	}
	if doc.Escalation, err = c.escalationOf(st, a); err != nil {
		return err
	}
	run, err := st.Run(c.ctx, a, cmd.Number)
	switch {
	case errors.Is(err, bot.ErrNotFound) && cmd.Number > 0:
		return fmt.Errorf("announcement %s has no run %d", cmd.ID, cmd.Number)
	case errors.Is(err, bot.ErrNotFound):
		return c.print(doc, "Announcement %s is %s and was never sent.%s", cmd.ID, a.State, doc.calendar())
	case err != nil:
		return err
	}
	if cmd.Number > 0 {
		doc.State = run.State
	}
	status, err := st.RunStatus(c.ctx, run)
	if err != nil {
		return err
	}
	doc.fill(run, status)
	doc.FireAt = c.village(run.FireAt)
	return c.print(doc, "%s", doc.lines()+doc.calendar()+doc.escalation())
}

func (d *statusDocument) fill(run bot.Run, status bot.RunStatus) {
	n := status.States
	d.Run, d.Reason, d.Recipients, d.CostVND = run.Number, run.Reason, status.Recipients, status.VND
	if status.Channels != nil {
		d.ByChannel = status.Channels
	}
	d.Aside, d.WithoutPicture, d.WithoutFile = status.Aside, status.WithoutPicture, status.WithoutFile
	d.Planned, d.Sending, d.Accepted = n[bot.DeliveryPlanned], n[bot.DeliverySending], n[bot.DeliveryAccepted]
	d.Received, d.Seen, d.Refused = n[bot.DeliveryReceived], n[bot.DeliverySeen], n[bot.DeliveryRefused]
	d.Expired, d.Cancelled, d.Unsure = n[bot.DeliveryExpired], n[bot.DeliveryCancelled], n[bot.DeliveryUnsure]
	for _, p := range status.Posts {
		d.Groups = append(d.Groups, groupStatus{GroupID: p.GroupID, Name: p.Name, State: p.State, Members: p.Members, Code: p.Code, Reason: p.Reason})
	}
	for percent, took := range status.Received {
		d.Minutes[fmt.Sprint(percent)] = took.Minutes()
	}
}

func (d *statusDocument) lines() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Run %d (%s) is %s: %d recipients, %d VND.", d.Run, d.Reason, d.State, d.Recipients, d.CostVND)
	for _, line := range []struct {
		name  string
		count int
	}{
		{"planned", d.Planned}, {"sending", d.Sending}, {"accepted", d.Accepted}, {"received", d.Received}, {"seen", d.Seen},
		{"refused", d.Refused}, {"expired", d.Expired}, {"cancelled", d.Cancelled}, {"unsure", d.Unsure},
	} {
		if line.count > 0 {
			fmt.Fprintf(&b, "\n  %-10s %d", line.name, line.count)
		}
	}
	for _, state := range slices.Sorted(maps.Keys(d.Aside)) {
		fmt.Fprintf(&b, "\n  beside them, to proxies and officers: %s %d", state, d.Aside[state])
	}
	if d.WithoutPicture > 0 {
		fmt.Fprintf(&b, "\n%d got the text without its picture.", d.WithoutPicture)
	}
	if d.WithoutFile > 0 {
		fmt.Fprintf(&b, "\n%d got the text without its file.", d.WithoutFile)
	}
	for _, g := range d.Groups {
		fmt.Fprintf(&b, "\nPost in %s (%s): %s, covers %d.", g.Name, g.GroupID, g.State, g.Members)
		if g.Code != 0 {
			fmt.Fprintf(&b, " Zalo answers %d: %s", g.Code, zalo.Advice(g.Code))
		}
	}
	for _, percent := range []string{"50", "80", "95"} {
		if minutes, there := d.Minutes[percent]; there {
			fmt.Fprintf(&b, "\n%s %% received after %.1f minutes.", percent, minutes)
		}
	}
	return b.String()
}
