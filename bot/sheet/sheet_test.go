package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

var (
	villageTime = time.FixedZone("ICT", 7*60*60)
	people      = []Column{{Name: "ma"}, {Name: "ten"}, {Name: "ngay", Time: true, Optional: true}, {Name: "ghi_chu", Optional: true, Max: 5}}
)

// file is a file with a name and content.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// book is a workbook whose cells fill fills.
func book(t testing.TB, fill func(f *excelize.File), options ...excelize.Options) string {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	path := filepath.Join(t.TempDir(), "so.xlsx")
	require.NoError(t, f.SaveAs(path, options...))
	require.NoError(t, f.Close())
	return path
}

// person fills a workbook with a header and one row.
func person(t testing.TB, row ...any) func(f *excelize.File) {
	return func(f *excelize.File) {
		require.NoError(t, f.SetSheetRow("Sheet1", "A1", &[]any{"ma", "ten", "ngay", "ghi_chu"}))
		require.NoError(t, f.SetSheetRow("Sheet1", "A2", &row))
	}
}

// edited is a workbook with text in one of its parts replaced.
func edited(t testing.TB, path, part, from, to string) string {
	t.Helper()
	in, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer in.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		source, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(source)
		require.NoError(t, err)
		if f.Name == part {
			require.Contains(t, string(data), from)
			data = bytes.ReplaceAll(data, []byte(from), []byte(to))
		}
		target, err := w.Create(f.Name)
		require.NoError(t, err)
		_, err = target.Write(data)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return file(t, "sua.xlsx", out.String())
}

// read are the rows of a file by the columns' order, and its faults.
func read(t testing.TB, path string) (rows [][]string, faults []string) {
	t.Helper()
	var found Faults
	for row, err := range Read(path, people, villageTime, &found) {
		require.NoError(t, err)
		var cells []string
		for _, c := range people {
			if row.Has(c.Name) {
				cells = append(cells, row.Cell(c.Name))
			}
		}
		rows = append(rows, cells)
	}
	list, _ := found.List()
	for _, f := range list {
		faults = append(faults, f.String())
	}
	return rows, faults
}

