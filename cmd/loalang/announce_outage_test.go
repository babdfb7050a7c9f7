package main

import (
	"math/rand/v2"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo/zalosim"
)

// distant is a Zalo that answers after 20 to 80 ms, for an app of the test's own: its caps in Redis are shared with nobody.
func distant(app string, callsPerMinute int) func(*zalosim.Config, *zalosim.OA) {
	return func(cfg *zalosim.Config, oa *zalosim.OA) {
		cfg.AppID, oa.CallsPerMinute = app, callsPerMinute
		cfg.Latency = func() time.Duration { return 20*time.Millisecond + rand.N(60*time.Millisecond) }
	}
}

// replicated makes a world's processes replicas of the app.
func (w *world) replicated(app, redis string) {
	w.env["LOALANG_ZALO_APP_ID"], w.env["LOALANG_REDIS_URL"] = app, redis
}

func TestReplicasLoseAndDoubleNothingOfAnAnnouncementWhenOneIsKilled(t *testing.T) {
	t.Parallel()

	const n, text, app = 300, "Mời bà con họp.", "1000000000000000002"
	w := allDay(newWorld(t, storetest.PostgresURL(t), distant(app, 0)))
	w.replicated(app, redisURL())
	w.village(n, 0)
	sender, other := w.serve(), w.serve()
	id := w.draft(text, "--unit", "xa")
	w.must("announce", "send", id)
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted >= n/4 }, patience, time.Millisecond)
	if sender.metric(`loalang_deliveries_total{code="0",state="accepted"}`) == "0" {
		sender, other = other, sender
	}
	sender.kill()
	w.sim.SetWebhookURL(other.url + "/webhook/zalo")
	require.Less(t, w.sim.Stats().Accepted, int64(n), "it was killed in the middle")
	require.Eventually(t, func() bool { return w.status(id).State == "done" }, patience, 200*time.Millisecond, other.log)
	w.once(text, 0, n)
	require.Zero(t, w.status(id).Unsure)
}

func TestAnnounceWaitsWithinTheCapWhileRedisIsAway(t *testing.T) {
	t.Parallel()

	const n, limit, text, app = 100, 1200, "Mời bà con họp.", "1000000000000000003"
	redis, err := url.Parse(redisURL())
	require.NoError(t, err)
	way := newGate(t, redis.Host)
	redis.Host = way.listener.Addr().String()
	w := allDay(newWorld(t, storetest.PostgresURL(t), distant(app, limit)))
	w.replicated(app, redis.String())
	w.village(n, 0)
	w.must("oa", "add", "--oa-id", testOA, "--name", "Xã Thử", "--calls-per-minute", "1200")
	p := w.serve()
	id := w.draft(text, "--unit", "xa")
	w.must("announce", "send", id)
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted >= n/4 }, patience, time.Millisecond)
	way.set(true)
	require.Eventually(t, func() bool { return w.status(id).Sending == 0 }, patience, time.Millisecond, "what has left comes back")
	stopped := w.sim.Stats().Accepted
	require.Less(t, stopped, int64(n))
	require.Never(t, func() bool { return w.sim.Stats().Accepted > stopped }, time.Second, 50*time.Millisecond)
	way.set(false)
	require.Eventually(t, func() bool { return w.status(id).State == "done" }, patience, 200*time.Millisecond, p.log)
	w.once(text, 0, n)
	require.Zero(t, w.sim.Stats().Refused)
	require.LessOrEqual(t, w.sim.Stats().Peak[testOA], limit)
}

func TestAnnounceLosesAndDoublesNothingWhenPostgresRestarts(t *testing.T) {
	t.Parallel()

	const n, text = 300, "Mời bà con họp."
	database, err := url.Parse(storetest.PostgresURL(t))
	require.NoError(t, err)
	way := newGate(t, database.Host)
	database.Host = way.listener.Addr().String()
	w := allDay(newWorld(t, database.String(), distant(testApp, 0)))
	w.village(n, 0)
	p := w.serve()
	id := w.draft(text, "--unit", "xa")
	w.must("announce", "send", id)
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted >= n/4 }, patience, time.Millisecond)
	way.set(true)
	require.Less(t, w.sim.Stats().Accepted, int64(n), "it was broken off in the middle")
	require.Eventually(t, func() bool { status, _ := p.get("/readyz"); return status == 503 }, patience, 20*time.Millisecond)
	way.set(false)
	require.Eventually(t, func() bool { return w.status(id).State == "done" }, patience, 200*time.Millisecond, p.log)
	w.once(text, 0, n)
	require.Zero(t, w.status(id).Unsure)
}
