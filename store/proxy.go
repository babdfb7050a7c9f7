package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// Helped implements bot.ProxyStore.
func (s *Store) Helped(ctx context.Context, a bot.Announcement) ([]bot.Helped, error) {
	sel, err := s.selectionOf(ctx, a.OAID, a.Audience)
	if err != nil {
		return nil, fmt.Errorf("load helped households: %w", err)
	}
	sel.households.add(`h.helper <> ''`)
	sel.households.add(`NOT EXISTS (SELECT 1 FROM told t WHERE t.oa_id = h.oa_id AND t.announcement_id = ? AND t.household_code = h.code)`, a.ID)
	sel.households.add(`NOT EXISTS (SELECT 1 FROM asks k
		JOIN deliveries d ON d.oa_id = k.oa_id AND d.announcement_id = k.announcement_id AND d.run = k.run AND d.user_id = k.user_id
		WHERE k.oa_id = h.oa_id AND k.announcement_id = ? AND k.household_code = h.code AND d.message <> ''
			AND d.state NOT IN ('refused', 'expired', 'cancelled', 'covered'))`, a.ID)
	var found []householdRow
	err = s.db.WithContext(ctx).Raw(`SELECT h.* FROM households h WHERE `+sel.households.String()+` ORDER BY h.code`, sel.households.args...).
		Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load helped households: %w", translate(err))
	}
	list := make([]bot.Helped, len(found))
	for i, r := range found {
		if list[i].Household, err = r.household(); err != nil {
			return nil, fmt.Errorf("load helped households: %w", err)
		}
	}
	if err := s.loadHelpers(ctx, a.OAID, list); err != nil {
		return nil, fmt.Errorf("load helped households: %w", err)
	}
	return list, nil
}

// loadHelpers brings the people of households, and those of their proxies.
func (s *Store) loadHelpers(ctx context.Context, oaID string, list []bot.Helped) error {
	if len(list) == 0 {
		return nil
	}
	names := make(map[string]bool)
	for _, h := range list {
		names[h.Code], names[h.Helper] = true, true
	}
	keys := make([]string, 0, len(names))
	for name := range names {
		keys = append(keys, name)
	}
	v := rows(keys, func(key string) row { return row{"key", key} })
	var found []residentRow
	err := s.db.WithContext(ctx).Raw(`SELECT r.* FROM `+s.dialect.v("key")+` JOIN residents r ON r.oa_id = ? AND r.user_id = v.key
		UNION
		SELECT r.* FROM `+s.dialect.v("key")+` JOIN residents r ON r.oa_id = ? AND r.household_code = v.key AND r.household_code <> ''
		ORDER BY user_id`, v, oaID, v, oaID).Scan(&found).Error
	if err != nil {
		return translate(err)
	}
	byUser, byHousehold := make(map[string]bot.Resident), make(map[string][]bot.Resident)
	for _, r := range found {
		person, err := r.resident()
		if err != nil {
			return err
		}
		byUser[person.UserID] = person
		byHousehold[person.HouseholdCode] = append(byHousehold[person.HouseholdCode], person)
	}
	for i, h := range list {
		list[i].People = byHousehold[h.Code]
		if person, known := byUser[h.Helper]; known {
			list[i].Helpers = []bot.Resident{person}
		} else if h.Helper != h.Code {
			list[i].Helpers = byHousehold[h.Helper]
		}
	}
	return nil
}

