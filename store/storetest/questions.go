package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/store"
)

// question is what a resident asked and nobody could answer; change may say more.
func (w *world) question(text string, change ...func(*bot.Question)) bot.Question {
	q := bot.Question{
		OAID: oaID, UnitCode: "thon", Text: text, Decision: "none", Entry: "a", Score: 0.25, Reason: "far from all",
		Candidates: []faq.Candidate{{Entry: "a", Score: 0.25}, {Entry: "b", Score: 0.125}}, AskedAt: w.now,
	}
	for _, c := range change {
		c(&q)
	}
	return q
}

func decided(decision string) func(*bot.Question) {
	return func(q *bot.Question) { q.Decision = decision }
}

// ask brings a question into the database the way the bot does: with a handled event. It returns the question as it is kept.
func (w *world) ask(q bot.Question, change ...func(*bot.Outcome)) bot.Question {
	w.t.Helper()
	w.asked++
	w.accept(event("asker", fmt.Sprint("q", w.asked), "x"))
	out := outcomeOf(w.inbox(w.one(bot.LaneResident)))
	q.EventID = out.Handled[0].EventID
	out.Questions = []bot.Question{q}
	for _, c := range change {
		c(&out)
	}
	require.Empty(w.t, w.finish(out))
	return q
}

// misses are all missed questions, with their times as the tests have them.
func (w *world) misses() []bot.Question {
	w.t.Helper()
	list, err := w.Misses(w.t.Context(), w.now.Add(-24*time.Hour), 100)
	require.NoError(w.t, err)
	for i := range list {
		list[i].AskedAt = list[i].AskedAt.UTC()
	}
	return list
}

func runQuestions(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreReadAsTheyWereKept", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		want := w.ask(w.question("giá \"lợn\" 'hơi' \\ 😀"))
		bare := w.ask(bot.Question{OAID: oaID, Text: "x", Decision: "none", AskedAt: w.now})
		require.Equal(t, []bot.Question{want, bare}, w.misses())
	})

	t.Run("AreKeptWhateverIsInThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.ask(w.question("a\x00b"), func(o *bot.Outcome) { o.Questions[0].Reason = "r\x00\xff" })
		require.Equal(t, "ab", w.misses()[0].Text)
	})

	t.Run("AreKeptOnceHoweverOftenTheirEventIsFinished", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		first := w.ask(w.question("một"))
		w.ask(w.question("hai"), func(o *bot.Outcome) { o.Questions[0].EventID = first.EventID })
		require.Equal(t, []bot.Question{first}, w.misses())
	})

	t.Run("LeaveNoTraceWhenTheLeaseIsLost", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		before := w.ask(w.question("trước", decided("answer")))
		w.accept(event("u1", "m1", "một"))
		out := outcomeOf(w.inbox(w.one(bot.LaneResident)))
		out.Lease.Owner = "somebody else"
		out.Questions = []bot.Question{w.question("một", func(q *bot.Question) { q.EventID = out.Handled[0].EventID })}
		out.Denied = []int64{before.EventID}
		require.Len(t, w.finish(out), 1)
		require.Empty(t, w.misses())
	})

	t.Run("AreMissedWhenTheyWereNotAnswered", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for _, decision := range []string{"none", "answer", "clarify", "handoff", "expired", "emergency"} {
			w.ask(w.question(decision, decided(decision)))
		}
		var missed []string
		for _, q := range w.misses() {
			missed = append(missed, q.Text)
		}
		require.Equal(t, []string{"none", "clarify", "expired"}, missed)
	})

	t.Run("AreMissedWhenTheResidentDeniedTheAnswer", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		answered := w.ask(w.question("một", decided("answer")))
		w.ask(w.question("hai", decided("answer")))
		w.ask(w.question("ba", decided("answer")), func(o *bot.Outcome) { o.Denied = []int64{answered.EventID, 999_999} })
		answered.Denied = true
		require.Equal(t, []bot.Question{answered}, w.misses())
	})

	t.Run("AreDeniedByAnswersOfTheSameTurn", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.ask(w.question("một", decided("answer")), func(o *bot.Outcome) { o.Denied = []int64{o.Questions[0].EventID} })
		require.Len(t, w.misses(), 1)
	})

	t.Run("AreMissedTheOldestFirstFromATimeOnAndUpToALimit", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for i, age := range []time.Duration{time.Hour, 3 * time.Hour, 2 * time.Hour, 2 * time.Hour} {
			w.ask(w.question(fmt.Sprint(i), func(q *bot.Question) { q.AskedAt = w.now.Add(-age) }))
		}
		texts := func(since time.Duration, limit int) (list []string) {
			found, err := w.Misses(t.Context(), w.now.Add(-since), limit)
			require.NoError(t, err)
			for _, q := range found {
				list = append(list, q.Text)
			}
			return list
		}
		require.Equal(t, []string{"1", "2", "3", "0"}, texts(4*time.Hour, 10), "of one time in the order of their events")
		require.Equal(t, []string{"2", "3", "0"}, texts(2*time.Hour, 10), "the time itself counts")
		require.Equal(t, []string{"1", "2"}, texts(4*time.Hour, 2))
		require.Empty(t, texts(time.Minute, 10))
	})

	t.Run("ArePurgedOnceOld", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.ask(w.question("cũ", func(q *bot.Question) { q.AskedAt = w.now.Add(-2 * time.Hour) }))
		kept := w.ask(w.question("mới"))
		require.NoError(t, w.PurgeQuestions(t.Context(), w.now.Add(-time.Hour)))
		require.Equal(t, []bot.Question{kept}, w.misses())
	})
}

