package zalosim

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault makes the simulator misbehave for some calls.
type Fault struct {
	Path string `json:"path"` // calls whose path contains it; empty = all
	User string `json:"user"` // calls to this resident; empty = all
	Skip int    `json:"skip"` // so many matching calls go well first
	// Times is for how many calls it holds; 0 = until cleared.
	Times   int    `json:"times"`
	Code    int    `json:"code"` // Zalo's error to answer
	Message string `json:"message"`
	// Mode says what happens: "refuse" (the default) answers Code; "deliver" carries the call out and answers Code all the
	// same; "deliver_502" carries it out and answers a broken gateway; "deliver_hang" carries it out and never answers;
	// "deliver_close" carries it out and breaks the connection; "502", "hang" and "close" do the same without carrying it out.
	Mode string `json:"mode"`
}

type faults struct {
	mu   sync.Mutex
	list []*Fault
}

// Fail adds a fault.
func (s *Server) Fail(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
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
	if s.cfg.Latency != nil {
		wait := time.NewTimer(s.cfg.Latency())
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
	if carryOut {
		do()
	}
	switch strings.TrimPrefix(mode, "_") {
	case "502":
		http.Error(w, "<html>502 Bad Gateway</html>", http.StatusBadGateway)
	case "hang":
		_, _ = io.Copy(io.Discard, r.Body) // only after the body the server hears that the caller has gone
		<-r.Context().Done()
	case "close":
		panic(http.ErrAbortHandler)
	default:
		refuse(fault.Code, fault.Message).write(w)
	}
}
