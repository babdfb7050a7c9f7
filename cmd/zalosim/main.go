// Command zalosim is a simulated Zalo for one's own tests and load runs: it answers the Official Account API, sends
// signed webhooks, and shows residents' phones in a browser.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/loalang/loalang/zalo/zalosim"
)

// The exit codes.
const (
	exitDone    = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program, so that tests can start it as a user would.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("zalosim"),
		kong.Description("A simulated Zalo. It prints the address of the residents' phones and runs until it is stopped."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exit = code }),
	)
	if err != nil {
		panic(err) // the command line is described wrongly
	}
	_, err = parser.Parse(args)
	switch {
	case exit >= 0:
		return exit
	case err != nil:
		fmt.Fprintf(stderr, "zalosim: %v; see zalosim --help\n", err)
		return exitUsage
	}
	sim, err := c.simulator(stderr)
	if err != nil {
		fmt.Fprintln(stderr, "zalosim:", err)
		return exitUsage
	}
	if err := serve(ctx, c.Addr, sim, stdout); err != nil {
		fmt.Fprintln(stderr, "zalosim:", err)
		return exitFailure
	}
	return exitDone
}

// simulator is what the command line describes.
func (c cli) simulator(stderr io.Writer) (*zalosim.Server, error) {
	var clock clock
	cfg := zalosim.Config{
		AppID: c.AppID, AppSecret: c.AppSecret, WebhookURL: c.WebhookURL, Latency: c.Latency.Drawn(c.Seed), Seed: c.Seed,
		Echoes: c.Echoes, Receipts: c.Receipts, AppCallsPerMinute: c.AppCalls, Now: clock.now, MoveClock: clock.set,
		Log: slog.New(slog.NewTextHandler(stderr, nil)),
	}
	if err := c.events(&cfg.Events); err != nil {
		return nil, err
	}
	sim := zalosim.New(cfg)
	return sim, c.fill(sim, clock.now())
}

// serve answers until the context ends.
func serve(ctx context.Context, addr string, sim *zalosim.Server, stdout io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen: %w; choose another address with --addr", err)
	}
	if err := sim.Start(ctx); err != nil {
		return err
	}
	server := &http.Server{Handler: sim, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "http://%s/demo\n", listener.Addr())
	select {
	case err = <-served:
	case <-ctx.Done():
	}
	return errors.Join(err, sim.Stop(context.WithoutCancel(ctx)), server.Close())
}
