package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/plan"
)

// PlanStore keeps what the price of a run depends on.
type PlanStore interface {
	PostStore
	ProxyStore
	UploadStore
	Account(ctx context.Context, oaID string) (OfficialAccount, error)
	// AudienceCount counts whom an audience selects, and the households on the rolls of its units.
	AudienceCount(ctx context.Context, oaID string, a Audience) (AudienceCount, error)
	// Recipients are up to limit residents whom a run is for, after its position, in the order of their user ids.
	Recipients(ctx context.Context, a Announcement, run Run, limit int) ([]Resident, error)
	// Spent is what an announcement has cost in VND, what is kept back for calls of unknown outcome included.
	Spent(ctx context.Context, oaID, announcementID string) (int64, error)
	// IncludedSince counts the calls since a time that the account's package has paid, likewise.
	IncludedSince(ctx context.Context, oaID string, since time.Time) (int, error)
	// Template is the one named for a kind of announcements, or ErrNotFound.
	Template(ctx context.Context, oaID, kind string) (Template, error)
}

// planner plans runs before they begin.
type planner struct {
	store PlanStore
	rules *plan.Rules
	open  plan.Hours
	now   func() time.Time
}

// Forecast is what a run would do, with a few of its recipients as a sample for whoever is about to send.
type Forecast struct {
	plan.Sum
	Groups []Group // that get a post
	Sample []Sampled
	OnRoll int // households on the rolls of the audience's units, with its needs; 0 for runs to those of an earlier one
}

// InPerson is how many households only a person can reach: nobody of them is on Zalo, or no channel is open.
func (f Forecast) InPerson() int {
	return f.Households[plan.ChannelNone] + max(f.OnRoll-f.AllHouseholds(), 0)
}

// Sampled is one of the recipients, with what the plan says of him.
type Sampled struct {
	Resident
	Channel plan.Channel
	Reason  plan.Reason
}

// sampleSize is how many recipients are shown before sending.
const sampleSize = 5

// sample keeps recipients by chance, each with the same chance, however many come.
func (f *Forecast) sample(r Resident, v plan.Verdict) {
	one := Sampled{Resident: r, Channel: v.Channel, Reason: v.Reason}
	if len(f.Sample) < sampleSize {
		f.Sample = append(f.Sample, one)
	} else if at := rand.IntN(f.Recipients); at < sampleSize {
		f.Sample[at] = one
	}
}

// plan says whom a run would reach, how, and at what price.
func (p planner) plan(ctx context.Context, a Announcement, run Run) (f Forecast, err error) {
	cfg, err := p.config(ctx, a)
	if err != nil {
		return f, err
	}
	groups, err := groupsFor(ctx, p.store, a, run)
	if err != nil {
		return f, err
	}
	if run.Reason.byAudience() {
		count, err := p.store.AudienceCount(ctx, a.OAID, a.Audience)
		if err != nil {
			return f, err
		}
		f.OnRoll = count.OnRoll
	}
	sums, parts := plan.New(cfg), run.partCounts()
	covered := make(map[string]bool)
	for _, g := range groups {
		if sums.Post(run.Parts).Channel == plan.ChannelNone {
			continue
		}
		f.Groups = append(f.Groups, g)
		for _, user := range g.Members {
			covered[user] = true
		}
	}
	asked, aside, err := p.asked(ctx, a, run, cfg, covered)
	if err != nil {
		return f, err
	}
	run.Position = ""
	for {
		page, err := p.store.Recipients(ctx, a, run, audiencePage)
		if err != nil {
			return f, err
		}
		for _, r := range page {
			to := r.recipient(parts.of(r.Language))
			to.Covered = covered[r.UserID]
			if households := asked[r.UserID]; len(households) > 0 {
				to.Parts, to.Also = run.Message.asking(a.ID, households).Parts(), true
				delete(aside, r.UserID)
			}
			f.Recipients++
			f.sample(r, sums.Add(to))
			run.Position = r.UserID
		}
		if len(page) < audiencePage {
			for _, user := range slices.Sorted(maps.Keys(aside)) {
				sums.AddAside(aside[user].recipient(run.Message.asking(a.ID, asked[user]).Parts()))
			}
			f.Sum = sums.Sum()
			return f, nil
		}
	}
}

