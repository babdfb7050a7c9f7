package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/loalang/loalang/bot"
)

// unitRow is a row of units.
type unitRow struct {
	OAID       string `gorm:"column:oa_id;primaryKey"`
	Code       string `gorm:"primaryKey"`
	Kind       bot.UnitKind
	Name       string
	ParentCode string
	OldNames   string
	Phone      string
	Address    string
	Hours      string
}

func (unitRow) TableName() string { return "units" }

// Units implements bot.DirectoryStore.
func (s *Store) Units(ctx context.Context) ([]bot.Unit, error) {
	var found []unitRow
	if err := s.db.WithContext(ctx).Order("oa_id, code").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load units: %w", translate(err))
	}
	list := make([]bot.Unit, len(found))
	for i, r := range found {
		list[i] = bot.Unit{
			OAID: r.OAID, Code: r.Code, Kind: r.Kind, Name: r.Name, ParentCode: r.ParentCode,
			Phone: r.Phone, Address: r.Address, Hours: r.Hours,
		}
		if err := json.Unmarshal([]byte(r.OldNames), &list[i].OldNames); err != nil {
			return nil, fmt.Errorf("read old names of unit %s: %w", r.Code, err)
		}
	}
	return list, nil
}

// PutUnits creates units or replaces those with the same code.
func (s *Store) PutUnits(ctx context.Context, units []bot.Unit) error {
	if len(units) == 0 {
		return nil
	}
	list := make([]unitRow, len(units))
	for i, u := range units {
		old, err := json.Marshal(append([]string{}, u.OldNames...))
		if err != nil {
			return fmt.Errorf("write old names: %w", err)
		}
		list[i] = unitRow{
			OAID: u.OAID, Code: u.Code, Kind: u.Kind, Name: clean(u.Name), ParentCode: u.ParentCode, OldNames: string(old),
			Phone: u.Phone, Address: clean(u.Address), Hours: clean(u.Hours),
		}
	}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		err := tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&list, 500).Error
		if err != nil {
			return err
		}
		return s.bumpVersion(tx, VersionUnits)
	})
	if err != nil {
		return fmt.Errorf("save units: %w", err)
	}
	return nil
}
