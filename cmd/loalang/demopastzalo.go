package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo"
)

// demoPastZalo is Zalo in the demo's past: it takes messages, but not to those who refuse them.
type demoPastZalo struct {
	now     func() time.Time
	refuses map[string]int // Zalo's errors by user

	mu   sync.Mutex
	n    int
	took []zalo.Sent // that no receipt was asked for yet
}

// SendConsultation implements bot.Sender.
func (z *demoPastZalo) SendConsultation(_ context.Context, _ string, _ zalo.Endpoint, userID string, _ zalo.Message) (zalo.Sent, error) {
	if code := z.refuses[userID]; code != 0 {
		return zalo.Sent{}, &zalo.Error{Code: code, Message: "the resident refuses messages"}
	}
	sent := z.take(zalo.Sent{UserID: userID})
	z.mu.Lock()
	defer z.mu.Unlock()
	z.took = append(z.took, sent)
	return sent, nil
}

// SendGroup implements bot.Sender.
func (z *demoPastZalo) SendGroup(_ context.Context, _, groupID string, _ zalo.Message) (zalo.Sent, error) {
	return z.take(zalo.Sent{GroupID: groupID}), nil
}

// SendTemplate implements bot.Sender.
func (z *demoPastZalo) SendTemplate(context.Context, string, string, zalo.Template) (zalo.Sent, error) {
	return zalo.Sent{}, errors.New("the demo has no templates")
}

// Conversation implements bot.Sender.
func (z *demoPastZalo) Conversation(context.Context, string, string, int, int) ([]zalo.ConversationMessage, error) {
	return nil, nil
}

// Timeout implements bot.Sender.
func (z *demoPastZalo) Timeout() time.Duration { return 5 * time.Second }

func (z *demoPastZalo) take(sent zalo.Sent) zalo.Sent {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.n++
	sent.MessageID, sent.SentTime, sent.RateLimit, sent.RateRemain = fmt.Sprintf("past-%d-%d", z.now().Unix(), z.n), z.now(), -1, -1
	return sent
}

// receipts are the events of what was taken since: seven of ten messages are read, two more arrive, and one stays on the way
// to a phone that is off. Who it is goes by the user, so that the same people read.
func (z *demoPastZalo) receipts() ([]zalo.Event, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	var events []zalo.Event
	for n, sent := range z.took {
		name := zalo.EventUserSeenMessage
		at := sent.SentTime.Add(time.Duration(1+n*n%90) * time.Minute)
		switch sent.UserID[len(sent.UserID)-1] {
		case '3':
			continue
		case '6', '9':
			name = zalo.EventUserReceivedMessage
		}
		raw, err := json.Marshal(map[string]any{
			"app_id": demoAppID, "event_name": name, "sender": map[string]string{"id": demoOAID}, "recipient": map[string]string{"id": sent.UserID},
			"message": map[string]any{"msg_id": sent.MessageID, "msg_ids": []string{sent.MessageID}}, "timestamp": strconv.FormatInt(at.UnixMilli(), 10),
		})
		if err != nil {
			return nil, err
		}
		ev, err := zalo.ParseEvent(raw)
		if err != nil {
			return nil, err
		}
		events = append(events, ev)
	}
	z.took = nil
	return events, nil
}

var _ bot.Sender = (*demoPastZalo)(nil)

// UploadImage implements bot.Sender. Nothing of the past had a picture.
func (*demoPastZalo) UploadImage(context.Context, string, string, io.Reader) (string, error) {
	return "", errors.ErrUnsupported
}

// UploadFile implements bot.Sender. Nothing of the past had a file.
func (*demoPastZalo) UploadFile(context.Context, string, string, io.Reader) (string, error) {
	return "", errors.ErrUnsupported
}
