package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/zalo"
)

// Ask is a household that a proxy was asked to tell of an announcement.
type Ask struct {
	AnnouncementID string
	Household      Household
	At             time.Time
	Told           bool // by whomever
}

// wordTold is what a proxy types who has told the households that he was asked for.
const wordTold = "đã báo"

// foldedTold is wordTold without accents; with a household behind it only that one is told.
const foldedTold = "da bao"

// mayReport tells whether a text may be about asks, so that they have to be known.
func mayReport(text string) bool {
	return strings.HasPrefix(strings.ToLower(text), payloadTold) || strings.HasPrefix(faq.Fold(text), foldedTold)
}

// loadAsks brings what residents were asked, to those who may be answering.
func (b *Bot) loadAsks(ctx context.Context, inboxes []Inbox) error {
	for i, in := range inboxes {
		if !slices.ContainsFunc(in.Events, func(ev Event) bool { return ev.Name == zalo.EventUserSendText && mayReport(strings.TrimSpace(ev.Text)) }) {
			continue
		}
		asks, err := b.store.AsksOf(ctx, in.Lease.OAID, in.Lease.Key)
		if err != nil {
			return fmt.Errorf("load what a proxy was asked: %w", err)
		}
		inboxes[i].Asks = asks
	}
	return nil
}

// toldHousehold is the household that "đã báo hộ …" names; ok is false for texts that report nothing.
func (t *turn) toldHousehold() (name string, ok bool) {
	text := t.folded
	for _, end := range []string{" a", " roi", " xong", " roi"} { // "đã báo xong rồi ạ"
		text = strings.TrimSuffix(text, end)
	}
	switch text {
	case foldedTold, "em " + foldedTold, "toi " + foldedTold:
		return "", true
	}
	for _, lead := range []string{foldedTold + " ho ", foldedTold + " cho ho ", foldedTold + " giup ho "} {
		if name, ok = strings.CutPrefix(text, lead); ok {
			return name, len(strings.Fields(name)) <= maxNameWords || len(t.asks) > 0
		}
	}
	return "", false
}

// maxNameWords is how many words a household is named by; longer texts of those who were asked nothing are questions.
const maxNameWords = 6

// reportsTold tells whether a proxy says that households are told.
func (t *turn) reportsTold() bool {
	if strings.HasPrefix(strings.ToLower(t.text), payloadTold) {
		return true
	}
	_, ok := t.toldHousehold()
	return ok
}

// takeTold marks the households that the resident says are told, those alone that he was asked for.
func (t *turn) takeTold() {
	asks := t.meant()
	if len(asks) == 0 {
		t.say("told_refused", plain(textNotAsked))
		return
	}
	open := slices.DeleteFunc(slices.Clone(asks), func(a Ask) bool { return a.Told })
	if len(open) == 0 {
		t.say("told", plain(textToldBefore))
		return
	}
	names := make([]string, len(open))
	for i, a := range open {
		names[i] = a.Household.called()
		t.told = append(t.told, Told{
			OAID: t.event.OAID, AnnouncementID: a.AnnouncementID, HouseholdCode: a.Household.Code,
			By: cmp.Or(t.resident.Name, t.event.UserID), Proxy: t.event.UserID, At: t.now,
		})
	}
	for i, a := range t.asks {
		if slices.ContainsFunc(open, func(o Ask) bool { return o.AnnouncementID == a.AnnouncementID && o.Household.Code == a.Household.Code }) {
			t.asks[i].Told = true
		}
	}
	t.say("told", plain(textTold, strings.Join(names, ", ")))
}

// meant are the asks that the text is about: those of the tapped announcement, else those of the latest one that has one
// open, of the household named when one is.
func (t *turn) meant() []Ask {
	asks := slices.Clone(t.asks)
	if id, tapped := strings.CutPrefix(t.text, payloadTold); tapped {
		return slices.DeleteFunc(asks, func(a Ask) bool { return a.AnnouncementID != strings.TrimSpace(id) })
	}
	if name, _ := t.toldHousehold(); name != "" {
		asks = slices.DeleteFunc(asks, func(a Ask) bool { return !a.Household.named(name) })
	}
	if len(asks) == 0 {
		return nil
	}
	of := asks[0].AnnouncementID
	if i := slices.IndexFunc(asks, func(a Ask) bool { return !a.Told }); i >= 0 {
		of = asks[i].AnnouncementID
	}
	return slices.DeleteFunc(asks, func(a Ask) bool { return a.AnnouncementID != of })
}

// named tells whether folded words name the household: by its code, or by its head with or without how one is addressed.
func (h Household) named(folded string) bool {
	folded = strings.TrimPrefix(folded, "ma ")
	head := faq.Fold(h.Head)
	return folded == faq.Fold(h.Code) || head != "" && (folded == head || strings.HasSuffix(head, " "+folded))
}
