package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/configs"
)

// day is noon of a day in village time.
func day(t testing.TB, date string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, date, village(t))
	require.NoError(t, err)
	return at.Add(12 * time.Hour)
}

func village(t testing.TB) *time.Location {
	loc, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	require.NoError(t, err)
	return loc
}

// file is a rules file with every rule once. Each entry is one line, so that its line is its place here plus one.
func file(change func(lines []string) []string) []byte {
	lines := []string{
		"rules:",
		"- {name: window.consultation_free, value: 48, unit: hours, source: Zalo, read: 2026-11-21}",
		"- {name: window.consultation_paid, value: 168, unit: hours, source: Zalo, read: 2026-11-21}",
		"- {name: price.consultation_paid, value: 55, unit: VND a message, source: Zalo, read: 2026-11-21}",
		"- {name: price.group_post, value: 0, unit: VND a message, source: Zalo, read: 2026-11-21}",
		"- {name: allowance.consultation_paid.growth, value: 500, unit: messages a month, source: Zalo, read: 2026-11-21}",
		"- {name: allowance.consultation_paid.comprehensive, value: 2000, unit: messages a month, source: Zalo, read: 2026-11-21}",
		"- {name: cap.oa.growth, value: 100, unit: calls a minute, source: Zalo, read: 2026-11-21}",
		"- {name: cap.oa.comprehensive, value: 2000, unit: calls a minute, source: Zalo, read: 2026-11-21}",
		"- {name: cap.app, value: 4000, unit: calls a minute, source: Zalo, read: 2026-11-21}",
		`- {name: hours.consultation, value: "00:00-24:00", unit: time of day, source: Zalo, read: 2026-11-21}`,
		`- {name: hours.group, value: "00:00-24:00", unit: time of day, source: Zalo, read: 2026-11-21}`,
		`- {name: hours.broadcast, value: "06:00-22:00", unit: time of day, source: Zalo, read: 2026-11-21}`,
	}
	return []byte(strings.Join(change(lines), "\n") + "\n")
}

// with puts a text in the place of another, on the line of the file where that stands.
func with(line int, old, replacement string) func([]string) []string {
	return func(lines []string) []string {
		lines[line-1] = strings.ReplaceAll(lines[line-1], old, replacement)
		return lines
	}
}

// more adds lines at the end, the first of them line 14.
func more(added ...string) func([]string) []string {
	return func(lines []string) []string { return append(lines, added...) }
}

func parsed(t *testing.T, change func([]string) []string) *Rules {
	rules, err := Parse("rules.yaml", file(change))
	require.NoError(t, err)
	return rules
}

