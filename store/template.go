package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// templateRow is a row of templates.
type templateRow struct {
	OAID       string `gorm:"column:oa_id;primaryKey"`
	Kind       string `gorm:"primaryKey"`
	TemplateID string
	VND        int64 `gorm:"column:vnd"`
	Data       string
	Fault      string
}

func (templateRow) TableName() string { return "templates" }

func (r templateRow) template() (bot.Template, error) {
	t := bot.Template{OAID: r.OAID, Kind: r.Kind, ID: r.TemplateID, VND: r.VND, Fault: r.Fault}
	if err := json.Unmarshal([]byte(r.Data), &t.Data); err != nil {
		return t, fmt.Errorf("read template of %s: %w", r.Kind, err)
	}
	return t, nil
}

// Template implements bot.PlanStore.
func (s *Store) Template(ctx context.Context, oaID, kind string) (bot.Template, error) {
	var r templateRow
	if err := s.db.WithContext(ctx).Where("oa_id = ? AND kind = ?", oaID, kind).Take(&r).Error; err != nil {
		return bot.Template{}, fmt.Errorf("load template: %w", translate(err))
	}
	return r.template()
}

// Templates are those of an account, in the order of their kinds.
func (s *Store) Templates(ctx context.Context, oaID string) ([]bot.Template, error) {
	var found []templateRow
	if err := s.db.WithContext(ctx).Where("oa_id = ?", oaID).Order("kind").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load templates: %w", translate(err))
	}
	list := make([]bot.Template, len(found))
	for i, r := range found {
		var err error
		if list[i], err = r.template(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// PutTemplate names a template for a kind of announcements, in place of the one before.
func (s *Store) PutTemplate(ctx context.Context, t bot.Template, records ...bot.Record) error {
	r := templateRow{OAID: t.OAID, Kind: clean(t.Kind), TemplateID: clean(t.ID), VND: t.VND, Data: clean(asJSON(t.Data)), Fault: t.Fault}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return tx.Save(&r).Error },
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("keep template: %w", err)
	}
	return nil
}

// RemoveTemplate forgets the template of a kind. It is bot.ErrNotFound when there is none.
func (s *Store) RemoveTemplate(ctx context.Context, oaID, kind string, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		done := tx.Where("oa_id = ? AND kind = ?", oaID, kind).Delete(&templateRow{})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return bot.ErrNotFound
		}
		return s.keep(tx, records)
	})
	if err != nil {
		return fmt.Errorf("remove template: %w", err)
	}
	return nil
}

// SetTemplateFault implements bot.AccountStore.
func (s *Store) SetTemplateFault(ctx context.Context, t bot.Template, fault string) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec(`UPDATE templates SET fault = ? WHERE oa_id = ? AND kind = ? AND template_id = ?`, fault, t.OAID, t.Kind, t.ID).Error
	})
	if err != nil {
		return fmt.Errorf("keep what is wrong with a template: %w", err)
	}
	return nil
}
