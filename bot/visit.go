package bot

import (
	"context"
	"slices"
	"time"

	"github.com/loalang/loalang/bot/rights"
)

// Look is an announcement whose results the operator may see.
func (s *Announcements) Look(ctx context.Context, id string) (Announcement, error) {
	a, err := s.store.Announcement(ctx, id)
	if err == nil {
		_, err = s.permit(ctx, rights.SeeResults, a)
	}
	return a, err
}

// Reach says what became of an announcement at the households of the operator's units; see Reach.
func (s *Announcements) Reach(ctx context.Context, id string, patience time.Duration) (a Announcement, list []HouseholdReach, units Units, err error) {
	return s.reach(ctx, id, patience, rights.SeeResults)
}

// NotReached are the households of the operator's units that an announcement has not reached, the most needy first.
func (s *Announcements) NotReached(ctx context.Context, id string, patience time.Duration) (a Announcement, list []HouseholdReach, units Units, err error) {
	a, list, units, err = s.reach(ctx, id, patience, rights.SeeNotReached)
	return a, slices.DeleteFunc(list, func(r HouseholdReach) bool { return r.State != ReachNotReached }), units, err
}

func (s *Announcements) reach(ctx context.Context, id string, patience time.Duration, action rights.Action) (a Announcement, list []HouseholdReach, units Units, err error) {
	if a, err = s.store.Announcement(ctx, id); err != nil {
		return a, nil, nil, err
	}
	if _, err = s.permit(ctx, action, a); err != nil {
		return a, nil, nil, err
	}
	if units, err = UnitsOf(ctx, s.store, a.OAID); err != nil {
		return a, nil, nil, err
	}
	if list, err = Reach(ctx, s.store, id, patience, s.now()); err != nil || s.by.Role.Everywhere() {
		return a, list, units, err
	}
	own := s.by.owns(units)
	return a, slices.DeleteFunc(list, func(r HouseholdReach) bool { return !own[r.UnitCode] }), units, nil
}

// Close marks households as told by a person, and says how many were not before. by is who has told them; empty = the
// operator. An error that is ErrNotFound names a household that the account has not; then none was marked.
func (s *Announcements) Close(ctx context.Context, id string, households []string, by, note string) (closed int, err error) {
	a, err := s.store.Announcement(ctx, id)
	if err != nil {
		return 0, err
	}
	units, err := UnitsOf(ctx, s.store, a.OAID)
	if err != nil {
		return 0, err
	}
	if err := s.by.isOf(a.OAID, rights.MarkTold); err != nil {
		return 0, err
	}
	if a, err = s.withAudience(ctx, a); err != nil {
		return 0, err
	}
	where, err := s.store.HouseholdUnits(ctx, a.OAID, households)
	if err != nil {
		return 0, err
	}
	m, own := s.by.part(units, a), s.by.owns(units)
	for _, code := range where {
		m.Own = m.Own && own[code]
	}
	if _, err := s.by.decide(rights.MarkTold, m, rights.Policy{}); err != nil {
		return 0, err
	}
	if by == "" {
		by = s.by.Name
	}
	now := s.now()
	for _, code := range households {
		mark := Told{OAID: a.OAID, AnnouncementID: a.ID, HouseholdCode: code, By: by, Note: note, At: now}
		created, err := s.store.Tell(ctx, mark, s.by.record(a.OAID, AuditMarkTold, now).of(a).subject(code))
		if err != nil {
			return closed, err
		}
		if created {
			closed++
		}
	}
	return closed, nil
}
