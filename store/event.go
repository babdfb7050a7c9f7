package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo"
)

// commitTimeout bounds the saving of events: Zalo wants its answer within two seconds, and a 503 brings the event back.
const commitTimeout = 1500 * time.Millisecond

// acceptPostgres saves a batch and bumps the lanes of what was really new, in one statement and so one transaction.
const acceptPostgres = `WITH fresh AS (
		INSERT INTO events (oa_id, dedup_key, user_id, name, body, accepted_at)
		SELECT a.oa_id, a.dedup_key, a.user_id, a.name, a.body, $6
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[]) AS a(oa_id, dedup_key, user_id, name, body)
		ON CONFLICT (oa_id, dedup_key) DO NOTHING
		RETURNING oa_id, user_id, dedup_key
	), bumped AS (
		INSERT INTO lanes (oa_id, kind, key, next_at)
		SELECT oa_id, 'resident', user_id, $6 FROM fresh GROUP BY oa_id, user_id ORDER BY oa_id, user_id
		ON CONFLICT (oa_id, kind, key) DO UPDATE SET version = lanes.version + 1,
			next_at = CASE WHEN lanes.next_at < excluded.next_at THEN lanes.next_at ELSE excluded.next_at END
	)
	SELECT oa_id || ' ' || dedup_key FROM fresh`

// AcceptEvents saves events that are not there yet and makes their residents' lanes due, in one commit. fresh says for
// each event whether it was new; of two equal ones in the batch only the first is.
func (s *Store) AcceptEvents(ctx context.Context, events []zalo.Event) (fresh []bool, err error) {
	var saved []string
	if s.pool != nil {
		saved, err = s.acceptPostgres(ctx, events)
	} else {
		saved, err = s.acceptSQLite(ctx, events)
	}
	if err != nil {
		return nil, fmt.Errorf("accept events: %w", err)
	}
	return freshOf(events, saved), nil
}

func eventKey(ev zalo.Event) string { return clean(ev.OAID) + " " + ev.DedupKey() }

func freshOf(events []zalo.Event, saved []string) []bool {
	left := make(map[string]bool, len(saved))
	for _, key := range saved {
		left[key] = true
	}
	fresh := make([]bool, len(events))
	for i, ev := range events {
		key := eventKey(ev)
		fresh[i] = left[key]
		delete(left, key)
	}
	return fresh
}

func (s *Store) acceptPostgres(ctx context.Context, events []zalo.Event) ([]string, error) {
	n := len(events)
	oas, keys, users, names, bodies := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([][]byte, n)
	for i, ev := range events {
		oas[i], keys[i], users[i], names[i], bodies[i] = clean(ev.OAID), ev.DedupKey(), clean(ev.UserID), clean(string(ev.Name)), ev.Raw
	}
	result, err := s.intake.Query(ctx, acceptPostgres, oas, keys, users, names, bodies, s.now().UTC())
	if err != nil {
		return nil, err
	}
	defer result.Close()
	saved := make([]string, 0, n)
	for result.Next() {
		var key string
		if err := result.Scan(&key); err != nil {
			return nil, err
		}
		saved = append(saved, key)
	}
	return saved, result.Err()
}

func (s *Store) acceptSQLite(ctx context.Context, events []zalo.Event) ([]string, error) {
	now := s.now().UTC()
	var saved []struct{ Key, OAID, UserID string }
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		args := make([]any, 0, 6*len(events))
		for _, ev := range events {
			args = append(args, clean(ev.OAID), ev.DedupKey(), clean(ev.UserID), clean(string(ev.Name)), ev.Raw, now)
		}
		err := tx.Raw(`INSERT INTO events (oa_id, dedup_key, user_id, name, body, accepted_at) VALUES `+
			strings.TrimSuffix(strings.Repeat("(?,?,?,?,?,?),", len(events)), ",")+
			` ON CONFLICT (oa_id, dedup_key) DO NOTHING
			RETURNING oa_id || ' ' || dedup_key AS key, oa_id, user_id`, args...).Scan(&saved).Error
		if err != nil {
			return err
		}
		lanes := make([]bot.Lane, len(saved))
		for i, ev := range saved {
			lanes[i] = bot.Lane{OAID: ev.OAID, Kind: bot.LaneResident, Key: ev.UserID}
		}
		return s.bumpLanes(tx, lanes, now)
	})
	keys := make([]string, len(saved))
	for i, ev := range saved {
		keys[i] = ev.Key
	}
	return keys, err
}

