package zalosim_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

const (
	appID     = "2600000000000000001"
	appSecret = "app secret"
	account   = "4300000000000000001"
	access    = "at"
	refresh   = "rt"
	secret    = "the account's secret"
	resident  = "7100000000000000001"
	neighbour = "7100000000000000002"

	patience = 20 * time.Second // how long a test waits for what must come
)

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func (c *clock) move(d time.Duration) { c.set(c.now().Add(d)) }

// hook is the app's end of the webhook.
type hook struct {
	calls  chan hooked
	status func(n int) int // of the n-th call, from 1; nil = 200

	mu sync.Mutex
	n  int
}

type hooked struct {
	event   zalo.Event
	retry   string
	headers http.Header
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	ev, err := zalo.ParseEvent(body)
	if err == nil {
		_, err = zalo.VerifySignature(r.Header.Get(zalo.SignatureHeader), ev.AppID, body, ev.SignedTimestamp, secret)
	}
	if err != nil {
		ev = zalo.Event{Name: zalo.EventName("wrong: " + err.Error())}
	}
	h.mu.Lock()
	h.n++
	n := h.n
	h.mu.Unlock()
	if h.status != nil {
		w.WriteHeader(h.status(n))
	}
	h.calls <- hooked{event: ev, retry: r.Header.Get("num_retry"), headers: r.Header.Clone()}
}

// next is the next event that came, signed by the account.
func (h *hook) next(t *testing.T) hooked {
	t.Helper()
	select {
	case got := <-h.calls:
		return got
	case <-time.After(patience):
		require.Fail(t, "no event came")
	}
	return hooked{}
}

// bundle is a simulated Zalo with one account and two residents, one of whom wrote just now.
type bundle struct {
	sim    *zalosim.Server
	client *zalo.Client
	clock  *clock
	hook   *hook
	url    string
}

type option func(*zalosim.Config, *zalosim.OA, *hook)

func setup(t *testing.T, options ...option) *bundle {
	t.Helper()
	b := &bundle{clock: &clock{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}, hook: &hook{calls: make(chan hooked, 1000)}}
	cfg := zalosim.Config{AppID: appID, AppSecret: appSecret, Now: b.clock.now, RetryAfter: []time.Duration{}}
	oa := zalosim.OA{ID: account, Name: "Xã Thử Nghiệm", Secret: secret, AccessToken: access, RefreshToken: refresh}
	for _, change := range options {
		change(&cfg, &oa, b.hook)
	}
	b.sim = zalosim.New(cfg)
	b.sim.AddOA(oa)
	b.sim.AddUser(zalosim.User{OA: account, ID: resident, Name: "Bà Hoa", About: "thôn 1"})
	b.sim.AddUser(zalosim.User{OA: account, ID: neighbour, Name: "Ông Nam"})
	_, err := b.sim.Say(zalosim.Say{OA: account, User: resident, Text: "Xin chào", MsgID: "said"})
	require.NoError(t, err)

	hookServer := httptest.NewServer(b.hook)
	server := httptest.NewServer(b.sim)
	t.Cleanup(func() {
		require.NoError(t, b.sim.Stop(context.Background()))
		for _, s := range []*httptest.Server{server, hookServer} {
			s.CloseClientConnections()
			s.Close()
		}
	})
	require.NoError(t, b.sim.Start(t.Context()))
	b.sim.SetWebhookURL(hookServer.URL)
	b.url = server.URL
	b.client = zalo.NewClient(zalo.Config{APIURL: server.URL, OAuthURL: server.URL, AppID: appID, AppSecret: appSecret})
	return b
}

func echoes(c *zalosim.Config, _ *zalosim.OA, _ *hook)   { c.Echoes = true }
func receipts(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.Receipts = true }

func retries(n int) option {
	return func(c *zalosim.Config, _ *zalosim.OA, _ *hook) {
		for range n {
			c.RetryAfter = append(c.RetryAfter, time.Millisecond)
		}
	}
}

func refusing(status func(n int) int) option {
	return func(_ *zalosim.Config, _ *zalosim.OA, h *hook) { h.status = status }
}

func (b *bundle) send(t *testing.T, text string) (zalo.Sent, error) {
	t.Helper()
	return b.sendMessage(t, zalo.Message{Text: text})
}

func (b *bundle) sendMessage(t *testing.T, m zalo.Message) (zalo.Sent, error) {
	t.Helper()
	return b.client.SendConsultation(t.Context(), access, zalo.EndpointV3, resident, m)
}

func (b *bundle) say(t *testing.T, user, text string) string {
	t.Helper()
	id, err := b.sim.Say(zalosim.Say{OA: account, User: user, Text: text})
	require.NoError(t, err)
	return id
}

func requireCode(t *testing.T, code int, err error) {
	t.Helper()
	if code == 0 {
		require.NoError(t, err)
		return
	}
	var refusal *zalo.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code)
}

// request calls the simulator as a browser or a foreign client does.
func (b *bundle) request(t *testing.T, method, path string, header http.Header, body io.Reader) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.url+path, body)
	require.NoError(t, err)
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(text)
}

func (b *bundle) get(t *testing.T, path string) string {
	t.Helper()
	status, text := b.request(t, http.MethodGet, path, nil, nil)
	require.Equal(t, http.StatusOK, status, text)
	return text
}

func (b *bundle) post(t *testing.T, path, body string) string {
	t.Helper()
	status, text := b.request(t, http.MethodPost, path, nil, strings.NewReader(body))
	require.Equal(t, http.StatusOK, status, text)
	return text
}

