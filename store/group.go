package store

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// groupRow is a row of zalo_groups.
type groupRow struct {
	OAID     string `gorm:"column:oa_id;primaryKey"`
	ID       string `gorm:"primaryKey"`
	Name     string
	UnitCode string
}

func (groupRow) TableName() string { return "zalo_groups" }

// memberRow is a row of group_members.
type memberRow struct {
	OAID    string `gorm:"column:oa_id;primaryKey"`
	GroupID string `gorm:"primaryKey"`
	UserID  string `gorm:"primaryKey"`
}

func (memberRow) TableName() string { return "group_members" }

// groupsOf joins groups with their members, which come in the order of their ids.
func groupsOf(groups []groupRow, members []memberRow) []bot.Group {
	of := make(map[[2]string][]string, len(groups))
	for _, m := range members {
		key := [2]string{m.OAID, m.GroupID}
		of[key] = append(of[key], m.UserID)
	}
	list := make([]bot.Group, len(groups))
	for i, g := range groups {
		slices.Sort(of[[2]string{g.OAID, g.ID}])
		list[i] = bot.Group{OAID: g.OAID, ID: g.ID, Name: g.Name, UnitCode: g.UnitCode, Members: of[[2]string{g.OAID, g.ID}]}
	}
	return list
}

// Groups are the Zalo groups of an account in the order of their ids, and so are their known members.
func (s *Store) Groups(ctx context.Context, oaID string) ([]bot.Group, error) {
	var groups []groupRow
	var members []memberRow
	db := s.db.WithContext(ctx)
	err := firstError(
		db.Where("oa_id = ?", oaID).Order("id").Find(&groups).Error,
		db.Where("oa_id = ?", oaID).Find(&members).Error,
	)
	if err != nil {
		return nil, fmt.Errorf("load groups: %w", translate(err))
	}
	return groupsOf(groups, members), nil
}

// ImportGroups creates groups, or replaces those with the same id, with all their members.
func (s *Store) ImportGroups(ctx context.Context, groups iter.Seq2[bot.Group, error], dryRun bool, records ...bot.Record) (Change, error) {
	change, err := importAll(ctx, s, groups, dryRun, s.putGroups, records)
	if err != nil {
		return Change{}, fmt.Errorf("import groups: %w", err)
	}
	return change, nil
}

func (s *Store) putGroups(tx *gorm.DB, groups []bot.Group, change *Change) error {
	keys := rows(groups, func(g bot.Group) row { return row{"oa_id", g.OAID, "id", g.ID} })
	var found []groupRow
	var members []memberRow
	err := firstError(
		tx.Raw(`SELECT g.* FROM `+s.dialect.v("oa_id", "id")+` JOIN zalo_groups g ON g.oa_id = v.oa_id AND g.id = v.id`, keys).
			Scan(&found).Error,
		tx.Raw(`SELECT m.* FROM `+s.dialect.v("oa_id", "id")+` JOIN group_members m ON m.oa_id = v.oa_id AND m.group_id = v.id`, keys).Scan(&members).Error,
	)
	if err != nil {
		return err
	}
	known := make(map[[2]string]bot.Group, len(found))
	for _, g := range groupsOf(found, members) {
		known[[2]string{g.OAID, g.ID}] = g
	}
	var put []groupRow
	var joined []memberRow
	for _, g := range groups {
		members := slices.Sorted(slices.Values(g.Members))
		before, there := known[[2]string{g.OAID, g.ID}]
		if there && before.Name == g.Name && before.UnitCode == g.UnitCode && slices.Equal(before.Members, members) {
			continue
		}
		put = append(put, groupRow{OAID: g.OAID, ID: g.ID, Name: clean(g.Name), UnitCode: g.UnitCode})
		for _, user := range members {
			joined = append(joined, memberRow{OAID: g.OAID, GroupID: g.ID, UserID: user})
		}
	}
	change.add(len(groups), len(found), len(put))
	return firstErrorOf(
		func() error { return upsertAll(tx, put) },
		func() error {
			return tx.Exec(`DELETE FROM group_members WHERE (oa_id, group_id) IN (SELECT v.oa_id, v.id FROM `+s.dialect.v("oa_id", "id")+`)`,
				rows(put, func(g groupRow) row { return row{"oa_id", g.OAID, "id", g.ID} })).Error
		},
		func() error { return upsertAll(tx, joined) },
	)
}