func runTeaching(t *testing.T, newDatabase func(testing.TB) string) {
	taught := func(t *testing.T) *world {
		w := newWorld(t, newDatabase)
		_, err := w.ShipFAQ(t.Context(), content(entry("a", "A."), entry("b", "B.")))
		require.NoError(t, err)
		return w
	}
	phrasings := func(w *world, id string) []string {
		got, err := w.FAQ(w.t.Context())
		require.NoError(w.t, err)
		for _, e := range got.Entries {
			if e.ID == id {
				return e.Phrasings
			}
		}
		return nil
	}
	version := func(w *world) int64 {
		versions, err := w.Versions(w.t.Context())
		require.NoError(w.t, err)
		return versions[store.VersionFAQ]
	}

	t.Run("AddsEachPhrasingOnceAndIsDone", func(t *testing.T) {
		t.Parallel()

		w := taught(t)
		group := []bot.Question{
			w.ask(w.question("câu mới")), w.ask(w.question("Câu mới?")), w.ask(w.question("HỎI A")), w.ask(w.question("câu khác")),
			w.ask(w.question("…")),
		}
		other := w.ask(w.question("việc khác"))
		before := version(w)
		require.NoError(t, w.Teach(t.Context(), "a", group, bot.CommandLine.Record(oaID, bot.AuditTeach, "a", "", w.now)))
		require.Equal(t, []bot.AuditAction{bot.AuditTeach}, w.audited())
		require.Equal(t, []string{"hỏi a", "câu mới", "câu khác"}, phrasings(w, "a"))
		require.Equal(t, []string{"hỏi b"}, phrasings(w, "b"))
		require.Equal(t, []bot.Question{other}, w.misses())
		require.Equal(t, before+1, version(w), "replicas learn of it")
	})

	t.Run("OfAnUnknownEntryChangesNothing", func(t *testing.T) {
		t.Parallel()

		w := taught(t)
		q := w.ask(w.question("câu mới"))
		before := version(w)
		record := bot.CommandLine.Record(oaID, bot.AuditTeach, "khong-co", "", w.now)
		require.ErrorIs(t, w.Teach(t.Context(), "khong-co", []bot.Question{q}, record), bot.ErrNotFound)
		require.Empty(t, w.audited())
		require.Equal(t, []bot.Question{q}, w.misses())
		require.Equal(t, before, version(w))
	})

	t.Run("IsKeptWhenTheProgramBringsItsOwn", func(t *testing.T) {
		t.Parallel()

		w := taught(t)
		require.NoError(t, w.Teach(t.Context(), "a", []bot.Question{w.ask(w.question("câu mới"))}))
		change, err := w.ShipFAQ(t.Context(), content(entry("a", "A mới."), entry("b", "B.")))
		require.NoError(t, err)
		require.Equal(t, 1, change.Kept)
		require.Contains(t, phrasings(w, "a"), "câu mới")
	})

	t.Run("ByTwoAtOnceLosesNothing", func(t *testing.T) {
		t.Parallel()

		w := taught(t)
		var wg sync.WaitGroup
		for i, officer := range []*world{w, w.other()} {
			wg.Go(func() {
				for n := range 10 {
					q := bot.Question{OAID: oaID, EventID: int64(1000*i + n + 1), Text: fmt.Sprintf("cán bộ %d dạy câu %d", i, n)}
					if err := officer.Teach(t.Context(), "a", []bot.Question{q}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		require.Len(t, phrasings(w, "a"), 21)
	})
}

func runOverrides(t *testing.T, newDatabase func(testing.TB) string) {
	override := func(unit, id, answer string) faq.Override {
		return faq.Override{
			Entry: id, Unit: unit, Answer: answer,
			Answers: map[string]string{"rad": "Ê Đê"}, Audio: map[string]string{"vi": "https://loa.example.vn/a.mp3"},
		}
	}

	t.Run("AreReadAsTheyWereSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		require.NoError(t, w.PutOverrides(t.Context(), oaID, []faq.Override{override("xa", "b", "B."), override("thon", "a", "A \"của\" thôn.")}))
		got, err := w.Overrides(t.Context())
		require.NoError(t, err)
		require.Equal(t, []bot.Override{
			{OAID: oaID, Override: override("thon", "a", "A \"của\" thôn.")}, {OAID: oaID, Override: override("xa", "b", "B.")},
		}, got)
	})

	t.Run("ReplaceThoseOfTheSameAccountUnitAndEntry", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for _, put := range []struct{ oa, unit, id, answer string }{
			{oaID, "xa", "a", "Một."}, {oaID, "xa", "a", "Hai."}, {oaID, "xa", "b", "Ba."}, {oaID, "thon", "a", "Bốn."}, {"4999", "xa", "a", "Năm."},
		} {
			require.NoError(t, w.PutOverrides(t.Context(), put.oa, []faq.Override{override(put.unit, put.id, put.answer)}))
		}
		got, err := w.Overrides(t.Context())
		require.NoError(t, err)
		var answers []string
		for _, o := range got {
			answers = append(answers, o.OAID+" "+o.Unit+" "+o.Entry+" "+o.Answer)
		}
		require.ElementsMatch(t, []string{
			oaID + " xa a Hai.", oaID + " xa b Ba.", oaID + " thon a Bốn.", "4999 xa a Năm.",
		}, answers)
	})

	t.Run("TellEveryReplicaAndOnlyThen", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		require.NoError(t, w.PutOverrides(t.Context(), oaID, nil))
		none, err := w.Versions(t.Context())
		require.NoError(t, err)
		require.NotContains(t, none, store.VersionFAQ)
		require.NoError(t, w.PutOverrides(t.Context(), oaID, []faq.Override{override("xa", "a", "A.")}))
		one, err := w.Versions(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, one[store.VersionFAQ])
	})
}

