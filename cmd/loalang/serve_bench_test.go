package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo"
)

// zaloStandIn answers every message at once as Zalo does, and tells who got one.
type zaloStandIn struct {
	*httptest.Server
	mu   sync.Mutex
	wait map[string]chan struct{}
}

func newZaloStandIn(b *testing.B) *zaloStandIn {
	s := &zaloStandIn{wait: make(map[string]chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Recipient struct {
				UserID string `json:"user_id"`
			}
		}
		_ = json.NewDecoder(r.Body).Decode(&body) // an unknown recipient is answered too
		fmt.Fprintf(w, `{"error":0,"message":"Success","data":{"message_id":"%d","user_id":%q}}`, time.Now().UnixNano(), body.Recipient.UserID)
		s.mu.Lock()
		defer s.mu.Unlock()
		if got := s.wait[body.Recipient.UserID]; got != nil {
			got <- struct{}{}
		}
	}))
	b.Cleanup(s.Close)
	return s
}

// expect returns a channel that hears of each message to a user.
func (s *zaloStandIn) expect(user string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := make(chan struct{}, 16)
	s.wait[user] = got
	return got
}

// benchWorld is a deployment that speaks with a stand-in of Zalo, without caps.
func benchWorld(b *testing.B, database string) (*world, *zaloStandIn) {
	b.Helper()
	w := newWorld(b, database, nil)
	stand := newZaloStandIn(b)
	w.env["LOALANG_ZALO_API_URL"], w.env["LOALANG_ZALO_APP_CALLS_PER_MINUTE"] = stand.URL, "0"
	return w, stand
}

func onBothDatabases(b *testing.B, bench func(b *testing.B, database string)) {
	b.Helper()
	b.Run("SQLite", func(b *testing.B) { bench(b, storetest.SQLiteURL(b)) })
	b.Run("Postgres", func(b *testing.B) { bench(b, storetest.PostgresURL(b)) })
}

var benchQuestions = []string{
	"lam sao kich hoat vneid", "quên mật khẩu vneid thì làm thế nào", "nop ho so dich vu cong o dau", "menu",
	"hộ nghèo vay được bao nhiêu", "lãi suất vay giải quyết việc làm", "cam on", "hom nay an gi",
}

// benchEvent is a signed event, ready to be sent.
type benchEvent struct {
	body      []byte
	signature string
}

func benchEvents(n, users int, prefix string) []benchEvent {
	list := make([]benchEvent, n)
	for i := range list {
		body := textEvent(fmt.Sprintf("71%017d", i%users+1), fmt.Sprint(prefix, i), benchQuestions[i%len(benchQuestions)])
		var fields struct{ Timestamp string }
		_ = json.Unmarshal(body, &fields) // our own
		list[i] = benchEvent{body, "mac=" + zalo.Sign(testApp, body, fields.Timestamp, testSecret)}
	}
	return list
}

func (e benchEvent) post(b *testing.B, client *http.Client, base string) {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, base+"/webhook/zalo", bytes.NewReader(e.body))
	require.NoError(b, err)
	req.Header.Set(zalo.SignatureHeader, e.signature)
	resp, err := client.Do(req)
	require.NoError(b, err)
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.Errorf("HTTP %d", resp.StatusCode)
	}
}

