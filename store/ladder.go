package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/loalang/loalang/bot"
)

// rungRow is a row of rungs.
type rungRow struct {
	OAID           string `gorm:"column:oa_id"`
	AnnouncementID string
	Number         int
	Kind           bot.RungKind
	Outcome        bot.RungOutcome
	Run            int
	SettledAt      time.Time
}

func (rungRow) TableName() string { return "rungs" }

// Rungs implements bot.RungStore.
func (s *Store) Rungs(ctx context.Context, a bot.Announcement) ([]bot.SettledRung, error) {
	var found []rungRow
	err := s.db.WithContext(ctx).Where("oa_id = ? AND announcement_id = ?", a.OAID, a.ID).Order("number").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load rungs: %w", translate(err))
	}
	list := make([]bot.SettledRung, len(found))
	for i, r := range found {
		list[i] = bot.SettledRung{Number: r.Number, Kind: r.Kind, Outcome: r.Outcome, Run: r.Run, At: r.SettledAt}
	}
	return list, nil
}

// SettleRungs implements bot.RungStore.
func (s *Store) SettleRungs(ctx context.Context, lease bot.Lease, a bot.Announcement, rungs []bot.SettledRung, run *bot.Run, now time.Time, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		list := make([]rungRow, len(rungs))
		for i, r := range rungs {
			list[i] = rungRow{OAID: a.OAID, AnnouncementID: a.ID, Number: r.Number, Kind: r.Kind, Outcome: r.Outcome, SettledAt: now.UTC()}
		}
		to := a.State
		if run != nil {
			to = bot.AnnouncementPlanning
		}
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error { return moveAnnouncement(tx, a, to) },
			func() (err error) {
				if run != nil {
					list[len(list)-1].Run, err = addRun(tx, *run)
				}
				return err
			},
			func() error {
				done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&list)
				if done.Error == nil && done.RowsAffected < int64(len(list)) {
					return bot.ErrChanged
				}
				return done.Error
			},
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("settle rungs: %w", err)
	}
	return nil
}

// arrived tells of a delivery d, or of the post p that covers it, that it may have reached somebody.
const arrived = `(` + presentState + ` IN ('sending', 'accepted', 'received', 'seen', 'unsure') OR d.part > 0)`

// byConsultation and byTemplate tell which way a delivery d went. One covered by a post went neither.
const (
	byConsultation = `d.channel IN ('consultation_free', 'consultation_paid') AND d.state <> 'covered' AND ` + arrived
	byTemplate     = `d.channel = 'template' AND ` + arrived
)

// unseenRecipients are the recipients of an announcement who have not seen it, whose household has neither, whom nobody has
// told, and for whom there is a way that was not taken. Of whom nobody knows what he got is none of them.
func (s *Store) unseenRecipients(ctx context.Context, a bot.Announcement, after string, limit int) ([]bot.Resident, error) {
	var found []residentRow
	err := s.db.WithContext(ctx).Raw(`SELECT r.* FROM (
			SELECT d.oa_id, d.user_id FROM deliveries d
			LEFT JOIN deliveries p ON d.state = 'covered' AND p.oa_id = d.oa_id AND p.id = d.post_id
			WHERE d.oa_id = ? AND d.announcement_id = ? AND NOT d.post AND NOT d.aside AND d.user_id > ?
			GROUP BY d.oa_id, d.user_id
			HAVING max(CASE WHEN `+presentState+` IN ('seen', 'planned', 'sending', 'unsure') THEN 1 ELSE 0 END) = 0
				AND NOT (max(CASE WHEN `+byConsultation+` THEN 1 ELSE 0 END) = 1
					AND (max(CASE WHEN `+byTemplate+` THEN 1 ELSE 0 END) = 1
						OR NOT EXISTS (SELECT 1 FROM templates t WHERE t.oa_id = ? AND t.kind = ? AND t.kind <> '' AND t.fault = '')))) AS u
		JOIN residents r ON r.oa_id = u.oa_id AND r.user_id = u.user_id
		WHERE r.household_code NOT IN (SELECT t.household_code FROM told t WHERE t.oa_id = ? AND t.announcement_id = ?)
			AND r.household_code NOT IN (SELECT o.household_code FROM deliveries s
				JOIN residents o ON o.oa_id = s.oa_id AND o.user_id = s.user_id AND o.household_code <> ''
				WHERE s.oa_id = ? AND s.announcement_id = ? AND s.state = 'seen' AND NOT s.aside)
		ORDER BY r.user_id LIMIT ?`, a.OAID, a.ID, after, a.OAID, a.Kind, a.OAID, a.ID, a.OAID, a.ID, limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load recipients: %w", translate(err))
	}
	return converted("load recipients", found, residentRow.resident)
}

// UsedChannels implements bot.RungStore.
func (s *Store) UsedChannels(ctx context.Context, a bot.Announcement, userIDs []string) (map[string]bot.Avoid, error) {
	used := make(map[string]bot.Avoid)
	if len(userIDs) == 0 {
		return used, nil
	}
	var found []struct {
		UserID                 string
		Consultation, Template int
	}
	err := s.db.WithContext(ctx).Raw(`SELECT d.user_id, max(CASE WHEN `+byConsultation+` THEN 1 ELSE 0 END) AS consultation,
			max(CASE WHEN `+byTemplate+` THEN 1 ELSE 0 END) AS template
		FROM `+s.dialect.v("user_id")+`
		JOIN deliveries d ON d.oa_id = ? AND d.user_id = v.user_id AND d.announcement_id = ? AND NOT d.post
		LEFT JOIN deliveries p ON d.state = 'covered' AND p.oa_id = d.oa_id AND p.id = d.post_id
		GROUP BY d.user_id`, rows(userIDs, func(id string) row { return row{"user_id", id} }), a.OAID, a.ID).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load used channels: %w", translate(err))
	}
	for _, f := range found {
		switch {
		case f.Consultation == 1 && f.Template == 1:
			used[f.UserID] = bot.AvoidBoth
		case f.Consultation == 1:
			used[f.UserID] = bot.AvoidConsultation
		case f.Template == 1:
			used[f.UserID] = bot.AvoidTemplate
		}
	}
	return used, nil
}