func TestRead(t *testing.T) {
	t.Parallel()

	const sheet1 = "xl/worksheets/sheet1.xml"
	for name, c := range map[string]struct {
		path string
		want [][]string
	}{
		"CSV":                       {file(t, "a.csv", "ma,ten\n1,Bà Lành\n2,\"Ông, Tư\"\n"), [][]string{{"1", "Bà Lành"}, {"2", "Ông, Tư"}}},
		"CSVWithBOM":                {file(t, "a.csv", "\xef\xbb\xbfma,ten\r\n1,Bà Lành\r\n"), [][]string{{"1", "Bà Lành"}}},
		"CSVWithSemicolons":         {file(t, "a.csv", "ma;ten\n1;\"a;b\"\n2;c,d\n"), [][]string{{"1", "a;b"}, {"2", "c,d"}}},
		"AnUpperCaseEnding":         {file(t, "A.CSV", "ma,ten\n1,a"), [][]string{{"1", "a"}}},
		"ColumnsInAnyOrder":         {file(t, "a.csv", "ghi_chu,ten,ma\nx,a,1\n"), [][]string{{"1", "a", "x"}}},
		"HeadersAsPeopleWriteThem":  {file(t, "a.csv", " MA , Tên ,Ghi  chú\n1,a,b\n"), [][]string{{"1", "a", "b"}}},
		"EmptyRowsAreLeftOut":       {file(t, "a.csv", "\nma,ten\n\n,\n1,a\n , \n"), [][]string{{"1", "a"}}},
		"SpaceAroundCellsIsLeftOut": {file(t, "a.csv", "ma,ten\n 1\u00a0,  a b \n"), [][]string{{"1", "a b"}}},
		"AccentsAreComposed":        {file(t, "a.csv", "ma,ten\n1,"+norm.NFD.String("Thôn Một")+"\n"), [][]string{{"1", "Thôn Một"}}},
		"GuardedFormulas":           {file(t, "a.csv", "ma,ten\n'=1,'@a\n'-1,'tis\n"), [][]string{{"=1", "@a"}, {"-1", "'tis"}}},
		"XLSX":                      {book(t, person(t, "1", "Bà Lành")), [][]string{{"1", "Bà Lành", "", ""}}},
		"NumbersAsTyped":            {book(t, person(t, 12, 1.5)), [][]string{{"12", "1.5", "", ""}}},
		"NumbersWithExponents":      {edited(t, book(t, person(t, 12, "a")), sheet1, "<v>12</v>", "<v>9.12345678E8</v>"), [][]string{{"912345678", "a", "", ""}}},
		"Booleans":                  {book(t, person(t, true, false)), [][]string{{"TRUE", "FALSE", "", ""}}},
		"CellsOfMoreThanOneLook": {book(t, func(f *excelize.File) {
			person(t, "1", "")(f)
			require.NoError(t, f.SetCellRichText("Sheet1", "B2", []excelize.RichTextRun{{Text: "Bà "}, {Text: "Lành", Font: &excelize.Font{Bold: true}}}))
		}), [][]string{{"1", "Bà Lành", "", ""}}},
		"EscapedCharacters":  {edited(t, book(t, person(t, "1", "dấu")), "xl/sharedStrings.xml", "dấu", "_x005F_x0041_ _x0041_"), [][]string{{"1", "_x0041_ A", "", ""}}},
		"ADateInVillageTime": {book(t, person(t, "1", "a", time.Date(2026, 11, 26, 8, 30, 15, 0, time.UTC))), [][]string{{"1", "a", "2026-11-26T08:30:15+07:00", ""}}},
		"ADateSince1904": {book(t, func(f *excelize.File) {
			yes := true
			require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
			person(t, "1", "a", time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))(f)
		}), [][]string{{"1", "a", "2026-11-26T00:00:00+07:00", ""}}},
		"ADateOfAFormatOfOnesOwn": {book(t, func(f *excelize.File) {
			person(t, "1", "a", 46352)(f)
			code := `"ngày" dd/mm/yyyy`
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			require.NoError(t, err)
			require.NoError(t, f.SetCellStyle("Sheet1", "C2", "C2", style))
		}), [][]string{{"1", "a", "2026-11-26T00:00:00+07:00", ""}}},
		"AMoneyFormatIsNoDate": {book(t, func(f *excelize.File) {
			person(t, 12, "a")(f)
			code := `#,##0 "đồng"`
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			require.NoError(t, err)
			require.NoError(t, f.SetCellStyle("Sheet1", "A2", "A2", style))
		}), [][]string{{"12", "a", "", ""}}},
		"ISODates":               {edited(t, book(t, person(t, "1", "a", 12)), sheet1, `><v>12</v>`, ` t="d"><v>2026-11-26T08:00:00</v>`), [][]string{{"1", "a", "2026-11-26T08:00:00+07:00", ""}}},
		"FormulasWithTheirValue": {edited(t, book(t, person(t, 12, "a")), sheet1, "<v>12</v>", "<f>6*2</f><v>12</v>"), [][]string{{"12", "a", "", ""}}},
		"OnlyTheFirstSheet": {book(t, func(f *excelize.File) {
			person(t, "1", "a")(f)
			_, err := f.NewSheet("Khác")
			require.NoError(t, err)
			require.NoError(t, f.SetCellStr("Khác", "A1", "gì đó"))
		}), [][]string{{"1", "a", "", ""}}},
		"CellsWithoutReference":  {edited(t, book(t, person(t, 1, 2)), sheet1, ` r="`, ` q="`), [][]string{{"1", "2", "", ""}}},
		"EmptyColumnsAtTheRight": {book(t, person(t, "1", "a", nil, nil, " ", "")), [][]string{{"1", "a", "", ""}}},
		"SheetsNamedFromTheRoot": {edited(t, book(t, person(t, "1", "a")), "xl/_rels/workbook.xml.rels", `Target="worksheets/`, `Target="/xl/worksheets/`), [][]string{{"1", "a", "", ""}}},
		"RowsThatAreFarBelow": {book(t, func(f *excelize.File) {
			person(t)(f)
			require.NoError(t, f.SetSheetRow("Sheet1", "A900", &[]any{"1", "a"}))
		}), [][]string{{"1", "a", "", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, faults := read(t, c.path)
			require.Empty(t, faults)
			require.Equal(t, c.want, got)
		})
	}
}

