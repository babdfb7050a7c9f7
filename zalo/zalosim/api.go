package zalosim

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/loalang/loalang/zalo"
)

// reply is an answer of the OpenAPI: HTTP 200 also when it refuses.
type reply struct {
	code    int
	message string
	data    any
	limit   int // calls a minute, for the headers; -1 = not said
	remain  int
	raw     oauthReply // the whole answer, of the OAuth host
}

func ok(data any) reply { return reply{message: "Success", data: data, limit: -1} }

func refuse(code int, message string) reply {
	if message == "" {
		message = "refused by the simulator"
	}
	return reply{code: code, message: message, limit: -1}
}

func (a reply) write(w http.ResponseWriter) {
	if a.raw != nil {
		a.raw.write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	if a.limit > 0 {
		w.Header().Set("X-RateLimit-Limit", strconv.Itoa(a.limit))
		w.Header().Set("X-RateLimit-Remain", strconv.Itoa(a.remain))
	}
	body := map[string]any{"error": a.code, "message": a.message}
	if a.data != nil {
		body["data"] = a.data
	}
	_ = json.NewEncoder(w).Encode(body) // a caller that has gone needs no answer
}

func (s *Server) routeAPI() {
	s.mux.HandleFunc("POST /v3.0/oa/message/cs", taking(s, func(a *account, body sending) reply { return s.send(a, "v3", body) }))
	s.mux.HandleFunc("POST /v2.0/oa/message", taking(s, func(a *account, body sending) reply { return s.send(a, "v2", body) }))
	s.mux.HandleFunc("POST /v3.0/oa/group/message", taking(s, s.sendGroup))
	s.mux.HandleFunc("POST /v3.0/oa/message/template", taking(s, s.sendTemplate))
	s.mux.HandleFunc("GET /v2.0/oa/getoa", s.api(s.getOA))
	s.mux.HandleFunc("GET /v3.0/oa/user/detail", s.api(s.userDetail))
	s.mux.HandleFunc("GET /v2.0/oa/conversation", s.api(s.conversation))
	s.mux.HandleFunc("GET /v2.0/oa/listrecentchat", s.api(s.recentChats))
	s.routeUploads()
}

// admit finds the account of the access token and counts the call.
func (s *Server) admit(r *http.Request) (*account, reply) {
	s.stats.calls.Add(1)
	token := r.Header.Get("access_token")
	if token == "" {
		return nil, refuse(-216, "Access token is invalid")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.byToken[token]
	switch {
	case a == nil:
		return nil, refuse(-216, "Access token is invalid")
	case a.tokens.access != token, !s.cfg.Now().Before(a.tokens.expires):
		return nil, refuse(-220, "Access token is expired or removed")
	}
	remain, fits := a.calls.add(a.CallsPerMinute)
	_, appFits := s.app.add(s.cfg.AppCallsPerMinute)
	switch {
	case !fits:
		return nil, refuse(-32, "Your OA has exceeded the number of calls per minute")
	case !appFits:
		return nil, refuse(-32, "Your app has exceeded the number of calls per minute")
	}
	return a, reply{limit: a.CallsPerMinute, remain: remain}
}

// api runs a reading call whose parameters are the JSON in "data".
func (s *Server) api(do func(a *account, data map[string]any) reply) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.deliver(w, r, "", func() reply {
			a, admitted := s.admit(r)
			if a == nil {
				return admitted
			}
			data := map[string]any{}
			if text := r.URL.Query().Get("data"); text != "" {
				decoder := json.NewDecoder(strings.NewReader(text))
				decoder.UseNumber()
				if err := decoder.Decode(&data); err != nil {
					return refuse(-201, "data is invalid")
				}
			}
			answer := do(a, data)
			answer.limit, answer.remain = admitted.limit, admitted.remain
			return answer
		})
	}
}

