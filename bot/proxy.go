package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

// Helped is a household that has a proxy, with those of it and of the proxy's side who are on Zalo.
type Helped struct {
	Household
	People  []Resident // of the household
	Helpers []Resident // the proxy, or the people of the household that is the proxy
}

// AskFor is a household of which a proxy is asked to tell it.
type AskFor struct {
	HouseholdCode string
	UserID        string // the proxy's
}

// ProxyStore keeps who is asked to tell households that nobody on Zalo answers for.
type ProxyStore interface {
	// Helped are the households of an audience's roll that have a proxy, in the order of their codes, but for those that
	// were told of an announcement, or whose proxy has a message about them that was not refused.
	Helped(ctx context.Context, a Announcement) ([]Helped, error)
	// AskedFor are the asks of announcements, each household once.
	AskedFor(ctx context.Context, oaID string, announcements []string) ([]AskFor, error)
	// FreezeAsks keeps whom a run asks, before any of its recipients is in the ledger. ErrChanged says that the run is not
	// planning any more, or has its asks.
	FreezeAsks(ctx context.Context, lease Lease, run Run, asks []AskFor, now time.Time) error
	// AskedIn are the households that a run asks some residents to tell, by user id.
	AskedIn(ctx context.Context, run Run, userIDs []string) (map[string][]Household, error)
	// AskedAside are the residents whom a run asks and who are not in the ledger for it.
	AskedAside(ctx context.Context, run Run) ([]Resident, error)
}

// ask settles which proxies a run asks: of households without a smartphone, and of those nobody of which it can reach.
func (an *Announcer) ask(ctx context.Context, lease Lease, a Announcement, run Run, now time.Time) error {
	var asks []AskFor
	var err error
	switch {
	case run.CalledOff || run.Reason == RunChannel || run.Reason == RunVisit:
	case a.Corrects != "" && run.Reason == RunCorrection: // who has brought the wrong news brings the right one
		asks, err = an.store.AskedFor(ctx, a.OAID, append([]string{a.Corrects}, a.AlsoCorrects...))
	default:
		asks, err = an.proxies(ctx, a, run, now)
	}
	if err != nil {
		return err
	}
	return an.store.FreezeAsks(ctx, lease, run, asks, now)
}

// proxies are whom a run asks by what is known of the households and of their proxies now: nobody for what is only for those
// who asked for it, or who got what it corrects.
func (an *Announcer) proxies(ctx context.Context, a Announcement, run Run, now time.Time) ([]AskFor, error) {
	if a.Corrects != "" || !a.Audience.forHouseholds() {
		return nil, nil
	}
	helped, err := an.store.Helped(ctx, a)
	if err != nil || len(helped) == 0 {
		return nil, err
	}
	decide, err := an.verdicts(ctx, a, run, now)
	if err != nil {
		return nil, err
	}
	var users []string
	for _, h := range helped {
		for _, r := range h.People {
			users = append(users, r.UserID)
		}
	}
	covering, err := an.store.Covering(ctx, run, users)
	if err != nil {
		return nil, err
	}
	reached := func(r Resident) bool { return decide(r, about{post: covering[r.UserID]}).Channel != plan.ChannelNone }
	needed := func(h Helped) bool { return h.unreached(reached) }
	if run.Reason == RunProxies {
		codes, err := an.unseenHouseholds(ctx, a, now)
		if err != nil {
			return nil, err
		}
		needed = func(h Helped) bool { return codes[h.Code] }
	}
	asks, _ := chooseProxies(helped, needed, func(r Resident) bool { return decide(r, about{}).Channel != plan.ChannelNone })
	return asks, nil
}

// forHouseholds tells whether the audience is for households as such, and not only for those who asked for it.
func (a Audience) forHouseholds() bool {
	return len(a.Topics)+len(a.Roles)+len(a.Languages)+len(a.WithoutRoles)+len(a.WithoutResidents) == 0
}

// unreached tells whether somebody has to bring the household what is sent.
func (h Helped) unreached(reached func(Resident) bool) bool {
	return slices.Contains(h.Needs, NeedNoSmartphone) || !slices.ContainsFunc(h.People, reached)
}

// chooseProxies are the proxies of the households that need one, and those proxies by their user ids.
func chooseProxies(helped []Helped, needed func(Helped) bool, reached func(Resident) bool) (asks []AskFor, people map[string]Resident) {
	people = make(map[string]Resident)
	for _, h := range helped {
		if !needed(h) {
			continue
		}
		if proxy, found := h.proxy(reached); found {
			asks = append(asks, AskFor{HouseholdCode: h.Code, UserID: proxy.UserID})
			people[proxy.UserID] = proxy
		}
	}
	return asks, people
}

// proxy is who of a proxy's household is asked: one who can be reached, and has written last.
func (h Helped) proxy(reached func(Resident) bool) (Resident, bool) {
	if len(h.Helpers) == 0 {
		return Resident{}, false
	}
	rank := func(r Resident) int {
		switch {
		case r.UserID == h.Helper:
			return 0
		case reached(r):
			return 1
		}
		return 2
	}
	return slices.MinFunc(h.Helpers, func(a, b Resident) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.LastInteraction.Compare(a.LastInteraction), cmp.Compare(a.UserID, b.UserID))
	}), true
}

// aside are the proxies of a run who are none of its audience; they come with its last page.
func (an *Announcer) aside(ctx context.Context, run Run, page []Resident, last bool) ([]Resident, error) {
	if !last {
		return nil, nil
	}
	aside, err := an.store.AskedAside(ctx, run)
	return slices.DeleteFunc(aside, func(r Resident) bool {
		return slices.ContainsFunc(page, func(other Resident) bool { return other.UserID == r.UserID })
	}), err
}

// called is a household as neighbours call it, with its code to answer by.
func (h Household) called() string {
	if h.Head == "" {
		return "hộ " + h.Code
	}
	return fmt.Sprintf("hộ %s (mã %s)", h.Head, h.Code)
}

// asking is the message as a proxy gets it.
func (m Message) asking(announcementID string, households []Household) Message {
	names := make([]string, len(households))
	for i, h := range households {
		names[i] = h.called()
	}
	m.Text += "\n\n" + fmt.Sprintf(textAsk, strings.Join(names, ", "))
	if len(households) > 1 {
		m.Text += fmt.Sprintf(textAskOneByOne, households[0].Code)
	}
	m.Others = nil // it is in the proxy's language
	m.Choices = append(slices.Clone(m.Choices), Choice{Title: titleTold, Payload: payloadTold + announcementID, Word: wordTold})
	return m
}
