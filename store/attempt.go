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
	ID           int64  `gorm:"->;primaryKey"`
	OAID         string `gorm:"column:oa_id"`
	DeliveryID   int64
	UserID       string
	Part         int
	Parts        int // of one that is sending
	TextKey      string
	StartedAt    time.Time
	Deadline     time.Time
	Outcome      string
	MsgID        string
	EchoID       string
	Channel      plan.Channel // likewise, and what it goes without
	LacksPicture bool
	LacksFile    bool
	VND          int64 `gorm:"column:vnd"`
	Included     bool
}

func (r attemptRow) attempt() bot.Attempt {
	return bot.Attempt{
		ID: r.ID, OAID: r.OAID, DeliveryID: r.DeliveryID, UserID: r.UserID, Part: r.Part, Parts: r.Parts,
		TextKey: r.TextKey, StartedAt: r.StartedAt, Deadline: r.Deadline,
		Charge: bot.Charge{Channel: r.Channel, VND: r.VND, Included: r.Included}, Lack: bot.Lack{Picture: r.LacksPicture, File: r.LacksFile},
	}
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
		refused = append(refused, row{"user_id", r.Attempt.UserID, "reason", reason, "at", r.At})
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

// keepResults saves results of attempts whose outcome is not known yet. When the echo of one has come meanwhile, and ours is
// unsure, it is accepted.
func (s *Store) keepResults(tx *gorm.DB, oaID string, results []bot.AttemptResult) error {
	results = firstOfEach(results)
	if len(results) == 0 {
		return nil
	}
	outcomes := make(map[int64]attemptOutcome, len(results))
	err := eachRow(tx.Raw(`INSERT INTO attempts (oa_id, id, delivery_id, user_id, part, text_key, started_at, deadline, vnd, included,
			outcome, msg_id, code, finished_at)
		SELECT ?, v.id, v.delivery_id, v.user_id, v.part, v.text_key, v.started_at, v.deadline, v.vnd, v.included,
			v.outcome, v.msg_id, v.code, v.at
		FROM `+s.dialect.v("id bigint", "delivery_id bigint", "user_id", "part bigint", "text_key", "started_at timestamptz",
		"deadline timestamptz", "vnd bigint", "included boolean", "outcome", "msg_id", "code bigint", "at timestamptz")+` WHERE true
		ON CONFLICT (`+s.dialect.attemptKey+`) DO UPDATE SET
			outcome = CASE WHEN excluded.outcome = 'unsure' AND attempts.echo_id <> '' THEN 'accepted' ELSE excluded.outcome END,
			msg_id = excluded.msg_id, code = excluded.code, finished_at = excluded.finished_at
			WHERE attempts.outcome IN ('', 'unsure')
		RETURNING id, outcome, echo_id`,
		oaID, rows(results, func(r bot.AttemptResult) row {
			a := r.Attempt
			return row{
				"id", a.ID, "delivery_id", a.DeliveryID, "user_id", a.UserID, "part", a.Part, "text_key", a.TextKey,
				"started_at", a.StartedAt, "deadline", a.Deadline, "vnd", a.Charge.VND, "included", a.Charge.Included,
				"outcome", outcomeOf(r), "msg_id", r.MsgID, "code", r.Code, "at", r.At,
			}
		})), func(scan scan) error {
		var id int64
		var o attemptOutcome
		err := scan(&id, &o.Outcome, &o.EchoID)
		outcomes[id] = o
		return err
	})
	if err != nil {
		return err
	}
	var moves []bot.AttemptResult
	var msgIDs []string
	for _, r := range results {
		outcome, known := outcomes[r.Attempt.ID]
		if !known {
			continue // recorded before
		}
		if outcome.Outcome == "accepted" {
			msgIDs = append(msgIDs, r.MsgID)
			if outcome.EchoID != "" {
				msgIDs = append(msgIDs, outcome.EchoID)
			}
		}
		moves = append(moves, r)
	}
	if len(moves) == 0 {
		return nil
	}
	return firstErrorOf(
		func() error { return s.moveDeliveries(tx, oaID, moves, outcomes) },
		func() error { return s.endLaunches(tx, oaID, moves) },
		func() error { return s.takeEarlyReceipts(tx, oaID, msgIDs) },
		func() error {
			return s.takeTextReceipts(tx, oaID, idsOf(moves, func(r bot.AttemptResult) (int64, bool) {
				return r.Attempt.DeliveryID, r.State == bot.DeliveryAccepted && r.Part == r.Attempt.Part // its file was refused
			}))
		},
	)
}

// firstOfEach are results without those of an attempt that has one already.
func firstOfEach(results []bot.AttemptResult) []bot.AttemptResult {
	seen := make(map[int64]bool, len(results))
	list := make([]bot.AttemptResult, 0, len(results))
	for _, r := range results {
		if !seen[r.Attempt.ID] {
			seen[r.Attempt.ID] = true
			list = append(list, r)
		}
	}
	return list
}

// moveDeliveries moves deliveries on by the results of their attempts. The account stands in v: with a parameter SQLite would
// read all deliveries of the account, and look for each in v. What a call costs is added when its result comes, and
// taken away when it turns out later that an unsure one was not sent.
func (s *Store) moveDeliveries(tx *gorm.DB, oaID string, results []bot.AttemptResult, outcomes map[int64]attemptOutcome) error {
	return tx.Exec(`UPDATE deliveries SET
			state = CASE WHEN v.state = 'refused' AND deliveries.post_id IS NOT NULL THEN 'covered'
				WHEN v.state <> 'echoed' THEN v.state WHEN v.part < COALESCE(v.parts, deliveries.parts) THEN 'planned' ELSE 'accepted' END,
			state_at = CASE WHEN deliveries.state = 'unsure' AND v.state = 'unsure' THEN deliveries.state_at ELSE v.at END,
			part = v.part, failures = COALESCE(v.failures, 0), code = COALESCE(v.code, 0), reason = COALESCE(v.reason, ''),
			asked = COALESCE(v.asked, 0), not_before = v.not_before, parts = COALESCE(v.parts, deliveries.parts),
			channel = CASE WHEN v.state = 'refused' AND deliveries.post_id IS NOT NULL THEN 'group' ELSE COALESCE(v.channel, deliveries.channel) END,
			vnd = deliveries.vnd + CASE WHEN v.sent THEN v.vnd ELSE 0 END - CASE WHEN deliveries.state = 'unsure' THEN COALESCE(v.vnd, 0) ELSE 0 END,
			lacks_picture = CASE WHEN v.parts IS NULL OR deliveries.part > 0 THEN deliveries.lacks_picture ELSE COALESCE(v.lacks_picture, false) END,
			lacks_file = CASE WHEN v.parts IS NULL THEN deliveries.lacks_file ELSE COALESCE(v.lacks_file, false) END
				OR (v.state = 'accepted' AND v.part < COALESCE(v.parts, deliveries.parts))
		FROM `+s.dialect.v("oa_id", "delivery_id bigint", "state", "part bigint", "failures bigint", "code bigint", "reason",
		"not_before timestamptz", "asked bigint", "at timestamptz", "parts bigint", "channel", "vnd bigint", "sent boolean",
		"lacks_picture boolean", "lacks_file boolean")+`
		WHERE deliveries.oa_id = v.oa_id AND deliveries.id = v.delivery_id AND `+anyState+` IN ('planned', 'unsure')`,
		rows(results, func(r bot.AttemptResult) row {
			a, outcome := r.Attempt, outcomes[r.Attempt.ID].Outcome
			state, part, notBefore := string(r.State), r.Part, r.NotBefore
			if r.State == bot.DeliveryUnsure && outcome == "accepted" {
				state, part, notBefore = "echoed", a.Part+1, r.At
			}
			m := row{"oa_id", oaID, "delivery_id", a.DeliveryID, "state", state, "part", part, "at", r.At}
			if a.Parts > 0 { // as it was launched; of an unsure one the delivery knows
				m = append(m, "parts", a.Parts, "channel", string(a.Charge.Channel))
			}
			if a.Lack != (bot.Lack{}) {
				m = append(m, "lacks_picture", a.Lack.Picture, "lacks_file", a.Lack.File)
			}
			if a.Charge.VND > 0 {
				m = append(m, "vnd", a.Charge.VND, "sent", outcome != "not_sent")
			}
			if r.Failures != 0 || r.Code != 0 || r.Reason != "" || r.Asked != 0 || !notBefore.IsZero() {
				m = append(m, "failures", r.Failures, "code", r.Code, "reason", r.Reason, "not_before", notBefore, "asked", r.Asked)
			}
			return m
		})).Error
}

// attemptOutcome is what the ledger says of an attempt.
type attemptOutcome struct{ Outcome, EchoID string }

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
