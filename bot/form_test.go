package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/sheet"
)

const (
	formOA  = "4000000000000000001"
	otherOA = "4000000000000000002"
)

// formKnown is a commune with two villages and a household.
func formKnown() Known {
	return Known{
		OAID: formOA, Accounts: map[string]bool{formOA: true},
		Units: map[string]Units{formOA: {
			"xa":     {OAID: formOA, Code: "xa", Kind: UnitCommune, Name: "Xã Đồng"},
			"thon-1": {OAID: formOA, Code: "thon-1", Kind: UnitThon, Name: "Thôn Một", ParentCode: "xa", Phone: "0900000101", Address: "Nhà văn hóa", Hours: "tối"},
			"thon-2": {OAID: formOA, Code: "thon-2", Kind: UnitThon, Name: "Thôn Hai", ParentCode: "xa"},
		}},
		Households: map[RollKey]string{{formOA, "h1"}: "thon-1"},
		Now:        time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC), Zone: time.UTC,
	}
}

// readForm reads a CSV file with this content.
func readForm[T any](t *testing.T, form Form[T], known Known, content ...string) (values []T, faults []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "so.csv")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(content, "\n")), 0o600))
	var found sheet.Faults
	var last error
	for value, err := range form.Read(path, known, &found) {
		require.NoError(t, last, "an error is the last pair")
		if last = err; err == nil {
			values = append(values, value)
		}
	}
	list, _ := found.List()
	for _, f := range list {
		faults = append(faults, f.String())
	}
	if len(faults) == 0 {
		require.NoError(t, last)
	} else {
		require.ErrorIs(t, last, ErrFaulty)
	}
	return values, faults
}

const (
	unitHeader      = "ma,ten,loai,ma_cap_tren,ten_cu"
	householdHeader = "ma_ho,ma_don_vi,chu_ho,dia_chi,so_dien_thoai,nhu_cau,nguoi_giup"
	residentHeader  = "oa_id,zalo_user_id,ten,ma_don_vi,ma_ho,chu_de,vai_tro,ngon_ngu,tuong_tac_cuoi,dong_y"
	groupHeader     = "oa_id,group_id,ten,ma_don_vi,thanh_vien"
)

