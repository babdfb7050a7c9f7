package store

import (
	"context"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// laneRow is a row of lanes.
type laneRow struct {
	OAID     string `gorm:"column:oa_id"`
	Kind     bot.LaneKind
	Key      string
	Version  int64
	Owner    string
	Failures int
}

func (r laneRow) lane() bot.Lane { return bot.Lane{OAID: r.OAID, Kind: r.Kind, Key: r.Key} }

// ClaimLanes implements bot.LaneStore.
func (s *Store) ClaimLanes(ctx context.Context, kind bot.LaneKind, now time.Time, limit int, length time.Duration) ([]bot.Lease, error) {
	start := time.Now() // before the database reads its clock, so that we never believe in a lease for longer than it does
	owner := ulid.Make().String()
	var claimed []laneRow
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Raw(`UPDATE lanes SET owner = ?, lease_until = `+s.dialect.nowMillis+` + ?
			FROM (SELECT oa_id, kind, key FROM lanes
				WHERE kind = ? AND next_at <= ? AND lease_until < `+s.dialect.nowMillis+`
				ORDER BY next_at LIMIT ? `+s.dialect.skipLocked+`) AS due
			WHERE lanes.oa_id = due.oa_id AND lanes.kind = due.kind AND lanes.key = due.key
			RETURNING lanes.oa_id, lanes.kind, lanes.key, lanes.version, lanes.owner, lanes.failures`,
			owner, length.Milliseconds(), kind, now.UTC(), limit).Scan(&claimed).Error
	})
	if err != nil {
		return nil, fmt.Errorf("claim %s lanes: %w", kind, err)
	}
	leases := make([]bot.Lease, len(claimed))
	for i, r := range claimed {
		leases[i] = bot.Lease{Lane: r.lane(), Owner: r.Owner, Version: r.Version, Failures: r.Failures, Until: start.Add(length)}
	}
	return leases, nil
}

// RenewLane implements bot.LaneStore.
func (s *Store) RenewLane(ctx context.Context, lease bot.Lease, length time.Duration) (bot.Lease, error) {
	start := time.Now()
	err := s.changeLane(ctx, lease, `lease_until = `+s.dialect.nowMillis+` + ?`, length.Milliseconds())
	if err != nil {
		return lease, fmt.Errorf("renew lane: %w", err)
	}
	lease.Until = start.Add(length)
	return lease, nil
}

// ReleaseLane implements bot.LaneStore.
func (s *Store) ReleaseLane(ctx context.Context, lease bot.Lease, now, next time.Time) error {
	err := s.changeLane(ctx, lease, `owner = '', lease_until = 0, failures = 0,
		next_at = CASE WHEN version = ? THEN CAST(? AS `+s.dialect.timeType+`) ELSE CAST(? AS `+s.dialect.timeType+`) END`,
		lease.Version, dbTime{next}, now.UTC())
	if err != nil {
		return fmt.Errorf("release lane: %w", err)
	}
	return nil
}

// FailLane implements bot.LaneStore.
func (s *Store) FailLane(ctx context.Context, lease bot.Lease, next time.Time) error {
	err := s.changeLane(ctx, lease, `owner = '', lease_until = 0, failures = failures + 1, next_at = ?`, next.UTC())
	if err != nil {
		return fmt.Errorf("fail lane: %w", err)
	}
	return nil
}

// changeLane is ownLane in a write of its own.
func (s *Store) changeLane(ctx context.Context, lease bot.Lease, set string, args ...any) error {
	return s.write(ctx, func(db *gorm.DB) error { return s.ownLane(db, lease, set, args...) })
}

// ownLane changes a lane that is still held under the lease, or says ErrLeaseLost.
func (s *Store) ownLane(tx *gorm.DB, lease bot.Lease, set string, args ...any) error {
	args = append(args, lease.OAID, lease.Kind, lease.Key, lease.Owner)
	done := tx.Exec(`UPDATE lanes SET `+set+` WHERE oa_id = ? AND kind = ? AND key = ? AND owner = ?`, args...)
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return bot.ErrLeaseLost
	}
	return nil
}

// fence keeps the lane's row for the rest of the transaction, so that nobody else can claim it before the commit. On
// SQLite the transaction itself does that.
func (s *Store) fence(tx *gorm.DB, lease bot.Lease) error {
	var held []int
	err := tx.Raw(`SELECT 1 FROM lanes WHERE oa_id = ? AND kind = ? AND key = ? AND owner = ? `+s.dialect.lockRows,
		lease.OAID, lease.Kind, lease.Key, lease.Owner).Scan(&held).Error
	if err == nil && len(held) == 0 {
		err = bot.ErrLeaseLost
	}
	return err
}

// bumpLanes makes lanes due at their time, or leaves them due earlier. In a transaction it comes before any change
// of rows that the lane's holder changes, in the order of the keys, so that two transactions never wait for each other.
func (s *Store) bumpLanes(tx *gorm.DB, lanes []bot.Lane, at time.Time) error {
	if len(lanes) == 0 {
		return nil
	}
	list := rows(lanes, func(l bot.Lane) row { return row{"oa_id", l.OAID, "kind", string(l.Kind), "key", l.Key} })
	return tx.Exec(`INSERT INTO lanes (oa_id, kind, key, next_at)
		SELECT v.oa_id, v.kind, v.key, CAST(? AS `+s.dialect.timeType+`) FROM `+s.dialect.v("oa_id", "kind", "key")+`
		WHERE true ORDER BY v.kind, v.oa_id, v.key
		ON CONFLICT (oa_id, kind, key) DO UPDATE SET version = lanes.version + 1,
			next_at = CASE WHEN lanes.next_at < excluded.next_at THEN lanes.next_at ELSE excluded.next_at END`,
		at.UTC(), list).Error
}

// ForgetLeases frees all lanes. It is for a database that only this process uses, at its start: whoever held the lanes
// before is dead.
func (s *Store) ForgetLeases(ctx context.Context) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec(`UPDATE lanes SET owner = '', lease_until = 0 WHERE lease_until > 0`).Error
	})
	if err != nil {
		return fmt.Errorf("forget leases: %w", err)
	}
	return nil
}

// LaneLoad is how much waits on the lanes of one kind.
type LaneLoad struct {
	Kind   bot.LaneKind
	Due    int64     // lanes with something to do by now, which nobody does
	Oldest time.Time // since when the longest waiting one is due; zero when none is
}

// LaneLoads are the loads of all kinds that have lanes due, for metrics and readiness.
func (s *Store) LaneLoads(ctx context.Context, now time.Time) ([]LaneLoad, error) {
	var found []struct {
		Kind   bot.LaneKind
		Due    int64
		Oldest dbTime
	}
	err := s.db.WithContext(ctx).Raw(`SELECT kind, count(*) AS due, min(next_at) AS oldest FROM lanes
		WHERE next_at <= ? AND lease_until < `+s.dialect.nowMillis+` GROUP BY kind`, now.UTC()).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("read lane loads: %w", translate(err))
	}
	loads := make([]LaneLoad, len(found))
	for i, f := range found {
		loads[i] = LaneLoad{Kind: f.Kind, Due: f.Due, Oldest: f.Oldest.Time}
	}
	return loads, nil
}
