package notice_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/loalang/loalang/bot/notice"
)

var topics = []string{"bank", "livestock"}

const good = `id: thu
order: 1
title: Thử
urgency: normal
topic: bank
useful_for: 72h
fields:
  - {id: place, label: Ở đâu, question: "Ở đâu?", example: thôn Một, required: true, type: text}
  - {id: day, label: Ngày, question: "Ngày nào?", example: 1/12/2026, type: date}
bodies:
  vi: |
    Họp ở {place}.
    Ngày {day}.

    Mời bà con.
  rad: "Gặp ở {place}, {day}."
`

func parse(files ...string) (*notice.Library, error) {
	folder := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		folder[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return notice.Parse(folder, topics)
}

func kind(t require.TestingT) notice.Kind {
	l, err := parse("thu.yaml", good)
	require.NoError(t, err)
	k, found := l.Kind("thu")
	require.True(t, found)
	return k
}

func TestFill(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		language, in string
		values       map[string]string
		want         string
	}{
		"PutsValuesIn":                      {"vi", "vi", map[string]string{"place": " nhà  văn hóa ", "day": "02.12.2026"}, "Họp ở nhà văn hóa.\nNgày 2/12/2026.\n\nMời bà con."},
		"LeavesALineOutWithItsField":        {"vi", "vi", map[string]string{"place": "đình"}, "Họp ở đình.\n\nMời bà con."},
		"WritesInAnotherLanguage":           {"rad", "rad", map[string]string{"place": "đình", "day": "2/12"}, "Gặp ở đình, 2/12."},
		"FallsBackToVietnameseAndSaysSo":    {"hmn", "vi", map[string]string{"place": "đình"}, "Họp ở đình.\n\nMời bà con."},
		"WritesOneFullStopAfterASentence":   {"vi", "vi", map[string]string{"place": "đình."}, "Họp ở đình.\n\nMời bà con."},
		"KeepsWhatWasWrittenWithinAValue":   {"vi", "vi", map[string]string{"place": "đình... làng..."}, "Họp ở đình... làng...\n\nMời bà con."},
		"ComposesAccentsThatCameDecomposed": {"vi", "vi", map[string]string{"place": "đi\u0300nh"}, "Họp ở đình.\n\nMời bà con."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			text, in, err := kind(t).Fill(c.language, c.values)
			require.NoError(t, err)
			require.Equal(t, c.want, text)
			require.Equal(t, c.in, in)
		})
	}
	t.Run("NamesAllThatIsWrongAtOnce", func(t *testing.T) {
		t.Parallel()

		_, _, err := kind(t).Fill("vi", map[string]string{"day": "31/2/2026", "other": "x"})
		var faults notice.Faults
		require.ErrorAs(t, err, &faults)
		require.Len(t, faults, 3)
		require.Equal(t, "Ở đâu: còn trống. Ở đâu? Ví dụ: thôn Một\nNgày: không có ngày 31/2/2026. Ngày nào? Ví dụ: 1/12/2026\n"+
			"other: loại tin này không hỏi mục ấy. Các mục có: place, day.", err.Error())
	})
}