func TestReadTellsWhatIsWrong(t *testing.T) {
	t.Parallel()

	const sheet1 = "xl/worksheets/sheet1.xml"
	for name, c := range map[string]struct {
		path string
		want []string
	}{
		"NoFileContent":       {file(t, "a.csv", ""), []string{"the file is empty: the first row holds the columns ma, ten, ngay, ghi_chu"}},
		"NoSheetContent":      {book(t, func(*excelize.File) {}), []string{"the file is empty: the first row holds the columns ma, ten, ngay, ghi_chu"}},
		"OnlyHeaders":         {file(t, "a.csv", "ma,ten\n"), []string{"row 1: there is nothing below the header: add a row for each"}},
		"AMissingColumn":      {file(t, "a.csv", "ma\n1\n"), []string{`row 1, ten "": this column is missing: add it, its cells may be empty where nothing is known`}},
		"AnUnknownColumn":     {file(t, "a.csv", "ma,ten,tuoi\n1,a,3\n"), []string{`row 1, tuoi "": there is no such column: leave it out, or name it as one of ma, ten, ngay, ghi_chu`}},
		"AColumnWithoutName":  {file(t, "a.csv", "ma,,ten\n1,a,3\n"), []string{`row 1: there is no such column: leave it out, or name it as one of ma, ten, ngay, ghi_chu`}},
		"ADuplicateHeader":    {file(t, "a.csv", "ma,ten,Mã\n1,a,2\n"), []string{`row 1, Mã "": stands twice in the header: leave one out`}},
		"TooFewCells":         {file(t, "a.csv", "ma,ten\n1\n2,b\n"), []string{"row 2: has 1 cells, the header 2: a separator is missing or too many, or text that holds one is not in quotes"}},
		"TooManyCells":        {file(t, "a.csv", "ma,ten\n1,a,b\n"), []string{"row 2: has 3 cells, the header 2: a separator is missing or too many, or text that holds one is not in quotes"}},
		"CellsBesideTheTable": {book(t, person(t, "1", "a", nil, nil, "x")), []string{"row 2: has 5 cells, the header 4: a separator is missing or too many, or text that holds one is not in quotes"}},
		"BrokenQuotes":        {file(t, "a.csv", "ma,ten\n1,H’Linh \"Ba\"\n2,b\n"), []string{"row 2: the quotes do not fit: text that holds a quote or the separator stands in quotes, and a quote in it is doubled"}},
		"BrokenHeaderQuotes":  {file(t, "a.csv", "ma,t\"en\n1,a\n"), []string{"row 1: the quotes do not fit: text that holds a quote or the separator stands in quotes, and a quote in it is doubled"}},
		"NotUTF8":             {file(t, "a.csv", "ma,ten\n1,B\xe0 L\xe0nh\n"), []string{`row 2: is not in UTF-8: save the file as "CSV UTF-8", or as XLSX`}},
		"UTF16":               {file(t, "a.csv", "\xff\xfem\x00a\x00"), []string{`row 1: is not in UTF-8: save the file as "CSV UTF-8", or as XLSX`}},
		"ALineBreak":          {file(t, "a.csv", "ma,ten\n1,\"a\nb\"\n"), []string{`row 2, ten "a\nb": holds a line break or another control character: take it out`}},
		"AControlCharacter":   {file(t, "a.csv", "ma,ten\n1\x00,a\n"), []string{`row 2, ma "1\x00": holds a line break or another control character: take it out`}},
		"TooLong":             {file(t, "a.csv", "ma,ten,ghi_chu\n1,a,người dân\n"), []string{`row 2, ghi_chu "người dân": is longer than 5 characters: shorten it`}},
		"MuchTooLong":         {file(t, "a.csv", "ma,ten\n1,"+strings.Repeat("ạ", 201)+"\n"), []string{`row 2, ten "` + strings.Repeat("ạ", 80) + `…": is longer than 200 characters: shorten it`}},
		"AFloatInText":        {file(t, "a.csv", "ma,ten\n9.12E+08,a\n"), []string{`row 2, ma "9.12E+08": ` + faultFloat}},
		"AFloatOfCommas":      {file(t, "a.csv", "ma;ten\n7,1E+18;a\n"), []string{`row 2, ma "7,1E+18": ` + faultFloat}},
		"ALongNumber":         {book(t, person(t, 7100000000000000001, "a")), []string{`row 2, ma "7100000000000000001": ` + faultFloat}},
		"AFailedFormula":      {file(t, "a.csv", "ma,ten\n1,#N/A\n"), []string{`row 2, ten "#N/A": ` + faultError}},
		"AnErrorCell":         {edited(t, book(t, person(t, 12, "a")), sheet1, `><v>12</v>`, ` t="e"><v>#REF!</v>`), []string{`row 2, ma "#REF!": ` + faultError}},
		"AFormulaNobodyRan": {book(t, func(f *excelize.File) {
			person(t, nil, "a")(f)
			require.NoError(t, f.SetCellFormula("Sheet1", "A2", "1+1"))
		}), []string{`row 2, ma "": ` + faultFormula}},
		"ACodeTakenForADate": {book(t, person(t, time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC), "a")), []string{`row 2, ma "2026-03-12T00:00:00+07:00": ` + faultDate}},
		"MergedCells":        {book(t, func(f *excelize.File) { person(t, "1", "a")(f); require.NoError(t, f.MergeCell("Sheet1", "A2", "B3")) }), []string{"row 2: the cells A2:B3 are merged into one: unmerge them and fill in each"}},
		"NoZip":              {file(t, "a.xlsx", "ma,ten\n1,a\n"), []string{"this is no XLSX file: save it as .xlsx in a spreadsheet program, or as .csv with that name"}},
		"AnEmptyXLSX":        {file(t, "a.xlsx", ""), []string{"this is no XLSX file: save it as .xlsx in a spreadsheet program, or as .csv with that name"}},
		"APassword":          {book(t, person(t, "1", "a"), excelize.Options{Password: "mật khẩu"}), []string{"the workbook has a password, or is of the old kind .xls: save it without one, as .xlsx"}},
		"NoWorkbook":         {edited(t, book(t, person(t, "1", "a")), "xl/workbook.xml", "sheets>", "blaetter>"), []string{"the workbook is damaged (it has no sheet): open it in a spreadsheet program and save it again"}},
		"NoSheet":            {edited(t, book(t, person(t, "1", "a")), "xl/_rels/workbook.xml.rels", "worksheets/sheet1", "worksheets/sheet7"), []string{"the workbook is damaged (xl/worksheets/sheet7.xml is missing): open it in a spreadsheet program and save it again"}},
		"NoSuchText":         {edited(t, book(t, person(t, 12, "a")), sheet1, `><v>12</v>`, ` t="s"><v>99</v>`), []string{`the workbook is damaged (there is no text "99"): open it in a spreadsheet program and save it again`}},
		"NoSuchNumber":       {edited(t, book(t, person(t, 12, "a")), sheet1, `<v>12</v>`, `<v>zwölf</v>`), []string{`the workbook is damaged (there is no number "zwölf"): open it in a spreadsheet program and save it again`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, faults := read(t, c.path)
			require.Equal(t, c.want, faults)
		})
	}

	t.Run("ASheetCutOff", func(t *testing.T) {
		t.Parallel()

		_, faults := read(t, edited(t, book(t, person(t, "1", "a")), sheet1, "</sheetData>", "<row r=\"3\"><c"))
		require.Len(t, faults, 1)
		require.Contains(t, faults[0], "the workbook is damaged")
	})

	t.Run("AFileCutOff", func(t *testing.T) {
		t.Parallel()

		whole, err := os.ReadFile(book(t, person(t, "1", "a")))
		require.NoError(t, err)
		_, faults := read(t, file(t, "a.xlsx", string(whole[:len(whole)/2])))
		require.Len(t, faults, 1)
		require.Contains(t, faults[0], "no XLSX file")
	})

	t.Run("OtherRowsAreStillRead", func(t *testing.T) {
		t.Parallel()

		rows, faults := read(t, file(t, "a.csv", "ma,ten\n1\n2,b\n#N/A,#N/A\n3,c\n"))
		require.Equal(t, [][]string{{"2", "b"}, {"#N/A", "#N/A"}, {"3", "c"}}, rows)
		require.Len(t, faults, 3)
	})

	t.Run("ARowWithAFaultIsMarked", func(t *testing.T) {
		t.Parallel()

		var faulty []bool
		for row, err := range Read(file(t, "a.csv", "ma,ten\n#N/A,a\n2,b\n"), people, time.UTC, &Faults{}) {
			require.NoError(t, err)
			faulty = append(faulty, row.Faulty)
		}
		require.Equal(t, []bool{true, false}, faulty)
	})

	t.Run("OfOneCellOnlyTheFirstFaultIsTold", func(t *testing.T) {
		t.Parallel()

		var faults Faults
		for _, message := range []string{"first", "second"} {
			faults.Add(2, "ma", "x", "%s", message)
		}
		faults.Add(2, "ten", "x", "other")
		faults.Add(2, "", "", "row")
		faults.Add(2, "", "", "row again")
		require.Equal(t, 4, faults.Count())
	})

	t.Run("OnlySoManyFaultsAreListed", func(t *testing.T) {
		t.Parallel()

		var faults Faults
		for _, err := range Read(file(t, "a.csv", "ma,ten\n"+strings.Repeat("1\n", 250)), people, time.UTC, &faults) {
			require.Fail(t, "there is no good row", "%v", err)
		}
		list, more := faults.List()
		require.Len(t, list, MaxFaults)
		require.Equal(t, 150, more)
		require.Equal(t, 250, faults.Count())
		require.True(t, slices.IsSortedFunc(list, func(a, b Fault) int { return a.Row - b.Row }))
	})
}

