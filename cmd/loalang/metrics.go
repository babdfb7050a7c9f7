package main

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo/webhook"
)

// metrics are what Prometheus sees of this process and of the lanes that all replicas share.
type metrics struct {
	registry   *prometheus.Registry
	events     *prometheus.CounterVec
	ack        prometheus.Histogram
	answers    *prometheus.CounterVec
	deliveries *prometheus.CounterVec
}

func newMetrics(st *store.Store, directory *bot.Directory, now func() time.Time, log *slog.Logger) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "loalang_events_total", Help: "Webhook calls by result.",
		}, []string{"result"}),
		ack: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "loalang_event_ack_seconds", Help: "Time to answer a webhook call; Zalo wants less than 2 s.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2},
		}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "loalang_answers_total", Help: "Handled events by decision.",
		}, []string{"decision"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "loalang_deliveries_total", Help: "Results of sending by the delivery's state and Zalo's error code.",
		}, []string{"state", "code"}),
	}
	m.registry.MustRegister(m.events, m.ack, m.answers, m.deliveries,
		&laneCollector{store: st, directory: directory, now: now, log: log},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Answered implements bot.Observer.
func (m *metrics) Answered(decision string) { m.answers.WithLabelValues(decision).Inc() }

// Delivered implements bot.Observer.
func (m *metrics) Delivered(state bot.DeliveryState, code int) {
	m.deliveries.WithLabelValues(string(state), strconv.Itoa(code)).Inc()
}

func (m *metrics) webhook(result webhook.Result, took time.Duration) {
	m.events.WithLabelValues(string(result)).Inc()
	m.ack.Observe(took.Seconds())
}

var (
	laneDue      = prometheus.NewDesc("loalang_lanes_due", "Lanes with work that is due, over all replicas.", []string{"kind"}, nil)
	laneAge      = prometheus.NewDesc("loalang_lane_age_seconds", "How long the longest waiting lane has been due.", []string{"kind"}, nil)
	tokenExpires = prometheus.NewDesc("loalang_token_expires_seconds", "Time until the access token runs out.", []string{"oa_id"}, nil)
	tokenAge     = prometheus.NewDesc("loalang_token_age_seconds", "Time since the token pair was obtained.", []string{"oa_id"}, nil)
	oaReady      = prometheus.NewDesc("loalang_account_ready", "1 when the account can send, 0 when a person must act.", []string{"oa_id", "token_state"}, nil)
)

// laneCollector reads the shared state when Prometheus asks.
type laneCollector struct {
	store     *store.Store
	directory *bot.Directory
	now       func() time.Time
	log       *slog.Logger
}

// Describe implements prometheus.Collector.
func (c *laneCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{laneDue, laneAge, tokenExpires, tokenAge, oaReady} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *laneCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	now := c.now()
	loads, err := c.store.LaneLoads(ctx, now)
	if err != nil {
		c.log.Warn("read lanes for metrics", "error", err)
	}
	byKind := map[bot.LaneKind]store.LaneLoad{bot.LaneResident: {}, bot.LaneDelivery: {}, bot.LaneToken: {}, bot.LaneAnnouncement: {}}
	for _, l := range loads {
		byKind[l.Kind] = l
	}
	for kind, l := range byKind {
		age := 0.0
		if l.Due > 0 {
			age = now.Sub(l.Oldest).Seconds()
		}
		ch <- prometheus.MustNewConstMetric(laneDue, prometheus.GaugeValue, float64(l.Due), string(kind))
		ch <- prometheus.MustNewConstMetric(laneAge, prometheus.GaugeValue, age, string(kind))
	}
	for _, a := range c.directory.Accounts() {
		ready := 0.0
		if a.Fault == "" && a.Token.Usable(now) {
			ready = 1
		}
		ch <- prometheus.MustNewConstMetric(oaReady, prometheus.GaugeValue, ready, a.OAID, string(a.Token.State))
		if !a.Token.ExpiresAt.IsZero() {
			ch <- prometheus.MustNewConstMetric(tokenExpires, prometheus.GaugeValue, a.Token.ExpiresAt.Sub(now).Seconds(), a.OAID)
		}
		if !a.Token.ObtainedAt.IsZero() {
			ch <- prometheus.MustNewConstMetric(tokenAge, prometheus.GaugeValue, now.Sub(a.Token.ObtainedAt).Seconds(), a.OAID)
		}
	}
}
