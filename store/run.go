package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

// runRow is a row of runs.
type runRow struct {
	OAID           string `gorm:"column:oa_id"`
	AnnouncementID string
	Number         int
	Reason         bot.RunReason
	State          bot.AnnouncementState
	Message        string
	Parts          int
	Position       string
	Frozen         bool
	StartedAt      time.Time
	ExpiresAt      time.Time
	DoneAt         dbTime
}

func (runRow) TableName() string { return "runs" }

func runOf(r bot.Run) runRow {
	return runRow{
		OAID: r.OAID, AnnouncementID: r.AnnouncementID, Number: r.Number, Reason: r.Reason, State: r.State,
		Message: asJSON(r.Message), Parts: r.Parts, Position: r.Position, Frozen: r.Frozen,
		StartedAt: r.StartedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), DoneAt: dbTime{r.DoneAt},
	}
}

func (r runRow) run() (bot.Run, error) {
	run := bot.Run{
		OAID: r.OAID, AnnouncementID: r.AnnouncementID, Number: r.Number, Reason: r.Reason, State: r.State, Parts: r.Parts,
		Position: r.Position, Frozen: r.Frozen, StartedAt: r.StartedAt, ExpiresAt: r.ExpiresAt, DoneAt: r.DoneAt.Time,
	}
	if err := json.Unmarshal([]byte(r.Message), &run.Message); err != nil {
		return run, fmt.Errorf("read message of run %d of %s: %w", r.Number, r.AnnouncementID, err)
	}
	return run, nil
}

// ofRun finds the deliveries of a run, by an index that has no others.
const ofRun = `oa_id = ? AND announcement_id = ? AND announcement_id <> '' AND run = ?`

// Run implements bot.RunStore.
func (s *Store) Run(ctx context.Context, a bot.Announcement, number int) (bot.Run, error) {
	var r runRow
	query := s.db.WithContext(ctx).Where("oa_id = ? AND announcement_id = ?", a.OAID, a.ID).Order("number DESC")
	if number > 0 {
		query = query.Where("number = ?", number)
	}
	if err := query.Take(&r).Error; err != nil {
		return bot.Run{}, fmt.Errorf("load run: %w", translate(err))
	}
	return r.run()
}

// BeginRun implements bot.RunStore.
func (s *Store) BeginRun(ctx context.Context, a bot.Announcement, run bot.Run) error {
	r := runOf(run)
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.bumpLanes(tx, []bot.Lane{announcementLane(a)}, s.now()) },
			func() error { return moveAnnouncement(tx, a, bot.AnnouncementPlanning) },
			func() error {
				return tx.Raw(`SELECT COALESCE(max(number), 0) + 1 FROM runs WHERE oa_id = ? AND announcement_id = ?`, a.OAID, a.ID).
					Scan(&r.Number).Error
			},
			func() error { return tx.Create(&r).Error },
		)
	})
	if err != nil {
		return fmt.Errorf("begin run: %w", err)
	}
	return nil
}

// Recipients implements bot.RunStore.
func (s *Store) Recipients(ctx context.Context, a bot.Announcement, run bot.Run, limit int) ([]bot.Resident, error) {
	switch run.Reason {
	case bot.RunMissed:
		return s.recipientsOf(ctx, `d.run = ? AND d.state IN ('refused', 'expired', 'cancelled')`, a.OAID, a.ID, run.Position, limit, run.Number-1)
	case bot.RunCorrection: // who may have got it, too, and who got the first parts of it
		return s.recipientsOf(ctx, `(d.state IN ('accepted', 'received', 'seen', 'unsure') OR d.part > 0)`, a.OAID, a.Corrects, run.Position, limit)
	}
	return s.AudiencePage(ctx, a.OAID, a.Audience, run.Position, limit)
}

