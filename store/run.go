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

// runRow is a row of runs.
type runRow struct {
	OAID           string `gorm:"column:oa_id"`
	AnnouncementID string
	Number         int
	Reason         bot.RunReason
	State          bot.AnnouncementState
	Message        string
	Parts          int
	Posted         bool
	CalledOff      bool
	Asked          bool
	Position       string
	Frozen         bool
	FireAt         dbTime
	HeldUntil      dbTime
	BegunBy        string
	StartedAt      time.Time
	ExpiresAt      time.Time
	DoneAt         dbTime
}

func (runRow) TableName() string { return "runs" }

func runOf(r bot.Run) runRow {
	return runRow{
		OAID: r.OAID, AnnouncementID: r.AnnouncementID, Number: r.Number, Reason: r.Reason, State: r.State,
		Message: asJSON(r.Message), Parts: r.Parts, Posted: r.Posted, CalledOff: r.CalledOff, Asked: r.Asked, Position: r.Position, Frozen: r.Frozen,
		HeldUntil: dbTime{r.HeldUntil}, BegunBy: r.By, FireAt: dbTime{r.FireAt}, StartedAt: r.StartedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), DoneAt: dbTime{r.DoneAt},
	}
}

func (r runRow) run() (bot.Run, error) {
	run := bot.Run{
		OAID: r.OAID, AnnouncementID: r.AnnouncementID, Number: r.Number, Reason: r.Reason, State: r.State, Parts: r.Parts,
		Posted: r.Posted, CalledOff: r.CalledOff, Asked: r.Asked, Position: r.Position, Frozen: r.Frozen, FireAt: r.FireAt.Time, StartedAt: r.StartedAt, ExpiresAt: r.ExpiresAt, DoneAt: r.DoneAt.Time,
	}
	run.HeldUntil, run.By = r.HeldUntil.Time, r.BegunBy
	if err := json.Unmarshal([]byte(r.Message), &run.Message); err != nil {
		return run, fmt.Errorf("read message of run %d of %s: %w", r.Number, r.AnnouncementID, err)
	}
	return run, nil
}

// ofRun finds the deliveries of a run.
const ofRun = `oa_id = ? AND announcement_id = ? AND run = ?`

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
func (s *Store) BeginRun(ctx context.Context, a bot.Announcement, run bot.Run, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.bumpLanes(tx, noticeLanes(records, announcementLane(a)), s.now()) },
			func() error { return moveAnnouncement(tx, a, bot.AnnouncementPlanning) },
			func() error { _, err := addRun(tx, run); return err },
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("begin run: %w", err)
	}
	return nil
}

// addRun keeps a run that begins, under the next number.
func addRun(tx *gorm.DB, run bot.Run) (number int, err error) {
	r := runOf(run)
	err = firstErrorOf(
		func() error {
			return tx.Raw(`SELECT COALESCE(max(number), 0) + 1 FROM runs WHERE oa_id = ? AND announcement_id = ?`, r.OAID, r.AnnouncementID).
				Scan(&r.Number).Error
		},
		func() error { return tx.Create(&r).Error },
	)
	return r.Number, err
}

// Recipients implements bot.RunStore.
func (s *Store) Recipients(ctx context.Context, a bot.Announcement, run bot.Run, limit int) ([]bot.Resident, error) {
	switch run.Reason {
	case bot.RunMissed:
		return s.recipientsOf(ctx, `d.run = (SELECT max(u.number) FROM runs u WHERE u.oa_id = ? AND u.announcement_id = ? AND u.number < ?
			AND u.reason NOT IN ('channel', 'proxies', 'visit')) AND NOT d.aside AND `+presentState+` IN ('refused', 'expired', 'cancelled')`, a.OAID, []string{a.ID}, run.Position, limit, a.OAID, a.ID, run.Number)
	case bot.RunChannel:
		return s.unseenRecipients(ctx, a, run.Position, limit)
	case bot.RunProxies, bot.RunVisit: // they are all aside
		return nil, nil
	case bot.RunCorrection: // who may have got it, too, and who got the first parts of it
		return s.recipientsOf(ctx, `(`+presentState+` IN ('sending', 'accepted', 'received', 'seen', 'unsure') OR d.part > 0)`,
			a.OAID, append([]string{a.Corrects}, a.AlsoCorrects...), run.Position, limit)
	}
	return s.AudiencePage(ctx, a.OAID, a.Audience, run.Position, limit)
}

