package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/loalang/loalang/bot"
)

// answerWithin bounds one question to Redis, so that a Redis that is away is noticed at once.
const answerWithin = 2 * time.Second

// take grants one call of the account (KEYS[1]) within the app (KEYS[2]) when neither is paused (KEYS[3], KEYS[4]) and
// both have room, or says in microseconds how long to wait. The keys of calls are sorted sets of grant times by Redis's
// own clock, which all replicas share.
var take = redis.NewScript(`
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local window = tonumber(ARGV[1])
local wait = 0
for i = 1, 2 do
	local paused = redis.call('PTTL', KEYS[i + 2])
	if paused > 0 then wait = math.max(wait, paused * 1000) end
	local cap = tonumber(ARGV[i + 1])
	if cap > 0 then
		redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
		local used = redis.call('ZCARD', KEYS[i])
		if used >= cap then
			local oldest = redis.call('ZRANGE', KEYS[i], used - cap, used - cap, 'WITHSCORES')
			wait = math.max(wait, oldest[2] + window - now)
		end
	end
end
if wait > 0 then return wait end
for i = 1, 2 do
	if tonumber(ARGV[i + 1]) > 0 then
		redis.call('ZADD', KEYS[i], now, ARGV[4])
		redis.call('PEXPIRE', KEYS[i], math.ceil(window / 1000))
	end
end
return 0`)

// Limiter keeps the caps exactly over all replicas that use the same Redis and prefix.
type Limiter struct {
	client redis.UniversalClient
	prefix string
	window time.Duration
	calls  *serial
}

var _ bot.Limiter = (*Limiter)(nil)

// NewLimiter returns a limiter. prefix names the app; all its keys live in one slot of a cluster.
func NewLimiter(client redis.UniversalClient, prefix string, window time.Duration) *Limiter {
	return &Limiter{client: client, prefix: "{" + prefix + "}:", window: window, calls: newSerial()}
}

func (l *Limiter) callsKey(oaID string) string  { return l.prefix + "calls:" + oaID }
func (l *Limiter) pausedKey(oaID string) string { return l.prefix + "paused:" + oaID }

// Take implements bot.Limiter.
func (l *Limiter) Take(ctx context.Context, oaID string, caps bot.Caps) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	wait, err := take.Run(ctx, l.client,
		[]string{l.callsKey(oaID), l.callsKey(""), l.pausedKey(oaID), l.pausedKey("")},
		l.window.Microseconds(), caps.OA, caps.App, l.calls.next(),
	).Int64()
	if err != nil {
		return 0, fmt.Errorf("take a call: %w", err)
	}
	return time.Duration(wait) * time.Microsecond, nil
}

// pause makes a key last at least as long as asked, never shorter than it does.
var pause = redis.NewScript(`
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
return 0`)

// Pause implements bot.Limiter.
func (l *Limiter) Pause(ctx context.Context, oaID string, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if err := pause.Run(ctx, l.client, []string{l.pausedKey(oaID)}, (d + time.Millisecond - 1).Milliseconds()).Err(); err != nil {
		return fmt.Errorf("pause calls: %w", err)
	}
	return nil
}
