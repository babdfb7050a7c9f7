package sheet

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkRead reads 100,000 residents.
func BenchmarkRead(b *testing.B) {
	const count = 100_000
	columns := columnsOf("oa_id", "zalo_user_id", "ten", "ma_don_vi", "ma_ho", "chu_de", "vai_tro", "ngon_ngu", "tuong_tac_cuoi", "dong_y")
	for _, name := range []string{"rows.csv", "rows.xlsx"} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), name)
			file, err := os.Create(path)
			require.NoError(b, err)
			w, err := NewWriter(file, name, []string{"oa_id", "zalo_user_id", "ten", "ma_don_vi", "ma_ho", "chu_de", "vai_tro", "ngon_ngu", "tuong_tac_cuoi", "dong_y"})
			require.NoError(b, err)
			for i := range count {
				require.NoError(b, w.Write([]string{
					"4000000000000000001", fmt.Sprintf("71%017d", i), "Nguyễn Thị Lành", fmt.Sprintf("thon-%d", i%30), fmt.Sprintf("h%d", i/3),
					"bank;livestock", "borrower", "", "2026-11-20T08:00:00+07:00", "2026-11-20T08:00:00Z",
				}))
			}
			require.NoError(b, w.Close())
			require.NoError(b, file.Close())
			for b.Loop() {
				var faults Faults
				n := 0
				for _, err := range Read(path, columns, time.UTC, &faults) {
					require.NoError(b, err)
					n++
				}
				require.Equal(b, count, n)
			}
			b.ReportMetric(count*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func columnsOf(names ...string) (columns []Column) {
	for _, name := range names {
		columns = append(columns, Column{Name: name})
	}
	return columns
}
