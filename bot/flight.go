package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

// launch is a commit on its way: of calls as sending, and of the results that have come.
type launch struct {
	calls   []*call
	results []AttemptResult
	done    chan struct{}
	started []Attempt // once it is done: those that were still planned
	err     error     // once it is done
}

// launch begins to commit deliveries as sending, if any, together with the results that have come. Their calls leave once that
// is done; meanwhile others leave and come back.
func (s *session) launch(going []departure) {
	now := s.now()
	deadline := now.Add(s.sender.Timeout())
	if s.flying+len(going) > maxInFlight {
		deadline = deadline.Add(readyFor)
	}
	l := &launch{calls: make([]*call, len(going)), results: s.takeRoutine(), done: make(chan struct{})}
	attempts := make([]Attempt, len(going))
	for i, del := range going {
		texts, parts := s.partsOf(del.Delivery), s.lengthOf(del.Delivery)
		if del.charge.Channel == plan.ChannelTemplate { // one message, whatever the text; what its echo shows is Zalo's secret
			texts, parts = []string{"template " + del.template.ID}, 1
		}
		part := min(del.Part, parts-1)
		var key string
		if part < len(texts) {
			key = s.keyOf(del.Delivery, texts[part])
		} else {
			key = fileKey(del.Message.File.Checksum)
		}
		attempts[i] = Attempt{
			DeliveryID: del.ID, OAID: del.OAID, UserID: del.UserID, Part: part, Parts: parts,
			TextKey: key, StartedAt: now, Deadline: deadline,
			Charge: del.charge,
		}
		l.calls[i] = &call{
			delivery: del.Delivery, template: del.template, attempt: attempts[i], texts: texts, account: s.account,
			imageID: s.uploadID(del.Message.Image), fileToken: s.uploadID(del.Message.File),
		}
		attempts[i].Lack = l.calls[i].lack()
		s.hold(attempts[i])
	}
	s.rising, s.landings = l, 0
	lease := s.lease
	go func() {
		defer close(l.done)
		l.err = s.once(func(c context.Context) (err error) {
			l.started, err = s.store.ExchangeAttempts(c, lease, l.results, attempts)
			return err
		})
	}()
}

// risen is where the launch under way says that it is done.
func (s *session) risen() <-chan struct{} {
	if s.rising == nil {
		return nil
	}
	return s.rising.done
}

// settle waits for the launch under way, before anything else is committed.
func (s *session) settle() error {
	if s.rising == nil {
		return nil
	}
	<-s.rising.done
	return s.liftOff()
}

// liftOff makes the calls of a launch that is done ready.
func (s *session) liftOff() error {
	l := s.rising
	s.rising = nil
	s.target = min(max(3*s.landings, minReady), maxReady)
	if err := l.err; err != nil {
		if len(l.results) > 0 { // they may be saved twice, but not lost
			err = errors.Join(err, s.finish(l.results))
		}
		return fmt.Errorf("start attempts: %w", err)
	}
	s.committed(l.results)
	started := make(map[int64]Attempt, len(l.started))
	for _, a := range l.started {
		started[a.DeliveryID] = a
	}
	for _, c := range l.calls {
		a, goes := started[c.delivery.ID]
		if !goes {
			s.free(c.attempt)
			delete(s.aloft, c.delivery.ID)
			s.purse = nil // it has paid for what does not go
			continue
		}
		c.attempt = a
		s.launched[a.Launch]++
		s.ready = append(s.ready, c)
	}
	slices.SortStableFunc(s.ready, func(a, b *call) int { return cmp.Compare(a.delivery.Urgency, b.delivery.Urgency) })
	return nil
}

// hold keeps the recipient of an attempt from getting another call, and its delivery from being read again.
func (s *session) hold(a Attempt) {
	s.busy[a.UserID], s.aloft[a.DeliveryID] = true, true
	if a.Charge.costs() {
		s.paying++
	}
}

// depart lets as many calls that are ready leave as may be on their way.
func (s *session) depart() {
	for len(s.ready) > 0 && s.flying+s.resolving < maxInFlight && s.lease.Outlives(s.sender.Timeout()) {
		call := s.ready[0]
		s.ready = s.ready[1:]
		s.flying++
		go func() { s.results <- s.send(call) }()
	}
}

// waitedTooLong tells, once in a while, whether one of the calls that are ready was committed too long ago.
func (s *session) waitedTooLong(now time.Time) bool {
	if time.Since(s.readyAt) < idleLook/2 {
		return false
	}
	s.readyAt = time.Now()
	return slices.ContainsFunc(s.ready, func(c *call) bool { return now.Sub(c.attempt.StartedAt) > readyFor })
}

// giveBack are results that say that the calls that are ready have not left and do not.
func (s *session) giveBack() []AttemptResult {
	now := s.now()
	results := make([]AttemptResult, len(s.ready))
	for i, c := range s.ready {
		d := c.delivery
		results[i] = AttemptResult{
			Attempt: c.attempt, State: DeliveryPlanned, Part: c.attempt.Part, Failures: d.Failures, Code: d.Code, Reason: d.Reason,
			NotBefore: now, At: now, NotSent: true, Last: s.back(c.attempt),
		}
		s.free(c.attempt)
	}
	s.ready = nil
	return results
}

// call is one request on its way, with the account as it was when it left.
type call struct {
	delivery Delivery
	template Template // with plan.ChannelTemplate
	attempt  Attempt
	texts    []string
	account  OfficialAccount
	// What Zalo knows the attachments by; empty = they do not go.
	imageID, fileToken string
}

