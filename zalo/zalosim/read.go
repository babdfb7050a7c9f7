package zalosim

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
)

func (s *Server) getOA(a *account, _ map[string]any) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(map[string]any{
		"oaid": a.ID, "name": a.Name, "description": "", "is_verified": true, "oa_type": zaloNumber(a.Government),
		"num_follower": len(a.users), "package_name": "Growth", "package_valid_through_date": "31/12/2027",
	})
}

// text is a parameter that may be a string or a number.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func (s *Server) userDetail(a *account, data map[string]any) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := a.users[text(data["user_id"])]
	if u == nil {
		return refuse(-201, "user_id is invalid")
	}
	return ok(map[string]any{
		"user_id": u.ID, "user_id_by_app": "9" + u.ID, "display_name": u.Name, "user_alias": u.Name,
		"user_is_follower": u.Following, "user_last_interaction_date": u.LastInteraction.Format("02/01/2006"),
		"tags_and_notes_info": map[string]any{"notes": []string{}, "tag_names": []string{}},
	})
}

// page reads offset and count, of which Zalo takes at most 10.
func page(data map[string]any) (offset, count int, refusal reply) {
	offset, _ = strconv.Atoi(text(data["offset"]))
	count, _ = strconv.Atoi(text(data["count"]))
	if count > 10 {
		return 0, 0, refuse(-210, "count exceeds 10")
	}
	return max(offset, 0), max(count, 0), reply{}
}

func (s *Server) conversation(a *account, data map[string]any) reply {
	s.stats.conversations.Add(1)
	offset, count, refusal := page(data)
	if refusal.code != 0 {
		return refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := a.users[text(data["user_id"])]
	if u == nil {
		return refuse(-201, "user_id is invalid")
	}
	list := []map[string]any{}
	for i := len(u.chat) - 1 - offset; i >= 0 && len(list) < count; i-- {
		list = append(list, u.chat[i].history())
	}
	return ok(list)
}

// history is a message as the conversation API shows it.
func (m *Message) history() map[string]any {
	kind := m.Kind
	switch kind {
	case "image":
		kind = "photo"
	case "gif":
		kind = "GIF"
	case "list":
		kind = "links"
	case "audio":
		kind = "voice"
	case "follow", "unfollow", "video", "file":
		kind = "nosupport"
	}
	out := map[string]any{"time": m.At.UnixMilli(), "type": kind, "message": m.Text, "message_id": m.ID}
	if m.Template != "" { // none of the types that Zalo names: the stricter reading is that nothing can be read back
		out["type"], out["message"] = "nosupport", ""
	}
	if m.FromOA {
		out["src"], out["from_id"], out["to_id"] = 0, m.OA, m.User
	} else {
		out["src"], out["from_id"], out["to_id"] = 1, m.User, m.OA
	}
	return out
}

func (s *Server) recentChats(a *account, data map[string]any) reply {
	offset, count, refusal := page(data)
	if refusal.code != 0 {
		return refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var last []*Message // of each chat, the newest chat first
	for _, u := range a.users {
		if len(u.chat) > 0 {
			last = append(last, u.chat[len(u.chat)-1])
		}
	}
	slices.SortFunc(last, func(a, b *Message) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	list := make([]map[string]any, len(last))
	for i, m := range last {
		list[i] = m.history()
	}
	from := min(offset, len(list))
	return ok(list[from:min(from+count, len(list))])
}