func TestWindows(t *testing.T) {
	t.Parallel()

	const week = 7 * 24 * time.Hour
	for name, c := range map[string]struct {
		after time.Duration
		code  int
	}{
		"AreOpenAtOnce":            {0, 0},
		"AreOpenAfterTwoDays":      {48 * time.Hour, 0},
		"AreOpenForSevenDays":      {week, 0},
		"AreClosedAfterSevenDays":  {week + time.Second, -230},
		"AreClosedAfterSevenWeeks": {7 * week, -230},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
			b.clock.move(c.after)
			_, err := b.send(t, "x")
			requireCode(t, c.code, err)
		})
	}

	t.Run("AreClosedForWhoNeverInteracted", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.client.SendConsultation(t.Context(), access, zalo.EndpointV3, neighbour, zalo.Message{Text: "x"})
		requireCode(t, -232, err)
	})

	t.Run("OpenAgainWhenTheResidentWrites", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
		b.clock.move(2 * week)
		b.say(t, resident, "a")
		_, err := b.send(t, "x")
		require.NoError(t, err)
	})

	t.Run("OpenWithFollowingAndNotWithLeaving", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
		b.clock.move(2 * week)
		require.NoError(t, b.sim.Follow(account, resident, false))
		_, err := b.send(t, "x")
		requireCode(t, -230, err)
		require.NoError(t, b.sim.Follow(account, resident, true))
		_, err = b.send(t, "x")
		require.NoError(t, err)
	})

	t.Run("TellTheQuotaOnlyForTwoDays", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
		body := `{"recipient":{"user_id":"` + resident + `"},"message":{"text":"x"}}`
		header := http.Header{"Access_token": {access}}
		_, text := b.request(t, http.MethodPost, "/v3.0/oa/message/cs", header, strings.NewReader(body))
		require.Contains(t, text, `"quota_type":"reply"`)
		b.clock.move(48*time.Hour + time.Second)
		_, text = b.request(t, http.MethodPost, "/v3.0/oa/message/cs", header, strings.NewReader(body))
		require.Contains(t, text, `"error":0`)
		require.NotContains(t, text, "quota")
	})
}

func TestMessageRules(t *testing.T) {
	t.Parallel()

	button := func(n int) (list []zalo.Button) {
		for range n {
			list = append(list, zalo.Button{Title: "Hỏi", Action: zalo.Action{Type: zalo.ActionQueryHide, Payload: "#hoi"}})
		}
		return list
	}
	long := zalo.Button{Title: strings.Repeat("ữ", 101), Action: zalo.Action{Type: zalo.ActionQueryHide, Payload: "#hoi"}}
	odd := zalo.Button{Title: "a", Action: zalo.Action{Type: "open", Payload: "#hoi"}}
	for name, c := range map[string]struct {
		message zalo.Message
		code    int
	}{
		"TwoThousandCharactersFit":     {zalo.Message{Text: strings.Repeat("ữ", 2000)}, 0},
		"OneMoreDoesNot":               {zalo.Message{Text: strings.Repeat("ữ", 2001)}, -210},
		"AnEmojiIsOneCharacter":        {zalo.Message{Text: strings.Repeat("😀", 2000)}, 0},
		"MarksCountWithTheirLetter":    {zalo.Message{Text: strings.Repeat("u\u031b\u0303", 2000)}, 0},
		"NoTextIsNone":                 {zalo.Message{Text: " \n"}, -201},
		"FiveButtonsFit":               {zalo.Message{Text: "x", Buttons: button(5)}, 0},
		"SixDoNot":                     {zalo.Message{Text: "x", Buttons: button(6)}, -201},
		"ButtonsNeedAText":             {zalo.Message{Buttons: button(1)}, -201},
		"AButtonsTitleMayNotBeLong":    {zalo.Message{Text: "x", Buttons: []zalo.Button{long}}, -201},
		"AButtonNeedsATitle":           {zalo.Message{Text: "x", Buttons: []zalo.Button{{Action: odd.Action}}}, -201},
		"AButtonNeedsAnActionOfZalos":  {zalo.Message{Text: "x", Buttons: []zalo.Button{odd}}, -201},
		"FiveElementsFit":              {zalo.Message{List: make([]zalo.ListItem, 5)}, 0},
		"SixElementsDoNot":             {zalo.Message{List: make([]zalo.ListItem, 6)}, -201},
		"AnImageNeedsASource":          {zalo.Message{Image: &zalo.Image{}}, -201},
		"AnUploadMustBeKnown":          {zalo.Message{Image: &zalo.Image{AttachmentID: "gone"}}, -100},
		"AFilesTokenMustBeKnown":       {zalo.Message{FileToken: "gone"}, -100},
		"ATooLongTextAboveButtonsToo":  {zalo.Message{Text: strings.Repeat("a", 2001), Buttons: button(1)}, -210},
		"AnImageMayHaveAText":          {zalo.Message{Text: "x", Image: &zalo.Image{URL: "https://a/b.png"}}, 0},
		"AQuoteIsAText":                {zalo.Message{Text: "x", QuoteMsgID: "said"}, 0},
		"AListMayHaveButtons":          {zalo.Message{List: make([]zalo.ListItem, 1), Buttons: button(1)}, 0},
		"AListCountsItsButtonsAsWell":  {zalo.Message{List: make([]zalo.ListItem, 1), Buttons: button(6)}, -201},
		"TextOfSpacesDoesNotHoldAList": {zalo.Message{Text: " ", Buttons: button(1)}, -201},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			_, err := b.sendMessage(t, c.message)
			requireCode(t, c.code, err)
			shown := 2
			if c.code != 0 {
				shown = 1
			}
			require.Len(t, b.sim.Messages(account, resident), shown)
		})
	}

	t.Run("AnAccountMayRefuseButtons", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.RefuseButtons = true })
		_, err := b.sendMessage(t, zalo.Message{Text: "x", Buttons: button(1)})
		requireCode(t, -233, err)
		_, err = b.send(t, "x")
		require.NoError(t, err)
	})

	t.Run("BodiesThatAreNoneAreRefused", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for body, code := range map[string]string{
			``: "-201", `[]`: "-201", `{"recipient":{},"message":{"text":"x"}}`: "-201",
			`{"recipient":{"user_id":"` + resident + `"},"message":{"attachment":{"type":"template","payload":{"template_type":"request_user_info"}}}}`: "-233",
		} {
			status, text := b.request(t, http.MethodPost, "/v3.0/oa/message/cs", http.Header{"Access_token": {access}}, strings.NewReader(body))
			require.Equal(t, http.StatusOK, status)
			require.Contains(t, text, `"error":`+code, body)
		}
	})

	t.Run("AChatKeepsTheNewest", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.Keep = 3 })
		for n := range 5 {
			b.say(t, resident, strconv.Itoa(n))
		}
		var texts []string
		for _, m := range b.sim.Messages(account, resident) {
			texts = append(texts, m.Text)
		}
		require.Equal(t, []string{"2", "3", "4"}, texts)
	})
}

