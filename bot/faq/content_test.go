package faq_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/loalang/loalang/bot/faq"
)

const goodFile = `section: vneid
title: VNeID – định danh điện tử
entries:
  - id: vneid-la-gi
    title: VNeID là gì?
    phrasings:
      - vneid là gì
      - "cái vneid là cái chi"
    answer: |
      Là ứng dụng của Bộ Công an.

      1. Tải về.
    buttons:
      - title: Kích hoạt
        ask: vneid-kich-hoat
      - title: Gọi 1900 0368
        phone: 0190368
      - title: Mở Cổng
        url: https://dichvucong.gov.vn
    issuer: Bộ Công an
    source: Luật Căn cước
    verified_on: 2026-11-21
    valid_until: 2026-12-31
  - id: vneid-kich-hoat
    title: Kích hoạt thế nào?
    phrasings: [kích hoạt sao]
    answer: Mở ứng dụng.
    issuer: Bộ Công an
    source: Luật Căn cước
    verified_on: 2026-11-21
`

func TestParse(t *testing.T) {
	t.Parallel()

	t.Run("ReadsAWholeFile", func(t *testing.T) {
		t.Parallel()

		content, err := faq.Parse("vneid.yaml", []byte(goodFile))
		require.NoError(t, err)
		require.Equal(t, []faq.Section{{ID: "vneid", Title: "VNeID – định danh điện tử"}}, content.Sections)
		require.Len(t, content.Entries, 2)
		require.Equal(t, faq.Entry{
			ID:        "vneid-la-gi",
			Section:   "vneid",
			Title:     "VNeID là gì?",
			Phrasings: []string{"vneid là gì", "cái vneid là cái chi"},
			Answer:    "Là ứng dụng của Bộ Công an.\n\n1. Tải về.",
			Buttons: []faq.Button{
				{Title: "Kích hoạt", Ask: "vneid-kich-hoat"},
				{Title: "Gọi 1900 0368", Phone: "0190368"},
				{Title: "Mở Cổng", URL: "https://dichvucong.gov.vn"},
			},
			Issuer:     "Bộ Công an",
			Source:     "Luật Căn cước",
			VerifiedOn: faq.Date{Year: 2026, Month: time.November, Day: 21},
			ValidUntil: faq.Date{Year: 2026, Month: time.December, Day: 31},
		}, content.Entries[0])
	})

	t.Run("ReadsTheSpecialLines", func(t *testing.T) {
		t.Parallel()

		content, err := faq.Parse("dac-biet.yaml", []byte(
			"none: [mua váy cưới]\nhandoff: [gặp cán bộ]\nsmalltalk:\n  - answer: Dạ.\n    phrasings: [cảm ơn]\n"))
		require.NoError(t, err)
		require.Empty(t, content.Sections)
		require.Equal(t, []string{"mua váy cưới"}, content.None)
		require.Equal(t, []string{"gặp cán bộ"}, content.Handoff)
		require.Equal(t, []faq.SmallTalk{{Answer: "Dạ.", Phrasings: []string{"cảm ơn"}}}, content.SmallTalk)
	})

	t.Run("ComposesDecomposedText", func(t *testing.T) {
		t.Parallel()

		composed, err := faq.Parse("vneid.yaml", []byte(goodFile))
		require.NoError(t, err)
		decomposed, err := faq.Parse("vneid.yaml", []byte(norm.NFD.String(goodFile)))
		require.NoError(t, err)
		require.Equal(t, composed, decomposed)
	})

	t.Run("IgnoresAByteOrderMark", func(t *testing.T) {
		t.Parallel()

		content, err := faq.Parse("vneid.yaml", []byte("\ufeff"+goodFile))
		require.NoError(t, err)
		require.Len(t, content.Entries, 2)
	})

	t.Run("ListsAllFaultsAtOnce", func(t *testing.T) {
		t.Parallel()

		_, err := faq.Parse("vneid.yaml", []byte(`section: vneid
title: VNeID
colour: red
entries:
  - id: one
    title: Một
    phrasings: []
    answer: ""
    issuer: Xã
    source: Luật
    verified_on: 21/11/2026
  - id: one
    title: Hai
    phrasings: [hai]
    answer: Hai.
    anser: Ba.
    issuer: Xã
    source: Luật
    verified_on: 2026-11-21
  - id: Three
    title: `+strings.Repeat("x", 61)+`
    phrasings: [ba, ""]
    answer: Ba.
    buttons:
      - title: `+strings.Repeat("y", 41)+`
        ask: one
        phone: "113"
      - title: Gọi
        phone: hai mươi
    issuer: Xã
    source: Luật
`))
		require.EqualError(t, err, strings.Join([]string{
			`vneid.yaml:3: unknown key "colour", known are section, title, entries, none, handoff, smalltalk, emergency, no_emergency, overrides`,
			`vneid.yaml:7: one: no phrasing`,
			`vneid.yaml:8: one: answer is empty`,
			`vneid.yaml:11: one: "21/11/2026" is no day written YYYY-MM-DD`,
			`vneid.yaml:12: one: id stands already at vneid.yaml:5`,
			`vneid.yaml:16: one: unknown key "anser", known are id, title, phrasings, answer, answers, audio, ask, buttons, issuer, source, verified_on, valid_until`,
			`vneid.yaml:20: Three: id must be lower-case words joined by hyphens, not "Three"`,
			`vneid.yaml:20: Three: verified_on is missing`,
			`vneid.yaml:21: Three: title has 61 characters, at most 60`,
			`vneid.yaml:22: Three: empty line in a list`,
			`vneid.yaml:25: Three: button "` + strings.Repeat("y", 41) + `" needs exactly one of ask, phone and url`,
			`vneid.yaml:25: Three: button title has 41 characters, at most 40`,
			`vneid.yaml:29: Three: phone "hai mươi" must be 3 to 11 digits`,
		}, "\n"))
		var faults faq.Faults
		require.ErrorAs(t, err, &faults)
		require.Equal(t, faq.Fault{File: "vneid.yaml", Line: 8, ID: "one", Problem: "answer is empty"}, faults[2])
	})

	for name, c := range map[string]struct{ file, want string }{
		"NamesTheLineOfBrokenYAML":   {"section: a\ntitle: [\n", "a.yaml:2: "},
		"RefusesAnEmptyFile":         {"", "a.yaml:1: a content file is one YAML document"},
		"RefusesAList":               {"- a\n- b\n", "a.yaml:1: must be keys with values"},
		"RefusesTextForAList":        {"none: một\n", "a.yaml:1: must be a list"},
		"RefusesAListForText":        {"none:\n  - [một]\n", "a.yaml:2: must be text"},
		"RefusesAnEntryOfText":       {"section: a\ntitle: A\nentries:\n  - một\n", "a.yaml:4: must be keys with values"},
		"RefusesAnEntryWithoutID":    {"section: a\ntitle: A\nentries:\n  - title: Một\n", "a.yaml:4: id must be lower-case words"},
		"RefusesASectionWithoutName": {"entries: []\n", "a.yaml:1: section must be lower-case words"},
		"RefusesSilentSmallTalk":     {"smalltalk:\n  - phrasings: [chào]\n", "a.yaml:2: smalltalk answer is empty"},
		"RefusesAnswersTooLong": {
			"smalltalk:\n  - phrasings: [chào]\n    answer: " + strings.Repeat("ạ", 1501) + "\n",
			"a.yaml:3: smalltalk answer has 1501 characters, at most 1500",
		},
		"RefusesOpenLinks": {
			strings.Replace(goodFile, "https://", "http://", 1),
			`a.yaml:19: vneid-la-gi: url "http://dichvucong.gov.vn" must start with https://`,
		},
		"RefusesFiveButtons": {
			strings.Replace(goodFile, "    buttons:\n", "    buttons:\n"+strings.Repeat("      - {title: Gọi, phone: \"113\"}\n", 2), 1),
			"a.yaml:13: vneid-la-gi: 5 buttons, at most 4",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := faq.Parse("a.yaml", []byte(c.file))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()

	t.Run("JoinsTheFilesInTheOrderOfTheirNames", func(t *testing.T) {
		t.Parallel()

		content, err := faq.Load(fstest.MapFS{
			"faq/vneid.yaml": {Data: []byte(goodFile)},
			"faq/a.yaml":     {Data: []byte("none: [mua váy cưới]\n")},
			"faq/notes.txt":  {Data: []byte("not read")},
		}, "faq/*.yaml")
		require.NoError(t, err)
		require.Len(t, content.Entries, 2)
		require.Equal(t, []string{"mua váy cưới"}, content.None)
	})

	t.Run("NamesIDsThatStandInTwoFilesAndButtonsThatLeadNowhere", func(t *testing.T) {
		t.Parallel()

		stray := strings.Replace(goodFile, "ask: vneid-kich-hoat", "ask: nowhere", 1)
		_, err := faq.Load(fstest.MapFS{"a.yaml": {Data: []byte(stray)}, "b.yaml": {Data: []byte(goodFile)}}, "*.yaml")
		require.EqualError(t, err, strings.Join([]string{
			`a.yaml:14: vneid-la-gi: button "Kích hoạt" asks for "nowhere", which is no entry`,
			`b.yaml:4: vneid-la-gi: id stands already at a.yaml:4`,
			`b.yaml:24: vneid-kich-hoat: id stands already at a.yaml:24`,
		}, "\n"))
	})

	t.Run("NamesAnEmergencyThatStandsInTwoFiles", func(t *testing.T) {
		t.Parallel()

		danger := "emergency:\n  - id: chay\n    number: 114\n    title: Cháy\n    answer: Gọi 114.\n    phrasings: [cháy nhà]\n"
		_, err := faq.Load(fstest.MapFS{"a.yaml": {Data: []byte(danger)}, "b.yaml": {Data: []byte(danger)}}, "*.yaml")
		require.EqualError(t, err, "b.yaml:1: chay: this emergency stands already in another place: put them together")
	})

	t.Run("ListsTheFaultsOfAllFiles", func(t *testing.T) {
		t.Parallel()

		_, err := faq.Load(fstest.MapFS{"a.yaml": {Data: []byte("x: 1\n")}, "b.yaml": {Data: []byte("y: 1\n")}}, "*.yaml")
		require.ErrorContains(t, err, `a.yaml:1: unknown key "x"`)
		require.ErrorContains(t, err, `b.yaml:1: unknown key "y"`)
	})

	t.Run("RefusesToFindNothing", func(t *testing.T) {
		t.Parallel()

		_, err := faq.Load(fstest.MapFS{}, "faq/*.yaml")
		require.EqualError(t, err, "find faq content: no file matches faq/*.yaml")
	})
}

func TestJoin(t *testing.T) {
	t.Parallel()

	t.Run("LetsAButtonLeadToAnEntryThatIsInNoFile", func(t *testing.T) {
		t.Parallel()

		file, err := faq.Parse("a.yaml", []byte(strings.Replace(goodFile, "ask: vneid-kich-hoat", "ask: saved", 1)))
		require.NoError(t, err)
		_, err = faq.Join(file)
		require.Error(t, err)
		_, err = faq.Join(file, faq.Content{Entries: []faq.Entry{{ID: "saved"}}})
		require.NoError(t, err)
	})
}

func TestEntry(t *testing.T) {
	t.Parallel()

	content, err := faq.Parse("vneid.yaml", []byte(goodFile))
	require.NoError(t, err)
	entry := content.Entries[0]

	t.Run("ComesBackFromJSONTheSame", func(t *testing.T) {
		t.Parallel()

		form, err := json.Marshal(entry)
		require.NoError(t, err)
		require.Contains(t, string(form), `"verified_on":"2026-11-21","valid_until":"2026-12-31"`)
		var back faq.Entry
		require.NoError(t, json.Unmarshal(form, &back))
		require.Equal(t, entry, back)
		require.Equal(t, entry.Hash(), back.Hash())
	})

	t.Run("HasAnotherHashAfterAnyEdit", func(t *testing.T) {
		t.Parallel()

		seen := map[string]bool{entry.Hash(): true}
		for _, edit := range []func(*faq.Entry){
			func(e *faq.Entry) { e.ID = "x" },
			func(e *faq.Entry) { e.Section = "x" },
			func(e *faq.Entry) { e.Title += "x" },
			func(e *faq.Entry) { e.Phrasings = e.Phrasings[:1] },
			func(e *faq.Entry) { e.Answer += "x" },
			func(e *faq.Entry) { e.Buttons = nil },
			func(e *faq.Entry) { e.Issuer += "x" },
			func(e *faq.Entry) { e.Source += "x" },
			func(e *faq.Entry) { e.VerifiedOn.Day++ },
			func(e *faq.Entry) { e.ValidUntil = faq.Date{} },
		} {
			edited := entry
			edit(&edited)
			require.False(t, seen[edited.Hash()])
			seen[edited.Hash()] = true
		}
	})

	t.Run("ExpiresAfterItsLastDay", func(t *testing.T) {
		t.Parallel()

		for day, want := range map[string]bool{
			"2026-12-30": false, "2026-12-31": false, "2027-01-01": true, "2027-11-01": true, "2025-12-31": false,
		} {
			date, err := faq.ParseDate(day)
			require.NoError(t, err)
			require.Equal(t, want, entry.Expired(date), day)
			require.False(t, content.Entries[1].Expired(date), "an entry without an end never expires")
		}
	})
}

func TestDate(t *testing.T) {
	t.Parallel()

	t.Run("IsTheDayWhereTheTimeIs", func(t *testing.T) {
		t.Parallel()

		vietnam := time.FixedZone("ICT", 7*60*60)
		evening := time.Date(2026, time.November, 21, 20, 0, 0, 0, time.UTC)
		require.Equal(t, "2026-11-21", faq.DateOf(evening).String())
		require.Equal(t, "2026-11-22", faq.DateOf(evening.In(vietnam)).String())
	})

	t.Run("RefusesADayThatIsNone", func(t *testing.T) {
		t.Parallel()

		var d faq.Date
		require.EqualError(t, d.UnmarshalText([]byte("2026-02-30")), `"2026-02-30" is no day written YYYY-MM-DD`)
		require.NoError(t, d.UnmarshalText(nil))
		require.True(t, d.IsZero())
		require.Empty(t, d.String())
	})
}

// richFile has every key that goodFile lacks.
const richFile = `section: vay
title: Vay vốn
entries:
  - id: vay
    title: Vay vốn thế nào?
    phrasings: [vay vốn]
    answer: Hỏi {don_vi}, gọi {dien_thoai}, ở {dia_chi}, lúc {gio_lam_viec}.
    answers:
      rad: Pơbŭt {don_vi}.
      zh-Hant-TW: 貸款
    audio:
      vi: https://example.org/vay.mp3
    ask:
      question: Nhà mình thuộc diện nào?
      branches:
        - title: Hộ nghèo
          words: [hộ nghèo, sổ nghèo]
          answer: Hỏi {don_vi}.
        - title: Khác
          answer: Chưa vay được.
    issuer: Ngân hàng
    source: Nghị định
    verified_on: 2026-11-21
none: [mua váy cưới]
emergency:
  - id: chay
    number: 114
    title: Đang cháy
    answer: Gọi 114 NGAY.
    phrasings: [cháy nhà]
no_emergency:
  - cháy túi
overrides:
  - entry: vay
    unit: xa-dong
    answer: Gọi {dien_thoai} của xã.
    answers:
      km: ខ្ចី
    audio:
      vi: https://example.org/xa.mp3
`

func TestParseRichFile(t *testing.T) {
	t.Parallel()

	t.Run("ReadsEveryKey", func(t *testing.T) {
		t.Parallel()

		content, err := faq.Load(fstest.MapFS{"a.yaml": {Data: []byte(richFile)}}, "*.yaml")
		require.NoError(t, err)
		e := content.Entries[0]
		require.Equal(t, map[string]string{"rad": "Pơbŭt {don_vi}.", "zh-Hant-TW": "貸款"}, e.Answers)
		require.Equal(t, map[string]string{"vi": "https://example.org/vay.mp3"}, e.Audio)
		require.Equal(t, &faq.Ask{Question: "Nhà mình thuộc diện nào?", Branches: []faq.Branch{
			{Title: "Hộ nghèo", Words: []string{"hộ nghèo", "sổ nghèo"}, Answer: "Hỏi {don_vi}."},
			{Title: "Khác", Answer: "Chưa vay được."},
		}}, e.Ask)
		require.Equal(t, []faq.Emergency{{
			ID: "chay", Number: "114", Title: "Đang cháy", Answer: "Gọi 114 NGAY.", Phrasings: []string{"cháy nhà"},
		}}, content.Emergencies)
		require.Equal(t, []string{"cháy túi"}, content.NoEmergency)
		require.Equal(t, []faq.Override{{
			Entry: "vay", Unit: "xa-dong", Answer: "Gọi {dien_thoai} của xã.",
			Answers: map[string]string{"km": "ខ្ចី"}, Audio: map[string]string{"vi": "https://example.org/xa.mp3"},
		}}, content.Overrides)
	})

	t.Run("ComesBackFromJSONTheSame", func(t *testing.T) {
		t.Parallel()

		content, err := faq.Parse("a.yaml", []byte(richFile))
		require.NoError(t, err)
		form, err := json.Marshal(content.Entries[0])
		require.NoError(t, err)
		var back faq.Entry
		require.NoError(t, json.Unmarshal(form, &back))
		require.Equal(t, content.Entries[0], back)
		require.Equal(t, content.Entries[0].Hash(), back.Hash())
	})

	t.Run("AllowsFourBranches", func(t *testing.T) {
		t.Parallel()

		_, err := faq.Parse("a.yaml", []byte(strings.Replace(richFile, "        - title: Khác\n", strings.Repeat(branchOfFile, 2)+"        - title: Khác\n", 1)))
		require.NoError(t, err)
	})

	for name, c := range map[string]struct{ old, new, want string }{
		"OneBranch":            {"        - title: Khác\n          answer: Chưa vay được.\n", "", "a.yaml:13: vay: 1 branches, from 2 to 4"},
		"FiveBranches":         {"        - title: Khác\n", strings.Repeat(branchOfFile, 3) + "        - title: Khác\n", "a.yaml:13: vay: 5 branches, from 2 to 4"},
		"NoBranches":           {"      question: Nhà mình thuộc diện nào?\n      branches:\n", "      branches: []\n      other:\n", "a.yaml:13: vay: 0 branches, from 2 to 4"},
		"NoQuestion":           {"      question: Nhà mình thuộc diện nào?\n", "", "a.yaml:13: vay: question is empty"},
		"ABranchWithoutTitle":  {"        - title: Hộ nghèo\n          words: [hộ nghèo, sổ nghèo]\n", "        - words: [hộ nghèo, sổ nghèo]\n", "a.yaml:16: vay: branch title is empty"},
		"ABranchWithoutAnswer": {"          answer: Chưa vay được.\n", "", "a.yaml:19: vay: branch answer is empty"},
		"ALongBranchTitle":     {"title: Khác", "title: " + strings.Repeat("y", 41), "a.yaml:19: vay: branch title has 41 characters, at most 40"},
		"AnEmptyWord":          {"[hộ nghèo, sổ nghèo]", `[hộ nghèo, ""]`, "a.yaml:17: vay: empty line in a list"},
		"AnUnknownBranchKey":   {"          words: [", "          word: [", `a.yaml:17: vay: unknown key "word", known are title, words, answer`},
		"AnUnknownAskKey":      {"      question: ", "      ask: ", `a.yaml:14: vay: unknown key "ask", known are question, branches`},
		"AskThatIsText":        {"    audio:\n      vi: https://example.org/vay.mp3\n    ask:\n", "    ask: Diện nào?\n    audio:\n", "a.yaml:11: vay: must be keys with values"},
		"AnUnknownPlaceholder": {
			"answer: Hỏi {don_vi}, gọi {dien_thoai}", "answer: Hỏi {ten_xa}, gọi {dien_thoai}",
			"a.yaml:7: vay: unknown placeholder {ten_xa}, known are {don_vi}, {dien_thoai}, {dia_chi}, {gio_lam_viec}",
		},
		"AnUnknownPlaceholderInABranch":       {"answer: Hỏi {don_vi}.\n", "answer: Hỏi {don vi}.\n", "a.yaml:18: vay: unknown placeholder {don vi}"},
		"AnUnknownPlaceholderInAnotherTongue": {"Pơbŭt {don_vi}", "Pơbŭt {}", "a.yaml:9: vay: unknown placeholder {}"},
		"AnUnknownPlaceholderInAnOverride":    {"Gọi {dien_thoai} của xã", "Gọi {sdt} của xã", "a.yaml:36: vay: unknown placeholder {sdt}"},
		"AWrongLanguage":                      {"      rad: ", "      Rade: ", `a.yaml:9: vay: "Rade" is no language; write one like rad, jra, hmn or km`},
		"AnEmptyLanguage":                     {"      rad: Pơbŭt {don_vi}.\n", "      rad: \"\"\n", "a.yaml:9: vay: text in rad is empty"},
		"LanguagesInAList":                    {"      rad: Pơbŭt {don_vi}.\n      zh-Hant-TW: 貸款\n", "      - rad\n", "a.yaml:8: vay: must be keys with values"},
		"OpenAudio":                           {"https://example.org/vay.mp3", "http://example.org/vay.mp3", `a.yaml:12: vay: url "http://example.org/vay.mp3" must start with https://`},
		"OpenAudioInAnOverride":               {"https://example.org/xa.mp3", "http://example.org/xa.mp3", `a.yaml:40: vay: url "http://example.org/xa.mp3" must start with https://`},
		"AnEmergencyWithoutNumber":            {"    number: 114\n", "", `a.yaml:26: chay: number "" must be 3 to 11 digits`},
		"AnEmergencyWithAWrongNumber":         {"    number: 114\n", "    number: một một bốn\n", `a.yaml:27: chay: number "một một bốn" must be 3 to 11 digits`},
		"AnEmergencyThatDoesNotNameItsNumber": {"answer: Gọi 114 NGAY.", "answer: Gọi cứu hỏa NGAY.", "a.yaml:29: chay: the answer does not name the number 114"},
		"AnEmergencyWithoutTitle":             {"    title: Đang cháy\n", "", "a.yaml:26: chay: title is empty"},
		"AnEmergencyWithoutPhrasing":          {"    phrasings: [cháy nhà]\n", "", "a.yaml:26: chay: no phrasing"},
		"AnEmergencyWithoutID":                {"  - id: chay\n    number: 114\n", "  - number: 114\n", `a.yaml:26: id must be lower-case words joined by hyphens, not ""`},
		"AnUnknownEmergencyKey":               {"    phrasings: [cháy nhà]\n", "    phrasings: [cháy nhà]\n    phone: 114\n", `a.yaml:31: chay: unknown key "phone", known are id, number, title, answer, phrasings`},
		"AnEmptyLineInNoEmergency":            {"  - cháy túi\n", "  - \"\"\n", "a.yaml:32: empty line in a list"},
		"AnOverrideWithoutEntry":              {"  - entry: vay\n    unit: xa-dong\n", "  - unit: xa-dong\n", "a.yaml:34: entry is empty"},
		"AnOverrideWithoutUnit":               {"    unit: xa-dong\n", "", "a.yaml:34: vay: unit is empty"},
		"AnOverrideWithoutAnswer":             {"    answer: Gọi {dien_thoai} của xã.\n", "", "a.yaml:34: vay: answer is empty"},
		"AnUnknownOverrideKey":                {"    unit: xa-dong\n", "    unit: xa-dong\n    title: Vay\n", `a.yaml:36: vay: unknown key "title", known are entry, unit, answer, answers, audio`},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			t.Parallel()

			require.Contains(t, richFile, c.old)
			_, err := faq.Parse("a.yaml", []byte(strings.Replace(richFile, c.old, c.new, 1)))
			require.ErrorContains(t, err, c.want)
		})
	}
}

const branchOfFile = "        - {title: Nữa, answer: Được.}\n"
