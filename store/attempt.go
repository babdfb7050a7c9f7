package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

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
	Outcome    string
	MsgID      string
	EchoID     string
	VND        int64 `gorm:"column:vnd"`
	Included   bool
}

func (r attemptRow) attempt() bot.Attempt {
	return bot.Attempt{
		ID: r.ID, OAID: r.OAID, DeliveryID: r.DeliveryID, UserID: r.UserID, Part: r.Part,
		TextKey: r.TextKey, StartedAt: r.StartedAt, Deadline: r.Deadline,
		Charge: bot.Charge{VND: r.VND, Included: r.Included},
	}
}

// StartAttempts implements bot.DeliveryStore.
func (s *Store) StartAttempts(ctx context.Context, lease bot.Lease, attempts []bot.Attempt) (started []bot.Attempt, err error) {
	return s.ExchangeAttempts(ctx, lease, nil, attempts)
}

// ExchangeAttempts implements bot.DeliveryStore.
func (s *Store) ExchangeAttempts(ctx context.Context, lease bot.Lease, results []bot.AttemptResult, attempts []bot.Attempt) (started []bot.Attempt, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error { return s.keepResults(tx, lease.OAID, results) },
			func() (err error) { started, err = s.startAttempts(tx, lease.OAID, attempts); return err },
		)
	})
	if err == nil {
		err = s.shutRecipients(ctx, lease.OAID, results)
	}
	if err != nil {
		return nil, fmt.Errorf("start attempts: %w", err)
	}
	return started, nil
}

