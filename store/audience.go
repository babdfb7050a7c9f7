package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/loalang/loalang/bot"
)

// conditions are SQL that has to hold, all of it.
type conditions struct {
	sql  []string
	args []any
}

func (c *conditions) add(sql string, args ...any) {
	c.sql, c.args = append(c.sql, sql), append(c.args, args...)
}

func (c *conditions) String() string { return strings.Join(c.sql, " AND ") }

// addAnyOf wants one of the values, when there are any, in a column that holds a list.
func addAnyOf[T ~string](c *conditions, column string, values []T) {
	either := make([]string, len(values))
	for i, value := range values {
		either[i] = column + ` LIKE ? ESCAPE '\'`
		c.args = append(c.args, containing(value))
	}
	if len(either) > 0 {
		c.sql = append(c.sql, "("+strings.Join(either, " OR ")+")")
	}
}

// containing is the LIKE pattern of a column that holds a list with a value in it.
func containing[T ~string](value T) string {
	return `%"` + strings.ReplaceAll(string(value), `_`, `\_`) + `"%`
}

// addLanguages wants one of the languages, when there are any, or a variant of it.
func addLanguages(c *conditions, languages []string) {
	var either []string
	for _, tag := range languages {
		either = append(either, `r.language = ? OR r.language LIKE ?`)
		c.args = append(c.args, tag, tag+"-%")
		if tag == bot.Vietnamese {
			either = append(either, `r.language = ''`)
		}
	}
	if len(either) > 0 {
		c.sql = append(c.sql, "("+strings.Join(either, " OR ")+")")
	}
}

// selection is an audience as SQL.
type selection struct {
	residents  conditions // on residents r, but for the needs of their households
	needs      conditions // on those households h; none = any will do
	households conditions // on all households h of the roll that count
}

// selectionOf checks an audience and compiles it. Units are filtered by a hash and not joined (this is what IS TRUE does to
// Postgres): so a count runs along the index residents_of_unit, in the order in which it groups, and a page along the
// primary key, whatever a planner believes of the number of units.
func (s *Store) selectionOf(ctx context.Context, oaID string, a bot.Audience) (sel selection, err error) {
	units, err := s.unitsOf(ctx, oaID)
	if err != nil {
		return sel, err
	}
	if err := a.Check(units); err != nil {
		return sel, err
	}
	sel.residents.add(`r.oa_id = ?`, oaID)
	sel.households.add(`h.oa_id = ? AND h.status = 'active'`, oaID)
	addAnyOf(&sel.households, `h.needs`, a.Needs)
	if len(a.Needs) > 0 {
		sel.needs = conditions{slices.Clone(sel.households.sql), slices.Clone(sel.households.args)}
	}
	if codes, all := a.InUnits(units); !all {
		list := rows(codes, func(code string) row { return row{"code", code} })
		sel.residents.add(`(r.unit_code IN (SELECT v.code FROM `+s.dialect.v("code")+`)) IS TRUE`, list)
		sel.households.add(`(h.unit_code IN (SELECT v.code FROM `+s.dialect.v("code")+`)) IS TRUE`, list)
	}
	addAnyOf(&sel.residents, `r.topics`, a.Topics)
	addAnyOf(&sel.residents, `r.roles`, a.Roles)
	addLanguages(&sel.residents, a.Languages)
	for _, role := range a.WithoutRoles {
		sel.residents.add(`r.roles NOT LIKE ? ESCAPE '\'`, containing(role))
	}
	if len(a.WithoutResidents) > 0 {
		sel.residents.add(`r.user_id NOT IN (SELECT v.user_id FROM `+s.dialect.v("user_id")+`)`,
			rows(a.WithoutResidents, func(id string) row { return row{"user_id", id} }))
	}
	return sel, nil
}

// AudienceCount counts whom an audience selects. One that makes no sense is bot.ErrAudience.
func (s *Store) AudienceCount(ctx context.Context, oaID string, a bot.Audience) (bot.AudienceCount, error) {
	sel, err := s.selectionOf(ctx, oaID, a)
	if err != nil {
		return bot.AudienceCount{}, fmt.Errorf("count audience: %w", err)
	}
	if len(sel.needs.sql) > 0 { // all at once, by a hash
		sel.residents.add(`r.household_code IN (SELECT h.code FROM households h WHERE `+sel.needs.String()+`)`, sel.needs.args...)
	}
	var people, rolls []bot.UnitCount
	db := s.db.WithContext(ctx)
	err = firstError(
		db.Raw(`SELECT unit_code, CAST(sum(n) AS bigint) AS people, count(NULLIF(household_code, '')) AS households FROM (
				SELECT r.unit_code, r.household_code, count(*) AS n FROM residents r WHERE `+sel.residents.String()+`
				GROUP BY r.unit_code, r.household_code) AS h
			GROUP BY unit_code`, sel.residents.args...).Scan(&people).Error,
		db.Raw(`SELECT h.unit_code, count(*) AS on_roll FROM households h WHERE `+sel.households.String()+`
			GROUP BY h.unit_code`, sel.households.args...).Scan(&rolls).Error,
	)
	if err != nil {
		return bot.AudienceCount{}, fmt.Errorf("count audience: %w", translate(err))
	}
	return countOf(people, rolls), nil
}

// countOf adds the people and the rolls of units up.
func countOf(people, rolls []bot.UnitCount) bot.AudienceCount {
	byUnit := make(map[string]bot.UnitCount, len(people))
	for _, u := range people {
		byUnit[u.UnitCode] = u
	}
	for _, roll := range rolls {
		u := byUnit[roll.UnitCode]
		u.UnitCode, u.OnRoll = roll.UnitCode, roll.OnRoll
		byUnit[roll.UnitCode] = u
	}
	count := bot.AudienceCount{Units: []bot.UnitCount{}}
	for _, u := range byUnit {
		count.People += u.People
		count.Households += u.Households
		count.OnRoll += u.OnRoll
		count.Units = append(count.Units, u)
	}
	slices.SortFunc(count.Units, func(a, b bot.UnitCount) int { return cmp.Compare(a.UnitCode, b.UnitCode) })
	return count
}

// AudiencePage is whom an audience selects, in the order of their user ids: at most limit residents after one, "" being
// before all. One that makes no sense is bot.ErrAudience.
func (s *Store) AudiencePage(ctx context.Context, oaID string, a bot.Audience, afterUserID string, limit int) ([]bot.Resident, error) {
	sel, err := s.selectionOf(ctx, oaID, a)
	if err != nil {
		return nil, fmt.Errorf("load audience: %w", err)
	}
	sel.residents.add(`r.user_id > ?`, afterUserID)
	if len(sel.needs.sql) > 0 { // one by one, until the page is full; EXISTS would be hashed for all anew with each page
		sel.residents.add(`(SELECT h.code FROM households h WHERE h.code = r.household_code AND `+sel.needs.String()+`) IS NOT NULL`, sel.needs.args...)
	}
	list := make([]bot.Resident, 0, limit)
	err = eachRow(s.db.WithContext(ctx).Raw(`SELECT `+residentColumns+` FROM residents r WHERE `+sel.residents.String()+`
		ORDER BY r.user_id LIMIT ?`, append(sel.residents.args, limit)...), func(scan scan) error {
		var r residentRow
		if err := scan(r.fields()...); err != nil {
			return err
		}
		resident, err := r.resident()
		list = append(list, resident)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load audience: %w", translate(err))
	}
	return list, nil
}
