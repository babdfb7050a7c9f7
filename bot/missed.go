package bot

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Notice is an announcement that has gone and is still of use.
type Notice struct {
	Announcement
	Sent time.Time // when it first went; of one that goes again and again, when it last did
	Mine bool      // it was planned for the resident who asks
}

// NoticeStore finds what residents have missed.
type NoticeStore interface {
	// OpenNotices are the announcements of a resident's account that went after since and are still of use at now, the
	// latest first: neither cancelled, nor past their time, nor corrected by one that has been sent. At most limit.
	OpenNotices(ctx context.Context, r Resident, since, now time.Time, limit int) ([]Notice, error)
}

const (
	payloadNotice = "#tin " // code of an announcement, or its id

	// noticeHorizon is how old an announcement may be that is told of.
	noticeHorizon = 60 * 24 * time.Hour
	// noticesRead is how many are looked through for those that concern the resident.
	noticesRead = 200
	// noticesTold is how many are offered at once: what stands on the screen of a small phone.
	noticesTold = 4
	// headlineRunes is how much of its first line tells an announcement from the others.
	headlineRunes = 60
)

// missedWords are how residents ask what they missed, folded; what names a matter besides is a question.
var missedWords = regexp.MustCompile(`^(?:(?:toi|minh|em|chau|con|bac|co|chu) )?(?:co )?bo lo(?: (?:tin|thong bao|nhung|mat))*(?: (?:cai )?(?:gi|j))?` + askingEnd +
	`|^(?:hom nay |dao nay |o xa |o thon )?(?:co )?(?:tin tuc|tin|thong bao|gi|j)(?: gi| j)? moi` + askingEnd)

const askingEnd = `(?: (?:khong|ko|k|hong|chua|roi|the|vay|a|nhi|day))*$`

func (t *turn) asksWhatWasMissed() bool { return missedWords.MatchString(t.folded) }

// Takes tells whether the audience, by what is known of a resident alone, takes him. One by needs of households it does not
// know: whom that took, the ledger tells.
func (a Audience) Takes(r Resident, units Units) bool {
	if len(a.Needs) > 0 || slices.Contains(a.WithoutResidents, r.UserID) {
		return false
	}
	if codes, all := a.InUnits(units); !all && !slices.Contains(codes, r.UnitCode) {
		return false
	}
	return anyOf(a.Topics, r.Topics) && anyOf(a.Roles, r.Roles) && a.reads(cmp.Or(r.Language, Vietnamese))
}

// anyOf tells whether one of those that are wanted, when there are any, is there.
func anyOf[T comparable](wanted, have []T) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w T) bool { return slices.Contains(have, w) })
}

func (a Audience) reads(language string) bool {
	return len(a.Languages) == 0 || slices.ContainsFunc(a.Languages, func(tag string) bool {
		return language == tag || strings.HasPrefix(language, tag+"-")
	})
}

// concerns tells whether a notice is for a resident.
func (n Notice) concerns(r Resident, units Units) bool {
	return n.Mine || n.Corrects == "" && n.Audience.Takes(r, units)
}

// key is what a button calls the notice by.
func (n Notice) key() string { return cmp.Or(n.Code, n.ID) }

