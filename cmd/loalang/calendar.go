package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/bot/sheet"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
)

// loadHolidays reads the holidays that the program ships with.
func loadHolidays() (*calendar.Holidays, error) {
	return calendar.ParseHolidays("holidays.yaml", configs.Holidays)
}

type importCalendarCmd struct{ importSheetCmd }

// conflictReport is something that the officers of a calendar should look at.
type conflictReport struct {
	Unit    string                `json:"unit"`
	Point   string                `json:"point"`
	Date    string                `json:"date"`
	Kind    calendar.ConflictKind `json:"kind"`
	Message string                `json:"message"`
}

// Run implements `loalang import calendar`. It tells what the officers should look at in the year to come, also of a dry run.
func (cmd importCalendarCmd) Run(c *command) error {
	holidays, err := loadHolidays()
	if err != nil {
		return err
	}
	st, actor, err := c.openAs()
	if err != nil {
		return err
	}
	defer st.Close()
	known, err := c.known(st, cmd.OA, onlyOne)
	if err != nil {
		return err
	}
	record := actor.Record(known.OAID, bot.AuditImport, "calendar", "", c.now())
	var brought []calendar.Entry
	report, err := bring(c, cmd.importSheetCmd, bot.CalendarForm, known,
		func(ctx context.Context, days iter.Seq2[bot.TransactionDay, error], dryRun bool) (store.Change, error) {
			return st.ImportTransactionDays(ctx, func(yield func(bot.TransactionDay, error) bool) {
				for day, err := range days {
					if err == nil {
						brought = append(brought, day.Entry)
						err = actor.MayIn(rights.DecideCalendar, known.OAID, known.Units[known.OAID], day.Unit)
					}
					if !yield(day, err) {
						return
					}
				}
			}, dryRun, record)
		})
	if err != nil {
		return err
	}
	merged := calendar.Merge(bot.CalendarEntries(known.TransactionDays, known.OAID), brought)
	from := calendar.DateOf(known.Now.In(known.Zone))
	conflicts := calendar.New(merged, holidays, known.Zone).Conflicts(from, yearFrom(from))
	if len(conflicts) > sheet.MaxFaults {
		report.MoreConflicts = len(conflicts) - sheet.MaxFaults
		conflicts = conflicts[:sheet.MaxFaults]
	}
	text := report.String()
	for _, conflict := range conflicts {
		message := conflict.Sentence(unitNames(known.Units[known.OAID]))
		report.Conflicts = append(report.Conflicts, conflictReport{
			conflict.Point.Unit, conflict.Point.Name, conflict.Date.String(), conflict.Kind, message,
		})
		text += "\n" + message
	}
	if report.MoreConflicts > 0 {
		text += fmt.Sprintf("\nvà %d điều nữa", report.MoreConflicts)
	}
	return c.print(report, "%s", text)
}

// yearFrom is the last day of the year that begins with a date. So much of a calendar is looked at, and given to others.
func yearFrom(date calendar.Date) calendar.Date {
	date.Year++
	return date.Add(-1)
}

// unitNames gives a unit's name by its code.
func unitNames(units bot.Units) func(string) string {
	return func(code string) string { return units[code].Name }
}

type exportCalendarCmd struct{ exportSheetCmd }

// Run implements `loalang export calendar`.
func (cmd exportCalendarCmd) Run(c *command) error {
	if strings.EqualFold(filepath.Ext(cmd.File), ".ics") {
		return cmd.writeICS(c)
	}
	return exportSheet(c, cmd.exportSheetCmd, "calendar", rights.DecideCalendar, bot.CalendarForm, func(st *store.Store, oaID string) (iter.Seq2[bot.TransactionDay, error], error) {
		days, err := st.TransactionDays(c.ctx)
		return store.Values(slices.DeleteFunc(days, func(d bot.TransactionDay) bool { return d.OAID != oaID })), err
	})
}

// writeICS writes the days of the year to come.
func (cmd exportCalendarCmd) writeICS(c *command) error {
	holidays, err := loadHolidays()
	if err != nil {
		return err
	}
	st, err := c.open(refuseOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	known, err := c.known(st, cmd.OA, onlyOne)
	if err != nil {
		return err
	}
	if err := c.exports(st, known.OAID, "calendar", rights.DecideCalendar); err != nil {
		return err
	}
	days := calendar.New(bot.CalendarEntries(known.TransactionDays, known.OAID), holidays, known.Zone)
	today := calendar.DateOf(known.Now.In(known.Zone))
	var coming []calendar.Day
	for _, point := range days.Points("") {
		coming = append(coming, days.Days(point, today, yearFrom(today))...)
	}
	err = writeFile(cmd.File, func(out io.Writer) error {
		return calendar.WriteICS(out, coming, unitNames(known.Units[known.OAID]), c.clock())
	})
	if err != nil {
		return err
	}
	return c.print(map[string]any{"file": cmd.File, "days": len(coming)}, "%d days written to %s.", len(coming), cmd.File)
}