// AskedFor implements bot.ProxyStore.
func (s *Store) AskedFor(ctx context.Context, oaID string, announcements []string) (list []bot.AskFor, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT k.household_code, min(k.user_id) AS user_id FROM asks k
		WHERE k.oa_id = ? AND k.announcement_id IN ? GROUP BY k.household_code ORDER BY k.household_code`, oaID, announcements).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("load asks: %w", translate(err))
	}
	return list, nil
}

// FreezeAsks implements bot.ProxyStore.
func (s *Store) FreezeAsks(ctx context.Context, lease bot.Lease, run bot.Run, asks []bot.AskFor, now time.Time) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error {
				return changed(tx.Exec(`UPDATE runs SET asked = true
					WHERE oa_id = ? AND announcement_id = ? AND number = ? AND state = 'planning' AND NOT asked`,
					run.OAID, run.AnnouncementID, run.Number))
			},
			func() error {
				if len(asks) == 0 {
					return nil
				}
				return tx.Exec(`INSERT INTO asks (oa_id, announcement_id, run, household_code, user_id, asked_at)
					SELECT ?, ?, ?, v.household_code, v.user_id, CAST(? AS `+s.dialect.timeType+`) FROM `+s.dialect.v("household_code", "user_id")+`
					WHERE true ON CONFLICT (oa_id, announcement_id, run, household_code) DO NOTHING`,
					run.OAID, run.AnnouncementID, run.Number, timeText(now),
					rows(asks, func(a bot.AskFor) row { return row{"household_code", a.HouseholdCode, "user_id", a.UserID} })).Error
			},
		)
	})
	if err != nil {
		return fmt.Errorf("freeze asks: %w", err)
	}
	return nil
}

// AskedIn implements bot.ProxyStore.
func (s *Store) AskedIn(ctx context.Context, run bot.Run, userIDs []string) (map[string][]bot.Household, error) {
	var found []struct {
		Household householdRow `gorm:"embedded"`
		UserID    string
	}
	asked := make(map[string][]bot.Household)
	if len(userIDs) == 0 {
		return asked, nil
	}
	err := s.db.WithContext(ctx).Raw(`SELECT h.*, k.user_id FROM `+s.dialect.v("user_id")+`
			JOIN asks k ON k.oa_id = ? AND k.user_id = v.user_id AND k.announcement_id = ? AND k.run = ?
			JOIN households h ON h.oa_id = k.oa_id AND h.code = k.household_code ORDER BY k.user_id, h.code`,
		rows(userIDs, func(id string) row { return row{"user_id", id} }), run.OAID, run.AnnouncementID, run.Number).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load asks of a page: %w", translate(err))
	}
	for _, f := range found {
		h, err := f.Household.household()
		if err != nil {
			return nil, fmt.Errorf("load asks of a page: %w", err)
		}
		asked[f.UserID] = append(asked[f.UserID], h)
	}
	return asked, nil
}

// AskedAside implements bot.ProxyStore.
func (s *Store) AskedAside(ctx context.Context, run bot.Run) ([]bot.Resident, error) {
	var found []residentRow
	err := s.db.WithContext(ctx).Raw(`SELECT r.* FROM residents r
		WHERE r.oa_id = ? AND r.user_id IN (SELECT k.user_id FROM asks k WHERE k.oa_id = ? AND k.announcement_id = ? AND k.run = ?)
			AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.oa_id = r.oa_id AND d.announcement_id = ? AND d.run = ? AND d.user_id = r.user_id)
		ORDER BY r.user_id`, run.OAID, run.OAID, run.AnnouncementID, run.Number, run.AnnouncementID, run.Number).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load proxies aside: %w", translate(err))
	}
	return converted("load proxies aside", found, residentRow.resident)
}

// maxAsks is how many asks of one proxy are looked at; older ones are history.
const maxAsks = 200

// AsksOf implements bot.EventStore.
func (s *Store) AsksOf(ctx context.Context, oaID, userID string) ([]bot.Ask, error) {
	var found []struct {
		Household      householdRow `gorm:"embedded"`
		AnnouncementID string
		AskedAt        dbTime
		Told           bool
	}
	err := s.db.WithContext(ctx).Raw(`SELECT h.*, k.announcement_id, max(k.asked_at) AS asked_at, count(t.household_code) > 0 AS told
		FROM asks k
		JOIN households h ON h.oa_id = k.oa_id AND h.code = k.household_code
		LEFT JOIN told t ON t.oa_id = k.oa_id AND t.announcement_id = k.announcement_id AND t.household_code = k.household_code
		WHERE k.oa_id = ? AND (k.user_id = ? OR k.household_code IN (SELECT o.code FROM households o
			WHERE o.oa_id = ? AND o.helper <> '' AND (o.helper = ? OR o.helper = (SELECT r.household_code FROM residents r WHERE r.oa_id = ? AND r.user_id = ?))))
		GROUP BY h.oa_id, h.code, k.announcement_id
		ORDER BY asked_at DESC, k.announcement_id, h.code LIMIT ?`, oaID, userID, oaID, userID, oaID, userID, maxAsks).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load asks of a proxy: %w", translate(err))
	}
	list := make([]bot.Ask, len(found))
	for i, f := range found {
		list[i] = bot.Ask{AnnouncementID: f.AnnouncementID, At: f.AskedAt.Time, Told: f.Told}
		if list[i].Household, err = f.Household.household(); err != nil {
			return nil, fmt.Errorf("load asks of a proxy: %w", err)
		}
	}
	return list, nil
}
