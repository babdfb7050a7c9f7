package zalo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Token is a pair as Zalo issues it. The refresh token can be used once; the old access token dies with it.
type Token struct {
	AccessToken  string
	RefreshToken string        // empty when Zalo sent none: keep the old one
	ExpiresIn    time.Duration // of the access token; 25 hours by the documents
}

// defaultExpiry counts when Zalo names no expiry. Source: Zalo OA documents, OAuth v4, read 2026-11-21; a single
// report of one hour is older.
const defaultExpiry = 25 * time.Hour

// NewVerifier is a fresh PKCE verifier of 43 characters.
func NewVerifier() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Challenge is the PKCE challenge of a verifier; Zalo knows S256 only.
func Challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ConsentURL is where an admin of an account consents. Zalo takes exactly these four parameters, and redirectURI must be
// the callback in Zalo's console, without a query.
func (c *Client) ConsentURL(redirectURI, state, challenge string) string {
	return c.cfg.OAuthURL + "/v4/oa/permission?" + url.Values{
		"app_id": {c.cfg.AppID}, "redirect_uri": {redirectURI}, "code_challenge": {challenge}, "state": {state},
	}.Encode()
}

// ExchangeCode gets the first pair for a callback's code, which lives 10 minutes.
func (c *Client) ExchangeCode(ctx context.Context, code, verifier string) (Token, error) {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}}
	if verifier != "" {
		form.Set("code_verifier", verifier)
	}
	return c.token(ctx, "exchange authorization code", form)
}

// RefreshToken gets the next pair. After a success the old refresh token is dead; after an unsure error nobody knows.
func (c *Client) RefreshToken(ctx context.Context, refreshToken string) (Token, error) {
	return c.token(ctx, "refresh access token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}})
}

// tokenAnswer is a success or an error of the OAuth host, which has a form of its own and often says HTTP 200.
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    Int    `json:"expires_in"`
	Error        Int    `json:"error"`
	ErrorName    string `json:"error_name"`
	ErrorReason  string `json:"error_reason"`
	Description  string `json:"error_description"`
	Message      string `json:"message"`
}

func (c *Client) token(ctx context.Context, doing string, form url.Values) (Token, error) {
	form.Set("app_id", c.cfg.AppID)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.OAuthURL+"/v4/oa/access_token", strings.NewReader(form.Encode()))
	if err != nil {
		return Token{}, fmt.Errorf("%s: %w", doing, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("secret_key", c.cfg.AppSecret)
	status, _, body, err := c.roundTrip(req, doing)
	if err != nil {
		return Token{}, err
	}
	var a tokenAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		a = errorWord(body)
	}
	if a.AccessToken != "" && a.Error == 0 {
		life := time.Duration(a.ExpiresIn) * time.Second
		if life <= 0 {
			life = defaultExpiry
		}
		return Token{AccessToken: a.AccessToken, RefreshToken: a.RefreshToken, ExpiresIn: life}, nil
	}
	message := orElse(a.Description, orElse(a.ErrorReason, orElse(a.ErrorName, a.Message)))
	if a.Error == 0 && (message == "" || status >= http.StatusInternalServerError) { // a server in trouble has refused nothing
		return Token{}, unreadable(doing, status)
	}
	code := int(a.Error)
	if code == 0 && deadGrant.MatchString(a.ErrorName+" "+message) {
		code = codeDeadGrant
	}
	return Token{}, &Error{Code: code, Message: message, HTTPStatus: status, OAuth: true}
}

// deadGrant are the words of the OAuth host for a refresh token that will never work again. It names no number for them
// now and then; the one it mostly names is codeDeadGrant. Source: field reports, read 2026-11-21.
var deadGrant = regexp.MustCompile(`(?i)refresh token|invalid_grant`)

const codeDeadGrant = -14014

// errorWord reads an error whose "error" is a word instead of a number.
func errorWord(body []byte) tokenAnswer {
	var a struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &a) != nil {
		return tokenAnswer{}
	}
	return tokenAnswer{ErrorName: a.Error, Description: a.Description}
}
