package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// fireRow is a row of fires.
type fireRow struct {
	OAID           string `gorm:"column:oa_id"`
	AnnouncementID string
	FireAt         time.Time
	Outcome        bot.FireOutcome
	Run            int
	Older          int
	SettledAt      time.Time
}

func (fireRow) TableName() string { return "fires" }

// SettleFires implements bot.FireStore.
func (s *Store) SettleFires(ctx context.Context, a bot.Announcement, f bot.Fires, now time.Time, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		lanes := []bot.Lane{announcementLane(a), {OAID: a.OAID, Kind: bot.LaneDelivery}}
		return firstErrorOf(
			func() error { return s.bumpLanes(tx, lanes, s.now()) },
			func() error {
				return changed(tx.Exec(`UPDATE announcements SET state = ?, fires_after = ?
					WHERE oa_id = ? AND id = ? AND state = ? AND fires_after IS NOT DISTINCT FROM CAST(? AS `+s.dialect.timeType+`)`,
					f.State, dbTime{f.After}, a.OAID, a.ID, a.State, dbTime{a.FiresAfter}))
			},
			func() error { return moveRun(tx, a, f.State) },
			func() error { return s.saveFires(tx, a, f, now) },
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("settle fires: %w", err)
	}
	return nil
}

// saveFires adds the rows of fires, and the run that one of them begins.
func (s *Store) saveFires(tx *gorm.DB, a bot.Announcement, f bot.Fires, now time.Time) error {
	var list []fireRow
	add := func(at time.Time, outcome bot.FireOutcome, run int) {
		list = append(list, fireRow{
			OAID: a.OAID, AnnouncementID: a.ID, FireAt: at.UTC(), Outcome: outcome, Run: run, SettledAt: now.UTC(),
		})
	}
	for _, at := range f.Skipped {
		add(at, bot.FireSkipped, 0)
	}
	if len(list) > 0 {
		list[0].Older = f.Older
	}
	if f.Run != nil {
		number, err := addRun(tx, *f.Run)
		if err != nil {
			return err
		}
		add(f.Run.FireAt, bot.FireRun, number)
	}
	if len(list) == 0 {
		return nil
	}
	return tx.Create(&list).Error
}

// Fires are up to limit fires of an announcement that are settled, the latest first.
func (s *Store) Fires(ctx context.Context, a bot.Announcement, limit int) ([]bot.Fire, error) {
	var found []fireRow
	err := s.db.WithContext(ctx).Where("oa_id = ? AND announcement_id = ?", a.OAID, a.ID).
		Order("fire_at DESC").Limit(limit).Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load fires: %w", translate(err))
	}
	list := make([]bot.Fire, len(found))
	for i, r := range found {
		list[i] = bot.Fire{At: r.FireAt, Outcome: r.Outcome, Run: r.Run, Older: r.Older}
	}
	return list, nil
}

// ExpirePage implements bot.FireStore.
func (s *Store) ExpirePage(ctx context.Context, run bot.Run, limit int, now time.Time) (int, error) {
	n, err := s.endPage(ctx, run, bot.DeliveryExpired, limit, now)
	if err != nil {
		return 0, fmt.Errorf("expire deliveries: %w", err)
	}
	return n, nil
}

// endPage ends up to limit planned deliveries of a run, and says how many.
func (s *Store) endPage(ctx context.Context, run bot.Run, state bot.DeliveryState, limit int, now time.Time) (ended int, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		// The sender's lane is taken first, as whoever changes its rows does.
		if err := s.bumpLanes(tx, []bot.Lane{{OAID: run.OAID, Kind: bot.LaneDelivery}}, s.now()); err != nil {
			return err
		}
		if err := s.giveFilesUp(tx, runOf(run), now.UTC()); err != nil {
			return err
		}
		done := tx.Exec(`UPDATE deliveries SET state = ?, state_at = ? WHERE `+s.dialect.byKey+` AND id IN (
			SELECT id FROM deliveries d WHERE `+ofRun+` AND state = 'planned' AND NOT `+isSending+` LIMIT ?)`,
			state, now.UTC(), run.OAID, run.OAID, run.AnnouncementID, run.Number, limit)
		ended = int(done.RowsAffected)
		return done.Error
	})
	return ended, err
}
