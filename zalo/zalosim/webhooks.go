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

// webhooks sends events: those of one resident in order, those of several at once. An event that is not answered 200 is
// sent again by the ladder, and later events do not wait for it.
type webhooks struct {
	appID   string
	retries []time.Duration
	client  *http.Client
	stats   *stats
	slots   chan struct{}
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	url    string
	queues map[string][]event
	timers map[*time.Timer]struct{}
}

type event struct {
	body      []byte
	signature string
	retry     int
}

func newWebhooks(cfg Config, st *stats) *webhooks {
	ctx, cancel := context.WithCancel(context.Background())
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = defaultInFlight
	return &webhooks{
		appID: cfg.AppID, retries: cfg.RetryAfter, url: cfg.WebhookURL, stats: st,
		client: &http.Client{Transport: transport, Timeout: 5 * time.Second}, slots: make(chan struct{}, defaultInFlight),
		ctx: ctx, cancel: cancel, queues: make(map[string][]event), timers: make(map[*time.Timer]struct{}),
	}
}

func (h *webhooks) setURL(url string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.url = url
}

// send queues an event about a resident, signed with the account's secret.
func (h *webhooks) send(oa OA, userID string, fields map[string]any) {
	timestamp, _ := fields["timestamp"].(string)
	fields["app_id"] = h.appID
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	h.enqueue(oa.ID+" "+userID, event{body: body, signature: "mac=" + zalo.Sign(h.appID, body, timestamp, oa.Secret)})
}

func (h *webhooks) enqueue(key string, ev event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.url == "" || h.ctx.Err() != nil {
		return
	}
	queue, working := h.queues[key]
	h.queues[key] = append(queue, ev)
	if !working {
		h.running.Add(1)
		go h.work(key)
	}
}

// work sends what is queued for one resident until nothing is left.
func (h *webhooks) work(key string) {
	defer h.running.Done()
	for {
		h.mu.Lock()
		queue := h.queues[key]
		if len(queue) == 0 || h.ctx.Err() != nil {
			delete(h.queues, key)
			h.mu.Unlock()
			return
		}
		ev, url := queue[0], h.url
		h.queues[key] = queue[1:]
		h.mu.Unlock()
		h.slots <- struct{}{}
		ok := h.post(url, ev)
		<-h.slots
		if !ok {
			h.again(key, ev)
		}
	}
}

func (h *webhooks) post(url string, ev event) bool {
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, url, bytes.NewReader(ev.body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", defaultUserAgent)
	req.Header.Set(zalo.SignatureHeader, ev.signature)
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

// again sends an event once more after its step of the ladder.
func (h *webhooks) again(key string, ev event) {
	if ev.retry >= len(h.retries) {
		return
	}
	after := h.retries[ev.retry]
	ev.retry++
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(after, func() {
		h.mu.Lock()
		delete(h.timers, timer)
		h.mu.Unlock()
		h.enqueue(key, ev)
	})
	h.timers[timer] = struct{}{}
}

func (h *webhooks) stop() {
	h.cancel()
	h.mu.Lock()
	for timer := range h.timers {
		timer.Stop()
	}
	h.mu.Unlock()
	h.running.Wait()
	h.client.CloseIdleConnections()
}

// common are the fields of every event.
func (s *Server) common(name zalo.EventName, userID string) map[string]any {
	return map[string]any{
		"event_name": name, "user_id_by_app": "9" + userID, "timestamp": strconv.FormatInt(s.cfg.Now().UnixMilli(), 10),
	}
}

func id(id string) map[string]string { return map[string]string{"id": id} }

// echo is the event by which Zalo tells the app what its account sent.
func (s *Server) echo(oa OA, m Message) map[string]any {
	name := zalo.EventOASendText
	switch m.Kind {
	case "image":
		name = zalo.EventOASendImage
	case "gif":
		name = zalo.EventOASendGIF
	case "sticker":
		name = zalo.EventOASendSticker
	case "file":
		name = zalo.EventOASendFile
	case "list":
		name = zalo.EventOASendList
	}
	e := s.common(name, m.User)
	e["sender"], e["recipient"] = id(oa.ID), id(m.User)
	e["message"] = map[string]any{"msg_id": m.ID, "text": m.Text}
	return e
}

func (s *Server) received(oa OA, m Message) map[string]any {
	e := s.common(zalo.EventUserReceivedMessage, m.User)
	e["sender"], e["recipient"] = id(oa.ID), id(m.User)
	e["message"] = map[string]any{"msg_id": m.ID}
	return e
}

func (s *Server) seen(oa OA, userID string, msgIDs []string) map[string]any {
	e := s.common(zalo.EventUserSeenMessage, userID)
	e["sender"], e["recipient"] = id(oa.ID), id(userID)
	e["message"] = map[string]any{"msg_ids": msgIDs}
	return e
}