func TestEndpoints(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		government bool
		endpoint   zalo.Endpoint
		code       int
	}{
		"BusinessIsServedOnV3":    {false, zalo.EndpointV3, 0},
		"BusinessIsRefusedOnV2":   {false, zalo.EndpointV2, -240},
		"GovernmentIsRefusedOnV3": {true, zalo.EndpointV3, -235},
		"GovernmentIsServedOnV2":  {true, zalo.EndpointV2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.Government = c.government })
			_, err := b.client.SendConsultation(t.Context(), access, c.endpoint, resident, zalo.Message{Text: "x"})
			requireCode(t, c.code, err)
		})
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()

	t.Run("ExpireAfterTwentyFiveHours", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.clock.move(25*time.Hour - time.Second)
		_, err := b.send(t, "x")
		require.NoError(t, err)
		b.clock.move(time.Second)
		_, err = b.send(t, "x")
		requireCode(t, -220, err)
	})

	t.Run("ExpireAsTheAccountSays", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "2s" })
		b.clock.move(2 * time.Second)
		_, err := b.send(t, "x")
		requireCode(t, -220, err)
		token, err := b.client.RefreshToken(t.Context(), refresh)
		require.NoError(t, err)
		require.Equal(t, 2*time.Second, token.ExpiresIn)
	})

	t.Run("AreUnknownUntilIssued", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for _, token := range []string{"", "wrong", refresh} {
			_, err := b.client.OA(t.Context(), token)
			requireCode(t, -216, err)
		}
	})

	t.Run("AreNotTakenInTheURL", func(t *testing.T) {
		t.Parallel()

		require.Contains(t, setup(t).get(t, "/v2.0/oa/getoa?access_token="+access), `"error":-216`)
	})

	t.Run("DieWhenTheNextIsIssued", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		token, err := b.client.RefreshToken(t.Context(), refresh)
		require.NoError(t, err)
		_, err = b.client.OA(t.Context(), access)
		requireCode(t, -220, err)
		_, err = b.client.OA(t.Context(), token.AccessToken)
		require.NoError(t, err)
	})

	t.Run("OfOneRefreshGoToOneOfMany", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, err := b.client.RefreshToken(t.Context(), refresh)
				results <- err
			}()
		}
		won := 0
		for range cap(results) {
			if err := <-results; err == nil {
				won++
			} else {
				requireCode(t, -14014, err)
			}
		}
		require.Equal(t, 1, won)
		require.EqualValues(t, 8, b.sim.Stats().TokenCalls)
	})

	t.Run("CannotBeRefreshedAfterTheirLife", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.RefreshLife = time.Hour })
		b.clock.move(time.Hour)
		_, err := b.client.RefreshToken(t.Context(), refresh)
		requireCode(t, -14020, err)
	})

	t.Run("AreGoneWithAConsentPageOfAnotherApp", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		require.Contains(t, b.get(t, "/v4/oa/permission?app_id=1"), `"error":-14002`)
		page := b.get(t, "/v4/oa/permission?app_id="+appID)
		require.Contains(t, page, account)
		require.Contains(t, page, "Xã Thử Nghiệm")
	})

	t.Run("NeedACallbackWithoutAQuery", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for _, back := range []string{"", "/path", "https://a/b?c=d", "::"} {
			text := b.post(t, "/v4/oa/permission?app_id="+appID+"&redirect_uri="+url.QueryEscape(back), "")
			require.Contains(t, text, `"error":-14003`, back)
		}
	})

	t.Run("NeedAGrantThatExists", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		form := url.Values{"app_id": {appID}, "grant_type": {"password"}}.Encode()
		_, text := b.request(t, http.MethodPost, "/v4/oa/access_token",
			http.Header{"Secret_key": {appSecret}, "Content-Type": {"application/x-www-form-urlencoded"}}, strings.NewReader(form))
		require.Contains(t, text, `"error":-14003`)
	})
}

