package bot

import (
	"context"
	"slices"
	"time"
)

// memory keeps announcements and operators in maps, for tests of very many interleavings. A step fails as the database's
// does: whole, when the state or the operator is another. What it does not know, nobody asks for there.
type memory struct {
	AnnouncementStore // nil: what is not written out below panics

	account       OfficialAccount
	units         []Unit
	residents     []Resident
	households    []Household
	operators     []Operator
	codes         map[string]string // operator's id by code
	announcements map[string]Announcement
	order         []string
	runs          map[string][]Run
	told          []Told
	began         func(a Announcement, run Run, records []Record)
	left          func(run Run)
	kept          func(r Record)
}

func (m *memory) Units(context.Context) ([]Unit, error)                        { return m.units, nil }
func (m *memory) Account(context.Context, string) (OfficialAccount, error)     { return m.account, nil }
func (m *memory) Groups(context.Context, string) ([]Group, error)              { return nil, nil }
func (m *memory) Spent(context.Context, string, string) (int64, error)         { return 0, nil }
func (m *memory) Uncover(context.Context, Run, time.Time) (int, error)         { return 0, nil }
func (m *memory) CancelPage(context.Context, Run, int, time.Time) (int, error) { return 0, nil }
func (m *memory) ExpirePage(context.Context, Run, int, time.Time) (int, error) { return 0, nil }
func (m *memory) RunOpen(context.Context, Run) (bool, error)                   { return false, nil }
func (m *memory) IncludedSince(context.Context, string, time.Time) (int, error) {
	return 0, nil
}

func (m *memory) Template(context.Context, string, string) (Template, error) {
	return Template{}, ErrNotFound
}

func (m *memory) Covering(context.Context, Run, []string) (map[string]int64, error) {
	return nil, nil
}

func (m *memory) AudienceCount(context.Context, string, Audience) (AudienceCount, error) {
	return AudienceCount{OnRoll: len(m.households)}, nil
}

func (m *memory) Operators(context.Context, string) ([]Operator, error) {
	return slices.DeleteFunc(slices.Clone(m.operators), func(o Operator) bool { return !o.RemovedAt.IsZero() }), nil
}

// keep fails for an operator who was removed, as the database's does.
func (m *memory) keep(records []Record) error {
	for _, r := range records {
		if r.Audit.OperatorID != "" && !slices.ContainsFunc(m.operators, func(o Operator) bool {
			return o.ID == r.Audit.OperatorID && o.RemovedAt.IsZero()
		}) {
			return ErrNotOperator
		}
	}
	for _, r := range records {
		m.kept(r)
	}
	return nil
}

func (m *memory) Announcement(_ context.Context, id string) (Announcement, error) {
	a, there := m.announcements[id]
	if !there {
		return a, ErrNotFound
	}
	return a, nil
}

func (m *memory) RecentAnnouncements(_ context.Context, _ string, limit int) (list []Announcement, _ error) {
	for _, id := range slices.Backward(m.order) {
		if len(list) < limit {
			list = append(list, m.announcements[id])
		}
	}
	return list, nil
}

func (m *memory) CreateAnnouncement(_ context.Context, a Announcement, records ...Record) error {
	if _, there := m.announcements[a.ID]; there {
		return ErrDuplicate
	}
	if err := m.keep(records); err != nil {
		return err
	}
	m.announcements[a.ID], m.order = a, append(m.order, a.ID)
	return nil
}

// move puts an announcement and its run under way from the state that it has in a into another.
func (m *memory) move(a Announcement, to AnnouncementState, records []Record) error {
	now := m.announcements[a.ID]
	if now.State != a.State {
		return ErrChanged
	}
	if err := m.keep(records); err != nil {
		return err
	}
	if runs := m.runs[a.ID]; len(runs) > 0 && runs[len(runs)-1].State == now.State {
		runs[len(runs)-1].State = to
	}
	now.State = to
	m.announcements[a.ID] = now
	return nil
}

func (m *memory) SettleFires(_ context.Context, a Announcement, f Fires, _ time.Time, records ...Record) error {
	return m.move(a, f.State, records)
}

func (m *memory) MoveAnnouncement(_ context.Context, a Announcement, to AnnouncementState, records ...Record) error {
	return m.move(a, to, records)
}

func (m *memory) AskApproval(_ context.Context, a Announcement, by string, until time.Time, records ...Record) error {
	if err := m.move(a, AnnouncementApproval, records); err != nil {
		return err
	}
	a.State, a.AskedBy, a.AskedUntil = AnnouncementApproval, by, until
	m.announcements[a.ID] = a
	return nil
}

func (m *memory) BeginRun(_ context.Context, a Announcement, run Run, records ...Record) error {
	if err := m.move(a, AnnouncementPlanning, records); err != nil {
		return err
	}
	m.began(a, run, records)
	run.Number = len(m.runs[a.ID]) + 1
	m.runs[a.ID] = append(m.runs[a.ID], run)
	return nil
}