// presentState is the state of a delivery d, or of the post p that covers it.
const presentState = `CASE WHEN ` + presentSending + ` THEN 'sending' ELSE COALESCE(p.state, d.state) END`

// recipientsOf are residents to whom some announcements have deliveries that fulfil a condition, each once.
func (s *Store) recipientsOf(ctx context.Context, condition, oaID string, announcements []string, after string, limit int, args ...any) ([]bot.Resident, error) {
	var found []residentRow
	args = append([]any{oaID, announcements, after}, append(args, limit)...)
	err := s.db.WithContext(ctx).Raw(`SELECT r.* FROM (
			SELECT DISTINCT d.oa_id, d.user_id FROM deliveries d
			LEFT JOIN deliveries p ON d.state = 'covered' AND p.oa_id = d.oa_id AND p.id = d.post_id
			WHERE d.oa_id = ? AND d.announcement_id IN ? AND NOT d.post AND d.user_id > ? AND `+condition+`
			ORDER BY d.user_id LIMIT ?) AS d
		JOIN residents r ON r.oa_id = d.oa_id AND r.user_id = d.user_id ORDER BY r.user_id`, args...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("load recipients: %w", translate(err))
	}
	return converted("load recipients", found, residentRow.resident)
}

// FreezePage implements bot.RunStore.
func (s *Store) FreezePage(ctx context.Context, lease bot.Lease, run bot.Run, page []bot.Frozen, last bool, now time.Time) error {
	position, state := run.Position, bot.AnnouncementPlanning
	for _, f := range page {
		if !f.Aside {
			position = f.UserID
		}
	}
	if last {
		state = bot.AnnouncementSending
	}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error {
				return s.bumpLanes(tx, []bot.Lane{{OAID: run.OAID, Kind: bot.LaneDelivery}}, s.now())
			},
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
	return tx.Exec(`INSERT INTO deliveries (oa_id, user_id, origin, urgency, message, state, state_at, parts, reason, channel, post_id,
			announcement_id, run, aside, avoid, expires_at, created_at)
		SELECT a.oa_id, v.user_id, ?, a.urgency, v.message,
			CASE WHEN v.reason <> '' THEN 'refused' WHEN v.channel = 'group' THEN 'covered' ELSE 'planned' END,
			CAST(? AS `+s.dialect.timeType+`), CASE WHEN v.parts > 0 THEN v.parts ELSE r.parts END, v.reason, v.channel, NULLIF(v.post_id, 0),
			r.announcement_id, r.number, v.aside, v.avoid, r.expires_at,
			CAST(? AS `+s.dialect.timeType+`)
		FROM `+s.dialect.v("user_id", "channel", "reason", "post_id bigint", "message", "parts bigint", "aside boolean", "avoid")+`
		JOIN runs r ON r.oa_id = ? AND r.announcement_id = ? AND r.number = ?
		JOIN announcements a ON a.oa_id = r.oa_id AND a.id = r.announcement_id
		WHERE true ON CONFLICT (oa_id, announcement_id, run, user_id, origin) DO NOTHING`,
		run.Origin(), timeText(now), timeText(now),
		rows(page, func(f bot.Frozen) row {
			message := ""
			if f.Message != nil {
				message = asJSON(*f.Message)
			}
			return row{
				"user_id", f.UserID, "channel", string(f.Channel), "reason", string(f.Reason), "post_id", f.PostID, "message", message,
				"parts", f.Parts, "aside", f.Aside, "avoid", string(f.Avoid),
			}
		}), run.OAID, run.AnnouncementID, run.Number).Error
}

