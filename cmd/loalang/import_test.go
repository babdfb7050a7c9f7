package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
)

// office is a folder in which commands are run on one database, within the test's process.
type office struct {
	t        testing.TB
	database string
	folder   string
}

// newOffice has one account.
func newOffice(t testing.TB, database string) *office {
	t.Helper()
	o := &office{t: t, database: database, folder: t.TempDir()}
	o.must("oa", "add", "--oa-id", testOA, "--name", "Xã Thử")
	return o
}

func (o *office) run(args ...string) (stdout, stderr string, exit int) {
	o.t.Helper()
	var out, errs bytes.Buffer
	args = append([]string{"--database-url", o.database, "--secret-key", storetest.SecretKey}, args...)
	exit = run(o.t.Context(), args, strings.NewReader(""), &out, &errs)
	return out.String(), errs.String(), exit
}

func (o *office) must(args ...string) string {
	o.t.Helper()
	out, errs, exit := o.run(args...)
	require.Zero(o.t, exit, "%v: %s", args, errs)
	return out
}

// file writes a file of these lines.
func (o *office) file(name string, lines ...string) string {
	o.t.Helper()
	path := filepath.Join(o.folder, name)
	require.NoError(o.t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// people are files of a commune, by kind, in the order in which they are imported.
var people = []struct {
	kind  string
	lines []string // as they are exported too
}{
	{"units", []string{
		"ma,ten,loai,ma_cap_tren,ten_cu,dien_thoai",
		"thon-1,Thôn Một,thon,xa,,0900000101",
		"xa,Xã Đồng Xanh,xa,,Xã Đồng Hạ;Xã Đồng Thượng,",
	}},
	{"households", []string{
		"ma_ho,ma_don_vi,chu_ho,dia_chi,so_dien_thoai,nhu_cau,nguoi_giup",
		"h1,thon-1,Nguyễn Văn Tư,\"Xóm 2, cuối dốc\",0912345678,alone;elderly,h2",
		"h2,thon-1,'=Bà Lành,,,,7100000000000000002",
	}},
	{"residents", []string{
		"oa_id,zalo_user_id,ten,ma_don_vi,ma_ho,chu_de,vai_tro,ngon_ngu,tuong_tac_cuoi,dong_y",
		testOA + ",7100000000000000001,Bà Lành,thon-1,h2,bank;livestock,borrower;pig_farmer,rad,2026-11-20T01:00:00.5Z,2026-11-01T00:00:00Z",
		testOA + ",7100000000000000002,Em Khôi,,,,,,,",
	}},
	{"groups", []string{
		"oa_id,group_id,ten,ma_don_vi,thanh_vien",
		testOA + ",f414c8f76fa586fbdfb4,Nhóm thôn Một,thon-1,7100000000000000001;7100000000000000002",
	}},
}

func TestImportBringsPeopleAndExportGivesThemBack(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		o := newOffice(t, database)
		for _, p := range people {
			rows := len(p.lines) - 1
			file := o.file(p.kind+".csv", p.lines...)
			require.Equal(t, fmt.Sprintf("Dry run: %d rows would be added, 0 changed, 0 are as they were.\n", rows), o.must("import", p.kind, file, "--dry-run"))
			require.Equal(t, fmt.Sprintf("%d rows added, 0 changed, 0 as they were.\n", rows), o.must("import", p.kind, file, "--oa", testOA))
			require.JSONEq(t, fmt.Sprintf(`{"created":0,"changed":0,"same":%d,"dry_run":false,"faults":[],"more_faults":0}`, rows), o.must("import", p.kind, file, "--json"))
			require.Equal(t, strings.Join(p.lines, "\n")+"\n", o.must("export", p.kind, "-"))

			book := filepath.Join(o.folder, p.kind+".xlsx")
			require.Equal(t, fmt.Sprintf("%d rows written to %s.\n", rows, book), o.must("export", p.kind, book))
			require.Equal(t, fmt.Sprintf("0 rows added, 0 changed, %d as they were.\n", rows), o.must("import", p.kind, book))
		}
		changed := o.file("households.csv", people[1].lines[0]+",trang_thai", "h1,thon-1,Nguyễn Văn Tư,,,,,left", "h2,xa,,,,,,")
		require.Equal(t, "0 rows added, 2 changed, 0 as they were.\n", o.must("import", "households", changed))
		require.Contains(t, o.must("export", "households", "-"), "nguoi_giup,trang_thai\nh1,thon-1,Nguyễn Văn Tư,,,,,left\nh2,xa,,,,,,\n")
		require.Contains(t, o.must("export", "residents", "-"), ",Bà Lành,xa,h2,", "they move with their household")
	})
}