func runModels(t *testing.T, newDatabase func(testing.TB) string) {
	// ticking is a world whose rows are a second apart.
	ticking := func(t *testing.T) *world {
		w := newWorld(t, newDatabase)
		now := w.now
		st, err := store.Open(t.Context(), w.url, SecretKey, func() time.Time { now = now.Add(time.Second); return now })
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, st.Close()) })
		w.Store = st
		return w
	}
	save := func(w *world, hash string, model []byte) {
		require.NoError(w.t, w.SaveModel(w.t.Context(), hash, model))
	}

	t.Run("AreKeptByHash", func(t *testing.T) {
		t.Parallel()

		w := ticking(t)
		one, two := []byte("\x00\xff\x1f\x8b'\"\\"), make([]byte, 3<<20)
		two[len(two)-1] = 2
		save(w, "one", one)
		save(w, "two", two)
		got, err := w.Model(t.Context(), "one")
		require.NoError(t, err)
		require.Equal(t, one, got)
		got, err = w.other().Model(t.Context(), "two")
		require.NoError(t, err)
		require.Equal(t, two, got)
		_, err = w.Model(t.Context(), "three")
		require.ErrorIs(t, err, bot.ErrNotFound)
	})

	t.Run("AreReplacedByWhatWasLearnedAnew", func(t *testing.T) {
		t.Parallel()

		w := ticking(t)
		save(w, "one", []byte("damaged"))
		save(w, "one", []byte("good"))
		got, err := w.Model(t.Context(), "one")
		require.NoError(t, err)
		require.Equal(t, []byte("good"), got)
	})

	t.Run("AreKeptOnlyTheLastFive", func(t *testing.T) {
		t.Parallel()

		w := ticking(t)
		for i := range 6 {
			save(w, fmt.Sprint("h", 9-i), []byte("x"))
		}
		save(w, "h8", []byte("x")) // learned again, so it is the last
		save(w, "new", []byte("x"))
		var kept []string
		for _, hash := range []string{"h9", "h8", "h7", "h6", "h5", "h4", "new"} {
			if _, err := w.Model(t.Context(), hash); err == nil {
				kept = append(kept, hash)
			}
		}
		require.Equal(t, []string{"h8", "h6", "h5", "h4", "new"}, kept)
	})
}
