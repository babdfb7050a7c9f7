package zalosim

import (
	"encoding/json"
	"io"
	"net/http"
)

// Stats are counts since the start, for tests and load runs.
type Stats struct {
	Calls          int64          `json:"calls"` // of the OpenAPI
	Accepted       int64          `json:"accepted"`
	Refused        int64          `json:"refused"`
	Conversations  int64          `json:"conversations"`
	Uploads        int64          `json:"uploads"`
	TokenCalls     int64          `json:"token_calls"`
	WebhooksSent   int64          `json:"webhooks_sent"`
	WebhooksFailed int64          `json:"webhooks_failed"`
	Peak           map[string]int `json:"peak"` // the most calls of each account in any 60 seconds; "" = of the app
}

// Stats are the counts now.
func (s *Server) Stats() Stats {
	out := Stats{
		Calls: s.stats.calls.Load(), Accepted: s.stats.accepted.Load(), Refused: s.stats.refused.Load(),
		Conversations: s.stats.conversations.Load(), Uploads: s.stats.uploads.Load(), TokenCalls: s.stats.refreshes.Load(),
		WebhooksSent: s.stats.webhooksSent.Load(), WebhooksFailed: s.stats.webhooksFailed.Load(),
		Peak: map[string]int{"": s.app.most()},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, a := range s.oas {
		out.Peak[id] = a.calls.most()
	}
	return out
}

// routeControl lets a test in another process drive the simulator. ControlHelp says how.
func (s *Server) routeControl() {
	s.routeSetup()
	s.routeResidents()
	s.mux.HandleFunc("POST /sim/faults", control(func(f Fault) (any, error) { s.Fail(f); return f, nil }))
	s.mux.HandleFunc("DELETE /sim/faults", func(w http.ResponseWriter, _ *http.Request) { s.ClearFaults(); writeJSON(w, struct{}{}) })
	s.mux.HandleFunc("POST /sim/expire", control(func(b accountBody) (any, error) { return b, s.ExpireToken(b.OA) }))
	s.mux.HandleFunc("POST /sim/latency", control(func(b latencyBody) (any, error) {
		s.SetLatency(b.Latency.Drawn(s.cfg.Seed))
		return b, nil
	}))
	s.mux.HandleFunc("POST /sim/clock", s.moveClock)
	s.mux.HandleFunc("GET /sim/events", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Events()) })
	s.mux.HandleFunc("POST /sim/events", s.changeEvents)
	s.mux.HandleFunc("GET /sim/stats", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Stats()) })
	s.mux.HandleFunc("GET /sim/messages", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, s.Messages(r.URL.Query().Get("oa"), r.URL.Query().Get("user")))
	})
	s.mux.HandleFunc("GET /sim/posts", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, s.Posts(r.URL.Query().Get("oa"), r.URL.Query().Get("group")))
	})
	s.mux.HandleFunc("GET /sim/sent", s.writeSent)
	s.mux.HandleFunc("GET /sim/charges", func(w http.ResponseWriter, r *http.Request) { writeJSON(w, s.Charges(r.URL.Query().Get("oa"))) })
}

// routeSetup are the calls that say what there is.
func (s *Server) routeSetup() {
	s.mux.HandleFunc("POST /sim/oas", control(func(oa OA) (any, error) { s.AddOA(oa); return oa, nil }))
	s.mux.HandleFunc("POST /sim/users", control(func(list oneOrMany[User]) (any, error) {
		for _, u := range list {
			s.AddUser(u)
		}
		return map[string]int{"users": len(list)}, nil
	}))
	s.mux.HandleFunc("POST /sim/groups", control(func(g Group) (any, error) {
		id, err := s.AddGroup(g)
		return map[string]string{"id": id}, err
	}))
	s.mux.HandleFunc("POST /sim/templates", control(func(t Template) (any, error) { return t, s.AddTemplate(t) }))
	s.mux.HandleFunc("POST /sim/billing", control(func(b billingBody) (any, error) { return b, s.SetBilling(b.OA, b.Billing) }))
}

// routeResidents are the calls that say what residents do.
func (s *Server) routeResidents() {
	s.mux.HandleFunc("POST /sim/say", control(func(say Say) (any, error) {
		id, err := s.Say(say)
		return map[string]string{"msg_id": id}, err
	}))
	s.mux.HandleFunc("POST /sim/follow", control(func(f followBody) (any, error) { return f, s.Follow(f.OA, f.User, f.Follow) }))
	s.mux.HandleFunc("POST /sim/join", control(func(b joinBody) (any, error) { return b, s.Join(b.OA, b.Group, b.User, b.Join) }))
	s.mux.HandleFunc("POST /sim/see", control(func(f followBody) (any, error) { s.See(f.OA, f.User); return f, nil }))
	s.mux.HandleFunc("POST /sim/receipts", control(func(r Receipt) (any, error) { return r, s.SendReceipt(r) }))
}

