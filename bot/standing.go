package bot

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// noticeLetters are what the codes of announcements are made of: nothing that looks or sounds like another (0 and O, 1 and I,
// 2 and Z, 5 and S, 8 and B), so that a code can be read from a phone to a neighbour.
const noticeLetters = "ACDEFGHJKLMNPQRTUVWXY34679"

// noticeLength gives some 300 million codes for each account.
const noticeLength = 6

const (
	maxIssuer = 120 // characters
	maxNumber = 60
)

// textClosing stands below an announcement that an office answers for; textNumber in it when there is a document.
const (
	textClosing = "Đơn vị ra thông báo: %s. %sMã thông báo: %s."
	textNumber  = "Số văn bản: %s. "
)

// newNoticeCode is a code by chance; the store says when it is taken.
func newNoticeCode() string {
	code := make([]byte, noticeLength)
	for i := range code {
		code[i] = pick(noticeLetters)
	}
	return string(code)
}

// Outgoing is what residents read: the text in each of its languages, with who stands behind it below.
func (a Announcement) Outgoing() Message {
	m, closing := a.Message, a.closing()
	if closing == "" {
		return m
	}
	m.Text = strings.TrimSpace(m.Text) + "\n\n" + closing
	m.Others = make(map[string]string, len(a.Message.Others))
	for language, text := range a.Message.Others {
		m.Others[language] = strings.TrimSpace(text) + "\n\n" + closing
	}
	return m
}

// closing says who stands behind an announcement and by what code it can be checked. A text for which nobody has named an
// issuer goes as it was written.
func (a Announcement) closing() string {
	if a.Issuer == "" {
		return ""
	}
	number := ""
	if a.DocumentNumber != "" {
		number = fmt.Sprintf(textNumber, strings.TrimRight(a.DocumentNumber, "."))
	}
	return fmt.Sprintf(textClosing, strings.TrimRight(a.Issuer, "."), number, a.Code)
}

// outdated tells whether nobody needs the announcement any more.
func (a Announcement) outdated(now time.Time) bool {
	return !a.ValidUntil.IsZero() && !now.Before(a.ValidUntil)
}

// checkStanding refuses what cannot stand below an announcement, and a time at which it would be of no use.
func (a Announcement) checkStanding(now time.Time, fault func(string, ...any)) {
	for _, line := range []struct {
		name, text string
		most       int
	}{{"issuer", a.Issuer, maxIssuer}, {"document number", a.DocumentNumber, maxNumber}} {
		if n := utf8.RuneCountInString(line.text); n > line.most {
			fault("its %s has %d characters; at most %d fit", line.name, n, line.most)
		}
		if strings.ContainsAny(line.text, "\r\n") || strings.Contains(line.text, "[@") {
			fault("its %s has to be one line, without a mention", line.name)
		}
	}
	if a.DocumentNumber != "" && a.Issuer == "" {
		fault("it has a document number but no issuer; name the unit or bank whose document it is: --issuer")
	}
	if a.outdated(now) {
		fault("it is valid until %s, which is past: it is %s now", a.ValidUntil.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	if !a.ValidUntil.IsZero() && !a.ScheduledAt.IsZero() && !a.ScheduledAt.Before(a.ValidUntil) {
		fault("it is valid until %s but scheduled for later; correct one of them", a.ValidUntil.Format(time.RFC3339))
	}
}

// checkAttachments refuses a picture that Zalo would not show, and attachments whose bytes nobody has.
func (a Announcement) checkAttachments(fault func(string, ...any)) {
	m := a.Message
	if m.Picture != "" {
		if err := checkLink(m.Picture); err != nil {
			fault("its picture %w", err)
		}
		if m.Image != nil {
			fault("it has two pictures; leave one of them out")
		}
	}
	for _, of := range m.attachments() {
		if !slices.ContainsFunc(a.Enclosures, func(e Enclosure) bool { return e.Attachment == of }) {
			fault("the bytes of %q are missing; attach it anew", of.Name)
		}
	}
}

// checkLink refuses a picture's link that Zalo could not fetch, or would not show: it takes JPEG and PNG of at most 1 MB.
// Source: Zalo OA documents, consultation messages with a picture, read 2026-11-21.
func checkLink(address string) error {
	link, err := url.Parse(address)
	if err != nil || link.Scheme != "https" || link.Host == "" || link.User != nil {
		return &AttachmentError{
			fmt.Sprintf("%q is no link that begins with https://; give a link, or the picture's file", cut(address, 80)),
			"Địa chỉ ảnh phải bắt đầu bằng https://. Anh/chị gửi lại địa chỉ hoặc gửi thẳng ảnh giúp.",
		}
	}
	if !slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(path.Ext(link.Path))) {
		return &AttachmentError{
			fmt.Sprintf("%q is neither .jpg nor .png, and Zalo takes no other; save it as one of them, of at most 1 MB", cut(address, 80)),
			"Zalo chỉ nhận ảnh JPG hoặc PNG, không quá 1 MB. Anh/chị gửi ảnh khác giúp.",
		}
	}
	return nil
}
