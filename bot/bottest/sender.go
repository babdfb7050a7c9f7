package bottest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo"
)

// Answer is what the fake Zalo does with one call to send. The zero Answer accepts the message.
type Answer struct {
	Err       error
	Delivered bool            // the message stands in the chat although the caller gets Err
	Until     <-chan struct{} // answered only when this is closed; nil = at once
}

// heldAtMost ends a held call whose test has failed before it let it go.
const heldAtMost = time.Minute

// Refuse answers with an error code of Zalo's.
func Refuse(code int) Answer {
	return Answer{Err: &zalo.Error{Code: code, Message: "refused by the test"}}
}

// Hide ends the call without an answer: nobody knows whether the message was delivered.
func Hide(delivered bool) Answer {
	return Answer{Err: fmt.Errorf("send: %w", context.DeadlineExceeded), Delivered: delivered}
}

// Call is one call to send.
type Call struct {
	UserID   string
	Token    string
	Endpoint zalo.Endpoint
	Message  zalo.Message
	At       time.Time // by the real clock
}

// Sender is Zalo as the ledger sees it. It accepts what no script is written for, and keeps the chats.
type Sender struct {
	timeout time.Duration
	now     func() time.Time // of the chats

	mu            sync.Mutex
	uploads       []Uploaded
	uploadAnswers []Answer
	next          []Answer
	byUser        map[string][]Answer
	calls         []Call
	chats         map[string][]zalo.ConversationMessage // the oldest first
	conversation  error
	reads         int
	lastID        int
	flying        map[string]int
	inFlight      int
	most          int
	overlapped    bool
	changed       chan struct{}
}

var _ bot.Sender = (*Sender)(nil)

// NewSender returns a Sender whose calls take at most timeout and whose messages are dated by now.
func NewSender(timeout time.Duration, now func() time.Time) *Sender {
	return &Sender{
		timeout: timeout, now: now, byUser: make(map[string][]Answer), chats: make(map[string][]zalo.ConversationMessage),
		flying: make(map[string]int), changed: make(chan struct{}),
	}
}

// Then scripts the answers of the next calls, whoever they are to.
func (s *Sender) Then(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, answers...)
}

// To scripts the answers of the next calls to one recipient. They come before those of Then.
func (s *Sender) To(userID string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byUser[userID] = append(s.byUser[userID], answers...)
}

// SendConsultation implements bot.Sender.
func (s *Sender) SendConsultation(_ context.Context, token string, ep zalo.Endpoint, userID string, m zalo.Message) (zalo.Sent, error) {
	a := s.begin(Call{UserID: userID, Token: token, Endpoint: ep, Message: m, At: time.Now()})
	if a.Until != nil {
		select {
		case <-a.Until: // not the call's own time-out: a busy machine must not decide how a test ends
		case <-time.After(heldAtMost):
			a.Err = context.DeadlineExceeded
		}
	}
	return s.end(userID, m, a)
}

func (s *Sender) begin(c Call) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.inFlight++
	s.most = max(s.most, s.inFlight)
	s.flying[c.UserID]++
	s.overlapped = s.overlapped || s.flying[c.UserID] > 1
	close(s.changed)
	s.changed = make(chan struct{})
	if own := s.byUser[c.UserID]; len(own) > 0 {
		s.byUser[c.UserID] = own[1:]
		return own[0]
	}
	if len(s.next) > 0 {
		a := s.next[0]
		s.next = s.next[1:]
		return a
	}
	return Answer{}
}

func (s *Sender) end(userID string, m zalo.Message, a Answer) (zalo.Sent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	s.flying[userID]--
	id := ""
	if a.Err == nil || a.Delivered {
		s.lastID++
		id = fmt.Sprint("z", s.lastID)
		s.chats[userID] = append(s.chats[userID], zalo.ConversationMessage{
			FromOA: true, Time: s.now(), Type: "text", Text: m.Text, MessageID: id,
		})
	}
	if a.Err != nil {
		return zalo.Sent{}, a.Err
	}
	return zalo.Sent{MessageID: id, UserID: userID}, nil
}

