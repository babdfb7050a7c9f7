package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot"
)

// reached is what commands about households have in common.
type reached struct {
	oneAnnouncement
	After int `name:"after-hours" default:"24" placeholder:"N" help:"A direct message without a receipt counts as not reached after so many hours."`
}

// look tells what became of the announcement at the households that the actor may see.
func (r reached) look(c *command, how reachHow) (a bot.Announcement, list []bot.HouseholdReach, units bot.Units, err error) {
	if r.After < 0 {
		return a, nil, nil, errors.New("--after-hours is below 0")
	}
	st, announcements, err := c.announcements()
	if err != nil {
		return a, nil, nil, err
	}
	defer st.Close()
	a, list, units, err = how(announcements, c.ctx, r.ID, time.Duration(r.After)*time.Hour)
	return a, list, units, r.explain(err)
}

// reachHow is a way to look: at all households, or at those not reached.
type reachHow func(*bot.Announcements, context.Context, string, time.Duration) (bot.Announcement, []bot.HouseholdReach, bot.Units, error)

type announceReachCmd struct{ reached }

// reachDocument counts the households of one unit and those below it, or of all. The states add up to the roll.
type reachDocument struct {
	Unit    string                 `json:"unit,omitempty"`
	Name    string                 `json:"name,omitempty"`
	Roll    int                    `json:"roll"`
	States  map[bot.ReachState]int `json:"states"`
	ByGroup int                    `json:"sent_by_group_alone"`
	ByProxy int                    `json:"told_by_proxy"`
	Reasons map[bot.MissReason]int `json:"reasons"`
	Units   []reachDocument        `json:"units,omitempty"`
}

func reachOf(count bot.ReachCount, units bot.Units) reachDocument {
	d := reachDocument{
		Unit: count.UnitCode, Name: units[count.UnitCode].Name, Roll: count.Roll, States: make(map[bot.ReachState]int),
		ByGroup: count.ByGroup, ByProxy: count.ByProxy, Reasons: count.Reasons,
	}
	for _, state := range bot.ReachStates {
		d.States[state] = count.States[state]
	}
	return d
}

// Run implements `loalang announce reach`.
func (cmd announceReachCmd) Run(c *command) error {
	_, list, units, err := cmd.look(c, (*bot.Announcements).Reach)
	if err != nil {
		return err
	}
	all, byUnit := bot.CountReach(list, units)
	doc := reachOf(all, units)
	for _, count := range byUnit {
		doc.Units = append(doc.Units, reachOf(count, units))
	}
	lines := []string{"All: " + doc.line()}
	for _, u := range doc.Units {
		lines = append(lines, fmt.Sprintf("%s (%s): %s", u.Name, u.Unit, u.line()))
	}
	return c.print(doc, "%s", strings.Join(lines, "\n"))
}

func (d reachDocument) line() string {
	parts := []string{fmt.Sprintf("%d households", d.Roll)}
	for _, state := range bot.ReachStates {
		if n := d.States[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", state, n))
		}
	}
	if d.ByProxy > 0 {
		parts = append(parts, fmt.Sprintf("of those told %d by a proxy", d.ByProxy))
	}
	if d.ByGroup > 0 {
		parts = append(parts, fmt.Sprintf("of those sent %d by a group post alone", d.ByGroup))
	}
	return strings.Join(parts, ", ")
}

type announceNotReachedCmd struct {
	reached
	Unit string `placeholder:"CODE" help:"Only of this unit and those below it."`
	HTML string `name:"html" type:"path" placeholder:"FILE" help:"Write the list as a page to print, 40 households to an A4 sheet, in Vietnamese."`
}

// missedHousehold is a household not reached as it is printed.
type missedHousehold struct {
	Household string         `json:"household"`
	Head      string         `json:"head"`
	Unit      string         `json:"unit"`
	Reason    bot.MissReason `json:"reason"`
	Needs     []bot.Need     `json:"needs"`
}

// Run implements `loalang announce not-reached`.
func (cmd announceNotReachedCmd) Run(c *command) error {
	a, list, units, err := cmd.look(c, (*bot.Announcements).NotReached)
	if err != nil {
		return err
	}
	if _, known := units[cmd.Unit]; cmd.Unit != "" && !known {
		return fmt.Errorf("there is no unit %q", cmd.Unit)
	}
	missed := []missedHousehold{}
	lines := []string{}
	list = slices.DeleteFunc(list, func(r bot.HouseholdReach) bool {
		return !within(units, r.UnitCode, cmd.Unit)
	})
	for _, r := range list {
		needs := r.Needs
		if needs == nil {
			needs = []bot.Need{}
		}
		missed = append(missed, missedHousehold{Household: r.Code, Head: r.Head, Unit: r.UnitCode, Reason: r.Reason, Needs: needs})
		lines = append(lines, fmt.Sprintf("%s  %s  %s  %s  %v", r.UnitCode, r.Code, r.Head, r.Reason, needs))
	}
	if len(lines) == 0 {
		lines = []string{"Every household was reached, or still waits for its message."}
	}
	if cmd.HTML != "" {
		if err := cmd.audit(c, a); err != nil {
			return err
		}
		if err := writeVisits(cmd.HTML, a, list, units, c.now()); err != nil {
			return fmt.Errorf("write the list: %w", err)
		}
	}
	return c.print(missed, "%s", strings.Join(lines, "\n"))
}

