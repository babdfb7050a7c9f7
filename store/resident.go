package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// residentRow is a row of residents.
type residentRow struct {
	OAID            string `gorm:"column:oa_id;primaryKey"`
	UserID          string `gorm:"primaryKey"`
	Name            string
	UnitCode        string
	HouseholdCode   string
	Topics          string
	Roles           string
	Language        string
	Following       bool
	StoppedAt       dbTime
	LastInteraction dbTime
	ConsentAt       dbTime
	ConsentText     string
	RefusedAt       dbTime
	RefusedFor      string
	CreatedAt       time.Time
}

func (residentRow) TableName() string { return "residents" }

// residentColumns are the columns of a resident r, in the order of fields.
const residentColumns = `r.oa_id, r.user_id, r.name, r.unit_code, r.household_code, r.topics, r.roles, r.language, r.following,
	r.stopped_at, r.last_interaction, r.consent_at, r.consent_text, r.refused_at, r.refused_for`

func (r *residentRow) fields() []any {
	return []any{
		&r.OAID, &r.UserID, &r.Name, &r.UnitCode, &r.HouseholdCode, &r.Topics, &r.Roles, &r.Language, &r.Following,
		&r.StoppedAt, &r.LastInteraction, &r.ConsentAt, &r.ConsentText, &r.RefusedAt, &r.RefusedFor,
	}
}

func (r residentRow) resident() (bot.Resident, error) {
	person := bot.Resident{
		OAID: r.OAID, UserID: r.UserID, Name: r.Name, UnitCode: r.UnitCode, HouseholdCode: r.HouseholdCode, Language: r.Language,
		Following: r.Following, StoppedAt: r.StoppedAt.Time, LastInteraction: r.LastInteraction.Time,
		ConsentAt: r.ConsentAt.Time, ConsentText: r.ConsentText,
		RefusedAt: r.RefusedAt.Time, RefusedFor: r.RefusedFor,
	}
	return person, firstError(readList(r.Topics, &person.Topics), readList(r.Roles, &person.Roles))
}

// laterInteraction is the later of the interaction that is known and the one that is brought.
const laterInteraction = `CASE WHEN residents.last_interaction IS NULL OR excluded.last_interaction > residents.last_interaction
	THEN excluded.last_interaction ELSE residents.last_interaction END`

// saveResidents keeps what events change of a resident. What officers keep (name, unit, topics and so on) is left to
// them; the last interaction never moves back.
func (s *Store) saveResidents(tx *gorm.DB, list []bot.Resident) error {
	if len(list) == 0 {
		return nil
	}
	return tx.Exec(`INSERT INTO residents (oa_id, user_id, following, stopped_at, last_interaction, created_at)
		SELECT v.oa_id, v.user_id, v.following, v.stopped_at, v.last_interaction, v.created_at
		FROM `+s.dialect.v("oa_id", "user_id", "following boolean", "stopped_at timestamptz", "last_interaction timestamptz", "created_at timestamptz")+` WHERE true
		ON CONFLICT (oa_id, user_id) DO UPDATE SET following = excluded.following, stopped_at = excluded.stopped_at,
			last_interaction = `+laterInteraction,
		rows(list, func(r bot.Resident) row {
			return row{
				"oa_id", r.OAID, "user_id", r.UserID, "following", r.Following, "stopped_at", r.StoppedAt,
				"last_interaction", r.LastInteraction, "created_at", s.now(),
			}
		})).Error
}

// enrol keeps what residents have chosen themselves: village, topics and consent.
func (s *Store) enrol(tx *gorm.DB, list []bot.Resident) error {
	if len(list) == 0 {
		return nil
	}
	return tx.Exec(`UPDATE residents SET unit_code = v.unit_code, household_code = v.household_code, topics = v.topics,
			consent_at = v.consent_at, consent_text = v.consent_text
		FROM `+s.dialect.v("oa_id", "user_id", "unit_code", "household_code", "topics", "consent_at timestamptz", "consent_text")+`
		WHERE residents.oa_id = v.oa_id AND residents.user_id = v.user_id`,
		rows(list, func(r bot.Resident) row {
			return row{
				"oa_id", r.OAID, "user_id", r.UserID, "unit_code", r.UnitCode, "household_code", r.HouseholdCode, "topics", listText(r.Topics),
				"consent_at", r.ConsentAt, "consent_text", r.ConsentText,
			}
		})).Error
}