func TestImportChangesNothingOfAFileWithFaults(t *testing.T) {
	t.Parallel()

	o := newOffice(t, storetest.SQLiteURL(t))
	good, wrong := people[0].lines, "thon-2,Thôn Hai,lang,xa,,"
	bad := o.file("bad.csv", append(good[:3:3], wrong, "thon-3,Thôn Ba,thon,xa-9,,912345678")...)
	for _, args := range [][]string{{"import", "units", bad}, {"import", "units", bad, "--dry-run"}} {
		out, errs, exit := o.run(args...)
		require.Equal(t, 1, exit)
		require.Empty(t, out)
		require.Equal(t, `loalang: nothing was changed, the file has 3 faults:
row 4, loai "lang": there is no such kind: write tinh, xa, phuong, dac_khu, thon, ban, ap, buon, khom, to_dan_pho
row 5, dien_thoai "912345678": the zero in front is lost: format the column as text and write 0912345678
row 5, ma_cap_tren "xa-9": there is no such unit, neither in the file nor in the database: correct it, or add it
`, errs)
	}
	out, errs, exit := o.run("import", "units", bad, "--json")
	require.Equal(t, 1, exit)
	require.NotEmpty(t, errs)
	var report importReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Len(t, report.Faults, 3)
	require.Equal(t, 4, report.Faults[0].Row)
	require.Equal(t, "loai", report.Faults[0].Column)
	require.Equal(t, "lang", report.Faults[0].Value)
	require.Zero(t, report.Created)

	many := good[:1:1]
	for range 130 {
		many = append(many, wrong)
	}
	_, errs, _ = o.run("import", "units", o.file("many.csv", many...))
	require.Contains(t, errs, "the file has 260 faults:") // 130 kinds, 129 codes that stand there already, and the unit above
	require.True(t, strings.HasSuffix(errs, "\nand 160 more\n"))
	require.Equal(t, good[0][:len("ma,ten,loai,ma_cap_tren,ten_cu")]+"\n", o.must("export", "units", "-"))
}

func TestImportMindsTheAccounts(t *testing.T) {
	t.Parallel()

	const other = "4000000000000000002"
	o := newOffice(t, storetest.SQLiteURL(t))
	o.must("oa", "add", "--oa-id", other)
	units := o.file("units.csv", people[0].lines...)
	header := people[2].lines[0]
	both := o.file("both.csv", header, testOA+",71,Bà Lành,,,,,,,", other+",71,Ông Tư,,,,,,,")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"import", "units", units}, "there are 2 accounts: name one with --oa"},
		{[]string{"import", "units", units, "--oa", "4999"}, "there is no account 4999: add it with `loalang oa add`"},
		{[]string{"import", "residents", both, "--oa", other}, "row 2, oa_id \"" + testOA + "\": the import is for account " + other},
		{[]string{"import", "residents", o.file("none.csv", header, ",71,,,,,,,,")}, "row 2, oa_id \"\": is empty, and there are 2 accounts"},
		{[]string{"export", "units", "-"}, "there are 2 accounts: name one with --oa"},
	} {
		_, errs, exit := o.run(c.args...)
		require.Equal(t, 1, exit)
		require.Contains(t, errs, c.says)
	}
	require.Equal(t, "2 rows added, 0 changed, 0 as they were.\n", o.must("import", "residents", both))
	require.Equal(t, header+"\n"+other+",71,Ông Tư,,,,,,,\n", o.must("export", "residents", "-", "--oa", other))
}

func TestExportSaysWhatIsWrong(t *testing.T) {
	t.Parallel()

	o := newOffice(t, storetest.SQLiteURL(t))
	there := o.file("there.csv", "kept")
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"export", "units", "-", "--json"}, 1, "--json and the export cannot both go to stdout: name a file"},
		{[]string{"export", "units", filepath.Join(o.folder, "a.ods")}, 1, "neither .csv nor .xlsx"},
		{[]string{"export", "units", filepath.Join(o.folder, "none", "a.csv")}, 1, "no such file"},
		{[]string{"export", "units", there, "--oa", "4999"}, 1, "there is no account 4999"},
		{[]string{"export", "units"}, 2, "--help"},
		{[]string{"import", "units", filepath.Join(o.folder, "none.csv")}, 2, "none.csv"},
	} {
		out, errs, exit := o.run(c.args...)
		require.Equal(t, c.exit, exit, errs)
		require.Empty(t, out)
		require.Contains(t, errs, c.says)
	}
	left, err := os.ReadDir(o.folder)
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing half-written is left")
	kept, err := os.ReadFile(there)
	require.NoError(t, err)
	require.Equal(t, "kept\n", string(kept))
	require.JSONEq(t, fmt.Sprintf(`{"file":%q,"rows":0}`, there), o.must("export", "units", there, "--json"))
	info, err := os.Stat(there)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
}
