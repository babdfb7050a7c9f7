package store

import (
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// echoSkew is how much earlier than our call Zalo's clock may date its echo.
const echoSkew = 5 * time.Second

// takeReceipts brings echoes, received and seen events to the ledger.
func (s *Store) takeReceipts(tx *gorm.DB, outcomes []bot.Outcome) error {
	for _, o := range outcomes {
		for _, w := range o.Witnesses {
			if err := s.takeWitness(tx, o.Lease.OAID, w); err != nil {
				return err
			}
		}
		for _, r := range o.Receipts {
			if err := s.takeReceipt(tx, o.Lease.OAID, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeWitness lets an echo stand for the one attempt it proves: the one with its message id, else the oldest of the
// same resident and text that no echo stands for yet.
func (s *Store) takeWitness(tx *gorm.DB, oaID string, w bot.Witness) error {
	var a attemptRow
	err := tx.Raw(`SELECT * FROM attempts WHERE oa_id = ? AND user_id = ? AND (msg_id = ? OR echo_id = ?
			OR (text_key = ? AND echo_id = '' AND outcome IN ('', 'accepted', 'unsure') AND started_at <= ?))
		ORDER BY CASE WHEN msg_id = ? OR echo_id = ? THEN 0 ELSE 1 END, id LIMIT 1`,
		oaID, w.UserID, w.MsgID, w.MsgID, w.TextKey, w.At.Add(echoSkew).UTC(), w.MsgID, w.MsgID).Scan(&a).Error
	if err != nil || a.ID == 0 {
		return err
	}
	err = tx.Exec(`UPDATE attempts SET echo_id = ?, outcome = CASE WHEN outcome = 'unsure' THEN 'accepted' ELSE outcome END
		WHERE oa_id = ? AND id = ?`, w.MsgID, oaID, a.ID).Error
	if err != nil || a.Outcome != "unsure" {
		return err
	}
	now := s.now().UTC()
	return tx.Exec(`UPDATE deliveries SET part = ?, state = CASE WHEN ? < parts THEN 'planned' ELSE 'accepted' END,
			state_at = ?, not_before = ?, failures = 0, code = 0, reason = ''
		WHERE oa_id = ? AND id = ? AND state = 'unsure' AND part = ?`,
		a.Part+1, a.Part+1, now, now, oaID, a.DeliveryID, a.Part).Error
}

// takeReceipt moves deliveries on to received or seen, never back. A long message arrives with its last part.
func (s *Store) takeReceipt(tx *gorm.DB, oaID string, r bot.Receipt) error {
	state, before := bot.DeliveryReceived, []bot.DeliveryState{bot.DeliveryAccepted}
	if r.Seen {
		state, before = bot.DeliverySeen, append(before, bot.DeliveryReceived)
	}
	return tx.Exec(`UPDATE deliveries SET state = ?, state_at = ?
		WHERE oa_id = ? AND state IN ? AND id IN (SELECT delivery_id FROM attempts
			WHERE oa_id = ? AND user_id = ? AND (msg_id IN ? OR echo_id IN ?) AND part = deliveries.parts - 1)`,
		state, r.At.UTC(), oaID, before, oaID, r.UserID, r.MsgIDs, r.MsgIDs).Error
}
