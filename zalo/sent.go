package zalo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Sent is Zalo's receipt for a message it has accepted.
type Sent struct {
	MessageID  string    // empty in the rare answers without one
	UserID     string    // empty for a post in a group
	GroupID    string    // of a post in a group
	SentTime   time.Time // zero when not given
	RateLimit  int       // calls a minute of the account; -1 unknown
	RateRemain int       // what is left of them this minute; -1 unknown
	Quota      *Quota    // nil when the answer tells none
}

// Quota is what an answer tells of the allowance that a message was taken from. No answer tells a price.
// Source: Zalo OA documents, answers of the message calls, read 2026-11-21; Zalo has announced to leave it out of
// consultation messages since 2026-03-01, so nothing may rest on it.
type Quota struct {
	Type      string // reply (the free 48 hours), sub_quota (in the package), purchase_quota, reward_quota; empty for templates
	Remain    int    // messages left; -1 unknown
	Total     int    // messages in all; -1 unknown
	Expires   string // as Zalo writes it
	OwnerType string // OA or App
	OwnerID   string
}

// UnmarshalJSON takes both forms: that of consultation messages, and {"dailyQuota","remainingQuota"} of templates.
func (q *Quota) UnmarshalJSON(data []byte) error {
	var form struct {
		Type           string `json:"quota_type"`
		Remain         *Int   `json:"remain"`
		Total          *Int   `json:"total"`
		Expires        string `json:"expired_date"`
		OwnerType      string `json:"owner_type"`
		OwnerID        ID     `json:"owner_id"`
		DailyQuota     *Int   `json:"dailyQuota"`
		RemainingQuota *Int   `json:"remainingQuota"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	*q = Quota{
		Type: form.Type, Remain: numberOr(-1, form.Remain, form.RemainingQuota), Total: numberOr(-1, form.Total, form.DailyQuota),
		Expires: form.Expires, OwnerType: form.OwnerType, OwnerID: string(form.OwnerID),
	}
	return nil
}

// numberOr is the first number that is given, else n.
func numberOr(n int, numbers ...*Int) int {
	for _, given := range numbers {
		if given != nil {
			return int(*given)
		}
	}
	return n
}

// send makes a message call and reads its receipt. An accepted message stays accepted, also when the rest of the answer
// cannot be read.
func (c *Client) send(ctx context.Context, accessToken, doing, path string, body []byte) (Sent, error) {
	req, err := c.post(ctx, path, body)
	if err != nil {
		return Sent{}, fmt.Errorf("%s: %w", doing, err)
	}
	var data struct {
		MessageID ID              `json:"message_id"`
		UserID    ID              `json:"user_id"`
		GroupID   ID              `json:"group_id"`
		SentTime  Int             `json:"sent_time"`
		Quota     json.RawMessage `json:"quota"`
	}
	header, err := c.call(req, accessToken, doing, &data)
	if header == nil && err != nil {
		return Sent{}, err
	}
	sent := Sent{
		MessageID: string(data.MessageID), UserID: string(data.UserID), GroupID: string(data.GroupID), Quota: quotaOf(data.Quota),
		RateLimit: headerInt(header, "X-RateLimit-Limit"), RateRemain: headerInt(header, "X-RateLimit-Remain"),
	}
	if data.SentTime > 0 {
		sent.SentTime = time.UnixMilli(int64(data.SentTime)).UTC()
	}
	return sent, nil
}

// quotaOf is the quota of an answer, nil when there is none that can be read.
func quotaOf(text json.RawMessage) *Quota {
	var q *Quota
	if len(text) == 0 || json.Unmarshal(text, &q) != nil {
		return nil
	}
	return q
}

func headerInt(h http.Header, name string) int {
	n, err := strconv.Atoi(h.Get(name))
	if err != nil {
		return -1
	}
	return n
}
