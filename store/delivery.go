package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

// deliveryRow is a row of deliveries.
type deliveryRow struct {
	ID             int64  `gorm:"->;primaryKey"`
	OAID           string `gorm:"column:oa_id"`
	UserID         string
	Post           bool
	PostID         *int64
	Avoid          bot.Avoid
	Channel        plan.Channel
	Origin         string
	AnnouncementID string
	Run            int
	Urgency        bot.Urgency
	Message        string
	State          bot.DeliveryState
	StateAt        time.Time
	Part           int
	Parts          int
	Failures       int
	Code           int
	Reason         string
	NotBefore      dbTime
	Asked          int
	ExpiresAt      time.Time
	CreatedAt      time.Time
	LacksPicture   bool
	LacksFile      bool
}

func (deliveryRow) TableName() string { return "deliveries" }

func (r deliveryRow) delivery() (bot.Delivery, error) {
	d := bot.Delivery{
		ID: r.ID, OAID: r.OAID, UserID: r.UserID, Post: r.Post, Channel: r.Channel, Origin: r.Origin, Urgency: r.Urgency, State: r.State,
		Part: r.Part, Parts: r.Parts, Failures: r.Failures, Code: r.Code, Reason: r.Reason,
		NotBefore: r.NotBefore.Time, ExpiresAt: r.ExpiresAt, CreatedAt: r.CreatedAt,
		Lack: bot.Lack{Picture: r.LacksPicture, File: r.LacksFile},
	}
	if r.AnnouncementID != "" {
		d.Errand = &bot.Errand{AnnouncementID: r.AnnouncementID, Run: r.Run, Covered: r.PostID != nil, Avoid: r.Avoid, Own: r.Message != ""}
		if !d.Errand.Own { // its message is the run's
			return d, nil
		}
	}
	if err := json.Unmarshal([]byte(r.Message), &d.Message); err != nil {
		return d, fmt.Errorf("read message of delivery %d: %w", r.ID, err)
	}
	return d, nil
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
		ON CONFLICT (oa_id, announcement_id, run, user_id, origin) DO NOTHING`,
		rows(list, func(d bot.Delivery) row {
			return row{
				"oa_id", d.OAID, "user_id", d.UserID, "origin", d.Origin, "urgency", int(d.Urgency),
				"message", messages[d.Origin+" "+d.UserID], "parts", d.Parts,
				"not_before", d.NotBefore, "expires_at", d.ExpiresAt, "created_at", d.CreatedAt,
			}
		})).Error
}

// RecoverDeliveries implements bot.DeliveryStore.
func (s *Store) RecoverDeliveries(ctx context.Context, lease bot.Lease, now time.Time) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := s.fence(tx, lease); err != nil {
			return err
		}
		left, err := sendingAttempts(tx, lease.OAID)
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
		if err := tx.Exec(`DELETE FROM launches WHERE oa_id = ?`, lease.OAID).Error; err != nil {
			return err
		}
		return s.expireDeliveries(tx, lease.OAID, now.UTC())
	})
	if err != nil {
		return fmt.Errorf("recover deliveries: %w", err)
	}
	return nil
}

// expireDeliveries ends what is of no use any more: replies one by one, announcements by their runs.
func (s *Store) expireDeliveries(tx *gorm.DB, oaID string, now time.Time) error {
	err := tx.Exec(`UPDATE deliveries SET state = 'expired', state_at = ?
		WHERE oa_id = ? AND announcement_id = '' AND state = 'planned' AND expires_at <= ?`, now, oaID, now).Error
	if err != nil {
		return err
	}
	var over []runRow
	err = tx.Raw(`SELECT * FROM runs WHERE oa_id = ? AND state IN ('planning', 'sending', 'paused') AND expires_at <= ?`, oaID, now).
		Scan(&over).Error
	if err != nil {
		return err
	}
	for _, r := range over {
		if err := s.giveFilesUp(tx, r, now); err != nil {
			return err
		}
		err := tx.Exec(`UPDATE deliveries SET state = 'expired', state_at = ? WHERE `+ofRun+` AND state = 'planned'`,
			now, oaID, r.AnnouncementID, r.Number).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// stream is what may be sent of one run, or the replies of an account.
type stream struct {
	Run         runRow `gorm:"embedded"`
	Urgency     bot.Urgency
	Kind        string
	Budget      int64
	Unlimited   bool
	AlsoCovered bool
	message     bot.Message
}

// streams are the replies of an account, and its runs that are neither paused nor held, the most urgent and oldest first.
func (s *Store) streams(ctx context.Context, oaID string, look bot.Look) ([]stream, error) {
	var runs []stream
	err := s.db.WithContext(ctx).Raw(`SELECT r.*, a.urgency, a.kind, a.budget, a.unlimited, a.also_covered
		FROM runs r JOIN announcements a ON a.oa_id = r.oa_id AND a.id = r.announcement_id
		WHERE r.oa_id = ? AND r.state IN ('planning', 'sending') AND a.urgency <= ?
		ORDER BY a.urgency, r.started_at, r.announcement_id`, oaID, look.Least).Scan(&runs).Error
	if err != nil {
		return nil, translate(err)
	}
	for i, r := range runs {
		if err := json.Unmarshal([]byte(r.Run.Message), &runs[i].message); err != nil {
			return nil, fmt.Errorf("read message of run %d of %s: %w", r.Run.Number, r.Run.AnnouncementID, err)
		}
	}
	return append([]stream{{}}, runs...), nil
}

// NextDeliveries implements bot.DeliveryStore.
func (s *Store) NextDeliveries(ctx context.Context, oaID string, look bot.Look, limit int) ([]bot.Delivery, error) {
	streams, err := s.streams(ctx, oaID, look)
	if err != nil {
		return nil, fmt.Errorf("find next deliveries: %w", err)
	}
	list := make([]bot.Delivery, 0, limit)
	taken := make(map[string]bool, limit)
	for _, from := range streams {
		if list, err = s.nextOf(ctx, oaID, from, look, list, taken, limit); err != nil {
			return nil, fmt.Errorf("find next deliveries: %w", err)
		}
	}
	if err := s.loadRecipients(ctx, oaID, list); err != nil {
		return nil, fmt.Errorf("find next deliveries: %w", err)
	}
	return list, nil
}

// nextOf adds what may go of a stream to the list. It reads in the order of sending, a page at a time, until enough of them
// may go: the first page can be full of one talkative resident's. The announcement is a subquery, so that PostgreSQL cannot
// take the index of all deliveries of a run, and sort them.
func (s *Store) nextOf(ctx context.Context, oaID string, from stream, look bot.Look, list []bot.Delivery, taken map[string]bool, limit int) ([]bot.Delivery, error) {
	now := look.Now.UTC()
	urgency, id := -1, int64(0) // of the last one read
	aloft := rows(look.Aloft, func(id int64) row { return row{"id", id} })
	for len(list) < limit {
		page := make([]deliveryRow, 0, limit)
		err := eachRow(s.db.WithContext(ctx).Raw(`SELECT id, user_id, post, post_id, avoid, channel, origin, urgency, message,
				part, parts, failures, code, reason, not_before, expires_at, created_at, lacks_picture, lacks_file FROM deliveries
			WHERE oa_id = ? AND announcement_id = (SELECT ?) AND run = ? AND state = 'planned' AND (urgency, id) > (?, ?)
				AND id NOT IN (SELECT v.id FROM `+s.dialect.v("id bigint")+`) AND (not_before IS NULL OR not_before <= ?) AND expires_at > ?`+from.waiting(look.Waiting)+`
			ORDER BY urgency, id LIMIT ?`, oaID, from.Run.AnnouncementID, from.Run.Number, urgency, id, aloft, now, now, limit), func(scan scan) error {
			r := deliveryRow{OAID: oaID, AnnouncementID: from.Run.AnnouncementID, Run: from.Run.Number, State: bot.DeliveryPlanned}
			err := scan(&r.ID, &r.UserID, &r.Post, &r.PostID, &r.Avoid, &r.Channel, &r.Origin, &r.Urgency, &r.Message,
				&r.Part, &r.Parts, &r.Failures, &r.Code, &r.Reason, &r.NotBefore, &r.ExpiresAt, &r.CreatedAt,
				&r.LacksPicture, &r.LacksFile)
			page = append(page, r)
			return err
		})
		if err != nil {
			return nil, translate(err)
		}
		var held map[int64]bool
		if from.Run.Number == 0 {
			if held, err = s.heldReplies(ctx, oaID, page, look.UnsureSince); err != nil {
				return nil, err
			}
		}
		for _, r := range page {
			if taken[r.UserID] || held[r.ID] || len(list) == limit {
				continue
			}
			d, err := r.delivery()
			if err != nil {
				return nil, err
			}
			if d.Errand == nil && fileWaits(d, look.Waiting) {
				continue
			}
			taken[r.UserID] = true
			if d.Errand != nil {
				if !d.Errand.Own {
					d.Message = from.message
				}
				d.Errand.Duty = from.Run.Reason == bot.RunVisit
				d.Errand.Kind, d.Errand.AlsoCovered = from.Kind, from.AlsoCovered || d.Errand.Own
				d.Errand.Budget, d.Errand.Unlimited = from.Budget, from.Unlimited
			}
			list = append(list, d)
		}
		if len(page) < limit {
			break
		}
		urgency, id = int(page[limit-1].Urgency), page[limit-1].ID
	}
	return list, nil
}

// waiting leaves out what waits for an attachment.
func (from stream) waiting(keys []string) string {
	waits := func(a *bot.Attachment) bool { return a != nil && slices.Contains(keys, a.Key()) }
	condition := ""
	if waits(from.message.Image) && from.Urgency > bot.UrgencyEmergency {
		condition += " AND part > 0"
	}
	if waits(from.message.File) { // parts counts it as soon as the first of them has gone
		condition += " AND (part = 0 OR part < parts - 1 OR lacks_file)"
	}
	return condition
}

// fileWaits tells whether nothing is left of a reply but a file that cannot go yet.
func fileWaits(d bot.Delivery, keys []string) bool {
	f := d.Message.File
	return f != nil && d.Part > 0 && d.Part == d.Parts-1 && !d.Lack.File && slices.Contains(keys, f.Key())
}

// loadRecipients tells the errands of a list what is known of their residents now.
func (s *Store) loadRecipients(ctx context.Context, oaID string, list []bot.Delivery) error {
	errands := make(map[string]*bot.Errand)
	var users []string
	for _, d := range list {
		if d.Errand != nil && !d.Post {
			errands[d.UserID] = d.Errand
			users = append(users, d.UserID)
		}
	}
	if len(users) == 0 {
		return nil
	}
	return translate(eachRow(s.db.WithContext(ctx).Raw(`SELECT `+residentColumns+`
		FROM `+s.dialect.v("user_id")+s.dialect.each("residents", "r.oa_id = ? AND r.user_id = v.user_id"),
		rows(users, func(id string) row { return row{"user_id", id} }), oaID), func(scan scan) error {
		var r residentRow
		err := scan(r.fields()...)
		if err == nil {
			errands[r.UserID].Resident, err = r.resident()
		}
		return err
	}))
}

// heldReplies tells which replies wait because an earlier one to the same resident is still to come. The rows come as a
// parameter and each is looked up alone (LIMIT forbids to make a join of it): a planner that believes that few deliveries are
// open would read all that are.
func (s *Store) heldReplies(ctx context.Context, oaID string, page []deliveryRow, unsureSince time.Time) (map[int64]bool, error) {
	if len(page) == 0 {
		return nil, nil
	}
	held := make(map[int64]bool)
	err := eachRow(s.db.WithContext(ctx).Raw(`SELECT v.id FROM `+s.dialect.v("id bigint", "user_id")+`
		WHERE (SELECT 1 FROM deliveries e
			WHERE e.oa_id = ? AND e.user_id = v.user_id AND `+openState+`
				AND e.id < v.id AND e.urgency = 0
				AND ((e.state = 'planned' AND NOT `+onlyFileLeft("e")+`) OR (e.state = 'unsure' AND e.state_at > ?))
			LIMIT 1) IS NOT NULL`,
		rows(page, func(r deliveryRow) row { return row{"id", r.ID, "user_id", r.UserID} }),
		oaID, unsureSince.UTC()), func(scan scan) error {
		var id int64
		err := scan(&id)
		held[id] = true
		return err
	})
	return held, translate(err)
}

// NextDue implements bot.DeliveryStore.
func (s *Store) NextDue(ctx context.Context, oaID string, look bot.Look) (time.Time, error) {
	now, unsureSince := look.Now.UTC(), look.UnsureSince.UTC()
	streams, err := s.streams(ctx, oaID, look)
	if err != nil {
		return time.Time{}, fmt.Errorf("find next due delivery: %w", err)
	}
	var times []dbTime
	for _, from := range streams {
		var planned dbTime
		err := s.db.WithContext(ctx).Raw(`SELECT min(not_before) FROM deliveries
			WHERE oa_id = ? AND announcement_id = ? AND run = ? AND state = 'planned' AND not_before > ? AND expires_at > ?`,
			oaID, from.Run.AnnouncementID, from.Run.Number, now, now).Scan(&planned).Error
		if err != nil {
			return time.Time{}, fmt.Errorf("find next due delivery: %w", translate(err))
		}
		times = append(times, planned)
	}
	var unsure struct{ Ask, Held dbTime }
	err = s.db.WithContext(ctx).Raw(`SELECT min(not_before) AS ask, min(CASE WHEN state_at > ? THEN state_at END) AS held FROM deliveries
		WHERE oa_id = ? AND `+openState+` AND state = 'unsure'`, unsureSince, oaID).Scan(&unsure).Error
	if err != nil {
		return time.Time{}, fmt.Errorf("find next due delivery: %w", translate(err))
	}
	if !unsure.Held.IsZero() {
		unsure.Held.Time = unsure.Held.Add(look.Now.Sub(look.UnsureSince))
	}
	var due time.Time
	for _, t := range append(times, unsure.Ask, unsure.Held) {
		if !t.IsZero() && (due.IsZero() || t.Before(due)) {
			due = t.Time
		}
	}
	return due, nil
}

// RefuseDeliveries implements bot.DeliveryStore.
func (s *Store) RefuseDeliveries(ctx context.Context, lease bot.Lease, refusals []bot.Refusal, now time.Time) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := s.fence(tx, lease); err != nil {
			return err
		}
		err := tx.Exec(`UPDATE deliveries SET state = CASE WHEN v.done THEN 'accepted' WHEN v.reason = '' THEN 'covered' ELSE 'refused' END, state_at = ?,
				reason = v.reason, lacks_file = deliveries.lacks_file OR v.done,
				channel = CASE WHEN v.done THEN deliveries.channel WHEN deliveries.post OR v.reason = '' THEN 'group' ELSE 'none' END
			FROM `+s.dialect.v("oa_id", "id bigint", "reason", "done boolean")+`
			WHERE deliveries.oa_id = v.oa_id AND deliveries.id = v.id AND `+anyState+` = 'planned'`, now.UTC(),
			rows(refusals, func(r bot.Refusal) row {
				return row{"oa_id", lease.OAID, "id", r.DeliveryID, "reason", string(r.Reason), "done", r.Done}
			})).Error
		if err != nil {
			return err
		}
		return s.takeTextReceipts(tx, lease.OAID, idsOf(refusals, func(r bot.Refusal) (int64, bool) { return r.DeliveryID, r.Done }))
	})
	if err != nil {
		return fmt.Errorf("refuse deliveries: %w", err)
	}
	return nil
}

// Spent implements bot.DeliveryStore.
func (s *Store) Spent(ctx context.Context, oaID, announcementID string) (vnd int64, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT CAST(COALESCE(sum(vnd), 0) AS bigint) FROM (
			SELECT vnd FROM deliveries WHERE oa_id = ? AND announcement_id = ? AND vnd > 0
			UNION ALL SELECT c.vnd FROM `+s.sendingOf()+`) AS spent`,
		oaID, announcementID, oaID, announcementID).Scan(&vnd).Error
	if err != nil {
		return 0, fmt.Errorf("sum up what was spent: %w", translate(err))
	}
	return vnd, nil
}