// choice is the notice as a line of a list: its day, how it begins, and its code.
func (n Notice) choice(r Resident, location *time.Location) Choice {
	text := n.Message.in(r.Language).Text
	if lead := untranslatedLead(text); lead != "" {
		text = strings.TrimPrefix(text, lead)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	title := fmt.Sprintf("%s: %s", n.Sent.In(location).Format("02/01"), cut(first, headlineRunes))
	if n.Urgency == UrgencyEmergency {
		title = textUrgentMark + title
	}
	if n.Code != "" {
		title += " (mã " + n.Code + ")"
	}
	return Choice{Title: title, Payload: payloadNotice + n.key()}
}

// untranslatedLead is the line that says that a text is not in the resident's language, when there is one.
func untranslatedLead(text string) string {
	before, _, _ := strings.Cut(textNoticeNotTranslated, "%s")
	if !strings.HasPrefix(text, before) {
		return ""
	}
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// openNotices are those for the resident, dangers first, then the latest.
func (t *turn) openNotices() ([]Notice, error) {
	if t.notices == nil {
		return nil, nil
	}
	all, err := t.notices.OpenNotices(t.ctx, *t.resident, t.now.Add(-noticeHorizon), t.now, noticesRead)
	if err != nil {
		return nil, err
	}
	mine := slices.DeleteFunc(all, func(n Notice) bool { return !n.concerns(*t.resident, t.units) })
	slices.SortStableFunc(mine, func(a, b Notice) int {
		return cmp.Or(cmp.Compare(a.danger(), b.danger()), b.Sent.Compare(a.Sent))
	})
	return mine, nil
}

// danger is 0 for what is about life and health, else 1.
func (n Notice) danger() int {
	if n.Urgency == UrgencyEmergency {
		return 0
	}
	return 1
}

// sayMissed tells what came since the resident was last seen; when there is nothing, what is still of use.
func (t *turn) sayMissed() {
	open, err := t.openNotices()
	if err != nil {
		t.reason = "notices could not be read: " + err.Error()
		t.say("missed", Message{Text: textMissedTrouble, Choices: []Choice{choiceHandoff}})
		return
	}
	fresh := slices.DeleteFunc(slices.Clone(open), func(n Notice) bool { return !n.Sent.After(t.seenBefore) })
	switch {
	case len(fresh) > 0:
		t.listNotices(fmt.Sprintf(textMissed, t.lastSeen(), len(fresh)), fresh)
	case len(open) > 0:
		t.listNotices(fmt.Sprintf(textMissedNothing, t.lastSeen())+" "+textStillOpen, open)
	default:
		m := plain(textMissedNothing, t.lastSeen())
		if !t.resident.joined() { // who gets none may not know that one can
			m.Choices = []Choice{choiceJoin}
		}
		t.say("missed", m)
	}
}

// listNotices offers a few notices to be read in whole.
func (t *turn) listNotices(lead string, list []Notice) {
	m := Message{Text: lead}
	for _, n := range list[:min(len(list), noticesTold)] {
		m.Choices = append(m.Choices, n.choice(*t.resident, t.now.Location()))
	}
	if more := len(list) - noticesTold; more > 0 {
		m.Text = fmt.Sprintf(textMissedMore, lead, noticesTold, more)
	}
	t.say("missed", m)
}

// lastSeen is when the resident was, in a sentence.
func (t *turn) lastSeen() string {
	if t.seenBefore.IsZero() {
		return textSeenNever
	}
	return fmt.Sprintf(textSeenAt, t.seenBefore.In(t.now.Location()).Format("15:04 ngày 02/01"))
}

func (t *turn) hasNoticePayload() bool {
	return strings.HasPrefix(strings.ToLower(t.text), payloadNotice)
}

// readNotice gives a notice in whole, if it is one for the resident.
func (t *turn) readNotice() {
	key := strings.TrimSpace(t.text[len(payloadNotice):])
	open, err := t.openNotices()
	if err != nil {
		t.reason = "notices could not be read: " + err.Error()
		t.say("notice", Message{Text: textMissedTrouble, Choices: []Choice{choiceHandoff}})
		return
	}
	i := slices.IndexFunc(open, func(n Notice) bool { return strings.EqualFold(n.key(), key) })
	if i < 0 {
		t.say("notice", plain(textNoticeOver))
		return
	}
	m := open[i].Outgoing().in(t.resident.Language)
	t.say("notice", Message{Text: fmt.Sprintf(textNoticeFrom, open[i].Sent.In(t.now.Location()).Format("02/01/2006")) + "\n" + m.Text, Picture: m.Picture, Image: m.Image, File: m.File})
}
