package faq

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Labels of questions that ask for no entry.
const (
	LabelNone      = "none"
	LabelHandoff   = "handoff"
	LabelSmallTalk = "smalltalk"
	LabelNoDanger  = "-" // anything but danger
)

// Labelled is a question with what it asks for: the id of an entry or of an emergency, or one of the labels above.
type Labelled struct {
	Text, Label string
	Line        int // in its file, from 1
}

// ReadLabelled reads questions, one a line: the question, a tab, its label. A first line whose second column is "intent"
// or "label" is a header; empty lines are passed over. All faulty lines are named at once.
func ReadLabelled(r io.Reader) (list []Labelled, err error) {
	var faults []error
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	for line := 1; scanner.Scan(); line++ {
		text := strings.TrimRight(strings.TrimPrefix(scanner.Text(), "\ufeff"), "\r")
		if strings.TrimSpace(text) == "" {
			continue
		}
		columns := strings.Split(text, "\t")
		if len(columns) != 2 || strings.TrimSpace(columns[1]) == "" {
			faults = append(faults, fmt.Errorf("line %d: %d columns: write the question, one tab, its label", line, len(columns)))
			continue
		}
		label := strings.TrimSpace(columns[1])
		if line == 1 && (label == "intent" || label == "label") {
			continue
		}
		list = append(list, Labelled{columns[0], label, line})
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	return list, errors.Join(faults...)
}

// Share is how many of how many.
type Share struct{ Hits, Of int }

// Percent is 0 of none.
func (s Share) Percent() float64 { return 100 * float64(s.Hits) / float64(max(s.Of, 1)) }

// MarshalJSON writes both numbers and the percentage.
func (s Share) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"hits": s.Hits, "of": s.Of, "percent": s.Percent()})
}

func (s *Share) count(hit bool) {
	s.Of++
	if hit {
		s.Hits++
	}
}

// Scores say how well questions were decided whose labels are known.
type Scores struct {
	Questions int `json:"questions"`
	// Of those that ask for an entry: it is the likeliest and the bot does not say that it knows nothing; it is among the
	// best three; it is what the bot answers with at once.
	First, AmongThree, AnsweredRight Share
	// Of those labelled so: not answered with an entry; seen as a wish for a human; seen as small talk; seen as danger.
	NoneNotAnswered, Handoff, SmallTalk, DangerSeen Share
	// Of all without danger: answered with an entry that was not asked for; taken for danger.
	WrongAndConfident, FalseAlarm Share
}

// All are the scores with their names, in the order in which people read them.
func (s Scores) All() iter.Seq2[string, Share] {
	return func(yield func(string, Share) bool) {
		for _, named := range []struct {
			name  string
			share Share
		}{
			{"right entry first", s.First},
			{"right entry among three", s.AmongThree},
			{"answered right", s.AnsweredRight},
			{"wrong and confident", s.WrongAndConfident},
			{"none not answered", s.NoneNotAnswered},
			{"handoff recognised", s.Handoff},
			{"smalltalk recognised", s.SmallTalk},
			{"danger seen", s.DangerSeen},
			{"false alarm", s.FalseAlarm},
		} {
			if named.share.Of > 0 && !yield(named.name, named.share) {
				return
			}
		}
	}
}

// MarshalJSON writes the scores that something was counted for, under their names with "_" for spaces.
func (s Scores) MarshalJSON() ([]byte, error) {
	all := map[string]any{"questions": s.Questions}
	for name, share := range s.All() {
		all[strings.ReplaceAll(name, " ", "_")] = share
	}
	return json.Marshal(all)
}

// isDanger tells whether a label is that of an emergency.
type isDanger func(label string) bool