func TestRules(t *testing.T) {
	t.Parallel()

	t.Run("OfTheShippedFileAreWhatZaloAllowsAndCharges", func(t *testing.T) {
		t.Parallel()

		rules, err := Parse("zalo-rules.yaml", configs.ZaloRules)
		require.NoError(t, err)
		terms, err := rules.At(day(t, "2026-12-31"))
		require.NoError(t, err)
		require.Equal(t, Terms{
			FreeWindow: 48 * time.Hour, PaidWindow: 7 * 24 * time.Hour, PaidPart: 55, GroupPost: Known(0),
			Growth: Package{Included: 500, Cap: 100}, Comprehensive: Package{Included: 2000, Cap: 2000}, AppCap: 4000,
			Consultation: Hours{0, 24 * time.Hour}, Group: Hours{0, 24 * time.Hour}, Broadcast: Hours{6 * time.Hour, 22 * time.Hour},
		}, terms)
	})

	t.Run("LeaveTheGroupPriceOfNextYearUndecided", func(t *testing.T) {
		t.Parallel()

		rules, err := Parse("zalo-rules.yaml", configs.ZaloRules)
		require.NoError(t, err)
		terms, err := rules.At(day(t, "2027-01-01"))
		require.NoError(t, err)
		require.Equal(t, Price{}, terms.GroupPost)
	})

	t.Run("ChangeOnTheDayOfALaterEntry", func(t *testing.T) {
		t.Parallel()

		rules := parsed(t, more(
			"- {name: price.consultation_paid, value: 70, unit: VND a message, from: 2027-03-01, source: Zalo, read: 2027-02-01}",
			"- {name: price.consultation_paid, value: 60, unit: VND a message, from: 2027-01-01, source: Zalo, read: 2026-12-01}",
		))
		for date, vnd := range map[string]int64{
			"1999-01-01": 55, "2026-12-31": 55, "2027-01-01": 60, "2027-02-28": 60, "2027-03-01": 70, "2050-01-01": 70,
		} {
			terms, err := rules.At(day(t, date))
			require.NoError(t, err)
			require.Equal(t, vnd, terms.PaidPart, date)
		}
	})

	t.Run("ChangeAtMidnightOfTheVillage", func(t *testing.T) {
		t.Parallel()

		rules := parsed(t, more("- {name: cap.app, value: 9, unit: calls a minute, from: 2027-01-01, source: Zalo, read: 2026-12-01}"))
		midnight := day(t, "2027-01-01").Add(-12 * time.Hour)
		before, err := rules.At(midnight.Add(-time.Nanosecond))
		require.NoError(t, err)
		after, err := rules.At(midnight)
		require.NoError(t, err)
		require.Equal(t, []int{4000, 9}, []int{before.AppCap, after.AppCap})
	})

	t.Run("NameWhatDoesNotHoldYetOnADay", func(t *testing.T) {
		t.Parallel()

		rules := parsed(t, func(lines []string) []string {
			lines[3] = strings.Replace(lines[3], "unit:", "from: 2026-06-01, unit:", 1)
			lines[9] = strings.Replace(lines[9], "unit:", "from: 2026-02-01, unit:", 1)
			return lines
		})
		_, err := rules.At(day(t, "2026-01-31"))
		require.EqualError(t, err, "rules.yaml:4: price.consultation_paid: nothing holds on 2026-01-31, the first entry is from 2026-06-01; "+
			"add an entry for the time before\n"+
			"rules.yaml:10: cap.app: nothing holds on 2026-01-31, the first entry is from 2026-02-01; add an entry for the time before")
		_, err = rules.At(day(t, "2026-05-31"))
		var faults Faults
		require.ErrorAs(t, err, &faults)
		require.Len(t, faults, 1)
		_, err = rules.At(day(t, "2026-06-01"))
		require.NoError(t, err)
	})

	t.Run("KnowWhatAPackageHolds", func(t *testing.T) {
		t.Parallel()

		terms, err := parsed(t, more()).At(day(t, "2026-11-26"))
		require.NoError(t, err)
		growth, ok := terms.Package("growth")
		require.True(t, ok)
		require.Equal(t, Package{Included: 500, Cap: 100}, growth)
		comprehensive, ok := terms.Package("comprehensive")
		require.True(t, ok)
		require.Equal(t, Package{Included: 2000, Cap: 2000}, comprehensive)
		unknown, ok := terms.Package("")
		require.False(t, ok)
		require.Zero(t, unknown)
	})
}

