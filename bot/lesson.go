package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/loalang/loalang/zalo"
)

// learn does what a result means for the whole account.
func (s *session) learn(r AttemptResult) error {
	oa := s.lease.OAID
	switch r.lesson {
	case lessonNone:
		return nil
	case lessonHealthy:
		if s.account.Fault == "" {
			return nil
		}
		return s.change(func(c context.Context) error { return s.accounts.SetFault(c, oa, "") })
	case lessonToken:
		if r.tokenVersion != s.account.Token.Version || s.account.Token.State != TokenValid {
			return nil // an older pair was refused, or the refresh is asked for already
		}
		return s.staleToken()
	case lessonTextOnly:
		if s.account.TextOnly {
			return nil
		}
		s.log.Info("buttons are refused, choices go as numbers only", "oa_id", oa)
		return s.change(func(c context.Context) error { return s.accounts.SetTextOnly(c, oa) })
	case lessonUseV2:
		return s.switchEndpoint(zalo.EndpointV2)
	case lessonUseV3:
		return s.switchEndpoint(zalo.EndpointV3)
	case lessonRateOA:
		return s.pause(oa)
	case lessonRateApp:
		return s.pause("")
	case lessonTemplate:
		return s.faultTemplate(r)
	case lessonUpload:
		return s.forget(r.upload, r.uploadID)
	case lessonFault:
		return s.showFault(r.Code, fmt.Sprintf("Zalo answers %d: %s", r.Code, zalo.Advice(r.Code)))
	case lessonNoEndpoint:
		return s.showFault(r.Code, faultNoEndpoint)
	}
	return nil
}

// faultTemplate lets a template rest that Zalo refuses, whoever it is for, until a person names it anew.
func (s *session) faultTemplate(r AttemptResult) error {
	t := r.template
	fault := fmt.Sprintf("Zalo answers %d: %s", r.Code, zalo.Advice(r.Code))
	s.log.Error("template is refused", "oa_id", t.OAID, "kind", t.Kind, "code", r.Code, "next_step", fault)
	s.templates = make(map[string]Template)
	if err := s.commit(func(c context.Context) error { return s.accounts.SetTemplateFault(c, t, fault) }); err != nil {
		return fmt.Errorf("keep what is wrong with the template: %w", err)
	}
	return nil
}

// switchEndpoint follows Zalo to the other message endpoint, once.
func (s *session) switchEndpoint(to zalo.Endpoint) error {
	if s.account.Endpoint == to || s.account.EndpointPinned {
		return nil // learned from an earlier call already
	}
	s.log.Info("message endpoint pinned", "oa_id", s.lease.OAID, "endpoint", to)
	return s.change(func(c context.Context) error { return s.accounts.PinEndpoint(c, s.lease.OAID, to) })
}

// faultNoEndpoint is shown for an account that is sent back and forth: it is set up wrongly.
const faultNoEndpoint = "Zalo answers -235 or -240: each message endpoint refuses this account. " +
	"Check the account's type in Zalo's console, then run `loalang oa add` again."

// showFault tells people once why nothing goes for this account.
func (s *session) showFault(code int, fault string) error {
	if s.account.Fault == fault {
		return nil
	}
	s.log.Error("account cannot send", "oa_id", s.lease.OAID, "code", code, "next_step", fault)
	return s.change(func(c context.Context) error { return s.accounts.SetFault(c, s.lease.OAID, fault) })
}

func (s *session) change(do func(context.Context) error) error {
	if err := s.commit(do); err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	return s.reloadAccount()
}

// pause waits for Zalo's next minute.
func (s *session) pause(oaID string) error {
	wait := time.Minute - time.Duration(time.Now().UnixNano())%time.Minute + time.Second
	s.log.Warn("Zalo says too many calls", "oa_id", oaID, "wait", wait)
	if err := s.limiter.Pause(s.save, oaID, wait); err != nil {
		s.log.Warn("pause calls", "oa_id", oaID, "error", err)
	}
	return nil
}
