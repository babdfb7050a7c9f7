package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/scheduler"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/webhook"
)

// keepEvents is how long handled events are kept: far longer than Zalo's redelivery, to know repeats by, and long enough
// to look a fault up.
const keepEvents = 30 * 24 * time.Hour

// keepQuestions is how long questions are kept for those who teach the bot.
const keepQuestions = 180 * 24 * time.Hour

// keepGuesses is how long wrong codes are kept: longer than they count.
const keepGuesses = 24 * time.Hour

// keepAttachments is how long after an announcement was over its picture and file are kept: longer than residents can ask
// for it, and long enough to send it to the missed.
const keepAttachments = 90 * 24 * time.Hour

// part is what starts with the app and stops with it. Stopping twice is fine.
type part interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

// app is the running service: everything between Zalo's webhook and Zalo's API.
type app struct {
	cfg     configs.Config
	log     *slog.Logger
	store   *store.Store
	handler *gin.Engine
	parts   []part // in the order of starting
	addr    string // where it listens, once started
}

// appOptions are what serve and demo differ in.
type appOptions struct {
	now            func() time.Time // the clock of the village; in serve the real one
	callsPerMinute *int             // instead of every account's own cap
	routes         func(*gin.Engine)
}

// newApp wires the app over an open store. It starts nothing.
func newApp(ctx context.Context, cfg configs.Config, st *store.Store, log *slog.Logger, opt appOptions) (*app, error) {
	now := func() time.Time { return opt.now().In(cfg.Location) }
	shared, err := newShared(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	rules, err := plan.Parse("zalo-rules.yaml", configs.ZaloRules)
	if err != nil {
		return nil, err
	}
	holidays, err := loadHolidays()
	if err != nil {
		return nil, err
	}
	client := zalo.NewClient(zalo.Config{
		APIURL: cfg.Zalo.APIURL, OAuthURL: cfg.Zalo.OAuthURL, AppID: cfg.Zalo.AppID, AppSecret: cfg.Zalo.AppSecret.Reveal(),
	})
	directory := bot.NewDirectory(st, now)
	library := bot.NewLibrary(st, configs.FAQModel, log)
	calendars := bot.NewCalendars(st, holidays, cfg.Location)
	m := newMetrics(st, directory, now, log)
	intake := store.NewIntake(st)
	kinds, err := kindsOfAnnouncements()
	if err != nil {
		return nil, err
	}
	residents := bot.New(bot.Config{
		Store: st, Lanes: st, Directory: directory, Library: library, Calendars: calendars, Notices: st, Operators: st,
		Announcements: bot.NewAnnouncements(st, rules, openHours(cfg), now), Kinds: kinds, Wake: shared.wake, Observer: m, Now: now, Log: log,
	})
	deliverer := bot.NewDeliverer(bot.DelivererConfig{
		Store: st, Lanes: st, Accounts: cappedAccounts{st, opt.callsPerMinute}, Sender: client, Limiter: shared.limiter,
		AppCallsPerMinute: cfg.Zalo.AppCallsPerMinute, Rules: rules, Open: openHours(cfg), Wake: shared.wake, Observer: m, Now: now, Log: log,
	})
	announcer := bot.NewAnnouncer(st, st, rules, openHours(cfg), shared.wake, now, log)
	reminders := bot.NewReminders(st, st, holidays, openHours(cfg), shared.wake, now, log)
	tokens := bot.NewTokens(st, st, client, shared.wake, now, log)
	worker := func(kind bot.LaneKind, handle scheduler.Handler, lease time.Duration, batch, calls int, yield func() bool) part {
		return scheduler.NewWorker(scheduler.WorkerConfig{
			Kind: kind, Handle: handle, Lease: lease, Batch: batch, Calls: calls, Yield: yield,
			Lanes: st, Wake: shared.wake, Now: now, Log: log,
		})
	}
	clockwork := scheduler.NewClockwork(cfg.Location, log)
	err = clockwork.Add("30 2 * * *", "purge events, questions, receipts and attachments", func(ctx context.Context) error {
		_, err := st.PurgeEvents(ctx, now().Add(-keepEvents))
		return errors.Join(err, st.PurgeQuestions(ctx, now().Add(-keepQuestions)), st.PurgeGuesses(ctx, now().Add(-keepGuesses)),
			st.PurgeReceipts(ctx, now().Add(-keepEvents)), st.PurgeAttachments(ctx, now().Add(-keepAttachments)))
	})
	if err != nil {
		return nil, err
	}
	keys := &webhookKeys{
		directory: directory, store: st, log: log,
		oaSecret: cfg.Zalo.OASecret.Reveal(), appSecret: cfg.Zalo.AppSecret.Reveal(),
	}
	a := &app{cfg: cfg, log: log, store: st}
	a.handler = newRouter(log)
	a.route(routeParts{
		events:  webhook.NewEvents(wakingIntake{intake, shared.wake}, keys, m.webhook, log),
		consent: webhook.NewConsent(client, tokens, keys, cfg.BaseURL, cfg.Zalo.CodeVerifier.Reveal(), log),
		ready: &readiness{
			store: st, directory: directory, hasSecret: cfg.Zalo.OASecret != "", baseURL: cfg.BaseURL, now: now,
		},
		metrics: m,
	}, opt.routes)
	a.parts = append(shared.parts,
		scheduler.NewWatcher(st, map[string]func(context.Context) error{
			store.VersionFAQ: library.Reload, store.VersionAccounts: directory.Reload, store.VersionUnits: directory.Reload,
			store.VersionCalendar: calendars.Reload,
		}, log),
		clockwork,
		worker(bot.LaneToken, scheduler.Each(tokens.Refresh), bot.TokenLease, 1, 16, nil),
		worker(bot.LaneDelivery, scheduler.Each(deliverer.Deliver), bot.DeliveryLease, 1, 256, nil),
		worker(bot.LaneAnnouncement, scheduler.Each(announcer.Announce), bot.AnnouncementLease, 1, 16, nil),
		worker(bot.LaneCalendar, scheduler.Each(reminders.Remind), bot.ReminderLease, 1, 4, nil),
		worker(bot.LaneResident, residents.HandleEvents, bot.ResidentLease, 128, 2, intake.Flooded),
		intake,
		&server{app: a},
	)
	return a, nil
}

// openHours are those in which announcements that are no emergencies go.
func openHours(cfg configs.Config) plan.Hours {
	return plan.Outside(cfg.QuietHours.Start, cfg.QuietHours.End)
}

// run starts everything, tells ready when requests are taken, and stops when ctx ends: first no new requests, then what
// was taken is finished.
func (a *app) run(ctx context.Context, ready func(addr string)) error {
	var started []part
	var err error
	for _, p := range a.parts {
		if err = p.Start(ctx); err != nil {
			break
		}
		started = append(started, p)
	}
	if err == nil {
		ready(a.addr)
		<-ctx.Done()
		a.log.Info("stopping", "at_most", a.cfg.ShutdownTimeout)
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.cfg.ShutdownTimeout)
	defer cancel()
	for i := len(started) - 1; i >= 0; i-- {
		err = errors.Join(err, started[i].Stop(stop))
	}
	return err
}

// wakingIntake tells the workers of an event as soon as it is saved.
type wakingIntake struct {
	*store.Intake
	wake bot.Wake
}

func (w wakingIntake) Accept(ctx context.Context, ev zalo.Event) (bool, error) {
	fresh, err := w.Intake.Accept(ctx, ev)
	if fresh {
		w.wake.Hint(bot.LaneResident)
	}
	return fresh, err
}

// cappedAccounts are the accounts with another cap than their own, for load tests.
type cappedAccounts struct {
	*store.Store
	callsPerMinute *int
}

func (c cappedAccounts) Account(ctx context.Context, oaID string) (bot.OfficialAccount, error) {
	a, err := c.Store.Account(ctx, oaID)
	if c.callsPerMinute != nil {
		a.CallsPerMinute = *c.callsPerMinute
	}
	return a, err
}

// newRouter is gin without its own log, which would show query strings.
func newRouter(log *slog.Logger) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, fault any) {
		log.Error("request panicked", "path", c.Request.URL.Path, "panic", fmt.Sprint(fault))
		c.AbortWithStatus(http.StatusInternalServerError)
	}))
	return r
}

