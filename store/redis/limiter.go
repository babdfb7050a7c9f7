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
// own clock, which all replicas share; KEYS[5] and KEYS[6] are there while a reply waits, KEYS[7] and KEYS[8] say when
// the next even call is due. ARGV: window, cap of the account, cap of the app, name of the call, use (0 reply, 1 haste,
// 2 bulk).
var take = redis.NewScript(`
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local window = tonumber(ARGV[1])
local use = ARGV[5]
local patience = window / 60
local wait = 0
local even = {}
for i = 1, 2 do
	local paused = redis.call('PTTL', KEYS[i + 2])
	if paused > 0 then wait = math.max(wait, paused * 1000) end
	local cap = tonumber(ARGV[i + 1])
	if cap > 0 then
		redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
		local used = redis.call('ZCARD', KEYS[i])
		if used >= cap then
			local oldest = redis.call('ZRANGE', KEYS[i], used - cap, used - cap, 'WITHSCORES')
			local room = oldest[2] + window - now
			if use == '0' then redis.call('SET', KEYS[i + 4], '1', 'PX', math.ceil((room + patience) / 1000)) end
			wait = math.max(wait, room)
		end
		if use ~= '0' then
			local reply = redis.call('PTTL', KEYS[i + 4])
			if reply > 0 then wait = math.max(wait, reply * 1000) end
			if use == '2' or used >= cap - math.ceil(cap / 10) then
				local due = tonumber(redis.call('GET', KEYS[i + 6])) or 0
				wait = math.max(wait, due - patience - now)
				even[i] = math.max(due, now) + window / cap
			end
		end
	end
end
if wait > 0 then return math.ceil(wait) end
for i = 1, 2 do
	if tonumber(ARGV[i + 1]) > 0 then
		redis.call('ZADD', KEYS[i], now, ARGV[4])
		redis.call('PEXPIRE', KEYS[i], math.ceil(window / 1000))
		if use == '0' then redis.call('DEL', KEYS[i + 4]) end
		if even[i] then redis.call('SET', KEYS[i + 6], string.format('%.0f', even[i]), 'PX', math.ceil((even[i] - now) / 1000) + 1000) end
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
func (l *Limiter) replyKey(oaID string) string  { return l.prefix + "reply:" + oaID }
func (l *Limiter) evenKey(oaID string) string   { return l.prefix + "even:" + oaID }

// Take implements bot.Limiter.
func (l *Limiter) Take(ctx context.Context, oaID string, caps bot.Caps, use bot.CallUse) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	wait, err := take.Run(ctx, l.client,
		[]string{
			l.callsKey(oaID), l.callsKey(""), l.pausedKey(oaID), l.pausedKey(""),
			l.replyKey(oaID), l.replyKey(""), l.evenKey(oaID), l.evenKey(""),
		},
		l.window.Microseconds(), caps.OA, caps.App, l.calls.next(), int(use),
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
