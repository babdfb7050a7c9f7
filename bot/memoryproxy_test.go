package bot

import (
	"context"
	"time"
)

// In memory no household has a proxy, and nothing follows an announcement.

func (m *memory) Helped(context.Context, Announcement) ([]Helped, error) { return nil, nil }

func (m *memory) AskedIn(context.Context, Run, []string) (map[string][]Household, error) {
	return nil, nil
}

func (m *memory) AskedAside(context.Context, Run) ([]Resident, error) { return nil, nil }

func (m *memory) FreezeAsks(_ context.Context, _ Lease, run Run, _ []AskFor, _ time.Time) error {
	m.runs[run.AnnouncementID][run.Number-1].Asked = true
	return nil
}
