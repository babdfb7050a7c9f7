package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"gorm.io/gorm"

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

func (r unitRow) unit() (bot.Unit, error) {
	u := bot.Unit{
		OAID: r.OAID, Code: r.Code, Kind: r.Kind, Name: r.Name, ParentCode: r.ParentCode,
		Phone: r.Phone, Address: r.Address, Hours: r.Hours,
	}
	return u, readList(r.OldNames, &u.OldNames)
}

func unitOf(u bot.Unit) unitRow {
	return unitRow{
		OAID: u.OAID, Code: clean(u.Code), Kind: u.Kind, Name: clean(u.Name), ParentCode: clean(u.ParentCode),
		OldNames: listText(u.OldNames), Phone: u.Phone, Address: clean(u.Address), Hours: clean(u.Hours),
	}
}

// Units implements bot.DirectoryStore.
func (s *Store) Units(ctx context.Context) ([]bot.Unit, error) {
	return readUnits(s.db.WithContext(ctx).Order("oa_id, code"))
}

// unitsOf are the units of one account.
func (s *Store) unitsOf(ctx context.Context, oaID string) (bot.Units, error) {
	list, err := readUnits(s.db.WithContext(ctx).Where("oa_id = ?", oaID))
	units := make(bot.Units, len(list))
	for _, u := range list {
		units[u.Code] = u
	}
	return units, err
}

func readUnits(query *gorm.DB) ([]bot.Unit, error) {
	var found []unitRow
	if err := query.Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load units: %w", translate(err))
	}
	list := make([]bot.Unit, len(found))
	for i, r := range found {
		var err error
		if list[i], err = r.unit(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ImportUnits creates units, or replaces those with the same code. Where a unit stood before it moved is kept.
func (s *Store) ImportUnits(ctx context.Context, units iter.Seq2[bot.Unit, error], dryRun bool, records ...bot.Record) (Change, error) {
	change, err := importAll(ctx, s, units, dryRun, s.putUnits, records)
	if err != nil {
		return Change{}, fmt.Errorf("import units: %w", err)
	}
	return change, nil
}

func (s *Store) putUnits(tx *gorm.DB, units []bot.Unit, change *Change) error {
	var found []unitRow
	err := tx.Raw(`SELECT u.* FROM `+s.dialect.v("oa_id", "code")+` JOIN units u ON u.oa_id = v.oa_id AND u.code = v.code`,
		rows(units, func(u bot.Unit) row { return row{"oa_id", u.OAID, "code", u.Code} })).Scan(&found).Error
	if err != nil {
		return err
	}
	known := make(map[[2]string]unitRow, len(found))
	for _, r := range found {
		known[[2]string{r.OAID, r.Code}] = r
	}
	var put []unitRow
	var moved []formerParentRow
	for _, u := range units {
		r := unitOf(u)
		before, found := known[[2]string{r.OAID, r.Code}]
		if before == r {
			continue
		}
		put = append(put, r)
		if found && before.ParentCode != r.ParentCode {
			moved = append(moved, formerParentRow{OAID: r.OAID, UnitCode: r.Code, ParentCode: before.ParentCode, Until: s.now().UTC()})
		}
	}
	change.add(len(units), len(found), len(put))
	if len(put) == 0 {
		return nil
	}
	return firstErrorOf(
		func() error { return upsertAll(tx, put) },
		func() error { return createAll(tx, moved) },
		func() error { return s.bumpVersion(tx, VersionUnits) },
	)
}

// formerParentRow is a row of former_parents.
type formerParentRow struct {
	ID         int64  `gorm:"->"`
	OAID       string `gorm:"column:oa_id"`
	UnitCode   string
	ParentCode string
	Until      time.Time
}

func (formerParentRow) TableName() string { return "former_parents" }

// FormerParents are the units below which an account's units stood before, the latest first.
func (s *Store) FormerParents(ctx context.Context, oaID string) ([]bot.FormerParent, error) {
	var found []formerParentRow
	if err := s.db.WithContext(ctx).Where("oa_id = ?", oaID).Order("id DESC").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load former parents: %w", translate(err))
	}
	list := make([]bot.FormerParent, len(found))
	for i, r := range found {
		list[i] = bot.FormerParent{OAID: r.OAID, UnitCode: r.UnitCode, ParentCode: r.ParentCode, Until: r.Until}
	}
	return list, nil
}
