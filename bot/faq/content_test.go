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
			`vneid.yaml:3: unknown key "colour", known are section, title, entries, none, handoff, smalltalk`,
			`vneid.yaml:7: one: no phrasing`,
			`vneid.yaml:8: one: answer is empty`,
			`vneid.yaml:11: one: "21/11/2026" is no day written YYYY-MM-DD`,
			`vneid.yaml:12: one: id stands already at vneid.yaml:5`,
			`vneid.yaml:16: one: unknown key "anser", known are id, title, phrasings, answer, buttons, issuer, source, verified_on, valid_until`,
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
