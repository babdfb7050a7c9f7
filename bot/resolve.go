package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

// askAgain is when the witnesses of an unsure delivery are asked again after the first, second and third time.
var askAgain = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute}

const (
	// conversationPage is how many messages Zalo gives at most in one read of a conversation.
	// Source: Zalo OA documents, conversation: a count above 10 answers -210, read 2026-11-21.
	conversationPage = 10
	// conversationPages is how far back a conversation is read for one message.
	conversationPages = 10
	// clockSkew is how far Zalo's clock and ours may differ.
	clockSkew = 5 * time.Second
	// askTimeout bounds asking about one delivery, waiting for the caps included.
	askTimeout = time.Minute
)

// resolve asks Zalo's conversation what became of unsure deliveries. It is called when no delivery waits for the cap.
func (s *session) resolve(now time.Time) (asked bool, err error) {
	free := min(maxResolving-s.resolving, maxInFlight-len(s.busy))
	if free <= 0 || len(s.busy)+len(s.queue) > 0 && time.Since(s.doubtAt) < doubtLook {
		return false, nil
	}
	s.doubtAt = time.Now()
	var unsure []Unsure
	err = s.commit(func(c context.Context) (err error) {
		unsure, err = s.store.UnsureDeliveries(c, s.lease.OAID, now, free)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("find unsure deliveries: %w", err)
	}
	for _, u := range unsure {
		if s.busy[u.Delivery.UserID] || s.aloft[u.Delivery.ID] {
			continue
		}
		s.busy[u.Delivery.UserID], s.aloft[u.Delivery.ID] = true, true
		s.resolving++
		asked = true
		account := s.account
		go func() { s.results <- s.ask(u, account) }()
	}
	return asked, nil
}

// ask reads the resident's conversation back to before the attempt and says what it shows. A stop breaks it off.
func (s *session) ask(u Unsure, account OfficialAccount) AttemptResult {
	ctx, cancel := context.WithTimeout(s.stop, askTimeout)
	defer cancel()
	r := AttemptResult{
		Attempt: u.Attempt, State: DeliveryUnsure, Part: u.Attempt.Part, Failures: u.Delivery.Failures,
		Code: u.Delivery.Code, Reason: u.Delivery.Reason, Asked: u.Asked + 1, asked: true,
	}
	if u.Delivery.Post || u.Delivery.Channel == plan.ChannelTemplate || u.ofFile() { // no conversation shows those: only their echo can tell
		r.At = s.now()
		if u.Asked < len(askAgain) {
			r.NotBefore = r.At.Add(askAgain[u.Asked])
		}
		return r
	}
	u.Attempt.picture = u.Delivery.Message.hasPicture() && u.Attempt.Part == 0
	caps := Caps{OA: account.CallsPerMinute, App: s.appCap}
	msgID, complete, err := s.searchConversation(ctx, u.Attempt, account.Token.Access, caps)
	r.At = s.now()
	switch {
	case err == nil && msgID != "":
		r.NotBefore = r.At // of the next part
		r.accept(u.Delivery.Parts, msgID)
	case err == nil && complete:
		r.State, r.NotBefore, r.NotSent = DeliveryPlanned, r.At, true
	case err != nil && s.stop.Err() != nil: // the next holder asks
		r.Asked, r.NotBefore = u.Asked, r.At
	default:
		r.learnFrom(err, u, account)
		if u.Asked < len(askAgain) {
			r.NotBefore = r.At.Add(askAgain[u.Asked])
		}
		s.log.Warn("delivery stays unsure", "oa_id", u.Attempt.OAID, "delivery_id", u.Attempt.DeliveryID,
			"asked", r.Asked, "error", err)
	}
	return r
}

// ofFile tells whether it is the file that may have gone: a conversation shows nothing of one.
func (u Unsure) ofFile() bool {
	f := u.Delivery.Message.File
	return f != nil && u.Attempt.TextKey == fileKey(f.Checksum)
}

// learnFrom takes what a failed reading says of the whole account: a token or a cap that stops sending as well.
func (r *AttemptResult) learnFrom(err error, u Unsure, account OfficialAccount) {
	if err == nil {
		return
	}
	v := judge(call{delivery: u.Delivery, attempt: u.Attempt, account: account}, zalo.Message{}, zalo.Sent{}, err, r.At)
	if v.lesson == lessonToken || v.lesson == lessonRateOA || v.lesson == lessonRateApp {
		r.lesson, r.tokenVersion = v.lesson, v.tokenVersion
	}
}

// searchConversation looks for the message of an attempt that no other delivery is known by. complete says that the
// reading reached back to before the attempt, so that a message not found was never delivered.
func (s *session) searchConversation(ctx context.Context, a Attempt, token string, caps Caps) (msgID string, complete bool, err error) {
	since := a.StartedAt.Add(-clockSkew)
	for page := range conversationPages {
		if err := s.waitForCall(ctx, caps); err != nil {
			return "", false, err
		}
		messages, err := s.sender.Conversation(ctx, token, a.UserID, page*conversationPage, conversationPage)
		if err != nil {
			return "", false, fmt.Errorf("read conversation: %w", err)
		}
		found, nameless, err := s.unclaimed(ctx, a, messages, since)
		if err != nil || nameless || found != "" {
			return found, false, err
		}
		if len(messages) < conversationPage || messages[len(messages)-1].Time.Before(since) {
			return "", true, nil
		}
	}
	return "", false, nil
}

// unclaimed is the id of a message of ours with the attempt's text, not older than since, that is not another's.
// nameless says that there is such a message without an id: nobody knows then whose it is.
func (s *session) unclaimed(ctx context.Context, a Attempt, messages []zalo.ConversationMessage, since time.Time) (msgID string, nameless bool, err error) {
	var ids []string
	for i := len(messages) - 1; i >= 0; i-- { // the oldest first: answers went out in order
		m := messages[i]
		if a.picture && m.FromOA && m.Type == "photo" && m.Text == "" && !m.Time.Before(since) {
			nameless = true // whether Zalo shows the text of a picture there is not documented
		}
		if !m.FromOA || m.Time.Before(since) || TextKey(m.Text) != a.TextKey {
			continue
		}
		if m.MessageID == "" {
			nameless = true
			continue
		}
		ids = append(ids, m.MessageID)
	}
	if len(ids) == 0 {
		return "", nameless, nil
	}
	claimed, err := s.store.ClaimedMessages(ctx, a.OAID, a.UserID, ids)
	if err != nil {
		return "", nameless, fmt.Errorf("look up message ids: %w", err)
	}
	for _, id := range ids {
		if !claimed[id] {
			return id, nameless, nil
		}
	}
	return "", nameless, nil
}

// waitForCall waits until the caps grant a call.
func (s *session) waitForCall(ctx context.Context, caps Caps) error {
	for {
		wait, err := s.limiter.Take(ctx, s.lease.OAID, caps, CallForHaste)
		if err != nil {
			return fmt.Errorf("ask for the cap: %w", err)
		}
		if wait == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
