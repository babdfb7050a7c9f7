package zalo

import (
	"encoding/json"
	"strings"
)

// Events of group chats. No source shows them all: the documents' digest names them, a public program that runs groups
// reads "group_id", "group_info" and the members in "users", as {"id"} or {"user_id"}; read 2026-11-26. What stands
// elsewhere is taken, too, and what cannot be read costs no event.

// groupInfo is what create_group and update_group_info may tell of a group.
type groupInfo struct {
	GroupID ID `json:"group_id"`
}

// UnmarshalJSON takes what it can read.
func (g *groupInfo) UnmarshalJSON(data []byte) error {
	type plain groupInfo // without this method
	_ = json.Unmarshal(data, (*plain)(g))
	return nil
}

// people are user ids, each alone or in an object.
type people []ID

// UnmarshalJSON takes ["1", 2, {"id":"3"}, {"user_id":"4"}] and leaves out what it cannot read.
func (p *people) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	_ = json.Unmarshal(data, &list) // anything but a list is nobody
	*p = nil
	for _, text := range list {
		var person struct {
			ID     ID `json:"id"`
			UserID ID `json:"user_id"`
		}
		if json.Unmarshal(text, &person.ID) != nil {
			_ = json.Unmarshal(text, &person)
		}
		if id := first(person.ID, person.UserID); id != "" {
			*p = append(*p, ID(id))
		}
	}
	return nil
}

// inGroup tells whether the name is of a message in a group.
func (n EventName) inGroup() bool {
	return strings.HasPrefix(string(n), "user_send_group_") || strings.HasPrefix(string(n), "oa_send_group_")
}

// group is the group that the event is about, empty for none. A message in a group has it as its recipient.
func (e envelope) group(name EventName) string {
	ids := []ID{e.GroupID, e.GroupInfo.GroupID}
	if e.Message != nil {
		ids = append(ids, e.Message.GroupID)
	}
	if name.inGroup() {
		ids = append(ids, e.Recipient.ID)
	}
	return first(ids...)
}

// aboutGroup tells whether the event is about a group and who is in it, rather than a message.
func (e Event) aboutGroup() bool {
	return strings.HasSuffix(string(e.Name), "_group") || strings.HasSuffix(string(e.Name), "_group_admin")
}

// takeMembers keeps who an event about a group names: each in UserIDs, and a single one in UserID as well.
func (e *Event) takeMembers(from envelope) {
	seen := map[string]bool{"": true, e.OAID: true, e.GroupID: true}
	for _, id := range append(append(people{ID(e.UserID)}, from.Users...), from.UserIDs...) {
		if !seen[string(id)] {
			seen[string(id)] = true
			e.UserIDs = append(e.UserIDs, string(id))
		}
	}
	e.UserID = ""
	if len(e.UserIDs) == 1 {
		e.UserID = e.UserIDs[0]
	}
}