// sending is the body of a message call, to a resident or to a group.
type sending struct {
	Recipient struct {
		UserID  zalo.ID `json:"user_id"`
		GroupID zalo.ID `json:"group_id"`
	} `json:"recipient"`
	Message struct {
		Text       string  `json:"text"`
		Quote      zalo.ID `json:"quote_message_id"`
		Attachment *struct {
			Type    string `json:"type"`
			Payload struct {
				TemplateType string    `json:"template_type"`
				Token        string    `json:"token"`
				Buttons      []action  `json:"buttons"`
				Elements     []element `json:"elements"`
			} `json:"payload"`
		} `json:"attachment"`
	} `json:"message"`
}

// to is the resident or the group.
func (b sending) to() string { return cmp.Or(string(b.Recipient.UserID), string(b.Recipient.GroupID)) }

type action struct {
	Title   string          `json:"title"`
	Type    string          `json:"type"`
	URL     string          `json:"url"`
	Payload json.RawMessage `json:"payload"`
}

type element struct {
	Title         string  `json:"title"`
	Subtitle      string  `json:"subtitle"`
	ImageURL      string  `json:"image_url"`
	MediaType     string  `json:"media_type"`
	URL           string  `json:"url"`
	AttachmentID  string  `json:"attachment_id"`
	DefaultAction *action `json:"default_action"`
}

// taking makes a handler of a sending call. A body that is none is refused only after the token and the rate, as a good
// one would be.
func taking[T interface{ to() string }](s *Server, do func(a *account, body T) reply) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body T
		raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err == nil {
			err = json.Unmarshal(raw, &body)
		}
		s.deliver(w, r, body.to(), func() reply {
			a, admitted := s.admit(r)
			if a == nil {
				s.stats.refused.Add(1)
				return admitted
			}
			answer := refuse(-201, "body is invalid")
			if err == nil {
				answer = do(a, body)
			}
			if answer.code == 0 {
				s.stats.accepted.Add(1)
			} else {
				s.stats.refused.Add(1)
			}
			answer.limit, answer.remain = admitted.limit, admitted.remain
			return answer
		})
	}
}

// send carries a message call out: the rules first, then the message stands in the chat.
func (s *Server) send(a *account, endpoint string, body sending) reply {
	switch {
	case endpoint == "v3" && a.Government:
		return refuse(-235, "This API does not support this type of OA")
	case endpoint == "v2" && !a.Government:
		return refuse(-240, "MessageV2 API has been shut down, please use MessageV3")
	}
	m, quota, refusal := s.keepSent(a, endpoint, body)
	if refusal.code != 0 {
		return refusal
	}
	s.afterSending(a, m)
	data := map[string]any{"message_id": m.ID, "user_id": m.User, "sent_time": strconv.FormatInt(m.At.UnixMilli(), 10)}
	if quota != nil {
		data["quota"] = quota
	}
	return ok(data)
}

// keepSent checks a message, charges it and puts it into the chat. quota is what the answer tells of it.
func (s *Server) keepSent(a *account, endpoint string, body sending) (m *Message, quota map[string]string, refusal reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if body.Recipient.UserID == "" {
		return nil, nil, refuse(-201, "user_id is invalid")
	}
	m, refusal = a.read(body, s.cfg.Now())
	if refusal.code != 0 {
		return nil, nil, refusal
	}
	u := a.users[string(body.Recipient.UserID)]
	switch {
	case u == nil || u.LastInteraction.IsZero():
		return nil, nil, refuse(-232, "The user has never interacted with the OA")
	case u.Refuse != 0:
		return nil, nil, refuse(u.Refuse, "")
	}
	since := m.At.Sub(u.LastInteraction)
	if since > consultWindow {
		return nil, nil, refuse(-230, "The user has not interacted with the OA in the past 7 days")
	}
	quota = map[string]string{"quota_type": "reply", "remain": "8", "total": "8", "owner_type": "OA", "owner_id": a.ID}
	if since > freeWindow {
		cost := a.purse.consultation(m.At)
		if refusal = a.purse.refuses(cost); refusal.code != 0 {
			return nil, nil, refusal
		}
		a.purse.charge(u, cost)
		m.Price, quota = cost.VND, nil
		if cost.Allowance > 0 {
			quota = a.purse.quota(a.ID, m.At)
		}
	}
	m.ID, m.User, m.Endpoint = s.newID(), u.ID, endpoint
	u.chat = s.keep(u.chat, m)
	return m, quota, reply{}
}

