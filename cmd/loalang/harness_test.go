package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// asProgram makes the test binary run as loalang itself, so that tests can start and kill real processes.
const asProgram = "LOALANG_TEST_RUN_AS_PROGRAM"

// program is what the tests start and kill: the one that LOALANG_TEST_PROGRAM names, which `make test` builds as it is
// shipped, or else the test binary.
func program() string {
	if path := os.Getenv("LOALANG_TEST_PROGRAM"); path != "" {
		return path
	}
	return os.Args[0]
}

func TestMain(m *testing.M) {
	switch os.Getenv(asProgram) {
	case "1":
		main()
	case "bare":
		serveBare()
	case "sendbare":
		sendBare()
	}
	os.Exit(m.Run())
}

const (
	testApp    = "1000000000000000001"
	testOA     = "4000000000000000001"
	testSecret = "the oa's secret"
)

// world is one deployment under test: a database, a simulated Zalo, and the environment of the program.
type world struct {
	t   testing.TB
	sim *zalosim.Server
	env map[string]string
}

// newWorld has one account whose tokens are at and rt. change may set what the simulated Zalo does.
func newWorld(t testing.TB, database string, change func(*zalosim.Config, *zalosim.OA)) *world {
	t.Helper()
	cfg := zalosim.Config{AppID: testApp, AppSecret: "app secret", Echoes: true, Receipts: true, RetryAfter: retryOften()}
	oa := zalosim.OA{ID: testOA, Name: "Xã Thử", Secret: testSecret, AccessToken: "at", RefreshToken: "rt"}
	if change != nil {
		change(&cfg, &oa)
	}
	sim := zalosim.New(cfg)
	sim.AddOA(oa)
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		require.NoError(t, sim.Stop(context.Background()))
		server.CloseClientConnections()
		server.Close()
	})
	w := &world{t: t, sim: sim, env: map[string]string{
		"LOALANG_HTTP_ADDR": "127.0.0.1:0", "LOALANG_DATABASE_URL": database, "LOALANG_SECRET_KEY": storetest.SecretKey,
		"LOALANG_ZALO_APP_ID": testApp, "LOALANG_ZALO_APP_SECRET": "app secret", "LOALANG_ZALO_OA_SECRET": testSecret,
		"LOALANG_ZALO_API_URL": server.URL, "LOALANG_ZALO_OAUTH_URL": server.URL, "LOALANG_LOG_FORMAT": "text",
	}}
	w.setUp(database)
	kind := "business"
	if oa.Government {
		kind = "government"
	}
	w.must("oa", "add", "--oa-id", testOA, "--name", oa.Name, "--type", kind, "--calls-per-minute", "0",
		"--access-token", "at", "--refresh-token", "rt")
	return w
}

// setUp puts a copy of a database that the program has set up where there is none yet, so that not every test waits for that.
func (w *world) setUp(database string) {
	w.t.Helper()
	path, ok := strings.CutPrefix(database, "sqlite://")
	if !ok {
		return
	}
	fresh.Do(func() {
		own := *w
		own.env = maps.Clone(w.env)
		at := filepath.Join(w.t.TempDir(), "fresh.db")
		own.env["LOALANG_DATABASE_URL"] = "sqlite://" + at
		own.must("migrate")
		var err error
		freshFile, err = os.ReadFile(at)
		require.NoError(w.t, err)
	})
	require.NotEmpty(w.t, freshFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		require.NoError(w.t, os.WriteFile(path, freshFile, 0o600))
	}
}

var (
	fresh     sync.Once
	freshFile []byte
)

// retryOften is a ladder for tests: Zalo's own takes hours.
func retryOften() []time.Duration {
	ladder := make([]time.Duration, 600)
	for i := range ladder {
		ladder[i] = 100 * time.Millisecond
	}
	return ladder
}

func (w *world) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(w.t.Context(), program(), args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	for k, v := range w.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Dir = w.t.TempDir()
	return cmd
}

// run runs a command to its end.
func (w *world) run(args ...string) (stdout, stderr string, exit int) {
	w.t.Helper()
	return w.runWith("", args...)
}

