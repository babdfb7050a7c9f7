package store

import (
	"context"
	"fmt"
	"slices"
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
// same resident and text that no echo stands for yet. Of one that is sending the row is begun for it.
func (s *Store) takeWitness(tx *gorm.DB, oaID string, w bot.Witness) error {
	latest := w.At.Add(echoSkew).UTC()
	var a attemptRow
	err := tx.Raw(`SELECT * FROM (
			SELECT `+witnessed+`, outcome, msg_id, echo_id FROM attempts WHERE oa_id = ? AND user_id = ?
				AND (msg_id = ? OR echo_id = ? OR (text_key = ? AND echo_id = '' AND outcome IN ('accepted', 'unsure') AND started_at <= ?))
			UNION ALL SELECT `+witnessed+`, '', '', '' FROM sending WHERE oa_id = ? AND user_id = ? AND text_key = ? AND started_at <= ?
				AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.oa_id = sending.oa_id AND a.id = sending.id)) AS a
		ORDER BY CASE WHEN msg_id = ? OR echo_id = ? THEN 0 ELSE 1 END, id LIMIT 1`,
		oaID, w.UserID, w.MsgID, w.MsgID, w.TextKey, latest, oaID, w.UserID, w.TextKey, latest, w.MsgID, w.MsgID).Scan(&a).Error
	if err != nil || a.ID == 0 {
		return err
	}
	var outcome string
	err = tx.Raw(`INSERT INTO attempts (oa_id, id, delivery_id, user_id, part, text_key, started_at, deadline, vnd, included, echo_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (`+s.dialect.attemptKey+`) DO UPDATE SET echo_id = excluded.echo_id,
			outcome = CASE WHEN attempts.outcome = 'unsure' THEN 'accepted' ELSE attempts.outcome END
		RETURNING outcome`,
		oaID, a.ID, a.DeliveryID, a.UserID, a.Part, a.TextKey, a.StartedAt.UTC(), a.Deadline.UTC(), a.VND, a.Included, w.MsgID).Scan(&outcome).Error
	if err != nil {
		return err
	}
	switch {
	case outcome == "": // our own answer is still to come, and takes them
		return nil
	case outcome == "accepted" && a.Outcome != "accepted":
		if err := s.acceptEchoed(tx, oaID, a); err != nil {
			return err
		}
	}
	return s.takeEarlyReceipts(tx, oaID, []string{w.MsgID})
}

// witnessed are the columns that an attempt has in common with a call that is sending.
const witnessed = `id, delivery_id, user_id, part, text_key, started_at, deadline, vnd, included`

// acceptEchoed moves the delivery on whose attempt an echo has proved.
func (s *Store) acceptEchoed(tx *gorm.DB, oaID string, a attemptRow) error {
	now := s.now().UTC()
	return tx.Exec(`UPDATE deliveries SET part = ?, state = CASE WHEN ? < parts THEN 'planned' ELSE 'accepted' END,
			state_at = ?, not_before = ?, failures = 0, code = 0, reason = ''
		WHERE oa_id = ? AND id = ? AND state = 'unsure' AND part = ?`,
		a.Part+1, a.Part+1, now, now, oaID, a.DeliveryID, a.Part).Error
}

// takeReceipt moves deliveries on to received or seen, never back. A long message arrives with its last part. A receipt of
// a message that the ledger does not know as accepted is kept: it may have come before our own answer. So is that of a text
// whose file may still be given up.
func (s *Store) takeReceipt(tx *gorm.DB, oaID string, r bot.Receipt) error {
	var known []struct{ MsgID, EchoID string }
	err := tx.Raw(`SELECT msg_id, echo_id FROM attempts
		WHERE oa_id = ? AND user_id = ? AND (msg_id IN ? OR echo_id IN ?) AND outcome = 'accepted'`, oaID, r.UserID, r.MsgIDs, r.MsgIDs).Scan(&known).Error
	if err != nil {
		return err
	}
	waiting, err := moveReceived(tx, oaID, r)
	if err != nil {
		return err
	}
	early := slices.DeleteFunc(slices.Clone(r.MsgIDs), func(id string) bool {
		return id == "" || !slices.Contains(waiting, id) && slices.ContainsFunc(known, func(k struct{ MsgID, EchoID string }) bool { return k.MsgID == id || k.EchoID == id })
	})
	if len(early) == 0 {
		return nil
	}
	return tx.Exec(`INSERT INTO early_receipts (oa_id, msg_id, user_id, seen, at)
		SELECT v.oa_id, v.msg_id, v.user_id, v.seen, v.at
		FROM `+s.dialect.v("oa_id", "msg_id", "user_id", "seen boolean", "at timestamptz")+` WHERE true
		ON CONFLICT (oa_id, msg_id) DO UPDATE SET seen = early_receipts.seen OR excluded.seen,
			at = CASE WHEN early_receipts.at < excluded.at THEN early_receipts.at ELSE excluded.at END`,
		rows(early, func(id string) row {
			return row{"oa_id", oaID, "msg_id", id, "user_id", r.UserID, "seen", r.Seen, "at", r.At}
		})).Error
}

// moveReceived finds the deliveries by the resident's attempts first: asked in one statement, both databases look through
// all deliveries of the account for each receipt. waiting are the ids of texts whose file is still to go.
func moveReceived(tx *gorm.DB, oaID string, r bot.Receipt) (waiting []string, err error) {
	var sent []attemptRow
	err = tx.Raw(`SELECT * FROM attempts WHERE oa_id = ? AND user_id = ? AND (msg_id IN ? OR echo_id IN ?)`,
		oaID, r.UserID, r.MsgIDs, r.MsgIDs).Scan(&sent).Error
	if err != nil || len(sent) == 0 {
		return nil, err
	}
	state, before := bot.DeliveryReceived, []bot.DeliveryState{bot.DeliveryAccepted}
	if r.Seen {
		state, before = bot.DeliverySeen, append(before, bot.DeliveryReceived)
	}
	at := r.At.UTC()
	for _, a := range sent {
		moved := tx.Exec(`UPDATE deliveries SET
				state = CASE WHEN `+anyState+` IN ? THEN ? ELSE state END, state_at = CASE WHEN `+anyState+` IN ? THEN ? ELSE state_at END,
				received_at = CASE WHEN received_at < ? THEN received_at ELSE ? END
			WHERE oa_id = ? AND id = ? AND part = ? AND `+anyState+` IN ('accepted', 'received', 'seen')`,
			before, state, before, at, at, at, oaID, a.DeliveryID, a.Part+1)
		if moved.Error != nil {
			return nil, moved.Error
		}
		if moved.RowsAffected > 0 {
			continue
		}
		var files []int64
		err := tx.Raw(`SELECT id FROM deliveries WHERE oa_id = ? AND id = ? AND part = ? AND `+anyState+` IN ('planned', 'unsure') AND `+
			onlyFileLeft("deliveries"), oaID, a.DeliveryID, a.Part+1).Scan(&files).Error
		if err != nil {
			return nil, err
		}
		if len(files) > 0 {
			waiting = append(waiting, a.MsgID, a.EchoID)
		}
	}
	return waiting, nil
}

// takeEarlyReceipts takes receipts that came before the ledger knew their messages' ids.
func (s *Store) takeEarlyReceipts(tx *gorm.DB, oaID string, msgIDs []string) error {
	if len(msgIDs) == 0 {
		return nil
	}
	var early []struct {
		MsgID, UserID string
		Seen          bool
		At            time.Time
	}
	err := tx.Raw(`DELETE FROM early_receipts WHERE oa_id = ? AND msg_id IN ? RETURNING msg_id, user_id, seen, at`, oaID, msgIDs).
		Scan(&early).Error
	for _, e := range early {
		if err == nil {
			err = s.takeReceipt(tx, oaID, bot.Receipt{UserID: e.UserID, MsgIDs: []string{e.MsgID}, Seen: e.Seen, At: e.At})
		}
	}
	return err
}

// PurgeReceipts forgets receipts from before a time whose messages are none of the ledger's: officers write by hand, too.
func (s *Store) PurgeReceipts(ctx context.Context, before time.Time) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec(`DELETE FROM early_receipts WHERE at < ?`, before.UTC()).Error
	})
	if err != nil {
		return fmt.Errorf("purge receipts: %w", err)
	}
	return nil
}
