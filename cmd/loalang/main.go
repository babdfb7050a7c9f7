// Command loalang is the backend of a village's or commune's Zalo Official Account. README.md says how to run it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/loalang/loalang/configs"
)

// version is set when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit codes.
const (
	exitDone    = 0
	exitFailure = 1
	exitUsage   = 2
)

// cli is the command line.
type cli struct {
	configs.Settings `group:"Settings"`

	JSON bool `name:"json" help:"Print one JSON document on stdout."`

	As string `name:"as" placeholder:"ID" help:"Act as this operator: with those rights, and in that name in the audit. Without it a command acts as an admin."`

	Serve    serveCmd    `cmd:"" help:"Answer residents: take Zalo's webhooks and send replies."`
	Demo     demoCmd     `cmd:"" help:"Try everything in the browser: a simulated Zalo, one account, a made-up commune of four villages. Needs no setup."`
	Migrate  migrateCmd  `cmd:"" help:"Create or upgrade the database's tables and the questions and answers that came with the program."`
	OA       oaCmd       `cmd:"" name:"oa" help:"Zalo Official Accounts."`
	FAQ      faqCmd      `cmd:"" name:"faq" help:"Questions and answers."`
	Import   importCmd   `cmd:"" help:"Bring data from files into the database."`
	Export   exportCmd   `cmd:"" help:"Write data into files, as import reads them."`
	Announce announceCmd `cmd:"" help:"Write to residents: draft, see whom it reaches, send, watch."`
	Operator operatorCmd `cmd:"" help:"Persons who may send and answer, from their Zalo chat."`
	Audit    auditCmd    `cmd:"" help:"List what was done by whom."`
	Version  versionCmd  `cmd:"" help:"Print the program's version."`
}

// command is what every command's Run gets.
type command struct {
	ctx    context.Context
	config configs.Config
	clock  func() time.Time
	json   bool
	as     string // an operator's id; empty = the command line
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// outside is what the whole program takes from outside.
type outside struct {
	getenv func(string) (string, bool)
	clock  func() time.Time
}

// run is the whole program, so that tests can start it as a user would.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return outside{getenv: os.LookupEnv, clock: time.Now}.run(ctx, args, stdin, stdout, stderr)
}

func (o outside) run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := cli{Settings: configs.New(o.getenv)}
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("loalang"),
		kong.Description("Loa Làng: the backend of a village's Zalo Official Account. Try `loalang demo` first."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Resolvers(c.Settings.Resolver()),
	)
	if err != nil {
		fmt.Fprintln(stderr, "loalang:", err)
		return exitFailure
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 { // --help has printed
		return exit
	}
	if err != nil {
		var usage *kong.ParseError
		if errors.As(err, &usage) {
			fmt.Fprintln(stderr, "loalang:", err)
			fmt.Fprintln(stderr, "Run `loalang --help` to see the commands and flags.")
			return exitUsage
		}
		fmt.Fprintln(stderr, "loalang:", err)
		return exitFailure
	}
	cmd := &command{ctx: ctx, clock: o.clock, json: c.JSON, as: c.As, stdin: stdin, stdout: stdout, stderr: stderr}
	if cmd.config, err = c.Settings.Config(); err == nil {
		err = parsed.Run(cmd)
	}
	if err != nil {
		fmt.Fprintln(stderr, "loalang:", err)
		return exitFailure
	}
	return exitDone
}