func TestUnitForm(t *testing.T) {
	t.Parallel()

	t.Run("ReadsUnits", func(t *testing.T) {
		t.Parallel()

		units, faults := readForm(t, UnitForm, formKnown(), unitHeader+",dien_thoai,dia_chi,gio_lam_viec",
			"tinh,Tỉnh Núi,tinh,,,,,", "xa,Xã Đồng,phuong,tinh,Xã Đồng Hạ; Xã Đồng Thượng ;,0262 385 1234,Trụ sở,sáng", "thon-3,Thôn Ba,thon,xa,,,,")
		require.Empty(t, faults)
		require.Equal(t, []Unit{
			{OAID: formOA, Code: "tinh", Kind: UnitProvince, Name: "Tỉnh Núi"},
			{
				OAID: formOA, Code: "xa", Kind: UnitWard, Name: "Xã Đồng", ParentCode: "tinh", OldNames: []string{"Xã Đồng Hạ", "Xã Đồng Thượng"},
				Phone: "02623851234", Address: "Trụ sở", Hours: "sáng",
			},
			{OAID: formOA, Code: "thon-3", Kind: UnitThon, Name: "Thôn Ba", ParentCode: "xa"},
		}, units)
	})

	t.Run("LeavesWhatIsInNoColumn", func(t *testing.T) {
		t.Parallel()

		units, faults := readForm(t, UnitForm, formKnown(), unitHeader+",dia_chi", "thon-1,Thôn Mới,thon,xa,Thôn Một,")
		require.Empty(t, faults)
		require.Equal(t, []Unit{{
			OAID: formOA, Code: "thon-1", Kind: UnitThon, Name: "Thôn Mới", ParentCode: "xa", OldNames: []string{"Thôn Một"},
			Phone: "0900000101", Hours: "tối",
		}}, units)
	})

	for name, c := range map[string]struct {
		rows   []string
		faults []string
	}{
		"AnEmptyCode":               {[]string{",Thôn,thon,xa,"}, []string{`row 2, ma "": is empty: every row needs its own`}},
		"ACodeTwice":                {[]string{"a,A,thon,xa,", "b,B,thon,xa,", "a,C,thon,xa,"}, []string{`row 4, ma "a": stands in row 2 already: leave one of them out`}},
		"NoName":                    {[]string{"a,,thon,xa,"}, []string{`row 2, ten "": is empty: residents have to see a name`}},
		"AnUnknownKind":             {[]string{"a,A,lang,xa,"}, []string{`row 2, loai "lang": there is no such kind: write tinh, xa, phuong, dac_khu, thon, ban, ap, buon, khom, to_dan_pho`}},
		"AnUnknownUnitAbove":        {[]string{"a,A,thon,xa-9,"}, []string{`row 2, ma_cap_tren "xa-9": there is no such unit, neither in the file nor in the database: correct it, or add it`}},
		"ACommuneBelowAVillage":     {[]string{"b,B,xa,thon-1,"}, []string{`row 2, ma_cap_tren "thon-1": a unit of kind xa cannot stand below one of kind thon: correct the kind or the unit above`}},
		"AVillageBelowAVillage":     {[]string{"b,B,buon,thon-1,"}, []string{`row 2, ma_cap_tren "thon-1": a unit of kind buon cannot stand below one of kind thon: correct the kind or the unit above`}},
		"AProvinceBelowACommune":    {[]string{"b,B,tinh,xa,"}, []string{`row 2, ma_cap_tren "xa": a unit of kind tinh cannot stand below one of kind xa: correct the kind or the unit above`}},
		"AKindThatThoseBelowForbid": {[]string{"xa,Xã Đồng,thon,,"}, []string{`row 2, loai "thon": thon-1 of kind thon stands below it already: correct the kind, or move that one first`}},
		"ItselfAbove":               {[]string{"a,A,thon,a,"}, []string{`row 2, ma_cap_tren "a": the unit would stand below itself: correct this or the units above`}},
		"ACircle": {[]string{"xa,Xã,xa,b,", "b,B,thon,c,", "c,C,thon,xa,", "d,D,thon,b,"}, []string{
			`row 2, ma_cap_tren "b": the unit would stand below itself: correct this or the units above`,
			`row 3, ma_cap_tren "c": the unit would stand below itself: correct this or the units above`,
			`row 4, ma_cap_tren "xa": the unit would stand below itself: correct this or the units above`,
			`row 5, ma_cap_tren "b": a unit of kind thon cannot stand below one of kind thon: correct the kind or the unit above`,
		}},
		"ACircleThroughTheDatabase": {[]string{"xa,Xã,xa,thon-1,"}, []string{`row 2, ma_cap_tren "thon-1": the unit would stand below itself: correct this or the units above`}},
		"AFaultyRowStillCounts":     {[]string{"xa-2,#REF!,xa,,", "a,A,thon,xa-2,"}, []string{`row 2, ten "#REF!": a formula that failed: put the value itself into the cell`}},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			t.Parallel()

			_, faults := readForm(t, UnitForm, formKnown(), append([]string{unitHeader}, c.rows...)...)
			require.Equal(t, c.faults, faults)
		})
	}
}

