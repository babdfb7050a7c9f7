package bot

import (
	"errors"
	"strings"

	"github.com/loalang/loalang/zalo"
)

// sendsPicture tells whether a picture, or something else that is no text, comes while something is composed.
func (t *turn) sendsPicture() bool {
	if t.operator == nil || !t.session.composing() {
		return false
	}
	switch t.event.Name {
	case zalo.EventUserSendImage, zalo.EventUserSendGIF, zalo.EventUserSendVideo, zalo.EventUserSendFile, zalo.EventUserSendAudio, zalo.EventUserSendSticker:
		return true
	}
	return false
}

// takePicture lets a picture go with what is composed, by the link under which Zalo keeps it. A later one takes its place.
func (t *turn) takePicture() {
	t.operated = true
	link := ""
	if t.event.Name == zalo.EventUserSendImage && len(t.event.Attachments) > 0 {
		link = secure(t.event.Attachments[0].URL)
	}
	if link == "" {
		t.prompt(textNoPicture)
		return
	}
	var wrong *AttachmentError
	if errors.As(checkLink(link), &wrong) {
		t.prompt(wrong.Screen())
		return
	}
	t.changePicture(link, textPictureKept)
}

// secure is the link by https: Zalo's events name pictures by http, and its hosts answer to both.
// Source: events of user_send_image, as public projects have recorded them, read 2026-11-21.
func secure(link string) string {
	if rest, plainly := strings.CutPrefix(link, "http://"); plainly {
		return "https://" + rest
	}
	return link
}

// changePicture changes what was shown, if anything was.
func (t *turn) changePicture(link, lead string) {
	s := t.session
	s.Picture = link
	if s.Step == StepPreview || s.Step == StepConfirm {
		s.back(StepPreview)
	}
	t.prompt(lead)
}