// Owed implements bot.DeliveryStore.
func (s *Store) Owed(ctx context.Context, oaID, announcementID string) (parts int, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT CAST(COALESCE(sum(parts), 0) AS bigint) FROM (
			SELECT parts - part AS parts FROM deliveries d
			WHERE oa_id = ? AND announcement_id = ? AND state = 'planned' AND channel = 'consultation_paid' AND part > 0
				AND NOT `+isSending+`
			UNION ALL SELECT parts - part - 1 FROM deliveries
			WHERE oa_id = ? AND announcement_id = ? AND state = 'unsure' AND channel = 'consultation_paid'
			UNION ALL SELECT c.parts - c.part - 1 FROM `+s.sendingOf()+` AND c.channel = 'consultation_paid') AS owed`,
		oaID, announcementID, oaID, announcementID, oaID, announcementID).Scan(&parts).Error
	if err != nil {
		return 0, fmt.Errorf("count parts still to be paid: %w", translate(err))
	}
	return parts, nil
}

// IncludedSince implements bot.DeliveryStore.
func (s *Store) IncludedSince(ctx context.Context, oaID string, since time.Time) (calls int, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT (SELECT count(*) FROM attempts
			WHERE oa_id = ? AND included AND started_at >= ? AND outcome NOT IN ('', 'not_sent'))
		+ (SELECT count(*) FROM sending WHERE oa_id = ? AND included AND started_at >= ?)`, oaID, since.UTC(), oaID, since.UTC()).Scan(&calls).Error
	if err != nil {
		return 0, fmt.Errorf("count what the package has paid: %w", translate(err))
	}
	return calls, nil
}

// openState are the deliveries in doubt, and replies that wait: few at any time, in an index of their own.
const openState = `(state = 'unsure' OR (state = 'planned' AND announcement_id = ''))`

// anyState compares a delivery's state without its partial indexes: rows are found by their ids, and a planner that
// believes that few rows are planned would rather read all that are.
const anyState = `(deliveries.state || '')`