// PendingEvents implements bot.EventStore.
func (s *Store) PendingEvents(ctx context.Context, leases []bot.Lease, perLane int) ([]bot.Inbox, error) {
	keys := rows(leases, func(l bot.Lease) row { return row{"oa_id", l.OAID, "user_id", l.Key} })
	byLane := make(map[[2]string]*bot.Inbox, len(leases))
	inboxes := make([]bot.Inbox, len(leases))
	for i, l := range leases {
		inboxes[i] = bot.Inbox{
			Lease:        l,
			Resident:     bot.Resident{OAID: l.OAID, UserID: l.Key},
			Conversation: bot.Conversation{OAID: l.OAID, UserID: l.Key},
		}
		byLane[[2]string{l.OAID, l.Key}] = &inboxes[i]
	}
	var events []struct {
		ID     int64
		OAID   string `gorm:"column:oa_id"`
		UserID string
		Name   zalo.EventName
		Body   []byte
	}
	var residents []residentRow
	var conversations []conversationRow
	mine := s.dialect.v("oa_id", "user_id")
	db := s.db.WithContext(ctx)
	err := firstError(
		db.Raw(`SELECT id, oa_id, user_id, name, body FROM (
				SELECT e.id, e.oa_id, e.user_id, e.name, e.body, row_number() OVER (PARTITION BY e.oa_id, e.user_id ORDER BY e.id) AS n
				FROM `+mine+` JOIN events e ON e.oa_id = v.oa_id AND e.user_id = v.user_id AND e.handled_at IS NULL) AS pending
			WHERE n <= ? ORDER BY id`, keys, perLane+1).Scan(&events).Error,
		db.Raw(`SELECT r.* FROM `+mine+` JOIN residents r ON r.oa_id = v.oa_id AND r.user_id = v.user_id`, keys).Scan(&residents).Error,
		db.Raw(`SELECT c.* FROM `+mine+` JOIN conversations c ON c.oa_id = v.oa_id AND c.user_id = v.user_id`, keys).Scan(&conversations).Error,
	)
	if err != nil {
		return nil, translate(err)
	}
	for _, r := range residents {
		if byLane[[2]string{r.OAID, r.UserID}].Resident, err = r.resident(); err != nil {
			return nil, err
		}
	}
	if err := s.loadOperators(db, mine, keys, byLane); err != nil {
		return nil, err
	}
	for _, c := range conversations {
		byLane[[2]string{c.OAID, c.UserID}].Conversation = c.conversation()
	}
	for _, e := range events {
		in := byLane[[2]string{e.OAID, e.UserID}]
		if len(in.Events) == perLane {
			in.More = true
			continue
		}
		ev, err := zalo.ParseEventFor(e.Body, func(id string) bool { return id == e.OAID })
		if err != nil { // another version of the program could read it; what kind it was still deserves an answer
			ev = zalo.Event{Name: e.Name, OAID: e.OAID, UserID: e.UserID, Raw: e.Body}
		}
		in.Events = append(in.Events, bot.Event{ID: e.ID, Event: ev})
	}
	return inboxes, nil
}

// FinishEvents implements bot.EventStore.
func (s *Store) FinishEvents(ctx context.Context, outcomes []bot.Outcome) (lost []bot.Lane, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		lost = nil
		held, err := s.releaseResidents(tx, outcomes)
		if err != nil {
			return err
		}
		kept := make([]bot.Outcome, 0, len(outcomes))
		for _, o := range outcomes {
			if held[o.Lease.Lane] {
				kept = append(kept, o)
			} else {
				lost = append(lost, o.Lease.Lane)
			}
		}
		return s.keepOutcomes(tx, kept)
	})
	if err != nil {
		return nil, fmt.Errorf("finish events: %w", err)
	}
	return lost, nil
}

