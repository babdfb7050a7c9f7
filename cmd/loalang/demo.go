package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/zalo/zalosim"
)

type demoCmd struct {
	Data string `name:"data" type:"path" placeholder:"FOLDER" help:"Keep the database in this folder; without it nothing is left behind."`
}

// demoClock is the real clock, moved.
type demoClock struct{ offset atomic.Int64 }

func (c *demoClock) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

func (c *demoClock) move(to time.Time) { c.offset.Store(int64(time.Until(to))) }

// Run implements `loalang demo`.
func (cmd demoCmd) Run(c *command) (err error) {
	folder := cmd.Data
	if folder == "" {
		if folder, err = os.MkdirTemp("", "loalang-demo-"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	}
	log := newLog(c.stderr, c.config)
	cfg := c.config
	cfg.DatabaseURL = configs.Secret("sqlite://" + filepath.Join(folder, "loalang.db"))
	cfg.RedisURL, cfg.SecretKey = "", ""
	unlock, err := lockSQLite(cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return runDemo(c.ctx, cfg, log, func(link string) {
		fmt.Fprintf(c.stdout, "\n  Mở trình duyệt tại:  %s\n  Dừng: Ctrl-C\n\n", link)
	})
}

// runDemo runs the app against a simulated Zalo of its own, until ctx ends.
func runDemo(ctx context.Context, cfg configs.Config, log *slog.Logger, ready func(link string)) (err error) {
	clock := &demoClock{}
	cfg.Zalo.AppID, cfg.Zalo.AppSecret = demoAppID, configs.Secret(rand.Text())
	sim := zalosim.New(zalosim.Config{
		AppID: cfg.Zalo.AppID, AppSecret: cfg.Zalo.AppSecret.Reveal(), Now: clock.now, MoveClock: clock.move,
		Echoes: true, Receipts: true, Title: "Loa Làng", Log: log, RefreshLife: demoRefreshLife,
	})
	simURL, stopSim, err := serveSim(ctx, sim)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopSim()) }()
	cfg.Zalo.APIURL, cfg.Zalo.OAuthURL = simURL, simURL

	st, err := openStore(ctx, cfg, clock.now, upgradeOlder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.ForgetLeases(ctx); err != nil {
		return err
	}
	if err := seedDemo(ctx, st, sim, clock, cfg.Location); err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	if cfg.HTTPAddr, err = freeAddr(ctx, cfg.HTTPAddr); err != nil {
		return err
	}
	app, err := newApp(ctx, cfg, st, log, appOptions{now: clock.now, routes: func(r *gin.Engine) {
		r.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/demo") })
		r.Any("/demo", gin.WrapH(sim))
		r.Any("/demo/*page", gin.WrapH(sim))
	}})
	if err != nil {
		return err
	}
	return app.run(ctx, func(addr string) {
		sim.SetWebhookURL("http://" + addr + "/webhook/zalo")
		ready("http://" + addr + "/demo")
	})
}

// serveSim lets the simulated Zalo answer on a free port of this machine.
func serveSim(ctx context.Context, sim *zalosim.Server) (url string, stop func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen for the simulated Zalo: %w", err)
	}
	if err := sim.Start(ctx); err != nil {
		return "", nil, errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: sim, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }() // it ends with Close
	return "http://" + listener.Addr().String(), func() error {
		return errors.Join(sim.Stop(context.WithoutCancel(ctx)), server.Close())
	}, nil
}

// freeAddr is addr, or with the default address another port when somebody has that one: the demo needs no setup.
func freeAddr(ctx context.Context, addr string) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err == nil {
		return addr, listener.Close()
	}
	if addr != configs.Default().HTTPAddr {
		return "", fmt.Errorf("listen: %w; is another program using the address? Choose one with --http-addr", err)
	}
	return "127.0.0.1:0", nil
}

// The demo's account.
const (
	demoAppID = "2600000000000000001"
	demoOAID  = "4300000000000000001"
)

// demoRefreshLife is longer than anybody moves the clock: nobody could consent anew in the demo.
const demoRefreshLife = 100 * 365 * 24 * time.Hour
