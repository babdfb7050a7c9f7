// Command zalosim is a simulated Zalo for one's own tests and load runs: it answers the Official Account API, sends
// signed webhooks, and shows residents' phones in a browser.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/loalang/loalang/zalo/zalosim"
)

type cli struct {
	Addr       string   `default:"127.0.0.1:8090" help:"Address to listen on."`
	WebhookURL string   `name:"webhook-url" placeholder:"URL" help:"Where events go, such as http://127.0.0.1:8080/webhook/zalo."`
	AppID      string   `name:"app-id" default:"1" help:"The app's id."`
	AppSecret  string   `name:"app-secret" default:"app-secret" help:"The app's secret."`
	OA         []string `name:"oa" sep:"none" placeholder:"ID:TYPE:SECRET" help:"An account: its id, business or government, and the secret that signs its webhooks. Its tokens are access-ID and refresh-ID. May be given several times."`
	Residents  int      `default:"3" help:"Residents of each account."`
	Calls      int      `name:"calls-per-minute" default:"100" help:"Cap of each account; 0 = none."`
	AppCalls   int      `name:"app-calls-per-minute" default:"4000" help:"Cap of the app; 0 = none."`
	Latency    string   `default:"0s" help:"How long an answer takes: 50ms, or a range such as 20ms-80ms."`
	Echoes     bool     `negatable:"" default:"true" help:"Send an event for each message of an account."`
	Receipts   bool     `negatable:"" default:"true" help:"Send a received event for each message of an account."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	kong.Parse(&c, kong.Name("zalosim"), kong.Description("A simulated Zalo. Control it at /sim/…, see residents' phones at /demo."))
	if err := c.run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "zalosim:", err)
		os.Exit(1)
	}
}

func (c cli) run(ctx context.Context, stdout io.Writer) error {
	latency, err := parseLatency(c.Latency)
	if err != nil {
		return err
	}
	sim := zalosim.New(zalosim.Config{
		AppID: c.AppID, AppSecret: c.AppSecret, WebhookURL: c.WebhookURL, Latency: latency,
		Echoes: c.Echoes, Receipts: c.Receipts, AppCallsPerMinute: c.AppCalls,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	for _, text := range c.OA {
		if err := c.addOA(sim, text); err != nil {
			return err
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w; choose another address with --addr", err)
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

func (c cli) addOA(sim *zalosim.Server, text string) error {
	part := strings.SplitN(text, ":", 3)
	if len(part) != 3 || part[0] == "" || part[1] != "business" && part[1] != "government" {
		return fmt.Errorf("--oa %s: write ID:business:SECRET or ID:government:SECRET", text)
	}
	sim.AddOA(zalosim.OA{
		ID: part[0], Name: "OA " + part[0], Government: part[1] == "government", Secret: part[2], CallsPerMinute: c.Calls,
		AccessToken: "access-" + part[0], RefreshToken: "refresh-" + part[0],
	})
	for n := range c.Residents {
		sim.AddUser(zalosim.User{OA: part[0], ID: fmt.Sprintf("71%017d", n+1), Name: fmt.Sprintf("Bà con %d", n+1)})
	}
	return nil
}

// parseLatency reads "50ms" or "20ms-80ms".
func parseLatency(text string) (func() time.Duration, error) {
	from, to, isRange := strings.Cut(text, "-")
	least, err := time.ParseDuration(from)
	most := least
	if err == nil && isRange {
		most, err = time.ParseDuration(to)
	}
	if err != nil || least < 0 || most < least {
		return nil, fmt.Errorf("--latency %s: write a time such as 50ms, or a range such as 20ms-80ms", text)
	}
	if most == 0 {
		return nil, nil
	}
	return func() time.Duration { return least + rand.N(most-least+1) }, nil
}
