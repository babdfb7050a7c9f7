package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// deliveryRow is a row of deliveries.
type deliveryRow struct {
	ID        int64  `gorm:"->;primaryKey"`
	OAID      string `gorm:"column:oa_id"`
	UserID    string
	Origin    string
	Urgency   bot.Urgency
	Message   string
	State     bot.DeliveryState
	StateAt   time.Time
	Part      int
	Parts     int
	Failures  int
	Code      int
	Reason    string
	NotBefore dbTime
	Asked     int
	ExpiresAt time.Time
	CreatedAt time.Time
}

func (deliveryRow) TableName() string { return "deliveries" }

func (r deliveryRow) delivery() (bot.Delivery, error) {
	d := bot.Delivery{
		ID: r.ID, OAID: r.OAID, UserID: r.UserID, Origin: r.Origin, Urgency: r.Urgency, State: r.State,
		Part: r.Part, Parts: r.Parts, Failures: r.Failures, Code: r.Code, Reason: r.Reason,
		NotBefore: r.NotBefore.Time, ExpiresAt: r.ExpiresAt, CreatedAt: r.CreatedAt,
	}
	if err := json.Unmarshal([]byte(r.Message), &d.Message); err != nil {
		return d, fmt.Errorf("read message of delivery %d: %w", r.ID, err)
	}
	return d, nil
}

// attemptRow is a row of attempts.
type attemptRow struct {
	ID         int64  `gorm:"->;primaryKey"`
	OAID       string `gorm:"column:oa_id"`
	DeliveryID int64
	UserID     string
	Part       int
	TextKey    string
	StartedAt  time.Time
	Deadline   time.Time
}

func (r attemptRow) attempt() bot.Attempt {
	return bot.Attempt{
		ID: r.ID, OAID: r.OAID, DeliveryID: r.DeliveryID, UserID: r.UserID, Part: r.Part,
		TextKey: r.TextKey, StartedAt: r.StartedAt, Deadline: r.Deadline,
	}
}

// planDeliveries adds deliveries to the ledger. One that is there already, by its origin and recipient, stays as it is.
func (s *Store) planDeliveries(tx *gorm.DB, list []bot.Delivery) error {
	if len(list) == 0 {
		return nil
	}
	messages := make(map[string]string, len(list))
	for _, d := range list {
		message, err := json.Marshal(d.Message)
		if err != nil {
			return fmt.Errorf("write message: %w", err)
		}
		messages[d.Origin+" "+d.UserID] = string(message)
	}
	return tx.Exec(`INSERT INTO deliveries (oa_id, user_id, origin, urgency, message, state, state_at, parts, not_before, expires_at, created_at)
		SELECT v.oa_id, v.user_id, v.origin, v.urgency, v.message, 'planned', v.created_at, v.parts, v.not_before, v.expires_at, v.created_at
		FROM `+s.dialect.v("oa_id", "user_id", "origin", "urgency bigint", "message", "parts bigint",
		"not_before timestamptz", "expires_at timestamptz", "created_at timestamptz")+` WHERE true
		ON CONFLICT (oa_id, origin, user_id) DO NOTHING`,
		rows(list, func(d bot.Delivery) row {
			return row{
				"oa_id": d.OAID, "user_id": d.UserID, "origin": d.Origin, "urgency": int(d.Urgency),
				"message": messages[d.Origin+" "+d.UserID], "parts": d.Parts,
				"not_before": d.NotBefore, "expires_at": d.ExpiresAt, "created_at": d.CreatedAt,
			}
		})).Error
}

// RecoverDeliveries implements bot.DeliveryStore.
func (s *Store) RecoverDeliveries(ctx context.Context, lease bot.Lease, now time.Time) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := s.fence(tx, lease); err != nil {
			return err
		}
		var left []attemptRow
		err := tx.Raw(`SELECT a.* FROM attempts a JOIN deliveries d ON d.oa_id = a.oa_id AND d.id = a.delivery_id
			WHERE d.oa_id = ? AND d.state = 'sending' AND a.outcome = ''`, lease.OAID).Scan(&left).Error
		if err != nil {
			return err
		}
		unsure := make([]bot.AttemptResult, len(left))
		for i, a := range left {
			unsure[i] = bot.AttemptResult{
				Attempt: a.attempt(), State: bot.DeliveryUnsure, Part: a.Part, Reason: "interrupted",
				NotBefore: a.Deadline.Add(bot.WitnessPatience), At: now,
			}
		}
		if err := s.keepResults(tx, lease.OAID, unsure); err != nil {
			return err
		}
		return tx.Exec(`UPDATE deliveries SET state = 'expired', state_at = ?
			WHERE oa_id = ? AND state = 'planned' AND expires_at <= ?`, now.UTC(), lease.OAID, now.UTC()).Error
	})
	if err != nil {
		return fmt.Errorf("recover deliveries: %w", err)
	}
	return nil
}