func TestHouseholdForm(t *testing.T) {
	t.Parallel()

	t.Run("ReadsHouseholds", func(t *testing.T) {
		t.Parallel()

		households, faults := readForm(t, HouseholdForm, formKnown(), householdHeader,
			"h2,thon-2,Ông Tư,Xóm 2,+84 912.345.678,poor;elderly;poor,h3", "h3,thon-1,,,,,h1", "h4,thon-1,,,,,7100000000000000001")
		require.Empty(t, faults)
		require.Equal(t, []Household{
			{
				OAID: formOA, Code: "h2", UnitCode: "thon-2", Head: "Ông Tư", Address: "Xóm 2", Phone: "0912345678",
				Needs: []Need{NeedElderly, NeedPoor}, Helper: "h3",
			},
			{OAID: formOA, Code: "h3", UnitCode: "thon-1", Helper: "h1"},
			{OAID: formOA, Code: "h4", UnitCode: "thon-1", Helper: "7100000000000000001"},
		}, households)
	})

	t.Run("ReadsWhoLeftWhenTheFileSaysSo", func(t *testing.T) {
		t.Parallel()

		households, faults := readForm(t, HouseholdForm, formKnown(), householdHeader+",trang_thai", "h2,thon-2,,,,,,left", "h3,thon-1,,,,,,")
		require.Empty(t, faults)
		require.Equal(t, HouseholdLeft, households[0].Status)
		require.Equal(t, HouseholdActive, households[1].Status)
		require.Equal(t, "left", HouseholdForm.Cells(households[0])[7])
		require.Empty(t, HouseholdForm.Cells(households[1])[7])
	})

	for name, c := range map[string]struct{ row, fault string }{
		"AnEmptyCode":     {",thon-1,,,,,", `ma_ho "": is empty: every row needs its own`},
		"NoUnit":          {"h2,,,,,,", `ma_don_vi "": is empty: every household belongs to a unit`},
		"AnUnknownUnit":   {"h2,thon-9,,,,,", `ma_don_vi "thon-9": there is no such unit: correct it, or import the units first`},
		"AnUnknownNeed":   {"h2,thon-1,,,,elderly;giàu,", `nhu_cau "giàu": there is no such need: write elderly, alone, poor, near_poor, no_smartphone, danger_zone`},
		"ABadPhone":       {"h2,thon-1,,,12345,,", `so_dien_thoai "12345": is no Vietnamese phone number: write one, such as 0912345678`},
		"APhoneOfWords":   {"h2,thon-1,,,nhà bên,,", `so_dien_thoai "nhà bên": is no Vietnamese phone number: write one, such as 0912345678`},
		"ALostZero":       {"h2,thon-1,,,912345678,,", `so_dien_thoai "912345678": the zero in front is lost: format the column as text and write 0912345678`},
		"AFloat":          {"h2,thon-1,,,9.12E+08,,", `so_dien_thoai "9.12E+08": the spreadsheet has turned a long number into this, and its last digits are lost: format the column as text and type it again`},
		"AnUnknownHelper": {"h2,thon-1,,,,,h9", `nguoi_giup "h9": is neither a household of the file or the database nor a Zalo user id: correct it`},
		"APhoneAsHelper":  {"h2,thon-1,,,,,0912345678", `nguoi_giup "0912345678": is neither a household of the file or the database nor a Zalo user id: correct it`},
		"ItselfAsHelper":  {"h2,thon-1,,,,,h2", `nguoi_giup "h2": is the household itself: name another one, or a person's Zalo user id`},
		"AnUnknownStatus": {"h2,thon-1,,,,,,gone", `trang_thai "gone": there is no such status: write active, left`},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			t.Parallel()

			header := householdHeader
			if strings.Count(c.row, ",") > strings.Count(header, ",") {
				header += ",trang_thai"
			}
			_, faults := readForm(t, HouseholdForm, formKnown(), header, c.row)
			require.Equal(t, []string{"row 2, " + c.fault}, faults)
		})
	}
}

