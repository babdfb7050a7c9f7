package zalosim

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loalang/loalang/zalo"
)

// Zalo's rules. Source: Zalo OA documents, read 2026-11-21.
const (
	tokenLife        = 25 * time.Hour
	refreshLife      = 90 * 24 * time.Hour
	codeLife         = 10 * time.Minute
	freeWindow       = 48 * time.Hour
	consultWindow    = 7 * 24 * time.Hour
	defaultKeep      = 500
	defaultInFlight  = 64
	defaultUserAgent = "ZaloWebhook"
)

// Config says how the simulated Zalo behaves. The zero Config is a Zalo without delays, caps and receipts.
type Config struct {
	AppID     string
	AppSecret string
	// WebhookURL is where events go; empty = nowhere.
	WebhookURL string
	// Now is Zalo's clock; nil = the real one.
	Now func() time.Time
	// Latency is how long an answer takes; nil = at once.
	Latency func() time.Duration
	// Echoes sends an oa_send_* event for each message accepted, Receipts a user_received_message.
	Echoes, Receipts bool
	// AppCallsPerMinute is the app's cap over all accounts; 0 = none.
	AppCallsPerMinute int
	// RefreshLife is how long a refresh token can be used; 0 = 90 days, as Zalo's.
	RefreshLife time.Duration
	// RetryAfter is when an event that was not answered 200 is sent again; nil = as Zalo does. Empty = never.
	RetryAfter []time.Duration
	// Keep is how many messages of a chat are kept; 0 = 500.
	Keep int
	// Prefix is where the phones' page is; empty = "/demo".
	Prefix string
	// Title stands above the phones.
	Title string
	// MoveClock is called when the page moves the demo's clock; nil = the page shows no clock.
	MoveClock func(now time.Time)
	Log       *slog.Logger
}

// zaloRetries is Zalo's own ladder of redelivery.
// Source: Zalo OA documents, webhook, read 2026-11-21; 12 hours of retries is an older report.
var zaloRetries = []time.Duration{30 * time.Second, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}

// OA is a simulated Official Account.
type OA struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Government     bool   `json:"government"`
	Secret         string `json:"secret"` // signs its webhooks
	CallsPerMinute int    `json:"calls_per_minute"`
	AccessToken    string `json:"access_token"`
	RefreshToken   string `json:"refresh_token"`
	TokenLife      string `json:"token_life,omitempty"` // of its access tokens, like "2s"; empty = 25 hours
	RefuseButtons  bool   `json:"refuse_buttons"`       // answers -233 to buttons
}

// User is a simulated resident of one account.
type User struct {
	OA              string    `json:"oa"`
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	About           string    `json:"about"`
	Following       bool      `json:"following"`
	LastInteraction time.Time `json:"last_interaction"`
}

// Server is the simulated Zalo. It is an http.Handler.
type Server struct {
	cfg      Config
	mux      *http.ServeMux
	webhooks *webhooks
	streams  *streams
	faults   faults
	stats    stats
	lastID   atomic.Int64

	mu    sync.Mutex
	oas   map[string]*account
	app   calls
	codes map[string]grantCode
}

type account struct {
	OA
	tokens  tokens
	calls   calls
	users   map[string]*user
	uploads map[string]time.Time
}

type user struct {
	User
	chat []*Message
}

// New returns a simulated Zalo without accounts. Start it when it shall send webhooks.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.RetryAfter == nil {
		cfg.RetryAfter = zaloRetries
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.RefreshLife = cmp.Or(cfg.RefreshLife, refreshLife)
	cfg.Keep = cmp.Or(cfg.Keep, defaultKeep)
	cfg.Prefix = cmp.Or(cfg.Prefix, "/demo")
	cfg.Title = cmp.Or(cfg.Title, "Zalo thử")
	s := &Server{cfg: cfg, mux: http.NewServeMux(), oas: make(map[string]*account), codes: make(map[string]grantCode)}
	s.lastID.Store(time.Now().UnixNano()) // ids beyond 2^53, rising
	s.webhooks = newWebhooks(cfg, &s.stats)
	s.streams = newStreams()
	s.routeAPI()
	s.routeOAuth()
	s.routeControl()
	s.routePhone()
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Start begins to send webhooks.
func (s *Server) Start(context.Context) error { return nil }

