package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/webhook"
	"github.com/loalang/loalang/zalo/zalosim"
)

const stranger = "4300000000000000009" // an account at Zalo that is not ours

// granter keeps what was granted.
type granter struct {
	granted map[string]zalo.Token
	err     error
}

func (g *granter) Grant(_ context.Context, oaID string, token zalo.Token) error {
	if g.err != nil {
		return g.err
	}
	g.granted[oaID] = token
	return nil
}

// consentWorld is our server and Zalo's, each on a port of its own.
type consentWorld struct {
	sim      *zalosim.Server
	client   *zalo.Client
	accounts *accounts
	granter  *granter
	base     string // of our server
	log      *bytes.Buffer
}

type consentOption struct {
	appSecret string // that we know; empty = the right one
	verifier  string // fixed
	noBaseURL bool
}

func setupConsent(t *testing.T, o consentOption) *consentWorld {
	t.Helper()
	w := &consentWorld{
		accounts: &accounts{secrets: map[string][]string{account: {secret}}}, granter: &granter{granted: make(map[string]zalo.Token)}, log: &bytes.Buffer{},
	}
	w.sim = zalosim.New(zalosim.Config{AppID: appID, AppSecret: "app secret"})
	w.sim.AddOA(zalosim.OA{ID: account, Name: "Xã Thử"})
	w.sim.AddOA(zalosim.OA{ID: stranger, Name: "Xã khác"})
	zaloServer := httptest.NewServer(w.sim)
	t.Cleanup(zaloServer.Close)
	if o.appSecret == "" {
		o.appSecret = "app secret"
	}
	w.client = zalo.NewClient(zalo.Config{APIURL: zaloServer.URL, OAuthURL: zaloServer.URL, AppID: appID, AppSecret: o.appSecret})

	router := gin.New()
	server := httptest.NewUnstartedServer(router)
	w.base = "http://" + server.Listener.Addr().String()
	public := w.base + "/"
	if o.noBaseURL {
		public = ""
	}
	consent := webhook.NewConsent(w.client, w.granter, w.accounts, public, o.verifier, slog.New(slog.NewTextHandler(w.log, nil)))
	router.GET("/oauth/zalo/start", consent.Start)
	router.GET("/oauth/zalo/callback", consent.Callback)
	server.Start()
	t.Cleanup(server.Close)
	return w
}