func TestRateCap(t *testing.T) {
	t.Parallel()

	t.Run("RefusesTheCallAboveTheAccountsCap", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.CallsPerMinute = 3 })
		for n := 1; n <= 3; n++ {
			sent, err := b.send(t, "x")
			require.NoError(t, err)
			require.Equal(t, []int{3, 3 - n}, []int{sent.RateLimit, sent.RateRemain})
		}
		_, err := b.send(t, "x")
		requireCode(t, -32, err)
		var refusal *zalo.Error
		require.ErrorAs(t, err, &refusal)
		require.False(t, refusal.AppWide())
		require.Len(t, b.sim.Messages(account, resident), 4)
		require.Equal(t, 4, b.sim.Stats().Peak[account])
	})

	t.Run("CountsReadingCalls", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.CallsPerMinute = 2 })
		_, err := b.client.OA(t.Context(), access)
		require.NoError(t, err)
		_, err = b.client.Conversation(t.Context(), access, resident, 0, 1)
		require.NoError(t, err)
		_, err = b.send(t, "x")
		requireCode(t, -32, err)
	})

	t.Run("RefusesTheCallAboveTheAppsCap", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.AppCallsPerMinute = 1 })
		sent, err := b.send(t, "x")
		require.NoError(t, err)
		require.Equal(t, -1, sent.RateLimit, "an account without a cap says none")
		_, err = b.send(t, "x")
		requireCode(t, -32, err)
		var refusal *zalo.Error
		require.ErrorAs(t, err, &refusal)
		require.True(t, refusal.AppWide())
		require.Equal(t, 2, b.sim.Stats().Peak[""])
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		fault    zalosim.Fault
		kind     zalo.Kind
		code     int
		carryOut bool
	}{
		"RefuseIsTheDefault":         {zalosim.Fault{Code: -211}, zalo.KindQuota, -211, false},
		"RefuseAnswersTheCode":       {zalosim.Fault{Mode: "refuse", Code: -201, Message: "user_id is invalid"}, zalo.KindFormat, -201, false},
		"DeliverAnswersTheCodeToo":   {zalosim.Fault{Mode: "deliver", Code: -200}, zalo.KindUnsure, -200, true},
		"BadGatewayWithoutDelivery":  {zalosim.Fault{Mode: "502"}, zalo.KindUnsure, 0, false},
		"BadGatewayAfterDelivery":    {zalosim.Fault{Mode: "deliver_502"}, zalo.KindUnsure, 0, true},
		"BrokenConnectionWithout":    {zalosim.Fault{Mode: "close"}, zalo.KindUnsure, 0, false},
		"BrokenConnectionAfter":      {zalosim.Fault{Mode: "deliver_close"}, zalo.KindUnsure, 0, true},
		"SilenceWithoutDelivery":     {zalosim.Fault{Mode: "hang"}, zalo.KindUnsure, 0, false},
		"SilenceAfterDelivery":       {zalosim.Fault{Mode: "deliver_hang"}, zalo.KindUnsure, 0, true},
		"OnlyTheCallsOfItsPath":      {zalosim.Fault{Path: "/message/cs", Code: -211}, zalo.KindQuota, -211, false},
		"OnlyTheCallsToItsRecipient": {zalosim.Fault{User: resident, Code: -213}, zalo.KindRecipient, -213, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			if strings.HasSuffix(c.fault.Mode, "hang") {
				b.client = zalo.NewClient(zalo.Config{APIURL: b.url, Timeout: time.Second})
			}
			b.sim.Fail(c.fault)
			_, err := b.send(t, "x")
			require.Equal(t, c.kind, zalo.KindOf(err))
			if c.code != 0 {
				requireCode(t, c.code, err)
			}
			shown := 1
			if c.carryOut {
				shown = 2
			}
			require.Len(t, b.sim.Messages(account, resident), shown)
			b.sim.ClearFaults()
			_, err = b.send(t, "y")
			require.NoError(t, err)
		})
	}

	t.Run("LeaveOtherCallsAlone", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.say(t, neighbour, "a")
		b.sim.Fail(zalosim.Fault{User: neighbour, Code: -213})
		b.sim.Fail(zalosim.Fault{Path: "/v2.0/oa/conversation", Code: -211})
		_, err := b.send(t, "x")
		require.NoError(t, err)
		_, err = b.client.SendConsultation(t.Context(), access, zalo.EndpointV3, neighbour, zalo.Message{Text: "x"})
		requireCode(t, -213, err)
		_, err = b.client.Conversation(t.Context(), access, resident, 0, 1)
		requireCode(t, -211, err)
	})

	t.Run("SkipSomeCallsAndHoldForSome", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.Fail(zalosim.Fault{Skip: 1, Times: 2, Code: -211})
		for _, code := range []int{0, -211, -211, 0, 0} {
			_, err := b.send(t, "x")
			requireCode(t, code, err)
		}
	})

	t.Run("HoldInTheOrderTheyWereSet", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.Fail(zalosim.Fault{Times: 1, Code: -211})
		b.sim.Fail(zalosim.Fault{Times: 1, Code: -218})
		for _, code := range []int{-211, -218, 0} {
			_, err := b.send(t, "x")
			requireCode(t, code, err)
		}
	})

	t.Run("OfARefreshLoseThePairThatWasIssued", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.Fail(zalosim.Fault{Path: "access_token", Mode: "deliver_502", Times: 1})
		_, err := b.client.RefreshToken(t.Context(), refresh)
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
		_, err = b.client.RefreshToken(t.Context(), refresh)
		requireCode(t, -14014, err)
	})

	t.Run("OfSilenceEndWhenTheCallerHasGone", func(t *testing.T) {
		t.Parallel()

		for _, mode := range []string{"hang", "deliver_hang"} {
			b := setup(t)
			b.sim.Fail(zalosim.Fault{Mode: mode})
			client := zalo.NewClient(zalo.Config{APIURL: b.url, OAuthURL: b.url, AppID: appID, AppSecret: appSecret, Timeout: 500 * time.Millisecond})
			_, err := client.RefreshToken(t.Context(), refresh)
			require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
			impatient, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond) // an upload has a minute of its own
			_, err = client.UploadImage(impatient, access, "a.png", strings.NewReader("a"))
			cancel()
			require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
		} // the server of the bundle closes only when no call is left
	})

	t.Run("AreSlowAsTheLatencySays", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalosim.Config, _ *zalosim.OA, _ *hook) {
			c.Latency = func() time.Duration { return 20 * time.Millisecond }
		})
		start := time.Now()
		_, err := b.send(t, "x")
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 20*time.Millisecond)
	})
}

