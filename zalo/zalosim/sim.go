package zalosim

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
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
	// Latency is how long an answer takes; nil = at once. SetLatency changes it.
	Latency func() time.Duration
	// Echoes sends an oa_send_* event for each message accepted, Receipts a user_received_message: else Events has them off.
	Echoes, Receipts bool
	// Events say how these events come, and who reads by himself. SetEvents changes them.
	Events Events
	// Seed is what all chances are drawn by.
	Seed uint64
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

// Server is the simulated Zalo. It is an http.Handler.
type Server struct {
	cfg      Config
	mux      *http.ServeMux
	webhooks *webhooks
	streams  *streams
	faults   faults
	stats    stats
	lastID   atomic.Int64
	latency  atomic.Pointer[func() time.Duration]
	dice     *dice
	agenda   *agenda
	ctx      context.Context // ends with Stop
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	events  Events
	oas     map[string]*account
	byToken map[string]*account // by access tokens, the dead ones as well
	app     calls
	codes   map[string]grantCode
	texts   texts
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
	cfg.Events.Echo.Off = cfg.Events.Echo.Off || !cfg.Echoes
	cfg.Events.Received.Off = cfg.Events.Received.Off || !cfg.Receipts
	s := &Server{
		cfg: cfg, mux: http.NewServeMux(), events: cfg.Events, oas: make(map[string]*account), byToken: make(map[string]*account),
		codes: make(map[string]grantCode), texts: make(texts), dice: newDice(cfg.Seed), agenda: newAgenda(cfg.Now),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.faults.dice = s.dice
	s.SetLatency(cfg.Latency)
	s.lastID.Store(time.Now().UnixNano()) // ids beyond 2^53, rising
	s.webhooks = newWebhooks(s.ctx, cfg, &s.stats)
	s.streams = newStreams()
	s.routeAPI()
	s.routeOAuth()
	s.routeControl()
	s.routePhone()
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Start begins to do by itself what falls due by the clock: late events and residents who read.
func (s *Server) Start(context.Context) error {
	s.running.Go(func() { s.agenda.loop(s.ctx) })
	return nil
}

// Stop ends webhooks, their redeliveries, what has not fallen due yet, and the phones' streams.
func (s *Server) Stop(context.Context) error {
	s.streams.close()
	s.cancel()
	s.webhooks.stop()
	s.running.Wait()
	return nil
}

// SetWebhookURL changes where events go.
func (s *Server) SetWebhookURL(url string) { s.webhooks.setURL(url) }

// Quiet tells whether every event has been sent once that is not still to fall due.
func (s *Server) Quiet() bool { return s.webhooks.quiet() }

func (s *Server) newID() string { return strconv.FormatInt(s.lastID.Add(1), 10) }

var _ http.Handler = (*Server)(nil)
