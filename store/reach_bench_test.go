package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/storetest"
)

// BenchmarkReach lists the households of a commune that an announcement did not reach, with a year of announcements to all
// of it, one each weekday, in the ledger.
func BenchmarkReach(b *testing.B) {
	const residents, announcements = 2_100, 260
	for name, newURL := range map[string]func(testing.TB) string{"SQLite": storetest.SQLiteURL, "Postgres": storetest.PostgresURL} {
		b.Run(name, func(b *testing.B) {
			url := newURL(b)
			st := storetest.Open(b, url)
			const oaID = "4000000000000000001"
			p := storetest.NewProvince(oaID, residents)
			require.NoError(b, p.Fill(b.Context(), st))
			raw := storetest.Raw(b, url)
			for n := range announcements {
				a := bot.Announcement{
					OAID: oaID, ID: fmt.Sprintf("A%03d", n), Title: "Tin", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Tin."},
					Audience: bot.Audience{Units: []string{p.Top()}}, Unlimited: true, State: bot.AnnouncementDone, CreatedAt: time.Now(),
				}
				require.NoError(b, st.CreateAnnouncement(b.Context(), a))
				_, err := raw.ExecContext(b.Context(), fmt.Sprintf(`INSERT INTO deliveries (oa_id, user_id, origin, urgency, message, state, state_at, parts, channel,
						announcement_id, run, expires_at, created_at)
					SELECT oa_id, user_id, 'announcement:%[1]s:1', 2, '', CASE WHEN user_id LIKE '%%7' THEN 'refused' ELSE 'received' END,
						'2026-11-01 00:00:00.000', 1, 'consultation_free', '%[1]s', 1, '2026-11-08 00:00:00.000', '2026-11-01 00:00:00.000' FROM residents`, a.ID))
				require.NoError(b, err)
			}
			_, err := raw.ExecContext(b.Context(), "ANALYZE") // as autovacuum does
			require.NoError(b, err)
			households := 0
			for b.Loop() {
				list, err := bot.Reach(b.Context(), st, "A130", bot.ReceiptPatience, time.Now())
				require.NoError(b, err)
				households = len(list)
			}
			b.ReportMetric(float64(households), "households")
			b.ReportMetric(residents*announcements, "deliveries")
		})
	}
}