func TestWebhooks(t *testing.T) {
	t.Parallel()

	t.Run("TellWhatAResidentSays", func(t *testing.T) {
		t.Parallel()

		for kind, name := range map[string]zalo.EventName{
			"text": zalo.EventUserSendText, "image": zalo.EventUserSendImage, "gif": zalo.EventUserSendGIF, "audio": zalo.EventUserSendAudio,
			"video": zalo.EventUserSendVideo, "sticker": zalo.EventUserSendSticker, "location": zalo.EventUserSendLocation,
			"file": zalo.EventUserSendFile, "link": zalo.EventUserSendLink,
		} {
			b := setup(t)
			id, err := b.sim.Say(zalosim.Say{OA: account, User: resident, Kind: kind, Text: "tính lãi"})
			require.NoError(t, err)
			got := b.hook.next(t)
			require.Equal(t, name, got.event.Name)
			require.Equal(t, []string{account, resident, "9" + resident, id, appID},
				[]string{got.event.OAID, got.event.UserID, got.event.UserIDByApp, got.event.MsgID, got.event.AppID})
			require.Equal(t, b.clock.now(), got.event.Timestamp)
			require.Empty(t, got.retry)
			require.True(t, strings.HasPrefix(got.headers.Get(zalo.SignatureHeader), "mac="))
			if kind == "text" {
				require.Equal(t, "tính lãi", got.event.Text)
				require.Empty(t, got.event.Attachments)
				continue
			}
			require.Len(t, got.event.Attachments, 1)
			require.Equal(t, kind, got.event.Attachments[0].Type)
		}
	})

	t.Run("TellWhoFollowsAndLeaves", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		require.NoError(t, b.sim.Follow(account, neighbour, true))
		require.NoError(t, b.sim.Follow(account, neighbour, false))
		for _, name := range []zalo.EventName{zalo.EventFollow, zalo.EventUnfollow} {
			got := b.hook.next(t).event
			require.Equal(t, name, got.Name)
			require.Equal(t, []string{account, neighbour}, []string{got.OAID, got.UserID})
		}
	})

	t.Run("AreSilentAboutSendingUnlessAsked", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.send(t, "x")
		require.NoError(t, err)
		b.say(t, resident, "after")
		require.Equal(t, "after", b.hook.next(t).event.Text)
		require.False(t, b.sim.Messages(account, resident)[1].Received)
	})

	t.Run("EchoWhatTheAccountSent", func(t *testing.T) {
		t.Parallel()

		b := setup(t, echoes)
		gif, err := b.client.UploadGIF(t.Context(), access, "a.gif", strings.NewReader("a"))
		require.NoError(t, err)
		file, err := b.client.UploadFile(t.Context(), access, "a.pdf", strings.NewReader("a"))
		require.NoError(t, err)
		for _, c := range []struct {
			message zalo.Message
			name    zalo.EventName
		}{
			{zalo.Message{Text: "Chào bà con"}, zalo.EventOASendText},
			{zalo.Message{Image: &zalo.Image{URL: "https://a/b.png"}}, zalo.EventOASendImage},
			{zalo.Message{Image: &zalo.Image{GIF: true, AttachmentID: gif}}, zalo.EventOASendGIF},
			{zalo.Message{FileToken: file}, zalo.EventOASendFile},
			{zalo.Message{List: []zalo.ListItem{{Title: "Tin"}}}, zalo.EventOASendList},
		} {
			sent, err := b.sendMessage(t, c.message)
			require.NoError(t, err)
			got := b.hook.next(t).event
			require.Equal(t, c.name, got.Name)
			require.True(t, got.FromOA)
			require.Equal(t, []string{account, resident, sent.MessageID, c.message.Text}, []string{got.OAID, got.UserID, got.MsgID, got.Text})
			if c.name == zalo.EventOASendFile { // by its checksum it is known again
				require.Len(t, got.Attachments, 1)
				require.Equal(t, "a.pdf", got.Attachments[0].Name)
				require.EqualValues(t, 1, got.Attachments[0].Size)
				require.Equal(t, "0cc175b9c0f1b6a831c399e269772661", got.Attachments[0].Checksum)
			}
		}
	})

	t.Run("BringReceipts", func(t *testing.T) {
		t.Parallel()

		b := setup(t, receipts)
		sent, err := b.send(t, "x")
		require.NoError(t, err)
		got := b.hook.next(t).event
		require.Equal(t, zalo.EventUserReceivedMessage, got.Name)
		require.Equal(t, []string{account, resident}, []string{got.OAID, got.UserID})
		require.Equal(t, []string{sent.MessageID}, got.MsgIDs)
		require.True(t, b.sim.Messages(account, resident)[1].Received)
	})

	t.Run("BringOneSeenReceiptForAllThatIsNew", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		var ids []string
		for range 2 {
			sent, err := b.send(t, "x")
			require.NoError(t, err)
			ids = append(ids, sent.MessageID)
		}
		b.sim.See(account, resident)
		got := b.hook.next(t).event
		require.Equal(t, zalo.EventUserSeenMessage, got.Name)
		require.Equal(t, ids, got.MsgIDs)
		require.True(t, b.sim.Messages(account, resident)[2].Seen)
		b.sim.See(account, resident)
		b.sim.See(account, "nobody")
		b.say(t, resident, "after")
		require.Equal(t, "after", b.hook.next(t).event.Text, "what was seen is not told twice")
	})

	t.Run("ComeAgainUntilAnswered200", func(t *testing.T) {
		t.Parallel()

		b := setup(t, retries(5), refusing(func(n int) int { return map[bool]int{true: 503, false: 200}[n <= 2] }))
		b.say(t, resident, "x")
		first := b.hook.next(t)
		require.Empty(t, first.retry)
		for _, retry := range []string{"1", "2"} {
			got := b.hook.next(t)
			require.Equal(t, retry, got.retry)
			require.Equal(t, first.event.Raw, got.event.Raw, "the same body")
			require.Equal(t, first.headers.Get(zalo.SignatureHeader), got.headers.Get(zalo.SignatureHeader))
		}
		require.Eventually(t, func() bool { return b.sim.Stats().WebhooksSent == 3 }, patience, time.Millisecond)
		require.EqualValues(t, 2, b.sim.Stats().WebhooksFailed)
	})

	t.Run("GiveUpAtTheEndOfTheLadder", func(t *testing.T) {
		t.Parallel()

		b := setup(t, retries(2), refusing(func(int) int { return 201 }))
		b.say(t, resident, "x")
		for _, retry := range []string{"", "1", "2"} {
			require.Equal(t, retry, b.hook.next(t).retry)
		}
		require.Eventually(t, func() bool { return b.sim.Stats().WebhooksFailed == 3 }, patience, time.Millisecond)
		b.say(t, resident, "y")
		require.Equal(t, "y", b.hook.next(t).event.Text, "the first came three times and not again")
	})

	t.Run("LetLaterEventsPassOneThatFailed", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalosim.Config, _ *zalosim.OA, h *hook) {
			c.RetryAfter = []time.Duration{time.Hour}
			h.status = func(n int) int { return map[bool]int{true: 500, false: 200}[n == 1] }
		})
		b.say(t, resident, "first")
		b.say(t, resident, "second")
		require.Equal(t, "first", b.hook.next(t).event.Text)
		require.Equal(t, "second", b.hook.next(t).event.Text)
	})

	t.Run("ComeInOrderForEachResident", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		const each = 50
		for n := range each {
			b.say(t, resident, strconv.Itoa(n))
			b.say(t, neighbour, strconv.Itoa(n))
		}
		next := make(map[string]int)
		for range 2 * each {
			got := b.hook.next(t).event
			require.Equal(t, strconv.Itoa(next[got.UserID]), got.Text)
			next[got.UserID]++
		}
		require.Equal(t, map[string]int{resident: each, neighbour: each}, next)
	})

	t.Run("GoNowhereWithoutAnAddressOrAfterTheEnd", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.SetWebhookURL("")
		b.say(t, resident, "x")
		require.NoError(t, b.sim.Stop(t.Context()))
		require.NoError(t, b.sim.Stop(t.Context()), "twice is fine")
		b.sim.SetWebhookURL("http://127.0.0.1:1")
		b.say(t, resident, "y")
		require.Zero(t, b.sim.Stats().WebhooksSent)
	})

	t.Run("EndWithTheServerHoweverManyWait", func(t *testing.T) {
		t.Parallel()

		b := setup(t, retries(100000), refusing(func(int) int { return 500 }))
		for range 20 {
			b.say(t, resident, "x")
		}
		b.hook.next(t)
		require.NoError(t, b.sim.Stop(t.Context()))
		sent := b.sim.Stats().WebhooksSent
		b.say(t, resident, "y")
		require.Equal(t, sent, b.sim.Stats().WebhooksSent)
	})
}

