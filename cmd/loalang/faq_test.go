package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/store/storetest"
)

// missed puts questions into the database that nobody could answer, as if they had been asked lately.
func (w *world) missed(texts ...string) {
	w.t.Helper()
	db := storetest.Raw(w.t, w.env["LOALANG_DATABASE_URL"])
	for i, text := range texts {
		_, err := db.ExecContext(w.t.Context(),
			"INSERT INTO questions (oa_id, event_id, text, decision, denied, asked_at) VALUES (?, ?, ?, 'none', ?, ?)",
			testOA, i+1, text, text == askedDenied, time.Now().UTC().Add(-time.Hour).Format("2006-01-02 15:04:05.000"))
		require.NoError(w.t, err)
	}
}

// Questions that the embedded content knows nothing of; the first three ask for the same.
const (
	askedFilm      = "tối nay sân kho có chiếu phim bãi không"
	askedFilmAgain = "toi nay san kho co chieu phim bai khong"
	askedDenied    = "sân kho tối nay chiếu phim bãi gì vậy"
	askedBall      = "đội bóng chuyền xóm mình thắng chưa"
)

// file is a content file.
func (w *world) file(content string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "cau.yaml")
	require.NoError(w.t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// plainEntry is an embedded entry that answers everybody the same and does not end.
func plainEntry(t *testing.T) faq.Entry {
	t.Helper()
	content, err := faq.Load(configs.FAQ, "*.yaml")
	require.NoError(t, err)
	i := slices.IndexFunc(content.Entries, func(e faq.Entry) bool {
		return e.Ask == nil && e.ValidUntil.IsZero() && !strings.Contains(e.Answer, "{")
	})
	require.GreaterOrEqual(t, i, 0)
	return content.Entries[i]
}

func TestFAQAskDecidesLineByLine(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	type decided struct {
		Question, Decision, Entry, Emergency, Reason string
		Score                                        *float64
		Candidates                                   []faq.Candidate
		Because                                      []string
	}
	ask := func(stdin string, args ...string) (list []decided) {
		out, errs, exit := w.runWith(stdin, append([]string{"faq", "ask"}, args...)...)
		require.Zero(t, exit, errs)
		for line := range strings.Lines(out) {
			var d decided
			require.NoError(t, json.Unmarshal([]byte(line), &d))
			list = append(list, d)
		}
		return list
	}
	lines := ask("lam sao kich hoat vneid\r\n\n"+askedBall+"\nnhà đang cháy cứu với <&>", "--explain")
	require.Len(t, lines, 4, "an empty line is a question too")
	require.Equal(t, "lam sao kich hoat vneid", lines[0].Question)
	require.Equal(t, "answer", lines[0].Decision)
	require.Equal(t, "vneid-kich-hoat", lines[0].Entry)
	require.Equal(t, "vneid-kich-hoat", lines[0].Candidates[0].Entry)
	require.NotEmpty(t, lines[0].Reason)
	require.NotEmpty(t, lines[0].Because)
	require.Equal(t, "none", lines[1].Decision)
	require.Equal(t, "none", lines[2].Decision)
	require.Empty(t, lines[2].Entry)
	require.Equal(t, "nhà đang cháy cứu với <&>", lines[3].Question)
	require.Equal(t, "emergency", lines[3].Decision)
	require.NotEmpty(t, lines[3].Emergency)
	for _, d := range lines {
		require.NotNil(t, d.Score)
		require.NotNil(t, d.Candidates)
	}
	short := ask(askedBall)
	require.Empty(t, short[0].Reason)
	require.Empty(t, short[0].Because)
	require.Empty(t, ask(""))
}

func TestFAQEvalCountsWhatIsAnsweredRight(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	questions := w.file("question\tintent\nlam sao kich hoat vneid\tvneid-kich-hoat\n" + askedBall + "\tnone\nnhà đang cháy cứu với\tchay\ncảm ơn em nhé\tnone\n")
	text := w.must("faq", "eval", questions)
	require.Regexp(t, `all +100\.0 \(1\) +100\.0 \(1\) +100\.0 \(1\) +0\.0 \(3\)`, text)
	require.Regexp(t, `without diacritics +100\.0 \(1\)`, text)
	require.Contains(t, text, "   1  none -> smalltalk\n")
	var report struct {
		All struct {
			Questions int
			Right     struct{ Hits, Of int } `json:"answered_right"`
		}
		Slices     []struct{ Name string }
		Confusions []faq.Confusion
	}
	require.NoError(t, json.Unmarshal([]byte(w.must("faq", "eval", questions, "--json")), &report))
	require.Equal(t, 4, report.All.Questions)
	require.Equal(t, 1, report.All.Right.Hits)
	require.NotEmpty(t, report.Slices)
	require.Equal(t, []faq.Confusion{{Label: "none", Taken: "smalltalk", Count: 1}}, report.Confusions)
}

func TestFAQLintStopsAtSeriousFlaws(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	require.Contains(t, w.must("faq", "lint"), ", 0 of them serious.\n", "the shipped content is sound")

	var known string
	for _, p := range plainEntry(t).Phrasings {
		known = p
	}
	out, errs, exit := w.run("faq", "lint", "--against", w.file(strings.ToUpper(known)+"?\tnone\n"), "--json")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "serious flaws")
	var flaws []faq.Flaw
	require.NoError(t, json.Unmarshal([]byte(out), &flaws))
	require.Equal(t, faq.FlawAgainst, flaws[0].Kind)
	require.True(t, flaws[0].Serious)

	out, errs, exit = w.run("faq", "lint", w.file(`section: thu
title: Thử
entries:
  - id: thu-cu
    title: Lệ phí thử
    phrasings: [lệ phí thử nghiệm]
    answer: Không mất tiền.
    issuer: Xã
    source: Quyết định 1
    verified_on: 2026-01-01
    valid_until: 2026-02-01
`))
	require.Equal(t, 1, exit, errs)
	require.Contains(t, out, "! expired thu-cu: valid_until 2026-02-01 is over")
	require.Contains(t, out, "  missing thu-cu: 1 phrasings")
	require.NotContains(t, w.must("faq", "lint", "--json"), "thu-cu", "a file is only looked at")
}