// read checks a body and makes it a message, to nobody yet.
func (a *account) read(body sending, now time.Time) (*Message, reply) {
	m := &Message{OA: a.ID, FromOA: true, Kind: "text", Text: body.Message.Text, At: now}
	if utf8.RuneCountInString(norm.NFC.String(m.Text)) > zalo.MaxTextRunes {
		return nil, refuse(-210, "text exceeds 2000 characters")
	}
	at := body.Message.Attachment
	if at == nil {
		if strings.TrimSpace(m.Text) == "" {
			return nil, refuse(-201, "text is invalid")
		}
		return m, reply{}
	}
	if at.Type == "file" {
		u, refusal := a.uploadOf("file", at.Payload.Token, now)
		if refusal.code != 0 {
			return nil, refusal
		}
		m.Kind, m.Text, m.file, m.FileName, m.FileURL = "file", "", u, u.name, a.uploadsPath+u.id // it has no text
		return m, reply{}
	}
	if len(at.Payload.Buttons) > 0 && a.RefuseButtons {
		return nil, refuse(-233, "Message type is invalid or not supported")
	}
	if len(at.Payload.Buttons) > zalo.MaxButtons || len(at.Payload.Elements) > zalo.MaxListItems {
		return nil, refuse(-201, "attachment is invalid")
	}
	for _, b := range at.Payload.Buttons {
		if b.Title == "" || utf8.RuneCountInString(b.Title) > zalo.MaxButtonTitleRunes || !strings.HasPrefix(b.Type, "oa.") {
			return nil, refuse(-201, "buttons is invalid")
		}
		m.Buttons = append(m.Buttons, b.button())
	}
	return a.readTemplate(m, at.Payload.TemplateType, at.Payload.Elements, now)
}

func (a *account) readTemplate(m *Message, kind string, elements []element, now time.Time) (*Message, reply) {
	switch kind {
	case "":
		if len(m.Buttons) == 0 || strings.TrimSpace(m.Text) == "" {
			return nil, refuse(-201, "attachment is invalid")
		}
	case "media":
		if len(elements) != 1 {
			return nil, refuse(-201, "elements is invalid")
		}
		e := elements[0]
		m.Kind, m.ImageURL = e.MediaType, e.URL
		if e.AttachmentID != "" {
			u, refusal := a.uploadOf(e.MediaType, e.AttachmentID, now)
			if refusal.code != 0 {
				return nil, refusal
			}
			m.ImageURL = a.uploadsPath + u.id
		}
		if m.ImageURL == "" {
			return nil, refuse(-201, "elements is invalid")
		}
	case "list":
		if len(elements) == 0 {
			return nil, refuse(-201, "elements is invalid")
		}
		m.Kind = "list"
		for _, e := range elements {
			item := Element{Title: e.Title, Subtitle: e.Subtitle, ImageURL: e.ImageURL}
			if e.DefaultAction != nil {
				b := e.DefaultAction.button()
				item.Action = &b
			}
			m.Elements = append(m.Elements, item)
		}
	default:
		return nil, refuse(-233, "Message type is invalid or not supported")
	}
	return m, reply{}
}

func (a action) button() Button {
	b := Button{Title: a.Title, Type: a.Type, URL: a.URL}
	var fields struct {
		URL       string `json:"url"`
		PhoneCode string `json:"phone_code"`
	}
	if json.Unmarshal(a.Payload, &b.Payload) != nil && json.Unmarshal(a.Payload, &fields) == nil {
		b.URL, b.Phone = fields.URL, fields.PhoneCode
	}
	return b
}
