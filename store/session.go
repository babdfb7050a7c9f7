package store

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// loadOperators gives inboxes the operators whom their Zalo users are, with what they are composing. One question tells it
// of all lanes, and of most that there is nobody.
func (s *Store) loadOperators(db *gorm.DB, mine, keys string, byLane map[[2]string]*bot.Inbox) error {
	var found []operatorRow
	err := db.Raw(`SELECT o.*, r.last_interaction, COALESCE(s.state, '') AS session_state, s.updated_at AS session_at FROM `+mine+`
		JOIN operators o ON o.oa_id = v.oa_id AND o.user_id = v.user_id AND o.user_id <> '' AND o.removed_at IS NULL
		LEFT JOIN residents r ON r.oa_id = o.oa_id AND r.user_id = o.user_id
		LEFT JOIN operator_sessions s ON s.oa_id = o.oa_id AND s.user_id = o.user_id`, keys).Scan(&found).Error
	if err != nil {
		return fmt.Errorf("load operators: %w", translate(err))
	}
	for _, f := range found {
		o, err := f.operator()
		if err != nil {
			return fmt.Errorf("load operators: %w", err)
		}
		in := byLane[[2]string{f.OAID, f.UserID}]
		in.Operator = &o
		if f.SessionState != "" && json.Unmarshal([]byte(f.SessionState), &in.Session) != nil {
			in.Session = bot.Session{} // written by another version: the operator starts anew
		}
		in.Session.OAID, in.Session.UserID, in.Session.UpdatedAt = f.OAID, f.UserID, f.SessionAt.Time
	}
	return nil
}

// saveSessions keeps what operators are composing.
func (s *Store) saveSessions(tx *gorm.DB, outcomes []bot.Outcome, now time.Time) error {
	for _, o := range outcomes {
		if o.Session == nil {
			continue
		}
		err := tx.Exec(`INSERT INTO operator_sessions (oa_id, user_id, state, updated_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (oa_id, user_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
			o.Lease.OAID, o.Lease.Key, clean(asJSON(o.Session)), now).Error
		if err != nil {
			return err
		}
	}
	return nil
}
