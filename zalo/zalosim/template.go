package zalosim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/loalang/loalang/zalo"
)

// Template is a simulated ZBS template of an account.
type Template struct {
	OA    string `json:"oa"`
	ID    string `json:"id"`
	Text  string `json:"text"`  // with <name> where a parameter stands
	Price int64  `json:"price"` // đồng a message by user id
	// Status is Zalo's: ENABLE (the default), PENDING_REVIEW, REJECT, DISABLE.
	Status     string  `json:"status,omitempty"`
	PhoneOnly  bool    `json:"phone_only,omitempty"`  // it cannot be sent by user id: -249
	DailyQuota int     `json:"daily_quota,omitempty"` // messages a day of village time; 0 = no end
	Params     []Param `json:"params"`
}

// Param is a parameter of a template.
type Param struct {
	Name      string `json:"name"`
	Optional  bool   `json:"optional,omitempty"`
	MaxLength int    `json:"max_length,omitempty"` // characters; 0 = 30
}

// defaultMaxLength is how long a value may be where the template says nothing.
// Source: ZNS documents, template parameters, read 2026-11-21: most types end at 30 characters.
const defaultMaxLength = 30

// The states of a template. Source: ZNS documents, list of templates, read 2026-11-21.
const (
	templateEnabled  = "ENABLE"
	templateDisabled = "DISABLE"
)

// zbsTemplate is a template with what has become of its quota.
type zbsTemplate struct {
	Template
	day  string // of sent, in village time
	sent int
}

// AddTemplate registers a template, or changes the one with this id.
func (s *Server) AddTemplate(t Template) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.oas[t.OA]
	if a == nil {
		return fmt.Errorf("no account %s", t.OA)
	}
	if t.Status == "" {
		t.Status = templateEnabled
	}
	a.templates[t.ID] = &zbsTemplate{Template: t}
	return nil
}

// templateCall is the body of a template call. Source: Zalo OA documents, ZBS template messages by user id, read
// 2026-11-21.
type templateCall struct {
	UserID     zalo.ID                    `json:"user_id"`
	TemplateID zalo.ID                    `json:"template_id"`
	Data       map[string]json.RawMessage `json:"template_data"`
}

func (c templateCall) to() string { return string(c.UserID) }

// sendTemplate carries a template call out.
func (s *Server) sendTemplate(a *account, body templateCall) reply {
	m, t, refusal := s.keepTemplate(a, body)
	if refusal.code != 0 {
		return refusal
	}
	s.afterSending(a, m)
	data := map[string]any{"message_id": m.ID, "user_id": m.User, "sent_time": strconv.FormatInt(m.At.UnixMilli(), 10)}
	if t.DailyQuota > 0 {
		data["quota"] = map[string]string{"dailyQuota": strconv.Itoa(t.DailyQuota), "remainingQuota": strconv.Itoa(t.DailyQuota - t.sent)}
	}
	return ok(data)
}

// keepTemplate checks a template message and puts it into the chat.
func (s *Server) keepTemplate(a *account, body templateCall) (m *Message, t zbsTemplate, refusal reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	u := a.users[body.to()]
	if u == nil {
		return nil, t, refuse(-118, "The Zalo account does not exist")
	}
	if u.Refuse != 0 {
		return nil, t, refuse(u.Refuse, "")
	}
	known := a.templates[string(body.TemplateID)]
	if known == nil {
		return nil, t, refuse(-109, "Template id is invalid")
	}
	text, refusal := known.take(body.Data, now)
	if refusal.code != 0 {
		return nil, t, refusal
	}
	cost := Charge{Templates: 1, VND: known.Price}
	if refusal = a.purse.refuses(cost); refusal.code != 0 {
		return nil, t, refusal
	}
	a.purse.charge(u, cost)
	known.sent++
	m = &Message{
		ID: s.newID(), OA: a.ID, User: u.ID, FromOA: true, Kind: "template", Text: text, Template: known.ID, Price: cost.VND,
		At: now, Endpoint: "template",
	}
	u.chat = s.keep(u.chat, m)
	return m, *known, reply{}
}

// take checks whether the template may be sent with these values, and is its text with them.
func (t *zbsTemplate) take(data map[string]json.RawMessage, now time.Time) (text string, refusal reply) {
	switch {
	case t.Status == templateDisabled:
		return "", refuse(-146, "The template is disabled due to low quality")
	case t.Status != templateEnabled:
		return "", refuse(-131, "The template is not approved")
	case t.PhoneOnly:
		return "", refuse(-249, "The template cannot be sent by UID")
	}
	if text, refusal = t.fill(data); refusal.code != 0 {
		return "", refusal
	}
	if day := now.In(villageTime).Format(time.DateOnly); day != t.day {
		t.day, t.sent = day, 0
	}
	if t.DailyQuota > 0 && t.sent >= t.DailyQuota {
		return "", refuse(-147, "The template has exceeded its daily quota")
	}
	return text, reply{}
}

// fill puts the values into the text.
func (t *zbsTemplate) fill(data map[string]json.RawMessage) (text string, refusal reply) {
	text = t.Text
	if data == nil {
		return "", refuse(-111, "template_data is empty")
	}
	known := 0
	for _, p := range t.Params {
		raw, given := data[p.Name]
		if given {
			known++
		}
		var value string
		if given && json.Unmarshal(raw, &value) != nil {
			return "", refuse(-112, p.Name+" does not have the type of the template")
		}
		most := p.MaxLength
		if most == 0 {
			most = defaultMaxLength
		}
		switch {
		case value == "" && !p.Optional:
			return "", refuse(-1122, p.Name+" is missing")
		case utf8.RuneCountInString(value) > most:
			return "", refuse(-1121, p.Name+" exceeds its maximum length")
		}
		text = strings.ReplaceAll(text, "<"+p.Name+">", value)
	}
	if known < len(data) {
		return "", refuse(-132, "template_data has a parameter that the template does not know")
	}
	return text, reply{}
}
