package main

import (
	"fmt"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
)

type oaRemindersCmd struct {
	OA     string `name:"oa" placeholder:"ID" help:"The account; may be left out while there is one."`
	On     bool   `xor:"off" help:"Remind subscribers of the commune's bank days, as is the default."`
	Off    bool   `xor:"off" help:"Remind nobody."`
	Budget *int64 `placeholder:"VND" help:"What one reminder to one commune, or one correction, may cost; 0 = only what is free, as is the default."`
	Paid   []int  `name:"paid-before" placeholder:"DAYS" help:"Which reminders may cost, by days before the day: 3, 1 or 0; may be given again. By default only 1, the evening before."`
}

// remindersDocument are the settings of reminders, and what became of those of days that are not over, as they are printed.
type remindersDocument struct {
	OAID       string         `json:"oa_id"`
	Off        bool           `json:"off"`
	BudgetVND  int64          `json:"budget_vnd"`
	PaidBefore []int          `json:"paid_before"`
	Notices    []noticeReport `json:"notices"`
}

// noticeReport is what became of a reminder, or of a correction.
type noticeReport struct {
	Unit           string            `json:"unit"`
	Point          string            `json:"point"`
	Day            string            `json:"day"`
	Reader         bot.Reader        `json:"reader,omitempty"`
	Number         int               `json:"number"` // -3 = three days before, 1 = the first correction
	Outcome        bot.NoticeOutcome `json:"outcome"`
	AnnouncementID string            `json:"announcement,omitempty"`
}

// Run implements `loalang oa reminders`.
func (cmd oaRemindersCmd) Run(c *command) error {
	st, err := c.open(refuseOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	oaID, err := onlyAccount(c, st, cmd.OA)
	if err != nil {
		return err
	}
	state, err := st.Reminders(c.ctx, oaID)
	if err != nil {
		return err
	}
	settings := state.ReminderSettings
	if cmd.change(&settings) {
		if err := settings.Check(); err != nil {
			return err
		}
		if err := st.PutReminders(c.ctx, settings); err != nil {
			return err
		}
	}
	notices, err := st.BankNotices(c.ctx, oaID, calendar.DateOf(c.now()))
	if err != nil {
		return err
	}
	doc := remindersDocument{OAID: oaID, Off: settings.Off, BudgetVND: settings.Budget, PaidBefore: append([]int{}, settings.PaidBefore...), Notices: []noticeReport{}}
	for _, n := range notices {
		doc.Notices = append(doc.Notices, noticeReport{n.Point.Unit, n.Point.Name, n.Date.String(), n.Reader, n.Number, n.Outcome, n.AnnouncementID})
	}
	return c.print(doc, "%s", doc.lines())
}

// change takes what is given, and says whether anything is.
func (cmd oaRemindersCmd) change(s *bot.ReminderSettings) bool {
	if cmd.On || cmd.Off {
		s.Off = cmd.Off
	}
	if cmd.Budget != nil {
		s.Budget = *cmd.Budget
	}
	if len(cmd.Paid) > 0 {
		s.PaidBefore = cmd.Paid
	}
	return cmd.On || cmd.Off || cmd.Budget != nil || len(cmd.Paid) > 0
}

func (d remindersDocument) lines() string {
	var b strings.Builder
	switch {
	case d.Off:
		fmt.Fprintf(&b, "Account %s reminds nobody of its bank days.", d.OAID)
	case d.BudgetVND == 0:
		fmt.Fprintf(&b, "Account %s reminds of its bank days where that is free.", d.OAID)
	default:
		fmt.Fprintf(&b, "Account %s reminds of its bank days; those %v days before, and corrections, may cost %d VND each.", d.OAID, d.PaidBefore, d.BudgetVND)
	}
	for _, n := range d.Notices {
		what := fmt.Sprintf("T%d", n.Number)
		switch {
		case n.Number == 0:
			what = "T"
		case n.Number > 0:
			what = fmt.Sprintf("correction %d", n.Number)
		}
		fmt.Fprintf(&b, "\n  %s  %s %s  %s  %s %s %s", n.Day, n.Unit, n.Point, what, n.Reader, n.Outcome, n.AnnouncementID)
	}
	return b.String()
}
