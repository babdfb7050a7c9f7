package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
)

// open opens the configured database for a command other than serve.
func (c *command) open(older upgrade) (*store.Store, error) {
	return openStore(c.ctx, c.config, c.clock, older)
}

// print writes what a command did: one JSON document with --json, else a line for people.
func (c *command) print(document any, format string, args ...any) error {
	if c.json {
		return json.NewEncoder(c.stdout).Encode(document)
	}
	_, err := fmt.Fprintf(c.stdout, format+"\n", args...)
	return err
}

// openAs opens it, and says who uses the command.
func (c *command) openAs() (*store.Store, bot.Operator, error) {
	st, err := c.open(refuseOlder)
	if err != nil {
		return nil, bot.Operator{}, err
	}
	actor, err := c.actor(st)
	if err != nil {
		return nil, actor, errors.Join(err, st.Close())
	}
	return st, actor, nil
}

// actor is who uses the command: the operator whom --as names, or the command line.
func (c *command) actor(st *store.Store) (bot.Operator, error) {
	if c.as == "" {
		return bot.CommandLine, nil
	}
	accounts, err := st.Accounts(c.ctx)
	if err != nil {
		return bot.Operator{}, err
	}
	for _, a := range accounts {
		o, err := st.Operator(c.ctx, a.OAID, c.as)
		if err == nil && o.RemovedAt.IsZero() {
			return o, nil
		}
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return o, err
		}
	}
	return bot.Operator{}, fmt.Errorf("there is no operator %s: see `loalang operator list`", c.as)
}

// mayAll refuses what is not the actor's to do in the whole account.
func (c *command) mayAll(st *store.Store, actor bot.Operator, action rights.Action, oaID string) error {
	units, err := bot.UnitsOf(c.ctx, st, oaID)
	if err != nil {
		return err
	}
	return actor.May(action, oaID, units)
}

// onlyAccount is the account with an id, or the only one when none is named.
func onlyAccount(c *command, st *store.Store, oaID string) (string, error) {
	accounts, err := st.Accounts(c.ctx)
	if err != nil {
		return "", err
	}
	for _, a := range accounts {
		if a.OAID == oaID || oaID == "" && len(accounts) == 1 {
			return a.OAID, nil
		}
	}
	if oaID == "" {
		return "", fmt.Errorf("there are %d accounts: name one with --oa", len(accounts))
	}
	return "", fmt.Errorf("there is no account %s: add it with `loalang oa add`", oaID)
}

type versionCmd struct{}

// Run implements `loalang version`.
func (versionCmd) Run(c *command) error {
	return c.print(map[string]string{"version": version}, "loalang %s", version)
}

type migrateCmd struct{}

// Run implements `loalang migrate`.
func (migrateCmd) Run(c *command) error {
	st, err := c.open(upgradeOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	schema, err := st.Schema(c.ctx)
	if err != nil {
		return err
	}
	return c.print(map[string]int64{"version": schema.Current}, "The database has version %d.", schema.Current)
}

type oaCmd struct {
	Add      oaAddCmd      `cmd:"" help:"Add an account, or change the one with this id. Calls nobody."`
	Template oaTemplateCmd `cmd:"" help:"Name the ZBS template for a kind of announcements, list those named, or forget one. Calls nobody."`

	Reminders oaRemindersCmd `cmd:"" help:"Show or set how subscribers are reminded of the bank's days, and what became of the reminders. Calls nobody."`
}

type oaAddCmd struct {
	OAID           string `name:"oa-id" required:"" help:"The account's id, digits."`
	Name           string `help:"Name as residents see it."`
	Type           string `enum:"business,government" default:"business" help:"business or government; decides which of Zalo's endpoints is tried first."`
	CallsPerMinute int    `name:"calls-per-minute" default:"100" help:"Cap of the account's package; 0 = none."`
	Package        string `enum:"growth,comprehensive," default:"" help:"growth or comprehensive."`
	Approval       string `placeholder:"LIST" help:"What goes only after another operator's approval: commune (what is for a whole commune), emergency, both as commune,emergency, or none. Left out, it stays as it is."`
	OASecret       string `name:"oa-secret" help:"The account's own webhook secret; without it LOALANG_ZALO_OA_SECRET counts."`
	AccessToken    string `name:"access-token" help:"From Zalo's API Explorer; may be left out, then an admin consents at /oauth/zalo/start."`
	RefreshToken   string `name:"refresh-token" help:"Goes with the access token; can be used once, so use it nowhere else."`
}

// tokenLife is how long an access token lives from when it is issued.
// Source: Zalo OA documents, OAuth v4: expires_in is 90000 seconds, read 2026-11-21.
const tokenLife = 25 * time.Hour

// Run implements `loalang oa add`.
func (cmd oaAddCmd) Run(c *command) error {
	if cmd.OAID == "" || len(cmd.OAID) > 128 {
		return errors.New("--oa-id is empty or too long: it is the number shown in Zalo's console")
	}
	if cmd.CallsPerMinute < 0 {
		return errors.New("--calls-per-minute is below 0: write the cap of the package, or 0 for none")
	}
	if (cmd.AccessToken == "") != (cmd.RefreshToken == "") {
		return errors.New("--access-token and --refresh-token go together: give both, or none and consent at /oauth/zalo/start")
	}
	policy, err := readApproval(cmd.Approval)
	if err != nil {
		return err
	}
	st, err := c.open(refuseOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	account := bot.OfficialAccount{
		OAID: cmd.OAID, Name: cmd.Name, Type: bot.AccountType(cmd.Type), CallsPerMinute: cmd.CallsPerMinute,
		Package: cmd.Package, OASecretKey: cmd.OASecret,
	}
	if cmd.AccessToken != "" {
		account.Token = bot.GivenToken(cmd.AccessToken, cmd.RefreshToken, c.clock(), tokenLife)
	}
	created, err := st.PutAccount(c.ctx, account)
	if err != nil {
		return err
	}
	if cmd.Approval != "" {
		record := bot.CommandLine.Record(cmd.OAID, bot.AuditSetApproval, "", cmd.Approval, c.now())
		if err := st.SetApproval(c.ctx, cmd.OAID, policy, record); err != nil {
			return err
		}
	}
	done := "changed"
	if created {
		done = "added"
	}
	return c.print(map[string]any{"oa_id": cmd.OAID, "created": created}, "Account %s %s.", cmd.OAID, done)
}

// readApproval reads the flag --approval.
func readApproval(text string) (p rights.Policy, err error) {
	if text == "" || text == "none" {
		return p, nil
	}
	for word := range strings.SplitSeq(text, ",") {
		switch strings.TrimSpace(word) {
		case "commune":
			p.Commune = true
		case "emergency":
			p.Emergency = true
		default:
			return p, fmt.Errorf("--approval %q: write commune, emergency, both as commune,emergency, or none", word)
		}
	}
	return p, nil
}
