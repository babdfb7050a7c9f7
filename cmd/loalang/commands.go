package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/store"
)

// open opens the configured database for a command other than serve.
func (c *command) open(older upgrade) (*store.Store, error) {
	return openStore(c.ctx, c.config, time.Now, older)
}

// print writes what a command did: one JSON document with --json, else a line for people.
func (c *command) print(document any, format string, args ...any) error {
	if c.json {
		return json.NewEncoder(c.stdout).Encode(document)
	}
	_, err := fmt.Fprintf(c.stdout, format+"\n", args...)
	return err
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
	Add oaAddCmd `cmd:"" help:"Add an account, or change the one with this id. Calls nobody."`
}

type oaAddCmd struct {
	OAID           string `name:"oa-id" required:"" help:"The account's id, digits."`
	Name           string `help:"Name as residents see it."`
	Type           string `enum:"business,government" default:"business" help:"business or government; decides which of Zalo's endpoints is tried first."`
	CallsPerMinute int    `name:"calls-per-minute" default:"100" help:"Cap of the account's package; 0 = none."`
	Package        string `enum:"growth,comprehensive," default:"" help:"growth or comprehensive."`
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
		account.Token = bot.GivenToken(cmd.AccessToken, cmd.RefreshToken, time.Now(), tokenLife)
	}
	created, err := st.PutAccount(c.ctx, account)
	if err != nil {
		return err
	}
	done := "changed"
	if created {
		done = "added"
	}
	return c.print(map[string]any{"oa_id": cmd.OAID, "created": created}, "Account %s %s.", cmd.OAID, done)
}

type importCmd struct {
	FAQ importFAQCmd `cmd:"" name:"faq" help:"Questions and answers from a YAML file, as in configs/faq/."`
}

type importFAQCmd struct {
	File   string `arg:"" type:"existingfile" help:"YAML file."`
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
	st, err := c.open(refuseOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	there, err := st.FAQ(c.ctx)
	if err != nil {
		return err
	}
	if _, err := faq.Join(there.Without(part), part); err != nil { // its buttons may lead to entries that are there
		return err
	}
	change, err := st.ImportFAQ(c.ctx, part, cmd.DryRun)
	if err != nil {
		return err
	}
	format := "%d entries added, %d changed, %d as they were."
	if cmd.DryRun {
		format = "Dry run: %d entries would be added, %d changed, %d are as they were."
	}
	return c.print(change, format, change.Created, change.Changed, change.Same)
}

type faqCmd struct {
	Ask faqAskCmd `cmd:"" help:"Decide about questions: one a line on stdin, one JSON object a line on stdout."`
}

type faqAskCmd struct{}

// asked is a line of `loalang faq ask`.
type asked struct {
	Question   string           `json:"question"`
	Decision   faq.Kind         `json:"decision"`
	Entry      string           `json:"entry"`
	Score      float64          `json:"score"`
	Candidates []askedCandidate `json:"candidates"`
}

type askedCandidate struct {
	Entry string  `json:"entry"`
	Score float64 `json:"score"`
}

// Run implements `loalang faq ask`.
func (faqAskCmd) Run(c *command) error {
	st, err := c.open(refuseOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	content, err := st.FAQ(c.ctx)
	if err != nil {
		return err
	}
	return askLines(bot.NewKnowledge(content), c.stdin, c.stdout)
}

// askLines answers line by line, so that another program can ask one question at a time.
func askLines(knowledge *bot.Knowledge, in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return eachLine(in, func(question string) error {
		d := knowledge.Ask(question)
		line := asked{Question: question, Decision: d.Kind, Entry: d.Entry, Score: d.Score, Candidates: []askedCandidate{}}
		for _, candidate := range d.Candidates {
			line.Candidates = append(line.Candidates, askedCandidate(candidate))
		}
		return encoder.Encode(line)
	})
}
