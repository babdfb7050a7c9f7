package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/loalang/loalang/bot"
)

// residentRow is a row of residents.
type residentRow struct {
	OAID            string `gorm:"column:oa_id;primaryKey"`
	UserID          string `gorm:"primaryKey"`
	Name            string
	UnitCode        string
	Language        string
	Following       bool
	StoppedAt       dbTime
	LastInteraction dbTime
	CreatedAt       time.Time
}

func (residentRow) TableName() string { return "residents" }

func (r residentRow) resident() bot.Resident {
	return bot.Resident{
		OAID: r.OAID, UserID: r.UserID, Name: r.Name, UnitCode: r.UnitCode, Language: r.Language,
		Following: r.Following, StoppedAt: r.StoppedAt.Time, LastInteraction: r.LastInteraction.Time,
	}
}

func residentOf(r bot.Resident, now time.Time) residentRow {
	return residentRow{
		OAID: r.OAID, UserID: r.UserID, Name: clean(r.Name), UnitCode: r.UnitCode, Language: r.Language,
		Following: r.Following, StoppedAt: dbTime{r.StoppedAt}, LastInteraction: dbTime{r.LastInteraction}, CreatedAt: now,
	}
}

// saveResidents keeps what events change of a resident. What officers keep (name, unit, language) is written only with
// a new row; the last interaction never moves back.
func (s *Store) saveResidents(tx *gorm.DB, list []residentRow) error {
	if len(list) == 0 {
		return nil
	}
	return tx.Exec(`INSERT INTO residents (oa_id, user_id, following, stopped_at, last_interaction, created_at)
		SELECT v.oa_id, v.user_id, v.following, v.stopped_at, v.last_interaction, v.created_at
		FROM `+s.dialect.v("oa_id", "user_id", "following boolean", "stopped_at timestamptz", "last_interaction timestamptz", "created_at timestamptz")+` WHERE true
		ON CONFLICT (oa_id, user_id) DO UPDATE SET following = excluded.following, stopped_at = excluded.stopped_at,
			last_interaction = CASE WHEN residents.last_interaction > excluded.last_interaction
				THEN residents.last_interaction ELSE COALESCE(excluded.last_interaction, residents.last_interaction) END`,
		rows(list, func(r residentRow) row {
			return row{
				"oa_id": r.OAID, "user_id": r.UserID, "following": r.Following, "stopped_at": r.StoppedAt.Time,
				"last_interaction": r.LastInteraction.Time, "created_at": r.CreatedAt,
			}
		})).Error
}

// PutResidents creates residents, or gives those that are there this name, unit and language.
func (s *Store) PutResidents(ctx context.Context, residents []bot.Resident) error {
	list := make([]residentRow, len(residents))
	for i, r := range residents {
		list[i] = residentOf(r, s.now().UTC())
	}
	if len(list) == 0 {
		return nil
	}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "oa_id"}, {Name: "user_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"name", "unit_code", "language"}),
		}).CreateInBatches(&list, 500).Error
	})
	if err != nil {
		return fmt.Errorf("save residents: %w", err)
	}
	return nil
}

// Resident is one resident, or bot.ErrNotFound.
func (s *Store) Resident(ctx context.Context, oaID, userID string) (bot.Resident, error) {
	var r residentRow
	if err := s.db.WithContext(ctx).Where("oa_id = ? AND user_id = ?", oaID, userID).Take(&r).Error; err != nil {
		return bot.Resident{}, fmt.Errorf("load resident: %w", translate(err))
	}
	return r.resident(), nil
}