// releaseResidents ends the leases that are still held, which is also the fence: their rows stay locked until the
// commit. It is the first step of its transaction, since lanes come before all other rows.
func (s *Store) releaseResidents(tx *gorm.DB, outcomes []bot.Outcome) (held map[bot.Lane]bool, err error) {
	list := rows(outcomes, func(o bot.Outcome) row {
		return row{
			"oa_id", o.Lease.OAID, "key", o.Lease.Key, "owner", o.Lease.Owner, "version", o.Lease.Version, "more", o.More,
		}
	})
	if s.pool != nil { // in the order in which AcceptEvents takes them
		err := tx.Exec(`SELECT 1 FROM lanes l JOIN `+s.dialect.v("oa_id", "key")+` ON l.oa_id = v.oa_id AND l.key = v.key
			WHERE l.kind = 'resident' ORDER BY l.oa_id, l.key FOR UPDATE OF l`, list).Error
		if err != nil {
			return nil, err
		}
	}
	var released []laneRow
	err = tx.Raw(`UPDATE lanes SET owner = '', lease_until = 0, failures = 0,
			next_at = CASE WHEN lanes.version = v.version AND NOT v.more THEN NULL ELSE lanes.next_at END
		FROM `+s.dialect.v("oa_id", "key", "owner", "version bigint", "more boolean")+`
		WHERE lanes.oa_id = v.oa_id AND lanes.kind = 'resident' AND lanes.key = v.key AND lanes.owner = v.owner
		RETURNING lanes.oa_id, lanes.kind, lanes.key`, list).Scan(&released).Error
	held = make(map[bot.Lane]bool, len(released))
	for _, r := range released {
		held[r.lane()] = true
	}
	return held, err
}

// keepOutcomes saves what handling decided.
func (s *Store) keepOutcomes(tx *gorm.DB, outcomes []bot.Outcome) error {
	now := s.now().UTC()
	var handled []row
	var residents []bot.Resident
	var conversations []conversationRow
	var enrolled []bot.Resident
	var handoffs []handoffRow
	var questions []bot.Question
	var replies []bot.Delivery
	var told []bot.Told
	touched := make(map[string]bool) // OAs whose ledger changes
	for _, o := range outcomes {
		for _, h := range o.Handled {
			handled = append(handled, row{"oa_id", o.Lease.OAID, "id", h.EventID, "decision", h.Decision, "error", h.Error})
		}
		if o.Resident.UserID != "" {
			residents = append(residents, o.Resident)
			if o.Enrolled {
				enrolled = append(enrolled, o.Resident)
			}
			conversations = append(conversations, conversationOf(o.Conversation))
		}
		for _, h := range o.Handoffs {
			handoffs = append(handoffs, handoffOf(h))
		}
		questions = append(questions, o.Questions...)
		replies = append(replies, o.Replies...)
		told = append(told, o.Told...)
		if len(o.Replies)+len(o.Witnesses)+len(o.Receipts) > 0 {
			touched[o.Lease.OAID] = true
		}
	}
	return firstErrorOf(
		func() error { return s.markHandled(tx, handled, now) },
		func() error { return s.saveResidents(tx, residents) },
		func() error { return s.enrol(tx, enrolled) },
		func() error { return s.saveConversations(tx, conversations) },
		func() error { return s.saveSessions(tx, outcomes, now) },
		func() error { return createAll(tx, handoffs) },
		func() error { return s.saveQuestions(tx, questions) },
		func() error { return denyQuestions(tx, outcomes) },
		func() error { return s.planDeliveries(tx, replies) },
		func() error { return s.touchLedgers(tx, touched, outcomes, now) },
		func() error { return s.takeReceipts(tx, outcomes) },
		func() error {
			for _, m := range told {
				if _, err := saveTold(tx, m); err != nil {
					return err
				}
			}
			return nil
		},
	)
}

// touchLedgers makes the delivery lanes due that got replies or witnesses. It comes before what changes the ledger's
// rows, and after what only adds some, so that their sender waits for a short while only.
func (s *Store) touchLedgers(tx *gorm.DB, touched map[string]bool, outcomes []bot.Outcome, now time.Time) error {
	var lanes []bot.Lane
	for oaID := range touched {
		lanes = append(lanes, bot.Lane{OAID: oaID, Kind: bot.LaneDelivery})
	}
	due := now
	for _, o := range outcomes {
		for _, r := range o.Replies {
			if !r.NotBefore.IsZero() && r.NotBefore.Before(due) {
				due = r.NotBefore
			}
		}
	}
	return s.bumpLanes(tx, lanes, due)
}