// recipientsOf are residents to whom an announcement has deliveries that fulfil a condition.
func (s *Store) recipientsOf(ctx context.Context, condition, oaID, announcementID, after string, limit int, args ...any) ([]bot.Resident, error) {
	var found []residentRow
	args = append([]any{oaID, announcementID, after}, append(args, limit)...)
	err := s.db.WithContext(ctx).Raw(`SELECT r.* FROM (
			SELECT DISTINCT d.oa_id, d.user_id FROM deliveries d
			WHERE d.oa_id = ? AND d.announcement_id = ? AND d.announcement_id <> '' AND d.user_id > ? AND `+condition+`
			ORDER BY d.user_id LIMIT ?) AS d
		JOIN residents r ON r.oa_id = d.oa_id AND r.user_id = d.user_id ORDER BY r.user_id`, args...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load recipients: %w", translate(err))
	}
	list := make([]bot.Resident, len(found))
	for i, r := range found {
		if list[i], err = r.resident(); err != nil {
			return nil, fmt.Errorf("load recipients: %w", err)
		}
	}
	return list, nil
}

// FreezePage implements bot.RunStore.
func (s *Store) FreezePage(ctx context.Context, lease bot.Lease, run bot.Run, page []bot.Frozen, last bool, now time.Time) error {
	position, state := run.Position, bot.AnnouncementPlanning
	if len(page) > 0 {
		position = page[len(page)-1].UserID
	}
	if last {
		state = bot.AnnouncementSending
	}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error {
				return changed(tx.Exec(`UPDATE runs SET position = ?, frozen = ?, state = ?
					WHERE oa_id = ? AND announcement_id = ? AND number = ? AND state = 'planning' AND position = ? AND NOT frozen`,
					position, last, state, run.OAID, run.AnnouncementID, run.Number, run.Position))
			},
			func() error {
				return changed(tx.Exec(`UPDATE announcements SET state = ? WHERE oa_id = ? AND id = ? AND state = 'planning'`,
					state, run.OAID, run.AnnouncementID))
			},
			func() error { return s.freeze(tx, run, page, now) },
			func() error {
				return s.bumpLanes(tx, []bot.Lane{{OAID: run.OAID, Kind: bot.LaneDelivery}}, s.now())
			},
		)
	})
	if err != nil {
		return fmt.Errorf("freeze audience: %w", err)
	}
	return nil
}

// freeze adds recipients to the ledger.
func (s *Store) freeze(tx *gorm.DB, run bot.Run, page []bot.Frozen, now time.Time) error {
	if len(page) == 0 {
		return nil
	}
	return tx.Exec(`INSERT INTO deliveries (oa_id, user_id, origin, urgency, message, state, state_at, parts, reason, channel,
			announcement_id, run, expires_at, created_at)
		SELECT a.oa_id, v.user_id, ?, a.urgency, '', CASE WHEN v.reason = '' THEN 'planned' ELSE 'refused' END,
			CAST(? AS `+s.dialect.timeType+`), r.parts, v.reason, v.channel, r.announcement_id, r.number, r.expires_at,
			CAST(? AS `+s.dialect.timeType+`)
		FROM `+s.dialect.v("user_id", "channel", "reason")+`
		JOIN runs r ON r.oa_id = ? AND r.announcement_id = ? AND r.number = ?
		JOIN announcements a ON a.oa_id = r.oa_id AND a.id = r.announcement_id
		WHERE true ON CONFLICT (oa_id, user_id, origin) DO NOTHING`,
		run.Origin(), timeText(now), timeText(now),
		rows(page, func(f bot.Frozen) row {
			return row{"user_id": f.UserID, "channel": string(f.Channel), "reason": string(f.Reason)}
		}), run.OAID, run.AnnouncementID, run.Number).Error
}

// CancelPage implements bot.RunStore.
func (s *Store) CancelPage(ctx context.Context, run bot.Run, limit int, now time.Time) (cancelled int, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		// The sender's lane is taken first, as whoever changes its rows does.
		if err := s.bumpLanes(tx, []bot.Lane{{OAID: run.OAID, Kind: bot.LaneDelivery}}, s.now()); err != nil {
			return err
		}
		done := tx.Exec(`UPDATE deliveries SET state = 'cancelled', state_at = ? WHERE oa_id = ? AND id IN (
			SELECT id FROM deliveries WHERE `+ofRun+` AND state = 'planned' LIMIT ?)`,
			now.UTC(), run.OAID, run.OAID, run.AnnouncementID, run.Number, limit)
		cancelled = int(done.RowsAffected)
		return done.Error
	})
	if err != nil {
		return 0, fmt.Errorf("cancel deliveries: %w", err)
	}
	return cancelled, nil
}

