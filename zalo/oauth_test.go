package zalo_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

const callback = "https://loa.xa.gov.vn/oauth/zalo/callback"

// consent lets an admin of the account agree, and returns the code that Zalo brings back.
func (b *bundle) consent(t *testing.T, challenge string) (code string) {
	t.Helper()
	form := strings.NewReader(url.Values{"oa_id": {account}}.Encode())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.client.ConsentURL(callback, "the state", challenge), form)
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusFound, resp.StatusCode)
	back, err := resp.Location()
	require.NoError(t, err)
	require.Equal(t, "loa.xa.gov.vn", back.Host)
	require.Equal(t, account, back.Query().Get("oa_id"))
	require.Equal(t, "the state", back.Query().Get("state"))
	return back.Query().Get("code")
}

func TestConsentURLHasExactlyFourParameters(t *testing.T) {
	t.Parallel()

	client := zalo.NewClient(zalo.Config{AppID: appID, AppSecret: appSecret})
	address, err := url.Parse(client.ConsentURL(callback, "st&te", "ch+llenge"))
	require.NoError(t, err)
	require.Equal(t, "https://oauth.zaloapp.com/v4/oa/permission", address.Scheme+"://"+address.Host+address.Path)
	require.Equal(t, url.Values{
		"app_id": {appID}, "redirect_uri": {callback}, "code_challenge": {"ch+llenge"}, "state": {"st&te"},
	}, address.Query())
}

func TestVerifierAndChallenge(t *testing.T) {
	t.Parallel()

	first, second := zalo.NewVerifier(), zalo.NewVerifier()
	require.Len(t, first, 43)
	require.NotEqual(t, first, second)
	require.Equal(t, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", zalo.Challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "the example of RFC 7636")
}

func TestExchangeCode(t *testing.T) {
	t.Parallel()

	t.Run("BringsAPairThatWorks", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		verifier := zalo.NewVerifier()
		token, err := b.client.ExchangeCode(t.Context(), b.consent(t, zalo.Challenge(verifier)), verifier)
		require.NoError(t, err)
		require.Equal(t, 25*time.Hour, token.ExpiresIn)
		require.NotEmpty(t, token.RefreshToken)
		info, err := b.client.OA(t.Context(), token.AccessToken)
		require.NoError(t, err)
		require.Equal(t, account, info.ID)
		_, err = b.client.OA(t.Context(), accessOf)
		requireCode(t, -220, err) // the one before is dead
	})

	t.Run("SendsTheFormThatZaloDocuments", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.client.ExchangeCode(t.Context(), "the code", "the verifier")
		requireCode(t, -14019, err)
		call := b.wire.last(t)
		require.Equal(t, "application/x-www-form-urlencoded", call.header.Get("Content-Type"))
		form, err := url.ParseQuery(call.body)
		require.NoError(t, err)
		require.Equal(t, url.Values{
			"grant_type": {"authorization_code"}, "code": {"the code"}, "code_verifier": {"the verifier"}, "app_id": {appID},
		}, form)
	})

	t.Run("NeedsNoVerifierWithoutAChallenge", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.client.ExchangeCode(t.Context(), b.consent(t, ""), "")
		require.NoError(t, err)
		require.NotContains(t, b.wire.last(t).body, "code_verifier")
	})

	t.Run("IsRefusedForAnotherVerifier", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		code := b.consent(t, zalo.Challenge(zalo.NewVerifier()))
		_, err := b.client.ExchangeCode(t.Context(), code, zalo.NewVerifier())
		requireCode(t, -14019, err)
		require.Equal(t, zalo.KindConsent, zalo.KindOf(err))
	})

	t.Run("IsRefusedTheSecondTime", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		code := b.consent(t, "")
		_, err := b.client.ExchangeCode(t.Context(), code, "")
		require.NoError(t, err)
		_, err = b.client.ExchangeCode(t.Context(), code, "")
		requireCode(t, -14019, err)
	})

	t.Run("IsRefusedAfterTenMinutes", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		code := b.consent(t, "")
		b.now.move(10 * time.Minute)
		_, err := b.client.ExchangeCode(t.Context(), code, "")
		requireCode(t, -14019, err)
	})
}

