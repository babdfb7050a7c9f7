package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
)

var (
	_ bot.OperatorStore     = (*Store)(nil)
	_ bot.AuditStore        = (*Store)(nil)
	_ bot.AnnouncementStore = (*Store)(nil)
)

// operatorRow is a row of operators.
type operatorRow struct {
	OAID            string `gorm:"column:oa_id"`
	ID              string
	Name            string
	Role            rights.Role
	Units           string
	Topics          string
	UserID          string
	CodeHash        string
	CodeExpiresAt   dbTime
	CreatedAt       dbTime
	BoundAt         dbTime
	RemovedAt       dbTime
	LastInteraction dbTime `gorm:"->"` // of the resident
	SessionState    string `gorm:"->"` // of what is composed
	SessionAt       dbTime `gorm:"->"`
}

func (operatorRow) TableName() string { return "operators" }

func (r operatorRow) operator() (bot.Operator, error) {
	o := bot.Operator{
		OAID: r.OAID, ID: r.ID, Name: r.Name, Role: r.Role, UserID: r.UserID, LastInteraction: r.LastInteraction.Time,
		CodeExpiresAt: r.CodeExpiresAt.Time, CreatedAt: r.CreatedAt.Time, BoundAt: r.BoundAt.Time, RemovedAt: r.RemovedAt.Time,
	}
	return o, firstError(readList(r.Units, &o.Units), readList(r.Topics, &o.Topics))
}

// operatorsWith finds operators with the last interaction of the Zalo users that they are.
const operatorsWith = `SELECT o.*, r.last_interaction FROM operators o
	LEFT JOIN residents r ON r.oa_id = o.oa_id AND r.user_id = o.user_id AND o.user_id <> '' WHERE o.oa_id = ? AND `

func (s *Store) operators(db *gorm.DB, condition, oaID string, args ...any) ([]bot.Operator, error) {
	var found []operatorRow
	err := db.Raw(operatorsWith+condition+` ORDER BY o.created_at, o.id`, append([]any{oaID}, args...)...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load operators: %w", translate(err))
	}
	return converted("load operators", found, operatorRow.operator)
}

// Operators implements bot.OperatorStore.
func (s *Store) Operators(ctx context.Context, oaID string) ([]bot.Operator, error) {
	return s.operators(s.db.WithContext(ctx), "o.removed_at IS NULL", oaID)
}

// Operator implements bot.OperatorStore.
func (s *Store) Operator(ctx context.Context, oaID, id string) (bot.Operator, error) {
	return one(s.operators(s.db.WithContext(ctx), "o.id = ?", oaID, id))
}

// OperatorOf is the operator whom a Zalo user is, or bot.ErrNotFound.
func (s *Store) OperatorOf(ctx context.Context, oaID, userID string) (bot.Operator, error) {
	return one(s.operators(s.db.WithContext(ctx), "o.user_id = ? AND o.user_id <> '' AND o.removed_at IS NULL", oaID, userID))
}

// one is the only value of a list, or bot.ErrNotFound.
func one[T any](list []T, err error) (first T, _ error) {
	if err == nil && len(list) == 0 {
		err = bot.ErrNotFound
	}
	if err != nil {
		return first, err
	}
	return list[0], nil
}

// AddOperator implements bot.OperatorStore.
func (s *Store) AddOperator(ctx context.Context, o bot.Operator, code string, record bot.Record) error {
	r := operatorRow{
		OAID: o.OAID, ID: o.ID, Name: clean(o.Name), Role: o.Role, Units: listText(o.Units), Topics: listText(o.Topics),
		CodeHash: s.digest(code, o.OAID, "code_hash"), CodeExpiresAt: dbTime{o.CodeExpiresAt}, CreatedAt: dbTime{o.CreatedAt},
	}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.bumpLanes(tx, noticeLanes([]bot.Record{record}), s.now()) },
			func() error { return tx.Create(&r).Error },
			func() error { return s.keep(tx, []bot.Record{record}) },
		)
	})
	if err != nil {
		return fmt.Errorf("add operator: %w", err)
	}
	return nil
}

// RemoveOperator implements bot.OperatorStore.
func (s *Store) RemoveOperator(ctx context.Context, o bot.Operator, now time.Time, records func([]bot.Announcement) []bot.Record) (stopped []bot.Announcement, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		if stopped, err = s.waiting(tx, o, now); err != nil {
			return err
		}
		kept := records(stopped)
		lanes := noticeLanes(kept, bot.Lane{OAID: o.OAID, Kind: bot.LaneDelivery})
		for _, a := range stopped {
			lanes = append(lanes, announcementLane(a))
		}
		if err := s.bumpLanes(tx, lanes, s.now()); err != nil {
			return err
		}
		done := tx.Exec(`UPDATE operators SET removed_at = ? WHERE oa_id = ? AND id = ? AND removed_at IS NULL`, now.UTC(), o.OAID, o.ID)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return bot.ErrNotFound
		}
		if stopped, err = s.waiting(tx, o, now); err != nil { // none of it can become more now
			return err
		}
		if err := tx.Exec(`DELETE FROM operator_sessions WHERE oa_id = ? AND user_id = ?`, o.OAID, o.UserID).Error; err != nil {
			return err
		}
		gone := make(map[string]bool)
		for _, a := range stopped {
			err := firstErrorOf(
				func() error { return moveAnnouncement(tx, a, bot.AnnouncementCancelled) },
				func() error { return moveRun(tx, a, bot.AnnouncementCancelled) },
			)
			if errors.Is(err, bot.ErrChanged) { // it left at this moment
				gone[a.ID] = true
				continue
			}
			if err != nil {
				return err
			}
		}
		stopped = slices.DeleteFunc(stopped, func(a bot.Announcement) bool { return gone[a.ID] })
		return s.keep(tx, records(stopped))
	})
	if err != nil {
		return nil, fmt.Errorf("remove operator: %w", err)
	}
	return stopped, nil
}

// waiting are an operator's announcements of which nothing has left, and nothing is to if the operator goes.
func (s *Store) waiting(tx *gorm.DB, o bot.Operator, now time.Time) ([]bot.Announcement, error) {
	var found []announcementRow
	err := tx.Raw(`SELECT a.* FROM announcements a WHERE a.oa_id = ? AND (a.state = 'approval' AND a.asked_by = ?
			OR a.state = 'planning' AND EXISTS (SELECT 1 FROM runs r WHERE r.oa_id = a.oa_id AND r.announcement_id = a.id
				AND r.state = 'planning' AND r.begun_by = ? AND NOT r.posted AND r.held_until > ?))
		ORDER BY a.id`, o.OAID, o.ID, o.ID, dbTime{now}).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	list := make([]bot.Announcement, len(found))
	for i, r := range found {
		if list[i], err = r.announcement(); err != nil {
			return nil, err
		}
	}
	return list, nil
}
