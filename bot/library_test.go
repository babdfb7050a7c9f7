package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/faq"
)

// shelf is a FAQ store whose content a test changes, and which can be slow and broken.
type shelf struct {
	mu        sync.Mutex
	content   faq.Content
	overrides []Override
	models    map[string][]byte
	saved     []string                 // the hashes in the order of saving
	slow      map[string]chan struct{} // saving a model of this hash waits
	broken    map[string]error         // by method
}

func newShelf(answer string) *shelf {
	return &shelf{content: shelfContent(answer), models: make(map[string][]byte), slow: make(map[string]chan struct{}), broken: make(map[string]error)}
}

// shelfContent has one entry, with an answer that tells one content from the other.
func shelfContent(answer string) faq.Content {
	return faq.Content{
		Sections: []faq.Section{{ID: "a", Title: "A"}},
		Entries:  []faq.Entry{answerEntry("a", "mot", "Câu một", answer, "hỏi câu một thế nào")},
		None:     []string{"trời mai có mưa không"},
	}
}

func (s *shelf) FAQ(context.Context) (faq.Content, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.content, s.broken["FAQ"]
}

func (s *shelf) Overrides(context.Context) ([]Override, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.overrides, s.broken["Overrides"]
}

func (s *shelf) Model(_ context.Context, hash string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if model, found := s.models[hash]; found || s.broken["Model"] != nil {
		return model, s.broken["Model"]
	}
	return nil, ErrNotFound
}

func (s *shelf) SaveModel(_ context.Context, hash string, model []byte) error {
	s.mu.Lock()
	slow := s.slow[hash]
	s.mu.Unlock()
	if slow != nil {
		<-slow
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saved = append(s.saved, hash)
	if s.broken["SaveModel"] == nil {
		s.models[hash] = model
	}
	return s.broken["SaveModel"]
}

// learned is how often something was learned.
func (s *shelf) learned() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.saved)
}

// slowly makes the learning of the present content last until release.
func (s *shelf) slowly() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gate := make(chan struct{})
	s.slow[s.content.Hash()] = gate
	return func() { close(gate) }
}

// put changes the content.
func (s *shelf) put(answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.content = shelfContent(answer)
}

func modelOf(t *testing.T, content faq.Content) []byte {
	t.Helper()
	data, err := faq.Train(content).MarshalBinary()
	require.NoError(t, err)
	return data
}

var quiet = slog.New(slog.DiscardHandler)

// loaded is a library that has learned its shelf's content.
func loaded(t *testing.T, answer string) (*shelf, *Library) {
	t.Helper()
	s := newShelf(answer)
	l := NewLibrary(s, nil, quiet)
	require.NoError(t, l.Reload(t.Context()))
	return s, l
}