// textOnly tells whether the call goes without buttons: because the account's are refused, or this delivery's were.
func (c call) textOnly() bool {
	return c.account.TextOnly || c.delivery.Reason == zalo.KindFormat.String()
}

// withPicture tells whether the call goes with a picture: with the first part, unless Zalo has refused it so.
func (c call) withPicture() bool {
	return (c.delivery.Message.Picture != "" || c.imageID != "") && c.attempt.Part == 0 && c.delivery.Reason != zalo.KindFormat.String()
}

// ofFile tells whether the call sends the file, after the texts.
func (c call) ofFile() bool { return c.attempt.Part >= len(c.texts) }

// lack is what the delivery goes without by this call.
func (c call) lack() Lack {
	m := c.delivery.Message
	if c.attempt.Charge.Channel == plan.ChannelTemplate {
		return Lack{Picture: m.hasPicture(), File: m.File != nil}
	}
	return Lack{Picture: m.hasPicture() && !c.withPicture(), File: m.File != nil && c.attempt.Parts == len(c.texts)}
}

// message is what the call sends.
func (c call) message() zalo.Message {
	if c.ofFile() {
		return zalo.Message{FileToken: c.fileToken}
	}
	m := c.delivery.Message.zaloMessage(c.texts, c.attempt.Part, c.textOnly())
	if c.withPicture() {
		m.Image = &zalo.Image{URL: c.delivery.Message.Picture, AttachmentID: c.imageID}
	}
	return m
}

// used is the attachment that goes with the call, and what Zalo knows it by; nil = none of ours.
func (c call) used() (*Attachment, string) {
	if c.ofFile() {
		return c.delivery.Message.File, c.fileToken
	}
	return c.delivery.Message.Image, c.imageID
}

func (s *session) send(c *call) AttemptResult {
	ctx, cancel := context.WithTimeout(s.save, s.sender.Timeout())
	defer cancel()
	token, to := c.account.Token.Access, c.delivery.UserID
	m := c.message()
	var sent zalo.Sent
	var err error
	switch c.attempt.Charge.Channel {
	case plan.ChannelGroup:
		m.Buttons = nil
		sent, err = s.sender.SendGroup(ctx, token, to, m)
	case plan.ChannelTemplate:
		m.Buttons = nil
		text := c.delivery.Message.in(c.delivery.Errand.Resident.Language).fullText()
		sent, err = s.sender.SendTemplate(ctx, token, to, c.template.fill(c.account, c.delivery.Errand.Resident, text, s.now()))
	default:
		sent, err = s.sender.SendConsultation(ctx, token, c.account.Endpoint, to, m)
	}
	r := judge(*c, m, sent, err, s.now())
	if err != nil {
		s.log.Warn("send", "oa_id", c.delivery.OAID, "delivery_id", c.delivery.ID, "kind", zalo.KindOf(err),
			"code", r.Code, "state", r.State, "error", err)
	}
	return r
}

// landed frees the recipient of a result.
func (s *session) landed(r *AttemptResult) {
	if r.asked {
		s.resolving--
		delete(s.busy, r.Attempt.UserID)
		return
	}
	s.flying--
	s.landings++
	s.free(r.Attempt)
	r.Last = s.back(r.Attempt)
}

// back counts a result, and tells whether it is the last of its launch.
func (s *session) back(a Attempt) bool {
	s.launched[a.Launch]--
	if s.launched[a.Launch] > 0 {
		return false
	}
	delete(s.launched, a.Launch)
	return true
}

// free lets the recipient of an attempt get the next one.
func (s *session) free(a Attempt) {
	delete(s.busy, a.UserID)
	if a.Charge.costs() {
		s.paying--
	}
}

// record takes a result together with all others that are there, and learns from them. When they teach nothing and more
// is to be sent, they are committed with the next calls: one commit instead of two.
func (s *session) record(first AttemptResult) error {
	results := []AttemptResult{first}
	for more := true; more; {
		select {
		case r := <-s.results:
			results = append(results, r)
		default:
			more = false
		}
	}
	for i := range results {
		s.landed(&results[i])
	}
	if slices.ContainsFunc(results, s.teaches) {
		if err := s.settle(); err != nil {
			return errors.Join(err, s.finish(results))
		}
		return s.finish(slices.Concat(s.takeRoutine(), results, s.giveBack()))
	}
	s.depart()
	if s.rising == nil && (len(s.queue)+len(s.ready) == 0 || s.stop.Err() != nil) {
		return s.finish(append(s.takeRoutine(), results...))
	}
	if len(s.routine) == 0 {
		s.routineAt = time.Now()
	}
	s.routine = append(s.routine, results...)
	return nil
}

// teaches tells whether a result changes what may go next.
func (s *session) teaches(r AttemptResult) bool {
	return r.lesson != lessonHealthy || s.account.Fault != "" || r.State != DeliveryAccepted
}

// takeRoutine hands over the results that wait for a commit.
func (s *session) takeRoutine() []AttemptResult {
	results := s.routine
	s.routine = nil
	return results
}

// finish commits results, and learns from them.
func (s *session) finish(results []AttemptResult) error {
	err := s.commit(func(c context.Context) error { return s.store.FinishAttempts(c, s.lease, results) })
	if err != nil {
		return fmt.Errorf("finish attempts: %w", err)
	}
	s.committed(results)
	for _, r := range results {
		s.refund(r)
		if err := s.learn(r); err != nil {
			return err
		}
	}
	return nil
}

// committed counts results that the ledger has, and lets their deliveries be read again.
func (s *session) committed(results []AttemptResult) {
	for _, r := range results {
		s.observe.Delivered(r.State, r.Code)
		delete(s.aloft, r.Attempt.DeliveryID)
	}
}
