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
var announced = strings.TrimSpace(strings.Repeat("Họp thôn 19h tối nay tại nhà văn hóa. ", 10))

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
// many calls in flight, and what CPU time that takes it.
func bareRate(b *testing.B, n int, latency time.Duration) (rate float64, cpu time.Duration) {
	b.Helper()
	stand := newTakingStandIn(b, n, latency)
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asProgram+"=sendbare", "LOALANG_ZALO_API_URL="+stand.URL, "RECIPIENTS="+strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	require.NoError(b, cmd.Run())
	return stand.rate(b), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
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
				before, bareCPU := bareRate(b, b.N, latency)
				own := ticksOf(b, strconv.Itoa(p.cmd.Process.Pid))
				b.ResetTimer()
				w.must("announce", "send", id)
				rate := stand.rate(b)
				require.Eventually(b, func() bool { return p.metric(`loalang_lanes_due{kind="delivery"}`) == "0" }, patience, 50*time.Millisecond)
				b.StopTimer()
				perTenThousand := 10_000 / float64(b.N)
				b.ReportMetric(rate, "msgs/s")
				b.ReportMetric(float64(ticksOf(b, strconv.Itoa(p.cmd.Process.Pid))-own)/100*perTenThousand, "own-cpu-s/10k")
				b.ReportMetric(bareCPU.Seconds()*perTenThousand, "bare-cpu-s/10k")
				b.ReportMetric(memoryOf(b, p, "VmHWM:")-idle, "MB-above-idle")
				after, _ := bareRate(b, b.N, latency)
				b.ReportMetric(2*rate/(before+after), "of-bare")
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

// cappedWorld has a village whose account is capped as by its package, at a Zalo that keeps the cap, too, and answers
// after 20 to 80 ms.
func cappedWorld(b *testing.B, database string, limit, n, few int) *world {
	b.Helper()
	w := allDay(newWorld(b, database, distant(testApp, limit)))
	w.must("oa", "add", "--oa-id", testOA, "--name", "Xã Thử", "--calls-per-minute", strconv.Itoa(limit))
	w.village(n, few)
	w.serve()
	return w
}

// keptCap checks that Zalo had nothing to refuse, and reports the most calls of any minute.
func (w *world) keptCap(b *testing.B, limit int) {
	b.Helper()
	stats := w.sim.Stats()
	require.Zero(b, stats.Refused)
	require.LessOrEqual(b, stats.Peak[testOA], limit)
	b.ReportMetric(float64(stats.Peak[testOA]), "calls-in-a-minute")
}

// arrivals are the times at which villagers got their message, sorted.
func (w *world) arrivals(from, to int) (list []time.Time) {
	for i := from; i < to; i++ {
		for _, m := range w.sim.Messages(testOA, villager(i)) {
			list = append(list, m.At)
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

// BenchmarkAnnounceCapped measures an announcement that takes three minutes of the cap, against the cap's own time.
// Run it with -benchtime=1x.
func BenchmarkAnnounceCapped(b *testing.B) {
	onBothDatabases(b, func(b *testing.B, database string) {
		for _, limit := range []int{100, 2000} {
			b.Run(fmt.Sprint(limit, "-a-minute"), func(b *testing.B) {
				for range b.N {
					n := 3 * limit
					w := cappedWorld(b, freshLike(b, database), limit, n, 0)
					id := w.draft(announced, "--unit", "xa")
					sent := time.Now()
					w.must("announce", "send", "--wait", id)
					w.once(announced, 0, n)
					list := w.arrivals(0, n)
					b.ReportMetric(list[n-1].Sub(sent).Seconds()/(3*time.Minute).Seconds(), "of-caps-time")
					w.keptCap(b, limit)
				}
			})
		}
	})
}

// BenchmarkAnnounceEmergency sends an emergency to 700 while a bulk announcement to 12,000 uses all of the cap, and tells
// when it was sent first and last, and in which part of the time that its calls take at the cap. Run it with -benchtime=1x.
func BenchmarkAnnounceEmergency(b *testing.B) {
	const n, few, limit = 12_000, 700, 2000
	onBothDatabases(b, func(b *testing.B, database string) {
		for range b.N {
			w := cappedWorld(b, freshLike(b, database), limit, n, few)
			w.must("announce", "send", w.draft(announced, "--unit", "xom", "--urgency", "bulk"))
			require.Eventually(b, func() bool { return w.sim.Stats().Accepted > limit }, patience, 10*time.Millisecond)
			emergency := w.draft("Lũ về!", "--unit", "ban", "--urgency", "emergency")
			sent := time.Now()
			w.must("announce", "send", "--wait", emergency)
			list := w.arrivals(n, n+few)
			require.Len(b, list, few)
			b.ReportMetric(float64(list[0].Sub(sent).Milliseconds()), "first-ms")
			b.ReportMetric(list[few-1].Sub(sent).Seconds(), "last-s")
			b.ReportMetric(list[few-1].Sub(sent).Minutes()*limit/few, "of-caps-time")
			w.keptCap(b, limit)
		}
	})
}