// ControlHelp says how a running simulator is controlled. Bodies and answers are JSON.
const ControlHelp = `What there is:
  POST /sim/oas        {"id","name","government","secret","calls_per_minute","access_token","refresh_token","token_life":"25h",
                        "refuse_buttons","billing":{...}}: adds or replaces an account
  POST /sim/users      {"oa","id","name","about","following","last_interaction","refuse":-244}, or a list of them
  POST /sim/groups     {"oa","id","name","members":["71..."],"disabled","left"}: disabled refuses with -237, left with -403
  POST /sim/templates  {"oa","id","text":"Chao <ten>","price":200,"status":"ENABLE","phone_only","daily_quota",
                        "params":[{"name":"ten","optional","max_length":30}]}
  POST /sim/billing    {"oa","allowance":500,"linked":true,"balance":100000,"price":55}: without it money never lacks
What residents do:
  POST /sim/say        {"oa","user","kind","text","group"}     POST /sim/follow  {"oa","user","follow":true}
  POST /sim/join       {"oa","group","user","join":true}       POST /sim/see     {"oa","user"}
  POST /sim/receipts   {"oa","user","event":"echo|received|seen","msg_ids":["..."]}: an event by hand, as often as you like
How Zalo behaves:
  POST /sim/events     {"echo":{...},"received":{"off","after":"1s-5m","never":0.1,"twice":0.1,"before":0.1},"in_groups",
                        "reading":{"share":0.8,"hours":"19:00-21:30"}}: what is left out stays; GET shows it
  POST /sim/faults     {"path":"/message","user","skip":0,"chance":0.01,"times":0,"code":-32,"message","mode"}; mode is refuse,
                        502 (or another from 500), close, hang, deliver, deliver_502, deliver_close, deliver_hang, expire
  DELETE /sim/faults   ends them all
  POST /sim/expire     {"oa"}: its access token ends now       POST /sim/latency {"latency":"20ms-80ms"}
  POST /sim/clock      {"now":"2026-11-21T19:30:00+07:00"}: moves the clock, which then goes on
What has happened:
  GET /sim/stats       counts                                  GET /sim/messages?oa=&user=  one chat
  GET /sim/sent?oa=    all an account has sent, one a line     GET /sim/posts?oa=&group=    one group
  GET /sim/charges?oa= what was charged, in all and by resident`

// changeEvents takes what the body names and leaves the rest as it is.
func (s *Server) changeEvents(w http.ResponseWriter, r *http.Request) {
	events := s.Events()
	err := json.NewDecoder(io.LimitReader(r.Body, maxControl)).Decode(&events)
	if err == nil {
		err = events.Validate()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.SetEvents(events)
	writeJSON(w, events)
}

// writeSent writes one message a line, so that a reader need not hold them all.
func (s *Server) writeSent(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	out := json.NewEncoder(w)
	for _, m := range s.Sent(r.URL.Query().Get("oa")) {
		if out.Encode(m) != nil {
			return // the reader has gone
		}
	}
}

type accountBody struct {
	OA string `json:"oa"`
}

type latencyBody struct {
	Latency Span `json:"latency"`
}

type billingBody struct {
	OA string `json:"oa"`
	Billing
}

type followBody struct {
	OA     string `json:"oa"`
	User   string `json:"user"`
	Follow bool   `json:"follow"`
}

type joinBody struct {
	OA    string `json:"oa"`
	Group string `json:"group"`
	User  string `json:"user"`
	Join  bool   `json:"join"`
}

// oneOrMany is a list, or one alone.
type oneOrMany[T any] []T

// UnmarshalJSON takes {...} and [{...}].
func (l *oneOrMany[T]) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(data, &(*l)[0])
}

// maxControl is the longest control call, in bytes: a list of 100,000 residents fits.
const maxControl = 64 << 20

// control makes a handler of a function from a JSON body to a JSON answer.
func control[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body T
		if err := json.NewDecoder(io.LimitReader(r.Body, maxControl)).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, err := do(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		writeJSON(w, answer)
	}
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(body) // a caller that has gone needs no answer
}
