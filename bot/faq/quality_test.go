package faq

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorded are the figures in percent when they were last looked at. The tests below fail when one gets worse by more
// than two points; who changes the content or the matcher for the better writes the new figures here.
var recorded = struct{ crossValidation, questions figures }{
	crossValidation: figures{
		"right entry first": 74.1, "right entry among three": 91.9, "answered right": 32.5, "answered wrong": 1.4,
	},
	questions: figures{
		"right entry first": 92.4, "right entry among three": 98.0, "answered right": 61.4, "answered wrong": 0.0,
		"none not answered": 90.8, "handoff recognised": 88.9, "smalltalk recognised": 68.0,
	},
}

const tolerance = 2.0

// figures are percentages by what they measure. More is better, except for what is wrong.
type figures map[string]float64

// TestCrossValidation asks every phrasing of the content while it is out of the index. The figures in tuning.go come
// from here.
func TestCrossValidation(t *testing.T) {
	t.Parallel()

	m := New(embeddedContent(t))
	var s scores
	for i, l := range m.lines {
		if c := m.classes[l.class]; c.kind == KindAnswer {
			s.inScope(m.weigh(m.index.find(l.words, i)), c.entry)
		}
	}
	s.require(t, recorded.crossValidation)
}

// TestQuestions asks the questions of testdata, which were written apart from the content and never used to tune
// anything. One on an entry that the content does not hold counts as "none".
func TestQuestions(t *testing.T) {
	t.Parallel()

	m := New(embeddedContent(t))
	entries := map[string]bool{}
	for _, c := range m.classes[:m.entries] {
		entries[c.entry] = true
	}
	data, err := os.ReadFile("testdata/questions-dev.tsv")
	require.NoError(t, err)
	var s scores
	for _, row := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		question, label, found := strings.Cut(row, "\t")
		require.True(t, found, row)
		switch d := m.Ask(question); {
		case entries[label]:
			s.inScope(d, label)
		case label == "handoff":
			s.count("handoff recognised", d.Kind == KindHandoff)
		case label == "smalltalk":
			s.count("smalltalk recognised", d.Kind == KindSmallTalk)
		default:
			s.count("none not answered", d.Kind != KindAnswer)
		}
	}
	s.require(t, recorded.questions)
}

// TestContentPhrasings asks the content for itself: an exact phrasing must get its own entry.
func TestContentPhrasings(t *testing.T) {
	t.Parallel()

	m := New(embeddedContent(t))
	for i, text := range m.texts {
		owners := m.exact[strings.Join(m.lines[i].words, " ")]
		if len(owners) > 1 {
			continue
		}
		want := m.classes[owners[0]]
		d := m.Ask(text)
		require.Equal(t, want.kind, d.Kind, text)
		require.Equal(t, want.entry, d.Entry, text)
		require.Equal(t, want.reply, d.Reply, text)
	}
}

func embeddedContent(t testing.TB) Content {
	content, err := Load(os.DirFS("../../configs/faq"), "*.yaml")
	require.NoError(t, err)
	return content
}

// scores count how often something was so.
type scores struct {
	hits, all map[string]int
}

func (s *scores) count(what string, hit bool) {
	if s.all == nil {
		s.hits, s.all = map[string]int{}, map[string]int{}
	}
	s.all[what]++
	if hit {
		s.hits[what]++
	}
}

func (s *scores) inScope(d Decision, want string) {
	rank := len(d.Candidates)
	for i, c := range d.Candidates {
		if c.Entry == want {
			rank = i
		}
	}
	s.count("right entry first", rank == 0)
	s.count("right entry among three", rank < len(d.Candidates))
	s.count("answered right", d.Entry == want)
	s.count("answered wrong", d.Kind == KindAnswer && d.Entry != want)
}

func (s *scores) require(t *testing.T, want figures) {
	for what, before := range want {
		now := 100 * float64(s.hits[what]) / float64(s.all[what])
		t.Logf("%-24s %5.1f of %d, recorded %.1f", what, now, s.all[what], before)
		if what == "answered wrong" {
			require.LessOrEqual(t, now, before+tolerance, what)
		} else {
			require.GreaterOrEqual(t, now, before-tolerance, what)
		}
	}
}
