package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
)

// announced is a text as long as announcements are.
var announced = strings.Repeat("Họp thôn 19h tối nay tại nhà văn hóa. ", 10)

// takingStandIn takes every message as Zalo does, after a latency, and counts how often each villager got one. Of the
// calls it reads nothing but the recipient, so that it uses little of the machine.
type takingStandIn struct {
	*httptest.Server
	mu    sync.Mutex
	got   []uint8
	n     int
	first time.Time
	last  time.Time
	all   chan struct{} // every villager has been called
}

func newTakingStandIn(b *testing.B, villagers int, latency time.Duration) *takingStandIn {
	s := &takingStandIn{got: make([]uint8, villagers), all: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // whoever has gone needs no answer
		n := s.take(body)
		if latency > 0 {
			<-time.After(latency)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"error":0,"message":"Success","data":{"message_id":"m%d","user_id":"0"}}`, n)
	}))
	b.Cleanup(s.Close)
	return s
}

func (s *takingStandIn) take(body []byte) int {
	const field = `"user_id":"71`
	at := bytes.Index(body, []byte(field)) + len(field)
	user, err := strconv.Atoi(string(body[at : at+17]))
	if err != nil {
		panic(err) // a fault of the benchmark
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got[user-1]++
	s.last = time.Now()
	if s.n++; s.n == 1 {
		s.first = s.last
	}
	if s.n == len(s.got) {
		close(s.all)
	}
	return s.n
}

// rate waits until every villager has been called, and is how many were called in a second from the first to the last.
func (s *takingStandIn) rate(b *testing.B) float64 {
	b.Helper()
	select {
	case <-s.all:
	case <-time.After(time.Hour):
		require.Fail(b, "not all were called")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return float64(s.n-1) / max(s.last.Sub(s.first), time.Microsecond).Seconds()
}

// once checks that nobody was called twice.
func (s *takingStandIn) once(b *testing.B) {
	b.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.EqualValues(b, 1, slices.Max(s.got))
}

// bareRate is how many messages a second a client without a ledger sends to a server like the announcement's, with as
// many calls in flight.
func bareRate(b *testing.B, n int, latency time.Duration) float64 {
	b.Helper()
	stand := newTakingStandIn(b, n, latency)
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asProgram+"=sendbare", "LOALANG_ZALO_API_URL="+stand.URL, "RECIPIENTS="+strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	require.NoError(b, cmd.Run())
	return stand.rate(b)
}

// BenchmarkAnnounce sends an announcement to b.N residents without caps, over answers that take so long. "of-bare" is the
// part of what a bare client reaches against the same server just before and after. Run it with -benchtime=20000x.
func BenchmarkAnnounce(b *testing.B) {
	onBothDatabases(b, func(b *testing.B, database string) {
		for _, latency := range []time.Duration{0, 20 * time.Millisecond, 80 * time.Millisecond} {
			b.Run(latency.String(), func(b *testing.B) {
				w := allDay(newWorld(b, freshLike(b, database), nil))
				w.village(b.N, 0)
				stand := newTakingStandIn(b, b.N, latency)
				w.env["LOALANG_ZALO_API_URL"], w.env["LOALANG_ZALO_APP_CALLS_PER_MINUTE"] = stand.URL, "0"
				p := w.serve()
				id := w.draft(announced, "--unit", "xa")
				idle := memoryOf(b, p, "VmRSS:")
				forgetPeak(b, p)
				bare := bareRate(b, b.N, latency)
				own, all := ticksOf(b, strconv.Itoa(p.cmd.Process.Pid)), cpuTime(b, p)
				b.ResetTimer()
				w.must("announce", "send", id)
				rate := stand.rate(b)
				require.Eventually(b, func() bool { return p.metric(`loalang_lanes_due{kind="delivery"}`) == "0" }, patience, 50*time.Millisecond)
				b.StopTimer()
				perTenThousand := 10_000 / float64(b.N)
				b.ReportMetric(rate, "msgs/s")
				b.ReportMetric(float64(ticksOf(b, strconv.Itoa(p.cmd.Process.Pid))-own)/100*perTenThousand, "own-cpu-s/10k")
				b.ReportMetric((cpuTime(b, p)-all).Seconds()*perTenThousand, "with-db-cpu-s/10k")
				b.ReportMetric(memoryOf(b, p, "VmHWM:")-idle, "MB-above-idle")
				b.ReportMetric(rate/((bare+bareRate(b, b.N, latency))/2), "of-bare")
				stand.once(b)
				require.Eventually(b, func() bool { return w.status(id).State == "done" }, patience, 100*time.Millisecond)
				require.Equal(b, b.N, w.status(id).Accepted)
				p.kill()
			})
		}
	})
}

// freshLike is another empty database of the same kind.
func freshLike(b *testing.B, database string) string {
	b.Helper()
	if strings.HasPrefix(database, "sqlite://") {
		return storetest.SQLiteURL(b)
	}
	return storetest.PostgresURL(b)
}

// forgetPeak lets Linux measure the largest resident set anew.
func forgetPeak(b *testing.B, p *process) {
	b.Helper()
	require.NoError(b, os.WriteFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "clear_refs"), []byte("5"), 0o600))
}
