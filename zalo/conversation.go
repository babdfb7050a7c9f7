package zalo

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/text/unicode/norm"
)

// ConversationMessage is one message between an account and a person, as Zalo kept it.
type ConversationMessage struct {
	FromOA    bool
	Time      time.Time
	Type      string // text, voice, photo, GIF, link, links, sticker, location, nosupport
	Text      string // NFC
	MessageID string
	FromID    string
	ToID      string
}

// Conversation reads messages between the account and a person, the newest first. count is at most 10 (-210 above).
func (c *Client) Conversation(ctx context.Context, accessToken, userID string, offset, count int) ([]ConversationMessage, error) {
	const doing = "read conversation"
	req, err := c.get(ctx, "/v2.0/oa/conversation", map[string]any{"user_id": userIDNumber(userID), "offset": offset, "count": count})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	var data []struct {
		Src       Int    `json:"src"` // 0 account, 1 person
		Time      Int    `json:"time"`
		Type      string `json:"type"`
		Message   string `json:"message"`
		MessageID ID     `json:"message_id"`
		FromID    ID     `json:"from_id"`
		ToID      ID     `json:"to_id"`
	}
	if _, err := c.call(req, accessToken, doing, &data); err != nil {
		return nil, err
	}
	list := make([]ConversationMessage, len(data))
	for i, m := range data {
		list[i] = ConversationMessage{
			FromOA: m.Src == 0, Time: time.UnixMilli(int64(m.Time)).UTC(), Type: m.Type, Text: norm.NFC.String(m.Message),
			MessageID: string(m.MessageID), FromID: string(m.FromID), ToID: string(m.ToID),
		}
	}
	return list, nil
}