// noEarlierReply holds for a delivery d unless an earlier reply to the same resident is still to come. Its parameter is
// since when an unsure one is waited for.
const noEarlierReply = `NOT EXISTS (SELECT 1 FROM deliveries e
	WHERE e.oa_id = d.oa_id AND e.user_id = d.user_id AND e.id < d.id AND e.urgency = 0 AND d.urgency = 0
		AND (e.state IN ('planned', 'sending') OR (e.state = 'unsure' AND e.state_at > ?)))`

// NextDeliveries implements bot.DeliveryStore.
func (s *Store) NextDeliveries(ctx context.Context, oaID string, now, unsureSince time.Time, limit int) ([]bot.Delivery, error) {
	var found []deliveryRow
	err := s.db.WithContext(ctx).Raw(`SELECT d.* FROM deliveries d
		WHERE d.oa_id = ? AND d.state = 'planned' AND d.not_before <= ? AND d.expires_at > ?
			AND NOT EXISTS (SELECT 1 FROM deliveries f WHERE f.oa_id = d.oa_id AND f.user_id = d.user_id AND f.state = 'sending')
			AND `+noEarlierReply+`
		ORDER BY d.urgency, d.id LIMIT ?`, oaID, now.UTC(), now.UTC(), unsureSince.UTC(), limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find next deliveries: %w", translate(err))
	}
	list := make([]bot.Delivery, 0, len(found))
	taken := make(map[string]bool, len(found))
	for _, r := range found {
		if taken[r.UserID] {
			continue
		}
		taken[r.UserID] = true
		d, err := r.delivery()
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// NextDue implements bot.DeliveryStore.
func (s *Store) NextDue(ctx context.Context, oaID string, now time.Time) (time.Time, error) {
	var due dbTime
	err := s.db.WithContext(ctx).Raw(`SELECT min(not_before) FROM deliveries d
		WHERE d.oa_id = ? AND (d.state = 'unsure' OR (d.state = 'planned' AND d.expires_at > ? AND NOT EXISTS (
			SELECT 1 FROM deliveries e WHERE e.oa_id = d.oa_id AND e.user_id = d.user_id AND e.id < d.id
				AND e.urgency = 0 AND d.urgency = 0 AND e.state IN ('planned', 'sending'))))`, oaID, now.UTC()).Scan(&due).Error
	if err != nil {
		return time.Time{}, fmt.Errorf("find next due delivery: %w", translate(err))
	}
	return due.Time, nil
}

// StartAttempts implements bot.DeliveryStore.
func (s *Store) StartAttempts(ctx context.Context, lease bot.Lease, attempts []bot.Attempt) ([]bot.Attempt, error) {
	started := make([]bot.Attempt, len(attempts))
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := s.fence(tx, lease); err != nil {
			return err
		}
		list := rows(attempts, func(a bot.Attempt) row {
			return row{
				"delivery_id": a.DeliveryID, "user_id": a.UserID, "part": a.Part, "text_key": a.TextKey,
				"started_at": a.StartedAt, "deadline": a.Deadline,
			}
		})
		done := tx.Exec(`UPDATE deliveries SET state = 'sending', state_at = v.started_at
			FROM `+s.dialect.v("delivery_id bigint", "started_at timestamptz")+`
			WHERE deliveries.oa_id = ? AND deliveries.id = v.delivery_id AND deliveries.state = 'planned'`, list, lease.OAID)
		if done.Error != nil {
			return done.Error
		}
		if int(done.RowsAffected) != len(attempts) {
			return fmt.Errorf("%d of %d deliveries are no longer planned", len(attempts)-int(done.RowsAffected), len(attempts))
		}
		var saved []attemptRow
		err := tx.Raw(`INSERT INTO attempts (oa_id, delivery_id, user_id, part, text_key, started_at, deadline)
			SELECT ?, v.delivery_id, v.user_id, v.part, v.text_key, v.started_at, v.deadline
			FROM `+s.dialect.v("delivery_id bigint", "user_id", "part bigint", "text_key", "started_at timestamptz", "deadline timestamptz")+` WHERE true
			RETURNING id, delivery_id`, lease.OAID, list).Scan(&saved).Error
		if err != nil {
			return err
		}
		ids := make(map[int64]int64, len(saved))
		for _, a := range saved {
			ids[a.DeliveryID] = a.ID
		}
		for i, a := range attempts {
			a.ID = ids[a.DeliveryID]
			started[i] = a
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("start attempts: %w", err)
	}
	return started, nil
}

// FinishAttempts implements bot.DeliveryStore.
func (s *Store) FinishAttempts(ctx context.Context, lease bot.Lease, results []bot.AttemptResult) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := s.fence(tx, lease); err != nil {
			return err
		}
		return s.keepResults(tx, lease.OAID, results)
	})
	if err != nil {
		return fmt.Errorf("finish attempts: %w", err)
	}
	return nil
}

// outcomeOf is what an attempt's row says of a result.
func outcomeOf(r bot.AttemptResult) string {
	switch {
	case r.Part > r.Attempt.Part:
		return "accepted"
	case r.State == bot.DeliveryUnsure:
		return "unsure"
	}
	return "not_sent"
}