func TestFAQMissesShowsGroups(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	require.Equal(t, "Nothing was missed.\n", w.must("faq", "misses"))
	require.Equal(t, "[]\n", w.must("faq", "misses", "--json"))
	w.missed(askedBall, askedFilm, askedFilmAgain, askedDenied)

	text := w.must("faq", "misses")
	require.Contains(t, text, "group 2: 3 questions, nearest ")
	require.Contains(t, text, "\n  "+askedFilm+"\n")
	require.Contains(t, text, "group 1: 1 questions, nearest ")
	require.Less(t, strings.Index(text, "group 2"), strings.Index(text, "group 1"), "the largest first")

	var groups []missedGroup
	require.NoError(t, json.Unmarshal([]byte(w.must("faq", "misses", "--days", "1", "--json")), &groups))
	require.Len(t, groups, 2)
	require.Equal(t, []string{askedFilm, askedFilmAgain, askedDenied}, groups[0].Questions)
	require.Equal(t, 3, groups[0].Count)
	require.Equal(t, 1, groups[0].Denied)
	require.NotEmpty(t, groups[0].Entry)
	require.EqualValues(t, 2, groups[0].Group)
}

func TestFAQSuggestTeachesAnEntry(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.missed(askedBall, askedFilm, askedFilmAgain)
	w.village(1, 0)
	entry := plainEntry(t).ID
	head, _ := w.invite("--name", "Ông Bảy", "--role", "village_head", "--unit", "xom")
	for _, args := range [][]string{{"2", "--entry", entry}, {"2"}, {"99"}} {
		out, errs, exit := w.run(append([]string{"--as", head, "faq", "suggest"}, args...)...)
		require.Equal(t, 1, exit, errs)
		require.Empty(t, out, "residents' questions are not for everybody")
		require.NotContains(t, errs, "no group")
	}
	require.Equal(t, fmt.Sprintf("2 questions went to %s. Running replicas learn them by themselves.\n", entry),
		w.must("faq", "suggest", "2", "--entry", entry))
	require.NotContains(t, w.must("faq", "misses"), askedFilm, "it is done")
	require.JSONEq(t, fmt.Sprintf(`{"entry":%q,"added":1}`, entry), w.must("faq", "suggest", "1", "--entry", entry, "--json"))
	require.Equal(t, "Nothing was missed.\n", w.must("faq", "misses"))
	out, _, _ := w.runWith(askedFilm+"\n"+askedBall, "faq", "ask")
	require.Equal(t, 2, strings.Count(out, fmt.Sprintf(`"decision":"answer","entry":%q`, entry)), out)
	require.Equal(t, []bot.AuditAction{bot.AuditAddOperator, bot.AuditTeach, bot.AuditTeach}, w.audited())
	require.Contains(t, w.must("audit"), entry)
}

