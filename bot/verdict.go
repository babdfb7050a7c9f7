package bot

import (
	"errors"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

// lesson is what one result means for the whole account.
type lesson int

const (
	lessonNone    lesson = iota
	lessonHealthy        // Zalo accepted a message
	lessonToken          // the access token was refused
	lessonTextOnly
	lessonUseV2
	lessonUseV3
	lessonNoEndpoint // Zalo sends the account to where it refuses it
	lessonRateOA
	lessonRateApp
	lessonTemplate // the template is refused, whoever it is for
	lessonUpload   // the upload that went with it is dead
	lessonFault    // the account is set up wrongly: nothing will go until a person repairs it
)

// How long a planned delivery waits when its account, not the message, is the trouble. It may wait until it expires.
const (
	waitForSetup = 5 * time.Minute
	waitForQuota = 30 * time.Minute
	waitForLater = time.Minute
	waitForDay   = 5 * time.Minute // Zalo says night when we say day: its clock is not ours
)

// WitnessPatience is how long after a call's deadline a message may still turn up at Zalo.
const WitnessPatience = 10 * time.Second

// judge says what the answer to one call makes of its delivery.
func judge(c call, m zalo.Message, sent zalo.Sent, err error, now time.Time) AttemptResult {
	r := AttemptResult{
		Attempt: c.attempt, State: DeliveryPlanned, Part: c.attempt.Part, Failures: c.delivery.Failures + 1,
		NotBefore: now, At: now, tokenVersion: c.account.Token.Version,
	}
	if err == nil {
		r.accept(c.attempt.Parts, sent.MessageID)
		r.lesson = lessonHealthy
		if c.textOnly() && !c.account.TextOnly && !c.delivery.Message.hasPicture() { // what was refused with buttons went without
			r.lesson = lessonTextOnly
		}
		return r
	}
	kind := zalo.KindOf(err)
	r.Reason = kind.String()
	var refusal *zalo.Error
	if errors.As(err, &refusal) {
		r.Code = refusal.Code
	}
	switch c.attempt.Charge.Channel {
	case plan.ChannelGroup:
		if oneWayOnly(kind) { // the members are sent to one by one instead
			r.State = c.refused()
			return r
		}
	case plan.ChannelTemplate:
		if oneWayOnly(kind) || kind == zalo.KindTemplate || kind == zalo.KindFormat { // what else may go is decided anew
			r.lesson, r.template = lessonTemplate, c.template
			return r
		}
	}
	switch kind {
	case zalo.KindUnsure:
		r.State, r.NotBefore = DeliveryUnsure, c.attempt.Deadline.Add(WitnessPatience)
	case zalo.KindUnreachable:
		r.NotBefore = now.Add(Backoff(r.Failures))
	case zalo.KindRate:
		r.Failures = c.delivery.Failures // the cap's fault, not the message's
		r.lesson = lessonRateOA
		if refusal != nil && refusal.AppWide() {
			r.lesson = lessonRateApp
		}
	case zalo.KindLater:
		r.NotBefore = now.Add(waitForLater)
	case zalo.KindNight:
		r.NotBefore = endOfNight(now)
	case zalo.KindToken:
		r.lesson = lessonToken
		if now.Sub(c.account.Token.ObtainedAt) < time.Minute { // fresh and refused: another refresh would not help
			r.lesson, r.NotBefore = lessonFault, now.Add(waitForSetup)
		}
	case zalo.KindQuota:
		r.NotBefore = now.Add(waitForQuota)
	case zalo.KindConfig, zalo.KindBilling, zalo.KindConsent:
		r.lesson, r.NotBefore = lessonFault, now.Add(waitForSetup)
	case zalo.KindEndpointV2:
		r.follow(c, lessonUseV2, zalo.EndpointV2)
	case zalo.KindEndpointV3:
		r.follow(c, lessonUseV3, zalo.EndpointV3)
	case zalo.KindUpload:
		of, id := c.used()
		switch {
		case of == nil && m.Image == nil: // nothing went with it
			r.State = DeliveryRefused
		case of == nil: // a link: the text goes once more without it
			r.Reason = zalo.KindFormat.String()
		case c.delivery.Reason == r.Reason && !c.ofFile(): // a new upload was as dead as the old one
			r.Reason = zalo.KindFormat.String()
		default:
			r.lesson, r.upload, r.uploadID = lessonUpload, *of, id
		}
	case zalo.KindFormat:
		if len(m.Buttons) == 0 && m.Image == nil {
			r.State = DeliveryRefused
		} // else it goes once more as text alone, which tells whether the buttons or the picture were at fault
	default: // the window, the recipient, or the message itself: no later call will change it
		r.State = DeliveryRefused
	}
	if r.State == DeliveryRefused {
		r.State = c.refused()
	}
	return r
}

// refused is what a delivery is whose call Zalo refuses for good. When that was the file's, the text has gone.
func (c call) refused() DeliveryState {
	if c.ofFile() {
		return DeliveryAccepted
	}
	return DeliveryRefused
}

// oneWayOnly tells whether a refusal concerns the way that was tried, and not all that the account sends.
func oneWayOnly(kind zalo.Kind) bool {
	return kind == zalo.KindConfig || kind == zalo.KindEndpointV2 || kind == zalo.KindEndpointV3
}

// accept counts the part as sent; the delivery is accepted with its last.
func (r *AttemptResult) accept(parts int, msgID string) {
	r.MsgID, r.Failures, r.Code, r.Reason = msgID, 0, 0, ""
	r.Part = r.Attempt.Part + 1
	r.State = DeliveryPlanned
	if r.Part >= parts {
		r.State = DeliveryAccepted
	}
}

// follow goes to the endpoint that Zalo names. Whoever is sent back to where he was told to leave waits for a person.
func (r *AttemptResult) follow(c call, l lesson, to zalo.Endpoint) {
	r.lesson = l
	if c.account.Endpoint == to || c.account.EndpointPinned {
		r.lesson, r.NotBefore = lessonNoEndpoint, r.At.Add(waitForSetup)
	}
}

// endOfNight is the end of Zalo's night, 22:00-06:00. By day it is a little later: around six the clocks may differ.
func endOfNight(now time.Time) time.Time {
	morning := time.Date(now.Year(), now.Month(), now.Day(), 6, 0, 0, 0, now.Location())
	switch {
	case now.Before(morning):
		return morning
	case now.Hour() < 22:
		return now.Add(waitForDay)
	}
	return morning.AddDate(0, 0, 1)
}
