package zalo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Template is a ZBS template that Zalo has approved, with the values of its parameters.
type Template struct {
	ID   string
	Data map[string]string // by the parameters' names
}

// SendTemplate sends a template to one person by user id, whatever the last interaction, for the template's price. A nil
// error means that Zalo has accepted it. The body is flat: sources disagree, and those that show it are newer.
// Source: Zalo OA documents, ZBS template messages by user id, read 2026-11-21.
func (c *Client) SendTemplate(ctx context.Context, accessToken, userID string, t Template) (Sent, error) {
	data := t.Data
	if data == nil {
		data = map[string]string{}
	}
	body, err := json.Marshal(map[string]any{"user_id": userID, "template_id": t.ID, "template_data": data})
	if err != nil {
		return Sent{}, fmt.Errorf("write template message: %w", err)
	}
	sent, err := c.send(ctx, accessToken, "send template message", "/v3.0/oa/message/template", body)
	var refusal *Error
	if errors.As(err, &refusal) {
		refusal.Template = true
	}
	return sent, err
}
