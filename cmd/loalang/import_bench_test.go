package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/sheet"
	"github.com/loalang/loalang/store/storetest"
)

// BenchmarkImport imports a province's worth of an account's people from files, as the command does: first all of them
// new, then all of them known.
func BenchmarkImport(b *testing.B) {
	const residents = 100_000
	for _, database := range []struct {
		name string
		url  func(testing.TB) string
	}{{"SQLite", storetest.SQLiteURL}, {"Postgres", storetest.PostgresURL}} {
		for _, ending := range []string{".csv", ".xlsx"} {
			b.Run(database.name+"/"+ending[1:], func(b *testing.B) {
				people := storetest.NewProvince(testOA, residents)
				folder := b.TempDir()
				units := writePeople(b, filepath.Join(folder, "units"+ending), bot.UnitForm, people.Units())
				households := writePeople(b, filepath.Join(folder, "households"+ending), bot.HouseholdForm, people.Households())
				file := writePeople(b, filepath.Join(folder, "residents"+ending), bot.ResidentForm, people.Residents())
				for b.Loop() {
					b.StopTimer()
					o := newOffice(b, database.url(b))
					o.must("import", "units", units)
					o.must("import", "households", households)
					b.StartTimer()
					require.Equal(b, fmt.Sprintf("%d rows added, 0 changed, 0 as they were.\n", residents), o.must("import", "residents", file))
					fresh := b.Elapsed()
					require.Equal(b, fmt.Sprintf("0 rows added, 0 changed, %d as they were.\n", residents), o.must("import", "residents", file))
					b.ReportMetric(fresh.Seconds(), "s/new")
					b.ReportMetric((b.Elapsed() - fresh).Seconds(), "s/known")
				}
			})
		}
	}
}

// writePeople writes an import file.
func writePeople[T any](b *testing.B, path string, form bot.Form[T], values func(func(T, error) bool)) string {
	b.Helper()
	file, err := os.Create(path)
	require.NoError(b, err)
	w, err := sheet.NewWriter(file, path, form.Header())
	require.NoError(b, err)
	for value, err := range values {
		require.NoError(b, err)
		require.NoError(b, w.Write(form.Cells(value)))
	}
	require.NoError(b, w.Close())
	require.NoError(b, file.Close())
	return path
}
