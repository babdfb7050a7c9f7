package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/webhook"
)

const (
	appID    = "2600000000000000001"
	account  = "4300000000000000001"
	resident = "7100000000000000001"
	secret   = "the account's secret"
	sentAt   = "1790000000123"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	os.Exit(m.Run())
}

// acceptor keeps events by their key, as a store does.
type acceptor struct {
	mu     sync.Mutex
	events []zalo.Event
	keys   map[string]bool
	err    error
}

func (a *acceptor) Accept(_ context.Context, ev zalo.Event) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return false, a.err
	}
	if a.keys[ev.DedupKey()] {
		return false, nil
	}
	if a.keys == nil {
		a.keys = make(map[string]bool)
	}
	a.keys[ev.DedupKey()] = true
	a.events = append(a.events, ev)
	return true, nil
}

// accounts are the accounts that are ours, with their secrets.
type accounts struct {
	secrets map[string][]string
	err     error

	mu       sync.Mutex
	verified []string
}

func (a *accounts) IsOA(id string) bool { _, ours := a.secrets[id]; return ours }

func (a *accounts) Secrets(_ context.Context, oaID string) ([]string, bool, error) {
	secrets, known := a.secrets[oaID]
	return secrets, known, a.err
}

func (a *accounts) Verified(oaID string, index int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.verified = append(a.verified, fmt.Sprint(oaID, " ", index))
}

// bundle is the handler between its two neighbours, with one account of ours.
type bundle struct {
	acceptor acceptor
	accounts accounts
	results  []webhook.Result
	handler  http.Handler
	log      bytes.Buffer
}

func setup(*testing.T) *bundle {
	b := &bundle{accounts: accounts{secrets: map[string][]string{account: {secret}}}}
	observe := func(result webhook.Result, took time.Duration) {
		if took >= 0 {
			b.results = append(b.results, result)
		}
	}
	router := gin.New()
	router.POST("/webhook/zalo", webhook.NewEvents(&b.acceptor, &b.accounts, observe, slog.New(slog.NewTextHandler(&b.log, nil))).Handle)
	b.handler = router
	return b
}

// post sends a body with a signature header and returns the status.
func (b *bundle) post(t *testing.T, body io.Reader, signature string) int {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhook/zalo", body)
	if signature != "" {
		req.Header.Set(zalo.SignatureHeader, signature)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, req)
	return w.Code
}

func said(msgID string) string {
	return `{"app_id":"` + appID + `","event_name":"user_send_text","sender":{"id":"` + resident + `"},"recipient":{"id":"` + account +
		`"},"message":{"msg_id":"` + msgID + `","text":"Chào  ữ \u0111"},"timestamp":"` + sentAt + `"}`
}

func sign(body, with string) string { return "mac=" + zalo.Sign(appID, []byte(body), sentAt, with) }