// SendGroup implements bot.Sender. The post is a call to the group.
func (s *Sender) SendGroup(ctx context.Context, token, groupID string, m zalo.Message) (zalo.Sent, error) {
	return s.SendConsultation(ctx, token, "", groupID, m)
}

// SendTemplate implements bot.Sender. What it shows on the phone is its data, by the parameters' names.
func (s *Sender) SendTemplate(ctx context.Context, token, userID string, t zalo.Template) (zalo.Sent, error) {
	var text []string
	for _, name := range slices.Sorted(maps.Keys(t.Data)) {
		text = append(text, name+": "+t.Data[name])
	}
	return s.SendConsultation(ctx, token, "", userID, zalo.Message{Text: t.ID + " " + strings.Join(text, ", ")})
}

// Uploaded is one call to upload.
type Uploaded struct {
	Name    string
	Content string
	ID      string // empty when it did not go, or has not come back yet
}

// ThenUploads scripts the answers of the next uploads.
func (s *Sender) ThenUploads(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploadAnswers = append(s.uploadAnswers, answers...)
}

// Uploads are the calls to upload so far.
func (s *Sender) Uploads() []Uploaded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.uploads)
}

// UploadImage implements bot.Sender.
func (s *Sender) UploadImage(ctx context.Context, token, name string, r io.Reader) (string, error) {
	return s.UploadFile(ctx, token, name, r)
}

// UploadFile implements bot.Sender.
func (s *Sender) UploadFile(ctx context.Context, _, name string, r io.Reader) (string, error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, i := Answer{}, len(s.uploads)
	s.uploads = append(s.uploads, Uploaded{Name: name, Content: string(content)})
	if len(s.uploadAnswers) > 0 {
		a, s.uploadAnswers = s.uploadAnswers[0], s.uploadAnswers[1:]
	}
	if a.Until != nil {
		s.mu.Unlock()
		select {
		case <-a.Until:
		case <-ctx.Done():
			a.Err = ctx.Err()
		}
		s.mu.Lock()
	}
	if a.Err == nil {
		s.uploads[i].ID = fmt.Sprint("up", i+1)
	}
	return s.uploads[i].ID, a.Err
}

// Conversation implements bot.Sender.
func (s *Sender) Conversation(_ context.Context, _, userID string, offset, count int) ([]zalo.ConversationMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.conversation != nil {
		return nil, s.conversation
	}
	chat := s.chats[userID]
	var list []zalo.ConversationMessage
	for i := len(chat) - 1 - offset; i >= 0 && len(list) < count; i-- {
		list = append(list, chat[i])
	}
	return list, nil
}

// Timeout implements bot.Sender.
func (s *Sender) Timeout() time.Duration { return s.timeout }

// FailConversation makes the conversation unreadable, or readable again with nil.
func (s *Sender) FailConversation(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conversation = err
}

// Chat adds messages to a chat, the oldest first, as if they had been written past the ledger.
func (s *Sender) Chat(userID string, messages ...zalo.ConversationMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chats[userID] = append(s.chats[userID], messages...)
}

// Calls are the calls to send so far.
func (s *Sender) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Texts are the texts of the calls to one recipient, in order.
func (s *Sender) Texts(userID string) []string {
	var texts []string
	for _, c := range s.Calls() {
		if c.UserID == userID {
			texts = append(texts, c.Message.Text)
		}
	}
	return texts
}

// Await returns when there were n calls to send, or with the context's error.
func (s *Sender) Await(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		done, changed := len(s.calls) >= n, s.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Reads is how often a conversation was read.
func (s *Sender) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

// Most is how many calls to send were on their way at once at most; overlapped, whether two of one recipient ever were.
func (s *Sender) Most() (most int, overlapped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most, s.overlapped
}