// load sends events over so many connections and returns how long each answer took, sorted.
func load(b *testing.B, base string, events []benchEvent, connections int) []time.Duration {
	took := make([]time.Duration, len(events))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	for c := range connections {
		wg.Go(func() {
			for i := c; i < len(events); i += connections {
				start := time.Now()
				events[i].post(b, client, base)
				took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

func reportTimes(b *testing.B, sorted []time.Duration) {
	b.ReportMetric(float64(sorted[len(sorted)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(sorted[len(sorted)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkAcknowledge sends signed questions and measures the time to the 200, while the same process answers them.
// "bare" is the yardstick: verify, one row in a group commit, 200. Run it with -benchtime=10000x.
func BenchmarkAcknowledge(b *testing.B) {
	onBothDatabases(b, func(b *testing.B, database string) {
		for _, connections := range []int{1, 8, 64} {
			for _, program := range []string{"bare", "serve"} {
				b.Run(fmt.Sprintf("%s/%d", program, connections), func(b *testing.B) {
					w, _ := benchWorld(b, database)
					if program == "bare" {
						w.env[asProgram] = "bare"
					}
					p := w.serve()
					load(b, p.url, benchEvents(200, 200, fmt.Sprint("warm", b.N, program, connections)), connections)
					events := benchEvents(b.N, 2000, fmt.Sprint(program, connections, "-", b.N, "-"))
					before := cpuTime(b, p)
					b.ResetTimer()
					took := load(b, p.url, events, connections)
					b.StopTimer()
					b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acks/s")
					reportTimes(b, took)
					if program == "serve" {
						require.Eventually(b, func() bool {
							return p.metric(`loalang_lanes_due{kind="resident"}`) == "0" && p.metric(`loalang_lanes_due{kind="delivery"}`) == "0"
						}, patience, time.Second)
					}
					b.ReportMetric((cpuTime(b, p)-before).Seconds()/float64(b.N)*10000, "cpu-s/10k")
					p.kill()
				})
			}
		}
	})
}

// BenchmarkQuestionToReply measures from a question's departure to the arrival of its reply at Zalo, for residents who
// each wait for their answer before they ask again.
func BenchmarkQuestionToReply(b *testing.B) {
	onBothDatabases(b, func(b *testing.B, database string) {
		for _, residents := range []int{1, 64} {
			b.Run(fmt.Sprintf("%d", residents), func(b *testing.B) {
				w, stand := benchWorld(b, database)
				p := w.serve()
				events := benchEvents(b.N, residents, fmt.Sprint("q", residents, "-", b.N, "-"))
				took := make([]time.Duration, b.N)
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: residents}}
				var wg sync.WaitGroup
				b.ResetTimer()
				for r := range residents {
					got := stand.expect(fmt.Sprintf("71%017d", r+1))
					wg.Go(func() {
						for i := r; i < b.N; i += residents {
							start := time.Now()
							events[i].post(b, client, p.url)
							<-got
							took[i] = time.Since(start)
						}
					})
				}
				wg.Wait()
				b.StopTimer()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
				slices.Sort(took)
				reportTimes(b, took)
				require.Zero(b, p.stop(), p.log)
			})
		}
	})
}

// BenchmarkMemoryAfterManyResidents tells how much memory the process holds after b.N residents have asked once each.
// Run it with -benchtime=100000x.
func BenchmarkMemoryAfterManyResidents(b *testing.B) {
	onBothDatabases(b, func(b *testing.B, database string) {
		w, _ := benchWorld(b, database)
		p := w.serve()
		load(b, p.url, benchEvents(b.N, b.N, fmt.Sprint("m", b.N, "-")), 64)
		require.Eventually(b, func() bool { return p.metric(`loalang_lanes_due{kind="delivery"}`) == "0" }, 4*patience, 100*time.Millisecond)
		b.ReportMetric(memoryOf(b, p, "VmRSS:"), "MB")
		p.kill()
	})
}

// cpuTime is what a process and all of PostgreSQL have used so far. It reads Linux's /proc.
func cpuTime(b *testing.B, p *process) time.Duration {
	b.Helper()
	total := ticksOf(b, strconv.Itoa(p.cmd.Process.Pid))
	stats, err := filepath.Glob("/proc/[0-9]*/comm")
	require.NoError(b, err)
	for _, path := range stats {
		if name, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(name)) == "postgres" {
			total += ticksOf(b, filepath.Base(filepath.Dir(path)))
		}
	}
	return time.Duration(total) * 10 * time.Millisecond // Linux counts in hundredths of a second
}

func ticksOf(b *testing.B, pid string) int {
	b.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return 0 // it has ended
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	require.NoError(b, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(b, err)
	return user + system
}

// memoryOf is the process's resident set in megabytes: VmRSS: now, VmHWM: at its largest.
func memoryOf(b *testing.B, p *process, field string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(b, err)
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == field {
			kilobytes, err := strconv.ParseFloat(fields[1], 64)
			require.NoError(b, err)
			return kilobytes / 1024
		}
	}
	return 0
}