func TestLibrary(t *testing.T) {
	t.Parallel()

	answer := func(l *Library) string { return l.Current().entries["mot"].Answer }

	t.Run("UsesTheModelThatTheProgramComesWith", func(t *testing.T) {
		t.Parallel()

		s := newShelf("A.")
		l := NewLibrary(s, modelOf(t, s.content), quiet)
		require.Nil(t, l.Current(), "it is empty at first")
		require.NoError(t, l.Reload(t.Context()))
		require.Equal(t, "A.", answer(l))
		require.Equal(t, "mot", l.Current().Matcher().Ask("hỏi câu một thế nào").Entry)
		require.Zero(t, s.learned())
	})

	t.Run("UsesTheModelThatIsKept", func(t *testing.T) {
		t.Parallel()

		s := newShelf("A.")
		s.models[s.content.Hash()] = modelOf(t, s.content)
		for _, shipped := range [][]byte{nil, []byte("damaged"), modelOf(t, shelfContent("của chương trình"))} {
			l := NewLibrary(s, shipped, quiet)
			require.NoError(t, l.Reload(t.Context()))
			require.Equal(t, "A.", answer(l))
		}
		require.Zero(t, s.learned())
	})

	t.Run("LearnsOnceAndKeepsIt", func(t *testing.T) {
		t.Parallel()

		s := newShelf("A.")
		for range 3 { // starts
			l := NewLibrary(s, nil, quiet)
			require.NoError(t, l.Reload(t.Context()))
			require.Equal(t, "A.", answer(l))
		}
		require.Equal(t, []string{s.content.Hash()}, s.saved)
	})

	t.Run("LearnsAnewWhatIsDamaged", func(t *testing.T) {
		t.Parallel()

		s := newShelf("A.")
		good := modelOf(t, s.content)
		for _, damaged := range [][]byte{nil, []byte("damaged"), good[:len(good)/2]} {
			s.models[s.content.Hash()] = damaged
			l := NewLibrary(s, nil, quiet)
			require.NoError(t, l.Reload(t.Context()))
			require.Equal(t, "A.", answer(l))
			require.Equal(t, good, s.models[s.content.Hash()])
		}
	})

	t.Run("AnswersFromTheOldWhileItLearnsTheNew", func(t *testing.T) {
		t.Parallel()

		synctest.Test(t, func(t *testing.T) {
			s, l := loaded(t, "Cũ.")
			s.put("Mới.")
			release := s.slowly()
			require.NoError(t, l.Reload(t.Context()), "nobody waits for it")
			synctest.Wait()
			require.Equal(t, "Cũ.", answer(l))
			release()
			synctest.Wait()
			require.Equal(t, "Mới.", answer(l))
			require.Equal(t, 2, s.learned())
		})
	})

	t.Run("GoesOnLearningWhenWhoeverAskedForItIsGone", func(t *testing.T) {
		t.Parallel()

		synctest.Test(t, func(t *testing.T) {
			s, l := loaded(t, "Cũ.")
			s.put("Mới.")
			ctx, cancel := context.WithCancel(t.Context())
			require.NoError(t, l.Reload(ctx))
			cancel()
			synctest.Wait()
			require.Equal(t, "Mới.", answer(l))
		})
	})

	t.Run("DoesNotSwapInWhatWasChangedMeanwhile", func(t *testing.T) {
		t.Parallel()

		synctest.Test(t, func(t *testing.T) {
			s, l := loaded(t, "Cũ.")
			s.put("Một.")
			releaseFirst := s.slowly()
			require.NoError(t, l.Reload(t.Context()))
			synctest.Wait()
			s.put("Hai.")
			releaseSecond := s.slowly()
			require.NoError(t, l.Reload(t.Context()))
			releaseFirst()
			synctest.Wait()
			require.Equal(t, "Cũ.", answer(l), "what was learned comes too late")
			releaseSecond()
			synctest.Wait()
			require.Equal(t, "Hai.", answer(l))
		})
	})

	t.Run("LearnsOfManyChangesOnlyTheLast", func(t *testing.T) {
		t.Parallel()

		synctest.Test(t, func(t *testing.T) {
			s, l := loaded(t, "Cũ.")
			s.put("Một.")
			release := s.slowly()
			require.NoError(t, l.Reload(t.Context()))
			synctest.Wait()
			for _, text := range []string{"Hai.", "Ba.", "Bốn."} {
				s.put(text)
				require.NoError(t, l.Reload(t.Context()))
			}
			release()
			synctest.Wait()
			require.Equal(t, "Bốn.", answer(l))
			require.Equal(t, 3, s.learned(), "what came between is not even learned")
		})
	})

	t.Run("DoesNotSwapInWhatWasTakenBackMeanwhile", func(t *testing.T) {
		t.Parallel()

		synctest.Test(t, func(t *testing.T) {
			s, l := loaded(t, "Cũ.")
			s.put("Nhầm.")
			release := s.slowly()
			require.NoError(t, l.Reload(t.Context()))
			synctest.Wait()
			s.put("Cũ.")
			require.NoError(t, l.Reload(t.Context()))
			release()
			synctest.Wait()
			require.Equal(t, "Cũ.", answer(l))
		})
	})

	t.Run("UsesTheLastOverridesHoweverLearningEnds", func(t *testing.T) {
		t.Parallel()

		synctest.Test(t, func(t *testing.T) {
			s, l := loaded(t, "Cũ.")
			s.put("Mới.")
			release := s.slowly()
			require.NoError(t, l.Reload(t.Context()))
			synctest.Wait()
			s.mu.Lock()
			s.overrides = []Override{{OAID: theOA, Override: faq.Override{Entry: "mot", Unit: "xa", Answer: "Của xã."}}}
			s.models[s.content.Hash()] = modelOf(t, s.content) // another replica was faster
			s.mu.Unlock()
			require.NoError(t, l.Reload(t.Context()))
			release()
			synctest.Wait()
			require.Equal(t, "Của xã.", l.Current().overrides[overrideKey{theOA, "mot", "xa"}].Answer)
		})
	})

	t.Run("TakesChangedOverridesWithoutLearning", func(t *testing.T) {
		t.Parallel()

		s, l := loaded(t, "A.")
		s.overrides = []Override{{OAID: theOA, Override: faq.Override{Entry: "mot", Unit: "xa", Answer: "Của xã."}}}
		require.NoError(t, l.Reload(t.Context()))
		require.Len(t, l.Current().overrides, 1)
		require.Equal(t, 1, s.learned())
	})

	t.Run("KeepsWhatItHasWhenTheStoreIsAway", func(t *testing.T) {
		t.Parallel()

		for method, says := range map[string]string{"FAQ": "load faq", "Overrides": "load faq overrides", "Model": "load what was learned"} {
			s, l := loaded(t, "Cũ.")
			s.put("Mới.")
			s.broken[method] = errors.New("the database is away")
			err := l.Reload(t.Context())
			require.ErrorIs(t, err, s.broken[method])
			require.ErrorContains(t, err, says+": ")
			require.Equal(t, "Cũ.", answer(l))
			require.Equal(t, 1, s.learned())
		}
	})

	t.Run("UsesWhatItCouldNotKeep", func(t *testing.T) {
		t.Parallel()

		s := newShelf("A.")
		s.broken["SaveModel"] = errors.New("the disk is full")
		l := NewLibrary(s, nil, quiet)
		require.NoError(t, l.Reload(t.Context()))
		require.Equal(t, "A.", answer(l))
	})
}