// audit writes down that the list leaves the database.
func (cmd announceNotReachedCmd) audit(c *command, a bot.Announcement) error {
	st, actor, err := c.openAs()
	if err != nil {
		return err
	}
	defer st.Close()
	record := actor.Record(a.OAID, bot.AuditExport, "not_reached", "", c.now())
	record.Audit.AnnouncementID = a.ID
	return st.WriteAudit(c.ctx, record)
}

// within tells whether a unit is another one or below it; every unit is within none.
func within(units bot.Units, code, of string) bool {
	if of == "" {
		return true
	}
	for unit := range units.Up(code) {
		if unit.Code == of {
			return true
		}
	}
	return false
}

//go:embed visits.html
var visitsPage string

// householdsASheet is how many lines an A4 sheet takes.
const householdsASheet = 40

// onPaper are words for the people who walk to the households.
var onPaper = map[string]string{
	string(bot.MissNoReceipt): "chưa thấy nhận", string(bot.MissWindow): "lâu chưa nhắn Zalo", string(bot.MissRefused): "Zalo không nhận",
	string(bot.MissNoChannel): "không có cách gửi", string(bot.MissBudget): "hết kinh phí", string(bot.MissExpired): "quá hạn gửi",
	string(bot.MissCancelled): "đã hủy gửi", string(bot.MissBlocked): "đã chặn Zalo xã", string(bot.MissNoConsent): "chưa đồng ý nhận tin",
	string(bot.MissNoResident): "chưa có ai trên Zalo",
	string(bot.NeedElderly):    "người già", string(bot.NeedAlone): "sống một mình", string(bot.NeedPoor): "hộ nghèo",
	string(bot.NeedNearPoor): "cận nghèo", string(bot.NeedNoSmartphone): "không có điện thoại thông minh", string(bot.NeedDangerZone): "vùng nguy hiểm",
}

// visit is one line of the list.
type visit struct {
	Number                                    int
	Head, Code, Unit, Address, Phone, Why, Of string
}

// writeVisits writes the list to be printed and ticked off by hand.
func writeVisits(path string, a bot.Announcement, list []bot.HouseholdReach, units bot.Units, now time.Time) error {
	page, err := template.New("visits").Parse(visitsPage)
	if err != nil {
		return err
	}
	visits := make([]visit, len(list))
	for i, r := range list {
		needs := make([]string, len(r.Needs))
		for n, need := range r.Needs {
			needs[n] = onPaper[string(need)]
		}
		visits[i] = visit{
			Number: i + 1, Head: r.Head, Code: r.Code, Unit: units[r.UnitCode].Name, Address: r.Address, Phone: r.Phone,
			Why: onPaper[string(r.Reason)], Of: strings.Join(needs, ", "),
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	err = page.Execute(file, map[string]any{
		"Title": a.Title, "Text": a.Outgoing().Text, "Now": now.Format("15:04 02/01/2006"), "Sheets": slices.Collect(slices.Chunk(visits, householdsASheet)), "Count": len(visits),
	})
	return errors.Join(err, file.Close())
}

type announceCloseCmd struct {
	oneAnnouncement
	Household []string `required:"" placeholder:"CODE" help:"A household that a person has told; may be given again."`
	By        string   `required:"" placeholder:"NAME" help:"Who has told it."`
	Note      string   `help:"What is worth knowing about the visit."`
}

// Run implements `loalang announce close`.
func (cmd announceCloseCmd) Run(c *command) error {
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	a, err := st.Announcement(c.ctx, cmd.ID)
	if err != nil {
		return cmd.explain(err)
	}
	closed, err := announcements.Close(c.ctx, a.ID, cmd.Household, cmd.By, cmd.Note)
	if err != nil {
		return err
	}
	return c.print(map[string]any{"id": a.ID, "closed": closed, "closed_before": len(cmd.Household) - closed},
		"%d households closed, %d were before.", closed, len(cmd.Household)-closed)
}
