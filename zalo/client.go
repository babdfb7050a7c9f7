package zalo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// Zalo's hosts.
const (
	DefaultAPIURL   = "https://openapi.zalo.me"
	DefaultOAuthURL = "https://oauth.zaloapp.com"
)

const (
	// defaultTimeout bounds one call, from dialling to the last byte.
	defaultTimeout = 10 * time.Second
	// maxAnswer is the longest answer read, in bytes.
	maxAnswer = 1 << 20
	// idleConnections are kept for the calls of an account in flight and some more accounts.
	idleConnections = 256
)

// Config says which Zalo to speak with, and as which app.
type Config struct {
	APIURL     string // empty = DefaultAPIURL
	OAuthURL   string // empty = DefaultOAuthURL
	AppID      string
	AppSecret  string
	HTTPClient *http.Client  // nil = one of its own
	Timeout    time.Duration // of one call; 0 = 10 s
}

// Client calls Zalo's Official Account API. It is safe for concurrent use. Its errors hold no token and no text.
type Client struct {
	cfg  Config
	http *http.Client
}

// NewClient returns a client.
func NewClient(cfg Config) *Client {
	cfg.APIURL = strings.TrimSuffix(orElse(cfg.APIURL, DefaultAPIURL), "/")
	cfg.OAuthURL = strings.TrimSuffix(orElse(cfg.OAuthURL, DefaultOAuthURL), "/")
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	c := &Client{cfg: cfg, http: cfg.HTTPClient}
	if c.http == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConns, transport.MaxIdleConnsPerHost = idleConnections, idleConnections
		c.http = &http.Client{Transport: transport}
	}
	plain := *c.http
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a redirect could leak the token
	c.http = &plain
	return c
}

// Timeout is how long one call may take.
func (c *Client) Timeout() time.Duration { return c.cfg.Timeout }

// answer is Zalo's envelope.
type answer struct {
	Error   *Int            `json:"error"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// call sends a request of the OpenAPI and unpacks the envelope's data into out.
func (c *Client) call(req *http.Request, accessToken, doing string, out any) (http.Header, error) {
	req.Header.Set("access_token", accessToken)
	status, header, body, err := c.roundTrip(req, doing)
	if err != nil {
		return nil, err
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil || a.Error == nil {
		return nil, unreadable(doing, status)
	}
	if *a.Error != 0 {
		return nil, &Error{Code: int(*a.Error), Message: a.Message, HTTPStatus: status}
	}
	if out != nil && len(a.Data) > 0 {
		if err := json.Unmarshal(a.Data, out); err != nil {
			return header, fmt.Errorf("%s: read the answer: %s", doing, reason(err))
		}
	}
	return header, nil
}

// unreadable is an answer that is not Zalo's. Below 500 it was some server in between that refused; from 500 on the call
// may have been carried out.
func unreadable(doing string, status int) error {
	return &transportError{doing: doing, sent: status >= 500 || status < 300, err: fmt.Errorf("HTTP %d with an answer that is not Zalo's", status)}
}

// roundTrip sends a request and reads the whole answer. It knows whether the request may have reached Zalo.
func (c *Client) roundTrip(req *http.Request, doing string) (status int, header http.Header, body []byte, err error) {
	ctx, cancel := context.WithTimeout(req.Context(), c.cfg.Timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	resp, err := c.http.Do(req.WithContext(ctx))
	if err != nil {
		var withURL *url.Error
		if errors.As(err, &withURL) { // its text shows the URL, with parameters
			err = withURL.Err
		}
		return 0, nil, nil, &transportError{doing: doing, sent: connected.Load(), err: err}
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return 0, nil, nil, &transportError{doing: doing, sent: true, err: err}
	}
	return resp.StatusCode, resp.Header, body, nil
}

func (c *Client) post(ctx context.Context, path string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.APIURL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// get asks with Zalo's one query parameter, "data", that holds JSON.
func (c *Client) get(ctx context.Context, path string, data any) (*http.Request, error) {
	address := c.cfg.APIURL + path
	if data != nil {
		text, err := json.Marshal(data)
		if err != nil {
			return nil, err
		}
		address += "?data=" + url.QueryEscape(string(text))
	}
	return http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
}

// Endpoint is one of the two ways to send a consultation message. Government accounts are refused on v3 (-235), business
// accounts on v2 (-240).
type Endpoint string

// The endpoints.
const (
	EndpointV3 Endpoint = "v3"
	EndpointV2 Endpoint = "v2"
)

func (e Endpoint) path() string {
	if e == EndpointV2 {
		return "/v2.0/oa/message"
	}
	return "/v3.0/oa/message/cs"
}

// SendConsultation sends a consultation message to one person. A nil error means that Zalo has accepted it; ask KindOf
// what any other means.
func (c *Client) SendConsultation(ctx context.Context, accessToken string, ep Endpoint, userID string, m Message) (Sent, error) {
	body, err := m.to("user_id", userID)
	if err != nil {
		return Sent{}, fmt.Errorf("write consultation message: %w", err)
	}
	return c.send(ctx, accessToken, "send consultation message", ep.path(), body)
}
