package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/loalang/loalang/bot"
)

// attachmentRow is a row of attachments.
type attachmentRow struct {
	OAID      string `gorm:"column:oa_id;primaryKey"`
	Hash      string `gorm:"primaryKey"`
	Content   []byte
	CreatedAt time.Time
}

func (attachmentRow) TableName() string { return "attachments" }

// uploadRow is a row of uploads.
type uploadRow struct {
	OAID     string `gorm:"column:oa_id;primaryKey"`
	Hash     string `gorm:"primaryKey"`
	Name     string `gorm:"primaryKey"`
	ZaloID   string
	At       time.Time
	Fault    string
	Refused  bool
	Failures int
	RetryAt  time.Time
}

func (uploadRow) TableName() string { return "uploads" }

// keepEnclosures keeps the bytes of attachments. Those that are there already stay.
func keepEnclosures(tx *gorm.DB, oaID string, list []bot.Enclosure, now time.Time) error {
	for _, e := range list {
		r := attachmentRow{OAID: oaID, Hash: e.Hash, Content: e.Content, CreatedAt: now.UTC()}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error; err != nil {
			return err
		}
	}
	return nil
}

// AttachmentContent implements bot.UploadStore.
func (s *Store) AttachmentContent(ctx context.Context, oaID string, a bot.Attachment) ([]byte, error) {
	var r attachmentRow
	if err := s.db.WithContext(ctx).Where("oa_id = ? AND hash = ?", oaID, a.Hash).Take(&r).Error; err != nil {
		return nil, fmt.Errorf("load attachment: %w", translate(err))
	}
	return r.Content, nil
}

// Upload implements bot.UploadStore.
func (s *Store) Upload(ctx context.Context, oaID string, a bot.Attachment) (bot.Upload, error) {
	var found []uploadRow
	err := s.db.WithContext(ctx).Where("oa_id = ? AND hash = ? AND name = ?", oaID, a.Hash, clean(a.Name)).Find(&found).Error
	if err != nil {
		return bot.Upload{}, fmt.Errorf("load upload: %w", translate(err))
	}
	for _, r := range found {
		return bot.Upload{ID: r.ZaloID, At: r.At, Fault: r.Fault, Refused: r.Refused, Failures: r.Failures, RetryAt: r.RetryAt}, nil
	}
	return bot.Upload{}, nil
}

// SaveUpload implements bot.UploadStore.
func (s *Store) SaveUpload(ctx context.Context, oaID string, a bot.Attachment, u bot.Upload) error {
	r := uploadRow{
		OAID: oaID, Hash: a.Hash, Name: clean(a.Name), ZaloID: u.ID, At: u.At.UTC(), Fault: clean(u.Fault), Refused: u.Refused,
		Failures: u.Failures, RetryAt: u.RetryAt.UTC(),
	}
	if err := s.write(ctx, func(db *gorm.DB) error { return db.Save(&r).Error }); err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	return nil
}
