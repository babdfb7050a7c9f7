package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

var _ bot.ReachStore = (*Store)(nil)

// RollOf implements bot.ReachStore.
func (s *Store) RollOf(ctx context.Context, oaID string, a bot.Audience) ([]bot.Household, error) {
	a.Needs = nil
	if len(a.Units)+len(a.Topics)+len(a.Roles)+len(a.Languages) == 0 { // by needs alone
		a.Languages = []string{bot.Vietnamese}
	}
	sel, err := s.selectionOf(ctx, oaID, a)
	if err != nil {
		return nil, fmt.Errorf("load roll: %w", err)
	}
	var found []householdRow
	err = s.db.WithContext(ctx).Raw(`SELECT h.* FROM households h WHERE `+sel.households.String()+` ORDER BY h.code`, sel.households.args...).
		Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load roll: %w", translate(err))
	}
	return converted("load roll", found, householdRow.household)
}

// HouseholdResults implements bot.ReachStore.
func (s *Store) HouseholdResults(ctx context.Context, oaID, announcementID string) ([]bot.HouseholdResult, error) {
	var found []struct {
		HouseholdCode, UserID string
		State                 bot.DeliveryState
		Channel               plan.Channel
		Reason                string
		StateAt               dbTime
		Picture, File         bool
	}
	err := s.db.WithContext(ctx).Raw(`SELECT r.household_code, d.user_id, `+presentState+` AS state, d.channel, d.reason,
			COALESCE(p.state_at, d.state_at) AS state_at,
			COALESCE(p.lacks_picture, d.lacks_picture) AS picture, COALESCE(p.lacks_file, d.lacks_file) AS file
		FROM deliveries d
		JOIN residents r ON r.oa_id = d.oa_id AND r.user_id = d.user_id AND r.household_code <> ''
		LEFT JOIN deliveries p ON d.state = 'covered' AND p.oa_id = d.oa_id AND p.id = d.post_id
		WHERE d.oa_id = ? AND d.announcement_id = ? AND NOT d.post AND NOT d.aside`, oaID, announcementID).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load results by household: %w", translate(err))
	}
	list := make([]bot.HouseholdResult, len(found))
	for i, f := range found {
		list[i] = bot.HouseholdResult{
			HouseholdCode: f.HouseholdCode, UserID: f.UserID, State: f.State, Channel: f.Channel, Reason: f.Reason, StateAt: f.StateAt.Time,
			Lack: bot.Lack{Picture: f.Picture, File: f.File},
		}
	}
	return list, nil
}

// toldRow is a row of told.
type toldRow struct {
	OAID           string `gorm:"column:oa_id;primaryKey"`
	AnnouncementID string `gorm:"primaryKey"`
	HouseholdCode  string `gorm:"primaryKey"`
	ToldBy         string
	Proxy          string
	Note           string
	At             time.Time
}

func (toldRow) TableName() string { return "told" }

// ToldOf implements bot.ReachStore.
func (s *Store) ToldOf(ctx context.Context, oaID, announcementID string) ([]bot.Told, error) {
	var found []toldRow
	err := s.db.WithContext(ctx).Where("oa_id = ? AND announcement_id = ?", oaID, announcementID).Order("household_code").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load marks: %w", translate(err))
	}
	list := make([]bot.Told, len(found))
	for i, r := range found {
		list[i] = bot.Told{OAID: r.OAID, AnnouncementID: r.AnnouncementID, HouseholdCode: r.HouseholdCode, By: r.ToldBy, Proxy: r.Proxy, Note: r.Note, At: r.At}
	}
	return list, nil
}

// HouseholdUnits implements bot.AnnouncementStore.
func (s *Store) HouseholdUnits(ctx context.Context, oaID string, codes []string) (map[string]string, error) {
	var found []struct{ Code, UnitCode string }
	err := s.db.WithContext(ctx).Raw(`SELECT h.code, h.unit_code FROM `+s.dialect.v("code")+`
		JOIN households h ON h.oa_id = ? AND h.code = v.code`, rows(codes, func(c string) row { return row{"code", c} }), oaID).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load households: %w", translate(err))
	}
	units := make(map[string]string, len(found))
	for _, f := range found {
		units[f.Code] = f.UnitCode
	}
	for _, code := range codes {
		if _, there := units[code]; !there {
			return nil, fmt.Errorf("there is no household %q (%w)", code, bot.ErrNotFound)
		}
	}
	return units, nil
}

// Tell marks a household as told by a person. The first mark stays: created says whether this was it. bot.ErrNotFound says
// that the account has no such household.
func (s *Store) Tell(ctx context.Context, m bot.Told, records ...bot.Record) (created bool, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		var there []int
		err := tx.Raw(`SELECT 1 FROM households WHERE oa_id = ? AND code = ?`, m.OAID, m.HouseholdCode).Scan(&there).Error
		if err == nil && len(there) == 0 {
			err = bot.ErrNotFound
		}
		if err != nil {
			return err
		}
		if created, err = saveTold(tx, m); err != nil || !created {
			return err
		}
		return s.keep(tx, records)
	})
	if err != nil {
		return false, fmt.Errorf("mark household: %w", err)
	}
	return created, nil
}

// saveTold keeps the first mark of a household.
func saveTold(tx *gorm.DB, m bot.Told) (created bool, err error) {
	done := tx.Exec(`INSERT INTO told (oa_id, announcement_id, household_code, told_by, proxy, note, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (oa_id, announcement_id, household_code) DO NOTHING`,
		m.OAID, m.AnnouncementID, m.HouseholdCode, clean(m.By), m.Proxy, clean(m.Note), m.At.UTC())
	return done.RowsAffected > 0, done.Error
}