func TestReadFailsWithoutAFile(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"khong-co.csv", "khong-co.xlsx"} {
		for _, err := range Read(filepath.Join(t.TempDir(), name), people, time.UTC, &Faults{}) {
			require.ErrorIs(t, err, os.ErrNotExist)
		}
	}
	for _, err := range Read("a.xls", people, time.UTC, &Faults{}) {
		require.EqualError(t, err, "a.xls: neither .csv nor .xlsx: save it as one of these")
	}
	_, err := NewWriter(io.Discard, "a.ods", nil)
	require.EqualError(t, err, "neither .csv nor .xlsx: give the file one of these names")
}

func TestReadStopsWhenNobodyWantsMore(t *testing.T) {
	t.Parallel()

	for _, path := range []string{
		file(t, "a.csv", "ma,ten\n1,a\n2,b\n3\n"),
		book(t, func(f *excelize.File) {
			person(t, "1", "a")(f)
			require.NoError(t, f.SetSheetRow("Sheet1", "A3", &[]any{"2", "b"}))
		}),
	} {
		var faults Faults
		for row, err := range Read(path, people, time.UTC, &faults) {
			require.NoError(t, err)
			require.Equal(t, "1", row.Cell("ma"))
			break
		}
		require.Zero(t, faults.Count())
	}
}