// browser keeps cookies and follows redirects; the one to our callback only when told to.
type browser struct {
	t        *testing.T
	client   *http.Client
	callback *url.URL // where Zalo sent it to
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	b := &browser{t: t}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(req.URL.Path, "/callback") {
			b.callback = req.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

func (b *browser) do(method, address string, form url.Values) (status int, text string, at *url.URL) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(form.Encode()))
	require.NoError(b.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(b.t, err)
	return resp.StatusCode, string(body), resp.Request.URL
}

func (b *browser) get(address string) (status int, text string) {
	b.t.Helper()
	status, text, _ = b.do(http.MethodGet, address, nil)
	return status, text
}

// agree starts at our server and agrees on Zalo's page for one account. Zalo then sends it to the callback returned.
func (b *browser) agree(w *consentWorld, oaID string) *url.URL {
	b.t.Helper()
	status, text, at := b.do(http.MethodGet, w.base+"/oauth/zalo/start", nil)
	require.Equal(b.t, http.StatusOK, status)
	require.Equal(b.t, "/v4/oa/permission", at.Path)
	require.Len(b.t, at.Query(), 4)
	require.Contains(b.t, text, oaID)
	status, _, _ = b.do(http.MethodPost, at.String(), url.Values{"oa_id": {oaID}})
	require.Equal(b.t, http.StatusFound, status)
	require.NotNil(b.t, b.callback)
	require.True(b.t, strings.HasPrefix(b.callback.String(), w.base+"/oauth/zalo/callback?"))
	return b.callback
}

// with is an address with one parameter changed; an empty value takes it away.
func with(address *url.URL, name, value string) string {
	changed, query := *address, address.Query()
	query.Set(name, value)
	if value == "" {
		query.Del(name)
	}
	changed.RawQuery = query.Encode()
	return changed.String()
}

func TestConsent(t *testing.T) {
	t.Parallel()

	t.Run("BringsTokensThatWork", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		status, text := b.get(b.agree(w, account).String())
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, text, "Đã kết nối")
		require.Len(t, w.granter.granted, 1)
		token := w.granter.granted[account]
		info, err := w.client.OA(t.Context(), token.AccessToken)
		require.NoError(t, err)
		require.Equal(t, account, info.ID)
		require.Contains(t, w.log.String(), "account consented")
		require.NotContains(t, w.log.String(), token.AccessToken)
		require.NotContains(t, w.log.String(), token.RefreshToken)
	})

	t.Run("WorksWhenZaloEchoesNoState", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		status, _ := b.get(with(b.agree(w, account), "state", ""))
		require.Equal(t, http.StatusOK, status)
		require.Len(t, w.granter.granted, 1)
	})

	t.Run("WorksWithTheVerifierOfZalosConsole", func(t *testing.T) {
		t.Parallel()

		fixed := zalo.NewVerifier()
		w, b := setupConsent(t, consentOption{verifier: fixed}), newBrowser(t)
		_, _, at := b.do(http.MethodGet, w.base+"/oauth/zalo/start", nil)
		require.Equal(t, zalo.Challenge(fixed), at.Query().Get("code_challenge"))
		status, _ := b.get(b.agree(w, account).String())
		require.Equal(t, http.StatusOK, status)
	})

	t.Run("MakesAStateAndAChallengeForEachStart", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		_, _, first := b.do(http.MethodGet, w.base+"/oauth/zalo/start", nil)
		_, _, second := b.do(http.MethodGet, w.base+"/oauth/zalo/start", nil)
		require.NotEqual(t, first.Query().Get("state"), second.Query().Get("state"))
		require.NotEqual(t, first.Query().Get("code_challenge"), second.Query().Get("code_challenge"))
	})

	t.Run("RefusesAWrongStateAndStillTakesTheRightOne", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		callback := b.agree(w, account)
		status, text := b.get(with(callback, "state", "another"))
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, text, "Yêu cầu không khớp")
		require.Empty(t, w.granter.granted)
		require.Zero(t, w.sim.Stats().TokenCalls)
		status, _ = b.get(callback.String())
		require.Equal(t, http.StatusOK, status)
	})

	t.Run("RefusesAnotherBrowser", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		status, text := newBrowser(t).get(b.agree(w, account).String())
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, text, "Phiên đã hết hạn")
		require.Empty(t, w.granter.granted)
		require.Zero(t, w.sim.Stats().TokenCalls)
	})

	t.Run("RefusesTheCallbackTheSecondTime", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		callback := b.agree(w, account).String()
		status, _ := b.get(callback)
		require.Equal(t, http.StatusOK, status)
		status, _ = b.get(callback)
		require.Equal(t, http.StatusBadRequest, status)
		require.EqualValues(t, 1, w.sim.Stats().TokenCalls)
	})

	t.Run("RefusesTheSecondTimeAlsoWithTheCookieKept", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		callback := b.agree(w, account)
		cookies := b.client.Jar.Cookies(callback)
		require.Len(t, cookies, 1)
		status, _ := b.get(callback.String())
		require.Equal(t, http.StatusOK, status)
		token := w.granter.granted[account]
		b.client.Jar.SetCookies(callback, cookies)
		status, _ = b.get(callback.String())
		require.Equal(t, http.StatusBadGateway, status)
		require.Contains(t, w.log.String(), "14019")
		require.Equal(t, token, w.granter.granted[account])
	})

	t.Run("RefusesAnUnknownAccountAndNamesTheCommand", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		status, text := b.get(b.agree(w, stranger).String())
		require.Equal(t, http.StatusNotFound, status)
		require.Contains(t, text, "loalang oa add --oa-id "+stranger)
		require.Empty(t, w.granter.granted)
		require.Zero(t, w.sim.Stats().TokenCalls)
	})

	t.Run("ShowsNothingOfWhatAStrangerWrites", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		status, text := b.get(with(b.agree(w, account), "oa_id", `<script>alert(1)</script>;rm -rf`))
		require.Equal(t, http.StatusNotFound, status)
		require.NotContains(t, text, "script")
		require.NotContains(t, text, "rm")
	})

	t.Run("SaysWhenTheAdminDidNotAgree", func(t *testing.T) {
		t.Parallel()

		for _, missing := range []string{"code", "oa_id"} {
			w, b := setupConsent(t, consentOption{}), newBrowser(t)
			status, text := b.get(with(b.agree(w, account), missing, ""))
			require.Equal(t, http.StatusBadRequest, status)
			require.Contains(t, text, "Zalo chưa cấp quyền")
		}
	})

	t.Run("SaysWhatToSetWithoutABaseURL", func(t *testing.T) {
		t.Parallel()

		w := setupConsent(t, consentOption{noBaseURL: true})
		status, text := newBrowser(t).get(w.base + "/oauth/zalo/start")
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Contains(t, text, "LOALANG_BASE_URL")
	})

	t.Run("LogsTheNextStepWhenZaloRefuses", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{appSecret: "wrong"}), newBrowser(t)
		status, text := b.get(b.agree(w, account).String())
		require.Equal(t, http.StatusBadGateway, status)
		require.Contains(t, text, "Chưa lấy được quyền")
		require.Contains(t, w.log.String(), "LOALANG_ZALO_APP_SECRET")
		require.Empty(t, w.granter.granted)
	})

	t.Run("SaysWhenTheTokensCannotBeSaved", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		w.granter.err = errors.New("no disk")
		status, _ := b.get(b.agree(w, account).String())
		require.Equal(t, http.StatusBadGateway, status)
		require.Contains(t, w.log.String(), "no disk")
	})

	t.Run("DoesNotCallAnAccountUnknownWhileItCannotBeRead", func(t *testing.T) {
		t.Parallel()

		w, b := setupConsent(t, consentOption{}), newBrowser(t)
		w.accounts.err = errors.New("no database")
		status, text := b.get(b.agree(w, account).String())
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.NotContains(t, text, "loalang oa add")
		require.Contains(t, w.log.String(), "no database")
	})
}

