package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store/memory"
	loaredis "github.com/loalang/loalang/store/redis"
)

// shared is what replicas share besides the database: through Redis when one is configured, else this process has it
// alone.
type shared struct {
	limiter bot.Limiter
	wake    bot.Wake
	parts   []part
}

func newShared(ctx context.Context, cfg configs.Config, log *slog.Logger) (shared, error) {
	local := memory.NewWake()
	if cfg.RedisURL == "" {
		if _, alone := cfg.SQLitePath(); !alone {
			log.Warn("no LOALANG_REDIS_URL: with several replicas the app's cap counts for each of them alone")
		}
		return shared{limiter: memory.NewLimiter(memory.Window, time.Now), wake: local}, nil
	}
	options, err := redis.ParseURL(cfg.RedisURL.Reveal())
	if err != nil {
		return shared{}, fmt.Errorf("read LOALANG_REDIS_URL: %w", err)
	}
	client := redis.NewClient(options)
	if err := client.Ping(ctx).Err(); err != nil {
		return shared{}, fmt.Errorf("connect to Redis: %w\nCheck LOALANG_REDIS_URL, and that Redis runs", err)
	}
	prefix := "loalang:" + cfg.Zalo.AppID
	wake := loaredis.NewWake(local, client, prefix, log)
	return shared{
		limiter: loaredis.NewLimiter(client, prefix, memory.Window), wake: wake, parts: []part{closer{client}, wake},
	}, nil
}

// closer is a part that only has to be closed at the end.
type closer struct{ c interface{ Close() error } }

// Start implements part.
func (closer) Start(context.Context) error { return nil }

// Stop implements part.
func (c closer) Stop(context.Context) error { return c.c.Close() }