func TestRefreshToken(t *testing.T) {
	t.Parallel()

	t.Run("WorksOnce", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		token, err := b.client.RefreshToken(t.Context(), refreshOf)
		require.NoError(t, err)
		_, err = b.client.OA(t.Context(), token.AccessToken)
		require.NoError(t, err)
		_, err = b.client.RefreshToken(t.Context(), refreshOf)
		requireCode(t, -14014, err)
		require.Equal(t, zalo.KindConsent, zalo.KindOf(err))
		_, err = b.client.RefreshToken(t.Context(), token.RefreshToken)
		require.NoError(t, err, "the one that it brought works")
	})

	t.Run("IsRefusedAfterThreeMonths", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.now.move(90*24*time.Hour - time.Second)
		token, err := b.client.RefreshToken(t.Context(), refreshOf)
		require.NoError(t, err)
		b.now.move(90 * 24 * time.Hour)
		_, err = b.client.RefreshToken(t.Context(), token.RefreshToken)
		requireCode(t, -14020, err)
		require.Equal(t, zalo.KindConsent, zalo.KindOf(err))
	})

	t.Run("IsRefusedForAWrongSecret", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalo.Config) { c.AppSecret = "the account's secret" })
		_, err := b.client.RefreshToken(t.Context(), refreshOf)
		requireCode(t, -14004, err)
		require.Equal(t, zalo.KindConfig, zalo.KindOf(err))
		require.Contains(t, zalo.Advice(-14004), "LOALANG_ZALO_APP_SECRET")
	})

	t.Run("IsRefusedForAWrongApp", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalo.Config) { c.AppID = "1" })
		_, err := b.client.RefreshToken(t.Context(), refreshOf)
		requireCode(t, -14002, err)
	})

	t.Run("SendsTheFormThatZaloDocuments", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.client.RefreshToken(t.Context(), refreshOf)
		require.NoError(t, err)
		form, err := url.ParseQuery(b.wire.last(t).body)
		require.NoError(t, err)
		require.Equal(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshOf}, "app_id": {appID}}, form)
	})
}

func TestTokenAnswerIsTakenInAllItsForms(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		body  string
		token zalo.Token
	}{
		"WithExpiryAsAString": {
			`{"access_token":"a","refresh_token":"r","expires_in":"90000"}`,
			zalo.Token{AccessToken: "a", RefreshToken: "r", ExpiresIn: 25 * time.Hour},
		},
		"WithExpiryAsANumber": {
			`{"access_token":"a","refresh_token":"r","expires_in":3600,"refresh_token_expires_in":7776000}`,
			zalo.Token{AccessToken: "a", RefreshToken: "r", ExpiresIn: time.Hour},
		},
		"WithoutExpiry":         {`{"access_token":"a","refresh_token":"r"}`, zalo.Token{AccessToken: "a", RefreshToken: "r", ExpiresIn: 25 * time.Hour}},
		"WithAnEmptyExpiry":     {`{"access_token":"a","refresh_token":"r","expires_in":""}`, zalo.Token{AccessToken: "a", RefreshToken: "r", ExpiresIn: 25 * time.Hour}},
		"WithoutARefreshToken":  {`{"access_token":"a","expires_in":"90000"}`, zalo.Token{AccessToken: "a", ExpiresIn: 25 * time.Hour}},
		"WithErrorZeroBesideIt": {`{"error":0,"access_token":"a","refresh_token":"r"}`, zalo.Token{AccessToken: "a", RefreshToken: "r", ExpiresIn: 25 * time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			token, err := answering(t, 200, c.body).RefreshToken(t.Context(), "r0")
			require.NoError(t, err)
			require.Equal(t, c.token, token)
		})
	}
}

func TestTokenErrorIsTakenInAllItsForms(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		status  int
		body    string
		code    int
		message string
		kind    zalo.Kind
	}{
		"WithZalosCode": {
			200, `{"error":-14014,"error_name":"Invalid refresh token","error_reason":"why","ref_doc":"","error_description":"what"}`,
			-14014, "what", zalo.KindConsent,
		},
		"WithTheCodeInQuotes":       {200, `{"error":"-14020","error_reason":"why"}`, -14020, "why", zalo.KindConsent},
		"WithAStatusOfItsOwn":       {400, `{"error":-118,"message":"invalid_grant"}`, -118, "invalid_grant", zalo.KindConsent},
		"WithoutANumericError":      {200, `{"error_name":"Invalid refresh token"}`, -14014, "Invalid refresh token", zalo.KindConsent},
		"WithAWordForACode":         {200, `{"error":"invalid_grant"}`, -14014, "invalid_grant", zalo.KindConsent},
		"WithAWordAndADescription":  {400, `{"error":"invalid_grant","error_description":"used"}`, -14014, "used", zalo.KindConsent},
		"ThatSaysNothingOfTheGrant": {200, `{"error_name":"Something else"}`, 0, "Something else", zalo.KindPermanent},
		"WithATokenBesideIt":        {200, `{"error":-14014,"access_token":"a"}`, -14014, "", zalo.KindConsent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			token, err := answering(t, c.status, c.body).RefreshToken(t.Context(), "r0")
			require.Empty(t, token)
			var refusal *zalo.Error
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, &zalo.Error{Code: c.code, Message: c.message, HTTPStatus: c.status, OAuth: true}, refusal)
			require.Equal(t, c.kind, zalo.KindOf(err))
		})
	}

	t.Run("AsUnsureForAServerInTrouble", func(t *testing.T) {
		t.Parallel()

		_, err := answering(t, 503, `{"message":"Service Unavailable"}`).RefreshToken(t.Context(), "r0")
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
	})

	for name, body := range map[string]string{
		"APage": "<html>", "Nothing": "", "AnEmptyObject": "{}", "Null": "null", "AnEmptyToken": `{"access_token":""}`,
	} {
		t.Run("AsUnsureFor"+name, func(t *testing.T) {
			t.Parallel()

			_, err := answering(t, 200, body).RefreshToken(t.Context(), "r0")
			require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
		})
	}
}
