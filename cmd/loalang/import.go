package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/bot/sheet"
	"github.com/loalang/loalang/store"
)

type importCmd struct {
	Units      importUnitsCmd      `cmd:"" help:"Provinces, communes and villages from a CSV or XLSX file."`
	Households importHouseholdsCmd `cmd:"" help:"The villages' rolls from a CSV or XLSX file."`
	Residents  importResidentsCmd  `cmd:"" help:"Zalo users of the account from a CSV or XLSX file."`
	Groups     importGroupsCmd     `cmd:"" help:"Zalo groups and their known members from a CSV or XLSX file."`
	Calendar   importCalendarCmd   `cmd:"" help:"The bank's days in the communes from a CSV or XLSX file."`
	FAQ        importFAQCmd        `cmd:"" name:"faq" help:"Questions and answers from a YAML file, as in configs/faq/."`
}

// importSheetCmd are the arguments of every import from a sheet.
type importSheetCmd struct {
	File   string `arg:"" type:"existingfile" help:"CSV in UTF-8, or XLSX; its first row holds the names of the columns."`
	OA     string `name:"oa" placeholder:"ID" help:"The account that the file is for; may be left out while there is one."`
	DryRun bool   `name:"dry-run" help:"Check and count, but change nothing."`
}

type importUnitsCmd struct{ importSheetCmd }

// Run implements `loalang import units`.
func (cmd importUnitsCmd) Run(c *command) error {
	return importSheet(c, cmd.importSheetCmd, "units", bot.UnitForm, onlyOne, (*store.Store).ImportUnits)
}

type importHouseholdsCmd struct{ importSheetCmd }

// Run implements `loalang import households`.
func (cmd importHouseholdsCmd) Run(c *command) error {
	return importSheet(c, cmd.importSheetCmd, "households", bot.HouseholdForm, onlyOne, (*store.Store).ImportHouseholds)
}

type importResidentsCmd struct{ importSheetCmd }

// Run implements `loalang import residents`.
func (cmd importResidentsCmd) Run(c *command) error {
	return importSheet(c, cmd.importSheetCmd, "residents", bot.ResidentForm, namedInRows, (*store.Store).ImportResidents)
}

type importGroupsCmd struct{ importSheetCmd }

// Run implements `loalang import groups`.
func (cmd importGroupsCmd) Run(c *command) error {
	return importSheet(c, cmd.importSheetCmd, "groups", bot.GroupForm, namedInRows, (*store.Store).ImportGroups)
}

// accountOfRows says which account a file's rows are of when none is given.
type accountOfRows bool

const (
	onlyOne     accountOfRows = false // the only one there is
	namedInRows accountOfRows = true  // each row names its own
)

// importReport is what an import did, or why it did nothing.
type importReport struct {
	store.Change
	DryRun     bool          `json:"dry_run"`
	Faults     []sheet.Fault `json:"faults"`
	MoreFaults int           `json:"more_faults"` // beyond those listed

	// Of a calendar: what its officers should look at, and how much more there is.
	Conflicts     []conflictReport `json:"conflicts,omitempty"`
	MoreConflicts int              `json:"more_conflicts,omitempty"`
}

// importSheet brings a file into the database, whole or not at all, and tells what it did.
func importSheet[T any](
	c *command, cmd importSheetCmd, kind string, form bot.Form[T], accounts accountOfRows,
	save func(*store.Store, context.Context, iter.Seq2[T, error], bool, ...bot.Record) (store.Change, error),
) error {
	st, actor, err := c.openAs()
	if err != nil {
		return err
	}
	defer st.Close()
	if actor.ID != "" && cmd.OA == "" {
		cmd.OA = actor.OAID
	}
	known, err := c.known(st, cmd.OA, accounts)
	if err != nil {
		return err
	}
	if actor.ID != "" {
		if err := c.mayAll(st, actor, rights.Import, known.OAID); err != nil {
			return err
		}
	}
	record := actor.Record(known.OAID, bot.AuditImport, kind, "", c.now())
	report, err := bring(c, cmd, form, known, func(ctx context.Context, values iter.Seq2[T, error], dryRun bool) (store.Change, error) {
		return save(st, ctx, values, dryRun, record)
	})
	if err != nil {
		return err
	}
	return c.print(report, "%s", report)
}

// bring saves what stands in a file. It is checked to its end before anything is saved: so a faulty one bothers nobody, and
// saving takes the database no longer than it must.
func bring[T any](
	c *command, cmd importSheetCmd, form bot.Form[T], known bot.Known,
	save func(context.Context, iter.Seq2[T, error], bool) (store.Change, error),
) (importReport, error) {
	report := importReport{DryRun: cmd.DryRun, Faults: []sheet.Fault{}}
	checked, err := newSpool[T]()
	if err != nil {
		return report, err
	}
	defer checked.Close()
	var faults sheet.Faults
	for value, wrong := range form.Read(cmd.File, known, &faults) {
		if err = wrong; err == nil {
			err = checked.add(value)
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		report.Change, err = save(c.ctx, checked.values(), cmd.DryRun)
	}
	if errors.Is(err, bot.ErrFaulty) {
		report.Faults, report.MoreFaults = faults.List()
		err = c.refuse(report, faults.Count())
	}
	return report, err
}

// String says it in one line.
func (r importReport) String() string {
	format := "%d rows added, %d changed, %d as they were."
	if r.DryRun {
		format = "Dry run: %d rows would be added, %d changed, %d are as they were."
	}
	return fmt.Sprintf(format, r.Created, r.Changed, r.Same)
}

// refuse tells what is wrong with a file.
func (c *command) refuse(report importReport, count int) error {
	if c.json {
		if err := c.print(report, ""); err != nil {
			return err
		}
	}
	var text strings.Builder
	for _, f := range report.Faults {
		fmt.Fprintf(&text, "\n%s", f)
	}
	if report.MoreFaults > 0 {
		fmt.Fprintf(&text, "\nand %d more", report.MoreFaults)
	}
	return fmt.Errorf("nothing was changed, the file has %d faults:%s", count, text.String())
}

// known is what a file is checked against.
func (c *command) known(st *store.Store, oaID string, accounts accountOfRows) (bot.Known, error) {
	known := bot.Known{
		Accounts: make(map[string]bool), Units: make(map[string]bot.Units), Households: make(map[bot.RollKey]string),
		Now: c.clock(), Zone: c.config.Location,
	}
	all, err := st.Accounts(c.ctx)
	if err != nil {
		return known, err
	}
	if known.OAID = oaID; oaID != "" || len(all) == 1 || accounts == onlyOne {
		if known.OAID, err = onlyAccount(c, st, oaID); err != nil {
			return known, err
		}
	}
	units, err := st.Units(c.ctx)
	if err != nil {
		return known, err
	}
	for _, u := range units {
		if known.Units[u.OAID] == nil {
			known.Units[u.OAID] = make(bot.Units)
		}
		known.Units[u.OAID][u.Code] = u
	}
	if known.TransactionDays, err = st.TransactionDays(c.ctx); err != nil {
		return known, err
	}
	for _, a := range all {
		known.Accounts[a.OAID] = true
		if known.OAID != "" && known.OAID != a.OAID {
			continue
		}
		for h, err := range st.Households(c.ctx, a.OAID) {
			if err != nil {
				return known, err
			}
			known.Households[bot.RollKey{OAID: h.OAID, Code: h.Code}] = h.UnitCode
		}
	}
	return known, nil
}