// asked are the households that a run would ask proxies to tell, and those proxies, by their user ids. Of a correction that is
// known only when it begins.
func (p planner) asked(ctx context.Context, a Announcement, run Run, cfg plan.Config, covered map[string]bool) (map[string][]Household, map[string]Resident, error) {
	if a.Corrects != "" || !a.Audience.forHouseholds() {
		return nil, nil, nil
	}
	helped, err := p.store.Helped(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	open := func(r Resident, covered bool) bool {
		to := r.recipient(run.Parts)
		to.Covered = covered
		return cfg.Terms.Decide(cfg.Message, to, plan.Purse{Unlimited: true}, cfg.At).Channel != plan.ChannelNone
	}
	asks, people := chooseProxies(helped, func(h Helped) bool {
		return h.unreached(func(r Resident) bool { return open(r, covered[r.UserID]) })
	}, func(r Resident) bool { return open(r, false) })
	byCode := make(map[string]Household, len(helped))
	for _, h := range helped {
		byCode[h.Code] = h.Household
	}
	asked := make(map[string][]Household)
	for _, ask := range asks {
		asked[ask.UserID] = append(asked[ask.UserID], byCode[ask.HouseholdCode])
	}
	return asked, people, nil
}

func (p planner) config(ctx context.Context, a Announcement) (plan.Config, error) {
	at := p.now()
	next, err := a.nextFire(at)
	if err != nil {
		return plan.Config{}, err
	}
	if !next.IsZero() {
		at = next
	}
	if a.Urgency != UrgencyEmergency {
		at = p.open.NextOpen(at)
	}
	cfg := plan.Config{At: at, AllOrNothing: a.AllOrNothing}
	account, err := p.store.Account(ctx, a.OAID)
	if err != nil {
		return cfg, fmt.Errorf("load account: %w", err)
	}
	if cfg.Terms, err = p.rules.At(at); err != nil {
		return cfg, fmt.Errorf("rules: %w", err)
	}
	template, err := templateFor(ctx, p.store, a.OAID, a.Kind)
	if err != nil {
		return cfg, err
	}
	cfg.Message = a.planMessage(template)
	for _, of := range a.Message.attachments() {
		u, err := p.store.Upload(ctx, a.OAID, of)
		if err != nil {
			return cfg, err
		}
		if !u.Works(at) {
			cfg.Uploads++
		}
	}
	spent, err := p.store.Spent(ctx, a.OAID, a.ID)
	if err != nil {
		return cfg, err
	}
	used, err := p.store.IncludedSince(ctx, a.OAID, monthOf(at))
	if err != nil {
		return cfg, err
	}
	pack, _ := cfg.Terms.Package(account.Package)
	cfg.CallsPerMinute = account.CallsPerMinute
	cfg.Purse = plan.Purse{Included: pack.Included - used, Budget: a.Budget - spent, Unlimited: a.Unlimited}
	return cfg, nil
}

// planMessage is the announcement as the verdict sees it.
func (a Announcement) planMessage(t Template) plan.Message {
	return plan.Message{Emergency: a.Urgency == UrgencyEmergency, AlsoCovered: a.AlsoCovered, Template: t.price()}
}

// templateFor is the template of a kind, the zero Template when none is named.
func templateFor(ctx context.Context, store interface {
	Template(ctx context.Context, oaID, kind string) (Template, error)
}, oaID, kind string,
) (Template, error) {
	if kind == "" {
		return Template{}, nil
	}
	t, err := store.Template(ctx, oaID, kind)
	if errors.Is(err, ErrNotFound) {
		return Template{}, nil
	}
	if err != nil {
		return Template{}, fmt.Errorf("load template: %w", err)
	}
	return t, nil
}

// errTooDear says that a budget does not pay for all.
var errTooDear = errors.New("the budget does not pay for all, so nothing goes")

// tooDear says what is missing.
func tooDear(sum plan.Sum) error {
	if sum.Undecided > 0 {
		return fmt.Errorf("%w: Zalo has not said what %d of its group posts will cost; create it without a budget or with --groups none", errTooDear, sum.Undecided)
	}
	return fmt.Errorf("%w: %d VND more are needed; create it anew with a larger budget, or without --all-or-nothing", errTooDear, sum.Missing)
}