func TestUploadsExpireAfterSevenDays(t *testing.T) {
	t.Parallel()

	b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
	image, err := b.client.UploadImage(t.Context(), access, "a.png", strings.NewReader("a"))
	require.NoError(t, err)
	file, err := b.client.UploadFile(t.Context(), access, "a.pdf", strings.NewReader("a"))
	require.NoError(t, err)
	for _, step := range []struct {
		after time.Duration
		code  int
	}{{0, 0}, {7 * 24 * time.Hour, 0}, {time.Second, -100}} {
		_, err = b.sendMessage(t, zalo.Message{FileToken: image})
		requireCode(t, -100, err) // a picture is no file
		b.clock.move(step.after)
		b.say(t, resident, "still here")
		_, err = b.sendMessage(t, zalo.Message{Image: &zalo.Image{AttachmentID: image}})
		requireCode(t, step.code, err)
		_, err = b.sendMessage(t, zalo.Message{FileToken: file})
		requireCode(t, step.code, err)
	}
}

func TestUploadsHaveTheirLimits(t *testing.T) {
	t.Parallel()

	b := setup(t)
	upload := func(kind, field string, size int) string {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile(field, "a")
		require.NoError(t, err)
		_, err = part.Write(make([]byte, size))
		require.NoError(t, err)
		require.NoError(t, form.Close())
		_, text := b.request(t, http.MethodPost, "/v2.0/oa/upload/"+kind,
			http.Header{"Access_token": {access}, "Content-Type": {form.FormDataContentType()}}, &body)
		return text
	}
	for kind, most := range map[string]int{"image": 1 << 20, "gif": 5 << 20, "file": 5 << 20} {
		require.Contains(t, upload(kind, "file", most), `"error":0`, kind)
		require.Contains(t, upload(kind, "file", most+1), `"error":-210`, kind)
		require.Contains(t, upload(kind, "photo", 1), `"error":-201`, kind)
	}
	require.EqualValues(t, 9, b.sim.Stats().Uploads)
}

