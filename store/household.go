package store

import (
	"context"
	"fmt"
	"iter"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// householdRow is a row of households.
type householdRow struct {
	OAID     string `gorm:"column:oa_id;primaryKey"`
	Code     string `gorm:"primaryKey"`
	UnitCode string
	Head     string
	Address  string
	Phone    string
	Needs    string
	Helper   string
	Status   bot.HouseholdStatus
}

func (householdRow) TableName() string { return "households" }

func (r householdRow) household() (bot.Household, error) {
	h := bot.Household{
		OAID: r.OAID, Code: r.Code, UnitCode: r.UnitCode, Head: r.Head, Address: r.Address, Phone: r.Phone,
		Helper: r.Helper, Status: r.Status,
	}
	return h, readList(r.Needs, &h.Needs)
}

// ImportHouseholds creates households, or replaces those with the same code. The residents of a household move with it.
func (s *Store) ImportHouseholds(ctx context.Context, households iter.Seq2[bot.Household, error], dryRun bool, records ...bot.Record) (Change, error) {
	change, err := importAll(ctx, s, households, dryRun, s.putHouseholds, records)
	if err != nil {
		return Change{}, fmt.Errorf("import households: %w", err)
	}
	return change, nil
}

func (s *Store) putHouseholds(tx *gorm.DB, households []bot.Household, change *Change) error {
	list := rows(households, func(h bot.Household) row {
		return row{
			"oa_id", h.OAID, "code", h.Code, "unit_code", h.UnitCode, "head", h.Head, "address", h.Address, "phone", h.Phone,
			"needs", listText(h.Needs), "helper", h.Helper, "status", string(h.Status),
		}
	})
	var known int
	err := tx.Raw(`SELECT count(*) FROM `+s.dialect.v("oa_id", "code")+`
		JOIN households h ON h.oa_id = v.oa_id AND h.code = v.code`,
		rows(households, func(h bot.Household) row { return row{"oa_id", h.OAID, "code", h.Code} })).Scan(&known).Error
	if err != nil {
		return err
	}
	err = tx.Exec(`UPDATE residents SET unit_code = moved.unit_code FROM (
			SELECT h.oa_id, h.code, h.unit_code AS old_unit, v.unit_code FROM `+s.dialect.v("oa_id", "code", "unit_code")+`
			JOIN households h ON h.oa_id = v.oa_id AND h.code = v.code AND h.unit_code <> v.unit_code) AS moved
		WHERE residents.oa_id = moved.oa_id AND residents.unit_code = moved.old_unit AND residents.household_code = moved.code`,
		list).Error
	if err != nil {
		return err
	}
	done := tx.Exec(`INSERT INTO households (oa_id, code, unit_code, head, address, phone, needs, helper, status)
		SELECT v.oa_id, v.code, v.unit_code, v.head, v.address, v.phone, v.needs, v.helper,
			COALESCE(NULLIF(v.status, ''), h.status, 'active')
		FROM `+s.dialect.v("oa_id", "code", "unit_code", "head", "address", "phone", "needs", "helper", "status")+`
		LEFT JOIN households h ON h.oa_id = v.oa_id AND h.code = v.code
		WHERE h.code IS NULL OR h.unit_code <> v.unit_code OR h.head <> v.head OR h.address <> v.address OR h.phone <> v.phone
			OR h.needs <> v.needs OR h.helper <> v.helper OR (v.status <> '' AND h.status <> v.status)
		ON CONFLICT (oa_id, code) DO UPDATE SET unit_code = excluded.unit_code, head = excluded.head, address = excluded.address,
			phone = excluded.phone, needs = excluded.needs, helper = excluded.helper, status = excluded.status`, list)
	change.add(len(households), known, int(done.RowsAffected))
	return done.Error
}

// Households walks over all households of an account in the order of their codes.
func (s *Store) Households(ctx context.Context, oaID string) iter.Seq2[bot.Household, error] {
	return walk("households", func(last householdRow) (page []householdRow, err error) {
		err = s.db.WithContext(ctx).Where("oa_id = ? AND code > ?", oaID, last.Code).
			Order("code").Limit(pageSize).Find(&page).Error
		return page, err
	}, householdRow.household)
}
