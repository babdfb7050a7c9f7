package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// BindOperator implements bot.OperatorStore.
func (s *Store) BindOperator(ctx context.Context, oaID, userID, code string, now time.Time) (o bot.Operator, outcome bot.BindOutcome, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		guesses, err := guessesOf(tx, oaID, userID)
		if err != nil {
			return err
		}
		if guesses.TooMany(now) {
			outcome = bot.BindTooMany
			return nil
		}
		if o, outcome, err = s.bind(tx, oaID, userID, code, now); err != nil {
			return err
		}
		switch outcome {
		case bot.BindWrong, bot.BindUsed, bot.BindExpired:
			return saveGuesses(tx, oaID, userID, guesses.Wrong(now))
		}
		return nil
	})
	if err != nil {
		return o, "", fmt.Errorf("bind operator: %w", err)
	}
	return o, outcome, nil
}

func (s *Store) bind(tx *gorm.DB, oaID, userID, code string, now time.Time) (o bot.Operator, outcome bot.BindOutcome, err error) {
	var found []operatorRow
	err = tx.Raw(`SELECT * FROM operators WHERE oa_id = ? AND code_hash = ? AND removed_at IS NULL `+s.dialect.lockRows,
		oaID, s.digest(code, oaID, "code_hash")).Scan(&found).Error
	if err != nil {
		return o, "", err
	}
	if len(found) == 0 {
		return o, bot.BindWrong, nil
	}
	if o, err = found[0].operator(); err != nil {
		return o, "", err
	}
	switch {
	case o.UserID == userID:
		return o, bot.BindAgain, nil
	case o.UserID != "":
		return o, bot.BindUsed, nil
	case !now.Before(o.CodeExpiresAt):
		return o, bot.BindExpired, nil
	}
	others, err := s.operators(tx, "o.user_id = ? AND o.removed_at IS NULL", oaID, userID)
	if err != nil {
		return o, "", err
	}
	if len(others) > 0 {
		return others[0], bot.BindAlready, nil
	}
	o.UserID, o.BoundAt = userID, now
	record := bot.Record{Audit: bot.AuditEntry{
		OAID: oaID, At: now, OperatorID: o.ID, By: o.Name, Role: o.Role, Action: bot.AuditBindOperator, Subject: o.ID,
	}}
	return o, bot.BindDone, firstErrorOf(
		func() error {
			return tx.Exec(`UPDATE operators SET user_id = ?, bound_at = ? WHERE oa_id = ? AND id = ?`, userID, now.UTC(), oaID, o.ID).Error
		},
		func() error { return s.keep(tx, []bot.Record{record}) },
	)
}

func guessesOf(tx *gorm.DB, oaID, userID string) (g bot.Guesses, err error) {
	var found []struct {
		Count int
		Since dbTime
	}
	err = tx.Raw(`SELECT count, since FROM operator_guesses WHERE oa_id = ? AND user_id = ?`, oaID, userID).Scan(&found).Error
	if err == nil && len(found) > 0 {
		g = bot.Guesses{Count: found[0].Count, Since: found[0].Since.Time}
	}
	return g, err
}

// PurgeGuesses forgets wrong codes that were typed before a time.
func (s *Store) PurgeGuesses(ctx context.Context, before time.Time) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec(`DELETE FROM operator_guesses WHERE since < ?`, before.UTC()).Error
	})
	if err != nil {
		return fmt.Errorf("purge guesses: %w", err)
	}
	return nil
}

func saveGuesses(tx *gorm.DB, oaID, userID string, g bot.Guesses) error {
	return tx.Exec(`INSERT INTO operator_guesses (oa_id, user_id, count, since) VALUES (?, ?, ?, ?)
		ON CONFLICT (oa_id, user_id) DO UPDATE SET count = excluded.count, since = excluded.since`, oaID, userID, g.Count, g.Since.UTC()).Error
}
