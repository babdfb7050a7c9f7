package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/bot/sheet"
	"github.com/loalang/loalang/store"
)

type exportCmd struct {
	Units      exportUnitsCmd      `cmd:"" help:"Provinces, communes and villages."`
	Households exportHouseholdsCmd `cmd:"" help:"The villages' rolls."`
	Residents  exportResidentsCmd  `cmd:"" help:"Zalo users of the account."`
	Groups     exportGroupsCmd     `cmd:"" help:"Zalo groups and their known members."`
	Calendar   exportCalendarCmd   `cmd:"" help:"The bank's days in the communes; as .ics those of the next 12 months, for the calendars of phones and offices."`
}

// exportSheetCmd are the arguments of every export.
type exportSheetCmd struct {
	File string `arg:"" help:"A file .csv or .xlsx to write, or - for CSV on stdout."`
	OA   string `name:"oa" placeholder:"ID" help:"The account; may be left out while there is one."`
}

type exportUnitsCmd struct{ exportSheetCmd }

// Run implements `loalang export units`.
func (cmd exportUnitsCmd) Run(c *command) error {
	return exportSheet(c, cmd.exportSheetCmd, "units", rights.Export, bot.UnitForm, func(st *store.Store, oaID string) (iter.Seq2[bot.Unit, error], error) {
		units, err := st.Units(c.ctx)
		return store.Values(slices.DeleteFunc(units, func(u bot.Unit) bool { return u.OAID != oaID })), err
	})
}

type exportHouseholdsCmd struct{ exportSheetCmd }

// Run implements `loalang export households`.
func (cmd exportHouseholdsCmd) Run(c *command) error {
	return exportSheet(c, cmd.exportSheetCmd, "households", rights.Export, bot.HouseholdForm, func(st *store.Store, oaID string) (iter.Seq2[bot.Household, error], error) {
		return st.Households(c.ctx, oaID), nil
	})
}

type exportResidentsCmd struct{ exportSheetCmd }

// Run implements `loalang export residents`.
func (cmd exportResidentsCmd) Run(c *command) error {
	return exportSheet(c, cmd.exportSheetCmd, "residents", rights.Export, bot.ResidentForm, func(st *store.Store, oaID string) (iter.Seq2[bot.Resident, error], error) {
		return st.Residents(c.ctx, oaID), nil
	})
}

type exportGroupsCmd struct{ exportSheetCmd }

// Run implements `loalang export groups`.
func (cmd exportGroupsCmd) Run(c *command) error {
	return exportSheet(c, cmd.exportSheetCmd, "groups", rights.Export, bot.GroupForm, func(st *store.Store, oaID string) (iter.Seq2[bot.Group, error], error) {
		groups, err := st.Groups(c.ctx, oaID)
		return store.Values(groups), err
	})
}

// onStdout is the file name that stands for CSV on stdout.
const onStdout = "-"

// exportSheet writes what the database holds of one kind as `loalang import` reads it.
func exportSheet[T any](c *command, cmd exportSheetCmd, kind string, action rights.Action, form bot.Form[T], load func(*store.Store, string) (iter.Seq2[T, error], error)) error {
	if cmd.File == onStdout && c.json {
		return errors.New("--json and the export cannot both go to stdout: name a file")
	}
	st, err := c.open(refuseOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	oaID, err := onlyAccount(c, st, cmd.OA)
	if err != nil {
		return err
	}
	if err := c.exports(st, oaID, kind, action); err != nil {
		return err
	}
	values, err := load(st, oaID)
	if err != nil {
		return err
	}
	if cmd.File == onStdout {
		_, err := writeSheet(c.stdout, "stdout.csv", form, values)
		return err
	}
	count := 0
	err = writeFile(cmd.File, func(out io.Writer) (err error) {
		count, err = writeSheet(out, cmd.File, form, values)
		return err
	})
	if err != nil {
		return err
	}
	return c.print(map[string]any{"file": cmd.File, "rows": count}, "%d rows written to %s.", count, cmd.File)
}

// exports writes down that something leaves the database, or refuses it.
func (c *command) exports(st *store.Store, oaID, kind string, action rights.Action) error {
	actor, err := c.actor(st)
	if err != nil {
		return err
	}
	if err := c.mayAll(st, actor, action, oaID); err != nil {
		return err
	}
	return st.WriteAudit(c.ctx, actor.Record(oaID, bot.AuditExport, kind, "", c.now()))
}

// writeSheet writes all values, but not the optional columns that none of them fills.
func writeSheet[T any](out io.Writer, name string, form bot.Form[T], values iter.Seq2[T, error]) (count int, err error) {
	filled := make([]bool, len(form.Columns))
	for i, column := range form.Columns {
		filled[i] = !column.Optional
	}
	for value, err := range values {
		if err != nil {
			return 0, err
		}
		for i, text := range form.Cells(value) {
			filled[i] = filled[i] || text != ""
		}
	}
	chosen := func(cells []string) []string {
		i := -1
		return slices.DeleteFunc(cells, func(string) bool { i++; return !filled[i] })
	}
	w, err := sheet.NewWriter(out, name, chosen(form.Header()))
	if err != nil {
		return 0, err
	}
	for value, err := range values {
		if err == nil {
			err = w.Write(chosen(form.Cells(value)))
		}
		if err != nil {
			return 0, errors.Join(err, w.Close())
		}
		count++
	}
	return count, w.Close()
}

// writeFile makes a file of what write writes, only for its owner's eyes, or leaves the one that is there.
func writeFile(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".loalang-*") // only its owner may read it
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	err = errors.Join(write(file), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