// startAttempts saves attempts at deliveries that are still planned, and returns those.
func (s *Store) startAttempts(tx *gorm.DB, oaID string, attempts []bot.Attempt) (started []bot.Attempt, err error) {
	list := rows(attempts, func(a bot.Attempt) row {
		return row{
			"oa_id": oaID, "delivery_id": a.DeliveryID, "user_id": a.UserID, "part": a.Part, "text_key": a.TextKey,
			"parts": a.Parts, "started_at": a.StartedAt, "deadline": a.Deadline, "channel": string(a.Charge.Channel), "vnd": a.Charge.VND,
			"included": a.Charge.Included, "lacks_picture": a.Lack.Picture, "lacks_file": a.Lack.File,
		}
	})
	var going []int64
	err = tx.Raw(`UPDATE deliveries SET state = 'sending', state_at = v.started_at,
			parts = v.parts, channel = v.channel, vnd = deliveries.vnd + v.vnd,
			lacks_picture = CASE WHEN deliveries.part = 0 THEN v.lacks_picture ELSE deliveries.lacks_picture END, lacks_file = v.lacks_file
		FROM `+s.dialect.v("oa_id", "delivery_id bigint", "parts bigint", "started_at timestamptz", "channel", "vnd bigint",
		"lacks_picture boolean", "lacks_file boolean")+`
		WHERE deliveries.oa_id = v.oa_id AND deliveries.id = v.delivery_id AND `+anyState+` = 'planned'
		RETURNING deliveries.id`, list).Scan(&going).Error
	if err != nil {
		return nil, err
	}
	var saved []attemptRow
	err = tx.Raw(`INSERT INTO attempts (oa_id, delivery_id, user_id, part, text_key, started_at, deadline, vnd, included)
		SELECT v.oa_id, v.delivery_id, v.user_id, v.part, v.text_key, v.started_at, v.deadline, v.vnd, v.included
		FROM `+s.dialect.v("oa_id", "delivery_id bigint", "user_id", "part bigint", "text_key", "started_at timestamptz",
		"deadline timestamptz", "vnd bigint", "included boolean")+`
		WHERE v.delivery_id IN ?
		RETURNING id, delivery_id`, list, append(going, 0)).Scan(&saved).Error
	if err != nil {
		return nil, err
	}
	ids := make(map[int64]int64, len(saved))
	for _, a := range saved {
		ids[a.DeliveryID] = a.ID
	}
	for _, a := range attempts {
		if a.ID = ids[a.DeliveryID]; a.ID != 0 {
			started = append(started, a)
		}
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
	if err == nil {
		err = s.shutRecipients(ctx, lease.OAID, results)
	}
	if err != nil {
		return fmt.Errorf("finish attempts: %w", err)
	}
	return nil
}

// shutRecipients remembers to whom Zalo takes nothing. It is a transaction of its own, since whoever handles a resident's
// event holds the resident's row before the lane.
func (s *Store) shutRecipients(ctx context.Context, oaID string, results []bot.AttemptResult) error {
	var refused []row
	for _, r := range results {
		reason := r.Reason
		if r.State != bot.DeliveryRefused || reason != zalo.KindWindow.String() && reason != zalo.KindRecipient.String() {
			continue
		}
		if r.Attempt.Charge.Channel == plan.ChannelTemplate {
			reason = bot.RefusedTemplate
		}
		refused = append(refused, row{"user_id": r.Attempt.UserID, "reason": reason, "at": r.At})
	}
	if len(refused) == 0 {
		return nil
	}
	return s.write(ctx, func(db *gorm.DB) error {
		return db.Exec(`UPDATE residents SET refused_at = v.at, refused_for = v.reason
			FROM `+s.dialect.v("user_id", "reason", "at timestamptz")+` WHERE residents.oa_id = ? AND residents.user_id = v.user_id`,
			rows(refused, func(r row) row { return r }), oaID).Error
	})
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
	var kept []attemptOutcome
	err := tx.Raw(`UPDATE attempts SET outcome = CASE WHEN v.outcome = 'unsure' AND attempts.echo_id <> '' THEN 'accepted' ELSE v.outcome END,
			msg_id = v.msg_id, code = v.code, finished_at = v.at
		FROM `+s.dialect.v("oa_id", "id bigint", "outcome", "msg_id", "code bigint", "at timestamptz")+`
		WHERE attempts.oa_id = v.oa_id AND attempts.id = v.id AND attempts.outcome IN ('', 'unsure')
		RETURNING attempts.id, attempts.outcome, attempts.vnd, attempts.echo_id`,
		rows(results, func(r bot.AttemptResult) row {
			return row{
				"oa_id": oaID, "id": r.Attempt.ID, "outcome": outcomeOf(r), "msg_id": r.MsgID, "code": r.Code, "at": r.At,
			}
		})).Scan(&kept).Error
	if err != nil {
		return err
	}
	outcomes := make(map[int64]attemptOutcome, len(kept))
	for _, k := range kept {
		outcomes[k.ID] = k
	}
	var moves []row
	var msgIDs []string
	for _, r := range results {
		outcome, known := outcomes[r.Attempt.ID]
		if !known {
			continue // recorded before
		}
		m := row{
			"oa_id": oaID, "delivery_id": r.Attempt.DeliveryID, "state": string(r.State), "part": r.Part, "failures": r.Failures,
			"code": r.Code, "reason": r.Reason, "not_before": r.NotBefore, "asked": r.Asked, "at": r.At, "refund": 0,
		}
		if outcome.Outcome == "not_sent" {
			m["refund"] = outcome.VND
		}
		if outcome.Outcome == "accepted" {
			msgIDs = append(msgIDs, r.MsgID, outcome.EchoID)
		}
		if r.State == bot.DeliveryUnsure && outcome.Outcome == "accepted" {
			m["state"], m["part"], m["not_before"] = "echoed", r.Attempt.Part+1, r.At
		}
		moves = append(moves, m)
	}
	if len(moves) == 0 {
		return nil
	}
	err = tx.Exec(`UPDATE deliveries SET
			state = CASE WHEN v.state = 'refused' AND deliveries.post_id IS NOT NULL THEN 'covered'
				WHEN v.state <> 'echoed' THEN v.state WHEN v.part < deliveries.parts THEN 'planned' ELSE 'accepted' END,
			state_at = CASE WHEN deliveries.state = 'unsure' AND v.state = 'unsure' THEN deliveries.state_at ELSE v.at END,
			part = v.part, failures = v.failures, code = v.code, reason = v.reason, asked = v.asked, not_before = v.not_before,
			channel = CASE WHEN v.state = 'refused' AND deliveries.post_id IS NOT NULL THEN 'group' ELSE deliveries.channel END,
			vnd = deliveries.vnd - v.refund,
			lacks_file = deliveries.lacks_file OR (v.state = 'accepted' AND v.part < deliveries.parts)
		FROM `+s.dialect.v("oa_id", "delivery_id bigint", "state", "part bigint", "failures bigint", "code bigint", "reason",
		"not_before timestamptz", "asked bigint", "at timestamptz", "refund bigint")+`
		WHERE deliveries.oa_id = v.oa_id AND deliveries.id = v.delivery_id AND `+anyState+` IN ('sending', 'unsure')`,
		rows(moves, func(m row) row { return m })).Error
	if err != nil {
		return err
	}
	if err := s.takeEarlyReceipts(tx, oaID, msgIDs); err != nil {
		return err
	}
	return s.takeTextReceipts(tx, oaID, idsOf(results, func(r bot.AttemptResult) (int64, bool) {
		return r.Attempt.DeliveryID, r.State == bot.DeliveryAccepted && r.Part == r.Attempt.Part // its file was refused
	}))
}

// attemptOutcome is what the ledger says of an attempt.
type attemptOutcome struct {
	ID      int64
	Outcome string
	VND     int64 `gorm:"column:vnd"`
	EchoID  string
}

// UnsureDeliveries implements bot.DeliveryStore.
func (s *Store) UnsureDeliveries(ctx context.Context, oaID string, now time.Time, limit int) ([]bot.Unsure, error) {
	db := s.db.WithContext(ctx)
	var found []deliveryRow
	err := db.Raw(`SELECT * FROM deliveries WHERE oa_id = ? AND `+openState+` AND state = 'unsure' AND not_before <= ?
		ORDER BY urgency, id LIMIT ?`, oaID, now.UTC(), limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find unsure deliveries: %w", translate(err))
	}
	list := make([]bot.Unsure, 0, len(found))
	for _, r := range found {
		var a attemptRow
		err := db.Raw(`SELECT * FROM attempts WHERE oa_id = ? AND user_id = ? AND delivery_id = ? AND outcome = 'unsure'
			ORDER BY id DESC LIMIT 1`, oaID, r.UserID, r.ID).Scan(&a).Error
		if err != nil {
			return nil, fmt.Errorf("find unsure attempt: %w", translate(err))
		}
		d, err := r.delivery()
		if err != nil {
			return nil, err
		}
		if d.Errand != nil && !d.Errand.Own {
			if d.Message, err = s.messageOf(ctx, r); err != nil {
				return nil, err
			}
		}
		list = append(list, bot.Unsure{Delivery: d, Attempt: a.attempt(), Asked: r.Asked})
	}
	return list, nil
}

// messageOf is the message of the run that a delivery belongs to.
func (s *Store) messageOf(ctx context.Context, r deliveryRow) (m bot.Message, err error) {
	var text string
	err = s.db.WithContext(ctx).Raw(`SELECT message FROM runs WHERE oa_id = ? AND announcement_id = ? AND number = ?`, r.OAID, r.AnnouncementID, r.Run).
		Scan(&text).Error
	if err == nil {
		err = json.Unmarshal([]byte(text), &m)
	}
	if err != nil {
		return m, fmt.Errorf("read message of run %d of %s: %w", r.Run, r.AnnouncementID, translate(err))
	}
	return m, nil
}

// ClaimedMessages implements bot.DeliveryStore.
func (s *Store) ClaimedMessages(ctx context.Context, oaID, userID string, msgIDs []string) (map[string]bool, error) {
	var found []struct{ MsgID, EchoID string }
	err := s.db.WithContext(ctx).Raw(`SELECT msg_id, echo_id FROM attempts WHERE oa_id = ? AND user_id = ? AND (msg_id IN ? OR echo_id IN ?)`,
		oaID, userID, msgIDs, msgIDs).Scan(&found).Error
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
