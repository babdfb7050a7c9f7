package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// launchSize is how many calls are committed together at most, before they leave: so far apart are the ids of the attempts of
// one launch and the next. Those whose result is not there yet are the rows of the view sending.
const launchSize = 1024

// isSending tells of a delivery d, or of the post p that covers it, that a call is on its way.
const (
	isSending      = `(d.oa_id, d.id) IN (SELECT oa_id, delivery_id FROM sending)`
	presentSending = `(d.oa_id, COALESCE(p.id, d.id)) IN (SELECT oa_id, delivery_id FROM sending)`
)

// sendingOf are the calls c on their way of an announcement, with their deliveries r. The arguments are its account and its id.
// Each delivery is looked up for its call: SQLite would read all launches anew for each delivery of the announcement.
func (s *Store) sendingOf() string {
	return `sending c` + s.dialect.each("deliveries", "r.oa_id = c.oa_id AND r.id = c.delivery_id") + ` WHERE c.oa_id = ? AND r.announcement_id = ?`
}

// ExchangeAttempts implements bot.DeliveryStore.
func (s *Store) ExchangeAttempts(ctx context.Context, lease bot.Lease, results []bot.AttemptResult, attempts []bot.Attempt) (started []bot.Attempt, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.fence(tx, lease) },
			func() error { return s.keepResults(tx, lease.OAID, results) },
			func() (err error) { started, err = s.launch(tx, lease.OAID, attempts); return err },
		)
	})
	if err == nil {
		err = s.shutRecipients(ctx, lease.OAID, results)
	}
	if err != nil {
		return nil, fmt.Errorf("exchange attempts: %w", err)
	}
	return started, nil
}

// launch saves attempts at deliveries that are still planned, and returns those. All have begun at one time. Whoever else
// changes planned deliveries holds the lane, too.
func (s *Store) launch(tx *gorm.DB, oaID string, attempts []bot.Attempt) (started []bot.Attempt, err error) {
	if len(attempts) == 0 {
		return nil, nil
	}
	if len(attempts) > launchSize {
		return nil, fmt.Errorf("launch %d calls at once: %d are the most", len(attempts), launchSize)
	}
	var planned []int64
	err = tx.Raw(`SELECT v.delivery_id FROM `+s.dialect.v("delivery_id bigint", "part bigint", "final boolean")+
		s.dialect.each("deliveries", "r.oa_id = ? AND r.id = v.delivery_id AND (r.state || '') = 'planned' AND (r.part = v.part OR v.final)"),
		rows(attempts, func(a bot.Attempt) row {
			// A text that a newer program cuts into fewer parts goes on with the last.
			return row{"delivery_id", a.DeliveryID, "part", a.Part, "final", a.Part == a.Parts-1}
		}), oaID).Scan(&planned).Error
	if err != nil || len(planned) == 0 {
		return nil, err
	}
	slices.Sort(planned)
	for _, a := range attempts {
		if _, is := slices.BinarySearch(planned, a.DeliveryID); is {
			started = append(started, a)
		}
	}
	place := -1
	var id int64
	err = tx.Raw(`INSERT INTO launches (oa_id, size, calls, started_at, deadline) VALUES (?, ?, ?, ?, ?) RETURNING id`,
		oaID, len(started), rows(started, func(a bot.Attempt) row {
			place++
			c := row{
				"place", place, "delivery_id", a.DeliveryID, "user_id", a.UserID, "part", a.Part, "parts", a.Parts, "text_key", a.TextKey,
				"channel", string(a.Charge.Channel), "vnd", a.Charge.VND, "included", a.Charge.Included,
			}
			if a.Lack != (bot.Lack{}) {
				c = append(c, "lacks_picture", a.Lack.Picture, "lacks_file", a.Lack.File)
			}
			return c
		}), started[0].StartedAt.UTC(), started[0].Deadline.UTC()).Scan(&id).Error
	if err != nil {
		return nil, err
	}
	for i := range started {
		started[i].ID, started[i].Launch = id*launchSize+int64(i), id
	}
	return started, nil
}

// endLaunches forgets launches whose last results have come, unless one is missing after all: that one is still sending.
func (s *Store) endLaunches(tx *gorm.DB, oaID string, results []bot.AttemptResult) error {
	for _, r := range results {
		if !r.Last {
			continue
		}
		err := tx.Exec(`DELETE FROM launches WHERE oa_id = ? AND id = ? AND size = (SELECT count(*) FROM attempts
				WHERE `+s.dialect.byKey+` AND id >= ? AND id < ? AND outcome <> '')`,
			oaID, r.Attempt.Launch, oaID, r.Attempt.Launch*launchSize, (r.Attempt.Launch+1)*launchSize).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// sendingAttempts are the attempts whose outcome nobody has recorded.
func sendingAttempts(tx *gorm.DB, oaID string) (list []attemptRow, err error) {
	err = tx.Raw(`SELECT * FROM sending WHERE oa_id = ? ORDER BY id`, oaID).Scan(&list).Error
	return list, err
}
