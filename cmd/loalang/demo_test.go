package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store/storetest"
)

// startDemo runs the demo and returns its link.
func startDemo(t *testing.T) string {
	t.Helper()
	return startDemoOn(t, storetest.SQLiteURL(t))
}

// startDemoOn is startDemo with a database that is looked into.
func startDemoOn(t *testing.T, database string) string {
	t.Helper()
	settings := configs.Default()
	settings.HTTPAddr = "127.0.0.1:0"
	cfg, err := settings.Config()
	require.NoError(t, err)
	cfg.DatabaseURL = configs.Secret(database)
	cfg.SecretKey = storetest.SecretKey
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
	case <-time.After(patience):
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
	case <-time.After(patience):
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

func TestDemoKnowsTheBanksNextDay(t *testing.T) {
	t.Parallel()

	link := startDemo(t)
	postJSON(t, link+"/api/send", `{"oa":"`+demoOAID+`","user":"7100000000000000001","text":"bao giờ ngân hàng về xã"}`)
	require.Eventually(t, func() bool {
		messages := chat(t, link)
		return len(messages) > 1 && strings.Contains(messages[len(messages)-1].Text, "hội trường xã Đồng Xanh")
	}, patience, 50*time.Millisecond)
}

func TestDemoRemindsOfTheBanksDayWhenTheClockIsMovedThere(t *testing.T) {
	t.Parallel()

	link := startDemo(t)
	village := time.FixedZone("+07", 7*60*60)
	day := time.Now().In(village).AddDate(0, 0, demoBankAhead)
	evening := time.Date(day.Year(), day.Month(), day.Day()-3, 18, 0, 0, 0, village)
	reminders := func() (texts []string) {
		for _, m := range chat(t, link) {
			if strings.Contains(m.Text, "Còn 3 ngày nữa, Ngân hàng Chính sách xã hội về Xã Đồng Xanh") {
				texts = append(texts, m.Text)
			}
		}
		return texts
	}
	postJSON(t, link+"/clock", `{"now":"`+evening.Add(-time.Minute).Format(time.RFC3339)+`"}`)
	require.Empty(t, reminders())
	postJSON(t, link+"/clock", `{"now":"`+evening.Format(time.RFC3339)+`"}`)
	require.Eventually(t, func() bool { return len(reminders()) == 1 }, patience, 50*time.Millisecond)
	require.Contains(t, reminders()[0], "hội trường xã Đồng Xanh")
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

// browse opens the demo in a browser.
func browse(t *testing.T, link string) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900))
	allocator, endAllocator := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(endAllocator)
	browser, endBrowser := chromedp.NewContext(allocator)
	t.Cleanup(endBrowser)
	ctx, cancel := context.WithTimeout(browser, patience)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(link), chromedp.WaitVisible(`#composer`)))
	return ctx
}

func TestResidentAsksInTheBrowserAndGetsTheRightAnswer(t *testing.T) {
	t.Parallel()

	link := startDemo(t)
	ctx := browse(t, link)
	const answer = `.message[data-from="oa"]`
	require.NoError(t, chromedp.Do(ctx,
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
		chromedp.SendKeys(answer+` button.message-button`, kb.Enter),
		chromedp.WaitVisible(answer+` ~ `+answer),
		chromedp.WaitVisible(`.tick`),
	))
	second, err := chromedp.Run(ctx, chromedp.Text(answer+` ~ `+answer))
	require.NoError(t, err)
	require.Contains(t, second, "OTP")
}

