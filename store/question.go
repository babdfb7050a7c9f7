package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// questionRow is a row of questions.
type questionRow struct {
	OAID       string `gorm:"column:oa_id"`
	EventID    int64
	UnitCode   string
	Text       string
	Decision   string
	Entry      string
	Score      float64
	Reason     string
	Candidates string
	Denied     bool
	AskedAt    time.Time
}

func (r questionRow) question() (bot.Question, error) {
	q := bot.Question{
		OAID: r.OAID, EventID: r.EventID, UnitCode: r.UnitCode, Text: r.Text, Decision: r.Decision, Entry: r.Entry, Score: r.Score,
		Reason: r.Reason, Denied: r.Denied, AskedAt: r.AskedAt,
	}
	if err := json.Unmarshal([]byte(r.Candidates), &q.Candidates); err != nil {
		return q, fmt.Errorf("read candidates of question %d: %w", r.EventID, err)
	}
	return q, nil
}

func (s *Store) saveQuestions(tx *gorm.DB, list []bot.Question) error {
	if len(list) == 0 {
		return nil
	}
	return tx.Exec(`INSERT INTO questions (oa_id, event_id, unit_code, text, decision, entry, score, reason, candidates, asked_at)
		SELECT v.oa_id, v.event_id, v.unit_code, v.text, v.decision, v.entry, v.score, v.reason, v.candidates, v.asked_at
		FROM `+s.dialect.v("oa_id", "event_id bigint", "unit_code", "text", "decision", "entry", "score double precision", "reason",
		"candidates", "asked_at timestamptz")+` WHERE true
		ON CONFLICT (oa_id, event_id) DO NOTHING`,
		rows(list, func(q bot.Question) row {
			return row{
				"oa_id", q.OAID, "event_id", q.EventID, "unit_code", q.UnitCode, "text", q.Text, "decision", q.Decision, "entry", q.Entry,
				"score", q.Score, "reason", q.Reason, "candidates", asJSON(q.Candidates), "asked_at", q.AskedAt,
			}
		})).Error
}

func denyQuestions(tx *gorm.DB, outcomes []bot.Outcome) error {
	for _, o := range outcomes {
		if len(o.Denied) == 0 {
			continue
		}
		err := tx.Exec(`UPDATE questions SET denied = ? WHERE oa_id = ? AND event_id IN ?`, true, o.Lease.OAID, o.Denied).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Misses are the questions since a time that the bot could not answer, had to ask back about, or answered wrongly as the
// resident said, and that nobody has taught it yet; the oldest first.
func (s *Store) Misses(ctx context.Context, since time.Time, limit int) ([]bot.Question, error) {
	var found []questionRow
	err := s.db.WithContext(ctx).Raw(`SELECT oa_id, event_id, unit_code, text, decision, entry, score, reason, candidates, denied, asked_at
		FROM questions
		WHERE done_at IS NULL AND (denied OR decision IN ('none', 'clarify', 'expired')) AND asked_at >= ?
		ORDER BY asked_at, event_id LIMIT ?`, since.UTC(), limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find missed questions: %w", translate(err))
	}
	list := make([]bot.Question, len(found))
	for i, r := range found {
		if list[i], err = r.question(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Teach adds the questions' texts to an entry's phrasings and marks them as done, in one step. bot.ErrNotFound says that
// there is no such entry.
func (s *Store) Teach(ctx context.Context, entryID string, questions []bot.Question, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		texts := make([]string, len(questions))
		for i, q := range questions {
			texts[i] = q.Text
		}
		if err := s.addPhrasings(tx, entryID, texts); err != nil {
			return err
		}
		for _, q := range questions {
			err := tx.Exec(`UPDATE questions SET done_at = ? WHERE oa_id = ? AND event_id = ?`, s.now().UTC(), q.OAID, q.EventID).Error
			if err != nil {
				return err
			}
		}
		return firstErrorOf(
			func() error { return s.bumpVersion(tx, VersionFAQ) },
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("teach entry %s: %w", entryID, err)
	}
	return nil
}

// PurgeQuestions deletes questions asked before a time.
func (s *Store) PurgeQuestions(ctx context.Context, before time.Time) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec(`DELETE FROM questions WHERE asked_at < ?`, before.UTC()).Error
	})
	if err != nil {
		return fmt.Errorf("purge questions: %w", err)
	}
	return nil
}
