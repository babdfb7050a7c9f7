package zalosim

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault makes the simulator misbehave for some calls.
type Fault struct {
	Path string `json:"path"` // calls whose path contains it; empty = all
	User string `json:"user"` // calls to this resident or group; empty = all
	Skip int    `json:"skip"` // so many matching calls go well first
	// Chance is the share of the matching calls that it befalls, from 0 to 1, drawn by the simulator's seed for each
	// recipient by himself, so that the order of calls does not matter; 0 = all.
	Chance float64 `json:"chance"`
	// Times is for how many calls it holds; 0 = until cleared.
	Times   int    `json:"times"`
	Code    int    `json:"code"` // Zalo's error to answer
	Message string `json:"message"`
	// Mode says what happens: "refuse" (the default) answers Code; "502" or another number from 500 answers that status;
	// "close" breaks the connection after the body was read; "hang" never answers. With "deliver" before it ("deliver",
	// "deliver_502", "deliver_close", "deliver_hang") the call is carried out all the same: the message is taken and the
	// answer lost. "expire" ends the caller's access token, then carries the call out, which is -220 until it is refreshed.
	Mode string `json:"mode"`

	number string // of its own
}

type faults struct {
	dice *dice

	mu   sync.Mutex
	n    int
	list []*Fault
}

// Fail adds a fault.
func (s *Server) Fail(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.n++
	f.number = strconv.Itoa(s.faults.n)
	s.faults.list = append(s.faults.list, &f)
}

// ClearFaults ends all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// find is the fault for a call, if there is one.
func (f *faults) find(path, user string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.list {
		if !strings.Contains(path, fault.Path) || fault.User != "" && fault.User != user {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		if fault.Chance > 0 && f.dice.next("fault "+fault.number, path+" "+user) >= fault.Chance {
			continue
		}
		found := *fault
		if fault.Times > 0 {
			if fault.Times--; fault.Times == 0 {
				f.list = append(f.list[:i], f.list[i+1:]...)
			}
		}
		return &found
	}
	return nil
}

// deliver runs a call under its fault, if there is one: do carries it out and returns its answer.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, user string, do func() reply) {
	fault := s.faults.find(r.URL.Path, user)
	if latency := *s.latency.Load(); latency != nil {
		wait := time.NewTimer(latency())
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-r.Context().Done():
		}
	}
	if fault == nil {
		do().write(w)
		return
	}
	mode, carryOut := strings.CutPrefix(fault.Mode, "deliver")
	mode = strings.TrimPrefix(mode, "_")
	if carryOut {
		do()
	}
	switch status, _ := strconv.Atoi(mode); {
	case mode == "expire":
		s.endToken(r.Header.Get("access_token"))
		do().write(w)
	case mode == "hang":
		_, _ = io.Copy(io.Discard, r.Body) // only after the body the server hears that the caller has gone
		<-r.Context().Done()
	case mode == "close":
		panic(http.ErrAbortHandler)
	case status >= http.StatusInternalServerError:
		http.Error(w, "<html>"+mode+" "+http.StatusText(status)+"</html>", status)
	default:
		refuse(fault.Code, fault.Message).write(w)
	}
}

// endToken ends an access token, if it lives.
func (s *Server) endToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.byToken[token]; a != nil && a.tokens.access == token {
		a.tokens.expires = s.cfg.Now()
	}
}
