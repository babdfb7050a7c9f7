package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/zalo/zalosim"
)

// cli is the command line. What is written as JSON has the form of the control call of the same name.
type cli struct {
	Addr       string        `default:"127.0.0.1:8090" help:"Address to listen on."`
	WebhookURL string        `name:"webhook-url" placeholder:"URL" help:"Where events go, such as http://127.0.0.1:8080/webhook/zalo."`
	AppID      string        `name:"app-id" default:"1" help:"The app's id."`
	AppSecret  string        `name:"app-secret" default:"app-secret" help:"The app's secret."`
	OA         []string      `name:"oa" sep:"none" placeholder:"ID:TYPE:SECRET" help:"An account: its id, business or government, and the secret that signs its webhooks. Its tokens are access-ID and refresh-ID. May be given several times."`
	Residents  int           `default:"3" help:"Residents of each account: 7100000000000000001 and so on."`
	Interacted time.Duration `placeholder:"TIME" help:"How long ago the residents wrote to their account, such as 1h: free until 48h, paid until 168h. Not given = never."`
	Calls      int           `name:"calls-per-minute" default:"100" help:"Cap of each account; 0 = none."`
	AppCalls   int           `name:"app-calls-per-minute" default:"4000" help:"Cap of the app; 0 = none."`
	TokenLife  time.Duration `name:"token-life" default:"25h" help:"How long an access token lives."`
	Latency    zalosim.Span  `default:"0s" help:"How long an answer takes: 50ms, or a range such as 20ms-80ms."`
	Echoes     bool          `negatable:"" default:"true" help:"Send an event for each message of an account."`
	Receipts   bool          `negatable:"" default:"true" help:"Send a received event for each message of an account."`
	Events     string        `placeholder:"JSON" help:"How these events come, and who reads in the evening: as POST /sim/events."`
	Groups     []string      `name:"group" sep:"none" placeholder:"JSON" help:"A group chat, as POST /sim/groups. May be given several times."`
	Templates  []string      `name:"template" sep:"none" placeholder:"JSON" help:"A ZBS template, as POST /sim/templates. May be given several times."`
	Billing    string        `placeholder:"JSON" help:"Package and ZBS account of each account, as POST /sim/billing. Not given = money never lacks."`
	Faults     []string      `name:"fault" sep:"none" placeholder:"JSON" help:"What goes wrong, as POST /sim/faults. May be given several times: '{\"path\":\"/message\",\"chance\":0.01,\"code\":-32}'."`
	Seed       uint64        `default:"1" help:"What chances are drawn by: the same seed, the same accidents."`
}

// Help is shown under the flags.
func (cli) Help() string {
	return "A running simulator is controlled over HTTP; bodies and answers are JSON. Residents' phones are at /demo.\n\n" + indent(zalosim.ControlHelp)
}

// indent keeps lines as they are: help texts are filled otherwise.
func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// events reads --events.
func (c cli) events(to *zalosim.Events) error {
	if c.Events == "" {
		return nil
	}
	if err := readJSON("--events", c.Events, to); err != nil {
		return err
	}
	return to.Validate()
}

// fill puts accounts, residents, groups, templates and faults into the simulator.
func (c cli) fill(sim *zalosim.Server, now time.Time) error {
	var billing *zalosim.Billing
	if c.Billing != "" {
		if err := readJSON("--billing", c.Billing, &billing); err != nil {
			return err
		}
	}
	for _, text := range c.OA {
		if err := c.addOA(sim, text, billing, now); err != nil {
			return err
		}
	}
	return errors.Join(
		each("--group", c.Groups, func(g zalosim.Group) error { _, err := sim.AddGroup(g); return err }),
		each("--template", c.Templates, sim.AddTemplate),
		each("--fault", c.Faults, func(f zalosim.Fault) error { sim.Fail(f); return nil }),
	)
}

// addOA reads one --oa.
func (c cli) addOA(sim *zalosim.Server, text string, billing *zalosim.Billing, now time.Time) error {
	part := strings.SplitN(text, ":", 3)
	if len(part) != 3 || part[0] == "" || part[1] != "business" && part[1] != "government" {
		return fmt.Errorf("--oa %s: write ID:business:SECRET or ID:government:SECRET", text)
	}
	sim.AddOA(zalosim.OA{
		ID: part[0], Name: "OA " + part[0], Government: part[1] == "government", Secret: part[2], CallsPerMinute: c.Calls,
		AccessToken: "access-" + part[0], RefreshToken: "refresh-" + part[0], TokenLife: c.TokenLife.String(), Billing: billing,
	})
	var interacted time.Time
	if c.Interacted > 0 {
		interacted = now.Add(-c.Interacted)
	}
	for n := range c.Residents {
		sim.AddUser(zalosim.User{
			OA: part[0], ID: fmt.Sprintf("71%017d", n+1), Name: fmt.Sprintf("Bà con %d", n+1), LastInteraction: interacted,
		})
	}
	return nil
}

// each reads the values of a flag and does something with each.
func each[T any](flag string, texts []string, do func(T) error) error {
	for _, text := range texts {
		var value T
		if err := readJSON(flag, text, &value); err != nil {
			return err
		}
		if err := do(value); err != nil {
			return fmt.Errorf("%s %s: %w", flag, text, err)
		}
	}
	return nil
}

// readJSON reads a flag's value, which must be known to the last word.
func readJSON(flag, text string, to any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		return fmt.Errorf("%s %s: %w", flag, text, err)
	}
	return nil
}