// styles are ten questions in ten ways of writing. Of entry the answer or one of its cases is right. Each resident asks one of
// the first five and one of the last, which are too long to lean on the answer before.
var styles = []struct{ style, question, entry, then string }{
	{"without diacritics", "lam sao kich hoat vneid", "vneid-kich-hoat", ""},
	{"teencode", "quen mk vneid r lm s lay lai dc z", "vneid-quen-mat-khau", ""},
	{"Telex leftovers", "nhaf ddang chays cuwus vowis", "", "emergency"},
	{"two words", "căn cước", "", "clarify"},
	{"with emoji", "lừa đảo rồi 😭😭 mất tiền rồi 🙏", "lua-dao-da-mat-tien", ""},
	{"southern", "thẻ bảo hiểm y tế bị rớt mất tiêu rồi giờ xin lại chỗ nào vậy mấy chú", "bhyt-mat-sai-the", ""},
	{"central", "mất căn cước rồi chừ mần lại ở mô rứa hè", "can-cuoc-mat-cap-lai", "branch"},
	{"highland", "vợ mình mới đẻ con, muốn làm giấy khai sinh cho nó thì đi đâu cán bộ ơi", "khai-sinh", ""},
	{
		"dictated", "alo cho tôi hỏi chút nhà tôi năm nay được xét là hộ nghèo rồi mà giờ tôi muốn vay tiền ngân hàng chính sách " +
			"để nuôi mấy con bò thì phải làm thủ tục gì với lại nộp giấy tờ ở đâu cảm ơn nhiều", "vay-ho-ngheo", "",
	},
	{
		"a formal letter", "Kính gửi Ủy ban nhân dân xã. Gia đình tôi có người vừa qua đời, kính đề nghị quý cơ quan hướng dẫn thủ tục " +
			"đăng ký khai tử. Trân trọng cảm ơn.", "khai-tu-mai-tang", "",
	},
}

func TestResidentsAskInTenStylesAndGetTheRightAnswers(t *testing.T) {
	t.Parallel()

	content, err := faq.Load(configs.FAQ, "*.yaml")
	require.NoError(t, err)
	entries, byTitle := make(map[string]faq.Entry), make(map[string]faq.Entry)
	for _, e := range content.Entries {
		entries[e.ID], byTitle[e.Title] = e, e
	}
	ctx := browse(t, startDemo(t))
	answered := make(map[string]int) // by resident
	var user string
	// last waits for the next answer on the phone that is shown.
	last := func() (text, message string) {
		answered[user]++
		message = fmt.Sprintf(`:nth-child(%d of .message[data-from="oa"])`, answered[user])
		require.NoError(t, chromedp.Do(ctx, chromedp.WaitVisible(message)))
		text, err := chromedp.Run(ctx, chromedp.Text(message))
		require.NoError(t, err)
		return text, message
	}
	gives := func(e faq.Entry, text string) bool {
		answers := []string{e.Answer}
		if e.Ask != nil {
			for _, b := range e.Ask.Branches {
				answers = append(answers, b.Answer)
			}
		}
		return slices.ContainsFunc(answers, func(answer string) bool {
			first, _, _ := strings.Cut(answer, "\n")
			return strings.Contains(text, first)
		})
	}
	for i, s := range styles {
		user = demoResidents[i%len(demoResidents)].id
		phone := `.resident[data-user="` + user + `"]`
		require.NoError(t, chromedp.Do(ctx,
			chromedp.Click(phone), chromedp.WaitVisible(phone+`[aria-current="true"]`),
			chromedp.SendKeys(`#composer`, s.question), chromedp.Click(`#send`),
		))
		text, message := last()
		tap := func() (title, answer string) {
			button := message + ` .message-button`
			title, err := chromedp.Run(ctx, chromedp.Text(button))
			require.NoError(t, err)
			// By the keyboard: a page that scrolls moves a button away from where the mouse is about to click.
			require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(button, kb.Enter)))
			answer, _ = last()
			return title, answer
		}
		switch s.then {
		case "emergency":
			require.Contains(t, text, "114", s.style)
			require.Contains(t, text, "Không phải khẩn cấp", s.style)
		case "clarify":
			require.Contains(t, text, "Tôi chưa rõ ý anh/chị", s.style)
			title, answer := tap()
			require.Contains(t, byTitle, title, s.style)
			require.True(t, gives(byTitle[title], answer), "%s: %s: %s", s.style, title, answer)
		case "branch":
			ask := entries[s.entry].Ask
			require.Contains(t, text, ask.Question, s.style)
			title, answer := tap()
			require.Equal(t, ask.Branches[0].Title, title, s.style)
			first, _, _ := strings.Cut(ask.Branches[0].Answer, "\n")
			require.Contains(t, answer, first, s.style)
			require.Contains(t, answer, "Trường hợp khác", s.style)
		default:
			require.True(t, gives(entries[s.entry], text), "%s: %s", s.style, text)
			require.Contains(t, text, "Nguồn: ", s.style)
		}
	}
}
