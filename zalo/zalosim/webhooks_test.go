package zalosim_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo/zalosim"
)

func TestWebhooksKeepToTheirSlotsHoweverManyWait(t *testing.T) {
	t.Parallel()

	const residents, slots = 1000, 64
	var active, most atomic.Int64
	stalled := make(chan struct{})
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if n := active.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer active.Add(-1)
		<-stalled
	}))
	sim := newVillage(residents, func(c *zalosim.Config) { c.WebhookURL, c.Echoes, c.Receipts = app.URL, true, true })
	t.Cleanup(func() {
		require.NoError(t, sim.Stop(t.Context()))
		app.Close()
	})
	for n := range residents {
		call(sim, "/v3.0/oa/message/cs", announcement(n))
	}
	require.Eventually(t, func() bool { return active.Load() == slots }, patience, time.Millisecond)
	close(stalled)
	require.Eventually(t, func() bool { return sim.Stats().WebhooksSent == 2*residents && active.Load() == 0 }, patience, time.Millisecond)
	require.LessOrEqual(t, most.Load(), int64(slots))
	require.Zero(t, sim.Stats().WebhooksFailed)
}