func TestFillNeverShowsAPlaceholder(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(r *rapid.T) {
		piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"{place}", "{day}", "{", "}", "1/12", "thôn Hai"}))
		values := map[string]string{"place": piece.Draw(r, "place") + piece.Draw(r, "more"), "day": piece.Draw(r, "day")}
		for _, language := range []string{"vi", "rad"} {
			text, _, err := kind(r).Fill(language, values)
			if err != nil {
				continue
			}
			if strings.ContainsAny(text, "{}") || !utf8.ValidString(text) && utf8.ValidString(values["place"]) {
				r.Fatalf("%q", text)
			}
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		field       notice.Field
		value, want string // want empty = refused
	}{
		"ATime":                  {notice.Field{Type: notice.TypeTime}, "7h30", "7 giờ 30"},
		"ATimeWithAColon":        {notice.Field{Type: notice.TypeTime}, "19:05", "19 giờ 05"},
		"AFullHour":              {notice.Field{Type: notice.TypeTime}, "7 giờ", "7 giờ"},
		"ATimeInWords":           {notice.Field{Type: notice.TypeTime}, "7 giờ 30 phút", "7 giờ 30"},
		"NoSuchTime":             {notice.Field{Type: notice.TypeTime}, "25:00", ""},
		"NoTime":                 {notice.Field{Type: notice.TypeTime}, "sáng sớm", ""},
		"ADate":                  {notice.Field{Type: notice.TypeDate}, "01-12-2026", "1/12/2026"},
		"ADateWithoutYear":       {notice.Field{Type: notice.TypeDate}, "29/2", "29/2"},
		"NoLeapYear":             {notice.Field{Type: notice.TypeDate}, "29/2/2027", ""},
		"NoDate":                 {notice.Field{Type: notice.TypeDate}, "mai", ""},
		"ALandline":              {notice.Field{Type: notice.TypePhone}, "0212 3456 789", "0212 3456 789"},
		"AShortNumber":           {notice.Field{Type: notice.TypePhone}, "115", "115"},
		"NoPhone":                {notice.Field{Type: notice.TypePhone}, "gọi xã", ""},
		"TooFewDigits":           {notice.Field{Type: notice.TypePhone}, "12", ""},
		"ANumber":                {notice.Field{Type: notice.TypeNumber}, "1.250", "1.250"},
		"NoNumber":               {notice.Field{Type: notice.TypeNumber}, "vài", ""},
		"AChoice":                {notice.Field{Type: notice.TypeText, Choices: []string{"Bão", "Lũ"}}, "lũ", "Lũ"},
		"AChoiceByItsNumber":     {notice.Field{Type: notice.TypeText, Choices: []string{"Bão", "Lũ"}}, "1", "Bão"},
		"NoChoice":               {notice.Field{Type: notice.TypeText, Choices: []string{"Bão", "Lũ"}}, "mưa", ""},
		"LinesOfAParagraph":      {notice.Field{Type: notice.TypeParagraph}, " a\nb ", "a\nb"},
		"OneLineOfAText":         {notice.Field{Type: notice.TypeText}, "a\n b", "a b"},
		"ALongText":              {notice.Field{Type: notice.TypeText}, strings.Repeat("a", 301), ""},
		"APlaceholder":           {notice.Field{Type: notice.TypeText}, "{place}", ""},
		"AMention":               {notice.Field{Type: notice.TypeText}, "[@all]", ""},
		"AControlCharacter":      {notice.Field{Type: notice.TypeText}, "a\x00b", ""},
		"NothingWhereItIsWanted": {notice.Field{Type: notice.TypeText, Required: true}, " ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c.field.Label, c.field.Question = "Mục", "Hỏi?"
			got, fault := c.field.Check(c.value)
			if c.want == "" {
				require.NotNil(t, fault)
				require.Contains(t, fault.Error(), "Hỏi?")
				return
			}
			require.Nil(t, fault)
			require.Equal(t, c.want, got)
		})
	}
	t.Run("TakesNothingWhereItMayBeLeftOut", func(t *testing.T) {
		t.Parallel()

		got, fault := notice.Field{Type: notice.TypeDate}.Check("")
		require.Nil(t, fault)
		require.Empty(t, got)
	})
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ old, with, says string }{
		"AnUnknownKey":         {"title: Thử", "titel: Thử", "thu.yaml: "},
		"NoTitle":              {"title: Thử", "title: ''", "thu.yaml: title: it has 0 characters"},
		"AnImpossibleID":       {"id: thu", "id: Thu 1", `thu.yaml: id: "Thu 1" is no id`},
		"AnotherFilesName":     {"id: thu", "id: khac", `thu.yaml: id: "khac" is not the name of the file`},
		"AnUnknownUrgency":     {"urgency: normal", "urgency: soon", `thu.yaml: urgency: "soon" is none of`},
		"AnEmergencyForNobody": {"urgency: normal", "urgency: emergency", "thu.yaml: urgency: an emergency goes without consent"},
		"AnUnknownTopic":       {"topic: bank", "topic: sport", `thu.yaml: topic: "sport" is none of`},
		"NoTime":               {"useful_for: 72h", "useful_for: 3 days", `thu.yaml: useful_for: "3 days"`},
		"AnUnknownPlaceholder": {"Họp ở {place}.", "Họp ở {place} {room}.", "thu.yaml: bodies.vi: {room} is no field"},
		"AnUnusedField":        {"Ngày {day}.", "Ngày mai.", "thu.yaml: bodies.vi: {day} is asked for but does not stand in the text"},
		"AStrayBrace":          {"Mời bà con.", "Mời {bà con.", "thu.yaml: bodies.vi: a { or }"},
		"AMention":             {"Mời bà con.", "Mời [@all].", "thu.yaml: bodies.vi: \"[@\""},
		"NoVietnamese":         {"  vi: |", "  en: |", "thu.yaml: bodies.vi: it is missing"},
		"NoLanguage":           {"  rad:", "  'tiếng Ê Đê':", "is no language"},
		"ALongText":            {"Mời bà con.", strings.Repeat("Mời bà con. ", 400), "thu.yaml: bodies.vi: with its examples it has"},
		"AnUnknownType":        {"type: date", "type: day", `thu.yaml: fields[2] day: type: "day" is none of`},
		"AWrongExample":        {"example: 1/12/2026", "example: 31/11/2026", "thu.yaml: fields[2] day: example: it would be refused: không có ngày"},
		"NoExample":            {"example: 1/12/2026", "example: ''", "thu.yaml: fields[2] day: example: it is missing"},
		"NoQuestion":           {`question: "Ngày nào?"`, "question: ''", "thu.yaml: fields[2] day: question: it is missing"},
		"NoLabel":              {"label: Ngày", "label: ''", "thu.yaml: fields[2] day: label: it is missing"},
		"AFieldTwice":          {"id: day", "id: place", "fields[2] place: id: it stands twice"},
		"AChoiceTwice":         {"type: text", "type: text, choices: [thôn Một, thôn Một]", "thu.yaml: fields[1] place: choices:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Contains(t, good, c.old)
			_, err := parse("thu.yaml", strings.Replace(good, c.old, c.with, 1))
			require.ErrorContains(t, err, c.says)
		})
	}
	t.Run("AllFaultsOfAllFiles", func(t *testing.T) {
		t.Parallel()

		bad := strings.Replace(strings.Replace(good, "topic: bank", "topic: sport", 1), "title: Thử", "title: ''", 1)
		_, err := parse("thu.yaml", bad, "hai.yaml", good)
		for _, want := range []string{"thu.yaml: title", "thu.yaml: topic", "hai.yaml: id: \"thu\" is not the name of the file", "is that of hai.yaml, too"} {
			require.ErrorContains(t, err, want)
		}
	})
	t.Run("NoFileAtAll", func(t *testing.T) {
		t.Parallel()

		_, err := parse()
		require.ErrorContains(t, err, "there are no kinds")
	})
}