// RunOpen implements bot.RunStore.
func (s *Store) RunOpen(ctx context.Context, run bot.Run) (bool, error) {
	var open []int
	err := s.db.WithContext(ctx).Raw(`SELECT 1 FROM deliveries WHERE `+ofRun+`
			AND state IN ('planned', 'sending', 'unsure') AND (state <> 'unsure' OR not_before IS NOT NULL) LIMIT 1`,
		run.OAID, run.AnnouncementID, run.Number).Scan(&open).Error
	if err != nil {
		return false, fmt.Errorf("look for open deliveries: %w", translate(err))
	}
	return len(open) > 0, nil
}

// EndRun implements bot.RunStore.
func (s *Store) EndRun(ctx context.Context, lease bot.Lease, run bot.Run, now time.Time) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error {
				return changed(tx.Exec(`UPDATE runs SET done_at = ?, state = CASE WHEN state = 'sending' THEN 'done' ELSE state END
					WHERE oa_id = ? AND announcement_id = ? AND number = ? AND state IN ('sending', 'cancelled')`,
					now.UTC(), run.OAID, run.AnnouncementID, run.Number))
			},
			func() error {
				return tx.Exec(`UPDATE announcements SET state = 'done' WHERE oa_id = ? AND id = ? AND state = 'sending'`,
					run.OAID, run.AnnouncementID).Error
			},
		)
	})
	if err != nil {
		return fmt.Errorf("end run: %w", err)
	}
	return nil
}

// RunStatus counts the deliveries of a run.
func (s *Store) RunStatus(ctx context.Context, run bot.Run) (bot.RunStatus, error) {
	status := bot.RunStatus{
		States: make(map[bot.DeliveryState]int), Channels: make(map[plan.Channel]map[bot.DeliveryState]int),
		Received: make(map[int]time.Duration),
	}
	var counts []struct {
		State   bot.DeliveryState
		Channel plan.Channel
		N       int
	}
	db := s.db.WithContext(ctx)
	key := []any{run.OAID, run.AnnouncementID, run.Number}
	err := firstError(
		db.Raw(`SELECT state, channel, count(*) AS n FROM deliveries WHERE `+ofRun+` GROUP BY state, channel`, key...).Scan(&counts).Error,
		db.Raw(`SELECT CAST(COALESCE(sum(vnd), 0) AS bigint) FROM deliveries WHERE vnd > 0 AND `+ofRun, key...).Scan(&status.VND).Error,
	)
	if err != nil {
		return status, fmt.Errorf("count deliveries: %w", translate(err))
	}
	taken := 0
	for _, c := range counts {
		status.Recipients += c.N
		status.States[c.State] += c.N
		if status.Channels[c.Channel] == nil {
			status.Channels[c.Channel] = make(map[bot.DeliveryState]int)
		}
		status.Channels[c.Channel][c.State] = c.N
		switch c.State {
		case bot.DeliveryAccepted, bot.DeliveryReceived, bot.DeliverySeen:
			taken += c.N
		}
	}
	for _, percent := range []int{50, 80, 95} {
		if taken == 0 {
			break
		}
		var at dbTime
		err := db.Raw(`SELECT received_at FROM deliveries WHERE `+ofRun+` AND state IN ('received', 'seen') AND received_at IS NOT NULL
			ORDER BY received_at LIMIT 1 OFFSET ?`, append(key, (taken*percent+99)/100-1)...).Scan(&at).Error
		if err != nil {
			return status, fmt.Errorf("find when messages arrived: %w", translate(err))
		}
		if !at.IsZero() {
			status.Received[percent] = max(at.Sub(run.StartedAt), 0)
		}
	}
	return status, nil
}
