package storetest

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/store"
)

// migrateTo makes the tables of an older version. It reads the migrations of the folder that the test runs in.
func migrateTo(t *testing.T, databaseURL string, version int64) {
	t.Helper()
	folder, dialect := "migrations/postgres", goose.DialectPostgres
	if strings.HasPrefix(databaseURL, "sqlite://") {
		folder, dialect = "migrations/sqlite", goose.DialectSQLite3
	}
	p, err := goose.NewProvider(dialect, Raw(t, databaseURL), os.DirFS(folder), goose.WithDisableGlobalRegistry(true))
	require.NoError(t, err)
	_, err = p.UpTo(t.Context(), version)
	require.NoError(t, err)
}

func runUpgrades(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("FromVersionOneKeepWhatIsThere", func(t *testing.T) {
		t.Parallel()

		url := newDatabase(t)
		migrateTo(t, url, 1)
		raw := Raw(t, url)
		later := time.Now().UTC().Add(time.Hour).Format("2006-01-02 15:04:05.000")
		for _, statement := range []string{
			`INSERT INTO sections (id, title, position) VALUES ('mot', 'Mục một', 1)`,
			`INSERT INTO entries (id, section, position, content, shipped_hash, updated_at) VALUES ('a', 'mot', 1,
				'{"id":"a","section":"mot","title":"Việc a","phrasings":["hỏi a"],"answer":"A.","issuer":"xã","source":"xã","verified_on":"2026-11-21"}',
				'', '` + later + `')`,
			`INSERT INTO special_lines (kind, content, shipped_hash) VALUES ('none', '["trời mưa không"]', '')`,
			`INSERT INTO residents (oa_id, user_id, unit_code, created_at) VALUES ('` + oaID + `', 'u1', 'thon', '` + later + `')`,
			`INSERT INTO conversations (oa_id, user_id, choices, expires_at)
				VALUES ('` + oaID + `', 'u1', '[{"title":"Một","payload":"#cau a"}]', '` + later + `')`,
			`INSERT INTO handoffs (oa_id, user_id, event_id, question, reason, created_at)
				VALUES ('` + oaID + `', 'u1', 1, 'gặp cán bộ', 'asked for', '` + later + `')`,
		} {
			_, err := raw.ExecContext(t.Context(), statement)
			require.NoError(t, err, statement)
		}

		old, err := store.Open(t.Context(), url, SecretKey, time.Now)
		require.NoError(t, err)
		schema, err := old.Schema(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, schema.Current)
		require.ErrorContains(t, schema.Check(), "the database has version 1, this program needs 17; run `loalang migrate`")
		require.NoError(t, old.Close())

		w := &world{Store: Open(t, url), t: t, url: url, now: time.Now().UTC().Truncate(time.Millisecond)}
		got, err := w.FAQ(t.Context())
		require.NoError(t, err)
		require.Equal(t, []faq.Entry{{
			ID: "a", Section: "mot", Title: "Việc a", Phrasings: []string{"hỏi a"}, Answer: "A.", Issuer: "xã", Source: "xã",
			VerifiedOn: faq.Date{Year: 2026, Month: 11, Day: 21},
		}}, got.Entries)
		require.Equal(t, []string{"trời mưa không"}, got.None)

		w.accept(event("u1", "m1", "1"))
		in := w.inbox(w.one(bot.LaneResident))
		require.Equal(t, "thon", in.Resident.UnitCode)
		require.Equal(t, []bot.Choice{{Title: "Một", Payload: "#cau a"}}, in.Conversation.Choices, "a tap on a button of before still works")
		require.Equal(t, bot.Subject{}, in.Conversation.Subject)
		out := outcomeOf(in)
		out.Conversation.Subject = bot.Subject{Entry: "a"}
		out.Questions = []bot.Question{w.question("một", func(q *bot.Question) { q.EventID = in.Events[0].ID })}
		require.Empty(t, w.finish(out))
		require.Len(t, w.misses(), 1)
		require.NoError(t, w.Teach(t.Context(), "a", w.misses()))
		var handoffs int
		require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT count(*) FROM handoffs").Scan(&handoffs))
		require.Equal(t, 1, handoffs)
	})
	t.Run("AskAfterWhatAnOlderProgramWasSending", func(t *testing.T) {
		t.Parallel()

		url := newDatabase(t)
		migrateTo(t, url, 15)
		raw := Raw(t, url)
		for _, statement := range []string{
			`INSERT INTO deliveries (oa_id, user_id, origin, urgency, message, state, state_at, expires_at, created_at)
				VALUES ('` + oaID + `', 'u1', 'a', 0, '{"text":"trả lời a"}', 'sending', '2026-11-20 10:00:00.000', '2036-11-21 10:00:00.000', '2026-11-20 10:00:00.000')`,
			`INSERT INTO attempts (oa_id, delivery_id, user_id, part, text_key, started_at, deadline)
				SELECT oa_id, id, user_id, 0, 'key', '2026-11-20 10:00:00.000', '2026-11-20 10:00:10.000' FROM deliveries`,
		} {
			_, err := raw.ExecContext(t.Context(), statement)
			require.NoError(t, err, statement)
		}

		w := &world{Store: Open(t, url), t: t, url: url, now: time.Now().UTC().Truncate(time.Millisecond)}
		asked := time.Date(2026, time.November, 20, 10, 0, 20, 0, time.UTC)
		early, err := w.UnsureDeliveries(t.Context(), oaID, asked.Add(-time.Millisecond), 10)
		require.NoError(t, err)
		require.Empty(t, early, "ten seconds after its call was over at the latest")
		unsure, err := w.UnsureDeliveries(t.Context(), oaID, asked, 10)
		require.NoError(t, err)
		require.Len(t, unsure, 1)
		require.Equal(t, "key", unsure[0].Attempt.TextKey)
		w.plan(w.reply("u2", "b"))
		lease := w.one(bot.LaneDelivery)
		require.Greater(t, w.start(lease, "b").ID, unsure[0].Attempt.ID, "no attempt gets the id of an older one")
		w.record(lease, w.result(unsure[0].Attempt, bot.DeliveryAccepted, "z1"))
		require.Equal(t, map[string]bot.DeliveryState{"a": bot.DeliveryAccepted, "b": bot.DeliverySending}, w.states())
	})
}
