package redis_test

import (
	"cmp"
	"crypto/rand"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/memory"
	loaredis "github.com/loalang/loalang/store/redis"
	"github.com/loalang/loalang/store/storetest"
)

// realRedis connects to the Redis of the tests. A missing one fails.
func realRedis(t testing.TB) redis.UniversalClient {
	t.Helper()
	options, err := redis.ParseURL(cmp.Or(os.Getenv("LOALANG_TEST_REDIS_URL"), "redis://127.0.0.1:6379/15"))
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	require.NoError(t, client.Ping(t.Context()).Err(), "the tests need Redis: run them with `make test`")
	return client
}

func mini(t testing.TB) redis.UniversalClient {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func prefix() string { return "loalang-test:" + rand.Text() }

func TestLimiter(t *testing.T) {
	t.Parallel()

	t.Run("Redis", func(t *testing.T) {
		t.Parallel()

		storetest.RunLimiter(t, func(t *testing.T, window time.Duration) (a, b bot.Limiter) {
			name := prefix()
			return loaredis.NewLimiter(realRedis(t), name, window), loaredis.NewLimiter(realRedis(t), name, window)
		})
	})

	t.Run("SaysSoWhenRedisIsAway", func(t *testing.T) {
		t.Parallel()

		server := miniredis.RunT(t)
		client := redis.NewClient(&redis.Options{Addr: server.Addr(), MaxRetries: -1})
		t.Cleanup(func() { _ = client.Close() })
		server.Close()
		_, err := loaredis.NewLimiter(client, prefix(), time.Minute).Take(t.Context(), "oa", bot.Caps{OA: 1}, bot.CallForReply)
		require.ErrorContains(t, err, "take a call")
	})

	t.Run("LeavesNoKeysBehind", func(t *testing.T) {
		t.Parallel()

		client, name := realRedis(t), prefix()
		l := loaredis.NewLimiter(client, name, 50*time.Millisecond)
		_, err := l.Take(t.Context(), "oa", bot.Caps{OA: 5, App: 5}, bot.CallForReply)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			keys, err := client.Keys(t.Context(), "{"+name+"}*").Result()
			return err == nil && len(keys) == 0
		}, 5*time.Second, 10*time.Millisecond)
	})
}

func TestWake(t *testing.T) {
	t.Parallel()

	for name, connect := range map[string]func(testing.TB) redis.UniversalClient{"Redis": realRedis, "Miniredis": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			storetest.RunWake(t, func(t *testing.T) (a, b bot.Wake) {
				shared := mini(t)
				dial := func(testing.TB) redis.UniversalClient { return shared }
				if connect != nil {
					dial = connect
				}
				channel := prefix()
				return startWake(t, dial(t), channel), startWake(t, dial(t), channel)
			})
		})
	}

	t.Run("TellsItsOwnProcessWhenRedisIsAway", func(t *testing.T) {
		t.Parallel()

		server := miniredis.RunT(t)
		client := redis.NewClient(&redis.Options{Addr: server.Addr(), MaxRetries: -1})
		t.Cleanup(func() { _ = client.Close() })
		w := startWake(t, client, prefix())
		server.Close()
		hints, end := w.Hints(bot.LaneResident)
		defer end()
		w.Hint(bot.LaneResident)
		select {
		case <-hints:
		case <-time.After(5 * time.Second):
			require.Fail(t, "no hint came")
		}
	})
}

func startWake(t *testing.T, client redis.UniversalClient, channel string) bot.Wake {
	t.Helper()
	w := loaredis.NewWake(memory.NewWake(), client, channel, slog.New(slog.DiscardHandler))
	require.NoError(t, w.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, w.Stop(t.Context())) })
	return w
}

func BenchmarkTake(b *testing.B) {
	l := loaredis.NewLimiter(realRedis(b), prefix(), memory.Window)
	for b.Loop() {
		if _, err := l.Take(b.Context(), "oa", bot.Caps{OA: 2000, App: 4000}, bot.CallForReply); err != nil {
			b.Fatal(err)
		}
	}
}