// runWith runs a command that reads stdin.
func (w *world) runWith(stdin string, args ...string) (stdout, stderr string, exit int) {
	w.t.Helper()
	var out, errs bytes.Buffer
	cmd := w.command(args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil {
		require.ErrorAs(w.t, err, &ended)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func (w *world) must(args ...string) string {
	w.t.Helper()
	out, errs, exit := w.run(args...)
	require.Zero(w.t, exit, "%v: %s", args, errs)
	return out
}

// process is a running `loalang serve`.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
	url string
	log *logBuffer
}

// logBuffer keeps what a process logs and tells the address it serves at.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
	addr chan string
	told bool
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Write(p)
	if b.told {
		return len(p), nil
	}
	if _, after, ok := strings.Cut(b.text.String(), "msg=serving addr="); ok && strings.Contains(after, " ") {
		b.told = true
		b.addr <- strings.Fields(after)[0]
	}
	return len(p), nil
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// serve starts `loalang serve` as a process of its own.
func (w *world) serve() *process {
	w.t.Helper()
	p := &process{t: w.t, cmd: w.command("serve"), log: &logBuffer{addr: make(chan string, 1)}}
	p.cmd.Stderr = p.log
	require.NoError(w.t, p.cmd.Start())
	w.t.Cleanup(p.kill)
	select {
	case addr := <-p.log.addr:
		p.url = "http://" + addr
	case <-time.After(patience):
		require.Fail(w.t, "the program does not serve", p.log.String())
	}
	w.sim.SetWebhookURL(p.url + "/webhook/zalo")
	return p
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.cmd.Wait()
}

// stop is Ctrl-C, and returns the exit code.
func (p *process) stop() int {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) get(path string) (status int, body string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	require.NoError(p.t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, string(text)
}

// metric is the value of one line of /metrics.
func (p *process) metric(line string) string {
	p.t.Helper()
	_, body := p.get("/metrics")
	for l := range strings.Lines(body) {
		if value, ok := strings.CutPrefix(l, line+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return "0"
}

// textEvent is the body of a user_send_text.
func textEvent(user, msgID, text string) []byte {
	body, err := json.Marshal(map[string]any{
		"app_id": testApp, "event_name": "user_send_text", "user_id_by_app": "9" + user,
		"sender": map[string]string{"id": user}, "recipient": map[string]string{"id": testOA},
		"message": map[string]string{"msg_id": msgID, "text": text}, "timestamp": fmt.Sprint(time.Now().UnixMilli()),
	})
	if err != nil {
		panic(err)
	}
	return body
}

// signed posts a body with the signature of secret and returns the status, 0 when nobody answers.
func signed(ctx context.Context, base string, body []byte, secret string) int {
	var fields struct {
		AppID     zalo.ID `json:"app_id"`
		Timestamp zalo.ID `json:"timestamp"`
	}
	_ = json.Unmarshal(body, &fields) // a broken body is sent as it is
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/webhook/zalo", bytes.NewReader(body))
	if err != nil {
		return 0
	}
	req.Header.Set(zalo.SignatureHeader, "mac="+zalo.Sign(string(fields.AppID), body, string(fields.Timestamp), secret))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode
}

// onBoth runs a test on SQLite and on Postgres.
func onBoth(t *testing.T, test func(t *testing.T, database string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.SQLiteURL(t))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.PostgresURL(t))
	})
}

// gate is a way to a server that can be shut and opened.
type gate struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	shut     bool
	open     map[net.Conn]struct{}
}

func newGate(t testing.TB, to string) *gate {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &gate{listener: listener, to: to, open: make(map[net.Conn]struct{})}
	go g.run()
	t.Cleanup(func() { _ = listener.Close(); g.set(true) })
	return g
}

func (g *gate) run() {
	for {
		in, err := g.listener.Accept()
		if err != nil {
			return
		}
		out, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", g.to)
		g.mu.Lock()
		if err != nil || g.shut {
			_ = in.Close()
			if err == nil {
				_ = out.Close()
			}
			g.mu.Unlock()
			continue
		}
		g.open[in], g.open[out] = struct{}{}, struct{}{}
		g.mu.Unlock()
		go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
	}
}

// set shuts the gate, breaking what is open, or opens it.
func (g *gate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	if shut {
		for c := range g.open {
			_ = c.Close()
		}
		clear(g.open)
	}
}
