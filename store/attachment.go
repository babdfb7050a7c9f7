package store

import (
	"context"
	"fmt"
	"strings"
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
	CreatedAt time.Time // when it was attached last
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

// fileMark stands in the JSON of messages with a file, and of no others: a quote within a text is escaped.
const fileMark = `"file":{`

// onlyFileLeft tells of deliveries, or of others by their alias, that their text has gone and a file is to follow.
func onlyFileLeft(alias string) string {
	return strings.ReplaceAll(`($.part > 0 AND $.part = $.parts - 1 AND NOT $.lacks_file AND CASE WHEN $.message <> '' THEN $.message
		ELSE (SELECT f.message FROM runs f WHERE f.oa_id = $.oa_id AND f.announcement_id = $.announcement_id AND f.number = $.run) END LIKE '%`+fileMark+`%')`,
		"$", alias)
}

// giveFilesUp ends the deliveries of a run of which only the file is left: their text has gone, whatever becomes of the others.
func (s *Store) giveFilesUp(tx *gorm.DB, r runRow, now time.Time) error {
	if !strings.Contains(r.Message, fileMark) {
		return nil
	}
	var ids []int64
	err := tx.Raw(`UPDATE deliveries SET state = 'accepted', state_at = ?, lacks_file = true
		WHERE `+ofRun+` AND state = 'planned' AND id NOT IN (SELECT delivery_id FROM sending WHERE oa_id = ?) AND `+onlyFileLeft("deliveries")+`
		RETURNING id`, now, r.OAID, r.AnnouncementID, r.Number, r.OAID).Scan(&ids).Error
	if err != nil {
		return err
	}
	return s.takeTextReceipts(tx, r.OAID, ids)
}

// takeTextReceipts takes the receipts of texts whose file was given up. They came when the text was not yet all.
func (s *Store) takeTextReceipts(tx *gorm.DB, oaID string, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	var list []deliveryRow
	if err := tx.Raw(`SELECT * FROM deliveries WHERE `+s.dialect.byKey+` AND id IN ?`, oaID, ids).Scan(&list).Error; err != nil {
		return err
	}
	var sent []attemptRow
	err := tx.Raw(`SELECT r.* FROM `+s.dialect.v("id bigint", "user_id", "part bigint")+
		s.dialect.each("attempts", "r.oa_id = ? AND r.user_id = v.user_id AND r.delivery_id = v.id AND r.part = v.part - 1 AND r.outcome = 'accepted'"),
		rows(list, func(r deliveryRow) row { return row{"id", r.ID, "user_id", r.UserID, "part", r.Part} }), oaID).Scan(&sent).Error
	if err != nil {
		return err
	}
	var msgIDs []string
	for _, a := range sent {
		msgIDs = append(msgIDs, a.MsgID, a.EchoID)
	}
	return s.takeEarlyReceipts(tx, oaID, msgIDs)
}

// idsOf are the deliveries of those of a list that are meant.
func idsOf[T any](list []T, of func(T) (id int64, meant bool)) (ids []int64) {
	for _, item := range list {
		if id, meant := of(item); meant {
			ids = append(ids, id)
		}
	}
	return ids
}

// keepEnclosures keeps the bytes of attachments. Those that are there already are needed again.
func keepEnclosures(tx *gorm.DB, oaID string, list []bot.Enclosure, now time.Time) error {
	for _, e := range list {
		r := attachmentRow{OAID: oaID, Hash: e.Hash, Content: e.Content, CreatedAt: now.UTC()}
		err := tx.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "oa_id"}, {Name: "hash"}}, DoUpdates: clause.AssignmentColumns([]string{"created_at"}),
		}).Create(&r).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// PurgeAttachments forgets the bytes of attachments, and their uploads, that no announcement needs since before a time: it is
// done or cancelled, and its last run was over by then. A draft needs them, however old.
func (s *Store) PurgeAttachments(ctx context.Context, before time.Time) error {
	before = before.UTC()
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error {
				return tx.Exec(`DELETE FROM attachments WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM announcements a
					WHERE a.oa_id = attachments.oa_id AND a.message LIKE '%"hash":"' || attachments.hash || '"%'
						AND (a.state NOT IN ('done', 'cancelled') OR a.created_at >= ? OR EXISTS (SELECT 1 FROM runs r
							WHERE r.oa_id = a.oa_id AND r.announcement_id = a.id AND COALESCE(r.done_at, r.expires_at) >= ?)))`, before, before, before).Error
			},
			func() error {
				return tx.Exec(`DELETE FROM uploads WHERE at < ? AND NOT EXISTS (SELECT 1 FROM attachments a
					WHERE a.oa_id = uploads.oa_id AND a.hash = uploads.hash)`, before).Error
			},
		)
	})
	if err != nil {
		return fmt.Errorf("purge attachments: %w", err)
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
