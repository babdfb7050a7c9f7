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
	TokenCalls     int64          `json:"token_calls"`
	WebhooksSent   int64          `json:"webhooks_sent"`
	WebhooksFailed int64          `json:"webhooks_failed"`
	Peak           map[string]int `json:"peak"` // the most calls of each account in any 60 seconds; "" = of the app
}

// Stats are the counts now.
func (s *Server) Stats() Stats {
	out := Stats{
		Calls: s.stats.calls.Load(), Accepted: s.stats.accepted.Load(), Refused: s.stats.refused.Load(),
		Conversations: s.stats.conversations.Load(), TokenCalls: s.stats.refreshes.Load(),
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

// routeControl lets a test in another process drive the simulator.
func (s *Server) routeControl() {
	s.mux.HandleFunc("POST /sim/oas", control(func(oa OA) (any, error) { s.AddOA(oa); return oa, nil }))
	s.mux.HandleFunc("POST /sim/users", control(func(u User) (any, error) { s.AddUser(u); return u, nil }))
	s.mux.HandleFunc("POST /sim/say", control(func(say Say) (any, error) {
		id, err := s.Say(say)
		return map[string]string{"msg_id": id}, err
	}))
	s.mux.HandleFunc("POST /sim/follow", control(func(f followBody) (any, error) { return f, s.Follow(f.OA, f.User, f.Follow) }))
	s.mux.HandleFunc("POST /sim/see", control(func(f followBody) (any, error) { s.See(f.OA, f.User); return f, nil }))
	s.mux.HandleFunc("POST /sim/faults", control(func(f Fault) (any, error) { s.Fail(f); return f, nil }))
	s.mux.HandleFunc("DELETE /sim/faults", func(w http.ResponseWriter, _ *http.Request) { s.ClearFaults(); writeJSON(w, struct{}{}) })
	s.mux.HandleFunc("GET /sim/stats", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Stats()) })
	s.mux.HandleFunc("GET /sim/messages", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, s.Messages(r.URL.Query().Get("oa"), r.URL.Query().Get("user")))
	})
}

type followBody struct {
	OA     string `json:"oa"`
	User   string `json:"user"`
	Follow bool   `json:"follow"`
}

// control makes a handler of a function from a JSON body to a JSON answer.
func control[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body T
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&body); err != nil {
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