func TestFAQSuggestBeginsANewEntry(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	odd := askedFilm + ` "phim \gì": 😀 #1`
	w.missed(odd, askedFilmAgain)
	begun := w.must("faq", "suggest", "1")
	for _, q := range []string{"      - " + fmt.Sprintf("%q", odd), "      - " + fmt.Sprintf("%q", askedFilmAgain)} {
		require.Contains(t, begun, q)
	}
	var document struct{ YAML string }
	require.NoError(t, json.Unmarshal([]byte(w.must("faq", "suggest", "1", "--json")), &document))
	require.Equal(t, begun, document.YAML+"\n")
	_, errs, exit := w.run("import", "faq", w.file(begun))
	require.Equal(t, 1, exit, "an officer has to complete it")
	require.Contains(t, errs, "cau.yaml:")
	complete := strings.NewReplacer(
		"section: #", "section: chieu-phim #", "title: # of", "title: Chiếu phim # of", "- id: #", "- id: phim-bai #", "title: # a", "title: Chiếu phim bãi # a",
		"      # short sentences, steps numbered", "      Tối thứ bảy, ở sân kho.", "issuer: #", "issuer: UBND xã #", "source: #", "source: thông báo #",
	).Replace(begun)
	require.Equal(t, "1 entries added, 0 changed, 0 as they were; 0 overrides.\n", w.must("import", "faq", w.file(complete)))
	require.Contains(t, w.must("faq", "misses"), odd, "it was answered since, but nobody said that it is done")
	w.must("faq", "suggest", "1", "--entry", "phim-bai")
	require.Equal(t, "Nothing was missed.\n", w.must("faq", "misses"))
}

func TestFAQExpiringShowsWhatEnds(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	entry := func(id string, days int) string {
		return fmt.Sprintf("  - {id: %s, title: Việc %s, phrasings: [hỏi %s], answer: Đây., issuer: xã, source: xã, verified_on: 2026-01-01, valid_until: %s}\n",
			id, id, id, day(days))
	}
	w.must("import", "faq", w.file("section: thu\ntitle: Thử\nentries:\n"+entry("da-het", -3)+entry("sap-het", 10)+entry("con-lau", 50)))
	text := w.must("faq", "expiring")
	require.Contains(t, text, day(-3)+" ended da-het (Việc da-het)\n")
	require.Contains(t, text, day(10)+" ends sap-het (Việc sap-het)\n")
	require.NotContains(t, text, "con-lau")
	require.Contains(t, w.must("faq", "expiring", "--days", "51"), "con-lau")
	require.NotContains(t, w.must("faq", "expiring", "--days", "3"), "sap-het")

	var list []struct {
		Entry      string
		ValidUntil string `json:"valid_until"`
		Expired    bool
	}
	require.NoError(t, json.Unmarshal([]byte(w.must("faq", "expiring", "--json")), &list))
	days := make([]string, len(list))
	ended := make(map[string]bool)
	for i, e := range list {
		days[i], ended[e.Entry] = e.ValidUntil, e.Expired
	}
	require.True(t, slices.IsSorted(days), "the earliest first")
	require.True(t, ended["da-het"])
	require.False(t, ended["sap-het"])
	require.Contains(t, ended, "sap-het")
}

func TestImportTakesAnswersOfUnits(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	st := storetest.Open(t, w.env["LOALANG_DATABASE_URL"])
	_, err := st.ImportUnits(t.Context(), store.Values([]bot.Unit{{OAID: testOA, Code: "thon-1", Kind: bot.UnitThon, Name: "Thôn Một"}}), false)
	require.NoError(t, err)
	entry := plainEntry(t).ID
	overrides := func(list ...string) string { return w.file("overrides:\n" + strings.Join(list, "")) }
	override := func(entry, unit string) string {
		return fmt.Sprintf("  - {entry: %s, unit: %s, answer: Hỏi trưởng thôn.}\n", entry, unit)
	}
	there := func() int {
		got, err := st.Overrides(t.Context())
		require.NoError(t, err)
		return len(got)
	}

	require.Equal(t, "Dry run: 0 entries would be added, 0 changed, 0 are as they were; 1 overrides.\n",
		w.must("import", "faq", overrides(override(entry, "thon-1")), "--dry-run"))
	require.Zero(t, there())
	_, errs, exit := w.run("import", "faq", overrides(override("khong-co", "thon-1"), override(entry, "thon-9")))
	require.Equal(t, 1, exit)
	require.Contains(t, errs, `override of "khong-co": there is no such entry`)
	require.Contains(t, errs, `account `+testOA+` has no unit "thon-9"`, "all faults together")
	_, errs, exit = w.run("import", "faq", overrides(override(entry, "thon-1")), "--oa", "4999")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "there is no account 4999: add it with `loalang oa add`")
	require.Zero(t, there(), "nothing of a file with faults is kept")

	require.JSONEq(t, `{"created":0,"changed":0,"same":0,"removed":0,"kept":0,"sections":0,"overrides":1}`,
		w.must("import", "faq", overrides(override(entry, "thon-1")), "--json"))
	require.Equal(t, 1, there())
	w.must("oa", "add", "--oa-id", "4888")
	_, errs, exit = w.run("import", "faq", overrides(override(entry, "thon-1")))
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "there are 2 accounts: name one with --oa")
	w.must("import", "faq", overrides(override(entry, "thon-1")), "--oa", testOA)
	require.Equal(t, 1, there(), "it replaces the one before")
}

func TestFAQCommandsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.missed(askedFilm)
	for name, c := range map[string]struct {
		args []string
		exit int
		says []string
	}{
		"NoCommand":        {[]string{"faq"}, 2, []string{"ask", "--help"}},
		"MissesOfNoDay":    {[]string{"faq", "misses", "--days", "0"}, 1, []string{"--days", "how many days to look back"}},
		"DaysInWords":      {[]string{"faq", "misses", "--days", "ten"}, 2, []string{"--days", "--help"}},
		"SuggestNothing":   {[]string{"faq", "suggest"}, 2, []string{"<group>", "--help"}},
		"GroupInWords":     {[]string{"faq", "suggest", "one"}, 2, []string{"<group>", "--help"}},
		"NoSuchGroup":      {[]string{"faq", "suggest", "99"}, 1, []string{"no group 99", "30 days", "`loalang faq misses`"}},
		"NoSuchEntry":      {[]string{"faq", "suggest", "1", "--entry", "khong-co"}, 1, []string{"no entry khong-co", "`loalang faq misses`"}},
		"EvalNothing":      {[]string{"faq", "eval"}, 2, []string{"<file>", "--help"}},
		"EvalOfNoTable":    {[]string{"faq", "eval", w.file("một câu không nhãn\n")}, 1, []string{"line 1: 1 columns", "one tab"}},
		"EvalOfNoEntry":    {[]string{"faq", "eval", w.file("một câu\tkhong-co\n")}, 1, []string{`line 1: label "khong-co" is no entry`}},
		"LintOfNoDay":      {[]string{"faq", "lint", "--verified-within", "0"}, 1, []string{"--verified-within", "number of days"}},
		"LintOfBadContent": {[]string{"faq", "lint", w.file("section: a\nentries: 1\n")}, 1, []string{"cau.yaml:1", "cau.yaml:2: must be a list"}},
		"ExpiringBackward": {[]string{"faq", "expiring", "--days=-1"}, 1, []string{"--days", "how many days to look ahead"}},
		"NoSuchFile":       {[]string{"import", "faq", "khong-co.yaml"}, 2, []string{"khong-co.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			own := &world{t: t, sim: w.sim, env: w.env}
			stdout, stderr, exit := own.run(c.args...)
			require.Equal(t, c.exit, exit, stderr)
			require.Empty(t, stdout)
			for _, part := range c.says {
				require.Contains(t, stderr, part)
			}
		})
	}
}

func TestServeLearnsWhatAnOfficerTeachesWithoutRestart(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.addUsers(1)
	p := w.serve()
	const user = "7100000000000000001"
	sent := 0
	ask := func(text string) {
		sent++
		require.Equal(t, 200, signed(t.Context(), p.url, textEvent(user, fmt.Sprint("q", sent), text), testSecret))
		require.Eventually(t, func() bool { return len(w.answers(user)) == sent }, patience, 20*time.Millisecond, p.log)
	}
	for _, text := range []string{askedBall, askedFilm, askedFilmAgain, askedDenied + " gọi tôi 0912 345 678"} {
		ask(text)
		require.Contains(t, w.answers(user)[sent-1], "câu này tôi chưa biết")
	}

	var groups []missedGroup
	require.NoError(t, json.Unmarshal([]byte(w.must("faq", "misses", "--json")), &groups))
	require.Len(t, groups, 2)
	require.Equal(t, []string{askedFilm, askedFilmAgain, askedDenied + " gọi tôi …"}, groups[0].Questions)
	require.Equal(t, []string{askedBall}, groups[1].Questions)

	entry := plainEntry(t)
	w.must("faq", "suggest", fmt.Sprint(groups[0].Group), "--entry", entry.ID)
	first, _, _ := strings.Cut(entry.Answer, "\n")
	require.Eventually(t, func() bool {
		ask(askedFilm)
		return strings.Contains(w.answers(user)[sent-1], first)
	}, patience, 200*time.Millisecond, p.log)
	require.Zero(t, p.stop(), p.log.String())
}
