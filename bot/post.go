package bot

import (
	"context"
	"fmt"
	"slices"

	"github.com/loalang/loalang/zalo"
)

// GroupUse says in which Zalo groups of its account an announcement is posted.
type GroupUse string

// The uses of groups.
const (
	GroupsFitting GroupUse = ""     // in those of its units, when it is for everybody there
	GroupsAll     GroupUse = "all"  // in those of its units, also when people read it there whom it is not for
	GroupsNone    GroupUse = "none" // in none
)

// Post is the post of a run in one Zalo group: a delivery of its own, whose state the members follow whom it covers.
type Post struct {
	DeliveryID int64
	GroupID    string
	Name       string // empty when the group is known no more
	Run        int
	State      DeliveryState
	Part       int // the next to be sent
	Code       int // Zalo's last error code; 0 = none
	Reason     string
	Members    int // recipients of the run who follow it
	Lack       Lack
}

// mayHaveArrived tells whether anybody may have read some of the post.
func (p Post) mayHaveArrived() bool {
	switch p.State {
	case DeliveryAccepted, DeliveryReceived, DeliverySeen, DeliveryUnsure:
		return true
	}
	return p.Part > 0
}

// PostStore keeps groups and what was posted in them.
type PostStore interface {
	Groups(ctx context.Context, oaID string) ([]Group, error)
	Units(ctx context.Context) ([]Unit, error)
	// Posts are those of a run, or of all runs of an announcement when run is 0, in the order in which they go.
	Posts(ctx context.Context, oaID, announcementID string, run int) ([]Post, error)
}

// groupsFor are the groups in which a run is posted. A first run goes by the audience. A correction goes where what is
// wrong may have been read, and a run to the missed where the post before was never tried: the members of a group that
// refused it were sent to one by one.
func groupsFor(ctx context.Context, store PostStore, a Announcement, run Run) ([]Group, error) {
	if run.Reason.climbs() { // not those alone would read it there who have not seen it
		return nil, nil
	}
	groups, err := store.Groups(ctx, a.OAID)
	if err != nil || len(groups) == 0 || a.Groups == GroupsNone {
		return nil, err
	}
	if run.Reason.byAudience() {
		units, err := UnitsOf(ctx, store, a.OAID)
		return a.fitting(groups, units), err
	}
	of, number, again := a.Corrects, 0, Post.mayHaveArrived
	if run.Reason == RunMissed {
		of, number = a.ID, run.Number-1
		again = func(p Post) bool { return p.State == DeliveryCancelled || p.State == DeliveryExpired }
	}
	posts, err := store.Posts(ctx, a.OAID, of, number)
	if err != nil {
		return nil, fmt.Errorf("load posts: %w", err)
	}
	return slices.DeleteFunc(groups, func(g Group) bool {
		return !slices.ContainsFunc(posts, func(p Post) bool { return p.GroupID == g.ID && again(p) })
	}), nil
}

// fitting are the groups of the audience's units. An audience narrower than that is nobody else's business, unless the
// announcement says that all groups will do.
func (a Announcement) fitting(groups []Group, units Units) []Group {
	to := a.Audience
	narrow := len(to.Topics)+len(to.Roles)+len(to.Needs)+len(to.Languages)+len(to.WithoutRoles)+len(to.WithoutResidents) > 0
	if narrow && a.Groups != GroupsAll {
		return nil
	}
	codes, all := to.InUnits(units)
	return slices.DeleteFunc(groups, func(g Group) bool { return !all && !slices.Contains(codes, g.UnitCode) })
}

// postParts are the texts of a post, one after the other: what would ring people by a mention is taken out.
func (m Message) postParts() []string {
	parts := m.parts()
	for i, part := range parts {
		parts[i] = zalo.WithoutMentions(part)
	}
	return parts
}

// UnitsOf are the units of one account.
func UnitsOf(ctx context.Context, store interface {
	Units(ctx context.Context) ([]Unit, error)
}, oaID string,
) (Units, error) {
	all, err := store.Units(ctx)
	if err != nil {
		return nil, err
	}
	units := make(Units)
	for _, u := range all {
		if u.OAID == oaID {
			units[u.Code] = u
		}
	}
	return units, nil
}