// CancelPage implements bot.RunStore.
func (s *Store) CancelPage(ctx context.Context, run bot.Run, limit int, now time.Time) (int, error) {
	n, err := s.endPage(ctx, run, bot.DeliveryCancelled, limit, now)
	if err != nil {
		return 0, fmt.Errorf("cancel deliveries: %w", err)
	}
	return n, nil
}

// RunOpen implements bot.RunStore.
func (s *Store) RunOpen(ctx context.Context, run bot.Run) (bool, error) {
	var open []int
	key := []any{run.OAID, run.AnnouncementID, run.Number}
	err := s.db.WithContext(ctx).Raw(`SELECT 1 FROM deliveries WHERE `+ofRun+` AND state = 'planned'
		UNION ALL SELECT 1 FROM deliveries WHERE `+ofRun+` AND `+openState+` AND (state <> 'unsure' OR not_before IS NOT NULL) LIMIT 1`,
		slices.Concat(key, key)...).Scan(&open).Error
	if err != nil {
		return false, fmt.Errorf("look for open deliveries: %w", translate(err))
	}
	if len(open) > 0 {
		return true, nil
	}
	return s.toUncover(ctx, run)
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
				return tx.Exec(`UPDATE announcements SET state = CASE WHEN fires_after IS NULL THEN 'done' ELSE 'scheduled' END
					WHERE oa_id = ? AND id = ? AND state = 'sending'`, run.OAID, run.AnnouncementID).Error
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
	status := bot.RunStatus{Received: make(map[int]time.Duration)}
	var counts []struct {
		State   bot.DeliveryState
		Channel plan.Channel
		Aside   bool
		Picture bool
		File    bool
		N       int
	}
	db := s.db.WithContext(ctx)
	key := []any{run.OAID, run.AnnouncementID, run.Number}
	err := firstError(
		db.Raw(`SELECT CASE WHEN `+isSending+` THEN 'sending' ELSE state END AS state, channel, aside,
				lacks_picture AS picture, lacks_file AS file, count(*) AS n
			FROM deliveries d WHERE `+ofRun+` GROUP BY 1, channel, aside, lacks_picture, lacks_file`, key...).Scan(&counts).Error,
		db.Raw(`SELECT CAST(COALESCE(sum(vnd), 0) AS bigint) FROM (SELECT vnd FROM deliveries WHERE vnd > 0 AND `+ofRun+`
			UNION ALL SELECT c.vnd FROM `+s.sendingOf()+` AND r.run = ?) AS spent`, append(key, key...)...).Scan(&status.VND).Error,
	)
	if err != nil {
		return status, fmt.Errorf("count deliveries: %w", translate(err))
	}
	taken := 0
	for _, c := range counts {
		if c.Aside {
			if status.Aside == nil {
				status.Aside = make(map[bot.DeliveryState]int)
			}
			status.Aside[c.State] += c.N
			continue
		}
		if c.Channel == plan.ChannelGroup { // the posts themselves, and whom they cover
			continue
		}
		status.Add(c.Channel, c.State, bot.Lack{Picture: c.Picture, File: c.File}, c.N)
		switch c.State {
		case bot.DeliveryAccepted, bot.DeliveryReceived, bot.DeliverySeen:
			taken += c.N
		}
	}
	if status.Posts, err = s.Posts(ctx, run.OAID, run.AnnouncementID, run.Number); err != nil {
		return status, err
	}
	for _, p := range status.Posts {
		if p.Members > 0 {
			status.Add(plan.ChannelGroup, p.State, p.Lack, p.Members)
		}
	}
	for _, percent := range []int{50, 80, 95} {
		if taken == 0 {
			break
		}
		var at dbTime
		err := db.Raw(`SELECT received_at FROM deliveries WHERE `+ofRun+` AND state IN ('received', 'seen') AND received_at IS NOT NULL AND NOT aside
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