func (s *Scores) count(d Decision, want string, danger isDanger) {
	s.Questions++
	if danger(want) {
		s.DangerSeen.count(d.Kind == KindEmergency)
		return
	}
	s.FalseAlarm.count(d.Kind == KindEmergency)
	if want == LabelNoDanger {
		return
	}
	s.WrongAndConfident.count(d.Kind == KindAnswer && d.Entry != want)
	switch want {
	case LabelNone:
		s.NoneNotAnswered.count(d.Kind != KindAnswer)
	case LabelHandoff:
		s.Handoff.count(d.Kind == KindHandoff)
	case LabelSmallTalk:
		s.SmallTalk.count(d.Kind == KindSmallTalk)
	default:
		rank := slices.IndexFunc(d.Candidates, func(c Candidate) bool { return c.Entry == want })
		s.AmongThree.count(rank >= 0)
		s.First.count(rank == 0 && d.Kind != KindNone)
		s.AnsweredRight.count(d.Entry == want)
	}
}

// Report is how well a set of questions was decided: all of it, slices of it, and what was taken for what.
type Report struct {
	All        Scores      `json:"all"`
	Slices     []Slice     `json:"slices"`
	Confusions []Confusion `json:"confusions"` // the most frequent first
}

// Slice is a part of the questions.
type Slice struct {
	Name   string `json:"name"`
	Scores Scores `json:"scores"`
}

// Confusion is a label and what its questions were taken for instead: the entry answered or, of a clarify, the likeliest;
// else the kind of the decision.
type Confusion struct {
	Label string `json:"label"`
	Taken string `json:"taken"`
	Count int    `json:"count"`
}

// slices of questions: how they are written, and how many words they have.
var reportSlices = []struct {
	name string
	has  func(words []word) bool
}{
	{"with diacritics", accented},
	{"without diacritics", func(words []word) bool { return !accented(words) }},
	{"up to 5 words", func(words []word) bool { return len(words) <= 5 }},
	{"6 to 10 words", func(words []word) bool { return len(words) > 5 && len(words) <= 10 }},
	{"11 to 20 words", func(words []word) bool { return len(words) > 10 && len(words) <= 20 }},
	{"over 20 words", func(words []word) bool { return len(words) > 20 }},
}

// Evaluate decides about labelled questions and counts what the decisions are worth. An unknown label is an error that
// names its line.
func (m *Matcher) Evaluate(questions []Labelled) (Report, error) {
	if err := m.checkLabels(questions); err != nil {
		return Report{}, err
	}
	var r Report
	parts := make([]Scores, len(reportSlices))
	confusions := map[Confusion]int{}
	for _, q := range questions {
		d, words := m.Ask(q.Text), readWords(q.Text)
		r.All.count(d, q.Label, m.isDanger)
		for i, s := range reportSlices {
			if s.has(words) {
				parts[i].count(d, q.Label, m.isDanger)
			}
		}
		if taken := d.taken(); taken != q.Label && (q.Label != LabelNoDanger || d.Kind == KindEmergency) {
			confusions[Confusion{Label: q.Label, Taken: taken}]++
		}
	}
	for i, s := range reportSlices {
		if parts[i].Questions > 0 {
			r.Slices = append(r.Slices, Slice{s.name, parts[i]})
		}
	}
	for c, n := range confusions {
		c.Count = n
		r.Confusions = append(r.Confusions, c)
	}
	slices.SortFunc(r.Confusions, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Taken, b.Taken))
	})
	return r, nil
}

// taken is the label that a decision would be right for.
func (d Decision) taken() string {
	switch {
	case d.Kind == KindAnswer:
		return d.Entry
	case d.Kind == KindClarify && len(d.Candidates) > 0:
		return d.Candidates[0].Entry
	case d.Kind == KindEmergency:
		return d.Emergency
	}
	return string(d.Kind)
}

func (m *Matcher) isDanger(label string) bool {
	return slices.ContainsFunc(m.dangers, func(e Emergency) bool { return e.ID == label })
}

func (m *Matcher) checkLabels(questions []Labelled) error {
	var faults []error
	for _, q := range questions {
		switch q.Label {
		case LabelNone, LabelHandoff, LabelSmallTalk, LabelNoDanger:
			continue
		}
		if m.entryAt(q.Label) < 0 && !m.isDanger(q.Label) {
			faults = append(faults, fmt.Errorf("line %d: label %q is no entry, no emergency and none of none, handoff, smalltalk, -", q.Line, q.Label))
		}
	}
	return errors.Join(faults...)
}
