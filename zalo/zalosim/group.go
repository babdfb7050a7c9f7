package zalosim

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/loalang/loalang/zalo"
)

// Group is a simulated group chat (GMF) of an account.
type Group struct {
	OA       string   `json:"oa"`
	ID       string   `json:"id"` // empty = a new one
	Name     string   `json:"name"`
	Members  []string `json:"members"`            // residents of the account
	Disabled bool     `json:"disabled,omitempty"` // its package has ended: -237
	Left     bool     `json:"left,omitempty"`     // the account is no longer in it: -403
}

// group is a Group with its posts.
type group struct {
	Group
	posts []*Message
}

// AddGroup makes a group, which the app hears of by create_group and one user_join_group, or changes the one with this id,
// which it does not hear of. The posts stay.
func (s *Server) AddGroup(g Group) (id string, err error) {
	oa, created, err := s.putGroup(&g)
	if err != nil {
		return "", err
	}
	s.streams.publish(change{Type: "state"})
	if created {
		e := s.groupEvent(zalo.EventCreateGroup, g)
		e["group_info"] = map[string]any{"group_id": g.ID, "name": g.Name, "total_member": len(g.Members)}
		s.webhooks.send(oa, g.ID, e)
		if len(g.Members) > 0 {
			s.webhooks.send(oa, g.ID, s.members(zalo.EventUserJoinGroup, g, g.Members...))
		}
	}
	return g.ID, nil
}

func (s *Server) putGroup(g *Group) (oa OA, created bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.oas[g.OA]
	if a == nil {
		return OA{}, false, fmt.Errorf("no account %s", g.OA)
	}
	for _, id := range g.Members {
		if a.users[id] == nil {
			return OA{}, false, fmt.Errorf("no resident %s of account %s", id, g.OA)
		}
	}
	if g.ID == "" {
		g.ID = s.newID()
	}
	kept := *g
	kept.Members = slices.Clone(g.Members)
	old := a.groups[g.ID]
	if old != nil {
		old.Group = kept
	} else {
		a.groups[g.ID] = &group{Group: kept}
	}
	return a.OA, old == nil, nil
}

// Join lets a resident join a group or leave it.
func (s *Server) Join(oaID, groupID, userID string, join bool) error {
	s.mu.Lock()
	g := s.group(oaID, groupID)
	if g == nil || s.user(oaID, userID) == nil {
		s.mu.Unlock()
		return fmt.Errorf("no group %s or no resident %s of account %s", groupID, userID, oaID)
	}
	if at := slices.Index(g.Members, userID); join == (at >= 0) {
		s.mu.Unlock()
		return nil
	} else if join {
		g.Members = append(slices.Clone(g.Members), userID) // a clone: others read the old list
	} else {
		g.Members = slices.Delete(slices.Clone(g.Members), at, at+1)
	}
	oa, now := s.oas[oaID].OA, g.Group
	s.mu.Unlock()
	name := zalo.EventUserJoinGroup
	if !join {
		name = zalo.EventUserOutGroup
	}
	s.streams.publish(change{Type: "state"})
	s.webhooks.send(oa, groupID, s.members(name, now, userID))
	return nil
}

// group is a group of an account; the caller holds the lock.
func (s *Server) group(oaID, groupID string) *group {
	if a := s.oas[oaID]; a != nil {
		return a.groups[groupID]
	}
	return nil
}

// Posts are what was written in a group, by the account and by residents, the oldest first.
func (s *Server) Posts(oaID, groupID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.group(oaID, groupID)
	if g == nil {
		return nil
	}
	return copies(g.posts)
}

// sendGroup carries a group call out.
func (s *Server) sendGroup(a *account, body sending) reply {
	m, members, refusal := s.keepPost(a, body)
	if refusal.code != 0 {
		return refusal
	}
	s.afterPost(a, m, members)
	return ok(map[string]any{"message_id": m.ID, "group_id": m.Group, "sent_time": strconv.FormatInt(m.At.UnixMilli(), 10)})
}

// mention is how a text names a member or, with the group's id, everybody.
// Source: Zalo OA documents, group messages (GMF), read 2026-11-21.
var mention = regexp.MustCompile(`\[@([^\[\]\s]+)\]`)

// keepPost checks a post of the account and puts it into the group.
func (s *Server) keepPost(a *account, body sending) (m *Message, members []string, refusal reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := a.groups[string(body.Recipient.GroupID)]
	switch {
	case body.Recipient.GroupID == "":
		return nil, nil, refuse(-201, "group_id is invalid")
	case g == nil || g.Left:
		return nil, nil, refuse(-403, "The OA is not in the group")
	case g.Disabled:
		return nil, nil, refuse(-237, "The group is disabled")
	}
	m, refusal = a.read(body, s.cfg.Now())
	if refusal.code != 0 {
		return nil, nil, refusal
	}
	if len(m.Buttons) > 0 || m.Kind == "list" {
		return nil, nil, refuse(-233, "Message type is invalid or not supported")
	}
	for _, found := range mention.FindAllStringSubmatch(m.Text, -1) {
		if id := found[1]; id == g.ID || slices.Contains(g.Members, id) {
			m.Mentions = append(m.Mentions, id)
		}
	}
	m.ID, m.Group, m.Endpoint = s.newID(), g.ID, "group"
	g.posts = s.keep(g.posts, m)
	return m, g.Members, reply{}
}

// groupEvent are the fields of an event of a group.
func (s *Server) groupEvent(name zalo.EventName, g Group) map[string]any {
	e := common(name, "", s.cfg.Now())
	e["oa_id"], e["group_id"] = g.OA, g.ID
	return e
}

// members is an event about who joined or left. Source: zalo/groupevent.go.
func (s *Server) members(name zalo.EventName, g Group, ids ...string) map[string]any {
	e := s.groupEvent(name, g)
	users := make([]map[string]string, len(ids))
	for i, user := range ids {
		users[i] = id(user)
	}
	e["users"] = users
	return e
}

// sayInGroup puts what a resident writes into a group.
func (s *Server) sayInGroup(m *Message) (OA, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, u := s.group(m.OA, m.Group), s.user(m.OA, m.User)
	if g == nil || u == nil || !slices.Contains(g.Members, m.User) {
		return OA{}, fmt.Errorf("no resident %s in group %s of account %s", m.User, m.Group, m.OA)
	}
	u.LastInteraction = later(u.LastInteraction, m.At)
	g.posts = s.keep(g.posts, m)
	return s.oas[m.OA].OA, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sortedGroups are the groups by id; the caller holds the lock.
func (a *account) sortedGroups() []*group {
	return slices.SortedFunc(maps.Values(a.groups), func(g, h *group) int { return cmp.Compare(g.ID, h.ID) })
}
