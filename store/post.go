package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// FreezePosts implements bot.RunStore.
func (s *Store) FreezePosts(ctx context.Context, lease bot.Lease, run bot.Run, groupIDs []string, calledOff bool, now time.Time) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error {
				return s.bumpLanes(tx, []bot.Lane{{OAID: run.OAID, Kind: bot.LaneDelivery}}, s.now())
			},
			func() error {
				return changed(tx.Exec(`UPDATE runs SET posted = true, called_off = ?
					WHERE oa_id = ? AND announcement_id = ? AND number = ? AND state = 'planning' AND NOT posted`,
					calledOff, run.OAID, run.AnnouncementID, run.Number))
			},
			func() error {
				return tx.Exec(`INSERT INTO deliveries (oa_id, user_id, post, origin, urgency, message, state, state_at, parts, channel,
						announcement_id, run, expires_at, created_at)
					SELECT a.oa_id, v.group_id, true, ?, a.urgency, '', 'planned', CAST(? AS `+s.dialect.timeType+`), r.parts, 'group',
						r.announcement_id, r.number, r.expires_at, CAST(? AS `+s.dialect.timeType+`)
					FROM `+s.dialect.v("group_id")+`
					JOIN runs r ON r.oa_id = ? AND r.announcement_id = ? AND r.number = ?
					JOIN announcements a ON a.oa_id = r.oa_id AND a.id = r.announcement_id
					WHERE true ORDER BY v.group_id ON CONFLICT (oa_id, announcement_id, run, user_id, origin) DO NOTHING`,
					run.Origin(), timeText(now), timeText(now), rows(groupIDs, func(id string) row { return row{"group_id", id} }),
					run.OAID, run.AnnouncementID, run.Number).Error
			},
		)
	})
	if err != nil {
		return fmt.Errorf("freeze posts: %w", err)
	}
	return nil
}

// Covering implements bot.RunStore. Of several posts the first covers.
func (s *Store) Covering(ctx context.Context, run bot.Run, userIDs []string) (map[string]int64, error) {
	if len(userIDs) == 0 {
		return nil, nil
	}
	var found []struct {
		UserID string
		PostID int64
	}
	err := s.db.WithContext(ctx).Raw(`SELECT m.user_id, min(p.id) AS post_id FROM `+s.dialect.v("user_id")+`
			JOIN group_members m ON m.oa_id = ? AND m.user_id = v.user_id
			JOIN deliveries p ON p.oa_id = m.oa_id AND p.user_id = m.group_id AND p.announcement_id = ? AND p.run = ?
				AND p.post AND p.state <> 'refused'
		GROUP BY m.user_id`, rows(userIDs, func(id string) row { return row{"user_id", id} }),
		run.OAID, run.AnnouncementID, run.Number).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find whom posts cover: %w", translate(err))
	}
	covering := make(map[string]int64, len(found))
	for _, f := range found {
		covering[f.UserID] = f.PostID
	}
	return covering, nil
}

// refusedPosts are the ids of the posts of a run that were refused. ofRun's arguments follow.
const refusedPosts = `(SELECT p.id FROM deliveries p WHERE p.oa_id = ? AND p.announcement_id = ? AND p.run = ? AND p.post AND p.state = 'refused')`

// Uncover implements bot.RunStore.
func (s *Store) Uncover(ctx context.Context, run bot.Run, now time.Time) (uncovered int, err error) {
	if some, err := s.toUncover(ctx, run); err != nil || !some { // a look costs less than a transaction
		return 0, err
	}
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		if err := s.bumpLanes(tx, []bot.Lane{{OAID: run.OAID, Kind: bot.LaneDelivery}}, s.now()); err != nil {
			return err
		}
		done := tx.Exec(`UPDATE deliveries SET state = 'planned', state_at = ?, channel = 'none', post_id = NULL
			WHERE oa_id = ? AND state = 'covered' AND post_id IN `+refusedPosts, now.UTC(), run.OAID, run.OAID, run.AnnouncementID, run.Number)
		uncovered = int(done.RowsAffected)
		return done.Error
	})
	if err != nil {
		return 0, fmt.Errorf("uncover recipients: %w", err)
	}
	return uncovered, nil
}

// toUncover tells whether anybody of a run is covered by a post alone that was refused.
func (s *Store) toUncover(ctx context.Context, run bot.Run) (bool, error) {
	var some []int
	err := s.db.WithContext(ctx).Raw(`SELECT 1 FROM deliveries WHERE oa_id = ? AND state = 'covered' AND post_id IN `+refusedPosts+` LIMIT 1`,
		run.OAID, run.OAID, run.AnnouncementID, run.Number).Scan(&some).Error
	if err != nil {
		return false, fmt.Errorf("look for recipients to uncover: %w", translate(err))
	}
	return len(some) > 0, nil
}

// Posts implements bot.PostStore.
func (s *Store) Posts(ctx context.Context, oaID, announcementID string, run int) ([]bot.Post, error) {
	var found []struct {
		DeliveryID      int64
		GroupID, Name   string
		State           bot.DeliveryState
		Run, Part, Code int
		Reason          string
		Members         int
		Picture, File   bool
	}
	query := `SELECT p.id AS delivery_id, p.user_id AS group_id, COALESCE(g.name, '') AS name, p.run, p.part, p.code, p.reason,
			CASE WHEN (p.oa_id, p.id) IN (SELECT oa_id, delivery_id FROM sending) THEN 'sending' ELSE p.state END AS state,
			p.lacks_picture AS picture, p.lacks_file AS file,
			(SELECT count(*) FROM deliveries d WHERE d.oa_id = p.oa_id AND d.post_id = p.id AND d.state = 'covered') AS members
		FROM deliveries p LEFT JOIN zalo_groups g ON g.oa_id = p.oa_id AND g.id = p.user_id
		WHERE p.oa_id = ? AND p.announcement_id = ? AND p.post`
	args := []any{oaID, announcementID}
	if run > 0 {
		query, args = query+` AND p.run = ?`, append(args, run)
	}
	if err := s.db.WithContext(ctx).Raw(query+` ORDER BY p.id`, args...).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("load posts: %w", translate(err))
	}
	var posts []bot.Post
	for _, f := range found {
		posts = append(posts, bot.Post{
			DeliveryID: f.DeliveryID, GroupID: f.GroupID, Name: f.Name, Run: f.Run, State: f.State, Part: f.Part, Code: f.Code, Reason: f.Reason,
			Members: f.Members, Lack: bot.Lack{Picture: f.Picture, File: f.File},
		})
	}
	return posts, nil
}