// Stop ends webhooks, their redeliveries and the phones' streams.
func (s *Server) Stop(context.Context) error {
	s.streams.close()
	s.webhooks.stop()
	return nil
}

// SetWebhookURL changes where events go.
func (s *Server) SetWebhookURL(url string) { s.webhooks.setURL(url) }

// AddOA adds an account, or replaces the one with this id and forgets its residents.
func (s *Server) AddOA(oa OA) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &account{OA: oa, users: make(map[string]*user), uploads: make(map[string]time.Time)}
	now := s.cfg.Now()
	a.tokens.put(oa.AccessToken, oa.RefreshToken, now, a.life(), s.cfg.RefreshLife)
	s.oas[oa.ID] = a
}

func (a *account) life() time.Duration {
	if life, err := time.ParseDuration(a.TokenLife); err == nil {
		return life
	}
	return tokenLife
}

// AddUser adds a resident to an account.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.oas[u.OA]; a != nil {
		a.users[u.ID] = &user{User: u}
	}
}

// Messages are what a resident's phone shows, the oldest first.
func (s *Server) Messages(oaID, userID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(oaID, userID)
	if u == nil {
		return nil
	}
	list := make([]Message, len(u.chat))
	for i, m := range u.chat {
		list[i] = *m
	}
	return list
}

// user is a resident; the caller holds the lock.
func (s *Server) user(oaID, userID string) *user {
	if a := s.oas[oaID]; a != nil {
		return a.users[userID]
	}
	return nil
}

// sorted are the accounts by id; the caller holds the lock.
func (s *Server) sorted() []*account {
	list := make([]*account, 0, len(s.oas))
	for _, a := range s.oas {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *account) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (s *Server) newID() string { return strconv.FormatInt(s.lastID.Add(1), 10) }

// Message is one message of a chat, as a phone shows it.
type Message struct {
	ID       string    `json:"id"`
	OA       string    `json:"oa"`
	User     string    `json:"user"`
	FromOA   bool      `json:"from_oa"`
	Kind     string    `json:"kind"`
	Text     string    `json:"text"`
	Buttons  []Button  `json:"buttons,omitempty"`
	Elements []Element `json:"elements,omitempty"`
	ImageURL string    `json:"image_url,omitempty"`
	FileName string    `json:"file_name,omitempty"`
	At       time.Time `json:"at"`
	Received bool      `json:"received"`
	Seen     bool      `json:"seen"`
	Hidden   bool      `json:"-"` // a tapped button's payload, which Zalo does not show
	Endpoint string    `json:"endpoint,omitempty"`
}

// Button is a button as a phone shows it.
type Button struct {
	Title   string `json:"title"`
	Type    string `json:"type"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

// Element is an element of a list.
type Element struct {
	Title    string  `json:"title"`
	Subtitle string  `json:"subtitle,omitempty"`
	ImageURL string  `json:"image_url,omitempty"`
	Action   *Button `json:"action,omitempty"`
}

// keep adds a message to a chat; the caller holds the lock.
func (s *Server) keep(u *user, m *Message) {
	u.chat = append(u.chat, m)
	if len(u.chat) > s.cfg.Keep {
		u.chat = slices.Delete(u.chat, 0, len(u.chat)-s.cfg.Keep)
	}
}

var _ http.Handler = (*Server)(nil)

func zaloNumber(government bool) int {
	if government {
		return zalo.OATypeGovernment
	}
	return zalo.OATypeBusiness
}
