package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

const patience = 20 * time.Second

// program is a running zalosim.
type program struct {
	url    string
	client *zalo.Client
}

// start runs the program as a user would, until the test ends.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, append([]string{"--addr", "127.0.0.1:0"}, args...), in, &stderr)
		in.Close()
		ended <- code
	}()
	t.Cleanup(func() {
		stop()
		select {
		case code := <-ended:
			require.Equal(t, exitDone, code, stderr.String())
		case <-time.After(patience):
			require.Fail(t, "it does not end")
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	url, isDemo := strings.CutSuffix(line, "/demo\n")
	require.True(t, isDemo, line)
	return &program{url: url, client: zalo.NewClient(zalo.Config{APIURL: url, OAuthURL: url, AppID: "1", AppSecret: "app-secret"})}
}

func (p *program) request(t *testing.T, method, path, body string, answer any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, string(text))
	if answer != nil {
		require.NoError(t, json.Unmarshal(text, answer))
	}
}

const first = "7100000000000000001"

func (p *program) send(t *testing.T) error {
	t.Helper()
	_, err := p.client.SendConsultation(t.Context(), "access-43", zalo.EndpointV3, first, zalo.Message{Text: "x"})
	return err
}

func requireCode(t *testing.T, code int, err error) {
	t.Helper()
	var refusal *zalo.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code)
}

func TestProgram(t *testing.T) {
	t.Parallel()

	const oa = "--oa=43:business:secret:with:colons"

	t.Run("MakesAccountsAndResidentsWhoNeverWrote", func(t *testing.T) {
		t.Parallel()

		p := start(t, oa, "--oa=44:government:secret")
		requireCode(t, -232, p.send(t))
		info, err := p.client.OA(t.Context(), "access-44")
		require.NoError(t, err)
		require.Equal(t, zalo.OATypeGovernment, info.Type)
		require.Equal(t, 3, info.Followers)
	})

	t.Run("ChargesWhoWroteLongAgo", func(t *testing.T) {
		t.Parallel()

		p := start(t, oa, "--interacted=72h", `--billing={"allowance":1,"linked":true,"balance":60}`)
		require.NoError(t, p.send(t))
		require.NoError(t, p.send(t))
		requireCode(t, -321, p.send(t))
		var charges zalosim.Charges
		p.request(t, http.MethodGet, "/sim/charges?oa=43", "", &charges)
		require.Equal(t, zalosim.Charge{Allowance: 1, Paid: 1, VND: 55}, charges.Total)
	})

	t.Run("MakesGroupsAndTemplates", func(t *testing.T) {
		t.Parallel()

		p := start(t, oa, `--group={"oa":"43","id":"g1","members":["`+first+`"]}`, `--group={"oa":"43","id":"g2","disabled":true}`,
			`--template={"oa":"43","id":"t","text":"Chào <ten>","params":[{"name":"ten"}]}`)
		_, err := p.client.SendGroup(t.Context(), "access-43", "g1", zalo.Message{Text: "x"})
		require.NoError(t, err)
		_, err = p.client.SendGroup(t.Context(), "access-43", "g2", zalo.Message{Text: "x"})
		requireCode(t, -237, err)
		_, err = p.client.SendTemplate(t.Context(), "access-43", first, zalo.Template{ID: "t", Data: map[string]string{"ten": "bà Hoa"}})
		require.NoError(t, err)
	})

	t.Run("GoesWrongAsToldAndTheSameForASeed", func(t *testing.T) {
		t.Parallel()

		failures := func() (list []bool) {
			p := start(t, oa, "--interacted=1h", "--calls-per-minute=0", "--seed=5", `--fault={"path":"/message","chance":0.5,"code":-32}`)
			for range 20 {
				list = append(list, p.send(t) != nil)
			}
			return list
		}
		first := failures()
		require.Contains(t, first, true)
		require.Contains(t, first, false)
		require.Equal(t, first, failures())
	})

	t.Run("LetsResidentsReadInTheEvening", func(t *testing.T) {
		t.Parallel()

		events := make(chan zalo.Event, 10)
		app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			if ev, err := zalo.ParseEvent(body); err == nil {
				events <- ev
			}
		}))
		t.Cleanup(app.Close)
		p := start(t, oa, "--webhook-url="+app.URL, "--interacted=1h", "--no-echoes", "--no-receipts", "--token-life=1000h",
			`--events={"reading":{"share":1,"hours":"19:00-21:30"}}`)
		tomorrow := time.Now().Add(7*time.Hour).UTC().AddDate(0, 0, 1).Format(time.DateOnly) // as in the village
		move := func(clock string) {
			p.request(t, http.MethodPost, "/sim/clock", `{"now":"`+tomorrow+`T`+clock+`+07:00"}`, nil)
		}
		move("12:00:00")
		sent, err := p.client.SendConsultation(t.Context(), "access-43", zalo.EndpointV3, first, zalo.Message{Text: "x"})
		require.NoError(t, err)
		require.Empty(t, events)
		move("21:30:00")
		select {
		case ev := <-events:
			require.Equal(t, zalo.EventUserSeenMessage, ev.Name)
			require.Equal(t, []string{sent.MessageID}, ev.MsgIDs)
		case <-time.After(patience):
			require.Fail(t, "nobody reads")
		}
	})
}

func TestWrongUsageSaysWhatIsWrong(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ arg, says string }{
		"OfAnUnknownFlag":      {"--what", "--what"},
		"OfAnAccount":          {"--oa=43:village:s", "ID:business:SECRET"},
		"OfAnAccountWithoutID": {"--oa=:business:s", "ID:business:SECRET"},
		"OfALatency":           {"--latency=80ms-20ms", "20ms-80ms"},
		"OfAFault":             {`--fault={"chanse":1}`, "chanse"},
		"OfEvents":             {`--events={"reading":{"share":2}}`, "reading.share"},
		"OfEventsHours":        {`--events={"reading":{"hours":"evening"}}`, "19:00-21:30"},
		"OfBilling":            {`--billing={`, "--billing"},
		"OfAGroup":             {`--group={"oa":"nowhere"}`, "nowhere"},
		"OfATemplate":          {`--template={"oa":"nowhere"}`, "nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout, stderr bytes.Buffer
			require.Equal(t, exitUsage, run(t.Context(), []string{c.arg}, &stdout, &stderr))
			require.Contains(t, stderr.String(), c.says)
			require.Empty(t, stdout.String())
		})
	}
}

func TestHelpSaysHowToControlIt(t *testing.T) {
	t.Parallel()

	var stdout, stderr bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), []string{"--help"}, &stdout, &stderr))
	for line := range strings.Lines(zalosim.ControlHelp) {
		require.Contains(t, stdout.String(), strings.TrimSpace(line))
	}
	require.Empty(t, stderr.String())
}

func TestAnAddressThatIsTakenIsAFailure(t *testing.T) {
	t.Parallel()

	p := start(t)
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitFailure, run(t.Context(), []string{"--addr", strings.TrimPrefix(p.url, "http://")}, &stdout, &stderr))
	require.Contains(t, stderr.String(), "--addr")
}