// keepResults saves results of attempts whose outcome is not known yet. When the echo of an unsure one has come
// meanwhile, it is accepted.
func (s *Store) keepResults(tx *gorm.DB, oaID string, results []bot.AttemptResult) error {
	if len(results) == 0 {
		return nil
	}
	list := rows(results, func(r bot.AttemptResult) row {
		return row{
			"id": r.Attempt.ID, "delivery_id": r.Attempt.DeliveryID, "outcome": outcomeOf(r), "msg_id": r.MsgID,
			"state": string(r.State), "part": r.Part, "failures": r.Failures, "code": r.Code, "reason": r.Reason,
			"not_before": r.NotBefore, "asked": r.Asked, "at": r.At,
		}
	})
	var kept []struct{ ID int64 }
	err := tx.Raw(`UPDATE attempts SET outcome = CASE WHEN v.outcome = 'unsure' AND attempts.echo_id <> '' THEN 'accepted' ELSE v.outcome END,
			msg_id = v.msg_id, code = v.code, finished_at = v.at
		FROM `+s.dialect.v("id bigint", "outcome", "msg_id", "code bigint", "at timestamptz")+`
		WHERE attempts.oa_id = ? AND attempts.id = v.id AND attempts.outcome IN ('', 'unsure')
		RETURNING attempts.id`, list, oaID).Scan(&kept).Error
	if err != nil {
		return err
	}
	known := make(map[int64]bool, len(kept))
	for _, k := range kept {
		known[k.ID] = true
	}
	fresh := results[:0:0]
	for _, r := range results {
		if known[r.Attempt.ID] {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	list = rows(fresh, func(r bot.AttemptResult) row {
		return row{
			"attempt_id": r.Attempt.ID, "delivery_id": r.Attempt.DeliveryID, "state": string(r.State), "part": r.Part,
			"next_part": r.Attempt.Part + 1, "failures": r.Failures, "code": r.Code, "reason": r.Reason,
			"not_before": r.NotBefore, "asked": r.Asked, "at": r.At,
		}
	})
	return tx.Exec(`UPDATE deliveries SET
			state = CASE WHEN NOT seen.echoed THEN seen.state WHEN seen.next_part < deliveries.parts THEN 'planned' ELSE 'accepted' END,
			part = CASE WHEN seen.echoed THEN seen.next_part ELSE seen.part END,
			state_at = CASE WHEN deliveries.state = 'unsure' AND seen.state = 'unsure' THEN deliveries.state_at ELSE seen.at END,
			failures = seen.failures, code = seen.code, reason = seen.reason, asked = seen.asked,
			not_before = CASE WHEN seen.echoed THEN seen.at ELSE seen.not_before END
		FROM (SELECT v.*, v.state = 'unsure' AND a.outcome = 'accepted' AS echoed
			FROM `+s.dialect.v("attempt_id bigint", "delivery_id bigint", "state", "part bigint", "next_part bigint", "failures bigint",
		"code bigint", "reason", "not_before timestamptz", "asked bigint", "at timestamptz")+`
			JOIN attempts a ON a.oa_id = ? AND a.id = v.attempt_id) AS seen
		WHERE deliveries.oa_id = ? AND deliveries.id = seen.delivery_id AND deliveries.state IN ('sending', 'unsure')`,
		list, oaID, oaID).Error
}

// UnsureDeliveries implements bot.DeliveryStore.
func (s *Store) UnsureDeliveries(ctx context.Context, oaID string, now time.Time, limit int) ([]bot.Unsure, error) {
	db := s.db.WithContext(ctx)
	var found []deliveryRow
	err := db.Raw(`SELECT * FROM deliveries WHERE oa_id = ? AND state = 'unsure' AND not_before <= ?
		ORDER BY urgency, id LIMIT ?`, oaID, now.UTC(), limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find unsure deliveries: %w", translate(err))
	}
	list := make([]bot.Unsure, 0, len(found))
	for _, r := range found {
		var a attemptRow
		err := db.Raw(`SELECT * FROM attempts WHERE oa_id = ? AND delivery_id = ? AND outcome = 'unsure' ORDER BY id DESC LIMIT 1`,
			oaID, r.ID).Scan(&a).Error
		if err != nil {
			return nil, fmt.Errorf("find unsure attempt: %w", translate(err))
		}
		d, err := r.delivery()
		if err != nil {
			return nil, err
		}
		list = append(list, bot.Unsure{Delivery: d, Attempt: a.attempt(), Asked: r.Asked})
	}
	return list, nil
}

// ClaimedMessages implements bot.DeliveryStore.
func (s *Store) ClaimedMessages(ctx context.Context, oaID string, msgIDs []string) (map[string]bool, error) {
	var found []struct{ MsgID, EchoID string }
	err := s.db.WithContext(ctx).Raw(`SELECT msg_id, echo_id FROM attempts WHERE oa_id = ? AND (msg_id IN ? OR echo_id IN ?)`,
		oaID, msgIDs, msgIDs).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find claimed messages: %w", translate(err))
	}
	claimed := make(map[string]bool, len(found))
	for _, f := range found {
		claimed[f.MsgID], claimed[f.EchoID] = true, true
	}
	delete(claimed, "")
	return claimed, nil
}
