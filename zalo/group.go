package zalo

import (
	"context"
	"fmt"
)

// SendGroup posts a message in a group chat (GMF) of the account: one call for all members, at any hour, whatever their
// last interaction. The text is sent WithoutMentions. Buttons and lists are left out, since no source documents them for
// groups: the text must do without, as everywhere. A nil error means that Zalo has accepted the post.
// Source: Zalo OA documents, group messages (GMF), read 2026-11-21.
func (c *Client) SendGroup(ctx context.Context, accessToken, groupID string, m Message) (Sent, error) {
	m.Text = WithoutMentions(m.Text)
	m.Buttons, m.List = nil, nil
	body, err := m.to("group_id", groupID)
	if err != nil {
		return Sent{}, fmt.Errorf("write group message: %w", err)
	}
	return c.send(ctx, accessToken, "send group message", "/v3.0/oa/group/message", body)
}
