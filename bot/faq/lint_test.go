package faq

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sound is an entry without a flaw on 2026-11-26.
func sound(id string, phrasings ...string) Entry {
	return Entry{
		ID: id, Section: "muc", Title: "Câu " + id, Phrasings: phrasings, Answer: "Tới xã.", Issuer: "Xã", Source: "Quyết định 1",
		VerifiedOn: Date{2026, 11, 1},
	}
}

var soundPhrasings = [][]string{
	{
		"mất thẻ căn cước", "rơi căn cước ngoài chợ", "căn cước thất lạc", "làm lại căn cước bị mất", "thẻ căn cước rơi mất",
		"tìm không ra căn cước", "căn cước trôi sông", "căn cước bị trộm lấy", "cấp lại căn cước ở đâu", "không thấy thẻ căn cước nữa",
	},
	{
		"tiêm phòng heo", "lịch tiêm vắc xin lợn", "bao giờ chích ngừa heo", "heo chưa được tiêm", "thú y tiêm đàn lợn",
		"chích heo mấy mũi", "vắc xin lợn giá bao nhiêu", "đăng ký tiêm heo", "heo con mấy tuần thì chích", "gọi ai tiêm lợn",
	},
}

func soundContent() Content {
	return Content{
		Entries: []Entry{sound("can-cuoc", soundPhrasings[0]...), sound("vac-xin-lon", soundPhrasings[1]...)},
		None:    []string{"giá vàng hôm nay", "trời có mưa không"},
	}
}

var lintDay = LintOptions{Today: Date{2026, 11, 26}, ExpiresBefore: Date{2026, 12, 27}, VerifiedFrom: Date{2025, 11, 26}}

func TestLint(t *testing.T) {
	t.Parallel()

	t.Run("FindsNothingInSoundContent", func(t *testing.T) {
		t.Parallel()

		c := soundContent()
		require.Empty(t, learned(t, c).Lint(c, lintDay))
	})

	t.Run("FindsNothingSeriousInTheShippedContent", func(t *testing.T) {
		t.Parallel()

		content, _ := shipped()
		for _, f := range shippedMatcher(t).Lint(content, lintDay) {
			require.False(t, f.Serious, "%+v", f)
			require.Equal(t, FlawCloser, f.Kind, "%+v", f)
		}
	})

	for name, c := range map[string]struct {
		change  func(e *Entry)
		kind    FlawKind
		serious bool
		problem string
	}{
		"ANameThatIsMissing":    {func(e *Entry) { e.Title = "" }, FlawMissing, true, "title is empty"},
		"AnAnswerThatIsMissing": {func(e *Entry) { e.Answer = "" }, FlawMissing, true, "answer is empty"},
		"AnIssuerThatIsMissing": {func(e *Entry) { e.Issuer = "" }, FlawMissing, true, "issuer is empty"},
		"ASourceThatIsMissing":  {func(e *Entry) { e.Source = "" }, FlawMissing, true, "source is empty"},
		"FewPhrasings":          {func(e *Entry) { e.Phrasings = e.Phrasings[:9] }, FlawMissing, false, "9 phrasings"},
		"NoPhrasing":            {func(e *Entry) { e.Phrasings = nil }, FlawMissing, true, "0 phrasings"},
		"ALongAnswer":           {func(e *Entry) { e.Answer = strings.Repeat("đ", 1001) }, FlawLong, false, "1001 characters"},
		"ALongBranch": {func(e *Entry) {
			e.Ask = &Ask{Branches: []Branch{{Title: "Nghèo", Answer: strings.Repeat("đ", 1001)}}}
		}, FlawLong, false, `branch "Nghèo" has 1001 characters`},
		"AnEntryThatIsOver":         {func(e *Entry) { e.ValidUntil = Date{2026, 11, 25} }, FlawExpired, true, "2026-11-25 is over"},
		"AnEntryThatEndsToday":      {func(e *Entry) { e.ValidUntil = Date{2026, 11, 26} }, FlawExpired, false, "is 2026-11-26"},
		"AnEntryThatEndsSoon":       {func(e *Entry) { e.ValidUntil = Date{2026, 12, 26} }, FlawExpired, false, "is 2026-12-26"},
		"AnEntryThatNobodyVerified": {func(e *Entry) { e.VerifiedOn = Date{} }, FlawUnverified, true, "missing"},
		"AnEntryVerifiedLongAgo":    {func(e *Entry) { e.VerifiedOn = Date{2025, 11, 25} }, FlawUnverified, false, "2025-11-25, long ago"},
		"AnEntryVerifiedTomorrow":   {func(e *Entry) { e.VerifiedOn = Date{2026, 11, 27} }, FlawUnverified, true, "in the future"},
	} {
		t.Run("Finds"+name, func(t *testing.T) {
			t.Parallel()

			e := sound("can-cuoc", soundPhrasings[0]...)
			c.change(&e)
			flaws := e.flaws(lintDay)
			require.Len(t, flaws, 1)
			require.Equal(t, "can-cuoc", flaws[0].Entry)
			require.Equal(t, c.kind, flaws[0].Kind)
			require.Equal(t, c.serious, flaws[0].Serious)
			require.Contains(t, flaws[0].Problem, c.problem)
		})
	}

	t.Run("LeavesAnEntryThatEndsLater", func(t *testing.T) {
		t.Parallel()

		e := sound("can-cuoc", soundPhrasings[0]...)
		e.ValidUntil = Date{2026, 12, 27}
		require.Empty(t, e.flaws(lintDay))
	})

	t.Run("FindsAPhrasingThatStandsInTheWrongEntry", func(t *testing.T) {
		t.Parallel()

		c := soundContent()
		c.Entries[1].Phrasings = append(c.Entries[1].Phrasings, "cấp lại căn cước mất ở đâu")
		flaws := learned(t, c).Lint(c, lintDay)
		require.NotEmpty(t, flaws)
		require.Equal(t, FlawCloser, flaws[0].Kind)
		found := map[string]string{}
		for _, f := range flaws {
			found[f.Phrasing] = f.Entry
		}
		require.Equal(t, "vac-xin-lon", found["cấp lại căn cước mất ở đâu"])
	})

	t.Run("FindsAQuestionOfAFileHoweverItIsSpelled", func(t *testing.T) {
		t.Parallel()

		c := soundContent()
		c.Emergencies = []Emergency{{ID: "chay", Number: "114", Answer: "Gọi 114.", Phrasings: []string{"cháy nhà"}}}
		c.NoEmergency = []string{"cháy túi"}
		o := lintDay
		o.Against = []Labelled{
			{"GIA VANG, hom nay?", "none", 1}, {"rơi căn cước", "can-cuoc", 2}, {"chay nha", "chay", 3}, {"cháy túi!", "none", 4}, {"Câu can-cuoc", "can-cuoc", 5},
		}
		var lines []string
		for _, f := range learned(t, c).Lint(c, o) {
			require.Equal(t, FlawAgainst, f.Kind)
			require.True(t, f.Serious)
			lines = append(lines, f.Phrasing)
		}
		require.Equal(t, []string{"GIA VANG, hom nay?", "chay nha", "cháy túi!", "Câu can-cuoc"}, lines)
	})
}
