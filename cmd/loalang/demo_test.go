package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"

	"github.com/loalang/loalang/configs"
)

// startDemo runs the demo and returns its link.
func startDemo(t *testing.T) string {
	t.Helper()
	settings := configs.Default()
	settings.HTTPAddr = "127.0.0.1:0"
	cfg, err := settings.Config()
	require.NoError(t, err)
	cfg.DatabaseURL = configs.Secret(storetest.SQLiteURL(t))
	ctx, stop := context.WithCancel(context.Background())
	link, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- runDemo(ctx, cfg, slog.New(slog.DiscardHandler), func(l string) { link <- l }) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	select {
	case l := <-link:
		return l
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(30 * time.Second):
		require.Fail(t, "the demo does not start")
	}
	return ""
}

func TestDemoLeavesNoTrace(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	w := &world{t: t, env: map[string]string{"TMPDIR": folder, "LOALANG_HTTP_ADDR": "127.0.0.1:0"}}
	cmd := w.command("demo")
	home := cmd.Dir
	out := &linkBuffer{link: make(chan struct{}, 1)}
	cmd.Stdout = out
	require.NoError(t, cmd.Start())
	select {
	case <-out.link:
	case <-time.After(30 * time.Second):
		require.Fail(t, "no link was printed")
	}
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.NoError(t, cmd.Wait())
	for _, place := range []string{folder, home} {
		left, err := filepath.Glob(filepath.Join(place, "*"))
		require.NoError(t, err)
		require.Empty(t, left)
	}
}

// linkBuffer tells when the link was printed.
type linkBuffer struct {
	text bytes.Buffer
	link chan struct{}
}

func (b *linkBuffer) Write(p []byte) (int, error) {
	b.text.Write(p)
	if strings.Contains(b.text.String(), "/demo\n") {
		select {
		case b.link <- struct{}{}:
		default:
		}
	}
	return len(p), nil
}

func TestDemoClockMovesWhatIsTrueToday(t *testing.T) {
	t.Parallel()

	link := startDemo(t)
	ask := func() string {
		const who = `"oa":"` + demoOAID + `","user":"7100000000000000001"`
		postJSON(t, link+"/api/send", `{`+who+`,"text":"nộp lệ phí trực tuyến thế nào"}`)
		var last string
		before := len(chat(t, link))
		require.Eventually(t, func() bool {
			messages := chat(t, link)
			if len(messages) < before || !messages[len(messages)-1].FromOA {
				return false
			}
			last = messages[len(messages)-1].Text
			return true
		}, patience, 50*time.Millisecond)
		return last
	}
	require.Contains(t, ask(), "Nguồn: ")
	postJSON(t, link+"/clock", `{"now":"2027-06-01T08:00:00+07:00"}`)
	require.Contains(t, ask(), "đã hết hạn", "an expired answer was given")
}

type shownMessage struct {
	FromOA bool   `json:"from_oa"`
	Text   string `json:"text"`
}

func chat(t *testing.T, link string) []shownMessage {
	t.Helper()
	resp, err := http.Get(link + "/api/chat?oa=" + demoOAID + "&user=7100000000000000001") //nolint:noctx // a test's own call
	require.NoError(t, err)
	defer resp.Body.Close()
	var body struct{ Messages []shownMessage }
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&body))
	return body.Messages
}

func postJSON(t *testing.T, address, body string) {
	t.Helper()
	resp, err := http.Post(address, "application/json", strings.NewReader(body)) //nolint:noctx // a test's own call
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, resp.Body)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

// chromium is a browser of the machine. A missing one fails.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("LOALANG_TEST_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.Fail(t, "the tests need Chromium: run them with `make test`")
	return ""
}

func TestResidentAsksInTheBrowserAndGetsTheRightAnswer(t *testing.T) {
	t.Parallel()

	link := startDemo(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900))
	allocator, endAllocator := chromedp.NewExecAllocator(t.Context(), options...)
	defer endAllocator()
	browser, endBrowser := chromedp.NewContext(allocator)
	defer endBrowser()
	ctx, cancel := context.WithTimeout(browser, patience)
	defer cancel()

	const answer = `.message[data-from="oa"]`
	require.NoError(t, chromedp.Do(ctx,
		chromedp.Navigate(link),
		chromedp.WaitVisible(`#composer`),
		chromedp.Click(`.resident[data-user="7100000000000000002"]`),
		chromedp.WaitVisible(`.resident[data-user="7100000000000000002"][aria-current="true"]`),
		chromedp.SendKeys(`#composer`, "lam sao kich hoat vneid"),
		chromedp.Click(`#send`),
		chromedp.WaitVisible(answer),
	))
	text, err := chromedp.Run(ctx, chromedp.Text(answer))
	require.NoError(t, err)
	require.Contains(t, text, "Kích hoạt tài khoản định danh điện tử")
	require.Contains(t, text, "Nguồn: Bộ Công an")
	require.NoError(t, chromedp.Do(ctx,
		chromedp.Click(answer+` button.message-button`),
		chromedp.WaitVisible(answer+` ~ `+answer),
		chromedp.WaitVisible(`.tick`),
	))
	second, err := chromedp.Run(ctx, chromedp.Text(answer+` ~ `+answer))
	require.NoError(t, err)
	require.Contains(t, second, "OTP")
}