func TestConversationTellsKinds(t *testing.T) {
	t.Parallel()

	b := setup(t)
	kinds := map[string]string{
		"text": "text", "image": "photo", "gif": "GIF", "audio": "voice", "video": "nosupport", "sticker": "sticker",
		"location": "location", "file": "nosupport", "link": "link",
	}
	for kind, want := range kinds {
		_, err := b.sim.Say(zalosim.Say{OA: account, User: resident, Kind: kind, Text: "x"})
		require.NoError(t, err)
		list, err := b.client.Conversation(t.Context(), access, resident, 0, 1)
		require.NoError(t, err)
		require.Equal(t, want, list[0].Type)
	}
	require.EqualValues(t, len(kinds), b.sim.Stats().Conversations)
}

func TestRecentChatsComeNewestFirst(t *testing.T) {
	t.Parallel()

	b := setup(t)
	b.clock.move(time.Second)
	b.say(t, neighbour, "later")
	ask := func(data string) (texts []string, code int) {
		_, text := b.request(t, http.MethodGet, "/v2.0/oa/listrecentchat?data="+url.QueryEscape(data), http.Header{"Access_token": {access}}, nil)
		var answer struct {
			Error int
			Data  []struct{ Message string }
		}
		require.NoError(t, json.Unmarshal([]byte(text), &answer))
		for _, m := range answer.Data {
			texts = append(texts, m.Message)
		}
		return texts, answer.Error
	}
	texts, _ := ask(`{"offset":0,"count":10}`)
	require.Equal(t, []string{"later", "Xin chào"}, texts)
	texts, _ = ask(`{"offset":1,"count":1}`)
	require.Equal(t, []string{"Xin chào"}, texts)
	texts, _ = ask(`{"offset":5,"count":1}`)
	require.Empty(t, texts)
	_, code := ask(`{"offset":0,"count":11}`)
	require.Equal(t, -210, code)
	_, code = ask(`{`)
	require.Equal(t, -201, code)
}

// stream opens a phone's stream and returns what it says, line by line of data.
func (b *bundle) stream(t *testing.T) <-chan string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/demo/api/stream", nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	t.Cleanup(func() { resp.Body.Close() })
	require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	lines, opened := make(chan string, 100), make(chan struct{})
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(resp.Body)
		for scanner.Scan() {
			if text, ok := strings.CutPrefix(scanner.Text(), "data: "); ok {
				lines <- text
			} else if scanner.Text() == ": open" {
				close(opened)
			}
		}
	}()
	select {
	case <-opened:
	case <-time.After(patience):
		require.Fail(t, "the stream does not open")
	}
	return lines
}

type change struct {
	Type    string
	Message zalosim.Message
}

func nextChange(t *testing.T, lines <-chan string) (c change) {
	t.Helper()
	select {
	case line, open := <-lines:
		require.True(t, open, "the stream has ended")
		require.NoError(t, json.Unmarshal([]byte(line), &c))
	case <-time.After(patience):
		require.Fail(t, "the stream says nothing")
	}
	return c
}

func TestPhone(t *testing.T) {
	t.Parallel()

	t.Run("HearsOfANewMessage", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		lines := b.stream(t)
		sent, err := b.send(t, "Chào bà con")
		require.NoError(t, err)
		got := nextChange(t, lines)
		require.Equal(t, "message", got.Type)
		require.Equal(t, []string{sent.MessageID, account, resident, "Chào bà con"}, []string{got.Message.ID, got.Message.OA, got.Message.User, got.Message.Text})
		b.say(t, resident, "Vâng")
		require.Equal(t, "Vâng", nextChange(t, lines).Message.Text)
	})

	t.Run("HearsThatAMessageWasSeen", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.send(t, "x")
		require.NoError(t, err)
		lines := b.stream(t)
		b.sim.See(account, resident)
		got := nextChange(t, lines)
		require.Equal(t, "update", got.Type)
		require.True(t, got.Message.Seen)
	})

	t.Run("DoesNotShowATappedButtonsPayload", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		lines := b.stream(t)
		b.post(t, "/demo/api/send", `{"oa":"`+account+`","user":"`+resident+`","text":"#hoi","hidden":true}`)
		require.Equal(t, "#hoi", b.hook.next(t).event.Text, "the app hears it")
		b.say(t, resident, "after")
		require.Equal(t, "after", nextChange(t, lines).Message.Text)
		require.NotContains(t, b.get(t, "/demo/api/chat?oa="+account+"&user="+resident), "#hoi")
		require.NotContains(t, b.get(t, "/demo/api/state"), "#hoi")
	})

	t.Run("LosesTheStreamWhenTheServerStops", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		lines := b.stream(t)
		require.NoError(t, b.sim.Stop(t.Context()))
		select {
		case _, open := <-lines:
			require.False(t, open)
		case <-time.After(patience):
			require.Fail(t, "the stream goes on")
		}
	})

	t.Run("ListsAccountsAndResidents", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.send(t, "Chào")
		require.NoError(t, err)
		require.JSONEq(t, `{"now":"2026-11-21T08:00:00Z","clock":false,
			"oas":[{"id":"`+account+`","name":"Xã Thử Nghiệm","avatar_text":"TN"}],
			"users":[
				{"oa":"`+account+`","id":"`+resident+`","name":"Bà Hoa","about":"thôn 1","following":false,"unread":1,
					"last":{"text":"Chào","at":"2026-11-21T08:00:00Z","from_oa":true}},
				{"oa":"`+account+`","id":"`+neighbour+`","name":"Ông Nam","about":"","following":false,"unread":0}]}`, b.get(t, "/demo/api/state"))
	})

	t.Run("ShowsAnEmptyChatForAStranger", func(t *testing.T) {
		t.Parallel()

		require.JSONEq(t, `{"messages":[]}`, setup(t).get(t, "/demo/api/chat?oa="+account+"&user=nobody"))
	})

	t.Run("FollowsAndSees", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.send(t, "x")
		require.NoError(t, err)
		b.post(t, "/demo/api/follow", `{"oa":"`+account+`","user":"`+resident+`","follow":true}`)
		require.Equal(t, zalo.EventFollow, b.hook.next(t).event.Name)
		b.post(t, "/demo/api/seen", `{"oa":"`+account+`","user":"`+resident+`"}`)
		require.Equal(t, zalo.EventUserSeenMessage, b.hook.next(t).event.Name)
		info, err := b.client.UserDetail(t.Context(), access, resident)
		require.NoError(t, err)
		require.True(t, info.IsFollower)
	})

	t.Run("HasAPageOfItsOwn", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.Prefix, c.Title = "/thu/", "Loa Làng <thử>" })
		for _, path := range []string{"/thu", "/thu/"} {
			require.Contains(t, b.get(t, path), "Loa Làng &lt;thử&gt;")
		}
		require.Contains(t, b.get(t, "/thu/phone.js"), "use strict")
		require.NotEmpty(t, b.get(t, "/thu/phone.css"))
		status, _ := b.request(t, http.MethodGet, "/thu/index.html", nil, nil)
		require.Equal(t, http.StatusNotFound, status)
	})

	t.Run("MovesTheClock", func(t *testing.T) {
		t.Parallel()

		var b *bundle
		b = setup(t, func(c *zalosim.Config, _ *zalosim.OA, _ *hook) {
			c.MoveClock = func(now time.Time) { b.clock.set(now) }
		})
		lines := b.stream(t)
		require.JSONEq(t, `{"now":"2026-11-30T09:00:00Z"}`, b.post(t, "/demo/clock", `{"now":"2026-11-30T09:00:00Z"}`))
		require.Equal(t, "state", nextChange(t, lines).Type)
		require.Contains(t, b.get(t, "/demo/api/state"), `"now":"2026-11-30T09:00:00Z","clock":true`)
		_, err := b.send(t, "x")
		requireCode(t, -220, err)
	})

	t.Run("HasNoClockUnlessGivenOne", func(t *testing.T) {
		t.Parallel()

		status, _ := setup(t).request(t, http.MethodPost, "/demo/clock", nil, strings.NewReader(`{"now":"2026-11-30T09:00:00Z"}`))
		require.Equal(t, http.StatusNotFound, status)
	})
}