func TestResidentForm(t *testing.T) {
	t.Parallel()

	t.Run("ReadsResidents", func(t *testing.T) {
		t.Parallel()

		residents, faults := readForm(t, ResidentForm, formKnown(), residentHeader,
			formOA+",7100000000000000001,Bà Lành,thon-1,h1,health;bank,group_leader; to_truong,RAD,2026-11-20T08:00:00.1239+07:00,2026-11-01T00:00:00Z",
			",7100000000000000002,,,h1,,,,,", ",7100000000000000003,,,,,,,,")
		require.Empty(t, faults)
		require.Equal(t, []Resident{
			{
				OAID: formOA, UserID: "7100000000000000001", Name: "Bà Lành", UnitCode: "thon-1", HouseholdCode: "h1",
				Topics: []Topic{TopicBank, TopicHealth}, Roles: []Role{RoleGroupLeader, "to_truong"}, Language: "rad",
				LastInteraction: time.Date(2026, 11, 20, 1, 0, 0, 123e6, time.UTC), ConsentAt: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
			},
			{OAID: formOA, UserID: "7100000000000000002", UnitCode: "thon-1", HouseholdCode: "h1"},
			{OAID: formOA, UserID: "7100000000000000003"},
		}, residents)
	})

	t.Run("ReadsResidentsOfSeveralAccounts", func(t *testing.T) {
		t.Parallel()

		known := formKnown()
		known.OAID, known.Accounts[otherOA] = "", true
		residents, faults := readForm(t, ResidentForm, known, residentHeader, formOA+",71,,thon-1,,,,,,", otherOA+",71,,,,,,,,")
		require.Empty(t, faults)
		require.Equal(t, []Resident{{OAID: formOA, UserID: "71", UnitCode: "thon-1"}, {OAID: otherOA, UserID: "71"}}, residents)
		_, faults = readForm(t, ResidentForm, known, residentHeader, ",71,,,,,,,,", "4999,72,,,,,,,,", otherOA+",73,,thon-1,,,,,,")
		require.Equal(t, []string{
			`row 2, oa_id "": is empty, and there are 2 accounts: name the row's, or one for the whole file with --oa`,
			"row 3, oa_id \"4999\": there is no such account: correct it, or add it with `loalang oa add`",
			`row 4, ma_don_vi "thon-1": there is no such unit: correct it, or import the units first`,
		}, faults)
	})

	for name, c := range map[string]struct{ row, fault string }{
		"AnotherAccount":          {otherOA + ",71,,,,,,,,", `oa_id "4000000000000000002": the import is for account 4000000000000000001: leave the row out, or import it with --oa 4000000000000000002`},
		"AnEmptyUser":             {",,,,,,,,,", ""},
		"NoUser":                  {",,Bà Lành,,,,,,,", `zalo_user_id "": is empty: every row needs its own`},
		"AUserOfWords":            {",Bà Lành,,,,,,,,", `zalo_user_id "Bà Lành": is no id of Zalo's: copy it from Zalo, digits and letters only`},
		"AUserAsFloat":            {",7.1E+18,,,,,,,,", `zalo_user_id "7.1E+18": the spreadsheet has turned a long number into this, and its last digits are lost: format the column as text and type it again`},
		"AnUnknownUnit":           {",71,,thon-9,,,,,,", `ma_don_vi "thon-9": there is no such unit: correct it, or import the units first`},
		"AnUnknownHousehold":      {",71,,thon-1,h9,,,,,", `ma_ho "h9": there is no such household: correct it, or import the households first`},
		"AHouseholdOfAnotherUnit": {",71,,thon-2,h1,,,,,", `ma_ho "h1": belongs to unit thon-1, not to thon-2: correct one of them`},
		"AnUnknownTopic":          {",71,,,,bank;bóng đá,,,,", `chu_de "bóng đá": there is no such topic: write bank, livestock, crops, health, disaster, security, procedures, meetings`},
		"ABadRole":                {",71,,,,,Trưởng thôn,,,", `vai_tro "Trưởng thôn": is no role: write it in lower-case letters and _, such as borrower, group_leader or pig_farmer`},
		"ABadLanguage":            {",71,,,,,,tiếng Ê Đê,,", `ngon_ngu "tiếng Ê Đê": is no language: write its code after BCP 47, such as vi, rad (Ê Đê) or jra (Gia Rai)`},
		"AnUnknownLanguage":       {",71,,,,,,xx,,", `ngon_ngu "xx": is no language: write its code after BCP 47, such as vi, rad (Ê Đê) or jra (Gia Rai)`},
		"ABadTime":                {",71,,,,,,,20/11/2026,", `tuong_tac_cuoi "20/11/2026": is no point in time: write it as 2026-11-26T08:00:00+07:00, or nothing for never`},
		"ATimeWithoutZone":        {",71,,,,,,,,2026-11-20T08:00:00", `dong_y "2026-11-20T08:00:00": is no point in time: write it as 2026-11-26T08:00:00+07:00, or nothing for never`},
		"AnInteractionToCome":     {",71,,,,,,,2026-11-26T15:00:01+07:00,", `tuong_tac_cuoi "2026-11-26T15:00:01+07:00": is in the future: it is now 2026-11-26T08:00:00Z; correct it, or the clock`},
		"AConsentToCome":          {",71,,,,,,,,2027-01-01T00:00:00Z", `dong_y "2027-01-01T00:00:00Z": is in the future: it is now 2026-11-26T08:00:00Z; correct it, or the clock`},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			t.Parallel()

			want := []string{"row 2, " + c.fault}
			if c.fault == "" {
				want = []string{"row 1: there is nothing below the header: add a row for each"}
			}
			_, faults := readForm(t, ResidentForm, formKnown(), residentHeader, c.row)
			require.Equal(t, want, faults)
		})
	}
}

