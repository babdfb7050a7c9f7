package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
)

type importFAQCmd struct {
	File   string `arg:"" type:"existingfile" help:"YAML file."`
	OA     string `name:"oa" placeholder:"ID" help:"The account whose units the file's overrides are for; may be left out while there is one."`
	DryRun bool   `name:"dry-run" help:"Check and count, but change nothing."`
}

// Run implements `loalang import faq`.
func (cmd importFAQCmd) Run(c *command) error {
	data, err := os.ReadFile(cmd.File)
	if err != nil {
		return err
	}
	part, err := faq.Parse(filepath.Base(cmd.File), data)
	if err != nil {
		return err
	}
	st, actor, err := c.openAs()
	if err != nil {
		return err
	}
	defer st.Close()
	there, err := st.FAQ(c.ctx)
	if err != nil {
		return err
	}
	whole, err := faq.Join(there.Without(part), part) // its buttons may lead to entries that are there
	if err != nil {
		return err
	}
	oaID, err := cmd.checkOverrides(c, st, whole, part.Overrides)
	if err != nil {
		return err
	}
	if err := c.mayAll(st, actor, rights.ManageOperators, actor.OAID); err != nil { // the answers are of all accounts
		return err
	}
	record := actor.Record(cmp.Or(oaID, actor.OAID), bot.AuditImport, "faq", "", c.now())
	change, err := st.ImportFAQ(c.ctx, part, cmd.DryRun, record)
	if err != nil {
		return err
	}
	if !cmd.DryRun {
		if err := st.PutOverrides(c.ctx, oaID, part.Overrides); err != nil {
			return err
		}
	}
	change.Overrides = len(part.Overrides)
	format := "%d entries added, %d changed, %d as they were; %d overrides."
	if cmd.DryRun {
		format = "Dry run: %d entries would be added, %d changed, %d are as they were; %d overrides."
	}
	return c.print(change, format, change.Created, change.Changed, change.Same, change.Overrides)
}

// checkOverrides finds the account of a file's overrides, and refuses what is of no entry or unit.
func (cmd importFAQCmd) checkOverrides(c *command, st *store.Store, content faq.Content, overrides []faq.Override) (oaID string, err error) {
	if len(overrides) == 0 {
		return "", nil
	}
	if oaID, err = onlyAccount(c, st, cmd.OA); err != nil {
		return "", err
	}
	units, err := st.Units(c.ctx)
	if err != nil {
		return "", err
	}
	entries, codes := make(map[string]bool), make(map[string]bool)
	for _, e := range content.Entries {
		entries[e.ID] = true
	}
	for _, u := range units {
		codes[u.OAID+" "+u.Code] = true
	}
	var faults []error
	for _, o := range overrides {
		if !entries[o.Entry] {
			faults = append(faults, fmt.Errorf("override of %q: there is no such entry", o.Entry))
		}
		if !codes[oaID+" "+o.Unit] {
			faults = append(faults, fmt.Errorf("override of %s: account %s has no unit %q", o.Entry, oaID, o.Unit))
		}
	}
	return oaID, errors.Join(faults...)
}
