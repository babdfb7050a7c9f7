package main

import (
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/loalang/loalang/configs"
)

type serveCmd struct {
	CallsPerMinute *int `name:"calls-per-minute" placeholder:"N" help:"Use this cap for every account instead of its own, for load tests; 0 = none."`
}

// Run implements `loalang serve`.
func (cmd serveCmd) Run(c *command) error {
	log := newLog(c.stderr, c.config)
	unlock, err := lockSQLite(c.config)
	if err != nil {
		return err
	}
	st, err := openStore(c.ctx, c.config, time.Now, upgradeOlder)
	if err != nil {
		return errors.Join(err, unlock())
	}
	serve := func() error {
		if _, alone := c.config.SQLitePath(); alone {
			if err := st.ForgetLeases(c.ctx); err != nil {
				return err
			}
		}
		app, err := newApp(c.ctx, c.config, st, log, appOptions{now: time.Now, callsPerMinute: cmd.CallsPerMinute})
		if err != nil {
			return err
		}
		return app.run(c.ctx, func(addr string) { log.Info("serving", "addr", addr, "version", version, "config", c.config) })
	}
	return errors.Join(serve(), st.Close(), unlock())
}

func newLog(out io.Writer, cfg configs.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}