func TestWriteIsReadBackAsItWas(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"a.csv", "a.xlsx"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			dir := t.TempDir()
			rapid.Check(t, func(r *rapid.T) {
				text := rapid.Custom(func(r *rapid.T) string {
					start := rapid.SampledFrom([]string{"", "=", "+", "-", "@", "'", "''", "'=", "_x0041_", "\"", ";"}).Draw(r, "start")
					rest := rapid.StringOf(rapid.RuneFrom([]rune("aạđ 1,;\"'=<&>😀_x"))).Draw(r, "rest")
					return strings.TrimSpace(norm.NFC.String(start + rest))
				})
				row := []string{"k" + text.Draw(r, "ma"), text.Draw(r, "ten")}
				path := filepath.Join(dir, name)
				f, err := os.Create(path)
				require.NoError(r, err)
				w, err := NewWriter(f, name, []string{"ma", "ten"})
				require.NoError(r, err)
				require.NoError(r, w.Write(row))
				require.NoError(r, w.Close())
				require.NoError(r, f.Close())
				rows, faults := read(t, path)
				require.Empty(r, faults)
				require.Equal(r, [][]string{row}, rows)
			})
		})
	}
}

func TestWriteGuardsFormulas(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	w, err := NewWriter(&out, "a.csv", []string{"ma", "ten"})
	require.NoError(t, err)
	for _, text := range []string{`=HYPERLINK("http://x")`, "+84912345678", "-1", "@SUM(A1)", "Bà Lành", "'tis"} {
		require.NoError(t, w.Write([]string{"1", text}))
	}
	require.NoError(t, w.Close())
	require.Equal(t, "ma,ten\n1,\"'=HYPERLINK(\"\"http://x\"\")\"\n1,'+84912345678\n1,'-1\n1,'@SUM(A1)\n1,Bà Lành\n1,''tis\n", out.String())
}

func TestWriteTellsWhenTheDiskIsFull(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"a.csv", "a.xlsx"} {
		w, err := NewWriter(fullDisk{}, name, []string{"ma"})
		require.NoError(t, err)
		require.ErrorIs(t, w.Close(), errFull)
	}
}

var errFull = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// FuzzRead reads whatever programs may write, as a file of text and as the sheet within a workbook.
func FuzzRead(f *testing.F) {
	f.Add([]byte("ma,ten\n1,\"a\"\n"))
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>ma</t></is></c><c t="str"><v>ten</v></c></row>` +
		`<row><c s="1"><v>46352.5</v></c><c t="s"><v>0</v></c><c t="b"><v>1</v></c><c t="e"/><c t="d"/><c><f/></c></row></sheetData>` +
		`<mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		var workbook bytes.Buffer
		w := zip.NewWriter(&workbook)
		for name, part := range map[string]string{
			"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet r:id="1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="1" Target="sheet.xml"/></Relationships>`,
			"xl/styles.xml":              `<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`,
			"xl/sheet.xml":               string(content),
		} {
			to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			require.NoError(t, err)
			_, err = to.Write([]byte(part))
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		for name, data := range map[string][]byte{"a.csv": content, "a.xlsx": workbook.Bytes()} {
			path := filepath.Join(dir, name)
			require.NoError(t, os.WriteFile(path, data, 0o600))
			for row, err := range Read(path, people, time.UTC, &Faults{}) {
				require.NoError(t, err)
				require.True(t, row.Has("ma"))
			}
		}
	})
}
