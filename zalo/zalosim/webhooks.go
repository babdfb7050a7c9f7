package zalosim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/loalang/loalang/zalo"
)

// webhooks sends events: those of one resident or group in order, those of several at once. An event that is not answered
// 200 is sent again by the ladder, and later events do not wait for it. What waits is small: bodies are written when they go.
type webhooks struct {
	appID   string
	retries []time.Duration
	client  *http.Client
	stats   *stats
	ctx     context.Context
	running sync.WaitGroup

	mu      sync.Mutex
	url     string
	workers int
	queues  map[string]*queue
	ready   []*queue // with something to send, and nobody at it
	timers  map[*time.Timer]struct{}
}

// queue is what waits to be sent about one resident or group.
type queue struct {
	key    string
	events []event
}

type event struct {
	secret string
	fields func() map[string]any // always the same ones
	retry  int
	done   chan<- struct{} // closed when it was sent once, well or not; nil = nobody waits
}

func newWebhooks(ctx context.Context, cfg Config, st *stats) *webhooks {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = defaultInFlight
	return &webhooks{
		appID: cfg.AppID, retries: cfg.RetryAfter, url: cfg.WebhookURL, stats: st,
		client: &http.Client{Transport: transport, Timeout: 5 * time.Second},
		ctx:    ctx, queues: make(map[string]*queue), timers: make(map[*time.Timer]struct{}),
	}
}

func (h *webhooks) setURL(url string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.url = url
}

// send queues an event about a resident or a group, to be signed with the account's secret.
func (h *webhooks) send(oa OA, about string, fields map[string]any) {
	h.post(oa.ID, oa.Secret, about, nil, func() map[string]any { return fields })
}

// post queues an event whose fields are made when it goes.
func (h *webhooks) post(oaID, secret, about string, done chan<- struct{}, fields func() map[string]any) {
	h.enqueue(oaID+" "+about, event{secret: secret, fields: fields, done: done})
}

func (h *webhooks) enqueue(key string, ev event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.url == "" || h.ctx.Err() != nil {
		if ev.done != nil {
			close(ev.done)
		}
		return
	}
	q := h.queues[key]
	if q == nil {
		q = &queue{key: key}
		h.queues[key] = q
		h.ready = append(h.ready, q)
	}
	q.events = append(q.events, ev)
	if h.workers < defaultInFlight && len(h.ready) > 0 {
		h.workers++
		h.running.Go(h.work)
	}
}

// quiet tells whether nothing is being sent or waits to be sent for the first time.
func (h *webhooks) quiet() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.workers == 0 && len(h.ready) == 0
}

// work sends what is ready until nothing is left.
func (h *webhooks) work() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.ready) > 0 && h.ctx.Err() == nil {
		q := h.ready[0]
		h.ready[0] = nil
		h.ready = h.ready[1:]
		ev, url := q.events[0], h.url
		q.events = q.events[1:]
		h.mu.Unlock()
		ok := h.call(url, ev)
		if ev.done != nil {
			close(ev.done)
		}
		h.mu.Lock()
		if !ok {
			h.again(q.key, ev)
		}
		if len(q.events) > 0 {
			h.ready = append(h.ready, q)
		} else {
			delete(h.queues, q.key)
		}
	}
	h.workers--
}

func (h *webhooks) call(url string, ev event) bool {
	fields := ev.fields()
	fields["app_id"] = h.appID
	timestamp, _ := fields["timestamp"].(string)
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", defaultUserAgent)
	req.Header.Set(zalo.SignatureHeader, "mac="+zalo.Sign(h.appID, body, timestamp, ev.secret))
	if ev.retry > 0 {
		req.Header.Set("num_retry", strconv.Itoa(ev.retry))
	}
	h.stats.webhooksSent.Add(1)
	resp, err := h.client.Do(req)
	if err == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // to use the connection again
		_ = resp.Body.Close()
	}
	if err != nil || resp.StatusCode != http.StatusOK {
		h.stats.webhooksFailed.Add(1)
		return false
	}
	return true
}

// again sends an event once more after its step of the ladder; the caller holds the lock.
func (h *webhooks) again(key string, ev event) {
	if ev.retry >= len(h.retries) || h.ctx.Err() != nil {
		return
	}
	after := h.retries[ev.retry]
	ev.retry++
	ev.done = nil
	var timer *time.Timer
	timer = time.AfterFunc(after, func() {
		h.mu.Lock()
		delete(h.timers, timer)
		h.mu.Unlock()
		h.enqueue(key, ev)
	})
	h.timers[timer] = struct{}{}
}

// stop waits for what is on its way; the context has ended.
func (h *webhooks) stop() {
	h.mu.Lock()
	for timer := range h.timers {
		timer.Stop()
	}
	h.mu.Unlock()
	h.running.Wait()
	h.client.CloseIdleConnections()
}

// common are the fields of every event.
func common(name zalo.EventName, userID string, at time.Time) map[string]any {
	e := map[string]any{"event_name": name, "timestamp": strconv.FormatInt(at.UnixMilli(), 10)}
	if userID != "" {
		e["user_id_by_app"] = "9" + userID
	}
	return e
}

func id(id string) map[string]string { return map[string]string{"id": id} }

// echoes are the names of the events by kinds of messages; others are text.
var echoes = map[string]zalo.EventName{
	"image": zalo.EventOASendImage, "gif": zalo.EventOASendGIF, "sticker": zalo.EventOASendSticker,
	"file": zalo.EventOASendFile, "list": zalo.EventOASendList, "template": zalo.EventOASendTemplate,
}

// groupEchoes are those of posts in groups.
var groupEchoes = map[string]zalo.EventName{
	"image": zalo.EventOASendGroupImage, "gif": zalo.EventOASendGroupGIF, "sticker": zalo.EventOASendGroupSticker,
	"file": zalo.EventOASendGroupFile,
}

// echo is the event by which Zalo tells the app what its account sent. That of a template has no text: the documents'
// sample leaves it empty.
func echo(m *Message) map[string]any {
	names, name, to := echoes, zalo.EventOASendText, m.User
	if m.Group != "" {
		names, name, to = groupEchoes, zalo.EventOASendGroupText, m.Group
	}
	if other, ok := names[m.Kind]; ok {
		name = other
	}
	e := common(name, m.User, m.At)
	e["sender"], e["recipient"] = id(m.OA), id(to)
	if m.Group != "" {
		e["oa_id"], e["group_id"] = m.OA, m.Group
	}
	message := map[string]any{"msg_id": m.ID}
	if m.Template != "" {
		payload := map[string]string{"zinstant_id": m.Template, "text": "", "link_url": ""}
		message["attachments"] = []map[string]any{{"type": "template", "payload": payload}}
	} else {
		if m.Kind != "file" {
			message["text"] = m.Text
		}
		if list := m.attachments(); list != nil {
			message["attachments"] = list
		}
	}
	e["message"] = message
	return e
}

// received is the receipt of a phone, in a group one member's.
func received(m *Message, userID string, at time.Time) map[string]any {
	e := common(zalo.EventUserReceivedMessage, userID, at)
	e["sender"], e["recipient"] = id(m.OA), id(userID)
	if m.Group != "" {
		e["group_id"] = m.Group
	}
	e["message"] = map[string]any{"msg_id": m.ID}
	return e
}

func seen(oaID, userID string, msgIDs []string, at time.Time) map[string]any {
	e := common(zalo.EventUserSeenMessage, userID, at)
	e["sender"], e["recipient"] = id(oaID), id(userID)
	e["message"] = map[string]any{"msg_ids": msgIDs}
	return e
}