// ImportResidents creates residents, or gives those that are there what officers keep of them. Of what events keep, the
// last interaction moves forward and never back, and following and stopping stay as they are. A consent is replaced by a
// later one and taken away by none: that is the resident's own to do.
func (s *Store) ImportResidents(ctx context.Context, residents iter.Seq2[bot.Resident, error], dryRun bool, records ...bot.Record) (Change, error) {
	change, err := importAll(ctx, s, residents, dryRun, s.putResidents, records)
	if err != nil {
		return Change{}, fmt.Errorf("import residents: %w", err)
	}
	return change, nil
}

func (s *Store) putResidents(tx *gorm.DB, residents []bot.Resident, change *Change) error {
	var known int
	err := tx.Raw(`SELECT count(*) FROM `+s.dialect.v("oa_id", "user_id")+`
		JOIN residents r ON r.oa_id = v.oa_id AND r.user_id = v.user_id`,
		rows(residents, func(r bot.Resident) row { return row{"oa_id", r.OAID, "user_id", r.UserID} })).Scan(&known).Error
	if err != nil {
		return err
	}
	list := rows(residents, func(r bot.Resident) row {
		return row{
			"oa_id", r.OAID, "user_id", r.UserID, "name", r.Name, "unit_code", r.UnitCode, "household_code", r.HouseholdCode,
			"topics", listText(r.Topics), "roles", listText(r.Roles), "language", r.Language, "following", r.Following,
			"last_interaction", r.LastInteraction, "consent_at", r.ConsentAt, "consent_text", r.ConsentText,
		}
	})
	done := tx.Exec(`INSERT INTO residents (oa_id, user_id, name, unit_code, household_code, topics, roles, language, following,
			last_interaction, consent_at, consent_text, created_at)
		SELECT v.oa_id, v.user_id, v.name, v.unit_code, v.household_code, v.topics, v.roles, v.language, v.following,
			v.last_interaction, v.consent_at, v.consent_text, CAST(? AS `+s.dialect.timeType+`)
		FROM `+s.dialect.v("oa_id", "user_id", "name", "unit_code", "household_code", "topics", "roles", "language",
		"following boolean", "last_interaction timestamptz", "consent_at timestamptz", "consent_text")+`
		LEFT JOIN residents r ON r.oa_id = v.oa_id AND r.user_id = v.user_id
		WHERE r.user_id IS NULL OR r.name <> v.name OR r.unit_code <> v.unit_code OR r.household_code <> v.household_code
			OR r.topics <> v.topics OR r.roles <> v.roles OR r.language <> v.language
			OR v.last_interaction > r.last_interaction OR (r.last_interaction IS NULL AND v.last_interaction IS NOT NULL)
			OR v.consent_at > r.consent_at OR (r.consent_at IS NULL AND v.consent_at IS NOT NULL)
		ON CONFLICT (oa_id, user_id) DO UPDATE SET name = excluded.name, unit_code = excluded.unit_code,
			household_code = excluded.household_code, topics = excluded.topics, roles = excluded.roles,
			language = excluded.language, last_interaction = `+laterInteraction+`,
			consent_text = CASE WHEN residents.consent_at >= excluded.consent_at OR excluded.consent_at IS NULL
				THEN residents.consent_text ELSE excluded.consent_text END,
			consent_at = CASE WHEN residents.consent_at IS NULL OR excluded.consent_at > residents.consent_at
				THEN excluded.consent_at ELSE residents.consent_at END`,
		timeText(s.now()), list)
	change.add(len(residents), known, int(done.RowsAffected))
	return done.Error
}

// Resident is one resident, or bot.ErrNotFound.
func (s *Store) Resident(ctx context.Context, oaID, userID string) (bot.Resident, error) {
	var r residentRow
	err := s.db.WithContext(ctx).Where("oa_id = ? AND user_id = ?", oaID, userID).Take(&r).Error
	if err != nil {
		return bot.Resident{}, fmt.Errorf("load resident: %w", translate(err))
	}
	return r.resident()
}

// Residents walks over all residents of an account in the order of their user ids.
func (s *Store) Residents(ctx context.Context, oaID string) iter.Seq2[bot.Resident, error] {
	return walk("residents", func(last residentRow) (page []residentRow, err error) {
		err = s.db.WithContext(ctx).Where("oa_id = ? AND user_id > ?", oaID, last.UserID).
			Order("user_id").Limit(pageSize).Find(&page).Error
		return page, err
	}, residentRow.resident)
}