func TestConsentCookieStaysInItsPlace(t *testing.T) {
	t.Parallel()

	for base, secure := range map[string]bool{"https://loa.xa.gov.vn/": true, "http://127.0.0.1:8080": false} {
		client := zalo.NewClient(zalo.Config{AppID: appID})
		consent := webhook.NewConsent(client, &granter{}, &accounts{}, base, "", slog.New(slog.DiscardHandler))
		router := gin.New()
		router.GET("/oauth/zalo/start", consent.Start)
		w := httptest.NewRecorder()
		router.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/oauth/zalo/start", nil))
		resp := w.Result()
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusFound, resp.StatusCode)
		require.Len(t, resp.Cookies(), 1)
		cookie := resp.Cookies()[0]
		require.Equal(t, "/oauth/zalo", cookie.Path)
		require.Equal(t, 600, cookie.MaxAge)
		require.True(t, cookie.HttpOnly)
		require.Equal(t, secure, cookie.Secure)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
		back, err := url.Parse(w.Header().Get("Location"))
		require.NoError(t, err)
		require.Equal(t, strings.TrimSuffix(base, "/")+"/oauth/zalo/callback", back.Query().Get("redirect_uri"))
	}
}

func TestCallbackRefusesTheTokenOfAnotherAccount(t *testing.T) {
	t.Parallel()

	w := setupConsent(t, consentOption{})
	w.accounts.secrets[stranger] = []string{secret} // ours too, with the same admin
	b := newBrowser(t)
	callback := b.agree(w, account)
	query := callback.Query()
	query.Set("oa_id", stranger)
	callback.RawQuery = query.Encode()
	status, _ := b.get(callback.String())
	require.Equal(t, http.StatusBadGateway, status)
	require.Empty(t, w.granter.granted)
	require.Contains(t, w.log.String(), "the token is of account "+account)
}