func (s *Store) markHandled(tx *gorm.DB, handled []row, now time.Time) error {
	return tx.Exec(`UPDATE events SET handled_at = ?, decision = v.decision, error = v.error
		FROM `+s.dialect.v("oa_id", "id bigint", "decision", "error")+` WHERE events.oa_id = v.oa_id AND events.id = v.id`,
		now, rows(handled, func(h row) row { return h })).Error
}

// PurgeEvents deletes handled events accepted before a time. They are kept for a while to know repeats by.
func (s *Store) PurgeEvents(ctx context.Context, before time.Time) (int64, error) {
	var purged int64
	err := s.write(ctx, func(db *gorm.DB) error {
		done := db.Exec(`DELETE FROM events WHERE handled_at < ?`, before.UTC())
		purged = done.RowsAffected
		return done.Error
	})
	if err != nil {
		return 0, fmt.Errorf("purge events: %w", err)
	}
	return purged, nil
}

// handoffRow is a row of handoffs.
type handoffRow struct {
	ID        int64  `gorm:"->"`
	OAID      string `gorm:"column:oa_id"`
	UserID    string
	EventID   int64
	UnitCode  string
	Question  string
	Reason    string
	CreatedAt time.Time
}

func (handoffRow) TableName() string { return "handoffs" }

func handoffOf(h bot.Handoff) handoffRow {
	return handoffRow{
		OAID: h.OAID, UserID: h.UserID, EventID: h.EventID, UnitCode: h.UnitCode,
		Question: clean(h.Question), Reason: h.Reason, CreatedAt: h.CreatedAt.UTC(),
	}
}

// conversationRow is a row of conversations.
type conversationRow struct {
	OAID      string `gorm:"column:oa_id"`
	UserID    string
	Choices   string
	Topic     string
	ExpiresAt time.Time
}

func (c conversationRow) conversation() bot.Conversation {
	out := bot.Conversation{OAID: c.OAID, UserID: c.UserID, ExpiresAt: c.ExpiresAt}
	if err := json.Unmarshal([]byte(c.Choices), &out.Choices); err != nil {
		out.Choices = nil // written by another version: the resident simply starts anew
	}
	if err := json.Unmarshal([]byte(c.Topic), &out.Subject); err != nil {
		out.Subject = bot.Subject{}
	}
	return out
}

func conversationOf(c bot.Conversation) conversationRow {
	if c.Choices == nil {
		c.Choices = []bot.Choice{}
	}
	return conversationRow{
		OAID: c.OAID, UserID: c.UserID, Choices: asJSON(c.Choices), Topic: asJSON(c.Subject), ExpiresAt: c.ExpiresAt.UTC(),
	}
}

// saveConversations keeps those that say something; the others' old rows may stay, as they are over.
func (s *Store) saveConversations(tx *gorm.DB, list []conversationRow) error {
	list = slices.DeleteFunc(list, func(c conversationRow) bool { return c.ExpiresAt.IsZero() })
	if len(list) == 0 {
		return nil
	}
	return tx.Exec(`INSERT INTO conversations (oa_id, user_id, choices, topic, expires_at)
		SELECT v.oa_id, v.user_id, v.choices, v.topic, v.expires_at
		FROM `+s.dialect.v("oa_id", "user_id", "choices", "topic", "expires_at timestamptz")+` WHERE true
		ON CONFLICT (oa_id, user_id) DO UPDATE SET choices = excluded.choices, topic = excluded.topic, expires_at = excluded.expires_at`,
		rows(list, func(c conversationRow) row {
			return row{"oa_id", c.OAID, "user_id", c.UserID, "choices", c.Choices, "topic", c.Topic, "expires_at", c.ExpiresAt}
		})).Error
}

func createAll[T any](tx *gorm.DB, list []T) error {
	if len(list) == 0 {
		return nil
	}
	return tx.Create(&list).Error
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func firstErrorOf(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