func TestKnowledge(t *testing.T) {
	t.Parallel()

	know := func(t *testing.T, content faq.Content) *Knowledge {
		t.Helper()
		k, err := NewKnowledge(content, faq.Train(content), nil)
		require.NoError(t, err)
		return k
	}

	t.Run("IsNotBuiltFromTheModelOfAnotherContent", func(t *testing.T) {
		t.Parallel()

		_, err := NewKnowledge(shelfContent("A."), faq.Train(shelfContent("B.")), nil)
		require.ErrorIs(t, err, faq.ErrStale)
	})

	t.Run("GroupsQuestionsThatAskForTheSame", func(t *testing.T) {
		t.Parallel()

		k := know(t, answerContent())
		texts := []string{"giá lợn hơi hôm nay", "quên mật khẩu VNeID", "quen mat khau vneid", "mật khẩu VNeID quên rồi"}
		var questions []Question
		for i, text := range texts {
			questions = append(questions, Question{EventID: int64(i + 1), Text: text})
		}
		groups := k.Group(questions)
		require.Equal(t, [][]Question{questions[1:], questions[:1]}, groups, "the largest first")
		require.Empty(t, k.Group(nil))
	})

	t.Run("ListsWhatEndsInTheOrderOfItsEnd", func(t *testing.T) {
		t.Parallel()

		content := answerContent()
		for i, day := range []faq.Date{{Year: 2026, Month: 12, Day: 2}, {Year: 2026, Month: 11, Day: 30}, {}, {Year: 2026, Month: 12, Day: 2}, {Year: 2026, Month: 12, Day: 3}} {
			content.Entries[i].ValidUntil = day
		}
		var ids []string
		for _, e := range know(t, content).Expiring(faq.Date{Year: 2026, Month: 12, Day: 3}) {
			ids = append(ids, e.ID)
		}
		require.Equal(t, []string{"tre-em", "mat-the", "vay"}, ids)
	})

	t.Run("SaysWhyAQuestionWasDecidedSo", func(t *testing.T) {
		t.Parallel()

		k := know(t, answerContent())
		require.NotEmpty(t, k.Matcher().Explain(askPassword))
		require.NotEqual(t, k.Matcher().Explain(askPassword), k.Matcher().Explain(askLoan))
		require.Empty(t, k.Matcher().Explain("😀"))
	})
}
