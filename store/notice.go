package store

import (
	"context"
	"fmt"
	"time"

	"github.com/loalang/loalang/bot"
)

var _ bot.NoticeStore = (*Store)(nil)

// OpenNotices implements bot.NoticeStore. It reads the latest run of each announcement along the index runs_by_start, and
// looks up in the ledger, by its unique key, whether any run was for the resident.
func (s *Store) OpenNotices(ctx context.Context, r bot.Resident, since, now time.Time, limit int) ([]bot.Notice, error) {
	var found []struct {
		Row    announcementRow `gorm:"embedded"`
		SentAt dbTime
		Mine   bool
	}
	err := s.db.WithContext(ctx).Raw(`SELECT a.*,
			CASE WHEN a.schedule <> '' THEN r.started_at ELSE (SELECT f.started_at FROM runs f
				WHERE f.oa_id = a.oa_id AND f.announcement_id = a.id AND f.number = 1) END AS sent_at,
			EXISTS (SELECT 1 FROM runs m JOIN deliveries d ON d.oa_id = m.oa_id AND d.announcement_id = m.announcement_id
				AND d.run = m.number AND d.user_id = ?
				WHERE m.oa_id = a.oa_id AND m.announcement_id = a.id) AS mine
		FROM runs r JOIN announcements a ON a.oa_id = r.oa_id AND a.id = r.announcement_id
		WHERE r.oa_id = ? AND r.started_at > ? AND a.state <> 'cancelled' AND NOT r.called_off
			AND r.number = (SELECT max(n.number) FROM runs n WHERE n.oa_id = r.oa_id AND n.announcement_id = r.announcement_id)
			AND COALESCE(a.valid_until, r.expires_at) > ?
			AND NOT EXISTS (SELECT 1 FROM announcements c WHERE c.oa_id = a.oa_id AND c.corrects = a.id AND c.corrects <> ''
				AND c.state NOT IN ('draft', 'approval', 'cancelled'))
		ORDER BY r.started_at DESC, a.id DESC LIMIT ?`, r.UserID, r.OAID, since.UTC(), now.UTC(), limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load open notices: %w", translate(err))
	}
	list := make([]bot.Notice, len(found))
	for i, n := range found {
		a, err := n.Row.announcement()
		if err != nil {
			return nil, fmt.Errorf("load open notices: %w", err)
		}
		list[i] = bot.Notice{Announcement: a, Sent: n.SentAt.Time, Mine: n.Mine}
	}
	return list, nil
}