func TestGroupForm(t *testing.T) {
	t.Parallel()

	t.Run("ReadsGroups", func(t *testing.T) {
		t.Parallel()

		groups, faults := readForm(t, GroupForm, formKnown(), groupHeader,
			formOA+",f414c8f76fa586fbdfb4,Nhóm thôn Một,thon-1,72;71;72", ",g2,Hội Nông dân,,")
		require.Empty(t, faults)
		require.Equal(t, []Group{
			{OAID: formOA, ID: "f414c8f76fa586fbdfb4", Name: "Nhóm thôn Một", UnitCode: "thon-1", Members: []string{"71", "72"}},
			{OAID: formOA, ID: "g2", Name: "Hội Nông dân"},
		}, groups)
	})

	for name, c := range map[string]struct{ row, fault string }{
		"NoID":           {",,Nhóm,,", `group_id "": is empty: every row needs its own`},
		"AnIDOfWords":    {",nhóm 1,,,", `group_id "nhóm 1": is no id of Zalo's: copy it from Zalo, digits and letters only`},
		"AnUnknownUnit":  {",g1,,thon-9,", `ma_don_vi "thon-9": there is no such unit: correct it, or import the units first`},
		"AMemberOfWords": {",g1,,,71;Bà Lành", `thanh_vien "Bà Lành": is no id of Zalo's: copy it from Zalo, digits and letters only`},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			t.Parallel()

			_, faults := readForm(t, GroupForm, formKnown(), groupHeader, c.row)
			require.Equal(t, []string{"row 2, " + c.fault}, faults)
		})
	}
}

func TestFormReadTellsWhenTheFileCannotBeRead(t *testing.T) {
	t.Parallel()

	for _, err := range UnitForm.Read(filepath.Join(t.TempDir(), "khong-co.csv"), formKnown(), &sheet.Faults{}) {
		require.ErrorIs(t, err, os.ErrNotExist)
	}
}

func TestFormCellsAreReadBackAsTheyWere(t *testing.T) {
	t.Parallel()

	known := formKnown()
	unit := known.Units[formOA]["thon-1"]
	unit.OldNames = []string{"Thôn Cũ", "Buôn Ea"}
	household := Household{
		OAID: formOA, Code: "h2", UnitCode: "thon-2", Head: "=Ông Tư", Address: "a, \"b\"", Phone: "0912345678",
		Needs: []Need{NeedAlone, NeedPoor}, Helper: "h1", Status: HouseholdLeft,
	}
	resident := Resident{
		OAID: formOA, UserID: "71", Name: "'Bà", UnitCode: "thon-1", HouseholdCode: "h1", Topics: []Topic{TopicBank}, Roles: []Role{"a", "b"},
		Language: "vi-VN", LastInteraction: time.Date(2026, 11, 20, 1, 0, 0, 123e6, time.UTC), ConsentAt: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	}
	group := Group{OAID: formOA, ID: "g", Name: "-Nhóm", UnitCode: "xa", Members: []string{"1", "2"}}
	sameAgain(t, UnitForm, unit)
	sameAgain(t, HouseholdForm, household)
	sameAgain(t, ResidentForm, resident)
	sameAgain(t, GroupForm, group)
	day := formDay("=Chợ, \"cũ\"", calendar.When{Monthly: 15}, calendar.Hours{From: 450, To: 660})
	day.Place, day.Officers = "-Nhà văn hóa", []string{"Anh Nam", "Chị Hoa"}
	sameAgain(t, CalendarForm, day)
	sameAgain(t, CalendarForm, formDay("", calendar.When{Date: calendar.Date{Year: 2027, Month: 2, Day: 28}}, calendar.Hours{From: 1, To: 2}))
}

// sameAgain writes a value and reads it back.
func sameAgain[T any](t *testing.T, form Form[T], value T) {
	t.Helper()
	var content strings.Builder
	w, err := sheet.NewWriter(&content, "a.csv", form.Header())
	require.NoError(t, err)
	require.NoError(t, w.Write(form.Cells(value)))
	require.NoError(t, w.Close())
	got, faults := readForm(t, form, formKnown(), content.String())
	require.Empty(t, faults)
	require.Equal(t, []T{value}, got)
}

func TestReadPhone(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"": "", "0912345678": "0912345678", "0912 345 678": "0912345678", "0912.345.678": "0912345678", "(0262) 385-1234": "02623851234",
		"+84912345678": "0912345678", "84 912345678": "0912345678", "0084912345678": "0912345678", "19001009": "19001009", "1800 0000": "18000000", "113": "113",
	} {
		got, err := readPhone(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"-", "091234567", "09123456789012", "0012345678", "12", "0912345678 / 0987654321", "+1 202 555 0100", "９１２３４５６７８", "912345678"} {
		_, err := readPhone(text)
		require.Error(t, err, text)
	}
}