func TestParse(t *testing.T) {
	t.Parallel()

	const known = "window.consultation_free, window.consultation_paid, price.consultation_paid, price.group_post, " +
		"allowance.consultation_paid.growth, allowance.consultation_paid.comprehensive, cap.oa.growth, " +
		"cap.oa.comprehensive, cap.app, hours.consultation, hours.group, hours.broadcast"
	count := func(value string, least string) string {
		return "value " + value + " is no whole number from " + least + " to 1000000; write its digits only"
	}
	part := func(value string) string {
		return "value " + value + " is no part of a day; write HH:MM-HH:MM, such as 06:00-22:00, or 00:00-24:00 for all of it"
	}
	for _, tt := range []struct {
		name   string
		change func([]string) []string
		fault  string // after the file's name
	}{
		{"RefusesAnUnknownName", more("- {name: cap.group, value: 1, unit: calls a minute, source: Zalo, read: 2026-11-21}"),
			`14: cap.group: name "cap.group" is no rule of ours; known are ` + known},
		{"RefusesAnEntryWithoutName", more("- {value: 1, unit: calls a minute, source: Zalo, read: 2026-11-21}"),
			`14: name "" is no rule of ours; known are ` + known},
		{"MissesARule", func(lines []string) []string { return lines[:12] },
			`1: hours.broadcast is missing; add an entry with its value in the unit "time of day"`},
		{"RefusesAnotherUnit", with(2, "unit: hours", "unit: days"),
			`2: window.consultation_free: unit is "days"; give the value in the unit "hours"`},
		{"MissesTheUnit", with(2, "unit: hours, ", ""),
			`2: window.consultation_free: unit is ""; give the value in the unit "hours"`},
		{"MissesTheValue", with(2, "value: 48, ", ""), "2: window.consultation_free: " + count(`""`, "1")},
		{"RefusesAValueOfNull", with(2, "value: 48", "value: ~"), "2: window.consultation_free: " + count(`""`, "1")},
		{"RefusesAWindowInWords", with(2, "value: 48", "value: two days"), "2: window.consultation_free: " + count(`"two days"`, "1")},
		{"RefusesAWindowOfNoLength", with(2, "value: 48", "value: 0"), "2: window.consultation_free: " + count(`"0"`, "1")},
		{"RefusesAFraction", with(4, "value: 55", "value: 55.5"), "4: price.consultation_paid: " + count(`"55.5"`, "0")},
		{"RefusesANegativePrice", with(4, "value: 55", "value: -55"), "4: price.consultation_paid: " + count(`"-55"`, "0")},
		{"RefusesAPriceWithItsUnit", with(4, "value: 55", "value: 55 VND"), "4: price.consultation_paid: " + count(`"55 VND"`, "0")},
		{"RefusesAPriceWithSeparators", with(4, "value: 55", "value: 1_000"), "4: price.consultation_paid: " + count(`"1_000"`, "0")},
		{"RefusesAPriceInOctal", with(4, "value: 55", "value: 055"), "4: price.consultation_paid: " + count(`"055"`, "0")},
		{"RefusesAPricePastAllReason", with(4, "value: 55", "value: 99999999999999999999"),
			"4: price.consultation_paid: " + count(`"99999999999999999999"`, "0")},
		{"RefusesAPriceOverAMillion", with(4, "value: 55", "value: 1000001"),
			"4: price.consultation_paid: " + count(`"1000001"`, "0")},
		{"RefusesAnUndecidedPriceOfConsultation", with(4, "value: 55", "value: undecided"),
			"4: price.consultation_paid: " + count(`"undecided"`, "0")},
		{"RefusesAGroupPriceInWords", with(5, "value: 0", "value: free"),
			"5: price.group_post: " + count(`"free"`, "0") + ", or undecided while Zalo leaves it open"},
		{"RefusesANegativeAllowance", with(6, "value: 500", "value: -1"),
			"6: allowance.consultation_paid.growth: " + count(`"-1"`, "0")},
		{"RefusesACapOfNoCalls", with(10, "value: 4000", "value: 0"), "10: cap.app: " + count(`"0"`, "1")},
		{"RefusesHoursWithoutMinutes", with(13, "06:00-22:00", "6-22"), `13: hours.broadcast: ` + part(`"6-22"`)},
		{"RefusesHoursPastMidnight", with(13, "06:00-22:00", "06:00-24:30"), `13: hours.broadcast: ` + part(`"06:00-24:30"`)},
		{"RefusesHoursFromTheEndOfTheDay", with(13, "06:00-22:00", "24:00-06:00"), `13: hours.broadcast: ` + part(`"24:00-06:00"`)},
		{"RefusesHoursOfNoLength", with(13, "06:00-22:00", "06:00-06:00"),
			`13: hours.broadcast: value "06:00-06:00" has no length; write 00:00-24:00 for the whole day`},
		{"RefusesADayThatIsNone", with(2, "unit:", "from: 2026-02-30, unit:"),
			`2: window.consultation_free: from "2026-02-30" is no day; write YYYY-MM-DD`},
		{"RefusesADayWrittenTheLocalWay", with(2, "unit:", "from: 01/06/2026, unit:"),
			`2: window.consultation_free: from "01/06/2026" is no day; write YYYY-MM-DD`},
		{"MissesTheSource", with(2, "source: Zalo, ", ""),
			"2: window.consultation_free: source is missing; name the page of Zalo's that says so"},
		{"MissesTheDayOfReading", with(2, ", read: 2026-11-21", ""),
			"2: window.consultation_free: read is missing; write the day as YYYY-MM-DD"},
		{"RefusesADayOfReadingThatIsNone", with(2, "read: 2026-11-21", "read: yesterday"),
			`2: window.consultation_free: read "yesterday" is no day; write YYYY-MM-DD`},
		{"RefusesAnUnknownKey", with(2, "source:", "until: 2027-01-01, source:"),
			`2: window.consultation_free: unknown key "until"; known are name, value, unit, from, note, source, read`},
		{"RefusesAListForAValue", with(2, "value: 48", "value: [48]"),
			"2: window.consultation_free: no text after the colon; write one value there\nrules.yaml:2: window.consultation_free: " + count(`""`, "1")},
		{"RefusesANoteThatIsAList", with(2, "source:", "note: [a, b], source:"),
			"2: window.consultation_free: no text after the colon; write one value there"},
		{"RefusesTwoEntriesFromOneDay", func(lines []string) []string {
			lines[9] = strings.Replace(lines[9], "unit:", "from: 2027-01-01, unit:", 1)
			return append(lines, strings.Replace(lines[9], "4000", "5000", 1))
		}, `14: cap.app: since 2027-01-01 there is the entry on line 10 already; give the newer one a later "from", or delete one`},
		{"RefusesTwoEntriesSinceEver", func(lines []string) []string { return append(lines, lines[9]) },
			`14: cap.app: since ever there is the entry on line 10 already; give the newer one a later "from", or delete one`},
		{"RefusesAPaidWindowThatEndsFirst", with(3, "value: 168", "value: 47"),
			"3: window.consultation_paid: since ever it is shorter than window.consultation_free on line 2; correct one of them"},
		{"RefusesAFreeWindowThatOutgrowsThePaidOne",
			more("- {name: window.consultation_free, value: 169, unit: hours, from: 2027-01-01, source: Zalo, read: 2026-12-01}"),
			"3: window.consultation_paid: since 2027-01-01 it is shorter than window.consultation_free on line 14; correct one of them"},
		{"RefusesAnEntryThatIsText", more("- cap.app"), `14: no keys in an entry; begin it with "- name:"`},
		{"RefusesAnotherKeyBesideRules", more("prices: 5"), `14: unknown key "prices"; known are rules`},
		{"RefusesRulesThatAreNoList", func([]string) []string { return []string{"rules: 5"} },
			`1: "rules" is no list; begin each entry below it with "- name:"`},
		{"RefusesAFileWithoutRules", func([]string) []string { return []string{"{}"} },
			`1: "rules" is no list; begin each entry below it with "- name:"`},
		{"RefusesAFileOfText", func([]string) []string { return []string{"hello"} },
			`1: no keys; start the file with "rules:" and a list of entries`},
		{"RefusesAnEmptyFile", func([]string) []string { return nil },
			`1: a rules file is one YAML document; start it with "rules:" and a list of entries`},
		{"RefusesTwoDocuments", func(lines []string) []string { return append(lines, "---", "rules: []") },
			`1: a rules file is one YAML document; start it with "rules:" and a list of entries`},
		{"RefusesBrokenYAML", with(2, "{name", "name"), "2: mapping value is not allowed in this context; correct the YAML there"},
		{"RefusesAKeyGivenTwice", with(2, "value: 48", "value: 48, value: 49"),
			`2: mapping key "value" already defined at [2:36]; correct the YAML there`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			rules, err := Parse("rules.yaml", file(tt.change))
			require.Nil(t, rules)
			require.EqualError(t, err, "rules.yaml:"+tt.fault)
			var faults Faults
			require.ErrorAs(t, err, &faults)
		})
	}

	t.Run("ListsAllFaultsByLine", func(t *testing.T) {
		t.Parallel()

		_, err := Parse("rules.yaml", file(func(lines []string) []string {
			lines[12] = strings.Replace(lines[12], "06:00", "dawn", 1)
			lines[1] = strings.Replace(lines[1], "hours", "days", 1)
			lines[3] = strings.Replace(lines[3], "55", "-1", 1)
			return append(lines[:9:9], lines[10:]...)
		}))
		var faults Faults
		require.ErrorAs(t, err, &faults)
		places := map[int]string{}
		for _, f := range faults {
			places[f.Line] = f.Rule
		}
		require.Equal(t, map[int]string{1: "", 2: freeWindow, 4: "price.consultation_paid", 12: "hours.broadcast"}, places)
		require.IsNonDecreasing(t, []int{faults[0].Line, faults[1].Line, faults[2].Line, faults[3].Line})
	})

	t.Run("ReadsAByteOrderMarkBlocksAndQuotes", func(t *testing.T) {
		t.Parallel()

		_, err := Parse("rules.yaml", append([]byte("\ufeff"), file(func(lines []string) []string {
			lines[1] = "- name: \"window.consultation_free\"\n  'value': '48'\n  unit: hours\n  note: |\n    of\n    two lines\n" +
				"  source: >\n    a long\n    page\n  read: 2026-11-21 # today"
			return lines
		})...))
		require.NoError(t, err)
	})
}

func FuzzParse(f *testing.F) {
	f.Add(false, "- {name: cap.app, value: 9, unit: calls a minute, from: 2027-01-01, source: Zalo, read: 2026-12-01}")
	f.Add(false, "- name: window.consultation_free\n  value: [1, 2]\n- ? {a: b}")
	f.Add(true, "rules: &a\n- *a\n- !!int 5\n- name: cap.app")
	f.Fuzz(func(t *testing.T, whole bool, text string) { // short texts: a whole file takes the fuzzer minutes to minimize
		data := []byte(text)
		if !whole {
			data = file(more(text))
		}
		rules, err := Parse("rules.yaml", data)
		if err != nil {
			var faults Faults
			require.ErrorAs(t, err, &faults)
			for _, fault := range faults {
				require.Positive(t, fault.Line)
				require.NotEmpty(t, fault.Problem)
			}
			return
		}
		terms, err := rules.At(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)) // by then every rule has a value
		require.NoError(t, err)
		require.LessOrEqual(t, terms.FreeWindow, terms.PaidWindow)
	})
}