func TestEvents(t *testing.T) {
	t.Parallel()

	t.Run("AcceptsASignedEvent", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		require.Equal(t, 200, b.post(t, strings.NewReader(body), sign(body, secret)))
		require.Len(t, b.acceptor.events, 1)
		ev := b.acceptor.events[0]
		require.Equal(t, []string{account, resident, "m1", "Chào  ữ đ"}, []string{ev.OAID, ev.UserID, ev.MsgID, ev.Text})
		require.Equal(t, body, string(ev.Raw), "the bytes as they came")
		require.Equal(t, []webhook.Result{webhook.Accepted}, b.results)
		require.Equal(t, []string{account + " 0"}, b.accounts.verified)
		require.Empty(t, b.log.String())
	})

	t.Run("TakesADuplicateOnce", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		for range 3 {
			require.Equal(t, 200, b.post(t, strings.NewReader(body), sign(body, secret)))
		}
		require.Len(t, b.acceptor.events, 1)
		require.Equal(t, []webhook.Result{webhook.Accepted, webhook.Duplicate, webhook.Duplicate}, b.results)
	})

	t.Run("NamesTheSecretThatSigned", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		b.accounts.secrets[account] = []string{"an older one", secret}
		require.Equal(t, 200, b.post(t, strings.NewReader(body), sign(body, secret)))
		require.Equal(t, []string{account + " 1"}, b.accounts.verified)
	})

	t.Run("KnowsTheAccountsSideOfAReceipt", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		body := `{"app_id":"` + appID + `","event_name":"user_seen_message","sender":{"id":"` + resident + `"},"recipient":{"id":"` + account +
			`"},"message":{"msg_ids":["m1"]},"timestamp":"` + sentAt + `"}`
		require.Equal(t, 200, b.post(t, strings.NewReader(body), sign(body, secret)))
		require.Equal(t, account, b.acceptor.events[0].OAID)
	})

	t.Run("ReadsTheBodyOnce", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		once := &onceReader{t: t, r: strings.NewReader(body)}
		require.Equal(t, 200, b.post(t, once, sign(body, secret)))
		require.Len(t, b.acceptor.events, 1)
		require.Equal(t, len(body), once.read)
	})

	t.Run("AsksForAgainWhatCameInHalf", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		require.Equal(t, 503, b.post(t, io.MultiReader(strings.NewReader(body[:50]), brokenReader{}), sign(body, secret)))
		require.Equal(t, []webhook.Result{webhook.Unavailable}, b.results)
		require.Empty(t, b.acceptor.events)
	})

	t.Run("ReadsNoMoreThanItTakes", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		body := &onceReader{t: t, r: io.LimitReader(spaces{}, 10<<20)}
		require.Equal(t, 200, b.post(t, body, "mac=0"))
		require.Equal(t, []webhook.Result{webhook.TooLarge}, b.results)
		require.LessOrEqual(t, body.read, 1<<20+1)
	})

	t.Run("TakesAnEventOfAlmostOneMegabyte", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		body += strings.Repeat(" ", 1<<20-len(body))
		require.Equal(t, 200, b.post(t, strings.NewReader(body), sign(body, secret)))
		require.Equal(t, []webhook.Result{webhook.Accepted}, b.results)
	})

	t.Run("IsUnavailableWhileTheEventCannotBeSaved", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		b.acceptor.err = errors.New("no disk")
		require.Equal(t, 503, b.post(t, strings.NewReader(body), sign(body, secret)))
		b.acceptor.err = nil
		require.Equal(t, 200, b.post(t, strings.NewReader(body), sign(body, secret)))
		require.Equal(t, []webhook.Result{webhook.Unavailable, webhook.Accepted}, b.results)
		require.Contains(t, b.log.String(), "no disk")
	})

	t.Run("IsUnavailableWhileTheAccountsCannotBeRead", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		b.accounts.err = errors.New("no database")
		require.Equal(t, 503, b.post(t, strings.NewReader(body), sign(body, secret)))
		require.Equal(t, []webhook.Result{webhook.Unavailable}, b.results)
	})

	t.Run("LogsNeitherSecretNorText", func(t *testing.T) {
		t.Parallel()

		b, body := setup(t), said("m1")
		require.Equal(t, 200, b.post(t, strings.NewReader(body), sign(body, "wrong")))
		require.NotEmpty(t, b.log.String())
		require.NotContains(t, b.log.String(), "Chào")
		require.NotContains(t, b.log.String(), secret)
	})
}

func TestEventsAnswers200AndDrops(t *testing.T) {
	t.Parallel()

	text := said("m1")
	other := strings.ReplaceAll(text, account, "4399999999999999999")
	tampered := strings.Replace(text, "m1", "m2", 1)
	for name, c := range map[string]struct {
		body, signature string
		secrets         []string
		result          webhook.Result
	}{
		"TheUnsignedCheckOfZalosConsole": {`{}`, "", []string{secret}, webhook.Malformed},
		"TheCheckBeforeAnySecretIsKnown": {`{}`, "", nil, webhook.Malformed},
		"WhatIsNoJSON":                   {`hello`, "mac=00", []string{secret}, webhook.Malformed},
		"AnEmptyBody":                    {``, "", []string{secret}, webhook.Malformed},
		"AnEventWithoutSignature":        {text, "", []string{secret}, webhook.Unverified},
		"AnEventOfAWrongSecret":          {text, sign(text, "wrong"), []string{secret}, webhook.Unverified},
		"AnEventThatWasTamperedWith":     {tampered, sign(text, secret), []string{secret}, webhook.Unverified},
		"AnEventSignedWithNoSecret":      {text, sign(text, ""), []string{""}, webhook.Unverified},
		"AnEventOfAnUnknownAccount":      {other, sign(other, secret), []string{secret}, webhook.UnknownOA},
		"AnEventWhileNoSecretIsSet":      {text, sign(text, secret), []string{}, webhook.NoSecret},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			b.accounts.secrets[account] = c.secrets
			require.Equal(t, 200, b.post(t, strings.NewReader(c.body), c.signature))
			require.Empty(t, b.acceptor.events)
			require.Empty(t, b.accounts.verified)
			require.Equal(t, []webhook.Result{c.result}, b.results)
			require.Contains(t, b.log.String(), "result="+string(c.result))
		})
	}
}

// onceReader counts what is read and takes no reading after the end.
type onceReader struct {
	t    *testing.T
	r    io.Reader
	read int
	over bool
}

func (o *onceReader) Read(p []byte) (int, error) {
	require.False(o.t, o.over, "read again")
	n, err := o.r.Read(p)
	o.read += n
	o.over = err != nil
	return n, err
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
