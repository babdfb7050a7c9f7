package zalosim

import (
	"fmt"
	"strings"

	"github.com/loalang/loalang/zalo"
)

// kinds are what residents can send, with the event and the attachment of each.
var kinds = map[string]struct {
	event   zalo.EventName
	payload map[string]any
	caption string
}{
	"text":     {zalo.EventUserSendText, nil, ""},
	"image":    {zalo.EventUserSendImage, map[string]any{"thumbnail": "http://example.zdn.vn/t.jpg", "url": "http://example.zdn.vn/a.jpg"}, "[Ảnh]"},
	"gif":      {zalo.EventUserSendGIF, map[string]any{"thumbnail": "http://example.zdn.vn/t.gif", "url": "http://example.zdn.vn/a.gif"}, "[Ảnh động]"},
	"audio":    {zalo.EventUserSendAudio, map[string]any{"url": "http://example.zdn.vn/a.amr"}, "[Tin nhắn thoại]"},
	"video":    {zalo.EventUserSendVideo, map[string]any{"url": "http://example.zdn.vn/a.mp4", "thumbnail": "http://example.zdn.vn/t.jpg", "description": ""}, "[Video]"},
	"sticker":  {zalo.EventUserSendSticker, map[string]any{"url": "http://example.zdn.vn/s.png", "id": "21982"}, "[Nhãn dán]"},
	"location": {zalo.EventUserSendLocation, map[string]any{"coordinates": map[string]string{"latitude": "12.6667", "longitude": "108.0500"}}, "[Vị trí]"},
	"file":     {zalo.EventUserSendFile, map[string]any{"size": "12345", "name": "don.pdf", "checksum": "0", "type": "pdf", "url": "http://example.zdn.vn/don.pdf"}, "[Tệp don.pdf]"},
	"link":     {zalo.EventUserSendLink, map[string]any{"thumbnail": "", "description": "", "url": "https://dichvucong.gov.vn"}, "[Liên kết]"},
}

// Say is what a resident does on the phone.
type Say struct {
	OA     string `json:"oa"`
	User   string `json:"user"`
	Group  string `json:"group"` // where it is written; empty = to the account
	Kind   string `json:"kind"`  // text, image, gif, audio, video, sticker, location, file, link; empty = text
	Text   string `json:"text"`
	Hidden bool   `json:"hidden"` // a tapped button whose payload Zalo does not show
	MsgID  string `json:"msg_id"` // empty = a new one
}

// Say lets a resident send a message. It returns the message's id.
func (s *Server) Say(say Say) (msgID string, err error) {
	if say.Kind == "" {
		say.Kind = "text"
	}
	kind, known := kinds[say.Kind]
	if !known {
		return "", fmt.Errorf("no such kind of message: %s", say.Kind)
	}
	m := &Message{
		ID: say.MsgID, OA: say.OA, User: say.User, Group: say.Group, Kind: say.Kind, Text: say.Text, Hidden: say.Hidden,
		At: s.cfg.Now(), Received: true, Seen: true,
	}
	if m.ID == "" {
		m.ID = s.newID()
	}
	if m.Kind != "text" {
		m.Text = kind.caption
	}
	oa, err := s.write(m)
	if err != nil {
		return "", err
	}
	e := common(kind.event, say.User, m.At)
	e["sender"], e["recipient"] = id(say.User), id(say.OA)
	about := say.User
	if m.Group != "" {
		about = m.Group
		e["event_name"] = strings.Replace(string(kind.event), "user_send_", "user_send_group_", 1)
		e["recipient"], e["oa_id"], e["group_id"] = id(m.Group), m.OA, m.Group
	}
	message := map[string]any{"msg_id": m.ID}
	if kind.payload == nil {
		message["text"] = say.Text
	} else {
		message["attachments"] = []map[string]any{{"type": say.Kind, "payload": kind.payload}}
	}
	e["message"] = message
	if !m.Hidden {
		s.streams.publish(change{Type: "message", Message: m})
	}
	s.webhooks.send(oa, about, e)
	return m.ID, nil
}

// write puts what a resident says where it is said.
func (s *Server) write(m *Message) (OA, error) {
	if m.Group != "" {
		return s.sayInGroup(m)
	}
	return s.interact(m.OA, m.User, m)
}

// interact puts what a resident did into the chat and opens Zalo's windows. Leaving an account opens none.
func (s *Server) interact(oaID, userID string, m *Message) (OA, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.oas[oaID]
	if a == nil || a.users[userID] == nil {
		return OA{}, fmt.Errorf("no resident %s of account %s", userID, oaID)
	}
	if m.Kind != "unfollow" {
		a.users[userID].LastInteraction = m.At
	}
	a.users[userID].chat = s.keep(a.users[userID].chat, m)
	return a.OA, nil
}

// Follow lets a resident follow or leave an account.
func (s *Server) Follow(oaID, userID string, follow bool) error {
	name, kind, text := zalo.EventFollow, "follow", "Đã quan tâm"
	if !follow {
		name, kind, text = zalo.EventUnfollow, "unfollow", "Đã bỏ quan tâm"
	}
	m := &Message{ID: s.newID(), OA: oaID, User: userID, Kind: kind, Text: text, At: s.cfg.Now(), Received: true, Seen: true}
	a, err := s.interact(oaID, userID, m)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.oas[oaID].users[userID].Following = follow
	s.mu.Unlock()
	e := common(name, userID, m.At)
	e["oa_id"], e["follower"], e["source"] = oaID, id(userID), "oa_profile"
	s.streams.publish(change{Type: "message", Message: m})
	s.streams.publish(change{Type: "state"})
	s.webhooks.send(a, userID, e)
	return nil
}

// See marks everything on a resident's phone as seen and sends the receipt.
func (s *Server) See(oaID, userID string) {
	s.mu.Lock()
	u := s.user(oaID, userID)
	var ids []string
	var updates []Message
	if u != nil {
		for _, m := range u.chat {
			if m.FromOA && !m.Seen {
				m.Received, m.Seen = true, true
				ids, updates = append(ids, m.ID), append(updates, *m)
			}
		}
	}
	var oa OA
	if len(ids) > 0 {
		oa = s.oas[oaID].OA
	}
	s.mu.Unlock()
	if len(ids) == 0 {
		return
	}
	for i := range updates {
		s.streams.publish(change{Type: "update", Message: &updates[i]})
	}
	s.webhooks.send(oa, userID, seen(oaID, userID, ids, s.cfg.Now()))
}
