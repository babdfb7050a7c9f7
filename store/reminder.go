package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
)

var _ bot.ReminderStore = (*Store)(nil)

// reminderRow is a row of reminders.
type reminderRow struct {
	OAID        string `gorm:"column:oa_id;primaryKey"`
	Off         bool
	Budget      int64
	PaidBefore  string
	LookedUntil dbTime
}

func (reminderRow) TableName() string { return "reminders" }

// noticeRow is a row of bank_notices.
type noticeRow struct {
	OAID           string `gorm:"column:oa_id"`
	UnitCode       string
	Point          string
	Day            string
	Reader         bot.Reader
	Number         int
	Outcome        bot.NoticeOutcome
	AnnouncementID string
	FromMinute     int
	ToMinute       int
	Place          string
	SettledAt      time.Time
}

func (noticeRow) TableName() string { return "bank_notices" }

func noticeOf(n bot.BankNotice) noticeRow {
	return noticeRow{
		OAID: n.OAID, UnitCode: n.Point.Unit, Point: n.Point.Name, Day: n.Date.String(), Reader: n.Reader, Number: n.Number,
		Outcome: n.Outcome, AnnouncementID: n.AnnouncementID, FromMinute: n.Said.Hours.From, ToMinute: n.Said.Hours.To,
		Place: n.Said.Place, SettledAt: n.SettledAt.UTC(),
	}
}

func (r noticeRow) notice() (bot.BankNotice, error) {
	when, err := calendar.ParseWhen(r.Day)
	if err != nil {
		return bot.BankNotice{}, fmt.Errorf("read day %q: %w", r.Day, err)
	}
	return bot.BankNotice{
		OAID: r.OAID, Point: calendar.Point{Unit: r.UnitCode, Name: r.Point}, Date: when.Date, Reader: r.Reader, Number: r.Number,
		Outcome: r.Outcome, AnnouncementID: r.AnnouncementID, SettledAt: r.SettledAt,
		Said: calendar.Said{Hours: calendar.Hours{From: r.FromMinute, To: r.ToMinute}, Place: r.Place},
	}, nil
}

// Reminders implements bot.ReminderStore.
func (s *Store) Reminders(ctx context.Context, oaID string) (bot.ReminderState, error) {
	state := bot.ReminderState{ReminderSettings: bot.DefaultReminderSettings(oaID)}
	var found []reminderRow
	err := s.db.WithContext(ctx).Where("oa_id = ?", oaID).Find(&found).Error
	if err != nil {
		return state, fmt.Errorf("load reminders: %w", translate(err))
	}
	for _, r := range found {
		state.Off, state.Budget, state.LookedUntil, state.PaidBefore = r.Off, r.Budget, r.LookedUntil.Time, nil
		if err := json.Unmarshal([]byte(r.PaidBefore), &state.PaidBefore); err != nil {
			return state, fmt.Errorf("read reminders of %s: %w", oaID, err)
		}
	}
	return state, nil
}

// PutReminders keeps how an account wants its bank days reminded of.
func (s *Store) PutReminders(ctx context.Context, settings bot.ReminderSettings) error {
	if settings.PaidBefore == nil {
		settings.PaidBefore = []int{}
	}
	r := reminderRow{OAID: settings.OAID, Off: settings.Off, Budget: settings.Budget, PaidBefore: asJSON(settings.PaidBefore)}
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "oa_id"}}, DoUpdates: clause.AssignmentColumns([]string{"off", "budget", "paid_before"}),
		}).Create(&r).Error
	})
	if err != nil {
		return fmt.Errorf("keep reminders: %w", err)
	}
	return nil
}

// BankNotices implements bot.ReminderStore.
func (s *Store) BankNotices(ctx context.Context, oaID string, from calendar.Date) ([]bot.BankNotice, error) {
	var found []noticeRow
	err := s.db.WithContext(ctx).Where("oa_id = ? AND day >= ?", oaID, from.String()).
		Order("settled_at, number, day, unit_code, point, reader").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load bank notices: %w", translate(err))
	}
	return converted("load bank notices", found, noticeRow.notice)
}

// SettleReminders implements bot.ReminderStore.
func (s *Store) SettleReminders(ctx context.Context, lease bot.Lease, before bot.ReminderState, until time.Time, steps []bot.NoticeStep, now time.Time) error {
	var lanes []bot.Lane
	for _, step := range steps {
		if step.Announcement != nil {
			lanes = append(lanes, announcementLane(*step.Announcement))
		}
		if told := (bot.Lane{OAID: before.OAID, Kind: bot.LaneDelivery}); len(step.Told) > 0 && !slices.Contains(lanes, told) {
			lanes = append(lanes, told)
		}
	}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error { return s.bumpLanes(tx, lanes, s.now()) },
			func() error {
				r := reminderRow{OAID: before.OAID, Off: before.Off, Budget: before.Budget, PaidBefore: asJSON(before.PaidBefore)}
				return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error
			},
			func() error {
				return changed(tx.Exec(`UPDATE reminders SET looked_until = ?
					WHERE oa_id = ? AND looked_until IS NOT DISTINCT FROM CAST(? AS `+s.dialect.timeType+`)`,
					until.UTC(), before.OAID, dbTime{before.LookedUntil}))
			},
			func() error { return s.saveNotices(tx, steps) },
		)
	})
	if err != nil {
		return fmt.Errorf("settle reminders: %w", err)
	}
	return nil
}

// saveNotices keeps notices that are not there yet, and begins their announcements.
func (s *Store) saveNotices(tx *gorm.DB, steps []bot.NoticeStep) error {
	var silent []noticeRow
	for _, step := range steps {
		r := noticeOf(step.BankNotice)
		if err := s.planDeliveries(tx, step.Told); err != nil {
			return err
		}
		if step.Announcement == nil {
			silent = append(silent, r)
			continue
		}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			continue
		}
		announcement := announcementOf(*step.Announcement)
		if err := tx.Create(&announcement).Error; err != nil {
			return err
		}
		if _, err := addRun(tx, *step.Run); err != nil {
			return err
		}
		if err := s.keep(tx, []bot.Record{step.Record}); err != nil {
			return err
		}
	}
	if len(silent) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&silent, 500).Error
}

// holdFromNow lets the reminders of an account that never had bank days begin now: those of before are nobody's.
func (s *Store) holdFromNow(tx *gorm.DB, oaID string) error {
	usual := bot.DefaultReminderSettings(oaID)
	r := reminderRow{OAID: oaID, PaidBefore: asJSON(usual.PaidBefore), LookedUntil: dbTime{s.now()}}
	return tx.Exec(`INSERT INTO reminders (oa_id, off, budget, paid_before, looked_until) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (oa_id) DO UPDATE SET looked_until = COALESCE(reminders.looked_until, excluded.looked_until)`,
		r.OAID, r.Off, r.Budget, r.PaidBefore, r.LookedUntil).Error
}
