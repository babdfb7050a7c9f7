package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
)

// auditRow is a row of audit. There is no way to change or delete one.
type auditRow struct {
	ID             int64  `gorm:"->"`
	OAID           string `gorm:"column:oa_id"`
	At             dbTime
	OperatorID     string
	ByName         string
	Role           rights.Role
	Action         bot.AuditAction
	AnnouncementID string
	Subject        string
	Detail         string
}

func (auditRow) TableName() string { return "audit" }

func (r auditRow) entry() bot.AuditEntry {
	return bot.AuditEntry{
		ID: r.ID, OAID: r.OAID, At: r.At.Time, OperatorID: r.OperatorID, By: r.ByName, Role: r.Role, Action: r.Action,
		AnnouncementID: r.AnnouncementID, Subject: r.Subject, Detail: r.Detail,
	}
}

// Audit implements bot.AuditStore.
func (s *Store) Audit(ctx context.Context, oaID string, since time.Time) ([]bot.AuditEntry, error) {
	query := s.db.WithContext(ctx).Where("at >= ?", since.UTC()).Order("id")
	if oaID != "" {
		query = query.Where("oa_id = ?", oaID)
	}
	var found []auditRow
	if err := query.Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load audit: %w", translate(err))
	}
	list := make([]bot.AuditEntry, len(found))
	for i, r := range found {
		list[i] = r.entry()
	}
	return list, nil
}

// WriteAudit adds lines for what leaves no other trace, such as an export.
func (s *Store) WriteAudit(ctx context.Context, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error { return s.keep(tx, records) })
	if err != nil {
		return fmt.Errorf("write audit: %w", err)
	}
	return nil
}

// noticeLanes are the lanes that the notices of records wait on. They are bumped with the step's own, before its rows.
func noticeLanes(records []bot.Record, lanes ...bot.Lane) []bot.Lane {
	for _, r := range records {
		for _, d := range r.Notices {
			lane := bot.Lane{OAID: d.OAID, Kind: bot.LaneDelivery}
			if !slices.Contains(lanes, lane) {
				lanes = append(lanes, lane)
			}
		}
	}
	return lanes
}

// keep adds what is kept together with a step. A step of an operator who was removed meanwhile fails.
func (s *Store) keep(tx *gorm.DB, records []bot.Record) error {
	for _, r := range records {
		if err := s.stillOperator(tx, r.Audit.OAID, r.Audit.OperatorID); err != nil {
			return err
		}
		a := r.Audit
		row := auditRow{
			OAID: a.OAID, At: dbTime{a.At}, OperatorID: a.OperatorID, ByName: clean(a.By), Role: a.Role, Action: a.Action,
			AnnouncementID: a.AnnouncementID, Subject: clean(a.Subject), Detail: clean(a.Detail),
		}
		if err := firstErrorOf(
			func() error { return tx.Create(&row).Error },
			func() error { return s.planDeliveries(tx, r.Notices) },
		); err != nil {
			return err
		}
	}
	return nil
}

// stillOperator refuses an operator who was removed, and keeps the others from being removed before the transaction ends.
func (s *Store) stillOperator(tx *gorm.DB, oaID, id string) error {
	if id == "" {
		return nil
	}
	var there []int
	err := tx.Raw(`SELECT 1 FROM operators WHERE oa_id = ? AND id = ? AND removed_at IS NULL `+s.dialect.lockRows, oaID, id).Scan(&there).Error
	if err == nil && len(there) == 0 {
		err = bot.ErrNotOperator
	}
	return err
}