func TestControl(t *testing.T) {
	t.Parallel()

	t.Run("DrivesAllFromAnotherProcess", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.post(t, "/sim/oas", `{"id":"43","name":"Xã Hai","government":true,"secret":"`+secret+`","access_token":"at2","refresh_token":"rt2"}`)
		b.post(t, "/sim/users", `{"oa":"43","id":"71","name":"Ông Ba"}`)
		require.JSONEq(t, `{"msg_id":"m1"}`, b.post(t, "/sim/say", `{"oa":"43","user":"71","text":"Chào","msg_id":"m1"}`))
		require.Equal(t, "m1", b.hook.next(t).event.MsgID)
		b.post(t, "/sim/follow", `{"oa":"43","user":"71","follow":true}`)
		require.Equal(t, zalo.EventFollow, b.hook.next(t).event.Name)
		send := func() error {
			_, err := b.client.SendConsultation(t.Context(), "at2", zalo.EndpointV2, "71", zalo.Message{Text: "x"})
			return err
		}
		b.post(t, "/sim/faults", `{"user":"71","code":-218}`)
		requireCode(t, -218, send())
		status, _ := b.request(t, http.MethodDelete, "/sim/faults", nil, nil)
		require.Equal(t, http.StatusOK, status)
		require.NoError(t, send())
		b.post(t, "/sim/see", `{"oa":"43","user":"71"}`)
		require.Equal(t, zalo.EventUserSeenMessage, b.hook.next(t).event.Name)

		var messages []zalosim.Message
		require.NoError(t, json.Unmarshal([]byte(b.get(t, "/sim/messages?oa=43&user=71")), &messages))
		require.Len(t, messages, 3)
		require.True(t, messages[2].Seen)
		var stats zalosim.Stats
		require.NoError(t, json.Unmarshal([]byte(b.get(t, "/sim/stats")), &stats))
		require.EqualValues(t, 1, stats.Accepted)
		require.EqualValues(t, 1, stats.Calls, "a refusal on demand is no call")
		require.EqualValues(t, 3, stats.WebhooksSent)
		require.Equal(t, map[string]int{"": 1, account: 0, "43": 1}, stats.Peak)
	})

	t.Run("RefusesWhatMakesNoSense", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for _, c := range []struct {
			path, body string
			status     int
		}{
			{"/sim/say", `{`, 400},
			{"/sim/say", fmt.Sprintf(`{"oa":%q,"user":"nobody","text":"x"}`, account), 404},
			{"/sim/say", fmt.Sprintf(`{"oa":%q,"user":%q,"kind":"smell"}`, account, resident), 404},
			{"/sim/follow", `{"oa":"nowhere","user":"nobody"}`, 404},
		} {
			status, _ := b.request(t, http.MethodPost, c.path, nil, strings.NewReader(c.body))
			require.Equal(t, c.status, status, c.body)
		}
	})
}

func TestResidentsMayComeWhileTheAccountIsRead(t *testing.T) {
	t.Parallel()

	b := setup(t)
	added := make(chan struct{})
	go func() {
		defer close(added)
		for n := range 100 {
			b.sim.AddUser(zalosim.User{OA: account, ID: strconv.Itoa(n)})
		}
	}()
	for range 20 {
		_, err := b.client.OA(t.Context(), access)
		require.NoError(t, err)
	}
	<-added
	info, err := b.client.OA(t.Context(), access)
	require.NoError(t, err)
	require.Equal(t, 102, info.Followers)
}
