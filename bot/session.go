package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SessionStep is where an operator is in composing an announcement.
type SessionStep string

// The steps, in their order.
const (
	StepNone    SessionStep = ""     // nothing is being composed
	StepKind    SessionStep = "loai" // the words stand in payloads
	StepField   SessionStep = "muc"
	StepUnits   SessionStep = "noi"
	StepTopics  SessionStep = "chude"
	StepReason  SessionStep = "lydo" // why something private may stay
	StepPreview SessionStep = "xem"
	StepConfirm SessionStep = "chac" // of an emergency
)

// Session is what an operator is composing, and what the operator did last. It is saved in the transaction that finishes
// the event, so that it goes on days later and on any replica.
type Session struct {
	OAID      string            `json:"-"`
	UserID    string            `json:"-"`
	UpdatedAt time.Time         `json:"-"`
	Operator  string            `json:"operator"` // whose it is; that of another counts for nothing
	ID        string            `json:"id"`       // of the composing
	Edit      int               `json:"edit"`     // counts changes of what was shown already
	Step      SessionStep       `json:"step"`
	Kind      string            `json:"kind,omitempty"`
	Field     int               `json:"field,omitempty"` // which is asked for
	Values    map[string]string `json:"values,omitempty"`
	Units     []string          `json:"units,omitempty"`
	Topics    []Topic           `json:"topics,omitempty"`
	Whom      bool              `json:"whom,omitempty"`    // for whom it is was asked for, whatever the kind says
	Picture   string            `json:"picture,omitempty"` // its link
	Because   string            `json:"because,omitempty"`
	Emergency bool              `json:"emergency,omitempty"`
	Budget    int64             `json:"budget,omitempty"` // what the preview said that it costs

	Last   string   `json:"last,omitempty"`    // the announcement that was sent or looked at last
	ListOf string   `json:"list_of,omitempty"` // the announcement whose households are List
	List   []string `json:"list,omitempty"`    // as they were numbered
	Titles []string `json:"titles,omitempty"`  // of their buttons
}

// composing tells whether something is being composed.
func (s Session) composing() bool { return s.Step != StepNone }

// announcementID is that of what is being composed. It changes with what was shown, and with nothing else, so that
// whoever confirms twice sends once, and what was confirmed is what was seen.
func (s Session) announcementID() string { return fmt.Sprintf("%s-%d", s.ID, s.Edit) }

// begin starts to compose anew; id is new.
func (s *Session) begin(operator, id string) {
	*s = Session{
		OAID: s.OAID, UserID: s.UserID, Operator: operator, ID: id, Step: StepKind, Values: make(map[string]string),
		Last: s.Last, ListOf: s.ListOf, List: s.List, Titles: s.Titles,
	}
}

// end leaves composing.
func (s *Session) end() {
	s.Step, s.Values, s.Units, s.Topics, s.Because, s.Picture = StepNone, nil, nil, nil, "", ""
}

// back goes to an earlier step, after which what was shown counts no more.
func (s *Session) back(to SessionStep) {
	s.Edit++
	s.Step, s.Emergency = to, false
}

// sessionOf is a session as far as it is the operator's own.
func sessionOf(s Session, o *Operator) Session {
	if o == nil || s.Operator != o.ID {
		fresh := Session{OAID: s.OAID, UserID: s.UserID}
		if o != nil {
			fresh.Operator = o.ID
		}
		return fresh
	}
	s.Units, s.Values, s.List, s.Titles = slices.Clone(s.Units), cloneValues(s.Values), slices.Clone(s.List), slices.Clone(s.Titles)
	return s
}

func cloneValues(values map[string]string) map[string]string {
	clone := make(map[string]string, len(values))
	for k, v := range values {
		clone[k] = v
	}
	return clone
}

// Payloads of operators' buttons. Those of composing carry the session, its step and edit, so that a button of before is
// known as one.
const (
	payloadCompose = "#soan "
	payloadStart   = "#thong-bao"
	payloadUndo    = "#hoan-tac " // an announcement's id, also of those below
	payloadResults = "#ket-qua "  //
	payloadMissed  = "#chua-toi " // and a page
	payloadVisited = "#da-tham "  // and a household
	payloadStop    = "#dung-gui " //
)

// payload is that of a choice at the present step.
func (s Session) payload(arg string) string {
	return fmt.Sprintf("%s%s %d %s %s", payloadCompose, s.ID, s.Edit, s.Step, arg)
}

// readPayload is what a button of composing stands for; ok is false for one of before.
func (s Session) readPayload(text string) (arg string, ok bool) {
	fields := strings.Fields(strings.TrimPrefix(text, payloadCompose))
	if len(fields) < 4 {
		return "", false
	}
	edit, err := strconv.Atoi(fields[1])
	if err != nil || fields[0] != s.ID || edit != s.Edit || fields[2] != string(s.Step) || !s.composing() {
		return "", false
	}
	return strings.Join(fields[3:], " "), true
}