type routeParts struct {
	events  *webhook.Events
	consent *webhook.Consent
	ready   *readiness
	metrics *metrics
}

func (a *app) route(p routeParts, more func(*gin.Engine)) {
	r := a.handler
	r.POST("/webhook/zalo", p.events.Handle)
	r.GET("/oauth/zalo/start", p.consent.Start)
	r.GET("/oauth/zalo/callback", p.consent.Callback)
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok") })
	r.GET("/readyz", p.ready.handle)
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(p.metrics.registry, promhttp.HandlerOpts{})))
	if more != nil {
		more(r)
	} else {
		r.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/healthz") })
	}
	r.NoRoute(webhook.Verifier(a.cfg.Zalo.VerifierTokens)) // gin cannot route /zalo_verifier<token>.html
}

// server takes HTTP requests.
type server struct {
	app  *app
	http *http.Server
	done chan error
}

// Start listens, so that an address in use is told at once.
func (s *server) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.app.cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("listen: %w; is another program using the address? Choose one with --http-addr", err)
	}
	s.app.addr = listener.Addr().String()
	s.http = &http.Server{
		Handler: s.app.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	s.done = make(chan error, 1)
	go func() { s.done <- s.http.Serve(listener) }()
	return nil
}

// Stop takes no new requests and waits for those in hand.
func (s *server) Stop(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(err, s.http.Close())
	}
	if err := <-s.done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
