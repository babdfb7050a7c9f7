package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/loalang/loalang/zalo"
)

const (
	// uploadRest is how long an upload that did not go is left alone.
	uploadRest = 15 * time.Second
	// maxUploadTries is after how many of them in a row messages go without.
	maxUploadTries = 5
	// refusedRest is how long messages then do, and cappedRest how long when the last try came to nothing but a cap.
	refusedRest = time.Hour
	cappedRest  = time.Minute
	// emergencyPatience is how long an emergency waits for the upload of its picture: most take less.
	emergencyPatience = 3 * time.Second
)

// shipment is what a holder of the lane knows of an attachment's upload: the ledger's row, and whether one is on its way.
type shipment struct {
	attachment Attachment
	upload     Upload
	flying     bool
	since      time.Time // when it left, by the village clock
}

// landing is an upload that has come back.
type landing struct {
	attachment   Attachment
	id           string
	err          error
	tokenVersion int64
}

// readiness says whether a message can go with its attachment.
type readiness int

const (
	attachmentReady   readiness = iota
	attachmentRefused           // for now it goes without
	attachmentWaits
)

// shipmentOf is what is known of an attachment's upload.
func (s *session) shipmentOf(a Attachment) (*shipment, error) {
	if known := s.shipments[a.Key()]; known != nil {
		return known, nil
	}
	sh := &shipment{attachment: a}
	err := s.commit(func(c context.Context) (err error) {
		sh.upload, err = s.store.Upload(c, s.lease.OAID, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.shipments[a.Key()] = sh
	return sh, nil
}

// ship says whether an attachment can go, and uploads it when that is due: once, whoever waits for it. wait says how long
// the caps let nothing go.
func (s *session) ship(a Attachment, use CallUse, now time.Time) (r readiness, wait time.Duration, err error) {
	sh, err := s.shipmentOf(a)
	if err != nil {
		return attachmentWaits, 0, err
	}
	switch {
	case sh.flying:
		return attachmentWaits, 0, nil
	case sh.upload.Works(now):
		return attachmentReady, 0, nil
	case sh.upload.refused(now):
		return attachmentRefused, 0, nil
	case now.Before(sh.upload.RetryAt) || stopped(s.stop):
		return attachmentWaits, 0, nil
	}
	if wait = s.take(use); wait > 0 {
		return attachmentWaits, wait, nil
	}
	sh.flying, sh.since = true, now
	s.uploading++
	account := s.account
	go func() { s.uploads <- s.uploadNow(a, account) }()
	return attachmentWaits, 0, nil
}

// stopped tells whether nothing new may begin.
func stopped(stop context.Context) bool { return stop.Err() != nil }

// uploadNow uploads an attachment. A stop breaks it off: twice uploaded harms nobody.
func (s *session) uploadNow(a Attachment, account OfficialAccount) landing {
	l := landing{attachment: a, tokenVersion: account.Token.Version}
	content, err := s.store.AttachmentContent(s.stop, account.OAID, a)
	if err != nil {
		l.err = err
		return l
	}
	send := s.sender.UploadImage
	if papers.types[a.Type] != "" {
		send = s.sender.UploadFile
	}
	l.id, l.err = send(s.stop, account.Token.Access, a.Name, bytes.NewReader(content))
	return l
}

// land keeps what came of an upload, before anything goes with it.
func (s *session) land(l landing) error {
	s.uploading--
	sh := s.shipments[l.attachment.Key()]
	sh.flying = false
	s.readAt = time.Time{} // what was left out may go
	if l.err != nil && stopped(s.stop) {
		return nil // broken off: the next holder uploads
	}
	now := s.now()
	u := Upload{ID: l.id, At: now, RetryAt: now}
	lesson := lessonNone
	if l.err != nil {
		u, lesson = sh.upload.failed(l.err, now)
		s.log.Warn("upload", "oa_id", s.lease.OAID, "hash", l.attachment.Hash, "kind", zalo.KindOf(l.err), "refused", u.Refused, "error", l.err)
	}
	sh.upload = u
	err := s.commit(func(c context.Context) error { return s.store.SaveUpload(c, s.lease.OAID, l.attachment, u) })
	if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	if lesson == lessonNone {
		return nil
	}
	return s.learn(AttemptResult{lesson: lesson, tokenVersion: l.tokenVersion})
}

// failed is what an upload that did not go makes of what was known. A refusal that lasts must not hold the text up, and the
// cap is no fault of the attachment: it counts as a try, but keeps the attachment back for no longer than a cap lasts.
func (u Upload) failed(err error, now time.Time) (Upload, lesson) {
	next := Upload{At: now, Fault: err.Error(), Failures: u.Failures + 1, RetryAt: now.Add(uploadRest)}
	learned, rest := lessonNone, refusedRest
	var refusal *zalo.Error
	if errors.As(err, &refusal) {
		next.Fault = fmt.Sprintf("Zalo answers %d: %s", refusal.Code, zalo.Advice(refusal.Code))
	}
	switch kind := zalo.KindOf(err); kind {
	case zalo.KindToken:
		learned = lessonToken
	case zalo.KindRate:
		learned, rest = lessonRateOA, cappedRest
		if refusal != nil && refusal.AppWide() {
			learned = lessonRateApp
		}
	case zalo.KindUnsure, zalo.KindUnreachable, zalo.KindLater, zalo.KindNight:
	default:
		next.Refused = true
	}
	if next.Failures >= maxUploadTries {
		next.Refused = true
	}
	if next.Refused {
		next.RetryAt = now.Add(rest)
	}
	return next, learned
}

// forget lets an upload be made anew that Zalo knows no more, if it is still the one that went.
func (s *session) forget(a Attachment, id string) error {
	sh, err := s.shipmentOf(a)
	if err != nil || sh.upload.ID != id {
		return err
	}
	s.log.Info("upload has expired", "oa_id", s.lease.OAID, "hash", a.Hash)
	sh.upload = Upload{At: s.now(), RetryAt: s.now()}
	return s.commit(func(c context.Context) error { return s.store.SaveUpload(c, s.lease.OAID, a, sh.upload) })
}

// waiting are the keys of attachments that cannot go yet, and when the first of them is tried again; zero = when one lands.
func (s *session) waiting(now time.Time) (keys []string, retry time.Time) {
	for key, sh := range s.shipments {
		rests := !sh.upload.Works(now) && !sh.upload.Refused && now.Before(sh.upload.RetryAt)
		if sh.flying || rests {
			keys = append(keys, key)
		}
		if rests && (retry.IsZero() || sh.upload.RetryAt.Before(retry)) {
			retry = sh.upload.RetryAt
		}
	}
	return keys, retry
}

// enclose says whether a delivery's next call can leave as far as its attachment goes. done says that nothing of it is left
// but a file that cannot go; the text has.
func (s *session) enclose(d Delivery, now time.Time) (may, done bool, wait time.Duration, err error) {
	m, urgent := d.Message, d.Urgency <= UrgencyEmergency
	switch {
	case m.File != nil && d.Part == len(s.partsOf(d)):
		r, wait, err := s.ship(*m.File, d.Urgency.use(), now)
		spent := d.Reason == zalo.KindUpload.String() && d.Failures > 1 // a new upload was as dead as the old one
		return r == attachmentReady && !spent, r == attachmentRefused || spent, wait, err
	case m.Image != nil && d.Part == 0 && d.Reason != zalo.KindFormat.String():
		r, wait, err := s.ship(*m.Image, d.Urgency.use(), now)
		if r == attachmentWaits && urgent && wait == 0 && err == nil {
			sh := s.shipments[m.Image.Key()]
			if d.Urgency == UrgencyReply || !sh.flying || now.Sub(sh.since) >= emergencyPatience { // a reply waits for none
				return true, false, 0, nil
			}
		}
		return r != attachmentWaits, false, wait, err
	}
	return true, false, 0, nil
}

// lengthOf is how many messages a delivery is: its texts, and the file that goes after them unless it is refused for now.
// What has begun to go without the file ends so, as it was paid for.
func (s *session) lengthOf(d Delivery) int {
	n, f := len(s.partsOf(d)), d.Message.File
	if f == nil {
		return n
	}
	without := d.Lack.File
	if d.Part == 0 {
		sh := s.shipments[f.Key()]
		without = sh != nil && sh.upload.refused(s.now())
	}
	if without && d.Part < n {
		return n
	}
	return n + 1
}

// onlyFileLeft tells whether the text of a delivery has gone and a file is to follow.
func (s *session) onlyFileLeft(d Delivery) bool {
	return d.Message.File != nil && d.Part > 0 && d.Part == len(s.partsOf(d))
}

// uploadID is what Zalo knows an attachment by; empty = it does not go with this call.
func (s *session) uploadID(a *Attachment) string {
	if a == nil {
		return ""
	}
	if sh := s.shipments[a.Key()]; sh != nil && sh.upload.Works(s.now()) {
		return sh.upload.ID
	}
	return ""
}
