package zalosim_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// village is how many residents the benchmarks send to, in turn.
const village = 100_000

// newVillage is an account with residents who wrote just now.
func newVillage(residents int, change ...func(*zalosim.Config)) *zalosim.Server {
	cfg := zalosim.Config{AppID: appID, AppSecret: appSecret}
	for _, f := range change {
		f(&cfg)
	}
	sim := zalosim.New(cfg)
	sim.AddOA(zalosim.OA{ID: account, Name: "Xã Thử Nghiệm", Secret: secret, AccessToken: access})
	now := time.Now()
	for n := range residents {
		sim.AddUser(zalosim.User{OA: account, ID: villager(n), LastInteraction: now})
	}
	return sim
}

func villager(n int) string { return fmt.Sprintf("71%017d", n) }

// announcement is a message call to the n-th resident, with a text as long as announcements are.
func announcement(n int) string {
	return `{"recipient":{"user_id":"` + villager(n) + `"},"message":{"text":"` + strings.Repeat("Họp thôn 19h tối nay tại nhà văn hóa. ", 10) + `"}}`
}

// request is a call of the account without a network.
func request(path, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("access_token", access)
	return r
}

// discard is a browser that has no eyes.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkSend is the simulator alone, without HTTP's own work. bytes/message is what stays in memory of each, with its
// events still waiting when the app does not answer. cpu-µs/send counts all threads, also where others use the machine.
func BenchmarkSend(b *testing.B) {
	for name, waiting := range map[string]bool{"Quiet": false, "EventsWaiting": true} {
		b.Run(name, func(b *testing.B) {
			stalled := make(chan struct{})
			app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stalled }))
			defer app.Close()
			defer close(stalled)
			sim := newVillage(village, func(c *zalosim.Config) {
				if waiting {
					c.WebhookURL, c.Echoes, c.Receipts = app.URL, true, true
				}
			})
			before, cpu := heap(), cpuTime(b)
			b.ReportAllocs()
			b.ResetTimer()
			for n := range b.N {
				call(sim, "/v3.0/oa/message/cs", announcement(n%village))
			}
			b.StopTimer()
			perSend(b, cpu)
			b.ReportMetric(max(0, float64(heap())-float64(before))/float64(b.N), "bytes/message")
			require.EqualValues(b, b.N, sim.Stats().Accepted)
			require.NoError(b, sim.Stop(b.Context()))
		})
	}
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// cpuTime is what the process has used so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func perSend(b *testing.B, since time.Duration) {
	b.Helper()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
	b.ReportMetric(float64((cpuTime(b)-since).Microseconds())/float64(b.N), "cpu-µs/send")
}

// BenchmarkSendHTTP is the simulator over loopback, with 64 calls in flight; the client's work counts as well, and with
// events the app's.
func BenchmarkSendHTTP(b *testing.B) {
	for name, events := range map[string]bool{"Quiet": false, "WithEchoAndReceipt": true} {
		b.Run(name, func(b *testing.B) {
			app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
			defer app.Close()
			sim := newVillage(village, func(c *zalosim.Config) {
				if events {
					c.WebhookURL, c.Echoes, c.Receipts = app.URL, true, true
				}
			})
			server := httptest.NewServer(sim)
			defer server.Close()
			client := zalo.NewClient(zalo.Config{APIURL: server.URL})
			var next atomic.Int64
			cpu := cpuTime(b)
			b.SetParallelism(64)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := int(next.Add(1)) % village
					_, err := client.SendConsultation(b.Context(), access, zalo.EndpointV3, villager(n), zalo.Message{Text: "Họp thôn 19h tối nay"})
					if err != nil {
						b.Error(err)
					}
				}
			})
			if events {
				require.Eventually(b, func() bool { return sim.Stats().WebhooksSent == 2*int64(b.N) }, time.Minute, time.Millisecond)
			}
			b.StopTimer()
			perSend(b, cpu)
			require.NoError(b, sim.Stop(b.Context()))
		})
	}
}
