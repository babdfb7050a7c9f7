package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/storetest"
)

// BenchmarkAudience counts and pages audiences of the last account of a made-up deployment: one of a province (150
// accounts), a large one (SQLite and Postgres), and all of a province in one account, which is the worst there can be.
func BenchmarkAudience(b *testing.B) {
	for _, shape := range []struct {
		name      string
		url       func(testing.TB) string
		accounts  int
		residents int // of each
	}{
		{"SQLite/1x100000", storetest.SQLiteURL, 1, 100_000},
		{"Postgres/1x100000", storetest.PostgresURL, 1, 100_000},
		{"Postgres/150x10000", storetest.PostgresURL, 150, 10_000},
		{"Postgres/1x1500000", storetest.PostgresURL, 1, 1_500_000},
	} {
		b.Run(shape.name, func(b *testing.B) {
			url := shape.url(b)
			st := storetest.Open(b, url)
			oaID := ""
			for i := range shape.accounts {
				oaID = fmt.Sprint(4_000_000_000_000_000_000 + i)
				require.NoError(b, storetest.NewProvince(oaID, shape.residents).Fill(b.Context(), st))
			}
			if strings.HasPrefix(url, "postgres") { // as autovacuum does within minutes of an import
				_, err := storetest.Raw(b, url).ExecContext(b.Context(), "VACUUM ANALYZE")
				require.NoError(b, err)
			}
			var p storetest.Province
			top := []string{p.Top()}
			for _, a := range []struct {
				name string
				bot.Audience
			}{
				{"All", bot.Audience{Units: top}},
				{"Commune", bot.Audience{Units: []string{p.Commune(0)}}},
				{"Village", bot.Audience{Units: []string{p.Village(7)}}},
				{"Topics", bot.Audience{Units: top, Topics: []bot.Topic{bot.TopicBank, bot.TopicLivestock}}},
				{"RoleAndLanguage", bot.Audience{Units: top, Roles: []bot.Role{bot.RoleBorrower}, Languages: []string{"rad"}}},
				{"Needs", bot.Audience{Units: top, Needs: []bot.Need{bot.NeedElderly, bot.NeedPoor}}},
				{"WithoutSome", bot.Audience{Units: top, WithoutUnits: []string{p.Village(3)}, WithoutResidents: []string{"71", "72"}}},
			} {
				b.Run("Count/"+a.name, func(b *testing.B) {
					people := 0
					for b.Loop() {
						count, err := st.AudienceCount(b.Context(), oaID, a.Audience)
						require.NoError(b, err)
						require.Positive(b, count.People)
						people = count.People
					}
					b.ReportMetric(float64(people), "people")
				})
				b.Run("Pages/"+a.name, func(b *testing.B) {
					for b.Loop() {
						after, pages := "", 0
						for {
							page, err := st.AudiencePage(b.Context(), oaID, a.Audience, after, 1000)
							require.NoError(b, err)
							if pages++; len(page) < 1000 {
								break
							}
							after = page[len(page)-1].UserID
						}
						b.ReportMetric(float64(pages), "pages")
					}
				})
			}
		})
	}
}