func (m *memory) Run(_ context.Context, a Announcement, number int) (Run, error) {
	runs := m.runs[a.ID]
	if number == 0 {
		number = len(runs)
	}
	if number < 1 || number > len(runs) {
		return Run{}, ErrNotFound
	}
	return runs[number-1], nil
}

func (m *memory) Recipients(_ context.Context, a Announcement, run Run, limit int) (list []Resident, _ error) {
	units := make(Units)
	for _, u := range m.units {
		units[u.Code] = u
	}
	in := a.inUnits(units)
	for _, r := range m.residents {
		subscribes := len(a.Audience.Topics) == 0 || slices.ContainsFunc(r.Topics, func(t Topic) bool { return slices.Contains(a.Audience.Topics, t) })
		if in[r.UnitCode] && subscribes && r.UserID > run.Position && len(list) < limit {
			list = append(list, r)
		}
	}
	return list, nil
}

func (m *memory) FreezePosts(_ context.Context, _ Lease, run Run, _ []string, _ bool, _ time.Time) error {
	m.left(run)
	m.runs[run.AnnouncementID][run.Number-1].Posted = true
	return nil
}

func (m *memory) FreezePage(_ context.Context, _ Lease, run Run, _ []Frozen, _ bool, _ time.Time) error {
	m.left(run)
	m.runs[run.AnnouncementID][run.Number-1].Frozen = true
	return m.move(m.announcements[run.AnnouncementID], AnnouncementSending, nil)
}

func (m *memory) EndRun(_ context.Context, _ Lease, run Run, now time.Time) error {
	m.runs[run.AnnouncementID][run.Number-1].DoneAt = now
	if a := m.announcements[run.AnnouncementID]; a.State == AnnouncementSending {
		return m.move(a, AnnouncementDone, nil)
	}
	return nil
}

func (m *memory) RollOf(context.Context, string, Audience) ([]Household, error) {
	return m.households, nil
}

func (m *memory) HouseholdResults(context.Context, string, string) ([]HouseholdResult, error) {
	return nil, nil
}

func (m *memory) ToldOf(_ context.Context, _, id string) ([]Told, error) {
	return slices.DeleteFunc(slices.Clone(m.told), func(t Told) bool { return t.AnnouncementID != id }), nil
}

func (m *memory) HouseholdUnits(_ context.Context, _ string, codes []string) (map[string]string, error) {
	units := make(map[string]string)
	for _, h := range m.households {
		if slices.Contains(codes, h.Code) {
			units[h.Code] = h.UnitCode
		}
	}
	if len(units) < len(codes) {
		return nil, ErrNotFound
	}
	return units, nil
}

func (m *memory) Tell(_ context.Context, t Told, records ...Record) (bool, error) {
	if slices.ContainsFunc(m.told, func(o Told) bool {
		return o.AnnouncementID == t.AnnouncementID && o.HouseholdCode == t.HouseholdCode
	}) {
		return false, nil
	}
	if err := m.keep(records); err != nil {
		return false, err
	}
	m.told = append(m.told, t)
	return true, nil
}

// BindOperator implements Binder.
func (m *memory) BindOperator(_ context.Context, _, user, code string, now time.Time) (Operator, BindOutcome, error) {
	for i, o := range m.operators {
		switch {
		case m.codes[code] != o.ID || !o.RemovedAt.IsZero():
		case o.UserID == user:
			return o, BindAgain, nil
		case o.UserID != "":
			return o, BindUsed, nil
		case m.of(user) != nil:
			return o, BindAlready, nil
		default:
			m.operators[i].UserID, m.operators[i].BoundAt = user, now
			return m.operators[i], BindDone, nil
		}
	}
	return Operator{}, BindWrong, nil
}

// of is the operator whom a Zalo user is.
func (m *memory) of(user string) *Operator {
	for _, o := range m.operators {
		if o.UserID == user && o.RemovedAt.IsZero() {
			return &o
		}
	}
	return nil
}

// remove ends what an operator may do, and what of it waits.
func (m *memory) remove(id string, now time.Time) {
	for i, o := range m.operators {
		if o.ID == id {
			m.operators[i].RemovedAt = now
		}
	}
	for _, a := range m.announcements {
		runs := m.runs[a.ID]
		held := a.State == AnnouncementPlanning && len(runs) > 0 && !runs[len(runs)-1].Posted && now.Before(runs[len(runs)-1].HeldUntil) && runs[len(runs)-1].By == id
		if held || a.State == AnnouncementApproval && a.AskedBy == id {
			_ = m.move(a, AnnouncementCancelled, nil) // it is in this state
		}
	}
}
